/// A formula that is written once in Swift, close to the paper, and then computed, shown and differentiated.
///
/// ```swift
/// // Symbols: a name in LaTeX, a role (for the colour), and a value now or later.
/// let W_x = symbol("W_x", .weight, try MathValue(shape: [2, 3], elements: kernel))
/// let W_h = symbol("W_h", .weight, try MathValue(shape: [2, 2], elements: recurrentKernel))
/// let b = symbol("b_h", .weight, [0.1, -0.2])
/// let x = symbol("x_t", .input)
/// let h₋ = symbol("h_{t-1}", .state)
///
/// // One equation, one line. `•` is the product of matrices, `⊙` the product of elements.
/// let h = define("h_t", tanh(W_x • x + W_h • h₋ + b))
/// h.equation.unicode                                // hₜ = tanh(Wₓ xₜ + Wₕ hₜ₋₁ + bₕ)
///
/// // Computed once, with values given for the open symbols …
/// let value = try h.evaluate([x: [1, 2, 3], h₋: [0, 0]])
/// // … shown as symbols = numbers = result …
/// let shown = try h.worked([x: [1, 2, 3], h₋: [0, 0]])
/// // … or at every step of a sequence: x is replaced by x₀, x₁, …, and h_{t-1} by the h of the step before.
/// let steps = Recurrence(input: x, states: [(h₋, h)]).unrolled(over: [[1, 2, 3], [3, 2, 1]], from: [[0, 0]])
/// try steps[1][h].evaluate()                        // h₁
/// try steps[1][h].worked().equation                 // h₁ = tanh(Wₓ x₁ + Wₕ h₀ + bₕ) = tanh(…) = …
///
/// // Gradients by hand: W_h is one symbol used at both steps, so its gradient is the sum over both.
/// let loss = define("L", sum(squared(steps[1][h])))
/// let gradients = try loss.gradients()
/// try gradients[W_h]                                // ∂L/∂W_h
/// try gradients[steps[0][h]]                        // ∂L/∂h₀, through step 1
/// try loss.centralDifferences(W_h)                  // the same by ±1e-5 on each weight
/// ```
///
/// **Both conventions.** `W • x` is the paper's matrix times column; `x • W + b` is Keras' row times matrix, where `x`
/// may be a batch of rows: then the bias must say that it goes to every row, `x • W + onEveryRow(b)`. Nothing else is
/// stretched to fit but numbers (`1 - z`, `f + 1.0`).
///
/// **Identity.** Two formulas are equal when they are the same object; a name is only its looks. A definition keeps its
/// name in later formulas; `equation(expanding:)` writes it out.
///
/// **Errors** come from `evaluate`, `worked` and `gradients`, never from an operator: shapes that do not fit are shown
/// with both formulas and both shapes, open symbols and unreadable names by name.
public struct Formula: Sendable, Hashable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  let node: FormulaNode

  init(_ content: FormulaNode.Content, _ operands: [Formula] = [], name: FormulaName? = nil, role: SymbolRole = .other)
  {
    node = FormulaNode(content, operands, name, role)
  }

  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
  /// A number in a formula, shown as itself.
  public init(_ constant: Double) { self.init(MathValue(constant)) }
  /// A vector or matrix without a name, shown by its numbers.
  public init(_ constant: MathValue) { self.init(.constant(constant)) }

  /// The name in LaTeX, for symbols and definitions.
  public var name: String? { node.name?.latex }
  /// The name without its time, by which `MathText.mathML` asks for a colour: `h` for `h_t` and `h_{t-1}`, `W_{ix}` for
  /// itself.
  public var timelessName: String? { node.name?.timeless }
  /// What the symbol is: an input, a weight, a state, ….
  public var role: SymbolRole { node.role }

  public static func == (left: Formula, right: Formula) -> Bool { left.node === right.node }
  public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(node)) }
}

/// What a symbol stands for, so that a page can colour it.
public enum SymbolRole: String, Sendable, CaseIterable {
  case weight, input, state, gate, output, loss, other
}

