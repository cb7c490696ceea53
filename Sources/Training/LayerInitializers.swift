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
/// Source: Keras, `layers/rnn/lstm.py`, `gru.py`, `simple_rnn.py`, `layers/core/dense.py`, `embedding.py`; PyTorch,
/// `nn/modules/rnn.py`.
public struct LayerInitializers: Equatable, Sendable {
  /// Kernels, of dense layers as well.
  public var kernel: Initializer
  public var recurrentKernel: Initializer
  public var bias: Initializer
  public var embeddings: Initializer
  /// Whether the bias of an LSTM's forget gate begins at 1 (Jozefowicz, Zaremba & Sutskever 2015, section 2.2).
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

  /// Keras' defaults.
  public static let keras = LayerInitializers(
    kernel: .glorotUniform, recurrentKernel: .orthogonal, bias: .zeros, unitForgetBias: true)

  /// PyTorch's recurrent layers of H units.
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

extension Layer {
  /// Gives every weight its first numbers, in the order of `parameters`.
  ///
  /// The layer says which of its biases are those of an LSTM (``Layer/knownCells``).
  public mutating func initialize(_ rules: LayerInitializers = .keras, using generator: inout RandomGenerator) {
    let forgetful = knownCells.filter { $0.kind == .lstm }.map { "\($0.prefix)bias" }
    parameters.update { name, tensor in
      tensor = rules.initializer(of: name)(tensor.shape, using: &generator)
      if rules.unitForgetBias, forgetful.contains(name) { openForgetGate(&tensor) }
    }
  }
}

/// Writes ones into the block of the forget gate f of an LSTM's bias `[G·H]`, gates in the order of ``CellKind/lstm``.
public func openForgetGate<Scalar>(_ bias: inout Tensor<Scalar>) {
  let H = bias.columns / CellKind.lstm.gateCount
  guard let f = CellKind.lstm.gates.firstIndex(of: .f) else { return }
  for j in f * H..<(f + 1) * H { bias.scalars[j] = 1 }
}
