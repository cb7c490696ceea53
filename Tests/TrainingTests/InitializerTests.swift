import Support
import Testing

@testable import Training

@Suite struct InitializerTests {
  /// Mean and variance of a uniform distribution on ±limit: 0 and limit²/3.
  @Test(arguments: [
    (Initializer.glorotUniform, (6.0 / 300).squareRoot()), (.heUniform, (6.0 / 100).squareRoot()),
    (.fanInUniform, 0.1), (.pytorchRecurrent(units: 25), 0.2), (.uniform(low: -0.05, high: 0.05), 0.05),
  ])
  func uniformRulesHaveTheirLimitAndVariance(_ rule: Initializer, limit: Double) {
    var generator = RandomGenerator(seed: 11)
    let w: Tensor<Double> = rule([100, 200], using: &generator)
    let variance = w.squared().mean()
    expect(w.scalars.allSatisfy { abs($0) <= limit })
    expect(w.absolute().scalars.max() ?? 0 > 0.999 * limit)
    // Five standard errors of 20,000 numbers: √(1/3)·5/√20000 and √(4/5)·5/√20000 of their size.
    expect(abs(w.mean()) < 0.021 * limit)
    expect(abs(variance / (limit * limit / 3) - 1) < 0.032)
  }

  @Test func normalRuleHasItsMeanAndDeviation() {
    var generator = RandomGenerator(seed: 12)
    let w: Tensor<Double> = Initializer.normal(mean: 0.3, deviation: 0.05)([100, 200], using: &generator)
    expect(abs(w.mean() - 0.3) < 5 * 0.05 / 141)
    expect(abs((w - w.mean()).squared().mean().squareRoot() / 0.05 - 1) < 0.025)
  }

  @Test(arguments: [[7, 7], [13, 52], [52, 13], [1, 4], [5, 1]])
  func orthogonalMatricesAreOrthonormal(_ shape: [Int]) {
    var generator = RandomGenerator(seed: 3)
    let w: Tensor<Double> = Initializer.orthogonal(shape, using: &generator)
    let short = shape.min() ?? 0
    let product = matmul(w, w, transposeA: shape[0] >= shape[1], transposeB: shape[0] < shape[1])
    var identity = Tensor<Double>.zeros([short, short])
    for i in 0..<short { identity[i, i] = 1 }
    expect(product.largestDifference(from: identity) < 1e-15 * Double(shape.max() ?? 1))
  }

  /// Numpy's `qr` of the transposed rows, Q times the signs of R's diagonal: the convention of Keras and PyTorch.
  @Test func theFactorHasTheSignsOfKeras() {
    let a = Tensor<Double>([[2, 1, -2], [1, -3, 0.5]])
    // Row 0 over its length 3; then row 1 less its projection −2/3 on it, over √(10.25 − 4/9).
    let first = [2.0 / 3, 1.0 / 3, -2.0 / 3]
    let rest = [1 + 4.0 / 9, -3 + 2.0 / 9, 0.5 - 4.0 / 9]
    let length = (10.25 - 4.0 / 9).squareRoot()
    expect(orthonormalRows(a).largestDifference(from: Tensor([first, rest.map { $0 / length }])) < 1e-15)
  }

  @Test func aGainScales() {
    var (one, two) = (RandomGenerator(seed: 4), RandomGenerator(seed: 4))
    let plain: Tensor<Float> = Initializer.orthogonal([3, 5], using: &one)
    let scaled: Tensor<Float> = Initializer.orthogonal(gain: 2)([3, 5], using: &two)
    expectEqual(scaled, plain * 2)
    expectEqual(one, two)
  }

  @Test func constants() {
    var generator = RandomGenerator(seed: 5)
    expectEqual(Initializer.zeros([2], as: Float.self, using: &generator), Tensor([0, 0]))
    expectEqual(Initializer.ones([2], as: Float.self, using: &generator), Tensor([1, 1]))
    expectEqual(Initializer.constant(0.25)([2], as: Float.self, using: &generator), Tensor([0.25, 0.25]))
    expectEqual(generator, RandomGenerator(seed: 5))
  }
}

@Suite struct LayerInitialization {
  /// An LSTM of 2 units, a simple network of 5 and a dense layer of 4.
  private var model: Stack<Double> {
    Stack<Double>([
      LSTM(LSTMCell(inputSize: 3, units: 2)), SimpleRNN(SimpleRNNCell(inputSize: 2, units: 5)),
      Dense(inputSize: 5, units: 4),
    ])
  }

  private func initialized(_ model: Stack<Double>, _ rules: LayerInitializers = .keras) -> NamedTensors<Double> {
    var (model, generator) = (model, RandomGenerator(seed: 8))
    model.initialize(rules, using: &generator)
    return model.parameters
  }

  @Test func kerasOpensOnlyTheForgetGateOfAnLSTM() {
    let weights = initialized(model)
    let bias = { (place: String) in weights.named.first { $0.name == place }?.tensor.scalars }
    expectEqual(bias("0/bias"), [0, 0, 1, 1, 0, 0, 0, 0])
    expectEqual(bias("1/bias"), [0, 0, 0, 0, 0])
    expectEqual(bias("2/bias"), [0, 0, 0, 0])
    let recurrent = weights.tensors(under: "1/recurrent")[0]
    expect(abs(matmul(recurrent, recurrent, transposeA: true)[2, 2] - 1) < 1e-14)
    expect(abs(matmul(recurrent, recurrent, transposeA: true)[2, 3]) < 1e-14)
  }

  /// A bias of as many numbers, beside weights of the same shapes, which no LSTM has; two LSTMs inside other layers.
  @Test func theLayerSaysWhatIsAnLSTM() throws {
    let lstm = LSTMCell<Double>(inputSize: 2, units: 2)
    let stacked = try StackedCells<Double>([GRUCell<Double>(inputSize: 3, units: 2), lstm])
    let wide = SimpleRNNCell<Double>(inputSize: 2, units: 8)
    let weights = initialized(
      Stack<Double>([
        Recurrent(stacked, returnSequences: true), Bidirectional(forward: wide, backward: lstm),
        Dense(inputSize: 10, units: 8), TimeDistributed(Recurrent(LSTMCell<Double>(inputSize: 2, units: 2))),
      ]))
    let open = weights.named.filter { $0.name.hasSuffix("bias") && $0.tensor.scalars.contains(1) }.map(\.name)
    expectEqual(open, ["0/1/bias", "1/backward/bias", "3/bias"])
    for name in open { expectEqual(weights[name].scalars, [0, 0, 1, 1, 0, 0, 0, 0], "\(name)") }
  }

  @Test func pytorchDrawsBiasesToo() {
    let tensors = initialized(model, .pytorch(units: 4)).tensors
    expect(tensors.allSatisfy { $0.scalars.allSatisfy { $0 != 0 && abs($0) <= 0.5 } })
  }

  @Test func theSameSeedGivesTheSameWeights() {
    var (first, second) = (model, model)
    var (one, two) = (RandomGenerator(seed: 9), RandomGenerator(seed: 9))
    first.initialize(using: &one)
    second.initialize(using: &two)
    expectEqual(first.parameters, second.parameters)
    second.initialize(using: &two)
    expect(first.parameters != second.parameters)
  }
}
