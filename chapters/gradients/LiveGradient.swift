import ChapterSupport

/// The way back of a simple network and of an LSTM as formulas of their own, so that a reader can change the spectral
/// radius, the function and the forget bias.
struct LiveGradient {
  /// Inputs: the radius, how much of each function is taken, what is added to the forget gate.
  let radius = symbol(#"\rho"#, .weight, 1)
  let shares: [Formula]
  let forgetBias = symbol("b_f", .weight, 1)
  /// The length of ∂L/∂h at each step of the simple network, and of ∂L/∂c of the LSTM.
  let simple, memory: [Formula]

  /// The ways from a memory through h into the next memory.
  enum Road: CaseIterable { case inputGate, forgetGate, candidate, outputGate }

  static let functions = ["tanh", "relu", "none"]

  init(_ network: StepNetwork, _ lstm: StepNetwork) {
    shares = Self.functions.enumerated().map { symbol("a_\($0.offset + 1)", .other, $0.offset == 0 ? 1 : 0) }
    simple = Self.lengths(of: network, radius, shares)
    memory = Self.memoryLengths(of: lstm, adding: forgetBias)
  }

  private static func length(_ name: String, _ step: Int, _ gradient: Formula) -> Formula {
    define("\(name)_{\(step)}", sqrt(sum(squared(gradient))), .loss)
  }

  private static func rows(_ network: StepNetwork) -> [MathValue] {
    (0..<network.steps).map { MathValue(network.x.step($0).reshaped([network.x.shape[2]])) }
  }

  private static func readout(_ network: StepNetwork) -> Formula {
    symbol("g", .loss, MathValue(network.readout.reshaped([network.units])))
  }

  /// δₜ₋₁ = (δₜ ⊙ slope of the function) W_hᵀ.
  private static func lengths(of network: StepNetwork, _ radius: Formula, _ shares: [Formula]) -> [Formula] {
    let (x, h₋) = (symbol("x_t", .input), symbol("h_{t-1}", .state))
    let recurrent = network.weights.recurrentKernel
    let unscaled = symbol("W", .weight, recurrent * (1 / recurrent.spectralRadius))
    let W_h = define("W_h", radius * unscaled, .weight)
    let bias = network.weights.bias ?? .zeros([network.units])
    let a = define("a_t", x • symbol("W_x", .weight, network.weights.kernel) + h₋ • W_h + symbol("b", .weight, bias))
    let h = define("h_t", shares[0] * tanh(a) + shares[1] * relu(a) + shares[2] * a, .state)
    let slope = define(
      "s_t", shares[0] * (1 - squared(tanh(a))) + shares[1] * (relu(a) / a) + onEveryUnit(shares[2], a))
    let steps = Recurrence(input: x, states: [(h₋, h)], outputs: [slope])
      .unrolled(over: rows(network), from: [.zeros(network.units)], firstStep: 1)
    var δ = readout(network)
    // The last length is that of g, whatever changes; the product with 0 makes it one of those that follow.
    var lengths = [length("n", network.steps - 1, δ + 0 * steps[network.steps - 1][h])]
    for step in steps.dropFirst().reversed() {
      δ = (δ ⊙ step[slope]) • transpose(W_h)
      lengths.append(length("n", step.index - 1, δ))
    }
    return lengths.reversed()
  }

  /// A number for each unit.
  private static func onEveryUnit(_ number: Formula, _ a: Formula) -> Formula { number * (a / a) }

  /// The six equations of the LSTM, read backwards from the last step to the first: the length of ∂L/∂c at each step.
  ///
  /// - Parameter roads: what may pass besides the memory's own road; the others count as 0 on the way back.
  static func memoryLengths(
    of network: StepNetwork, adding forgetBias: Formula = 0, on roads: Set<Road> = Set(Road.allCases)
  ) -> [Formula] {
    let (x, h₋, c₋) = (symbol("x_t", .input), symbol("h_{t-1}", .state), symbol("c_{t-1}", .state))
    let R = symbol("W_h", .weight, network.weights.recurrentKernel)
    let bias = network.weights.bias ?? .zeros([4 * network.units])
    let a = define("a_t", x • symbol("W_x", .weight, network.weights.kernel) + h₋ • R + symbol("b", .weight, bias))
    let part = a.split(into: 4)
    let i = define("i_t", sigmoid(part[0]), .gate)
    let f = define("f_t", sigmoid(part[1] + forgetBias), .gate)
    let c̃ = define(#"\tilde{c}_t"#, tanh(part[2]), .gate)
    let o = define("o_t", sigmoid(part[3]), .gate)
    let c = define("c_t", f ⊙ c₋ + i ⊙ c̃, .state)
    let h = define("h_t", o ⊙ tanh(c), .state)
    let steps = Recurrence(input: x, states: [(h₋, h), (c₋, c)], outputs: [i, f, c̃, o])
      .unrolled(over: rows(network), from: [start(network.h0), start(network.c0)], firstStep: 1)
    func start(_ state: Tensor<Double>?) -> MathValue {
      state.map { MathValue($0.reshaped([network.units])) } ?? .zeros(network.units)
    }
    func passing(_ slope: Formula, _ road: Road) -> Formula { roads.contains(road) ? slope : 0 * slope }
    var δh = readout(network)
    var fromNext: Formula?
    var lengths: [Formula] = []
    for step in steps.reversed() {
      let (i, f, c̃, o, c, before) = (step[i], step[f], step[c̃], step[o], step[c], step[c₋])
      let own = δh ⊙ o ⊙ (1 - squared(tanh(c)))
      let δc = fromNext.map { $0 + own } ?? own
      lengths.append(length("m", step.index, δc))
      let parts = [
        passing(δc ⊙ c̃ ⊙ i ⊙ (1 - i), .inputGate), passing(δc ⊙ before ⊙ f ⊙ (1 - f), .forgetGate),
        passing(δc ⊙ i ⊙ (1 - squared(c̃)), .candidate), passing(δh ⊙ tanh(c) ⊙ o ⊙ (1 - o), .outputGate),
      ]
      δh = concatenate(parts) • transpose(R)
      fromNext = δc ⊙ f
    }
    return lengths.reversed()
  }
}

extension Notebook {
  /// Both ways back as curves that a reader can change in a browser; each is compared with the layer's own.
  func showLiveGradient(_ network: StepNetwork, _ lstm: StepNetwork, layer: (simple: Flow, lstm: Flow), line: Int) {
    let live = LiveGradient(network, lstm)
    let hand = evaluation(of: live.simple + live.memory, line: line)
    func numbers(_ formulas: [Formula]) -> [Double] { formulas.map { value($0, in: hand, line: line).scalars[0] } }
    let functions = LiveGradient.functions.indices.map { chosen in
      LivePreset(
        LiveGradient.functions[chosen],
        [
          live.shares[0]: chosen == 0 ? 1 : 0, live.shares[1]: chosen == 1 ? 1 : 0,
          live.shares[2]: chosen == 2 ? 1 : 0,
        ])
    }
    self.live(
      LivePlace(
        "Change the radius ρ, the function and the forget bias b_f",
        controls: [
          .elements(of: live.radius, in: 0...3, step: 0.05), .elements(of: live.forgetBias, in: -3...6),
        ], choices: [LiveChoice("function of the simple network", functions, selected: 0)],
        results: [live.simple[0], live.memory[0]] + live.simple.dropFirst() + live.memory.dropFirst()),
      in: hand, line: line
    ) {
      picture(
        .lineChart(
          title: "The length of the gradient at each step",
          series: [
            Picture.Series("simple network", numbers(live.simple), first: 1).following(live.simple),
            Picture.Series("memory of the LSTM", numbers(live.memory), first: 1).following(live.memory),
          ], x: Picture.Axis("step"),
          y: Picture.Axis("length of the gradient", isLogarithmic: true, range: 1e-8...1e4)), line: line)
      prose("What comes back to step 1, in the simple network and in the memory of the LSTM:", line: line)
      show(#"|\partial L / \partial h_1|"#, live.simple[0], in: hand, decimals: 6, line: line)
      show(#"|\partial L / \partial c_1|"#, live.memory[0], in: hand, decimals: 6, line: line)
    }
    compare(
      "the gradient of the simple network, step by step", hand: numbers(live.simple), layer: layer.simple.h,
      tolerance: Tolerance(absolute: 0, relative: 1e-10), axes: ["step"],
      because: "thirty products of five numbers each", line: line)
    compare(
      "the gradient of the memory, step by step", hand: numbers(live.memory), layer: layer.lstm.c ?? [],
      tolerance: Tolerance(absolute: 0, relative: 1e-10), axes: ["step"],
      because: "thirty products of five numbers each", line: line)
  }
}
