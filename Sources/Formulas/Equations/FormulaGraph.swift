/// Formulas as data: the fifth way to write them, from which a page computes them anew.
///
/// ```swift
/// let graph = try FormulaGraph(of: [h], changing: [x, b_f], in: evaluation)
/// graph.nodes[graph.index(of: h)!].value          // as `evaluation` has it
/// ```
///
/// Nodes stand after their operands. What does not depend on a formula that may change is one `constant` with its
/// value, whatever it is made of. All shapes are known, so an operation carries them as whole numbers:
///
/// | `operation` | of | `numbers` |
/// |---|---|---|
/// | `constant`, `input` | nothing: they have a value | |
/// | `name` | a formula that has a name; its value | |
/// | `add`, `subtract`, `hadamard`, `divide` | two; the one with fewer elements is repeated | |
/// | `product` | [m, k] by [k, n] | m, k, n |
/// | `sigmoid`, `tanh`, `relu`, `hardSigmoid`, `keras2HardSigmoid`, `exp`, `log`, `sqrt`, `square`, `negate` | one | |
/// | `softmax` | rows of one | columns |
/// | `sum`, `mean` | one | |
/// | `total` | any number | |
/// | `transpose` | one | rows, columns |
/// | `concatenate` | any number, side by side | rows |
/// | `stack` | any number, below one another | |
/// | `columns` | one | columns, first, count |
/// | `slice` | elements of one | first, count |
public struct FormulaGraph: Sendable {
  public struct Node: Sendable {
    public let operation: String
    /// Places of the operands among the nodes.
    public let operands: [Int]
    public let numbers: [Int]
    /// The value under the inputs of the evaluation.
    public let value: MathValue
    /// Of a formula with a name, in LaTeX.
    public let name: String?
  }

  public private(set) var nodes: [Node] = []
  private var places: [Formula: Int] = [:]
  /// The formulas that change with an input, and the inputs.
  private var changing: Set<Formula>

  /// - Parameters:
  ///   - roots: what is to be computed.
  ///   - inputs: formulas that may get another value; what they are made of is left out.
  ///   - evaluation: their values, and those of everything that they are made of.
  /// - Throws: `FormulaError` for a formula that the evaluation does not have.
  public init(of roots: [Formula], changing inputs: [Formula], in evaluation: Evaluation) throws {
    let order = Evaluation.sorted(inputs + roots, Set(inputs))
    changing = Set(inputs)
    for formula in order where formula.node.operands.contains(where: changing.contains) { changing.insert(formula) }
    for formula in order where changing.contains(formula) {
      if inputs.contains(formula) {
        append(formula, "input", [], [], try evaluation[formula])
      } else {
        try append(formula, in: evaluation)
      }
    }
  }

  /// The place of a formula among the nodes.
  public func index(of formula: Formula) -> Int? { places[formula] }

  /// Whether a formula is an input or is computed from one.
  public func changes(_ formula: Formula) -> Bool { changing.contains(formula) }

  private mutating func append(
    _ formula: Formula, _ operation: String, _ operands: [Int], _ numbers: [Int], _ value: MathValue
  ) {
    places[formula] = nodes.count
    nodes.append(
      Node(operation: operation, operands: operands, numbers: numbers, value: value, name: formula.name))
  }

  private mutating func append(_ formula: Formula, in evaluation: Evaluation) throws {
    for operand in formula.node.operands where places[operand] == nil {
      append(operand, "constant", [], [], try evaluation[operand])
    }
    let operands = formula.node.operands.compactMap { places[$0] }
    let value = try evaluation[formula]
    guard case .operation(let operation) = formula.node.content else {
      return append(formula, "name", operands, [], value)
    }
    let (name, numbers) = try Self.written(operation, evaluation.operands(of: formula))
    append(formula, name, operands, numbers, value)
  }

  private static func written(_ operation: Operation, _ operands: [Operand]) throws -> (String, [Int]) {
    let (rows, columns) = operands.first?.value.rowsAndColumns ?? (1, 1)
    switch operation {
    case .add, .subtract, .hadamard, .divide, .negate, .square, .sum, .mean, .total, .stack: return ("\(operation)", [])
    case .scale: return ("hadamard", [])
    case .matrixProduct:
      // The product with a number is none of matrices.
      guard let plan = Arithmetic.productPlan(operands[0], operands[1]) else { return ("hadamard", []) }
      return ("product", [plan.m, plan.k, plan.n])
    case .function(let function): return ("\(function)", [])
    case .softmax: return ("softmax", [columns])
    case .transpose: return ("transpose", [rows, columns])
    case .concatenate: return ("concatenate", [rows])
    case .columns(let range), .elements(let range): return ("columns", [columns, range.lowerBound, range.count])
    case .part(let index, let count):
      let range = try Arithmetic.part(operands[0].value, index, of: count)
      return ("columns", [columns, range.lowerBound, range.count])
    case .rows(let range): return ("slice", [range.lowerBound * columns, range.count * columns])
    case .row(let index): return ("slice", [index * columns, columns])
    case .onEveryRow: return ("name", [])
    }
  }
}

extension Evaluation {
  /// The definitions that formulas are made of, each before those that use it; `inputs` stand for themselves.
  package static func named(in formulas: [Formula], without inputs: Set<Formula>) -> [Formula] {
    sorted(formulas, inputs).filter { formula in
      if case .definition = formula.node.content { !inputs.contains(formula) } else { false }
    }
  }
}
