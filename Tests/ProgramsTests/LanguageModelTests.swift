import Foundation
import Support
import Testing

/// What `chapter-language-model` says of texts, words and files that it cannot take: the place, what was expected and
/// what was received, exit code 2, and nothing lost.
@Suite(.lane(.chapters)) struct LanguageModelTests {
  private let quick = ["--quick", "--epochs", "1", "--units", "5", "--no-pager"]
  private var short: [String] { quick + ["--sentences", "200"] }

  private static let texts: [([UInt8], String)] = [
    ([], "expected text, received an empty file"),
    ([0x61, 0x00], "line 1, column 2 (byte 2): expected text, received the control character 0x00"),
    ([0x61, 0x0A, 0xFF], "line 2, column 1 (byte 3): expected UTF-8, received the byte 0xFF"),
    (Array("hello".utf8), "expected at least 42 words, two of them different, for 20 rows, received one word"),
  ]

  @Test(arguments: texts) func aTextThatCannotBeLearnedFrom(_ bytes: [UInt8], _ message: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "text").path
      try Data(bytes).write(to: URL(filePath: path))
      let result = try runBuilt("chapter-language-model", ["--text", path])
      expectEqual(result.code, 2)
      expect(result.errors.contains(message), "\(result.errors)")
      expect(result.errors.hasPrefix("chapter-language-model: \(path)"), "\(result.errors)")
    }
  }

  @Test func wordsThatTheModelHasNotRead() throws {
    let result = try runBuilt("chapter-language-model", ["--words", "he was zebra"])
    expectEqual(result.code, 2)
    expect(result.errors.contains("--words: expected one of the 52 words that the model has read, received \"zebra\""))
    try expectEqual(runBuilt("chapter-language-model", ["--words", " "]).code, 2)
  }

  /// No option is ignored in silence.
  @Test(arguments: [
    (["--by", "character"], "--by: expected together with --text, received without it"),
    (["--vocabulary", "50"], "--vocabulary: expected together with --text, received without it"),
    (["--temperature", "1"], "--temperature: expected together with --words, received without it"),
    (["--text", "a", "--sentences", "4000"], "--sentences: expected without --text, received with it"),
  ]) func anOptionWithoutAMeaningIsRefused(_ arguments: [String], _ message: String) throws {
    let result = try runBuilt("chapter-language-model", arguments)
    expectEqual(result.code, 2)
    expectEqual(result.errors, "chapter-language-model: \(message)\n")
  }

  /// `--quick` takes 6 epochs and 1200 sentences where the command line names no others, not even the defaults.
  @Test func aShortLookTakesWhatIsNamed() throws {
    let result = try runBuilt("chapter-language-model", short)
    expectEqual(result.code, 0, "\(result.errors)")
    let text = result.output.split { $0.isWhitespace }.joined(separator: " ")
    expect(text.contains("They learn from 200 sentences"))
  }

  /// A training is saved, taken up, and refused where the settings are others; the file stays as it was.
  @Test func aTrainingIsSavedAndTakenUp() throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "model.safetensors")
      let saved = try runBuilt("chapter-language-model", short + ["--save", file.path])
      expectEqual(saved.code, 0, "\(saved.errors)")
      let bytes = try Data(contentsOf: file)
      let other = try runBuilt(
        "chapter-language-model", short + ["--embedding", "6", "--resume", file.path, "--save", file.path])
      expectEqual(other.code, 2)
      expect(other.errors.contains("expected a training with embedding 6, received embedding 32"), "\(other.errors)")
      try expectEqual(Data(contentsOf: file), bytes)
      let resumed = try runBuilt(
        "chapter-language-model", short + ["--resume", file.path, "--words", "she was born in"])
      expectEqual(resumed.code, 0, "\(resumed.errors)")
      expect(resumed.output.contains("Drawn, beginning with “she was born in”"))
    }
  }

  @Test(arguments: ["word", "character"]) func itLearnsFromAnyText(unit: String) throws {
    let text = repository.appending(path: "LICENSE").path
    let result = try runBuilt("chapter-language-model", quick + ["--text", text, "--by", unit, "--rows", "3"])
    expectEqual(result.code, 0, "\(result.errors)")
    expect(result.output.contains("\(unit)s to learn from"))
  }
}
