import Training

/// One training step written operation by operation, with a record of when each ran.
///
/// It computes what `DigitTraining` computes in one step, by the plain tensor operations and none of the layers' code:
///
///     input layout    Transpose, Reshape, Split                    [B, 28, 28] → 28 × [B, 28]
///     forward         step 1 … 28: the gates; then the dense layer
///     loss            SoftmaxCrossEntropy
///     backward        the dense layer; then step 28 … 1
///     optimizer       ApplyAdam, one for each weight
///
/// Training itself knows nothing of this: without a trace nothing is recorded, asked or measured.
public struct TracedStep: Sendable {
  public let loss: Double
  /// ∂loss/∂weights, under the names of the model's weights.
  public let gradient: NamedTensors<Float>
  /// The weights after the step.
  public let weights: NamedTensors<Float>
  public let trace: Trace

  /// The cells that are written operation by operation.
  private static var cells: [CellKind: any TracedCell.Type] {
    [.lstm: TracedLSTM.self, .gru: TracedGRU.self, .simpleRNN: TracedSimpleRNN.self]
  }

  /// Makes the next step of a training on a batch `[B, 28, 28]`; the training itself stays as it is.
  ///
  /// - Throws: `UntracedCell` for a cell that is not written operation by operation.
  public init(of training: DigitTraining, pictures: Tensor<Float>, labels: Labels) throws {
    let recorder = Recorder()
    let model = training.model.parameters
    let weights = RecurrentWeights(
      kernel: model["0/kernel"], recurrentKernel: model["0/recurrent_kernel"], bias: model["0/bias"],
      recurrentBias: training.settings.cell == .gru ? model["0/recurrent_bias"] : nil)
    let step = StepRecorder(training: training, dense: (model["1/kernel"], model["1/bias"]), recorder: recorder)
    guard let cell = Self.cells[training.settings.cell] else { throw UntracedCell(kind: training.settings.cell) }
    (loss, gradient, self.weights) = try step.run(cell.init(weights), pictures, labels)
    trace = recorder.trace()
  }
}

/// A cell of which no training step is written operation by operation.
public struct UntracedCell: Error, Equatable, CustomStringConvertible {
  public let kind: CellKind
  public var description: String { "there is no traced step of a \(kind.title)" }
}

private struct StepRecorder {
  let training: DigitTraining
  let dense: (kernel: Tensor<Float>, bias: Tensor<Float>)
  let recorder: Recorder

  func operations(_ category: String) -> TracedOperations {
    TracedOperations(recorder: recorder, category: category)
  }

  func run<Cell: TracedCell>(
    _ cell: Cell, _ pictures: Tensor<Float>, _ labels: Labels
  ) throws -> (loss: Double, gradient: NamedTensors<Float>, weights: NamedTensors<Float>) {
    try recorder.span("training step", category: "step") {
      let blocks = inputLayout(pictures)
      let (h, logits, caches) = forward(cell, blocks)
      let loss = try lossOperation(logits, labels)
      let gradient = backward(cell, loss.gradient, h: h, caches)
      return (loss.value, gradient, try applyAdam(gradient))
    }
  }

  /// [B, 28, 28] → [28, B, 28] → [28·B, 28] → 28 blocks [B, 28].
  private func inputLayout(_ x: Tensor<Float>) -> [Tensor<Float>] {
    let ops = operations("input")
    let (B, T, D) = (x.shape[0], x.shape[1], x.shape[2])
    return ops.within("input layout") {
      let rows = ops.reshape(ops.transpose(x), [T * B, D])
      return ops.record("Split", [rows]) { (0..<T).map { rows.slices($0 * B..<($0 + 1) * B) } }
    }
  }

  private func forward<Cell: TracedCell>(
    _ cell: Cell, _ blocks: [Tensor<Float>]
  ) -> (h: Tensor<Float>, logits: Tensor<Float>, caches: [Cell.Cache]) {
    let ops = operations("forward")
    return ops.within("forward") {
      var state = cell.zeroState(batchSize: blocks[0].rows)
      var caches: [Cell.Cache] = []
      for (t, x) in blocks.enumerated() {
        let next = ops.within("step \(t + 1)") { cell.forward(x, state, ops) }
        state = next.state
        caches.append(next.cache)
      }
      let h = cell.output(state)
      let logits = ops.within("dense layer") { ops.biasAdd(ops.matMul(h, dense.kernel), dense.bias) }
      return (h, logits, caches)
    }
  }

  private func lossOperation(_ logits: Tensor<Float>, _ labels: Labels) throws -> LossValue<Float> {
    var result = LossValue(value: 0, gradient: logits)
    let ops = operations("loss")
    _ = try ops.within("loss") {
      try ops.record("SoftmaxCrossEntropy", [logits]) {
        result = try softmaxCrossEntropy(logits, labels)
        return [result.gradient]
      }
    }
    return result
  }

  private func backward<Cell: TracedCell>(
    _ cell: Cell, _ dz: Tensor<Float>, h: Tensor<Float>, _ caches: [Cell.Cache]
  ) -> NamedTensors<Float> {
    let ops = operations("backward")
    return ops.within("backward") {
      let (dW, db, dh) = ops.within("dense layer") {
        (
          ops.matMul(h, dz, transposeA: true), ops.biasAddGrad(dz), ops.matMul(dz, dense.kernel, transposeB: true)
        )
      }
      var cell = cell
      var gradient = cell.gradient(ofOutput: dh)
      for (t, cache) in caches.enumerated().reversed() {
        gradient = ops.within("step \(t + 1)") { cell.backward(gradient, cache, ops) }
      }
      let weights = cell.weightGradient(ops)
      return NamedTensors(
        weights.named.map { ("0/" + $0.name, $0.tensor) } + [("1/kernel", dW), ("1/bias", db)])
    }
  }

  /// Adam, weight by weight.
  private func applyAdam(_ gradient: NamedTensors<Float>) throws -> NamedTensors<Float> {
    let ops = operations("optimizer")
    let (adam, state) = (training.run.optimizer, training.run.optimizerState)
    return try ops.within("optimizer") {
      NamedTensors(
        try training.model.parameters.named.map { name, weight in
          var one = NamedTensors([(name, weight)])
          var memory = OptimizerState(adam, for: one)
          try memory.restore(step: state.step, named: state.named.filter { $0.name.hasPrefix(name + "/") })
          let share = NamedTensors([(name, gradient[name])])
          _ = try ops.within(name) {
            try ops.record("ApplyAdam", [weight, gradient[name]]) {
              try adam.step(&one, gradient: share, state: &memory)
              return one.tensors
            }
          }
          return (name, one.tensors[0])
        })
    }
  }
}
