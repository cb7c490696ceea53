import Foundation

/// The project's own seeded generator: the same seed gives the same numbers on every machine and in every version.
///
/// SplitMix64: `z = state += 0x9E3779B97F4A7C15`, mixed by two xor-shift multiplications. It passes the usual
/// statistical suites and its state is one word, which a checkpoint can hold.
///
/// Source: Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014, figure 17 (mix by
/// Stafford, variant 13).
public struct RandomGenerator: RandomNumberGenerator, Equatable, Sendable {
  /// The generator's whole state; a generator with this seed goes on from here.
  public private(set) var state: UInt64

  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number in `0 ..< 1`, a multiple of 2⁻⁵³.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A number in `low ..< high`.
  public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }

  /// A standard normal number, by Marsaglia's polar method.
  public mutating func normal() -> Double {
    while true {
      let (u, v) = (uniform(-1, 1), uniform(-1, 1))
      let s = u * u + v * v
      if s > 0, s < 1 { return u * (-2 * Foundation.log(s) / s).squareRoot() }
    }
  }

  /// A whole number in `0 ..< bound`, every one equally likely.
  public mutating func index(below bound: Int) -> Int {
    precondition(bound > 0)
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// The numbers `0 ..< count` in a random order (Fisher–Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for i in stride(from: count - 1, to: 0, by: -1) { order.swapAt(i, index(below: i + 1)) }
    return order
  }
}

extension Tensor {
  /// A tensor of numbers in `low ..< high`.
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public static func uniform(_ shape: [Int], _ low: Scalar, _ high: Scalar, using generator: inout RandomGenerator)
    -> Tensor
  {
    let (low, high, count) = (Double(low), Double(high), shape.reduce(1, *))
    return Tensor(shape: shape) { numbers in
      for i in 0..<count { numbers[i] = Scalar(generator.uniform(low, high)) }
    }
  }
}
