import Support
import Testing

@testable import Layers

@Suite struct UpdateParametersTests {
  /// Every kind of layer calls with the names, the order and the numbers of `parameters`, and keeps what was changed.
  @Test func namesOrderAndNumbersAreThoseOfTheParameters() throws {
    var cells = Cells()
    let (lstm, gru) = (try cells.lstm(3, 4), try cells.gru(8, 5, resetAfter: true))
    var model = Stack<Double>([
      Bidirectional(forward: lstm, backward: try cells.lstm(3, 4), returnSequences: true),
      Recurrent(gru, returnSequences: true),
      TimeDistributed(try Dense(kernel: cells.tensor(5, 6), bias: cells.tensor(6))),
      try Dense(kernel: cells.tensor(6, 2)),
    ])
    let wanted = model.parameters.named
    var seen: [(name: String, tensor: Tensor<Double>)] = []
    model.updateParameters { name, tensor in
      seen.append((name, tensor))
      tensor = tensor * 3
    }
    expectEqual(seen.map(\.name), wanted.map(\.name))
    expectEqual(seen.map(\.tensor), wanted.map(\.tensor))
    expectEqual(model.parameters.tensors, wanted.map { $0.tensor * 3 })
  }

  /// A weight that a layer alone owns stays where it is.
  @Test func nothingIsCopied() throws {
    var model = Stack<Float>([
      LSTM(LSTMCell(inputSize: 3, units: 4), returnSequences: true), Dense(inputSize: 4, units: 6),
    ])
    func places() -> [UnsafeRawPointer?] {
      var places: [UnsafeRawPointer?] = []
      model.updateParameters { _, tensor in
        places.append(tensor.scalars.withUnsafeMutableBufferPointer { UnsafeRawPointer($0.baseAddress) })
      }
      return places
    }
    let first = places()
    expectEqual(first, places())
  }
}
