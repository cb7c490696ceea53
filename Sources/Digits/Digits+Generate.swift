import Dispatch

extension Digits {
  /// Draws digits, for a machine without a network: strokes with random slant, width, shift, bend and noise, in the
  /// form of MNIST.
  ///
  /// - Every digit is as frequent as the others (to one), in a random order.
  /// - The same seed gives the same bytes on every machine, whatever the number of threads: each picture has its own
  ///   generator.
  /// - Pictures to be tested on come from another stream than those to learn from, and neither depends on the other's
  ///   number.
  ///
  /// - Precondition: neither number is negative.
  public static func generate(seed: UInt64, train: Int = 60_000, test: Int = 10_000) -> Digits {
    Digits(
      train: generate(seed: seed, stream: 0x7472_6169_6E, count: train),
      test: generate(seed: seed, stream: 0x74_6573_74, count: test))
  }

  private static func generate(seed: UInt64, stream: UInt64, count: Int) -> DigitSet {
    let labels = shuffledLabels(seed: seed, stream: stream, count: count)
    let images = [UInt8](unsafeUninitializedCapacity: count * DigitSet.pixels) { buffer, filled in
      buffer.initialize(repeating: 0)
      filled = buffer.count
      // Each chunk draws into its own pictures.
      nonisolated(unsafe) let buffer = buffer
      let chunk = 500
      DispatchQueue.concurrentPerform(iterations: (count + chunk - 1) / chunk) { number in
        for index in number * chunk..<min((number + 1) * chunk, count) {
          var random = SeededGenerator(seed: seed, stream: stream, index: index)
          let ways = glyphs[Int(labels[index])]
          let glyph = ways[random.index(below: ways.count)]
          let pixels = buffer[index * DigitSet.pixels..<(index + 1) * DigitSet.pixels]
          Handwriting(&random).draw(glyph, into: UnsafeMutableBufferPointer(rebasing: pixels), &random)
        }
      }
    }
    return DigitSet(images: images, labels: labels, origin: .generated(seed: seed))
  }

  private static func shuffledLabels(seed: UInt64, stream: UInt64, count: Int) -> [UInt8] {
    var random = SeededGenerator(seed: seed, stream: stream, index: .max)
    var labels = (0..<count).map { UInt8($0 % 10) }
    for i in stride(from: count - 1, to: 0, by: -1) { labels.swapAt(i, random.index(below: i + 1)) }
    return labels
  }
}
