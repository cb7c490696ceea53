import ChapterSupport
import Foundation
import GoldenCases
import Layers

/// A recurrent layer and one sequence for it: the loss is `readout` · (the last h).
///
/// | Tensor          | Shape        |
/// |-----------------|--------------|
/// | `weights`       | Keras' order |
/// | `x`             | `[1, T, D]`  |
/// | `h0`, `c0`      | `[1, H]`     |
/// | `readout`       | `[1, H]`     |
struct StepNetwork {
  /// Such as `rnn_tanh_radius_0.9` or `lstm_forget_bias_1`.
  let name: String
  let kind: Layers.CellKind
  let activation: Layers.Activation
  let resetAfter: Bool
  var weights: RecurrentWeights<Double>
  let x, readout: Tensor<Double>
  let h0, c0: Tensor<Double>?

  var steps: Int { x.shape[1] }
  var units: Int { readout.count }
}

extension StepNetwork {
  /// The networks that PyTorch ran, from `golden/reference/gradients_by_step_*.json`; nil where that is not at hand.
  static func ofPyTorch(folder: String = GoldenFolder.path) throws -> [StepNetwork]? {
    guard FileManager.default.fileExists(atPath: folder + "/reference") else { return nil }
    let files = ["rnn", "gated"].map { "\(folder)/reference/gradients_by_step_\($0).json" }
    return try Suite(paths: files).cases.compactMap { golden in
      guard case .run(let run) = golden.task, case .keras(.recurrent(let layer)) = golden.model else { return nil }
      func tensor(_ numbers: NumericTensor) -> Tensor<Double> { Tensor(shape: numbers.shape, scalars: numbers.values) }
      guard let x = run.inputs["x"], let readout = run.cotangents["outputs"], let kernel = golden.weights["kernel"],
        let recurrent = golden.weights["recurrent_kernel"], let bias = golden.weights["bias"].map(tensor)
      else { return nil }
      return StepNetwork(
        name: String(golden.name.dropFirst("gradients_".count)), kind: layer.kind, activation: layer.activation,
        resetAfter: layer.resetAfter,
        weights: RecurrentWeights(
          kernel: tensor(kernel), recurrentKernel: tensor(recurrent), bias: bias.rank == 2 ? bias.slice(0) : bias,
          recurrentBias: bias.rank == 2 ? bias.slice(1) : nil),
        x: tensor(x), readout: tensor(readout), h0: run.inputs["h0"].map(tensor), c0: run.inputs["c0"].map(tensor))
    }
  }

