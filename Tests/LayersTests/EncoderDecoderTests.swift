import Support
import Testing

@testable import Layers

@Suite struct EncoderDecoderTests {
  private func network(_ score: AttentionScore?, seed: UInt64 = 41) -> EncoderDecoder<Double> {
    var generator = RandomGenerator(seed: seed)
    var network = EncoderDecoder<Double>(
      sourceSymbols: 5, targetSymbols: 4, outputs: 3, embedding: 2, units: 6, attention: score)
    network.parameters.update { _, tensor in tensor = .uniform(tensor.shape, -1.5, 1.5, using: &generator) }
    return network
  }
  private let x = Tensor<Double>([[4, 0, 2, 1], [1, 3, 0, 0]])
  private let y = Tensor<Double>([[3, 0, 1], [3, 2, 2]])

  @Test(
    arguments: [nil, AttentionScore.dot, .scaledDot, .general, .additive],
    [nil, SequenceMask(lengths: [4, 2], steps: 4)])
  func gradientsAgreeWithCentralDifferences(_ score: AttentionScore?, _ mask: SequenceMask?) throws {
    let network = network(score)
    var generator = RandomGenerator(seed: 42)
    let cotangent = Tensor<Double>.uniform([2, 3, 3], -1, 1, using: &generator)
    let cache = try network.forward(source: x, previous: y, mask: mask).cache
    let own = try network.backward(cotangent, cache: cache).named
    for (place, weight) in network.parameters.named.enumerated() {
      let numeric = try centralDifferences(of: weight.tensor) { changed in
        var copy = network
        var tensors = network.parameters.named.map(\.tensor)
        tensors[place] = changed
        copy.parameters.replace(with: tensors)
        return try (copy.forward(source: x, previous: y, mask: mask).output * cotangent).sum()
      }
      expectEqual(own[place].name, weight.name)
      expect(own[place].tensor.largestDifference(from: numeric) < gradientTolerance, "\(weight.name)")
    }
  }

  /// Fed with what it wrote itself, the network in one piece gives the same symbols as step by step.
  @Test(arguments: [nil, AttentionScore.dot, .additive])
  func decodingIsTheForwardPassStepByStep(_ score: AttentionScore?) throws {
    let mask = SequenceMask(lengths: [4, 2], steps: 4)
    func symbols(_ network: EncoderDecoder<Double>) throws -> Set<Int> {
      Set(try network.decode(source: x, steps: 5, start: 3, mask: mask).symbols.flatMap { $0 })
    }
    // One that writes all three symbols: one that always writes the same says nothing.
    let network = try #require(
      try (41...80).lazy.map { self.network(score, seed: $0) }.first { try symbols($0).count == 3 })
    let written = try network.decode(source: x, steps: 5, start: 3, mask: mask)
    let previous = Tensor<Double>(written.symbols.map { [3.0] + $0.dropLast().map(Double.init) })
    let whole = try network.forward(source: x, previous: previous, mask: mask)
    expectEqual(whole.output.argmaxOfRows(), written.symbols.flatMap { $0 })
    let weights = try #require((score == nil) == (written.weights == nil) ? written.weights ?? .zeros([]) : nil)
    // Step by step and in one piece sums are added in another order.
    if let own = whole.cache.attention?.weights { expect(weights.largestDifference(from: own) < 1e-15) }
  }

  @Test func convertsToFloat() throws {
    let network = network(.additive)
    let single = network.converted(to: Float.self)
    let (a, b) = (
      try network.forward(source: x, previous: y), try single.forward(source: x.converted(), previous: y.converted())
    )
    // Single precision: sums of a dozen products of size 1.
    expect(a.output.largestDifference(from: b.output.converted()) < 1e-5)
  }
}
