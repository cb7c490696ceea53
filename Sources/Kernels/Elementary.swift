/// `eˣ`, `tanh x` and the logistic function for a whole vector of numbers, without branches.
///
/// All three come from one reduction: with `n` the integer nearest to `x / ln 2` and `r = x − n·ln 2`, `|r| ≤ 0.347`,
///
///     eˣ = 2ⁿ·(1 + p),    p = eʳ − 1 = r + r²·(1/2! + r/3! + r²/4! + …)
///
/// and `p`, unlike `1 + p`, loses nothing when `x` is near zero. `Float` results are within 2 units in the last place of the
/// correctly rounded value for every `Float`; the program `elementary-functions` checks all 2³² of them. NaN gives NaN.
///
/// Source: Cody & Waite 1980, "Software manual for the elementary functions", chapters 6 and 13, with fused multiply-adds.
protocol ElementaryScalar: VectorScalar {
  /// As many integers as `Vector` has numbers, each as wide.
  associatedtype Integers: SIMD where Integers.Scalar: FixedWidthInteger & SignedInteger

  /// `1 / ln 2`.
  static var logarithmOfE: Self { get }
  /// `ln 2` in two parts: the nearest number, and the rest.
  static var logarithmOf2: (high: Self, low: Self) { get }
  /// The largest magnitude that `eˣ` is computed from: beyond it, the result is zero or infinite.
  static var exponentialBound: Self { get }
  /// `1/2! + r/3! + r²/4! + …`, to the term that no longer counts for `|r| ≤ 0.347`.
  static func exponentialTail(_ r: Vector) -> Vector
}

extension Float: ElementaryScalar {
  typealias Integers = SIMD16<Int32>

  @inline(__always) static var logarithmOfE: Float { 0x1.715476p+0 }
  @inline(__always) static var logarithmOf2: (high: Float, low: Float) { (0x1.62e43p-1, -0x1.05c61p-29) }
  @inline(__always) static var exponentialBound: Float { 104 }

  @inline(__always)
  static func exponentialTail(_ r: Vector) -> Vector {
    var sum = Vector(repeating: 1 / 40320)
    sum = Vector(repeating: 1 / 5040).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 720).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 120).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 24).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 6).addingProduct(sum, r)
    return Vector(repeating: 1 / 2).addingProduct(sum, r)
  }
}

extension Double: ElementaryScalar {
  typealias Integers = SIMD8<Int64>

  @inline(__always) static var logarithmOfE: Double { 0x1.71547652b82fep+0 }
  @inline(__always) static var logarithmOf2: (high: Double, low: Double) {
    (0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56)
  }
  @inline(__always) static var exponentialBound: Double { 746 }

  @inline(__always)
  static func exponentialTail(_ r: Vector) -> Vector {
    var sum = Vector(repeating: 1 / 6_227_020_800)
    sum = Vector(repeating: 1 / 479_001_600).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 39_916_800).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 3_628_800).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 362_880).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 40_320).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 5_040).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 720).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 120).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 24).addingProduct(sum, r)
    sum = Vector(repeating: 1 / 6).addingProduct(sum, r)
    return Vector(repeating: 1 / 2).addingProduct(sum, r)
  }
}

extension ElementaryScalar {
  /// `eˣ`, subnormal results included: `2ⁿ` is applied in two halves, so that only the last step rounds.
  @inline(__always)
  static func exponential(_ x: Vector) -> Vector {
    let size = bits(x) & Integers(repeating: .max)
    let bounded = least(size, exponentialBound) | bits(x) & Integers(repeating: .min)
    return keepNaN(of: x, size, in: exponential(ofBounded: vector(bounded)))
  }

  /// `tanh x = −q / (q + 2)` with `q = e⁻²ˣ − 1`, computed for `|x|`.
  @inline(__always)
  static func hyperbolicTangent(_ x: Vector) -> Vector {
    let size = bits(x) & Integers(repeating: .max)
    // As many as the significand has bits: from there on the result is 1.
    let (n, p) = reduce(-2 * vector(least(size, Self(Self.significandBitCount))))
    let scale = power(n)
    let q = (scale - 1).addingProduct(scale, p)
    let result = bits(-q / (q + 2)) | bits(x) & Integers(repeating: .min)
    return keepNaN(of: x, size, in: vector(result))
  }

