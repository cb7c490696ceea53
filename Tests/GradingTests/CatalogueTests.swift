import Foundation
import Support
import Testing

@testable import Grading

@Suite struct CatalogueTests {
  @Test func everyChapterHasThreeExercisesAndEveryKindIsUsed() throws {
    let catalogue = try Catalogue(root: repository)
    for chapter in Catalogue.order {
      let numbers = catalogue.exercises.filter { $0.chapter == chapter }.map(\.number)
      expect(numbers.count >= 3, "\(chapter)")
      expectEqual(numbers, Array(1...numbers.count), "\(chapter): \(numbers)")
    }
    for kind in Exercise.Kind.allCases { expect(catalogue.exercises.contains { $0.kind == kind }, "\(kind)") }
  }

  @Test func filesInTheChaptersAreThoseOfTheMasters() throws {
    let catalogue = try Catalogue(root: repository)
    let files = catalogue.exercises.map { ("chapters/\($0.chapter)/exercises/\($0.fileName)", $0.studentFile) }
    for (path, text) in catalogue.pages + files {
      let written = try? String(contentsOf: repository.appending(path: path), encoding: .utf8)
      expectEqual(written, text, "\(path): run `swift run exercises --make`")
    }
  }

  @Test func aStudentsFileHasTheTaskAndNeitherSolutionNorMarks() throws {
    for exercise in try Catalogue(root: repository).exercises {
      let text = exercise.studentFile
      expect(text.contains("swift run exercises \(exercise.id)"))
      expect(!text.contains("//:") && !text.contains("// SOLUTION") && !text.contains("// CHECK"))
      expect(text.contains(exercise.task[0]))
      expect(exercise.starter != exercise.solution)
      expect(text.split(separator: "\n").allSatisfy { $0.count <= 120 }, "\(exercise.id)")
    }
  }

  /// Nothing exchanged can pass: within a case no two drawn numbers are equal.
  @Test func drawnNumbersArePairwiseDistinct() throws {
    let values = try #require(CaseShape("a [7]; b [5, 3] in -0.1 0.1; k = 4; bits = [3] 0 1 1")).values(seed: 5)
    var drawn: [Double] = []
    for (name, value) in values where name == "a" || name == "b" {
      if case .numbers(let numbers, _) = value { drawn += numbers }
    }
    expect(drawn.count == 22 && Set(drawn).count == 22)
    expectEqual(values[2].value, .numbers([4], shape: []))
    expectEqual(values[3].value, .numbers([0, 1, 1], shape: [3]))
  }

  @Test func aMasterThatIsNotRightIsNamedWithItsLine() {
    let wrong: [(String, String)] = [
      ("//: kind riddle", "1-a.swift:1: expected a kind, found \"riddle\""),
      ("//: title A\n//: colour blue", "1-a.swift:2: expected a directive, found \"colour\""),
      ("//: - let a = 1", "1-a.swift:1: expected a fault before its lines, found \"let a = 1\""),
      ("//: case x two", "1-a.swift:1: expected inputs as x [2]; k = 3, found \"x two\""),
      ("//: minutes ten", "1-a.swift:1: expected a whole number, found \"ten\""),
      ("//: title A", "1-a.swift: expected a goal, found none"),
    ]
    for (text, message) in wrong {
      let error = #expect(throws: GradingError.self) {
        try Master.read(text, path: "1-a.swift", chapter: "lstm")
      }
      expectEqual(error?.description, message)
    }
  }

  @Test func aWordThatNamesNoExerciseListsThoseThatThereAre() throws {
    let catalogue = try Catalogue(root: repository)
    let error = #expect(throws: GradingError.self) { try catalogue.exercises(named: "gru/99") }
    expectEqual(error?.description.contains("gru/1, gru/2"), true, "\(error?.description ?? "")")
    #expect(throws: GradingError.self) { try catalogue.exercises(named: "transformer") }
  }
}
