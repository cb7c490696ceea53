import ChapterSupport

let units = Option.integer("units", default: 13, in: 1...64, "units of the GRU: the length of h")
let inputs = Option.integer("inputs", default: 7, in: 1...64, "features of each step of the input")
let outputs = Option.integer("outputs", default: 5, in: 1...64, "numbers that the network gives at each step")
let epochs = Option.integer("epochs", default: 5, in: 0...200, "rounds of training")
let gap = Option.integer("steps", default: 20, in: 2...100, "steps of the experiment's sequences")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of the weights before training")
let scalar = ScalarChoice.option()

let page = Notebook(
  "The GRU", number: 5, question: "Can three blocks of weights do what four do?", minutes: 40,
  goals: [
    "compute a step of a GRU by hand, in both of its variants",
    "say what a GRU gives up when it merges the two vectors of an LSTM",
    "tell which of two networks called GRU a file of weights belongs to",
  ],
  requires: ["simple-rnn", "lstm"],
  summary: "Two gates and one memory: a gated recurrent unit in both of its variants, by hand and by the layer.",
  parameters: [units, inputs, outputs, epochs, gap, seed, scalar])

let (D, H, C) = (page[inputs], page[units], page[outputs])
let exactly = Tolerance()

//: An LSTM carries two vectors from step to step, $h$ and $c$, and asks four blocks of weights what to do with them. Do
//: you need all that? The *gated recurrent unit*, GRU for short, keeps **one** vector $h$ and has three blocks
//: ([@cho2014]).

page.picture(.cell(.gru(resetAfter: false), title: "A GRU: one state, two gates, one candidate"))

//: ## A first look
//:
//: Take a pencil. One unit is to hold the number 0.6 for two steps, and then take 0.2 in its place. An LSTM has two
//: [gates](glossary:gate) for that: the share $f$ of the old that stays, and the share $i$ of the new that comes in.
//: Each is a number between 0 (closed) and 1 (open).
//:
//: In all four steps of the table $f + i = 1$. Then one number is enough: call it $z$, keep the share $z$ of the old,
//: and take the share $1 - z$ of the new.

let offered = [0.6, 0.9, -0.5, 0.2]
let kept = [0.0, 1, 1, 0]
let memories = zip(offered, kept).reduce(into: [Double]()) { list, step in
  list.append(step.1 * (list.last ?? 0) + (1 - step.1) * step.0)
}
page.table(
  columns: ["step", "offered", "LSTM: f", "LSTM: i", "GRU: z", "held after the step"],
  rows: offered.indices.map {
    [
      "\($0 + 1)", page.text(offered[$0], decimals: 1), page.text(kept[$0]), page.text(1 - kept[$0]),
      page.text(kept[$0]), page.text(memories[$0], decimals: 1),
    ]
  })

//: So a GRU merges two gates into one, and $c$ and $h$ into one vector. Two things are lost:
//:
//: - **It cannot count.** With $f = 1$ and $i = 1$ an LSTM's memory grows at every step, so it can tell how many brackets are
//:   still open, for instance. A GRU only ever mixes, so its state stays between −1 and 1.
//: - **It cannot hide.** An LSTM has an output gate: it may hold something in $c$ and show nothing of it. What a GRU
//:   holds, the next layer sees.
//:
//: Here is counting: a candidate of 0.9 at every step, all gates open in the LSTM, half and half in the GRU.

let counted = (1...5).map { 0.9 * Double($0) }
let mixed = (1...5).reduce(into: [Double]()) { list, _ in list.append(0.5 * (list.last ?? 0) + 0.5 * 0.9) }
page.table(
  columns: ["step", "LSTM, f = i = 1: c", "GRU, z = 0.5: h"],
  rows: (0..<5).map { ["\($0 + 1)", page.text(counted[$0], decimals: 2), page.text(mixed[$0], decimals: 4)] })

//: ## The idea
//:
//: At every step a GRU makes a proposal, the [candidate](glossary:candidate) $\tilde{h}$, and two decisions, each a
//: number between 0 and 1 for every [unit](glossary:unit):
//:
//: 1. **Reset**, $r$: how much of the old state may the candidate see? With $r = 0$ it is made from the input alone,
//:    as if a new sequence began.
//: 2. **Update**, $z$: how much of the old state stays? With $z = 1$ nothing changes, with $z = 0$ the candidate takes
//:    its place.
//:
//: Why two? They answer different questions.
//:
//: - **Keeping.** Say one unit holds whether a bracket is open. While the text inside is read, $z$ stays near 1, whatever else comes. When the bracket is closed, $z$ goes to 0, and the candidate takes over.
//: - **Using.** Say another unit holds what the last sentence was about. When a new one begins, that should not colour the proposal any more: $r$ near 0 keeps it out. $z$ still decides when the proposal is taken. Without $r$ every
//:   proposal would be a mixture of old and new.
//:
//: Nobody sets the two: both are trained, like all weights.
//:
//: Two gates and a candidate are three blocks of weights. An LSTM has four, a simple RNN one:

page.picture(
  .barChart(
    title: "Numbers to train in the recurrent layer alone",
    bars: [("simple RNN", 1), ("GRU", 3), ("LSTM", 4)].map { .init($0, Double($1 * (D * H + H * H + H))) }))

//: ## The formula and its numbers
//:
//: The network of this section is a GRU that reads a vector $x_t$ at each step $t$, and a dense layer that makes an
//: answer $\hat{y}_t$ of every state. The same weights serve every step. Steps are counted 1 … $T$, and the state before the first
//: is $h_0 = 0$.
//:
//: ### The weights
//:
//: Each block has a matrix for $x_t$ (the [kernel](glossary:kernel)), a matrix for $h_{t-1}$ (the [recurrent
//: kernel](glossary:recurrent-kernel)) and a [bias](glossary:bias). Keras keeps the three blocks side by side in
//: $W_x$, $W_h$ and $b$. The sizes are all different, so that no two matrices can be mistaken for each other.

