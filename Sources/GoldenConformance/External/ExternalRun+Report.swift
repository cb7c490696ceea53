extension ExternalRun.Answer {
  /// What a report shows of one case; nil for one that was skipped or not tried.
  public var text: String? {
    switch verdict {
    case .skipped, .untried: nil
    case .failed(let reason): "fails     \(golden.shownName)\n    \(reason)"
    case .compared(let comparison): comparison.text(of: golden)
    }
  }

  var json: String {
    var members: [(key: String, value: JSONValue)] = [("case", .string(golden.name)), ("agrees", .bool(agrees))]
    switch verdict {
    case .skipped(let reason): members.append(("skipped", .string(reason)))
    case .failed(let reason), .untried(let reason): members.append(("failure", .string(reason)))
    case .compared(let comparison): members += comparison.jsonMembers
    }
    return JSONValue.object(members).text()
  }
}

extension ExternalRun {
  private var failed: Int { answers.count - agreeing - skipped }

  /// The sums, why cases were skipped, and the diagnosis.
  public var summary: String {
    var lines = ["\(agreeing) agree, \(failed) do not, \(skipped) skipped"]
    lines += counted { if case .skipped(let reason) = $0 { printable(String(reason.prefix(200))) } else { nil } }
      .map { "    skipped \($0.count): \($0.reason)" }
    lines += counted { if case .untried(let reason) = $0 { reason } else { nil } }.map {
      "    \($0.count) \($0.reason)"
    }
    return (lines + findings).joined(separator: "\n")
  }

  /// The diagnosis, or what can be said without one.
  private var findings: [String] {
    let diagnoses = diagnoses
    let wrong = wrongAnswers
    let explained = Set(diagnoses.flatMap { $0.explained.map(\.name) })
    var lines = diagnoses.prefix(5).map(\.text)
    if let lacking { lines.insert(lacking, at: 0) }
    if diagnoses.count > 5 { lines.append("and \(diagnoses.count - 5) further faults") }
    let rest = wrong.filter { !explained.contains($0.golden.name) }
    // A case of very few numbers shows no pattern.
    let telling = rest.first { $0.results?.entries.contains { Set($0.tensor.values).count > 5 } ?? false } ?? rest.first
    guard let telling, let observation = Observation(telling) else { return lines }
    lines.append(
      "no fault of the catalogue, and no two at once, give the numbers of \(rest.count) of \(wrong.count) wrong "
        + "cases:\n" + "    \(observation.text)")
    return lines
  }

  /// Answers whose numbers are right as far as they go.
  private var lacking: String? {
    let short = answers.filter { $0.results != nil && !$0.agrees && !$0.hasWrongNumbers }
    var missing: [String] = []
    for answer in short {
      guard let results = answer.results else { continue }
      let names = answer.comparator(answer.golden).names
      missing += names.filter { results[$0] == nil && !missing.contains($0) }
    }
    guard !missing.isEmpty else { return nil }
    let more = missing.count > 4 ? ", …" : ""
    return "\(short.count) answers are right and lack tensors: \(missing.prefix(4).joined(separator: ", "))\(more)"
      + " (\"no_steps\" and \"forward_only\" say what a program cannot give; golden/PROTOCOL.md)"
  }

  /// How often each reason was given, in the order in which they came.
  private func counted(_ reason: (Verdict) -> String?) -> [(reason: String, count: Int)] {
    var counts: [(reason: String, count: Int)] = []
    for text in answers.compactMap({ reason($0.verdict) }) {
      if let place = counts.firstIndex(where: { $0.reason == text }) {
        counts[place].count += 1
      } else {
        counts.append((text, 1))
      }
    }
    return counts
  }

  /// One JSON object a line for each case, then one with the sums and the diagnosis.
  public var json: String {
    let sums = JSONValue.object([
      ("agree", .integer(agreeing)), ("wrong", .integer(failed)), ("skipped", .integer(skipped)),
      ("diagnoses", .strings(findings)),
    ])
    return (answers.map(\.json) + [sums.text()]).joined(separator: "\n")
  }
}
