import Layers

extension ReferenceNetwork {
  /// The sorting network of MXNet's example; rows of its results are time-major.
  func sortNetwork() throws {
    let (term, shape) = try x()
    let (B, T) = (shape[0], shape[1])
    let mask = mask(samples: B, count: T)
    let table = try weight("embed_weight")
    let steps = rows(of: table, at: term.value.scalars.map { Int($0) }, samples: B, steps: T)
    var sides: [[Term]] = []
    for (side, isBackward) in [("l0_", false), ("l1_", true)] {
      let backwards = isBackward && !(T > 1 && faults.has(.backwardReadsForward))
      let cell = try mxnetCell(.lstm, side, order: [.i, .g, .f, .o])
      let initial = ["h", "c"].map { state("\(side)init_\($0)", samples: B, size: cell.units) }
      let result = ReferenceSequence(cells: [cell], backwards: backwards, zeroOutput: true).run(
        steps, initial, mask: mask, faults)
      giveGates(result, prefix: isBackward ? "l1/" : "l0/")
      let isReversed = backwards && !(T > 1 && faults.has(.backwardNotReversed))
      sides.append(isReversed ? result.outputs.reversed() : result.outputs)
    }
    let both = joined(sides)
    // Rows are time-major: stack the steps by a gather from [B, T·2H] seen as [B·T, 2H].
    let width = both[0].value.columns
    let hidden = Term.concatenated(both).reshaped([B * T, width]).gather(
      (0..<T * B).map { ($0 % B) * T + $0 / B })
    let logits = hidden.times(try weight("cls_weight").transposed) + (try weight("cls_bias"))
    give("hidden", hidden)
    give("logits", logits)
    give("outputs", logits.apply(.softmax))
    guard let label = run.inputs["label"] else { return }
    var counted = Array(0..<T * B)
    if let mask, mask.joined().contains(false), !faults.has(.lossCountsPadding) {
      counted = counted.filter { mask[$0 / B][$0 % B] }
    }
    add(loss: logits.gather(counted).crossEntropy(counted.map { Int(label.values[($0 % B) * T + $0 / B]) }))
  }
}
