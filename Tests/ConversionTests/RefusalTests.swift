import Files
import Foundation
import Layers
import Safetensors
import Support
import Testing
import WeightFiles

@testable import Conversion

/// What is refused, each with its exact message, before anything is written.
@Suite struct RefusalTests {
  typealias Work = @Sendable () throws -> Void

  private static func stored(_ network: RecurrentNetwork, _ framework: Framework) throws -> [Checkpoint.Entry] {
    try Samples.entries(network, framework)
  }

  /// A network with something changed, as it would be written into a framework.
  private static func write(
    _ framework: Framework, _ network: RecurrentNetwork, _ change: (inout RecurrentNetwork) -> Void
  ) throws {
    var network = network
    change(&network)
    _ = try network.tensors(in: framework)
  }

  private static func convert(
    _ entries: [Checkpoint.Entry], _ from: Framework?, _ to: Framework,
    _ change: (inout ConversionRequest) -> Void = { _ in }
  ) throws {
    var request = ConversionRequest(from: from, to: to)
    change(&request)
    _ = try WeightConversion(Checkpoint(entries, file: "model"), request).result()
  }

  private static let lstm = Samples.network(.lstm, path: ["a"])
  private static let two = Samples.network(.lstm, layers: 2, path: ["a"])
  private static let both = Samples.network(.lstm, bidirectional: true, path: ["a"])
  private static let gru = Samples.network(.gru, biases: 2, path: ["g"])
  private static let rnn = Samples.network(.simpleRNN, path: ["r"])

  // MARK: What a framework cannot hold

