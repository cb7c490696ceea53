import Layers
import Notebook
import SequenceTasks
import struct PrintedNumbers.ExperimentStatistics
import struct PrintedNumbers.LessonNumbers

public typealias ExperimentStatistics = PrintedNumbers.ExperimentStatistics
public typealias LessonNumbers = PrintedNumbers.LessonNumbers

/// Whether the page has said that the statistics are not at hand. A process has one page.
@MainActor private var hasSaidThatStatisticsAreAbsent = false

@MainActor extension Notebook {
  /// What a real framework reached in one setting of an experiment, see `ExperimentStatistics`; nil, after a note to
  /// the reader, in a program that runs without its repository.
  ///
  ///     let torch = page.statistics("first_tasks", ["task": "parity", "layer": "rnn", "units": 5])
  ///
  /// A setting that the file does not have, or has twice, ends the chapter with exit code 2.
  public func statistics(
    _ file: String, _ run: KeyValuePairs<String, ExperimentStatistics.Field>, line: Int = #line
  ) -> ExperimentStatistics.Run? {
    guard let all = must(try ExperimentStatistics.load(file), line: line) else {
      saysThatStatisticsAreAbsent(line)
      return nil
    }
    guard let found = all.run(run) else { fail(UnknownRun(file: file, run: run), line: line) }
    return found
  }

  /// Exact numbers of a real framework, see `LessonNumbers`; nil, after a note to the reader, in a program that runs
  /// without its repository.
  public func lessonNumbers(_ file: String, line: Int = #line) -> LessonNumbers? {
    let numbers = must(try LessonNumbers.load(file), line: line)
    if numbers == nil { saysThatStatisticsAreAbsent(line) }
    return numbers
  }

  /// The numbers at a place of such a file, lists inside it one after the other.
  public func numbers(_ place: LessonNumbers, line: Int = #line) -> [Double] { must(try place.numbers(), line: line) }

  /// The tensor at a place of such a file.
  public func tensor(_ place: LessonNumbers, line: Int = #line) -> Tensor<Double> {
    must(try place.tensor(), line: line)
  }

  /// An experiment from several seeds.
  public func runs<Task>(
    of experiment: Experiment<Task>, seeds: ClosedRange<UInt64>, line: Int = #line
  ) -> ExperimentRuns<Task> {
    must(try experiment.runs(seeds: seeds), line: line)
  }

  /// An experiment with long series in pieces, from several seeds.
  public func runs(
    of experiment: StatefulExperiment, seeds: ClosedRange<UInt64>, line: Int = #line
  ) -> [StatefulExperiment.Result] {
    must(try experiment.runs(seeds: seeds), line: line)
  }

  private func saysThatStatisticsAreAbsent(_ line: Int) {
    guard !hasSaidThatStatisticsAreAbsent else { return }
    hasSaidThatStatisticsAreAbsent = true
    note(
      "The numbers of real frameworks (golden/lessons) are not at hand, so no experiment is compared with them.",
      line: line)
  }

  /// Checks a figure of this page's own runs against the seeds of a real framework.
  ///
  ///     page.experiment("accuracy after 800 updates", of: [result.accuracy], torch, "accuracy")
  ///
  /// The random numbers are others, so runs agree in distribution: the mean of the own runs must lie in
  /// `Figure.range(runs:)`. With other than the default parameters, or without the statistics, nothing is compared.
  ///
  /// - Parameters:
  ///   - values: the figure, one for each own run.
  ///   - run: nil compares nothing.
  ///   - step: the number of updates or epochs, for figures such as `loss_at_step`.
  /// - Returns: whether it holds; true where nothing is compared.
  @discardableResult public func experiment(
    _ title: String, of values: [Double], _ run: ExperimentStatistics.Run?, _ figure: String, at step: Int? = nil,
    line: Int = #line
  ) -> Bool {
    guard let run, keepsDefaults, !values.isEmpty else { return true }
    guard let known = run.figure(figure, at: step) else { fail(UnknownFigure(name: figure, step: step), line: line) }
    let reason: ProseText =
      "\(known.seeds) seeds of PyTorch gave \(text(known.least)) … \(text(known.greatest)), mean \(text(known.mean)); other random numbers may differ by 4 standard deviations"
    // No share is outside 0 … 1, and nothing that is never negative below 0.
    let isShare = figure.contains("accuracy") || figure == "whole_sequences"
    let possible = (known.least < 0 ? -Double.infinity : 0)...(isShare ? 1 : Double.infinity)
    let mean = values.reduce(0, +) / Double(values.count)
    return onEachPage {
      range(
        title, of: mean, in: known.range(runs: values.count).clamped(to: possible), because: translated(reason),
        line: line)
    }
  }
}

/// A chapter that asks for an experiment that was not run.
struct UnknownRun: Error, CustomStringConvertible {
  let file: String
  let run: KeyValuePairs<String, ExperimentStatistics.Field>
  var description: String {
    let fields = run.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    return "golden/lessons/\(file)_stats.json: expected one run with \(fields), found none or several"
  }
}

/// A chapter that asks for a figure that a run does not have.
struct UnknownFigure: Error, CustomStringConvertible {
  let name: String
  let step: Int?
  var description: String {
    "golden/lessons: expected a figure \"\(name)\"\(step.map { " at \($0)" } ?? ""), found none"
  }
}
