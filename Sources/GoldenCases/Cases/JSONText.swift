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
