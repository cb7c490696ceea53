import Layers
import Safetensors
import TextLayout

extension PlainNetwork {
  /// The network of a file's own tensors, as they are stored.
  init(_ sources: [FoundNetwork], _ network: RecurrentNetwork, forgetBias: Double) throws {
    merge = network.merge
    isReversed = network.isReversed
    for found in sources {
      let layers = Set(found.cells.keys.map(\.layer)).count
      for layer in 0..<layers {
        let directions = try [false, true].compactMap { isBackward -> PlainCell? in
          guard let cell = found.cells[CellPlace(layer: layer, isBackward: isBackward)] else { return nil }
          var plain = try PlainCell(
            found.framework, network.kind, activations: network.activations,
            resetAfter: network.cells[0][0].resetAfter,
            forgetBias: found.framework == .tensorflow1 && network.kind == .lstm ? forgetBias : 0
          ) { cell.tensors[$0]?.tensor }
          (plain.clip, plain.inputForget) = (network.clip, network.inputForget)
          return plain
        }
        cells.append(directions)
      }
    }
  }
}

extension WeightConversion {
  /// The largest difference of the outputs: the formulas in the source's convention on the source's own tensors, and
  /// in the target's convention on the tensors to be written, before they are rounded.
  ///
  /// Both sides are `PlainNetwork`: neither the layers nor `WeightLayout` take part.
  public func largestDifference(of part: Part, seed: UInt64, samples: Int = 3, steps: Int = 7) throws -> Double {
    let asked = request.told.forgetBias
    func forgetBias(_ found: FoundNetwork) -> Double { asked ?? (found.cellWord.contains("cudnn_compatible") ? 0 : 1) }
    let before = try PlainNetwork(part.sources, part.network, forgetBias: forgetBias(part.sources[0]))
    let after = try PlainNetwork([try reread(part)], part.network, forgetBias: asked ?? 1)
    var generator = RandomGenerator(seed: seed)
    var largest = 0.0
    for _ in 0..<samples {
      let D = part.network.cells[0][0].inputSize
      let x = Tensor<Double>.uniform([steps, D], -1, 1, using: &generator)
      let sequence = (0..<steps).map { t in Array(x.scalars[t * D..<(t + 1) * D]) }
      let (a, b) = (before.run(sequence), after.run(sequence))
      guard a.map({ $0.map(\.count) }) == b.map({ $0.map(\.count) }) else { return .infinity }
      for (x, y) in zip(a.joined().joined(), b.joined().joined()) {
        guard (x - y).isFinite else { return .infinity }
        largest = max(largest, abs(x - y))
      }
    }
    return largest
  }

  /// The network that a reader of the written file finds.
  private func reread(_ part: Part) throws -> FoundNetwork {
    let entries = part.tensors.map {
      Checkpoint.Entry($0.name, StoredTensor($0.tensor.scalars, shape: $0.tensor.shape))
    }
    let found = try Checkpoint(entries, file: "the result").networks(request.to)
    guard found.count == 1, found[0].problem == nil else {
      throw ConversionError(
        "the check reads \(found.count) networks for \(quoted(part.sources[0].title)) in the result, expected one"
          + (found.first?.problem.map { ": \($0)" } ?? ""))
    }
    return found[0]
  }
}
