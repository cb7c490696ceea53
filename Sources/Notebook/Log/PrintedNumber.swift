import Foundation

/// A number as a source printed it: the digits decide how near a computed value must come.
package struct PrintedNumber: Equatable {
  package var digits: String
  package var value: Double
  /// Half a unit of the last printed digit.
  package var halfUnit: Double

  /// All numbers in a text, as in `[0.7290, 0.6271]` or `a=2.35025001; b=-1.36052668`.
  package static func all(in text: String) -> [PrintedNumber] {
    var numbers: [PrintedNumber] = []
    let characters = Array(text.replacing("−", with: "-"))
    var index = 0
    while index < characters.count {
      let isPartOfName = index > 0 && (characters[index - 1].isLetter || characters[index - 1] == "_")
      let start = index
      if "+-".contains(characters[index]) { index += 1 }
      let digitsStart = index
      while index < characters.count, isDigit(characters[index]) || characters[index] == "." { index += 1 }
      guard index > digitsStart, !isPartOfName, characters[digitsStart..<index].contains(where: isDigit) else {
        index = max(index, start + 1)
        continue
      }
      index = endOfExponent(characters, index)
      let digits = String(characters[start..<index])
      if let number = PrintedNumber(digits) { numbers.append(number) }
    }
    return numbers
  }

  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

  private static func endOfExponent(_ characters: [Character], _ start: Int) -> Int {
    guard start < characters.count, "eE".contains(characters[start]) else { return start }
    var end = start + 1
    if end < characters.count, "+-".contains(characters[end]) { end += 1 }
    let digits = end
    while end < characters.count, isDigit(characters[end]) { end += 1 }
    return end > digits ? end : start
  }

  package init?(_ digits: String) {
    var text = digits
    while text.hasSuffix(".") || text.hasSuffix(",") { text.removeLast() }
    guard let value = Double(text.hasPrefix("+") ? String(text.dropFirst()) : text), value.isFinite else { return nil }
    let parts = text.lowercased().split(separator: "e")
    let decimals = parts[0].split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0
    let exponent = parts.count > 1 ? Int(parts[1].replacing("+", with: "")) ?? 0 : 0
    self.digits = text
    self.value = value
    halfUnit = 0.5 * pow(10, Double(exponent - decimals))
  }
}
