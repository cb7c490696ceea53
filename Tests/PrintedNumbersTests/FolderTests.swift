import Foundation
import StrictJSON
import Support
import Testing

@testable import PrintedNumbers

/// Folders of numbers: which files are read, in which order, and what is said of the others.
@Suite struct FolderTests {
  private func text(_ number: String, _ slip: String, title: String) -> String {
    #"""
    {"schema": "documented-numbers/1", "title": "\#(title)", "chapter": "c", "numbers": [
      {"id": "\#(number)", "source": {"document": "d", "file": "f", "line": "1"}, "what": "w", "class": "statement",
       "printed": "p"}], "inconsistencies": [
      {"id": "\#(slip)", "source": {"document": "d", "file": "f", "line": "2"}, "says": "s", "problem": "q",
       "correct": "k"}]}
    """#
  }

  private func message(_ read: () throws(CaseErrors) -> Void) -> String? {
    do throws(CaseErrors) {
      try read()
      return nil
    } catch { return error.description }
  }

  private func write(_ text: String, _ folder: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
  }

  @Test func allFilesAreReadInTheOrderOfTheirNames() throws {
    try withTemporaryPath { folder in
      try write(text("D3", "I3", title: "three"), folder, "c.json")
      try write(text("D1", "I1", title: "one"), folder, "a.json")
      try write(text("D2", "I2", title: "two"), folder, "b.json")
      try write("no JSON", folder, "notes.md")
      try write("no JSON", folder, "article_training_stats.json")
      let all = try DocumentedNumbers.load(folder: folder)
      expect(all.files.map(\.title) == ["one", "two", "three"] && all.files.map(\.file).first == "\(folder)/a.json")
      expect(all.numbers.map(\.id) == ["D1", "D2", "D3"] && all.inconsistencies.map(\.id) == ["I1", "I2", "I3"])
      expect(all["D2"]?.id == "D2" && all["D4"] == nil)
      expect(all["D1"]?.values.isEmpty == true && all["D1"]?.recompute == nil && all["D1"]?.verified == nil)
    }
  }

  @Test func anIdStandsInOneFileAlone() throws {
    for (number, slip, id) in [("D1", "I2", "D1"), ("D2", "I1", "I1"), ("I1", "I2", "I1"), ("D2", "D2", "D2")] {
      try withTemporaryPath { folder in
        try write(text("D1", "I1", title: "one"), folder, "a.json")
        try write(text(number, slip, title: "two"), folder, "b.json")
        let home = id == "D2" ? "b" : "a"
        expectEqual(
          message { () throws(CaseErrors) in _ = try DocumentedNumbers.load(folder: folder) },
          "\(folder)/b.json: case \"\(id)\": expected an id that no other entry has, "
            + "found the same id in \(folder)/\(home).json")
      }
    }
  }

  @Test func whatCannotBeReadIsNamed() throws {
    try withTemporaryPath { folder in
      func load() -> String? { message { () throws(CaseErrors) in _ = try DocumentedNumbers.load(folder: folder) } }
      try write("x", folder, "notes.md")
      try write("x", folder, "article_training_stats.json")
      expectEqual(load(), "\(folder): expected files of documented numbers (*.json), found none")
      try FileManager.default.createDirectory(atPath: folder + "/b.json", withIntermediateDirectories: true)
      expectEqual(load(), "\(folder)/b.json: expected a file that can be read, found none")
      try write("{", folder, "a.json")
      expectEqual(load()?.hasPrefix("\(folder)/a.json:1:2: expected JSON ("), true)
    }
  }

  // MARK: Statistics of trainings

  private func statistics(_ text: String) -> String {
    do throws(CaseError) {
      let read = try TrainingStatistics(try Node.root(of: Array(text.utf8), file: "s.json"))
      let models = read.models.map { model in
        let losses = model.losses.map { "\($0.epoch):\($0.mean),\($0.least),\($0.greatest)" }
        return "\(model.name) \(model.epochs) \(losses.joined(separator: " "))"
      }
      return "\(read.version) \(read.seeds) \(models.joined(separator: "; "))"
    } catch { return error.description }
  }

  private static let losses =
    #""loss_at_epoch": {"3": {"mean": 2, "min": 1, "max": 3}, "1": {"mean": 5, "min": 4, "max": 6}}"#

  @Test func everyFieldOfStatisticsIsRead() throws {
    let text = #"""
      {"version": "v", "seeds": [7, 8, 9], "models": {"b": {"epochs": 3, \#(Self.losses)},
        "a": {"epochs": 1, "loss_at_epoch": {}}}}
      """#
    expectEqual(statistics(text), "v 3 b 3 1:5.0,4.0,6.0 3:2.0,1.0,3.0; a 1 ")
    try withTemporaryPath { folder in
      try write(text, folder, "article_training_stats.json")
      let read = try TrainingStatistics.load(folder: folder)
      expect(read.version == "v" && read["a"]?.epochs == 1 && read["b"]?.name == "b" && read["c"] == nil)
      try write("[]", folder, "article_training_stats.json")
      expectEqual(
        message { () throws(CaseErrors) in _ = try TrainingStatistics.load(folder: folder) },
        "\(folder)/article_training_stats.json:1:1: expected the key \"version\", found none")
    }
  }

  /// Models as text, and what is said of them.
  static let bad: [(models: String, message: String)] = [
    (#"{"b": {"epochs": 0, "loss_at_epoch": {}}}"#, "b.epochs: expected an integer from 1 to 1000000, found 0"),
    (
      #"{"b": {"epochs": 1000001, "loss_at_epoch": {}}}"#,
      "b.epochs: expected an integer from 1 to 1000000, found 1000001"
    ),
    (#"{"b": {"loss_at_epoch": {}}}"#, "b: expected the key \"epochs\", found none"),
    (#"{"b": {"epochs": 2}}"#, "b: expected the key \"loss_at_epoch\", found none"),
    (#"{"b": {"epochs": 2, "loss_at_epoch": []}}"#, "b.loss_at_epoch: expected an object, found []"),
    (
      #"{"b": {"epochs": 2, \#(losses)}}"#,
      "b.loss_at_epoch.3: expected an epoch from 1 to 2 as key, found \"3\""
    ),
    (
      #"{"b": {"epochs": 2, "loss_at_epoch": {"1": {"mean": 5, "max": 6}}}}"#,
      "b.loss_at_epoch.1: expected the key \"min\", found none"
    ),
    (
      #"{"b": {"epochs": 2, "loss_at_epoch": {"1": {"min": 5, "max": 6}}}}"#,
      "b.loss_at_epoch.1: expected the key \"mean\", found none"
    ),
    (
      #"{"b": {"epochs": 2, "loss_at_epoch": {"1": {"min": 5, "mean": 6}}}}"#,
      "b.loss_at_epoch.1: expected the key \"max\", found none"
    ),
    (
      #"{"b": {"epochs": 2, "loss_at_epoch": {"1": {"min": 5, "mean": "6", "max": 7}}}}"#,
      "b.loss_at_epoch.1.mean: expected a finite number, found \"6\""
    ),
  ]

  @Test(arguments: bad.indices) func badStatisticsNameTheirPlace(row: Int) {
    let (models, expected) = Self.bad[row]
    let text = statistics(#"{"version": "v", "seeds": [], "models": \#(models)}"#)
    expect(text.hasPrefix("s.json:1:") && text.hasSuffix(": models.\(expected)"), "\(text)")
    expectEqual(
      statistics(#"{"version": "v", "seeds": [], "models": {"a": {"epochs": 1000000, "loss_at_epoch": {}}}}"#),
      "v 0 a 1000000 ")
  }

  // MARK: Statistics of experiments

  private func experiment(_ text: String) throws -> ExperimentStatistics {
    try withTemporaryPath { folder in
      try write(text, folder, "t_stats.json")
      return try #require(try ExperimentStatistics.load("t", folder: folder))
    }
  }

  @Test func seedsAreThoseOfTheRunOrOfAll() throws {
    let read = try experiment(
      #"{"version": "v", "seeds": [1, 2, 3], "runs": [{"a": 1, "seeds": 7}, {"a": 2, "seeds": [4, 5]}, {"a": 3}]}"#)
    expectEqual([1, 2, 3].map { read.run(["a": .number($0)])?.seeds }, [7, 2, 3])
    try expectEqual(experiment(#"{"version": "v", "seeds": 6, "runs": [{"a": 1}]}"#).run(["a": 1])?.seeds, 6)
    try expectEqual(experiment(#"{"version": "v", "runs": [{"a": 1, "seeds": "x"}]}"#).run(["a": 1])?.seeds, 0)
    try expect(experiment(#"{"version": "v", "runs": [{"a": 1}, {"a": 1}]}"#).run(["a": 1]) == nil)
  }

  @Test func figuresNeedTheirThreeNumbers() throws {
    let run = try #require(
      try experiment(
        #"""
        {"version": "v", "seeds": 4, "runs": [{"name": "r", "t": {"near": {"mean": 2, "min": 1, "max": 3, "std": 0.5},
          "5": {"mean": 6, "min": 5, "max": 7}, "far": {"mean": 2, "min": 1}, "x": {"mean": 2, "max": 1},
          "y": {"min": 2, "max": 1}}, "one": [1]}]}
        """#
      ).run(["name": "r"]))
    expectEqual(run.figure("t", under: "near"), .init(mean: 2, least: 1, greatest: 3, deviation: 0.5, seeds: 4))
    for key in ["far", "x", "y", "none"] { expect(run.figure("t", under: key) == nil) }
    expect(run.figure("none", under: "near") == nil && run.figure("t", at: 5)?.greatest == 7)
    expect(run.figures("t").map(\.step) == [5] && run.figures("one").isEmpty && run.figures("none").isEmpty)
    expect(run.number("one") == nil && run.number("none") == nil)
  }

  @Test func aFieldIsShownAsItIsWritten() {
    let fields: [ExperimentStatistics.Field] = ["rnn", 5, 0.25, 3.0, true, false]
    expectEqual(fields.map(\.description), ["rnn", "5", "0.25", "3", "true", "false"])
  }

  @Test func aRangeOfNoSeedsIsThatOfOne() {
    let figure = ExperimentStatistics.Figure(mean: 2, least: 1, greatest: 4, deviation: 1, seeds: 0)
    let width = 4 * 2.0.squareRoot()
    expect(figure.range(runs: 0) == 2 - width...2 + width && figure.range() == figure.range(runs: 1))
    let many = ExperimentStatistics.Figure(mean: 2, least: 1, greatest: 4, deviation: nil, seeds: 2)
    expectEqual(many.range(runs: 2), -4...8)
  }

  static let badExperiments: [(text: String, message: String)] = [
    (#"{"runs": []}"#, ":1:1: expected the key \"version\", found none"),
    (#"{"version": "v"}"#, ":1:1: expected the key \"runs\", found none"),
    (#"{"version": 3, "runs": []}"#, ":1:13: version: expected a string, found 3"),
    (#"{"version": "v", "runs": 4}"#, ":1:26: runs: expected a list, found 4"),
    (#"{"version": "v", "runs": [{}, 5]}"#, ":1:31: runs[1]: expected an object, found 5"),
    (#"{"version""#, ":1:11: expected JSON (: after the key \"version\"), found the end of the text"),
  ]

  @Test(arguments: badExperiments.indices) func badExperimentsNameTheirPlace(row: Int) throws {
    let (text, expected) = Self.badExperiments[row]
    try withTemporaryPath { folder in
      try write(text, folder, "t_stats.json")
      expectEqual(
        message { () throws(CaseErrors) in _ = try ExperimentStatistics.load("t", folder: folder) },
        "\(folder)/t_stats.json" + expected)
    }
  }
}

/// The folder of numbers, from two current folders.
@Suite(.lane(.exits)) struct GoldenFolderTests {
  /// In the folder of the package its own, from elsewhere the one beside the sources.
  @Test func theFoldersAreThoseOfThePackage() async {
    await #expect(processExitsWith: .exitCode(5)) {
      let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
      guard chdir(package.path) == 0, GoldenFolder.path == "golden" else { exit(1) }
      guard DocumentedNumbers.defaultFolder == "golden/documented", chdir("/") == 0 else { exit(2) }
      exit(GoldenFolder.path == package.appending(path: "golden").path ? 5 : 3)
    }
  }
}
