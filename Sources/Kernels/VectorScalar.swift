/// A scalar with the vector types that the kernels compute in.
///
/// The kernels are generic over it and live in this module, where the compiler makes one concrete version for `Float`
/// and one for `Double`.
protocol VectorScalar: RealScalar {
  /// 64 bytes: the width of a column panel, two AVX registers or four NEON ones.
  associatedtype Vector: SIMD where Vector.Scalar == Self
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
    func two(_ r: Int) -> Half {
      Half(lowHalf: (rows + r &* stride).vector(), highHalf: (rows + (r &+ 1) &* stride).vector())
    }
    func eight(_ r: Int) -> SIMD32<Float> {
      SIMD32(
        lowHalf: Vector(lowHalf: two(r), highHalf: two(r &+ 2)),
        highHalf: Vector(lowHalf: two(r &+ 4), highHalf: two(r &+ 6)))
    }
    let (upper, lower) = (eight(0), eight(8))
    let even = SIMD32(lowHalf: upper.evenHalf, highHalf: lower.evenHalf)
    let odd = SIMD32(lowHalf: upper.oddHalf, highHalf: lower.oddHalf)
    vectors.store(even.evenHalf)
    (vectors + vectorStride).store(odd.evenHalf)
    (vectors + 2 &* vectorStride).store(even.oddHalf)
    (vectors + 3 &* vectorStride).store(odd.oddHalf)
  }
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
