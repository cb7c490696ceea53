/// Names of files as text. To the system a name is bytes; most are UTF-8, some are not.
///
/// A byte b that is no part of UTF-8 stands in the text as the private character U+10FF00 + b, so that a program finds
/// the file that its user named; ``printable(_:)`` shows it as `\xff`.
public enum FileName {
  private static let places: ClosedRange<UInt32> = 0x10FF80...0x10FFFF

  public static func text(of bytes: [UInt8]) -> String {
    if let text = String(validating: bytes, as: UTF8.self), text.unicodeScalars.allSatisfy({ byte(at: $0) == nil }) {
      return text
    }
    var text = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      if let count = (1...4).first(where: { scalar(of: rest.prefix($0)) != nil }),
        let next = scalar(of: rest.prefix(count))
      {
        rest = rest.dropFirst(count)
        text.append(next)
      } else {
        rest = rest.dropFirst()
        if let place = Unicode.Scalar(0x10FF00 + UInt32(first)) { text.append(place) }
      }
    }
    return String(text)
  }

  public static func bytes(of text: String) -> [UInt8] {
    text.unicodeScalars.flatMap { scalar in byte(at: scalar).map { [$0] } ?? Array(String(scalar).utf8) }
  }

  /// The byte for which a character stands.
  static func byte(at scalar: Unicode.Scalar) -> UInt8? {
    places.contains(scalar.value) ? UInt8(truncatingIfNeeded: scalar.value) : nil
  }

  /// The one character that some bytes are, unless it stands for a byte.
  private static func scalar(of bytes: ArraySlice<UInt8>) -> Unicode.Scalar? {
    guard let text = String(validating: bytes, as: UTF8.self), text.unicodeScalars.count == 1 else { return nil }
    return text.unicodeScalars.first.flatMap { byte(at: $0) == nil ? $0 : nil }
  }
}
