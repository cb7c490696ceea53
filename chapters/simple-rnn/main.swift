import ChapterSupport
import Foundation

let units = Option.integer("units", default: 5, in: 1...64, "units of the recurrent layer: the length of h")
let inputs = Option.integer("inputs", default: 3, in: 1...64, "features of each step of the input")
let outputs = Option.integer("outputs", default: 2, in: 1...64, "numbers that the network gives at each step")
let epochs = Option.integer("epochs", default: 100, in: 0...500, "rounds of training")
let memory = Option.integer("memory", default: 5, in: 1...32, "units of the networks in the second experiment")
let seed = Option.integer("seed", default: 2, in: 0...1_000_000, "seed of the weights before training")
let scalar = ScalarChoice.option()

let page = Notebook(
  "A network that remembers", number: 2, question: "How little memory is memory?", minutes: 45,
  goals: [
    "choose the weights of a network that remembers, by hand, and say why they work",
    "compute a step of a simple recurrent network, forwards and backwards",
    "say how much a network of five units can hold, and what shrinks on the way back through time",
  ], requires: ["time-distributed"],
  summary:
    "The simple recurrent network: a hidden vector that is carried from step to step, forwards and backwards, by hand and by the layer.",
  parameters: [units, inputs, outputs, epochs, memory, seed, scalar])

let (D, H, C) = (page[inputs], page[units], page[outputs])

//: The layer of chapter 1 could not say whether a 1 had come: it sees the present step and nothing else. What is the smallest thing that
//: can be added, so that it can? One number that is carried from each step to the next.

