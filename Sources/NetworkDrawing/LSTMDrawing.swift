import Drawing

extension CellDrawing {
  /// Olah's picture of the LSTM: the cell state on top, then forget, input, candidate, output.
  ///
  /// Source: Christopher Olah, "Understanding LSTM Networks" (2015).
  public static let lstm = CellDrawing(
    .lstm, title: "an LSTM cell", equations: lstmEquations(forget: "b_f")
  ) { $0.lstm }

  /// The equations as a picture shows them. They are text and compute nothing; `LSTMCell` names the places where an
  /// LSTM's step can be executed.
  ///
  /// - Parameter forget: the bias of the forget gate.
  static func lstmEquations(forget: String) -> [CellStage: [String]] {
    let f = #"f_t = \sigma(x_t W_{fx} + h_{t-1} W_{fh} + "# + forget + ")"
    let i = #"i_t = \sigma(x_t W_{ix} + h_{t-1} W_{ih} + b_i)"#
    let c̃ = #"\tilde{c}_t = tanh(x_t W_{cx} + h_{t-1} W_{ch} + b_c)"#
    let o = #"o_t = \sigma(x_t W_{ox} + h_{t-1} W_{oh} + b_o)"#
    let c = #"c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t"#
    let h = #"h_t = o_t \odot tanh(c_t)"#
    return [.all: [f, i, c̃, c, o, h], .forget: [f], .input: [i, c̃], .update: [c], .output: [o, h]]
  }
}

extension CellStep {
  /// Olah's layout: the state runs along the top, the gates stand on the line of [h_{t-1}, x_t].
  fileprivate var lstm: Diagram {
    var d = Self.diagram(height: 19, below: 2)
    drawState(on: &d)
    drawJoinedInput(on: &d)

    let (forget, input, update, output) = (shows(.forget), shows(.input), shows(.update), shows(.output))
    gate("\\sigma", .forgetGate, x: 11, hue: .orange, active: forget, on: &d)
    gate("\\sigma", .inputGate, x: 18, hue: .blue, active: input, on: &d)
    gate("tanh", .candidate, x: 28, hue: .green, active: input, on: &d)
    gate("\\sigma", .outputGate, x: 35, hue: .purple, active: output, on: &d)

    // What the gates let through.
    d.wire((11, 11), (11, 2), hue: .orange, active: forget || update)
    d.wire((18, 11), (18, 6), (23, 6), hue: .blue, active: input || update)
    d.wire((28, 11), (28, 6), (23, 6), hue: .green, active: input || update)
    d.wire((23, 6), (23, 2), active: update)
    d.operation("×", 11, 2, active: update)
    d.operation("×", 23, 6, active: update)
    d.operation("+", 23, 2, active: update)

    // The output.
    d.wire((42, 2), (42, 5), branches: true, active: output)
    d.wire((42, 5), (42, 8), active: output)
    d.wire((35, 11), (35, 8), (42, 8), hue: .purple, active: output)
    d.wire((42, 8), (42, 15), (Self.right, 15), active: output)
    d.operation("tanh", 42, 5, active: output)
    d.operation("×", 42, 8, active: output)
    d.text("h_t", Self.right, 14, .end, bold: true, active: output)
    d.text(value(.hidden), Self.right, 16, .end, soft: output, active: output)
    return d
  }

  private func drawState(on d: inout Diagram) {
    let (update, output) = (shows(.update), shows(.output))
    d.wire((0, 2), (11, 2), active: update)
    d.wire((11, 2), (23, 2), active: update)
    d.wire((23, 2), (42, 2), arrow: false, active: update || output)
    d.wire((42, 2), (Self.right, 2), active: update)
    d.text("c_{t-1}", 0, 1, active: update)
    d.text(value(.previousCell), 0, 3, soft: update, active: update)
    d.text("c_t", Self.right, 1, .end, bold: true, active: update || output)
    d.text(value(.cell), Self.right, 3, .end, soft: update || output, active: update || output)
  }

  /// h_{t-1} and x_t, which every gate sees.
  private func drawJoinedInput(on d: inout Diagram) {
    let (forget, input, output) = (shows(.forget), shows(.input), shows(.output))
    let any = forget || input || output
    d.wire((28, 15), (35, 15), (35, 13), hue: .purple, active: output)
    d.wire((11, 15), (28, 15), arrow: false, active: input || output)
    d.wire((0, 15), (11, 15), arrow: false, active: any)
    d.wire((11, 15), (11, 13), hue: .orange, branches: true, active: forget)
    d.wire((18, 15), (18, 13), hue: .blue, branches: true, active: input)
    d.wire((28, 15), (28, 13), hue: .green, branches: true, active: input)
    d.wire((9, 18), (9, 15), arrow: false, active: any)
    d.text("h_{t-1}", 0, 14, active: any)
    d.text(value(.previousHidden), 0, 16, soft: any, active: any)
    d.text("x_t", 11, 18, active: any)
    d.text(value(.input), 15, 18, soft: any, active: any)
  }

  /// A layer's box with the name and the number of its output.
  private func gate(
    _ activation: String, _ wire: CellWire, x: Int, hue: Hue, active: Bool, on d: inout Diagram
  ) {
    let width = activation == "tanh" ? 7 : 5
    d.box(activation, x: x - width / 2, y: 11, width: width, hue: hue, active: active)
    let isNamed = active || shows(.update) && wire != .outputGate
    d.text(name(of: wire), x + 1, 9, hue: hue, bold: true, active: isNamed)
    d.text(value(wire), x + 1, 10, soft: isNamed, active: isNamed)
  }
}
