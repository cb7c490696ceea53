import Formulas

/// A live place of a run: its graph with the values that the page shows.
public struct LiveSection: Sendable {
  /// The place among those of the page, from 1.
  let number: Int
  let place: LivePlace
  let graph: FormulaGraph
  /// What the formulas give under the numbers of `--live`, or under those of the page.
  let outcome: [(formula: Formula, value: MathValue)]
  /// The numbers of a sequence as the page shows them: those that go in, and what they give, at each step.
  let shown: (inputs: [MathValue], formulas: [[MathValue]])
  private let places: [Formula: (formula: Formula, step: Int)]

  init(_ place: LivePlace, number: Int, moves: [LiveMove], in evaluation: Evaluation) throws {
    let inputs = place.inputs
    let held = place.presets.flatMap { $0.values.map(\.formula) }
    let graph =
      try place.sequence?.graph(in: evaluation)
      ?? FormulaGraph(of: place.results + held, changing: inputs, in: evaluation)
    (self.number, self.place, self.graph) = (number, place, graph)
    places = place.sequence?.places ?? [:]
    for formula in held + place.results where !graph.changes(places[formula]?.formula ?? formula) {
      throw FormulaError("\(formula) does not change with the inputs of a live place")
    }
    if let sequence = place.sequence {
      shown = (
        try inputs.map { try evaluation[$0] },
        try sequence.steps.map { step in try sequence.formulas.map { try evaluation[step[$0]] } }
      )
    } else {
      shown = ([], [])
    }
    var bindings: [Formula: MathValue] = [:]
    for formula in inputs { bindings[formula] = try evaluation[formula] }
    for move in moves {
      guard let formula = inputs.first(where: { [$0.name, $0.mathText.unicode].contains(move.name) }),
        let value = bindings[formula],
        value.elements.indices.contains(move.element)
      else {
        let names = try inputs.map { "\($0.name ?? "")[1…\(try evaluation[$0].elements.count)]" }
        throw LiveMove.Problem(
          "expected one of \(names.joined(separator: ", ")), received \(move.name)[\(move.element + 1)]")
      }
      var elements = value.elements
      elements[move.element] = move.value
      bindings[formula] = try MathValue(shape: value.shape, elements: elements)
    }
    let run = try Evaluation(of: place.results, bindings)
    let named = Evaluation.named(in: place.results, without: Set(inputs)).filter(graph.changes)
    outcome = try (place.sequence == nil ? named : place.results).map { (formula: $0, value: try run[$0]) }
  }

  /// Whether a preset holds what is computed.
  var canHold: Bool {
    place.presets.flatMap(\.values).contains { preset in !place.inputs.contains(preset.formula) }
  }

  /// Where a number stands in the graph, and at which step of a sequence; nil where it does not change.
  func mark(_ formula: Formula) -> (node: Int, step: Int?)? {
    if let place = places[formula] { return graph.index(of: place.formula).map { ($0, place.step) } }
    guard place.sequence == nil, graph.changes(formula) else { return nil }
    return graph.index(of: formula).map { ($0, nil) }
  }
}

/// A number that a reader has changed: `1:c_0[4]=-0.5`.
struct LiveMove: Equatable {
  /// The number of the place.
  var place: Int
  var name: String
  /// From 0.
  var element: Int
  var value: Double

  struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ text: String) { description = "--live: \(text)" }
  }

  /// Several of them, separated by commas.
  static func read(_ text: String) throws(Problem) -> [LiveMove] {
    var moves: [LiveMove] = []
    for part in text.split(separator: ",") {
      guard let match = part.wholeMatch(of: /(\d+):(.+)\[(\d+)\]=(.+)/), let place = Int(match.1),
        let element = Int(match.3), element > 0, let value = Double(match.4), value.isFinite
      else { throw Problem("expected PLACE:NAME[ELEMENT]=NUMBER, as 1:c_0[4]=-0.5, received \"\(part)\"") }
      moves.append(LiveMove(place: place, name: String(match.2), element: element - 1, value: value))
    }
    return moves
  }
}
