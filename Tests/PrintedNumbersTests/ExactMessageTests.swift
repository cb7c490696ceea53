import Foundation
import StrictJSON
import Support
import Tensors
import Testing

@testable import PrintedNumbers

/// Files of documented numbers and of lessons: the limits of what is read, and the messages beyond them.
@Suite struct ExactMessageTests {
  private static let text = #"""
    {"schema": "documented-numbers/1", "title": "t", "chapter": "c", "numbers": [
      {"id": "D01", "source": {"document": "d", "file": "f", "line": "1"}, "what": "w", "class": "documented",
       "printed": "0.80", "values": [{"name": "a", "shape": [1], "digits": ["0.80"]}],
       "tolerance": {"abs": "0.1", "reason": "r"}}], "inconsistencies": []}
    """#

  private func read(_ old: String, _ new: String) throws -> Result<DocumentedNumbers.File, CaseErrors> {
    let parts = Self.text.components(separatedBy: old)
    try #require(parts.count == 2, "\(old)")
    return Result { () throws(CaseErrors) in
      try DocumentedNumbers.read(Array(parts.joined(separator: new).utf8), file: "a.json")
    }
  }

  /// What is exchanged, its line, and all that is said behind the place in the text.
  static let refusals: [(old: String, new: String, line: Int, message: String)] = [
    (
      #"["0.80"]"#, #"["0.8O"]"#, 3,
      #"case "D01": numbers[0].values[0].digits[0]: expected a number in a string, such as "0.80", found "0.8O""#
    ),
    (
      #"["0.80"]"#, #"["1", "2"]"#, 3,
      #"case "D01": numbers[0].values[0].digits: expected 1 numbers for the shape [1], found 2"#
    ),
    (
      "[1]", "[]", 3,
      ""
    ),
    (
      "[1]", "[3, 2]", 3,
      #"case "D01": numbers[0].values[0].digits: expected 6 numbers for the shape [3, 2], found 1"#
    ),
    (
      "[1]", "[10000]", 3,
      #"case "D01": numbers[0].values[0].digits: expected 10000 numbers for the shape [10000], found 1"#
    ),
    (
      "[1]", "[1, 10001]", 3,
      #"case "D01": numbers[0].values[0].shape[1]: expected an integer from 1 to 10000, found 10001"#
    ),
    ("[1]", "[0]", 3, #"case "D01": numbers[0].values[0].shape[0]: expected an integer from 1 to 10000, found 0"#),
    ("[1]", "[1, 1, 1, 1]", 3, ""),
    ("[1]", "[1, 1, 1, 1, 1]", 3, #"case "D01": numbers[0].values[0]: expected at most four axes, found 5"#),
    (
      #""documented","#, #""certain","#, 2,
      #"case "D01": numbers[0].class: expected a class (one of documented, recomputed from documented inputs, "#
        + #"shape only, statement), found "certain""#
    ),
    (
      #""0.1""#, #""0""#, 4, #"case "D01": numbers[0].tolerance.abs: expected a tolerance above 0, found "0""#
    ),
    (#""0.1""#, #""1e-300""#, 4, ""),
    (
      "documented-numbers/1", "documented-numbers/2", 1,
      #"schema: expected "documented-numbers/1", found "documented-numbers/2""#
    ),
    (#""inconsistencies": []"#, #""inconsistencies": 3"#, 4, "inconsistencies: expected a list, found 3"),
    (#", "inconsistencies": []"#, "", 1, #"expected the key "inconsistencies", found none"#),
    (#""chapter": "c", "#, "", 1, #"expected the key "chapter", found none"#),
    (#""schema": "documented-numbers/1", "#, "", 1, #"expected the key "schema", found none"#),
  ]

  @Test(arguments: refusals.indices) func aLimitHoldsOnBothSides(row: Int) throws {
    let (old, new, line, expected) = Self.refusals[row]
    switch try read(old, new) {
    case .success: expect(expected.isEmpty, "read: \(new)")
    case .failure(let error):
      let words = error.description.split(separator: ":", maxSplits: 3).map(String.init)
      expect(words[0] == "a.json" && words[1] == "\(line)" && words.last == " " + expected, "\(error)")
    }
  }

  /// A tensor has its own tolerance or that of its digits, and its numbers row by row.
  @Test func aTensorKnowsItsNumbers() throws {
    let bare = Self.text.replacing(#/,\s+"tolerance": \{.*?\}/#, with: "")
    let values = #"{"name": "b", "shape": [2, 3], "digits": ["1", "2.0", "3.00", "4", "5", "-6.5"]}, "#
    let text = bare.replacing(
      #"[{"name": "a", "shape": [1], "digits": ["0.80"]}"#,
      with: "[" + values
        + #"{"name": "a", "shape": [], "digits": ["7"]}, {"name": "b", "shape": [], "digits": ["8"]}"#)
    let file = try DocumentedNumbers.read(Array(text.utf8), file: "a.json")
    let entry = file.numbers[0]
    let tensor = try #require(entry["b"])
    expect(
      tensor.values == [1, 2, 3, 4, 5, -6.5] && tensor.tensor(Double.self) == Tensor([[1, 2, 3], [4, 5, -6.5]]))
    expect((0..<6).map(tensor.allowed) == [0, 0.05, 0.005, 0, 0, 0.05] && tensor.tolerance == nil)
    expect(entry["a"]?.tensor(Float.self).shape == [] && entry["a"]?.values == [7])
    expectEqual(tensor.numbers.map(\.description), ["1", "2.0", "3.00", "4", "5", "-6.5"])
    expectEqual(tensor.tensor(), Tensor<Float>([[1, 2, 3], [4, 5, -6.5]]))
  }

  @Test(arguments: [
    ("1e5", 5e4), ("1E-2", 0.005), ("-0", 0), ("10", 0), ("0.5e1", 0.5), ("100.00", 0.005), ("1e+0", 0.5),
  ])
  func theLastDigitSaysHowMuchIsKnown(digits: String, halfUnit: Double) {
    expectEqual(PrintedNumber(digits)?.halfUnit, halfUnit)
  }

  @Test(arguments: ["+1", "1e+", "1e1.5", "e5", "1 ", "1e5e", "-.5", "1-", "²"]) func moreTextThatIsNoNumber(
    text: String
  ) {
    expect(PrintedNumber(text) == nil)
  }

  // MARK: Lessons

  private func lesson(_ text: String) throws -> LessonNumbers {
    try withTemporaryPath { folder in
      try Data(text.utf8).write(to: URL(filePath: folder + "/one.json"))
      return try #require(try LessonNumbers.load("one", folder: folder))
    }
  }

  private func message(_ read: () throws -> some Any) -> String {
    do { return "read: \(try read())" } catch {
      let text = "\(error)"
      return text.range(of: "/one.json").map { String(text[$0.upperBound...]) } ?? text
    }
  }

  @Test func aLessonNamesThePlaceOfWhatItLacks() throws {
    let file = try lesson(
      #"{"cases": [{"x": 1}, {"name": 2}, {"name": "a", "t": {"shape": [3], "data": [1, 2]}, "w": "v", "n": [1, "2"]}]}"#
    )
    let one = file["cases"].named("a")
    expectEqual(
      message { try file["cases"].named("c").text() },
      ":1:11: cases: expected an element with the name \"c\", found none")
    expectEqual(message { try one["y"]["z"].number() }, ":1:35: cases[2]: expected the key \"y\", found none")
    expectEqual(
      message { try one["t"].tensor() }, ":1:54: cases[2].t: expected 3 numbers for the shape [3], found 2")
    expectEqual(message { try one["w"].number() }, ":1:91: cases[2].w: expected a finite number, found \"v\"")
    expectEqual(message { try one["w"].flag() }, ":1:91: cases[2].w: expected true or false, found \"v\"")
    expect(message { try one["t"].text() }.hasPrefix(":1:54: cases[2].t: expected a string, found {\"shape\": "))
    expectEqual(message { try one["n"].numbers() }, ":1:105: cases[2].n[1]: expected a finite number, found \"2\"")
    expectEqual(message { try one["w"].list() }, ":1:91: cases[2].w: expected a list, found \"v\"")
    expectEqual(message { try one["w"].keys() }, ":1:91: cases[2].w: expected an object, found \"v\"")
    expectEqual(message { try one["w"].text() }, "read: v")
    expectEqual(message { try file.tolerance() }, ":1:1: expected the key \"tolerance\", found none")
  }

  @Test func aToleranceHasTwoPartsThatMayBeLeftOut() throws {
    for (text, absolute, relative) in [
      (#"{"abs": 0.5, "rel": 0.25}"#, 0.5, 0.25), (#"{"abs": 0.5}"#, 0.5, 0), (#"{"rel": 0.25}"#, 0, 0.25),
      ("{}", 0, 0),
    ] {
      let found = try lesson(#"{"tolerance": \#(text)}"#).tolerance()
      expect(found.absolute == absolute && found.relative == relative)
    }
    try expectEqual(lesson(#"{"a": [[1, [2]], 3]}"#)["a"].numbers(), [1, 2, 3])
    try expectEqual(lesson(#"{"a": 4}"#)["a"].numbers(), [4])
    try expectEqual(lesson(#"{"shape": [], "data": 5}"#).tensor().scalars, [5])
  }

  @Test func aLessonThatIsNotThereIsNamed() throws {
    try withTemporaryPath { folder in
      func load(_ name: String) -> String {
        do throws(CaseErrors) { return try LessonNumbers.load(name, folder: folder) == nil ? "nil" : "read" } catch {
          return error.description
        }
      }
      expectEqual(load("none"), "\(folder)/none.json: expected numbers of a lesson, found no file")
      try Data("[".utf8).write(to: URL(filePath: folder + "/bad.json"))
      expectEqual(load("bad"), "\(folder)/bad.json:1:2: expected JSON (a value), found the end of the text")
    }
  }
}
