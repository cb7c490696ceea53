import Foundation
import Layers
import Support
import Testing

@testable import GoldenConformance

/// Wrong implementations that are not of the catalogue: these layers, given a case with other weights, inputs or
/// options, or their numbers changed afterwards.
@Suite(.lane(.searches)) struct DiagnosisTests {
  /// These layers with a mistake before or after them.
  struct Porter: Implementation {
    var name: String { "a porter" }
    var before: @Sendable (inout Case) -> Void = { _ in }
    var after: @Sendable (inout TensorTable) -> Void = { _ in }

    func run(_ golden: Case) throws -> TensorTable {
      var golden = golden
      before(&golden)
      var results = try LayersImplementation().run(golden)
      after(&results)
      return results
    }
  }

  private func cases(_ parts: String...) throws -> [Case] {
    try ReferenceTests.suite.get().cases.filter { golden in
      guard case .run = golden.task, golden.work < 3000 else { return false }
      return parts.contains { golden.name.contains($0) } && !golden.name.contains("chunks")
    }
  }

  private func run(_ porter: Porter, _ cases: [Case]) throws -> ExternalRun {
    expect(cases.count > 2)
    let run = ExternalRun(
      answers: try cases.map { golden in
        // Gradients belong to the right weights, values of steps to the right blocks: this porter shows neither.
        let results = try porter.run(golden)
        let kept = results.entries.filter { !$0.name.hasPrefix("gates.") && !$0.name.hasPrefix("gradients.") }
        let named = kept.map { (key: $0.name, value: $0.tensor.json) }
        let line = JSONValue.object([
          ("name", .string(golden.name)), ("results", .object(named)), ("forward_only", true), ("no_steps", true),
        ]).text()
        return try ExternalRun.Answer(golden, line: Array(line.utf8))
      }, memory: .ofAllTests)
    expect(!run.allAgree)
    return run
  }

  @Test func theOrderOfAnotherFrameworkIsCalledByItsName() throws {
    let order: @Sendable (inout Case) -> Void = { golden in
      // i f g o, read as ONNX's i o f g.
      golden.changeWeights { name, tensor in tensor.columnBlocks([0, 3, 1, 2], of: 4) }
    }
    let run = try run(Porter(before: order), try cases("keras_lstm_"))
    let diagnoses = run.diagnoses
    expectEqual(diagnoses.map { $0.suspects.map { $0.map(\.name) } }, [[["lstm-order-iofg"]]])
    expect(
      diagnoses[0].text.hasPrefix(
        "matches an implementation whose LSTM blocks i f g o (the order of Keras, PyTorch, MXNet) are read as "
          + "i o f g (the order of ONNX) (in \(diagnoses[0].wrong) of \(diagnoses[0].wrong) wrong cases"))
  }

  @Test func oneMinusZIsNamed() throws {
    // 1 − σ(a) = σ(−a).
    let negated: @Sendable (inout Case) -> Void = { golden in
      let rows = golden.layout != .keras
      golden.changeWeights { _, tensor in tensor.negatingBlock(rows ? 1 : 0, of: 3, alongRows: rows) }
    }
    let run = try run(Porter(before: negated), try cases("keras_gru_after", "keras_gru_before"))
    expectEqual(run.diagnoses.map { $0.suspects.map { $0.map(\.name) } }, [[["updateGateInverted"]]])
  }

  @Test func exchangedStatesAreNamed() throws {
    let exchanged: @Sendable (inout Case) -> Void = { golden in
      guard case .run(var run) = golden.task, run.inputs["h0"]?.shape == run.inputs["c0"]?.shape else { return }
      (run.inputs["h0"], run.inputs["c0"]) = (run.inputs["c0"], run.inputs["h0"])
      golden.task = .run(run)
    }
    let run = try run(Porter(before: exchanged), try cases("keras_lstm", "torch_lstm"))
    let diagnoses = run.diagnoses
    expectEqual(diagnoses.map { $0.suspects.map { $0.map(\.name) } }, [[["statesExchanged"]]])
    expectEqual(diagnoses[0].against, 0)
  }

  @Test func twoFaultsAtOnceAreNamedTogether() throws {
    let both: @Sendable (inout Case) -> Void = { golden in
      golden.changeWeights { name, tensor in
        let turned = name == "recurrent_kernel" ? tensor.transposingColumnBlocks(of: 4) : tensor
        return turned.columnBlocks([3, 1, 2, 0], of: 4)
      }
    }
    let run = try run(Porter(before: both), try cases("keras_lstm_tiny", "keras_lstm_f", "keras_lstm_hand"))
    let names = run.diagnoses.map { $0.suspects.map { Set($0.map(\.name)) } }
    expectEqual(names, [[["lstm-order-ofgi", "recurrentKernelTransposed"]]])
  }

  @Test(arguments: [
    ("half", "all numbers of", "0.5 times the right ones"), ("clipped", "kept within ±0.125", "the right ones"),
    ("float16", "near the right ones", "all are numbers of float16, as after computing in it"),
    ("bfloat16", "near the right ones", "all are numbers of bfloat16, as after computing in it"),
    ("int8", "near the right ones", "as after rounding the results to int8"),
    ("reversed", "holds the right numbers in the opposite order along axis 1", "outputs"),
  ])
  func whatIsInNoCatalogueIsNotGivenAWrongName(change: String, first: String, second: String) throws {
    let after: @Sendable (inout TensorTable) -> Void = { results in
      for entry in results.entries {
        var tensor = entry.tensor
        switch change {
        case "half": tensor.values = tensor.values.map { $0 * 0.5 }
        case "clipped": tensor.values = tensor.values.map { min(max($0, -0.125), 0.125) }
        case "float16": tensor.values = tensor.values.map { AnswerScalar.float16.rounded($0) }
        case "bfloat16": tensor.values = tensor.values.map { AnswerScalar.bfloat16.rounded($0) }
        case "int8":
          let step = (tensor.values.map(\.magnitude).max() ?? 0) / 127
          tensor.values = tensor.values.map { ($0 / step).rounded() * step }
        default: if tensor.shape.count == 3 { tensor = tensor.reversed(along: 1) }
        }
        results[entry.name] = tensor
      }
    }
    let cases = try cases("keras_gru_after", "keras_gru_before", "torch_gru_tiny").filter(\.isForward)
    let summary = try run(Porter(after: after), cases).summary
    // How each diagnosis begins; `diagnoses` would search a second time.
    expect(!summary.contains("matches an implementation"), "\(summary)")
    expect(summary.contains("no fault of the catalogue"))
    expect(summary.contains("the first divergence is "))
    expect(summary.contains(first) && summary.contains(second), "\(summary)")
  }

  @Test func tensorsThatAreLackingAreNoFault() throws {
    let cases = try cases("keras_lstm_tiny", "keras_lstm_f").filter { Comparator($0).names.count > 1 }
    let run = ExternalRun(
      answers: try cases.map { golden in
        let outputs = try LayersImplementation().run(golden)["outputs"]?.json.text() ?? "null"
        let line = #"{"name": "\#(golden.name)", "results": {"outputs": \#(outputs)}}"#
        return try ExternalRun.Answer(golden, line: Array(line.utf8))
      })
    expect(run.agreeing == 0 && run.diagnoses.isEmpty)
    expect(run.summary.contains("\(cases.count) answers are right and lack tensors: "))
  }
}
