import Layers

@testable import GoldenCases
@testable import GoldenConformance

/// A mistake made on purpose: these layers, given a case with other weights, inputs or options, or their results
/// changed afterwards. None of it is the code of the mutants.
struct Seed: Sendable {
  /// The name of the mutant that it is.
  let name: String
  let layout: Framework
  let layers: [String]
  /// Which of the layer's cases are asked.
  var only: @Sendable (Case) -> Bool = { _ in true }
  var before: @Sendable (inout Case) -> Void = { _ in }
  var after: @Sendable (inout TensorTable, Case) -> Void = { _, _ in }

  /// The answers of the program that has this mistake.
  func run(_ cases: [Case], scalar: CaseScalar) throws -> ExternalRun {
    let own = cases.filter { $0.layout == layout && layers.contains($0.layer) && $0.work < 16_000 && only($0) }
      .sorted { $0.work < $1.work }
    return ExternalRun(
      answers: try own.prefix(10).map { golden in
        // Gradients and values of steps belong to the right weights.
        var changed = golden.asking { !$0.hasPrefix("gates.") && !$0.hasPrefix("gradients.") }
        changed.changeRun { $0.cotangents = TensorTable() }
        before(&changed)
        var results = try LayersImplementation(scalar: scalar).run(changed)
        after(&results, golden)
        let kept = results.entries.filter { !$0.name.hasPrefix("gates.") && !$0.name.hasPrefix("gradients.") }
        let line = JSONValue.object([
          ("name", .string(golden.name)), ("dtype", .string(scalar.rawValue)),
          ("results", .object(kept.map { (key: $0.name, value: $0.tensor.json) })), ("forward_only", true),
          ("no_steps", true),
        ]).text()
        return try ExternalRun.Answer(golden, line: Array(line.utf8))
      }, memory: .ofAllTests)
  }
}

extension ReferenceMemory {
  /// The same cases are put to the same faults for each mistake.
  static let ofAllTests = ReferenceMemory()
}

extension Seed {
  static let all = orders + biases + kernels + states + sequences + options + training

  private static func keras(
    _ name: String, _ layer: String, _ change: @escaping @Sendable (String, NumericTensor) -> NumericTensor
  ) -> Seed {
    Seed(
      name: name, layout: .keras, layers: [layer], only: { !$0.name.contains("chunks") },
      before: { $0.changeWeights(change) })
  }

  /// Two gates in each other's place.
  private static let orders: [Seed] =
    [
      ("lstm-order-figo", [1, 0, 2, 3]), ("lstm-order-gfio", [2, 1, 0, 3]), ("lstm-order-ofgi", [3, 1, 2, 0]),
      ("lstm-order-igfo", [0, 2, 1, 3]), ("lstm-order-iogf", [0, 3, 2, 1]), ("lstm-order-ifog", [0, 1, 3, 2]),
      ("lstm-order-iofg", [0, 3, 1, 2]),
    ].map { name, targets in keras(name, "lstm") { $1.columnBlocks(targets, of: 4) } }
    + [("gru-order-rzg", [1, 0, 2]), ("gru-order-grz", [2, 1, 0]), ("gru-order-zgr", [0, 2, 1])]
    .map { name, targets in keras(name, "gru") { $1.columnBlocks(targets, of: 3) } }
    + [keras("updateGateInverted", "gru") { $1.negatingBlock(0, of: 3, alongRows: false) }]

  private static let biases: [Seed] =
    [
      keras("inputBiasDoubled", "lstm") { $0 == "bias" ? $1.scaled(2) : $1 },
      keras("inputBiasLost", "lstm") { $0 == "bias" ? $1.scaled(0) : $1 },
      keras("lstm-bias-order-iogf", "lstm") { $0 == "bias" ? $1.columnBlocks([0, 3, 2, 1], of: 4) : $1 },
      keras("lstm-bias-f-of-i", "lstm") { $0 == "bias" ? $1.copyingBlock(0, to: 1, of: 4) : $1 },
      keras("gru-bias-order-rzg", "gru") { $0 == "bias" ? $1.columnBlocks([1, 0, 2], of: 3) : $1 },
      keras("forgetBiasAdded", "lstm") { $0 == "bias" ? $1.adding(1, toBlock: 1, of: 4) : $1 },
    ]
    + [
      ("biasesExchanged", [1, 0], [1.0, 1]), ("inputBiasInBoth", [0, 0], [1, 1]),
      ("recurrentBiasInBoth", [1, 1], [1, 1]), ("recurrentBiasLost", [0, 1], [1, 0]),
      ("recurrentBiasDoubled", [0, 1], [1, 2]),
    ].map { name, rows, factors in
      keras(name, "gru") { key, tensor in
        guard key == "bias", tensor.shape.count == 2 else { return tensor }
        var result = tensor
        let width = tensor.shape[1]
        for (row, source) in rows.enumerated() {
          for j in 0..<width { result.values[row * width + j] = tensor.values[source * width + j] * factors[row] }
        }
        return result
      }
    }

