import Support
import Testing

@testable import Training

// Three steps on two tensors, six numbers. Expected: Keras 3.15.1 (PyTorch 2.15 where ε stands outside the root), as
// golden/generate/training_units.py prints them.
private let start = NamedTensors<Double>([
  ("a", Tensor([0.5, -1.25, 2.0, 0.03])), ("b", Tensor([-0.75, 1.5])),
])
private let gradients = [
  [[0.1, -0.2, 0.003, 4.0], [0.7, -0.05]], [[-0.3, 0.15, 0.002, -1.0], [0.6, 0.45]],
  [[0.05, 0.4, -0.001, 0.5], [-0.2, 0.01]],
].map { NamedTensors<Double>([("a", Tensor($0[0])), ("b", Tensor($0[1]))]) }

struct Expectation: Sendable, CustomTestStringConvertible {
  let name: String
  let optimizer: any Optimizer
  let weights: [Double]
  var testDescription: String { name }
}

private let expectations = [
  Expectation(
    name: "SGD", optimizer: SGD(learningRate: 0.1),
    weights: [0.515, -1.285, 1.9996, -0.32, -0.8599999999999999, 1.459]),
  Expectation(
    name: "SGD, momentum",
    optimizer: SGD(learningRate: 0.1, momentum: 0.9, roundsConstantsToSingle: true),
    weights: [
      0.5248999999523162, -1.264300000977516, 1.9989070000247955, -0.9139999756813051, -1.0336999938964844,
      1.4270500007390974,
    ]),
  Expectation(
    name: "SGD, Nesterov",
    optimizer: SGD(learningRate: 0.1, momentum: 0.9, nesterov: true, roundsConstantsToSingle: true),
    weights: [
      0.5374099993634224, -1.297870000538826, 1.9986163000483752, -1.1695999556064614, -1.115329987742901,
      1.3933450024044514,
    ]),
  Expectation(
    name: "RMSprop", optimizer: RMSprop(learningRate: 0.01),
    weights: [
      0.49330558537124114, -1.2654190941962653, 1.9613338425158, 0.0022261866923682753, -0.7955722227352663,
      1.499431527941435,
    ]),
  Expectation(
    name: "RMSprop, momentum", optimizer: RMSprop(learningRate: 0.01, rho: 0.8, momentum: 0.7, epsilon: 1e-3),
    weights: [
      0.49173495428878095, -1.2467899464174472, 1.9971661919560595, -0.01205798130701711, -0.8193746094053808,
      1.4903556711047288,
    ]),
  Expectation(
    name: "RMSprop, centred", optimizer: RMSprop(learningRate: 0.01, momentum: 0.6, epsilon: 1e-2, centered: true),
    weights: [
      0.5120057565532306, -1.2585977010145537, 1.9991920342140657, -0.026285175798725222, -0.8368804875085168,
      1.4666825554594143,
    ]),
  Expectation(
    name: "RMSprop, ε outside the root, as PyTorch",
    optimizer: RMSprop(
      learningRate: 0.01, momentum: 0.7, epsilon: 1e-3, epsilonPlace: .outsideRoot, centered: true),
    weights: [
      0.47603429618783755, -1.239305352942018, 1.9532728915127562, -0.03327205601972076, -0.8548662676161014,
      1.512338508637723,
    ]),
  Expectation(
    name: "Adam", optimizer: Adam(learningRate: 0.01, roundsConstantsToSingle: true),
    weights: [
      0.49771713504743437, -1.2441595603963598, 1.9748014275700645, 0.010933123974380624, -0.7760765810342503,
      1.4980579352961734,
    ]),
  Expectation(
    name: "AMSGrad",
    optimizer: Adam(
      learningRate: 0.01, beta1: 0.8, beta2: 0.5, epsilon: 1e-3, amsgrad: true, roundsConstantsToSingle: true),
    weights: [
      0.49718011082888147, -1.2447179049603345, 1.9833264301282805, 0.013200446435641226, -0.7751739606144998,
      1.4995169097524186,
    ]),
  Expectation(
    name: "clipping by value", optimizer: SGD(learningRate: 0.1, clipping: .value(0.25)),
    weights: [0.51, -1.2699999999999998, 1.9996, 0.0049999999999999975, -0.78, 1.479]),
  Expectation(
    name: "clipping by norm", optimizer: SGD(learningRate: 0.1, clipping: .norm(0.5)),
    weights: [
      0.5090807972343031, -1.2857544870033568, 1.999945599345143, -0.0114424825669356, -0.8198729349915368,
      1.4725623524993956,
    ]),
  Expectation(
    name: "clipping by global norm", optimizer: SGD(learningRate: 0.1, clipping: .globalNorm(0.5)),
    weights: [
      0.5066446089041166, -1.2830647822005778, 1.9999601745011542, -0.017700530491034733, -0.7669210969982755,
      1.4824864590234257,
    ]),
]

