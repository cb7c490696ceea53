import Support
import Testing

@testable import Formulas

/// Formulas as a graph: which operation each becomes, with which numbers; and what is in the order of a computation.
@Suite struct GraphTests {
  private static let x = symbol("x", .input, [1, 2, 3, 4])
  private static let m = symbol("M", .input, MathValue(shape: [2, 3], trusted: [1, 2, 3, 4, 5, 6]))
  private static let n = symbol("n", .input, 2)
  private static let square = symbol("S", .weight, MathValue(shape: [3, 3], trusted: (1...9).map(Double.init)))

  private func written(_ formula: Formula, by inputs: [Formula] = [x, m, n]) throws -> String {
    let used = inputs.filter { formula.symbols.contains($0) }
    let graph = try FormulaGraph(of: [formula], changing: used, in: Evaluation(of: [formula]))
    let node = try #require(graph.nodes.last)
    return "\(node.operation) \(node.operands) \(node.numbers)"
  }

  @Test func everyOperationHasItsNameAndItsNumbers() throws {
    let (x, m, n, s) = (Self.x, Self.m, Self.n, Self.square)
    let operations: [(Formula, String)] = [
      (x + x, "add [0, 0] []"), (x - n, "subtract [0, 1] []"), (x ⊙ n, "hadamard [0, 1] []"),
      (x / n, "divide [0, 1] []"),
      (n * x, "hadamard [1, 0] []"), (-x, "negate [0] []"), (squared(x), "square [0] []"), (sum(x), "sum [0] []"),
      (mean(x), "mean [0] []"), (sum([x, x]), "total [0, 0] []"), (stack(m, m), "stack [0, 0] []"),
      (m • s, "product [0, 1] [2, 3, 3]"), (n • x, "hadamard [1, 0] []"), (x[0..<2] • m, "product [2, 1] [1, 2, 3]"),
      (sigmoid(x), "sigmoid [0] []"), (tanh(x), "tanh [0] []"), (relu(x), "relu [0] []"), (exp(x), "exp [0] []"),
      (hardSigmoid(x), "hardSigmoid [0] []"), (keras2HardSigmoid(x), "keras2HardSigmoid [0] []"),
      (log(x), "log [0] []"),
      (sqrt(x), "sqrt [0] []"), (softmax(m), "softmax [0] [3]"), (softmax(x), "softmax [0] [4]"),
      (transpose(m), "transpose [0] [2, 3]"), (concatenate(m, m), "concatenate [0, 0] [2]"),
      (concatenate(x, x), "concatenate [0, 0] [1]"), (m[columns: 1..<3], "columns [0] [3, 1, 2]"),
      (x[1..<4], "columns [0] [4, 1, 3]"), (x.split(into: 2)[1], "columns [0] [4, 2, 2]"),
      (m.split(into: 3)[2], "columns [0] [3, 2, 1]"), (m[rows: 1..<2], "slice [0] [3, 3]"),
      (m[row: 1], "slice [0] [3, 3]"),
      (onEveryRow(x), "name [0] []"), (define("y", x), "name [0] []"),
    ]
    for (formula, expected) in operations {
      let found = try written(formula)
      expectEqual(found, expected, "\(formula)")
    }
  }

