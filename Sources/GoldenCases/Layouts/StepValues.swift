import Layers

/// One value that a cell computes at every step: its name under `gates`, its size, and the equations that give it and its
/// gradient, as the layout's own documentation would write them.
struct StepValue {
  let name: String
  let size: Int
  let equation: String
  let gradient: String
}

/// A cell as its equations are written: which layout, which options.
struct StepCell {
  var layout: Layout
  var kind: CellKind
  var units: Int
  /// The size of h, where a projection makes it another than `units`.
  var projection: Int?
  var hasBias = true
  var resetAfter = true
  var peepholes = false
  var forgetBias = 0.0
  var inputForget = false
  /// What the equations call the functions of the gates, of the candidate, and of c.
  var gateFunction = "σ"
  var function = "tanh"
  var outputFunction = "tanh"

  /// In the order in which a step computes them; backward they come in the opposite order.
  var values: [StepValue] {
    switch kind {
    case .simpleRNN: simpleRNN
    case .lstm: lstm
    case .gru: gru
    }
  }
}

// MARK: The three kinds

extension StepCell {
  private var simpleRNN: [StepValue] {
    gate("h", function, sum(.h), gradient: hGradient)
  }

  private var lstm: [StepValue] {
    var f = gate("f", gateFunction, sum(.f), gradient: "∂L/∂c_t ⊙ c_{t−1}")
    if inputForget { f = [value("f", "1 − i_t", gradient: "∂L/∂c_t ⊙ c_{t−1}")] }
    let fromNext =
      "∂L/∂c_{t+1} ⊙ f_{t+1}" + (peepholes ? " + the peepholes of pre_o_t, pre_i_{t+1} and pre_f_{t+1}" : "")
    let shown = "o_t ⊙ \(outputFunction)(c_t)"
    return
      gate("i", gateFunction, sum(.i), gradient: "∂L/∂c_t ⊙ g_t" + (inputForget ? " − ∂L/∂f_t" : "")) + f
      + gate("g", function, sum(.g), gradient: "∂L/∂c_t ⊙ i_t")
      + [
        value(
          "c", "f_t ⊙ c_{t−1} + i_t ⊙ g_t",
          gradient: "∂L/∂\(outputFunction)(c_t) ⊙ \(outputFunction)′(c_t) + \(fromNext)")
      ] + gate("o", gateFunction, sum(.o), gradient: "∂L/∂h_t ⊙ \(outputFunction)(c_t)")
      + [
        StepValue(
          name: "tanh_c", size: units, equation: "\(outputFunction)(c_t)",
          gradient: "∂L/∂\(outputFunction)(c_t) = ∂L/∂h_t ⊙ o_t"),
        value("h", projection == nil ? shown : "(\(shown))·projection", gradient: hGradient, size: projection),
      ]
  }

  private var gru: [StepValue] {
    let reset = resetAfter ? "∂L/∂pre_g_t ⊙ \(grouped(recurrent(.g, "h_{t−1}")))" : "h_{t−1} ⊙ ∂L/∂(r_t ⊙ h_{t−1})"
    return
      gate("z", gateFunction, sum(.z), gradient: "∂L/∂h_t ⊙ (h_{t−1} − g_t)")
      + gate("r", gateFunction, sum(.r), gradient: reset)
      + gate("g", function, candidate, gradient: "∂L/∂h_t ⊙ (1 − z_t)")
      + [value("h", "z_t ⊙ h_{t−1} + (1 − z_t) ⊙ g_t", gradient: hGradient)]
  }

  /// `pre_f_t = sum` and `f_t = σ(sum)`.
  private func gate(_ name: String, _ function: String, _ sum: String, gradient: String) -> [StepValue] {
    [
      value(
        "pre_\(name)", sum, gradient: "∂L/∂\(name)_t" + (function.isEmpty ? "" : " ⊙ \(function)′(pre_\(name)_t)")),
      value(name, function.isEmpty ? sum : "\(function)(\(sum))", gradient: gradient),
    ]
  }

  private func value(_ name: String, _ right: String, gradient: String, size: Int? = nil) -> StepValue {
    StepValue(
      name: name, size: size ?? units, equation: "\(name)_t = \(right)", gradient: "∂L/∂\(name)_t = \(gradient)")
  }

  private var hGradient: String {
    let kept = kind == .gru ? " + ∂L/∂h_{t+1} ⊙ z_{t+1}" : ""
    return "∂L/∂output_t + what step t+1 sends back through its recurrent weights\(kept)"
  }
}

// MARK: What a gate sums up, as each layout writes it

