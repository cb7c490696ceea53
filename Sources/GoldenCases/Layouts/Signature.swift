/// What an axis of a tensor counts; the words with which a divergence is located.
public enum TensorAxis: String, Sendable {
  case sample, step, unit, feature, direction, row, column, gate, epoch, position
}

/// The name, shape and axes of one tensor of a case.
public struct TensorSpec: Sendable {
  public let name: String
  public let shape: [Int]
  public let axes: [TensorAxis]
  /// Tensors of one stage are computed step by step side by side; stages follow each other.
  public let stage: Int
  public let isRequired: Bool
  /// For a value of a step: how it and its gradient come about.
  package var equations: StepEquations?

  init(_ name: String, _ shape: [Int], _ axes: [TensorAxis], stage: Int = 0, isRequired: Bool = true) {
    self.name = name
    self.shape = shape
    self.axes = axes
    self.stage = stage
    self.isRequired = isRequired
  }

  /// A weight: a vector, a matrix, or (ONNX) one matrix or vector for each direction.
  static func weight(_ name: String, _ shape: [Int], isRequired: Bool = true) -> TensorSpec {
    let axes: [TensorAxis]
    switch shape.count {
    case 1: axes = [.position]
    case 2: axes = [.row, .column]
    default: axes = [.direction, .row, .column]
    }
    return TensorSpec(name, shape, axes, isRequired: isRequired)
  }

  package func renamed(_ name: String) -> TensorSpec {
    var copy = TensorSpec(name, shape, axes, stage: stage, isRequired: isRequired)
    copy.equations = equations
    return copy
  }
}

/// Every tensor that goes into a case and can come out of it, in processing order.
public struct Signature: Sendable {
  public internal(set) var weights: [TensorSpec] = []
  /// `x`, and the initial states, `mask` and `label` where the layer takes them.
  public internal(set) var inputs: [TensorSpec] = []
  /// All that the layer can be asked for: gates, outputs, states, outputs of inner layers.
  public internal(set) var outputs: [TensorSpec] = []
  /// The lengths a sequence may have; nil when the layer takes no lengths.
  public internal(set) var lengths: ClosedRange<Int>?
  /// The number of sequences.
  public internal(set) var sampleCount = 1
  /// How many values of steps are computed that nobody can ask for.
  var unseenCount = 0
  /// Gradients can be asked for.
  public internal(set) var hasGradients = true

  package func output(_ name: String) -> TensorSpec? { outputs.first { $0.name == name } }

  /// An initial state `NAME0` and the final state `NAME` of the same shape.
  mutating func addState(_ name: String, _ shape: [Int], _ axes: [TensorAxis], stage: Int) {
    inputs.append(TensorSpec(name + "0", shape, axes, isRequired: false))
    outputs.append(TensorSpec(name, shape, axes, stage: stage))
  }

  /// The flat lists `initial_states` and `states`.
  mutating func addStateList(_ sizes: [Int], samples: Int, stage: Int) {
    for (place, size) in sizes.enumerated() {
      inputs.append(TensorSpec("initial_states[\(place)]", [samples, size], [.sample, .unit], isRequired: false))
      outputs.append(TensorSpec("states[\(place)]", [samples, size], [.sample, .unit], stage: stage))
    }
  }
}

/// The sizes of `x` as `[N, T, m]`.
struct SequenceShape {
  let samples: Int
  let steps: Int
  let features: Int

  init(_ shape: [Int], axes: String = "[N, T, m]") throws(ShapeProblem) {
    guard shape.count == 3 else { throw ShapeProblem(expected: "x as \(axes)") }
    (samples, steps, features) = (shape[0], shape[1], shape[2])
  }
}