  private static let kernels: [Seed] = [
    keras("recurrentKernelTransposed", "lstm") { $0 == "recurrent_kernel" ? $1.transposingColumnBlocks(of: 4) : $1 },
    keras("kernelsReshaped", "lstm") { $0 == "bias" ? $1 : $1.reshapedAsTransposed },
    keras("recurrentKernelReshaped", "lstm") { $0 == "recurrent_kernel" ? $1.reshapedAsTransposed : $1 },
    keras("inputKernelReshaped", "gru") { $0 == "kernel" ? $1.reshapedAsTransposed : $1 },
    Seed(
      name: "projectionReshaped", layout: .pytorch, layers: ["lstm"], only: { $0.name.contains("proj") },
      before: { golden in
        golden.changeWeights { name, tensor in
          guard name.hasPrefix("weight_hr") else { return tensor }
          // Stored [P, H], read as [H, P] in the same order: what the right reader must be given.
          return NumericTensor(shape: [tensor.shape[1], tensor.shape[0]], values: tensor.values).exchanged(0, 1)
        }
      }),
    Seed(
      name: "kernelRowsExchanged", layout: .tensorflow1, layers: ["basic_lstm_cell", "basic_rnn_cell"],
      before: { golden in
        guard case .run(let run) = golden.task, let x = run.inputs["x"] else { return }
        golden.changeWeights { name, tensor in
          guard name == "kernel" else { return tensor }
          let split = (tensor.shape[0] - x.shape[2]) * tensor.shape[1]
          return NumericTensor(shape: tensor.shape, values: Array(tensor.values[split...] + tensor.values[..<split]))
        }
      }),
    Seed(
      name: "backwardUsesForwardWeights", layout: .pytorch, layers: ["lstm", "gru"],
      only: { $0.name.contains("bi") },
      before: { golden in
        for entry in golden.weights.entries where entry.name.hasSuffix("_reverse") {
          golden.weights[entry.name] = golden.weights[String(entry.name.dropLast("_reverse".count))]
        }
      }),
  ]

  private static let states: [Seed] = [
    Seed(
      name: "statesExchanged", layout: .keras, layers: ["lstm"], only: { $0.has("h0") },
      before: { golden in
        golden.changeRun { (run: inout Case.Run) in
          (run.inputs["h0"], run.inputs["c0"]) = (run.inputs["c0"], run.inputs["h0"])
        }
      }),
    Seed(
      name: "finalStatesExchanged", layout: .keras, layers: ["lstm"],
      after: { results, _ in (results["h"], results["c"]) = (results["c"], results["h"]) }),
    Seed(
      name: "initialStateIgnored", layout: .keras, layers: ["lstm", "gru"],
      before: { golden in
        golden.changeRun { run in
          for name in ["h0", "c0"] { run.inputs[name] = run.inputs[name]?.scaled(0) }
        }
      }),
    Seed(
      name: "finalStatesByDirection", layout: .pytorch, layers: ["lstm", "gru"], only: { $0.isDeepAndBidirectional },
      after: { results, _ in
        for name in ["h", "c"] { results[name] = results[name]?.directionsFirst }
      }),
    Seed(
      name: "initialStatesByDirection", layout: .pytorch, layers: ["lstm", "gru"], only: { $0.isDeepAndBidirectional },
      before: { golden in
        golden.changeRun { run in
          for name in ["h0", "c0"] { run.inputs[name] = run.inputs[name]?.layersFirst }
        }
      }),
    Seed(
      name: "batchFirstForgotten", layout: .pytorch, layers: ["lstm", "gru", "simple_rnn"],
      only: { !$0.has("h0") && !$0.name.contains("lengths") },
      before: { golden in golden.changeRun { $0.inputs["x"] = $0.inputs["x"]?.exchanged(0, 1) } },
      after: { results, _ in results["outputs"] = results["outputs"]?.exchanged(0, 1) }),
  ]
}

