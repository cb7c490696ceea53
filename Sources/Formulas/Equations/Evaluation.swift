/// The values of some formulas and of everything they are made of, computed once, with the gradients that follow from
/// them.
public struct Evaluation: Sendable {
  private let order: [Formula]
  private var values: [Formula: MathValue]
  /// Formulas whose value was given: they stand for themselves, whatever they are made of.
  private let given: Set<Formula>

  /// Computes the formulas.
  ///
  /// - Parameter bindings: values for open symbols. A definition or a symbol that has a value may be bound too, and the
  ///   given value holds: `[f: [1, 1]]` shows a cell whose forget gate is open.
  /// - Throws: `FormulaError` for shapes that do not fit, open symbols and names that cannot be read.
  public init(of formulas: [Formula], _ bindings: [Formula: MathValue] = [:]) throws {
    given = Set(bindings.keys)
    order = Self.sorted(formulas, given)
    var values: [Formula: MathValue] = [:]
    for formula in order {
      if let problem = formula.node.name?.problem { throw FormulaError("the name of a formula: \(problem)") }
      values[formula] = try bindings[formula] ?? Self.value(of: formula, values, order)
    }
    self.values = values
  }

  /// The value of a formula that was computed here, be it one of those asked for or a part of one.
  public subscript(formula: Formula) -> MathValue {
    get throws {
      if let value = values[formula] { return value }
      throw FormulaError("\(formula) is no part of \(order.last?.description ?? "an empty evaluation")")
    }
  }

  func value(ifComputed formula: Formula) -> MathValue? { values[formula] }

  func operands(of formula: Formula) -> [Operand] { Self.operands(of: formula, values) }

  // MARK: Another value

  /// The formulas whose value follows from that of `formula`, each after its operands.
  fileprivate func dependents(of formula: Formula) -> [Formula] {
    var changing: Set = [formula]
    return order.filter { part in
      guard !given.contains(part), part.node.operands.contains(where: changing.contains) else { return false }
      changing.insert(part)
      return true
    }
  }

  /// Gives a formula another value and computes its dependents anew, and nothing else.
  fileprivate mutating func replace(
    _ formula: Formula, by value: MathValue, _ dependents: [Formula], resultingIn result: Formula
  ) throws -> MathValue {
    values[formula] = value
    for dependent in dependents { values[dependent] = try Self.value(of: dependent, values, order) }
    return try self[result]
  }

  // MARK: Gradients

  /// ∂L/∂(every formula that L is made of), in reverse mode.
  ///
  /// A symbol that is used several times, such as a weight at every step of a sequence, has the sum over all its uses.
  ///
  /// - Throws: `FormulaError` when `loss` is not one number.
  public func gradients(of loss: Formula) throws -> Gradients {
    let value = try self[loss]
    guard value.elements.count == 1 else {
      throw FormulaError("the gradient needs one number, and \(loss) is \(value.shapeText); sum(…) makes it one")
    }
    var gradients = [loss: MathValue.filled(with: 1, shape: value.shape)]
    for formula in order.reversed() where !given.contains(formula) {
      guard let gradient = gradients[formula] else { continue }
      for (operand, share) in zip(formula.node.operands, pullBack(formula, gradient)) {
        gradients[operand] = gradients[operand]?.combined(with: share, +) ?? share
      }
    }
    return Gradients(loss: loss, gradients: gradients)
  }

  private func pullBack(_ formula: Formula, _ gradient: MathValue) -> [MathValue] {
    guard case .operation(let operation) = formula.node.content, let result = values[formula] else {
      return formula.node.operands.map { _ in gradient }
    }
    return Derivatives.pullBack(
      operation, Self.operands(of: formula, values), result: result, gradient: gradient)
  }

  // MARK: Values

  private static func value(of formula: Formula, _ values: [Formula: MathValue], _ order: [Formula]) throws -> MathValue
  {
    switch formula.node.content {
    case .constant(let value): return value
    case .symbol(let value?): return value
    case .symbol(nil): throw FormulaError("\(formula) has no value\(place(of: formula, order))")
    case .definition: return values[formula.node.operands[0]] ?? MathValue(0)
    case .operation(let operation):
      let operands = operands(of: formula, values)
      do {
        return try Arithmetic.apply(operation, operands)
      } catch let problem as ShapeProblem {
        let shapes = zip(formula.node.operands, operands).map { "\($0) is \($1.value.shapeText)" }
        throw FormulaError(
          "shapes do not fit in \(formula): \(shapes.joined(separator: ", ")); \(problem.rule)\(place(of: formula, order))"
        )
      }
    }
  }

