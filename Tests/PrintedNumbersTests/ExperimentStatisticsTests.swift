import Foundation
import StrictJSON
import Support
import Testing

@testable import PrintedNumbers

@Test func aRunIsFoundByItsFields() throws {
  let tasks = try #require(try ExperimentStatistics.load("first_tasks"))
  let run = try #require(tasks.run(["task": "seen", "layer": "rnn", "units": 1]))
  expect(run.seeds == 8 && run.number("parameters") == 6)
  let loss = try #require(run.figure("loss"))
  expect(loss.least < loss.mean && loss.mean < loss.greatest && loss.deviation == nil)
  expect(tasks.run(["task": "seen"]) == nil, "several runs")
  expect(tasks.run(["task": "seen", "layer": "none"]) == nil)
  expect(run.figure("nothing") == nil && run.figure("loss", at: 50) == nil)
}

@Test func figuresAtStepsComeInTheirOrder() throws {
  let symbols = try #require(try ExperimentStatistics.load("gradients_first_symbol"))
  let run = try #require(symbols.run(["name": "first_symbol_T10_rnn"]))
  let losses = run.figures("loss_at_step")
  expect(losses.map(\.step) == losses.map(\.step).sorted() && losses.count == 13)
  expect(run.figure("loss_at_step", at: 50) == losses[1].figure && run.seeds == 10)
}

@Test func aFileMaySayItsSeedsOnceForAllRuns() throws {
  let explosion = try #require(try ExperimentStatistics.load("gradients_explosion"))
  let run = try #require(explosion.run(["name": "clipped_to_norm_1"]))
  expect(run.seeds == 10 && run.figure("final_test_error")?.seeds == 10)
}

@Test func theRangeHoldsTheSeedsAndFourDeviations() {
  let figure = ExperimentStatistics.Figure(mean: 3, least: 2.5, greatest: 3.25, deviation: 0.5, seeds: 8)
  expectEqual(figure.range(runs: 8), 2...4)
  expect(figure.range().contains(3 + 2 * 1.06) && !figure.range().contains(3 + 2 * 1.07))
  let narrow = ExperimentStatistics.Figure(mean: 1, least: 0.5, greatest: 1, deviation: 0, seeds: 4)
  expectEqual(narrow.range(), 0.5...1)
}

@Test func withoutTheFolderThereIsNothingToCompareWith() throws {
  try withTemporaryFolder { folder in
    let absent = try ExperimentStatistics.load("first_tasks", folder: folder.path + "/none")
    expect(absent == nil)
    #expect(throws: (any Error).self) { try ExperimentStatistics.load("none", folder: folder.path) }
  }
}

/// Fields of three kinds find a run; each must be the one asked for.
@Test func fieldsAreComparedByTheirValues() throws {
  try withTemporaryFolder { folder in
    let text = """
      {"version": "torch 2", "runs": [
        {"task": "a", "units": 1, "flag": true, "seeds": [3, 4], "loss": {"mean": 2, "min": 1, "max": 3, "std": 0.5}},
        {"task": "a", "units": 2, "flag": false, "seeds": 5, "loss": {"10": {"mean": 2, "min": 1, "max": 4},
          "2": {"mean": 7, "min": 6, "max": 8}, "x": 3}}]}
      """
    try Data(text.utf8).write(to: folder.appending(path: "t_stats.json"))
    let read = try #require(try ExperimentStatistics.load("t", folder: folder.path))
    expect(read.version == "torch 2" && read.run(["task": "a"]) == nil)
    expect(read.run(["units": 1])?.seeds == 2 && read.run(["units": 2])?.seeds == 5 && read.run(["units": 3]) == nil)
    expect(read.run(["flag": true])?.number("units") == 1 && read.run(["flag": false])?.number("units") == 2)
    expect(
      read.run(["task": "b"]) == nil && read.run(["units": "1"]) == nil && read.run(["task": "a", "units": 2]) != nil)
    let first = try #require(read.run(["units": 1])?.figure("loss"))
    expectEqual(first, .init(mean: 2, least: 1, greatest: 3, deviation: 0.5, seeds: 2))
    let second = try #require(read.run(["units": 2]))
    expect(second.figures("loss").map(\.step) == [2, 10] && second.figure("loss", at: 2)?.mean == 7)
    expect(second.figure("loss") == nil && second.figure("loss", at: 3) == nil && second.number("task") == nil)
    // Without a deviation half the distance of the ends stands for it: 4·1.5·√(1/5 + 1/2) beyond the mean.
    let wide = try #require(second.figure("loss", at: 10)).range(runs: 2)
    expect(
      abs(wide.upperBound - (2 + 6 * 0.7.squareRoot())) < 1e-12
        && abs(wide.lowerBound - (2 - 6 * 0.7.squareRoot())) < 1e-12)
  }
}

@Test func aFieldIsOnlyEqualToOneOfItsKind() throws {
  let root = try JSONDocument(Array(#"{"t": "1", "n": 1, "b": true, "z": null}"#.utf8)).root
  let fields: [(ExperimentStatistics.Field, String)] = [("1", "t"), (1, "n"), (1.0, "n"), (true, "b")]
  for (field, key) in fields {
    for other in ["t", "n", "b", "z", "absent"] {
      expect(field.equals(root[other]) == (other == key), "\(field) beside \(other)")
    }
  }
  expect(
    !ExperimentStatistics.Field.number(1.5).equals(root["n"])
      && !ExperimentStatistics.Field.flag(false).equals(root["b"]))
}
