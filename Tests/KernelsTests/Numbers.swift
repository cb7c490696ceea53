import Kernels

/// Numbers in (−1, 1), scattered and the same in every run.
func numbers<Scalar: RealScalar>(_: Scalar.Type, _ count: Int, seed: UInt64) -> [Scalar] {
  var state = seed &* 0x9E37_79B9_7F4A_7C15
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Scalar(Double(Int64(bitPattern: state) >> 11) / 0x1p52)
  }
}
