/// `eˣ`, `tanh x` and the logistic function for a whole vector of numbers.
///
/// All three come from one reduction: with `n` the integer nearest to `x / ln 2` and `r = x − n·ln 2`, `|r| ≤ 0.347`,
///
///     eˣ = 2ⁿ·(1 + p),    p = eʳ − 1 = r + r²·(1/2! + r/3! + r²/4! + …)
///
/// and `p`, unlike `1 + p`, keeps all its digits when `x` is near zero. `Float` results are within 2 units in the last
/// place of the correctly rounded value for every `Float`; the program `elementary-functions` checks all 2³² of them.
/// NaN gives NaN.
///
/// Each function has two forms: a short one for vectors of moderate numbers, and one for all numbers. Where both apply
/// they have the same bits, so that a result does not depend on its neighbours.
///
/// Source: Cody & Waite 1980, "Software manual for the elementary functions", chapters 6 and 13, with fused
/// multiply-adds.
protocol ElementaryScalar: VectorScalar {
  /// As many integers as `Vector` has numbers, each as wide.
  associatedtype Integers: IntegerVector

  /// `1 / ln 2`.
  static var logarithmOfE: Self { get }
  /// `ln 2` in two parts: the nearest number, and the rest.
  static var logarithmOf2: (high: Self, low: Self) { get }
  /// The largest magnitude that `eˣ` is computed from: beyond it, the result is zero or infinite.
  static var exponentialBound: Self { get }
  /// Below it, a magnitude is moderate: neither `e²ˣ` nor `e⁻²ˣ` leaves the normal numbers.
  static var moderateBound: Self { get }
  /// The sign bits in 64 bits of a vector.
  static var signBits: UInt64 { get }
  /// `1/2! + r/3! + r²/4! + …`, to the term that no longer counts for `|r| ≤ 0.347`.
  static func exponentialTail(_ r: Vector) -> Vector

  // Functions of the protocol are not copied into the generic code that a debug build keeps for tests.
  static func exponential(_ x: Vector) -> Vector
  static func hyperbolicTangent(_ x: Vector) -> Vector
  static func logistic(_ x: Vector) -> Vector
  static func gates(_ i: Vector, _ f: Vector, _ g: Vector, _ o: Vector) -> (i: Vector, f: Vector, g: Vector, o: Vector)
  static func exponentialMinusOne(_ x: Vector) -> Vector
  static func wholeExponential(_ x: Vector) -> Vector
  static func wholeTangent(_ x: Vector) -> Vector
  static func wholeLogistic(_ x: Vector) -> Vector
}

extension Float: ElementaryScalar {
  typealias Integers = SIMD16<Int32>

  @inline(__always) static var logarithmOfE: Float { 0x1.715476p+0 }
  @inline(__always) static var logarithmOf2: (high: Float, low: Float) { (0x1.62e43p-1, -0x1.05c61p-29) }
  @inline(__always) static var exponentialBound: Float { 104 }
  @inline(__always) static var moderateBound: Float { 40 }
  @inline(__always) static var signBits: UInt64 { 0x8000_0000_8000_0000 }

  /// The polynomial of degree 4 for which the greatest error of `p`, relative to `r`, is least: 1.6e-8, a quarter of a
  /// rounding error. Its coefficients are near 1/2!, 1/3!, ….
  @inline(__always)
  static func exponentialTail(_ r: Vector) -> Vector {
    var sum = Vector(repeating: 0x1.6d995cp-10)
    sum = Vector(repeating: 0x1.122838p-7).addingProduct(sum, r)
    sum = Vector(repeating: 0x1.555486p-5).addingProduct(sum, r)
    sum = Vector(repeating: 0x1.5554bp-3).addingProduct(sum, r)
    return Vector(repeating: 0.5).addingProduct(sum, r)
  }
}

extension Double: ElementaryScalar {
  typealias Integers = SIMD8<Int64>

  @inline(__always) static var logarithmOfE: Double { 0x1.71547652b82fep+0 }
  @inline(__always) static var logarithmOf2: (high: Double, low: Double) {
    (0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56)
  }
  @inline(__always) static var exponentialBound: Double { 746 }
  @inline(__always) static var moderateBound: Double { 350 }
  @inline(__always) static var signBits: UInt64 { 0x8000_0000_0000_0000 }

  /// The series itself.
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
  /// `eˣ`.
  @inline(__always)
  static func exponential(_ x: Vector) -> Vector {
    areModerate(distance(x)) ? moderateExponential(x) : wholeExponential(x)
  }

  /// `tanh x`.
  @inline(__always)
  static func hyperbolicTangent(_ x: Vector) -> Vector {
    areModerate(distance(x)) ? moderateTangent(x) : wholeTangent(x)
  }

  /// `1 / (1 + e⁻ˣ)`.
  @inline(__always)
  static func logistic(_ x: Vector) -> Vector {
    areModerate(distance(x)) ? moderateLogistic(x) : wholeLogistic(x)
  }

  /// The gates of an LSTM, `σ(i), σ(f), tanh(g), σ(o)`, with one test whether all are moderate. Otherwise all take the
  /// form for all numbers, whose bits are the same.
  @inline(__always)
  static func gates(_ i: Vector, _ f: Vector, _ g: Vector, _ o: Vector) -> (i: Vector, f: Vector, g: Vector, o: Vector)
  {
    areModerate(distance(i) & distance(f) & distance(g) & distance(o))
      ? (moderateLogistic(i), moderateLogistic(f), moderateTangent(g), moderateLogistic(o))
      : (wholeLogistic(i), wholeLogistic(f), wholeTangent(g), wholeLogistic(o))
  }
}

