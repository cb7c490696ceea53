/// A scalar with the vector types that the kernels compute in.
///
/// The kernels are generic over it and live in this module, where the compiler makes one concrete version for `Float`
/// and one for `Double`.
protocol VectorScalar: RealScalar {
  /// 64 bytes: the width of a column panel, two AVX registers or four NEON ones.
  associatedtype Vector: RealVector where Vector.Scalar == Self
  /// 32 bytes.
  associatedtype Half: SIMD where Half.Scalar == Self
  /// 16 bytes.
  associatedtype Quarter: SIMD where Quarter.Scalar == Self

  /// Transposes as many rows as a vector has numbers, each as long as a quarter vector: number j of row r becomes
  /// number r of vector j. The rows are `stride` apart, the vectors `vectorStride`.
  static func transpose(
    _ rows: UnsafePointer<Self>, stride: Int, into vectors: UnsafeMutablePointer<Self>, vectorStride: Int)
}

extension Float: VectorScalar {
  typealias Vector = SIMD16<Float>
  typealias Half = SIMD8<Float>
  typealias Quarter = SIMD4<Float>

  @inline(__always)
  static func transpose(
    _ rows: UnsafePointer<Float>, stride: Int, into vectors: UnsafeMutablePointer<Float>, vectorStride: Int
  ) {
    /// Rows r and r + 1.
    @inline(__always) func two(_ r: Int) -> Half {
      Half(lowHalf: (rows + r &* stride).vector(), highHalf: (rows + (r &+ 1) &* stride).vector())
    }
    @inline(__always) func four(_ r: Int) -> Vector { Vector(lowHalf: two(r), highHalf: two(r &+ 2)) }
    let (a, b, c, d) = (four(0), four(4), four(8), four(12))
    // Numbers 0 and 2 of each row, and numbers 1 and 3.
    let (evenA, evenB) = (evenHalves(a, b), evenHalves(c, d))
    let (oddA, oddB) = (oddHalves(a, b), oddHalves(c, d))
    vectors.store(evenHalves(evenA, evenB))
    (vectors + vectorStride).store(evenHalves(oddA, oddB))
    (vectors + 2 &* vectorStride).store(oddHalves(evenA, evenB))
    (vectors + 3 &* vectorStride).store(oddHalves(oddA, oddB))
  }
}

/// Every second number of two vectors, written out: the library's `evenHalf` of a wide vector is a call.
@inline(__always)
private func evenHalves(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
  SIMD16(
    a[0], a[2], a[4], a[6], a[8], a[10], a[12], a[14], b[0], b[2], b[4], b[6], b[8], b[10], b[12], b[14])
}

/// The others.
@inline(__always)
private func oddHalves(_ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
  SIMD16(
    a[1], a[3], a[5], a[7], a[9], a[11], a[13], a[15], b[1], b[3], b[5], b[7], b[9], b[11], b[13], b[15])
}

extension Double: VectorScalar {
  typealias Vector = SIMD8<Double>
  typealias Half = SIMD4<Double>
  typealias Quarter = SIMD2<Double>

  @inline(__always)
  static func transpose(
    _ rows: UnsafePointer<Double>, stride: Int, into vectors: UnsafeMutablePointer<Double>, vectorStride: Int
  ) {
    func two(_ r: Int) -> Half {
      Half(lowHalf: (rows + r &* stride).vector(), highHalf: (rows + (r &+ 1) &* stride).vector())
    }
    let all = SIMD16(
      lowHalf: Vector(lowHalf: two(0), highHalf: two(2)), highHalf: Vector(lowHalf: two(4), highHalf: two(6)))
    vectors.store(all.evenHalf)
    (vectors + vectorStride).store(all.oddHalf)
  }
}

extension UnsafePointer {
  /// The vector that begins here, whatever the alignment.
  @inline(__always)
  func vector<V: SIMD>(_: V.Type = V.self) -> V where V.Scalar == Pointee {
    UnsafeRawPointer(self).loadUnaligned(as: V.self)
  }
}

extension UnsafeMutablePointer {
  /// The vector that begins here, whatever the alignment.
  @inline(__always)
  func vector<V: SIMD>(_: V.Type = V.self) -> V where V.Scalar == Pointee {
    UnsafeRawPointer(self).loadUnaligned(as: V.self)
  }

  /// Writes a vector from here on, whatever the alignment.
  @inline(__always)
  func store<V: SIMD>(_ value: V) where V.Scalar == Pointee {
    UnsafeMutableRawPointer(self).storeBytes(of: value, as: V.self)
  }
}
