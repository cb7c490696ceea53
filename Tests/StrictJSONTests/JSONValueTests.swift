import Foundation
import Support
import Testing

@testable import StrictJSON

@Suite struct JSONValueTests {
  @Test(
    arguments: [
      (.null, "null"), (true, "true"), (false, "false"), (.integer(-7), "-7"), (.integer(.min), "-9223372036854775808"),
      (.number(3), "3"), (.number(-0.0), "-0.0"), (.number(0.1), "0.1"), (.number(1e15), "1000000000000000"),
      (.number(-1e16), "-1e+16"),
      (.number(1e-7), "1e-07"), (.number(.leastNonzeroMagnitude), "5e-324"), (.number(.nan), "null"),
      (.number(-.infinity), "null"),
      (.numbers([]), "[]"), (.numbers([1, 0.5]), "[1,0.5]"), (.integers([2, 12]), "[2,12]"),
      (.verbatim("1.50"), "1.50"),
      (.object([]), "{}"), (.array([]), "[]"),
      (.object([("b", 1), ("a", .array([.null, "x"]))]), #"{"b":1,"a":[null,"x"]}"#),
      (.string("a\"b\\c/é😀"), #""a\"b\\c/é😀""#),
      (.string("\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1B}\u{1F} "), #""\u0000\b\t\n\u000b\f\r\u001b\u001f ""#),
      (.string("~\u{7F}\u{80}\u{9F}\u{2028}\u{2029}é"), #""~\u007f\u0080\u009f\u2028\u2029é""#),
    ] as [(JSONValue, String)])
  func everyValueHasItsText(value: JSONValue, text: String) {
    expectEqual(value.text(), text)
  }

  @Test func otherCharactersAreEscapedWhereOnlyASCIIIsRead() {
    expectEqual(JSONValue.object([("é", "h̃ 😀")]).text(isASCII: true), #"{"\u00e9":"h\u0303 \ud83d\ude00"}"#)
  }

  @Test func theIndentedFormKeepsPlainListsOnOneLine() {
    let value = JSONValue.object([
      ("shape", .integers([2, 3])), ("none", .array([])), ("empty", .object([])),
      ("rows", .array([.numbers([1, 2]), .numbers([0.5])])), ("inner", .object([("a", .null)])),
    ])
    expectEqual(
      value.text(.indented),
      """
      {
        "shape": [2, 3],
        "none": [],
        "empty": {},
        "rows": [
          [1, 2],
          [0.5]
        ],
        "inner": {
          "a": null
        }
      }
      """)
  }

  /// What is written is read again, bit for bit.
  @Test func numbersAndStringsAreReadBack() throws {
    let numbers: [Double] = [0.1, -0.0, 1e308, .leastNonzeroMagnitude, 123456789012345680, 1 / 3, -2.5, 4]
    let words = (0..<0x300).compactMap { Unicode.Scalar($0).map(String.init) } + ["\u{2028}", "\u{FFFF}", "😀"]
    let value = JSONValue.object([("n", .numbers(numbers)), ("s", .strings(words))])
    for isASCII in [false, true] {
      let root = try JSONDocument(Array(value.text(isASCII: isASCII).utf8)).root
      guard case .array(let list)? = root["n"]?.value, case .array(let strings)? = root["s"]?.value else {
        Issue.record("lists are lost")
        return
      }
      expectEqual(list.numbers?.map(\.bitPattern), numbers.map(\.bitPattern))
      let read = strings.map { if case .string(let word) = $0.value { word } else { "no string" } }
      expectEqual(read.map { Array($0.unicodeScalars) }, words.map { Array($0.unicodeScalars) })
    }
  }
}

@Suite struct CaseErrorTests {
  @Test func textThatIsNotJSONIsNamedWithItsPlace() {
    let error = #expect(throws: CaseError.self) { try Node.root(of: Array("{\"a\":\n [1,}".utf8), file: "a.json") }
    expectEqual(error?.description, "a.json:2:5: expected JSON (a value), found }")
  }

  @Test func nothingFromAFileActsOnTheTerminal() {
    let error = CaseError(file: "a.json", caseName: "\u{1B}[2J", expected: "a name", found: "\"\u{9B}31m\u{2028}\"")
    expectEqual(
      error.description, #"a.json: case "\u001b[2J": expected a name, found "\u009b31m\u2028""#)
  }

  @Test func theFirstTenErrorsAreShownAndTheOthersCounted() {
    let all = (1...13).map { CaseError(file: "\($0).json", expected: "a", found: "b") }
    var errors = CaseErrors(Array(all[..<12]))
    expect(errors.count == 12 && errors.errors == Array(all[..<10]))
    errors.append(all[12])
    expect(errors.description.hasSuffix("10.json: expected a, found b\nand 3 more"))
    var few = CaseErrors([all[0]])
    few.append(errors)
    expect(few.count == 14 && few.errors == [all[0]] + all[..<9])
    expectEqual(CaseErrors(Array(all[..<10])).description, all[..<10].map(\.description).joined(separator: "\n"))
    expect(CaseErrors().isEmpty && !few.isEmpty)
  }
}
