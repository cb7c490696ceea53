import TextLayout

extension ExternalRun.Answer {
  /// What a report shows of one case; nil for one that was skipped or not tried.
  public var text: String? {
    switch verdict {
    case .skipped, .incomparable, .untried: nil
    case .reported(let reason):
      "fails     \(golden.shownName)\n    the program says: \(printable(String(reason.prefix(500))))"
    case .failed(let reason): "fails     \(golden.shownName)\n    \(reason)"
    case .compared(let comparison): comparison.text(of: golden)
    }
  }

  var json: String {
    var members: [(key: String, value: JSONValue)] = [("case", .string(golden.name)), ("agrees", .bool(agrees))]
    switch verdict {
    case .skipped(let reason): members.append(("skipped", .string(reason)))
    case .incomparable(let reason): members.append(("incomparable", .string(reason)))
    case .failed(let reason), .reported(let reason), .untried(let reason): members.append(("failure", .string(reason)))
    case .compared(let comparison): members += comparison.jsonMembers
    }
    return JSONValue.object(members).text()
  }
}

extension ExternalRun {
  private var failed: Int { answers.count - agreeing - skipped - incomparable }

  /// The sums, why cases were skipped, and the diagnosis.
  public var summary: String {
    var lines = ["\(agreeing) agree, \(failed) do not, \(skipped) skipped"]
    if incomparable > 0 { lines[0] += ", \(incomparable) not comparable" }
    lines += counted { if case .incomparable(let reason) = $0 { reason } else { nil } }
      .map { "    not comparable \($0.count): \($0.reason)" }
    lines += counted { if case .reported(let reason) = $0 { printable(String(reason.prefix(200))) } else { nil } }
      .map { "    failed \($0.count): \($0.reason)" }
    lines += counted { if case .skipped(let reason) = $0 { printable(String(reason.prefix(200))) } else { nil } }
      .map { "    skipped \($0.count): \($0.reason)" }
    lines += counted { if case .untried(let reason) = $0 { reason } else { nil } }.map {
      "    \($0.count) \($0.reason)"
    }
    return (lines + findings).joined(separator: "\n")
  }

  /// The diagnosis, or what can be said without one.
  private var findings: [String] {
    let search = DiagnosisSearch(self)
    let diagnoses = search.diagnoses
    var lines = diagnoses.prefix(5).map(\.text)
    if let lacking { lines.insert(lacking, at: 0) }
    if diagnoses.count > 5 { lines.append("and \(diagnoses.count - 5) further faults") }
    let single = search.rightInSingle.count
    if single > 0 {
      lines.append(
        "\(single) further wrong \(single == 1 ? "answer is" : "answers are") right to single precision: a program that "
          + "computes in it says so, \"dtype\": \"float32\" (golden/PROTOCOL.md)")
    }
    let tried = search.unexplained.filter { DiagnosisSearch.isTried($0.probe) }
    let near = tried.filter { Nearness($0.probe.answer) != nil }
    let far = tried.filter { Nearness($0.probe.answer) == nil }
    lines += [remark(far, of: search.wrong.count), remark(near, of: search.wrong.count, ", near the right ones")]
      .compactMap { $0 }
    let large = search.unexplained.filter { !DiagnosisSearch.isTried($0.probe) }.map(\.probe.answer.golden.name)
    if !large.isEmpty {
      lines.append("\(large.count) wrong cases are too large for the catalogue: \(large.joined(separator: ", "))")
    }
    return lines
  }

  /// What strikes about the numbers that nothing explains, of the most telling case.
  private func remark(
    _ rest: [(probe: Probe, triedPairs: Bool)], of wrong: Int, _ kind: String = ""
  ) -> String? {
    // A case of very few numbers shows no pattern.
    guard let telling = rest.first(where: \.probe.isTelling) ?? rest.first,
      let observation = Observation(telling.probe.answer)
    else { return nil }
    let pairs = rest.count { $0.triedPairs }
    let words =
      pairs == rest.count
      ? "no fault of the catalogue, and no two at once, give the numbers of"
      : "no fault of the catalogue gives the numbers of"
    let some = pairs == 0 || pairs == rest.count ? "" : " (two at once were tried on \(pairs) of them)"
    return "\(words) \(rest.count) of \(wrong) wrong cases\(kind)\(some):\n    \(observation.text)"
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
