extension Outcome {
  /// The outcome for a program: one JSON object on one line.
  public var json: String {
    var members: [(key: String, value: JSONValue)] = [
      ("case", .string(golden.name)), ("file", .string(golden.file)), ("agrees", .bool(agrees)),
    ]
    switch verdict {
    case .unsupported(let reason): members.append(("unsupported", .string(reason)))
    case .failed(let reason): members.append(("failure", .string(reason)))
    case .compared(let comparison): members += comparison.jsonMembers
    }
    return JSONValue.object(members).text()
  }
}

extension CaseComparison {
  var jsonMembers: [(key: String, value: JSONValue)] {
    var members = [(key: "largest", value: largest.json)]
    if let first { members.append(("first", first.json)) }
    let lines = lines.map { line in
      JSONValue.object([
        ("tensor", .string(line.tensor)), ("elements", .integer(line.elements)), ("wrong", .integer(line.wrong)),
        ("largest", line.deviation.json),
      ])
    }
    return members + [("tensors", .array(lines))]
  }
}

extension Deviation {
  fileprivate var json: JSONValue {
    .object([("absolute", .number(absolute)), ("relative", .number(relative)), ("ulp", .number(ulps))])
  }
}

extension Divergence {
  fileprivate var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [("tensor", .string(tensor))]
    for (name, text) in [("chapter", chapter), ("cell", cell), ("equation", equation)] {
      if let text { members.append((name, .string(text))) }
    }
    for position in place { members.append((position.axis.rawValue, .integer(position.index))) }
    switch problem {
    case .value(let want, let got, let deviation, let bound):
      members += [
        ("expected", .number(want)), ("received", .number(got)), ("difference", .number(deviation.absolute)),
        ("tolerance", .number(bound.absolute + bound.relative * want.magnitude)),
      ]
    case .shape(let want, let got):
      members += [("expected_shape", .integers(want)), ("received_shape", .integers(got))]
    case .count(let want, let got):
      members += [("expected_count", .integer(want)), ("received_count", .integer(got))]
    case .missing: members.append(("missing", true))
    }
    return .object(members)
  }
}