page.picture(
  .unrolledNetwork(
    title: "One number goes from step to step", steps: 6, inputShape: "[1]",
    layers: [UnrolledLayer("h", name: "one unit", shape: "[1]", hue: .sky)],
    dense: UnrolledDense(#"\hat{y}"#, shape: "[1]")))

//: ## A first look
//:
//: The task again: bits come in, and at each step the answer is 1 if a 1 has come so far. The number that is carried is called the
//: [hidden state](glossary:hidden-state) $h_t$. The new state is made of the input and the old state:
//:
//: $$h_t = \tanh(w_x x_t + w_h h_{t-1} + b), \qquad \hat{y}_t = \sigma(w_y h_t + b_y)$$
//:
//: Five numbers, and we choose them by hand: $w_x = 6$, $w_h = 3$, $b = -1$, $w_y = 5$, $b_y = 0$. Before the first step the state is $h_0 = 0$.

//+
struct OneUnit {
  var w_x = 6.0, w_h = 3.0, b = -1.0
  var w_y = 5.0, b_y = 0.0

  func next(_ x: Double, _ h: Double) -> Double { tanh(w_x * x + w_h * h + b) }
  func answer(_ h: Double) -> Double { 1 / (1 + exp(-(w_y * h + b_y))) }
}

extension OneUnit {
  /// The states after each input.
  func states(_ inputs: [Double]) -> [Double] {
    var h = 0.0
    return inputs.map { x in
      h = next(x, h)
      return h
    }
  }

  /// Where the state comes to rest while no 1 comes, from below and from above.
  var restingPoints: (low: Double, high: Double) {
    func settled(_ start: Double) -> Double { (0..<2000).reduce(start) { h, _ in next(0, h) } }
    return (settled(-1), settled(1))
  }
}

let chosen = OneUnit()
let bits: [Double] = [0, 0, 1, 0, 0, 1, 0, 0]
let chosenStates = chosen.states(bits)
page.table(
  "Eight bits", columns: ["step", "$x_t$", "$h_t$", #"$\hat{y}_t$"#, "answer"],
  rows: bits.indices.map { t in
    let ŷ = chosen.answer(chosenStates[t])
    return ["\(t + 1)", page.text(bits[t]), page.text(chosenStates[t]), page.text(ŷ), ŷ > 0.5 ? "1" : "0"]
  })

//: Step 3, where the first 1 comes, and step 4, where a 0 follows, with all their numbers:

let (bit, oldState) = (symbol("x_t", .input), symbol("h_{t-1}", .state))
let newState = define("h_t", tanh(6 * bit + 3 * oldState - 1), .state)

let unitSteps = Recurrence(input: bit, states: [(oldState, newState)]).unrolled(
  over: bits.map { MathValue($0) }, from: [0], firstStep: 1)
let unitValues = page.evaluation(of: unitSteps.map { $0[newState] })
page.worked(unitSteps[2][newState], in: unitValues)
page.worked(unitSteps[3][newState], in: unitValues)

//: It works. Why? Draw the new state over the old one. While no 1 comes, $x_t = 0$ and the new state is $\tanh(3 h - 1)$. Where this curve
//: crosses the dashed diagonal, the new state equals the old one: the state rests.

page.picture(
  .lineChart(
    title: "The new state over the old one",
    series: [
      Picture.Series("no 1 comes: tanh(3h − 1)", function: { chosen.next(0, $0) }, over: -1...1),
      Picture.Series("a 1 comes: tanh(3h + 5)", function: { chosen.next(1, $0) }, over: -1...1),
      Picture.Series("new = old", function: { $0 }, over: -1...1, isDashed: true),
    ], x: Picture.Axis("old state"), y: Picture.Axis("new state")))

let rest = chosen.restingPoints
page.prose(
  """
  There are two [resting points](glossary:resting-point): one at \(page.text(rest.low)), which means *no 1 yet*, and one at \(page.text(rest.high)), which means *a 1 has
  come*. (At the crossing between them the state does not stay: a little to the left it falls, a little to the right it rises.) A 1 lifts the
  curve so far that only the upper point is left. The state jumps there, and when zeros follow, it stays. That is memory: **two states that
  keep themselves**, and an input that pushes from one to the other.
  """)

//: No luck is involved: of all 4096 sequences of twelve bits, every answer is right.

let wrong = (0..<4096).map { number -> Int in
  let bits = (0..<12).map { Double((number >> $0) & 1) }
  let answers = chosen.states(bits).map { chosen.answer($0) > 0.5 }
  var seen = false
  return zip(bits, answers).count { bit, answer in
    seen = seen || bit == 1
    return answer != seen
  }
}
page.compare(
  "wrong answers in all sequences of 12 bits", ("wanted", [0.0]), ("counted", [Double(wrong.reduce(0, +))]),
  tolerance: Tolerance(), because: "4096 sequences, 49152 answers")

//: ## The idea
//:
//: A **recurrent** network is this with more than one number. The [hidden state](glossary:hidden-state) $h_t$ becomes a vector, each place of it is
//: a [unit](glossary:unit), and two matrices take the place of $w_x$ and $w_h$: the [kernel](glossary:kernel) $W_x$ for what is seen and the
//: [recurrent kernel](glossary:recurrent-kernel) $W_h$ for what is remembered. The network in this form goes back to [@elman1990].

page.picture(
  .unrolledNetwork(
    title: "A simple recurrent network over six steps", steps: 6, inputShape: "[\(D)]",
    layers: [UnrolledLayer("h", name: "SimpleRNN", shape: "[\(H)]", hue: .sky)],
    dense: UnrolledDense(#"\hat{y}"#, shape: "[\(C)]")))

//: The arrow to the right is all that is new. The boxes of a row are the *same* layer with the same weights, drawn once for each
//: step. Before the first step there is the zero vector, $h_0 = 0$.
//:
//: Why tanh? It gives numbers between −1 and 1, and 0 for 0: a place of the state can stand for *yes*, *no* and *nothing
//: yet*. And where it is steep, a sum of old and new can come to rest at two points, as you saw.

page.picture(.activations(title: "tanh for the state, the logistic function for the answer", [.tanh, .sigmoid]))

//: ## The formula and its numbers
//:
//: Vectors stand as rows, as frameworks store them, so a vector comes before its matrix:

//-
var article = ArticleModel.simpleRNN
(article.inputSize, article.units, article.outputSize) = (D, [H], C)
let trained = page.trained(article, seed: UInt64(page[seed]), epochs: page[epochs])
var network = trained.model
network.parameters.round(to: page[scalar])
let weights = network.parameters

let W_x = symbol("W_x", .weight, weights["0/kernel"])
let W_h = symbol("W_h", .weight, weights["0/recurrent_kernel"])
let b_h = symbol("b_h", .weight, weights["0/bias"])
let W_y = symbol("W_y", .weight, weights["1/kernel"])
let b_y = symbol("b_y", .weight, weights["1/bias"])

let x = symbol("x_t", .input)
let h₋ = symbol("h_{t-1}", .state)

let (fromInput, fromMemory) = (x • W_x, h₋ • W_h)
let a = define("a_t", fromInput + fromMemory + b_h)
let h = define("h_t", tanh(a), .state)
let â = define(#"\hat{a}_t"#, h • W_y + b_y)
let ŷ = define(#"\hat{y}_t"#, sigmoid(â), .output)
let elman = Recurrence(input: x, states: [(h₋, h)], outputs: [ŷ])

for equation in [a, h, â, ŷ] { page.formula(equation) }

//: Three terms make the sum $a_t$: what is seen now, what is remembered, and a [bias](glossary:bias). The answer $\hat{y}_t$ is the dense layer of
//: chapter 1, applied to the state instead of the input; $\hat{a}_t$ is its sum.

page.table(
  "The weights", columns: ["weight", "shape", "numbers"],
  rows: zip(["$W_x$", "$W_h$", "$b_h$", "$W_y$", "$b_y$"], weights.named).map {
    [$0, $1.tensor.shapeText, "\($1.tensor.count)"]
  } + [["all", "", "\(weights.parameterCount)"]])
page.prose(
  "$W_h$ is square: a state of \(H) numbers goes in, a state of \(H) numbers comes out. No weight knows how long a sequence is, so the same \(weights.parameterCount) numbers serve any length."
)

//: ### Step 1, by hand
//:
//: One unit with bits you can do in your head. Here is the arithmetic of more: three inputs, five units, two outputs, all different, so that no two matrices can be taken for each other. The numbers have no
//: meaning. The weights come from a short training (a single 1 comes, and the six answers that follow should be 0.7, 0.6, 0.5, 0.3, 0.8 and 0.2), and three steps go in: (4, 2, 1), then twice (1, 1, 1). The second and the
//: third input are equal, so whatever differs between their answers comes from memory.
//:
//: The state before is zero, so the first state comes from the input and the bias alone. Below each formula stand its numbers; of a large matrix only the corners, with its
//: shape beside the bracket:

let probe: [[Double]] = [[4, 2, 1], [1, 1, 1], [1, 1, 1]].map { row in (0..<D).map { row[$0 % 3] } }
let steps = elman.unrolled(over: probe.map { MathValue($0) }, from: [.zeros(H)], firstStep: 1)
let hand = page.evaluation(of: steps.flatMap { [$0[h], $0[ŷ]] })

page.show("x_1", probe[0])
page.worked(steps[0][a], in: hand)
page.worked(steps[0][h], in: hand)

//: The picture follows the first unit: what $W_x$ gives it, what $W_h$ gives it, its bias, and their sum. All inputs and all five old states go into the two boxes; at the left, and of what comes out, it shows unit 1.

page.picture(.cell(.simpleRNN, title: "Step 1, unit 1", values: wires(of: 0)))

func wires(of step: Int) -> [CellWire: WireValue] {
  func first(_ formula: Formula) -> WireValue {
    WireValue(steps[step][formula], in: page.value(steps[step][formula], in: hand).scalars)
  }
  return [
    .input: WireValue(list: steps[step][x], in: probe[step], first: 3), .previousHidden: first(h₋), .bias: first(b_h),
    .inputTerm: first(fromInput), .recurrentTerm: first(fromMemory), .sum: first(a), .hidden: first(h),
  ]
}

//: The state then goes two ways: up, to the output of this step, and right, to the next step.

page.worked(steps[0][â], in: hand)
page.worked(steps[0][ŷ], in: hand)

//: ### Steps 2 and 3
//:
//: Now there is something to remember. The second term of the sum is no longer zero:

//-
let hands = LivePlace(
  "Step 2 in your hands", units: H,
  controls: [
    .unit(of: steps[1][h₋], in: -1...1), .unit(of: b_h, in: -6...6), .elements(of: steps[1][x], in: -4...4),
  ],
  presets: [
    LivePreset("no memory: h = 0", [steps[1][h₋]: .zeros(H)]),
    LivePreset("input 0", [steps[1][x]: .zeros(D)]),
    LivePreset("bias 3", [b_h: MathValue([Double](repeating: 3, count: H))]),
  ], results: [steps[1][h], steps[1][ŷ]])
page.live(hands, in: hand) {
  page.worked(steps[1][a], in: hand)
  page.worked(steps[1][h], in: hand)
  page.worked(steps[1][ŷ], in: hand)
  page.picture(.cell(.simpleRNN, title: "Step 2, unit 1", values: wires(of: 1)))
}

//: Step 3 has the very same input as step 2. Its answer is another one, because the state is another one:

page.table(
  columns: ["step", "input", "output 1", "what $x_t W_x$ gives unit 1", "what $h_{t-1} W_h$ gives it"],
  rows: (0..<3).map { t in
    let input = probe[t].prefix(3).map { page.text($0) }.joined(separator: ", ")
    let numbers = [ŷ, fromInput, fromMemory].map { page.value(steps[t][$0], in: hand).scalars[0] }
    return [String(t + 1), input] + numbers.map { page.text($0, decimals: 6) }
  })
page.picture(
  .heatMap(
    title: "The state: units down, steps across", values: page.values(h, at: steps, in: hand).transposed.rowsOfDoubles,
    rowNames: counted(H), columnNames: counted(3), rowTitle: "unit", columnTitle: "step", scale: .symmetric(1),
    digits: 3))

/// The numbers 1 … n, as a picture counts.
func counted(_ n: Int) -> [String] { (0..<n).map { "\($0 + 1)" } }

//: ### Beside the layer
//:
//: All this was computed **by hand**, from the formulas you saw. **The layer** of this library gets the same weights and the same
//: steps and runs code of its own. Sums, states and outputs are compared:

struct LayerNumbers {
  var a, h, answers: Tensor<Double>
  var kernel, recurrentKernel, bias, outputKernel, outputBias: Tensor<Double>
}

let target = Array(ArticleModel.targetSequence.prefix(3))

func recurrentLayer<Scalar: RealScalar>(_: Scalar.Type = Scalar.self) -> SimpleRNN<Scalar> {
  var cell = SimpleRNNCell<Scalar>(inputSize: D, units: H)
  cell.parameters = RecurrentWeights(
    kernel: weights["0/kernel"].converted(), recurrentKernel: weights["0/recurrent_kernel"].converted(),
    bias: weights["0/bias"].converted())
  return SimpleRNN(cell, returnSequences: true)
}

func runLayer<Scalar: RealScalar>(_: Scalar.Type) throws -> LayerNumbers {
  let rnn = recurrentLayer(Scalar.self)
  let dense = TimeDistributed(
    try Dense<Scalar>(
      kernel: weights["1/kernel"].converted(), bias: weights["1/bias"].converted(), activation: .sigmoid))
  let x: Tensor<Scalar> = Tensor(probe).reshaped([1, 3, D]).converted()
  let run = try rnn.run(x)
  // The run keeps no pre-activations; the cell gives them, step by step.
  var state = rnn.cell.zeroState(batchSize: 1)
  let a = (0..<3).map { t -> Tensor<Scalar> in
    let step = rnn.cell.forward(x.step(t), state)
    state = step.state
    return step.cache.values.z.reshaped([H])
  }
  let out = try dense.forward(run.outputs)

  let y = Tensor<Scalar>(shape: [1, 3, C], scalars: target.flatMap { [Scalar](repeating: Scalar($0), count: C) })
  let loss = try meanSquaredError(out.output, y)
  let denseGradient = try dense.backward(loss.gradient, cache: out.cache)
  let gradient = try rnn.backward(outputs: denseGradient.input, run: run).parameters
  return LayerNumbers(
    a: Tensor.stacked(a).converted(),
    h: run.outputs.reshaped([3, H]).converted(),
    answers: out.output.reshaped([3, C]).converted(), kernel: gradient.kernel.converted(),
    recurrentKernel: gradient.recurrentKernel.converted(), bias: (gradient.bias ?? .zeros([H])).converted(),
    outputKernel: denseGradient.parameters.kernel.converted(),
    outputBias: (denseGradient.parameters.bias ?? .zeros([C])).converted())
}

let layer = page.compute(in: page[scalar]) { try runLayer($0) }
let tolerance = page[scalar].tolerance

page.compare(
  "sum a", hand: page.values(a, at: steps, in: hand), layer: layer.a,
  tolerance: Tolerance(absolute: tolerance.absolute, relative: tolerance.absolute), axes: ["step", "unit"],
  because: "a sum may be larger than 1, and is rounded accordingly")
page.compare(
  "state h", hand: page.values(h, at: steps, in: hand), layer: layer.h, tolerance: tolerance, axes: ["step", "unit"])
page.compare(
  "answer ŷ", hand: page.values(ŷ, at: steps, in: hand), layer: layer.answers, tolerance: tolerance,
  axes: ["step", "output"])

//: A sequence may also be cut: the state after the first part is the start of the second. Nothing else is carried over.

var generator = RandomGenerator(seed: UInt64(page[seed]) + 1)
let nine = Tensor<Double>.uniform([1, 9, D], -2, 2, using: &generator)
let exactly = Tolerance()
let rnn = recurrentLayer(Double.self)
let whole = page.run(of: rnn, nine)
let begin = page.run(of: rnn, nine.steps(0..<4))
let rest9 = page.run(of: rnn, nine.steps(4..<9), initialState: begin.finalState)
page.compare(
  "the first 4 of 9 states", ("4 steps", begin.outputs), ("9 steps", whole.outputs.steps(0..<4)), tolerance: exactly,
  axes: ["sample", "step", "unit"], because: "the later steps cannot reach back")
page.compare(
  "the last 5 of 9 states", ("continued", rest9.outputs), ("9 steps", whole.outputs.steps(4..<9)), tolerance: exactly,
  axes: ["sample", "step", "unit"], because: "the state is all that is carried over")
let handNine = elman.unrolled(
  over: (0..<9).map { MathValue(nine.step($0).reshaped([D])) }, from: [.zeros(H)], firstStep: 1)
let nineValues = page.evaluation(of: handNine.map { $0[h] })
page.compare(
  "nine states", hand: page.values(h, at: handNine, in: nineValues), layer: whole.outputs.reshaped([9, H]),
  tolerance: 1e-13, axes: ["step", "unit"])

//: ## The experiment
//:
//: **First: does training find what we chose by hand?** One unit, random weights, and for each of 300 updates 32 new sequences of twelve bits, in which a 1 comes with
//: probability 0.1. The weights move by [Adam](glossary:adam) ([chapter 1](chapter:time-distributed)). We do it four times, from four [seeds](glossary:seed).

let hasCome = BitTask(.seen, probability: 0.1)
let oneUnit = Experiment(hasCome, layers: [.init(.simpleRNN, units: 1)], steps: 12, updates: 300, learningRate: 0.03)

//-
let found = page.runs(of: oneUnit, seeds: 1...4)
let places = found.curve.indices
let losses = found.results.map { $0.curve.map(\.loss) }
page.picture(
  .lineChart(
    title: "Has a 1 come? The loss of one unit",
    series: [
      Picture.Series(
        "mean of 4 runs",
        points: places.map { place in
          (Double(found.curve[place].update), losses.map { $0[place] }.reduce(0, +) / Double(losses.count))
        })
    ],
    band: Picture.Band(
      "the 4 runs",
      points: places.map { place in
        let all = losses.map { $0[place] }
        return (Double(found.curve[place].update), all.min() ?? 0, all.max() ?? 0)
      }), x: Picture.Axis("updates"), y: Picture.Axis("cross-entropy")))
page.experiment(
  "has a 1 come: one unit, share of right answers", of: found.accuracies,
  page.statistics("first_tasks", ["task": "seen", "layer": "rnn", "units": 1]), "accuracy")

//: All four find it, and so did all of PyTorch's eight. What did they find? Always the same thing, or its mirror image: two resting
//: points, far apart.

page.table(
  "What training found",
  columns: ["seed", "right before", "right after", "$w_x$", "$w_h$", "$b$", "resting points without a 1"],
  rows: found.results.map { result in
    let weights = result.model.parameters
    func number(_ name: String) -> Double { Double(weights[name].scalars[0]) }
    let unit = OneUnit(w_x: number("0/kernel"), w_h: number("0/recurrent_kernel"), b: number("0/bias"))
    let (low, high) = unit.restingPoints
    return [
      "\(result.seed)", page.text(result.curve[0].accuracy, decimals: 3), page.text(result.accuracy, decimals: 3),
    ]
      + [unit.w_x, unit.w_h, unit.b].map { page.text($0, decimals: 2) }
      + ["\(page.text(low, decimals: 3)) and \(page.text(high, decimals: 3))"]
  })

//: Why is the plot one of the loss, and not of right answers as before? Because the untrained unit is right astonishingly often: by luck of its first weights. Keras begins with $w_h = 1$ or $-1$ and no bias. With 1
//: the state fades slowly, but keeps its sign, and the sign alone decides whether the answer is above one half. It is hardly above: such a unit is right and sure of nothing, and the loss sees that.

//: **Second: how much can five units hold?** The bits are now 0 or 1 with equal probability, and the answer is *the bit of k steps ago*. To give it at every
//: step, the network must hold the last k bits and the present one, $k + 1$ in all. (At the first k steps there is no such bit. They are not asked, and do not count.) The obvious way is a
//: *shift register*: a bit enters at the first unit and moves on by one unit a step, and $W_h$ is the matrix that moves. So we expect that five units are enough for $k = 4$.

func echo(_ k: Int) -> Experiment<BitTask> {
  Experiment(
    BitTask(.bitBefore(k)), layers: [.init(.simpleRNN, units: page[memory])], steps: 24, updates: 600,
    learningRate: 0.01)
}

//-
let ks = [2, 4, 6, 8]
let echoes = ks.map { page.runs(of: echo($0), seeds: 1...3) }
page.picture(
  .lineChart(
    title: "The bit of k steps ago, mean of 3 runs",
    series: zip(ks, echoes).map { k, runs in
      Picture.Series("k = \(k)", points: runs.curve.map { (Double($0.update), $0.mean) })
    }, x: Picture.Axis("updates"), y: Picture.Axis("share of bits that is right", range: 0.3...1)))

//-
let torch = ks.map {
  page.keepsDefaults ? page.statistics("first_tasks", ["task": .text("echo\($0)"), "layer": "rnn", "units": 5]) : nil
}
func range(_ least: Double, _ mean: Double, _ greatest: Double) -> String {
  "\(page.text(mean, decimals: 3)) [\(page.text(least, decimals: 3)), \(page.text(greatest, decimals: 3))]"
}
page.table(
  "Share of bits that is right: mean [least, greatest]", columns: ["k", "3 runs here", "8 runs of PyTorch"],
  rows: zip(ks, zip(echoes, torch)).map { k, runs in
    let end = runs.0.curve.last
    let known = runs.1?.figure("accuracy")
    return [
      "\(k)", range(end?.least ?? .nan, end?.mean ?? .nan, end?.greatest ?? .nan),
      known.map { range($0.least, $0.mean, $0.greatest) } ?? "",
    ]
  })
for (k, runs) in zip(ks, zip(echoes, torch)) {
  page.experiment("the bit of \(k) steps ago", of: runs.0.accuracies, runs.1, "accuracy")
}

//: So it is. Up to $k = 4$ every run is right, beyond it none is, and more training does not help: the curves are flat. Guessing gives
//: 0.5; what the network has above that are the bits that it can still squeeze in. **A unit a bit** is a good rule for what a
//: simple network holds without effort.

//: ## The way back
//:
//: Training needs the slope of the loss along each weight. Take these three steps, the targets $y_1 = 0.7$, $y_2 = 0.6$ and $y_3 = 0.5$ for both outputs, and the mean
//: of the squared errors:

let y = target.enumerated().map { place, value in
  symbol("y_\(place + 1)", .other, MathValue([Double](repeating: value, count: C)))
}
let share = Formula(Double(3 * C))
let loss = define("L", sum((0..<3).map { sum(squared(steps[$0][ŷ] - y[$0])) }) / share, .loss)
page.formula(loss)
let backward = page.evaluation(of: [loss])
page.show("L", page.value(loss, in: backward), decimals: 8)

//: The chain rule runs against the arrows. First the slopes at the sums of the answers, $\delta_{\hat{a}_t} = \partial L / \partial \hat{a}_t$. They
//: need no other step: the square $(\hat{y} - y)^2$ has the slope $2 (\hat{y} - y)$, and the mean divides by the number of all outputs.

let δâ = (0..<3).map { t in
  define(
    #"\delta_{\hat{a}_\#(t + 1)}"#,
    (steps[t][ŷ] - y[t]) ⊙ steps[t][ŷ] ⊙ (1 - steps[t][ŷ]) / Formula(1.5 * Double(C)))
}
page.formula(δâ[2])

//: Then the slopes at the sums inside, $\delta_{a_t} = \partial L / \partial a_t$. The last step has one way up only. Every
//: earlier one has two: up to its own output, and **right, into the next step**. The factor $1 - h_t^2$ is the slope of tanh, where the
//: square of a vector is meant element by element.

let δ₃ = define(#"\delta_{a_3}"#, (δâ[2] • transpose(W_y)) ⊙ (1 - squared(steps[2][h])))
let δ₂ = define(#"\delta_{a_2}"#, (δâ[1] • transpose(W_y) + δ₃ • transpose(W_h)) ⊙ (1 - squared(steps[1][h])))
let δ₁ = define(#"\delta_{a_1}"#, (δâ[0] • transpose(W_y) + δ₂ • transpose(W_h)) ⊙ (1 - squared(steps[0][h])))
for slope in [δ₃, δ₂, δ₁] { page.formula(slope) }

//: Why is $W_h$ transposed here? Unit $j$ of the old state goes into the sum of unit $k$ with the weight in row $j$, column $k$. On the way back, unit $j$ collects what comes from all $k$, each times that same weight: the
//: slopes meet the *rows* of $W_h$, so the matrix is turned.
//:
//: This way back, step by step from the last to the first, is called [back-propagation through time](glossary:backpropagation-through-time) ([@werbos1990]).

let back = page.evaluation(of: [δ₁])
page.worked(δ₂, in: back, style: NumberStyle(decimals: 5))

//: The program can also differentiate the formulas [by itself](glossary:reverse-mode), from the loss backwards. Both ways must give the same slopes:

let gradients = page.gradients(of: loss, in: backward)
page.compare(
  "slopes at the sums, δ", ("written out", Tensor.stacked([δ₁, δ₂, δ₃].map { page.value($0, in: back) })),
  ("by the program", Tensor.stacked(steps.map { page.gradient($0[a], gradients) })), tolerance: 1e-15,
  axes: ["step", "unit"],
  because: "the same products of numbers below 1, multiplied in another order")

//: The weights serve all steps, so their gradients are sums over the steps: of what went in, times the slope of what came
//: out.

for (weight, terms) in [
  ("W_x", #"x_t^\intercal \delta_{a_t}"#), ("W_h", #"h_{t-1}^\intercal \delta_{a_t}"#), ("b_h", #"\delta_{a_t}"#),
  ("W_y", #"h_t^\intercal \delta_{\hat{a}_t}"#), ("b_y", #"\delta_{\hat{a}_t}"#),
] {
  page.formula(latex: #"\frac{\partial L}{\partial \#(weight)} = \sum_t \#(terms)"#)
}

let slopes = [δ₁, δ₂, δ₃]
func outerSum(_ columns: [Formula], _ rows: [Formula]) -> Tensor<Double> {
  let terms = zip(columns, rows).map { column, row in row • transpose(column) }
  return page.value(transpose(sum(terms)))
}
let byHand = [
  outerSum(steps.map { $0[x] }, slopes), outerSum(steps.map { $0[h₋] }, slopes), page.value(sum(slopes)),
  outerSum(steps.map { $0[h] }, δâ), page.value(sum(δâ)),
]

for (index, (name, own)) in [
  ("W_x", layer.kernel), ("W_h", layer.recurrentKernel), ("b_h", layer.bias), ("W_y", layer.outputKernel),
  ("b_y", layer.outputBias),
].enumerated() {
  page.compare(
    "gradient of \(name)", hand: byHand[index], layer: own, tolerance: tolerance,
    axes: own.rank == 1 ? ["column"] : ["row", "column"])
}

//: And [central differences](glossary:central-differences), which need no derivation at all:

for (name, weight, index) in [("W_x", W_x, 0), ("W_h", W_h, 1)] {
  page.compare(
    "gradient of \(name), and central differences", ("by hand", byHand[index]),
    ("central differences", page.centralDifferences(of: loss, weight)),
    tolerance: page.differenceTolerance(of: loss, weight),
    axes: ["row", "column"], because: "a central difference is right to about 1e-11 here")
}

//: ### How far back it reaches
//:
//: On the way back a slope passes from $h_t$ to $h_{t-1}$ like this: each place is multiplied by $1 - h_t^2$, then the whole by $W_h^\intercal$. Both
//: can shrink it. Let us see how much, over 30 steps: a 1 at the first step, zeros after it, and a loss on the last output only. The line is the
//: length of the slope at the state of each step, once with the trained $W_h$, once with half of it, once with a quarter. (Where the three lines begin, at the right, depends on the error of the last answer. Look at how they fall.)

//-
let longInput = (0..<30).map { t in MathValue([Double](repeating: t == 0 ? 1 : 0, count: D)) }
let longSteps = elman.unrolled(over: longInput, from: [.zeros(H)], firstStep: 1)
let goal = Formula(MathValue([Double](repeating: 0.7, count: C)))
let lastLoss = define("L", sum(squared(longSteps[29][ŷ] - goal)), .loss)

func slopeLengths(_ factor: Double) -> [Double] {
  let scaled = MathValue(weights["0/recurrent_kernel"].map { factor * $0 })
  let gradients = page.gradients(of: lastLoss, [W_h: scaled])
  return longSteps.map { step in
    page.gradient(step[h], gradients).doubles.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

let lengths = [1, 0.5, 0.25].map(slopeLengths)
page.picture(
  .lineChart(
    title: "Length of the slope at the state of each step",
    series: zip(["W_h", "W_h / 2", "W_h / 4"], lengths).map { Picture.Series($0, $1, first: 1) },
    x: Picture.Axis("step"), y: Picture.Axis("length", isLogarithmic: true)))
page.table(
  columns: ["step", "$W_h$", "$W_h / 2$", "$W_h / 4$"],
  rows: [30, 21, 11, 1].map { t in [String(t)] + lengths.map { page.text($0[t - 1], decimals: 3) } }
    + [["factor a step, 30 to 21"] + lengths.map { page.text(pow($0[20] / $0[29], 1 / 9.0), decimals: 3) }]
    + [["factor a step, 21 to 1"] + lengths.map { page.text(pow($0[0] / $0[20], 1 / 20.0), decimals: 3) }])

//: Read it from the right. With a quarter of $W_h$ a slope loses two thirds at each step, and after 29 steps nothing is left: what
//: happened at step 1 cannot be learned from an error at step 30. This is the [vanishing gradient](glossary:vanishing-gradient)
//: ([@hochreiter1991], [@bengio1994]).
//:
//: **And the unit of the first look?** It holds a bit for ever. Does its slope vanish, too? It does. Its *state* stays because it rests, and a point is one of rest because small pushes die out. But a slope *is* a small push: it tells what a
//: little more at one step would change at a later one.

let restSlope = chosen.w_h * (1 - rest.high * rest.high)
page.prose(
  """
  At the resting point \(page.text(rest.high)) one step multiplies it by $w_h (1 - h^2) = 3 (1 - \(page.text(rest.high))^2) = \(page.text(restSlope, decimals: 2))$. So the unit *remembers* what came 30 steps ago, and
  yet training could hardly *learn* it from an error 30 steps later. (It learned because in its sequences a 1 also comes shortly before the question.) Here is the choice of a simple network: where a state stays safely, the slope
  vanishes; where the slope does not vanish, the state does not rest.
  """)

//: How much *can* one step shrink or stretch? There is a rule for every network. A slope of one step becomes that of the step before by the matrix $\mathrm{diag}(1 - h_t^2) W_h^\intercal$. The
//: [singular values](glossary:singular-value) of a matrix are the factors by which it stretches lengths, from its strongest direction to its weakest. So a slope grows by the largest of them at most. Where that is above 1 step after step,
//: slopes can also grow on their way back, until an update throws the weights away: the [exploding gradient](glossary:exploding-gradient). The lesson on [gradients](chapter:gradients) follows both.
//:
//: ### Why the upper line stops falling
//:
//: (You may skip this.) Here are the singular values of the trained $W_h$ alone, of one step with the factors $1 - h_t^2$, and of many steps together:

//-
let recurrent = weights["0/recurrent_kernel"]
let longValues = page.evaluation(of: longSteps.map { $0[h] })
let slopesOfTanh = longSteps.map { page.value($0[h], in: longValues).doubles.map { 1 - $0 * $0 } }
/// ∂h_t/∂h_{t−1}: W_h, each column times the slope of tanh there.
func jacobian(_ t: Int) -> Tensor<Double> {
  Tensor(recurrent.rowsOfDoubles.map { row in zip(row, slopesOfTanh[t]).map { $0 * $1 } })
}
func jacobian(from first: Int, to last: Int) -> Tensor<Double> {
  (first + 2..<last + 1).reduce(jacobian(first + 1)) { matmul($0, jacobian($1)) }
}
func factors(_ matrix: Tensor<Double>) -> String {
  matrix.singularValues.prefix(5).map { $0 < 0.0005 ? "0.000" : page.text($0, decimals: 3) }.joined(separator: "  ")
}
page.table(
  "By what factors lengths change", columns: ["what", "from the strongest direction to the weakest"],
  rows: [
    ["$W_h$ alone", factors(recurrent)], ["step 30 to 29", factors(jacobian(29))],
    ["step 30 to 21, nine steps", factors(jacobian(from: 20, to: 29))],
    ["step 21 to 1, twenty steps", factors(jacobian(from: 0, to: 20))],
  ])
let meanSlope = slopesOfTanh.dropFirst().flatMap(\.self).reduce(0, +) / Double(29 * H)
page.prose(
  """
  So $W_h$ alone need not shrink anything: in some directions it stretches. The factors $1 - h_t^2$ never stretch; their mean over
  all steps and units is \(page.text(meanSlope, decimals: 2)). One step still leaves a direction almost as it is. Many steps do not.
  """)

//: That explains the two parts of the upper line. All directions die out within a few steps, **except one**. The slope falls while the
//: others are lost, and then it stays where it is: the plateau from step 21 to step 1.
//:
//: Why one? Look at the states: after the 1 they do not come to rest. They go round, nearly the same every five steps.

page.picture(
  .heatMap(
    title: "The state over 30 steps after a single 1: units down, steps across",
    values: page.values(h, at: longSteps, in: longValues).transposed.rowsOfDoubles, rowNames: counted(H),
    columnNames: counted(30), rowTitle: "unit", columnTitle: "step",
    scale: .symmetric(1)))

//: Think of a runner on a round track. Push the runner to the *side*: he comes back to his lane, and after a few steps nobody can tell that you pushed. Push him *forward*: he is ahead now, and stays ahead, round after round. The state is such a
//: runner. A change across its path is forgotten; a change along it makes it early or late, and nothing corrects that. So this network passes back one number over many steps, and nothing more. The LSTM of [chapter 4](chapter:lstm) was built so that a
//: memory can simply stay, and its slope with it.

//: ## What to remember
//:
//: - Memory is a state that keeps itself, and an input that moves it. One unit with two resting points is enough for one bit.
//: - The new state is $\tanh(x_t W_x + h_{t-1} W_h + b_h)$: what is seen, what is remembered, a bias. A unit holds about a bit.
//: - On the way back through time, each step multiplies the slope by $W_h^\intercal$ and by $1 - h_t^2$. Over many steps most of it vanishes, even where the state stays.

//: ## Try
//:
//: - `swift run chapter-simple-rnn --units 1`: state and $W_h$ are single numbers, and you can follow step 1 with a pencil. On the way back
//:   there is one direction only, and it vanishes: the plateau is gone.
//: - `swift run chapter-simple-rnn --memory 8`: now $k = 6$ is learned as well, because eight units hold seven bits. $k = 8$ needs nine
//:   and stays below 1.
//: - `swift run chapter-simple-rnn --memory 1`: one unit holds one bit. It fails at all four, although *has a 1 come* was no problem: a bit
//:   that stays once it has come is easier to hold than bits that must make room at every step.

//: ## Against the sources
//:
//: The network is Part B of [@huet] and its companion program, with the sizes $3 \to 5 \to 2$. It is trained on 256 equal samples: the input is 1
//: at the first step and 0 afterwards, the target 0.7, 0.6, 0.5, 0.3, 0.8, 0.2 in all outputs.

let (x_train, y_train) = article.trainingSet(Double.self)
page.training(trained.history, of: article)
let answers = page.output(of: network, x_train.slices(0..<1))
page.picture(
  .lineChart(
    title: "Target and answer, first output",
    series: [
      Picture.Series("target", ArticleModel.targetSequence, first: 1, isDashed: true),
      Picture.Series("answer after training", (0..<6).map { answers[0, $0, 0] }, first: 1),
    ], x: Picture.Axis("step"), y: Picture.Axis("first output")))

//: Twenty runs do not span everything. Seed 1 of this project (`--seed 1`) is faster than all of them at epoch 10, with a loss
//: of 0.0144 where the fastest of Keras had 0.0157.

page.documented(
  "D14", title: "samples, inputs, outputs, units, steps, and the input",
  computed: [256, Double(D), Double(C), Double(H), Double(x_train.shape[1])] + article.inputSequence)
page.documented("D42", title: "epochs and batch size (text)", computed: [page[epochs], ArticleModel.batchSize])
page.documented("D21", title: "epochs and batch size (companion)", computed: [page[epochs], ArticleModel.batchSize])

//: The article gives the sizes twice, and they do not agree: first three inputs and two outputs, then two inputs and three outputs. The weights that it lists
//: decide which is right:

let original = ArticleModel.simpleRNN
let swapped = Stack<Double>([
  SimpleRNN(SimpleRNNCell(inputSize: 2, units: 5), returnSequences: true),
  TimeDistributed(Dense(inputSize: 5, units: 3, activation: .sigmoid)),
])
page.table(
  columns: ["weight", "the article lists", "3 inputs, 2 outputs", "2 inputs, 3 outputs"],
  rows: zip(
    zip(["$W_x$", "$W_h$", "$b_h$", "$W_y$", "$b_y$"], ["(3, 5)", "(5, 5)", "(5, 1)", "(5, 2)", "(2, 1)"]),
    zip(original.layers(Double.self).parameters.named, swapped.parameters.named)
  ).map { [$0.0, $0.1, $1.0.tensor.shapeText, $1.1.tensor.shapeText] })
page.documented(
  "D41", "sizes, second", title: "the second sizes: inputs, outputs, units of the last column",
  computed: [
    swapped.parameters["0/kernel"].shape[0], swapped.parameters["1/kernel"].shape[1],
    swapped.parameters["0/kernel"].shape[1],
  ])

page.documented("D41", "sizes, first", title: "inputs, outputs, units", computed: [D, C, H])
for (name, key) in [
  ("W_x", "0/kernel"), ("W_h", "0/recurrent_kernel"), ("b_h", "0/bias"), ("W_y", "1/kernel"), ("b_y", "1/bias"),
] {
  page.documented("D15", name, title: "shape of \(name) (companion)", computed: weights[key].shape)
}

//: A bias has one axis; the article writes it as a column:

page.documented("D43", "W_x", title: "shape of W_x (text)", computed: weights["0/kernel"].shape)
page.documented("D43", "W_h", title: "shape of W_h (text)", computed: weights["0/recurrent_kernel"].shape)
page.documented("D43", "b_h", title: "b_h as a column (text)", computed: weights["0/bias"].reshaped([H, 1]).shape)
page.documented("D43", "W_y", title: "shape of W_y (text)", computed: weights["1/kernel"].shape)
page.documented("D43", "b_y", title: "b_y as a column (text)", computed: weights["1/bias"].reshaped([C, 1]).shape)

//: Article and companion printed predictions for the input $(4,2,1), (1,1,1), (1,1,1)$. They differ, since they come from two
//: trainings, and neither can come back: the weights were not printed, and no seed reached TensorFlow's initial values. What
//: can be checked is that the companion agrees with itself: it printed the prediction of Keras in `Float`, and its own calculation by hand in `Double`.

let (ofText, ofCompanion) = (page.printed("D44", "y"), page.printed("D16", "y"))
func pair(_ numbers: Tensor<Double>, _ t: Int) -> String {
  page.text(numbers[0, t, 0], decimals: 8) + ", " + page.text(numbers[0, t, 1], decimals: 8)
}
page.table(
  columns: ["step", "$x_t$", "the article", "the companion"],
  rows: ["(4, 2, 1)", "(1, 1, 1)", "(1, 1, 1)"].enumerated().map { t, x in
    [String(t + 1), x, pair(ofText, t), pair(ofCompanion, t)]
  })

page.documented(
  "D17", title: "the companion: Keras' prediction, and its calculation by hand", computed: page.printed("D16", "y"),
  axes: ["sample", "step", "output"])

page.documented("D44", "shape of y", title: "shape of the printed prediction", computed: [1] + layer.answers.shape)

//: And the comparison that the companion made, for our weights: the layer in `Float`, the hand in `Double`.

let inFloat = page.compute(in: .float) { try runLayer($0) }
page.compare(
  "answer ŷ, the layer in Float", hand: page.values(ŷ, at: steps, in: hand), layer: inFloat.answers, tolerance: 1e-6,
  axes: ["step", "output"],
  because: "three steps of Float, each rounded to some 1e-7")

page.sources([
  "D16": .text("its weights were not printed, so it cannot be computed again; D17 is its own agreement"),
  "D44": .text("its weights were not printed, so it cannot be computed again; its shape is checked"),
])

page.finish()
