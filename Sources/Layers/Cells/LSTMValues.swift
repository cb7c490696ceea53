/// Everything that a step of an LSTM computes, `[B, H]` each, under the letters of the equations.
///
/// The gradient of a loss with respect to a step has the same fields: `zi` is then ∂loss/∂zi.
public struct LSTMValues<Scalar: RealScalar>: Sendable {
  /// The sums that go into the activations of i, f, g and o.
  public let zi, zf, zg, zo: Tensor<Scalar>
  public let i, f, g, o: Tensor<Scalar>
  /// The next cell state, and what its activation makes of it.
  public let c, tanhC: Tensor<Scalar>
  /// The next hidden state.
  public let h: Tensor<Scalar>

  // In the order of the computation.
  init(
    zi: Tensor<Scalar>, i: Tensor<Scalar>, zf: Tensor<Scalar>, f: Tensor<Scalar>, zg: Tensor<Scalar>,
    g: Tensor<Scalar>, c: Tensor<Scalar>, zo: Tensor<Scalar>, o: Tensor<Scalar>, tanhC: Tensor<Scalar>,
    h: Tensor<Scalar>
  ) {
    (self.zi, self.zf, self.zg, self.zo) = (zi, zf, zg, zo)
    (self.i, self.f, self.g, self.o) = (i, f, g, o)
    (self.c, self.tanhC, self.h) = (c, tanhC, h)
  }

  var gates: NamedValues<Scalar> { [("i", i), ("f", f), ("g", g), ("o", o)] }

  var named: NamedValues<Scalar> {
    [
      ("pre_i", zi), ("i", i), ("pre_f", zf), ("f", f), ("pre_g", zg), ("g", g), ("c", c), ("pre_o", zo), ("o", o),
      ("tanh_c", tanhC), ("h", h),
    ]
  }
}

/// The activations of an LSTM.
///
/// | Option                | Default | Where it exists                    |
/// |-----------------------|---------|------------------------------------|
/// | `activation`          | tanh    | of g: Keras, TensorFlow, ONNX (g)  |
/// | `recurrentActivation` | sigmoid | of i, f, o: Keras, ONNX (f)        |
/// | `outputActivation`    | as g    | of c′: ONNX (h)                    |
public struct LSTMOptions: CellOptions {
  public var activation: Activation
  public var recurrentActivation: Activation
  public var outputActivation: Activation

  public init() { self.init(activation: .tanh) }

  public init(_ common: CommonOptions) {
    self.init(activation: common.activation, recurrentActivation: common.recurrentActivation)
  }

  public init(
    activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, outputActivation: Activation? = nil
  ) {
    self.activation = activation
    self.recurrentActivation = recurrentActivation
    self.outputActivation = outputActivation ?? activation
  }
}
