import Layers
import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// What a configuration means: defaults, and all tensors of a layer.
@Suite struct ModelTests {
  private func model(_ layout: String, _ layer: String, _ config: String) throws -> Model {
    let text = #"{"layer": "\#(layer)", "config": \#(config)}"#
    let members = try Node.root(of: Array(text.utf8), file: "model.json").object(["layer", "config"])
    return try Model(
      layout: try #require(Framework(rawValue: layout)), layer: try members.required("layer"),
      config: try members.required("config"))
  }

  /// A configuration that says nothing, beside one that says all that it leaves out, and one that says otherwise.
  static let defaults: [(layout: String, layer: String, short: String, members: [(default: String, other: String)])] = [
    (
      "keras", "simple_rnn", #""units": 2"#,
      [
        (#""activation": "tanh""#, #""activation": "relu""#), (#""use_bias": true"#, #""use_bias": false"#),
        (#""return_sequences": false"#, #""return_sequences": true"#),
        (#""go_backwards": false"#, #""go_backwards": true"#), (#""stateful": false"#, #""stateful": true"#),
        (#""zero_output_for_mask": false"#, #""zero_output_for_mask": true"#),
      ]
    ),
    (
      "keras", "lstm", #""units": 2"#,
      [(#""recurrent_activation": "sigmoid""#, #""recurrent_activation": "hard_sigmoid""#)]
    ),
    ("keras", "gru", #""units": 2"#, [(#""reset_after": true"#, #""reset_after": false"#)]),
    (
      "keras", "dense", #""units": 2"#,
      [(#""activation": "linear""#, #""activation": "tanh""#), (#""use_bias": true"#, #""use_bias": false"#)]
    ),
    ("keras", "embedding", #""input_dim": 2, "output_dim": 3"#, [(#""mask_zero": false"#, #""mask_zero": true"#)]),
    (
      "keras", "stacked_cells", #""cells": [{"layer": "lstm", "config": {"units": 2}}]"#,
      [
        (#""return_sequences": false"#, #""return_sequences": true"#),
        (#""go_backwards": false"#, #""go_backwards": true"#),
      ]
    ),
    (
      "keras", "bidirectional", #""forward": {"layer": "lstm", "config": {"units": 2}}"#,
      [
        (#""merge_mode": "concat""#, #""merge_mode": "sum""#),
        (
          #""backward": {"layer": "lstm", "config": {"units": 2}}"#,
          #""backward": {"layer": "lstm", "config": {"units": 3}}"#
        ),
      ]
    ),
    (
      "pytorch", "simple_rnn", #""units": 2"#,
      [
        (#""nonlinearity": "tanh""#, #""nonlinearity": "relu""#), (#""bias": true"#, #""bias": false"#),
        (#""num_layers": 1"#, #""num_layers": 2"#), (#""bidirectional": false"#, #""bidirectional": true"#),
      ]
    ),
    ("pytorch", "lstm", #""units": 2"#, [(#""proj_size": 0"#, #""proj_size": 1"#)]),
    (
      "mxnet", "simple_rnn", #""units": 2"#,
      [
        (#""activation": "tanh""#, #""activation": "relu""#), (#""num_layers": 1"#, #""num_layers": 2"#),
        (#""bidirectional": false"#, #""bidirectional": true"#),
      ]
    ),
    ("mxnet", "rnn_cell", #""units": 2"#, [(#""activation": "tanh""#, #""activation": "relu""#)]),
    ("tensorflow1", "basic_rnn_cell", #""units": 2"#, [(#""activation": "tanh""#, #""activation": "relu""#)]),
    ("tensorflow1", "gru_cell", #""units": 2"#, [(#""activation": "tanh""#, #""activation": "relu""#)]),
    (
      "tensorflow1", "lstm_cell", #""units": 2"#,
      [
        (#""activation": "tanh""#, #""activation": "relu""#), (#""forget_bias": 1"#, #""forget_bias": 0"#),
        (#""state_is_tuple": true"#, #""state_is_tuple": false"#),
        (#""use_peepholes": false"#, #""use_peepholes": true"#),
      ]
    ),
    (
      "onnx", "gru", #""units": 2"#,
      [
        (#""direction": "forward""#, #""direction": "reverse""#),
        (#""linear_before_reset": 0"#, #""linear_before_reset": 1"#), (#""layout": 0"#, #""layout": 1"#),
        (#""activations": ["Sigmoid", "Tanh"]"#, #""activations": ["Sigmoid", "Relu"]"#),
      ]
    ),
    ("onnx", "lstm", #""units": 2"#, [(#""input_forget": 0"#, #""input_forget": 1"#)]),
  ]

  @Test(arguments: defaults.indices) func whatIsLeftOutHasItsDefault(row: Int) throws {
    let (layout, layer, short, members) = Self.defaults[row]
    let own = "\(try model(layout, layer, "{\(short)}"))"
    for member in members {
      expectEqual("\(try model(layout, layer, "{\(short), \(member.default)}"))", own, "\(layer) \(member.default)")
      expect("\(try model(layout, layer, "{\(short), \(member.other)}"))" != own, "\(layer) \(member.other)")
    }
  }

  /// Every activation in an equation.
  @Test func activationsHaveTheirSymbols() {
    let symbols: [(Activation, String)] = [
      (.linear, ""), (.tanh, "tanh"), (.sigmoid, "σ"), (.relu, "relu"), (.softsign, "softsign"),
      (.softplus, "softplus"), (.softmax, "softmax"), (.elu(alpha: 2), "elu"), (.kerasHardSigmoid, "hard_sigmoid"),
      (.affine(alpha: 2, beta: 3), "affine"), (.leakyRelu(alpha: 2), "leaky_relu"),
      (.thresholdedRelu(alpha: 2), "thresholded_relu"), (.scaledTanh(alpha: 2, beta: 3), "scaled_tanh"),
    ]
    for (activation, symbol) in symbols { expectEqual(activation.symbol, symbol, "\(activation)") }
  }

  /// A layer that gives two outputs, or reads two inputs, is not trained.
  @Test(arguments: [
    (
      "bidirectional", #"{"merge_mode": null, "forward": {"layer": "lstm", "config": {"units": 1}}}"#,
      "cases[0].training: expected a layer with one output, found another"
    ),
    (
      "attention", #"{"score": "dot", "queries": 2, "query_size": 2}"#,
      "cases[0].training: expected a layer with one input, found an attention, which has two"
    ),
  ])
  func onlyALayerOfOneInputAndOneOutputIsTrained(layer: String, config: String, message: String) throws {
    let weights = ["forward", "backward"].map { side in
      #""\#(side)/kernel": {"shape": [2, 4], "hash": {"seed": 1, "scale": 1}}, "#
        + #""\#(side)/recurrent_kernel": {"shape": [1, 4], "hash": {"seed": 2, "scale": 1}}, "#
        + #""\#(side)/bias": {"shape": [4], "hash": {"seed": 3, "scale": 1}}"#
    }
    let text =
      smallTraining.replacing(
        #""layer": "dense", "config": {"units": 1}"#, with: #""layer": "\#(layer)", "config": \#(config)"#
      )
      .replacing(
        #"{"kernel": {"shape": [2, 1], "data": [0.1, 0.2]}, "bias": {"shape": [1], "data": [0]}}"#,
        with: layer == "attention" ? "{}" : "{\(weights.joined(separator: ", "))}"
      )
      .replacing(
        #"{"shape": [3, 2], "tile": 3, "data": [1, 2]}"#,
        with: #"{"shape": [3, 2, 2], "tile": 3, "data": [1, 2, 3, 4]}"#)
    var found = "none"
    do { _ = try read(fileText(text)) } catch { found = error.description }
    expect(found.hasSuffix(message), "\(found)")
  }

  /// A case that skips steps waits for no values of steps; one without a mask for all.
  @Test func aDraftThatSkipsStepsAsksForNoValuesOfSteps() throws {
    let start = try #require(smallCase.range(of: #""expected": {"#)?.lowerBound)
    let end = try #require(smallCase.range(of: #""tolerance""#)?.lowerBound)
    var text = smallCase
    text.replaceSubrange(start..<end, with: #""expected": null, "expected_gradients": null, "#)
    text = text.replacing(#""kind": "documented""#, with: #""kind": "derived""#)
    let all = try #require(try Draft(Array(fileText(text).utf8), file: "hand.json").wanted["small"])
    let gates = ["pre_i", "i", "pre_f", "f", "pre_g", "g", "c", "pre_o", "o", "tanh_c", "h"].map { "gates.\($0)" }
    let gradients = ["weights.kernel", "weights.recurrent_kernel", "weights.bias", "inputs.x", "inputs.h0"]
    let outputs = ["outputs", "h", "c"]
    expectEqual(all, Set(gates + outputs + gradients.map { "gradients.\($0)" }))
    let masked = text.replacing(
      #""h0": {"shape": [1, 1], "data": [0.5]}}"#, with: #""mask": {"shape": [1, 2], "data": [1, 0]}}"#)
    let some = try #require(try Draft(Array(fileText(masked).utf8), file: "hand.json").wanted["small"])
    expectEqual(some, Set(outputs + gradients.dropLast().map { "gradients.\($0)" }))
  }
}
