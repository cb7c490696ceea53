import TextLayout

/// A picture of nothing: a sentence where the data cannot be drawn.
struct Note: PictureContent {
  let sentence: String

  func draw(on canvas: inout Canvas) {
    let lines = wrapped(sentence, width: 48)
    canvas.height = 32 + 20 * Double(lines.count)
    canvas.rect(
      x: 1, y: 1, width: canvas.width - 2, height: canvas.height - 2, stroke: .faint, radius: 6, dashed: true)
    for (index, line) in lines.enumerated() {
      canvas.text(
        line.replacingOccurrences(of: "_", with: #"\_"#), x: canvas.width / 2, y: 30 + 20 * Double(index),
        anchor: .middle, paint: .soft)
    }
  }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    wrapped("(\(sentence))", width: columns).map { StyledLine($0, .soft) }
  }

  func worded(_ words: Wording) -> Note { Note(sentence: words(ProseText(sentence))) }
  func summary(_ words: Wording) -> String { sentence }
}

extension Picture {
  /// A sentence in place of a picture that cannot be drawn.
  public static func note(title: String, _ sentence: String) -> Picture {
    Picture(title: title, alternative: nil, content: Note(sentence: sentence))
  }
}
