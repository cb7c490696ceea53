/// What a text is cut into.
public enum TextUnit: String, CaseIterable, Sendable {
  /// Runs of letters, digits and apostrophes inside of a word, in lower case; each other sign is a word of its own.
  case word
  /// Every character, spaces and line ends as well, as it stands.
  case character

  /// The pieces of a text, in their order.
  public func pieces(of text: some StringProtocol) -> [String] {
    switch self {
    case .character: return text.map(String.init)
    case .word: return words(of: text)
    }
  }

  private func words(of text: some StringProtocol) -> [String] {
    var (words, word) = ([String](), "")
    func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }
    var rest = text[...]
    while let character = rest.popFirst() {
      let joins = "'’".contains(character) && !word.isEmpty && rest.first.map(isPart) == true
      if isPart(character) || joins {
        word += character.lowercased()
        continue
      }
      if !word.isEmpty { words.append(word) }
      word = ""
      if !character.isWhitespace { words.append(String(character)) }
    }
    return word.isEmpty ? words : words + [word]
  }

  /// The pieces as a text again: words with a space between, none before a sign that ends something.
  public func text(of pieces: some Sequence<String>) -> String {
    switch self {
    case .character: return pieces.joined()
    case .word:
      var text = ""
      for piece in pieces {
        let closes = piece.count == 1 && ".,;:!?)]}…".contains(piece)
        text += (text.isEmpty || closes ? "" : " ") + piece
      }
      return text
    }
  }

  /// "words" or "characters".
  public var plural: String { rawValue + "s" }
}
