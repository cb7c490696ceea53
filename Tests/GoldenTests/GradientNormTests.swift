import Foundation
import Layers
import PrintedNumbers
import Support
import Testing

@testable import GoldenCases

/// Lengths of gradients and Jacobians by step, as PyTorch has them: `golden/lessons/gradients_norms.json`, all cases
/// and all keys, whatever their sizes.
@Suite struct GradientNormTests {
  /// One case of the file: the golden case of the same name, run by this library.
  private struct Own {
    /// By the keys of the file.
    var numbers: [String: [Double]] = [:]

    init<Cell: StandardCell<Double>>(_ cell: Cell, _ run: Case.Run) throws {
      func tensor(_ numbers: NumericTensor) -> Tensor<Double> { Tensor(shape: numbers.shape, scalars: numbers.values) }
      let layer = Recurrent(cell)
      let x = tensor(try #require(run.inputs["x"]))
      let readout = tensor(try #require(run.cotangents["outputs"]))
      let zero = cell.zeroState(batchSize: 1).tensors
      let start = Cell.State(
        tensors: zip(["h0", "c0"], zero).map { name, zero in run.inputs[name].map(tensor) ?? zero })
      let (T, H) = (x.shape[1], cell.outputSize)
      var outputs = Tensor<Double>.zeros([1, T, H])
      for j in 0..<H { outputs.scalars[(T - 1) * H + j] = readout.scalars[j] }

      let trace = try layer.trace(x, initialState: start, outputs: outputs)
      let back = try layer.backward(outputs: outputs, run: layer.run(x, initialState: start))
      let jacobians = try layer.stateJacobians(x, initialState: start)
      numbers["loss"] = [(try layer.run(x, initialState: start).lastOutput * readout).sum()]
      numbers["h_gradient_norm"] = trace.gradientNorms(of: "h")
      numbers["c_gradient_norm"] = trace.gradientNorms(of: "c")
      numbers["x_gradient_norm"] = back.x.stepNorms
      numbers["step_jacobian_spectral_norm"] = jacobians.dropFirst().map(\.spectralNorm)
      numbers["step_jacobian_spectral_radius"] = jacobians.dropFirst().map(\.spectralRadius)

      func block(_ matrix: Tensor<Double>, from place: Int) -> Tensor<Double> {
        Tensor((0..<H).map { row in (0..<H).map { matrix[place + row, place + $0] } })
      }
      var product: Tensor<Double>?
      var lasts = [1.0]
      for jacobian in jacobians.dropFirst().reversed() {
        product = product.map { matmul($0, jacobian) } ?? jacobian
        lasts.insert(block(product ?? jacobian, from: 0).spectralNorm, at: 0)
      }
      numbers["last_h_by_h_norm"] = lasts

      func steps(_ name: String) -> Tensor<Double>? { trace.values.first { $0.name == name }?.values }
      func means(_ gate: Tensor<Double>) -> [Double] { (0..<T).map { gate.step($0).sum() / Double(H) } }
      numbers["z_mean"] = steps("z").map(means)
      if let f = steps("f") {
        numbers["f_mean"] = means(f)
        numbers["c_by_c_spectral_norm"] = jacobians.dropFirst().map { block($0, from: H).spectralNorm }
        numbers["product_of_f_after_step"] = (0..<T).flatMap { t in
          (0..<H).map { j in (t + 1..<T).reduce(1) { $0 * f[0, $1, j] } }
        }
      }
    }
  }

  private func own(_ golden: Case) throws -> Own {
    guard case .run(let run) = golden.task, case .keras(.recurrent(let layer)) = golden.model else {
      throw CaseError(file: golden.file, expected: "a run of a recurrent layer of Keras", found: golden.name)
    }
    func tensor(_ name: String) throws -> Tensor<Double> {
      let found = try #require(golden.weights[name])
      return Tensor(shape: found.shape, scalars: found.values)
    }
    let bias = try tensor("bias")
    let weights = RecurrentWeights(
      kernel: try tensor("kernel"), recurrentKernel: try tensor("recurrent_kernel"),
      bias: bias.rank == 2 ? bias.slice(0) : bias, recurrentBias: bias.rank == 2 ? bias.slice(1) : nil)
    switch layer.kind {
    case .simpleRNN:
      return try Own(
        SimpleRNNCell(parameters: weights, options: SimpleRNNOptions(activation: layer.activation)), run)
    case .lstm: return try Own(LSTMCell(parameters: weights), run)
    case .gru: return try Own(GRUCell(parameters: weights, options: GRUOptions(resetAfter: layer.resetAfter)), run)
    }
  }

  @Test func areThoseOfPyTorch() throws {
    let file = try #require(try LessonNumbers.load("gradients_norms"))
    let bound = try file.tolerance()
    let paths = ["rnn", "gated"].map {
      repository.appending(path: "golden/reference/gradients_by_step_\($0).json").path(percentEncoded: false)
    }
    let known = try Suite(paths: paths).cases
    var compared = 0
    for wanted in try file["cases"].list() {
      let name = try wanted["name"].text()
      let own = try own(#require(known.first { $0.name == name }, "\(name)")).numbers
      for key in try wanted.keys() where key != "name" && key != "layer" {
        let expected = try wanted[key].numbers()
        let found = try #require(own[key], "\(name) \(key)")
        try #require(found.count == expected.count, "\(name) \(key)")
        for (step, (a, b)) in zip(found, expected).enumerated() {
          expect(abs(a - b) <= bound.absolute + bound.relative * abs(b), "\(name) \(key) \(step): \(a), \(b)")
        }
        compared += expected.count
      }
    }
    expect(compared > 28 * 149)
  }
}
