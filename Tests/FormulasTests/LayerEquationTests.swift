import Formulas
import Support
import Testing

/// The recurrent layers written as formulas, in the conventions of paper and frameworks, against the frameworks'
/// numbers.
@Suite struct LayerEquations {
  /// The paper's equations with column vectors; its matrices are views of Keras' concatenated kernels, transposed.
  ///
  /// Formulas are one of the places where an LSTM's step can be executed: they are shown as well as computed.
  /// `LSTMCell` in `Layers` names the others.
  struct PaperLSTM {
    let W_x, W_h, b: Formula
    let x = symbol("x_t", .input)
    let h₋ = symbol("h_{t-1}", .state)
    let c₋ = symbol("c_{t-1}", .state)
    let i, f, g, o, c, h: Formula

    init(_ reference: ReferenceCase) {
      let W_x = symbol("W_x", .weight, reference["kernel"])
      let W_h = symbol("W_h", .weight, reference["recurrent_kernel"])
      let b = symbol("b_h", .weight, reference["bias"])
      func part(_ whole: Formula, _ index: Int) -> Formula { transpose(whole.split(into: 4)[index]) }
      let W_ix = define("W_{ix}", part(W_x, 0), .weight)
      let W_fx = define("W_{fx}", part(W_x, 1), .weight)
      let W_cx = define("W_{cx}", part(W_x, 2), .weight)
      let W_ox = define("W_{ox}", part(W_x, 3), .weight)
      let W_ih = define("W_{ih}", part(W_h, 0), .weight)
      let W_fh = define("W_{fh}", part(W_h, 1), .weight)
      let W_ch = define("W_{ch}", part(W_h, 2), .weight)
      let W_oh = define("W_{oh}", part(W_h, 3), .weight)
      let b_i = define("b_i", b[0..<3], .weight)
      let b_f = define("b_f", b[3..<6], .weight)
      let b_c = define("b_c", b[6..<9], .weight)
      let b_o = define("b_o", b[9..<12], .weight)

      i = define("i_t", sigmoid(W_ix • x + W_ih • h₋ + b_i), .gate)
      f = define("f_t", sigmoid(W_fx • x + W_fh • h₋ + b_f), .gate)
      g = define("\\tilde{c}_t", tanh(W_cx • x + W_ch • h₋ + b_c), .gate)
      o = define("o_t", sigmoid(W_ox • x + W_oh • h₋ + b_o), .gate)
      c = define("c_t", f ⊙ c₋ + i ⊙ g, .state)
      h = define("h_t", o ⊙ tanh(c), .state)
      (self.W_x, self.W_h, self.b) = (W_x, W_h, b)
    }

    var recurrence: Recurrence { Recurrence(input: x, states: [(h₋, h), (c₋, c)]) }
  }

  @Test func kerasLSTMInThePapersLetters() throws {
    let reference = ReferenceCase.kerasLSTM
    let lstm = PaperLSTM(reference)
    let steps = lstm.recurrence.unrolled(over: reference.rows("x"), from: [.zeros(3), .zeros(3)])
    expectEqual(steps.count, 3)
    for (step, name) in steps.flatMap({ step in ["i", "f", "g", "o", "c", "outputs"].map { (step, $0) } }) {
      let formula =
        ["i": lstm.i, "f": lstm.f, "g": lstm.g, "o": lstm.o, "c": lstm.c, "outputs": lstm.h][name] ?? lstm.h
      expectClose(try step[formula].evaluate(), reference.rows(name)[step.index], "\(name) at step \(step.index)")
    }

    let gradients = try loss(steps.map { $0[lstm.h] }, reference.rows("cotangent")).gradients()
    expectClose(try gradients[lstm.W_x], reference["d_kernel"], "kernel")
    expectClose(try gradients[lstm.W_h], reference["d_recurrent_kernel"], "recurrent kernel")
    expectClose(try gradients[lstm.b], reference["d_bias"], "bias")
    for step in steps {
      expectClose(try gradients[step[lstm.x]], reference.rows("d_x")[step.index], "x at step \(step.index)")
    }
  }

