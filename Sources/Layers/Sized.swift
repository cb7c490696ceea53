// Cells and layers of given sizes, all weights zero: `initialize` (module Training) or a file gives them their numbers.

extension RecurrentWeights {
  init(inputSize D: Int, units H: Int, gates G: Int, bias: Bool, recurrentBias: Bool) {
    self.init(
      kernel: .zeros([D, G * H]), recurrentKernel: .zeros([H, G * H]), bias: bias ? .zeros([G * H]) : nil,
      recurrentBias: recurrentBias ? .zeros([G * H]) : nil)
  }
}

extension SimpleRNNCell {
  /// A cell of D inputs and H units, all weights zero.
  public init(inputSize D: Int, units H: Int, activation: Activation = .tanh, useBias: Bool = true) {
    parameters = RecurrentWeights(inputSize: D, units: H, gates: 1, bias: useBias, recurrentBias: false)
    self.activation = activation
    clip = nil
  }
}

extension LSTMCell {
  /// A cell of D inputs and H units, all weights zero.
  public init(inputSize D: Int, units H: Int, options: LSTMOptions = LSTMOptions(), useBias: Bool = true) {
    parameters = Parameters(
      RecurrentWeights(inputSize: D, units: H, gates: 4, bias: useBias, recurrentBias: false))
    self.options = options
  }
}

extension GRUCell {
  /// A cell of D inputs and H units, all weights zero; with `resetAfter` it has two biases, as in Keras.
  public init(inputSize D: Int, units H: Int, options: GRUOptions = GRUOptions(), useBias: Bool = true) {
    parameters = RecurrentWeights(
      inputSize: D, units: H, gates: 3, bias: useBias, recurrentBias: useBias && options.resetAfter)
    self.options = options
  }
}

extension Dense {
  /// A layer of D inputs and H units, all weights zero.
  public init(inputSize D: Int, units H: Int, activation: Activation = .linear, useBias: Bool = true) {
    parameters = Parameters(kernel: .zeros([D, H]), bias: useBias ? .zeros([H]) : nil)
    self.activation = activation
  }
}
