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

  // MARK: Files

  static let files: [(name: String, text: String, message: String)] = [
    ("w.json", "[1]", "w.json:1:1: expected an object, found [1]"),
    ("w.json", "{\"weights\": 3}", "w.json:1:13: weights: expected an object, found 3"),
    (
      "w.json", "{\"dtype\": \"float16\", \"weights\": {}}",
      #"w.json:1:11: dtype: expected a scalar type (one of float32, float64), found "float16""#
    ),
    ("w.json", "{\"cases\": []}", "w.json:1:11: cases: expected one case, found 0"),
    ("w.json", "{\"cases\": [{}, {}]}", "w.json:1:11: cases: expected one case, found 2"),
    ("w.json", "{\"layout\": \"keras\"}", #"w.json:1:1: expected the key "weights", found none"#),
    (
      "w.h5", "\u{89}HDF",
      #"w.h5: expected safetensors, .npz, .onnx or .json, received an HDF5 file (.h5, .weights.h5): python -c "import h5py, numpy as n; t = {}; h5py.File('w.h5').visititems(lambda k, v: t.update({k: n.array(v)}) if hasattr(v, 'dtype') and v.dtype.kind in 'fiu' else None); from safetensors.numpy import save_file; save_file(t, 'weights.safetensors')""#
    ), ("w.gz", "\u{1F}", "w.gz: expected at least 8 bytes, received 1"),
    (
      "w.txt", "<html>",
      "w.txt: expected safetensors, .npz, .onnx or .json, received a web page: load the file itself, not the page about it"
    ), ("w.bin", "", "w.bin: expected at least 8 bytes, received 0"),
  ]

  static let configs: [(text: String, message: String)] = [
    (
      "{",
      "config.json: expected JSON or an ONNX model: line 1, column 2: expected a key in quotation marks, found the end of the text"
    ), ("[]", "config.json: expected a recurrent layer of Keras or ONNX attributes"),
    ("{\"class_name\": \"LSTM\"}", "config.json: expected a recurrent layer of Keras or ONNX attributes"),
    (
      "{\"class_name\": \"LSTM\", \"config\": {\"name\": \"x\", \"activation\": 3}}",
      "config.json: expected the name of an activation"
    ),
    (
      "{\"class_name\": \"LSTM\", \"config\": {\"name\": \"x\", \"activation\": \"swish\"}}",
      #"config.json: expected an activation of tanh, sigmoid, relu, linear, softsign, softplus, elu, keras2_hard_sigmoid (0.2x + 0.5), keras3_hard_sigmoid (x/6 + 0.5), received "swish""#
    ),
    (
      "{\"linear_before_reset\": 1, \"activations\": [\"Tanhh\"]}",
      #"config.json: expected activations of tanh, sigmoid, relu, linear, softsign, softplus, elu, keras2_hard_sigmoid (0.2x + 0.5), keras3_hard_sigmoid (x/6 + 0.5), received "Tanhh""#
    ),
    (
      "{\"layers\": [{\"class_name\": \"LSTM\", \"config\": {\"name\": \"x\"}}, {\"class_name\": \"GRU\", \"config\": {\"name\": \"y\"}}]}",
      #"config.json: expected one layer whose name is a word of "model/first", found "x", "y""#
    ),
    ("{\"clip\": 2}", "config.json: settings of one network, and the weights are those of 2"),
  ]

  private func expect(_ work: Work, _ message: String, _ place: String) {
    var text = "none"
    do { try work() } catch { text = "\(error)" }
    if text != message { Issue.record("RECORD|\(place)|\(text)|") }
  }

  @Test(arguments: written.indices) func aFrameworkRefusesWhatItCannotHold(row: Int) {
    expect(Self.written[row].0, Self.written[row].1, "written \(row)")
  }

  @Test(arguments: converted.indices) func whatDoesNotFitTogetherIsRefused(row: Int) {
    expect(Self.converted[row].0, Self.converted[row].1, "converted \(row)")
  }

  @Test(arguments: files.indices) func aFileIsNamed(row: Int) throws {
    let (name, text, message) = Self.files[row]
    try withTemporaryFolder { folder in
      let file = folder.appending(path: name)
      try Data(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }).write(to: file)
      var found = "none"
      do { _ = try Checkpoint(reading: file.path) } catch { found = "\(error)" }
      found = found.replacing(folder.path + "/", with: "")
      if found != message { Issue.record("RECORD|files \(row)|\(found)|") }
    }
  }

  @Test(arguments: configs.indices) func aConfigIsNamed(row: Int) throws {
    let (text, message) = Self.configs[row]
    let checkpoint = try ConfigTests.checkpoint()
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "config.json")
      try Data(text.utf8).write(to: file)
      var found = "none"
      do { _ = try Config.settings(reading: file.path, for: checkpoint, .keras) } catch { found = "\(error)" }
      found = found.replacing(folder.path + "/", with: "")
      if found != message { Issue.record("RECORD|configs \(row)|\(found)|") }
    }
  }

  @Test func aNameThatPromisesAnotherFormatIsRefused() {
    func message(_ path: String, _ framework: Framework) -> String {
      do { try WeightConversion.checkEnding(of: path, framework) } catch { return "\(error)" }
      return "none"
    }
    for ending in ["pt", "pth", "bin", "h5", "hdf5", "keras", "npz", "npy", "ckpt", "pb", "tflite", "params", "PT"] {
      #expect(
        message("out.\(ending)", .onnx)
          == "OUT: expected a name that ends in .safetensors, .onnx or .json, received \"out.\(ending)\"")
    }
    #expect(message("m.onnx", .keras) == "OUT: expected --to onnx for a file \"m.onnx\", received --to keras")
    for name in ["m.onnx", "m.safetensors", "m.json", "m", "pt"] {
      #expect(message(name, .onnx) == (name == "pt" ? message("x.pt", .onnx).replacing("x.pt", with: "pt") : "none"))
    }
  }

  /// A file of JSON holds no NaN; one of safetensors does.
  @Test func numbersThatJSONCannotHoldAreRefused() throws {
    var entries = try Samples.entries(Samples.network(.lstm), .keras)
    entries.append(.init("extra", StoredTensor([1.5, .nan], shape: [2])))
    var request = ConversionRequest(from: .keras, to: .pytorch)
    request.keepsOthers = true
    let conversion = try WeightConversion(Checkpoint(entries), request)
    #expect(
      throws: ConversionError(
        "\"extra\": expected finite numbers, which a .json file holds; a .safetensors file holds all")
    ) { try conversion.bytes(for: "out.json") }
    #expect(try !conversion.bytes(for: "out.safetensors").isEmpty)
  }

  @Test func settingsFillAndContradictEachOther() {
    let all = NetworkSettings(
      kind: .gru, activations: [.relu], resetAfter: true, merge: .sum, isReversed: false, forgetBias: 2, clip: 3,
      inputForget: true)
    #expect(
      NetworkSettings().filled(from: all) == all && all.filled(from: NetworkSettings(kind: .lstm, clip: 9)) == all)
    let others: [(NetworkSettings, String?)] = [
      (NetworkSettings(), nil), (NetworkSettings(kind: .lstm, activations: [.tanh]), "kind"),
      (NetworkSettings(activations: [.tanh], merge: .ave), "activations"),
      (NetworkSettings(resetAfter: false), "reset-after"), (NetworkSettings(merge: .ave), "merge"),
      (NetworkSettings(isReversed: true), "direction"), (NetworkSettings(kind: .gru, clip: 4), nil),
    ]
    for (other, field) in others { #expect(all.conflict(with: other) == field && other.conflict(with: all) == field) }
  }

  @Test func wordsOfActivationsAreRead() {
    let words: [(String, Activation?, String)] = [
      ("Tanh", .tanh, "tanh"), ("SIGMOID", .sigmoid, "sigmoid"), ("relu", .relu, "relu"), ("linear", .linear, "linear"),
      ("soft_sign", .softsign, "softsign"), ("Soft-Plus", .softplus, "softplus"), ("elu", .elu(alpha: 1), "elu"),
      ("keras2_hard_sigmoid", .keras2HardSigmoid, "keras2_hard_sigmoid"),
      ("hard_sigmoid_keras3", .kerasHardSigmoid, "keras3_hard_sigmoid"), ("hard_sigmoid", nil, ""), ("", nil, ""),
    ]
    for (word, activation, shown) in words {
      #expect(Activation(word: word) == activation && (activation?.word ?? "") == shown, "\(word)")
    }
    let others: [(Activation, String)] = [
      (.softmax, "softmax"), (.elu(alpha: 0.5), "elu(0.5)"),
      (.hardSigmoid(alpha: 0.25, beta: 0.75), "hard_sigmoid(0.25, 0.75)"),
      (.affine(alpha: 2, beta: 3), "affine(2.0, 3.0)"), (.leakyRelu(alpha: 0.5), "leaky_relu(0.5)"),
      (.thresholdedRelu(alpha: 2), "thresholded_relu(2.0)"), (.scaledTanh(alpha: 2, beta: 3), "scaled_tanh(2.0, 3.0)"),
    ]
    for (activation, word) in others { #expect(activation.word == word) }
  }

  /// Names of one scheme: what each says, and those that say nothing.
  @Test func namesOfPyTorchSayTheirPlace() {
    let names: [(String, local: String?, layer: Int?, backward: Bool, path: [String])] = [
      ("weight_ih_l0", "weight_ih", 0, false, []), ("a.b.weight_hh_l12_reverse", "weight_hh", 12, true, ["a", "b"]),
      ("x.weight_ih", "weight_ih", nil, false, ["x"]), ("x.bias_hh_l3", "bias_hh", 3, false, ["x"]),
      ("weight_hr_l1", "weight_hr", 1, false, []), ("x.weight_hh_l0_raw", "weight_hh", 0, false, ["x"]),
      ("weight_ih_reverse", nil, nil, false, []), ("weight_ih_l-1", nil, nil, false, []),
      ("weight_ih_lx", nil, nil, false, []),
      ("weight_ih_l", nil, nil, false, []), ("weight_xx_l0", nil, nil, false, []),
      ("bias_ih_l0_reverse_x", nil, nil, false, []),
    ]
    for (name, local, layer, backward, path) in names {
      let read = TensorName(name, in: .pytorch)
      #expect(read?.local == local && read?.layer == layer, "\(name)")
      if let read { #expect(read.isBackward == backward && read.path == path, "\(name)") }
    }
    #expect(TensorName("x.weight_hh_l0_raw", in: .pytorch)?.isRaw == true)
    #expect(TensorName("x.weight_hh_l0", in: .pytorch)?.name(of: "bias_ih") == "x.bias_ih_l0")
  }
}