/// A letter with a meaning: `symbol("W_{ix}", .weight, kernel)`, or without a value, to be given later: `symbol("x_t",
/// .input)`.
public func symbol(_ name: String, _ role: SymbolRole = .other, _ value: MathValue? = nil) -> Formula {
  Formula(.symbol(value), name: FormulaName(name), role: role)
}

/// Gives a formula a name, by which later formulas show it: `define("i_t", sigmoid(W_ix • x + W_ih • h + b_i), .gate)`.
public func define(_ name: String, _ body: Formula, _ role: SymbolRole = .other) -> Formula {
  Formula(.definition, [body], name: FormulaName(name), role: role)
}

/// The immutable object behind a formula.
///
/// `@unchecked`: `operands` is a variable only so that `deinit` can take it apart; nothing else writes it.
final class FormulaNode: @unchecked Sendable {
  enum Content {
    case symbol(MathValue?)
    case constant(MathValue)
    case definition
    case operation(Operation)
  }

  let content: Content
  private(set) var operands: [Formula]
  let name: FormulaName?
  let role: SymbolRole

  init(_ content: Content, _ operands: [Formula], _ name: FormulaName?, _ role: SymbolRole) {
    self.content = content
    self.operands = operands
    self.name = name
    self.role = role
  }

  /// A sequence of a thousand steps is a chain of thousands of nodes: they are freed in a loop, since freeing one
  /// within the other would overflow the stack.
  deinit {
    var pending = operands.map(\.node)
    operands = []
    while var node = pending.popLast() {
      if isKnownUniquelyReferenced(&node) {
        pending += node.operands.map(\.node)
        node.operands = []
      }
    }
  }
}

/// The name of a symbol or definition: one mathematical symbol, possibly indexed by time.
struct FormulaName: Sendable {
  let latex: String
  let node: MathNode
  /// Why the name cannot be read; thrown when the formula is used, so that writing formulas needs no `try`.
  let problem: String?

  init(_ latex: String) {
    do {
      let node = try LatexParser.parse(latex)
      let isOne = node.items.count == 1
      self.init(
        node, problem: isOne ? nil : "“\(latex)” is not one symbol; a subscript of several letters needs braces")
    } catch {
      self.init(.words(latex), problem: "\(error)")
    }
  }

  private init(_ node: MathNode, problem: String?) {
    latex = LatexWriter.write(node, compact: true)
    self.node = node
    self.problem = problem
  }

  /// The name at a step: `h_{t-1}` at step 3 is `h_2`.
  func at(step: Int) -> FormulaName { FormulaName(node.at(step: step), problem: problem) }

  /// The name without its time: `h_t`, `h_{t-1}` and `h_3` are all `h`.
  var timeless: String {
    guard case .scripts(let base, let sub?, let primes, _) = node, sub.isTime else { return latex }
    return LatexWriter.write(.scripts(base: base, sub: nil, primes: primes, sup: nil), compact: true)
  }
}

extension MathNode {
  private var isLetterT: Bool { self == .letter("t") }

  fileprivate var isTime: Bool {
    items.contains(where: \.isLetterT) || Int(LatexWriter.write(self, compact: true)) != nil
  }

  /// The node with its time index replaced by a number.
  fileprivate func at(step: Int) -> MathNode {
    switch self {
    case .scripts(let base, let sub?, let primes, let sup):
      .scripts(base: base, sub: .joined(Self.indices(sub.items, step)), primes: primes, sup: sup)
    default: self
    }
  }

  /// `t` becomes the step, `t-1` and `t+1` become one number.
  private static func indices(_ items: [MathNode], _ step: Int) -> [MathNode] {
    var result: [MathNode] = []
    var index = 0
    while index < items.count {
      guard items[index].isLetterT else {
        result.append(items[index])
        index += 1
        continue
      }
      var time = step
      if index + 2 < items.count, case .sign(let sign) = items[index + 1], case .number(let text) = items[index + 2],
        let offset = Int(text), sign == .plus || sign == .minus
      {
        time += sign == .plus ? offset : -offset
        index += 2
      }
      if time < 0 { result.append(.sign(.minus)) }
      result.append(.number(String(time.magnitude)))
      index += 1
    }
    return result
  }
}
