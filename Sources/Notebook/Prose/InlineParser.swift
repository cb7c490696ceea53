import Formulas
import TextLayout

/// Reads running text: `*emphasis*`, `**strong**`, `` `code` ``, `[words](address)`, `$formula$`, and a backslash
/// before a sign. `[@key]` is a citation: a link whose words the course's bibliography knows.
///
/// A number in the text gets the minus sign of readers; code and formulas stay as they are. An underscore is a letter,
/// since names such as `return_sequences` are full of them. A mark that nothing closes stays as it is.
struct InlineParser {
  private(set) var problems: [String] = []
  private let characters: [Character]
  private var index = 0

  init(_ text: String) { characters = Array(text) }

  mutating func read() -> [Inline] { read(until: nil, depth: 0) }

  /// Reads up to the mark `end`, or to the end of the text.
  private mutating func read(until end: String?, depth: Int) -> [Inline] {
    var parts: [Inline] = []
    var text = ""
    func flush() {
      if !text.isEmpty { parts.append(.text(NumberText.sentence(text))) }
      text = ""
    }
    while index < characters.count {
      if let end, stands(end) { break }
      let start = index
      if let part = special(depth: depth) {
        flush()
        parts.append(part)
      } else {
        index = start
        if characters[index] == "\\", index + 1 < characters.count, "\\`*$[]()|#<>_{}".contains(characters[index + 1]) {
          index += 1
        }
        text.append(characters[index])
        index += 1
      }
    }
    flush()
    return parts
  }

  private mutating func special(depth: Int) -> Inline? {
    switch characters[index] {
    case "`": code()
    case "$": formula()
    case "*": depth < 6 ? emphasis(depth) : nil
    case "[": citation() ?? (depth < 6 ? link(depth) : nil)
    default: nil
    }
  }

  private func stands(_ mark: String) -> Bool {
    let mark = Array(mark)
    return index + mark.count <= characters.count && Array(characters[index..<index + mark.count]) == mark
  }

  private func find(_ mark: Character, from start: Int) -> Int? {
    var position = start
    while position < characters.count {
      if characters[position] == mark { return position }
      position += characters[position] == "\\" && mark != "`" ? 2 : 1
    }
    return nil
  }

  private mutating func code() -> Inline? {
    guard let end = find("`", from: index + 1), end > index + 1 else { return nil }
    let text = String(characters[index + 1..<end])
    index = end + 1
    return .code(text)
  }

  /// No space stands just inside the dollars of a formula, so `$5 and $6` stays text.
  private mutating func formula() -> Inline? {
    guard let end = find("$", from: index + 1), end > index + 1, characters[index + 1] != " ",
      characters[end - 1] != " "
    else { return nil }
    let latex = String(characters[index + 1..<end])
    index = end + 1
    do {
      return .formula(try MathText(latex: latex))
    } catch {
      problems.append("\(error)")
      return .code(latex)
    }
  }

  private mutating func emphasis(_ depth: Int) -> Inline? {
    let mark = stands("**") ? "**" : "*"
    index += mark.count
    guard index < characters.count, characters[index] != " " else { return nil }
    let kept = problems
    let inner = read(until: mark, depth: depth + 1)
    guard stands(mark), !inner.isEmpty, characters[index - 1] != " " else {
      problems = kept
      return nil
    }
    index += mark.count
    return mark == "**" ? .strong(inner) : .emphasis(inner)
  }

  /// `[@elman1990]`.
  private mutating func citation() -> Inline? {
    guard stands("[@"), let end = find("]", from: index + 2) else { return nil }
    let key = String(characters[index + 2..<end])
    guard !key.isEmpty, key.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) else { return nil }
    index = end + 1
    return .link([.text(key)], url: "bibliography:" + key)
  }

  private mutating func link(_ depth: Int) -> Inline? {
    index += 1
    let kept = problems
    let words = read(until: "]", depth: depth + 1)
    guard stands("]("), let end = find(")", from: index + 2), end > index + 2, !words.isEmpty else {
      problems = kept
      return nil
    }
    let url = String(characters[index + 2..<end])
    index = end + 1
    return .link(words, url: url)
  }
}
