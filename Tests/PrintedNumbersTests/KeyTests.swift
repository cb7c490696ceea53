import Foundation
import StrictJSON
import Support
import Testing

@testable import PrintedNumbers

/// Each object of a file of documented numbers has its keys and no others.
@Suite struct KeyTests {
  private static let text = #"""
    {"schema": "documented-numbers/1", "title": "t", "chapter": "c", "numbers": [
      {"id": "D01", "source": {"document": "d", "file": "f", "part": "p", "line": "1"}, "what": "w",
       "class": "documented", "printed": "0.80", "values": [{"name": "a", "shape": [1], "digits": ["0.80"]}],
       "tolerance": {"abs": "0.1", "reason": "r"}, "recompute": "x", "verified": "y"}],
     "inconsistencies": [{"id": "I01", "source": {"document": "e", "file": "g", "line": "2"}, "says": "s",
       "problem": "q", "correct": "k"}]}
    """#

  private func message(_ old: String, _ new: String) throws -> String {
    let parts = Self.text.components(separatedBy: old)
    try #require(parts.count == 2, "\(old)")
    do throws(CaseErrors) {
      _ = try DocumentedNumbers.read(Array(parts.joined(separator: new).utf8), file: "a.json")
      return "none"
    } catch { return error.description }
  }

  @Test func theWholeIsRead() throws {
    let file = try DocumentedNumbers.read(Array(Self.text.utf8), file: "a.json")
    let number = file.numbers[0]
    expect(file.title == "t" && file.chapter == "c" && file.file == "a.json" && number.id == "D01")
    expect(number.source.description == "d, p, f, line 1" && number.what == "w" && number.printed == "0.80")
    expect(number.recompute == "x" && number.verified == "y" && number["a"]?.shape == [1] && number["b"] == nil)
    expectEqual(number["a"]?.tolerance, PrintedTensor.Tolerance(absolute: 0.1, reason: "r"))
    let slip = file.inconsistencies[0]
    expect(slip.id == "I01" && slip.source.description == "e, g, line 2")
    expectEqual([slip.says, slip.problem, slip.correct], ["s", "q", "k"])
  }

  /// The text at whose beginning a key is put, the place of its value, what else is named before the keys.
  static let objects: [(old: String, path: String, keys: String)] = [
    (#"{"schema""#, "page", "schema, title, chapter, numbers, inconsistencies"),
    (
      #"{"id": "D01""#, "numbers[0].page",
      "id, source, what, class, printed, values, tolerance, recompute, verified"
    ),
    (#"{"document": "d""#, "numbers[0].source.page", "document, file, part, line"),
    (#"{"name": "a""#, "numbers[0].values[0].page", "name, shape, digits"),
    (#"{"abs""#, "numbers[0].tolerance.page", "abs, reason"),
    (#"{"id": "I01""#, "inconsistencies[0].page", "id, source, says, problem, correct"),
    (#"{"document": "e""#, "inconsistencies[0].source.page", "document, file, part, line"),
  ]

  @Test(arguments: objects.indices) func anUnknownKeyIsRefusedWithTheKnownOnes(row: Int) throws {
    let (old, path, keys) = Self.objects[row]
    let text = try message(old, "{\"page\": 3, " + old.dropFirst())
    expect(text.hasSuffix("\(path): expected one of the keys \(keys), found the unknown key \"page\""), "\(text)")
    expect(text.hasPrefix("a.json:"))
  }

  /// A key that is left out, and the place that lacks it.
  static let required: [(old: String, place: String, key: String)] = [
    (#""id": "D01", "#, "numbers[0]", "id"), (#""document": "d", "#, "numbers[0].source", "document"),
    (#""file": "f", "#, "numbers[0].source", "file"), (#", "line": "1""#, "numbers[0].source", "line"),
    (#""printed": "0.80", "#, "numbers[0]", "printed"), (#""class": "documented", "#, "numbers[0]", "class"),
    (#""name": "a", "#, "numbers[0].values[0]", "name"), (#""shape": [1], "#, "numbers[0].values[0]", "shape"),
    (#", "digits": ["0.80"]"#, "numbers[0].values[0]", "digits"), (#""abs": "0.1", "#, "numbers[0].tolerance", "abs"),
    (#", "reason": "r""#, "numbers[0].tolerance", "reason"), (#""id": "I01", "#, "inconsistencies[0]", "id"),
    (#", "says": "s""#, "inconsistencies[0]", "says"), (#""problem": "q", "#, "inconsistencies[0]", "problem"),
    (#", "correct": "k""#, "inconsistencies[0]", "correct"),
  ]

  @Test(arguments: required.indices) func aKeyThatIsLeftOutIsNamed(row: Int) throws {
    let (old, place, key) = Self.required[row]
    let text = try message(old, "")
    expect(text.hasSuffix("\(place): expected the key \"\(key)\", found none"), "\(text)")
  }

  @Test(arguments: [
    #", "part": "p""#, #", "recompute": "x""#, #", "verified": "y""#,
    #", "tolerance": {"abs": "0.1", "reason": "r"}"#,
  ])
  func theseKeysMayBeLeftOut(old: String) throws {
    let text = Self.text.replacing("\n", with: " ").replacing(#/ +/#, with: " ")
    let parts = text.components(separatedBy: old)
    try #require(parts.count == 2)
    #expect(throws: Never.self) {
      try DocumentedNumbers.read(Array(parts.joined().utf8), file: "a.json")
    }
  }
}
