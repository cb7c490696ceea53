/// The scalar type that a program says it computed in.
enum AnswerScalar: String, CaseIterable, Sendable {
  case float64, float32, float16, bfloat16

  init(_ scalar: CaseScalar) {
    switch scalar {
    case .float64: self = .float64
    case .float32: self = .float32
    }
  }

  /// Bits of the significand, the hidden one included.
  var significantBits: Int {
    switch self {
    case .float64: 53
    case .float32: 24
    case .float16: 11
    case .bfloat16: 8
    }
  }

  /// The largest relative error of one rounding.
  var roundoff: Double { Double(sign: .plus, exponent: -significantBits, significand: 1) }

  /// The number of this type that is nearest to `x`; ties go to the even one.
  func rounded(_ x: Double) -> Double {
    guard x.isFinite, x != 0 else { return x }
    let smallest = self == .float16 ? -14 : -126
    let exponent = self == .float64 ? x.exponent : max(x.exponent, smallest)
    let step = Double(sign: .plus, exponent: exponent - significantBits + 1, significand: 1)
    return (x / step).rounded(.toNearestOrEven) * step
  }
}

/// What an answer may differ by whose program has computed with fewer digits than the case.
///
///     abs = max(8 d, 10⁻⁶)        d: the largest difference of this suite's own float32 and float64 runs in the tensor
///     rel = 16 ε                  ε: the largest relative error of one rounding
///
/// For half precision d grows by the ratio of the roundings, and the least is 8 ε of the largest number. A tensor of
/// which that is a considerable part says nothing in this precision.
///
/// Source: golden/PROTOCOL.md, "Single precision and less".
struct RoundingBounds: Sendable {
  let scalar: AnswerScalar
  private(set) var bounds: [String: Bound] = [:]
  /// Tensors that say nothing in this precision.
  private(set) var silent: Set<String> = []

  /// Nil when the scalar type has the digits of the case.
  init?(_ golden: Case, _ scalar: AnswerScalar) {
    guard scalar.roundoff > AnswerScalar(golden.dtype).roundoff else { return nil }
    self.scalar = scalar
    let single = try? LayersImplementation(scalar: .float32).run(golden)
    let double = try? LayersImplementation(scalar: .float64).run(golden)
    let growth = scalar.roundoff / AnswerScalar.float32.roundoff
    let limit = [.float32: 0.01, .float16: 0.05][scalar] ?? 0.2
    for name in Comparator(golden).names {
      guard let want = golden.expectedTensor(name) else { continue }
      let size = want.values.map(\.magnitude).max() ?? 0
      let differences = zip(single?[name]?.values ?? [], double?[name]?.values ?? []).map { ($0 - $1).magnitude }
      let distance = differences.max() ?? size * AnswerScalar.float32.roundoff
      let least = scalar == .float32 ? 1e-6 : 8 * scalar.roundoff * size
      bounds[name] = Bound(absolute: max(8 * distance * growth, least), relative: 16 * scalar.roundoff)
      if bounds[name].map({ $0.absolute > limit * size }) ?? true { silent.insert(name) }
    }
  }
}