  /// Keras' GRU with rows, `x • W`: z keeps the old state; the reset gate before or after the product.
  @Test(arguments: [true, false])
  func kerasGRU(resetAfter: Bool) throws {
    let reference = resetAfter ? ReferenceCase.kerasGRUAfter : ReferenceCase.kerasGRUBefore
    let W_x = symbol("W_x", .weight, reference["kernel"])
    let W_h = symbol("W_h", .weight, reference["recurrent_kernel"])
    let b = symbol("b", .weight, reference["bias"])
    let x = symbol("x_t", .input)
    let h₋ = symbol("h_{t-1}", .state)
    let W = W_x.split(into: 3)
    let U = W_h.split(into: 3)
    // With reset after there are two rows of biases, for the input's and for the state's product.
    let none = [Formula](repeating: 0, count: 3)
    let b_x = resetAfter ? b[row: 0].split(into: 3) : b.split(into: 3)
    let b_h = resetAfter ? b[row: 1].split(into: 3) : none

    let z = define("z_t", sigmoid(x • W[0] + b_x[0] + h₋ • U[0] + b_h[0]), .gate)
    let r = define("r_t", sigmoid(x • W[1] + b_x[1] + h₋ • U[1] + b_h[1]), .gate)
    let g = define(
      "\\tilde{h}_t",
      resetAfter
        ? tanh(x • W[2] + b_x[2] + r ⊙ (h₋ • U[2] + b_h[2]))
        : tanh(x • W[2] + b_x[2] + (r ⊙ h₋) • U[2]))
    let h = define("h_t", z ⊙ h₋ + (1 - z) ⊙ g, .state)

    let steps = Recurrence(input: x, states: [(h₋, h)]).unrolled(over: reference.rows("x"), from: [.zeros(3)])
    for step in steps {
      expectClose(try step[h].evaluate(), reference.rows("outputs")[step.index], "h at step \(step.index)")
    }
    let gradients = try loss(steps.map { $0[h] }, reference.rows("cotangent")).gradients()
    expectClose(try gradients[W_x], reference["d_kernel"], "kernel")
    expectClose(try gradients[W_h], reference["d_recurrent_kernel"], "recurrent kernel")
    expectClose(try gradients[b], reference["d_bias"], "bias")
  }

  /// PyTorch's GRU with columns, `W • x`: its blocks are rows in the order r, z, n, and z keeps the old state.
  @Test func torchGRU() throws {
    let reference = ReferenceCase.torchGRU
    let W = symbol("W", .weight, reference["weight_ih_l0"])
    let U = symbol("U", .weight, reference["weight_hh_l0"])
    let b = symbol("b", .weight, reference["bias_ih_l0"])
    let d = symbol("d", .weight, reference["bias_hh_l0"])
    let x = symbol("x_t", .input)
    let h₋ = symbol("h_{t-1}", .state)
    let (toR, toZ, toN) = (0..<3, 3..<6, 6..<9)
    let r = define("r_t", sigmoid(W[rows: toR] • x + b[toR] + U[rows: toR] • h₋ + d[toR]), .gate)
    let z = define("z_t", sigmoid(W[rows: toZ] • x + b[toZ] + U[rows: toZ] • h₋ + d[toZ]), .gate)
    let n = define("n_t", tanh(W[rows: toN] • x + b[toN] + r ⊙ (U[rows: toN] • h₋ + d[toN])))
    let h = define("h_t", (1 - z) ⊙ n + z ⊙ h₋, .state)

    let initial = MathValue(reference["h0"].elements)
    let steps = Recurrence(input: x, states: [(h₋, h)]).unrolled(over: reference.rows("x"), from: [initial])
    for step in steps {
      expectClose(try step[h].evaluate(), reference.rows("outputs")[step.index], "h at step \(step.index)")
    }
    let last = steps[steps.count - 1][h] ⊙ Formula(MathValue(reference["cotangent_h"].elements))
    let total = loss(steps.map { $0[h] }, reference.rows("cotangent")) + sum(last)
    let gradients = try total.gradients()
    expectClose(try gradients[W], reference["d_weight_ih_l0"], "weight_ih")
    expectClose(try gradients[U], reference["d_weight_hh_l0"], "weight_hh")
    expectClose(try gradients[b], reference["d_bias_ih_l0"], "bias_ih")
    expectClose(try gradients[d], reference["d_bias_hh_l0"], "bias_hh")
    expectClose(try gradients[steps[0][h₋]], MathValue(reference["d_h0"].elements), "h0")
  }

  @Test func torchSimpleRNN() throws {
    let reference = ReferenceCase.torchRNN
    let W_x = symbol("W_x", .weight, reference["weight_ih_l0"])
    let W_h = symbol("W_h", .weight, reference["weight_hh_l0"])
    let b_x = symbol("b_x", .weight, reference["bias_ih_l0"])
    let b_h = symbol("b_h", .weight, reference["bias_hh_l0"])
    let x = symbol("x_t", .input)
    let h₋ = symbol("h_{t-1}", .state)
    let h = define("h_t", tanh(W_x • x + b_x + W_h • h₋ + b_h), .state)
    let steps = Recurrence(input: x, states: [(h₋, h)]).unrolled(over: reference.rows("x"), from: [.zeros(3)])
    for step in steps {
      expectClose(try step[h].evaluate(), reference.rows("outputs")[step.index], "h at step \(step.index)")
    }
    let gradients = try loss(steps.map { $0[h] }, reference.rows("cotangent")).gradients()
    expectClose(try gradients[W_h], reference["d_weight_hh_l0"], "weight_hh")
    expectClose(try gradients[b_x], reference["d_bias_ih_l0"], "bias_ih")
  }