/// The weights after the three steps, one behind the other.
private func threeSteps<Scalar: RealScalar>(_ optimizer: some Optimizer, _: Scalar.Type) throws -> [Scalar] {
  func converted(_ group: NamedTensors<Double>) -> NamedTensors<Scalar> {
    NamedTensors(group.named.map { ($0.name, $0.tensor.converted()) })
  }
  var weights = converted(start)
  var state = OptimizerState(optimizer, for: weights)
  for gradient in gradients { try optimizer.step(&weights, gradient: converted(gradient), state: &state) }
  return weights.tensors.flatMap(\.scalars)
}

@Suite struct OptimizersAgainstFrameworks {
  @Test(arguments: expectations)
  func threeStepsInDouble(_ expectation: Expectation) throws {
    for (found, wanted) in zip(try threeSteps(expectation.optimizer, Double.self), expectation.weights) {
      // A few units of the last digit of numbers near 1: the frameworks group the products differently.
      expect(abs(found - wanted) <= 2e-15)
    }
  }

  @Test(arguments: expectations)
  func threeStepsInFloat(_ expectation: Expectation) throws {
    for (found, wanted) in zip(try threeSteps(expectation.optimizer, Float.self), expectation.weights) {
      // Three steps, each rounded to half a unit of 2⁻²³ of numbers up to 2; Keras' own Float run is as far away.
      expect(abs(Double(found) - wanted) <= 6e-7)
    }
  }

  /// Keras 3 in single precision: the bias correction of Adam is taken from the rounded betas there.
  @Test func adamInFloatAsKerasInFloat() throws {
    let keras: [Float] = [0.49771714, -1.2441596, 1.9748014, 0.010933127, -0.77607656, 1.498058]
    for (found, wanted) in zip(try threeSteps(Adam(learningRate: 0.01), Float.self), keras) {
      expect(abs(found - wanted) <= 2 * wanted.ulp + 1e-8)
    }
  }

  @Test func theEpsilonPlaceMatters() throws {
    let inside = try threeSteps(RMSprop(learningRate: 0.01, epsilon: 1e-3), Double.self)
    let outside = try threeSteps(RMSprop(learningRate: 0.01, epsilon: 1e-3, epsilonPlace: .outsideRoot), Double.self)
    expect(zip(inside, outside).allSatisfy { abs($0 - $1) > 1e-7 })
  }
}

/// MXNet's rule, whose weight decay leaves out biases; numbers from the same script, run with MXNet 1.9.1.
@Suite struct OptimizerOfMXNet {
  static let expectations = [
    Expectation(
      name: "decay", optimizer: MXNetSGD(learningRate: 0.1, weightDecay: 0.05, roundsConstantsToSingle: true),
      weights: [
        0.5074871874999758, -1.2664680937238717, 1.9697537416090665, -0.3169577588229666, -0.8600000016391277,
        1.4589999993890526,
      ]),
    Expectation(
      name: "momentum",
      optimizer: MXNetSGD(
        learningRate: 0.1, momentum: 0.9, weightDecay: 0.05, rescaleGradient: 0.25, roundsConstantsToSingle: true),
      weights: [
        0.4922698748921798, -1.2187384685785947, 1.9438681723731628, -0.20506540114299, -0.820924999530986,
        1.4817624999130146,
      ]),
    Expectation(
      name: "clipping",
      optimizer: MXNetSGD(
        learningRate: 0.1, momentum: 0.9, weightDecay: 0.05, rescaleGradient: 0.25, clipGradient: 0.06,
        roundsConstantsToSingle: true),
      weights: [
        0.4894273746316703, -1.2147384683848796, 1.9438681723731628, 0.018385946577534264, -0.7726599991758168,
        1.4917375001912936,
      ]),
    Expectation(
      name: "clipping without momentum",
      optimizer: MXNetSGD(
        learningRate: 0.1, weightDecay: 0.05, rescaleGradient: 0.25, clipGradient: 0.06, roundsConstantsToSingle: true),
      weights: [
        0.49478237467857167, -1.2361247181348383, 1.9700507472384032, 0.023582096282088946, -0.7569999998360872,
        1.4950000000596047,
      ]),
  ]

