import Layers

/// One value that a cell computes at every step: its name under `gates`, its size, its equation and that of its
/// gradient, as the framework's own documentation would write them.
struct StepValue {
  let name: String
  let size: Int
  let equation: String
  let gradient: String
}

/// A cell as its equations are written: which framework, which kind, which options.
struct StepCell {
  var framework: Framework
  var kind: CellKind
  var units: Int
  /// The size of h, where a projection makes it another than `units`.
  var projection: Int?
  var hasBias = true
  /// The recurrent product has a bias of its own, where the framework has one for it.
  var hasRecurrentBias = true
  var resetAfter = true
  var peepholes = false
  var forgetBias = 0.0
  var inputForget = false
  /// What the equations call the functions of the gates, of the candidate, and of c.
  var gateFunction = "σ"
  var function = "tanh"
  var outputFunction = "tanh"
}

extension StepValue {
  /// The two values of a dense layer, `y = f(x·W + b)`.
  static func dense(units: Int, _ function: String, hasBias: Bool, everyStep: Bool) -> [StepValue] {
    let (x, y) = everyStep ? ("x_t", "y_t") : ("x", "y")
    let pre = everyStep ? "pre_y_t" : "pre_y"
    let sum = "\(x)·W" + (hasBias ? " + b" : "")
    let slope = function.isEmpty ? "" : " ⊙ \(function)′(\(pre))"
    return [
      StepValue(name: "pre_y", size: units, equation: "\(pre) = \(sum)", gradient: "∂L/∂\(pre) = ∂L/∂\(y)\(slope)"),
      StepValue(
        name: "y", size: units, equation: function.isEmpty ? "\(y) = \(sum)" : "\(y) = \(function)(\(sum))",
        gradient: "∂L/∂\(y) = what comes from the loss"),
    ]
  }
}

// MARK: In a signature

extension Signature {
  /// Adds the values of a cell that goes over a sequence, `[N, T, H]` each, in the order of its reading.
  ///
  /// - Parameter prefix: where several cells share a layer: `forward/`, `0/`, `l1_reverse/`.
  mutating func addSteps(_ cell: StepCell, prefix: String = "", steps: Int, stage: Int = 0) {
    add(cell.values, prefix: prefix, lead: [sampleCount, steps], stage: stage)
  }

  /// Adds values for the axes `[N]` or `[N, T]`.
  mutating func add(_ values: [StepValue], prefix: String, lead: [Int], stage: Int) {
    let axes: [TensorAxis] = lead.count == 2 ? [.sample, .step, .unit] : [.sample, .unit]
    for value in values {
      var spec = TensorSpec("gates.\(prefix)\(value.name)", lead + [value.size], axes, stage: stage)
      spec.equations = StepEquations(
        cell: prefix.isEmpty ? nil : String(prefix.dropLast()), forward: value.equation, backward: value.gradient)
      outputs.append(spec)
    }
  }

  /// The values of steps, whose gradients a case may give too.
  package var stepValues: [TensorSpec] { outputs.filter { $0.equations != nil } }
}

/// The equations that give a value of a step and its gradient.
public struct StepEquations: Equatable, Sendable {
  /// Which of several cells: `forward`, `0`, `l1_reverse`.
  public let cell: String?
  public let forward: String
  public let backward: String
}
