import ArticleModels
import Drawing
import Foundation
import struct PrintedNumbers.DocumentedNumbers
import struct PrintedNumbers.TrainingStatistics
import Notebook

/// All entries, read once for the process when the first is asked for. Nil where the folder is not at hand.
private let allNumbers = Result {
  FileManager.default.fileExists(atPath: DocumentedNumbers.defaultFolder) ? try DocumentedNumbers.load() : nil
}

/// Whether the page has said that the documented numbers are not at hand. A process has one page.
@MainActor private var saysThatNumbersAreAbsent = false

@MainActor extension Notebook {
  /// Compares computed numbers with those that a source document printed: entry `id` of `golden/documented`.
  ///
  /// The tolerance is half a unit of the last digit printed, or the entry's own with its reason.
  ///
  /// - Parameters:
  ///   - part: which of the entry's values, by name; nil takes them all, one after the other.
  ///   - title: what the page calls it; nil takes the entry's own words.
  @discardableResult public func documented(
    _ id: String, _ part: String? = nil, title: String? = nil, computed: some NumericArray, axes: [Axis] = [],
    line: Int = #line
  ) -> Bool {
    guard let all = documentedNumbers(line) else { return true }
    guard let entry = all[id] else { fail(UnknownNumber(id: id), line: line) }
    let values = part.map { name in entry.values.filter { $0.name == name } } ?? entry.values
    guard !values.isEmpty else { fail(UnknownNumber(id: id + (part.map { ", \"\($0)\"" } ?? "")), line: line) }
    let own = values.compactMap(\.tolerance).max { $0.absolute < $1.absolute }
    return documented(
      id, title ?? entry.what, printed: values.flatMap { $0.numbers.map(\.digits) }.joined(separator: " "),
      computed: computed, within: own.map { Tolerance(absolute: $0.absolute) }, because: own?.reason, axes: axes,
      line: line)
  }

  /// The numbers that a source document printed under `id`, for chapters that compute with them.
  public func printed(_ id: String, _ part: String, line: Int = #line) -> Tensor<Double> {
    guard let values = documentedNumbers(line)?[id]?[part] else {
      fail(UnknownNumber(id: "\(id), \"\(part)\""), line: line)
    }
    return values.tensor()
  }

  /// The documented numbers; nil, after a note to the reader, in a program that runs without its repository.
  func documentedNumbers(_ line: Int) -> DocumentedNumbers? {
    let numbers = must(try allNumbers.get(), line: line)
    if numbers == nil, !saysThatNumbersAreAbsent {
      saysThatNumbersAreAbsent = true
      note(
        "The numbers that the sources printed (golden/documented) are not at hand, so nothing is compared with them.",
        line: line)
    }
    return numbers
  }

  /// Shows the losses of a training beside the range that 20 runs of real Keras span, and checks that they lie in it.
  ///
  /// The range belongs to the article's own sizes: with other parameters only the curve is shown.
  public func training(
    _ history: TrainingHistory, of model: ArticleModel, isLogarithmic: Bool = false, line: Int = #line
  ) {
    let statistics = documentedNumbers(line) == nil ? nil : must(try TrainingStatistics.load(), line: line)
    let keras = statistics?[model.name]
    if statistics != nil, keras == nil { fail(UnknownNumber(id: model.name), line: line) }
    let known = (keras?.losses ?? []).filter { $0.epoch <= history.losses.count }
    picture(
      .lineChart(
        title: "Loss by epoch, and the range of 20 runs of Keras",
        series: [Picture.Series("this run", history.losses)],
        band: known.isEmpty
          ? nil : Picture.Band("20 runs of Keras", points: known.map { (Double($0.epoch), $0.least, $0.greatest) }),
        x: Picture.Axis("epoch"), y: Picture.Axis("mean squared error", isLogarithmic: isLogarithmic)), line: line)
    guard keepsDefaults, !known.isEmpty else { return }
    let own = known.map { history.losses[$0.epoch - 1] }
    table(
      columns: ["epoch", "this run", "least of Keras", "greatest of Keras"],
      rows: zip(known, own).map { epoch, loss in
        ["\(epoch.epoch)", text(loss, decimals: 6), text(epoch.least, decimals: 6), text(epoch.greatest, decimals: 6)]
      }, line: line)
    range(
      "losses lie in Keras' range", of: own, in: known.map { $0.least...$0.greatest },
      named: "this run", axes: [Axis("epoch", known.map { String($0.epoch) })], line: line)
  }
}

/// A chapter that asks for a number which no source printed.
struct UnknownNumber: Error, CustomStringConvertible {
  let id: String
  var description: String { "golden/documented: expected an entry \(id), found none" }
}
