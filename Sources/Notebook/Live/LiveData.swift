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
          ("held", .string(words.liveHeld)), ("likeliest", .string(words.liveLikeliest)),
        ])
      ),
      ("places", .array(places.map { place($0.section, $0.scales) })),
    ])
    return value.text().replacing("<", with: #"\u003c"#)
  }

  /// The nodes of a graph alone.
  func text(nodes graph: FormulaGraph) -> String {
    JSONValue.array(graph.nodes.map { node($0, isHalf: false, isChecked: true) }).text()
  }

  private func place(_ section: LiveSection, _ scales: [NumberSource.Scale]) -> JSONValue {
    guard let own = section.place.sequence else { return place(section, scales, [], isHalf: false) }
    return place(section, scales, [("sequence", sequence(own, section))], isHalf: own.precision == .half)
  }

  private func sequence(_ sequence: LiveSequence, _ section: LiveSection) -> JSONValue {
    let graph = section.graph
    var members: [(key: String, value: JSONValue)] = [
      ("input", .integer(graph.index(of: sequence.recurrence.input) ?? 0)),
      (
        "states",
        .array(
          sequence.recurrence.states.map { state in
            .integers([state.previous, state.next].compactMap(graph.index))
          })
      ),
      ("names", .strings(sequence.inputs.map(\.mathText.unicode))),
      ("shown", .integers(sequence.formulas.compactMap(graph.index))),
      ("inputs", .array(section.shown.inputs.map { numbers($0) })),
      ("printed", .array(section.shown.formulas.map { .array($0.map { numbers($0, first: sequence.compared) }) })),
    ]
    if case .words(let words) = sequence.editor { members.append(("words", .strings(words))) }
    return .object(members)
  }

  private func place(
    _ section: LiveSection, _ scales: [NumberSource.Scale], _ more: [(key: String, value: JSONValue)], isHalf: Bool
  ) -> JSONValue {
    .object(
      [
        ("id", .string(section.id)),
        (
          "nodes",
          .array(section.graph.nodes.map { node($0, isHalf: isHalf, isChecked: section.place.sequence == nil) })
        ),
        ("presets", .array(section.place.presets.map { preset($0, section.graph) })),
        (
          "choices",
          .array(section.place.choices.map { .array($0.options.map { preset($0, section.graph) }) })
        ),
        ("results", .integers(section.place.results.compactMap(section.graph.index))),
        ("scales", .array(scales.map(scale))),
      ] + more)
  }

  private func node(_ node: FormulaGraph.Node, isHalf: Bool, isChecked: Bool) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [("op", .string(node.operation))]
    if let name = node.name { members.append(("name", .string((try? MathText(latex: name).unicode) ?? name))) }
    if !node.operands.isEmpty { members.append(("of", .integers(node.operands))) }
    if !node.numbers.isEmpty { members.append(("by", .integers(node.numbers))) }
    if node.operands.isEmpty {
      members.append(("value", numbers(node.value, isHalf: isHalf && node.operation == "constant")))
    } else if node.name != nil, isChecked {
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

  /// Every bit of the numbers in base 64, eight bytes each, or two.
  private func numbers(_ value: MathValue, isHalf: Bool = false, first count: Int = .max) -> JSONValue {
    if isHalf {
      let bytes = value.elements.map(HalfPrecision.bits).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
      return .object([("half", .string(Data(bytes).base64EncodedString()))])
    }
    let bytes = value.elements.prefix(count).flatMap { number in
      withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) }
    }
    return .string(Data(bytes).base64EncodedString())
  }
}

extension LiveSection {
  /// The name of its element on the page.
  var id: String { "live-\(number)" }
}
