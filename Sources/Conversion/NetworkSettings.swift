import Layers

/// How the outputs of two directions are joined.
public enum DirectionMerge: String, CaseIterable, Sendable { case concat, sum, mul, ave, none }

/// What a network computes beside its weights. `nil`: nothing said it.
///
/// | Field         | Said by                                                                           |
/// |---------------|-----------------------------------------------------------------------------------|
/// | `activations` | simple RNN: f; GRU: gates, candidate; LSTM: gates, candidate, output (ONNX' order) |
/// | `resetAfter`  | a GRU's reset gate acts after the product                                         |
/// | `merge`       | both directions: how their outputs are joined                                     |
/// | `isReversed`  | one direction: it reads the sequence from its end                                 |
/// | `forgetBias`  | TensorFlow 1's LSTM: added to the forget gate at every call                       |
/// | `clip`        | ONNX: bound of the pre-activations                                                |
/// | `inputForget` | ONNX: f = 1 − i                                                                   |
public struct NetworkSettings: Equatable, Sendable {
  public var kind: CellKind?
  public var activations: [Activation]?
  public var resetAfter: Bool?
  public var merge: DirectionMerge?
  public var isReversed: Bool?
  public var forgetBias: Double?
  public var clip: Double?
  public var inputForget: Bool?

  public init(
    kind: CellKind? = nil, activations: [Activation]? = nil, resetAfter: Bool? = nil, merge: DirectionMerge? = nil,
    isReversed: Bool? = nil, forgetBias: Double? = nil, clip: Double? = nil, inputForget: Bool? = nil
  ) {
    self.kind = kind
    self.activations = activations
    self.resetAfter = resetAfter
    self.merge = merge
    self.isReversed = isReversed
    self.forgetBias = forgetBias
    self.clip = clip
    self.inputForget = inputForget
  }

  /// These settings, with those of `other` where these say nothing.
  func filled(from other: NetworkSettings) -> NetworkSettings {
    NetworkSettings(
      kind: kind ?? other.kind, activations: activations ?? other.activations,
      resetAfter: resetAfter ?? other.resetAfter, merge: merge ?? other.merge,
      isReversed: isReversed ?? other.isReversed, forgetBias: forgetBias ?? other.forgetBias,
      clip: clip ?? other.clip, inputForget: inputForget ?? other.inputForget)
  }

  /// The name of the first field that both say, each in another way.
  func conflict(with other: NetworkSettings) -> String? {
    func differ<Value: Equatable>(_ a: Value?, _ b: Value?) -> Bool { a != nil && b != nil && a != b }
    if differ(kind, other.kind) { return "kind" }
    if differ(activations, other.activations) { return "activations" }
    if differ(resetAfter, other.resetAfter) { return "reset-after" }
    if differ(merge, other.merge) { return "merge" }
    if differ(isReversed, other.isReversed) { return "direction" }
    return nil
  }
}

extension Activation {
  /// The functions by the words of command lines and of ONNX and Keras.
  ///
  /// `hard_sigmoid` alone is not among them: it is one function in Keras 2 and another in Keras 3.
  public init?(word: String) {
    switch word.lowercased().replacing("_", with: "").replacing("-", with: "") {
    case "tanh": self = .tanh
    case "sigmoid": self = .sigmoid
    case "relu": self = .relu
    case "linear": self = .linear
    case "softsign": self = .softsign
    case "softplus": self = .softplus
    case "elu": self = .elu(alpha: 1)
    case "keras2hardsigmoid", "hardsigmoidkeras2": self = .keras2HardSigmoid
    case "keras3hardsigmoid", "hardsigmoidkeras3": self = .kerasHardSigmoid
    default: return nil
    }
  }

  /// The words that `init(word:)` knows.
  public static let words =
    "tanh, sigmoid, relu, linear, softsign, softplus, elu, keras2_hard_sigmoid (0.2x + 0.5), "
    + "keras3_hard_sigmoid (x/6 + 0.5)"

  /// The word in a message.
  var word: String {
    switch self {
    case .linear: "linear"
    case .tanh: "tanh"
    case .sigmoid: "sigmoid"
    case .relu: "relu"
    case .softsign: "softsign"
    case .softplus: "softplus"
    case .softmax: "softmax"
    case .elu(let alpha): alpha == 1 ? "elu" : "elu(\(alpha))"
    case .hardSigmoid(let alpha, let beta):
      self == .keras2HardSigmoid
        ? "keras2_hard_sigmoid" : self == .kerasHardSigmoid ? "keras3_hard_sigmoid" : "hard_sigmoid(\(alpha), \(beta))"
    case .affine(let alpha, let beta): "affine(\(alpha), \(beta))"
    case .leakyRelu(let alpha): "leaky_relu(\(alpha))"
    case .thresholdedRelu(let alpha): "thresholded_relu(\(alpha))"
    case .scaledTanh(let alpha, let beta): "scaled_tanh(\(alpha), \(beta))"
    }
  }
}

extension CellKind {
  /// The functions of a cell as all frameworks have them unless they are told otherwise, in ONNX' order.
  var usualActivations: [Activation] {
    switch self {
    case .simpleRNN: [.tanh]
    case .gru: [.sigmoid, .tanh]
    case .lstm: [.sigmoid, .tanh, .tanh]
    }
  }

  /// The functions that a list of words means for this kind.
  ///
  /// One word is Keras' `activation` (the candidate's and the output's); two are gates and candidate; three add the
  /// output.
  func activations(_ words: [Activation]) throws -> [Activation] {
    switch (self, words.count) {
    case (.simpleRNN, 1), (.gru, 2), (.lstm, 3): return words
    case (.gru, 1): return [.sigmoid, words[0]]
    case (.lstm, 1): return [.sigmoid, words[0], words[0]]
    case (.lstm, 2): return [words[0], words[1], words[1]]
    default:
      let expected = self == .simpleRNN ? "1 name" : self == .gru ? "1 or 2 names" : "1 to 3 names"
      throw ConversionError("--activations: expected \(expected) for \(titleWithArticle), received \(words.count)")
    }
  }
}
