import Foundation
import Support
import Testing

@testable import GoldenConformance

/// The built program: exit codes and messages.
@Suite(.lane(.programs)) struct ProgramTests {
  /// Runs `conformance`, which is built beside the tests.
  static func conformance(
    _ arguments: [String], in folder: URL = repository, environment: [String: String] = [:]
  ) throws -> ChildResult {
    try runBuilt("conformance", arguments, in: folder, environment: environment)
  }

  private func temporary(_ files: [String: String], _ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for (name, text) in files { try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8) }
      try body(folder)
    }
  }

  @Test func agreementEndsWithZero() throws {
    let result = try Self.conformance(["golden/reference/keras_lstm.json"])
    expectEqual(result.code, 0)
    expect(result.output.hasSuffix("all 8 cases agree\n"))
    expect(result.errors.isEmpty)
  }

  @Test func divergenceEndsWithOneAndIsLocated() throws {
    try temporary(["wrong.json": fileText(smallCase)]) { folder in
      let result = try Self.conformance([folder.appending(path: "wrong.json").path])
      expectEqual(result.code, 1)
      expect(result.output.contains("first: outputs at sample 0, step 0, unit 0: expected 0.5, received "))
      expect(result.output.hasSuffix("1 of 1 cases do not agree\n"))
      let json = try Self.conformance([folder.appending(path: "wrong.json").path, "--json"])
      expectEqual(json.code, 1)
      let document = try JSONDocument(Array(json.output.utf8))
      guard case .bool(false)? = document.root["agrees"]?.value,
        case .string("outputs")? = document.root["first"]?["tensor"]?.value
      else { throw Problem("the JSON names the tensor") }
    }
  }

  @Test func whatIsNoCaseEndsWithTwoAndIsNamed() throws {
    let unknown = try #require(changed(smallCase, #""units": 1"#, #""units": 1, "colour": 2"#))
    try temporary(["bad.json": fileText(unknown), "cut.json": String(fileText(smallCase).dropLast(40))]) { folder in
      let bad = try Self.conformance([folder.appending(path: "bad.json").path])
      expectEqual(bad.code, 2)
      expect(bad.errors.contains(#"case "small": cases[0].config.colour: expected one of the keys"#))
      let both = try Self.conformance([folder.path])
      expectEqual(both.code, 2)
      expect(both.errors.contains("cut.json:") && both.errors.contains("bad.json:"))
    }
    try temporary([:]) { folder in
      let empty = try Self.conformance([folder.path])
      expectEqual(empty.code, 2)
      expect(empty.errors.contains("expected a folder with files of cases (*.json), found none"))
      let none = try Self.conformance(["nowhere.json"], in: folder)
      expect(none.code == 2 && none.errors == "nowhere.json: expected a file or folder of cases, found nothing\n")
    }
  }

  @Test func unknownOptionsAndFiltersWithoutCasesEndWithTwo() throws {
    let option = try Self.conformance(["--lists"])
    expectEqual(option.code, 2)
    expect(option.errors.contains("unknown option \"--lists\"; did you mean --list?"))
    let filter = try Self.conformance(["golden/reference", "--only", "no such case"])
    expectEqual(filter.code, 2)
  }

  @Test func listShowsProvenanceAndRunsNothing() throws {
    let result = try Self.conformance(["golden/reference/torch.json", "--list", "--only", "lstm_tiny"])
    expectEqual(result.code, 0)
    expect(result.output.contains("torch_lstm_tiny_f64\n    reference, float64, pytorch lstm"))
    expect(result.output.contains("source: pytorch, torch 2"))
    expect(result.output.contains("tolerance: abs 1.0e-12 rel 1.0e-11"))
  }
}
