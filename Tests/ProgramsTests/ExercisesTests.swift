import Foundation
import Support
import Testing

/// The program `exercises` from the outside, with a student's folder of its own.
@Suite(.lane(.compilers)) struct ExercisesTests {
  /// Runs the program with `--folder`.
  private func run(_ arguments: [String], in folder: URL, input: String = "") async throws -> ChildResult {
    try await onOwnThread { try runBuilt("exercises", arguments + ["--folder", folder.path], input: input) }
  }

  private func withFolder(_ body: (URL) async throws -> Void) async throws {
    let folder = TemporaryFolder()
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    try await body(folder.url)
    withExtendedLifetime(folder) {}
  }

  /// Makes the student's file by the program, then replaces parts of it.
  private func edit(_ id: String, _ file: String, _ changes: [(String, String)], in folder: URL) async throws -> URL {
    _ = try await run(["--reset", id], in: folder)
    let url = folder.appending(path: file)
    var text = try String(contentsOf: url, encoding: .utf8)
    for (old, new) in changes {
      expect(text.contains(old), "\(file): \(old)")
      text = text.replacing(old, with: new)
    }
    try Data(text.utf8).write(to: url)
    return url
  }

  /// A kind: the delivered file, a typical mistake, the solution.
  private func expectVerdicts(
    _ id: String, _ file: String, wrong: [(String, String)], named name: String, right: [(String, String)]
  ) async throws {
    try await withFolder { folder in
      let delivered = try await run([id], in: folder)
      expect(delivered.code == 1 && delivered.output.contains("is not begun"), "\(delivered)")
      // Where a hint is to be had is said to who has tried.
      let hint = "A hint: swift run exercises \(id) --hint"
      expect(!delivered.output.contains(hint))
      _ = try await edit(id, file, wrong, in: folder)
      let failed = try await run([id], in: folder)
      expect(failed.code == 1 && failed.output.contains(hint), "\(failed)")
      expect(failed.output.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(name), "\(failed)")
      _ = try await edit(id, file, right, in: folder)
      let passed = try await run([id], in: folder)
      expect(passed.code == 0 && passed.output.contains("\(id) passes"), "\(passed)")
      expect(!passed.output.contains(hint))
    }
  }

  @Test func compute() async throws {
    let place = "  // Write ŷ_t = x_t W_y + b_y for every step here.\n  []"
    func body(_ first: String) -> String {
      "  xs.map { x in b_y.indices.map { k in x.indices.reduce(\(first)) { $0 + x[$1] * W_y[$1][k] } } }"
    }
    try await expectVerdicts(
      "time-distributed/2", "time-distributed/2-dense-at-every-step.swift", wrong: [(place, body("0.0"))],
      named: "the bias is missing", right: [(place, body("b_y[k]"))])
  }

  @Test func predict() async throws {
    func answers(_ weights: Int) -> [(String, String)] {
      [
        ("let W_x: [Int] = []", "let W_x = [4, 7]"), ("let W_h: [Int] = []", "let W_h = [7, 7]"),
        ("let weights: Int? = nil", "let weights = \(weights)"),
      ]
    }
    try await expectVerdicts(
      "simple-rnn/1", "simple-rnn/1-shapes.swift", wrong: answers(77), named: "the biases are not counted",
      right: answers(84))
  }

  @Test func find() async throws {
    try await expectVerdicts(
      "time-distributed/4", "time-distributed/4-gradient.swift",
      wrong: [("Double(answers.count)", "Double(answers[0].count)")], named: "divided by the number of outputs alone",
      right: [("Double(answers.count)", "Double(answers.count * answers[0].count)")])
  }

  @Test func experiment() async throws {
    func settings(_ bias: String) -> [(String, String)] {
      [
        ("let W_x: [Double] = [1, 1]", "let W_x: [Double] = [10, 10]"),
        ("let W_h: [[Double]] = [[0, 0], [0, 0]]", "let W_h: [[Double]] = [[5, 5], [-5, -5]]"),
        ("let b: [Double] = [0, 0]", "let b: [Double] = [-5, \(bias)]"),
        ("let W_y: [Double] = [0, 0]", "let W_y: [Double] = [0.5, -0.5]"),
      ]
    }
    try await expectVerdicts(
      "simple-rnn/5", "simple-rnn/5-parity.swift", wrong: settings("-5"), named: "both units compute \"or\"",
      right: settings("-15"))
  }

  @Test func hintsComeOneAfterAnother() async throws {
    try await withFolder { folder in
      for number in [1, 2, 3, 1] {
        let result = try await run(["lstm/2", "--hint"], in: folder)
        expect(result.code == 0 && result.output.hasPrefix("Hint \(number) of 3:"), "\(result)")
      }
    }
  }

  @Test func theSolutionComesAfterAQuestion() async throws {
    try await withFolder { folder in
      let refused = try await run(["lstm/2", "--solution"], in: folder, input: "n\n")
      expect(refused.code == 1 && !refused.output.contains("newC") && !refused.output.contains("c.append"))
      let shown = try await run(["lstm/2", "--solution"], in: folder, input: "y\n")
      expect(shown.code == 0 && shown.output.contains("c.append"))
    }
  }

  @Test func startingOverKeepsWhatAStudentWrote() async throws {
    try await withFolder { folder in
      for number in 1...2 {
        let file = try await edit("lstm/1", "lstm/1-gates.swift", [("nil", "\(number)")], in: folder)
        let written = try Data(contentsOf: file)
        let result = try await run(["--reset", "lstm/1"], in: folder)
        expectEqual(result.code, 0)
        try expectEqual(Data(contentsOf: folder.appending(path: "lstm/1-gates.\(number).old")), written)
        try expect(String(contentsOf: file, encoding: .utf8).contains("let kept: Double? = nil"))
      }
    }
  }

  @Test func marksAreWrittenAsJSONAndCSV() async throws {
    try await withFolder { folder in
      _ = try await edit(
        "simple-rnn/1", "simple-rnn/1-shapes.swift",
        [("let W_x: [Int] = []", "let W_x = [4, 7]"), ("let W_h: [Int] = []", "let W_h = [7, 7]"), ("nil", "77")],
        in: folder)
      let (json, csv) = (folder.appending(path: "marks.json"), folder.appending(path: "marks.csv"))
      let result = try await run(
        ["simple-rnn", "--report", json.path, "--report", csv.path, "--student", "=A, B"], in: folder)
      expect(result.code == 1 && result.output.hasPrefix("0 of 5 pass."), "\(result)")
      let marks = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: json)) as? [String: Any])
      expect(marks["student"] as? String == "=A, B")
      let rows = try #require(marks["exercises"] as? [[String: Any]])
      expectEqual(rows.count, 5)
      expect(rows[0]["fault"] as? String == "the biases are not counted")
      expect(rows[1]["state"] as? String == "not begun")
      let lines = try String(contentsOf: csv, encoding: .utf8).split(separator: "\r\n")
      expectEqual(lines[0], "student,time,exercise,title,state,passed,fault")
      expect(lines[1].hasPrefix("\"'=A, B\",") && lines[1].hasSuffix(",fails,0,the biases are not counted"))
      // A report makes no files of exercises that were not begun.
      expect(!FileManager.default.fileExists(atPath: folder.appending(path: "simple-rnn/2-one-step.swift").path))
    }
  }

  @Test func theListShowsEveryState() async throws {
    try await withFolder { folder in
      let result = try await run([], in: folder)
      expectEqual(result.code, 0)
      for chapter in ["time-distributed", "lstm", "attention", "rosetta"] {
        expect(result.output.contains("\n  \(chapter)/3 "))
      }
      expect(result.output.contains("0 of 55 pass."), "\(result.output)")
    }
  }

  @Test func mistakesInTheCallEndWithTwo() async throws {
    let calls: [([String], String)] = [
      (["lstm/99"], "expected one of lstm/1"), (["--hint"], "--hint: expected one exercise"),
      (["lstm/1", "--hint", "--reset"], "received both"), (["--report", "marks.txt"], ".json or .csv"),
      (["--student", "A"], "expected --report"), (["lstm", "--implementation", "true"], "expected one exercise"),
      (["--report", "no-such-folder/marks.csv"], "no-such-folder/marks.csv"),
    ]
    try await withFolder { folder in
      for (arguments, message) in calls {
        let result = try await run(arguments, in: folder)
        expect(result.code == 2 && result.errors.contains(message), "\(arguments): \(result)")
      }
    }
  }
}
