import Foundation
import Options
import Support
import Testing
import TextLayout

@testable import ChapterSupport
@testable import Notebook
@testable import PrintedNumbers
@testable import StrictJSON

/// Experiments on a page beside those of a real framework.
@MainActor @Suite struct ExperimentsTests {
  private func run(_ figures: String) throws -> ExperimentStatistics.Run {
    ExperimentStatistics.Run(json: try JSONDocument(Array(figures.utf8)).root, common: 0)
  }

  private static let figures = #"""
    {"seeds": 4, "loss": {"mean": 0.5, "min": 0.25, "max": 1.0, "sd": 0.25},
     "slope": {"mean": -0.5, "min": -1.0, "max": 0.0}, "whole_sequences": {"mean": 0.875, "min": 0.75, "max": 1.0},
     "loss_at_step": {"800": {"mean": 2.0, "min": 1.0, "max": 3.0}}}
    """#

  /// The mean of the own runs, in a range that grows narrower with their number.
  @Test func theMeanOfTheRunsIsCompared() throws {
    let run = try run(Self.figures)
    let page = try demoPage(file: "/none/demo/main.swift")
    expect(page.experiment("a", of: [0.5, 1, 3], run, "loss", line: 1))
    expect(page.experiment("b", of: [-0.75], run, "slope", line: 1))
    expect(page.experiment("c", of: [2, 2.5], run, "loss_at_step", at: 800, line: 1))
    expect(!page.experiment("d", of: [1.5], run, "whole_sequences", line: 1))
    let all = page.comparisons
    expect(all.map(\.actual) == [[1.5], [-0.75], [2.25], [1.5]] && all.map(\.title) == ["a", "b", "c", "d"])
    func range(_ name: String, _ runs: Int, _ step: Int? = nil) throws -> ClosedRange<Double> {
      try #require(run.figure(name, at: step)).range(runs: runs)
    }
    let ranges = all.map(\.commonRange)
    try expect(ranges[0] == 0...range("loss", 3).upperBound && ranges[1] == range("slope", 1))
    try expectEqual(
      ranges[2], max(0, range("loss_at_step", 2, 800).lowerBound)...range("loss_at_step", 2, 800).upperBound)
    try expectEqual(ranges[3], range("whole_sequences", 1).lowerBound...1)
    expectEqual(
      all[0].reason,
      "4 seeds of PyTorch gave 0.2500 … 1, mean 0.5000; other random numbers may differ by 4 standard deviations")
  }

  @Test func whereNothingIsComparedAllHolds() throws {
    let run = try run(Self.figures)
    let page = try demoPage(file: "/none/demo/main.swift")
    expect(page.experiment("a", of: [], run, "loss") && page.experiment("b", of: [9], nil, "loss"))
    let units = Option.integer("units", default: 1, in: 1...9, "units")
    let other = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [units],
      file: "/none/demo/main.swift", arguments: ["--units", "2"],
      terminal: Terminal(columns: 80, hasColour: false, isInteractive: false)
    ) { _ in }
    expect(other.experiment("c", of: [9], run, "loss") && other.comparisons.isEmpty && page.comparisons.isEmpty)
  }

  @Test func statisticsAreFoundByTheirFields() throws {
    let page = try demoPage(file: "/none/demo/main.swift")
    let parity = page.statistics("first_tasks", ["task": "parity", "layer": "rnn", "units": 5, "updates": 800])
    let own = try ExperimentStatistics.load("first_tasks")?.run([
      "task": "parity", "layer": "rnn", "units": 5, "updates": 800,
    ])
    expect(parity?.figure("accuracy") != nil && parity?.figure("accuracy") == own?.figure("accuracy"))
    let norms = try #require(page.lessonNumbers("gradients_norms"))
    let raw = try #require(try LessonNumbers.load("gradients_norms"))
    expectEqual("\(norms)", "\(raw)")
  }

  private func errors(_ result: ExitTest.Result?) throws -> String {
    String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
  }

  @Test(.lane(.exits)) func whatWasNotRunEndsTheChapter() async throws {
    let missing = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      _ = try await MainActor.run { try demoPage().statistics("first_tasks", ["task": "none", "units": 5], line: 5) }
    }
    try expect(
      errors(missing).hasSuffix(
        "chapter-demo: line 5: golden/lessons/first_tasks_stats.json: expected one run with task none, units 5, found none or several\n"
      ))
    let file = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      _ = try await MainActor.run { try demoPage().statistics("nothing", ["task": "none"], line: 6) }
    }
    try expect(errors(file).contains("chapter-demo: line 6: ") && errors(file).contains("nothing_stats.json"))
    let figure = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      _ = try await MainActor.run {
        let run = ExperimentStatistics.Run(json: try JSONDocument(Array(#"{"seeds": 4}"#.utf8)).root, common: 0)
        return try demoPage().experiment("a", of: [1], run, "loss", at: 9, line: 7)
      }
    }
    try expect(
      errors(figure).hasSuffix(
        "chapter-demo: line 7: golden/lessons: expected a figure \"loss\" at 9, found none\n"))
    let lesson = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      _ = try await MainActor.run { try demoPage().lessonNumbers("nothing", line: 8) }
    }
    try expect(errors(lesson).contains("chapter-demo: line 8: ") && errors(lesson).contains("nothing.json"))
  }

  // MARK: Runs of one's own

  @Test func everySeedIsRun() throws {
    let page = try demoPage(file: "/none/demo/main.swift")
    let experiment = Experiment(
      BitTask(.seen), layers: [.init(.simpleRNN, units: 2)], steps: 3, updates: 2, learningRate: 0.01)
    let runs = page.runs(of: experiment, seeds: 3...4)
    let own = try experiment.runs(seeds: 3...4)
    expect(runs.losses == own.losses && runs.results.map(\.seed) == [3, 4])
    var series = StatefulExperiment(
      .firstBit(count: 4, steps: 4, seed: 1), pieceLength: 2, batchSize: 2, feeding: .stateful)
    (series.units, series.epochs) = (2, 1)
    try expectEqual(page.runs(of: series, seeds: 5...6).map(\.losses), series.runs(seeds: 5...6).map(\.losses))
  }

  // MARK: Formulas and layers

  @Test func valuesOfFormulasAtEveryStep() throws {
    let page = try demoPage(file: "/none/demo/main.swift")
    let (x, before) = (symbol("x_t", .input), symbol("h_{t-1}", .state))
    let h = define("h_t", x + before, .state)
    let steps = Recurrence(input: x, states: [(before, h)]).unrolled(over: [[1, 2], [4, 8]], from: [[0, 1]])
    let evaluation = page.evaluation(of: steps.map { $0[h] })
    expectEqual(page.values(h, at: steps, in: evaluation), Tensor([[1, 3], [5, 11]]))
    let items = page.log.items.count
    page.worked(steps[0][h], in: evaluation, line: 1)
    guard page.log.items.count == items + 1, case .output(.formula(let text))? = page.log.items.last else {
      Issue.record("\(page.log.items)")
      return
    }
    try expectEqual(text, steps[0][h].worked(in: evaluation).equation)
    let model = page.trained(.lstm, seed: 1, epochs: 1)
    try expectEqual(model.history, ArticleModel.lstm.train(seed: 1, epochs: 1, Double.self).history)
  }
}
