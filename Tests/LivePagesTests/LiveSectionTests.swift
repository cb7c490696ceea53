import Support
import Testing

@testable import Formulas
@testable import Notebook

@Suite struct LiveSectionTests {
  @Test func movesAreRead() throws {
    let moves = try LiveMove.read("1:c_0[4]=-0.5,2:x_1[2]=3e-2")
    expectEqual(
      moves,
      [
        LiveMove(place: 1, name: "c_0", element: 3, value: -0.5),
        LiveMove(place: 2, name: "x_1", element: 1, value: 0.03),
      ])
  }

  @Test(arguments: ["c_0[4]=1", "1:c_0=1", "1:c_0[0]=1", "1:c_0[4]=one", "1:c_0[4]=inf", "1:c_0[4]"])
  func whatIsNoMoveIsNamed(text: String) {
    #expect(throws: LiveMove.Problem.self) { try LiveMove.read(text) }
    do { _ = try LiveMove.read(text) } catch { expect(error.description.contains("received \"\(text)\"")) }
  }

  @Test(.lane(.chapters)) func aPlaceThatAChapterDoesNotHaveIsNamed() throws {
    let result = try runBuilt("chapter-rosetta", ["--live", "2:S[1]=0"])
    expectEqual(result.code, 2)
    expectEqual(result.errors, "chapter-rosetta: --live: expected one of 1 places, received 2\n")
  }

  /// What does not change is one constant, whatever it is made of.
  @Test func aGraphHasNoMoreThanWhatChanges() throws {
    let (x, w) = (symbol("x", .input, [1, 2]), symbol("w", .weight, [3, 5, 7, 11]))
    let half = define("u", w.split(into: 2)[1] ⊙ w.split(into: 2)[0], .weight)
    let y = define("y", sigmoid(x ⊙ half))
    let graph = try FormulaGraph(of: [y], changing: [x], in: Evaluation(of: [y]))
    expectEqual(graph.nodes.map(\.operation), ["input", "constant", "hadamard", "sigmoid", "name"])
    expect(graph.nodes[1].value == [21, 55] && graph.nodes[1].name == "u")
    expect(graph.changes(y) && !graph.changes(half) && graph.index(of: w) == nil)
  }

  @Test func aMoveGivesWhatFollowsAndAWrongOneIsNamed() throws {
    let (x, y) = (symbol("x_t", .input, [1, 2]), symbol("h_{t-1}", .state, [3, 5]))
    let z = define("z_t", x ⊙ y)
    let place = LivePlace("Try", controls: [.elements(of: x, in: 0...1), .unit(of: y, in: 0...1)], results: [z])
    let evaluation = try Evaluation(of: [z])
    let move = LiveMove(place: 1, name: "x_t", element: 1, value: -4)
    let section = try LiveSection(place, number: 1, moves: [move], in: evaluation)
    expectEqual(section.outcome.map(\.value), [[3, -20]])
    expect(section.mark(z)?.node == 3 && section.mark(z)?.step == nil)
    let error = #expect(throws: LiveMove.Problem.self) {
      try LiveSection(
        place, number: 1, moves: [LiveMove(place: 1, name: "x_t", element: 2, value: 0)], in: evaluation)
    }
    expectEqual(error?.description, "--live: expected one of x_t[1…2], h_{t-1}[1…2], received x_t[3]")
  }

  @Test func aResultThatDoesNotChangeIsRefused() throws {
    let (x, y) = (symbol("x", .input, [1, 2]), symbol("y", .state, [3, 5]))
    let z = define("z", squared(y))
    let place = LivePlace("Try", controls: [.elements(of: x, in: 0...1)], results: [z])
    #expect(throws: FormulaError("z does not change with the inputs of a live place")) {
      try LiveSection(place, number: 1, moves: [], in: Evaluation(of: [z, x]))
    }
  }

  /// Numbers that 16 bits hold stay; others go to the nearest, ties to even, and beyond the range to its end.
  static let halves: [(Double, Double)] = [
    (0.5, 0.5), (-2, -2), (65504, 65504), (1e6, 65504), (-1e6, -65504), (1.00048828125, 1),
    (1.00146484375, 1.001953125), (0x1p-24, 0x1p-24), (0x1p-26, 0), (0.1, 0.0999755859375),
  ]
  @Test(arguments: halves)
  func numbersAreRoundedToHalves(number: Double, rounded: Double) {
    expectEqual(HalfPrecision.rounded(number), rounded)
  }
}
