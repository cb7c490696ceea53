import Foundation
import Support
import Testing

@testable import Grading

/// All exercises: the solution, every typical mistake and the delivered file, compiled as one program.
struct Proof: Sendable {
  let catalogue: Catalogue
  /// By exercise: the answers of the solution and of each mistake, and those of the delivered file.
  let references: [Reference]
  let starters: [[CaseAnswers]]

  /// On a thread of its own: tests that wait for a compiler would keep others from computing.
  static let all = Task { try await onOwnThread { try Proof() } }

  private init() throws {
    catalogue = try Catalogue(root: repository)
    var programs: [(exercise: Exercise, lines: [String])] = []
    for exercise in catalogue.exercises {
      for faults in [[]] + exercise.faults.map({ [$0] }) { programs.append((exercise, try exercise.applying(faults))) }
      programs.append((exercise, exercise.starter))
    }
    // Where the program keeps its own answers: the same text is not compiled a second time.
    let cache = repository.appending(path: ".build/exercises")
    let answers = try Checker(cache: cache).answers(of: programs)
    var rest = answers[...]
    var references: [Reference] = []
    var starters: [[CaseAnswers]] = []
    for exercise in catalogue.exercises {
      let variants = [[]] + exercise.faults.map { [$0] }
      references.append(Reference(variants: variants, answers: Array(rest.prefix(variants.count))))
      rest = rest.dropFirst(variants.count)
      if let starter = rest.popFirst() { starters.append(starter) }
    }
    (self.references, self.starters) = (references, starters)
  }

  /// A checker that compiles students' files alone.
  func checker(cache: URL) throws -> Checker {
    var checker = try Checker(cache: cache)
    for (exercise, reference) in zip(catalogue.exercises, references) { checker.known[exercise.id] = reference }
    return checker
  }

  func inputs(_ exercise: Exercise) throws -> [CaseAnswers] { try CaseAnswers.read(exercise.casesText) }
}

@Suite(.lane(.compilers)) struct ProofTests {
  @Test func everySolutionAnswersEveryCaseWithNumbersOrWords() async throws {
    let proof = try await Proof.all.value
    for (exercise, reference) in zip(proof.catalogue.exercises, proof.references) {
      expectEqual(reference.solution.count, exercise.cases.count)
      for answers in reference.solution {
        expectEqual(answers.values.map(\.name), exercise.answers.map(\.name), "\(exercise.id)")
        for (name, value) in answers.values {
          guard case .numbers(let numbers, let shape) = value else {
            if case .word = value { continue }
            Issue.record("\(exercise.id), \(name): expected numbers or a word, found \(value)")
            continue
          }
          expect(numbers.allSatisfy { $0.isFinite }, "\(exercise.id), \(name)")
          let axes = exercise.answers.first { $0.name == name }?.axes.count
          expectEqual(axes, shape.count, "\(exercise.id), \(name): axes")
        }
      }
    }
  }

  @Test func everyMistakeFailsAndIsNamed() async throws {
    let proof = try await Proof.all.value
    for (exercise, reference) in zip(proof.catalogue.exercises, proof.references) {
      let inputs = try proof.inputs(exercise)
      for (faults, answers) in zip(reference.variants, reference.answers).dropFirst() {
        let fault = faults[0]
        expect(exercise.firstDifference(answers, reference.solution) != nil, "\(exercise.id): \(fault.name) passes")
        let name = exercise.name(of: answers, reference, inputs: inputs)
        let expected = fault.isDelivered ? "the mistake of the delivered program is still in it" : fault.name
        expectEqual(name, expected, "\(exercise.id)")
      }
    }
  }

  @Test func everyDeliveredFileCompilesAndFailsWithAPlace() async throws {
    let proof = try await Proof.all.value
    for (index, exercise) in proof.catalogue.exercises.enumerated() {
      let difference = exercise.firstDifference(proof.starters[index], proof.references[index].solution)
      expect(difference != nil, "\(exercise.id): the delivered file passes")
      expectEqual(difference?.contains("expected"), true, "\(exercise.id): \(difference ?? "")")
    }
  }

  /// The numbers are compared to 1e-9; a mistake that changes less would pass on another machine.
  @Test func everyMistakeChangesANumberByMoreThanRounding() async throws {
    let proof = try await Proof.all.value
    for (exercise, reference) in zip(proof.catalogue.exercises, proof.references) {
      for (faults, answers) in zip(reference.variants, reference.answers).dropFirst() {
        let largest = zip(answers, reference.solution).map { largestDifference($0, $1) }.max() ?? 0
        expect(largest > 1e-6, "\(exercise.id): \(faults[0].name)")
      }
    }
  }

  /// Infinite where a shape or a word differs.
  private func largestDifference(_ a: CaseAnswers, _ b: CaseAnswers) -> Double {
    zip(a.values, b.values).map { x, y in
      guard case .numbers(let p, let shape) = x.value, case .numbers(let q, shape) = y.value else {
        return x.value == y.value ? 0 : .infinity
      }
      return zip(p, q).map { $0.isFinite ? abs($0 - $1) : .infinity }.max() ?? 0
    }.max() ?? 0
  }
}
