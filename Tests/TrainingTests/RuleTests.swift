import Foundation
import Support
import Testing

@testable import Training

/// Rules and their defaults, by formulas written once more.
@Suite struct RuleTests {
  @Test func whatNobodyChooses() {
    expectEqual(
      Adam(),
      Adam(
        learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false, clipping: .none,
        roundsConstantsToSingle: false))
    expectEqual(
      SGD(), SGD(learningRate: 0.01, momentum: 0, nesterov: false, clipping: .none, roundsConstantsToSingle: false))
    expectEqual(
      RMSprop(),
      RMSprop(
        learningRate: 0.001, rho: 0.9, momentum: 0, epsilon: 1e-7, epsilonPlace: .insideRoot, centered: false,
        clipping: .none))
    expectEqual(
      MXNetSGD(),
      MXNetSGD(
        learningRate: 0.01, momentum: 0, weightDecay: 0, rescaleGradient: 1, clipGradient: nil, clipping: .none,
        roundsConstantsToSingle: false))
    expectEqual(TrainingPlan(epochs: 3), TrainingPlan(epochs: 3, batchSize: 32, shuffleSeed: nil))
    expectEqual(LearningRateSchedule.exponential(0.5), .exponential(0.5, every: 1, staircase: false))
    expectEqual(LearningRateSchedule.inverseTime(0.5), .inverseTime(0.5, every: 1, staircase: false))
    expectEqual(Initializer.orthogonal, .orthogonal(gain: 1))
  }

  @Test func slotsHaveTheirNames() {
    expectEqual(Adam().slotNames, ["momentum", "velocity"])
    expectEqual(Adam(amsgrad: true).slotNames, ["momentum", "velocity", "velocity_hat"])
    expect(SGD().slotNames == [] && SGD(momentum: 0.1).slotNames == ["momentum"])
    expect(MXNetSGD().slotNames == [] && MXNetSGD(momentum: 0.1).slotNames == ["momentum"])
    expect(RMSprop().slotNames == ["velocity"] && RMSprop(momentum: 0.1).slotNames == ["velocity", "momentum"])
    expectEqual(RMSprop(centered: true).slotNames, ["velocity", "average_gradient"])
    expectEqual(RMSprop(momentum: 0.1, centered: true).slotNames, ["velocity", "momentum", "average_gradient"])
  }

  /// Numbers beyond one piece of 1024, three steps with two gradients; nothing rounded to single precision.
  private func steps(_ optimizer: some Optimizer) throws -> [Double] {
    var weights = NamedTensors<Double>([("w", Tensor(Self.start))])
    var state = OptimizerState(optimizer, for: weights)
    for gradient in Self.gradients {
      try optimizer.step(&weights, gradient: NamedTensors([("w", Tensor(gradient))]), state: &state)
    }
    expectEqual(state.step, 3)
    return weights.tensors[0].scalars
  }
  private static let start: [Double] = (0..<1100).map { Double($0 % 7) - 3 }
  private static let gradients: [[Double]] = [0, 5, 10].map { (offset: Int) -> [Double] in
    (0..<1100).map { (place: Int) -> Double in Double((place * 3 + offset) % 11) * 0.1 - 0.45 }
  }

  private func plain(_ rule: (_ w: inout Double, _ g: Double, _ m: inout [Double], _ t: Double) -> Void) -> [Double] {
    Self.start.indices.map { place in
      var (w, memory) = (Self.start[place], [0.0, 0, 0])
      for (t, gradient) in Self.gradients.enumerated() { rule(&w, gradient[place], &memory, Double(t + 1)) }
      return w
    }
  }

  private func expectNear(_ a: [Double], _ b: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
    expect(zip(a, b).allSatisfy { abs($0 - $1) <= 4e-15 }, sourceLocation: sourceLocation)
  }

