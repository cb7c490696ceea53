import Foundation

/// An operand as an operation sees it: its value, and what its formula says about the way it stands.
struct Operand {
  let value: MathValue
  /// Written `onEveryRow(b)`: a row that goes to every row of a batch.
  var isRowForBatch = false
  /// Written `transpose(x)` for a vector `x`: a matrix of one row that makes an outer product.
  var isTransposedVector = false
}

/// Why an operation cannot be done with its operands; the caller knows their formulas.
struct ShapeProblem: Error {
  let rule: String
}

/// The arithmetic of formulas in `Double`, by plain loops.
enum Arithmetic {
  static func apply(_ operation: Operation, _ operands: [Operand]) throws -> MathValue {
    let a = operands.first?.value ?? MathValue(0)
    switch operation {
    case .add: return try elementwise(operands[0], operands[1], +)
    case .subtract: return try elementwise(operands[0], operands[1], -)
    case .hadamard: return try elementwise(operands[0], operands[1], *)
    case .divide: return try elementwise(operands[0], operands[1], /)
    case .scale:
      guard operands.contains(where: { $0.value.shape.isEmpty }) else {
        throw ShapeProblem(rule: "* multiplies by a number; • is the product of matrices, ⊙ that of elements")
      }
      return try elementwise(operands[0], operands[1], *)
    case .matrixProduct: return try product(operands[0], operands[1])
    case .negate: return a.map { -$0 }
    case .function(let function): return a.map(function.value)
    case .square: return a.map { $0 * $0 }
    case .softmax: return softmax(a)
    case .sum: return MathValue(a.elements.reduce(0, +))
    case .mean: return MathValue(a.elements.reduce(0, +) / Double(a.elements.count))
    case .transpose: return transpose(a)
    case .concatenate: return try concatenate(operands.map(\.value))
    case .stack: return try stack(operands.map(\.value))
    case .total: return try total(operands)
    case .columns(let range):
      guard a.shape.count == 2 else {
        throw ShapeProblem(rule: "columns belong to a matrix; v[0..<3] is part of a vector")
      }
      return try columns(a, range)
    case .elements(let range):
      guard a.shape.count == 1 else {
        throw ShapeProblem(rule: "[…] takes part of a vector; see [columns:] and [rows:]")
      }
      return try columns(a, range)
    case .rows(let range): return try rows(a, range)
    case .row(let index):
      guard index >= 0, index < Int.max else { throw ShapeProblem(rule: "there is no row \(index)") }
      return try rows(a, index..<index + 1).reshaped([a.rowsAndColumns.columns])
    case .part(let index, let count): return try columns(a, part(a, index, of: count))
    case .onEveryRow:
      guard a.shape.count == 1 else { throw ShapeProblem(rule: "onEveryRow takes a vector") }
      return a
    }
  }

  // MARK: Element by element

  /// Which shape two operands have together, or nil when they do not fit.
  static func commonShape(_ a: Operand, _ b: Operand) -> [Int]? {
    let (left, right) = (a.value.shape, b.value.shape)
    if left == right || right.isEmpty { return left }
    if left.isEmpty { return right }
    if left.count == 2, right.count == 1, b.isRowForBatch, left[1] == right[0] { return left }
    if right.count == 2, left.count == 1, a.isRowForBatch, right[1] == left[0] { return right }
    return nil
  }

  private static func elementwise(
    _ a: Operand, _ b: Operand, _ combine: (Double, Double) -> Double
  ) throws -> MathValue {
    guard let shape = commonShape(a, b) else {
      let isBias = [a, b].contains { $0.value.shape.count == 1 } && [a, b].contains { $0.value.shape.count == 2 }
      throw ShapeProblem(
        rule: "both must have one shape"
          + (isBias ? ", or the vector be written onEveryRow(…)" : ", or one be a number"))
    }
    return stretched(a.value, to: shape).combined(with: stretched(b.value, to: shape), combine)
  }

  private static func total(_ terms: [Operand]) throws -> MathValue {
    guard let first = terms.first?.value, terms.allSatisfy({ $0.value.shape == first.shape }) else {
      throw ShapeProblem(rule: "a sum takes at least one term, and all of one shape")
    }
    return terms.dropFirst().reduce(first) { $0.combined(with: $1.value, +) }
  }

  /// A number repeated for every element, a vector for every row.
  static func stretched(_ value: MathValue, to shape: [Int]) -> MathValue {
    if value.shape == shape { return value }
    if value.shape.isEmpty { return .filled(with: value.elements[0], shape: shape) }
    return MathValue(shape: shape, trusted: (0..<shape[0]).flatMap { _ in value.elements })
  }

  static func softmax(_ z: MathValue) -> MathValue {
    let (rowCount, columnCount) = z.rowsAndColumns
    var elements: [Double] = []
    for row in 0..<rowCount {
      let values = z.elements[row * columnCount..<(row + 1) * columnCount]
      // The largest exponent is made 0, so that none overflows; the quotient stays the same.
      let greatest = values.max() ?? 0
      let powers = values.map { exp($0 - greatest) }
      let total = powers.reduce(0, +)
      elements += powers.map { $0 / total }
    }
    return MathValue(shape: z.shape, trusted: elements)
  }

  // MARK: Products

  /// How two values are multiplied: [m, k] by [k, n], and the shape that the result has.
  struct ProductPlan {
    let m: Int
    let k: Int
    let n: Int
    let shape: [Int]
  }