extension Seed {
  fileprivate static let sequences: [Seed] = [
    Seed(
      name: "timeReversed", layout: .keras, layers: ["lstm"], only: { !$0.has("mask") && $0.isForward },
      before: { golden in golden.changeRun { $0.inputs["x"] = $0.inputs["x"]?.reversed(along: 1) } }),
    Seed(
      name: "directionIgnored", layout: .keras, layers: ["lstm", "gru", "simple_rnn"],
      before: { $0.changeKeras { $0.goBackwards = false } }),
    Seed(
      name: "backwardOutputsTurned", layout: .keras, layers: ["lstm", "gru", "simple_rnn"],
      after: { results, golden in
        if !golden.isForward, let y = results["outputs"], y.shape.count == 3 {
          results["outputs"] = y.reversed(along: 1)
        }
      }),
    Seed(
      name: "backwardOutputFirst", layout: .pytorch, layers: ["lstm"],
      only: { ["saturated", "lstm_lengths", "lstm_bidirectional"].contains(where: $0.name.contains) },
      after: { results, _ in results["outputs"] = results["outputs"]?.columnBlocks([1, 0], of: 2) }),
    Seed(
      name: "maskIgnored", layout: .keras, layers: ["lstm", "gru", "simple_rnn"], only: { $0.has("mask") },
      before: { golden in
        golden.changeRun { run in
          if let mask = run.inputs["mask"] { run.inputs["mask"]?.values = mask.values.map { _ in 1 } }
        }
      }),
    Seed(
      name: "maskIgnored", layout: .onnx, layers: ["lstm", "gru", "simple_rnn"],
      only: { $0.name.contains("lengths") },
      before: { $0.changeRun { $0.lengths = nil } }),
    Seed(
      name: "maskZeroesOutputsOnly", layout: .pytorch, layers: ["lstm", "gru", "simple_rnn"],
      only: { $0.name.contains("lengths") && !$0.isDeepAndBidirectional },
      before: { $0.changeRun { $0.lengths = nil } },
      after: { results, golden in
        guard case .run(let run) = golden.task, let lengths = run.lengths, let y = results["outputs"] else { return }
        results["outputs"]?.values = y.values.indices.map { place in
          let at = y.coordinates(of: place)
          return at[1] < lengths[at[0]] ? y.values[place] : 0
        }
      }),
  ]

  fileprivate static let options: [Seed] = [
    Seed(
      name: "peepholesIgnored", layout: .onnx, layers: ["lstm"],
      before: { $0.changeWeights { $0 == "P" ? $1.scaled(0) : $1 } }),
    Seed(
      name: "peepholesIgnored", layout: .tensorflow1, layers: ["lstm_cell"],
      before: { $0.changeWeights { $0.hasSuffix("_diag") ? $1.scaled(0) : $1 } }),
    Seed(
      name: "activationsIgnored", layout: .onnx, layers: ["gru", "lstm"],
      only: { $0.name.contains("activations") || $0.name.contains("sigmoid") },
      before: { golden in
        golden.changeNode { node in
          let own: [Activation] = node.kind == .gru ? [.sigmoid, .tanh] : [.sigmoid, .tanh, .tanh]
          node.activations = (0..<node.directions).flatMap { _ in own }
        }
      }),
    Seed(name: "clipIgnored", layout: .onnx, layers: ["lstm", "gru"], before: { $0.changeNode { $0.clip = nil } }),
    Seed(
      name: "inputForgetIgnored", layout: .onnx, layers: ["lstm"], before: { $0.changeNode { $0.inputForget = false } }),
    Seed(
      name: "resetPlace", layout: .onnx, layers: ["gru"], before: { $0.changeNode { $0.linearBeforeReset.toggle() } }),
    Seed(
      name: "gatesHardSigmoid", layout: .keras, layers: ["lstm", "gru"],
      before: {
        $0.changeKeras { if $0.recurrentActivation == .sigmoid { $0.recurrentActivation = .keras2HardSigmoid } }
      }
    ),
    Seed(
      name: "gatesNewHardSigmoid", layout: .keras, layers: ["lstm", "gru"],
      before: {
        $0.changeKeras { if $0.recurrentActivation == .sigmoid { $0.recurrentActivation = .kerasHardSigmoid } }
      }
    ),
  ]

  private static func training(
    _ name: String, _ word: String, _ change: @escaping @Sendable (inout OptimizerSpec) -> Void
  ) -> Seed {
    Seed(
      name: name, layout: .keras, layers: ["stack"],
      only: { $0.name.contains("train") && $0.name.contains(word) },
      before: { golden in
        guard case .fit(var fit) = golden.task else { return }
        change(&fit.optimizer)
        golden.task = .fit(fit)
      })
  }