  static let written: [(Work, String)] = [
    ({ try write(.pytorch, both) { $0.merge = .sum } }, #""a": PyTorch has no LSTM with the merge mode sum"#),
    ({ try write(.mxnet, both) { $0.merge = .ave } }, #""a": MXNet has no LSTM with the merge mode ave"#),
    ({ try write(.tensorflow1, both) { $0.merge = .mul } }, #""a": TensorFlow 1 has no LSTM with the merge mode mul"#),
    (
      { try write(.pytorch, lstm) { $0.isReversed = true } },
      #""a": PyTorch has no LSTM with the backward direction alone"#
    ),
    (
      { try write(.mxnet, lstm) { $0.isReversed = true } }, #""a": MXNet has no LSTM with the backward direction alone"#
    ),
    (
      { try write(.tensorflow1, lstm) { $0.isReversed = true } },
      #""a": TensorFlow 1 has no LSTM with the backward direction alone"#
    ),
    (
      { try write(.keras, two) { $0.isReversed = true } },
      #""a": Keras has no LSTM with several layers that run backward"#
    ),
    (
      { try write(.keras, lstm) { $0.activations = [.sigmoid, .tanh, .relu] } },
      #""a": Keras has no LSTM with one activation for the candidate and another for the output (sigmoid, tanh, relu)"#
    ),
    (
      { try write(.tensorflow1, lstm) { $0.activations = [.relu, .tanh, .tanh] } },
      #""a": TensorFlow 1 has no LSTM with other gates than sigmoid (relu, tanh, tanh)"#
    ),
    (
      { try write(.pytorch, rnn) { $0.activations = [.elu(alpha: 0.5)] } },
      #""r": PyTorch has no simple RNN with the activations elu(0.5)"#
    ),
    (
      { try write(.mxnet, gru) { $0.activations = [.hardSigmoid(alpha: 0.3, beta: 0.7), .tanh] } },
      #""g": MXNet has no GRU with the activations hard_sigmoid(0.3, 0.7), tanh"#
    ),
    ({ try write(.onnx, rnn) { $0.activations = [.softmax] } }, #""r": ONNX has no simple RNN with softmax"#),
    (
      {
        try write(.onnx, Samples.network(.lstm, layers: 2, bidirectional: true)) { $0.merge = .sum }
      }, #"".": ONNX has no LSTM with the merge mode sum between layers"#
    ),
    (
      { try write(.keras, lstm) { $0.clip = 0.5 } },
      #""a": Keras has no LSTM with a bound of the pre-activations (clip 0.5)"#
    ),
    (
      { try write(.pytorch, lstm) { $0.inputForget = true } },
      #""a": PyTorch has no LSTM with f = 1 − i (input_forget)"#
    ),
    (
      { try write(.onnx, both) { $0.cells[0][1] = Samples.network(.lstm, H: 5).cells[0][0] } },
      #""a": ONNX has one number of units for both directions, received 4 forward and 5 backward"#
    ),
    (
      { try write(.pytorch, two) { $0.cells[1] = Samples.network(.lstm, bidirectional: true, D: 4).cells[0] } },
      #""a": PyTorch has all layers in one direction or all in both, received some of each"#
    ),
    (
      { try write(.mxnet, two) { $0.cells[1] = Samples.network(.lstm, D: 4, H: 6).cells[0] } },
      #""a": MXNet has one number of units for all layers, received 4 in the first and 6 in number 2"#
    ),
    (
      {
        try write(.pytorch, two) {
          $0.cells[1][0].projection = Tensor(shape: [4, 2], scalars: [1, 2, 3, 4, 5, 6, 7, 8])
        }
      }, #""a": PyTorch has one size of projection for all layers, received [0, 2]"#
    ),
    (
      {
        try write(.keras, Samples.network(.lstm, biases: 2)) {
          $0.cells[0][0].peepholes = Tensor(repeating: 2, shape: [3, 4])
        }
      }, #"".": keras has no LSTM with peepholes"#
    ),
    (
      { try write(.tensorflow1, gru) { _ in } }, #""g": tensorflow1 has no GRU whose reset gate acts after the product"#
    ),
    (
      { try write(.pytorch, Samples.network(.gru, biases: 2, resetAfter: false)) { _ in } },
      #"".": pytorch has no GRU whose reset gate acts before the product"#
    ),
  ]

  // MARK: What options and weights say

  static let converted: [(Work, String)] = [
    (
      { try convert(stored(lstm, .keras), .keras, .onnx) { $0.told.forgetBias = 2 } },
      "--forget-bias: expected TensorFlow 1 on one side, received none"
    ),
    (
      {
        try convert(stored(both, .keras), .keras, .onnx) {
          $0.told.merge = .sum; $0.stack = ["a"]; $0.newPath = "b"; $0.only = ["x"]
        }
      }, #"--only: expected the path of a network ("a"), received "x""#
    ),
    (
      { try convert(stored(lstm, .keras), .keras, .onnx) { $0.told.merge = .sum } },
      "--merge: expected a network with both directions, received none"
    ),
    (
      { try convert(stored(lstm, .keras), .keras, .onnx) { $0.told.resetAfter = true } },
      "--reset-after: expected a GRU, received none"
    ),
    (
      { try convert(stored(lstm, .pytorch), .pytorch, .onnx) { $0.told.isReversed = true } },
      "--direction: PyTorch has no layer that runs backward alone"
    ),
    (
      { try convert(stored(both, .pytorch), .pytorch, .onnx) { $0.told.merge = .sum } },
      "--merge: expected concat, which PyTorch always has, received sum"
    ),
    (
      { try convert(stored(lstm, .pytorch), .pytorch, .onnx) { $0.activations = [.relu] } },
      "--activations: expected sigmoid, tanh, tanh, which PyTorch's LSTM always has, received sigmoid, relu, relu"
    ),
    (
      { try convert(stored(gru, .mxnet), .mxnet, .onnx) { $0.activations = [.sigmoid, .relu] } },
      "--activations: expected sigmoid, tanh, which MXNet's GRU always has, received sigmoid, relu"
    ),
    (
      { try convert(stored(rnn, .keras), .keras, .onnx) { $0.activations = [.relu, .tanh] } },
      "--activations: expected 1 name for a simple RNN, received 2"
    ),
    (
      { try convert(stored(gru, .keras), .keras, .onnx) { $0.activations = [.relu, .tanh, .tanh] } },
      "--activations: expected 1 or 2 names for a GRU, received 3"
    ),
    (
      { try convert(stored(lstm, .keras), .keras, .onnx) { $0.activations = [.relu, .tanh, .tanh, .tanh] } },
      "--activations: expected 1 to 3 names for an LSTM, received 4"
    ),
    (
      { try convert(stored(lstm, .keras) + stored(gru, .keras), .keras, .onnx) { $0.newPath = "b" } },
      "--as: expected one network, received 2; --only and --stack choose"
    ),
    (
      {
        try convert(
          stored(Samples.network(.lstm, path: ["m", "x"]), .keras)
            + stored(Samples.network(.lstm, path: ["m", "y"]), .keras), .keras, .onnx
        ) { $0.stack = ["m"] }
      }, #"--stack: expected the path of one network, received "m", which begins those of "m/x", "m/y""#
    ),
    (
      {
        try convert(
          stored(lstm, .keras) + stored(Samples.network(.gru, biases: 2, D: 4, path: ["g"]), .keras), .keras, .onnx
        ) { $0.stack = ["a", "g"] }
      }, #"--stack: "g" and "a" differ in their kind (GRU, LSTM)"#
    ),
    (
      {
        try convert(
          stored(Samples.network(.gru, biases: 2, path: ["f"]), .keras)
            + stored(Samples.network(.gru, biases: 1, resetAfter: false, D: 4, path: ["g"]), .keras), .keras, .onnx
        ) { $0.stack = ["f", "g"] }
      }, #"--stack: "g" and "f" differ in the place of the reset gate"#
    ),
    (
      {
        try convert(stored(Samples.network(.gru, biases: 0, path: ["g"]), .keras), .keras, .onnx)
      },
      #""g": no tensor shows whether the GRU's reset gate acts after the product: say --reset-after yes or no (Keras reset_after, ONNX linear_before_reset)"#
    ),
    (
      { try convert(stored(gru, .onnx), .onnx, .keras) },
      #""g": no tensor shows whether the GRU's reset gate acts after the product: say --reset-after yes or no (Keras reset_after, ONNX linear_before_reset)"#
    ),
    (
      { try convert(stored(gru, .pytorch), .pytorch, .keras) { $0.told.resetAfter = false } },
      #"--reset-after: expected yes, as the tensors of "g" show, received no"#
    ),
    (
      { try convert(stored(lstm, .pytorch), .pytorch, .keras) { $0.told.kind = .gru } },
      #"--kind: expected lstm, as names and shapes of "a" show, received gru"#
    ),
    (
      {
        try convert(
          stored(lstm, .keras) + stored(Samples.network(.lstm, D: 4, path: ["b"]), .keras), .keras, .onnx
        ) {
          $0.stack = ["a", "b"]; $0.told.isReversed = true
        }
      }, "--stack: layers of Keras that run backward are no stack in other layouts"
    ),
    (
      {
        try convert(
          stored(both, .keras) + stored(Samples.network(.lstm, bidirectional: true, D: 8, path: ["b"]), .keras),
          .keras, .onnx
        ) {
          $0.stack = ["a", "b"]; $0.told.merge = DirectionMerge.none
        }
      }, #"--stack: "b" takes 8 inputs, the network below it gives 4"#
    ),
    (
      { try convert(stored(Samples.network(.lstm, path: ["backward_x"]), .keras), .keras, .onnx) },
      #""backward_x": no tensor shows the direction, and its name says "backward_x": say --direction reverse or --direction forward"#
    ),
    (
      {
        try convert(stored(lstm, .keras), .keras, .pytorch) {
          $0.type = .float16; $0.told.isReversed = false
        }
      }, "none"
    ),
    (
      {
        var large = try stored(lstm, .keras)
        large[0] = .init(large[0].name, StoredTensor((0..<48).map { Double($0) * 2000 }, shape: [3, 16]))
        try convert(large, .keras, .pytorch) { $0.type = .float16 }
      }, #""a.weight_ih_l0": expected numbers within the range of F16, received 66000.0; --dtype chooses"#
    ),
    (
      {
        var odd = try stored(lstm, .keras)
        odd[1] = .init(odd[1].name, StoredTensor((0..<64).map { $0 == 37 ? Double.infinity : 1 }, shape: [4, 16]))
        try convert(odd, .keras, .pytorch)
      }, #""a/recurrent_kernel": expected finite numbers, received inf at element 37"#
    ),
    (
      {
        let own = try stored(lstm, .pytorch)
        try convert(own + [.init("a.lstm.weight_hh_l0", own[1].tensor)], .pytorch, .keras)
      }, #""a.lstm": expected a tensor "a.lstm.weight_ih_l0", found none"#
    ),
    (
      { try convert(stored(lstm, .pytorch) + [Samples.entry("a.weight_hr_l0", 2, 4, 1)], .pytorch, .keras) },
      #""a.weight_hr_l0": expected shape [any, any], received [2, 4, 1]"#
    ),
    (
      { try convert(stored(lstm, .pytorch).filter { $0.name != "a.weight_ih_l0" }, .pytorch, .keras) },
      #""a": expected a tensor "a.weight_ih_l0", found none"#
    ),
    (
      {
        try convert(
          stored(lstm, .pytorch).map { $0.name == "a.weight_hh_l0" ? Samples.entry($0.name, 64) : $0 }, .pytorch, .keras
        )
      },
      #""a.weight_hh_l0": expected a matrix, received shape [64]"#
    ),
    (
      {
        try convert(
          stored(lstm, .keras).map { $0.name == "a/bias" ? Samples.entry($0.name, 3, 16) : $0 }, .keras, .onnx)
      },
      #""a/bias": expected shape [16], received [3, 16]"#
    ),
    (
      {
        try convert(stored(both, .onnx).map { $0.name == "a/R" ? Samples.entry($0.name, 3, 16, 4) : $0 }, .onnx, .keras)
      }, #""a/R": expected shape [1 or 2 directions, …], received [3, 16, 4]"#
    ),
    (
      {
        try convert(
          stored(Samples.network(.lstm, layers: 2, bidirectional: true), .pytorch).filter {
            !$0.name.contains("l1_reverse")
          }, .pytorch, .keras)
      },
      #"".": expected both directions in every layer; "bias_hh_l1" has no tensor of the other direction"#
    ),
    (
      {
        try convert(
          stored(Samples.network(.lstm, path: ["m"]), .keras)
            + stored(Samples.network(.lstm, path: ["m", "x"]), .keras),
          .keras, .onnx
        ) { $0.stack = ["m"] }
      }, "none"
    ),
    ({ try convert([], nil, .keras) }, "model: expected a recurrent network, found no tensor"),
    (
      { try convert((0..<14).map { Samples.entry("t\($0)", 2) }, .onnx, .keras) },
      #"model: expected a recurrent network under the names of ONNX (PATH/W, PATH/R), found "t0" [2], "t1" [2], "t2" [2], "t3" [2], "t4" [2], "t5" [2], "t6" [2], "t7" [2], "t8" [2], "t9" [2], "t10" [2], "t11" [2] and 2 more"#
    ),
    (
      {
        try convert(stored(lstm, .keras) + [Samples.entry("a.weight_hh_l0", 2)], .keras, .pytorch) {
          $0.keepsOthers = true
        }
      },
      #"the result would have two tensors "a.weight_hh_l0": convert them apart, with --only or --as"#
    ),
  ]

  private func expectMessage(_ work: Work, _ message: String) {
    var text = "none"
    do { try work() } catch { text = "\(error)" }
    expectEqual(text, message)
  }

  @Test(arguments: written.indices) func aFrameworkRefusesWhatItCannotHold(row: Int) {
    expectMessage(Self.written[row].0, Self.written[row].1)
  }

  @Test(arguments: converted.indices) func whatDoesNotFitTogetherIsRefused(row: Int) {
    expectMessage(Self.converted[row].0, Self.converted[row].1)
  }
}