  /// Inputs stand for themselves, also where they are definitions; what does not change is one constant.
  @Test func whatChangesIsWrittenAndTheRestIsConstant() throws {
    let w = symbol("w", .weight, [1, 1, 2, 2])
    let gate = define("g", w ⊙ Self.x, .gate)
    let y = define("y", gate + w + 1, .state)
    let evaluation = try Evaluation(of: [y])
    let graph = try FormulaGraph(of: [y], changing: [gate], in: evaluation)
    expectEqual(graph.nodes.map(\.operation), ["input", "constant", "add", "constant", "add", "name"])
    expect(graph.nodes.map(\.name) == ["g", "w", nil, nil, nil, "y"] && graph.nodes[3].value == 1)
    expect(graph.nodes[5].value == [3, 4, 9, 11] && graph.index(of: gate) == 0 && graph.index(of: y) == 5)
    expect(graph.changes(gate) && graph.changes(y) && !graph.changes(w) && !graph.changes(Self.x))
    expect(graph.index(of: Self.x) == nil)
    expect(Evaluation.named(in: [y], without: []) == [gate, y] && Evaluation.named(in: [y], without: [gate]) == [y])
    #expect(throws: FormulaError("x is no part of y")) {
      try FormulaGraph(of: [y], changing: [Self.x], in: Evaluation(of: [y], [gate: [1, 1, 1, 1]]))
    }
    #expect(throws: FormulaError("x is no part of an empty evaluation")) { try Evaluation(of: [])[Self.x] }
  }

  // MARK: Steps of a sequence

  @Test func namesAreCountedFromTheFirstStep() {
    func at(_ name: String, _ step: Int) -> String { FormulaName(name).at(step: step).latex }
    expect(
      at("h_t", 3) == "h_3" && at("h_{t-1}", 3) == "h_2" && at("h_{t+1}", 3) == "h_4" && at("h_{t-1}", 0) == "h_{-1}")
    expect(
      at("h'_{t-2}", 1) == "h'_{-1}" && at("W_{ix}", 1) == "W_{ix}" && at("h", 1) == "h"
        && at("h_{t,k}", 2) == "h_{2,k}")
    expect(at("h_{t-k}", 2) == "h_{2-k}" && at("x^2_t", 2) == "x_2^2" && at("h_{t \\cdot 1}", 2).hasPrefix("h_{2"))
    func timeless(_ name: String) -> String? { symbol(name).timelessName }
    expect(
      timeless("h_{t-1}") == "h" && timeless("h_3") == "h" && timeless("h_{-1}") == "h"
        && timeless("W_{ix}") == "W_{ix}")
    expect(
      timeless("h'_t") == "h'" && timeless("\\tilde{c}_t") == "\\tilde{c}" && timeless("h") == "h"
        && Formula(1).timelessName == nil)
    expect(Formula(1).name == nil && symbol("h_t").name == "h_t" && symbol("h_t").role == .other)
    expect(define("h", Formula(1)).role == .other && define("h", Formula(1), .gate).role == .gate)
  }

  @Test func stepsHaveTheirStatesAndInputs() throws {
    let (x, before, other) = (symbol("x_t", .input), symbol("h_{t-1}", .state), symbol("c_{t-1}", .state))
    let w = symbol("W", .weight, 2)
    let (h, c) = (define("h_t", w * x + before, .state), define("c_t", other + before, .state))
    let y = define("y_t", h - c, .output)
    let recurrence = Recurrence(input: x, states: [(before, h), (other, c)], outputs: [y])
    let steps = recurrence.unrolled(over: [3, 5] as [MathValue], from: [1, 10], firstStep: 4)
    expect(steps.map(\.index) == [4, 5] && steps[1][before] == steps[0][h] && steps[1][other] == steps[0][c])
    expect(steps.map { $0[h].name } == ["h_4", "h_5"] && steps[0][before].name == "h_3" && steps[0][x].name == "x_4")
    expect(steps[0][x].role == .input && steps[0][before].role == .state && steps[0][w] == w)
    try expectEqual(steps.map { try $0[y].evaluate() }, [-4, -1])
    expectEqual(recurrence.unrolled(over: [3] as [MathValue], from: []).map(\.index), [0])
    let open = recurrence.unrolled(over: [3] as [MathValue], from: [1])
    #expect(throws: FormulaError("c₋₁ has no value (in c₀)")) { try open[0][c].evaluate() }
    let formulas = recurrence.unrolled(
      over: [Formulas.symbol("a", .input, 1), Formulas.symbol("b", .input, 2)], from: [Formulas.symbol("s", .state, 7)])
    expect(formulas.map(\.index) == [0, 1] && formulas[0][other] == other && formulas[0][before].name == "s")
    try expectEqual(formulas[1][h].evaluate(), 13)
  }

  // MARK: Differences

  @Test func differencesGoToBothSidesOfEachElement() throws {
    let w = symbol("w", .weight, [2, -1])
    let loss = define("L", sum(w ⊙ w ⊙ w), .loss)
    try expectEqual(loss.centralDifferences(w, step: 0.5), [12.25, 3.25])
    try expectEqual(loss.centralDifferences(w, [w: [0, 1]], step: 0.5), [0.25, 3.25])
    let gate = define("g", w ⊙ w)
    let product = define("L", sum(gate ⊙ w), .loss)
    try expectEqual(product.centralDifferences(gate, step: 0.5), [2, -1])
    #expect(throws: FormulaError("g is a vector of 2, not one number")) { try gate.centralDifferences(w) }
    let usual = try loss.centralDifferences(w).elements
    expect(abs(usual[0] - 12 - 1e-10) < 1e-8 && usual[0] != 12)
  }

  // MARK: Values

  @Test func valuesSayTheirShape() throws {
    expect(MathValue(3).shapeText == "a number" && MathValue([1, 2]).shapeText == "a vector of 2")
    expect(Self.m.body == Self.m && MathValue.zeros(2, 3).shapeText == "2 × 3" && MathValue.zeros() == 0)
    expect(MathValue.zeros(3) == [0, 0, 0] && MathValue.zeros(2, 3).elements.count == 6 && (7 as MathValue) == 7.0)
    try expect(MathValue(rows: []).shape == [0, 0] && MathValue(rows: [[1, 2]]).shape == [1, 2])
    expect(MathValue(3).rowsAndColumns == (1, 1) && MathValue([1, 2]).rowsAndColumns == (1, 2))
    try expect(MathValue(shape: [0, 0], elements: []).elements.isEmpty && MathValue(shape: [], elements: [1]) == 1)
    let named = define("a", define("b", Self.x))
    expectEqual(named.body, Self.x)
  }

  @Test func functionsAndTheirSlopes() {
    let points: [(ElementFunction, Double, Double, Double)] = [
      (.relu, 2, 2, 1), (.relu, 0, 0, 0), (.relu, -1, 0, 0), (.hardSigmoid, 0, 0.5, 1.0 / 6), (.hardSigmoid, 3, 1, 0),
      (.hardSigmoid, -3, 0, 0), (.hardSigmoid, 4, 1, 0), (.keras2HardSigmoid, 0, 0.5, 0.2),
      (.keras2HardSigmoid, 2.5, 1, 0),
      (.keras2HardSigmoid, -2.5, 0, 0), (.keras2HardSigmoid, -9, 0, 0), (.sqrt, 4, 2, 0.25), (.log, 1, 0, 1),
      (.exp, 0, 1, 1), (.sigmoid, 0, 0.5, 0.25), (.tanh, 0, 0, 1), (.hardSigmoid, 1.5, 0.75, 1.0 / 6),
      (.keras2HardSigmoid, 1, 0.7, 0.2),
    ]
    for (function, z, y, slope) in points {
      expect(function.value(z) == y && function.derivative(z, y) == slope, "\(function) at \(z)")
    }
    expect(ElementFunction.relu.value(.nan).isNaN)
  }
}
