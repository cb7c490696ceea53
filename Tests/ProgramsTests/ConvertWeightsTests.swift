import Foundation
import Support
import Testing

/// `convert-weights` with every option, as a person runs it: all that it prints, its exit code, what it writes.
@Suite(.lane(.commandLines)) struct ConvertWeightsTests {
  private static let simple = """
    {"weights": {"weight_ih_l0": {"shape": [2, 3], "data": [1, 2, 3, 4, 5, 6]},
      "weight_hh_l0": {"shape": [2, 2], "data": [7, 8, 9, 10]}, "bias_ih_l0": {"shape": [2], "data": [11, 12]},
      "bias_hh_l0": {"shape": [2], "data": [13, 14]}}}
    """
  private static let two = """
    {"weights": {"a.weight_ih_l0": {"shape": [2, 3], "data": [1, 2, 3, 4, 5, 6]},
      "a.weight_hh_l0": {"shape": [2, 2], "data": [7, 8, 9, 10]},
      "b.weight_ih_l0": {"shape": [2, 2], "data": [0.5, 0.25, 0.125, 2]},
      "b.weight_hh_l0": {"shape": [2, 2], "data": [3, 4, 5, 6]}, "head": {"shape": [1, 2], "data": [21, 22]}}}
    """
  private static let assumed = "  assumes tanh; --activations says otherwise, as in --activations relu\n"

  private func withFiles(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      for (name, text) in [("rnn.json", Self.simple), ("two.json", Self.two)] {
        try Data(text.utf8).write(to: folder.appending(path: name))
      }
      try body(folder)
    }
  }

  /// Numbers of JSON, whatever their spelling.
  private func written(_ file: URL) throws -> [String: [Double]] {
    let root = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    let weights = try #require(root["weights"] as? [String: [String: Any]])
    return weights.compactMapValues { $0["data"] as? [Double] }
  }

  private static let conversions: [(line: String, output: String, weights: [String: [Double]])] = [
    (
      "--to keras rnn.json out.json --verify --seed 5",
      ".: pytorch SimpleRNN: 1 layer, forward, 3 inputs, 2 units, two biases\n" + assumed
        + ".: largest difference of the outputs on seeded inputs [3, 7, 3], before rounding to F64: 0.0\n"
        + "out.json: keras, 3 tensors, F64\n",
      ["kernel": [1, 4, 2, 5, 3, 6], "recurrent_kernel": [7, 9, 8, 10], "bias": [24, 26]]
    ),
    (
      "--to keras two.json out.json --only b --keep-others --dtype F16",
      "b: pytorch SimpleRNN: 1 layer, forward, 2 inputs, 2 units, no bias\n" + assumed
        + "carried over untouched: 3 other tensors\n  a.weight_ih_l0 F64 [2, 3]\n  a.weight_hh_l0 F64 [2, 2]\n"
        + "  head F64 [1, 2]\nout.json: keras, 5 tensors, F16\n",
      [
        "b/kernel": [0.5, 0.125, 0.25, 2], "b/recurrent_kernel": [3, 5, 4, 6], "a.weight_ih_l0": [1, 2, 3, 4, 5, 6],
        "a.weight_hh_l0": [7, 8, 9, 10], "head": [21, 22],
      ]
    ),
    (
      "--to onnx two.json out.json --stack a,b --as .",
      "a + b: pytorch SimpleRNN: 2 layers, forward, 3 inputs, 2 units, no bias\n" + assumed
        + "left out: 1 other tensor (--keep-others carries them over)\n  head F64 [1, 2]\nout.json: onnx, 4 tensors, F64\n",
      ["0/W": [1, 2, 3, 4, 5, 6], "0/R": [7, 8, 9, 10], "1/W": [0.5, 0.25, 0.125, 2], "1/R": [3, 4, 5, 6]]
    ),
    (
      "--from pytorch --to keras two.json out.json --only b --as c/d --activations relu --dtype BF16",
      "b: pytorch SimpleRNN: 1 layer, forward, 2 inputs, 2 units, no bias, relu\n"
        + "left out: 3 other tensors (--keep-others carries them over)\n  a.weight_ih_l0 F64 [2, 3]\n"
        + "  a.weight_hh_l0 F64 [2, 2]\n  head F64 [1, 2]\nout.json: keras, 2 tensors, BF16\n"
        + "  c/d: set activation='relu'\n",
      ["c/d/kernel": [0.5, 0.125, 0.25, 2], "c/d/recurrent_kernel": [3, 5, 4, 6]]
    ),
  ]

  @Test(arguments: conversions.indices) func aConversionSaysWhatItDidAndWritesIt(row: Int) throws {
    let (line, output, weights) = Self.conversions[row]
    try withFiles { folder in
      let result = try runBuilt("convert-weights", line.split(separator: " ").map(String.init), in: folder)
      expect(result.code == 0 && result.errors.isEmpty, "\(result.errors)")
      expectEqual(result.output, output)
      try expectEqual(written(folder.appending(path: "out.json")), weights)
    }
  }

  @Test func aListNamesNetworksAndOtherTensors() throws {
    try withFiles { folder in
      let two = try runBuilt("convert-weights", ["--list", "two.json"], in: folder)
      let network = "pytorch SimpleRNN: 1 layer, forward,"
      expect(
        two.code == 0
          && two.output == "a: \(network) 3 inputs, 2 units, no bias\n\(Self.assumed)"
            + "b: \(network) 2 inputs, 2 units, no bias\n\(Self.assumed)"
            + "2 recurrent networks, 1 other tensor\n  head F64 [1, 2]\n",
        "\(two)")
      let one = try runBuilt("convert-weights", ["--list", "rnn.json", "--activations", "relu"], in: folder)
      expectEqual(
        one.output, ".: \(network) 3 inputs, 2 units, two biases, relu\n1 recurrent network, 0 other tensors\n")
      let none = try runBuilt("convert-weights", ["--list", "two.json", "--from", "keras"], in: folder)
      expect(none.code == 2 && none.output.hasPrefix("0 recurrent networks, 5 other tensors\n"), "\(none)")
    }
  }

  private static let refusals: [(line: String, message: String)] = [
    ("--list two.json out.json", "--list: expected IN alone, received OUT \"out.json\""),
    ("two.json", "OUT: expected the file to write, received nothing"),
    ("two.json out.json", "--to: expected one of keras, tensorflow1, pytorch, onnx, mxnet, received nothing"),
    ("--to keras two.json two.json", "OUT: expected another file than IN, received \"two.json\" again"),
    (
      "--to keras two.json out.pt",
      "OUT: expected a name that ends in .safetensors, .onnx or .json, received \"out.pt\""
    ),
    ("--to keras two.json out.onnx", "OUT: expected --to onnx for a file \"out.onnx\", received --to keras"),
    (
      "--to keras rnn.json out.json --activations swish",
      "--activations: expected names of tanh, sigmoid, relu, linear, softsign, softplus, elu, "
        + "keras2_hard_sigmoid (0.2x + 0.5), keras3_hard_sigmoid (x/6 + 0.5), received \"swish\""
    ),
    ("--to keras rnn.json out.json --direction reverse", "--direction: PyTorch has no layer that runs backward alone"),
    (
      "--to keras rnn.json out.json --kind gru",
      "--kind: expected simple-rnn, as names and shapes of \".\" show, received gru"
    ),
    ("--to keras rnn.json out.json --merge sum", "--merge: expected a network with both directions, received none"),
    ("--to keras rnn.json out.json --reset-after yes", "--reset-after: expected a GRU, received none"),
    (
      "--to keras rnn.json out.json --forget-bias 2", "--forget-bias: expected TensorFlow 1 on one side, received none"
    ),
    (
      "--to keras rnn.json out.json --forget-bias 200",
      "--forget-bias: expected a number from -100.0 to 100.0, received \"200\""
    ),
    (
      "--to keras rnn.json out.json --config none.json",
      "--config: expected a file that can be read, received \"none.json\""
    ),
    (
      "--to keras none.json out.json",
      "none.json: expected a file that can be read, received \"No such file or directory\""
    ),
    ("--to keras two.json out.json --only c", "--only: expected the path of a network (\"a\", \"b\"), received \"c\""),
    ("--to keras two.json out.json --as q", "--as: expected one network, received 2; --only and --stack choose"),
    ("--to keras two.json out.json --stack b,a", "--stack: \"a\" takes 3 inputs, the network below it gives 2"),
  ]

  @Test(arguments: refusals.indices) func whatIsRefusedLeavesNoFile(row: Int) throws {
    let (line, message) = Self.refusals[row]
    try withFiles { folder in
      let result = try runBuilt("convert-weights", line.split(separator: " ").map(String.init), in: folder)
      expect(result.code == 2 && result.output.isEmpty, "\(result)")
      expect(
        result.errors == "convert-weights: \(message)\n" || result.errors.hasPrefix("convert-weights: \(message)\nTry"))
      try expectEqual(FileManager.default.contentsOfDirectory(atPath: folder.path).sorted(), ["rnn.json", "two.json"])
      try expectEqual(String(contentsOf: folder.appending(path: "two.json"), encoding: .utf8), Self.two)
    }
  }
}
