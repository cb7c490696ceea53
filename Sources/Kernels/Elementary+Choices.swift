import Foundation

// Functions with a kink, and others that activations are made of. Comparisons are signs of integers, as in
// `Elementary.swift`.
extension ElementaryScalar {
  /// |x|
  @inline(__always)
  static func absolute(_ x: Vector) -> Vector { vector(magnitude(x)) }

  /// `a` where `x > 0`, `b` elsewhere, also where x is NaN with its sign bit.
  @inline(__always)
  static func choose(_ a: Vector, over b: Vector, wherePositive x: Vector) -> Vector {
    // Not −x: that would take a zero for a negative number.
    vector(choose(bits(a), over: bits(b), whereNegative: bits(Vector() - x)))
  }

  /// Kept inside 0 … 1.
  @inline(__always)
  static func insideUnitInterval(_ x: Vector) -> Vector {
    let one = Vector(repeating: 1)
    return choose(one, over: choose(x, over: Vector(), wherePositive: x), wherePositive: x - one)
  }

  /// Kept inside ± `bound`; NaN stays.
  @inline(__always)
  static func clipped(_ x: Vector, to bound: Self) -> Vector {
    let (size, limit) = (magnitude(x), bits(Vector(repeating: bound)))
    let isNumber = size &- bits(Vector(repeating: .infinity)) &- Integers(repeating: 1)
    return vector(choose(limit | sign(x), over: bits(x), whereNegative: (limit &- size) & isNumber))
  }

  /// Bit `number` where `x` lies inside ± `bound`: what a step remembers of a sum that may be clipped. Without a bound,
  /// everywhere but for NaN.
  @inline(__always)
  static func inside(_ x: Vector, _ bound: Self?, bit number: Int) -> Integers {
    let distance = bits(Vector(repeating: bound ?? .infinity)) &- magnitude(x)
    let isInside = ~distance &>> Integers(repeating: Integers.Scalar(Integers.Scalar.bitWidth - 1))
    return isInside & Integers(repeating: 1 << Integers.Scalar(number))
  }

  /// `gradient` where bit `number` of `inside` stands, else 0: the derivative of `clipped`.
  @inline(__always)
  static func passed(_ gradient: Vector, _ inside: Integers, bit number: Int) -> Vector {
    let last = Integers.Scalar(Integers.Scalar.bitWidth - 1)
    let mask = (inside &<< Integers(repeating: last - Integers.Scalar(number))) &>> Integers(repeating: last)
    return vector(bits(gradient) & mask)
  }

  /// The first numbers of a vector, and zeros in the place of the others; `mask` is `Pack.mask` of their count.
  @inline(__always)
  static func kept(_ x: Vector, _ mask: Integers) -> Vector { vector(bits(x) & mask) }

  /// `log(1 + eˣ)` without overflow, one number after the other: there is no logarithm of vectors.
  @inline(never)
  static func softplus(_ x: Vector) -> Vector {
    var y = x
    for lane in 0..<Vector.scalarCount {
      let x = Double(x[lane])
      y[lane] = Self(max(x, 0) + Foundation.log1p(Foundation.exp(-abs(x))))
    }
    return y
  }
}
