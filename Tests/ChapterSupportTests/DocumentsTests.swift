import Foundation
import Options
import Support
import Testing
import TextLayout

@testable import ChapterSupport
@testable import Drawing
@testable import Notebook
@testable import PrintedNumbers

/// Numbers that documents printed, on a page: what is compared with which tolerance, and what is said where there are
/// none.
@MainActor @Suite struct DocumentsTests {
  static let units = Option.integer("units", default: 1, in: 1...9, "units")

  private func page(_ name: String = "demo", _ words: [String] = []) throws -> Notebook {
    try Notebook(
      Log(name: name, number: 1, title: "Demo", summary: "", language: "en"), parameters: [Self.units],
      file: "/none/demo/main.swift", arguments: words,
      terminal: Terminal(columns: 80, hasColour: false, isInteractive: false)
    ) { _ in }
  }

  private func outputs(_ page: Notebook) -> [Output] {
    page.log.items.dropFirst().compactMap { if case .output(let output) = $0 { output } else { nil } }
  }

  @Test func anEntryHasItsOwnWordsPartsAndTolerance() throws {
    let page = try page()
    expect(page.documented("D22", "shape of x", computed: [256, 6, 7], line: 1))
    expect(!page.documented("D22", "units", title: "the units", computed: 14, axes: ["a"], line: 1))
    expect(page.documented("D22", computed: [256, 7, 5, 13, 6, 5, 32, 256, 6, 7, 256, 6, 5], line: 1))
    expect(page.documented("D39", computed: [0.8998, 0.8602, 0.65], line: 1))
    expect(!page.documented("D39", "z", computed: [0.9002, 0.88, 0.65], line: 1))
    let all = page.comparisons
    expectEqual(all.map(\.documentedKey), ["D22", "D22", "D22", "D39", "D39"])
    expectEqual(
      all.map(\.title),
      [
        "Part D: sizes and training", "the units", "Part D: sizes and training", "Part A 2 to 3: W_y^T x_t + b_y",
        "Part A 2 to 3: W_y^T x_t + b_y",
      ])
    expect(all.map(\.axes.count) == [0, 1, 0, 0, 0] && all[3].bounds == 0.02...0.02 && !all[3].isHalfUnit)
    expect(
      all[0].isHalfUnit && all[0].reason == nil && all[3].reason?.hasPrefix("computed by the author from") == true)
    expect(page.printed("D22", "shape of y").scalars == [256, 6, 5] && page.printed("D22", "units").shape == [])
    expect(page.documentedNumbers(1) != nil && outputs(page).count == 5)
  }

  private func errors(_ result: ExitTest.Result?) throws -> String {
    String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
  }

