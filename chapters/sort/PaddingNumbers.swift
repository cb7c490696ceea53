import ChapterSupport
import ReorderingTasks

/// Logits of a padded bucket beside those of each sequence alone.
struct PaddingNumbers {
  /// The largest difference at the places that count, by sequence.
  var masked, plain: [Double]
  /// The same of the forward half of the states, without a mask.
  var plainForwardHalf: [Double]
  /// What `plain` is in PyTorch; nil where the golden numbers are not at hand.
  var offInPyTorch: [Double]?

  /// - Parameter numbers: `sort_padding`, whose weights are used; others without it.
  init(_ numbers: LessonNumbers?, _ bucket: Buckets.Batch, _ sequences: [[Int]]) throws {
    let network = try numbers.map { try Self.network($0["weights"]) } ?? Self.drawnNetwork()
    func logits(_ x: Tensor<Double>, _ mask: SequenceMask?) throws -> (z: Tensor<Double>, h: Tensor<Double>) {
      let run = try network.recurrent.run(network.embedding(x), mask: mask)
      let merged = network.recurrent.merge(run.forwardOutput, run.backwardOutput)
      return (try network.dense(merged), run.forwardOutput)
    }
    let (masked, plain) = (try logits(bucket.x(), bucket.mask), try logits(bucket.x(), nil))
    (self.masked, self.plain, plainForwardHalf) = ([], [], [])
    for (n, sequence) in sequences.enumerated() {
      let T = sequence.count
      let alone = try logits(Tensor(shape: [1, T], scalars: sequence.map(Double.init)), nil)
      func off(_ padded: Tensor<Double>, _ alone: Tensor<Double>) -> Double {
        padded.slice(n).slices(0..<T).largestDifference(from: alone.slice(0))
      }
      self.masked.append(off(masked.z, alone.z))
      self.plain.append(off(plain.z, alone.z))
      plainForwardHalf.append(off(plain.h, alone.h))
    }
    offInPyTorch = try numbers?["largest_difference_not_masked_to_alone_by_sequence"].numbers()
  }

  static func network(_ weights: LessonNumbers) throws -> SortingNetwork<Double> {
    let all = try weights.keys().map { ($0, try weights[$0].tensor()) }
    return try SortingNetwork { name in all.first { $0.0 == name }?.1 }
  }

  private static func drawnNetwork() throws -> SortingNetwork<Double> {
    var generator = RandomGenerator(seed: 11)
    let shapes = ["embed_weight": [6, 4], "cls_weight": [6, 6], "cls_bias": [6]]
    return try SortingNetwork { name in
      let end = name.dropFirst(3)
      let inner = end == "i2h_weight" ? [12, 4] : end == "h2h_weight" ? [12, 3] : [12]
      return Tensor.uniform(shapes[name] ?? inner, -1, 1, using: &generator)
    }
  }
}
