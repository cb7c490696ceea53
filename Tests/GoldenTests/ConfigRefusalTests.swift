import Foundation
import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// Layers of all frameworks with a configuration that cannot be, and cases whose parts do not go together.
@Suite struct ConfigRefusalTests {
  /// Layout, layer and configuration, and the end of the message.
  static let configs: [(layout: String, layer: String, config: String, message: String)] = [
    ("keras", "stack", #"{"layers": []}"#, "cases[0].config.layers: expected 1 to 64 layers, found 0"),
    (
      "keras", "stack", #"{"layers": [{"layer": "stack", "config": {"layers": []}}]}"#,
      #"cases[0].config.layers[0].layer: expected a layer that is no stack inside a stack, found "stack""#
    ),
    (
      "keras", "stack",
      #"{"layers": [{"layer": "dense", "config": {"units": 1}}, {"layer": "embedding", "config": {"input_dim": 2, "output_dim": 3}}]}"#,
      #"cases[0].config.layers[1].layer: expected an embedding only as the first layer, found "embedding""#
    ),
    (
      "keras", "stack",
      #"{"layers": [{"layer": "bidirectional", "config": {"merge_mode": null, "forward": {"layer": "lstm", "config": {"units": 1}}}}]}"#,
      "cases[0].config.layers[0].config.merge_mode: expected a merge mode that gives one output in a stack, found null"
    ),
    (
      "keras", "stack", #"{"layers": [{"layer": "lstm", "config": {"units": 1, "chunks": [1]}}]}"#,
      #"cases[0].config.layers[0].config.chunks: expected one of the keys units, activation, use_bias, recurrent_activation, gate_order, return_sequences, go_backwards, stateful, zero_output_for_mask, found the unknown key "chunks""#
    ),
    (
      "keras", "bidirectional", #"{"forward": {"layer": "dense", "config": {"units": 1}}}"#,
      #"cases[0].config.forward.layer: expected a recurrent layer (one of simple_rnn, lstm, gru), found "dense""#
    ),
    (
      "keras", "bidirectional", #"{"forward": {"layer": "lstm", "config": {"units": 1, "go_backwards": true}}}"#,
      "cases[0].config.forward.config.go_backwards: expected false (the bidirectional layer decides who reads from the end), found true"
    ),
    (
      "keras", "bidirectional",
      #"{"forward": {"layer": "lstm", "config": {"units": 1}}, "backward": {"layer": "gru", "config": {"units": 1, "return_sequences": true}}}"#,
      "cases[0].config.backward: expected the same return_sequences as the forward layer, found the opposite"
    ),
    (
      "keras", "bidirectional",
      #"{"merge_mode": "sum", "forward": {"layer": "lstm", "config": {"units": 1}}, "backward": {"layer": "gru", "config": {"units": 2}}}"#,
      "cases[0].config.merge_mode: expected concat, or as many units backward as forward (1), found 2 units"
    ),
    (
      "keras", "bidirectional", #"{"merge_mode": "max", "forward": {"layer": "lstm", "config": {"units": 1}}}"#,
      #"cases[0].config.merge_mode: expected a merge mode, or null (one of concat, sum, ave, mul), found "max""#
    ),
    (
      "keras", "lstm", #"{"units": 1, "reset_before": [1]}"#,
      #"cases[0].config.reset_before: expected "reset_before" together with "chunks", found no chunks"#
    ),
    (
      "keras", "lstm", #"{"units": 1, "chunks": [1, 1]}"#,
      "cases[0].config.chunks: expected chunks only with stateful and return_sequences true, found one of them false"
    ),
    (
      "keras", "lstm", #"{"units": 1, "stateful": true, "return_sequences": true, "chunks": []}"#,
      "cases[0].config.chunks: expected 1 to 64 chunks, found 0"
    ),
    (
      "keras", "lstm", #"{"units": 1, "stateful": true, "return_sequences": true, "chunks": [1, 0]}"#,
      "cases[0].config.chunks[1]: expected an integer from 1 to 16777216, found 0"
    ),
    (
      "keras", "lstm",
      #"{"units": 1, "stateful": true, "return_sequences": true, "chunks": [1, 1], "reset_before": [0]}"#,
      "cases[0].config.reset_before: expected 2 flags, one for each chunk, found 1"
    ),
    (
      "keras", "lstm",
      #"{"units": 1, "stateful": true, "return_sequences": true, "chunks": [1, 1], "reset_before": [0, 2]}"#,
      "cases[0].config.reset_before[1]: expected 0 or 1, found 2"
    ),
    (
      "keras", "lstm", #"{"units": 1, "stateful": true, "return_sequences": true, "chunks": [1, 2]}"#,
      "cases[0].inputs.x: expected as many steps as the chunks [1, 2] have together, found shape [1, 2, 2]"
    ),
    (
      "keras", "lstm", #"{"units": 1, "activation": "swish"}"#,
      #"cases[0].config.activation: expected an activation (one of linear, tanh, sigmoid, relu, elu, softsign, softmax, hard_sigmoid), found "swish""#
    ),
    ("keras", "lstm", #"{"units": 1, "use_bias": 1}"#, "cases[0].config.use_bias: expected true or false, found 1"),
    (
      "keras", "simple_rnn", #"{"units": 1, "recurrent_activation": "tanh"}"#,
      #"cases[0].config.recurrent_activation: expected one of the keys units, activation, use_bias, return_sequences, go_backwards, stateful, zero_output_for_mask, chunks, reset_before, found the unknown key "recurrent_activation""#
    ),
    (
      "keras", "stacked_cells", #"{"cells": [{"layer": "lstm", "config": {"units": 1, "return_sequences": true}}]}"#,
      #"cases[0].config.cells[0].config.return_sequences: expected one of the keys units, activation, use_bias, recurrent_activation, gate_order, found the unknown key "return_sequences""#
    ),
    ("keras", "embedding", #"{"input_dim": 2}"#, #"cases[0].config: expected the key "output_dim", found none"#),
    (
      "keras", "embedding", #"{"input_dim": 0, "output_dim": 3}"#,
      "cases[0].config.input_dim: expected an integer from 1 to 65536, found 0"
    ),
    ("keras", "masking", #"{"mask_value": "x"}"#, #"cases[0].config.mask_value: expected a finite number, found "x""#),
    (
      "pytorch", "lstm", #"{"units": 3, "proj_size": 3}"#,
      "cases[0].config.proj_size: expected a projection smaller than the 3 units, found 3"
    ),
    (
      "pytorch", "lstm", #"{"units": 3, "proj_size": 4}"#,
      "cases[0].config.proj_size: expected an integer from 0 to 3, found 4"
    ),
    (
      "pytorch", "gru", #"{"units": 3, "proj_size": 1}"#,
      #"cases[0].config.proj_size: expected one of the keys units, bias, gate_order, num_layers, bidirectional, found the unknown key "proj_size""#
    ),
    (
      "pytorch", "simple_rnn", #"{"units": 1, "nonlinearity": "sigmoid"}"#,
      #"cases[0].config.nonlinearity: expected tanh or relu, found "sigmoid""#
    ),
    (
      "pytorch", "lstm", #"{"units": 1, "num_layers": 0}"#,
      "cases[0].config.num_layers: expected an integer from 1 to 64, found 0"
    ),
    (
      "pytorch", "lstm_cell", #"{"units": 1, "bidirectional": true}"#,
      #"cases[0].config.bidirectional: expected one of the keys units, bias, gate_order, found the unknown key "bidirectional""#
    ),
    (
      "pytorch", "gru", #"{"units": 1, "gate_order": ["z", "r", "n"]}"#,
      #"cases[0].config.gate_order: expected the gate order r z g of this layer, found ["z", "r", "n"]"#
    ),
    ("tensorflow1", "multi_rnn_cell", #"{"cells": []}"#, "cases[0].config.cells: expected 1 to 64 cells, found 0"),
    (
      "tensorflow1", "multi_rnn_cell", #"{"cells": [{"layer": "multi_rnn_cell", "config": {"cells": []}}]}"#,
      #"cases[0].config.cells[0].layer: expected a cell that is no multi_rnn_cell inside a multi_rnn_cell, found "multi_rnn_cell""#
    ),
    (
      "tensorflow1", "basic_lstm_cell", #"{"units": 1, "use_peepholes": true}"#,
      #"cases[0].config.use_peepholes: expected one of the keys units, activation, forget_bias, state_is_tuple, gate_order, found the unknown key "use_peepholes""#
    ),
    (
      "tensorflow1", "lstm_cell", #"{"units": 1, "cell_clip": 0}"#,
      "cases[0].config.cell_clip: expected a number greater than 0.0, found 0"
    ),
    (
      "tensorflow1", "lstm_cell", #"{"units": 1, "num_proj": 0}"#,
      "cases[0].config.num_proj: expected an integer from 1 to 65536, found 0"
    ),
    (
      "tensorflow1", "lstm_cell", #"{"units": 1, "proj_clip": -1}"#,
      "cases[0].config.proj_clip: expected a number greater than 0.0, found -1"
    ),
    (
      "tensorflow1", "lstm_cell", #"{"units": 1, "forget_bias": "one"}"#,
      #"cases[0].config.forget_bias: expected a finite number, found "one""#
    ),
    (
      "onnx", "lstm", #"{"units": 1, "direction": "both"}"#,
      #"cases[0].config.direction: expected a direction (one of forward, reverse, bidirectional), found "both""#
    ),
    (
      "onnx", "lstm", #"{"units": 1, "activations": ["Sigmoid", "Tanh"]}"#,
      "cases[0].config.activations: expected 3 activations, found 2"
    ),
    (
      "onnx", "lstm", #"{"units": 1, "activations": ["Sigmoid", "Tanh", "Swish"]}"#,
      #"cases[0].config.activations[2]: expected an activation (one of Relu, Tanh, Sigmoid, Affine, LeakyRelu, ThresholdedRelu, ScaledTanh, HardSigmoid, Elu, Softsign, Softplus), found "Swish""#
    ),
    (
      "onnx", "gru", #"{"units": 1, "activations": ["LeakyRelu", "Tanh"], "activation_alpha": [0.1, 0.2, 0.3]}"#,
      "cases[0].config.activation_alpha: expected 2 numbers, one for each activation, found 3"
    ),
    ("onnx", "gru", #"{"units": 1, "clip": 0}"#, "cases[0].config.clip: expected a number greater than 0.0, found 0"),
    (
      "onnx", "gru", #"{"units": 1, "linear_before_reset": 2}"#,
      "cases[0].config.linear_before_reset: expected 0 or 1, found 2"
    ),
    (
      "onnx", "simple_rnn", #"{"units": 1, "input_forget": 1}"#,
      #"cases[0].config.input_forget: expected one of the keys units, direction, activations, activation_alpha, activation_beta, clip, layout, found the unknown key "input_forget""#
    ),
    ("onnx", "gru", #"{"units": 1, "layout": true}"#, "cases[0].config.layout: expected 0 or 1, found true"),
    ("mxnet", "sequential_cell", #"{"cells": []}"#, "cases[0].config.cells: expected 1 to 64 cells, found 0"),
    ("mxnet", "bi_lstm_sort", #"{"vocab": 2}"#, #"cases[0].config: expected the key "embed", found none"#),
    (
      "mxnet", "nothing", "{}",
      #"cases[0].layer: expected an MXNet layer (one of simple_rnn, lstm, gru, rnn_cell, lstm_cell, gru_cell, bidirectional_cell, sequential_cell, bi_lstm_sort), found "nothing""#
    ),
  ]

  private func message(_ text: String) -> String {
    do { _ = try read(text) } catch { return error.description }
    return "none"
  }

  private func expectMessage(_ text: String, _ message: String) {
    var found = self.message(text)
    if let start = found.range(of: "cases[0]") { found = String(found[start.lowerBound...]) }
    expectEqual(found, message)
  }

  @Test(arguments: configs.indices) func aConfigurationIsRefused(row: Int) throws {
    let (layout, layer, config, message) = Self.configs[row]
    let text = smallCase.replacing(#""layout": "keras""#, with: #""layout": "\#(layout)""#)
      .replacing(#""layer": "lstm""#, with: #""layer": "\#(layer)""#)
      .replacing(#"{"units": 1, "return_sequences": true, "gate_order": ["i", "f", "g", "o"]}"#, with: config)
    expectMessage(fileText(text), message)
  }

  /// Changes to the small case and to the small training: parts that do not go together.
  static let changes: [(isTraining: Bool, old: String, new: String, message: String)] = [
    (
      false, #""x": {"shape": [1, 2, 2], "data": [1, 2, 3, 4]}, "#, "",
      #"cases[0].inputs: expected the key "x", found none"#
    ),
    (
      false, #""tolerance": {"#, #""expected_training": {}, "tolerance": {"#,
      #"cases[0].expected_training: expected "expected_training" together with "training", found no training"#
    ),
    (
      false, #""cotangents": {"outputs": {"shape": [1, 2, 1], "data": [1, -1]}, "h": {"shape": [1, 1], "data": [2]}},"#,
      "", #"cases[0].expected_gradients: expected gradients only together with "cotangents", found no cotangents"#
    ),
    (
      false, #""kernel": {"shape": [2, 4], "data": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]},"#, "",
      #"cases[0].weights: expected the weight "kernel" of shape [2, 4], found none"#
    ),
    (
      false, #""h0": {"shape": [1, 1], "data": [0.5]}}"#, #""h0": {"shape": [1, 1], "data": [0.5]}, "lengths": [2]}"#,
      #"cases[0].inputs.lengths: expected one of the keys h0, c0, found the unknown key "lengths""#
    ),
    (
      false, #""shape": [1, 2, 2], "data": [1, 2, 3, 4]"#, #""shape": [1, 2, 2], "data": 3"#,
      "cases[0].inputs.x.data: expected a list of 4 numbers, found 3"
    ),
    (
      false, #""shape": [1, 2, 2], "data": [1, 2, 3, 4]"#,
      #""shape": [1, 2, 2], "data": [1], "hash": {"seed": 1, "scale": 1}"#,
      #"cases[0].inputs.x: expected either "hash" or "data", found both"#
    ),
    (
      false, #""shape": [1, 2, 2], "data": [1, 2, 3, 4]"#, #""shape": [1, 1, 1, 1, 1, 1, 1, 2], "data": [1, 2]"#,
      "cases[0].inputs.x: expected x as [N, T, m], found shape [1, 1, 1, 1, 1, 1, 1, 2]"
    ),
    (
      false, #""shape": [1, 2, 2], "data": [1, 2, 3, 4]"#, #""shape": [1, 1, 1, 1, 1, 1, 1, 1, 1], "data": [1]"#,
      "cases[0].inputs.x.shape: expected a shape of at most 8 sizes, found 9"
    ),
    (
      false, #""shape": [1, 2, 2], "data": [1, 2, 3, 4]"#, #""shape": [1, 2, 2], "hash": {"seed": 1, "scale": 1e300}"#,
      #"cases[0].inputs.x.hash: expected a scale that makes a finite float32 number of each element, found {"seed": 1, "scale": 1e300}"#
    ),
    (
      false, #""outputs": {"shape": [1, 2, 1], "data": [0.5, 0.25]}"#,
      #""outputs": {"shape": [1, 2, 1], "tile": 1, "indices": [0], "data": [0.5]}"#,
      #"cases[0].expected.outputs: expected either "tile" or "indices", found both"#
    ),
    (
      false, #""layer": "lstm""#, #""layer": "dense", "x": 1"#,
      #"cases[0].x: expected one of the keys name, kind, chapter, source, note, layout, dtype, layer, config, weights, inputs, cotangents, training, expected, expected_gradients, expected_training, tolerance, found the unknown key "x""#
    ),
    (
      true, #""predict": {"shape": [1, 2]"#, #""predict": {"shape": [1, 3]"#,
      "cases[0].training.predict.data: expected 3 numbers (shape [1, 3]), found 2"
    ),
    (
      true, #"false,\#n   "predict": {"shape": [1, 2], "data": [1, 1]}}"#, "false}",
      #"cases[0].expected_training.prediction: expected a prediction only where training has "predict", found none there"#
    ),
    (
      true, #""predict": {"shape": [1, 2], "data": [1, 1]}"#, #""predict": {"shape": [2, 2], "data": [1, 1, 2, 3]}"#,
      "cases[0].expected_training.prediction: expected shape [2, 1], found [1, 1]"
    ),
    (
      true, #""expected_training": {"loss_per_epoch": [0.5, 0.25], "prediction": {"shape": [1, 1], "data": [1]}}"#,
      #""expected_training": {}"#,
      "cases[0].expected_training: expected something that training must give, found nothing"
    ),
    (
      true, #""epochs": 2"#, #""epochs": 1000000000"#,
      "cases[0].training.epochs: expected an integer from 1 to 1000000, found 1000000000"
    ),
    (
      true, #""loss_per_epoch": [0.5, 0.25]"#, #""loss_per_epoch": [0.5, null]"#,
      "cases[0].expected_training.loss_per_epoch[1]: expected a finite number, found null"
    ),
    (
      true, #""loss_per_epoch": [0.5, 0.25]"#, #""final_weights": {"kernel": {"shape": [1, 2], "data": [1, 2]}}"#,
      "cases[0].expected_training.final_weights.kernel: expected final_weights.kernel of shape [2, 1], found [1, 2]"
    ),
    (
      true, #""loss_per_epoch": [0.5, 0.25]"#, #""final_weights": {"kernels": {"shape": [2, 1], "data": [1, 2]}}"#,
      #"cases[0].expected_training.final_weights.kernels: expected one of the keys kernel, bias, found the unknown key "kernels""#
    ),
  ]

  @Test(arguments: changes.indices) func partsThatDoNotGoTogetherAreRefused(row: Int) throws {
    let change = Self.changes[row]
    let text = try #require(
      changed(change.isTraining ? smallTraining : smallCase, change.old, change.new), "change \(row)")
    expectMessage(fileText(text), change.message)
  }

  /// What an optimizer is where its case says its name alone, and with every constant.
  @Test(arguments: [
    (#"{"name": "sgd"}"#, "sgd(momentum: 0.0, nesterov: false), 0.01, nil"),
    (
      #"{"name": "rmsprop"}"#,
      "rmsprop(rho: 0.9, momentum: 0.0, epsilon: 1e-07, centered: false, epsilonOutsideRoot: false), 0.001, nil"
    ),
    (#"{"name": "adam"}"#, "adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-07, amsgrad: false), 0.001, nil"),
    (
      #"{"name": "sgd", "momentum": 0.5, "nesterov": true, "learning_rate": 2, "clipvalue": 3}"#,
      "sgd(momentum: 0.5, nesterov: true), 2.0, value(3.0)"
    ),
    (
      #"{"name": "rmsprop", "rho": 0.25, "momentum": 0.5, "epsilon": 1, "centered": true, "epsilon_outside_root": true, "clipnorm": 4}"#,
      "rmsprop(rho: 0.25, momentum: 0.5, epsilon: 1.0, centered: true, epsilonOutsideRoot: true), 0.001, norm(4.0)"
    ),
    (
      #"{"name": "adam", "beta_1": 0.25, "beta_2": 0.5, "epsilon": 2, "amsgrad": true, "learning_rate": 3, "global_clipnorm": 5, "clipnorm": null}"#,
      "adam(beta1: 0.25, beta2: 0.5, epsilon: 2.0, amsgrad: true), 3.0, globalNorm(5.0)"
    ),
  ])
  func optimizersHaveTheConstantsOfKeras(text: String, expected: String) throws {
    let training = try #require(changed(smallTraining, #"{"name": "sgd", "momentum": 0.5}"#, text))
    let golden = try #require(try read(fileText(training)).cases.first)
    guard case .fit(let fit) = golden.task else { throw Problem("a fit") }
    let optimizer = fit.optimizer
    expectEqual(
      "\(optimizer.rule), \(optimizer.learningRate), \(optimizer.clipping.map { "\($0)" } ?? "nil")", expected)
  }

  /// Documents of weights alone.
  static let documents: [(text: String, message: String)] = [
    ("3", "w.json:1:1: expected an object, found 3"), ("{}", #"w.json:1:1: expected the key "weights", found none"#),
    (#"{"weights": []}"#, "w.json:1:13: weights: expected an object, found []"),
    (
      #"{"weights": {"a": {"shape": [1], "data": ["x"]}}}"#,
      #"w.json:1:43: weights.a.data[0]: expected a finite float64 number, found "x""#
    ),
    (
      #"{"dtype": "int", "weights": {}}"#,
      #"w.json:1:11: dtype: expected a scalar type (one of float32, float64), found "int""#
    ), (#"{"cases": 3}"#, "w.json:1:11: cases: expected a list of cases, found 3"),
    (#"{"cases": [{"weights": {}}]}"#, "none"),
    (
      #"{"weights": {"a": {"shape": [2], "data": [1]}}}"#,
      "w.json:1:42: weights.a.data: expected 2 numbers (shape [2]), found 1"
    ),
    (
      #"{"weights": {"a": {"shape": [0], "data": []}}}"#,
      "w.json:1:30: weights.a.shape[0]: expected an integer from 1 to 16777216, found 0"
    ),
  ]

  @Test(arguments: documents.indices) func aDocumentOfWeightsIsRefused(row: Int) {
    let (text, message) = Self.documents[row]
    var found = "none"
    do { _ = try WeightsDocument(Array(text.utf8), file: "w.json") } catch { found = error.description }
    expectEqual(found, message)
  }

  /// Two files, and the same name in both.
  @Test func aNameInTwoFilesIsNamedWithBoth() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "twice-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["a.json", "b.json"] {
      try Data(fileText(smallCase).utf8).write(to: folder.appending(path: name))
    }
    let paths = ["a.json", "b.json"].map { folder.appending(path: $0).path }
    let error = try #require(throws: CaseErrors.self) { try Suite(paths: paths) }
    expectEqual(error.count, 1)
    expectEqual(
      error.description,
      "\(paths[1]): case \"small\": cases[0].name: expected a name that no other case has, "
        + "found the same name in \(paths[0])")
    try expect(Suite.files(at: paths) == paths && Suite.files(at: [folder.path]) == paths)
  }
}
