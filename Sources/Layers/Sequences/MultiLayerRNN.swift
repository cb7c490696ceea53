/// Recurrent layers of one kind on top of each other, each in one or two directions: PyTorch's `num_layers` and
/// `bidirectional`, MXNet's fused layers, and with one layer the ONNX operators.
///
/// | Tensor  | Shape                                                                        |
/// |---------|------------------------------------------------------------------------------|
/// | `x`     | `[B, T, D]`                                                                  |
/// | output  | `[B, T, directions · H]`: both directions of the last layer side by side      |
/// | states  | one for each layer and direction: layer 0 forward, layer 0 backward, layer 1 … |
///
/// Each layer above the first reads both directions of the one below. With lengths the outputs beyond a sample's length
/// are zero, its state stops there, and the backward direction begins at its last valid step.
///
/// Source: `torch.nn.RNN`, `LSTM`, `GRU`; `mxnet.gluon.rnn`; ONNX operators RNN, LSTM, GRU.
public struct MultiLayerRNN<Cell: RecurrentCell>: Sendable {
  public typealias Scalar = Cell.Scalar

  /// `layers[l][d]`: direction `d` of layer `l`.
  public var layers: [[Recurrent<Cell>]]

  /// - Parameter cells: `cells[l][d]`, the cell of direction `d` (0 forward, 1 backward) of layer `l`.
  /// - Parameter reversed: the only direction is the backward one (ONNX `reverse`).
  public init(cells: [[Cell]], reversed: Bool = false) {
    layers = cells.map { directions in
      directions.enumerated().map { d, cell in
        Recurrent(cell, returnSequences: true, goBackwards: reversed || d == 1, zeroOutputForMask: true)
      }
    }
  }

  public struct Run: Sendable {
    public var outputs: Tensor<Scalar>
    /// The last state of each layer and direction.
    public var finalStates: [Cell.State]
    public var runs: [[SequenceRun<Cell>]]
  }

  /// - Throws: `ShapeError` when `x` or a state does not fit.
  public func forward(_ x: Tensor<Scalar>, initialStates: [Cell.State]? = nil, lengths: [Int]? = nil) throws -> Run {
    try x.requireShape([nil, nil, nil], "input of a recurrent layer")
    let count = layers.reduce(0) { $0 + $1.count }
    if let initialStates, initialStates.count != count {
      throw ShapeError("initial states", expected: "[\(count), B, H]", received: [initialStates.count])
    }
    let mask = lengths.map { SequenceMask(lengths: $0, steps: x.shape[1]) }
    var outputs = x
    var finalStates: [Cell.State] = []
    var runs: [[SequenceRun<Cell>]] = []
    for directions in layers {
      var layerRuns: [SequenceRun<Cell>] = []
      for layer in directions {
        let run = try layer.run(outputs, initialState: initialStates?[finalStates.count], mask: mask)
        finalStates.append(run.finalState)
        layerRuns.append(run)
      }
      outputs = merged(layerRuns, directions)
      runs.append(layerRuns)
    }
    return Run(outputs: outputs, finalStates: finalStates, runs: runs)
  }

  /// What layer `l` read: `x`, or both directions of the layer below.
  public func input(of l: Int, _ x: Tensor<Scalar>, run: Run) -> Tensor<Scalar> {
    l == 0 ? x : merged(run.runs[l - 1], layers[l - 1])
  }

  /// Both directions side by side, in the order of time.
  private func merged(_ runs: [SequenceRun<Cell>], _ directions: [Recurrent<Cell>]) -> Tensor<Scalar> {
    .concatenated(zip(directions, runs).map { $0.goBackwards ? $1.outputs.timeReversed : $1.outputs })
  }

  public struct Gradient: Sendable {
    public var x: Tensor<Scalar>
    public var initialStates: [Cell.State]
    /// `parameters[l][d]`: the gradient of the weights of direction `d` of layer `l`.
    public var parameters: [[Cell.Parameters]]
    /// `outputs[l][d]`: the gradient of the outputs of direction `d` of layer `l`, in the order of its reading.
    public var outputs: [[Tensor<Scalar>]]
  }

  /// The gradients from those of the outputs and, where given, of the last states.
  public func backward(outputs: Tensor<Scalar>, finalStates: [Cell.State]? = nil, run: Run) throws -> Gradient {
    var dy = outputs
    var gradients: [[SequenceGradient<Cell>]] = []
    var outputGradients: [[Tensor<Scalar>]] = []
    for (l, directions) in layers.enumerated().reversed() {
      let width = directions[0].cell.outputSize
      let parts = directions.enumerated().map { d, layer in
        let part = dy.columns(d * width..<(d + 1) * width)
        return layer.goBackwards ? part.timeReversed : part
      }
      outputGradients.insert(parts, at: 0)
      var layerGradients: [SequenceGradient<Cell>] = []
      for (d, layer) in directions.enumerated() {
        let state = finalStates?[l * directions.count + d]
        layerGradients.append(try layer.backward(outputs: parts[d], finalState: state, run: run.runs[l][d]))
      }
      dy = layerGradients.dropFirst().reduce(layerGradients[0].x) { $0 + $1.x }
      gradients.insert(layerGradients, at: 0)
    }
    return Gradient(
      x: dy, initialStates: gradients.flatMap { $0.map(\.initialState) },
      parameters: gradients.map { $0.map(\.parameters) }, outputs: outputGradients)
  }
}