  @MainActor static func empty() throws -> Notebook {
    try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [],
      file: "/none/demo/main.swift", arguments: [],
      terminal: Terminal(columns: 300, hasColour: false, isInteractive: false)
    ) { say($0, terminator: "") }
  }

  @Test(.lane(.exits)) func entriesThatNobodyPrintedEndTheChapter() async throws {
    let entry = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      _ = try await MainActor.run { try Self.empty().documented("D999", computed: 1, line: 5) }
    }
    try expect(
      errors(entry).hasSuffix("chapter-demo: line 5: golden/documented: expected an entry D999, found none\n"))
    let part = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      _ = try await MainActor.run { try Self.empty().documented("D22", "none", computed: 1, line: 6) }
    }
    try expect(
      errors(part).hasSuffix(
        "chapter-demo: line 6: golden/documented: expected an entry D22, \"none\", found none\n"))
    let printed = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      _ = try await MainActor.run { try Self.empty().printed("D22", "none", line: 7) }
    }
    try expect(
      errors(printed).hasSuffix(
        "chapter-demo: line 7: golden/documented: expected an entry D22, \"none\", found none\n"))
    let guest = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run { try Self.empty().sources(["D999": .text("x")], line: 8) }
    }
    try expect(
      errors(guest).hasSuffix("chapter-demo: line 8: golden/documented: expected an entry D999, found none\n"))
  }

  /// In a folder whose `golden` is empty: a note, once, and nothing is compared.
  @Test(.lane(.exits)) func withoutTheRepositoryNothingIsComparedAndThePageSaysSo() async throws {
    let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
      try await MainActor.run {
        let folder = FileManager.default.temporaryDirectory.appending(path: "absent-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "golden"), withIntermediateDirectories: true)
        _ = FileManager.default.changeCurrentDirectoryPath(folder.path)
        let page = try Self.empty()
        let answers = [
          page.documented("D22", computed: 1, line: 1), page.documented("D999", computed: 1, line: 1),
          page.lessonNumbers("none") == nil, page.statistics("none", ["task": "a"]) == nil,
          page.lessonNumbers("none") == nil,
        ]
        page.sources(["D999": .text("x")], line: 1)
        page.training(TrainingHistory(losses: [0.5, 0.25]), of: .lstm, line: 1)
        say("\(answers) \(page.comparisons.count)")
        try FileManager.default.removeItem(at: folder)
      }
      exit(0)
    }
    let text = String(decoding: try #require(result).standardOutputContent, as: UTF8.self).replacing("\n", with: " ")
    func count(_ note: String) -> Int { text.components(separatedBy: note).count - 1 }
    let documents =
      "The numbers that the sources printed (golden/documented) are not at hand, so nothing is compared with them."
    let experiments =
      "The numbers of real frameworks (golden/lessons) are not at hand, so no experiment is compared with them."
    expect(text.contains("[true, true, true, true, true] 0"), "\(text)")
    expectEqual(count(documents), 1, "\(text)")
    expectEqual(count(experiments), 1, "\(text)")
    expect(text.contains("Loss by epoch, and the range of 20 runs of Keras"))
  }

  // MARK: Training

  @Test func aTrainingStandsBesideTwentyRuns() throws {
    let page = try page()
    page.training(TrainingHistory(losses: [0.25, 0.125]), of: .lstm, isLogarithmic: true, line: 1)
    let outputs = outputs(page)
    guard outputs.count == 3, case .picture(let picture) = outputs[0], case .table(let table) = outputs[1],
      case .comparison(let comparison) = outputs[2], let chart = picture.content as? LineChart
    else {
      Issue.record("\(outputs)")
      return
    }
    let statistics = try #require(TrainingStatistics.load()[ArticleModel.lstm.name]).losses
    expect(picture.title == "Loss by epoch, and the range of 20 runs of Keras" && chart.y.isLogarithmic)
    expect(chart.series.map(\.name) == ["this run"] && chart.series[0].points.map(\.y) == [0.25, 0.125])
    expect(chart.band?.name == "20 runs of Keras" && chart.band?.points.map(\.x) == [1, 2])
    expectEqual(chart.band?.points.map(\.low), statistics.prefix(2).map(\.least))
    expectEqual(chart.band?.points.map(\.high), statistics.prefix(2).map(\.greatest))
    expect(chart.x.name == "epoch" && chart.y.name == "mean squared error")
    expectEqual(table.columns.map { plainText($0) }, ["epoch", "this run", "least of Keras", "greatest of Keras"])
    let six = { (value: Double) in NumberText.text(value, decimals: 6) }
    expectEqual(
      table.rows.map { $0.map { plainText($0) } },
      zip(statistics, [0.25, 0.125]).map { ["\($0.epoch)", six($1), six($0.least), six($0.greatest)] })
    expect(comparison.title == "losses lie in Keras' range" && comparison.actual == [0.25, 0.125])
    expectEqual(
      comparison.kind, .range(key: nil, name: "this run", ranges: statistics.prefix(2).map { $0.least...$0.greatest }))
    expectEqual(comparison.axes, [Axis("epoch", ["1", "2"])])
  }

  /// With other parameters only the curve is shown; epochs that Keras did not run have no row.
  @Test func whatKerasDidNotRunHasNoRow() throws {
    let other = try page("demo", ["--units", "2"])
    other.training(TrainingHistory(losses: [0.25]), of: .lstm, line: 1)
    expect(other.log.items.count == 3 && other.comparisons.isEmpty)
    let known = try #require(TrainingStatistics.load()[ArticleModel.lstm.name]).losses
    let long = try page()
    long.training(TrainingHistory(losses: Array(repeating: 0.5, count: known.count + 2)), of: .lstm, line: 1)
    expectEqual(long.comparisons.map(\.count), [known.count])
    guard case .picture(let picture)? = outputs(long).first, let chart = picture.content as? LineChart else { return }
    expect(chart.series[0].points.count == known.count + 2 && !chart.y.isLogarithmic)
  }
}