  fileprivate static let training: [Seed] = [
    training("clipnormGlobal", "_clipnorm") {
      if case .norm(let bound)? = $0.clipping { $0.clipping = .globalNorm(bound) }
    },
    training("clipnormOfEachTensor", "global_clipnorm") {
      if case .globalNorm(let bound)? = $0.clipping { $0.clipping = .norm(bound) }
    },
    training("gradientsUnclipped", "clip") { $0.clipping = nil },
    training("nesterovIgnored", "nesterov") {
      if case .sgd(let momentum, _) = $0.rule { $0.rule = .sgd(momentum: momentum, nesterov: false) }
    },
  ]
}

// MARK: Changes

extension Case {
  func has(_ input: String) -> Bool {
    if case .run(let run) = task { return run.inputs[input] != nil }
    return false
  }

  var isForward: Bool {
    if case .keras(.recurrent(let layer)) = model { return !layer.goBackwards }
    return true
  }

  var isDeepAndBidirectional: Bool {
    if case .pytorch(let layer) = model { return layer.layerCount > 1 && layer.directions == 2 }
    return false
  }

  mutating func changeWeights(_ change: (String, NumericTensor) -> NumericTensor) {
    for entry in weights.entries { weights[entry.name] = change(entry.name, entry.tensor) }
  }

  mutating func changeRun(_ change: (inout Case.Run) -> Void) {
    guard case .run(var run) = task else { return }
    change(&run)
    task = .run(run)
  }

  mutating func changeNode(_ change: (inout ONNXNode) -> Void) {
    guard case .onnx(var node) = model else { return }
    change(&node)
    model = .onnx(node)
  }

  mutating func changeKeras(_ change: (inout KerasRecurrent) -> Void) {
    guard case .keras(.recurrent(var layer)) = model else { return }
    change(&layer)
    model = .keras(.recurrent(layer))
  }
}

extension NumericTensor {
  private var columns: Int { shape.last ?? 1 }

  func scaled(_ factor: Double) -> NumericTensor {
    var result = self
    result.values = values.map { $0 * factor }
    return result
  }

  /// The numbers of another shape in the same order, where the transpose was meant.
  var reshapedAsTransposed: NumericTensor {
    NumericTensor(shape: [shape[1], shape[0]], values: values).exchanged(0, 1)
  }

  func copyingBlock(_ source: Int, to target: Int, of count: Int) -> NumericTensor {
    var result = self
    let width = columns / count
    for j in 0..<width { result.values[target * width + j] = values[source * width + j] }
    return result
  }

  func adding(_ number: Double, toBlock block: Int, of count: Int) -> NumericTensor {
    var result = self
    let width = columns / count
    for j in 0..<width { result.values[block * width + j] += number }
    return result
  }

  /// `[L·2, B, H]` from layer by layer to direction by direction, and back.
  var directionsFirst: NumericTensor { slabs { place, layers in place % layers * 2 + place / layers } }
  var layersFirst: NumericTensor { slabs { place, layers in place % 2 * layers + place / 2 } }

  private func slabs(_ source: (_ place: Int, _ layers: Int) -> Int) -> NumericTensor {
    var result = self
    let size = values.count / shape[0]
    for place in 0..<shape[0] {
      let from = source(place, shape[0] / 2) * size
      for k in 0..<size { result.values[place * size + k] = values[from + k] }
    }
    return result
  }

  /// Column block k goes to place `targets[k]`: then the right order holds what a wrong reader takes for it.
  func columnBlocks(_ targets: [Int], of count: Int) -> NumericTensor {
    var result = self
    let width = columns / count
    for row in 0..<values.count / columns {
      for (block, target) in targets.enumerated() {
        for j in 0..<width {
          result.values[row * columns + target * width + j] = values[row * columns + block * width + j]
        }
      }
    }
    return result
  }

  func transposingColumnBlocks(of count: Int) -> NumericTensor {
    var result = self
    let width = columns / count
    for row in 0..<width {
      for block in 0..<count {
        for j in 0..<width {
          result.values[row * columns + block * width + j] = values[j * columns + block * width + row]
        }
      }
    }
    return result
  }

  func negatingBlock(_ block: Int, of count: Int, alongRows: Bool) -> NumericTensor {
    var result = self
    let size = alongRows ? shape[0] : columns
    for place in values.indices {
      let k = alongRows ? place / (values.count / size) : place % size
      if k / (size / count) == block { result.values[place] *= -1 }
    }
    return result
  }
}
