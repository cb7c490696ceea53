/// Which initialiser each kind of weight takes.
///
/// | Weight                                  | Keras           | PyTorch (recurrent, H units) |
/// |-----------------------------------------|-----------------|------------------------------|
/// | `kernel`                                | glorotUniform   | uniform ±1/√H                |
/// | `recurrent_kernel`                      | orthogonal      | uniform ±1/√H                |
/// | `bias`, `recurrent_bias`                | zeros           | uniform ±1/√H                |
/// | forget gate's part of an LSTM's `bias`  | ones            | as the rest                  |
/// | `embeddings`                            | uniform ±0.05   |                              |
///
/// Source: Keras, `layers/rnn/lstm.py`, `gru.py`, `simple_rnn.py`, `layers/core/dense.py`, `embedding.py`; PyTorch, `nn/modules/rnn.py`.
public struct LayerInitializers: Equatable, Sendable {
  public var kernel: Initializer
  public var recurrentKernel: Initializer
  public var bias: Initializer
  public var embeddings: Initializer
  /// The forget gate of an LSTM begins open: its bias is 1 (Jozefowicz, Zaremba & Sutskever 2015, section 2.2).
  public var unitForgetBias: Bool

  public init(
    kernel: Initializer, recurrentKernel: Initializer, bias: Initializer,
    embeddings: Initializer = .uniform(low: -0.05, high: 0.05), unitForgetBias: Bool
  ) {
    self.kernel = kernel
    self.recurrentKernel = recurrentKernel
    self.bias = bias
    self.embeddings = embeddings
    self.unitForgetBias = unitForgetBias
  }

  public static let keras = LayerInitializers(
    kernel: .glorotUniform, recurrentKernel: .orthogonal, bias: .zeros, unitForgetBias: true)

  public static func pytorch(units H: Int) -> LayerInitializers {
    let uniform = Initializer.pytorchRecurrent(units: H)
    return LayerInitializers(kernel: uniform, recurrentKernel: uniform, bias: uniform, unitForgetBias: false)
  }

  /// The initialiser of the weight with the given name; the last part of `1/forward/kernel` decides.
  func initializer(of name: String) -> Initializer {
    let kind = name.split(separator: "/").last ?? ""
    if kind.hasSuffix("bias") { return bias }
    return kind.hasPrefix("recurrent") ? recurrentKernel : kind == "embeddings" ? embeddings : kernel
  }
}

extension ParameterGroup {
  /// Gives every weight its first numbers, in the group's order.
  ///
  /// A recurrent kernel `[H, 4H]` tells that the bias beside it is an LSTM's; its forget gate is the second of four blocks (i, f, g, o).
  public mutating func initialize(_ rules: LayerInitializers = .keras, using generator: inout RandomGenerator) {
    let shapes = named.map { ($0.name, $0.tensor.shape) }
    func isLSTM(_ prefix: Substring) -> Bool {
      shapes.contains { name, shape in
        name == prefix + "recurrent_kernel" && shape.count == 2 && shape[1] == 4 * shape[0]
      }
    }
    update { name, tensor in
      tensor = rules.initializer(of: name)(tensor.shape, using: &generator)
      let place = name.dropLast(name.split(separator: "/").last?.count ?? 0)
      if rules.unitForgetBias, name == place + "bias", isLSTM(place) { openForgetGate(&tensor) }
    }
  }
}

/// Writes ones into the forget gate's block of an LSTM's bias `[4H]`, gates i, f, g, o.
public func openForgetGate<Scalar>(_ bias: inout Tensor<Scalar>) {
  let H = bias.columns / 4
  for j in H..<2 * H { bias.scalars[j] = 1 }
}
