import ChapterSupport

/// The cells of the first article, at its sizes: a simple cell with one product and with two, and an LSTM cell.
struct Example {
  let kernel, bias, wideKernel, wideBias: Tensor<Double>
  let scalar: ScalarChoice
  let W_x, W_h, b, x, h₋, c₋, joined, separate: Formula
  let gated: CellFormulas
  let simple: Evaluation

  /// Draws the numbers.
  init(samples B: Int, inputs D: Int, units H: Int, scalar: ScalarChoice) {
    self.scalar = scalar
    let limit = (6 / Double(D + 2 * H)).squareRoot()
    (kernel, bias) = (random(D + H, H, within: limit), random(H, within: 0.5))
    (W_x, W_h) = (
      symbol("W_x", .weight, kernel.slices(0..<D)), symbol("W_h", .weight, kernel.slices(D..<D + H))
    )
    b = symbol("b", .weight, bias)
    x = symbol("x_t", .input, random(B, D, within: 0.5))
    h₋ = symbol("h_{t-1}", .state, random(B, H, within: 0.5))
    let K = define("K", stack(W_x, W_h), .weight)
    joined = define("h_t", tanh(concatenate(x, h₋) • K + onEveryRow(b)), .state)
    separate = define("h_t", tanh(x • W_x + h₋ • W_h + onEveryRow(b)), .state)
    simple = page.evaluation(of: [joined, separate])

    (wideKernel, wideBias) = (random(D + H, 4 * H, within: limit), random(4 * H, within: 0.5))
    c₋ = symbol("c_{t-1}", .state, random(B, H, within: 1))
    gated = CellFormulas(
      concatenate(x, h₋), symbol("K", .weight, wideKernel), onEveryRow(symbol("b", .weight, wideBias)), c₋,
      forgetBias: 1)
  }

  /// The article's name of each tensor.
  var shapes: [(name: String, formula: Formula)] { [("W", W_x), ("U", W_h), ("x", x), ("h", h₋), ("b", b)] }

  /// How many numbers a cell stores.
  var cost: (simple: Int, gated: Int) { (kernel.count + bias.count, wideKernel.count + wideBias.count) }

  func compareSimpleCell(line: Int = #line) {
    let (one, two) = (page.value(joined, in: simple), page.value(separate, in: simple))
    page.compare(
      "one product, and two", ("joined", one), ("separate", two), tolerance: 1e-13, axes: ["sample", "unit"],
      because: "the same products, added in another order", line: line)
    let layer = page.compute(in: scalar, line: line) {
      try runRNN(kernel, bias, x: page.value(x, in: simple), h: page.value(h₋, in: simple), as: $0)
    }
    page.compare(
      "BasicRNNCell: new state", hand: one, layer: layer.state, tolerance: scalar.tolerance, axes: ["sample", "unit"],
      line: line)
    page.compare(
      "output = new_state", ("output", layer.output), ("new state", layer.state), tolerance: Tolerance(),
      axes: ["sample", "unit"], because: "one tensor, returned twice", line: line)
  }

  func compareGatedCell(line: Int = #line) {
    let gates = [gated.i, gated.f, gated.c̃, gated.o]
    let values = page.evaluation(of: [gated.h], line: line)
    let layer = page.compute(in: scalar, line: line) {
      try runLSTM(
        wideKernel, wideBias, x: page.value(x, in: values), h: page.value(h₋, in: values),
        c: page.value(c₋, in: values), as: $0)
    }
    page.compare(
      "BasicLSTMCell: gates", hand: Tensor.stacked(gates.map { page.value($0, in: values) }), layer: layer.gates,
      tolerance: scalar.tolerance, axes: [Axis("gate", ["i", "f", "c̃", "o"]), "sample", "unit"], line: line)
    page.compare(
      "BasicLSTMCell: new_c", hand: page.value(gated.c, in: values), layer: layer.c, tolerance: scalar.tolerance,
      axes: ["sample", "unit"], line: line)
    page.compare(
      "BasicLSTMCell: new_h", hand: page.value(gated.h, in: values), layer: layer.h, tolerance: scalar.tolerance,
      axes: ["sample", "unit"], line: line)
  }
}
