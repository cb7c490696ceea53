/// Where one tensor of a cell's state stands among the tensors of a case.
package struct StateSlot {
  /// The name of the final state: `h`, `states[1]`.
  package let name: String
  /// Its columns, when the framework joins several tensors in one.
  package var columns: Range<Int>?

  /// The name of the initial state: `h0`, `initial_states[1]`.
  package var initialName: String { name.hasPrefix("states[") ? "initial_" + name : name + "0" }

  package init(name: String, columns: Range<Int>? = nil) { (self.name, self.columns) = (name, columns) }
}

extension TensorFlowCell {
  /// The names of the states in the order of these layers: h before c.
  package var slots: [StateSlot] {
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
