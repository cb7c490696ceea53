import Foundation
import Layers
import Safetensors
import Support
import Testing

@testable import Conversion

/// What a request chooses, how numbers and paths come out, and what the check of a conversion finds.
@Suite struct RequestTests {
  private func message(_ work: () throws -> Void) -> String {
    do { try work() } catch { return "\(error)" }
    return "none"
  }

  private func conversion(
    _ networks: [RecurrentNetwork], _ from: Framework, _ to: Framework, others: [Checkpoint.Entry] = [],
    _ change: (inout ConversionRequest) -> Void = { _ in }
  ) throws -> WeightConversion {
    var request = ConversionRequest(from: from, to: to)
    change(&request)
    let entries = try networks.flatMap { try Samples.entries($0, from) } + others
    return try WeightConversion(Checkpoint(entries, file: "model"), request)
  }

  private func lstm(_ path: String..., D: Int = 3, H: Int = 4, both: Bool = false) -> RecurrentNetwork {
    Samples.network(.lstm, bidirectional: both, D: D, H: H, path: path)
  }

  // MARK: Choosing

  @Test func networksAreChosenByTheirPaths() throws {
    let networks = [lstm("a", "x"), lstm("b"), lstm("a", "y")]
    func titles(_ only: [String]) throws -> [String] {
      let own = try conversion(networks, .keras, .pytorch) { $0.only = only }
      return own.parts.map(own.title)
    }
    try expect(
      titles([]) == ["a.x", "b", "a.y"] && titles(["a"]) == ["a.x", "a.y"] && titles(["b", "a/y"]) == ["b", "a.y"])
    expectEqual(
      message { _ = try titles(["a", "c"]) },
      "--only: expected the path of a network (\"a/x\", \"b\", \"a/y\"), received \"c\"")
    expectEqual(
      message { _ = try conversion(networks, .keras, .pytorch) { $0.stack = ["c"] } },
      "--stack: expected the path of a network (\"a/x\", \"b\", \"a/y\"), received \"c\"")
    let one = try conversion(networks, .keras, .pytorch) { $0.only = ["b"] }
    expect(one.others.map(\.name).sorted().first == "a/x/bias" && one.others.count == 6)
  }

  /// Of up to twenty paths all are named.
  @Test(arguments: [20, 21]) func twentyPathsAreNamed(count: Int) {
    let networks = (0..<count).map { Samples.network(.simpleRNN, D: 1, H: 1, path: ["n\(10 + $0)"]) }
    let titles = (0..<20).map { "\"n\(10 + $0)\"" }.joined(separator: ", ")
    expectEqual(
      message { _ = try conversion(networks, .keras, .onnx) { $0.only = ["x"] } },
      "--only: expected the path of a network (\(titles)\(count > 20 ? ", …" : "")), received \"x\"")
  }

  @Test func aNewPathIsSplitIntoWords() throws {
    for (path, words, title) in [(".", [], "."), ("x", ["x"], "x"), ("x.y/z", ["x", "y", "z"], "x.y.z")] {
      let own = try conversion([lstm("a")], .keras, .mxnet) { $0.newPath = path }
      expect(own.parts[0].network.path == words && own.title(of: own.parts[0]) == title)
    }
    let keras = try conversion([lstm("a")], .pytorch, .keras) { $0.newPath = "x.y" }
    expectEqual(keras.title(of: keras.parts[0]), "x/y")
  }

  /// Options for a whole model concern the networks that have a choice.
  @Test func optionsConcernTheNetworksWithAChoice() throws {
    let own = try conversion([lstm("a", both: true), lstm("b")], .keras, .keras) {
      ($0.told.merge, $0.told.isReversed) = (.sum, true)
    }
    expect(own.parts.map(\.network.merge) == [.sum, .concat] && own.parts.map(\.network.isReversed) == [false, true])
    expectEqual(
      message { _ = try conversion([lstm("a", both: true)], .keras, .onnx) { $0.told.resetAfter = true } },
      "--reset-after: expected a GRU, received none")
    expectEqual(
      message { _ = try conversion([lstm("a")], .keras, .tensorflow1) { $0.told.forgetBias = 2 } }, "none")
  }

  // MARK: Stacks

  @Test func aStackKeepsItsAssumptionsOnce() throws {
    let networks = [lstm("b", D: 4), lstm("a"), lstm("c", D: 9)]
    let own = try conversion(networks, .keras, .onnx) { $0.stack = ["a", "b"] }
    expectEqual(own.parts.map { $0.sources.map(\.title) }, [["a", "b"], ["c"]])
    expect(own.parts[0].network.cells.map { $0[0].inputSize } == [3, 4] && own.parts[0].network.path == ["a"])
    expectEqual(
      own.parts[0].network.assumptions,
      [
        "assumes sigmoid, tanh, tanh; --activations says otherwise, as in --activations keras2_hard_sigmoid,tanh",
        "assumes the forward direction; --direction reverse says otherwise",
      ])
  }

