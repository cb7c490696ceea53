import Foundation
import Layers
import Safetensors
import Support
import Testing
import WeightFiles

@testable import Conversion

/// Files and words that are read: what each says, and what is none.
@Suite struct FileRefusalTests {
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
    ), ("[]", "config.json: expected a recurrent layer of Keras or ONNX attributes, found neither"),
    (
      "{\"class_name\": \"LSTM\"}", "config.json: expected a recurrent layer of Keras or ONNX attributes, found neither"
    ),
    (
      "{\"class_name\": \"LSTM\", \"config\": {\"name\": \"x\", \"activation\": 3}}",
      "config.json: expected the name of an activation as \"activation\", found none"
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
    ("{\"clip\": 2}", "config.json: expected settings of 2 networks, as the weights are, received those of one"),
  ]

  @Test(arguments: files.indices) func aFileIsNamed(row: Int) throws {
    let (name, text, message) = Self.files[row]
    try withTemporaryFolder { folder in
      let file = folder.appending(path: name)
      try Data(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }).write(to: file)
      var found = "none"
      do { _ = try Checkpoint(reading: file.path) } catch { found = "\(error)" }
      found = found.replacing(folder.path + "/", with: "")
      expectEqual(found, message)
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
      expectEqual(found, message)
    }
  }

  @Test func aNameThatPromisesAnotherFormatIsRefused() {
    func message(_ path: String, _ framework: Framework) -> String {
      do { try WeightConversion.checkEnding(of: path, framework) } catch { return "\(error)" }
      return "none"
    }
    for ending in ["pt", "pth", "bin", "h5", "hdf5", "keras", "npz", "npy", "ckpt", "pb", "tflite", "params", "PT"] {
      expectEqual(
        message("out.\(ending)", .onnx),
        "OUT: expected a name that ends in .safetensors, .onnx or .json, received \"out.\(ending)\"")
    }
    expectEqual(message("m.onnx", .keras), "OUT: expected --to onnx for a file \"m.onnx\", received --to keras")
    for name in ["m.onnx", "m.safetensors", "m.json", "m", "pt"] {
      expect(message(name, .onnx) == (name == "pt" ? message("x.pt", .onnx).replacing("x.pt", with: "pt") : "none"))
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
    try expect(!conversion.bytes(for: "out.safetensors").isEmpty)
  }

  /// The operator's inputs have their places; one that is not given is an empty name.
  @Test(arguments: [
    (0, false, ["X", "W", "R"]), (1, false, ["X", "W", "R", "B"]), (0, true, ["X", "W", "R", "", "", "", "", "P"]),
    (2, true, ["X", "W", "R", "B", "", "", "", "P"]),
  ])
  func aModelHasItsInputsInTheirPlaces(biases: Int, hasPeepholes: Bool, inputs: [String]) throws {
    var network = Samples.network(.lstm, biases: biases)
    if hasPeepholes { network.cells[0][0].peepholes = Tensor(shape: [3, 4], scalars: (1...12).map(Double.init)) }
    let entries = try Samples.entries(network, .onnx)
    let conversion = try WeightConversion(Checkpoint(entries), ConversionRequest(from: .onnx, to: .onnx))
    let model = try ONNXModel(conversion.bytes(for: "out.onnx"), file: "out.onnx")
    expectEqual(model.nodes.first { $0.type == "LSTM" }?.inputs, inputs)
  }

  @Test func networksStandInTheOrderOfTheirFile() throws {
    let paths = ["m", "z", "a"]
    let entries = try paths.flatMap { try Samples.entries(Samples.network(.lstm, path: [$0]), .keras) }
    try expectEqual(Checkpoint(entries).networks(.keras).map(\.title), paths)
    try expectEqual(Checkpoint(entries).networks().map(\.title), paths)
  }

  /// Where only a shape tells a simple RNN from an LSTM: a kernel has more rows than units.
  @Test(arguments: [([5, 8], "lstm"), ([5, 3], "simple-rnn"), ([9, 8], nil), ([2, 8], nil)])
  func aKernelOfTensorFlowSaysItsKindOrDoesNot(shape: [Int], kind: String?) throws {
    let entries = [
      Samples.entry("rnn/rnn_cell/kernel", shape[0], shape[1]), Samples.entry("rnn/rnn_cell/bias", shape[1]),
    ]
    let request = ConversionRequest(from: .tensorflow1, to: .keras)
    guard let kind else {
      #expect(
        throws: ConversionError(
          "\"rnn/rnn_cell/kernel\" of shape \(shape) may belong to a BasicRNNCell or to an LSTM: "
            + "say --kind simple-rnn or --kind lstm")
      ) { try WeightConversion(Checkpoint(entries), request) }
      return
    }
    try expectEqual(WeightConversion(Checkpoint(entries), request).parts.map(\.network.kind.rawValue), [kind])
  }

  /// Layers of one network are alike in all that weights do not show.
  @Test(arguments: [
    (Framework.keras, false, NetworkSettings(activations: [.relu, .tanh, .tanh]), "their activations"),
    (.keras, false, NetworkSettings(isReversed: true), "their direction"),
    (.onnx, false, NetworkSettings(clip: 2), "clip or input_forget"),
    (.onnx, false, NetworkSettings(inputForget: true), "clip or input_forget"),
    (.keras, true, NetworkSettings(merge: .sum), "their merge mode"),
  ])
  func layersOfAStackAreAlike(framework: Framework, isBidirectional: Bool, settings: NetworkSettings, what: String)
    throws
  {
    let first = Samples.network(.lstm, bidirectional: isBidirectional, path: ["a"])
    let second = Samples.network(.lstm, bidirectional: isBidirectional, D: isBidirectional ? 8 : 4, path: ["b"])
    let entries = try Samples.entries(first, framework) + Samples.entries(second, framework)
    var request = ConversionRequest(from: framework, to: .onnx)
    request.stack = ["a", "b"]
    #expect(throws: Never.self) { try WeightConversion(Checkpoint(entries), request).result() }
    request.config = ["b": settings]
    #expect(throws: ConversionError("--stack: \"b\" and \"a\" differ in \(what)")) {
      try WeightConversion(Checkpoint(entries), request).result()
    }
  }

  @Test func settingsFillAndContradictEachOther() {
    let all = NetworkSettings(
      kind: .gru, activations: [.relu], resetAfter: true, merge: .sum, isReversed: false, forgetBias: 2, clip: 3,
      inputForget: true)
    expect(
      NetworkSettings().filled(from: all) == all && all.filled(from: NetworkSettings(kind: .lstm, clip: 9)) == all)
    let others: [(NetworkSettings, String?)] = [
      (NetworkSettings(), nil), (NetworkSettings(kind: .lstm, activations: [.tanh]), "kind"),
      (NetworkSettings(activations: [.tanh], merge: .ave), "activations"),
      (NetworkSettings(resetAfter: false), "reset-after"), (NetworkSettings(merge: .ave), "merge"),
      (NetworkSettings(isReversed: true), "direction"), (NetworkSettings(kind: .gru, clip: 4), nil),
    ]
    for (other, field) in others { expect(all.conflict(with: other) == field && other.conflict(with: all) == field) }
  }

  @Test func wordsOfActivationsAreRead() {
    let words: [(String, Activation?, String)] = [
      ("Tanh", .tanh, "tanh"), ("SIGMOID", .sigmoid, "sigmoid"), ("relu", .relu, "relu"), ("linear", .linear, "linear"),
      ("soft_sign", .softsign, "softsign"), ("Soft-Plus", .softplus, "softplus"), ("elu", .elu(alpha: 1), "elu"),
      ("keras2_hard_sigmoid", .keras2HardSigmoid, "keras2_hard_sigmoid"),
      ("hard_sigmoid_keras3", .kerasHardSigmoid, "keras3_hard_sigmoid"), ("hard_sigmoid", nil, ""), ("", nil, ""),
    ]
    for (word, activation, shown) in words {
      expect(Activation(word: word) == activation && (activation?.word ?? "") == shown, "\(word)")
    }
    let others: [(Activation, String)] = [
      (.softmax, "softmax"), (.elu(alpha: 0.5), "elu(0.5)"),
      (.hardSigmoid(alpha: 0.25, beta: 0.75), "hard_sigmoid(0.25, 0.75)"),
      (.affine(alpha: 2, beta: 3), "affine(2.0, 3.0)"), (.leakyRelu(alpha: 0.5), "leaky_relu(0.5)"),
      (.thresholdedRelu(alpha: 2), "thresholded_relu(2.0)"), (.scaledTanh(alpha: 2, beta: 3), "scaled_tanh(2.0, 3.0)"),
    ]
    for (activation, word) in others { expectEqual(activation.word, word) }
  }

  @Test func namesOfTensorFlowSayTheirPlace() {
    let names: [(String, local: String?, layer: Int?, backward: Bool, path: [String])] = [
      ("rnn/multi_rnn_cell/cell_1/basic_lstm_cell/kernel", "kernel", 1, false, ["rnn"]),
      ("rnn/multi_rnn_cell/kernel", "kernel", nil, false, ["rnn", "multi_rnn_cell"]),
      ("bidirectional_rnn/bw/gru_cell_2/gates/bias:0", "gates/bias", nil, true, ["bidirectional_rnn"]),
      ("a/lstm_cell/projection/kernel", "projection/kernel", nil, false, ["a"]),
      ("a/lstm_cell/w_f_diag", "w_f_diag", nil, false, ["a"]), ("a/rnn_cell/weights", "kernel", nil, false, ["a"]),
      ("a/lstm_cell/w_x_diag", nil, nil, false, []), ("a/optimizer/lstm_cell/kernel", nil, nil, false, []),
    ]
    for (name, local, layer, backward, path) in names {
      let read = TensorName(name, in: .tensorflow1)
      expect(read?.local == local && read?.layer == layer, "\(name)")
      if let read { expect(read.isBackward == backward && read.path == path, "\(name): \(read.path)") }
    }
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
      expect(read?.local == local && read?.layer == layer, "\(name)")
      if let read { expect(read.isBackward == backward && read.path == path, "\(name)") }
    }
    expectEqual(TensorName("x.weight_hh_l0_raw", in: .pytorch)?.isRaw, true)
    expectEqual(TensorName("x.weight_hh_l0", in: .pytorch)?.name(of: "bias_ih"), "x.bias_ih_l0")
  }
}
