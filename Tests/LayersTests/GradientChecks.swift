import Support
import Testing

@testable import Layers

/// Central differences of `loss` along every element of `tensor`.
func centralDifferences(
  of tensor: Tensor<Double>, step h: Double = 1e-5, loss: (Tensor<Double>) throws -> Double
) rethrows -> Tensor<Double> {
  Tensor(
    shape: tensor.shape,
    scalars: try Support.centralDifferences(of: tensor.scalars, step: h) {
      try loss(Tensor(shape: tensor.shape, scalars: $0))
    })
}

/// The truncation error of a central difference is about h² f‴/6 ≈ 1e-10, its rounding error about 1e-16 / h ≈ 1e-11;
/// 1e-8 leaves room for losses of size 10 and third derivatives of size 10, and is far below any wrong term.
let gradientTolerance = 1e-8

/// Checks a layer's gradients of every weight and of the input against central differences of Σ output ⊙ cotangent.
func checkGradients<L: Layer>(
  _ layer: L, x: Tensor<Double>, mask: SequenceMask? = nil, sourceLocation: SourceLocation = #_sourceLocation
) throws where L.Scalar == Double {
  var generator = RandomGenerator(seed: 91)
  let forward = try layer.forward(x, mask: mask)
  let cotangent = Tensor<Double>.uniform(forward.output.shape, -1, 1, using: &generator)
  let backward = try layer.backward(cotangent, cache: forward.cache)
  func loss(_ layer: L, _ x: Tensor<Double>) throws -> Double {
    try (layer.forward(x, mask: mask).output * cotangent).sum()
  }

  let dx = try centralDifferences(of: x) { try loss(layer, $0) }
  expect(backward.input.largestDifference(from: dx) < gradientTolerance, "input", sourceLocation: sourceLocation)
  for (index, weight) in layer.parameters.named.enumerated() {
    let numeric = try centralDifferences(of: weight.tensor) { changed in
      var copy = layer
      var place = 0
      copy.parameters.update { _, tensor in
        if place == index { tensor = changed }
        place += 1
      }
      return try loss(copy, x)
    }
    let own = backward.parameters.named[index].tensor
    expect(
      own.largestDifference(from: numeric) < gradientTolerance, "\(weight.name)", sourceLocation: sourceLocation)
  }
}

/// Cells whose weights are pairwise distinct.
struct Cells {
  var generator = RandomGenerator(seed: 2024)

  mutating func tensor(_ shape: Int...) -> Tensor<Double> { .uniform(shape, -0.9, 0.9, using: &generator) }

  mutating func weights(_ D: Int, _ H: Int, gates: Int, P: Int? = nil, biases: Int = 1) -> RecurrentWeights<Double> {
    RecurrentWeights(
      kernel: tensor(D, gates * H), recurrentKernel: tensor(P ?? H, gates * H),
      bias: biases > 0 ? tensor(gates * H) : nil, recurrentBias: biases > 1 ? tensor(gates * H) : nil)
  }

  mutating func simpleRNN(_ D: Int, _ H: Int, _ activation: Activation = .tanh) throws -> SimpleRNNCell<Double> {
    try SimpleRNNCell(
      parameters: weights(D, H, gates: 1, biases: 2), options: SimpleRNNOptions(activation: activation))
  }
  mutating func lstm(_ D: Int, _ H: Int, _ options: LSTMOptions = LSTMOptions()) throws -> LSTMCell<Double> {
    try LSTMCell(parameters: weights(D, H, gates: 4), options: options)
  }
  mutating func gru(_ D: Int, _ H: Int, resetAfter: Bool) throws -> GRUCell<Double> {
    try GRUCell(parameters: weights(D, H, gates: 3, biases: 2), options: GRUOptions(resetAfter: resetAfter))
  }
}