  @Test func aStackNeedsOneInputForTheNextLayer() throws {
    let refused = "--stack: with the merge mode none there is no one input for the next layer"
    for networks in [
      [lstm("a", both: true), lstm("b", D: 4, both: true)], [lstm("a", both: true), lstm("b", D: 4)],
    ] {
      expectEqual(
        message {
          _ = try conversion(networks, .keras, .keras) {
            ($0.stack, $0.told.merge) = (["a", "b"], DirectionMerge.none)
          }
        }, refused)
    }
    let summed = try conversion([lstm("a", both: true), lstm("b", D: 4)], .keras, .keras) {
      ($0.stack, $0.told.merge) = (["a", "b"], .sum)
    }
    expectEqual(summed.parts[0].network.cells.map(\.count), [2, 1])
    // Backward layers of ONNX stand in the order of their inputs.
    let backward = try conversion([lstm("a"), lstm("b", D: 4)], .onnx, .onnx) {
      ($0.stack, $0.told.isReversed) = (["a", "b"], true)
    }
    expect(backward.parts[0].network.isReversed)
  }

  // MARK: Numbers

  /// Half precision grows into single, double stays; tensors of no network do not count.
  @Test func theTypeIsThatOfTheNetworks() throws {
    let own = try Samples.entries(lstm("a"), .keras)
    func type(_ types: [ElementType], asked: ElementType? = nil) throws -> ElementType {
      let entries = try zip(own, types).map { entry, type in
        let numbers = try #require(entry.tensor.numbers)
        return Checkpoint.Entry(entry.name, try StoredTensor(rounding: numbers, to: type, shape: entry.tensor.shape))
      }
      var request = ConversionRequest(from: .keras, to: .onnx)
      request.type = asked
      return try WeightConversion(Checkpoint(entries + [Samples.entry("other", 2)]), request).type
    }
    try expect(type([.float32, .float32, .float32]) == .float32 && type([.float16, .bfloat16, .float16]) == .float32)
    try expectEqual(type([.float32, .float32, .float64]), .float64)
    try expectEqual(type([.float64, .float64, .float64], asked: .bfloat16), .bfloat16)
  }

  /// TensorFlow 1 adds its forget bias again: it is taken out of the bias.
  @Test(arguments: [(nil, 1.0), (2.5, 2.5)] as [(Double?, Double)])
  func theForgetBiasIsTakenOut(told: Double?, amount: Double) throws {
    let network = lstm("a", H: 2)
    let own = try conversion([network], .keras, .tensorflow1) { $0.told.forgetBias = told }
    let bias = try #require(network.cells[0][0].bias).scalars
    let written = try #require(own.parts[0].tensors.first { $0.name.hasSuffix("bias") }).tensor.scalars
    // Blocks i f g o become i g f o.
    let expected = [0, 1, 4, 5, 2, 3, 6, 7].map { bias[$0] - ((2...3).contains($0) ? amount : 0) }
    expectEqual(written, expected)
    try expect(own.largestDifference(of: own.parts[0], seed: 1) <= 1e-14)
    // As the part says it, it is there.
    expectEqual(own.parts[0].network.cells, network.cells)
  }

  // MARK: Nothing found

  @Test(arguments: [12, 13]) func twelveTensorsAreNamed(count: Int) {
    let entries = (0..<count).map { Samples.entry("t\($0)", 2, 3) }
    let names = (0..<12).map { "\"t\($0)\" [2, 3]" }.joined(separator: ", ") + (count > 12 ? " and 1 more" : "")
    expectEqual(
      message { _ = try WeightConversion(Checkpoint(entries, file: "model"), ConversionRequest(to: .keras)) },
      "model: expected a recurrent network, found \(names)")
  }

  @Test(arguments: Framework.allCases) func namesOfAFrameworkAreShown(framework: Framework) {
    let examples: [Framework: String] = [
      .keras: "Keras (PATH/kernel, PATH/recurrent_kernel)",
      .tensorflow1: "TensorFlow 1 (PATH/basic_lstm_cell/kernel, PATH/gru_cell/gates/kernel)",
      .pytorch: "PyTorch (PATH.weight_ih_l0, PATH.weight_hh_l0)", .onnx: "ONNX (PATH/W, PATH/R)",
      .mxnet: "MXNet (PATH.l0_i2h_weight, PATH.l0_h2h_weight)",
    ]
    expectEqual(
      message {
        _ = try WeightConversion(Checkpoint([], file: "model"), ConversionRequest(from: framework, to: .keras))
      }, "model: expected a recurrent network under the names of \(examples[framework] ?? ""), found no tensor")
  }

  // MARK: The check