  /// TensorFlow's `_linear`: [x, h]·W with the bias on every row of the batch.
  @Test func basicRNNCellInBatches() throws {
    let reference = ReferenceCase.basicRNN
    let W = symbol("W", .weight, reference["kernel"])
    let b = symbol("b", .weight, reference["bias"])
    let x = symbol("x_t", .input)
    let h₋ = symbol("h_{t-1}", .state)
    let h = define("h_t", tanh(concatenate(x, h₋) • W + onEveryRow(b)), .state)
    expectEqual(h.equation.unicode, "hₜ = tanh([xₜ, hₜ₋₁] W + 𝟏 b)")

    let steps = Recurrence(input: x, states: [(h₋, h)])
      .unrolled(over: reference.batches("x", batch: 2), from: [.zeros(2, 3)])
    for step in steps {
      expectClose(try step[h].evaluate(), reference.batches("outputs", batch: 2)[step.index], "h at \(step.index)")
    }
    let gradients = try loss(steps.map { $0[h] }, reference.batches("cotangent", batch: 2)).gradients()
    expectClose(try gradients[W], reference["d_kernel"], "kernel")
    expectClose(try gradients[b], reference["d_bias"], "bias")
    for step in steps {
      expectClose(try gradients[step[x]], reference.batches("d_x", batch: 2)[step.index], "x at \(step.index)")
    }
  }

  /// TensorFlow's BasicLSTMCell: one product, split into i, j, f, o, and a forget bias added at every call.
  @Test func basicLSTMCell() throws {
    let reference = ReferenceCase.basicLSTM
    let W = symbol("W", .weight, reference["kernel"])
    let b = symbol("b", .weight, reference["bias"])
    let x = symbol("x_t", .input)
    let h₋ = symbol("h_{t-1}", .state)
    let c₋ = symbol("c_{t-1}", .state)
    let z = define("z_t", concatenate(x, h₋) • W + onEveryRow(b)).split(into: 4)
    let (i, j, f, o) = (z[0], z[1], z[2], z[3])
    let c = define("c_t", sigmoid(f + 1.0) ⊙ c₋ + sigmoid(i) ⊙ tanh(j), .state)
    let h = define("h_t", sigmoid(o) ⊙ tanh(c), .state)

    let steps = Recurrence(input: x, states: [(h₋, h), (c₋, c)])
      .unrolled(over: reference.batches("x", batch: 2), from: [reference["h0"], reference["c0"]])
    for step in steps {
      expectClose(try step[h].evaluate(), reference.batches("outputs", batch: 2)[step.index], "h at \(step.index)")
    }
    let last = steps[steps.count - 1]
    let total =
      loss(steps.map { $0[h] }, reference.batches("cotangent", batch: 2))
      + sum(last[h] ⊙ Formula(reference["cotangent_h"])) + sum(last[c] ⊙ Formula(reference["cotangent_c"]))
    let gradients = try total.gradients()
    expectClose(try gradients[W], reference["d_kernel"], "kernel")
    expectClose(try gradients[b], reference["d_bias"], "bias")
    expectClose(try gradients[steps[0][h₋]], reference["d_h0"], "h0")
    expectClose(try gradients[steps[0][c₋]], reference["d_c0"], "c0")
  }

  // MARK: Helpers

  /// The sum over all steps of h ⊙ cotangent.
  private func loss(_ outputs: [Formula], _ cotangents: [MathValue]) -> Formula {
    let terms = zip(outputs, cotangents).map { sum($0 ⊙ Formula($1)) }
    return define("L", sum(terms), .loss)
  }

  /// The frameworks computed in double precision with other orders of summation: a few units in the sixteenth digit,
  /// grown over three steps.
  private func expectClose(_ actual: MathValue, _ expected: MathValue, _ what: String) {
    expectEqual(actual.shape, expected.shape, "\(what)")
    for (a, e) in zip(actual.elements, expected.elements) {
      expect(abs(a - e) <= 1e-14 + 1e-13 * abs(e), "\(what): \(a) and \(e)")
    }
  }
}
