import Support
import Testing

@testable import Layers

/// Weights of two inputs and exactly one unit; every number is another.
private func weights(
  _ kind: CellKind = .simpleRNN, resetAfter: Bool = true, bias: [Double]? = nil, recurrentBias: [Double]? = nil,
  peepholes: Tensor<Double>? = nil, projection: Tensor<Double>? = nil
) -> CellWeights<Double> {
  let G = kind.gates.count
  func numbers(_ count: Int, from first: Double) -> [Double] { (0..<count).map { first + Double($0) } }
  return CellWeights(
    kind: kind, resetAfter: resetAfter, kernel: Tensor(shape: [2, G], scalars: numbers(2 * G, from: 100)),
    recurrentKernel: Tensor(shape: [1, G], scalars: numbers(G, from: 200)), bias: bias.map { Tensor($0) },
    recurrentBias: recurrentBias.map { Tensor($0) }, peepholes: peepholes, projection: projection)
}

/// What becomes of biases, peepholes and projections in a layout, and what is refused.
@Suite struct FittingTests {
  private func message(_ weights: CellWeights<Double>, _ layout: WeightLayout) -> String {
    do {
      _ = try weights.fitted(to: layout)
      return "fitted"
    } catch { return "\(error)" }
  }

  /// No bias, one of the two, both; into a layout with none, one, two.
  @Test func biasesAreKeptSummedOrRefused() throws {
    let none = try WeightLayout(.keras, .simpleRNN, WeightFeatures(bias: false))
    let one = try WeightLayout(.keras, .simpleRNN)
    let two = try WeightLayout(.pytorch, .simpleRNN)
    for (bias, recurrent, inOne, inTwo) in [
      (nil, nil, [0], ([0], [0])), ([3], nil, [3], ([3], [0])), (nil, [5], [5], ([0], [5])),
      ([3], [5], [8], ([3], [5])),
    ] as [([Double]?, [Double]?, [Double], ([Double], [Double]))] {
      let own = weights(bias: bias, recurrentBias: recurrent)
      try expectEqual(own.fitted(to: one).bias?.scalars, inOne)
      try expect(own.fitted(to: one).recurrentBias == nil)
      try expectEqual(own.fitted(to: two).bias?.scalars, inTwo.0)
      try expectEqual(own.fitted(to: two).recurrentBias?.scalars, inTwo.1)
      let isBare = bias == nil && recurrent == nil
      expect(message(own, none) == (isBare ? "fitted" : "these weights have a bias, the keras layout has none"))
    }
    // Zeros say nothing, so a layout without biases may drop them.
    let zeros = try weights(bias: [0], recurrentBias: [0]).fitted(to: none)
    expect(zeros.bias == nil && zeros.recurrentBias == nil)
    // −0 keeps its sign.
    let negative = try weights(bias: [-0.0], recurrentBias: [0]).fitted(to: one)
    expectEqual(negative.bias?.scalars.first?.sign, .minus)
  }

  @Test func aBiasThatTheResetGateScalesHasNoOtherPlace() throws {
    let oneBias = try WeightLayout(.tensorflow1, .gru, WeightFeatures(resetAfter: false))
    expectEqual(
      message(weights(.gru, resetAfter: true), oneBias),
      "the reset gate of these GRU weights acts after the recurrent product, in the tensorflow1 layout before it: "
        + "the two compute different functions")
    let before = weights(.gru, resetAfter: false, bias: [1, 2, 3], recurrentBias: [10, 20, 30])
    try expectEqual(before.fitted(to: oneBias).bias?.scalars, [11, 22, 33])
    let after = try WeightLayout(.keras, .gru)
    expectEqual(
      message(before, after),
      "the reset gate of these GRU weights acts before the recurrent product, in the keras layout after it: "
        + "the two compute different functions")
  }

  @Test func whatALayoutLacksIsRefused() throws {
    let keras = try WeightLayout(.keras, .lstm)
    let withPeepholes = try WeightLayout(.onnx, .lstm, WeightFeatures(peepholes: true))
    let withProjection = try WeightLayout(.pytorch, .lstm, WeightFeatures(projection: true))
    let peepholes = Tensor<Double>([[0], [0], [7]])
    expectEqual(
      message(weights(.lstm, peepholes: peepholes), keras), "these weights have peepholes, the keras layout has none")
    try expect(weights(.lstm, peepholes: .zeros([3, 1])).fitted(to: keras).peepholes == nil)
    try expectEqual(weights(.lstm).fitted(to: withPeepholes).peepholes, .zeros([3, 1]))
    try expectEqual(weights(.lstm, peepholes: peepholes).fitted(to: withPeepholes).peepholes, peepholes)
    expectEqual(
      message(weights(.lstm), withProjection), "the pytorch layout has a projection, these weights have none")
    expectEqual(
      message(weights(.lstm, projection: Tensor([[1]])), keras),
      "these weights have a projection, the keras layout has none")
    expectEqual(
      message(weights(.gru), keras), "a GRU cannot be stored as an LSTM")
  }

  /// The forget gate's block alone, of one unit and of two; other cells and 0 stay as they are.
  @Test func theForgetBiasIsAddedToTheForgetGate() {
    expectEqual(weights(.lstm, bias: [1, 2, 3, 4]).addingForgetBias(10).bias?.scalars, [1, 12, 3, 4])
    expectEqual(weights(.lstm).addingForgetBias(-2).bias?.scalars, [0, -2, 0, 0])
    let two = CellWeights<Double>(
      kind: .lstm, kernel: .zeros([1, 8]), recurrentKernel: .zeros([2, 8]), bias: Tensor([1, 2, 3, 4, 5, 6, 7, 8]))
    expectEqual(two.addingForgetBias(10).bias?.scalars, [1, 2, 13, 14, 5, 6, 7, 8])
    expect(weights(.lstm).addingForgetBias(0).bias == nil)
    expectEqual(weights(.gru, bias: [1, 2, 3]).addingForgetBias(10).bias?.scalars, [1, 2, 3])
  }
}

/// Skipped steps pass nothing, forward and backward.
@Suite struct MaskingTests {
  @Test func skippedStepsAreZeroInBothDirections() throws {
    let layer = Masking<Double>(maskValue: 7)
    // Sample 0: step 1 is skipped; sample 1: steps 0 and 2. One feature of 7 is not enough.
    let x = Tensor<Double>(shape: [2, 3, 2], scalars: [1, 7, 7, 7, 2, 3, 7, 7, 4, 5, 7, 7])
    let forward = try layer.forward(x, mask: nil)
    expectEqual(forward.output.scalars, [1, 7, 0, 0, 2, 3, 0, 0, 4, 5, 0, 0])
    expectEqual(forward.mask?.isUsed, [true, false, true, false, true, false])
    let gradient = Tensor<Double>(shape: [2, 3, 2], scalars: (1...12).map(Double.init))
    let backward = try layer.backward(gradient, cache: forward.cache)
    expectEqual(backward.input.scalars, [1, 2, 0, 0, 5, 6, 0, 0, 9, 10, 0, 0])
  }

  @Test func aSequenceHasThreeAxes() {
    #expect(throws: ShapeError("input of a masking layer", expected: "[any, any, any]", received: [2, 3])) {
      try Masking<Double>().forward(.zeros([2, 3]), mask: nil)
    }
  }
}