  @Test func theCheckSaysWhatItReads() throws {
    let own = try conversion([lstm("a")], .keras, .pytorch)
    func difference(_ change: (inout WeightConversion.Part) -> Void) throws -> Double {
      var part = own.parts[0]
      change(&part)
      return try own.largestDifference(of: part, seed: 1)
    }
    try expect(difference { _ in } <= 1e-14)
    expectEqual(
      message { _ = try difference { $0.tensors = [] } },
      "the check reads 0 networks for \"a\" in the result, expected one")
    expectEqual(
      message { _ = try difference { $0.tensors[0].tensor.scalars[1] = .nan } },
      "the check reads 1 networks for \"a\" in the result, expected one: "
        + "\"a.weight_ih_l0\": expected finite numbers, received nan at element 1")
    // More units give outputs of another size.
    let larger = try conversion([lstm("a", H: 5)], .keras, .pytorch)
    try expectEqual(difference { $0.tensors = larger.parts[0].tensors }, .infinity)
    try expectEqual(
      difference {
        $0.tensors[1].tensor.scalars[0] = 1e300; $0.network.activations = [.linear, .linear, .linear]
      }, .infinity)
    // Other samples, other differences; more samples, no smaller one.
    func wrong(_ part: inout WeightConversion.Part) { part.tensors[0].tensor.scalars[1] += 0.5 }
    var part = own.parts[0]
    wrong(&part)
    let few = try own.largestDifference(of: part, seed: 1, samples: 1, steps: 1)
    let more = try own.largestDifference(of: part, seed: 1, samples: 4, steps: 1)
    expect(few > 0 && more >= few && own.parts[0].tensors.count == 4)
    try expect(own.largestDifference(of: part, seed: 2, samples: 1, steps: 1) != few)
  }

  /// What the network is told beside its weights takes part in the check.
  @Test func theCheckRunsWithTheOptions() throws {
    let backward = try conversion([lstm("a")], .keras, .onnx) { $0.told.isReversed = true }
    try expect(backward.largestDifference(of: backward.parts[0], seed: 1) <= 1e-14)
    let both = try conversion([lstm("a", both: true), lstm("b", D: 4)], .keras, .keras) {
      ($0.stack, $0.told.merge, $0.activations) = (["a", "b"], .mul, [.relu])
    }
    try expect(both.largestDifference(of: both.parts[0], seed: 1) <= 1e-14)
    let cell = "a/cudnn_compatible_lstm_cell"
    let entries = [Samples.entry("\(cell)/kernel", 5, 8), Samples.entry("\(cell)/bias", 8)]
    let cudnn = try WeightConversion(Checkpoint(entries), ConversionRequest(from: .tensorflow1, to: .pytorch))
    try expect(cudnn.largestDifference(of: cudnn.parts[0], seed: 1) <= 1e-14)
    var clipped = lstm("a")
    (clipped.clip, clipped.inputForget) = (0.125, true)
    var request = ConversionRequest(from: .onnx, to: .onnx)
    request.config = ["a": NetworkSettings(clip: 0.125, inputForget: true)]
    let own = try WeightConversion(Checkpoint(try Samples.entries(clipped, .onnx)), request)
    expect(own.parts[0].network.clip == 0.125 && own.parts[0].network.inputForget)
    try expectEqual(own.largestDifference(of: own.parts[0], seed: 1), 0)
  }

  /// A GRU that resets before the product has a place in three frameworks.
  @Test(arguments: [Framework.keras, .onnx, .tensorflow1], [Framework.keras, .onnx, .tensorflow1])
  func theCheckKnowsBothResetGates(from: Framework, to: Framework) throws {
    let gru = Samples.network(.gru, layers: 2, biases: 1, resetAfter: false, path: ["g"])
    let own = try conversion([gru], from, to) { $0.told.resetAfter = from == .onnx ? false : nil }
    let part = own.parts[0]
    try expect(own.largestDifference(of: part, seed: 1) <= 1e-14)
    expectEqual(part.network.cells.map { $0[0].kernel }, gru.cells.map { $0[0].kernel })
    for (place, entry) in part.tensors.enumerated() {
      var wrong = part
      wrong.tensors[place].tensor.scalars[entry.tensor.count - 1] += 0.25
      // The second half of ONNX' bias is added to the first.
      try expect(own.largestDifference(of: wrong, seed: 1) > 1e-5, "\(entry.name)")
    }
  }

  @Test func theCheckNeedsItsTensors() {
    func error(_ framework: Framework, _ tensors: [String: Tensor<Double>] = [:]) -> String {
      message {
        _ = try PlainCell(framework, .lstm, activations: [.tanh, .tanh, .tanh], resetAfter: true, forgetBias: 0) {
          tensors[$0]
        }
      }
    }
    let kernel = Tensor<Double>.zeros([3, 8])
    expectEqual(error(.keras), "the check found no tensor \"kernel\"")
    expectEqual(error(.keras, ["kernel": kernel]), "the check found no tensor \"recurrent_kernel\"")
    expectEqual(error(.onnx), "the check found no tensor \"W\"")
    expectEqual(error(.onnx, ["W": .zeros([8, 3])]), "the check found no tensor \"R\"")
    for framework in [Framework.pytorch, .mxnet, .tensorflow1] {
      expectEqual(error(framework), "the check found no kernel")
    }
    expectEqual(error(.tensorflow1, ["kernel": kernel]), "the check found no kernel or bias")
    expectEqual(error(.pytorch, ["weight_ih": .zeros([8, 3])]), "the check found no kernel")
  }
}
