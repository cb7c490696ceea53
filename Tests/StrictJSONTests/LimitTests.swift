import Support
import Testing

@testable import StrictJSON

/// Limits of what is read and shown, on both sides.
@Suite struct LimitTests {
  private func problem(_ text: String, readsNonFinite: Bool = false) -> String? {
    do {
      _ = try JSONDocument(Array(text.utf8), readsNonFinite: readsNonFinite)
      return nil
    } catch { return error.description }
  }

  @Test(arguments: [(64, nil), (65, "line 1, column 65: expected at most 64 nested lists and objects, found one more")])
  func nestingIsBounded(depth: Int, expected: String?) {
    expectEqual(
      problem(String(repeating: "[", count: depth) + String(repeating: "]", count: depth)), expected)
    // Lists beside each other are not nested.
    expect(problem("[" + String(repeating: "[[{}]],", count: 70) + "1]") == nil)
  }

  @Test(arguments: [
    ("nan", nil), ("NaN", nil), ("-NAN", nil), ("Inf", nil), ("-infinity", nil), ("INFINITY", nil),
    ("infinit", "line 1, column 1: expected a value, found the word infinit"),
    ("-foo", "line 1, column 1: expected a value, found the word -foo"),
    ("-", "line 1, column 2: expected a digit after -, found the end of the text"),
    ("nank", "line 1, column 1: expected a value, found the word nank"),
    ("[-abcdefghijklmnopqrstuvwxyz]", "line 1, column 2: expected a value, found the word -abcdefghijklmnopqrst"),
    ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "line 1, column 1: expected a value, found the word ABCDEFGHIJKLMNOPQRST"),
  ])
  func wordsForNumbersAreReadWhereAllowed(text: String, expected: String?) {
    expectEqual(problem(text, readsNonFinite: true), expected)
    expect(problem(text) != nil)
  }

  @Test(arguments: [
    ("\"\u{1F}\"", "line 1, column 2: expected no control character in a string, found byte 31"), ("\" \"", nil),
    ("\"\u{7F}\"", nil),
    ("\u{7F}", "line 1, column 1: expected a value, found byte 127"),
    ("~", "line 1, column 1: expected a value, found ~"),
    ("!", "line 1, column 1: expected a value, found !"), ("@", "line 1, column 1: expected a value, found @"),
    ("`", "line 1, column 1: expected a value, found `"),
    ("{}}", "line 1, column 3: expected the end of the text, found }"),
    ("truefalse", "line 1, column 1: expected a value, found the word truefalse"),
    ("zz", "line 1, column 1: expected a value, found the word zz"),
    ("Z", "line 1, column 1: expected a value, found the word Z"), ("0", nil), ("9", nil), ("-0", nil), ("1E5", nil),
    ("1e-5", nil),
    ("1e+-5", "line 1, column 4: expected a digit in the exponent, found -"),
    ("/", "line 1, column 1: expected a value, found /"),
    (":", "line 1, column 1: expected a value, found :"), ("\n\r\t 1\n", nil),
    ("\u{B}1", "line 1, column 1: expected a value, found byte 11"),
  ])
  func bytesAtTheEndsOfTheirRanges(text: String, expected: String?) { expectEqual(problem(text), expected) }

  /// Forty bytes of a value are shown, whatever its length.
  @Test(arguments: [39, 40, 41]) func anExcerptHasFortyBytes(count: Int) throws {
    let text = "\"" + String(repeating: "x", count: count - 2) + "\""
    let document = try JSONDocument(Array(text.utf8))
    expect(document.excerpt(document.root) == (count > 40 ? String(text.prefix(40)) + "…" : text))
    expect(document.excerpt(document.root, limit: 3) == "\"xx…" && document.bytes == Array(text.utf8))
  }

  @Test func placesOutsideOfATextAreItsEnds() throws {
    let document = try JSONDocument(Array("[1,\n2]".utf8))
    expect(document.position(of: -5) == (1, 1) && document.position(of: 99) == (2, 3))
    expect(document.position(of: 3) == (1, 4) && document.position(of: 4) == (2, 1))
    let error = #expect(throws: JSONError.self) { try JSONDocument(Array("[1,\n]".utf8)) }
    expect(error?.offset == 4 && error?.message == "expected a value, found ]")
  }

  @Test func kindsHaveNames() throws {
    let root = try JSONDocument(Array(#"[null, false, 0, "n", [], [1], {}]"#.utf8)).root
    guard case .array(let list) = root.value else { return }
    expectEqual(
      list.map(\.kindName),
      [
        "null", "a boolean", "a number", "a string", "a list of 0", "a list of 1", "an object",
      ])
    expect(list.map(\.isNull) == [true] + [Bool](repeating: false, count: 6) && !list[1].isTrue)
    expectEqual(list.underestimatedCount, 0)
    // What is not finite is no null.
    let words = try JSONDocument(Array("[nan]".utf8), readsNonFinite: true).root
    guard case .array(let numbers) = words.value else { return }
    expect(!numbers[0].isNull && numbers[0].kindName == "a number")
  }

  @Test func aPlaceNeedsItsColumn() {
    func error(_ line: Int?, _ column: Int?, _ path: String = "") -> String {
      CaseError(file: "f", line: line, column: column, keyPath: path, expected: "a", found: "b").description
    }
    expect(error(nil, nil) == "f: expected a, found b" && error(3, nil) == "f: expected a, found b")
    expect(error(3, 5) == "f:3:5: expected a, found b" && error(nil, nil, "x.y") == "f: x.y: expected a, found b")
  }

  @Test func oneErrorMoreIsCounted() {
    let all = (0..<11).map { CaseError(file: "\($0)", expected: "a", found: "b") }
    var errors = CaseErrors()
    expect(errors.isEmpty && errors.description == "" && CaseErrors.mostKept == 10)
    for error in all { errors.append(error) }
    expect(errors.count == 11 && errors.errors == Array(all[..<10]) && errors.description.hasSuffix("\nand 1 more"))
    var sum = CaseErrors(Array(all[..<8]))
    sum.append(CaseErrors(Array(all[8...])))
    expect(sum.count == 11 && sum.errors == Array(all[..<10]) && !sum.isEmpty)
  }

  @Test(
    arguments: [
      (9_999_999_999_999_998, "9999999999999998"), (1e16, "1e+16"), (-9_999_999_999_999_998, "-9999999999999998"),
      (0, "0"),
      (0.5, "0.5"), (-1, "-1"), (.infinity, "null"), (1e300, "1e+300"),
    ] as [(Double, String)])
  func wholeNumbersHaveNoPoint(number: Double, text: String) { expectEqual(JSONValue.number(number).text(), text) }

  @Test func everyFormIsLaidOut() {
    let value = JSONValue.array([1, .object([("a", .array([])), ("b", .numbers([1, 2]))]), "x"])
    expectEqual(value.text(), #"[1,{"a":[],"b":[1,2]},"x"]"#)
    expectEqual(
      value.text(.indented),
      """
      [
        1,
        {
          "a": [],
          "b": [1, 2]
        },
        "x"
      ]
      """)
    expectEqual(JSONValue.array([true, .null, .verbatim("1.50")]).text(.indented), "[true, null, 1.50]")
    expect(JSONValue.integers([3, -1]).text() == "[3,-1]" && JSONValue.strings(["b", "a"]).text() == #"["b","a"]"#)
  }
}

/// What ends the process.
@Suite(.lane(.exits)) struct ElementTrapTests {
  @Test func anElementBeyondTheEndIsATrap() async {
    await #expect(processExitsWith: .failure) {
      guard case .array(let list) = try JSONDocument(Array("[1]".utf8)).root.value else { return }
      _ = list[1]
    }
  }
}
