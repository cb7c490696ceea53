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
      ? #"\tilde{h}_t = tanh(x_t W_{hx} + b_h + r_t \odot (h_{t-1} W_{hh} + b'_h))"#
      : #"\tilde{h}_t = tanh(x_t W_{hx} + (r_t \odot h_{t-1}) W_{hh} + b_h)"#
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
    // Between the columns of z and the candidate stand ⊙ and the product: which comes first is the variant.
    let (z, r) = resetAfter ? (13, 28) : (15, 23)
    drawInputs(z: z, r: r, on: &d)

    // The state.
    d.wire((9, 2), (z, 2), active: output)
    d.wire((z, 2), (39, 2), active: output)
    d.wire((39, 2), (Self.right, 2), active: output)
    d.text("h_t", Self.right, 1, .end, bold: true, active: output)
    d.text(value(.hidden), Self.right, 3, .end, soft: output, active: output)
    d.operation("×", z, 2, active: output)
    d.operation("+", 39, 2, active: output)

    gruGate("\\sigma", .updateGate, x: z, nameAt: 10, hue: .orange, active: update, used: output, on: &d)
    gruGate("\\sigma", .resetGate, x: r, nameAt: 10, hue: .blue, active: reset, used: candidate, on: &d)
    gruGate("tanh", .candidate, x: 39, nameAt: 9, hue: .green, active: candidate, used: output, on: &d)

    // r weighs what the candidate sees: h_{t-1} before its product with the weights, or that product.
    if resetAfter {
      d.wire((9, 8), (15, 8), branches: true, active: candidate)
      d.wire((25, 8), (r, 8), active: candidate)
      d.box("W_{hh}+b'_h", x: 15, y: 7, width: 11, active: candidate)
      d.wire((r, 8), (35, 8), (35, 16), (38, 16), (38, 14), hue: .green, active: candidate)
    } else {
      d.wire((9, 8), (r, 8), branches: true, active: candidate)
      d.wire((r, 8), (26, 8), active: candidate)
      d.box("W_{hh}", x: 26, y: 7, width: 6, active: candidate)
      d.wire((31, 8), (34, 8), (34, 16), (38, 16), (38, 14), hue: .green, active: candidate)
    }
    d.wire((r, 12), (r, 8), hue: .blue, active: reset || candidate)
    d.operation("×", r, 8, active: candidate)

    // z weighs the old state against the candidate.
    if keepsByUpdate {
      d.wire((z, 12), (z, 2), hue: .orange, active: update || output)
      d.wire((z, 6), (26, 6), hue: .orange, branches: true, active: output)
      d.wire((26, 6), (39, 6), hue: .orange, active: output)
      d.operation("1−", 26, 6, hue: .orange, active: output)
    } else {
      d.wire((z, 12), (z, 4), hue: .orange, active: update || output)
      d.wire((z, 4), (z, 2), hue: .orange, active: output)
      d.wire((z, 6), (39, 6), hue: .orange, branches: true, active: output)
      d.operation("1−", z, 4, hue: .orange, active: output)
    }
    d.wire((39, 12), (39, 6), hue: .green, active: candidate || output)
    d.wire((39, 6), (39, 2), active: output)
    d.operation("×", 39, 6, active: output)
    return d
  }

  /// h_{t-1} and x_t on their way to the three layers.
  private func drawInputs(z: Int, r: Int, on d: inout Diagram) {
    let (update, reset, candidate) = (shows(.update), shows(.reset), shows(.candidate))
    let gates = update || reset
    d.wire((0, 2), (9, 2), arrow: false)
    d.wire((9, 2), (9, 8), arrow: false, branches: true, active: gates || candidate)
    d.wire((9, 8), (9, 16), (z - 1, 16), arrow: false, active: gates)
    d.wire((z - 1, 16), (z - 1, 14), hue: .orange, branches: true, active: update)
    d.wire((z - 1, 16), (r - 1, 16), (r - 1, 14), hue: .blue, active: reset)
    d.text("h_{t-1}", 0, 1)
    d.text(value(.previousHidden), 0, 3, soft: true)

    d.wire((11, 21), (11, 18), (z + 1, 18), arrow: false, active: gates || candidate)
    d.wire((z + 1, 18), (r + 1, 18), arrow: false, active: reset || candidate)
    d.wire((z + 1, 18), (z + 1, 14), hue: .orange, branches: true, active: update)
    d.wire((r + 1, 18), (r + 1, 14), hue: .blue, branches: true, active: reset)
    d.wire((r + 1, 18), (40, 18), (40, 14), hue: .green, active: candidate)
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
