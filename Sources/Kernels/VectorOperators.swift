internal import CMachine

// Vectors as wide as a panel, whose operators are one instruction each where the machine has such vectors.
//
// The operators of Swift's library give the same bits, number by number, and the optimiser makes one instruction of
// them in the end. Until then, each sum of two vectors is a hundred lines of the compiler's intermediate code: with
// them this module took a third longer to compile.

/// A vector of `Float` or `Double`.
protocol RealVector: SIMD where Scalar: BinaryFloatingPoint {
  init(repeating number: Scalar)
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
  static func / (a: Self, b: Self) -> Self
  /// `self + a·b`, rounded once.
  func addingProduct(_ a: Self, _ b: Self) -> Self
}

/// A vector of integers as wide as those numbers.
protocol IntegerVector: SIMD where Scalar: FixedWidthInteger & SignedInteger {
  init(repeating number: Scalar)
  static func &+ (a: Self, b: Self) -> Self
  static func &- (a: Self, b: Self) -> Self
  static func & (a: Self, b: Self) -> Self
  static func | (a: Self, b: Self) -> Self
  static func ^ (a: Self, b: Self) -> Self
  /// Shifts by fewer bits than a number has.
  static func &<< (a: Self, bits: Self) -> Self
  /// The same; the sign moves in from the left.
  static func &>> (a: Self, bits: Self) -> Self
}

extension RealVector {
  @inline(__always) static prefix func - (a: Self) -> Self { Self() - a }
  @inline(__always) static func += (a: inout Self, b: Self) { a = a + b }
  @inline(__always) static func + (a: Scalar, b: Self) -> Self { Self(repeating: a) + b }
  @inline(__always) static func + (a: Self, b: Scalar) -> Self { a + Self(repeating: b) }
  @inline(__always) static func - (a: Scalar, b: Self) -> Self { Self(repeating: a) - b }
  @inline(__always) static func - (a: Self, b: Scalar) -> Self { a - Self(repeating: b) }
  @inline(__always) static func * (a: Scalar, b: Self) -> Self { Self(repeating: a) * b }
  @inline(__always) static func * (a: Self, b: Scalar) -> Self { a * Self(repeating: b) }
  @inline(__always) static func / (a: Scalar, b: Self) -> Self { Self(repeating: a) / b }
  @inline(__always) static func / (a: Self, b: Scalar) -> Self { a / Self(repeating: b) }
}

extension IntegerVector {
  @inline(__always) static prefix func ~ (a: Self) -> Self { a ^ Self(repeating: -1) }
}

extension SIMD16: RealVector where Scalar == Float {
  @inline(__always) static func + (a: Self, b: Self) -> Self { machine_add(a, b) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { machine_subtract(a, b) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { machine_multiply(a, b) }
  @inline(__always) static func / (a: Self, b: Self) -> Self { machine_divide(a, b) }
  @inline(__always) func addingProduct(_ a: Self, _ b: Self) -> Self { machine_add_product(self, a, b) }
}

extension SIMD8: RealVector where Scalar == Double {
  @inline(__always) static func + (a: Self, b: Self) -> Self { machine_add(a, b) }
  @inline(__always) static func - (a: Self, b: Self) -> Self { machine_subtract(a, b) }
  @inline(__always) static func * (a: Self, b: Self) -> Self { machine_multiply(a, b) }
  @inline(__always) static func / (a: Self, b: Self) -> Self { machine_divide(a, b) }
  @inline(__always) func addingProduct(_ a: Self, _ b: Self) -> Self { machine_add_product(self, a, b) }
}

extension SIMD16: IntegerVector where Scalar == Int32 {
  @inline(__always) static func & (a: Self, b: Self) -> Self { machine_and(a, b) }
  @inline(__always) static func | (a: Self, b: Self) -> Self { machine_or(a, b) }
  @inline(__always) static func ^ (a: Self, b: Self) -> Self { machine_xor(a, b) }
  @inline(__always) static func &<< (a: Self, bits: Self) -> Self { machine_shift_left(a, bits) }
  @inline(__always) static func &>> (a: Self, bits: Self) -> Self { machine_shift_right(a, bits) }
}

extension SIMD8: IntegerVector where Scalar == Int64 {
  @inline(__always) static func & (a: Self, b: Self) -> Self { machine_and(a, b) }
  @inline(__always) static func | (a: Self, b: Self) -> Self { machine_or(a, b) }
  @inline(__always) static func ^ (a: Self, b: Self) -> Self { machine_xor(a, b) }
  @inline(__always) static func &<< (a: Self, bits: Self) -> Self { machine_shift_left(a, bits) }
  @inline(__always) static func &>> (a: Self, bits: Self) -> Self { machine_shift_right(a, bits) }
}
