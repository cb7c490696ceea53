import Support
import Testing

@testable import Layers

@Suite struct WeightLayoutTests {
  var cells = Cells()

  /// Every framework, cell and choice of optional tensors that exists.
  static let layouts: [WeightLayout] =
    Framework.allCases.flatMap { framework in
      CellKind.allCases.flatMap { kind in
        [true, false].flatMap { bias in
          [true, false].flatMap { resetAfter in
            [(false, false), (true, false), (false, true), (true, true)].compactMap { peepholes, projection in
              try? WeightLayout(
                framework, kind,
                WeightFeatures(bias: bias, resetAfter: resetAfter, peepholes: peepholes, projection: projection))
            }
          }
        }
      }
    } + [.biLSTMSort]

  private mutating func weights(for layout: WeightLayout, D: Int = 3, H: Int = 4, P: Int = 2) -> CellWeights<Double> {
    let GH = layout.kind.gates.count * H
    let hasProjection = layout.has(.projection)
    return CellWeights(
      kind: layout.kind, resetAfter: layout.resetAfter, kernel: cells.tensor(D, GH),
      recurrentKernel: cells.tensor(hasProjection ? P : H, GH), bias: layout.has(.bias) ? cells.tensor(GH) : nil,
      recurrentBias: layout.has(.recurrentBias) ? cells.tensor(GH) : nil,
      peepholes: layout.has(.peepholes) ? cells.tensor(3, H) : nil, projection: hasProjection ? cells.tensor(H, P) : nil
    )
  }

  @Test mutating func encodingAndDecodingKeepEveryBit() throws {
    expect(Self.layouts.count > 40)
    for layout in Self.layouts {
      let own = weights(for: layout)
      let stored = try layout.encode(own)
      let named = Dictionary(uniqueKeysWithValues: stored.map { ($0.name, $0.tensor) })
      try expectEqual(layout.decode { named[$0] }, own, "\(layout.framework) \(layout.kind)")
    }
  }

  /// Blocks marked by numbers: 1 input, 2 forget, 3 candidate, 4 output.
  @Test func blocksStandWhereTheFrameworksHaveThem() throws {
    let marked = CellWeights<Float>(
      kind: .lstm, kernel: Tensor([[1, 2, 3, 4]]), recurrentKernel: Tensor([[10, 20, 30, 40]]),
      bias: Tensor([1, 2, 3, 4]), recurrentBias: nil)
    let tensorflow = try WeightLayout(.tensorflow1, .lstm).encode(marked)
    expectEqual(tensorflow[0].tensor, Tensor([[1, 3, 2, 4], [10, 30, 20, 40]]))
    let onnx = WeightLayout(onnxLSTM: ())
    try expectEqual(onnx.encode(marked.fitted(to: onnx))[0].tensor, Tensor([[1], [4], [2], [3]]))
    try expectEqual(onnx.encode(marked.fitted(to: onnx))[2].tensor, Tensor([1, 4, 2, 3, 0, 0, 0, 0]))
    try expectEqual(WeightLayout.biLSTMSort.encode(marked.fitted(to: .biLSTMSort))[2].tensor, Tensor([1, 3, 2, 4]))
    let gru = CellWeights<Float>(
      kind: .gru, resetAfter: false, kernel: Tensor([[1, 2, 3]]), recurrentKernel: Tensor([[10, 20, 30]]))
    let tensorflowGRU = try WeightLayout(.tensorflow1, .gru, WeightFeatures(resetAfter: false))
    try expectEqual(tensorflowGRU.encode(gru.fitted(to: tensorflowGRU))[0].tensor, Tensor([[2, 1], [20, 10]]))
  }

