import Training

/// One measurement: a recurrent layer of one size, forward alone or a whole step of training.
struct Row: Sendable {
  enum Mode: String, Codable, Sendable { case forward, train }

  var name: String
  var cell: CellKind
  var mode: Mode
  var B: Int
  var T: Int
  var D: Int
  var H: Int

  /// The sizes of an LSTM, and a training of every kind of cell.
  static let all =
    [
      Row(name: "lstm-tiny-forward", cell: .lstm, mode: .forward, B: 1, T: 3, D: 7, H: 13),
      Row(name: "lstm-mnist-forward", cell: .lstm, mode: .forward, B: 128, T: 28, D: 28, H: 128),
    ]
    + CellKind.allCases.map { kind in
      let name = kind == .simpleRNN ? "rnn" : kind.rawValue
      return Row(name: "\(name)-mnist-train", cell: kind, mode: .train, B: 128, T: 28, D: 28, H: 128)
    } + [
      Row(name: "lstm-large-forward", cell: .lstm, mode: .forward, B: 64, T: 100, D: 512, H: 512),
      Row(name: "lstm-large-train", cell: .lstm, mode: .train, B: 64, T: 100, D: 512, H: 512),
    ]

  /// Classes of the dense layer that a training row ends with.
  static let classes = 10

  /// Additions and multiplications of the matrix products of one call: forward, and in training those of the gradients
  /// of the states and of the weights. The gradient of the input is not computed: it is data.
  var flops: Double {
    let gates = Double(cell.gateCount)
    let (b, t, d, h) = (Double(B), Double(T), Double(D), Double(H))
    let forward = 2 * b * t * (d + h) * gates * h
    let dense = 2 * b * h * Double(Self.classes)
    return mode == .forward ? forward : 2 * forward + 2 * b * t * h * gates * h + 3 * dense
  }
}

extension Row {
  /// A call of what the row measures, with its own weights and data.
  func makeCall() throws -> () throws -> Void {
    try makeCall(cell.type(Float.self))
  }

  private func makeCall<Cell: StandardCell<Float>>(_: Cell.Type) throws -> () throws -> Void {
    let cell = Cell(inputSize: D, units: H, options: Cell.Options(), useBias: true)
    var generator = RandomGenerator(seed: 1)
    let x = Tensor<Float>.uniform([B, T, D], -1, 1, using: &generator)
    switch mode {
    case .forward:
      var layer = Recurrent(cell, returnSequences: true)
      initialize(&layer.parameters, using: &generator)
      return { [layer] in _ = try layer(x) }
    case .train:
      var model = Stack<Float>([Recurrent(cell), Dense<Float>(inputSize: H, units: Self.classes)])
      initialize(&model.parameters, using: &generator)
      let labels = Labels((0..<B).map { _ in generator.index(below: Self.classes) })
      let adam = Adam()
      var state = OptimizerState(adam, for: model.parameters)
      return {
        let forward = try model.forward(x)
        let loss = try softmaxCrossEntropy(forward.output, labels)
        let gradient = try model.parameterGradient(loss.gradient, cache: forward.cache)
        try adam.step(&model.parameters, gradient: gradient, state: &state)
      }
    }
  }

  /// Small weights; their values do not change the time.
  private func initialize<Parameters: ParameterGroup>(
    _ parameters: inout Parameters, using generator: inout RandomGenerator
  ) where Parameters.Scalar == Float {
    parameters.update { _, tensor in tensor = .uniform(tensor.shape, -0.05, 0.05, using: &generator) }
  }
}
