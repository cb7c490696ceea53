import TextLayout

/// JSON to be written: members in the order given, numbers with all their digits.
///
///     JSONValue.object([("name", .string("lstm")), ("units", .integer(3))]).text()    {"name":"lstm","units":3}
///
/// | Value                          | Text                                                              |
/// |--------------------------------|-------------------------------------------------------------------|
/// | number                         | the shortest decimal that reads back; no point in a whole number  |
/// | −0                             | `-0.0`                                                            |
/// | NaN, infinities                | `null`: JSON has no number for them                               |
/// | `"`, `\`                       | `\"`, `\\`                                                        |
/// | what acts or is not seen       | the escapes of ``printable(_:)``: no text acts on a terminal      |
///
/// Source: RFC 8259.
public enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  /// A list of numbers, held side by side.
  case numbers([Double])
  case string(String)
  case array([JSONValue])
  case object([(key: String, value: JSONValue)])
  /// A value that is JSON text already, such as a number whose digits are those of `Float`.
  case verbatim(String)

  /// How values are laid out.
  public enum Form: Sendable {
    /// One line without spaces.
    case compact
    /// One member or element a line, two spaces a level; a list without lists and objects stays on one line.
    case indented
  }

  /// The text of the value.
  ///
  /// - Parameter isASCII: every character beyond U+007E is escaped, for programs that read no UTF-8.
  public func text(_ form: Form = .compact, isASCII: Bool = false) -> String {
    var writer = JSONTextWriter(form: form, isASCII: isASCII)
    writer.write(self, indentation: "")
    return writer.text
  }

  /// A list of whole numbers, such as a shape.
  public static func integers(_ integers: [Int]) -> JSONValue { .array(integers.map(JSONValue.integer)) }

  /// A list of strings.
  public static func strings(_ strings: [String]) -> JSONValue { .array(strings.map(JSONValue.string)) }

  /// A number as JSON writes it: `3`, `0.1`, `-0.0`, `1e-07`; `null` for what JSON has no number for.
  static func text(of number: Double) -> String {
    guard number.isFinite else { return "null" }
    let isNegativeZero = number == 0 && number.sign == .minus
    return number == number.rounded() && number.magnitude < 1e16 && !isNegativeZero ? "\(Int(number))" : "\(number)"
  }
}

extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(integerLiteral value: Int) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .string(value) }
}

/// The text of a value in the making.
struct JSONTextWriter {
  let form: JSONValue.Form
  let isASCII: Bool
  var text = ""

  init(form: JSONValue.Form, isASCII: Bool) { (self.form, self.isASCII) = (form, isASCII) }

  mutating func write(_ value: JSONValue, indentation: String) {
    switch value {
    case .null: text += "null"
    case .bool(let flag): text += flag ? "true" : "false"
    case .integer(let integer): text += "\(integer)"
    case .number(let number): text += JSONValue.text(of: number)
    case .verbatim(let json): text += json
    case .string(let string): write(string)
    case .numbers(let numbers):
      list("[", numbers, "]", isOnOneLine: true, indentation) { writer, number, _ in
        writer.text += JSONValue.text(of: number)
      }
    case .array(let elements):
      list("[", elements, "]", isOnOneLine: !elements.contains(where: \.isNested), indentation) {
        $0.write($1, indentation: $2)
      }
    case .object(let members):
      list("{", members, "}", isOnOneLine: members.isEmpty, indentation) { writer, member, inner in
        writer.write(member.key)
        writer.text += writer.form == .compact ? ":" : ": "
        writer.write(member.value, indentation: inner)
      }
    }
  }

  private mutating func list<Element>(
    _ open: String, _ elements: [Element], _ close: String, isOnOneLine: Bool, _ indentation: String,
    _ write: (inout JSONTextWriter, Element, String) -> Void
  ) {
    let inner = indentation + "  "
    let isBroken = form == .indented && !isOnOneLine
    text += isBroken ? "\(open)\n\(inner)" : open
    for (place, element) in elements.enumerated() {
      if place > 0 { text += isBroken ? ",\n\(inner)" : form == .compact ? "," : ", " }
      write(&self, element, inner)
    }
    text += isBroken ? "\n\(indentation)\(close)" : close
  }

  private mutating func write(_ string: String) {
    text += "\""
    for scalar in string.unicodeScalars {
      if scalar == "\"" || scalar == "\\" || scalar.needsEscape || (isASCII && !scalar.isASCII) {
        text += jsonEscape(scalar)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSONValue {
  fileprivate var isNested: Bool {
    switch self {
    case .array, .object, .numbers: true
    case .null, .bool, .integer, .number, .string, .verbatim: false
    }
  }
}
