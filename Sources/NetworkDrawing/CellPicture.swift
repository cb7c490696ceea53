import Drawing
import TextLayout

extension Picture {
  /// One step of a cell, with the numbers of one unit on its wires.
  ///
  ///     Picture.cell(
  ///       .lstm, title: "Unit 0 at step 1: forget", stage: .forget,
  ///       values: [.previousCell: WireValue(c[0]), .forgetGate: WireValue(f[0]), .input: "(1, 1, 1, 1, …)"])
  ///
  /// Colours are those of the gates everywhere: forget and update orange, input and reset blue, candidate green, output
  /// purple. A stage other than `.all` fades the rest and states the stage's equations under the picture; a stage that
  /// the cell does not have shows all of it. Numbers of up to six characters fit; the wires of x_t have room for more.
  /// On a terminal narrower than 54 columns the numbers are listed instead.
  ///
  /// - Parameter names: other names for symbols, as `["h_t": "h'_t"]` for an upper layer.
  public static func cell(
    _ drawing: CellDrawing, title: String, stage: CellStage = .all, values: [CellWire: WireValue] = [:],
    names: [String: String] = [:], alternative: String? = nil
  ) -> Picture {
    var step = CellStep(drawing: drawing, stage: drawing.equations[stage] == nil ? .all : stage, values: values)
    step.names = names
    return Picture(title: title, alternative: alternative, content: step)
  }
}

/// One step of a cell as it is drawn: the stage to show, and the numbers on the wires.
struct CellStep: PictureContent {
  let drawing: CellDrawing
  let stage: CellStage
  var values: [CellWire: WireValue]
  /// Other words for words of the diagram, where a page has another language.
  private(set) var labels: [String: String] = [:]
  /// The chapter's names in the place of the usual ones, as `h'_t` for `h_t`.
  var names: [String: String] = [:]

  func worded(_ words: Wording) -> CellStep {
    var step = self
    let own = Set(CellWire.allCases.map { value($0).markup })
    for label in diagram.words.map(\.markup) where !own.contains(label) {
      step.labels[label] = words(ProseText(label))
    }
    for wire in CellWire.allCases { step.values[wire]?.text = words(ProseText(values[wire]?.text ?? "")) }
    return step
  }

  func shows(_ stages: CellStage...) -> Bool { stage == .all || stages.contains(stage) }

  /// What stands at a wire, empty where nothing does.
  func value(_ wire: CellWire) -> WireValue { values[wire] ?? "" }

  /// The symbol at a wire.
  func name(of wire: CellWire) -> String {
    let symbol = drawing.symbols[wire] ?? wire.symbol
    return names[symbol] ?? symbol
  }

  static let width = 54
  /// The last column, where the wires that go out end.
  static let right = 53

  /// An empty diagram with the frame around a step, and room at both sides for the names and numbers of what comes in
  /// and goes out. `below` rows are left under the frame.
  static func diagram(height: Int, below: Int) -> Diagram {
    var diagram = Diagram(width: width, height: height)
    diagram.frame(x: 7, y: 0, width: 40, height: height - below)
    return diagram
  }

  /// The diagram with the equations of the stage below it.
  var diagram: Diagram {
    var diagram = drawing.diagram(self)
    if stage != .all, let equations = drawing.equations[stage] {
      for (index, equation) in equations.enumerated() {
        diagram.text(equation, 0, diagram.height + 1 + index)
      }
      diagram.height += 1 + equations.count
    }
    for index in diagram.words.indices {
      let markup = names[diagram.words[index].markup] ?? diagram.words[index].markup
      diagram.words[index].markup = labels[markup] ?? markup
    }
    return diagram
  }

  func draw(on canvas: inout Canvas) { diagram.draw(on: &canvas) }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    let diagram = diagram
    guard columns < diagram.width else { return diagram.lines(colour: colour) }
    let equations = (drawing.equations[stage] ?? []).map { StyledLine(Label($0).plain) }
    return equations + list.map { StyledLine("\($0.name) = \($0.value)") }
  }

  /// The values in the order of the step.
  private var list: [(name: String, value: String)] {
    CellWire.allCases.compactMap { wire in
      values[wire].map { (Label(name(of: wire)).plain, $0.text) }
    }
  }

  func summary(_ words: Wording) -> String {
    let equations = (drawing.equations[stage] ?? []).map { Label($0).plain }.joined(separator: "; ")
    let numbers = list.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
    let title = words(ProseText(drawing.title))
    let step =
      stage == .all
      ? words("A diagram of one step of \(title): \(equations).")
      : words("A diagram of one step of \(title), stage \(words(ProseText(stage.rawValue))): \(equations).")
    return step + (numbers.isEmpty ? "" : " \(numbers).")
  }
}

extension Diagram {
  /// What a wire carries.
  mutating func text(
    _ value: WireValue, _ x: Int, _ y: Int, _ anchor: Anchor = .start, soft: Bool = false, active: Bool = true
  ) {
    text(value.markup, x, y, anchor, soft: soft, active: active, source: value.source)
  }
}