  @Test func everyRuleIsItsFormula() throws {
    try expectNear(steps(SGD(learningRate: 0.1)), plain { w, g, _, _ in w -= 0.1 * g })
    try expectNear(
      steps(SGD(learningRate: 0.1, momentum: 0.7)),
      plain { w, g, m, _ in
        m[0] = 0.7 * m[0] - 0.1 * g
        w += m[0]
      })
    try expectNear(
      steps(SGD(learningRate: 0.1, momentum: 0.7, nesterov: true)),
      plain { w, g, m, _ in
        m[0] = 0.7 * m[0] - 0.1 * g
        w += 0.7 * m[0] - 0.1 * g
      })
    try expectNear(
      steps(Adam(learningRate: 0.1, beta1: 0.8, beta2: 0.95, epsilon: 0.01)),
      plain { w, g, m, t in
        m[0] += (g - m[0]) * (1 - 0.8)
        m[1] += (g * g - m[1]) * (1 - 0.95)
        w -= m[0] * 0.1 * (1 - pow(0.95, t)).squareRoot() / (1 - pow(0.8, t)) / (m[1].squareRoot() + 0.01)
      })
    try expectNear(
      steps(Adam(learningRate: 0.1, beta1: 0.8, beta2: 0.5, epsilon: 0.01, amsgrad: true)),
      plain { w, g, m, t in
        m[0] += (g - m[0]) * (1 - 0.8)
        m[1] += (g * g - m[1]) * 0.5
        m[2] = max(m[1], m[2])
        w -= m[0] * 0.1 * (1 - pow(0.5, t)).squareRoot() / (1 - pow(0.8, t)) / (m[2].squareRoot() + 0.01)
      })
    for place in [RMSprop.EpsilonPlace.insideRoot, .outsideRoot] {
      try expectNear(
        steps(RMSprop(learningRate: 0.1, rho: 0.8, momentum: 0.6, epsilon: 0.02, epsilonPlace: place, centered: true)),
        plain { w, g, m, _ in
          m[0] = 0.8 * m[0] + (1 - 0.8) * (g * g)
          m[1] = 0.8 * m[1] + (1 - 0.8) * g
          let variance = m[0] - m[1] * m[1]
          let root = place == .insideRoot ? (variance + 0.02).squareRoot() : variance.squareRoot() + 0.02
          m[2] = 0.6 * m[2] + 0.1 * g / root
          w -= m[2]
        })
    }
    try expectNear(
      steps(MXNetSGD(learningRate: 0.1, momentum: 0.7, weightDecay: 0.05, rescaleGradient: 0.5, clipGradient: 0.1)),
      plain { w, g, m, _ in
        m[0] = 0.7 * m[0] - 0.1 * (min(max(0.5 * g, -0.1), 0.1) + 0.05 * w)
        w += m[0]
      })
    try expectNear(
      steps(MXNetSGD(learningRate: 0.1, weightDecay: 0.05, rescaleGradient: 0.5)),
      plain { w, g, _, _ in w -= 0.1 * (0.5 * g + 0.05 * w) })
  }

  @Test func aTensorWithoutNumbersIsPassedOver() throws {
    var weights = NamedTensors<Double>([("a", .zeros([0, 3])), ("b", Tensor([1]))])
    var state = OptimizerState(Adam(), for: weights)
    expectEqual(state.named.map(\.tensor.shape), [[0, 3], [0, 3], [1], [1]])
    try Adam(learningRate: 1).step(
      &weights, gradient: NamedTensors([("a", .zeros([0, 3])), ("b", Tensor([2]))]), state: &state)
    // The first step is the rate, but for ε.
    expect(abs(weights["b"].scalars[0]) < 1e-5 && state.step == 1)
    expectEqual("\(CheckpointError.missing("a/x"))", "optimiser state: tensor a/x is missing")
    expectEqual("\(CheckpointError.unknown("a/y"))", "optimiser state: tensor a/y belongs to no weight")
  }

  /// In PyTorch's arithmetic a value is bounded as in Keras', and what is small stays.
  @Test func bothConventionsBoundValues() {
    let g = NamedTensors<Double>([("a", Tensor([3, -4])), ("b", Tensor([0.5]))])
    expect(GradientClipping.none(g, as: .pytorch) == g && GradientClipping.none(g) == g)
    expectEqual(GradientClipping.value(2)(g, as: .pytorch).tensors, [Tensor([2, -2]), Tensor([0.5])])
    expect(GradientClipping.norm(6)(g, as: .pytorch) == g && GradientClipping.globalNorm(6)(g, as: .pytorch) == g)
    expectEqual(g.globalNorm, 25.25.squareRoot())
    let each = GradientClipping.norm(2.5)(g, as: .pytorch).tensors
    expect(each[1] == Tensor([0.5]) && abs(each[0].scalars[0] - 3 * 2.5 / (5 + 1e-6)) < 1e-15)
    let all = GradientClipping.globalNorm(2)(g, as: .pytorch).tensors
    expect(abs(all[1].scalars[0] - 0.5 * 2 / (25.25.squareRoot() + 1e-6)) < 1e-15)
  }

  // MARK: Initialisers

  @Test func fansOfAllShapes() {
    let fans = [[], [5], [0], [2, 3], [4, 2, 3], [5, 4, 2, 3], [0, 3], [3, 0]].map { Initializer.fan($0) }
    expect(fans.map(\.in) == [1, 5, 1, 2, 8, 40, 1, 3] && fans.map(\.out) == [1, 5, 1, 3, 12, 60, 3, 1])
  }

  /// Every rule draws its numbers one by one between its limits.
  @Test(arguments: [
    (Initializer.glorotUniform, (6.0 / 5).squareRoot()), (.heUniform, 3.0.squareRoot()),
    (.fanInUniform, 0.5.squareRoot()), (.mxnetXavier(magnitude: 2.34), 1.17.squareRoot()),
    (.pytorchRecurrent(units: 4), 0.5), (.pytorchRecurrent(units: 0), 1),
  ])
  func uniformRulesDrawTheirNumbers(rule: Initializer, limit: Double) {
    var (own, plain) = (RandomGenerator(seed: 2), RandomGenerator(seed: 2))
    let w: Tensor<Double> = rule([2, 3], using: &own)
    let expected = (0..<6).map { _ in plain.uniform(-limit, limit) }
    expect(w.shape == [2, 3] && zip(w.scalars, expected).allSatisfy { abs($0 - $1) < 1e-15 } && own == plain)
  }

