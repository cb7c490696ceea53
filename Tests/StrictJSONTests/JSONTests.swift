import Foundation
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
    #expect(members.map(\.key) == ["b", "a"])
    guard case .string("tab\t é 😀 \\")? = root["a"]?.value else { throw Problem("string") }
    guard case .array(let list)? = root["b"]?.value, case .number(let number) = list[1].value else {
      throw Problem("list")
    }
    #expect(number == -0.0025)
    #expect(list.count == 4)
  }

  @Test func knowsWhereValuesStand() throws {
    let document = try JSONDocument(Array("{\n  \"a\": [1,\n   22]}".utf8))
    guard case .array(let list)? = document.root["a"]?.value else { throw Problem("list") }
    let position = document.position(of: list[1].range.lowerBound)
    #expect(position.line == 3 && position.column == 4)
    #expect(document.excerpt(list[1]) == "22")
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
    (#"["\ud800"]"#, "line 1, column 3: expected a whole surrogate pair"),
    (#"["\q"]"#, "line 1, column 3: expected one of \" \\ / b f n r t u after \\"),
    ("[\"a", "line 1, column 4: expected \" at the end of the string, found the end of the text"),
  ])
  func refusesWhatIsNotJSON(text: String, message: String) {
    #expect(problem(Array(text.utf8)) == message)
  }

  @Test func refusesBytesThatAreNoUTF8() {
    #expect(problem([0x22, 0xC3, 0x28, 0x22]) == "line 1, column 1: expected UTF-8 in a string, found other bytes")
    #expect(problem([0xFF]) == "line 1, column 1: expected a value, found byte 255")
  }

  @Test func refusesDeepNesting() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(problem(Array(deep.utf8)) == "line 1, column 65: expected at most 64 nested lists and objects")
  }

  @Test func readsWholeNumbersBeyondDoubleAsInfinity() throws {
    guard case .number(let number) = try parse("1e999").value else { throw Problem("number") }
    #expect(number == .infinity)
  }
}

/// What was found is not what is looked at.
private struct Problem: Error {
  let what: String
  init(_ what: String) { self.what = what }
}
