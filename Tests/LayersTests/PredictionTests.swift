import Support
import Testing

@testable import Layers

/// A prediction has the bits and the mask of a forward pass, and so has the same layer in its own scalar type.
@Suite struct PredictionTests {
  var cells = Cells()

  private func check<L: Layer<Double>>(_ layer: L, _ x: Tensor<Double>, masks: [SequenceMask?]) throws {
    let other = try #require(layer.convertedLayer(to: Double.self) as? L)
    expect(other.parameters == layer.parameters && other.knownCells == layer.knownCells)
    for mask in masks {
      let forward = try layer.forward(x, mask: mask)
      let predicted = try layer.predict(x, mask: mask)
      expect(predicted.output == forward.output && predicted.mask == forward.mask, "\(L.self)")
      let converted = try other.forward(x, mask: mask)
      expect(converted.output == forward.output && converted.mask == forward.mask, "\(L.self)")
      let dy = forward.output * 0.5
      let back = try layer.backward(dy, cache: forward.cache)
      try expect(layer.parameterGradient(dy, cache: forward.cache) == back.parameters && back.input.shape == x.shape)
    }
    try expect(
      layer(x) == layer.predict(x, mask: nil).output && layer.forward(x).mask == layer.forward(x, mask: nil).mask)
  }

  @Test mutating func everyLayer() throws {
    let x = cells.tensor(2, 4, 3)
    let masks = [nil, SequenceMask(lengths: [4, 2], steps: 4)]
    let skipping = SequenceMask(batchSize: 2, steps: 4, isUsed: [true, false, true, false, false, true, true, true])
    try check(Dense(kernel: cells.tensor(3, 5), bias: cells.tensor(5), activation: .softsign), x, masks: masks)
    try check(Dropout<Double>(rate: 0.3, seed: 4), x, masks: masks)
    try check(Masking<Double>(maskValue: x.scalars[0]), x, masks: masks)
    try check(TimeDistributed(try Dense(kernel: cells.tensor(3, 2), activation: .tanh)), x, masks: masks)
    let words = Tensor<Double>([[2, 0, 1], [1, 1, 0]])
    for maskZero in [false, true] {
      try check(
        Embedding(embeddings: cells.tensor(3, 2), maskZero: maskZero), words,
        masks: [nil, SequenceMask(lengths: [3, 1], steps: 3)])
    }
    for (returnSequences, goBackwards, isZero) in [
      (false, false, false), (true, false, true), (true, true, false), (false, true, true),
    ] {
      let layer = Recurrent(
        try cells.gru(3, 4, resetAfter: false), returnSequences: returnSequences, goBackwards: goBackwards,
        zeroOutputForMask: isZero)
      try check(layer, x, masks: masks + [skipping])
      try expect(layer.forward(x, mask: skipping).mask == (returnSequences ? skipping : nil))
    }
  }

  @Test(arguments: MergeMode.allCases, [true, false])
  mutating func bothDirections(mode: MergeMode, returnSequences: Bool) throws {
    let x = cells.tensor(2, 4, 3)
    let masks = [nil, SequenceMask(lengths: [3, 4], steps: 4)]
    let layer = Bidirectional(
      forward: try cells.lstm(3, 5), backward: try cells.simpleRNN(3, 5), mergeMode: mode,
      returnSequences: returnSequences)
    try check(layer, x, masks: masks)
    try expect(layer.forward(x, mask: masks[1]).mask == (returnSequences ? masks[1] : nil))
    // A cell that the kernels do not compute, in one of the directions.
    let slow = Bidirectional(
      forward: try cells.lstm(3, 5, LSTMOptions(activation: .softmax)), backward: try cells.lstm(3, 5), mergeMode: mode,
      returnSequences: returnSequences)
    try check(slow, x, masks: masks)
    #expect(throws: ShapeError.self) { try layer.predict(cells.tensor(2, 4, 2), mask: nil) }
    #expect(throws: ShapeError.self) { try layer.predict(x, mask: SequenceMask(lengths: [1, 1], steps: 3)) }
  }

  /// The outputs of all layers, and the gradient of each, from that of the last one.
  @Test mutating func aStackIsItsLayers() throws {
    let (first, second) = (
      Recurrent(try cells.simpleRNN(3, 4), returnSequences: true), LSTM(try cells.lstm(4, 2))
    )
    let third = try Dense(kernel: cells.tensor(2, 5), bias: cells.tensor(5), activation: .sigmoid)
    let stack = Stack<Double>([first, second, third])
    let x = cells.tensor(2, 3, 3)
    let forward = try stack.forward(x)
    let a = try first.forward(x)
    let b = try second.forward(a.output)
    let c = try third.forward(b.output)
    expect(forward.cache.outputs == [a.output, b.output, c.output] && forward.output == c.output)
    let dy = cells.tensor(2, 5)
    let dc = try third.backward(dy, cache: c.cache)
    let db = try second.backward(dc.input, cache: b.cache)
    let da = try first.backward(db.input, cache: a.cache)
    try expectEqual(stack.outputGradients(dy, cache: forward.cache), [db.input, dc.input, dy])
    let back = try stack.backward(dy, cache: forward.cache)
    let names = da.parameters.named.map { "0/\($0.name)" } + db.parameters.named.map { "1/\($0.name)" }
    expect(back.input == da.input && back.parameters.names == names + ["2/kernel", "2/bias"])
    expectEqual(
      back.parameters.tensors,
      [da.parameters.named, db.parameters.named, dc.parameters.named].flatMap { $0.map(\.tensor) })
    try expectEqual(stack.parameterGradient(dy, cache: forward.cache), back.parameters)
    // A mask goes from layer to layer, until one has none to give.
    let mask = SequenceMask(lengths: [3, 1], steps: 3)
    try expect(Stack<Double>([first]).forward(x, mask: mask).mask == mask && stack.forward(x, mask: mask).mask == nil)
    try expectEqual(
      stack.forward(x, mask: mask).output, third(second.forward(first.forward(x, mask: mask).output, mask: mask).output)
    )
    let none = Stack<Double>([])
    let empty = try none.forward(x)
    expect(empty.output == x && empty.cache.outputs.isEmpty)
    try expect(
      none.parameterGradient(x, cache: empty.cache).names.isEmpty && none.backward(x, cache: empty.cache).input == x
    )
    try expectEqual(none.outputGradients(dy, cache: empty.cache), [dy])
    var other = stack
    other.parameters = stack.parameters.zeros
    expect(other.parameters == stack.parameters.zeros && other.layers.count == 3)
  }
}
