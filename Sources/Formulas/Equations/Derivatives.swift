/// The reverse of each operation: from the gradient of its result to the gradients of its operands.
enum Derivatives {
  /// - Parameters:
  ///   - result: the operation's value.
  ///   - gradient: ∂L/∂result, of the same shape.
  /// - Returns: ∂L/∂operand for each operand, in its shape.
  static func pullBack(
    _ operation: Operation, _ operands: [Operand], result: MathValue, gradient: MathValue
  ) -> [MathValue] {
    let values = operands.map(\.value)
    guard let a = values.first else { return [] }
    switch operation {
    case .add: return reduced([gradient, gradient], to: values)
    case .subtract: return reduced([gradient, gradient.map { -$0 }], to: values)
    case .hadamard, .scale: return hadamard(values, gradient)
    case .divide: return divide(values, result, gradient)
    case .matrixProduct:
      guard let plan = Arithmetic.productPlan(operands[0], operands[1]) else { return hadamard(values, gradient) }
      return matrixProduct(values, plan, gradient)
    case .negate: return [gradient.map { -$0 }]
    case .function(let function):
      let slopes = a.combined(with: result, function.derivative)
      return [gradient.combined(with: slopes, *)]
    case .square: return [gradient.combined(with: a) { 2 * $0 * $1 }]
    case .softmax: return [softmax(result, gradient)]
    case .sum: return [.filled(with: gradient.elements[0], shape: a.shape)]
    case .mean: return [.filled(with: gradient.elements[0] / Double(a.elements.count), shape: a.shape)]
    case .transpose: return [a.shape.count == 2 ? Arithmetic.transpose(gradient) : gradient.reshaped(a.shape)]
    case .concatenate: return unjoined(values, gradient)
    case .stack: return unstacked(values, gradient)
    case .total: return values.map { _ in gradient }
    case .columns(let range), .elements(let range): return [placed(gradient, in: a, columns: range)]
    case .rows(let range): return [placed(gradient, in: a, rows: range)]
    case .row(let index): return [placed(gradient, in: a, rows: index..<index + 1)]
    case .part(let index, let count):
      let width = a.rowsAndColumns.columns / count
      return [placed(gradient, in: a, columns: index * width..<(index + 1) * width)]
    case .onEveryRow: return [gradient]
    }
  }

  // MARK: Element by element

  /// What was stretched to fit has the sum of the gradients of its copies.
  private static func reduced(_ gradients: [MathValue], to values: [MathValue]) -> [MathValue] {
    zip(gradients, values).map { gradient, value in
      if gradient.shape == value.shape { return gradient }
      if value.shape.isEmpty { return MathValue(gradient.elements.reduce(0, +)) }
      let width = value.shape[0]
      var sums = [Double](repeating: 0, count: width)
      for (index, element) in gradient.elements.enumerated() { sums[index % width] += element }
      return MathValue(sums)
    }
  }

  private static func hadamard(_ values: [MathValue], _ gradient: MathValue) -> [MathValue] {
    let a = Arithmetic.stretched(values[0], to: gradient.shape)
    let b = Arithmetic.stretched(values[1], to: gradient.shape)
    return reduced([gradient.combined(with: b, *), gradient.combined(with: a, *)], to: values)
  }

  private static func divide(_ values: [MathValue], _ result: MathValue, _ gradient: MathValue) -> [MathValue] {
    let b = Arithmetic.stretched(values[1], to: gradient.shape)
    let top = gradient.combined(with: b, /)
    let bottom = top.combined(with: result) { -$0 * $1 }
    return reduced([top, bottom], to: values)
  }

  /// ∂L/∂zⱼ = yⱼ (gⱼ − Σ gₖ yₖ), row by row.
  private static func softmax(_ y: MathValue, _ g: MathValue) -> MathValue {
    let (rows, columns) = y.rowsAndColumns
    var elements: [Double] = []
    for row in 0..<rows {
      let range = row * columns..<(row + 1) * columns
      let inner = range.reduce(0.0) { $0 + g.elements[$1] * y.elements[$1] }
      elements += range.map { y.elements[$0] * (g.elements[$0] - inner) }
    }
    return MathValue(shape: y.shape, trusted: elements)
  }

  // MARK: Products

  /// C = A·B: ∂L/∂A = G·Bᵀ and ∂L/∂B = Aᵀ·G.
  private static func matrixProduct(
    _ values: [MathValue], _ plan: Arithmetic.ProductPlan, _ gradient: MathValue
  ) -> [MathValue] {
    let (m, k, n) = (plan.m, plan.k, plan.n)
    let transposedA = Arithmetic.transpose(values[0].reshaped([m, k])).elements
    let transposedB = Arithmetic.transpose(values[1].reshaped([k, n])).elements
    return [
      MathValue(shape: values[0].shape, trusted: Arithmetic.multiply(gradient.elements, transposedB, m, n, k)),
      MathValue(shape: values[1].shape, trusted: Arithmetic.multiply(transposedA, gradient.elements, k, m, n)),
    ]
  }

  // MARK: Pieces

  private static func unjoined(_ values: [MathValue], _ gradient: MathValue) -> [MathValue] {
    let (rows, width) = gradient.rowsAndColumns
    var start = 0
    return values.map { value in
      let own = value.rowsAndColumns.columns
      defer { start += own }
      let elements = (0..<rows).flatMap { row in
        let first = row * width + start
        return gradient.elements[first..<first + own]
      }
      return MathValue(shape: value.shape, trusted: elements)
    }
  }

  private static func unstacked(_ values: [MathValue], _ gradient: MathValue) -> [MathValue] {
    var start = 0
    return values.map { value in
      defer { start += value.elements.count }
      let elements = gradient.elements[start..<start + value.elements.count]
      return MathValue(shape: value.shape, trusted: Array(elements))
    }
  }

  private static func placed(_ gradient: MathValue, in whole: MathValue, columns range: Range<Int>) -> MathValue {
    let (rows, width) = whole.rowsAndColumns
    var elements = [Double](repeating: 0, count: whole.elements.count)
    for row in 0..<rows {
      for column in range {
        elements[row * width + column] = gradient.elements[row * range.count + column - range.lowerBound]
      }
    }
    return MathValue(shape: whole.shape, trusted: elements)
  }

  private static func placed(_ gradient: MathValue, in whole: MathValue, rows range: Range<Int>) -> MathValue {
    var elements = [Double](repeating: 0, count: whole.elements.count)
    let start = range.lowerBound * whole.shape[1]
    elements.replaceSubrange(start..<start + gradient.elements.count, with: gradient.elements)
    return MathValue(shape: whole.shape, trusted: elements)
  }
}