var article = (before: ArticleModel.gru, after: ArticleModel.gruResetAfter)
(article.before.inputSize, article.before.units, article.before.outputSize) = (D, [H], C)
(article.after.inputSize, article.after.units, article.after.outputSize) = (D, [H], C)
let fresh = (
  before: article.before.initialized(seed: UInt64(page[seed]), Double.self).parameters,
  after: article.after.layers(Double.self).parameters
)

page.table(
  "Weights and their shapes", columns: ["weight", "layer and name", "shape", "numbers"],
  rows: zip(["$W_x$", "$W_h$", "$b$", "$W_y$", "$b_y$"], fresh.before.named).map {
    [$0, $1.name, $1.tensor.shapeText, "\($1.tensor.count)"]
  } + [["all", "", "", "\(fresh.before.parameterCount)"]])

//: What numbers stand in them? The input weights and the biases come from a short training on a single sequence: a 1 comes first, and the
//: six answers that follow should be 0.7, 0.6, 0.5, 0.3, 0.8 and 0.2. The recurrent weights are drawn as Keras draws them before a training, as an
//: [orthogonal](glossary:orthogonal) matrix, one that keeps the lengths of vectors. So the past counts from the start.

let seedNumber = UInt64(page[seed])
let run = page.trained(article.before, seed: seedNumber, epochs: page[epochs])
let runAfter = page.trained(article.after, seed: seedNumber, epochs: page[epochs])

var (before, after) = (run.model.parameters, runAfter.model.parameters)
var generator = RandomGenerator(seed: seedNumber)

/// The weights of a training, with an orthogonal recurrent kernel in place of the trained one.
func remembering(_ weights: inout NamedTensors<Double>) {
  weights.update { name, tensor in
    if name == "0/recurrent_kernel" { tensor = Initializer.orthogonal(tensor.shape, using: &generator) }
  }
}
remembering(&before)
remembering(&after)
before.round(to: page[scalar])
after.round(to: page[scalar])

