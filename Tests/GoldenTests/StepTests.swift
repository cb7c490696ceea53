import Foundation
import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// The cases of `golden/steps`: what they hold, that none can be weakened unnoticed, and what a divergence says.
@Suite(.lane(.searches)) struct StepTests {
  static let cases = Result {
    try Suite(paths: [repository.appending(path: "golden/steps").path(percentEncoded: false)]).cases
  }

  private func stepCase(_ name: String) throws -> Case {
    try #require(try Self.cases.get().first { $0.name == name })
  }

  // MARK: What they hold

  @Test func everyCaseHoldsEveryValueOfEveryStepForwardAndBackward() throws {
    let cases = try Self.cases.get()
    expectEqual(cases.count, 36)
    for golden in cases { expect(golden.omissions.isEmpty, "\(golden.name): \(golden.omissions)") }
  }

  @Test func everyCaseNamesAChapterOfTheRepository() throws {
    for golden in try Self.cases.get() {
      let chapter = try #require(golden.chapter, "\(golden.name)")
      expect(repository.hasFile("chapters/\(chapter.dropFirst("chapter-".count))/main.swift"), "\(golden.name)")
      expect(golden.file.contains(chapter))
    }
  }

  @Test func everyLayerOfEveryLayoutHasACase() throws {
    let covered = Set(try Self.cases.get().map { "\($0.layout.rawValue) \($0.layer)" })
    let wanted = [
      "keras": KerasLayer.Name.all.map(\.name), "tensorflow1": TensorFlowCell.Name.allCases.map(\.rawValue),
      "pytorch": PyTorchLayer.names.map(\.name), "onnx": ONNXNode.names.map(\.name),
      "mxnet": MXNetLayer.Name.all.map(\.name),
    ]
    // Attention, an embedding and a mask have no steps of their own.
    let without = ["keras attention", "keras embedding", "keras masking"]
    let missing = wanted.flatMap { layout, layers in layers.map { "\(layout) \($0)" } }.filter { !covered.contains($0) }
    expectEqual(missing.sorted(), without.sorted())
  }

  // MARK: No case can be weakened

  /// Each case by itself notices every wrong implementation that could show in it.
  @Test func everyCaseKillsEveryMutantThatAppliesToIt() throws {
    for golden in try Self.cases.get() {
      try expect(survivors(golden).isEmpty, "\(golden.name)")
    }
  }

  /// The mutants that one case lets through, though their line is on its way.
  private func survivors(_ golden: Case) throws -> [String] {
    try MutantTable([golden], enough: 1).rows.filter { !$0.applicable.isEmpty && $0.killers.isEmpty }.map(\.mutant.name)
  }

  /// Every gate then gives the same numbers: only the gradients of the blocks tell them apart.
  @Test func constantWeightsLetGateOrdersThroughAndAreNoticed() throws {
    for name in ["steps_keras_lstm", "steps_torch_gru", "steps_onnx_lstm_peepholes"] {
      let weak = try stepCase(name).weakened { golden, run in
        run.expectedGradients = TensorTable()
        for entry in golden.weights.entries {
          golden.weights[entry.name]?.values = entry.tensor.values.map { _ in 0.125 }
        }
      }
      let alive = try survivors(weak).filter { $0.contains("-order-") }
      // Of kernels and biases together, and of the biases alone.
      expectEqual(alive.count, 2 * (name.contains("gru") ? 5 : 23), "\(name): \(alive)")
      expect(weak.omissions.contains("two weights of one size"))
    }
  }

  @Test func casesWithoutGradientsLetFaultsOfTheBackwardPassThroughAndAreNoticed() throws {
    let weak = try Self.cases.get().map { golden in
      try golden.weakened { _, run in run.expectedGradients = TensorTable() }
    }
    let alive = Set(try MutantTable(weak, enough: 2).survivors.map(\.mutant.name))
    let backward = Set(Mutant.catalogue.filter(\.kind.isOfBackward).map(\.name))
    expect(backward.count >= 13)
    expect(backward.isSubset(of: alive))
    expect(weak.allSatisfy { $0.omissions.contains("gradients.gates") })
  }

  /// The same for the whole of `golden/`: without gradients the suite's own rule breaks.
  @Test func theWholeSuiteWithoutGradientsBreaksTheRuleOfTwoCases() throws {
    let weak = try ReferenceTests.suite.get().cases.filter { $0.work < 2000 }.map { golden in
      try golden.weakened { _, run in run.expectedGradients = TensorTable() }
    }
    let alive = try MutantTable(weak, mutants: Mutant.catalogue.filter(\.kind.isOfBackward), enough: 2).survivors
    expectEqual(alive.map(\.mutant.name), Mutant.catalogue.filter(\.kind.isOfBackward).map(\.name))
  }

  /// Without the gradients of the two, which differ.
  @Test func statesOfZeroLetTheirExchangeThroughAndAreNoticed() throws {
    let weak = try stepCase("steps_keras_lstm").weakened { _, run in
      for entry in run.inputs.entries where entry.name != "x" {
        run.inputs[entry.name]?.values = entry.tensor.values.map { _ in 0 }
      }
      run.expectedGradients = TensorTable()
    }
    try expectEqual(survivors(weak), ["statesExchanged", "initialStateIgnored"])
  }

  @Test func aCaseWithoutOneGateIsNoticed() throws {
    let weak = try stepCase("steps_torch_lstm").weakened { _, run in
      var rest = TensorTable()
      for entry in run.expected.entries where entry.name != "gates.pre_o" { rest[entry.name] = entry.tensor }
      run.expected = rest
    }
    expectEqual(weak.omissions, ["gates.pre_o"])
  }

  // MARK: What a divergence says

  /// The right results of a case, with some numbers put wrong.
  private func first(
    _ name: String, _ wrong: [(tensor: String, position: Int)]
  ) throws -> Divergence {
    let golden = try stepCase(name)
    var results = try LayersImplementation().run(golden)
    for (tensor, position) in wrong {
      expect(results[tensor] != nil)
      results[tensor]?.values[position] += 0.5
    }
    return try #require(Comparator(golden).compare(results).first)
  }

  /// Position 4·3·1 + 2·3 + 1: sample 1, step 2, unit 1 of `[2, 4, 3]`.
  static let place = 19

  @Test(arguments: [
    ("steps_keras_lstm", "f", "chapter-lstm, step 2, f_t = σ(x_t·W_fx + h_{t−1}·W_fh + b_f), sample 1, unit 1"),
    ("steps_keras_lstm", "pre_o", "chapter-lstm, step 2, pre_o_t = x_t·W_ox + h_{t−1}·W_oh + b_o, sample 1, unit 1"),
    ("steps_keras_lstm", "c", "chapter-lstm, step 2, c_t = f_t ⊙ c_{t−1} + i_t ⊙ g_t, sample 1, unit 1"),
    (
      "steps_torch_lstm", "f",
      "chapter-lstm, step 2, f_t = σ(W_if·x_t + b_if + W_hf·h_{t−1} + b_hf), sample 1, unit 1"
    ),
    (
      "steps_onnx_lstm_peepholes", "o",
      "chapter-lstm, step 2, o_t = σ(x_t·W_oᵀ + Wb_o + h_{t−1}·R_oᵀ + Rb_o + P_o ⊙ c_t), sample 1, unit 1"
    ),
    (
      "steps_tf1_lstm_peepholes", "f",
      "chapter-basic-lstm-cell, step 2, f_t = σ([x_t, h_{t−1}]·W_f + b_f + w_f_diag ⊙ c_{t−1} + forget_bias), "
        + "sample 1, unit 1"
    ),
    (
      "steps_mxnet_gru_cell", "g",
      "chapter-gru, step 2, g_t = tanh(i2h_weight_h·x_t + i2h_bias_h + r_t ⊙ (h2h_weight_h·h_{t−1} + h2h_bias_h)), "
        + "sample 1, unit 1"
    ),
    (
      "steps_keras_gru_before", "g",
      "chapter-gru, step 2, g_t = tanh(x_t·W_gx + b_g + (r_t ⊙ h_{t−1})·W_gh), sample 1, unit 1"
    ),
    (
      "steps_keras_gru_after", "g",
      "chapter-gru, step 2, g_t = tanh(x_t·W_gx + b_g + r_t ⊙ (h_{t−1}·W_gh + b′_g)), sample 1, unit 1"
    ),
    (
      "steps_keras_simple_rnn", "h",
      "chapter-simple-rnn, step 2, h_t = tanh(x_t·W_x + h_{t−1}·W_h + b), sample 1, unit 1"
    ),
    (
      "steps_torch_lstm_bidirectional", "l0_reverse/i",
      "chapter-lstm, cell l0_reverse, step 2, i_t = σ(W_ii·x_t + b_ii + W_hi·h_{t−1} + b_hi), sample 1, unit 1"
    ),
    ("steps_keras_time_distributed", "y", "chapter-time-distributed, step 2, y_t = σ(x_t·W + b), sample 1, unit 1"),
  ])
  func namesChapterStepEquationAndUnit(name: String, gate: String, location: String) throws {
    let divergence = try first(name, [("gates.\(gate)", Self.place)])
    expectEqual(divergence.location, location)
    expect(divergence.text.hasPrefix(location + ": expected "))
  }

  @Test func theFirstEquationThatIsWrongIsNamedFirst() throws {
    let forward = try first(
      "steps_keras_lstm",
      [("outputs", 19), ("gates.o", 19), ("gates.c", 19), ("gates.f", 22), ("gradients.inputs.x", 0)])
    expectEqual(forward.tensor, "gates.c", "c of step 2 stands before o of step 2 and f of step 3")
    let backward = try first(
      "steps_keras_lstm",
      [("gradients.gates.i", 0), ("gradients.gates.f", 10), ("gradients.gates.c", 10), ("gradients.weights.bias", 0)])
    expectEqual(
      backward.location,
      "chapter-lstm, backward, step 3, ∂L/∂c_t = ∂L/∂tanh(c_t) ⊙ tanh′(c_t) + ∂L/∂c_{t+1} ⊙ f_{t+1}, "
        + "sample 0, unit 1")
  }

  @Test func theSameForAProgram() throws {
    let golden = try stepCase("steps_torch_lstm_bidirectional")
    var results = try LayersImplementation().run(golden)
    results["gates.l0_reverse/f"]?.values[Self.place] = 0.25
    let json = JSONValue.object(Comparator(golden).compare(results).jsonMembers).text()
    expect(
      json.contains(
        #""first":{"tensor":"gates.l0_reverse/f","chapter":"chapter-lstm","cell":"l0_reverse","#
          + #""equation":"f_t = σ(W_if·x_t + b_if + W_hf·h_{t−1} + b_hf)","sample":1,"step":2,"unit":1,"expected":"#))
  }

  /// What every mutant is caught by first lies where its fault is.
  @Test func aMutantIsLocatedAtItsEquation() throws {
    let golden = try stepCase("steps_tf1_basic_lstm")
    let lost = try #require(Mutant.catalogue.first { $0.name == "forgetBiasLost" })
    let text = try #require(Comparator(golden).compare(try ReferenceImplementation(lost).run(golden)).first).text
    expect(
      text.hasPrefix(
        "chapter-basic-lstm-cell, step 0, pre_f_t = [x_t, h_{t−1}]·W_f + b_f + forget_bias, sample 0, unit 0: expected")
    )
  }
}

extension Case {
  /// What a case that goes down to the step must hold and does not.
  var omissions: [String] {
    guard case .run(let run) = task else { return ["a run"] }
    let given = Set(run.inputs.names)
    let wanted = signature.outputs.map(\.name)
    var missing = wanted.filter { run.expected[$0] == nil }
    let steps = signature.stepValues.map(\.name)
    if steps.isEmpty { missing.append("values of steps") }
    if !steps.allSatisfy({ run.expectedGradients[$0] != nil }) { missing.append("gradients.gates") }
    // Words, labels and masks have no gradient.
    let fixed = ["mask", "label"] + (model.vocabulary == nil ? [] : ["x"])
    let inputs = signature.inputs.map(\.name).filter { !fixed.contains($0) && given.contains($0) }.map {
      "inputs.\($0)"
    }
    missing += (inputs + weights.names.map { "weights.\($0)" }).filter { run.expectedGradients[$0] == nil }
    // The sorting network ends in a loss of its own.
    let states =
      layer == "bi_lstm_sort"
      ? [] : wanted.filter { $0 != "outputs" && !steps.contains($0) && !$0.hasPrefix("layer_outputs") }
    missing += states.filter { run.cotangents[$0] == nil }.map { "a cotangent of \($0)" }
    let numbers = weights.entries.flatMap(\.tensor.values).map(\.magnitude)
    if Set(numbers).count != numbers.count { missing.append("two weights of one size") }
    if dtype != .float64 { missing.append("double precision") }
    return missing
  }

  /// The case after a change, with the numbers that the right network then gives.
  func weakened(_ change: (inout Case, inout Run) -> Void) throws -> Case {
    var weak = self
    guard case .run(var run) = task else { return self }
    change(&weak, &run)
    weak.task = .run(run)
    let right = try ReferenceImplementation().run(weak)
    for name in run.expected.names { run.expected[name] = right[name] }
    for name in run.expectedGradients.names { run.expectedGradients[name] = right["gradients.\(name)"] }
    weak.task = .run(run)
    return weak
  }
}
