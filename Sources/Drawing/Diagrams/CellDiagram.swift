/// The cells that ``Picture/cell(_:title:stage:values:alternative:)`` can draw.
public enum CellKind: Hashable, Sendable {
  /// h_t = tanh(x_t W_x + h_{t-1} W_h + b_h)
  case simpleRNN
  /// Olah's picture: the cell state on top, then forget, input, candidate, output.
  case lstm
  /// The gated recurrent unit. `resetAfter`: r multiplies W h_{t-1} instead of h_{t-1}. `keepsByUpdate`: z is the share
  /// of h_{t-1} that stays (Keras, PyTorch); `false`: z is the share that is replaced (Olah).
  case gru(resetAfter: Bool, keepsByUpdate: Bool = true)
  /// TensorFlow 1: one product with the joined [x, h].
  case basicRNNCell
  /// TensorFlow 1: one product with the joined [x, h], split into i, j, f, o; the forget bias is added at every call.
  case basicLSTMCell
}

/// A part of a step that a picture of a cell brings to the front.
public enum CellStage: String, CaseIterable, Sendable {
  case all
  /// LSTM: what is kept of the cell state.
  case forget
  /// LSTM: the input gate and the candidate.
  case input
  /// LSTM: the new cell state. GRU: the update gate z.
  case update
  /// LSTM: the output gate and h_t. GRU: the new h_t.
  case output
  /// GRU: the reset gate r.
  case reset
  /// GRU: the candidate.
  case candidate
}

/// A wire of a cell that can carry a number.
public enum CellWire: String, CaseIterable, Sendable {
  case input, previousHidden, previousCell, forgetGate, inputGate, candidate, outputGate, cell, hidden
  /// GRU.
  case updateGate, resetGate
  /// SimpleRNN: x_t W_x, h_{t-1} W_h, and the sum before the activation.
  case inputTerm, recurrentTerm, sum
}

/// What stands at a wire: a number in the notation of the picture, or any short text.
public struct WireValue: Equatable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral
{
  public var text: String

  /// A number with `digits` digits after the point.
  public init(_ number: Double, digits: Int = 3) { text = NumberText.fixed(number, digits: digits) }
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { text = String(value) }
  public init(stringLiteral value: String) { text = value }
}

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
  public static func cell(
    _ kind: CellKind, title: String, stage: CellStage = .all, values: [CellWire: WireValue] = [:],
    alternative: String? = nil
  ) -> Picture {
    let cell = CellDiagram(kind: kind, stage: kind.equations[stage] == nil ? .all : stage, values: values)
    return Picture(title: title, alternative: alternative ?? cell.summary, content: cell)
  }
}

/// A cell, the stage to show, and the numbers on its wires.
struct CellDiagram: PictureContent {
  let kind: CellKind
  let stage: CellStage
  let values: [CellWire: WireValue]

  func shows(_ stages: CellStage...) -> Bool { stage == .all || stages.contains(stage) }

  func value(_ wire: CellWire) -> String {
    (values[wire]?.text ?? "").replacingOccurrences(of: "_", with: #"\_"#)
  }

  /// The frame around a step, with room at both sides for the names and numbers of what comes in and goes out.
  static func frame(height: Int) -> Diagram.Box {
    Diagram.Box(x: 7, y: 0, width: 40, height: height, hue: nil, isFilled: false, isActive: true)
  }
  static let width = 54
  /// The last column, where the wires that go out end.
  static let right = 53

  /// The diagram with the equations of the stage below it.
  var diagram: Diagram {
    var diagram =
      switch kind {
      case .simpleRNN: simpleRNN
      case .lstm: lstm
      case .gru(let resetAfter, let keepsByUpdate): gru(resetAfter: resetAfter, keepsByUpdate: keepsByUpdate)
      case .basicRNNCell: basicRNNCell
      case .basicLSTMCell: basicLSTMCell
      }
    if stage != .all, let equations = kind.equations[stage] {
      for (index, equation) in equations.enumerated() {
        diagram.text(equation, 0, diagram.height + 1 + index)
      }
      diagram.height += 1 + equations.count
    }
    return diagram
  }

  func draw(on canvas: inout Canvas) { diagram.draw(on: &canvas) }

  func text(columns: Int, colour: Bool) -> [StyledLine] {
    let diagram = diagram
    guard columns < diagram.width else { return diagram.lines(colour: colour) }
    let equations = (kind.equations[stage] ?? []).map { StyledLine(Label($0).plain) }
    return equations + list.map { StyledLine("\($0.name) = \($0.value)") }
  }

  /// The values in the order of the step.
  private var list: [(name: String, value: String)] {
    CellWire.allCases.compactMap { wire in
      values[wire].map { (Label(kind.name(of: wire)).plain, $0.text) }
    }
  }

  var summary: String {
    let part = stage == .all ? "" : ", stage \(stage.rawValue)"
    let equations = (kind.equations[stage] ?? []).map { Label($0).plain }.joined(separator: "; ")
    let numbers = list.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
    return "A diagram of one step of \(kind.title)\(part): \(equations)." + (numbers.isEmpty ? "" : " \(numbers).")
  }
}
