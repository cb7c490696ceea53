import Support
import Testing

@testable import Kernels

/// Whole sequences by the fast kernels: the forward run against plain loops, the gradients against central differences.
@Suite(.serialized, .lane(.threads))
struct SequenceTests {
  static let kinds = RecurrentKind.all
  /// B, T, D and H around the edges of tiles, vectors and groups of rows, pairwise distinct.
  static let sizes = [(1, 3, 7, 13), (2, 5, 17, 1), (17, 4, 1, 31), (67, 6, 28, 19), (5, 2, 260, 33), (3, 7, 9, 16)]
  /// Weights of more than a megabyte: threads share units.
  static let largeSize = (7, 6, 330, 370)
  /// As many weights, but so few units that threads share rows.
  static let wideInput = (13, 3, 3100, 37)

  @Test(arguments: kinds, sizes.indices)
  func forwardAgreesWithPlainLoops(kind: RecurrentKind, index: Int) {
    // Sums of at most 300 products of numbers below 1, in another order: 300 roundings of 2⁻²⁴ (2⁻⁵³), carried on by
    // the steps.
    checkForward(SampleSequence<Float>(kind, Self.sizes[index]), tolerance: 2e-5)
    checkForward(SampleSequence<Double>(kind, Self.sizes[index]), tolerance: 4e-14)
  }

  private func checkForward<Scalar: ElementaryScalar>(_ sample: SampleSequence<Scalar>, tolerance: Scalar) {
    for variant in SampleSequence<Scalar>.Variant.all {
      let expected = sample.runPlainly(variant)
      let (workspace, outputs) = sample.run(variant)
      expect(distance(outputs, expected.outputs) <= tolerance, "\(variant)")
      guard sample.kind == .lstm else { continue }
      var c = [Scalar](repeating: .nan, count: expected.c.count)
      workspace.copyCell(before: workspace.T, into: &c)
      expect(distance(c, expected.c) <= tolerance, "\(variant)")
    }
  }

  /// Weights of more than a megabyte, of which the input's part comes first; 5 and 6 steps, not all of which fit the
  /// steps that run at a time.
  @Test(arguments: kinds)
  func largeWeightsAgreeWithPlainLoops(kind: RecurrentKind) {
    // Sums of at most 800 products, carried on by the steps.
    checkForward(SampleSequence<Float>(kind, Self.largeSize), tolerance: 6e-5)
    checkForward(SampleSequence<Double>(kind, (3, 5, 210, 250)), tolerance: 1e-13)
  }

  @Test(arguments: kinds, sizes + [largeSize])
  func inferenceHasTheBitsOfARun(kind: RecurrentKind, size: (Int, Int, Int, Int)) {
    let sample = SampleSequence<Float>(kind, size)
    for variant in SampleSequence<Float>.Variant.all {
      let (workspace, outputs) = sample.run(variant)
      let (inference, inferred) = sample.infer(variant)
      expectEqual(inferred, outputs)
      var h = [Float](repeating: .nan, count: workspace.B * workspace.H)
      workspace.copyHidden(before: workspace.T, into: &h)
      expectEqual(inference.h, h)
      guard kind == .lstm else { continue }
      var c = h
      workspace.copyCell(before: workspace.T, into: &c)
      expectEqual(inference.c, c)
    }
  }

  @Test(arguments: kinds)
  func gradientsAgreeWithCentralDifferences(kind: RecurrentKind) {
    // The error of a central difference with steps of 1e-5 is about 1e-10 for sums of this size.
    for size in [(2, 3, 5, 4), (3, 4, 2, 11)] {
      var sample = SampleSequence<Double>(kind, size)
      for variant in SampleSequence<Double>.Variant.all {
        let gradients = sample.gradients(variant)
        for tensor in SampleSequence<Double>.Tensor.allCases where sample.uses(tensor, variant) {
          let received = gradients[tensor.rawValue]
          expect(!received.isEmpty, "\(variant) \(tensor)")
          for element in stride(from: 0, to: received.count, by: 3) {
            let expected = sample.centralDifference(variant, tensor, element, step: 1e-5)
            expect(abs(received[element] - expected) <= 1e-8, "\(variant) \(tensor) [\(element)]")
          }
        }
      }
    }
  }

