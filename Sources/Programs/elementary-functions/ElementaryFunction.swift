import Foundation
import Kernels

/// One of the functions that `Kernels` computes for whole vectors of `Float`, and the same in `Double`.
struct ElementaryFunction: Sendable {
  var name: String
  var evaluate: @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  /// From the C library, whose `Double` functions are within one unit in their last place: rounded to `Float`, that is
  /// the correctly rounded value, except where the true one is within 10⁻⁸ of the middle between two numbers.
  var reference: @Sendable (Double) -> Double

  static let all = [
    ElementaryFunction(name: "exp", evaluate: { Float.kernels.exp($0, into: $1, count: $2) }, reference: { exp($0) }),
    ElementaryFunction(
      name: "tanh", evaluate: { Float.kernels.tanh($0, into: $1, count: $2) }, reference: { tanh($0) }),
    ElementaryFunction(
      name: "sigmoid", evaluate: { Float.kernels.sigmoid($0, into: $1, count: $2) }, reference: { 1 / (1 + exp(-$0)) }),
  ]
}

/// The largest error among some numbers, in units in the last place, and where it is.
struct WorstCase: Sendable {
  var ulps: Int64 = -1
  var x: Float = 0
  var expected: Float = 0
  var received: Float = 0

  mutating func merge(_ other: WorstCase) {
    // Of equal errors the first in the order of bit patterns, so that two runs print the same.
    if other.ulps > ulps || (other.ulps == ulps && other.x.bitPattern < x.bitPattern) { self = other }
  }
}

extension ElementaryFunction {
  /// The worst case among the bit patterns from `first` on.
  func worstCase(first: UInt32, count: Int) -> WorstCase {
    var x = [Float](repeating: 0, count: count)
    for index in 0..<count { x[index] = Float(bitPattern: first &+ UInt32(index)) }
    var y = x
    evaluate(x, &y, count)
    var worst = WorstCase()
    for index in 0..<count {
      let expected = Float(reference(Double(x[index])))
      let ulps = distance(expected, y[index])
      if ulps > worst.ulps { worst = WorstCase(ulps: ulps, x: x[index], expected: expected, received: y[index]) }
    }
    return worst
  }
}

/// How many numbers apart `a` and `b` are: 0 if both are NaN, 2³² if one is.
private func distance(_ a: Float, _ b: Float) -> Int64 {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN ? 0 : 1 << 32 }
  return abs(place(a) - place(b))
}

/// The index of a number in the order of all numbers; that of zero is 0.
private func place(_ x: Float) -> Int64 {
  x.sign == .minus ? -Int64(x.magnitude.bitPattern) : Int64(x.bitPattern)
}