  private func steps(_ optimizer: some Optimizer) throws -> [Double] {
    func named(_ group: NamedTensors<Double>) -> NamedTensors<Double> {
      NamedTensors(zip(["a_weight", "a_bias"], group.tensors).map { ($0, $1) })
    }
    var weights = named(start)
    var state = OptimizerState(optimizer, for: weights)
    for gradient in gradients { try optimizer.step(&weights, gradient: named(gradient), state: &state) }
    return weights.tensors.flatMap(\.scalars)
  }

  @Test(arguments: expectations) func threeSteps(_ expectation: Expectation) throws {
    for (found, wanted) in zip(try steps(expectation.optimizer), expectation.weights) {
      // A few units of the last digit of numbers near 1.
      expect(abs(found - wanted) <= 2e-15)
    }
  }

  @Test func biasesHaveNoDecay() {
    let rule = MXNetSGD(weightDecay: 0.05)
    expect(["0/bias", "1/forward/recurrent_bias"].allSatisfy { rule.rule(for: $0).weightDecay == 0 })
    expect(["0/embeddings", "2/kernel", "l0_i2h_weight"].allSatisfy { rule.rule(for: $0) == rule })
  }

  /// A gradient that is no number must not pass for a bound.
  @Test func whatIsNoNumberStaysSo() throws {
    var (weights, slots) = ([1.0, 1, 1], [Double]())
    MXNetSGD(clipGradient: 0.5).update(&weights, gradient: [.nan, .infinity, -1], slots: &slots, step: 1)
    expect(weights[0].isNaN && abs(weights[1] - 0.995) < 1e-15 && abs(weights[2] - 1.005) < 1e-15)
  }
}

@Suite struct OptimizerStates {
  let adam = Adam(learningRate: 0.01, amsgrad: true)

  /// A step of a model where its weights stand, and of a tensor so large that threads share it, has the bits of a step
  /// of its parameters on one thread.
  @Test func aStepOfAModelIsAStepOfItsParameters() throws {
    let threads = Threads.count
    defer { Threads.count = threads }
    var generator = RandomGenerator(seed: 5)
    let kernel = Tensor<Float>.uniform([311, 307], -1, 1, using: &generator)
    let bias = Tensor<Float>.uniform([307], -1, 1, using: &generator)
    let start = Stack<Float>([try Dense(kernel: kernel, bias: bias)])
    let gradient = start.parameters.named.map {
      ($0.name, Tensor<Float>.uniform($0.tensor.shape, -1, 1, using: &generator))
    }
    func check(_ optimizer: some Optimizer) throws {
      var (model, weights) = (start, start.parameters)
      var (state, other) = (OptimizerState(optimizer, for: weights), OptimizerState(optimizer, for: weights))
      for _ in 0..<2 {
        Threads.count = 3
        try optimizer.step(&model, gradient: NamedTensors(gradient), state: &state)
        Threads.count = 1
        try optimizer.step(&weights, gradient: NamedTensors(gradient), state: &other)
      }
      expect(model.parameters == weights && state == other)
      expect(weights != start.parameters)
    }
    try check(SGD())
    try check(SGD(momentum: 0.9, nesterov: true))
    try check(Adam(amsgrad: true))
    try check(RMSprop(momentum: 0.5, centered: true))
  }

  /// Rows without a gradient are passed over: the weights are those of the formula for every number.
  @Test func weightsWithoutAGradientStay() {
    var generator = RandomGenerator(seed: 6)
    let start = Tensor<Float>.uniform([70, 53], -1, 1, using: &generator).scalars
    var gradient = [Float](repeating: 0, count: start.count)
    for row in [0, 7, 8, 31, 69] {
      for j in row * 53..<(row + 1) * 53 { gradient[j] = Float(j % 11) - 4.5 }
    }
    // The last number of a stretch of zeros, and one that is no number.
    (gradient[2047], gradient[3000]) = (0.25, .nan)
    var (weights, slots) = (start, [Float]())
    SGD(learningRate: 0.1).update(&weights, gradient: gradient, slots: &slots, step: 1)
    for i in start.indices where i != 3000 { expectEqual(weights[i], start[i] - Float(0.1) * gradient[i]) }
    expect(weights[3000].isNaN)
  }

