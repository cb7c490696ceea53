/// A scalar with the vector types that the kernels compute in.
///
/// The kernels are generic over it and live in this module, where the compiler makes one concrete version for `Float` and
/// one for `Double`.
protocol VectorScalar: RealScalar {
  /// 64 bytes: the width of a column panel, two AVX registers or four NEON ones.
  associatedtype Vector: SIMD where Vector.Scalar == Self
  /// 32 bytes.
  associatedtype Half: SIMD where Half.Scalar == Self
  /// 16 bytes.
  associatedtype Quarter: SIMD where Quarter.Scalar == Self
}

extension Float: VectorScalar {
  typealias Vector = SIMD16<Float>
  typealias Half = SIMD8<Float>
  typealias Quarter = SIMD4<Float>
}

extension Double: VectorScalar {
  typealias Vector = SIMD8<Double>
  typealias Half = SIMD4<Double>
  typealias Quarter = SIMD2<Double>
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
