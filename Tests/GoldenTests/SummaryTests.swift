import Foundation
import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// The sums of a run of another program, to the word.
@Suite(.lane(.searches)) struct SummaryTests {
  private func golden(_ name: String) throws -> Case {
    try #require(try ReferenceTests.suite.get().cases.first { $0.name.contains(name) && $0.name.contains("f64") })
  }

  private func answer(_ golden: Case, _ members: String) throws -> ExternalRun.Answer {
    try ExternalRun.Answer(golden, line: Array(#"{"name": "\#(golden.name)", \#(members)}"#.utf8))
  }

  /// Reasons are cut after 200 characters, counted, and stand in the order in which they came.
  @Test func reasonsAreCounted() throws {
    let golden = try golden("torch_rnn_tiny")
    let long = (0..<100).map { "\($0)," }.joined()
    let run = ExternalRun(answers: [
      try answer(golden, #""skip": "no such layer""#), try answer(golden, #""skip": "\#(long)""#),
      try answer(golden, #""skip": "no such layer""#), try answer(golden, #""error": "\#(long)""#),
      try answer(golden, #""error": "out of order""#),
    ])
    expectEqual(
      run.summary,
      """
      0 agree, 2 do not, 3 skipped
          failed 1: \(long.prefix(200))
          failed 1: out of order
          skipped 2: no such layer
          skipped 1: \(long.prefix(200))
      """)
    expect(run.agreeing == 0 && run.skipped == 3 && !run.allAgree)
  }

  /// Half of each right number is in no catalogue, alone or beside another fault.
  @Test func whatNothingExplainsIsSaid() throws {
    let golden = try golden("torch_rnn_tiny")
    let results = try LayersImplementation().run(golden)
    let named = results.entries.filter { !$0.name.hasPrefix("gates.") && !$0.name.hasPrefix("gradients.") }
      .map { entry in
        var tensor = entry.tensor
        tensor.values = tensor.values.map { $0 * 0.5 }
        return (key: entry.name, value: tensor.json)
      }
    let half = try answer(
      golden, #""results": \#(JSONValue.object(named).text()), "forward_only": true, "no_steps": true"#)
    let lines = ExternalRun(answers: [half]).summary.split(separator: "\n", omittingEmptySubsequences: false)
    expectEqual(lines.first, "0 agree, 1 do not, 0 skipped")
    expectEqual(
      lines.dropFirst().first, "no fault of the catalogue, and no two at once, give the numbers of 1 of 1 wrong cases:")
    expect(lines.count > 2 && lines[2].hasPrefix("    in \(golden.name) the first divergence is "), "\(lines)")
    expect(lines.contains { $0.contains("0.5 times the right ones") }, "\(lines)")
  }
}
