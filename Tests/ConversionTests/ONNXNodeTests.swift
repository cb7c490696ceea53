import Layers
import Safetensors
import Support
import Testing
import WeightFiles

@testable import Conversion

/// Recurrent nodes of an ONNX model: what each says, and why one cannot be read.
@Suite struct ONNXNodeTests {
  private static let three = ["LSTM": 4, "GRU": 3, "RNN": 1]

  /// A model of one node with 3 inputs and 2 units in a direction, something of it changed.
  private func found(
    _ type: String = "LSTM", directions: Int = 1, _ attributes: [(String, ONNXGraph.Attribute)] = [],
    changed: [String: StoredTensor?] = [:]
  ) throws -> FoundNetwork {
    let rows = 2 * (Self.three[type] ?? 1)
    var graph = ONNXGraph()
    for (name, columns) in [("W", 3), ("R", 2)] {
      let numbers = (0..<directions * rows * columns).map { Float($0) / 8 }
      let own = StoredTensor(numbers, shape: [directions, rows, columns])
      if let tensor = changed[name, default: own] { graph.add(constant: tensor, name: name) }
    }
    graph.add(type, name: "a/n", inputs: ["X", "W", "R"], outputs: ["Y"], attributes)
    let checkpoint = Checkpoint(try ONNXModel(graph.model(), file: "m"), file: "m")
    return try #require(checkpoint.nodes?.first)
  }

  @Test func whatCannotBeReadSaysWhy() throws {
    func problem(
      _ attributes: [(String, ONNXGraph.Attribute)] = [], directions: Int = 1, changed: [String: StoredTensor?] = [:]
    ) throws -> String? { try found(directions: directions, attributes, changed: changed).problem }
    try expect(problem() == nil)
    try expectEqual(
      problem([("direction", .text("up"))]), "direction: expected forward, reverse or bidirectional, received \"up\"")
    try expectEqual(
      problem(changed: ["W": StoredTensor([Int64](repeating: 1, count: 24), shape: [1, 8, 3])]),
      "\"W\": expected finite numbers of a floating-point type, received I64")
    try expectEqual(
      problem(changed: ["R": StoredTensor([Float](repeating: .nan, count: 16), shape: [1, 8, 2])]),
      "\"R\": expected finite numbers of a floating-point type, received F32")
    for shape in [[8, 3], [24], [3, 8, 1], [2, 0, 3]] {
      let count = shape.reduce(1, *)
      try expectEqual(
        problem(changed: ["W": StoredTensor([Float](repeating: 1, count: count), shape: shape)]),
        "\"W\": expected shape [1 or 2 directions, …], received \(shape)")
    }
    try expectEqual(
      problem(changed: ["R": nil]),
      "\"a/n\": its input R, \"R\", is computed by the graph: onnxsim or constant folding makes it a constant")
    try expectEqual(
      problem([("direction", .text("bidirectional"))]),
      "\"a/n\": expected weights for direction bidirectional, received 1 directions")
    try expectEqual(
      problem(directions: 2), "\"a/n\": expected weights for direction forward, received 2 directions")
    try expect(problem([("direction", .text("bidirectional"))], directions: 2) == nil)
    try expectEqual(
      problem([("activations", .texts(["Tanh"]))]), "activations: expected 3 names, received 1")
    let both = ("direction", ONNXGraph.Attribute.text("bidirectional"))
    let usual = ["Sigmoid", "Tanh", "Tanh"]
    try expectEqual(
      problem([both, ("activations", .texts(usual))], directions: 2), "activations: expected 6 names, received 3")
    try expectEqual(
      problem([both, ("activations", .texts(usual + ["Sigmoid", "Tanh", "Relu"]))], directions: 2),
      "activations: each direction has its own, which no other layout can say")
    try expect(problem([both, ("activations", .texts(usual + usual))], directions: 2) == nil)
    try expectEqual(
      problem([("activations", .texts(["Swish", "Tanh", "Tanh"]))]),
      "activations: expected a function of ONNX, received \"Swish\"")
  }

