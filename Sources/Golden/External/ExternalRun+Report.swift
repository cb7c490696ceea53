extension ExternalRun {
  /// What is wrong case by case, the sums, and the diagnosis.
  public var text: String {
    var lines = answers.compactMap { answer -> String? in
      switch answer.verdict {
      case .skipped: return nil
      case .failed(let reason): return "fails     \(answer.golden.name)\n    \(reason)"
      case .compared(let comparison): return comparison.text(of: answer.golden)
      }
    }
    let failed = answers.count - agreeing - skipped
    lines.append("\(agreeing) agree, \(failed) do not, \(skipped) skipped")
    lines += diagnoses.prefix(5).map(\.text)
    return lines.joined(separator: "\n")
  }

  /// One JSON object a line for each case, then one with the sums and the diagnosis.
  public var json: String {
    var lines = answers.map { answer -> String in
      var members = [("case", JSONText.string(answer.golden.name)), ("agrees", answer.agrees ? "true" : "false")]
      switch answer.verdict {
      case .skipped(let reason): members.append(("skipped", JSONText.string(reason)))
      case .failed(let reason): members.append(("failure", JSONText.string(reason)))
      case .compared(let comparison): members += comparison.jsonMembers
      }
      return JSONText.object(members)
    }
    lines.append(
      JSONText.object([
        ("agree", "\(agreeing)"), ("wrong", "\(answers.count - agreeing - skipped)"), ("skipped", "\(skipped)"),
        ("diagnoses", JSONText.list(diagnoses.map { JSONText.string($0.text) })),
      ]))
    return lines.joined(separator: "\n")
  }
}
