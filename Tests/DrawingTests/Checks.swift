import Foundation
import Support
import Testing
import TextLayout

@testable import Drawing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What holds for every picture: well-formed SVG with unique ids and finite numbers, and lines within their width.
func check(_ picture: Picture, at location: SourceLocation = #_sourceLocation) throws {
  let svg = picture.svg(idPrefix: "p1")
  let found = try SVGFacts(svg)
  expectEqual(found.elements.first, "svg", sourceLocation: location)
  expect(found.elements.contains("title") && found.elements.contains("desc"), sourceLocation: location)
  expect(!found.elements.contains("script"), sourceLocation: location)
  expectEqual(Set(found.ids).count, found.ids.count, "ids repeat", sourceLocation: location)
  expect(found.ids.allSatisfy { $0.hasPrefix("p1") }, sourceLocation: location)
  for word in ["nan", "inf", "NaN"] {
    expect(!found.numbers.contains { $0.contains(word) }, "\(word) among coordinates", sourceLocation: location)
  }
  expect(found.outside.isEmpty, "outside of the view: \(found.outside)", sourceLocation: location)
  expectEqual(svg, picture.svg(idPrefix: "p1"), sourceLocation: location)
  for columns in [20, 33, 60, 80, 132] {
    for colour in [false, true] {
      let lines = picture.terminal(columns: columns, colour: colour)
      expect(!lines.isEmpty, sourceLocation: location)
      for line in lines {
        let bare = line.contains("\u{1B}") ? line.replacing(/\u{1B}\[[0-9;]*m/, with: "") : line
        expect(StyledLine(bare).width <= columns, "\(columns) columns: \(bare)", sourceLocation: location)
        expect(colour || bare == line, "an escape sequence without colour", sourceLocation: location)
        expect(!bare.contains("\u{1B}"), sourceLocation: location)
      }
    }
  }
}

/// What a parser finds in an SVG.
final class SVGFacts: NSObject, XMLParserDelegate {
  private(set) var elements: [String] = []
  private(set) var ids: [String] = []
  /// Every attribute that holds coordinates.
  private(set) var numbers: [String] = []
  /// Rectangles and texts that leave the view.
  private(set) var outside: [String] = []
  private(set) var rects: [[String: String]] = []
  private(set) var words = ""
  private var width = 0.0
  private var height = 0.0

  struct Malformed: Error { let message: String }

  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    guard parser.parse() else { throw Malformed(message: "\(String(describing: parser.parserError))") }
  }

  func parser(
    _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String] = [:]
  ) {
    elements.append(element)
    if let id = attributes["id"] { ids.append(id) }
    for name in ["x", "y", "width", "height", "cx", "cy", "r", "d", "viewBox", "transform", "dy", "font-size"] {
      if let value = attributes[name] { numbers.append(value.lowercased()) }
    }
    let number = { (name: String) in attributes[name].flatMap(Double.init) ?? 0 }
    switch element {
    case "svg": (width, height) = (number("width"), number("height"))
    case "rect":
      rects.append(attributes)
      let (right, bottom) = (number("x") + number("width"), number("y") + number("height"))
      if number("x") < -0.5 || number("y") < -0.5 || right > width + 0.5 || bottom > height + 0.5 {
        outside.append("\(attributes)")
      }
    case "text":
      if !(0...width).contains(number("x")) || !(0...height).contains(number("y")) { outside.append("\(attributes)") }
    default: break
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { words += string }
}