  @Test func aNodeSaysItsSettings() throws {
    let plain = try found("GRU").settings
    expectEqual(
      plain,
      NetworkSettings(
        kind: .gru, activations: [.sigmoid, .tanh], resetAfter: false, isReversed: false, inputForget: false))
    let all = try found(
      "LSTM",
      [
        ("direction", .text("reverse")), ("clip", .float(0.5)), ("input_forget", .integer(1)),
        ("activations", .texts(["Relu", "Softsign", "Softplus"])),
      ]
    ).settings
    expectEqual(
      all,
      NetworkSettings(
        kind: .lstm, activations: [.relu, .softsign, .softplus], isReversed: true, clip: 0.5, inputForget: true))
    try expectEqual(found("GRU", [("linear_before_reset", .integer(1))]).settings.resetAfter, true)
    let both = try found("RNN", directions: 2, [("direction", .text("bidirectional"))])
    expect(both.settings.merge == .concat && both.settings.isReversed == nil && both.settings.resetAfter == nil)
    expect(both.cells.count == 2 && both.names == ["W", "R"] && both.path == ["a", "n"] && both.framework == .onnx)
    let backward = try #require(both.cells[CellPlace(isBackward: true)])
    expect(backward.tensors["W"]?.tensor.scalars == (6..<12).map { Double($0) / 8 })
    expect(backward.tensors["W"]?.name == "W" && backward.tensors["R"]?.tensor.shape == [2, 2])
  }

  /// Alphas and betas belong to the functions that take them, in their order; what is not given is ONNX' default.
  @Test(
    arguments: [
      (["LeakyRelu", "Elu"], [0.25, 2], [], [.leakyRelu(alpha: 0.25), .elu(alpha: 2)]),
      (["LeakyRelu", "Elu"], [], [], [.leakyRelu(alpha: 0.01), .elu(alpha: 1)]),
      (["Tanh", "ThresholdedRelu"], [0.5], [], [.tanh, .thresholdedRelu(alpha: 0.5)]),
      (["ThresholdedRelu", "Affine"], [], [], [.thresholdedRelu(alpha: 1), .affine(alpha: 1, beta: 0)]),
      (
        ["Affine", "ScaledTanh"], [2, 4], [0.5, 0.25],
        [.affine(alpha: 2, beta: 0.5), .scaledTanh(alpha: 4, beta: 0.25)]
      ),
      (["ScaledTanh", "HardSigmoid"], [], [], [.scaledTanh(alpha: 1, beta: 1), .hardSigmoid(alpha: 0.2, beta: 0.5)]),
      (["HardSigmoid", "RELU"], [0.2], [0.75], [.hardSigmoid(alpha: 0.2, beta: 0.75), .relu]),
      (["hardsigmoid", "sigmoid"], [0.25], [], [.hardSigmoid(alpha: 0.25, beta: 0.5), .sigmoid]),
    ] as [([String], [Float], [Float], [Activation])])
  func functionsHaveTheirNumbers(names: [String], alphas: [Float], betas: [Float], expected: [Activation]) throws {
    let settings = try found(
      "GRU",
      [("activations", .texts(names)), ("activation_alpha", .floats(alphas)), ("activation_beta", .floats(betas))]
    ).settings
    expectEqual(settings.activations, expected)
  }

  /// Nodes without a name are called by what they give; two of one name are told apart by it.
  @Test func nodesAreToldApart() throws {
    func paths(_ nodes: [(name: String, outputs: [String])]) throws -> [[String]] {
      var graph = ONNXGraph()
      graph.add(constant: StoredTensor([Float](repeating: 1, count: 2), shape: [1, 1, 2]), name: "W")
      graph.add(constant: StoredTensor([Float(1)], shape: [1, 1, 1]), name: "R")
      graph.add("Relu", name: "other", inputs: ["X"], outputs: ["Z"])
      for (name, outputs) in nodes { graph.add("RNN", name: name, inputs: ["X", "W", "R"], outputs: outputs) }
      return Checkpoint(try ONNXModel(graph.model(), file: "m"), file: "m").nodes?.map(\.path) ?? []
    }
    try expect(paths([("", ["y"])]) == [[]] && paths([("a/b", ["y"])]) == [["a", "b"]])
    try expectEqual(paths([("", ["", "h"]), ("", ["y/z"])]), [["h"], ["y", "z"]])
    try expectEqual(paths([("a", ["y"]), ("a", ["z"]), ("b", ["w"])]), [["a", "y"], ["a", "z"], ["b"]])
  }
}
