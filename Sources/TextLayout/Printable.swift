/// A text of a file, a command line or another program as a message shows it: nothing in it acts on a terminal, begins
/// a line of its own, turns the writing round, or is there without being seen.
///
/// | Characters                                                          | Shown as                              |
/// |---------------------------------------------------------------------|---------------------------------------|
/// | U+0000–U+001F                                                       | `\b \f \n \r \t`, or `\u00xx`         |
/// | U+007F–U+009F: DEL and the C1 controls                              | `\u00xx`                              |
/// | U+2028, U+2029: ends of lines and paragraphs                        | `\u2028`, `\u2029`                    |
/// | unseen ones, such as U+202E (turns the writing round), U+200B, tags | `\u202e`; beyond U+FFFF two escapes   |
/// | private ones and those that Unicode has not given out               | the same                              |
/// | bytes of a file's name that are no UTF-8 (``FileName``)             | `\xff`                                |
/// | all others                                                          | themselves                            |
///
/// The escapes are those of JSON (RFC 8259), so that a text looks the same in a message and in a file.
public func printable(_ text: String) -> String {
  guard text.unicodeScalars.contains(where: \.needsEscape) else { return text }
  var shown = ""
  for scalar in text.unicodeScalars {
    if let byte = FileName.byte(at: scalar) {
      shown += "\\x" + String(byte, radix: 16)
    } else if scalar.needsEscape {
      shown += jsonEscape(scalar)
    } else {
      shown.unicodeScalars.append(scalar)
    }
  }
  return shown
}

/// A text in a message, as ``printable(_:)`` shows it: in quotes, and cut after `limit` characters.
public func quoted(_ text: String, limit: Int = 80) -> String {
  let isLong = text.unicodeScalars.count > limit
  return "\"" + printable(String(text.unicodeScalars.prefix(limit))) + (isLong ? "…" : "") + "\""
}

extension Unicode.Scalar {
  /// Whether a character is shown as an escape; ``printable(_:)`` has the table.
  public var needsEscape: Bool {
    if value < 0xA0 { return value < 0x20 || value >= 0x7F }
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return true
    default: return properties.isDefaultIgnorableCodePoint
    }
  }
}

/// A character as an escape of JSON; one beyond U+FFFF as a surrogate pair.
public func jsonEscape(_ scalar: Unicode.Scalar) -> String {
  switch scalar {
  case "\"": "\\\""
  case "\\": "\\\\"
  case "\u{8}": "\\b"
  case "\u{C}": "\\f"
  case "\n": "\\n"
  case "\r": "\\r"
  case "\t": "\\t"
  default:
    String(scalar).utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }
}
