import Foundation
import Layers
import Support
import Tensors
import Testing

@testable import Grading

/// Solutions beside the layers of this package, on the cases of the check.
///
/// A solution is checked by nobody else: a wrong one would call every right answer wrong.
@Suite(.lane(.compilers)) struct LayersTests {
  private func tensor(_ inputs: CaseAnswers, _ name: String) throws -> Tensor<Double> {
    guard case .numbers(let numbers, let shape) = inputs[name] else { throw GradingError("no numbers: \(name)") }
    return Tensor(shape: shape, scalars: numbers)
  }

  /// A vector as a batch of one.
  private func row(_ inputs: CaseAnswers, _ name: String) throws -> Tensor<Double> {
    let vector = try tensor(inputs, name)
    return Tensor(shape: [1] + vector.shape, scalars: vector.scalars)
  }

  private func weights(_ inputs: CaseAnswers) throws -> RecurrentWeights<Double> {
    try RecurrentWeights(
      kernel: tensor(inputs, "W_x"), recurrentKernel: tensor(inputs, "W_h"), bias: tensor(inputs, "b"))
  }

  /// Compares the solution's answers with `expected`, case by case.
  private func compare(_ id: String, _ expected: (CaseAnswers) throws -> [String: Tensor<Double>]) async throws {
    let proof = try await Proof.all.value
    let place = try #require(proof.catalogue.exercises.firstIndex { $0.id == id })
    let exercise = proof.catalogue.exercises[place]
    for (inputs, answers) in zip(try proof.inputs(exercise), proof.references[place].solution) {
      for (name, tensor) in try expected(inputs).sorted(by: { $0.key < $1.key }) {
        guard case .numbers(let numbers, _) = answers[name] else { throw GradingError("no answer: \(name)") }
        // Sums in another order, and other functions for exp and tanh: some units in the last place of a double.
        let isEqual =
          numbers.count == tensor.scalars.count
          && zip(numbers, tensor.scalars).allSatisfy { abs($0 - $1) <= 1e-13 }
        expect(isEqual, "\(id), \(name): \(numbers), \(tensor.scalars)")
      }
    }
  }

  @Test func simpleRNN() async throws {
    try await compare("simple-rnn/2") { inputs in
      let cell = try SimpleRNNCell(parameters: weights(inputs))
      return ["h": cell.forward(try row(inputs, "x"), HiddenState(h: try row(inputs, "h"))).output]
    }
  }

  @Test func lstm() async throws {
    try await compare("lstm/2") { inputs in
      let cell = try LSTMCell(parameters: weights(inputs))
      let step = cell.forward(
        try row(inputs, "x"), LSTMState(h: try row(inputs, "h"), c: try row(inputs, "c")))
      return ["h": step.state.h, "c": step.state.c]
    }
  }

  @Test func gruWithItsResetGateBeforeTheProduct() async throws {
    try await compare("gru/2") { inputs in
      let cell = try GRUCell(parameters: weights(inputs), options: GRUOptions(resetAfter: false))
      return ["h": cell.forward(try row(inputs, "x"), HiddenState(h: try row(inputs, "h"))).output]
    }
  }

  @Test func gruWithItsResetGateAfterTheProduct() async throws {
    try await compare("gru/3") { inputs in
      var parameters = try weights(inputs)
      parameters.recurrentBias = try tensor(inputs, "bRecurrent")
      let cell = try GRUCell(parameters: parameters, options: GRUOptions(resetAfter: true))
      return ["h": cell.forward(try row(inputs, "x"), HiddenState(h: try row(inputs, "h"))).output]
    }
  }

  @Test func backpropagationThroughAllSteps() async throws {
    // Central differences of the equation itself; with h = 1e-5 their error is some 1e-10.
    let proof = try await Proof.all.value
    let place = try #require(proof.catalogue.exercises.firstIndex { $0.id == "two-layer-rnn/4" })
    let exercise = proof.catalogue.exercises[place]
    // The third case cuts nothing: its gradient is that of the whole function.
    let (inputs, answers) = (try proof.inputs(exercise)[2], proof.references[place].solution[2])
    let xs = try tensor(inputs, "xs").scalars
    let (w_x, w_h, h0) = (
      try tensor(inputs, "w_x").scalars[0], try tensor(inputs, "w_h").scalars[0], try tensor(inputs, "h0").scalars[0]
    )
    let gradient = centralDifferences(of: [w_x, w_h]) { p in xs.reduce(h0) { tanh(p[0] * $1 + p[1] * $0) } }
    for (name, expected) in zip(["dw_x", "dw_h"], gradient) {
      guard case .numbers(let numbers, _) = answers[name] else { throw GradingError("no answer: \(name)") }
      expect(abs(numbers[0] - expected) < 1e-8, "\(name)")
    }
  }
}
