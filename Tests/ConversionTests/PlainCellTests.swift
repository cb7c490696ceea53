import Layers
import Support
import Testing

@testable import Conversion

/// The cells that check a conversion, beside numbers computed with fractions by the equations of the papers: linear
/// activations and weights in eighths, so that hardly anything is rounded.
@Suite struct PlainCellTests {
  private static func number(_ k: Int) -> Double {
    let eighths = (k * 5 + 3) % 17 - 8
    return Double(eighths) / 8
  }

  private static func matrices(_ first: Int, _ gates: Int, _ columns: Int) -> [[[Double]]] {
    (0..<gates).map { g in (0..<2).map { j in (0..<columns).map { number(first + (g * 2 + j) * columns + $0) } } }
  }

  private static func vectors(_ first: Int, _ gates: Int) -> [[Double]] {
    (0..<gates).map { g in (0..<2).map { number(first + g * 2 + $0) } }
  }

  private static let x = (0..<3).map { t in [number(90 + 2 * t), number(91 + 2 * t)] }

  private static func cell(_ kind: CellKind, outputs: Int = 2) -> PlainCell {
    let G = kind.gates.count
    let functions = [Activation](repeating: .linear, count: kind.usualActivations.count)
    var cell = PlainCell(kind: kind, inputs: 2, units: 2, activations: functions)
    (cell.input, cell.state) = (matrices(0, G, 2), matrices(20, G, outputs))
    (cell.inputBias, cell.stateBias) = (vectors(40, G), vectors(50, G))
    return cell
  }

  /// Some dozens of additions and products, whose terms may cancel.
  private func expectOutputs(_ outputs: [[Double]], _ expected: [[Double]]) {
    expectEqual(outputs.map(\.count), expected.map(\.count))
    for (a, b) in zip(outputs.joined(), expected.joined()) { expect(abs(a - b) <= 1e-13 * max(abs(b), 1)) }
  }

  @Test func anLSTMIsThatOfThePapers() {
    var cell = Self.cell(.lstm)
    expectOutputs(
      cell.run(Self.x, backward: false),
      [
        [-0.0849151611328125, 0.15087127685546875], [-2.3453502965774016, 0.23340628085501341],
        [-14.5939527397934, -0.4264385696796905],
      ])
    cell.inputForget = true
    expectOutputs(
      cell.run(Self.x, backward: false),
      [
        [-0.0849151611328125, 0.15087127685546875], [-1.0323210991895353, 0.9053862440718089],
        [-3.3426636525597804, 0.2693222312280623],
      ])
    (cell.inputForget, cell.clip) = (false, 0.5)
    expectOutputs(
      cell.run(Self.x, backward: false),
      [
        [-0.015625, 0.02734375], [-0.16351318359375, 0.029736042022705078],
        [-0.08276840310645639, -0.029637443212777725],
      ])
  }

  @Test func peepholesProjectionAndForgetBiasTakePart() {
    var cell = Self.cell(.lstm, outputs: 1)
    cell.peepholes = Self.vectors(60, 3)
    cell.projection = [[Self.number(70), Self.number(71)]]
    cell.forgetBias = 1
    expect(cell.outputs == 1 && Self.cell(.gru).outputs == 2)
    expectOutputs(
      cell.run(Self.x, backward: false), [[-0.7144448347389698], [-8.53210624521127], [-244.94979420836947]])
  }

  @Test func aGRUResetsAfterOrBeforeTheProduct() {
    var cell = Self.cell(.gru)
    expectOutputs(
      cell.run(Self.x, backward: false),
      [
        [0.19769287109375, -2.33349609375], [1.3528118945298697, 15.576558436839875],
        [18.54294473151969, -657.6319683713315],
      ])
    cell.resetAfter = false
    expectOutputs(
      cell.run(Self.x, backward: false),
      [
        [0.530517578125, -2.16064453125], [7.058436788984693, 18.421990920291478],
        [-649.096363721726, -652.3533234278104],
      ])
  }

  @Test func outputsStandAtTheirStepInBothDirections() {
    let cell = Self.cell(.simpleRNN)
    let forward = [[1.640625, -1.765625], [1.193359375, -2.697265625], [1.036376953125, -2.249755859375]]
    let backward = [[1.05810546875, -2.42626953125], [0.95703125, -1.01953125], [1.40625, 0]]
    expect(cell.run(Self.x, backward: false) == forward && cell.run(Self.x, backward: true) == backward)
    var network = PlainNetwork(cells: [[cell, cell]])
    expectEqual(network.run(Self.x), [forward, backward])
    network.cells = [[cell]]
    network.isReversed = true
    expectEqual(network.run(Self.x), [backward])
  }

