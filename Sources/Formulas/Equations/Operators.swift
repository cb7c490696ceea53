infix operator • : MultiplicationPrecedence
infix operator ⊙ : MultiplicationPrecedence

/// What a formula does with its operands.
enum Operation: Hashable, Sendable {
  case add, subtract, negate
  /// Any number of terms, shown elided when there are many.
  case total
  /// `•`, the product of matrices; `⊙`, of elements; `*`, by a number.
  case matrixProduct, hadamard, scale
  case divide
  case function(ElementFunction)
  case softmax, sum, mean, square, transpose
  /// Side by side along the last axis, below one another along the first.
  case concatenate, stack
  case columns(Range<Int>), rows(Range<Int>), row(Int), elements(Range<Int>)
  /// One of several equal pieces along the last axis.
  case part(Int, of: Int)
  case onEveryRow
}

extension Formula {
  static func operation(_ operation: Operation, _ operands: Formula...) -> Formula {
    Formula(.operation(operation), operands)
  }

  /// The sum of two of one shape, element by element.
  public static func + (a: Formula, b: Formula) -> Formula { operation(.add, a, b) }
  /// The difference of two of one shape, element by element.
  public static func - (a: Formula, b: Formula) -> Formula { operation(.subtract, a, b) }
  /// Every element with its sign changed.
  public static prefix func - (a: Formula) -> Formula { operation(.negate, a) }
  /// The product of matrices; a vector is a column on the right of a matrix and a row on its left.
  public static func • (a: Formula, b: Formula) -> Formula { operation(.matrixProduct, a, b) }
  /// The product element by element.
  public static func ⊙ (a: Formula, b: Formula) -> Formula { operation(.hadamard, a, b) }
  /// A multiple: one side must be a number.
  public static func * (a: Formula, b: Formula) -> Formula { operation(.scale, a, b) }
  /// The quotient element by element.
  public static func / (a: Formula, b: Formula) -> Formula { operation(.divide, a, b) }

  /// Columns of a matrix, as a view: its gradient is that part of the whole's.
  public subscript(columns range: Range<Int>) -> Formula { .operation(.columns(range), self) }
  /// Rows of a matrix, as a view.
  public subscript(rows range: Range<Int>) -> Formula { .operation(.rows(range), self) }
  /// One row of a matrix as a vector.
  public subscript(row index: Int) -> Formula { .operation(.row(index), self) }
  /// Elements of a vector, as a view.
  public subscript(range: Range<Int>) -> Formula { .operation(.elements(range), self) }
  /// Equal pieces along the last axis, as TensorFlow's `split`: `let g = z.split(into: 4)`.
  public func split(into count: Int) -> [Formula] {
    (0..<max(0, count)).map { .operation(.part($0, of: count), self) }
  }
}

/// The logistic function 1 / (1 + e⁻ᶻ) of each element.
public func sigmoid(_ z: Formula) -> Formula { .operation(.function(.sigmoid), z) }
/// The hyperbolic tangent of each element, between −1 and 1.
public func tanh(_ z: Formula) -> Formula { .operation(.function(.tanh), z) }
/// max(0, z) of each element.
public func relu(_ z: Formula) -> Formula { .operation(.function(.relu), z) }
/// clip(z/6 + 1/2, 0, 1), Keras 3's straight-line sigmoid.
public func hardSigmoid(_ z: Formula) -> Formula { .operation(.function(.hardSigmoid), z) }
/// clip(0.2 z + 0.5, 0, 1), the straight-line sigmoid of Keras 2 and ONNX.
public func keras2HardSigmoid(_ z: Formula) -> Formula { .operation(.function(.keras2HardSigmoid), z) }
/// eᶻ of each element.
public func exp(_ z: Formula) -> Formula { .operation(.function(.exp), z) }
/// The natural logarithm of each element; −∞ at 0, NaN below.
public func log(_ z: Formula) -> Formula { .operation(.function(.log), z) }
/// The square root of each element; NaN below 0.
public func sqrt(_ z: Formula) -> Formula { .operation(.function(.sqrt), z) }
/// eᶻ / Σ eᶻ over a vector, or over each row of a matrix.
public func softmax(_ z: Formula) -> Formula { .operation(.softmax, z) }
/// The sum of all elements.
public func sum(_ z: Formula) -> Formula { .operation(.sum, z) }
/// The sum of several formulas of one shape, such as the losses of all steps.
public func sum(_ terms: [Formula]) -> Formula { Formula(.operation(.total), terms) }
/// The mean of all elements.
public func mean(_ z: Formula) -> Formula { .operation(.mean, z) }
/// The square of each element.
public func squared(_ z: Formula) -> Formula { .operation(.square, z) }
/// The transpose of a matrix; a vector's is a matrix of one row, so that `δ • transpose(x)` is the outer product.
public func transpose(_ z: Formula) -> Formula { .operation(.transpose, z) }
/// [a, b]: side by side along the last axis.
public func concatenate(_ parts: Formula...) -> Formula { concatenate(parts) }
/// The same of a list.
public func concatenate(_ parts: [Formula]) -> Formula { Formula(.operation(.concatenate), parts) }
/// Below one another along the first axis: the rows of `a`, then those of `b`.
public func stack(_ parts: Formula...) -> Formula { stack(parts) }
/// The same of a list.
public func stack(_ parts: [Formula]) -> Formula { Formula(.operation(.stack), parts) }
/// A row that is added to (or multiplied with) every row of a batch; shown as 𝟏 b, a column of ones times the row.
public func onEveryRow(_ row: Formula) -> Formula { .operation(.onEveryRow, row) }

/// mean((ŷ − y)²) over all elements, as Keras' `mse` over a batch of equal sequences.
public func meanSquaredError(_ prediction: Formula, _ target: Formula) -> Formula { mean(squared(prediction - target)) }

/// −Σ y ⊙ log p, the cross-entropy of probabilities `p` with a one-hot (or any) distribution `y`.
public func crossEntropy(_ probabilities: Formula, _ target: Formula) -> Formula { -sum(target ⊙ log(probabilities)) }
