import Foundation
import StrictJSON
import Support
import Tensors
import Testing

@testable import PrintedNumbers

@Suite struct LessonNumbersTests {
  private func numbers(_ text: String) throws -> LessonNumbers {
    try withTemporaryFolder { folder in
      try Data(text.utf8).write(to: folder.appending(path: "one.json"))
      return try #require(try LessonNumbers.load("one", folder: folder.path))
    }
  }

  @Test func valuesAreFoundByTheirPlace() throws {
    let file = try numbers(
      #"{"tolerance": {"rel": 1e-8}, "cases": [{"name": "a", "x": [1, [2, 3]], "isOn": true}, {"name": "b", "x": 7, "t": {"shape": [2, 2], "data": [1, 2, 3, 4]}}]}"#
    )
    try expectEqual(file["cases"].named("a")["x"].numbers(), [1, 2, 3])
    try expect(file["cases"].named("a")["isOn"].flag() && file["cases"].list()[1]["x"].number() == 7)
    let names = try file["cases"].list().map { try $0["name"].text() }
    expectEqual(names, ["a", "b"])
    try expectEqual(file["cases"].named("b")["t"].tensor(), Tensor([[1, 2], [3, 4]]))
    try expectEqual(file["cases"].named("b").keys(), ["name", "x", "t"])
    let bound = try file.tolerance()
    expect(bound.absolute == 0 && bound.relative == 1e-8)
  }

  @Test func whatIsMissingIsNamedWithItsPlace() throws {
    let file = try numbers(#"{"cases": [{"name": "a", "t": {"shape": [3], "data": [1, 2]}}]}"#)
    func message(_ read: () throws -> some Any) -> String {
      do { return "no error: \(try read())" } catch { return "\(error)" }
    }
    expect(message { try file["cases"].named("c")["x"].number() }.contains("\"c\""))
    expect(message { try file["cases"].named("a")["x"].number() }.contains("expected the key \"x\""))
    expect(message { try file["cases"].named("a")["t"].tensor() }.contains("3 numbers"))
    expect(message { try file["cases"].number() }.contains("one.json"))
    try withTemporaryFolder { folder in
      let absent = try LessonNumbers.load("none", folder: folder.path + "/none")
      expect(absent == nil)
      #expect(throws: CaseErrors.self) { try LessonNumbers.load("none", folder: folder.path) }
    }
  }
}