  /// Networks of the same names and sizes with drawn weights.
  static func drawn(seed: UInt64) -> [StepNetwork] {
    var generator = RandomGenerator(seed: seed)
    let (T, D, H) = (30, 3, 5)
    func normal(_ shape: [Int], _ deviation: Double) -> Tensor<Double> {
      Tensor(shape: shape, scalars: (0..<shape.reduce(1, *)).map { _ in deviation * generator.normal() })
    }
    let (x, readout) = (normal([1, T, D], 1), normal([1, H], 0.7))
    let matrix = normal([H, H], 1)
    let rotation: Tensor<Double> = Initializer.orthogonal([H, H], using: &generator)
    let (kernel, bias) = (normal([D, H], 0.5), normal([H], 0.1))
    func simple(_ name: String, _ activation: Layers.Activation, _ recurrent: Tensor<Double>) -> StepNetwork {
      StepNetwork(
        name: "rnn_" + name, kind: .simpleRNN, activation: activation, resetAfter: true,
        weights: RecurrentWeights(kernel: kernel, recurrentKernel: recurrent, bias: bias), x: x, readout: readout,
        h0: nil, c0: nil)
    }
    let radii = [0.5, 0.9, 1, 1.1, 1.5]
    let unit = matrix * (1 / matrix.spectralRadius)
    var all = [("tanh", Layers.Activation.tanh), ("relu", .relu), ("linear", .linear)].flatMap { name, activation in
      radii.map { simple("\(name)_radius_\($0)", activation, unit * $0) }
    }
    all += [0.9, 1, 1.1].map { simple("linear_orthogonal_\($0)", .linear, rotation * $0) }
    let lstm = RecurrentWeights(
      kernel: normal([D, 4 * H], 0.4), recurrentKernel: normal([H, 4 * H], 0.4), bias: normal([4 * H], 0.1))
    let gru = RecurrentWeights(
      kernel: normal([D, 3 * H], 0.4), recurrentKernel: normal([H, 3 * H], 0.4), bias: normal([3 * H], 0.1))
    let state = (normal([1, H], 0.5), normal([1, H], 0.5))
    /// Gates i, f, g, o with these biases; gates that are held have no weights.
    func gated(_ name: String, _ biases: [Int: Double], held: Set<Int> = [], starts: Bool = false) -> StepNetwork {
      var weights = lstm
      for (gate, value) in biases.sorted(by: { $0.key < $1.key }) {
        for j in gate * H..<(gate + 1) * H {
          weights.bias?.scalars[j] = value
          guard held.contains(gate) else { continue }
          for row in 0..<D { weights.kernel.scalars[row * 4 * H + j] = 0 }
          for row in 0..<H { weights.recurrentKernel.scalars[row * 4 * H + j] = 0 }
        }
      }
      return StepNetwork(
        name: "lstm_" + name, kind: .lstm, activation: .tanh, resetAfter: true, weights: weights, x: x,
        readout: readout, h0: starts ? state.0 : nil, c0: starts ? state.1 : nil)
    }
    all += [0.0, 1, 3].map { gated("forget_bias_\(Int($0))", [1: $0]) }
    all += [
      gated("f1_i0", [0: -60, 1: 60], held: [0, 1], starts: true),
      gated("f1_i0_o_constant", [0: -60, 1: 60, 3: 0.4], held: [0, 1, 3], starts: true),
      gated("f0_i1", [0: 60, 1: -60], held: [0, 1], starts: true),
      gated("f_0.9", [1: log(9)], held: [1], starts: true),
    ]
    all += [("after_z_bias_0", 0.0, true), ("after_z_bias_3", 3, true), ("before", 0, false)].map { name, z, after in
      var weights = gru
      for j in 0..<H { weights.bias?.scalars[j] += z }
      if after { weights.recurrentBias = .zeros([3 * H]) }
      return StepNetwork(
        name: "gru_" + name, kind: .gru, activation: .tanh, resetAfter: after, weights: weights, x: x,
        readout: readout, h0: nil, c0: nil)
    }
    return all
  }
}

/// How long gradients are at each step of a network.
struct Flow {
  /// |∂L/∂h_t| and, of an LSTM, |∂L/∂c_t|.
  var h: [Double]
  var c: [Double]?
}

extension StepNetwork {
  /// **The layer**: its own way back. `stretch` is the largest singular value of each step from t − 1 to t, `last` the
  /// greatest number of the last state.
  func layerFlow(line: Int = #line) -> (flow: Flow, stretch: [Double], last: Double) {
    func flow<Cell: StandardCell<Double>>(_ cell: Cell) throws -> (Flow, [Double], Double) {
      let layer = Recurrent(cell)
      let zero = cell.zeroState(batchSize: 1).tensors
      let start = Cell.State(tensors: zero.indices.map { ($0 == 0 ? h0 : c0) ?? zero[$0] })
      var outputs = Tensor<Double>.zeros([1, steps, units])
      for j in 0..<units { outputs.scalars[(steps - 1) * units + j] = readout.scalars[j] }
      let trace = try layer.trace(x, initialState: start, outputs: outputs)
      let jacobians = try layer.stateJacobians(x, initialState: start)
      return (
        Flow(h: trace.gradientNorms(of: "h") ?? [], c: trace.gradientNorms(of: "c")),
        jacobians.dropFirst().map(\.spectralNorm),
        try layer.run(x, initialState: start).lastOutput.scalars.map(abs).max() ?? 0
      )
    }
    return page.must(
      try {
        switch kind {
        case .simpleRNN:
          try flow(SimpleRNNCell(parameters: weights, options: SimpleRNNOptions(activation: activation)))
        case .lstm: try flow(LSTMCell(parameters: weights))
        case .gru: try flow(GRUCell(parameters: weights, options: GRUOptions(resetAfter: resetAfter)))
        }
      }(), line: line)
  }

