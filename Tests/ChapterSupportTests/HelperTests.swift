import Foundation
import Options
import TextLayout
import Support
import Testing

@testable import ChapterSupport
@testable import Notebook

private func size<Scalar: RealScalar>(of _: Scalar.Type) throws -> Int { MemoryLayout<Scalar>.size }

@MainActor @Suite struct HelperTests {
  @Test func aChoiceOfNumbersOpensIntoItsType() throws {
    let page = try demoPage()
    expectEqual(page.compute(in: .float) { try size(of: $0) }, 4)
    expectEqual(page.compute(in: .double) { try size(of: $0) }, 8)
  }

  @Test func formulasAreEvaluatedWithAndWithoutBindings() throws {
    let page = try demoPage()
    let x = symbol("x", .input)
    let w = symbol("w", .weight, Tensor<Double>([2, -3]))
    let y = define("y", sum(w ⊙ x), .output)
    let at: [Formula: MathValue] = [x: MathValue([5, 7])]
    expectEqual(page.value(y, at).scalars, [-11])
    expectEqual(page.value(y, in: page.evaluation(of: [y], at)).scalars, [-11])
    expectEqual(page.gradient(w, page.gradients(of: y, at)).scalars, [5, 7])
    let loss = define("L", sum(w ⊙ w ⊙ w), .loss)
    let evaluation = page.evaluation(of: [loss])
    expectEqual(page.gradient(w, page.gradients(of: loss, in: evaluation)).scalars, [12, 27])
    // The third derivative is 6: the error is 6·ε²/6 = 1e-10 for a step of 1e-5, and as much from rounding.
    let differences = page.centralDifferences(of: loss, w)
    expect(zip(differences.scalars, [12, 27]).allSatisfy { abs($0 - $1) < 1e-8 })
  }

  /// L = a·w³ at w = 2: 2·3·a·ε² = 6e-10·a from the curve, 4·2⁻⁵³·8·a/ε = 4e-10·a from rounding.
  @Test(arguments: [(1e-3, 1e-9), (1.5, 1e-8), (1.5e3, 1e-5), (1.5e6, 1e-2)])
  func theToleranceOfDifferencesFollowsTheLoss(factor: Double, expected: Double) throws {
    let page = try demoPage()
    let w = symbol("w", .weight, Tensor<Double>([2, 0.5]))
    let loss = define("L", symbol("a", .input, MathValue(factor)) * sum(w ⊙ w ⊙ w), .loss)
    let tolerance = page.differenceTolerance(of: loss, w)
    expect(tolerance.relative == 0 && abs(tolerance.absolute / expected - 1) < 1e-6, "\(tolerance)")
    let error = zip(page.centralDifferences(of: loss, w).scalars, [12 * factor, 0.75 * factor]).map { abs($0 - $1) }
    expect((error.max() ?? 1) <= tolerance.absolute)
  }

  /// Where the loss is large its rounding decides: 4·2⁻⁵³·10⁶ / 10⁻⁵ = 4.4e-5, and of the differences as much again.
  @Test func aLargeLossIsRoundedMore() throws {
    let w = symbol("w", .weight, Tensor<Double>([2, 0.5]))
    let loss = define("L", symbol("a", .input, MathValue(1e6)) + sum(w ⊙ w ⊙ w), .loss)
    expect(abs(try demoPage().differenceTolerance(of: loss, w).absolute / 1e-4 - 1) < 1e-6)
  }

  @Test(arguments: [Layers.CellKind.simpleRNN, .lstm, .gru])
  func weightsGoThroughALayoutAndALayer(kind: Layers.CellKind) throws {
    let page = try demoPage()
    var generator = RandomGenerator(seed: 3)
    let gates = kind.gates.count
    let own = RecurrentWeights<Double>(
      kernel: .uniform([2, 3 * gates], -1, 1, using: &generator),
      recurrentKernel: .uniform([3, 3 * gates], -1, 1, using: &generator),
      bias: .uniform([3 * gates], -1, 1, using: &generator))
    let weights = CellWeights(kind, own, resetAfter: false)
    let layout = page.layout(.keras, kind, WeightFeatures(resetAfter: false))
    let back = page.weights(in: layout, of: page.tensors(of: weights, in: layout))
    expectEqual(back, weights)
    let x = Tensor<Double>.uniform([4, 2], -1, 1, using: &generator)
    func outputs<Cell: StandardCell<Double>>(_: Cell.Type) throws -> Tensor<Double> {
      let cell = try Cell(weights: weights, options: Cell.Options(CommonOptions(resetAfter: false)))
      let layer = Recurrent(cell, returnSequences: true)
      let run = page.run(of: layer, x.reshaped([1, 4, 2]))
      // In two pieces, the second from the state of the first.
      let first = page.run(of: layer, x.slices(0..<1).reshaped([1, 1, 2]))
      let rest = page.run(of: layer, x.slices(1..<4).reshaped([1, 3, 2]), initialState: first.finalState)
      expectEqual(rest.outputs.slice(0), run.outputs.slice(0).slices(1..<4))
      return run.outputs.slice(0)
    }
    try expectEqual(page.states(of: weights, x), outputs(kind.type(Double.self)))
  }

  @Test func aPassHasOutputLossAndGradients() throws {
    let page = try demoPage()
    var dense = Dense<Double>(inputSize: 2, units: 1)
    dense.parameters = .init(kernel: Tensor([[3], [-2]]), bias: Tensor([0.5]))
    // y = 3·5 − 2·7 + 0.5 = 1.5; the target is 1, so L = 0.25 and ∂L/∂y = 1.
    let pass = page.pass(of: dense, Tensor([[5, 7]])) { try meanSquaredError($0, Tensor([[1]])) }
    expect(pass.output == Tensor([[1.5]]) && pass.loss == 0.25)
    expectEqual(pass.input, Tensor([[3, -2]]))
    expect(pass.parameters.kernel == Tensor([[5], [7]]) && pass.parameters.bias == Tensor([1]))
  }
}

/// What ends a chapter.
@Suite(.lane(.exits)) struct EndingTests {
  @Test func aFormulaWithoutAValueEndsTheChapterWithItsLine() async throws {
    let result = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run {
        _ = try demoPage().evaluation(of: [symbol("x", .input)], line: 41)
      }
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    expect(text.contains("line 41: "), "\(text)")
  }

  @Test func aLayerThatRefusesItsInputEndsTheChapterWithItsLine() async throws {
    let result = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run {
        let dense = Dense<Double>(inputSize: 3, units: 2)
        _ = try demoPage().output(of: dense, Tensor<Double>.zeros([1, 4]), line: 42)
      }
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    expect(text.contains("line 42: "), "\(text)")
  }
}
