import Layers

/// How a cell goes over a sequence.
struct SequenceOptions {
  var returnSequences = true
  var goBackwards = false
  var zeroOutputForMask = false

  func layer<Cell: RecurrentCell>(_ cell: Cell) -> Recurrent<Cell> {
    Recurrent(
      cell, returnSequences: returnSequences, goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask)
  }
}