  @Test func otherRulesDrawTheirNumbers() {
    var (own, plain) = (RandomGenerator(seed: 3), RandomGenerator(seed: 3))
    let uniform: Tensor<Double> = Initializer.uniform(low: -1, high: 3)([2, 2], using: &own)
    expect(uniform.scalars == (0..<4).map { _ in plain.uniform(-1, 3) })
    let normal: Tensor<Double> = Initializer.normal(mean: 2, deviation: 0.5)([3], using: &own)
    expect(normal.scalars == (0..<3).map { _ in 2 + 0.5 * plain.normal() })
    // Tall: the columns of the normal matrix; wide: those of its transpose.
    for (shape, long, short) in [([5, 3], 5, 3), ([3, 5], 5, 3), ([2, 3, 4], 6, 4), ([4], 4, 1)] {
      let matrix = Tensor<Double>(shape: [long, short], scalars: (0..<long * short).map { _ in plain.normal() })
      let rows = orthonormalRows(matrix.transposed)
      let w = orthogonalMatrix(shape, using: &own)
      let isWide = shape.dropLast().reduce(1, *) < shape[shape.count - 1]
      expect(w.shape == shape && w.scalars == (isWide ? rows : rows.transposed).scalars)
    }
    expectEqual(own, plain)
  }

  @Test func namesDecideWhichRule() {
    let rules = LayerInitializers(
      kernel: .ones, recurrentKernel: .constant(2), bias: .constant(3), embeddings: .constant(4), unitForgetBias: false)
    for (name, value) in [
      ("kernel", Initializer.ones), ("0/kernel", .ones), ("1/forward/recurrent_kernel", .constant(2)),
      ("recurrent_bias", .constant(3)), ("0/bias", .constant(3)), ("0/embeddings", .constant(4)), ("peepholes", .ones),
      ("", .ones),
    ] { expectEqual(rules.initializer(of: name), value, "\(name)") }
    expectEqual(
      LayerInitializers.keras,
      LayerInitializers(
        kernel: .glorotUniform, recurrentKernel: .orthogonal(gain: 1), bias: .zeros,
        embeddings: .uniform(low: -0.05, high: 0.05), unitForgetBias: true))
    let torch = LayerInitializers.pytorch(units: 16)
    expect(torch.kernel == .uniform(low: -0.25, high: 0.25) && torch.bias == torch.kernel && !torch.unitForgetBias)
    expect(torch.recurrentKernel == torch.kernel && torch.embeddings == .uniform(low: -0.05, high: 0.05))
    var lstm = LSTM<Double>(LSTMCell(inputSize: 2, units: 3))
    var generator = RandomGenerator(seed: 1)
    lstm.initialize(rules, using: &generator)
    expectEqual(lstm.parameters.bias?.scalars.allSatisfy { $0 == 3 }, true)
    var bias = Tensor<Double>((0..<12).map(Double.init))
    openForgetGate(&bias)
    expectEqual(bias.scalars, [0, 1, 2, 1, 1, 1, 6, 7, 8, 9, 10, 11])
  }

  @Test func schedulesOfNoLength() {
    expectEqual(LearningRateSchedule.step(0, 0.5).factor(at: 2), 0.25)
    expectEqual(LearningRateSchedule.linear(1, 0.5, 0).factor(at: 3), 1)
    expectEqual(LearningRateSchedule.cosine(0, end: 0.25).factor(at: 3), 1)
    expectEqual(LearningRateSchedule.milestones([], 0.5).factor(at: 9), 1)
    expectEqual(LearningRateSchedule.afterwards(keep: 0, 0.5).factor(at: 0), 0.5)
  }

  /// Certain probabilities are kept inside of the margin; there the loss is flat.
  @Test func certainProbabilitiesAreClipped() throws {
    let (p, t) = (Tensor<Double>([[1, 0]]), Tensor<Double>([[0.25, 0.75]]))
    let margin = 1e-7
    let own = try categoricalCrossEntropy(p, t)
    expect(abs(own.value - (-0.25 * log(1 - margin) - 0.75 * log(margin))) < 1e-14 && own.gradient == .zeros([1, 2]))
    let binary = try binaryCrossEntropy(p, t)
    let first = -0.25 * log(1 - margin) - 0.75 * log(1 - (1 - margin))
    let second = -0.75 * log(margin) - 0.25 * log(1 - margin)
    expect(abs(binary.value - (first + second) / 2) < 1e-14 && binary.gradient == .zeros([1, 2]))
  }

  /// Biases do not decay, whatever the decay of the others.
  @Test(arguments: [0, 0.25, 1]) func biasesDoNotDecay(decay: Double) {
    let rule = MXNetSGD(weightDecay: decay)
    expect(rule.rule(for: "lstm_i2h_bias").weightDecay == 0 && rule.rule(for: "lstm_i2h_weight").weightDecay == decay)
  }
}
