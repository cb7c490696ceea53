/// A number, a vector or a matrix of `Double`, as a formula takes and gives it.
///
/// | Kind   | `shape`  | `elements`                       |
/// |--------|----------|----------------------------------|
/// | number | `[]`     | one                              |
/// | vector | `[n]`    | n; stands as a column right of a matrix (`W • x`) and as a row left of one (`x • W`) |
/// | matrix | `[r, c]` | row after row                    |
public struct MathValue: Equatable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByArrayLiteral
{
  /// `[]`, `[n]` or `[r, c]`, as in the table above.
  public let shape: [Int]
  /// The numbers, row after row.
  public let elements: [Double]

  public init(_ number: Double) { self.init(shape: [], trusted: [number]) }
  public init(_ vector: [Double]) { self.init(shape: [vector.count], trusted: vector) }
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
  public init(arrayLiteral elements: Double...) { self.init(elements) }

  /// A matrix from its rows.
  ///
  /// - Throws: `FormulaError` when the rows differ in length.
  public init(rows: [[Double]]) throws {
    let width = rows.first?.count ?? 0
    if let row = rows.firstIndex(where: { $0.count != width }) {
      throw FormulaError("row 0 of a matrix has \(width) numbers, row \(row) has \(rows[row].count)")
    }
    self.init(shape: [rows.count, width], trusted: rows.flatMap { $0 })
  }

  /// - Throws: `FormulaError` when the shape has more than two axes or does not hold as many elements.
  public init(shape: [Int], elements: [Double]) throws {
    let fits = shape.count <= 2 && shape.allSatisfy { $0 >= 0 && $0 <= elements.count }
    guard fits, shape.reduce(1, { $0 &* $1 }) == elements.count else {
      throw FormulaError("\(elements.count) numbers do not make a value of shape \(shape)")
    }
    self.init(shape: shape, trusted: elements)
  }

  /// For shapes that this module has computed itself.
  init(shape: [Int], trusted elements: [Double]) {
    self.shape = shape
    self.elements = elements
  }

  /// Zeros of a shape: no argument gives the number 0, `zeros(3)` a vector, `zeros(2, 3)` a matrix.
  public static func zeros(_ shape: Int...) -> MathValue { filled(with: 0, shape: shape) }

  static func filled(with number: Double, shape: [Int]) -> MathValue {
    MathValue(shape: shape, trusted: [Double](repeating: number, count: max(0, shape.reduce(1, *))))
  }

  /// The number, when it is one (also a vector or matrix of one element).
  public var number: Double? { elements.count == 1 ? elements[0] : nil }

  /// Row and column counts; a vector is one row.
  var rowsAndColumns: (rows: Int, columns: Int) {
    switch shape.count {
    case 0: (1, 1)
    case 1: (1, shape[0])
    default: (shape[0], shape[1])
    }
  }

  /// “a number”, “a vector of 7”, “7 × 13”.
  public var shapeText: String {
    switch shape.count {
    case 0: "a number"
    case 1: "a vector of \(shape[0])"
    default: "\(shape[0]) × \(shape[1])"
    }
  }

  // Loops, not `map` and `zip`: those are slow in a module that is not optimised.

  func map(_ transform: (Double) -> Double) -> MathValue {
    var result = elements
    for index in result.indices { result[index] = transform(result[index]) }
    return MathValue(shape: shape, trusted: result)
  }

  func reshaped(_ shape: [Int]) -> MathValue { MathValue(shape: shape, trusted: elements) }

  /// Element by element, for two values of one shape.
  func combined(with other: MathValue, _ combine: (Double, Double) -> Double) -> MathValue {
    var result = elements
    for index in result.indices { result[index] = combine(result[index], other.elements[index]) }
    return MathValue(shape: shape, trusted: result)
  }
}

/// What is wrong with a formula: shapes that do not fit, a symbol without a value, a name that cannot be read.
public struct FormulaError: Error, Equatable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