  @Test func aStateIsNamedAndReadBack() throws {
    var weights = start
    var state = OptimizerState(adam, for: weights)
    try adam.step(&weights, gradient: gradients[0], state: &state)
    expectEqual(
      state.named.map(\.name),
      [
        "a/momentum", "a/velocity", "a/velocity_hat", "b/momentum", "b/velocity", "b/velocity_hat",
      ])
    var copy = OptimizerState(adam, for: start)
    try copy.restore(step: state.step, named: state.named.reversed())
    expectEqual(copy, state)
  }

  @Test func aForeignCheckpointIsAnError() throws {
    var state = OptimizerState(adam, for: start)
    let tensors = state.named
    #expect(throws: CheckpointError.missing("a/momentum")) {
      try state.restore(step: 1, named: Array(tensors.dropFirst()))
    }
    #expect(throws: CheckpointError.unknown("c/momentum")) {
      try state.restore(step: 1, named: tensors + [("c/momentum", Tensor([1]))])
    }
    #expect(throws: ShapeError("a/momentum", expected: "[4]", received: [2])) {
      try state.restore(step: 1, named: [("a/momentum", Tensor([1, 2]))] + tensors.dropFirst())
    }
  }

  /// Exactly what does not fit: the gradient's shape, the number of tensors, the slots of another rule.
  @Test func whatDoesNotFitIsNamed() {
    var weights = start
    var state = OptimizerState(adam, for: weights)
    let names = weights.names
    let other = NamedTensors<Double>([(names[0], weights.tensors[0]), (names[1], Tensor.zeros([9]))])
    #expect(throws: ShapeError("gradient of b", expected: "\(weights.tensors[1].shape)", received: [9])) {
      try adam.step(&weights, gradient: other, state: &state)
    }
    let one = NamedTensors<Double>([(names[0], weights.tensors[0])])
    var fresh = OptimizerState(adam, for: start)
    #expect(throws: ShapeError("weights of an optimiser", expected: "2 tensors", received: [2])) {
      try adam.step(&weights, gradient: one, state: &fresh)
    }
    var few = OptimizerState(Adam(), for: start)
    #expect(
      throws: ShapeError(
        "optimiser state of a", expected: "[\"momentum\", \"velocity\", \"velocity_hat\"] of \(start.tensors[0].shape)",
        received: start.tensors[0].shape)
    ) { try adam.step(&weights, gradient: gradients[0], state: &few) }
    expect("\(CheckpointError.missing("a/x"))".contains("a/x") && "\(CheckpointError.unknown("a/y"))".contains("a/y"))
  }

  @Test func aStateOfOtherWeightsIsAnError() {
    var weights = start
    var state = OptimizerState(adam, for: NamedTensors<Double>([("a", Tensor([1, 2]))]))
    #expect(throws: ShapeError.self) { try adam.step(&weights, gradient: gradients[0], state: &state) }
    var plain = OptimizerState(SGD(), for: start)
    #expect(throws: ShapeError.self) { try adam.step(&weights, gradient: gradients[0], state: &plain) }
  }
}

@Suite struct Clipping {
  @Test func aSmallGradientStaysAsItIs() {
    expectEqual(GradientClipping.value(4)(gradients[0]), gradients[0])
    expectEqual(GradientClipping.norm(8)(gradients[0]), gradients[0])
    expectEqual(GradientClipping.globalNorm(8)(gradients[0]), gradients[0])
  }

  @Test func normsReachTheBound() {
    let each = GradientClipping.norm(0.5)(gradients[0]).tensors.map { $0.squaredNorm().squareRoot() }
    expect(each.allSatisfy { abs($0 - 0.5) < 1e-15 })
    let all = GradientClipping.globalNorm(0.5)(gradients[0]).tensors.reduce(0) { $0 + $1.squaredNorm() }.squareRoot()
    expect(abs(all - 0.5) < 1e-15)
  }

  @Test func aZeroGradientStaysZero() {
    for clipping in [GradientClipping.value(1), .norm(1), .globalNorm(1)] {
      expectEqual(clipping(start.zeros), start.zeros)
    }
  }

  @Test func anInfiniteNormSpoilsTheStepVisibly() {
    let broken = NamedTensors<Double>([("a", Tensor([.infinity, 1])), ("b", Tensor([2]))])
    expect(GradientClipping.globalNorm(1)(broken).tensors[1].scalars[0].isNaN)
  }
}
