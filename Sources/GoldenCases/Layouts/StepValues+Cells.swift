import Layers

/// The values of a step of each kind of cell. A new kind is one more case here and the list that it names.
extension StepCell {
  /// In the order in which a step computes them; backward they come in the opposite order.
  var values: [StepValue] {
    switch kind {
    case .simpleRNN: simpleRNN
    case .lstm: lstm
    case .gru: gru
    }
  }

  private var simpleRNN: [StepValue] {
    gate("h", function, sum(.h), gradient: hGradient())
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
        value("h", projection == nil ? shown : "(\(shown))·projection", gradient: hGradient(), size: projection),
      ]
  }

  private var gru: [StepValue] {
    let reset = resetAfter ? "∂L/∂pre_g_t ⊙ \(grouped(recurrent(.g, "h_{t−1}")))" : "h_{t−1} ⊙ ∂L/∂(r_t ⊙ h_{t−1})"
    return
      gate("z", gateFunction, sum(.z), gradient: "∂L/∂h_t ⊙ (h_{t−1} − g_t)")
      + gate("r", gateFunction, sum(.r), gradient: reset)
      + gate("g", function, candidate, gradient: "∂L/∂h_t ⊙ (1 − z_t)")
      + [value("h", "z_t ⊙ h_{t−1} + (1 − z_t) ⊙ g_t", gradient: hGradient(kept: "∂L/∂h_{t+1} ⊙ z_{t+1}"))]
  }

  // MARK: What the lists are made of

  /// `pre_f_t = sum` and `f_t = σ(sum)`.
  private func gate(_ name: String, _ function: String, _ sum: String, gradient: String) -> [StepValue] {
    let slope = function.isEmpty ? "" : " ⊙ \(function)′(pre_\(name)_t)"
    return [
      value("pre_\(name)", sum, gradient: "∂L/∂\(name)_t" + slope),
      value(name, function.isEmpty ? sum : "\(function)(\(sum))", gradient: gradient),
    ]
  }

  private func value(_ name: String, _ right: String, gradient: String, size: Int? = nil) -> StepValue {
    StepValue(
      name: name, size: size ?? units, equation: "\(name)_t = \(right)", gradient: "∂L/∂\(name)_t = \(gradient)")
  }

  /// - Parameter kept: what comes back from the part of h that the next step keeps.
  private func hGradient(kept: String? = nil) -> String {
    "∂L/∂output_t + what step t+1 sends back through its recurrent weights" + (kept.map { " + \($0)" } ?? "")
  }
}

// MARK: What a gate sums up

extension StepCell {
  private var notation: SumNotation { framework.sumNotation }

  /// The letter of a gate in the framework's documentation.
  private func letter(_ gate: Gate) -> String { notation.letters[kind]?[gate] ?? gate.rawValue }

  /// x·K + h·R with the biases, the peephole and the forget bias that the cell has.
  private func sum(_ gate: Gate) -> String {
    let h = "h_{t−1}"
    var text: String
    if let joined = notation.joined {
      text = joined(letter(gate), h)
    } else if !notation.biasFirst(kind), !hasTwoBiases {
      text = "\(product(gate)) + \(recurrent(gate, h))" + (hasBias ? " + \(notation.bias(letter(gate)))" : "")
    } else {
      text = "\(input(gate)) + \(recurrent(gate, h))"
    }
    if peepholes, gate != .g { text += " + \(notation.peephole(gate)) ⊙ c_\(gate == .o ? "t" : "{t−1}")" }
    if gate == .f, forgetBias != 0 { text += " + forget_bias" }
    return text
  }

  /// A GRU's candidate, whose recurrent part the reset gate multiplies.
  private var candidate: String {
    if let joined = notation.joined { return joined(letter(.g), "r_t ⊙ h_{t−1}") }
    return resetAfter
      ? "\(input(.g)) + r_t ⊙ \(grouped(recurrent(.g, "h_{t−1}")))"
      : "\(input(.g)) + \(recurrent(.g, "(r_t ⊙ h_{t−1})"))"
  }

  private func grouped(_ sum: String) -> String { sum.contains(" + ") ? "(\(sum))" : sum }

  private func product(_ gate: Gate) -> String { notation.input(letter(gate)) }

  /// x·K and its bias.
  private func input(_ gate: Gate) -> String {
    product(gate) + (hasBias ? " + \(notation.bias(letter(gate)))" : "")
  }

  private var hasTwoBiases: Bool { hasBias && hasRecurrentBias && notation.recurrentBias != nil }

  /// h·R, and its bias where it has one of its own.
  private func recurrent(_ gate: Gate, _ h: String) -> String {
    let product = notation.recurrent(letter(gate), h)
    guard hasTwoBiases, let bias = notation.recurrentBias else { return product }
    return "\(product) + \(bias(letter(gate)))"
  }
}