  @Test(arguments: kinds)
  func floatGradientsAgreeWithDoubleOnes(kind: RecurrentKind) {
    for size in Self.sizes + [Self.largeSize, Self.wideInput] {
      let variant = SampleSequence<Double>.Variant(hasState: true, hasTwoBiases: true, goesBackwards: false)
      let expected = SampleSequence<Double>(kind, size).gradients(variant)
      let received = SampleSequence<Float>(kind, size).gradients(.init(variant))
      for (tensor, (a, b)) in zip(received, expected).enumerated() {
        // Gradients are sums over at most 67 samples and 6 steps of numbers of order 1.
        expect(distance(a.map(Double.init), b) <= 2e-4, "\(size), tensor \(tensor)")
      }
    }
  }

  /// Threads that share rows, in one, two and three blocks of them, and threads that share units.
  @Test(arguments: kinds, [(11, 40, 28, 91), (67, 9, 28, 45), (133, 9, 28, 45), largeSize, wideInput])
  func bitsDoNotDependOnTheNumberOfThreads(kind: RecurrentKind, size: (Int, Int, Int, Int)) {
    let before = Threads.count
    defer { Threads.count = before }
    let sample = SampleSequence<Float>(kind, size)
    let variant = SampleSequence<Float>.Variant(hasState: true, hasTwoBiases: true, goesBackwards: false)
    let results = [1, 2, 3, 5].map { threads in
      Threads.count = threads
      return (sample.run(variant).outputs, sample.gradients(variant))
    }
    for (outputs, gradients) in results.dropFirst() {
      expectEqual(outputs, results[0].0)
      expectEqual(gradients, results[0].1)
    }
  }

  /// A cut is a matter of the samples alone: none of them is left out, none stands twice, and few make one block.
  @Test func blocksHoldEverySampleOnce() {
    for (rows, count) in [(0, 1), (1, 1), (11, 1), (12, 2), (66, 2), (67, 2), (128, 2), (133, 3), (1000, 16)] {
      let blocks = RowBlocks(rows: rows, most: 66)
      expectEqual((0..<blocks.count).flatMap { Array(blocks[$0].rows) }, Array(0..<rows))
      expect((0..<blocks.count).allSatisfy { blocks[$0].rows.count <= min(blocks.greatest, 66) })
      expectEqual(blocks.count, count)
      let range = rows / 3..<rows - rows / 5
      let pieces = blocks.pieces(of: range)
      expectEqual(pieces.flatMap { Array($0.rows) }, Array(range))
      expect(pieces.allSatisfy { $0.block.rows.contains($0.rows.lowerBound) })
    }
  }

  @Test func theWorkspaceShowsTheGates() {
    let sample = SampleSequence<Double>(.lstm, (3, 4, 5, 7))
    let variant = SampleSequence<Double>.Variant(hasState: true, hasTwoBiases: false, goesBackwards: false)
    let workspace = sample.run(variant).workspace
    func read(_ copy: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
      var values = [Double](repeating: .nan, count: 21)
      copy(&values)
      return values
    }
    for t in 0..<4 {
      let gates = (0..<4).map { gate in read { workspace.copyGate(gate, step: t, into: $0) } }
      let (i, f, g, o) = (gates[0], gates[1], gates[2], gates[3])
      let (c, nextC) = (
        read { workspace.copyCell(before: t, into: $0) }, read { workspace.copyCell(before: t + 1, into: $0) }
      )
      let nextH = read { workspace.copyHidden(before: t + 1, into: $0) }
      for j in 0..<21 {
        expect(abs(nextC[j] - (f[j] * c[j] + i[j] * g[j])) <= 1e-15)
        var tanhC = Double.nan
        var value = nextC[j]
        Double.kernels.tanh(&value, into: &tanhC, count: 1)
        expect(abs(nextH[j] - o[j] * tanhC) <= 1e-15)
      }
    }
  }
}

/// The largest distance of two elements; infinite if one is no number or the counts differ.
private func distance<Scalar: RealScalar>(_ a: [Scalar], _ b: [Scalar]) -> Scalar {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0) { largest, pair in
    let distance = abs(pair.0 - pair.1)
    return distance.isNaN ? .infinity : max(largest, distance)
  }
}
