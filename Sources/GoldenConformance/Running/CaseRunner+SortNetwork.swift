import Training

extension CaseRunner {
  /// MXNet's `example/bi-lstm-sort`: embedding, an LSTM in each direction, a dense layer and softmax for every step.
  ///
  /// Rows of `hidden`, `logits` and `outputs` are time-major: row `t·B + b`. The loss is `Σ −log p[label]`, over the
  /// steps of each sequence where lengths are given.
  mutating func sortNetwork() throws {
    let embedding = try Embedding(embeddings: try weights.required("embed_weight"))
    let words = try embedding.forward(try x())
    let (B, T) = (words.output.shape[0], words.output.shape[1])
    let stores = ["l0_", "l1_"].map { weights.under($0) }
    let cells = try stores.map { try $0.cell(.biLSTMSort, .init(), LSTMCell.self) }
    let layer = Bidirectional(forward: cells[0], backward: cells[1], returnSequences: true)
    let states = ["l0_init_", "l1_init_"].map { side in
      let zero = cells[0].zeroState(batchSize: B)
      return LSTMState(h: input(side + "h") ?? zero.h, c: input(side + "c") ?? zero.c)
    }
    let mask = mask(steps: T)
    let run = try layer.run(words.output, forwardState: states[0], backwardState: states[1], mask: mask)
    let merged = layer.merge(run.forwardOutput, run.backwardOutput)
    let dense = try Dense(
      kernel: try weights.required("cls_weight").transposed, bias: try weights.required("cls_bias"))
    let hidden = merged.timeMajor.reshaped([T * B, merged.columns])
    let logits = try dense.forward(hidden)
    give("hidden", hidden)
    give("logits", logits.output)
    give("outputs", softmax(logits.output))
    guard wantsGradients || wantsSteps, let label = self.run.inputs["label"] else { return }
    let labels = (0..<T * B).map { row in Int(label.values[row % B * T + row / B]) }
    let usedRows = mask.map { mask in
      SequenceMask(batchSize: T, steps: B, isUsed: (0..<T * B).map { mask[$0 % B, $0 / B] })
    }
    let loss = try softmaxOutputLoss(logits.output, Labels(labels), mask: usedRows)
    let dDense = try dense.backward(loss.gradient, cache: logits.cache)
    give("gradients.weights.cls_weight", dDense.parameters.kernel.transposed)
    if let bias = dDense.parameters.bias { give("gradients.weights.cls_bias", bias) }
    let dMerged = dDense.input.reshaped([T, B, merged.columns]).timeMajor
    let (dForward, dBackward) = layer.unmerge(dMerged, run.forwardOutput, run.backwardOutput)
    if wantsSteps {
      giveSteps(
        "",
        try layer.trace(
          words.output, run: run, initial: (states[0], states[1]), outputs: (dForward, dBackward),
          named: ("l0/", "l1/")))
    }
    let gradient = try layer.backward(forwardOutput: dForward, backwardOutput: dBackward, run: run)
    for (side, own, store) in zip3(["l0_init_", "l1_init_"], [gradient.forward, gradient.backward], stores) {
      give("gradients.inputs.\(side)h", own.initialState.h)
      give("gradients.inputs.\(side)c", own.initialState.c)
      giveGradients(own.parameters, store: store)
    }
    let dWords = try embedding.backward(gradient.x, cache: words.cache)
    give("gradients.weights.embed_weight", dWords.parameters.embeddings)
  }
}

private func zip3<A, B, C>(_ a: [A], _ b: [B], _ c: [C]) -> [(A, B, C)] {
  zip(a, zip(b, c)).map { ($0, $1.0, $1.1) }
}
