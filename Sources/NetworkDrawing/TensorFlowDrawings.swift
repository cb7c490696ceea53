import Drawing

extension CellDrawing {
  /// TensorFlow 1's simple cell: one product with the joined [x, h].
  public static let basicRNNCell = CellDrawing(
    .simpleRNN, title: "a BasicRNNCell", equations: [.all: ["h_t = tanh([x_t, h_{t-1}] K + b)"]]
  ) { $0.basicRNNCell }

  /// TensorFlow 1's LSTM: one product with the joined [x, h], split into i, c̃, f, o; the forget bias is added at every
  /// call. TensorFlow's code calls the candidate j.
  public static let basicLSTMCell = CellDrawing(
    .lstm, title: "a BasicLSTMCell", equations: lstmEquations(forget: "b_f + 1")
  ) { $0.basicLSTMCell }
}

extension CellStep {
  /// TensorFlow's cell, whose output is its new state.
  fileprivate var basicRNNCell: Diagram {
    var d = Self.diagram(height: 13, below: 1)
    d.wire((0, 3), (9, 3))
    d.wire((0, 7), (9, 7))
    d.wire((16, 5), (20, 5))
    d.wire((26, 5), (31, 5))
    d.wire((31, 2), (31, 5))
    d.wire((31, 5), (35, 5))
    d.wire((41, 5), (44, 5), (44, 3), (Self.right, 3))
    d.wire((44, 5), (44, 7), (Self.right, 7))
    d.box("concat", x: 9, y: 2, width: 8, height: 7)
    d.box("· K", x: 20, y: 4, width: 7, hue: .blue)
    d.box("tanh", x: 35, y: 4, width: 7, hue: .sky)
    d.operation("+", 31, 5)
    d.text("b", 31, 1, .middle)
    d.text("x_t", 0, 2)
    d.text("h_{t-1}", 0, 6)
    d.text(value(.previousHidden), 0, 8, soft: true)
    d.text(value(.sum), 29, 7, soft: true)
    d.text("output", Self.right, 2, .end, bold: true)
    d.text("state", Self.right, 6, .end, bold: true)
    d.text(value(.hidden), Self.right, 8, .end, soft: true)
    if values[.input] != nil { d.text("x_t = " + value(.input).markup, 9, 10, soft: true) }
    return d
  }

  /// TensorFlow's order of the split from top to bottom: i, c̃, f, o.
  fileprivate var basicLSTMCell: Diagram {
    var d = Diagram(width: Self.width, height: 23)
    let (forget, input, update, output) = (shows(.forget), shows(.input), shows(.update), shows(.output))
    drawProduct(on: &d, active: forget || input || output)
    drawSplit(on: &d)

    // The state: c in from below, f ⊙ c, plus i ⊙ c̃.
    d.wire((0, 21), (28, 21), (28, 14), (38, 14), active: update)
    d.text("c_{t-1}", 0, 20, active: update)
    d.text(value(.previousCell), 0, 22, soft: update, active: update)
    d.wire((35, 10), (38, 10), (38, 14), hue: .orange, active: forget || update)
    d.wire((34, 2), (43, 2), (43, 4), hue: .blue, active: input || update)
    d.wire((35, 6), (43, 6), (43, 4), hue: .green, active: input || update)
    d.wire((43, 4), (46, 4), (46, 10), (43, 10), (43, 14), active: update)
    d.wire((38, 14), (43, 14), active: update)
    d.wire((43, 14), (47, 14), arrow: false, active: update || output)
    d.wire((47, 14), (Self.right, 14), active: update)
    d.operation("×", 38, 14, active: update)
    d.operation("×", 43, 4, active: update)
    d.operation("+", 43, 14, active: update)
    d.text("c_t", Self.right, 12, .end, bold: true, active: update || output)
    d.text(value(.cell), Self.right, 13, .end, soft: update || output, active: update || output)

    d.wire((47, 14), (47, 16), branches: true, active: output)
    d.wire((47, 16), (47, 18), active: output)
    d.wire((34, 18), (47, 18), hue: .purple, active: output)
    d.wire((47, 18), (Self.right, 18), active: output)
    d.operation("tanh", 47, 16, active: output)
    d.operation("×", 47, 18, active: output)
    d.text("h_t", Self.right, 17, .end, bold: true, active: output)
    d.text(value(.hidden), Self.right, 19, .end, soft: output, active: output)
    return d
  }

  /// The one product for all gates.
  private func drawProduct(on d: inout Diagram, active: Bool) {
    d.wire((0, 7), (4, 7), active: active)
    d.wire((0, 11), (4, 11), active: active)
    d.wire((10, 9), (12, 9), active: active)
    d.wire((17, 9), (19, 9), active: active)
    d.box("[x,h]", x: 4, y: 6, width: 7, height: 7, active: active)
    d.box("+ b", x: 12, y: 7, width: 6, height: 4, active: active)
    d.text("· K", 15, 8, .middle, bold: true, active: active)
    d.words[d.words.count - 1].isBetween = true
    d.box("split", x: 19, y: 1, width: 7, height: 19, active: active)
    d.text("x_t", 0, 6, active: active)
    d.text("h_{t-1}", 0, 13, active: active)
    d.text(value(.previousHidden), 0, 14, soft: active, active: active)
    if values[.input] != nil { d.text("x_t = " + value(.input).markup, 0, 0, soft: active, active: active) }
  }

  private func drawSplit(on d: inout Diagram) {
    let gates: [(wire: CellWire, letter: String, y: Int, hue: Hue, active: Bool)] = [
      (.inputGate, "i", 2, .blue, shows(.input)), (.candidate, #"\tilde{c}"#, 6, .green, shows(.input)),
      (.forgetGate, "f", 10, .orange, shows(.forget)), (.outputGate, "o", 18, .purple, shows(.output)),
    ]
    for gate in gates {
      let isForget = gate.wire == .forgetGate
      let isCandidate = gate.wire == .candidate
      d.text(gate.letter, 27, gate.y - 1, hue: gate.hue, bold: true, active: gate.active)
      d.wire((25, gate.y), (isForget ? 28 : 30, gate.y), hue: gate.hue, active: gate.active)
      if isForget {
        // The forget bias.
        d.wire((28, gate.y), (31, gate.y), hue: gate.hue, active: gate.active)
        d.operation("+1", 28, gate.y, hue: gate.hue, active: gate.active)
      }
      d.box(
        isCandidate ? "tanh" : "\\sigma", x: isForget ? 31 : 30, y: gate.y - 1, width: isCandidate ? 6 : 5,
        hue: gate.hue, active: gate.active)
      let isNamed = gate.active || shows(.update) && gate.wire != .outputGate
      d.text(value(gate.wire), 36, gate.y - 1, soft: isNamed, active: isNamed)
    }
  }
}