extension StepCell {
  private func sum(_ gate: Gate) -> String {
    var text: String
    switch (layout, kind) {
    // One bias after both products, or none.
    case (.keras, .simpleRNN), (.keras, .lstm):
      text = "\(input(gate)) + \(recurrent(gate, "h_{t−1}"))" + (hasBias ? " + \(bias(gate).input)" : "")
    case (.tensorflow1, _): text = joined(gate, "h_{t−1}")
    default: text = "\(withBias(gate)) + \(recurrent(gate, "h_{t−1}"))"
    }
    if peepholes, gate != .g { text += " + \(peephole(gate)) ⊙ c_\(gate == .o ? "t" : "{t−1}")" }
    if gate == .f, forgetBias != 0 { text += " + forget_bias" }
    return text
  }

  private var candidate: String {
    if layout == .tensorflow1 { return joined(.g, "r_t ⊙ h_{t−1}") }
    let text = withBias(.g)
    return resetAfter
      ? "\(text) + r_t ⊙ \(grouped(recurrent(.g, "h_{t−1}")))" : "\(text) + \(recurrent(.g, "(r_t ⊙ h_{t−1})"))"
  }

  private func grouped(_ sum: String) -> String { sum.contains(" + ") ? "(\(sum))" : sum }

  /// [x_t, h]·W + b: TensorFlow 1 multiplies once.
  private func joined(_ gate: Gate, _ h: String) -> String {
    kind == .simpleRNN ? "[x_t, \(h)]·W + b" : "[x_t, \(h)]·W_\(letter(gate)) + b_\(letter(gate))"
  }

  /// The gate as the framework's documentation names it.
  private func letter(_ gate: Gate) -> String {
    switch (layout, kind, gate) {
    case (.pytorch, .gru, .g): "n"
    case (.onnx, .lstm, .g): "c"
    case (.onnx, .gru, .g), (.mxnet, .gru, .g): "h"
    case (.onnx, .simpleRNN, _): "i"
    case (.tensorflow1, .lstm, .g): "j"
    default: gate.rawValue
    }
  }

  private func input(_ gate: Gate) -> String {
    let g = letter(gate)
    return switch layout {
    case .keras, .tensorflow1: kind == .simpleRNN ? "x_t·W_x" : "x_t·W_\(g)x"
    case .pytorch: kind == .simpleRNN ? "W_ih·x_t" : "W_i\(g)·x_t"
    case .onnx: "x_t·W_\(g)ᵀ"
    case .mxnet: kind == .simpleRNN ? "i2h_weight·x_t" : "i2h_weight_\(g)·x_t"
    }
  }

  private func withBias(_ gate: Gate) -> String { hasBias ? "\(input(gate)) + \(bias(gate).input)" : input(gate) }

  /// h·R and the second bias, where there is one.
  private func recurrent(_ gate: Gate, _ h: String) -> String {
    let g = letter(gate)
    let product =
      switch layout {
      case .keras, .tensorflow1: kind == .simpleRNN ? "\(h)·W_h" : "\(h)·W_\(g)h"
      case .pytorch: kind == .simpleRNN ? "W_hh·\(h)" : "W_h\(g)·\(h)"
      case .onnx: "\(h)·R_\(g)ᵀ"
      case .mxnet: kind == .simpleRNN ? "h2h_weight·\(h)" : "h2h_weight_\(g)·\(h)"
      }
    return hasBias ? bias(gate).recurrent.map { "\(product) + \($0)" } ?? product : product
  }

  private func bias(_ gate: Gate) -> (input: String, recurrent: String?) {
    let g = letter(gate)
    return switch (layout, kind) {
    case (.keras, .simpleRNN): ("b", nil)
    case (.keras, .gru): ("b_\(g)", resetAfter ? "b′_\(g)" : nil)
    case (.keras, .lstm), (.tensorflow1, _): ("b_\(g)", nil)
    case (.pytorch, .simpleRNN): ("b_ih", "b_hh")
    case (.pytorch, _): ("b_i\(g)", "b_h\(g)")
    case (.onnx, _): ("Wb_\(g)", "Rb_\(g)")
    case (.mxnet, .simpleRNN): ("i2h_bias", "h2h_bias")
    case (.mxnet, _): ("i2h_bias_\(g)", "h2h_bias_\(g)")
    }
  }

  private func peephole(_ gate: Gate) -> String { layout == .onnx ? "P_\(gate.rawValue)" : "w_\(gate.rawValue)_diag" }
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

extension CaseActivation {
  /// As an equation names it.
  var symbol: String {
    switch self {
    case .sigmoid: "σ"
    case .linear: ""
    default: rawValue
    }
  }
}

extension ONNXActivation {
  var symbol: String {
    switch name {
    case .sigmoid: "σ"
    case .tanh: "tanh"
    default: name.rawValue
    }
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
