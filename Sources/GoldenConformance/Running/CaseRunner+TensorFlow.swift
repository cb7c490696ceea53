import Layers

extension CaseRunner {
  mutating func tensorflow(_ cell: TensorFlowCell) throws {
    // dynamic_rnn: beyond a sample's length the outputs are zero and the state stops.
    let options = SequenceOptions(zeroOutputForMask: true)
    // `AnyCell` has no kernels for whole sequences: TensorFlow's cases test the step, as its cells compute step by
    // step.
    try sequence(AnyCell(try weights.tensorflow(cell)), options, cell.slots, weights)
  }
}

extension TensorFlowCell {
  /// The names of the states in the order of these layers: h before c.
  var slots: [StateSlot] {
    switch self {
    case .basicRNN, .gru: [StateSlot(name: "h")]
    case .lstm(let cell) where cell.stateIsTuple: [StateSlot(name: "h"), StateSlot(name: "c")]
    case .lstm, .multi: listSlots(from: 0).slots
    }
  }

  /// The same among the flat lists `states` and `initial_states`, where c stands before h.
  private func listSlots(from first: Int) -> (slots: [StateSlot], next: Int) {
    switch self {
    case .basicRNN, .gru: return ([StateSlot(name: "states[\(first)]")], first + 1)
    case .lstm(let cell):
      if cell.stateIsTuple {
        return ([StateSlot(name: "states[\(first + 1)]"), StateSlot(name: "states[\(first)]")], first + 2)
      }
      let name = "states[\(first)]"
      let h = StateSlot(name: name, columns: cell.units..<cell.units + cell.outputSize)
      return ([h, StateSlot(name: name, columns: 0..<cell.units)], first + 1)
    case .multi(let cells):
      var slots: [StateSlot] = []
      var next = first
      for cell in cells {
        let own = cell.listSlots(from: next)
        slots += own.slots
        next = own.next
      }
      return (slots, next)
    }
  }
}
