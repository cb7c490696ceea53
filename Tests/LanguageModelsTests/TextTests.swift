import Foundation
import Support
import Testing

@testable import LanguageModels

@Suite struct Vocabularies {
  @Test func theMostFrequentWordsComeFirst() throws {
    let text = ["b", "a", "b", "c", "d", "c", "b"]
    let whole = Vocabulary(of: text, atMost: 4)
    expectEqual(whole.words, ["b", "c", "a", "d"])
    expect(whole.unknown == nil)
    let small = Vocabulary(of: text, atMost: 3)
    expectEqual(small.words, ["b", "c", Vocabulary.unknownWord])
    try expectEqual(small.numbers(of: text), [0, 2, 0, 1, 2, 1, 0])
    expectEqual(small.words(of: [2, 0]), [Vocabulary.unknownWord, "b"])
  }

  @Test func aWordWithoutAPlaceIsNamed() {
    let error = #expect(throws: UnknownWord.self) { try Vocabulary(["he", "she"]).numbers(of: ["he", "it"]) }
    expectEqual(error?.description, "expected one of the 2 words that the model has read, received \"it\"")
  }

  @Test func wordsAndSigns() {
    let words = TextUnit.word.pieces(of: "It’s 7 o'clock,\n said ‘Ann’; twenty-one… Don't!")
    expectEqual(
      words, ["it’s", "7", "o'clock", ",", "said", "‘", "ann", "’", ";", "twenty", "-", "one", "…", "don't", "!"])
    expectEqual(TextUnit.word.text(of: ["he", "saw", "boats", ",", "and", "now", "."]), "he saw boats, and now.")
    expectEqual(TextUnit.character.pieces(of: "né\n"), ["n", "é", "\n"])
    expectEqual(TextUnit.character.text(of: ["a", " ", "b"]), "a b")
  }
}

@Suite struct TextFiles {
  private func read(_ bytes: [UInt8]) throws(TextError) -> String { try TextFile(bytes, path: "t.txt").text }

  @Test func whatIsText() throws {
    try expectEqual(read(Array("\u{FEFF}a\r\nb\tc\n".utf8)), "a\nb\tc\n")
  }

  private static let broken: [([UInt8], String)] = [
    ([], "t.txt: expected text, received an empty file"),
    (bytes(" \n\t\n"), "t.txt: expected text, received nothing but spaces and line ends"),
    (
      bytes("ab\nc", 0, 1), "t.txt, line 2, column 2 (byte 5): expected text, received the control character 0x00"
    ),
    (
      bytes("é\nab", 0xC3, 0x28),
      "t.txt, line 2, column 3 (byte 6): expected UTF-8, received the byte 0xC3, " + reason
    ),
    (
      bytes("a", 0xE2, 0x82),
      "t.txt, line 1, column 2 (byte 2): expected UTF-8, received the byte 0xE2, " + reason
    ),
  ]
  private static let reason = "which begins no character or leaves one unfinished"
  private static func bytes(_ text: String, _ more: UInt8...) -> [UInt8] { Array(text.utf8) + more }

  /// File, place, expected, received.
  @Test(arguments: broken) func whatIsNot(_ bytes: [UInt8], _ message: String) {
    let error = #expect(throws: TextError.self) { try read(bytes) }
    expectEqual(error?.description, message)
  }

  @Test func filesThatCannotBeRead() throws {
    try withTemporaryPath { folder in
      let missing = #expect(throws: TextError.self) { try TextFile(reading: folder + "/none") }
      expectEqual(missing?.description.hasPrefix("\(folder)/none: expected a file that can be read, received "), true)
      #expect(throws: TextError.self) { try TextFile(reading: folder) }
    }
  }

  /// One word, one word again and again, a text shorter than its rows.
  @Test(arguments: ["hello", "no no no no no no no no no", "one two three four five"])
  func tooShort(_ text: String) throws {
    let file = try TextFile(Array(text.utf8), path: "t.txt")
    let error = #expect(throws: TextError.self) { try Corpus(file, by: .word, vocabulary: 100, rows: 2) }
    expectEqual(
      error?.description.hasPrefix("t.txt: expected at least 6 words, two of them different, for 2 rows"), true)
    if text == "hello" { expectEqual(error?.received, "one word") }
  }

  @Test func theLastTenthIsTheTest() throws {
    let words = (0..<100).map { "w\($0 % 7)" }
    let file = try TextFile(Array(words.joined(separator: " ").utf8), path: "t.txt")
    let corpus = try Corpus(file, by: .word, vocabulary: 100, rows: 4)
    expectEqual(corpus.vocabulary.count, 7)
    expectEqual(corpus.training.rows.map(\.count), [22, 22, 22, 22])
    expectEqual(corpus.test.rows.map(\.count), [10])
    expectEqual(corpus.vocabulary.words(of: corpus.test.rows[0]), Array(words.suffix(10)))
    let other = try Corpus(file, by: .word, vocabulary: 100, rows: 3)
    expect(other.fingerprint != corpus.fingerprint)
  }
}

@Suite struct Rows {
  /// 11 words in 2 rows of 5; blocks of 3 steps, the last one shorter; a block goes on where the one before ended.
  @Test func blocksContinueTheirRows() throws {
    let rows = try WordRows(Array(10...20), rows: 2)
    expectEqual(rows.rows, [[10, 11, 12, 13, 14], [15, 16, 17, 18, 19]])
    expectEqual(rows.length, 4)
    expectEqual(rows.blockCount(steps: 3), 2)
    expectEqual(rows.block(0, steps: 3).inputs, Indices([[10, 11, 12], [15, 16, 17]]))
    expectEqual(rows.block(0, steps: 3).targets, Labels([[11, 12, 13], [16, 17, 18]]))
    expectEqual(rows.block(1, steps: 3).inputs, Indices([[13], [18]]))
    expectEqual(rows.block(1, steps: 3).targets, Labels([[14], [19]]))
    #expect(throws: ShapeError("text for 2 rows", expected: "at least 4 words", received: [3])) {
      try WordRows([1, 2, 3], rows: 2)
    }
    #expect(throws: ShapeError("text for 0 rows", expected: "at least 2 words", received: [3])) {
      try WordRows([1, 2, 3], rows: 0)
    }
    try expectEqual(WordRows([1, 2, 3, 4], rows: 2).rows, [[1, 2], [3, 4]])
  }
}
