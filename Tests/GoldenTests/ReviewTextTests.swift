import Foundation
import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// The texts of a review, whole, and the keys of a case's source.
@Suite struct ReviewTextTests {
  /// A file with the small case, beside it one with other outputs.
  private func item(_ old: String, outputs: String) throws -> Pending.Item {
    let new = try #require(changed(old, #""data": [0.5, 0.25]}, "h""#, #""data": [\#(outputs)]}, "h""#))
    return try withTemporaryFolder { folder in
      let file = folder.appending(path: "a.json").path
      try Data(fileText(old).utf8).write(to: URL(filePath: file))
      try Data(fileText(new).utf8).write(to: URL(filePath: file + ".new"))
      let pending = try Pending(file)
      try #require(pending.items.count == 1)
      return pending.items[0]
    }
  }

  private func source(_ text: String, kind: String = "documented") throws -> String {
    let own = try #require(changed(smallCase, #""kind": "documented""#, #""kind": "\#(kind)""#))
    return try #require(changed(own, #"{"title": "a book", "file": "p. 12"}"#, text))
  }

  @Test func oldStandsBesideNewTheLargestDifferenceFirst() throws {
    let item = try item(
      try source(#"{"title": "a book", "file": "p. 12", "line": "7"}"#), outputs: "0.5625, 0.5")
    expectEqual(
      item.text(),
      """
      small  (documented, float32, keras lstm)
        outputs [1, 2, 1]: 2 of 2 numbers differ, largest difference first
                                     old     new  absolute  relative      ulp
          sample 0, step 1, unit 0  0.25     0.5   2.5e-01         1  8.4e+06
          sample 0, step 0, unit 0   0.5  0.5625   6.2e-02   1.2e-01  1.0e+06
        cannot be accepted: expected a derived case, received a documented one: its numbers are printed in \
      a book, p. 12, line 7, correct the file by hand
      """)
    expectEqual(
      item.text(limit: 1).split(separator: "\n").dropFirst(3).map(String.init).prefix(2),
      [
        "    sample 0, step 1, unit 0  0.25  0.5   2.5e-01         1  8.4e+06", "    … and 1 more",
      ])
  }

  @Test func numbersThatAreWrittenOtherwiseAreTheSame() throws {
    let item = try item(smallCase, outputs: "0.50, 0.25")
    expectEqual(
      item.text(),
      """
      small  (documented, float32, keras lstm)
        the same numbers, written otherwise
        cannot be accepted: expected a derived case, received a documented one: its numbers are printed in \
      a book, p. 12, correct the file by hand
      """)
  }

  /// The script of a reference case is named; without one, what its source names.
  @Test(arguments: [
    ("gen/gen_keras.py: by hand", "golden/generate/gen_keras.py makes its numbers"),
    ("by hand", "the framework that its source names makes its numbers"),
  ])
  func aReferenceCaseIsMadeElsewhere(how: String, words: String) throws {
    let old = try source(#"{"framework": "keras", "version": "3", "how": "\#(how)"}"#, kind: "reference")
    let item = try item(old, outputs: "0.5, 0.5")
    expectEqual(
      item.refusal, "expected a derived case, received a reference one: \(words), run that again")
  }

  // MARK: Sources

  private func message(_ text: String, kind: String) throws -> String {
    let file = fileText(try source(text, kind: kind))
    do throws(CaseErrors) {
      _ = try read(file)
      return "none"
    } catch { return error.description }
  }

  static let sources: [(kind: String, text: String, message: String)] = [
    (
      "documented", #"{"title": "a", "file": "b", "page": 3}"#,
      "source.page: expected one of the keys framework, version, how, title, file, line, found the unknown key \"page\""
    ),
    ("documented", #"{"file": "b"}"#, "source: expected the key \"title\", found none"),
    ("documented", #"{"title": "a"}"#, "source: expected the key \"file\", found none"),
    ("documented", #"{"title": "a", "file": "b", "line": 3}"#, "source.line: expected a string, found 3"),
    ("reference", #"{"version": "3", "how": "c"}"#, "source: expected the key \"framework\", found none"),
    ("reference", #"{"framework": "keras", "how": "c"}"#, "source: expected the key \"version\", found none"),
    ("reference", #"{"framework": "keras", "version": "3"}"#, "source: expected the key \"how\", found none"),
    ("derived", #"{"title": "a", "file": "b"}"#, "source: expected the key \"how\", found none"),
    ("derived", #"{"how": 1}"#, "source.how: expected a string, found 1"),
    ("derived", #"{"how": "c", "framework": 1}"#, "source.framework: expected a string, found 1"),
  ]

  @Test(arguments: sources.indices) func aSourceIsHeldToItsKind(row: Int) throws {
    let (kind, text, expected) = Self.sources[row]
    let own = try message(text, kind: kind)
    expect(own.hasSuffix("case \"small\": cases[0].\(expected)"), "\(own)")
  }

  @Test func aSourceIsReadWhole() throws {
    let text = #"{"framework": "f", "version": "v", "how": "h", "title": "t", "file": "i", "line": "l"}"#
    let own = try read(fileText(try source(text))).cases[0].source
    expectEqual([own.framework, own.version, own.how, own.title, own.file, own.line], ["f", "v", "h", "t", "i", "l"])
  }

  // MARK: Text of numbers

  @Test func listsBreakAfterTheirWidth() {
    expectEqual(GoldenText.list(["1", "2"], width: 2, pad: ""), "[1, 2]")
    expectEqual(GoldenText.list(["1", "2", "3"], width: 2, pad: "  "), "[\n    1, 2,\n    3\n  ]")
    expectEqual(GoldenText.list([], width: 0, pad: ""), "[]")
    let wide = String(repeating: "1", count: 98)
    expectEqual(GoldenText.list([wide + "1"], width: 1, pad: ""), "[\(wide)1]")
    expectEqual(GoldenText.list([wide + "12"], width: 1, pad: ""), "[\n  \(wide)12\n]")
  }

  @Test func tensorsStandUnderTheirNames() {
    let one = NumericTensor(shape: [1], values: [0.5])
    let entries: [TensorTable.Entry] = [
      .init(name: "outputs", tensor: one), .init(name: "gates.i", tensor: one), .init(name: "states[0]", tensor: one),
      .init(name: "gates.f", tensor: one), .init(name: "states[1]", tensor: one),
    ]
    let text = "{\"shape\": [1], \"data\": [0.5]}"
    expectEqual(
      GoldenText.object(entries, .float64, pad: ""),
      """
      {
        "outputs": \(text),
        "gates": {
          "i": \(text),
          "f": \(text)
        },
        "states": [
          \(text),
          \(text)
        ]
      }
      """)
  }

  @Test func splicesKeepWhatIsBetween() {
    var splices = Splices()
    expect(splices.isEmpty && splices.applied(to: Array("abc".utf8)) == Array("abc".utf8))
    splices.replace(4..<5, with: "")
    splices.replace(1..<3, with: "XYZ")
    expectEqual(splices.applied(to: Array("abcdef".utf8)), Array("aXYZdf".utf8))
  }
}
