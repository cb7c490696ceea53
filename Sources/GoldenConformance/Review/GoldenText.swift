/// Numbers, tensors and tables as the generators write them (`golden/generate/common.py`), so that a recorded file
/// differs from the one before in its numbers alone.
enum GoldenText {
  /// The shortest decimal that reads back to the value, positional unless that is longer: `0.25`, `1.5e-7`, `-0.0`.
  static func number(_ value: Double, _ scalar: CaseScalar) -> String {
    if value == 0 { return value.sign == .minus ? "-0.0" : "0" }
    let text = scalar == .float32 ? "\(Float(value.magnitude))" : "\(value.magnitude)"
    let (digits, point) = decimal(text)
    let (positional, scientific) = (positional(digits, point), scientific(digits, point))
    let sign = value < 0 ? "-" : ""
    return sign + (positional.count + sign.count <= max(scientific.count + sign.count, 9) ? positional : scientific)
  }

  /// The significant digits of a printed number, and how many of them stand before the decimal point.
  private static func decimal(_ text: String) -> (digits: String, point: Int) {
    let parts = text.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = String(halves[0])
    let fraction = halves.count > 1 ? String(halves[1]) : ""
    let all = whole + fraction
    let leading = all.prefix { $0 == "0" }.count
    var digits = String(all.dropFirst(leading))
    while digits.hasSuffix("0") { digits.removeLast() }
    return (digits, whole.count - leading + exponent)
  }

  private static func positional(_ digits: String, _ point: Int) -> String {
    if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
    if point >= digits.count { return digits + String(repeating: "0", count: point - digits.count) }
    return "\(digits.prefix(point)).\(digits.dropFirst(point))"
  }

  private static func scientific(_ digits: String, _ point: Int) -> String {
    let rest = digits.dropFirst()
    return "\(digits.prefix(1))\(rest.isEmpty ? "" : ".")\(rest)e\(point > 0 ? "+" : "")\(point - 1)"
  }

  /// A list with `width` numbers a line, or one line when it is short. `pad` is the indentation of its first line.
  static func list(_ numbers: [String], width: Int, pad: String) -> String {
    let lines = stride(from: 0, to: numbers.count, by: max(width, 1)).flatMap { start -> [String] in
      let row = numbers[start..<min(start + max(width, 1), numbers.count)]
      return stride(from: row.startIndex, to: row.endIndex, by: 64).map {
        row[$0..<min($0 + 64, row.endIndex)].joined(separator: ", ")
      }
    }
    if lines.count <= 1, lines.allSatisfy({ $0.utf8.count < 100 }) { return "[\(lines.joined())]" }
    return "[\n" + lines.map { "\(pad)  \($0)" }.joined(separator: ",\n") + "\n\(pad)]"
  }

  /// A tensor, one row per line.
  static func tensor(_ tensor: NumericTensor, _ scalar: CaseScalar, pad: String) -> String {
    let inner = pad + "  "
    let numbers = tensor.values.map { number($0, scalar) }
    if let indices = tensor.indices {
      let places = list(indices.map(String.init), width: 16, pad: inner)
      return "{\"shape\": \(tensor.shape),\n\(inner)\"indices\": \(places),\n"
        + "\(inner)\"data\": \(list(numbers, width: 16, pad: inner))}"
    }
    let data = list(numbers, width: width(of: tensor.shape), pad: inner)
    return "{\"shape\": \(tensor.shape),\(data.contains("\n") ? "\n" + inner : " ")\"data\": \(data)}"
  }

  /// How many numbers stand on a line: the last axis that is longer than one.
  private static func width(of shape: [Int]) -> Int { shape.last { $0 != 1 } ?? 1 }

  /// Tensors by name as nested objects and lists: `gates.i`, `states[0]`.
  static func object(_ entries: [TensorTable.Entry], _ scalar: CaseScalar, pad: String) -> String {
    let inner = pad + "  "
    var groups: [(key: String, rest: [TensorTable.Entry])] = []
    for entry in entries {
      let key = String(entry.name.prefix { $0 != "." && $0 != "[" })
      let rest = TensorTable.Entry(name: String(entry.name.dropFirst(key.count)), tensor: entry.tensor)
      if let place = groups.firstIndex(where: { $0.key == key }) {
        groups[place].rest.append(rest)
      } else {
        groups.append((key, [rest]))
      }
    }
    let members = groups.map { "\(inner)\(JSONValue.string($0.key).text()): \(value($0.rest, scalar, pad: inner))" }
    return "{\n" + members.joined(separator: ",\n") + "\n\(pad)}"
  }

  /// What stands under one key: a tensor, a list of tensors, or an object of them.
  static func value(_ entries: [TensorTable.Entry], _ scalar: CaseScalar, pad: String) -> String {
    switch entries.first?.name.first {
    case "[":
      let elements = entries.map { "\(pad)  \(tensor($0.tensor, scalar, pad: pad + "  "))" }
      return "[\n" + elements.joined(separator: ",\n") + "\n\(pad)]"
    case ".":
      let inside = entries.map { TensorTable.Entry(name: String($0.name.dropFirst()), tensor: $0.tensor) }
      return object(inside, scalar, pad: pad)
    default: return entries.first.map { tensor($0.tensor, scalar, pad: pad) } ?? "{}"
    }
  }
}

/// Pieces of a text that get other words; everything between them stays byte for byte.
struct Splices {
  private var pieces: [(range: Range<Int>, text: String)] = []

  var isEmpty: Bool { pieces.isEmpty }

  mutating func replace(_ range: Range<Int>, with text: String) { pieces.append((range, text)) }

  func applied(to bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var done = 0
    for piece in pieces.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
      result += bytes[done..<piece.range.lowerBound]
      result += Array(piece.text.utf8)
      done = piece.range.upperBound
    }
    return result + bytes[done...]
  }
}

extension JSONDocument {
  /// The spaces at the beginning of the line that holds a byte.
  func indentation(at offset: Int) -> String {
    let start = bytes[..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    return String(repeating: " ", count: bytes[start..<offset].prefix { $0 == 0x20 }.count)
  }
}
