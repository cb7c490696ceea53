import Foundation
import Support
import Testing

@testable import PrintedNumbers

@Test func aRunIsFoundByItsFields() throws {
  let tasks = try #require(try ExperimentStatistics.load("first_tasks"))
  let run = try #require(tasks.run(["task": "seen", "layer": "rnn", "units": 1]))
  #expect(run.seeds == 8 && run.number("parameters") == 6)
  let loss = try #require(run.figure("loss"))
  #expect(loss.least < loss.mean && loss.mean < loss.greatest && loss.deviation == nil)
  #expect(tasks.run(["task": "seen"]) == nil, "several runs")
  #expect(tasks.run(["task": "seen", "layer": "none"]) == nil)
  #expect(run.figure("nothing") == nil && run.figure("loss", at: 50) == nil)
}

@Test func figuresAtStepsComeInTheirOrder() throws {
  let symbols = try #require(try ExperimentStatistics.load("gradients_first_symbol"))
  let run = try #require(symbols.run(["name": "first_symbol_T10_rnn"]))
  let losses = run.figures("loss_at_step")
  #expect(losses.map(\.step) == losses.map(\.step).sorted() && losses.count == 13)
  #expect(run.figure("loss_at_step", at: 50) == losses[1].figure && run.seeds == 10)
}

@Test func aFileMaySayItsSeedsOnceForAllRuns() throws {
  let explosion = try #require(try ExperimentStatistics.load("gradients_explosion"))
  let run = try #require(explosion.run(["name": "clipped_to_norm_1"]))
  #expect(run.seeds == 10 && run.figure("final_test_error")?.seeds == 10)
}

@Test func theRangeHoldsTheSeedsAndFourDeviations() {
  let figure = ExperimentStatistics.Figure(mean: 3, least: 2.5, greatest: 3.25, deviation: 0.5, seeds: 8)
  #expect(figure.range(runs: 8) == 2...4)
  #expect(figure.range().contains(3 + 2 * 1.06) && !figure.range().contains(3 + 2 * 1.07))
  let narrow = ExperimentStatistics.Figure(mean: 1, least: 0.5, greatest: 1, deviation: 0, seeds: 4)
  #expect(narrow.range() == 0.5...1)
}

@Test func withoutTheFolderThereIsNothingToCompareWith() throws {
  try withTemporaryFolder { folder in
    let absent = try ExperimentStatistics.load("first_tasks", folder: folder.path + "/none")
    #expect(absent == nil)
    #expect(throws: (any Error).self) { try ExperimentStatistics.load("none", folder: folder.path) }
  }
}
