import Drawing

extension CellDrawing {
  /// The simple recurrent cell: h_t = tanh(x_t W_x + h_{t-1} W_h + b_h).
  public static let simpleRNN = CellDrawing(
    .simpleRNN, title: "a simple recurrent cell",
    equations: [.all: [#"h_t = tanh(x_t W_x + h_{t-1} W_h + b_h)"#]]
  ) { $0.simpleRNN }
}

extension CellStep {
  fileprivate var simpleRNN: Diagram {
    var d = Self.diagram(height: 15, below: 2)
    d.wire((0, 5), (11, 5))
    d.wire((17, 5), (26, 5))
    d.wire((26, 14), (26, 11))
    d.wire((26, 9), (26, 5))
    d.wire((26, 2), (26, 5))
    d.wire((26, 5), (35, 5))
    d.wire((41, 5), (Self.right, 5))
    d.box("W_h", x: 11, y: 4, width: 7)
    d.box("W_x", x: 23, y: 9, width: 7)
    d.box("tanh", x: 35, y: 4, width: 7, hue: .sky)
    d.operation("+", 26, 5)
    d.text("b_h", 26, 1, .middle)
    d.text(value(.bias), 29, 1, soft: true)
    d.text("h_{t-1}", 0, 4)
    d.text(value(.previousHidden), 0, 6, soft: true)
    d.text(value(.recurrentTerm), 18, 6, soft: true)
    d.text(value(.inputTerm), 28, 8, soft: true)
    d.text(value(.sum), 28, 6, soft: true)
    d.text("x_t", 28, 14)
    d.text(value(.input), 32, 14, soft: true)
    d.text("h_t", Self.right, 4, .end, bold: true)
    d.text(value(.hidden), Self.right, 6, .end, soft: true)
    return d
  }
}
