import Foundation
import Support
import Testing
import TextLayout

@testable import Formulas
@testable import Notebook

/// The page's interpreter, run by Node where there is one, beside the formulas in Swift.
@Suite(.enabled(if: installedProgram("node") != nil, "there is no node on this machine"))
struct InterpreterTests {
  private func run(_ program: String, input: String) throws -> String {
    let node = try #require(installedProgram("node"))
    return try withTemporaryFolder { folder in
      let script = folder.appending(path: "interpreter.js")
      try LiveScript.interpreter.write(to: script, atomically: true, encoding: .utf8)
      let result = try runChild(
        node, ["-e", "const live = require(\(quoted(script.path)));\n" + program], input: input)
      expectEqual(result.code, 0, "\(result.errors)")
      return result.output
    }
  }

  private func quoted(_ text: String) -> String { "\"\(text)\"" }

  @Test func theScriptIsSmall() {
    expect(LiveScript.interpreter.utf8.count < 20_000)
  }

  /// Every operation, on numbers that are all different.
  private static let formulas: [Formula] = {
    let m = symbol("M", .other, MathValue(shape: [2, 3], trusted: [0.3, -1.1, 0.7, 2.3, -0.4, 1.9]))
    let n = symbol("N", .other, MathValue(shape: [3, 2], trusted: [1.3, -0.2, 0.6, 0.8, -1.7, 0.5]))
    let v = symbol("v", .other, [0.25, -0.5, 1.75])
    let w = symbol("w", .other, [0.9, -1.4])
    let s = symbol("s", .other, 1.5)
    let p = exp(m)
    let bodies: [Formula] = [
      m + m, m - p, -m, m ⊙ p, m / p, s * m, m • n, m • v, w • m, v • n, m + onEveryRow(v), w • transpose(v),
      sigmoid(m), Formulas.tanh(m), relu(m), hardSigmoid(m), keras2HardSigmoid(m), exp(m), log(p), sqrt(p),
      softmax(m), softmax(v), sum(m), mean(m), squared(m), transpose(m), sum([m, p, squared(m)]),
      concatenate(v, w), concatenate(m, p), stack(m, p), stack(v, w), m[columns: 1..<3], m[rows: 1..<2], m[row: 1],
      v[1..<3], concatenate(v, v).split(into: 3)[1], concatenate(m, p).split(into: 2)[1],
    ]
    return bodies.enumerated().map { define("f_{\($0)}", $1) }
  }()

  @Test func everyOperationGivesWhatSwiftGives() throws {
    let inputs = Self.formulas.flatMap(\.symbols).filter { ["M", "N", "v", "w", "s"].contains($0.name) }
    let evaluation = try Evaluation(of: Self.formulas)
    let graph = try FormulaGraph(of: Self.formulas, changing: Array(Set(inputs)), in: evaluation)
    expectEqual(graph.nodes.count { $0.name?.hasPrefix("f_") == true }, Self.formulas.count)
    let data = LiveData(words: .english).text(nodes: graph)
    let found = try run(
      """
      const nodes = live.read(JSON.parse(require("fs").readFileSync(0, "utf8")));
      const unknown = nodes.filter(({ op }) => !["input", "constant"].includes(op) && !live.operations[op]);
      console.log(JSON.stringify([unknown, live.differences(nodes, live.evaluate(nodes, new Map()))]));
      """, input: data)
    expectEqual(found, "[[],[]]\n")
  }

  @Test func aNumberThatIsNotThePrintedOneIsFound() throws {
    let (x, y) = (symbol("x", .input, [1, 2]), symbol("y", .input, [3, 5]))
    let (a, b) = (define("a", x ⊙ y), define("b", x + y))
    let graph = try FormulaGraph(of: [a, b], changing: [x, y], in: Evaluation(of: [a, b]))
    let found = try run(
      """
      const nodes = live.read(JSON.parse(require("fs").readFileSync(0, "utf8")));
      nodes.find(({ name }) => name === "b").printed[1] += 2e-11;
      nodes.find(({ name }) => name === "a").printed[1] += 2e-13;
      console.log(live.differences(nodes, live.evaluate(nodes, new Map())).join());
      """, input: LiveData(words: .english).text(nodes: graph))
    expectEqual(found, "b\n")
  }

  private static let numbers: [Double] = [
    0, 1, -1, 0.5, -0.25, 0.7310585786, -0.7310585786, 12.34567, 0.00005, 0.000123456, 1.5e-7, -2.75e-9, 123456.789,
    12345678.9, 1e15, 1e21, 2e-5, 0.1, 3, 1 / 3, -2 / 3, .nan, .infinity, -.infinity,
  ]

  @Test(arguments: [2, 3, 4, 8]) func numbersAreWrittenAsOnThePage(decimals: Int) throws {
    let list = Self.numbers.map {
      $0.isFinite ? NumberText.exact($0) : $0.isNaN ? "NaN" : $0 < 0 ? "-Infinity" : "Infinity"
    }
    let output = try run(
      """
      const numbers = [\(list.joined(separator: ","))];
      for (const value of numbers) {
        console.log(live.plainest(value, \(decimals)), live.fixed(value, \(decimals)),
          live.together(value, \(decimals), [value]), live.together(value, \(decimals), [value, 0.125]));
      }
      """, input: "")
    let swift = Self.numbers.map { value in
      [
        NumberText.plainest(value, decimals: decimals), NumberText.fixed(value, digits: decimals),
        NumberText.texts([value], decimals: decimals)[0], NumberText.texts([value, 0.125], decimals: decimals)[0],
      ].joined(separator: " ")
    }
    for (own, page) in zip(swift, output.split(separator: "\n").map(String.init)) { expectEqual(page, own) }
    expectEqual(output.split(separator: "\n").count, swift.count)
  }

  /// Zeros, small and large numbers and the ends of half precision.
  @Test func halvesAreRead() throws {
    let bits: [(UInt16, Double)] = [
      (0, 0), (0x3C00, 1), (0xC000, -2), (0x7BFF, 65504), (1, 5.960464477539063e-8), (0x0400, 6.103515625e-5),
      (0x3555, 0.333251953125), (0xB800, -0.5),
    ]
    let output = try run(
      "console.log([\(bits.map { "\($0.0)" }.joined(separator: ","))].map(live.half).join())", input: "")
    expectEqual(output.dropLast().split(separator: ",").map { Double($0) }, bits.map(\.1))
  }
}
