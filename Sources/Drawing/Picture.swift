import Formulas
import TextLayout

/// A picture that a terminal shows as text and a page as SVG, both from the same description.
///
///     let picture = Picture.lineChart(
///       title: "The logistic function", series: [.init("σ(x)", function: logistic, over: -6...6)])
///     print(picture.terminal(columns: 80, colour: true).joined(separator: "\n"))
///     try picture.svg(idPrefix: "sigma").write(toFile: "sigma.svg", atomically: true, encoding: .utf8)
///
/// Which picture for what:
///
/// | to show | function |
/// |---|---|
/// | layers × steps, h₀ = 0, shapes on arrows | ``unrolledNetwork(title:steps:inputShape:layers:dense:initialState:alternative:)`` |
/// | gates over time and units, weights with gate blocks | ``heatMap(title:values:rowNames:columnNames:rowTitle:columnTitle:blocks:rowBlocks:scale:digits:alternative:)`` |
/// | functions, loss curves with a band | ``lineChart(title:series:band:x:y:alternative:)`` |
/// | probabilities, totals | ``barChart(title:bars:unit:alternative:)`` |
/// | digits | ``pixelGrid(title:images:perRow:alternative:)`` |
/// | who was taken for whom | ``confusionMatrix(title:counts:names:alternative:)`` |
/// | what ran when on which thread | ``timeline(title:lanes:unit:alternative:)`` |
/// | where every element of a tensor goes | ``tensorLayout(title:stages:alternative:)`` |
/// | activation functions and their slopes | ``activations(title:_:derivatives:over:)`` |
///
/// The module `NetworkDrawing` adds pictures that know networks: `cell`, one step of a cell with its numbers on the
/// wires, and `weights`, the tensors of a framework cut into gates.
///
/// Labels may hold `h_{t-1}`, `W_{ix}`, `x^2`, `\sigma` and `\tilde{c}_t`; `\_` is an underscore. Titles are plain
/// text. Both outputs depend on nothing but the arguments: the same picture has the same bytes everywhere. Data that
/// cannot be drawn (none, or none that is finite) gives a picture with a note that says so.
public struct Picture: Sendable {
  /// One line of plain text: the SVG's `<title>`; a page or terminal sets it as the caption.
  public var title: String
  /// What a reader who cannot see the picture should know: the SVG's `<desc>`.
  public var alternative: String
  let content: any PictureContent
  private let hasOwnAlternative: Bool

  /// - Parameter alternative: nil takes the content's own summary.
  package init(title: String, alternative: String?, content: any PictureContent) {
    self.title = title
    self.alternative = alternative ?? content.summary { $0.text }
    self.content = content
    hasOwnAlternative = alternative != nil
  }

  /// The same picture with its title, its labels and its text alternative in other words.
  package func worded(_ words: Wording) -> Picture {
    let content = content.worded(words)
    let alternative = hasOwnAlternative ? words(ProseText(alternative)) : content.summary(words)
    return Picture(
      title: words(ProseText(title)), alternative: alternative, content: content, hasOwnAlternative: hasOwnAlternative)
  }

  private init(title: String, alternative: String, content: any PictureContent, hasOwnAlternative: Bool) {
    (self.title, self.alternative, self.content) = (title, alternative, content)
    self.hasOwnAlternative = hasOwnAlternative
  }

  /// A whole `<svg>` element: no script, no outside reference; valid inside HTML and as a file of its own.
  ///
  /// Colours follow `prefers-color-scheme`, on paper they are the light ones. The element has `width`, `height` and
  /// `viewBox`; a page needs `svg { max-width: 100%; height: auto }`.
  ///
  /// - Parameter idPrefix: begins every id of the element, so that many fit in one page; characters that an id may not
  ///   have become `-`.
  /// - Parameter live: the mark of a number that changes on the page, by where it comes from; without it, or
  ///   where it is nil, a number stays.
  public func svg(idPrefix: String, live: ((NumberSource) -> String?)? = nil) -> String {
    var canvas = Canvas()
    canvas.live = live
    content.draw(on: &canvas)
    return SVGWriter(idPrefix: idPrefix, title: title, alternative: alternative).write(canvas)
  }

  /// The lines of the picture, without its title, none wider than `columns` (20 at least).
  ///
  /// - Parameter colour: whether escape sequences for 256 colours may be used; every line ends in the plain state.
  public func terminal(columns: Int, colour: Bool) -> [String] {
    content.text(columns: max(columns, 20), colour: colour).map {
      $0.clipped(to: max(columns, 20)).rendered(colour: colour)
    }
  }
}

/// What a picture shows, able to draw itself in both ways.
package protocol PictureContent: Sendable {
  func draw(on canvas: inout Canvas)
  /// Lines of at most `columns` columns. They know their colours, and must make sense without them: `colour` says
  /// whether those will be seen.
  func text(columns: Int, colour: Bool) -> [StyledLine]
  /// The same with every label in other words.
  func worded(_ words: Wording) -> Self
  /// What the picture shows, in sentences; names in it are those of the labels, which are worded already.
  func summary(_ words: Wording) -> String
}