  /// Functions of the cells are those of the papers.
  @Test(arguments: [
    (Activation.tanh, 0.635_148_952_387_287_3, -0.635_148_952_387_287_3), (.relu, 0.75, 0),
    (.sigmoid, 0.679_178_699_175_392_9, 0.320_821_300_824_607_1), (.linear, 0.75, -0.75),
    (.hardSigmoid(alpha: 0.5, beta: 0.25), 0.625, 0),
  ])
  func functionsAreThoseOfThePapers(activation: Activation, above: Double, below: Double) {
    var cell = PlainCell(kind: .simpleRNN, inputs: 1, units: 1, activations: [activation])
    (cell.input, cell.state, cell.inputBias, cell.stateBias) = ([[[1]]], [[[0]]], [[0]], [[0]])
    expectOutputs(cell.run([[0.75], [-0.75]], backward: false), [[above], [below]])
    cell.clip = 0.5
    expectOutputs(
      cell.run([[0.75], [0.5], [0.25]], backward: false), cell.run([[0.5], [0.5], [0.25]], backward: false))
  }

  /// What the second layer reads: both directions side by side, or their sum, product or mean.
  @Test(arguments: [
    (DirectionMerge.concat, [3, 5, 0]), (.sum, [8, 0]), (.mul, [15, 0]), (.ave, [4, 0]),
  ])
  func directionsAreMerged(merge: DirectionMerge, sums: [Double]) {
    // Cells without memory: 3x, 5x, and a layer that hands its inputs on.
    func gain(_ weights: [[Double]]) -> PlainCell {
      var cell = PlainCell(
        kind: .simpleRNN, inputs: weights[0].count, units: weights.count, activations: [.linear])
      let none = [Double](repeating: 0, count: weights.count)
      (cell.input, cell.state) = ([weights], [weights.map { _ in none }])
      (cell.inputBias, cell.stateBias) = ([none], [none])
      return cell
    }
    let width = sums.count == 3 ? 2 : 1
    let identity = (0..<width).map { j in (0..<width).map { $0 == j ? 1.0 : 0 } }
    let network = PlainNetwork(cells: [[gain([[3]]), gain([[5]])], [gain(identity)]], merge: merge)
    let expected = Array(sums.dropLast())
    expectEqual(network.run([[1], [2]])[0], [expected, expected.map { merge == .mul ? $0 * 4 : $0 * 2 }])
  }

  // MARK: Networks with options

  private static func network(_ change: (inout RecurrentNetwork) -> Void) -> RecurrentNetwork {
    var network = Samples.network(.lstm, biases: 1, path: ["m"])
    change(&network)
    return network
  }

  private static func projected(_ columns: Int) -> RecurrentNetwork {
    network { network in
      network.cells[0][0].projection = Tensor(shape: [4, columns], scalars: (0..<4 * columns).map { number($0 + 3) })
      network.cells[0][0].recurrentKernel = Tensor(
        shape: [columns, 16], scalars: (0..<columns * 16).map { number($0) })
    }
  }

  private static let peepholes = network {
    $0.cells[0][0].peepholes = Tensor(shape: [3, 4], scalars: (0..<12).map { number($0) })
  }

  /// Options of a network, carried from one framework into another: every number counts in the check.
  @Test(arguments: [
    (peepholes, Framework.onnx, Framework.tensorflow1), (peepholes, .tensorflow1, .onnx),
    (projected(2), .pytorch, .tensorflow1), (projected(2), .tensorflow1, .pytorch), (projected(3), .pytorch, .pytorch),
  ])
  func theCheckSeesEveryTensor(network: RecurrentNetwork, from: Framework, to: Framework) throws {
    let checkpoint = Checkpoint(try Samples.entries(network, from))
    var request = ConversionRequest(from: from, to: to)
    request.told.kind = .lstm
    let conversion = try WeightConversion(checkpoint, request)
    let part = conversion.parts[0]
    try expect(conversion.largestDifference(of: part, seed: 4) <= 1e-13)
    for (place, entry) in part.tensors.enumerated() {
      // The last number of the tensor: of the last gate, row or unit.
      var wrong = part
      wrong.tensors[place].tensor.scalars[entry.tensor.count - 1] += 0.25
      try expect(conversion.largestDifference(of: wrong, seed: 4) > 1e-5, "\(entry.name)")
    }
  }

