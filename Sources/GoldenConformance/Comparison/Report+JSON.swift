extension Outcome {
  /// The outcome for a program: one JSON object on one line.
  public var json: String {
    var members = [
      ("case", JSONText.string(golden.name)), ("file", JSONText.string(golden.file)),
      ("agrees", agrees ? "true" : "false"),
    ]
    switch verdict {
    case .failed(let reason): members.append(("failure", JSONText.string(reason)))
    case .compared(let comparison): members += comparison.jsonMembers
    }
    return JSONText.object(members)
  }
}

extension CaseComparison {
  var jsonMembers: [(String, String)] {
    var members = [("largest", largest.json)]
    if let first { members.append(("first", first.json)) }
    let lines = lines.map { line in
      JSONText.object([
        ("tensor", JSONText.string(line.tensor)), ("elements", "\(line.elements)"), ("wrong", "\(line.wrong)"),
        ("largest", line.deviation.json),
      ])
    }
    return members + [("tensors", JSONText.list(lines))]
  }
}

extension Deviation {
  fileprivate var json: String {
    JSONText.object([
      ("absolute", JSONText.number(absolute)), ("relative", JSONText.number(relative)), ("ulp", JSONText.number(ulps)),
    ])
  }
}

extension Divergence {
  fileprivate var json: String {
    var members = [("tensor", JSONText.string(tensor))]
    members += [("chapter", chapter), ("cell", cell), ("equation", equation)].compactMap { name, text in
      text.map { (name, JSONText.string($0)) }
    }
    members += place.map { ($0.axis.rawValue, "\($0.index)") }
    switch problem {
    case .value(let want, let got, let deviation, let bound):
      members += [
        ("expected", JSONText.number(want)), ("received", JSONText.number(got)),
        ("difference", JSONText.number(deviation.absolute)),
        ("tolerance", JSONText.number(bound.absolute + bound.relative * want.magnitude)),
      ]
    case .shape(let want, let got):
      members += [
        ("expected_shape", JSONText.list(want.map(String.init))),
        ("received_shape", JSONText.list(got.map(String.init))),
      ]
    case .count(let want, let got): members += [("expected_count", "\(want)"), ("received_count", "\(got)")]
    case .missing: members.append(("missing", "true"))
    }
    return JSONText.object(members)
  }
}
