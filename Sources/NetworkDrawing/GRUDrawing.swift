import Drawing

extension CellDrawing {
  /// The gated recurrent unit.
  ///
  /// - Parameters:
  ///   - resetAfter: true where r multiplies the product of h_{t-1} with its weights, false where it multiplies
  ///     h_{t-1}.
  ///   - keepsByUpdate: true where z is the share of h_{t-1} that stays (Keras, PyTorch), false where z is the share
  ///     that is replaced (Olah).
  public static func gru(resetAfter: Bool, keepsByUpdate: Bool = true) -> CellDrawing {
    CellDrawing(
      .gru, title: "a GRU cell with the reset gate \(resetAfter ? "after" : "before") the product",
      symbols: [.candidate: #"\tilde{h}_t"#],
      equations: gruEquations(resetAfter: resetAfter, keepsByUpdate: keepsByUpdate)
    ) { $0.gru(resetAfter: resetAfter, keepsByUpdate: keepsByUpdate) }
  }

  private static func gruEquations(resetAfter: Bool, keepsByUpdate: Bool) -> [CellStage: [String]] {
    let z = #"z_t = \sigma(x_t W_{zx} + h_{t-1} W_{zh} + b_z)"#
    let r = #"r_t = \sigma(x_t W_{rx} + h_{t-1} W_{rh} + b_r)"#
    let g =
      resetAfter
      ? #"\tilde{h}_t = tanh(x_t W_{ox} + b_o + r_t \odot (h_{t-1} W_{oh} + b'_o))"#
      : #"\tilde{h}_t = tanh(x_t W_{ox} + (r_t \odot h_{t-1}) W_{oh} + b_o)"#
    let h =
      keepsByUpdate
      ? #"h_t = z_t \odot h_{t-1} + (1 − z_t) \odot \tilde{h}_t"#
      : #"h_t = (1 − z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t"#
    return [.all: [z, r, g, h], .update: [z], .reset: [r], .candidate: [g], .output: [h]]
  }
}

extension CellStep {
  /// The state runs along the top; z weighs it against the candidate, r decides what the candidate sees of it.
  fileprivate func gru(resetAfter: Bool, keepsByUpdate: Bool) -> Diagram {
    var d = Self.diagram(height: 22, below: 2)
    let (update, reset, candidate, output) = (shows(.update), shows(.reset), shows(.candidate), shows(.output))
    drawInputs(on: &d)

    // The state.
    d.wire((9, 2), (15, 2), active: output)
    d.wire((15, 2), (39, 2), active: output)
    d.wire((39, 2), (Self.right, 2), active: output)
    d.text("h_t", Self.right, 1, .end, bold: true, active: output)
    d.text(value(.hidden), Self.right, 3, .end, soft: output, active: output)
    d.operation("×", 15, 2, active: output)
    d.operation("+", 39, 2, active: output)

    gruGate("\\sigma", .updateGate, x: 15, nameAt: 10, hue: .orange, active: update, used: output, on: &d)
    gruGate("\\sigma", .resetGate, x: 26, nameAt: 10, hue: .blue, active: reset, used: candidate, on: &d)
    gruGate("tanh", .candidate, x: 39, nameAt: 9, hue: .green, active: candidate, used: output, on: &d)

    // r weighs what the candidate sees: h_{t-1} before its product with the weights, or that product.
    if resetAfter {
      d.wire((9, 8), (17, 8), branches: true, active: candidate)
      d.wire((22, 8), (26, 8), active: candidate)
      d.box("W_{oh}", x: 17, y: 7, width: 6, active: candidate)
    } else {
      d.wire((9, 8), (26, 8), branches: true, active: candidate)
    }
    d.wire((26, 12), (26, 8), hue: .blue, active: reset || candidate)
    d.wire((26, 8), (34, 8), (34, 16), (38, 16), (38, 14), hue: .green, active: candidate)
    d.operation("×", 26, 8, active: candidate)

    // z weighs the old state against the candidate.
    if keepsByUpdate {
      d.wire((15, 12), (15, 2), hue: .orange, active: update || output)
      d.wire((15, 6), (26, 6), hue: .orange, branches: true, active: output)
      d.wire((26, 6), (39, 6), hue: .orange, active: output)
      d.operation("1−", 26, 6, hue: .orange, active: output)
    } else {
      d.wire((15, 12), (15, 4), hue: .orange, active: update || output)
      d.wire((15, 4), (15, 2), hue: .orange, active: output)
      d.wire((15, 6), (39, 6), hue: .orange, branches: true, active: output)
      d.operation("1−", 15, 4, hue: .orange, active: output)
    }
    d.wire((39, 12), (39, 6), hue: .green, active: candidate || output)
    d.wire((39, 6), (39, 2), active: output)
    d.operation("×", 39, 6, active: output)
    return d
  }

  /// h_{t-1} and x_t on their way to the three layers.
  private func drawInputs(on d: inout Diagram) {
    let (update, reset, candidate) = (shows(.update), shows(.reset), shows(.candidate))
    let gates = update || reset
    d.wire((0, 2), (9, 2), arrow: false)
    d.wire((9, 2), (9, 8), arrow: false, branches: true, active: gates || candidate)
    d.wire((9, 8), (9, 16), (14, 16), arrow: false, active: gates)
    d.wire((14, 16), (14, 14), hue: .orange, branches: true, active: update)
    d.wire((14, 16), (25, 16), (25, 14), hue: .blue, active: reset)
    d.text("h_{t-1}", 0, 1)
    d.text(value(.previousHidden), 0, 3, soft: true)

    d.wire((11, 21), (11, 18), (16, 18), arrow: false, active: gates || candidate)
    d.wire((16, 18), (27, 18), arrow: false, active: reset || candidate)
    d.wire((16, 18), (16, 14), hue: .orange, branches: true, active: update)
    d.wire((27, 18), (27, 14), hue: .blue, branches: true, active: reset)
    d.wire((27, 18), (40, 18), (40, 14), hue: .green, active: candidate)
    d.text("x_t", 13, 21, active: gates || candidate)
    d.text(value(.input), 17, 21, soft: gates || candidate, active: gates || candidate)
  }

  private func gruGate(
    _ activation: String, _ wire: CellWire, x: Int, nameAt y: Int, hue: Hue, active: Bool, used: Bool,
    on d: inout Diagram
  ) {
    d.box(activation, x: x - 3, y: 12, width: 7, hue: hue, active: active)
    d.text(name(of: wire), x + 1, y, hue: hue, bold: true, active: active || used)
    d.text(value(wire), x + 1, y + 1, soft: active || used, active: active || used)
  }
}
