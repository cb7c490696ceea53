/// How far two numbers may be apart: |actual − expected| ≤ absolute + relative · |expected|. NaN is never near
/// anything.
public struct Tolerance: Equatable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public var absolute: Double
  public var relative: Double

  public init(absolute: Double = 0, relative: Double = 0) {
    self.absolute = absolute
    self.relative = relative
  }

  public init(floatLiteral value: Double) { self.init(absolute: value) }
  public init(integerLiteral value: Int) { self.init(absolute: Double(value)) }

  /// Finite even where the expected value is not: then no difference is within it, since that is NaN or infinite.
  func bound(_ expected: Double) -> Double { absolute + relative * (expected.isFinite ? abs(expected) : 0) }
}

/// The name of an axis, with the names of its places where they are not just counted from 1.
public struct Axis: Equatable, Sendable, ExpressibleByStringLiteral {
  public var name: String
  public var places: [String]

  public init(_ name: String, _ places: [String] = []) {
    self.name = name
    self.places = places
  }

  public init(stringLiteral name: String) { self.init(name) }
}
