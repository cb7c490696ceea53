import Foundation
import Support
import Testing

@testable import GoldenConformance

/// Answers through the protocol, and the mutants that they are.
@Suite(.lane(.programs)) struct ExternalTests {
  private func cases(_ part: String) throws -> [Case] {
    try ReferenceTests.suite.get().cases.filter { $0.name.contains(part) }
  }

  /// The answers that an implementation would give, through the text of the protocol.
  private func answers(of implementation: some Implementation, to cases: [Case]) throws -> ExternalRun {
    ExternalRun(
      answers: try cases.map { golden in
        let results = try implementation.run(golden).json
        let line = JSONValue.object([("name", .string(golden.name)), ("results", results)]).text()
        return try ExternalRun.Answer(golden, line: Array(line.utf8))
      })
  }

  @Test func rightAnswersAgreeThroughTheProtocol() throws {
    let cases = try cases("torch_gru") + cases("train_B_sgd") + cases("keras_bi_")
    expect(cases.count > 8)
    try expect(answers(of: LayersImplementation(), to: cases).allAgree)
  }

  @Test func everyQuestionIsOneLineOfJSON() throws {
    for golden in try ReferenceTests.suite.get().cases {
      let question = golden.question
      expect(!question.contains("\n"))
      let document = try JSONDocument(Array(question.utf8))
      guard case .array(let wants)? = document.root["wants"]?.value else { throw Problem("wants") }
      expectEqual(wants.count, Comparator(golden).names.count)
    }
  }

  /// Deliberately wrong implementations are called by the name of their fault.
  @Test func shapesAndNumbersThatAreNoneAreWrongAndNoCrash() throws {
    let golden = try #require(try cases("torch_rnn_tiny").first)
    for results in [
      #"{"outputs": 1}"#, #"{"outputs": {"shape": [-1], "data": []}}"#,
      #"{"outputs": {"shape": [1e300], "data": [1]}}"#,
      #"{"outputs": {"shape": [16777216, 16777216, 16777216, 16777216], "data": [1]}}"#,
      #"{"outputs": {"shape": [1, 3, 3], "data": [null, "x", {}, [], 1, 1, 1, 1, 1]}}"#,
      #"{"outputs": {"shape": [1, 3, 3], "data": [1]}}"#, "{}",
    ] {
      let line = #"{"name": "\#(golden.name)", "results": \#(results)}"#
      let answer = try ExternalRun.Answer(golden, line: Array(line.utf8))
      expect(!answer.agrees)
    }
    let skip = try ExternalRun.Answer(golden, line: Array(#"{"name": "\#(golden.name)", "skip": "none"}"#.utf8))
    expectEqual(ExternalRun(answers: [skip]).skipped, 1)
    expect(!ExternalRun(answers: [skip]).allAgree, "skipping all is no agreement")
  }

  /// Fewer or more numbers than the shape says, in each tensor of a right answer: wrong, and the report goes on.
  @Test(arguments: ["torch_rnn_tiny", "keras_bi_", "steps_torch_gru_cell"])
  func numbersThatDoNotFitTheirShapeAreCounted(part: String) throws {
    let golden = try #require(try cases(part).first)
    let right = try LayersImplementation().run(golden)
    for (place, entry) in right.entries.enumerated() where Comparator(golden).names.contains(entry.name) {
      let values = entry.tensor.values
      for (number, data) in [[], Array(values.dropLast()), values + [0.5]].enumerated() {
        var results = right
        results[entry.name]?.values = data
        let line = JSONValue.object([("name", .string(golden.name)), ("results", results.json)]).text()
        let answer = try ExternalRun.Answer(golden, line: Array(line.utf8))
        expectEqual(answer.text?.contains("expected \(values.count) numbers, received \(data.count)"), true)
        // What else the report says is looked for among numbers that are not all there: for one of the three each.
        guard place % 3 == number else { continue }
        expect(ExternalRun(answers: [answer]).summary.hasPrefix("0 agree, 1 do not, 0 skipped"))
      }
    }
  }

  @Test func aShapeWithoutNumbersIsWrong() throws {
    let golden = try #require(try cases("torch_rnn_tiny").first)
    for shape in ["[0]", "[0, 16777216]", "[1048576, 1048576, 16777216]", "[]", "[1, 3, 3, 1]"] {
      let line = #"{"name": "\#(golden.name)", "results": {"outputs": {"shape": \#(shape), "data": []}}}"#
      let run = ExternalRun(answers: [try ExternalRun.Answer(golden, line: Array(line.utf8))])
      expect(run.summary.hasPrefix("0 agree, 1 do not, 0 skipped"), "\(shape)")
    }
  }

  /// A program need not show the values of steps when it says so; those that it shows count.
  @Test func aProgramMayLeaveOutTheValuesOfSteps() throws {
    let golden = try #require(try cases("steps_torch_gru_cell").first)
    let right = try LayersImplementation().run(golden)
    func agrees(_ claims: String, _ change: (inout TensorTable) -> Void = { _ in }) throws -> Bool {
      var results = TensorTable()
      for entry in right.entries where !entry.name.contains("gates.") { results[entry.name] = entry.tensor }
      change(&results)
      let line = #"{"name": "\#(golden.name)", \#(claims)"results": \#(results.json.text())}"#
      return try ExternalRun.Answer(golden, line: Array(line.utf8)).agrees
    }
    try expect(agrees(#""no_steps": true, "#))
    try expect(agrees(#""no_steps": true, "#) { $0["gates.pre_z"] = right["gates.pre_z"] })
    try expect(!agrees(#""no_steps": true, "#) { $0["gates.pre_z"] = right["gates.pre_r"] })
    try expect(!agrees(#""no_steps": true, "#) { $0["outputs"]?.values[0] = 7 })
    try expect(!agrees(""), "without the word they are missing")
    try expect(!agrees(#""no_steps": false, "#))
  }

  @Test func aCommandThatIsNotThereCannotBeStarted() throws {
    #expect(throws: (any Error).self) {
      try ExternalRun(command: "/no/such/program", cases: try cases("torch_rnn_tiny"))
    }
  }
}
