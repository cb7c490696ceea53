import Foundation
import Support
import Testing

@testable import Grading

/// What a check says about files that a student may write.
@Suite(.lane(.compilers)) struct VerdictTests {
  private static let cache = TemporaryFolder()

  private func exercise(_ id: String) throws -> Exercise {
    try #require(try Catalogue(root: repository).exercises.first { $0.id == id })
  }

  /// The verdict on the solution with a text replaced.
  private func verdict(_ id: String, _ text: String = "", with replacement: String = "", seconds: Int? = nil)
    async throws
    -> Verdict
  {
    let exercise = try exercise(id)
    let solution = exercise.solution.joined(separator: "\n") + "\n"
    expect(text.isEmpty || solution.contains(text), "\(id): \(text)")
    var checker = try await Proof.all.value.checker(cache: Self.cache.url)
    if let seconds { checker.seconds = seconds }
    return try await onOwnThread { [checker] in
      try withTemporaryFolder { folder in
        let file = folder.appending(path: exercise.fileName)
        try Data((text.isEmpty ? solution : solution.replacing(text, with: replacement)).utf8).write(to: file)
        return try checker.check(exercise, file: file)
      }
    }
  }

  /// A check compiles the solution and the mistakes of its exercise alone; the others see them among all.
  @Test func theReferenceOfAnExerciseIsThatAmongAll() async throws {
    let proof = try await Proof.all.value
    let exercise = try exercise("simple-rnn/2")
    let own = try await onOwnThread { try withTemporaryFolder { try Checker(cache: $0).reference(exercise) } }
    let place = try #require(proof.catalogue.exercises.firstIndex { $0.id == exercise.id })
    expectEqual(own.answers, proof.references[place].answers)
    expectEqual(own.variants.map { $0.map(\.name) }, proof.references[place].variants.map { $0.map(\.name) })
  }

  @Test func aSolutionPasses() async throws {
    let verdict = try await verdict("simple-rnn/2")
    expectEqual(verdict, Verdict(.passes))
  }

  @Test func theDeliveredFileIsNotBegun() throws {
    let exercise = try exercise("simple-rnn/2")
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "a.swift")
      try Data(exercise.studentFile.utf8).write(to: file)
      try expectEqual(Checker(cache: folder).check(exercise, file: file).state, .notBegun)
    }
  }

  @Test func aFileThatDoesNotCompileShowsItsFirstErrorAndAdvice() async throws {
    let verdict = try await verdict("simple-rnn/2", "times(h, W_h)", with: "times(state, W_h)")
    expectEqual(verdict.state, .fails)
    expectEqual(verdict.fault, "the file does not compile")
    expect(verdict.details[0].contains("2-one-step.swift:"))
    expect(verdict.details[0].contains("cannot find 'state' in scope"))
    expect(verdict.details[1].contains("spelling"))
  }

  @Test func aChangedHeadIsNamed() async throws {
    let verdict = try await verdict("simple-rnn/2", "func step(x:", with: "func step(input x:")
    expectEqual(verdict.fault?.contains("cannot call the function"), true, "\(verdict)")
  }

  @Test func aTrapIsAVerdict() async throws {
    let verdict = try await verdict("simple-rnn/2", "fromInput[$0]", with: "fromInput[$0 + 1]")
    expectEqual(verdict.fault, "the program stopped with a run-time error")
    expect(verdict.details[0].contains("Index out of range in case 1 of 3"), "\(verdict)")
  }

  @Test func aLoopWithoutEndIsStopped() async throws {
    let verdict = try await verdict(
      "simple-rnn/2", "let fromInput", with: "while b.count > 0 {}; let fromInput", seconds: 1)
    expectEqual(verdict.fault, "the program does not end", "\(verdict)")
  }

  @Test func printingDoesNotDisturbTheAnswers() async throws {
    let verdict = try await verdict("simple-rnn/2", "let fromInput", with: "print(\"h [3] 1 2 3\"); let fromInput")
    expectEqual(verdict.state, .passes)
    expectEqual(verdict.details, ["Your program printed \"h [3] 1 2 3 h [3] 1 2 3 h [3] 1 2 3\"."])
  }

  @Test func endingTheProgramIsNoWayToPass() async throws {
    let verdict = try await verdict("simple-rnn/2", "let fromInput", with: "exit(0); let fromInput")
    expectEqual(verdict.fault, "the program ended before it had answered", "\(verdict)")
  }

  @Test func aWrongShapeIsSaid() async throws {
    let verdict = try await verdict("simple-rnn/3", "return hs", with: "return hs.map { Array($0.dropLast()) }")
    expectEqual(
      verdict.details[0], "First difference: case 1, hs: expected the shape [4, 3], received the shape [4, 2].")
  }

  @Test func twoMistakesAtOnceAreBothNamed() async throws {
    let verdict = try await verdict(
      "simple-rnn/2", "tanh(fromInput[$0] + fromState[$0] + b[$0])", with: "0.0 + fromInput[$0] + b[$0]")
    expectEqual(
      verdict.fault, "two at once. First, tanh is forgotten. Second, the old state is ignored", "\(verdict)")
  }

  @Test func aMistakeOfNoCatalogueShowsItsFirstNumber() async throws {
    let verdict = try await verdict("simple-rnn/2", "b[$0])", with: "b[$0] + 0.125)")
    expect(verdict.fault == nil)
    expect(verdict.details[0].hasPrefix("First difference: case 1, h, unit 0: expected "), "\(verdict)")
    expectEqual(verdict.details[1], "h is h_t = tanh(x_t W_x + h_{t−1} W_h + b).")
  }

  @Test func aPredictionDoesNotGiveTheAnswerAway() async throws {
    let verdict = try await verdict("lstm/1", "let added: Double? = 0.5", with: "let added: Double? = 0.7")
    expectEqual(verdict.state, .fails)
    expectEqual(verdict.details[0], "First difference: added: expected another number, received 0.7.")
  }

  @Test func aProgramInAnotherLanguageIsCheckedToo() async throws {
    let exercise = try exercise("simple-rnn/1")
    let checker = try await Proof.all.value.checker(cache: Self.cache.url)
    func verdict(_ script: String) async throws -> Verdict {
      try await onOwnThread { try checker.check(exercise, implementation: script) }
    }
    let right = #"printf 'W_x [2] 4 7\nW_h [2] 7 7\nweights [] 84\n\n'"#
    try await expectEqual(verdict(right).state, .passes)
    try await expectEqual(verdict(right.replacing("84", with: "77")).fault, "the biases are not counted")
    try await expectEqual(verdict("echo hello").fault, "the program does not keep to the protocol")
  }
}
