import Foundation
import Support
import Testing

/// A command line that is refused: nothing on standard output, exit code 2, one message.
private struct Refusal: CustomTestStringConvertible, Sendable {
  let program: String
  let arguments: [String]
  let message: String

  init(_ line: String, _ message: String) {
    let words = line.split(separator: " ").map(String.init)
    (program, arguments, self.message) = (words[0], Array(words.dropFirst()), message)
  }

  var testDescription: String { ([program] + arguments).joined(separator: " ") }
}

/// What each program does with its options, run as a person runs it.
@Suite(.lane(.commandLines)) struct OptionTests {
  private static let refusals: [Refusal] = [
    .init(
      "conformance --record --review", "--record: expected without --review, received both: record first, then review"),
    .init(
      "conformance --json --review",
      "--json: expected without --record and --review, received with: they speak to a person"
    ),
    .init("conformance --accept all", "--accept, --reject: expected together with --review, received without"),
    .init("conformance --reject x", "--accept, --reject: expected together with --review, received without"),
    .init("conformance --only no-such-case", "--only: expected a part of a case's name, received \"no-such-case\""),
    .init("conformance --seconds 0", "--seconds: expected a number from 0.1 to 3600.0, received \"0\""),
    .init("conformance --scalar half", "--scalar: expected one of cases, float, double, received \"half\""),
    .init(
      "conformance --only torch_rnn_tiny --implementation /no/such/program",
      "--implementation: expected a command that can be started: "),
    .init("conformance --review --accept nobody", "--accept, --reject: expected no case waits, received \"nobody\""),
    .init("benchmark no-such-row", "ROW: expected a part of one of "),
    .init("benchmark --pairs 0", "--pairs: expected a whole number from 1 to 1000, received \"0\""),
    .init("benchmark --threads -1", "--threads: expected a whole number from 0 to 1024, received \"-1\""),
    .init("benchmark --seconds nan", "--seconds: expected a number from 0.01 to 600.0, received \"nan\""),
    .init("elementary-functions sinus", "FUNCTION: expected one of "),
    .init("elementary-functions --every 4097", "--every: expected a whole number from 1 to 4096, received \"4097\""),
    .init("book no-such-chapter", "CHAPTER: expected one of "),
    .init("book --check --html site", "--check: expected alone, since it writes nothing; received --html, too"),
    .init("book --data /no/such/folder mnist", "--data: expected MNIST's four files, received \"/no/such/folder\": "),
    .init("fuzz --target nothing", "--target: expected one of json, cases, drafts, "),
    .init("fuzz --replay x", "--replay, --worker: expected one --target, received "),
    .init("fuzz --target json --replay /no/such/file", "/no/such/file: expected a file that can be read, received "),
    .init("fuzz --seconds 0", "--seconds: expected a number from 0.1 to 1000000.0, received \"0\""),
  ]

  @Test(arguments: refusals) private func whatIsRefusedIsNamed(refusal: Refusal) throws {
    // A person's shell; under CI a review is refused before its options are looked at.
    let result = try runBuilt(refusal.program, refusal.arguments, environment: ["CI": ""], seconds: 60)
    expectEqual(result.code, 2)
    expect(result.output.isEmpty, "\(result.output)")
    expect(result.errors.hasPrefix("\(refusal.program): \(refusal.message)"), "\(result.errors)")
  }

  @Test(arguments: [
    ("/no/such/file.json", "/no/such/file.json: expected a file or folder of cases, found nothing\n"),
    ("/dev/null", "/dev/null: expected a file that can be read, found it is a device\n"),
  ])
  func aFileThatIsNoneIsNamed(path: String, message: String) throws {
    let result = try runBuilt("conformance", [path])
    expect(result.code == 2 && result.output.isEmpty)
    expectEqual(result.errors, message)
  }

  @Test func theBenchmarkTimesARow() throws {
    let rows = try runBuilt("benchmark", ["--list"]).output.split(separator: "\n")
    let row = String(try #require(rows.first))
    let text = try runBuilt("benchmark", ["--seconds", "0.01", "--threads", "1", row], seconds: 60)
    expectEqual(text.code, 0)
    let lines = text.output.split(separator: "\n")
    expect(lines.first?.hasPrefix("row  ") == true && lines.dropFirst().first?.hasPrefix(row) == true, "\(lines)")
    expectEqual(lines.last?.hasPrefix("peak of 1 threads: "), true, "\(lines)")
    let json = try runBuilt("benchmark", ["--json", "--seconds", "0.01", "--threads", "1", row], seconds: 60)
    let objects = try json.output.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    expect(objects.allSatisfy { $0?["threads"] as? Int == 1 && ($0?["median"] as? Double ?? 0) > 0 })
    expect(objects.contains { $0?["row"] as? String == row })
  }

  /// What was recorded becomes a table between the marks of a document; the rest of the document stays.
  @Test func theBenchmarkWritesItsTable() throws {
    try withTemporaryFolder { folder in
      let (record, document) = (folder.appending(path: "speed.json"), folder.appending(path: "text.md"))
      let measuring = ["--seconds", "0.01", "--threads", "1", "--record", record.path, "lstm-tiny-forward"]
      try expectEqual(runBuilt("benchmark", measuring, seconds: 60).code, 0)
      let writing = ["--record", record.path, "--table", document.path]
      for absent in [["--table", document.path], ["--record", folder.path + "/none", "--table", document.path]] {
        let result = try runBuilt("benchmark", absent)
        expect(result.code == 2 && result.errors.contains("expected a file that can be read"), "\(result)")
      }
      try "nothing to fill\n".write(to: document, atomically: true, encoding: .utf8)
      let refused = try runBuilt("benchmark", writing)
      expect(refused.code == 2 && refused.errors.contains("received a file without them"), "\(refused)")
      let marks = "<!-- speed: written by benchmark --table -->\n<!-- end of speed -->"
      try "before\n\(marks)\nafter\n".write(to: document, atomically: true, encoding: .utf8)
      let written = try runBuilt("benchmark", writing)
      expectEqual(written.code, 0, "\(written)")
      let text = try String(contentsOf: document, encoding: .utf8)
      expect(text.hasPrefix("before\n<!-- speed") && text.hasSuffix("<!-- end of speed -->\nafter\n"), "\(text)")
      expect(text.contains("| LSTM | 1, 3, 7, 13 | forward | "), "\(text)")
    }
  }

  /// A peer that is no benchmark is a message, whatever it does.
  @Test(arguments: ["cat", "true", "echo nonsense", "/no/such/program"])
  func aPeerThatIsNone(peer: String) throws {
    let row = String(try #require(try runBuilt("benchmark", ["--list"]).output.split(separator: "\n").first))
    let arguments = ["--seconds", "0.01", "--threads", "1", "--pairs", "1", "--peer", peer, row]
    let result = try runBuilt("benchmark", arguments, seconds: 60)
    expect(result.signal == nil)
    expect(result.code == 2 || result.output.contains("peer: "), "\(result)")
  }

  /// A case without `expected`: its numbers are recorded beside the file, looked at, and taken over.
  @Test func aCaseWithoutExpectedNumbersGetsThem() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "draft.json")
      let text = #"""
        {"schema": "rnn-golden/1", "family": "f", "cases": [
          {"name": "waits", "kind": "derived", "source": {"how": "x"}, "layout": "keras", "dtype": "float64",
           "layer": "dense", "config": {"units": 1},
           "weights": {"kernel": {"shape": [2, 1], "data": [3, 5]}, "bias": {"shape": [1], "data": [7]}},
           "inputs": {"x": {"shape": [1, 2], "data": [10, 100]}},
           "tolerance": {"abs": 1e-12, "rel": 0}}]}
        """#
      try Data(text.utf8).write(to: file)
      let environment = ["CI": ""]
      let none = try runBuilt("conformance", [file.path])
      expect(none.code == 2 && none.errors.contains("expected the key \"expected\", found none"), "\(none.errors)")
      let inCI = try runBuilt("conformance", ["--record", file.path], environment: ["CI": "true"])
      expect(inCI.code == 2 && inCI.errors.contains("received CI=true"), "\(inCI.errors)")
      let recorded = try runBuilt("conformance", ["--record", file.path], environment: environment)
      expectEqual(recorded.code, 1, "\(recorded)")
      expect(recorded.output.hasPrefix("\(file.path).new\n  waits: "), "\(recorded.output)")
      try expectEqual(String(contentsOf: file, encoding: .utf8), text, "the file itself stays as it is")
      let shown = try runBuilt("conformance", ["--review", file.path], environment: environment)
      expect(shown.code == 1 && shown.output.contains("the layers give the new numbers too"), "\(shown)")
      expect(
        shown.output.hasSuffix(
          "\n1 case waits: --accept NAME or --reject NAME, several times, or all; on a terminal --review asks\n"))
      let accepted = try runBuilt(
        "conformance", ["--review", "--accept", "waits", file.path], environment: environment)
      expectEqual(accepted.code, 0, "\(accepted)")
      expect(accepted.output.hasSuffix("\naccepted  waits\n\nnothing waits for review\n"), "\(accepted)")
      // 10·3 + 100·5 + 7
      try expect(String(contentsOf: file, encoding: .utf8).contains("537"))
      expect(!FileManager.default.fileExists(atPath: file.path + ".new"))
      let agrees = try runBuilt("conformance", [file.path])
      expect(agrees.code == 0 && agrees.output.hasSuffix("all 1 cases agree\n"), "\(agrees)")
    }
  }
}

/// Where nobody looks at the numbers nothing is accepted.
@Suite(.lane(.programs)) struct ContinuousIntegrationTests {
  @Test(arguments: ["true", "1", "yes", "", "0", "false", "No", "FALSE"]) func nothingIsAcceptedThere(value: String)
    throws
  {
    let isThere = ["true", "1", "yes"].contains(value)
    let message =
      isThere
      ? "--accept and --reject: expected a person who looks at the numbers, received CI=true: nothing is written in CI"
      : "--accept, --reject: expected no case waits, received \"nobody\""
    for option in ["--accept", "--reject"] {
      let result = try runBuilt("conformance", ["--review", option, "nobody"], environment: ["CI": value])
      expect(
        result.code == 2 && result.output.isEmpty && result.errors.hasPrefix("conformance: \(message)\n"), "\(result)")
    }
  }
}

/// One block of the numbers that the whole check tries, of two functions and of all.
@Suite(.lane(.programs)) struct ElementaryFunctionTests {
  @Test func theLargestErrorsAreSaid() throws {
    let two = try runBuilt("elementary-functions", ["--every", "2048", "exp", "tanh"], seconds: 100)
    expectEqual(two.code, 0, "\(two)")
    let lines = two.output.split(separator: "\n")
    expectEqual(lines.map { $0.prefix { $0 != ":" } }, ["exp", "tanh"])
    for line in lines {
      let number = try #require(line.firstMatch(of: #/largest error (-?\d+) ulp at x = (\S+) /#))
      // Of 2²¹ numbers some are rounded otherwise, and none by more than the program allows.
      expect(["1", "2"].contains(number.1) && line.hasSuffix("within 2 ulp"), "\(line)")
    }
    let all = try runBuilt("elementary-functions", ["--every", "4096"], seconds: 100)
    expectEqual(all.output.split(separator: "\n").map { $0.prefix { $0 != ":" } }, ["exp", "tanh", "sigmoid"])
  }
}

/// The fuzzing program: it finds nothing, makes the same inputs from the same seed, and says what it finds.
@Suite(.lane(.commandLines)) struct FuzzTests {
  @Test func someInputsOfEachReaderDoNoHarm() throws {
    try withTemporaryPath { folder in
      let result = try runBuilt("fuzz", ["--seconds", "2", "--seed", "3", "--keep", folder], seconds: 200)
      expectEqual(result.code, 0, "\(result)")
      let lines = result.output.split(separator: "\n")
      expect(
        lines.count == 10 && lines.allSatisfy { $0.hasSuffix(" inputs") && !$0.hasSuffix(" 0 inputs") }, "\(lines)")
      try expect(FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }
}