page.picture(
  .heatMap(
    title: "The kernel: z, r and the candidate side by side", values: before["0/kernel"].rowsOfDoubles,
    rowTitle: "input",
    blocks: [("z", Hue.orange), ("r", .blue), (#"\tilde{h}"#, .green)].map { HeatMapBlock($0.0, count: H, hue: $0.1) },
    scale: .signed))

//: Cut into its blocks. The index $h$ marks the part of the candidate, because it makes $\tilde{h}$:

//-
let W_x = symbol("W_x", .weight, before["0/kernel"])
let W_h = symbol("W_h", .weight, before["0/recurrent_kernel"])
let b = symbol("b", .weight, before["0/bias"])
let (W_zx, W_rx, W_hx) = three(W_x) { "W_{\($0)x}" }
let (W_zh, W_rh, W_hh) = three(W_h) { "W_{\($0)h}" }
let (b_z, b_r, b_h) = three(b) { "b_\($0)" }

//-
func three(_ whole: Formula, name: (String) -> String) -> (z: Formula, r: Formula, h: Formula) {
  let parts = zip(["z", "r", "h"], whole.split(into: 3)).map { define(name($0), $1, .weight) }
  return (parts[0], parts[1], parts[2])
}

let cut = page.evaluation(of: [W_zx, W_zh, b_z])
page.table(
  columns: ["matrix", "shape", "what it meets"],
  rows: [
    ["$W_{zx}, W_{rx}, W_{hx}$", page.value(W_zx, in: cut).shapeText, "the input $x_t$"],
    ["$W_{zh}, W_{rh}, W_{hh}$", page.value(W_zh, in: cut).shapeText, "the state $h_{t-1}$"],
    ["$b_z, b_r, b_h$", page.value(b_z, in: cut).shapeText, "nothing, it is added"],
  ])

//: ### The equations
//:
//: One line a block, and one line that mixes. $\sigma$, the [logistic function](glossary:sigmoid), gives shares
//: between 0 and 1; tanh gives values between −1 and 1. Vectors stand as rows, as Keras stores them; ⊙ multiplies
//: element by element.

let x = symbol("x_t", .input)
let h₋ = symbol("h_{t-1}", .state)

let z = define("z_t", sigmoid(x • W_zx + h₋ • W_zh + b_z), .gate)
let r = define("r_t", sigmoid(x • W_rx + h₋ • W_rh + b_r), .gate)
let h̃ = define(#"\tilde{h}_t"#, tanh(x • W_hx + (r ⊙ h₋) • W_hh + b_h), .gate)
let h = define("h_t", z ⊙ h₋ + (1 - z) ⊙ h̃, .state)

let W_y = symbol("W_y", .weight, before["1/kernel"])
let b_y = symbol("b_y", .weight, before["1/bias"])
let ŷ = define(#"\hat{y}_t"#, sigmoid(h • W_y + b_y), .output)

for equation in [z, r, h̃, h, ŷ] { page.formula(equation) }

//: Why are gates smooth, and not switches? A switch has no slope, so training could not move it. The fourth line is a
//: weighted mean of old and new, unit by unit. The third asks the reset gate first: **element by element, then the
//: matrix**.
//:
//: What the gates do can be read off the fourth line. Let $z_t$ be 1 in a unit: then $h_t = h_{t-1}$ there, whatever the candidate says. Let it be 0: then $h_t = \tilde{h}_t$, and the past is left only as far as the candidate has used it. If $r_t$ is 0 as well, nothing
//: of it is left. With $r_t = 1$ and $z_t = 0$ in all units the GRU is a simple RNN: $h_t = \tanh(x_t W_{hx} + h_{t-1} W_{hh} + b_h)$.
//:
//: ### Two steps
//:
//: The first input, and $h_0 = 0$. There is no past yet, so $r_1 \odot h_0$ is zero whatever $r_1$ is: the candidate
//: comes from $x_1$ alone, and $h_1$ is the share of it that $z_1$ lets in.

let probe: [[Double]] = [[1, 1, 1, 1, 2, 3, 4], [1, 2, 3, 4, 3, 2, 1]].map { row in (0..<D).map { row[$0 % 7] } }
let network = Recurrence(input: x, states: [(h₋, h)], outputs: [ŷ])
let steps = network.unrolled(over: probe.map { MathValue($0) }, from: [.zeros(H)], firstStep: 1)
let hand = page.evaluation(of: steps.flatMap { [$0[ŷ], $0[h]] })

page.show("x_1", probe[0])
page.worked(steps[0][h], in: hand)

//: The second input, in full. Below each formula stand its numbers; of a large matrix only the corners, with its
//: shape small beside the bracket. The pictures show the first unit; inputs and weights go into the boxes whole. What is computed at the moment has its colour, and what is not needed for it is pale.
//:
//: Go through the four pictures in this order. First the **update gate**: it reads $x_2$ and $h_1$, and its number waits for the end. Then the **reset gate**, which reads the same two with weights of its own. Now the **candidate** can be made: the old state passes
//: the reset gate first, and only what is left of it meets $W_{hh}$. At last the **new state**: the old one times $z_2$, the candidate times $1 - z_2$, and their sum. The line at the top of the picture is the memory: it meets one product and one sum, and no function.

//-
let hands = LivePlace(
  "Step 2 in your hands", units: H,
  controls: [
    .unit(of: steps[1][h₋], in: -1...1), .unit(of: b_z, in: -6...6, frees: steps[1][z]),
    .unit(of: b_r, in: -6...6, frees: steps[1][r]), .unit(of: b_h, in: -6...6),
    .elements(of: steps[1][x], in: -4...4),
  ],
  presets: [
    LivePreset("keep: z = 1", [steps[1][z]: .ones(H)]), LivePreset("replace: z = 0", [steps[1][z]: .zeros(H)]),
    LivePreset("begin anew: r = 0", [steps[1][r]: .zeros(H)]),
    LivePreset("update bias 3", [b_z: MathValue([Double](repeating: 3, count: H))]),
  ], results: [steps[1][h]])
page.show("x_2", probe[1])
page.live(hands, in: hand) {
  page.worked(steps[1][z], in: hand)
  page.picture(
    .cell(.gru(resetAfter: false), title: "Step 2, unit 1: the update gate", stage: .update, values: wires(1)))
  page.worked(steps[1][r], in: hand)
  page.picture(.cell(.gru(resetAfter: false), title: "Step 2, unit 1: the reset gate", stage: .reset, values: wires(1)))
  page.worked(steps[1][h̃], in: hand)
  page.picture(
    .cell(.gru(resetAfter: false), title: "Step 2, unit 1: the candidate", stage: .candidate, values: wires(1)))
  page.worked(steps[1][h], in: hand)
  page.picture(.cell(.gru(resetAfter: false), title: "Step 2, unit 1: the new state", stage: .output, values: wires(1)))
}

func wires(_ step: Int) -> [CellWire: WireValue] {
  func first(_ formula: Formula) -> WireValue {
    WireValue(steps[step][formula], in: page.value(steps[step][formula], in: hand).scalars)
  }
  return [
    .previousHidden: first(h₋), .updateGate: first(z), .resetGate: first(r), .candidate: first(h̃), .hidden: first(h),
  ]
}

let unit1 = [h₋, z, h̃, h].map { page.text(page.value(steps[1][$0], in: hand).scalars[0], decimals: 2) }
page.prose(
  """
  Read unit 1: of its old state \(unit1[0]) the share \(unit1[1]) stays, and the rest of the new one comes from the candidate \(unit1[2]). So it is now \(unit1[3]).
  """)

//: And what the dense layer makes of the two states:

page.show(#"\hat{y}_1"#, page.value(steps[0][ŷ], in: hand), decimals: 8)
page.show(#"\hat{y}_2"#, page.value(steps[1][ŷ], in: hand), decimals: 8)

//: ### The layer
//:
//: Now the other side: the library's layer with the same weights. It runs its own code and shares nothing with the
//: formulas.

let target = [0.7, 0.6]
let layer = page.compute(in: page[scalar]) {
  try layerNumbers(before, resetAfter: false, sequence: probe, target: target, as: $0)
}
let tolerance = page[scalar].tolerance
compareSteps("reset before", steps, hand, gates: [z, r, h̃], h, ŷ, layer)

//: ### One product, and why it is not quite one
//:
//: A program does not cut the matrices: it multiplies with the whole and cuts the result. For $x_t$ that works, one
//: product does for all three blocks. For $h_{t-1}$ it works for $z$ and $r$ only. The candidate must wait: its
//: product needs $r_t \odot h_{t-1}$, and $r_t$ comes out of the first product. So each step has **two** products
//: with the state, one after the other.

let fromInput = (x • W_x + b).split(into: 3)
let fromState = (h₋ • W_h[columns: 0..<2 * H]).split(into: 2)
let zCut = define("z_t", sigmoid(fromInput[0] + fromState[0]), .gate)
let rCut = define("r_t", sigmoid(fromInput[1] + fromState[1]), .gate)
let h̃Cut = define(#"\tilde{h}_t"#, tanh(fromInput[2] + (rCut ⊙ h₋) • W_h[columns: 2 * H..<3 * H]), .gate)

let step2: [Formula: MathValue] = [x: MathValue(probe[1]), h₋: MathValue(page.value(steps[0][h], in: hand))]
let fromCuts = page.evaluation(of: [zCut, rCut, h̃Cut], step2)
page.compare(
  "step 2: one by one, and cut out of large products",
  ("one by one", Tensor.stacked([z, r, h̃].map { page.value(steps[1][$0], in: hand) })),
  ("cut", Tensor.stacked([zCut, rCut, h̃Cut].map { page.value($0, in: fromCuts) })), tolerance: 1e-14,
  axes: [Axis("gate", ["z", "r", "h̃"]), "unit"],
  because: "the same sums in another order: some units of the last place of numbers below 10")

//: ### Two different networks are both called GRU
//:
//: A graphics processor likes one large product better than two that wait for each other. So NVIDIA's library, and
//: with it PyTorch and today's Keras (`reset_after=True`, the default since TensorFlow 2), moved the reset gate
//: **behind** the product. Now $h_{t-1} W_h$ is one product, and $r$ is put in afterwards. Look at the third line:

//-
let V_x = symbol("W_x", .weight, after["0/kernel"])
let V_h = symbol("W_h", .weight, after["0/recurrent_kernel"])
let (V_zx, V_rx, V_hx) = three(V_x) { "W_{\($0)x}" }
let (V_zh, V_rh, V_hh) = three(V_h) { "W_{\($0)h}" }
let d = symbol("b", .weight, after["0/bias"])
let dʹ = symbol("b'", .weight, after["0/recurrent_bias"])
let (d_z, d_r, d_h) = three(d) { "b_\($0)" }
let (dʹ_z, dʹ_r, dʹ_h) = three(dʹ) { "b'_\($0)" }

let zAfter = define("z_t", sigmoid(x • V_zx + d_z + h₋ • V_zh + dʹ_z), .gate)
let rAfter = define("r_t", sigmoid(x • V_rx + d_r + h₋ • V_rh + dʹ_r), .gate)
let h̃After = define(#"\tilde{h}_t"#, tanh(x • V_hx + d_h + rAfter ⊙ (h₋ • V_hh + dʹ_h)), .gate)
let hAfter = define("h_t", zAfter ⊙ h₋ + (1 - zAfter) ⊙ h̃After, .state)
let V_y = symbol("W_y", .weight, after["1/kernel"])
let d_y = symbol("b_y", .weight, after["1/bias"])
let ŷAfter = define(#"\hat{y}_t"#, sigmoid(hAfter • V_y + d_y), .output)
for equation in [zAfter, rAfter, h̃After, hAfter] { page.formula(equation) }

//: Inside the bracket stands a second bias, $b'$. In the candidate $r$ multiplies it, so the two biases cannot be added into one. (In $z$ and $r$ they could. But one product
//: serves all three blocks, and its bias has all three, too.) So a GRU of today has two biases for **each** block.
//:
//: That tells you which of the two networks a file of weights belongs to. **One bias for each block: reset before. Two: reset after.** PyTorch and MXNet only have the second kind, TensorFlow 1 only the
//: first. ONNX stores two biases in any case; there the attribute `linear_before_reset` says it, and the weights alone do not. (The [appendix](#appendix-five-frameworks-two-orders) has both in every layout.)

let dense = H * C + C
page.compare(
  "numbers to train: one bias, two biases",
  ("from the shapes", [D * 3 * H + H * 3 * H + 3 * H + dense, D * 3 * H + H * 3 * H + 2 * 3 * H + dense]),
  ("in the models", [fresh.before.parameterCount, fresh.after.parameterCount]), tolerance: exactly,
  axes: [Axis("model", ["one bias", "two biases"])])

let networkAfter = Recurrence(input: x, states: [(h₋, hAfter)], outputs: [ŷAfter])
let stepsAfter = networkAfter.unrolled(over: probe.map { MathValue($0) }, from: [.zeros(H)], firstStep: 1)
let handAfter = page.evaluation(of: stepsAfter.flatMap { [$0[ŷAfter], $0[hAfter]] })
page.worked(stepsAfter[1][h̃After], in: handAfter)

//: Compare this picture with that of the candidate above. There $r$ meets the state, left of the box $W_{hh}$; here it meets what comes out of the box, with its bias $b'_h$.

page.picture(
  .cell(
    .gru(resetAfter: true), title: "Reset after the product: r meets the product, not the state", stage: .candidate,
    values: [.resetGate: WireValue(page.value(stepsAfter[1][rAfter], in: handAfter).scalars[0])]))

let layerAfter = page.compute(in: page[scalar]) {
  try layerNumbers(after, resetAfter: true, sequence: probe, target: target, as: $0)
}
compareSteps("reset after", stepsAfter, handAfter, gates: [zAfter, rAfter, h̃After], hAfter, ŷAfter, layerAfter)

//: The two are **different functions**. To see it, give both the same weights, with $b' = 0$. As long as $r$ is the
//: same for all units it is a common factor, inside the product or outside, and both agree. With a reset gate that differs from unit to
//: unit they do not:

let h̃Before = define(#"\tilde{h}_t"#, tanh(x • V_hx + d_h + (r ⊙ h₋) • V_hh), .gate)
let h̃Behind = define(#"\tilde{h}_t"#, tanh(x • V_hx + d_h + r ⊙ (h₋ • V_hh)), .gate)
page.formula(h̃Before)
page.formula(h̃Behind)
let evenly = step2.merging([r: MathValue([Double](repeating: 0.25, count: H))]) { $1 }
page.compare(
  "the same candidate while r is 0.25 everywhere", ("before", page.value(h̃Before, evenly)),
  ("after", page.value(h̃Behind, evenly)), tolerance: 1e-14, axes: ["unit"],
  because: "(0.25 h) W and 0.25 (h W) differ by rounding alone")

let uneven = Tensor<Double>([(0..<H).map { ($0 % 2) == 0 ? 1.0 : 0 }]).reshaped([H])
let unevenly = step2.merging([r: MathValue(uneven)]) { $1 }
let candidates = (
  before: page.value(h̃Before, unevenly), after: page.value(h̃Behind, unevenly)
)
page.table(
  "The candidate when r is 1, 0, 1, 0, …", columns: ["unit", "reset before", "reset after", "difference"],
  rows: (0..<min(4, H)).map { unit in
    let (first, second) = (candidates.before.scalars[unit], candidates.after.scalars[unit])
    return [
      "\(unit + 1)", page.text(first, decimals: 6), page.text(second, decimals: 6),
      page.text(first - second, decimals: 6),
    ]
  })

//: So weights trained with one variant give other numbers in the other one, **without any error message**. When you
//: read “GRU”, ask which.
//:
//: ### z means both things
//:
//: In the equations above $z$ is the share of the old that is *kept*. So it is in the first paper ([@cho2014]), in Keras,
//: PyTorch and ONNX. Other texts, a much-read article among them ([@olah2015]), let $z$ be the share of the new that is
//: *taken*:

let hTakes = define("h_t", (1 - z) ⊙ h₋ + z ⊙ h̃, .state)
page.formula(h)
page.formula(hTakes)
page.picture(
  .cell(.gru(resetAfter: false, keepsByUpdate: false), title: "z takes the new: Olah", stage: .output))

//: This library's layer *keeps*: the comparisons above agree with it. With the same weights, the other reading gives other numbers at step 2:

let readings = (keeps: page.value(steps[1][h], in: hand), takes: page.value(hTakes, step2))
page.table(
  columns: ["unit", "z keeps", "z takes"],
  rows: (0..<min(4, H)).map {
    [
      "\($0 + 1)", page.text(readings.keeps.scalars[$0], decimals: 6),
      page.text(readings.takes.scalars[$0], decimals: 6),
    ]
  })

//: Neither is wrong as a design. Since $1 - \sigma(a) = \sigma(-a)$, a GRU of one kind becomes one of the other kind
//: when the weights and the bias of $z$ change their sign:

let zNegated = define("z_t", sigmoid(x • (-W_zx) + h₋ • (-W_zh) + (-b_z)), .gate)
let hNegated = define("h_t", (1 - zNegated) ⊙ h₋ + zNegated ⊙ h̃, .state)
page.formula(zNegated)
page.compare(
  "step 2: z keeps, and z takes with the signs changed", ("z keeps", readings.keeps),
  ("z takes", page.value(hNegated, step2)), tolerance: 1e-14, axes: ["unit"],
  because: "σ(−a) and 1 − σ(a) are rounded differently")

//: ### Longer sequences
//:
//: No weight knows how long a sequence is. Here are nine steps of random input, by hand and by the layer, and the
//: update gate over them. Dark: the old state is overwritten; bright: it is kept.

let nine = Tensor<Double>.uniform([9, D], -3, 3, using: &generator).map(page[scalar].rounded)
let nineSteps = network.unrolled(over: (0..<9).map { MathValue(nine.slice($0)) }, from: [.zeros(H)], firstStep: 1)
let nineHand = page.evaluation(of: nineSteps.map { $0[h] })
page.picture(
  .heatMap(
    title: "The update gate over nine steps",
    values: page.values(z, at: nineSteps, in: nineHand).transposed.rowsOfDoubles, rowNames: counted(H),
    columnNames: counted(9),
    rowTitle: "unit", columnTitle: "step", scale: .unit))

/// The numbers 1 … n, as tables and pictures count.
func counted(_ n: Int) -> [String] { (0..<n).map { "\($0 + 1)" } }

let long = page.compute(in: page[scalar]) { try runLonger(before, nine, as: $0) }
page.compare(
  "state h over nine steps", hand: page.values(h, at: nineSteps, in: nineHand), layer: long.nine, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "the first 4 of 9 states", ("4 steps", long.four), ("9 steps", long.nine.slices(0..<4)), tolerance: exactly,
  axes: ["step", "unit"], because: "later steps cannot reach back")
page.compare(
  "no initial state, and a state of zeros", ("zeros given", long.fromZeros), ("none given", long.nine),
  tolerance: exactly,
  axes: ["step", "unit"], because: "$h_0 = 0$ is what a missing state means")

//: **Sequences of different lengths.** A batch is one array, so all its sequences must have equally many steps. Shorter ones are filled up with steps that mean nothing, the [padding](glossary:padding). A
//: [mask](glossary:mask) says which steps count. Where one does not count, the layer leaves the state as it is: $h_t = h_{t-1}$. Say that only the first four of our nine steps count, and five are padding:

page.table(
  "Unit 1, with steps 5 to 9 as padding", columns: ["step"] + counted(9),
  rows: [("no mask", long.nine), ("with the mask", long.masked)].map { name, states in
    [name] + (0..<9).map { page.text(states.slice($0).scalars[0], decimals: 3) }
  })
let lastThatCounts = page.value(nineSteps[3][h], in: nineHand)
let handMasked = (0..<9).map { $0 < 4 ? page.value(nineSteps[$0][h], in: nineHand) : lastThatCounts }
page.compare(
  "state h with the mask", hand: Tensor.stacked(handMasked), layer: long.masked, tolerance: tolerance,
  axes: ["step", "unit"])

//: ## The experiment
//:
//: Are three blocks enough for a task that needs memory? At each step the network reads a number between 0 and 1, and a
//: mark that is 0 except at two steps. After the last step it must give **the sum of the two marked numbers**
//: ([@hochreiter1997]). One mark stands in the first half of the sequence, one in the second, and every sequence is
//: new. Here is one:

let T = page[gap]
var taskGenerator = RandomGenerator(seed: seedNumber)
let example = Adding().draw(1, steps: T, using: &taskGenerator, Double.self)
page.picture(
  .heatMap(
    title: "One sequence: add the two marked numbers", values: example.x.slice(0).transposed.rowsOfDoubles,
    rowNames: ["number", "mark"], columnNames: counted(T), columnTitle: "step", scale: .unit))
page.result("the answer is \(page.text(example.target.scalars[0]))")

//: A network that always answers 1 has a [mean squared error](glossary:mean-squared-error) of $1/6 = 0.1667$: the sum has the mean 1, and each of the two numbers, drawn evenly between 0 and 1, has the variance $1/12$. Three
//: networks of 16 units try to do better: a simple RNN, an LSTM and a GRU (of the second kind, with two biases). Each makes 800 updates by [Adam](glossary:adam), every
//: one with a new [batch](glossary:batch) of 32 sequences.

let layerNames = ["simple RNN", "LSTM", "GRU"]
let experiments = [Layers.CellKind.simpleRNN, .lstm, .gru].map {
  Experiment(Adding(), layers: [.init($0, units: 16)], steps: T, updates: 800, learningRate: 0.01)
}

//: What do you expect of the GRU? It has three quarters of the LSTM's blocks, and nobody set a forget bias for it.

let results = experiments.map { page.runs(of: $0, seeds: seedNumber...seedNumber + 1).results }
page.picture(
  .lineChart(
    title: "Adding two marked numbers: error on new sequences",
    series: zip(layerNames, results).map { name, runs in
      .init(name, points: runs[0].curve.dropFirst().map { (x: Double($0.update), y: $0.loss) })
    } + [.init("always 1", points: [(x: 50, y: 1.0 / 6), (x: 800, y: 1.0 / 6)], isDashed: true)],
    x: .init("updates"), y: .init("mean squared error", isLogarithmic: true)))

let torch = ["rnn", "lstm_fb1", "gru"].map { layer in
  page.statistics("gradients_adding", ["T": 20, "layer": .text(layer)])
}
page.table(
  columns: ["layer", "numbers to train", "error of two seeds here", "ten seeds of PyTorch, 20 steps"],
  rows: zip(zip(layerNames, results), torch).map { own, torch in
    let losses = own.1.map(\.loss)
    let known = torch?.figure("loss_at_step", at: 800)
    return [
      own.0, "\(own.1[0].parameterCount)", range(losses.min() ?? 0, losses.max() ?? 0),
      known.map { range($0.least, $0.greatest) } ?? "–",
    ]
  })

func range(_ least: Double, _ greatest: Double) -> String {
  "\(page.text(least, decimals: 5)) … \(page.text(greatest, decimals: 5))"
}

page.experiment("error of the simple RNN", of: results[0].map(\.loss), torch[0], "loss_at_step", at: 800)
page.experiment("error of the LSTM", of: results[1].map(\.loss), torch[1], "loss_at_step", at: 800)
page.experiment("error of the GRU", of: results[2].map(\.loss), torch[2], "loss_at_step", at: 800)
if page.keepsDefaults {
  page.range(
    "the simple RNN does not learn it", of: results[0].map(\.loss), in: 0.01...0.1667, axes: ["seed"],
    because: "an error below 0.01 counts as learned; no seed of ten has it")
}

//: LSTM and GRU solve it. The simple RNN does not: its error falls, but it is still far from right. The GRU does with
//: fewer numbers to train, and it is the first to learn:

page.table(
  "Error after 200 updates", columns: ["layer", "two seeds here", "ten seeds of PyTorch, 20 steps"],
  rows: zip(zip(layerNames, results), torch).map { own, torch in
    let early = own.1.compactMap { run in run.curve.first { $0.update == 200 }?.loss }
    let known = torch?.figure("loss_at_step", at: 200)
    return [
      own.0, range(early.min() ?? 0, early.max() ?? 0), known.map { range($0.least, $0.greatest) } ?? "–",
    ]
  })

//: Did you expect that? Why it is so this page does not prove. One guess: the state of a GRU *is* what it shows, so an error reaches its memory from the first update on. An LSTM's memory is seen through the output
//: gate and a tanh alone, and it must learn to write, to keep and to show, all three. That does not make the GRU better everywhere: the [lesson on gradients](chapter:gradients) has a task in which it falls behind.
//:
//: ## The way back
//:
//: Take the loss of the two steps by hand, against the targets $y_1 = 0.7$ and $y_2 = 0.6$, the same for all outputs:

let y = target.enumerated().map { place, value in
  symbol("y_\(place + 1)", .other, MathValue([Double](repeating: value, count: C)))
}
let losses = zip(steps, y).map { meanSquaredError($0[ŷ], $1) }
let loss = define("L", (losses[0] + losses[1]) * 0.5, .loss)
page.formula(loss)

let backward = page.evaluation(of: [loss])
let gradients = page.gradients(of: loss, in: backward)
page.show("L", page.value(loss, in: backward), decimals: 8)

//: $\delta$ with an index is the slope of the loss along what the index names. How does it get from $h_2$ back to $h_1$? There are four
//: roads: straight along the memory, through the update gate, through the reset gate, and through the candidate. $a_z$, $a_r$ and $a_{\tilde{h}}$ are the sums under the two $\sigma$ and the tanh, whose
//: slopes are $\sigma (1 - \sigma)$ and $1 - \tanh^2$; $\delta_{r \odot h}$ is the slope along the product $r_2 \odot h_1$ that the candidate reads:

let (h₁, z₂, r₂, h̃₂) = (steps[0][h], steps[1][z], steps[1][r], steps[1][h̃])
let δ = symbol(#"\delta_{h_2}"#, .loss, MathValue(page.gradient(steps[1][h], gradients)))
let δz = define(#"\delta_{a_z}"#, δ ⊙ (h₁ - h̃₂) ⊙ z₂ ⊙ (1 - z₂), .loss)
let δh̃ = define(#"\delta_{a_{\tilde{h}}}"#, δ ⊙ (1 - z₂) ⊙ (1 - squared(h̃₂)), .loss)
let δrh = define(#"\delta_{r \odot h}"#, δh̃ • transpose(W_hh), .loss)
let δr = define(#"\delta_{a_r}"#, δrh ⊙ h₁ ⊙ r₂ ⊙ (1 - r₂), .loss)
let δh₁ = define(#"\delta_{h_1}"#, δ ⊙ z₂ + δz • transpose(W_zh) + δr • transpose(W_rh) + δrh ⊙ r₂, .loss)
for equation in [δz, δh̃, δrh, δr, δh₁] { page.formula(equation) }

let roads = page.evaluation(of: [δh₁])
page.worked(δh₁, in: roads)
page.compare(
  "what reaches h₁ through step 2", hand: page.value(δh₁, in: roads), layer: layer.throughStep2, tolerance: tolerance,
  axes: ["unit"])

//: **The first road has no matrix and no slope of an activation in it, only $z_2$.** Where the gate keeps the state,
//: it keeps the slope as well. In an LSTM $f$ does this for $c$.

page.prose(
  """
  How much is it here? What arrives at $h_2$ has the length \(page.text(length(δ), decimals: 5)). Along the first road alone \(page.text(length(δ ⊙ z₂), decimals: 5)) would reach $h_1$, and
  along all four \(page.text(length(δh₁), decimals: 5)). Lengths do not add: what comes by one road can point against what comes by another.
  """)
func length(_ slope: Formula) -> Double { page.value(slope).squared().sum().squareRoot() }

//: The answer $\hat{y}_1$ depends on $h_1$ too. Its share is added, and the sum is the whole slope along $h_1$:

let ownShare = define("L_1", losses[0] * 0.5, .loss)
let direct = page.gradients(of: ownShare)
page.compare(
  "∂L/∂h₁: the four roads and ŷ₁ added up, and the formulas' derivative",
  ("added up", page.value(δh₁, in: roads) + page.gradient(steps[0][h], direct)),
  ("derivative", page.gradient(steps[0][h], gradients)), tolerance: 1e-15, axes: ["unit"],
  because: "the same products, summed in another order; the slopes themselves are below 0.1")

//: Every weight is used at both steps, so its gradient is a sum over both: of what went in, times the slope along the sum that it went into. For $z$ and $r$ what went in is $x_t$ and $h_{t-1}$. For the candidate it is $x_t$, and behind the reset gate $r_t \odot h_{t-1}$:
//:
//: $$\frac{\partial L}{\partial W_{zx}} = \sum_t x_t^\intercal \delta_{a_z} \qquad \frac{\partial L}{\partial W_{zh}} = \sum_t h_{t-1}^\intercal \delta_{a_z} \qquad \frac{\partial L}{\partial W_{hh}} = \sum_t (r_t \odot h_{t-1})^\intercal \delta_{a_{\tilde{h}}}$$
//:
//: So a unit whose reset gate is shut does not only give nothing to the candidate. Its weights to the candidate do not learn at that step either. Three ways lead to it: the formulas,
//: differentiated by the program; the layer's own `backward`; and [central differences](glossary:central-differences).

compareGradients("reset before", [W_x, W_h, b, W_y, b_y], gradients, layer)

//-
let lossesAfter = zip(stepsAfter, y).map { meanSquaredError($0[ŷAfter], $1) }
let lossAfter = define("L", (lossesAfter[0] + lossesAfter[1]) * 0.5, .loss)
let gradientsAfter = page.gradients(of: lossAfter)
compareGradients("reset after", [V_x, V_h, d, dʹ, V_y, d_y], gradientsAfter, layerAfter)

page.compare(
  "reset before: gradient of b, and central differences", ("by hand", page.gradient(b, gradients)),
  ("central differences", page.centralDifferences(of: loss, b)),
  tolerance: page.differenceTolerance(of: loss, b), axes: ["column"],
  because: "a central difference is right to about 1e-11 here")
page.compare(
  "reset before: gradient of the candidate's W_hh, and central differences",
  ("by hand", page.gradient(W_hh, gradients)),
  ("central differences", page.centralDifferences(of: loss, W_hh)),
  tolerance: page.differenceTolerance(of: loss, W_hh),
  axes: ["row", "column"],
  because: "a central difference is right to about 1e-11 here")
page.compare(
  "reset after: gradient of the second bias, and central differences", ("by hand", page.gradient(dʹ, gradientsAfter)),
  ("central differences", page.centralDifferences(of: lossAfter, dʹ)),
  tolerance: page.differenceTolerance(of: lossAfter, dʹ), axes: ["column"],
  because: "a central difference is right to about 1e-11 here")

//: ## What to remember
//:
//: - One state, three blocks: $r$ decides how much of the old the candidate sees, $z$ mixes the old and the candidate.
//: - Reset before or after the product: two different functions under one name, and no error message between them.
//: - On a task that needs memory a GRU does what an LSTM does, with three blocks instead of four.
//:
//: ## Try
//:
//: - `swift run chapter-gru --units 1`: with one unit $r$ is a single number, a common factor. In
//:   the table “The candidate when r is 1, 0, 1, 0, …” the difference is zero: reset before and after are one
//:   function.
//: - `swift run chapter-gru --epochs 100`: in the training of the sources all recurrent weights begin at zero. The largest was 0.005
//:   after five epochs (see the last section), and is now more than twenty times as large: that network begins to listen to its past.
//: - `swift run chapter-gru --steps 40`: the simple RNN stays near 0.17, the error of the constant answer. The GRU
//:   still learns the sum: its error is below 0.01.

//: ## Appendix: five frameworks, two orders
//:
//: The order of the blocks is a convention. Keras and ONNX store z, r, candidate; PyTorch, MXNet and TensorFlow 1 put r
//: first. Here are both models in each layout that can hold them:

let stored = (
  before: CellWeights(.gru, recurrentWeights(before), resetAfter: false),
  after: CellWeights(.gru, recurrentWeights(after))
)

var rows: [[String]] = []
for (name, framework, weights) in [
  ("Keras, reset_after=False", .keras, stored.before), ("ONNX, linear_before_reset=0", .onnx, stored.before),
  ("TensorFlow 1", .tensorflow1, stored.before), ("Keras, reset_after=True", .keras, stored.after),
  ("ONNX, linear_before_reset=1", .onnx, stored.after), ("PyTorch", .pytorch, stored.after),
  ("MXNet", .mxnet, stored.after),
] as [(String, Framework, CellWeights<Double>)] {
  let own = layout(framework, weights)
  let tensors = page.tensors(of: weights, in: own)
  let order = own.entries.filter { $0.parts.contains(.kernel) }.map { $0.gates.map(\.rawValue).joined(separator: " ") }
  let shapes = tensors.map { "\($0.name) \($0.tensor.shape)" }.joined(separator: ", ")
  rows.append([name, order.joined(separator: " | "), shapes])
}
page.table(
  "One GRU, seven ways to store it (g is the candidate)", columns: ["framework", "blocks", "tensors"], rows: rows)

//: Reading each of them back and running the layer must give the numbers from above, to the last bits:

for (variant, frameworks, weights, expected) in [
  ("reset before", [.keras, .onnx, .tensorflow1], stored.before, page.values(h, at: steps, in: hand)),
  ("reset after", [.keras, .onnx, .pytorch, .mxnet], stored.after, page.values(hAfter, at: stepsAfter, in: handAfter)),
] as [(String, [Framework], CellWeights<Double>, Tensor<Double>)] {
  let states = frameworks.map { carried(through: $0, weights, sequence: probe) }
  page.compare(
    "\(variant): h through every layout", ("by hand", Tensor.stacked(frameworks.map { _ in expected })),
    ("layouts", Tensor.stacked(states)), tolerance: 1e-13,
    axes: [Axis("layout", frameworks.map(\.rawValue)), "step", "unit"])
}

//: PyTorch's tensors, taken for Keras', would load without complaint, since $r$ and $z$ have the same shape, and the results would be wrong. [The lesson on frameworks](chapter:rosetta) shows by how much.

//: ## Against the sources
//:
//: The network by hand is that of Part E of *RNN with Keras: Understanding computations* [@huet], in a Chinese
//: translation [@zhgqcn2021] and in its companion code. Its equations are `GRU(13, reset_after=False)`. The sizes,
//: the input and the training are the companion's, which printed no results for its two steps.

page.documented("D26", title: "epochs of training", computed: article.before.epochs)
page.documented(
  "D27", title: "shapes of the weights, one after the other", computed: fresh.before.named.flatMap(\.tensor.shape))
page.documented("D29", title: "probe input x₁, x₂", computed: [probe])
page.documented(
  "D47", title: "sets of weights: GRU, LSTM",
  computed: [
    fresh.before["0/kernel"].columns / H, LSTMCell<Double>(inputSize: D, units: H).parameters["kernel"].columns / H,
  ])
for (name, shape) in [
  ("W_zx", page.value(W_zx, in: cut).shape), ("W_zh", page.value(W_zh, in: cut).shape),
  ("b_z", page.value(b_z, in: cut).shape), ("W_x", before["0/kernel"].shape),
  ("W_h", before["0/recurrent_kernel"].shape), ("b_h", before["0/bias"].shape),
] {
  page.documented("D48", name, title: "shape of \(name)", computed: shape)
}

//: The companion starts the recurrent weights at zero, and after so few steps they are still small. That is why the two steps above have others.

page.table(
  columns: ["weight", "largest before", "largest after"],
  rows: [("$W_x$", "0/kernel"), ("$W_h$", "0/recurrent_kernel"), ("$b$", "0/bias")].map { symbol, name in
    [symbol, page.text(largest(fresh.before[name])), page.text(largest(run.model.parameters[name]))]
  })

func largest(_ tensor: Tensor<Double>) -> Double { tensor.scalars.map(abs).max() ?? 0 }

//: The losses of the two trainings, beside the range of 20 runs of real Keras. The reset gate before the product:

page.training(run.history, of: article.before)

//: The reset gate after the product, as in today's Keras:

page.training(runAfter.history, of: article.after)

//: The companion contradicts itself on $z$: its comment says $(1 - z) h + z \tilde{h}$, the code below it computes
//: $z h + (1 - z) \tilde{h}$, and the comparisons above agree with the code. Its comments also write
//: $\sigma(W_z [h, x]) + b_z$ with the bias outside. Outside, the “gate” could leave the range from 0 to 1; the
//: difference in step 2 is up to

let outside = sigmoid(x • W_zx + h₋ • W_zh) + b_z
page.show("", page.value(steps[1][z], in: hand).largestDifference(from: page.value(outside, step2)), decimals: 6)

page.sources([
  "D28": .shown(by: "reset before: gates, both steps", "reset before: state h"),
  "D29": .text("the program printed no result for them; the two steps above compute it"),
])

page.finish()
