import ChapterSupport

let units = Option.integer("units", default: 13, in: 1...64, "units of the GRU: the length of h")
let inputs = Option.integer("inputs", default: 7, in: 1...64, "features of each step of the input")
let outputs = Option.integer("outputs", default: 5, in: 1...64, "numbers that the network gives at each step")
let epochs = Option.integer("epochs", default: 5, in: 0...200, "rounds of training")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of the weights before training")
let scalar = ScalarChoice.option()

let page = Notebook(
  "The GRU", number: 5,
  summary:
    "Two gates and one memory: every number of a gated recurrent unit, in both of its variants, by hand and by the layer.",
  parameters: [units, inputs, outputs, epochs, seed, scalar],
  symbols: ["z": .orange, "r": .blue, #"\tilde{h}"#: .green, "h": .sky])

let (D, H, M) = (page[inputs], page[units], page[outputs])
let exactly = Tolerance()

//: An LSTM carries two vectors from step to step and has four gate-like networks inside. The *gated recurrent unit*,
//: GRU for short, is the lighter design of 2014: **one** vector $h$, and three small networks. It must do with one gate
//: what an LSTM does with two: the share that it keeps of the old and the share that it takes of the new add up to one.
//:
//: This chapter follows Part E of *RNN with Keras: Understanding computations*. Two things about it are often told
//: wrongly, and both are settled here with numbers: **where the reset gate acts** (Keras changed its mind), and **what
//: $z$ means** (well-known texts say opposite things).

//: ## The network

page.picture(
  .unrolledNetwork(
    title: "The network over three steps", steps: 3, inputShape: "[\(D)]",
    layers: [UnrolledLayer("h", name: "GRU, \(H) units", shape: "[\(H)]", hue: .sky)],
    dense: UnrolledDense("y", name: "Dense", shape: "[\(M)]")))

//: The sizes are those of the text. They are all different, so that no two matrices can be mistaken for each other:

page.table(
  columns: ["vector", "what it is", "length"],
  rows: [
    ["$x_t$", "input of step t", "\(D)"], ["$h_t$", "hidden state: memory and output in one", "\(H)"],
    ["$y_t$", "output of step t", "\(M)"],
  ])

//: ## Fewer weights than an LSTM
//:
//: The text says it in one line: a GRU has three sets of weights, an LSTM four. Each set has a matrix for $x_t$, a
//: matrix for $h_{t-1}$ and a bias. Keras keeps the sets side by side in $W_x$, $W_h$ and $b$; the dense layer on top has $W_y$
//: and $b_y$.

var article = (before: ArticleModel.gru, after: ArticleModel.gruResetAfter)
(article.before.inputSize, article.before.units, article.before.outputSize) = (D, [H], M)
(article.after.inputSize, article.after.units, article.after.outputSize) = (D, [H], M)
let fresh = (
  before: article.before.initialized(seed: UInt64(page[seed]), Double.self).parameters,
  after: article.after.layers(Double.self).parameters
)

page.table(
  "Weights and their shapes", columns: ["weight", "layer and name", "shape", "numbers"],
  rows: zip(["$W_x$", "$W_h$", "$b$", "$W_y$", "$b_y$"], fresh.before.named).map {
    [$0, $1.name, $1.tensor.shapeText, "\($1.tensor.count)"]
  } + [["all", "", "", "\(fresh.before.parameterCount)"]])

page.documented(
  "D27", title: "shapes of the weights, one after the other", computed: fresh.before.named.flatMap(\.tensor.shape))
page.documented(
  "D47", title: "sets of weights: GRU, LSTM",
  computed: [
    fresh.before["0/kernel"].columns / H, LSTMCell<Double>(inputSize: D, units: H).parameters["kernel"].columns / H,
  ])

//: The current Keras has a second bias in its GRU, for a reason that comes below. Counted from the shapes, and in the
//: models:

let dense = H * M + M
page.compare(
  "numbers to train: one bias, two biases",
  ("from the shapes", [D * 3 * H + H * 3 * H + 3 * H + dense, D * 3 * H + H * 3 * H + 2 * 3 * H + dense]),
  ("in the models", [fresh.before.parameterCount, fresh.after.parameterCount]), tolerance: exactly,
  axes: [Axis("model", ["one bias", "two biases"])])
page.picture(
  .barChart(
    title: "Numbers to train in the recurrent layer alone",
    bars: [("simple RNN", 1), ("GRU", 3), ("LSTM", 4)].map { .init($0, Double($1 * (D * H + H * H + H))) }))

//: ## Training
//:
//: The data are those of the LSTM chapter: 256 equal samples; $1, 0, 0, 0, 0, 0$ in every feature is to give
//: $0.7, 0.6, 0.5, 0.3, 0.8, 0.2$ in every output; mean squared error, RMSprop, batches of 32, five epochs. The
//: companion program adds one peculiarity: `recurrent_initializer = Constant(0)`. All recurrent weights **start at
//: zero**, so at first no step hears anything of the step before.
//:
//: Two models are trained, one of each variant. What may be expected of them is known: the range of real Keras over 20
//: seeds.

let seedNumber = UInt64(page[seed])
let run = page.trained(article.before, seed: seedNumber, epochs: page[epochs])
let runAfter = page.trained(article.after, seed: seedNumber, epochs: page[epochs])

page.documented("D26", title: "epochs of training", computed: article.before.epochs)

//: The reset gate before the product, as in the text:

page.training(run.history, of: article.before)

//: The reset gate after the product, as in today's Keras:

page.training(runAfter.history, of: article.after)

//: What five epochs made of the zeros, with the size of the other weights beside it:

page.table(
  columns: ["weight", "largest before", "largest after"],
  rows: [("$W_x$", "0/kernel"), ("$W_h$", "0/recurrent_kernel"), ("$b$", "0/bias")].map { symbol, name in
    [symbol, page.text(largest(fresh.before[name])), page.text(largest(run.model.parameters[name]))]
  })

func largest(_ tensor: Tensor<Double>) -> Double { tensor.scalars.map(abs).max() ?? 0 }

//: After 40 steps of RMSprop the largest recurrent weight is still a small part of the others: the network has hardly
//: begun to listen to its past. Neither text nor companion printed the trained weights, so their own run cannot come
//: back; from here on the weights are ours, rounded to the type that the layer computes in (`--scalar`).

var (before, after) = (run.model.parameters, runAfter.model.parameters)
before.round(to: page[scalar])
after.round(to: page[scalar])

//: ## Three blocks in one matrix
//:
//: The three networks are the **update gate** $z$, the **reset gate** $r$ and the **candidate** $\tilde{h}$. Keras
//: keeps their matrices side by side, in this order. The text writes $W_{ox}, W_{oh}, b_o$ for the candidate's; there
//: is no output gate here.

page.picture(
  .heatMap(
    title: "The kernel: z, r and the candidate side by side", values: before["0/kernel"].rowsOfDoubles,
    rowTitle: "input",
    blocks: [("z", Hue.orange), ("r", .blue), (#"\tilde{h}"#, .green)].map { HeatMapBlock($0.0, count: H, hue: $0.1) },
    scale: .signed))

let W_x = symbol("W_x", .weight, before["0/kernel"])
let W_h = symbol("W_h", .weight, before["0/recurrent_kernel"])
let b = symbol("b", .weight, before["0/bias"])
let (W_zx, W_rx, W_ox) = three(W_x) { "W_{\($0)x}" }
let (W_zh, W_rh, W_oh) = three(W_h) { "W_{\($0)h}" }
let (b_z, b_r, b_o) = three(b) { "b_\($0)" }

func three(_ whole: Formula, name: (String) -> String) -> (z: Formula, r: Formula, o: Formula) {
  let parts = zip(["z", "r", "o"], whole.split(into: 3)).map { define(name($0), $1, .weight) }
  return (parts[0], parts[1], parts[2])
}

let cut = page.evaluation(of: [W_zx, W_zh, b_z])
page.table(
  columns: ["matrix", "shape", "made of"],
  rows: [
    ["$W_{zx}, W_{rx}, W_{ox}$", page.value(W_zx, in: cut).shapeText, "what multiplies $x_t$"],
    ["$W_{zh}, W_{rh}, W_{oh}$", page.value(W_zh, in: cut).shapeText, "what multiplies $h_{t-1}$"],
    ["$b_z, b_r, b_o$", page.value(b_z, in: cut).shapeText, "biases"],
    ["$W_x$", before["0/kernel"].shapeText, "the first three, side by side"],
    ["$W_h$", before["0/recurrent_kernel"].shapeText, "the next three, side by side"],
    ["$b$", before["0/bias"].shapeText, "the three biases, one after the other"],
  ])
for (name, shape) in [
  ("W_zx", page.value(W_zx, in: cut).shape), ("W_zh", page.value(W_zh, in: cut).shape),
  ("b_z", page.value(b_z, in: cut).shape), ("W_x", before["0/kernel"].shape),
  ("W_h", before["0/recurrent_kernel"].shape), ("b_h", before["0/bias"].shape),
] {
  page.documented("D48", name, title: "shape of \(name)", computed: shape)
}

//: Two slips of the text stand around this list. It says “in Keras' implementation of the LSTM”, where the GRU is
//: meant; and it refers to “the user manual” for details, which is a mistranslation of *companion code*.

//: ## The equations
//:
//: One line a network. $\sigma$ gives shares between 0 and 1, tanh gives values between −1 and 1. Vectors stand as
//: rows, as Keras stores them; ⊙ multiplies element by element.

let x = symbol("x_t", .input)
let h₋ = symbol("h_{t-1}", .state)

let z = define("z_t", sigmoid(x • W_zx + h₋ • W_zh + b_z), .gate)
let r = define("r_t", sigmoid(x • W_rx + h₋ • W_rh + b_r), .gate)
let h̃ = define(#"\tilde{h}_t"#, tanh(x • W_ox + (r ⊙ h₋) • W_oh + b_o), .gate)
let h = define("h_t", z ⊙ h₋ + (1 - z) ⊙ h̃, .state)
for equation in [z, r, h̃, h] { page.formula(equation) }

//: The last line is a weighted mean of old and new, unit by unit. Where $z$ is 1 the old value stays, where $z$ is 0
//: the candidate replaces it, in between they are mixed. The third line asks the reset gate first: where $r$ is 0 the
//: candidate is made as if there had been no past.
//:
//: > The text prints $W_{oh} r_t h_{t-1}$ in the third line, without any sign. Read from the left that is a product of a matrix
//: > and $r_t$, which does not fit. Meant is $W_{oh} (r_t \odot h_{t-1})$: first element by element, then the matrix.
//:
//: On top stands the dense layer, the same at every step:

let W_y = symbol("W_y", .weight, before["1/kernel"])
let b_y = symbol("b_y", .weight, before["1/bias"])
let y = define("y_t", sigmoid(h • W_y + b_y), .output)
page.formula(y)

//: ## Step 1
//:
//: The companion program puts in two steps, with $h_0 = 0$. It printed no results for them. Here they are.

let probe: [[Double]] = [[1, 1, 1, 1, 2, 3, 4], [1, 2, 3, 4, 3, 2, 1]].map { row in (0..<D).map { row[$0 % 7] } }
let network = Recurrence(input: x, states: [(h₋, h)], outputs: [y])
let steps = network.unrolled(over: probe.map { MathValue($0) }, from: [.zeros(H)], firstStep: 1)
let hand = page.evaluation(of: steps.flatMap { [$0[y], $0[h]] })

page.show("x_1", probe[0])
page.show("x_2", probe[1])
page.documented("D29", title: "probe input x₁, x₂", computed: [probe])

//: Below each formula stand its numbers; of a large matrix only the corners, with its shape small beside the bracket:

page.worked(steps[0][z], in: hand)
page.picture(.cell(.gru(resetAfter: false), title: "Step 1, unit 1: the update gate", stage: .update, values: wires(0)))
page.worked(steps[0][r], in: hand)
page.picture(.cell(.gru(resetAfter: false), title: "Step 1, unit 1: the reset gate", stage: .reset, values: wires(0)))

//: There is no past yet, so $r_1 \odot h_0$ is zero whatever $r_1$ is: the candidate comes from $x_1$ alone, and $h_1$
//: is the share of it that $z_1$ does not hold back.

page.worked(steps[0][h̃], in: hand)
page.picture(
  .cell(.gru(resetAfter: false), title: "Step 1, unit 1: the candidate", stage: .candidate, values: wires(0)))
page.worked(steps[0][h], in: hand)
page.picture(.cell(.gru(resetAfter: false), title: "Step 1, unit 1: the new state", stage: .output, values: wires(0)))

func wires(_ step: Int) -> [CellWire: WireValue] {
  func first(_ formula: Formula) -> WireValue { WireValue(page.value(steps[step][formula], in: hand).scalars[0]) }
  return [
    .previousHidden: first(h₋), .updateGate: first(z), .resetGate: first(r), .candidate: first(h̃), .hidden: first(h),
  ]
}

//: ## Step 2
//:
//: Now there is a past, and both gates have something to decide:

page.worked(steps[1][z], in: hand)
page.worked(steps[1][r], in: hand)
page.worked(steps[1][h̃], in: hand)
page.worked(steps[1][h], in: hand)
page.picture(.cell(.gru(resetAfter: false), title: "Step 2, unit 1", values: wires(1)))

//: The outputs of the network, computed by hand:

page.show("y_1", page.value(steps[0][y], in: hand), decimals: 8)
page.show("y_2", page.value(steps[1][y], in: hand), decimals: 8)

//: ## One product, and why it is not quite one
//:
//: A program takes the whole matrices and cuts the result. For $x_t$ that works: one product of length 39. For
//: $h_{t-1}$ it works for $z$ and $r$ only. The candidate must wait, since its product needs $r_t \odot h_{t-1}$, and
//: $r_t$ comes out of the first product. So each step has **two** recurrent products, one after the other. The
//: companion does exactly this.

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

//: ## The reset gate after the product
//:
//: A graphics processor likes one large product better than two that wait for each other. So NVIDIA's library for them,
//: and with it PyTorch and today's Keras (`reset_after=True`, the default since TensorFlow 2), moved the reset gate
//: **behind** the product. Now $h_{t-1} W_h$ is one product of length 39, and $r$ is put in afterwards. The bias inside
//: the bracket is a second one, $b'$; and since $r$ multiplies it, the two cannot be added into one. That is why
//: `GRU(13)` of today has a bias of shape (2, 39), and not the 39 of the text.

//:
//: So that the past counts, the second model now gets other recurrent weights than its training left it with: an
//: orthogonal matrix, with which Keras begins when nobody says `Constant(0)`.

var generator = RandomGenerator(seed: seedNumber)
after.update { name, tensor in
  if name == "0/recurrent_kernel" { tensor = Initializer.orthogonal(tensor.shape, using: &generator) }
}
after.round(to: page[scalar])

let V_x = symbol("W_x", .weight, after["0/kernel"])
let V_h = symbol("W_h", .weight, after["0/recurrent_kernel"])
let (V_zx, V_rx, V_ox) = three(V_x) { "W_{\($0)x}" }
let (V_zh, V_rh, V_oh) = three(V_h) { "W_{\($0)h}" }
let d = symbol("b", .weight, after["0/bias"])
let dʹ = symbol("b'", .weight, after["0/recurrent_bias"])
let (d_z, d_r, d_o) = three(d) { "b_\($0)" }
let (dʹ_z, dʹ_r, dʹ_o) = three(dʹ) { "b'_\($0)" }

let zAfter = define("z_t", sigmoid(x • V_zx + d_z + h₋ • V_zh + dʹ_z), .gate)
let rAfter = define("r_t", sigmoid(x • V_rx + d_r + h₋ • V_rh + dʹ_r), .gate)
let h̃After = define(#"\tilde{h}_t"#, tanh(x • V_ox + d_o + rAfter ⊙ (h₋ • V_oh + dʹ_o)), .gate)
let hAfter = define("h_t", zAfter ⊙ h₋ + (1 - zAfter) ⊙ h̃After, .state)
let V_y = symbol("W_y", .weight, after["1/kernel"])
let d_y = symbol("b_y", .weight, after["1/bias"])
let yAfter = define("y_t", sigmoid(hAfter • V_y + d_y), .output)
for equation in [zAfter, rAfter, h̃After, hAfter] { page.formula(equation) }

let networkAfter = Recurrence(input: x, states: [(h₋, hAfter)], outputs: [yAfter])
let stepsAfter = networkAfter.unrolled(over: probe.map { MathValue($0) }, from: [.zeros(H)], firstStep: 1)
let handAfter = page.evaluation(of: stepsAfter.flatMap { [$0[yAfter], $0[hAfter]] })
page.worked(stepsAfter[1][h̃After], in: handAfter)
page.picture(
  .cell(
    .gru(resetAfter: true), title: "Reset after the product: r meets the product, not the state", stage: .candidate,
    values: [.resetGate: WireValue(page.value(stepsAfter[1][rAfter], in: handAfter).scalars[0])]))

//: The two are **different functions**. To see it, give both the same weights, with $b' = 0$. As long as $r$ is the
//: same for all units it can be drawn out of the product, and both agree. With a reset gate that differs from unit to
//: unit they do not:

let h̃Before = define(#"\tilde{h}_t"#, tanh(x • V_ox + d_o + (r ⊙ h₋) • V_oh), .gate)
let h̃Behind = define(#"\tilde{h}_t"#, tanh(x • V_ox + d_o + r ⊙ (h₋ • V_oh)), .gate)
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

//: So weights trained with one variant give other numbers in the other one, without any error message. The equations of
//: the text are `GRU(13, reset_after=False)`.

//: ## The two meanings of z
//:
//: The text's equation lets $z$ keep the old state. So do Cho's paper, Keras, PyTorch and ONNX. Christopher Olah's
//: article, and a comment in the companion program, say the opposite: $z$ takes the new one.

let hOlah = define("h_t", (1 - z) ⊙ h₋ + z ⊙ h̃, .state)
page.formula(h)
page.formula(hOlah)
page.picture(
  .cell(
    .gru(resetAfter: false, keepsByUpdate: true), title: "z keeps the old: Cho, Keras, PyTorch, ONNX", stage: .output))
page.picture(
  .cell(
    .gru(resetAfter: false, keepsByUpdate: false), title: "z takes the new: Olah, the companion's comment",
    stage: .output))

//: The companion contradicts itself: the comment has Olah's line, the code below it computes $z h + (1 - z) \tilde{h}$.
//: Even the text does, in one sentence: it calls $z$ a kind of forget gate and then says that the new information is
//: weighted by $z_t$, where its own equation has $1 - z_t$. The layer will decide. With the same weights the two
//: readings of step 2 are:

let readings = (code: page.value(steps[1][h], in: hand), comment: page.value(hOlah, step2))
page.table(
  columns: ["unit", "code: z keeps", "comment: z takes"],
  rows: (0..<min(4, H)).map {
    [
      "\($0 + 1)", page.text(readings.code.scalars[$0], decimals: 6),
      page.text(readings.comment.scalars[$0], decimals: 6),
    ]
  })

//: Neither is wrong as a design. Since $1 - \sigma(a) = \sigma(-a)$, a GRU of one kind becomes one of the other kind
//: when the weights and the bias of $z$ change their sign:

let zNegated = define("z_t", sigmoid(x • (-W_zx) + h₋ • (-W_zh) + (-b_z)), .gate)
let hNegated = define("h_t", (1 - zNegated) ⊙ h₋ + zNegated ⊙ h̃, .state)
page.formula(zNegated)
page.compare(
  "step 2: z keeps, and z takes with the signs changed", ("z keeps", readings.code),
  ("z takes", page.value(hNegated, step2)), tolerance: 1e-14, axes: ["unit"],
  because: "σ(−a) and 1 − σ(a) are rounded differently")

//: One more slip of the companion's comments: they write $\sigma(W_z [h, x]) + b_z$, with the bias outside. The code
//: has it inside, as every equation here. Outside, the “gate” could leave the range from 0 to 1; the difference in step
//: 2 is up to

let outside = sigmoid(x • W_zx + h₋ • W_zh) + b_z
let outsideGap = page.value(steps[1][z], in: hand).largestDifference(
  from: page.value(outside, step2))
page.show("", outsideGap, decimals: 6)

//: ## The layer
//:
//: Now the other side: the library's layer with the same weights, once in each variant. It runs its own code and shares
//: nothing with the formulas.

struct LayerNumbers {
  var gates, h, y, throughStep2: Tensor<Double>
  var gradients: [Tensor<Double>]
}

let target = [0.7, 0.6]

func runLayer<Scalar: RealScalar>(_ weights: NamedTensors<Double>, resetAfter: Bool, as _: Scalar.Type) throws
  -> LayerNumbers
{
  let own = RecurrentWeights<Scalar>(
    kernel: weights["0/kernel"].converted(), recurrentKernel: weights["0/recurrent_kernel"].converted(),
    bias: weights["0/bias"].converted(), recurrentBias: resetAfter ? weights["0/recurrent_bias"].converted() : nil)
  let gru = GRU(try GRUCell(parameters: own, options: GRUOptions(resetAfter: resetAfter)), returnSequences: true)
  let dense = TimeDistributed(
    try Dense<Scalar>(
      kernel: weights["1/kernel"].converted(), bias: weights["1/bias"].converted(), activation: .sigmoid))

  let x = Tensor<Scalar>(shape: [1, 2, D], scalars: probe.joined().map { Scalar($0) })
  let run = try gru.run(x)
  let out = try dense.forward(run.outputs)

  let wanted = Tensor<Scalar>(shape: [1, 2, M], scalars: target.flatMap { [Scalar](repeating: Scalar($0), count: M) })
  let loss = try meanSquaredError(out.output, wanted)
  let fromDense = try dense.backward(loss.gradient, cache: out.cache)
  let gradient = try gru.backward(outputs: fromDense.input, run: run).parameters

  // Step 2 alone: what reaches h₁ through it.
  let second = gru.cell.forward(x.step(1), run.states[0])
  var unused = gru.cell.parameters.zeros
  let back = gru.cell.backward(
    output: fromDense.input.step(1), state: gru.cell.zeroState(batchSize: 1), cache: second.cache, accumulating: &unused
  )

  let gates = gru.gates(of: run).map { Tensor.stacked($0.map { $0.values.reshaped([H]) }) }
  return LayerNumbers(
    gates: Tensor.stacked(gates).converted(), h: run.outputs.reshaped([2, H]).converted(),
    y: out.output.reshaped([2, M]).converted(), throughStep2: back.state.h.reshaped([H]).converted(),
    gradients: (gradient.named + fromDense.parameters.named).map { $0.tensor.converted() })
}

func layerNumbers(_ weights: NamedTensors<Double>, resetAfter: Bool, line: Int = #line) -> LayerNumbers {
  page.compute(in: page[scalar], line: line) { try runLayer(weights, resetAfter: resetAfter, as: $0) }
}

let layer = layerNumbers(before, resetAfter: false)
let layerAfter = layerNumbers(after, resetAfter: true)
let tolerance = page[scalar].tolerance

compareSteps("reset before", steps, hand, gates: [z, r, h̃], h, y, layer)
compareSteps("reset after", stepsAfter, handAfter, gates: [zAfter, rAfter, h̃After], hAfter, yAfter, layerAfter)

func compareSteps(
  _ variant: String, _ steps: [Recurrence.Step], _ hand: Evaluation, gates: [Formula], _ h: Formula, _ y: Formula,
  _ layer: LayerNumbers, line: Int = #line
) {
  page.compare(
    "\(variant): gates, both steps",
    hand: Tensor.stacked(
      steps.map { step in Tensor.stacked(gates.map { page.value(step[$0], in: hand, line: line) }) }),
    layer: layer.gates, tolerance: tolerance, axes: ["step", Axis("gate", ["z", "r", "h̃"]), "unit"], line: line)
  page.compare(
    "\(variant): state h", hand: page.values(h, at: steps, in: hand, line: line), layer: layer.h, tolerance: tolerance,
    axes: ["step", "unit"], line: line)
  page.compare(
    "\(variant): output y", hand: page.values(y, at: steps, in: hand, line: line), layer: layer.y, tolerance: tolerance,
    axes: ["step", "output"], line: line)
}

//: The layer agrees with “$z$ keeps the old” and with both places of the reset gate.

//: ## One backward step through time
//:
//: Take the loss of the two steps against the targets 0.7 and 0.6:

let wanted = target.enumerated().map { step, value in
  symbol(#"\hat{y}_\#(step + 1)"#, .other, MathValue([Double](repeating: value, count: M)))
}
let losses = zip(steps, wanted).map { meanSquaredError($0[y], $1) }
let loss = define("L", (losses[0] + losses[1]) * 0.5, .loss)
page.formula(loss)

let backward = page.evaluation(of: [loss])
let gradients = page.gradients(of: loss, in: backward)
page.show("L", page.value(loss, in: backward), decimals: 8)

//: Write $\delta$ for the slope of the loss along $h_2$. How does it get from $h_2$ back to $h_1$? There are four
//: roads: straight along the memory, through the update gate, through the reset gate, and through the candidate. Each
//: factor is the derivative of one piece of the equations: $\sigma' = \sigma (1 - \sigma)$ and $\tanh' = 1 - \tanh^2$.

let (h₁, z₂, r₂, h̃₂) = (steps[0][h], steps[1][z], steps[1][r], steps[1][h̃])
let δ = symbol(#"\delta"#, .loss, MathValue(page.gradient(steps[1][h], gradients)))
let δz = define(#"\delta_z"#, δ ⊙ (h₁ - h̃₂) ⊙ z₂ ⊙ (1 - z₂), .loss)
let δh̃ = define(#"\delta_o"#, δ ⊙ (1 - z₂) ⊙ (1 - squared(h̃₂)), .loss)
let δrh = define(#"\delta_{rh}"#, δh̃ • transpose(W_oh), .loss)
let δr = define(#"\delta_r"#, δrh ⊙ h₁ ⊙ r₂ ⊙ (1 - r₂), .loss)
let δh₁ = define(#"\delta_{h}"#, δ ⊙ z₂ + δz • transpose(W_zh) + δr • transpose(W_rh) + δrh ⊙ r₂, .loss)
for equation in [δz, δh̃, δrh, δr, δh₁] { page.formula(equation) }

let roads = page.evaluation(of: [δh₁])
page.worked(δh₁, in: roads)
page.compare(
  "what reaches h₁ through step 2", hand: page.value(δh₁, in: roads), layer: layer.throughStep2, tolerance: tolerance,
  axes: ["unit"])

//: The first road has no matrix and no activation in it, only $z_2$. Where the gate keeps, the slope is kept as well.
//: That is the GRU's counterpart of the LSTM's memory.
//:
//: The output $y_1$ hangs on $h_1$ too. Its share is added, and the sum is the whole slope of the loss along $h_1$, as
//: the formulas' own derivative gives it:

let ownShare = define("L_1", losses[0] * 0.5, .loss)
let direct = page.gradients(of: ownShare)
page.compare(
  "∂L/∂h₁: the four roads and y₁ added up, and the formulas' derivative",
  ("added up", page.value(δh₁, in: roads) + page.gradient(steps[0][h], direct)),
  ("derivative", page.gradient(steps[0][h], gradients)), tolerance: 1e-15, axes: ["unit"],
  because: "the same products, summed in another order; the slopes themselves are below 0.1")

//: Every weight is used at both steps, so its gradient is a sum over both. Three ways lead to it: the formulas,
//: differentiated backwards; the layer's own `backward`; and central differences, which move each weight by 0.00001 up
//: and down and look at the loss.

compareGradients("reset before", [W_x, W_h, b, W_y, b_y], gradients, layer)

let lossesAfter = zip(stepsAfter, wanted).map { meanSquaredError($0[yAfter], $1) }
let lossAfter = define("L", (lossesAfter[0] + lossesAfter[1]) * 0.5, .loss)
let gradientsAfter = page.gradients(of: lossAfter)
compareGradients("reset after", [V_x, V_h, d, dʹ, V_y, d_y], gradientsAfter, layerAfter)

func compareGradients(
  _ variant: String, _ weights: [Formula], _ gradients: Gradients, _ layer: LayerNumbers, line: Int = #line
) {
  for (weight, own) in zip(weights, layer.gradients) {
    page.compare(
      "\(variant): gradient of \(weight.name ?? "")", hand: page.gradient(weight, gradients, line: line), layer: own,
      tolerance: tolerance, axes: own.rank == 1 ? ["column"] : ["row", "column"], line: line)
  }
}

page.compare(
  "reset before: gradient of b, and central differences", ("by hand", page.gradient(b, gradients)),
  ("central differences", page.centralDifferences(of: loss, b)), tolerance: 1e-9, axes: ["column"],
  because: "a central difference is right to about 1e-11 here")
page.compare(
  "reset before: gradient of the candidate's W_oh, and central differences",
  ("by hand", page.gradient(W_oh, gradients)),
  ("central differences", page.centralDifferences(of: loss, W_oh)), tolerance: 1e-9,
  axes: ["row", "column"],
  because: "a central difference is right to about 1e-11 here")
page.compare(
  "reset after: gradient of the second bias, and central differences", ("by hand", page.gradient(dʹ, gradientsAfter)),
  ("central differences", page.centralDifferences(of: lossAfter, dʹ)), tolerance: 1e-9, axes: ["column"],
  because: "a central difference is right to about 1e-11 here")

//: ## Five frameworks, two orders
//:
//: The order of the blocks is a convention. Keras and ONNX store z, r, candidate; PyTorch, MXNet and TensorFlow 1 put r
//: first. The library knows each layout as data. Here are both trained models in each layout that can hold them:

let stored = (
  before: CellWeights(.gru, recurrentWeights(before), resetAfter: false),
  after: CellWeights(.gru, recurrentWeights(after))
)

func recurrentWeights(_ weights: NamedTensors<Double>) -> RecurrentWeights<Double> {
  RecurrentWeights(
    kernel: weights["0/kernel"], recurrentKernel: weights["0/recurrent_kernel"], bias: weights["0/bias"],
    recurrentBias: weights.named.first { $0.name == "0/recurrent_bias" }?.tensor)
}

func layout(_ framework: Framework, _ weights: CellWeights<Double>) throws -> WeightLayout {
  try WeightLayout(framework, .gru, WeightFeatures(resetAfter: weights.resetAfter))
}

var rows: [[String]] = []
for (name, framework, weights) in [
  ("Keras, reset_after=False", .keras, stored.before), ("ONNX, linear_before_reset=0", .onnx, stored.before),
  ("TensorFlow 1", .tensorflow1, stored.before), ("Keras, reset_after=True", .keras, stored.after),
  ("ONNX, linear_before_reset=1", .onnx, stored.after), ("PyTorch", .pytorch, stored.after),
  ("MXNet", .mxnet, stored.after),
] as [(String, Framework, CellWeights<Double>)] {
  let own = page.must(try layout(framework, weights))
  let tensors = page.must(try own.encode(weights.fitted(to: own)))
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
  let states = page.must(try frameworks.map { try carried(through: $0, weights) })
  page.compare(
    "\(variant): h through every layout", ("by hand", Tensor.stacked(frameworks.map { _ in expected })),
    ("layouts", Tensor.stacked(states)), tolerance: 1e-13,
    axes: [Axis("layout", frameworks.map(\.rawValue)), "step", "unit"])
}

/// h of both steps, with weights that went into a framework's tensors and back.
func carried(through framework: Framework, _ weights: CellWeights<Double>) throws -> Tensor<Double> {
  let own = try layout(framework, weights)
  let tensors = try own.encode(weights.fitted(to: own))
  let back = try own.decode { name in tensors.first { $0.name == name }?.tensor }
  return try states(back)
}

func states(_ weights: CellWeights<Double>) throws -> Tensor<Double> {
  let gru = GRU(
    try GRUCell(parameters: weights.recurrentWeights, options: GRUOptions(resetAfter: weights.resetAfter)),
    returnSequences: true)
  return try gru.run(Tensor(probe).reshaped([1, 2, D])).outputs.reshaped([2, H])
}

//: PyTorch's tensors, taken for Keras', load without complaint, since r and z have the same shape. The result is wrong:

let exchanged = page.must(try states(exchangingGates(stored.after)))
page.table(
  "h₂ when z and r are exchanged", columns: ["unit", "right", "exchanged"],
  rows: (0..<min(4, H)).map { unit in
    [
      "\(unit + 1)", page.text(page.value(stepsAfter[1][hAfter], in: handAfter).scalars[unit], decimals: 6),
      page.text(exchanged[1, unit], decimals: 6),
    ]
  })

func exchangingGates(_ weights: CellWeights<Double>) -> CellWeights<Double> {
  func exchanged(_ tensor: Tensor<Double>) -> Tensor<Double> {
    let blocks = tensor.split(into: 3)
    return .concatenated([blocks[1], blocks[0], blocks[2]])
  }
  var wrong = weights
  wrong.kernel = exchanged(weights.kernel)
  wrong.recurrentKernel = exchanged(weights.recurrentKernel)
  wrong.bias = weights.bias.map(exchanged)
  wrong.recurrentBias = weights.recurrentBias.map(exchanged)
  return wrong
}

//: And what cannot be carried over is refused with a reason. A trained model of today's Keras in TensorFlow 1's layout:

do {
  let target = try WeightLayout(.tensorflow1, .gru, WeightFeatures(resetAfter: false))
  _ = try stored.after.fitted(to: target)
} catch {
  page.result("\(error)")
}

//: ## Longer sequences, and the state before the first step
//:
//: No weight knows how long a sequence is. Here are nine steps of random input, by hand and by the layer, and the
//: update gate over them. Dark: the old state is overwritten; bright: it is kept.

let nine = Tensor<Double>.uniform([9, D], -3, 3, using: &generator).map(page[scalar].rounded)
let nineSteps = network.unrolled(over: (0..<9).map { MathValue(nine.slice($0)) }, from: [.zeros(H)], firstStep: 1)
let nineHand = page.evaluation(of: nineSteps.map { $0[h] })
page.picture(
  .heatMap(
    title: "The update gate over nine steps",
    values: page.values(z, at: nineSteps, in: nineHand).transposed.rowsOfDoubles,
    rowTitle: "unit", columnTitle: "step", scale: .unit))

struct LongRuns { var nine, four, fromZeros: Tensor<Double> }

func runLonger<Scalar: RealScalar>(_: Scalar.Type) throws -> LongRuns {
  let own = RecurrentWeights<Scalar>(
    kernel: before["0/kernel"].converted(), recurrentKernel: before["0/recurrent_kernel"].converted(),
    bias: before["0/bias"].converted())
  let gru = GRU(try GRUCell(parameters: own, options: GRUOptions(resetAfter: false)), returnSequences: true)
  let x: Tensor<Scalar> = nine.reshaped([1, 9, D]).converted()
  let zeros = HiddenState(h: Tensor<Scalar>.zeros([1, H]))
  return LongRuns(
    nine: try gru.run(x).outputs.reshaped([9, H]).converted(),
    four: try gru.run(x.steps(0..<4)).outputs.reshaped([4, H]).converted(),
    fromZeros: try gru.run(x, initialState: zeros).outputs.reshaped([9, H]).converted())
}

let long = page.compute(in: page[scalar]) { try runLonger($0) }
page.compare(
  "state h over nine steps", hand: page.values(h, at: nineSteps, in: nineHand), layer: long.nine, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "the first 4 of 9 states", ("4 steps", long.four), ("9 steps", long.nine.slices(0..<4)), tolerance: exactly,
  axes: ["step", "unit"], because: "later steps cannot reach back")
page.compare(
  "no initial state, and a state of zeros", ("zeros given", long.fromZeros), ("none given", long.nine),
  tolerance: exactly,
  axes: ["step", "unit"], because: "$h_{-1} = 0$ is what a missing state means")

//: ## What to remember
//:
//: - One state, three blocks of weights: $z$ mixes old and new, $r$ decides how much of the old the candidate sees.
//: - Before or after the product: two different functions under one name. The text has the first, today's Keras the second, with two biases.
//: - Does $z$ keep or take? Ask before you compare. A change of sign in $z$'s weights turns one into the other.
//:
//: Change a number: `swift run chapter-gru --units 4 --inputs 3`, or `--seed 2`, or `--scalar float`.

//: ## The sources, number by number
//:
//: Every number that the documents of this course printed has a name, from D01 to D67, and every slip has one, from I01 to I41.
//: These are the ones of this chapter.

page.sources([
  "D28": .shown(by: "reset before: gates, both steps", "reset before: state h"),
  "D29": .text("the program printed no result for them; the steps above compute it"),
])

page.finish()
