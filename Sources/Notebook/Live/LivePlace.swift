import Formulas

/// A place of a page whose numbers a reader may change in a browser; everywhere else the numbers stay as they are.
///
///     page.live(
///       LivePlace(
///         "Step 1 in your hands", units: 13,
///         controls: [.elements(of: x₁, in: -4...4), .unit(of: c₀, in: -2...2), .unit(of: b_f, in: -6...6, frees: f₁)],
///         presets: [LivePreset("keep: f = 1, i = 0", [f₁: .ones(13), i₁: .zeros(13)])], results: [c₁, h₁]),
///       in: evaluation
///     ) {
///       page.worked(c₁, in: evaluation)
///       page.picture(.cell(.lstm, title: "Step 1, unit 1", values: wires))
///     }
///
/// What is shown between the braces follows, where it says which formula its numbers come from: worked formulas, wires
/// with `WireValue(_:in:)`, values and heat maps with formulas as sources, lines and bars with `following`.
public struct LivePlace: Sendable {
  var title: String
  /// How many units a reader can choose from; 0 where all numbers are shown at once.
  let units: Int
  let controls: [LiveControl]
  var presets: [LivePreset]
  let results: [Formula]
  var sequence: LiveSequence?
  var choices: [LiveChoice]

  /// - Parameters:
  ///   - title: what a reader can do here, in a few words.
  ///   - units: how many units a reader can choose from: wires, and controls made by `unit`, show the chosen one.
  ///   - results: what is said of every change to those who do not see it; a reader who listens hears these.
  public init(
    _ title: String, units: Int = 0, controls: [LiveControl] = [], choices: [LiveChoice] = [],
    presets: [LivePreset] = [], results: [Formula]
  ) {
    (self.title, self.units, self.controls, self.presets, self.results) = (title, units, controls, presets, results)
    (self.choices, sequence) = (choices, nil)
  }

  /// A place where a reader makes a sequence.
  public init(_ title: String, _ sequence: LiveSequence) {
    (self.title, units, controls, presets, choices, self.sequence) = (title, 0, [], [], [], sequence)
    results = sequence.steps.last.map { last in sequence.formulas.map { last[$0] } } ?? []
  }
}

extension LivePlace {
  /// The same with every title, name and word in other words.
  func worded(_ words: (String) -> String) -> LivePlace {
    var place = self
    place.title = words(title)
    place.presets = presets.map { $0.worded(words) }
    place.choices = choices.map {
      LiveChoice(words($0.name), $0.options.map { $0.worded(words) }, selected: $0.selected)
    }
    if case .words(let list) = sequence?.editor { place.sequence?.editor = .words(list.map(words)) }
    return place
  }

  /// The formulas that may get other values, each once.
  var inputs: [Formula] {
    var inputs = sequence?.inputs ?? controls.map(\.formula)
    for formula in choices.flatMap(\.options).flatMap({ $0.values.map(\.formula) }) where !inputs.contains(formula) {
      inputs.append(formula)
    }
    return inputs
  }
}

/// One of several values for some inputs, as a list to choose from.
public struct LiveChoice: Sendable {
  var name: String
  var options: [LivePreset]
  let selected: Int

  /// - Parameter selected: the place of the option that the page shows.
  public init(_ name: String, _ options: [LivePreset], selected: Int) {
    (self.name, self.options, self.selected) = (name, options, selected)
  }
}

/// Numbers that a reader may change, with a slider and a field for each.
public struct LiveControl: Sendable {
  let formula: Formula
  let range: ClosedRange<Double>
  let step: Double
  /// One slider for the element of the chosen unit; otherwise one for each element.
  let isOfUnit: Bool
  /// What a preset may hold, and this control sets free.
  let frees: Formula?

  /// A slider for each element of a formula's value.
  ///
  /// - Parameter formula: a symbol, or a definition, which then stands for itself whatever it is made of.
  public static func elements(of formula: Formula, in range: ClosedRange<Double>, step: Double = 0.1) -> LiveControl {
    LiveControl(formula: formula, range: range, step: step, isOfUnit: false, frees: nil)
  }

  /// A slider for the element of the chosen unit.
  ///
  /// - Parameter frees: a gate that a preset may hold, and that is computed again once this control moves.
  public static func unit(
    of formula: Formula, in range: ClosedRange<Double>, step: Double = 0.1, frees: Formula? = nil
  ) -> LiveControl {
    LiveControl(formula: formula, range: range, step: step, isOfUnit: true, frees: frees)
  }
}

/// Values for several formulas at once: inputs get them, and what is computed is held at them.
public struct LivePreset: Sendable {
  var name: String
  let values: [(formula: Formula, value: MathValue)]

  public init(_ name: String, _ values: KeyValuePairs<Formula, MathValue>) {
    self.name = name
    self.values = values.map { ($0.key, $0.value) }
  }

  func worded(_ words: (String) -> String) -> LivePreset {
    var preset = self
    preset.name = words(name)
    return preset
  }
}