  /// `1 / (1 + e⁻ˣ)`, below zero as `eˣ / (1 + eˣ)`, which keeps its precision down to the smallest number.
  @inline(__always)
  static func logistic(_ x: Vector) -> Vector {
    let size = bits(x) & Integers(repeating: .max)
    let power = exponential(ofBounded: -vector(least(size, exponentialBound)))
    let numerator = choose(bits(power), over: bits(Vector(repeating: 1)), whereNegative: bits(x))
    return keepNaN(of: x, size, in: vector(numerator) / (power + 1))
  }

  @inline(__always)
  private static func exponential(ofBounded x: Vector) -> Vector {
    let (n, p) = reduce(x)
    let half = n &>> Integers(repeating: 1)
    let scale = power(half)
    return scale.addingProduct(scale, p) * power(n &- half)
  }

  /// `n` and `p` of `eˣ = 2ⁿ·(1 + p)`.
  @inline(__always)
  private static func reduce(_ x: Vector) -> (n: Integers, p: Vector) {
    // Added to 1.5·2ᵇ, b the significand's bits, a number is rounded to an integer, which then stands in the last bits.
    let magic = Vector(
      repeating: Self(sign: .plus, exponent: Self.Exponent(Self.significandBitCount), significand: 1.5))
    let shifted = magic.addingProduct(x, Vector(repeating: logarithmOfE))
    let whole = shifted - magic
    var r = x.addingProduct(whole, Vector(repeating: -logarithmOf2.high))
    r = r.addingProduct(whole, Vector(repeating: -logarithmOf2.low))
    return (bits(shifted) &- bits(magic), r.addingProduct(r * r, exponentialTail(r)))
  }

  /// `2ⁿ` for exponents of normal numbers.
  @inline(__always)
  private static func power(_ n: Integers) -> Vector {
    let bias = Integers(repeating: Integers.Scalar((1 << (Self.exponentBitCount - 1)) - 1))
    return vector((n &+ bias) &<< Integers(repeating: Integers.Scalar(Self.significandBitCount)))
  }
}

// MARK: Numbers as integers

// Non-negative numbers are ordered as the integers of the same bits are, and NaN stands above infinity. The comparisons are
// differences of such integers, since those of the vector types become branches, a number at a time, in generic code.
extension ElementaryScalar {
  @inline(__always)
  private static func bits(_ x: Vector) -> Integers { unsafeBitCast(x, to: Integers.self) }

  @inline(__always)
  private static func vector(_ bits: Integers) -> Vector { unsafeBitCast(bits, to: Vector.self) }

  /// `a` where `sign` is negative, `b` elsewhere.
  @inline(__always)
  private static func choose(_ a: Integers, over b: Integers, whereNegative sign: Integers) -> Integers {
    let mask = sign &>> Integers(repeating: Integers.Scalar(Integers.Scalar.bitWidth - 1))
    return b ^ ((a ^ b) & mask)
  }

  /// The lesser of a magnitude and a bound.
  @inline(__always)
  private static func least(_ size: Integers, _ bound: Self) -> Integers {
    let bound = bits(Vector(repeating: bound))
    return choose(size, over: bound, whereNegative: size &- bound)
  }

  /// `result`, but `x` where that is NaN; `size` is the magnitude of `x`.
  @inline(__always)
  private static func keepNaN(of x: Vector, _ size: Integers, in result: Vector) -> Vector {
    let infinity = bits(Vector(repeating: .infinity))
    return vector(choose(bits(x), over: bits(result), whereNegative: infinity &- size))
  }
}

// MARK: Whole buffers

extension ElementaryScalar {
  /// `y = function(x)`, vector by vector; the last numbers in a vector filled up with zeros.
  @inline(__always)
  static func map(
    _ x: UnsafePointer<Self>, into y: UnsafeMutablePointer<Self>, count: Int, _ function: (Vector) -> Vector
  ) {
    let width = Vector.scalarCount
    var index = 0
    while index + width <= count {
      (y + index).store(function((x + index).vector()))
      index += width
    }
    guard index < count else { return }
    var last = Vector()
    for lane in 0..<count - index { last[lane] = x[index + lane] }
    last = function(last)
    for lane in 0..<count - index { y[index + lane] = last[lane] }
  }
}
