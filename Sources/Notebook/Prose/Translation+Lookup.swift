import TextLayout

extension Translation {
  /// Markdown that a run shows, in this language: the passage whose name is the longest beginning of its words, or a
  /// row of the table of words.
  ///
  /// Where there is none the original follows a note to the reader.
  ///
  /// - Parameter known: values that are in this language already.
  func prose(_ original: ProseText, note: String, line: Int, known: Set<String> = []) -> (
    markdown: String, problems: [String]
  ) {
    if isMarking { return (marked(original.text), []) }
    let words = Self.onOneLine(original.words)
    let beginning = passagesOfRun.keys.filter(words.hasPrefix).max { $0.count < $1.count }
    guard let beginning, let passage = passagesOfRun[beginning] else {
      var missing: [String] = []
      if let text = self.words.text(original, missing: &missing) {
        return (text, missing.filter { !known.contains($0) }.map(absent))
      }
      let name = words.count > 40 ? words.prefix(40) + "…" : words + "…"
      return (
        "*\(note)*\n\n" + original.text, ["prose.\(language).md: no passage “\(name)” (line \(line) of the source)"]
      )
    }
    let count = original.values.count
    let unknown = passage.matches(of: ProseText.place).filter {
      !(1...max(count, 1)).contains(Int($0.1) ?? 0) || count == 0
    }
    var missing: [String] = []
    let text = passage.replacing(ProseText.place) { place in
      guard let number = Int(place.1), original.values.indices.contains(number - 1) else { return String(place.0) }
      let value = original.values[number - 1]
      if known.contains(value) { return value }
      // Values are words at times, too.
      if let text = self.words.text(ProseText(value), missing: &missing) { return text }
      if ProseText(value).isPhrase { missing.append(value) }
      return value
    }
    return (
      text,
      unknown.map { "prose.\(language).md, “\(beginning)…”: expected one of \(count) values, received \($0.0)" }
        + missing.map(absent)
    )
  }

  /// A short text in this language, or as it is; what has none is told in `absent`.
  func text(_ original: ProseText, _ absent: inout [String]) -> String {
    var missing: [String] = []
    let text = words.text(original, missing: &missing)
    if text == nil { missing.append(original.words) }
    absent += missing.map(self.absent)
    return text ?? original.text
  }

  /// What is said of a text that has no words in this language.
  func absent(_ text: String) -> String { "prose.\(language).md: no words for “\(text)”" }

  /// Markdown with marks in each of its blocks.
  private func marked(_ markdown: String) -> String {
    var isCode = false
    return markdown.lines.map { line in
      if line.hasPrefix("```") { isCode.toggle() }
      guard !isCode, !line.hasPrefix("|"), ProseText(line).hasWords else { return line }
      let mark = line.prefixMatch(of: /\s*(?:[-*>#]+ |[0-9]+\. )*/)?.0 ?? ""
      return "\(mark)⟦\(line.dropFirst(mark.count))⟧"
    }.joined(separator: "\n")
  }
}
