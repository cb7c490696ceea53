import Foundation
import Support
import Testing

@testable import GoldenConformance

/// How many mistakes made on purpose, and how many faults of real engines, the diagnosis calls by their names.
@Suite(.lane(.searches)) struct SeededMistakesTests {
  /// Named right: a finding holds the fault, alone or as one of the alternatives. Named wrong: a finding does not.
  @Test(arguments: [CaseScalar.float64, .float32])
  func seededMistakesAreNamedRight(scalar: CaseScalar) throws {
    let cases = try ReferenceTests.suite.get().cases
    var (unnamed, misnamed) = ([String](), [String]())
    for seed in Seed.all {
      let run = try seed.run(cases, scalar: scalar)
      let found = run.diagnoses.map { $0.suspects.map { $0.map(\.name) } }
      expect(run.answers.contains { $0.hasWrongNumbers }, "\(seed.name) is noticed")
      if !found.contains(where: { $0.contains([seed.name]) }) { unnamed.append(seed.name) }
      for finding in found where !finding.contains(where: { $0.contains(seed.name) }) {
        misnamed.append("\(seed.name) as \(finding)")
      }
    }
    expect(Seed.all.count >= 45)
    expect(misnamed.isEmpty, "\(misnamed)")
    expect(unnamed.isEmpty, "\(unnamed) of \(Seed.all.count)")
  }

  /// Recorded answers of real engines, and of right implementations with one mistake: no package is needed.
  @Test(arguments: [
    ("onnx_reference", 11, ["maskIgnored", "activationsIgnored", "inputForgetIgnored", "clipIgnored"]),
    ("openvino", 9, ["peepholesIgnored", "inputForgetIgnored", "backwardUsesForwardActivations"]),
    ("exchanged_biases", 4, ["biasesExchanged"]),
    ("input_bias_twice", 6, ["inputBiasDoubled", "inputBiasInBoth"]),
  ])
  func recordedAnswersHaveTheirTrueFaults(file: String, wrong: Int, faults: [String]) throws {
    let url = repository.appending(path: "golden/answers/\(file).jsonl")
    let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
    let cases = try ReferenceTests.suite.get().cases
    let run = ExternalRun(
      answers: try lines.map { line in
        let document = try JSONDocument(Array(line.utf8))
        guard case .string(let name)? = document.root["name"]?.value,
          let golden = cases.first(where: { $0.name == name })
        else { throw Problem("a line of \(file) answers no case") }
        return try ExternalRun.Answer(golden, line: Array(line.utf8))
      })
    let search = DiagnosisSearch(run)
    expect(search.wrong.count == wrong && search.unexplained.isEmpty)
    for diagnosis in search.diagnoses {
      // One of the alternatives is made of the true faults alone.
      expect(diagnosis.suspects.contains { $0.allSatisfy { faults.contains($0.name) } }, "\(diagnosis.text)")
    }
  }

  @Test func aProgramSaysItsPrecision() throws {
    let cases = try ReferenceTests.suite.get().cases.filter { $0.layout == .pytorch && $0.work < 3000 }
    func run(_ scalar: String?, _ change: (NumericTensor) -> NumericTensor = { $0 }) throws -> ExternalRun {
      ExternalRun(
        answers: try cases.map { golden in
          let results = try LayersImplementation(scalar: .float32).run(golden)
          let named = results.entries.map { (key: $0.name, value: change($0.tensor).json) }
          var members: [(key: String, value: JSONValue)] = [
            ("name", .string(golden.name)), ("results", .object(named)), ("no_steps", true),
          ]
          if let scalar { members.append(("dtype", .string(scalar))) }
          return try ExternalRun.Answer(golden, line: Array(JSONValue.object(members).text().utf8))
        })
    }
    try expect(run("float32").allAgree)
    let silent = try run(nil)
    expect(!silent.allAgree && silent.diagnoses.isEmpty)
    expect(silent.summary.contains("right to single precision: a program that computes in it says so"))
    // A thousandth is no rounding of single precision, and one of bfloat16.
    try expectEqual(run("float32", { $0.scaled(1.001) }).agreeing, 0)
    try expect(run("bfloat16", { $0.scaled(1.001) }).allAgree)
    #expect(throws: (any Error).self) { try run("float8") }
  }

  @Test func anErrorIsAFailureAndNoEnd() throws {
    let golden = try #require(try ReferenceTests.suite.get().cases.first)
    let line = #"{"name": "\#(golden.name)", "error": "ValueError: no such thing"}"#
    let run = ExternalRun(answers: [try ExternalRun.Answer(golden, line: Array(line.utf8))])
    expect(!run.allAgree && run.skipped == 0)
    expect(run.summary.contains("failed 1: ValueError: no such thing"))
  }

  @Test func theExceptionOfAPythonProgramIsShownAndNotAWarningAfterIt() {
    let errors = """
      Traceback (most recent call last):
        File "a.py", line 3, in <module>
          run()
      ValueError: sizes differ
      [W] the engine was not closed
      """
    expectEqual(lastWords(errors), "ValueError: sizes differ")
    expectEqual(lastWords("one\ntwo\n"), "two")
    expectEqual(
      lastWords("thread 'main' panicked at src/main.rs:3:5:\nindex out of bounds\nnote: run with RUST_BACKTRACE=1"),
      "thread 'main' panicked at src/main.rs:3:5: index out of bounds")
    expect(lastWords("") == nil)
  }

  /// Cases above the limit of the search are cut to a sample and compared too.
  @Test func largeCasesAreDiagnosed() throws {
    let large = try ReferenceTests.suite.get().cases.filter { $0.name == "keras_gru_after_28x28_f32" }
    let answers = try large.map { golden in
      var changed = golden
      changed.changeWeights { _, tensor in tensor.columnBlocks([1, 0, 2], of: 3) }
      let results = try LayersImplementation().run(changed)
      let kept = results.entries.filter { !$0.name.hasPrefix("gradients.") }
      let line = JSONValue.object([
        ("name", .string(golden.name)), ("results", .object(kept.map { (key: $0.name, value: $0.tensor.json) })),
        ("forward_only", true),
      ]).text()
      return try ExternalRun.Answer(golden, line: Array(line.utf8))
    }
    let names = ExternalRun(answers: answers).diagnoses.map { $0.suspects.map { $0.map(\.name) } }
    expectEqual(names, [[["gru-order-rzg"]]])
  }

  /// A training in a layout that is not trained is neither right nor wrong.
  @Test func aTrainingInAnotherLayoutIsNotSupported() throws {
    var golden = try #require(try read(fileText(smallTraining)).cases.first)
    golden.model = try #require(try ReferenceTests.suite.get().cases.first { $0.layout == .pytorch }).model
    golden.layout = .pytorch
    expect(Outcome(golden, by: LayersImplementation()).isUnsupported)
    try expect(MutantTable([golden]).rows.allSatisfy { $0.applicable.isEmpty })
  }
}
