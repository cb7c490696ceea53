import Foundation
import Notebook
import TextLayout

/// Compares a page that was written with one that a fresh run gives: words exactly, numbers nearly.
///
/// Frameworks of mathematics differ in the last bits from machine to machine, so a number may differ by one unit of its
/// last digit, by a millionth of its size, or by a millionth; whole numbers must be equal, and colours may be two
/// shades apart. The minus sign of readers, U+2212, and that of programs are different words.
enum PageComparison {
  /// Where two pages differ first.
  struct Difference: Equatable, Sendable, CustomStringConvertible {
    /// The line in the written page, from 1.
    var line: Int
    var written: String
    var fresh: String
    var description: String { "line \(line): expected \(written), received \(fresh)" }
  }

  /// The first difference, or nil where the pages say the same.
  static func difference(written: String, fresh: String) -> Difference? {
    // On the machine that wrote them most pages are the same.
    guard written != fresh else { return nil }
    let (a, b) = (tokens(written), tokens(fresh))
    for index in 0..<max(a.count, b.count) {
      let (left, right) = (index < a.count ? a[index] : nil, index < b.count ? b[index] : nil)
      if let left, let right, left.isNear(right) { continue }
      return Difference(
        line: left?.line ?? written.lines.count, written: left.map { "“\($0.text)”" } ?? "the end",
        fresh: right.map { "“\($0.text)”" } ?? "the end")
    }
    return nil
  }

  struct Token: Equatable {
    var text: String
    var line: Int
    var isNumber: Bool

    func isNear(_ other: Token) -> Bool {
      if text == other.text { return true }
      if let a = colour, let b = other.colour { return zip(a, b).allSatisfy { abs($0 - $1) <= 2 } }
      guard isNumber, other.isNumber, let a = PrintedNumber(NumberText.ascii(text)),
        let b = PrintedNumber(NumberText.ascii(other.text)),
        // Zero, and what rounds to it, may lose its sign.
        minus == nil || other.minus == nil || minus == other.minus
      else { return false }
      guard text.contains(where: \.isFraction) || other.text.contains(where: \.isFraction) else {
        return false
      }
      // A number without a fraction does not widen what the other allows.
      let units = [(text, a), (other.text, b)].map { $0.0.contains(where: \.isFraction) ? 2 * $0.1.halfUnit : 0 }
      return abs(a.value - b.value) <= max((units.max() ?? 0) * 1.001, 1e-6, 1e-6 * abs(a.value))
    }

    private var minus: Character? { text.first { $0 == "-" || $0 == NumberText.minus } }

    private var colour: [Int]? {
      guard text.count == 7, text.hasPrefix("#"), let value = Int(text.dropFirst(), radix: 16) else { return nil }
      return [value >> 16, value >> 8 & 255, value & 255]
    }
  }

  static func tokens(_ text: String) -> [Token] {
    var scanner = Scanner(bytes: Array(text.utf8))
    return scanner.tokens()
  }

  /// Cuts a text into words, numbers, colours and single signs; how much space stands between them does not matter.
  private struct Scanner {
    let bytes: [UInt8]
    var index = 0
    var line = 1

    mutating func tokens() -> [Token] {
      var tokens: [Token] = []
      while index < bytes.count {
        let start = index
        index += 1
        let digits = start + minusLength(start)
        let isNumber = isDigit(start) || digits > start && isDigit(digits) && !isWord(start - 1)
        if isNumber {
          index = digits
          skipNumber()
        } else if byte(start) == UInt8(ascii: "#"), (1...6).allSatisfy({ isHex(start + $0) }) {
          index = start + 7
        } else if isWord(start) {
          while isWord(index) { index += 1 }
        }
        if byte(start) == UInt8(ascii: "\n") { line += 1 }
        if " \t\r\n".utf8.contains(byte(start)) { continue }
        tokens.append(
          Token(text: String(decoding: bytes[start..<index], as: UTF8.self), line: line, isNumber: isNumber))
      }
      return tokens
    }

    private mutating func skipNumber() {
      skipDigits()
      if byte(index) == UInt8(ascii: "."), isDigit(index + 1) {
        index += 1
        skipDigits()
      }
      guard byte(index) | 32 == UInt8(ascii: "e") else { return }
      let sign = byte(index + 1) == UInt8(ascii: "+") ? 1 : minusLength(index + 1)
      let digits = index + 1 + sign
      if isDigit(digits) {
        index = digits
        skipDigits()
      }
    }

    /// How many bytes a minus sign of programs or of readers takes here; 0 where none stands.
    private func minusLength(_ at: Int) -> Int {
      if byte(at) == UInt8(ascii: "-") { return 1 }
      return [0xE2, 0x88, 0x92] == [byte(at), byte(at + 1), byte(at + 2)] ? 3 : 0
    }

    private mutating func skipDigits() { while isDigit(index) { index += 1 } }

    private func byte(_ at: Int) -> UInt8 { bytes.indices.contains(at) ? bytes[at] : 0 }
    private func isDigit(_ at: Int) -> Bool { (48...57).contains(byte(at)) }
    private func isHex(_ at: Int) -> Bool { isDigit(at) || (97...102).contains(byte(at) | 32) }
    /// ASCII letters and digits, the underscore, and everything beyond ASCII.
    private func isWord(_ at: Int) -> Bool {
      isDigit(at) || (97...122).contains(byte(at) | 32) || byte(at) == 95 || byte(at) >= 128
    }
  }
}

extension Character {
  /// What shows that a number is not a whole one.
  fileprivate var isFraction: Bool { self == "." || self == "e" || self == "E" }
}
