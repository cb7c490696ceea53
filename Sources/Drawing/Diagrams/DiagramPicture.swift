import TextLayout

/// A diagram that a chapter has drawn itself, as a picture.
struct DiagramPicture: PictureContent {
  var diagram: Diagram
  /// For windows that are narrower than the diagram.
  var list: [String]
  let sentence: String

  func draw(on canvas: inout Canvas) { diagram.draw(on: &canvas) }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    if diagram.width <= columns { return diagram.lines(colour: colour) }
    return list.flatMap { wrapped($0, width: columns, hanging: 2) }.map { StyledLine($0) }
  }

  func worded(_ words: Wording) -> DiagramPicture {
    var picture = self
    for place in picture.diagram.words.indices {
      picture.diagram.words[place].markup = words(ProseText(picture.diagram.words[place].markup))
    }
    picture.list = list.map { words(ProseText($0)) }
    return picture
  }

  func summary(_ words: Wording) -> String { words(ProseText(sentence)) }
}

extension Picture {
  /// A diagram of a chapter's own.
  ///
  /// - Parameters:
  ///   - list: what it shows in lines of words, for windows that are narrower than the diagram.
  ///   - alternative: what it shows, in sentences.
  package static func diagram(title: String, _ diagram: Diagram, list: [String], alternative: String) -> Picture {
    Picture(
      title: title, alternative: nil, content: DiagramPicture(diagram: diagram, list: list, sentence: alternative))
  }
}
