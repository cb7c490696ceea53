import Foundation

/// How far two numbers are apart, in the three ways that a report states it.
public struct Deviation: Equatable, Sendable {
  /// `|got − want|`.
  public var absolute = 0.0
  /// `|got − want| / |want|`; infinite where only `want` is zero.
  public var relative = 0.0
  /// The number of floating-point numbers of the case's scalar type from one to the other.
  public var ulps = 0.0

  public init(absolute: Double = 0, relative: Double = 0, ulps: Double = 0) {
    self.absolute = absolute
    self.relative = relative
    self.ulps = ulps
  }

  public init(got: Double, want: Double, scalar: CaseScalar) {
    absolute = got == want ? 0 : (got - want).magnitude
    relative = absolute == 0 ? 0 : absolute / want.magnitude
    ulps = scalar.steps(from: got, to: want)
    if got.isNaN || want.isNaN { (absolute, relative, ulps) = (.nan, .nan, .nan) }
  }

  /// Element-wise maximum; a NaN wins over every number, so that it cannot hide.
  mutating func raise(to other: Deviation) {
    absolute = Self.larger(absolute, other.absolute)
    relative = Self.larger(relative, other.relative)
    ulps = Self.larger(ulps, other.ulps)
  }

  private static func larger(_ a: Double, _ b: Double) -> Double {
    a.isNaN || b.isNaN ? .nan : max(a, b)
  }
}

extension CaseScalar {
  /// The distance between two numbers, counted in numbers of this type.
  func steps(from a: Double, to b: Double) -> Double {
    switch self {
    case .float64: return Self.distance(Self.rank(a.bitPattern), Self.rank(b.bitPattern))
    case .float32:
      return Self.distance(
        Self.rank(UInt64(Float(a).bitPattern) << 32), Self.rank(UInt64(Float(b).bitPattern) << 32)) / 4_294_967_296
    }
  }

  /// The bit pattern as an integer in the order of the numbers.
  private static func rank(_ pattern: UInt64) -> Int64 {
    let magnitude = Int64(pattern & 0x7FFF_FFFF_FFFF_FFFF)
    return pattern >> 63 == 0 ? magnitude : -magnitude
  }

  private static func distance(_ a: Int64, _ b: Int64) -> Double {
    let (difference, overflow) = a.subtractingReportingOverflow(b)
    return overflow ? (Double(a) - Double(b)).magnitude : Double(difference.magnitude)
  }
}

/// The first number that is not right, and where it stands.
public struct Divergence: Equatable, Sendable {
  /// What is wrong.
  public enum Problem: Equatable, Sendable {
    case value(want: Double, got: Double, deviation: Deviation, bound: Bound)
    case shape(want: [Int], got: [Int])
    case count(want: Int, got: Int)
    case missing
  }

  public let tensor: String
  /// TensorAxis and index, in the tensor's own order: step 2, sample 0, unit 5.
  public let place: [(axis: TensorAxis, index: Int)]
  public let problem: Problem
  /// Of a value of a step: the chapter that computes it, which of several cells, and its equation.
  public var chapter: String?
  public var cell: String?
  public var equation: String?

  public static func == (a: Divergence, b: Divergence) -> Bool {
    a.tensor == b.tensor && a.problem == b.problem && a.place.map(\.index) == b.place.map(\.index)
  }

  /// `outputs at sample 1, step 2, unit 0`, or `chapter-lstm, step 2, f_t = σ(…), sample 1, unit 0`.
  public var location: String {
    let words = place.map { (axis: $0.axis, text: "\($0.axis.rawValue) \($0.index)") }
    guard let equation else {
      let name = (chapter.map { "\($0), " } ?? "") + tensor
      return words.isEmpty ? name : "\(name) at \(words.map(\.text).joined(separator: ", "))"
    }
    let way = tensor.hasPrefix("gradients.") ? "backward" : nil
    let lead = [chapter, way, cell.map { "cell \($0)" }].compactMap { $0 }
    let steps = words.filter { $0.axis == .step }.map(\.text)
    let rest = words.filter { $0.axis != .step }.map(\.text)
    return (lead + steps + [equation] + rest).joined(separator: ", ")
  }
}

/// The verdict on one case.
public struct CaseComparison: Sendable {
  /// The largest differences of one tensor.
  public struct Line: Sendable {
    public let tensor: String
    public let deviation: Deviation
    public let elements: Int
    public let wrong: Int
  }

  public let lines: [Line]
  public let first: Divergence?

  public var agrees: Bool { first == nil }
  public var largest: Deviation {
    lines.reduce(into: Deviation()) { $0.raise(to: $1.deviation) }
  }
  public var elements: Int { lines.reduce(0) { $0 + $1.elements } }
}