  @Test func aNetworkIsSummedUpInALine() {
    let lines: [(RecurrentNetwork, String)] = [
      (Samples.network(.simpleRNN, biases: 0), "SimpleRNN: 1 layer, forward, 3 inputs, 4 units, no bias"),
      (
        Samples.network(.gru, layers: 2, bidirectional: true, biases: 2),
        "GRU: 2 layers, both directions, 3 inputs, 4 units, two biases, reset gate after the product"
      ),
      (
        Samples.network(.gru, resetAfter: false),
        "GRU: 1 layer, forward, 3 inputs, 4 units, one bias, reset gate before the product"
      ),
      (
        Self.network {
          $0.isReversed = true
          $0.clip = 0.5
          $0.inputForget = true
          $0.activations = [.sigmoid, .relu, .tanh]
        },
        "LSTM: 1 layer, backward, 3 inputs, 4 units, one bias, sigmoid relu tanh, clip 0.5, f = 1 − i"
      ),
      (Self.peepholes, "LSTM: 1 layer, forward, 3 inputs, 4 units, one bias, peepholes"),
      (Self.projected(2), "LSTM: 1 layer, forward, 3 inputs, 4 units, one bias, projected to 2"),
      (
        Self.network { $0.cells.append(Samples.network(.lstm, bidirectional: true, D: 4, H: 5).cells[0]) },
        "LSTM: 2 layers, some in both directions, 3 inputs, 4, 5 units, one bias"
      ),
    ]
    for (network, line) in lines { expectEqual(network.summary, line) }
    expectEqual(
      [Self.peepholes, Self.projected(2), Samples.network(.lstm), Samples.network(.gru), Samples.network(.simpleRNN)]
        .map(\.tensorFlowCellName), ["lstm_cell", "lstm_cell", "basic_lstm_cell", "gru_cell", "basic_rnn_cell"])
    var both = Samples.network(.lstm, bidirectional: true)
    both.cells[0][1] = Samples.network(.lstm, H: 5).cells[0][0]
    expect(both.outputSize(of: 0) == 9 && Self.projected(2).outputSize(of: 0) == 2)
    both.merge = .sum
    expectEqual(both.outputSize(of: 0), 4)
  }

  /// What a layer must be told beside its weights.
  @Test func aLayerIsToldWhatItsWeightsDoNotShow() {
    func lines(_ network: RecurrentNetwork, _ framework: Framework) -> [String] { network.settings(in: framework) }
    let odd = Self.network {
      $0.activations = [.keras2HardSigmoid, .relu, .relu]
      $0.isReversed = true
      $0.clip = 2
      $0.inputForget = true
    }
    var relu = Samples.network(.simpleRNN, bidirectional: true)
    (relu.activations, relu.merge) = ([.relu], .sum)
    let (gru, before) = (Samples.network(.gru, biases: 2), Samples.network(.gru, resetAfter: false))
    expect(lines(relu, .pytorch) == ["nonlinearity='relu'"] && lines(gru, .pytorch) == [])
    expect(lines(relu, .mxnet) == ["activation='relu'"] && lines(gru, .mxnet) == [])
    expectEqual(lines(Samples.network(.simpleRNN), .mxnet), ["activation='tanh'"])
    expectEqual(lines(relu, .keras), ["activation='relu'", "merge_mode='sum'"])
    expect(lines(gru, .keras) == ["reset_after=True"] && lines(before, .keras) == ["reset_after=False"])
    expectEqual(
      lines(odd, .keras),
      [
        "activation='relu'", "recurrent_activation='keras2_hard_sigmoid'",
        "go_backwards=True (its outputs come in the order of the steps)",
      ])
    expectEqual(lines(odd, .tensorflow1), ["forget_bias=1.0", "activation=relu"])
    expectEqual(odd.settings(in: .tensorflow1, forgetBias: 0.5)[0], "forget_bias=0.5")
    expect(lines(relu, .tensorflow1) == ["activation=relu"] && lines(before, .tensorflow1) == [])
    expectEqual(
      lines(odd, .onnx),
      [
        "activations=[keras2_hard_sigmoid, relu, relu]", "direction=reverse (its outputs come in the order of x)",
        "clip=2.0", "input_forget=1",
      ])
    expect(lines(gru, .onnx) == ["linear_before_reset=1"] && lines(before, .onnx) == ["linear_before_reset=0"])
  }

  /// A path is meant by its first words, a whole one only by all of them.
  @Test func pathsAreMeantByTheirWords() {
    func found(_ path: [String], full: [String]? = nil) -> FoundNetwork {
      FoundNetwork(framework: .pytorch, path: path, fullPath: full ?? path, cells: [:])
    }
    let network = found(["a.b", "c"], full: ["a.b", "c", "lstm"])
    for text in ["a", "a.b", "a/b", "a.b.c", "a/b/c/lstm"] {
      expect(network.isMeant(by: text, exactly: false), "\(text)")
    }
    for text in ["b", "a.c", "a.b.c.d", "."] { expect(!network.isMeant(by: text, exactly: false), "\(text)") }
    expect(network.isMeant(by: "a.b.c", exactly: true) && network.isMeant(by: "a.b.c.lstm", exactly: true))
    expect(!network.isMeant(by: "a.b", exactly: true))
    expect(found([]).isMeant(by: ".", exactly: true) && found([]).title == "." && network.title == "a.b.c")
    let named = FoundNetwork(
      framework: .tensorflow1, path: ["a"], fullPath: ["a", "ReLU"], cells: [:], cellWord: "gru_cell")
    expect(named.mentions("relu") && named.mentions("gru") && !named.mentions("tanh") && named.title == "a")
    let places = [CellPlace(layer: 1), CellPlace(isBackward: true), CellPlace(layer: 1, isBackward: true), CellPlace()]
    expectEqual(places.sorted(), [places[3], places[1], places[0], places[2]])
  }
}