  @Test mutating func twoBiasesBecomeTheirSum() throws {
    let torch = weights(for: try WeightLayout(.pytorch, .lstm))
    let keras = try torch.fitted(to: WeightLayout(.keras, .lstm))
    expect(keras.recurrentBias == nil)
    expectEqual(keras.bias, torch.bias! + torch.recurrentBias!)
    let (a, b) = (try LSTMCell(weights: torch), try LSTMCell(weights: keras))
    let x = cells.tensor(2, 5, 3)
    // The sum of the biases is rounded once more in one of the two: some units of the last place.
    try expect(LSTM(a).run(x).outputs.largestDifference(from: LSTM(b).run(x).outputs) < 1e-15)
  }

  @Test mutating func whatALayoutCannotExpressIsRefusedWithTheReason() throws {
    let torchGRU = weights(for: try WeightLayout(.pytorch, .gru))
    let before = WeightFeatures(resetAfter: false)
    #expect(throws: ConversionError.self) { try torchGRU.fitted(to: WeightLayout(.keras, .gru, before)) }
    #expect(throws: ConversionError.self) { try torchGRU.fitted(to: WeightLayout(.tensorflow1, .gru, before)) }
    #expect(throws: ConversionError("pytorch has no GRU whose reset gate acts before the product")) {
      try WeightLayout(.pytorch, .gru, before)
    }
    let peepholes = weights(for: try WeightLayout(.onnx, .lstm, WeightFeatures(peepholes: true)))
    #expect(throws: ConversionError("these weights have peepholes, the keras layout has none")) {
      try peepholes.fitted(to: WeightLayout(.keras, .lstm))
    }
    let biased = weights(for: try WeightLayout(.keras, .lstm))
    #expect(throws: ConversionError.self) { try biased.fitted(to: WeightLayout(.keras, .lstm, .init(bias: false))) }
  }

  @Test mutating func missingAndMisshapenTensorsAreNamed() throws {
    let layout = try WeightLayout(.keras, .lstm)
    let good = Dictionary(uniqueKeysWithValues: try layout.encode(weights(for: layout)).map { ($0.name, $0.tensor) })
    #expect(throws: ConversionError("weight bias is missing")) { try layout.decode { $0 == "bias" ? nil : good[$0] } }
    #expect(throws: ShapeError("recurrent_kernel", expected: "[4, 16]", received: [5, 16])) {
      try layout.decode { $0 == "recurrent_kernel" ? .zeros([5, 16]) : good[$0] }
    }
    #expect(throws: ShapeError("kernel", expected: "[D, 4·H]", received: [3, 15])) {
      try layout.decode { $0 == "kernel" ? .zeros([3, 15]) : good[$0] }
    }
  }

  @Test mutating func tensorFlowCellsComputeWithTheirOwnWeights() throws {
    let (kernel, bias) = (cells.tensor(5, 8), cells.tensor(8))
    let cell = try BasicLSTMCell(kernel: kernel, bias: bias, forgetBias: 0.7)
    expectEqual(cell.parameters.named.map(\.name), ["kernel", "bias"])
    expectEqual(cell.parameters.named[0].tensor, kernel)
    try checkGradients(Recurrent(cell, returnSequences: true), x: cells.tensor(2, 3, 3))
    let rnn = try BasicRNNCell(kernel: cells.tensor(5, 2), bias: cells.tensor(2))
    try checkGradients(Recurrent(rnn, returnSequences: true), x: cells.tensor(2, 3, 3))
    let stored = [
      "gates/kernel": cells.tensor(5, 4), "gates/bias": cells.tensor(4), "candidate/kernel": cells.tensor(5, 2),
      "candidate/bias": cells.tensor(2),
    ]
    let before = WeightFeatures(resetAfter: false)
    let gru = try LayoutCell<GRUCell<Double>>(
      WeightLayout(.tensorflow1, .gru, before), options: GRUOptions(resetAfter: false)
    ) { stored[$0] }
    try checkGradients(Recurrent(gru, returnSequences: true), x: cells.tensor(2, 3, 3))
  }
}

extension WeightLayout {
  fileprivate init(onnxLSTM: ()) {
    do { self = try WeightLayout(.onnx, .lstm) } catch { preconditionFailure("\(error)") }
  }
}