  /// **By hand**: the equations of the cell as formulas, differentiated backwards. No layer takes part.
  func handFlow(line: Int = #line) -> Flow {
    let (x_t, h₋, c₋) = (symbol("x_t"), symbol("h_{t-1}"), symbol("c_{t-1}"))
    let K = symbol("W_x", .weight, weights.kernel)
    let R = symbol("W_h", .weight, weights.recurrentKernel)
    let b = symbol("b", .weight, weights.bias ?? .zeros([weights.kernel.columns]))
    var c: Formula?
    let h: Formula
    switch kind {
    case .simpleRNN:
      let a = x_t • K + h₋ • R + b
      h = activation == .tanh ? tanh(a) : activation == .relu ? relu(a) : a
    case .lstm:
      let a = (x_t • K + h₋ • R + b).split(into: 4)
      let next = sigmoid(a[1]) ⊙ c₋ + sigmoid(a[0]) ⊙ tanh(a[2])
      (c, h) = (next, sigmoid(a[3]) ⊙ tanh(next))
    case .gru:
      let (input, rows) = ((x_t • K + b).split(into: 3), R.split(into: 3))
      let second = symbol("b'", .weight, weights.recurrentBias ?? .zeros([weights.kernel.columns])).split(into: 3)
      let z = sigmoid(input[0] + h₋ • rows[0] + second[0])
      let r = sigmoid(input[1] + h₋ • rows[1] + second[1])
      let inner = resetAfter ? r ⊙ (h₋ • rows[2] + second[2]) : (r ⊙ h₋) • rows[2]
      h = z ⊙ h₋ + (1 - z) ⊙ tanh(input[2] + inner)
    }
    let recurrence = Recurrence(input: x_t, states: [(h₋, h)] + (c.map { [(c₋, $0)] } ?? []))
    let rows = (0..<steps).map { MathValue(x.step($0).reshaped([x.shape[2]])) }
    let start = [h0, c0].map { $0.map { MathValue($0.reshaped([units])) } ?? MathValue.zeros(units) }
    let unrolled = recurrence.unrolled(over: rows, from: c == nil ? [start[0]] : start)
    let loss = sum(unrolled[steps - 1][h] ⊙ Formula(MathValue(readout.reshaped([units]))))
    let gradients = page.gradients(of: loss, line: line)
    func lengths(_ formula: Formula) -> [Double] {
      unrolled.map { page.gradient($0[formula], gradients, line: line).squared().sum().squareRoot() }
    }
    return Flow(h: lengths(h), c: c.map(lengths))
  }
}

/// **The layer** on the three steps of the page.
struct ThreeSteps {
  /// ∂L/∂h of each step, `[3, 2]`.
  let slopes: Tensor<Double>
  /// J₂ and J₃ with a row for each old unit, as the formulas have them, `[2, 2, 2]`.
  let jacobians: Tensor<Double>

  init(_ weights: RecurrentWeights<Double>, _ inputs: [[Double]], readout: Tensor<Double>) throws {
    let layer = SimpleRNN(try SimpleRNNCell(parameters: weights))
    let x = Tensor(shape: [1, 3, 1], scalars: inputs.flatMap(\.self))
    let lastOnly = Tensor<Double>(shape: [1, 3, 2], scalars: [0, 0, 0, 0] + readout.scalars)
    let gradients = try layer.trace(x, outputs: lastOnly).gradients
    slopes = gradients.first { $0.name == "h" }?.values.reshaped([3, 2]) ?? .zeros([3, 2])
    jacobians = .stacked(try layer.stateJacobians(x)[1...].map(\.transposed))
  }
}

/// A network that a page follows and the file does not have.
struct NoNetwork: Error, CustomStringConvertible {
  let name: String
  var description: String { "golden/reference/gradients_by_step: expected a network \(name), found none" }
}