  /// The plan of a product, or nil when the operands do not fit. Products with a number are no matrix products.
  static func productPlan(_ a: Operand, _ b: Operand) -> ProductPlan? {
    let (left, right) = (a.value.shape, b.value.shape)
    switch (left.count, right.count) {
    case (2, 1) where left[1] == right[0]: return ProductPlan(m: left[0], k: left[1], n: 1, shape: [left[0]])
    case (1, 2) where b.isTransposedVector:
      return ProductPlan(m: left[0], k: 1, n: right[1], shape: [left[0], right[1]])
    case (1, 2) where left[0] == right[0]: return ProductPlan(m: 1, k: left[0], n: right[1], shape: [right[1]])
    case (2, 2) where left[1] == right[0]:
      return ProductPlan(m: left[0], k: left[1], n: right[1], shape: [left[0], right[1]])
    default: return nil
    }
  }

  private static func product(_ a: Operand, _ b: Operand) throws -> MathValue {
    if a.value.shape.isEmpty || b.value.shape.isEmpty { return try elementwise(a, b, *) }
    guard let plan = productPlan(a, b) else {
      if a.value.shape.count == 1 && b.value.shape.count == 1 {
        throw ShapeProblem(rule: "one side of • must be a matrix; sum(a ⊙ b) is the inner product of vectors")
      }
      throw ShapeProblem(rule: "the left needs as many columns as the right has rows")
    }
    let elements = multiply(a.value.elements, b.value.elements, plan.m, plan.k, plan.n)
    return MathValue(shape: plan.shape, trusted: elements)
  }

  /// C = A·B for A [m, k] and B [k, n], by three loops.
  static func multiply(_ a: [Double], _ b: [Double], _ m: Int, _ k: Int, _ n: Int) -> [Double] {
    var c = [Double](repeating: 0, count: m * n)
    for i in 0..<m {
      for j in 0..<n {
        var sum = 0.0
        for l in 0..<k { sum += a[i * k + l] * b[l * n + j] }
        c[i * n + j] = sum
      }
    }
    return c
  }

  static func transpose(_ a: MathValue) -> MathValue {
    if a.shape.isEmpty { return a }
    if a.shape.count == 1 { return a.reshaped([1, a.shape[0]]) }
    let (rows, columns) = (a.shape[0], a.shape[1])
    var elements: [Double] = []
    for column in 0..<columns {
      for row in 0..<rows { elements.append(a.elements[row * columns + column]) }
    }
    return MathValue(shape: [columns, rows], trusted: elements)
  }

  // MARK: Pieces

  private static func concatenate(_ parts: [MathValue]) throws -> MathValue {
    guard let first = parts.first, !first.shape.isEmpty, parts.allSatisfy({ $0.shape.count == first.shape.count }),
      parts.allSatisfy({ $0.rowsAndColumns.rows == first.rowsAndColumns.rows })
    else { throw ShapeProblem(rule: "concatenate takes vectors, or matrices with the same number of rows") }
    let rows = first.rowsAndColumns.rows
    var elements: [Double] = []
    for row in 0..<rows {
      for part in parts {
        let width = part.rowsAndColumns.columns
        elements += part.elements[row * width..<(row + 1) * width]
      }
    }
    let width = parts.reduce(0) { $0 + $1.rowsAndColumns.columns }
    return MathValue(shape: first.shape.count == 1 ? [width] : [rows, width], trusted: elements)
  }

  private static func stack(_ parts: [MathValue]) throws -> MathValue {
    guard let first = parts.first, !first.shape.isEmpty, parts.allSatisfy({ $0.shape.count == first.shape.count }),
      parts.allSatisfy({ first.shape.count == 1 || $0.shape[1] == first.shape[1] })
    else { throw ShapeProblem(rule: "stack takes vectors, or matrices with the same number of columns") }
    let elements = parts.flatMap(\.elements)
    let count = parts.reduce(0) { $0 + $1.shape[0] }
    return MathValue(shape: first.shape.count == 1 ? [count] : [count, first.shape[1]], trusted: elements)
  }

  static func part(_ a: MathValue, _ index: Int, of count: Int) throws -> Range<Int> {
    let width = a.rowsAndColumns.columns
    guard !a.shape.isEmpty, count > 0, width.isMultiple(of: count) else {
      throw ShapeProblem(rule: "split(into: \(count)) needs a width that \(count) divides")
    }
    return index * (width / count)..<(index + 1) * (width / count)
  }

  private static func columns(_ a: MathValue, _ range: Range<Int>) throws -> MathValue {
    let (rowCount, width) = a.rowsAndColumns
    guard !a.shape.isEmpty, range.lowerBound >= 0, range.upperBound <= width else {
      throw ShapeProblem(rule: "there are no elements \(range.lowerBound) ..< \(range.upperBound)")
    }
    var elements: [Double] = []
    for row in 0..<rowCount {
      let start = row * width
      elements += a.elements[start + range.lowerBound..<start + range.upperBound]
    }
    return MathValue(shape: a.shape.count == 1 ? [range.count] : [rowCount, range.count], trusted: elements)
  }

  private static func rows(_ a: MathValue, _ range: Range<Int>) throws -> MathValue {
    guard a.shape.count == 2, range.lowerBound >= 0, range.upperBound <= a.shape[0] else {
      throw ShapeProblem(rule: "there are no rows \(range.lowerBound) ..< \(range.upperBound)")
    }
    let width = a.shape[1]
    let elements = a.elements[range.lowerBound * width..<range.upperBound * width]
    return MathValue(shape: [range.count, width], trusted: Array(elements))
  }
}
