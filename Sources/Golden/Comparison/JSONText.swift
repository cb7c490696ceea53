import Foundation

/// Writes JSON on one line, without spaces, keys in the order given.
public enum JSONText {
  public static func string(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case _ where scalar.value < 0x20: out += String(format: "\\u%04x", scalar.value)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  /// The shortest decimal that reads back; null for what JSON has no number for.
  public static func number(_ number: Double) -> String {
    guard number.isFinite else { return "null" }
    if number == number.rounded(), number.magnitude < 1e15, !(number == 0 && number.sign == .minus) {
      return String(Int(number))
    }
    return "\(number)"
  }

  public static func list(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }

  public static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { string($0.0) + ":" + $0.1 }.joined(separator: ",") + "}"
  }

  public static func tensor(_ tensor: NumericTensor) -> String {
    var members = [("shape", list(tensor.shape.map(String.init)))]
    if let indices = tensor.indices { members.append(("indices", list(indices.map(String.init)))) }
    return object(members + [("data", list(tensor.values.map(number)))])
  }
}

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

extension Comparison {
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
