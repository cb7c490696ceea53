/// A seeded generator of random numbers: one multiplication a number.
///
/// Only whole numbers and the four operations follow from it, no library's sine or logarithm: the same seed gives the
/// same bytes on every machine.
///
/// It fixes the generated digits: with another generator every picture would be another one, and with the pictures all
/// numbers that were measured on them. That is why `Tensors`' `RandomGenerator`, which draws weights, is not used here;
/// this module stands on no other of this package.
///
/// Source: Wang Yi, wyrand (github.com/wangyi-fudan/wyhash).
struct SeededGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// The generator of one picture: `stream` tells pictures to learn from and pictures to be tested on apart.
  init(seed: UInt64, stream: UInt64, index: Int) {
    var first = SeededGenerator(seed: seed)
    var second = SeededGenerator(seed: first.next() ^ stream)
    var third = SeededGenerator(seed: second.next() ^ UInt64(index))
    self.init(seed: third.next())
  }

  mutating func next() -> UInt64 {
    state &+= 0xA076_1D64_78BD_642F
    let product = state.multipliedFullWidth(by: state ^ 0xE703_7ED1_A0B4_28DB)
    return product.high ^ product.low
  }

  /// A number in `low ..< high`, a multiple of 2⁻²⁴ of the way.
  mutating func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * Float(next() >> 40) * 0x1p-24 }

  /// Nearly normal, mean 0 and the given deviation, never beyond 3.5 deviations: the sum of four uniform numbers.
  mutating func bell(_ deviation: Float) -> Float {
    let sum = uniform(-1, 1) + uniform(-1, 1) + uniform(-1, 1) + uniform(-1, 1)
    return sum * deviation * 0.866_025_4
  }

  mutating func index(below bound: Int) -> Int { Int(next().multipliedFullWidth(by: UInt64(bound)).high) }
}
