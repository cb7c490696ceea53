import Formulas

/// Numbers with a shape: what a notebook shows and compares. It need not know the type that computed them.
///
/// A tensor type joins in with two properties. `doubles` is row-major: the last axis runs fastest.
public protocol NumericArray {
  /// The length of each axis; empty for one number.
  var shape: [Int] { get }
  /// All numbers, as many as the product of the shape.
  var doubles: [Double] { get }
}

extension Double: NumericArray {
  public var shape: [Int] { [] }
  public var doubles: [Double] { [self] }
}

extension Float: NumericArray {
  public var shape: [Int] { [] }
  public var doubles: [Double] { [Double(self)] }
}

extension Int: NumericArray {
  public var shape: [Int] { [] }
  public var doubles: [Double] { [Double(self)] }
}

extension Array: NumericArray where Element: NumericArray {
  public var shape: [Int] { [count] + (first?.shape ?? []) }
  public var doubles: [Double] { flatMap(\.doubles) }
}

/// The numbers of a `NumericArray`, copied at the moment they are shown.
public struct Numbers: NumericArray, Equatable, Sendable {
  public let shape: [Int]
  public let doubles: [Double]
  /// The formula whose elements they are, when it may change on the page.
  var formula: Formula?

  public init(_ array: some NumericArray) { self.init(shape: array.shape, array.doubles) }

  /// A ragged array, whose shape and count disagree, becomes a plain row.
  init(shape: [Int], _ values: [Double]) {
    let count = shape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    self.shape = count == values.count ? shape : [values.count]
    doubles = values
  }

  /// The position of an element along each axis, counted from 0.
  func position(_ index: Int) -> [Int] { Self.position(index, in: shape) }

  static func position(_ index: Int, in shape: [Int]) -> [Int] {
    var rest = index
    return Array(
      shape.reversed().map { length -> Int in
        defer { rest /= max(length, 1) }
        return rest % max(length, 1)
      }.reversed())
  }

  var shapeText: String { "[" + shape.map(String.init).joined(separator: ", ") + "]" }

  /// As rows of numbers: leading axes run down, the last one across.
  var rows: [[Double]] {
    guard let width = shape.last, width > 0 else { return [doubles] }
    return stride(from: 0, to: doubles.count, by: width).map { Array(doubles[$0..<$0 + width]) }
  }
}