// MARK: Moderate numbers

extension ElementaryScalar {
  /// A number that is negative where `x` is moderate.
  @inline(__always)
  static func distance(_ x: Vector) -> Integers { magnitude(x) &- bits(Vector(repeating: moderateBound)) }

  /// Whether all of `distance` is negative.
  @inline(__always)
  static func areModerate(_ distance: Integers) -> Bool {
    let whole = unsafeBitCast(distance, to: SIMD8<UInt64>.self)
    let half = whole.lowHalf & whole.highHalf
    let quarter = half.lowHalf & half.highHalf
    return quarter[0] & quarter[1] & signBits == signBits
  }

  @inline(__always)
  static func moderateExponential(_ x: Vector) -> Vector {
    let (n, p) = reduce(x)
    let scale = power(n)
    return scale.addingProduct(scale, p)
  }

  /// `tanh x = −q / (q + 2)` with `q = e⁻²ˣ − 1`, computed for `|x|`.
  @inline(__always)
  static func moderateTangent(_ x: Vector) -> Vector {
    let q = moderateExponentialMinusOne(-2 * vector(magnitude(x)))
    return vector(bits(-q / (q + 2)) | sign(x))
  }

  /// `eˣ − 1`, all digits near zero kept.
  @inline(__always)
  static func moderateExponentialMinusOne(_ x: Vector) -> Vector {
    let (n, p) = reduce(x)
    let scale = power(n)
    return (scale - 1).addingProduct(scale, p)
  }

  /// `eˣ − 1` for `x ≤ 0`. From `moderateBound` on it is −1.
  @inline(__always)
  static func exponentialMinusOne(_ x: Vector) -> Vector {
    let size = magnitude(x)
    return keepNaN(of: x, size, in: moderateExponentialMinusOne(vector(least(size, moderateBound) | sign(x))))
  }

  @inline(__always)
  static func moderateLogistic(_ x: Vector) -> Vector { 1 / (1 + moderateExponential(-x)) }

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

// MARK: All numbers

extension ElementaryScalar {
  /// Subnormal results included: `2ⁿ` is applied in two halves, so that only the last step rounds.
  @inline(never)
  static func wholeExponential(_ x: Vector) -> Vector {
    let size = magnitude(x)
    let (n, p) = reduce(vector(least(size, exponentialBound) | sign(x)))
    let half = n &>> Integers(repeating: 1)
    let scale = power(half)
    return keepNaN(of: x, size, in: scale.addingProduct(scale, p) * power(n &- half))
  }

  @inline(never)
  static func wholeTangent(_ x: Vector) -> Vector {
    let size = magnitude(x)
    // As many as the significand has bits: from there on the result is 1.
    let bounded = vector(least(size, Self(Self.significandBitCount)) | sign(x))
    return keepNaN(of: x, size, in: moderateTangent(bounded))
  }

  /// Where `e⁻ˣ` would overflow, the result is `eˣ`, down to the smallest number.
  @inline(never)
  static func wholeLogistic(_ x: Vector) -> Vector {
    let result = 1 / (1 + wholeExponential(-x))
    return vector(choose(bits(wholeExponential(x)), over: bits(result), whereNegative: bits(x + 2 * moderateBound)))
  }
}

// MARK: Numbers as integers

// Non-negative numbers are ordered as the integers of the same bits are, and NaN stands above infinity. The comparisons
// are differences of such integers, since in generic code the comparisons of vector types become branches, one number
// at a time.
extension ElementaryScalar {
  @inline(__always)
  static func bits(_ x: Vector) -> Integers { unsafeBitCast(x, to: Integers.self) }

  @inline(__always)
  static func vector(_ bits: Integers) -> Vector { unsafeBitCast(bits, to: Vector.self) }

  @inline(__always)
  static func magnitude(_ x: Vector) -> Integers { bits(x) & Integers(repeating: .max) }

  @inline(__always)
  static func sign(_ x: Vector) -> Integers { bits(x) & Integers(repeating: .min) }

  /// `a` where `sign` is negative, `b` elsewhere.
  @inline(__always)
  static func choose(_ a: Integers, over b: Integers, whereNegative sign: Integers) -> Integers {
    let mask = sign &>> Integers(repeating: Integers.Scalar(Integers.Scalar.bitWidth - 1))
    return b ^ ((a ^ b) & mask)
  }

  /// The lesser of a magnitude and a bound.
  @inline(__always)
  static func least(_ size: Integers, _ bound: Self) -> Integers {
    let bound = bits(Vector(repeating: bound))
    return choose(size, over: bound, whereNegative: size &- bound)
  }

  /// `result`, but `x` where that is NaN; `size` is the magnitude of `x`.
  @inline(__always)
  static func keepNaN(of x: Vector, _ size: Integers, in result: Vector) -> Vector {
    let infinity = bits(Vector(repeating: .infinity))
    return vector(choose(bits(x), over: bits(result), whereNegative: infinity &- size))
  }
}

// MARK: Whole buffers

extension ElementaryScalar {
  /// `y = function(x)`, vector by vector; the last numbers in a vector padded with zeros.
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
