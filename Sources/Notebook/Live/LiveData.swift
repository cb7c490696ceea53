import Formulas
import Foundation
import StrictJSON

/// What the script of a page reads: the graph of each live place, its presets and its colours.
struct LiveData {
  let words: Words

  /// JSON that may stand inside an element of a page.
  func text(_ places: [(section: LiveSection, scales: [NumberSource.Scale])]) -> String {
    let value = JSONValue.object([
      (
        "words",
        .object([
          ("equal", .string(words.liveEqual)), ("differs", .string(words.liveDiffers)),
          ("held", .string(words.liveHeld)),
        ])
      ),
      ("places", .array(places.map { place($0.section, $0.scales) })),
    ])
    return value.text().replacing("<", with: #"\u003c"#)
  }

  /// The nodes of a graph alone.
  func text(nodes graph: FormulaGraph) -> String { JSONValue.array(graph.nodes.map(node)).text() }

  private func place(_ section: LiveSection, _ scales: [NumberSource.Scale]) -> JSONValue {
    .object([
      ("id", .string(section.id)), ("nodes", .array(section.graph.nodes.map(node))),
      ("presets", .array(section.place.presets.map { preset($0, section.graph) })),
      ("results", .integers(section.place.results.compactMap(section.graph.index))),
      ("scales", .array(scales.map(scale))),
    ])
  }

  private func node(_ node: FormulaGraph.Node) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [("op", .string(node.operation))]
    if let name = node.name { members.append(("name", .string((try? MathText(latex: name).unicode) ?? name))) }
    if !node.operands.isEmpty { members.append(("of", .integers(node.operands))) }
    if !node.numbers.isEmpty { members.append(("by", .integers(node.numbers))) }
    if node.operands.isEmpty {
      members.append(("value", numbers(node.value)))
    } else if node.name != nil {
      members.append(("printed", numbers(node.value)))
    }
    return .object(members)
  }

  private func preset(_ preset: LivePreset, _ graph: FormulaGraph) -> JSONValue {
    .array(
      preset.values.compactMap { formula, value in
        graph.index(of: formula).map { .array([.integer($0), numbers(value)]) }
      })
  }

  private func scale(_ scale: NumberSource.Scale) -> JSONValue {
    .object([
      ("least", .number(scale.least)), ("greatest", .number(scale.greatest)), ("colours", .strings(scale.colours)),
    ])
  }

  /// Every bit of the numbers, eight bytes each, in base 64.
  private func numbers(_ value: MathValue) -> JSONValue {
    let bytes = value.elements.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) } }
    return .string(Data(bytes).base64EncodedString())
  }
}

extension LiveSection {
  /// The name of its element on the page.
  var id: String { "live-\(number)" }
}