  private static func operands(of formula: Formula, _ values: [Formula: MathValue]) -> [Operand] {
    formula.node.operands.map { operand in
      // Operands come before the formula in the order, so their values are there.
      let value = values[operand] ?? MathValue(0)
      let body = operand.body
      switch body.node.content {
      case .operation(.onEveryRow): return Operand(value: value, isRowForBatch: true)
      case .operation(.transpose):
        let isVector = values[body.node.operands[0]]?.shape.count == 1
        return Operand(value: value, isTransposedVector: isVector)
      default: return Operand(value: value)
      }
    }
  }

  /// “ (in iₜ)”: the definition in which a formula stands.
  private static func place(of formula: Formula, _ order: [Formula]) -> String {
    for definition in order where definition.node.name != nil && definition != formula {
      var pending = definition.node.operands
      var seen: Set<Formula> = []
      while let part = pending.popLast() {
        if part == formula { return " (in \(definition))" }
        if part.node.name == nil && seen.insert(part).inserted { pending += part.node.operands }
      }
    }
    return ""
  }

  // MARK: Order

  /// Every formula after its operands, in the order of first use; a loop, for chains too long for the stack.
  static func sorted(_ roots: [Formula], _ given: Set<Formula>) -> [Formula] {
    var order: [Formula] = []
    var seen: Set<Formula> = []
    var pending = roots.reversed().map { (formula: $0, isReady: false) }
    while let (formula, isReady) = pending.popLast() {
      if isReady {
        order.append(formula)
      } else if seen.insert(formula).inserted {
        pending.append((formula, true))
        if given.contains(formula) { continue }
        pending += formula.node.operands.reversed().map { ($0, false) }
      }
    }
    return order
  }
}

/// The gradients of one number with respect to everything it was computed from.
public struct Gradients: Sendable {
  let loss: Formula
  let gradients: [Formula: MathValue]

  /// ∂L/∂formula, in the formula's shape.
  ///
  /// - Throws: `FormulaError` when L does not depend on the formula, which is more often a mistake than a zero.
  public subscript(formula: Formula) -> MathValue {
    get throws {
      if let gradient = gradients[formula] { return gradient }
      throw FormulaError("\(loss) does not depend on \(formula)")
    }
  }
}

extension Formula {
  /// The formula that a definition names; a formula without a name is its own body.
  public var body: Formula {
    var formula = self
    while case .definition = formula.node.content { formula = formula.node.operands[0] }
    return formula
  }

  /// The value, with values given for open symbols; see `Evaluation.init`.
  public func evaluate(_ bindings: [Formula: MathValue] = [:]) throws -> MathValue {
    try Evaluation(of: [self], bindings)[self]
  }

  /// The gradients of this number with respect to everything in it; see `Evaluation.gradients`.
  public func gradients(_ bindings: [Formula: MathValue] = [:]) throws -> Gradients {
    try Evaluation(of: [self], bindings).gradients(of: self)
  }

  /// The gradient with respect to one formula by central differences, (L(w + ε) − L(w − ε)) / 2ε for every element.
  ///
  /// The error is about ε² from the curve plus 1e-16/ε from rounding, so 1e-5 leaves some 1e-10.
  public func centralDifferences(
    _ formula: Formula, _ bindings: [Formula: MathValue] = [:], step ε: Double = 1e-5
  ) throws -> MathValue {
    let start = try Evaluation(of: [self, formula], bindings)[formula]
    var evaluation = try Evaluation(of: [self], bindings.merging([formula: start]) { $1 })
    let dependents = evaluation.dependents(of: formula)
    var differences: [Double] = []
    for index in start.elements.indices {
      func loss(_ change: Double) throws -> Double {
        var elements = start.elements
        elements[index] += change
        let changed = MathValue(shape: start.shape, trusted: elements)
        let value = try evaluation.replace(formula, by: changed, dependents, resultingIn: self)
        guard let number = value.number else { throw FormulaError("\(self) is \(value.shapeText), not one number") }
        return number
      }
      differences.append((try loss(ε) - loss(-ε)) / (2 * ε))
    }
    return MathValue(shape: start.shape, trusted: differences)
  }
}
