import Foundation
import Support
import Testing

@testable import StrictJSON

@Suite struct JSONTests {
  private func parse(_ text: String) throws -> JSON { try JSONDocument(Array(text.utf8)).root }

  private func problem(_ bytes: [UInt8]) -> String? {
    do {
      _ = try JSONDocument(bytes)
      return nil
    } catch {
      return error.description
    }
  }

  @Test func readsEveryKindOfValueInItsOrder() throws {
    let root = try parse(#" {"b": [1, -2.5e-3, true, null], "a": "tab\t é 😀 \\"} "#)
    guard case .object(let members) = root.value else { throw Problem("no object") }
    expectEqual(members.map(\.key), ["b", "a"])
    guard case .string("tab\t é 😀 \\")? = root["a"]?.value else { throw Problem("string") }
    guard case .array(let list)? = root["b"]?.value, case .number(let number) = list[1].value else {
      throw Problem("list")
    }
    expectEqual(number, -0.0025)
    expectEqual(list.count, 4)
  }

  @Test func knowsWhereValuesStand() throws {
    let document = try JSONDocument(Array("{\n  \"a\": [1,\n   22]}".utf8))
    guard case .array(let list)? = document.root["a"]?.value else { throw Problem("list") }
    let position = document.position(of: list[1].range.lowerBound)
    expect(position.line == 3 && position.column == 4)
    expectEqual(document.excerpt(list[1]), "22")
  }

  @Test(arguments: [
    ("", "line 1, column 1: expected a value, found the end of the text"),
    ("[1, 2", "line 1, column 6: expected , or ] in a list, found the end of the text"),
    ("[1, 2] x", "line 1, column 8: expected the end of the text, found x"),
    ("[NaN]", "line 1, column 2: expected a value, found the word NaN"),
    ("[-Infinity]", "line 1, column 3: expected a digit after -, found I"),
    ("[01]", "line 1, column 3: expected , or ] in a list, found 1"),
    ("[1.]", "line 1, column 4: expected a digit after the decimal point, found ]"),
    ("[1e+]", "line 1, column 5: expected a digit in the exponent, found ]"),
    ("[.5]", "line 1, column 2: expected a value, found ."),
    ("[1,]", "line 1, column 4: expected a value, found ]"),
    ("{\"a\": 1,\n \"a\": 2}", "line 2, column 2: expected a key once, found \"a\" again"),
    ("{\"a\" 1}", "line 1, column 6: expected : after the key \"a\", found 1"),
    ("{a: 1}", "line 1, column 2: expected a key in quotation marks, found a"),
    (#"["\ud800"]"#, "line 1, column 3: expected a whole surrogate pair, found half of one"),
    (#"["\q"]"#, "line 1, column 3: expected one of \" \\ / b f n r t u after \\, found q"),
    (#"["\u12G4"]"#, "line 1, column 3: expected four hexadecimal digits after \\u, found G"),
    ("[1, 2\n, 3,]", "line 2, column 5: expected a value, found ]"),
    ("[1, 2, x]", "line 1, column 8: expected a value, found the word x"),
    ("{\"\u{7F}\u{9B}\" 1}", "line 1, column 8: expected : after the key \"\\u007f\\u009b\", found 1"),
    ("[\"a", "line 1, column 4: expected \" at the end of the string, found the end of the text"),
  ])
  func refusesWhatIsNotJSON(text: String, message: String) {
    expectEqual(problem(Array(text.utf8)), message)
  }

  @Test(arguments: [
    (#""\ud83d\ude00""#, "😀"), (#""a\uD83D\uDE00b""#, "a😀b"), (#""\ud800\udc00""#, "\u{10000}"),
    (#""\udbff\udfff""#, "\u{10FFFF}"), (#""\ue000""#, "\u{E000}"), (#""\u0041\u00e9""#, "Aé"), (#""\u0000""#, "\u{0}"),
    (#""\b\f\n\r\t\/\\\"""#, "\u{8}\u{C}\n\r\t/\\\""),
  ])
  func escapesStandForTheirCharacters(text: String, expected: String) throws {
    guard case .string(let string) = try parse(text).value else { throw Problem("string") }
    expectEqual(string, expected)
  }

  @Test(arguments: [
    #""\ud83d""#, #""\ude00""#, #""\ud83d\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\udc00\ud800""#,
    #""\ud83d\u0041""#,
  ])
  func halfAPairIsRefused(text: String) {
    expectEqual(
      problem(Array(text.utf8)), "line 1, column 2: expected a whole surrogate pair, found half of one")
  }

  @Test func refusesBytesThatAreNoUTF8() {
    expectEqual(problem([0x22, 0xC3, 0x28, 0x22]), "line 1, column 1: expected UTF-8 in a string, found other bytes")
    expectEqual(problem([0xFF]), "line 1, column 1: expected a value, found byte 255")
  }

  /// Numbers of a list are read together or one after another.
  @Test func listsOfNumbersKnowTheirNumbersAndPlaces() throws {
    let document = try JSONDocument(Array("[ 1 ,-2.5e1,\n 3e999\t, 0 ]".utf8))
    guard case .array(let list) = document.root.value else { throw Problem("list") }
    expectEqual(list.numbers, [1, -25, .infinity, 0])
    expectEqual(list.map { document.excerpt($0) }, ["1", "-2.5e1", "3e999", "0"])
    expectEqual((0..<list.count).map { document.excerpt(list[$0]) }, ["1", "-2.5e1", "3e999", "0"])
    expect(document.position(of: list[2].range.lowerBound) == (2, 2))
  }

  @Test(arguments: ["[1, null]", "[null, 1]", "[1, [2]]", "[1, \"a\"]", "[1, true]", "[1, {}]"])
  func aListOfOtherValuesIsNoListOfNumbers(text: String) throws {
    guard case .array(let list) = try parse(text).value else { throw Problem("list") }
    expect(list.numbers == nil && list.count == 2)
  }

  @Test func wordsForWhatIsNotFiniteAreReadWhereAllowed() throws {
    let text = "[1, NaN, -Infinity, inf]"
    let document = try JSONDocument(Array(text.utf8), readsNonFinite: true)
    guard case .array(let list) = document.root.value else { throw Problem("list") }
    let numbers = try list.map { element -> Double in
      guard case .number(let number) = element.value else { throw Problem("number") }
      return number
    }
    expect(numbers[0] == 1 && numbers[1].isNaN && numbers[2] == -.infinity && numbers[3] == .infinity)
  }

  /// Every place of a text of several blocks, beside a count from the beginning.
  @Test func linesAreCountedRightInEveryBlock() throws {
    let bytes = (0..<10_000).map { UInt8(ascii: $0 % 37 == 3 || $0 % 4096 == 0 ? "\n" : "x") }
    let lines = LineIndex(bytes)
    var expected = (line: 1, column: 1)
    for offset in 0...bytes.count {
      let position = lines.position(of: offset, in: bytes)
      guard position == expected else { throw Problem("\(offset): \(position), not \(expected)") }
      guard offset < bytes.count else { break }
      expected = bytes[offset] == 0x0A ? (expected.line + 1, 1) : (expected.line, expected.column + 1)
    }
    expect(LineIndex([]).position(of: 0, in: []) == (1, 1))
  }

  /// What a text takes in memory is the text, and 16 bytes for each value that somebody holds: lists and objects hold
  /// none of their values.
  @Test func aValueTakes16Bytes() {
    expectEqual(MemoryLayout<JSON>.stride, 16)
    expect(MemoryLayout<JSONArray>.size == 24 && MemoryLayout<JSONObject>.size == 24)
  }

  /// Beside the text, the keys of an object are in memory while it is read, for each at most 22 bytes: at most four
  /// times the text, whose shortest member has six bytes.
  @Test(arguments: [1, 5, 6, 7, 12, 13, 1000, 6144, 6145]) func keysTakeLittleMemory(count: Int) {
    var (table, bytes, places) = (KeyTable(), [UInt8](), [Int]())
    for number in 0..<count {
      bytes.append(UInt8(ascii: "{"))
      places.append(bytes.count)
      bytes += Array("\"\(number)\":0".utf8)
    }
    for (number, place) in places.enumerated() {
      let isNew = table.insert("\(number)", at: place, in: bytes)
      expect(isNew && table.count == number + 1)
      // At most 3/4 of the slots are taken, and more than 3/8 of them; a small table has 8.
      expect(table.size == 64 || (3 * table.size < 64 * table.count + 64 && 32 * table.count <= 3 * table.size))
    }
    expect(table.size <= max(64, 22 * count) && table.size <= max(64, 4 * bytes.count))
    for (number, place) in places.enumerated() {
      let isNew = table.insert("\(number)", at: place, in: bytes)
      expect(!isNew)
    }
    expectEqual(table.count, count)
  }

  /// A key is the same however it is written, and a table that has grown knows its first keys.
  @Test func aKeyOccursOnceHoweverItIsWritten() {
    func message(_ count: Int, _ last: String) -> String? {
      let members = (0..<count).map { "\"k\($0)\": \($0)" } + [last]
      return problem(Array("{\(members.joined(separator: ", "))}".utf8))
    }
    expectEqual(message(40, #""k\u0037": 0"#), "line 1, column 422: expected a key once, found \"k7\" again")
    expectEqual(message(3, #""k0": 0"#), "line 1, column 29: expected a key once, found \"k0\" again")
    expect(message(40, #""k40": 0"#) == nil && message(0, #""": 0"#) == nil)
    expectEqual(problem(Array(#"{"": 1, "": 2}"#.utf8)), "line 1, column 9: expected a key once, found \"\" again")
    // Objects have their own keys.
    expect(problem(Array(#"{"a": {"a": {"a": 1}}, "b": {"a": 2}}"#.utf8)) == nil)
  }

  /// Lists, objects, strings with brackets and escapes inside each other: what is behind them is found.
  @Test func elementsAndMembersAreFoundBehindAnyValue() throws {
    let text = #" [ {"a" : [ ] , "]": "}\"]\\" , "b,":{"c":[1 ,[2,{}],null]}},"\\",true,-1.5e+2 , [[],{}] ] "#
    let document = try JSONDocument(Array(text.utf8))
    guard case .array(let list) = document.root.value else { throw Problem("list") }
    expect(list.count == 5 && !list.isEmpty && list.numbers == nil)
    expectEqual(
      list.map { document.excerpt($0, limit: 100) },
      [
        #"{"a" : [ ] , "]": "}\"]\\" , "b,":{"c":[1 ,[2,{}],null]}}"#, #""\\""#, "true", "-1.5e+2", "[[],{}]",
      ])
    guard case .object(let members) = list[0].value else { throw Problem("object") }
    expectEqual(members.map(\.key), ["a", "]", "b,"])
    expectEqual(
      members.map { document.excerpt($0.value) }, ["[ ]", #""}\"]\\""#, #"{"c":[1 ,[2,{}],null]}"#])
    guard case .string(let quoted)? = list[0]["]"]?.value else { throw Problem("string") }
    expectEqual(quoted, #"}"]\"#)
    expectEqual(list[0]["b,"]?["c"].map { document.excerpt($0) }, "[1 ,[2,{}],null]")
    expect([list[0]["c"], list[1]["a"], list[4]["a"]].allSatisfy { $0 == nil })
    expect(list[2].isTrue && !list[1].isTrue && !list[2].isNull)
    expectEqual(list.map(\.kindName), ["an object", "a string", "a boolean", "a number", "a list of 2"])
  }

  @Test func anEmptyListHasNothing() throws {
    guard case .array(let list) = try parse("[ ]").value else { throw Problem("list") }
    expect(list.isEmpty && list.count == 0 && list.numbers == [] && list.map { $0.range }.isEmpty)
    guard case .object(let members) = try parse("{ }").value else { throw Problem("object") }
    expect(members.map(\.key).isEmpty)
  }

  /// Values of a text in which each takes as few bytes as it can.
  @Test(arguments: ["[],", "{},", "0,", "\"\",", "[[]],", "{\"\":0},"])
  func manySmallValuesAreCounted(element: String) throws {
    let text = "[" + String(repeating: element, count: 1000) + "null]"
    guard case .array(let list) = try parse(text).value else { throw Problem("list") }
    expect(list.count == 1001 && list[1000].isNull && list[1000].range.upperBound == text.utf8.count - 1)
  }

  @Test func anObjectHasABoundedNumberOfMembers() throws {
    let text = Array(#"[{"a": {"b": 0, "c": 1}, "d": 2}]"#.utf8)
    var reader = JSONReader(text, maximumDepth: 3, readsNonFinite: false, mostMembers: 2)
    try expectEqual(reader.document(), text.indices)
    var strict = JSONReader(text, maximumDepth: 3, readsNonFinite: false, mostMembers: 1)
    let error = #expect(throws: JSONError.self) { try strict.document() }
    expectEqual(error?.description, "line 1, column 17: expected at most 1 members in an object, found one more")
    expectEqual(JSONReader.mostMembers, 1_048_576)
  }

  @Test(arguments: ["-true", "-null", "-x", "-nan"]) func aSignBelongsToANumber(text: String) {
    expect(problem(Array(text.utf8)) != nil)
    let read = try? JSONDocument(Array(text.utf8), readsNonFinite: true)
    expect((read != nil) == (text == "-nan"))
  }

  @Test func refusesDeepNesting() {
    let deep = String(repeating: "[", count: 100_000)
    expectEqual(
      problem(Array(deep.utf8)), "line 1, column 65: expected at most 64 nested lists and objects, found one more")
  }

  @Test func readsWholeNumbersBeyondDoubleAsInfinity() throws {
    guard case .number(let number) = try parse("1e999").value else { throw Problem("number") }
    expectEqual(number, .infinity)
  }
}

/// What was found is not what is looked at.
private struct Problem: Error {
  let what: String
  init(_ what: String) { self.what = what }
}
