import ChapterSupport

let units = Option.integer("units", default: 13, in: 1...64, "units of the LSTM: the length of h and c")
let inputs = Option.integer("inputs", default: 7, in: 1...64, "features of each step of the input")
let outputs = Option.integer("outputs", default: 5, in: 1...64, "numbers that the network gives at each step")
let epochs = Option.integer("epochs", default: 5, in: 0...200, "rounds of training")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of the weights before training")
let scalar = ScalarChoice.option()

let page = Notebook(
  "The LSTM", number: 4,
  summary: "Four gates and a memory: every number of a long short-term memory network, by hand and by the layer.",
  parameters: [units, inputs, outputs, epochs, seed, scalar],
  symbols: ["i": .blue, "f": .orange, #"\tilde{c}"#: .green, "o": .purple, "c": .yellow, "h": .sky])

let (D, H, M) = (page[inputs], page[units], page[outputs])

//: A simple recurrent network writes over its whole memory at every step. After some dozen steps little is left of what it
//: read first. The *long short-term memory* network, LSTM for short, keeps a second vector, the **cell state** $c$, and
//: learns what to erase from it, what to add to it and what to show of it.
//:
//: This chapter follows Part D of *RNN with Keras: Understanding computations*. It builds the network of that text,
//: trains it, and then computes two steps of it twice: **by hand**, from the formulas that you see, and by **the layer**
//: of this project's library. The two share no code. Each comparison says how far they are apart.

//: ## The network
//:
//: At each step $t$ the network reads a vector $x_t$, updates its two vectors $h_t$ and $c_t$, and gives a vector $y_t$.
//: The same weights serve every step. Before the first step both vectors are zero. A *unit* is one place in $h_t$ and $c_t$.

page.picture(
  .unrolledNetwork(
    title: "The network over its steps", steps: 6, inputShape: "[\(D)]",
    layers: [UnrolledLayer("h", name: "LSTM", shape: "[\(H)]", hue: .sky)], dense: UnrolledDense("y", shape: "[\(M)]")))

//: The sizes are all different, so that no two matrices can be mistaken for each other:

page.table(
  columns: ["vector", "what it is", "length"],
  rows: [
    ["$x_t$", "input of step t", "\(D)"], ["$h_t$", "hidden state, shown to the next layer", "\(H)"],
    ["$c_t$", "cell state, kept inside", "\(H)"], ["$y_t$", "output of step t", "\(M)"],
  ])

//: ## The weights before training
//:
//: Keras keeps an LSTM's weights in three tensors. $W_x$ meets the input, $W_h$ meets the hidden state of the step
//: before, and $b$ is added. Behind the LSTM stands a dense layer with $W_y$ and $b_y$, the same at every step.

var model = Stack<Double>([
  LSTM(LSTMCell(inputSize: D, units: H), returnSequences: true),
  TimeDistributed(Dense(inputSize: H, units: M, activation: .sigmoid)),
])
var generator = RandomGenerator(seed: UInt64(page[seed]))
model.parameters.initialize(using: &generator)

page.table(
  "Weights and their shapes", columns: ["weight", "layer and name", "shape", "numbers"],
  rows: zip(["$W_x$", "$W_h$", "$b$", "$W_y$", "$b_y$"], model.parameters.named).map {
    [$0, $1.name, $1.tensor.shapeText, "\($1.tensor.count)"]
  } + [["all", "", "", "\(model.parameters.parameterCount)"]])

page.documented("D23", computed: model.parameters.named.flatMap(\.tensor.shape))

//: ## Training
//:
//: The text trains on 256 samples that are all the same: the sequence $1, 0, 0, 0, 0, 0$ in every feature is to give
//: $0.7, 0.6, 0.5, 0.3, 0.8, 0.2$ in every output. The loss is the mean of the squared errors, the optimiser RMSprop with
//: a batch of 32, for five epochs. The text printed neither weights nor losses, and it set no seed for them, so its own run
//: cannot come back. What can be checked is the kind of run: its losses must lie in the range that real Keras gives over 20 seeds.

var article = ArticleModel.lstm
(article.inputSize, article.units, article.outputSize) = (D, [H], M)
let (x_train, y_train) = article.trainingSet(Double.self)
let history = page.must(
  try model.fit(x_train, y_train, loss: meanSquaredError, optimizer: RMSprop(), epochs: page[epochs], batchSize: 32))
page.documented(
  "D22", title: "samples, inputs, outputs, units, steps, epochs, batch, and the shapes of x and y",
  computed: [256, D, M, H, 6, page[epochs], ArticleModel.batchSize] + x_train.shape + y_train.shape)
page.training(history, of: article)

//: From here on the trained weights stay as they are. The layer may compute in `Float` or in `Double` (`--scalar`); both
//: sides begin with the same numbers, rounded to that type.

model.parameters.round(to: page[scalar])
let weights = model.parameters
let (kernel, recurrentKernel, bias) = (weights["0/kernel"], weights["0/recurrent_kernel"], weights["0/bias"])
let (outputKernel, outputBias) = (weights["1/kernel"], weights["1/bias"])

//: ## Four gates in one matrix
//:
//: An LSTM has four small networks inside: the **input gate** $i$, the **forget gate** $f$, the **candidate** $\tilde{c}$ and the
//: **output gate** $o$. Each has its own matrix for the input, its own matrix for the hidden state and its own bias. Keras stores
//: the four side by side. So $W_x$ has four times as many columns as there are units, and one product serves all gates.

page.picture(
  .heatMap(
    title: "The kernel: four gates side by side", values: kernel.rowsOfDoubles,
    blocks: [("i", Hue.blue), ("f", .orange), (#"\tilde{c}"#, .green), ("o", .purple)].map {
      HeatMapBlock($0, count: H, hue: $1)
    }, scale: .signed))

//: The order of the blocks is a convention, and frameworks differ: Keras and PyTorch have i, f, c̃, o, TensorFlow 1 has i, c̃, f, o,
//: ONNX has i, o, f, c̃. Whoever reads one order as another gets numbers that look reasonable and are wrong.

let W_x = symbol("W_x", .weight, kernel)
let W_h = symbol("W_h", .weight, recurrentKernel)
let b = symbol("b", .weight, bias)

let gateNames = ["i", "f", "c", "o"]
let (W_ix, W_fx, W_cx, W_ox) = four("x", W_x)
let (W_ih, W_fh, W_ch, W_oh) = four("h", W_h)
let biases = zip(gateNames, b.split(into: 4)).map { define("b_\($0)", $1, .weight) }
let (b_i, b_f, b_c, b_o) = (biases[0], biases[1], biases[2], biases[3])

func four(_ side: String, _ matrix: Formula) -> (Formula, Formula, Formula, Formula) {
  let parts = zip(gateNames, matrix.split(into: 4)).map { define("W_{\($0)\(side)}", $1, .weight) }
  return (parts[0], parts[1], parts[2], parts[3])
}

let cut = page.evaluation(of: [W_ix, W_ih, b_i])
page.table(
  columns: ["matrix", "shape", "made of"],
  rows: [
    ["$W_{ix}, W_{fx}, W_{cx}, W_{ox}$", page.value(W_ix, in: cut).shapeText, "what multiplies $x_t$"],
    ["$W_{ih}, W_{fh}, W_{ch}, W_{oh}$", page.value(W_ih, in: cut).shapeText, "what multiplies $h_{t-1}$"],
    ["$b_i, b_f, b_c, b_o$", page.value(b_i, in: cut).shapeText, "biases"],
    ["$W_x$", kernel.shapeText, "the first four, side by side"],
    ["$W_h$", recurrentKernel.shapeText, "the next four, side by side"],
    ["$b$", bias.shapeText, "the four biases, one after the other"],
  ])
for (name, shape) in [
  ("W_ix", page.value(W_ix, in: cut).shape), ("W_ih", page.value(W_ih, in: cut).shape),
  ("b_i", page.value(b_i, in: cut).shape), ("W_x", kernel.shape), ("W_h", recurrentKernel.shape), ("b_h", bias.shape),
] {
  page.documented("D46", name, title: "shape of \(name)", computed: shape)
}

//: Three slips. The text lists $W_{cx}$ among the 13×13 matrices, where $W_{ch}$ is meant. It names a bias $b_j$, which
//: does not exist: the four are $b_i, b_f, b_c, b_o$. And its companion gives the long vectors two axes, 52 × 1; Keras has one, 52.

//: ## The equations
//:
//: One line a gate. The logistic function $\sigma$ gives numbers between 0 and 1, a share; tanh gives numbers between −1 and 1, a
//: value. Vectors stand as rows here, as Keras stores them, so a vector comes before its matrix: $x_t W_{ix}$. The sign ⊙ multiplies
//: element by element. The text writes these products without a sign; a product of matrices would not even fit.

let x = symbol("x_t", .input)
let h₋ = symbol("h_{t-1}", .state)
let c₋ = symbol("c_{t-1}", .state)

let i = define("i_t", sigmoid(x • W_ix + h₋ • W_ih + b_i), .gate)
let f = define("f_t", sigmoid(x • W_fx + h₋ • W_fh + b_f), .gate)
let c̃ = define(#"\tilde{c}_t"#, tanh(x • W_cx + h₋ • W_ch + b_c), .gate)
let o = define("o_t", sigmoid(x • W_ox + h₋ • W_oh + b_o), .gate)
let c = define("c_t", f ⊙ c₋ + i ⊙ c̃, .state)
let h = define("h_t", o ⊙ tanh(c), .state)
for equation in [i, f, c̃, o, c, h] { page.formula(equation) }

//: Read the last two lines again. The old memory $c_{t-1}$ is multiplied by $f_t$ and nothing else: where $f_t$ is 1 and $i_t$ is 0, it
//: stays as it is, for as many steps as you like. That straight road is the reason for the whole construction. And $h_t$ is
//: what the output gate lets out of it.
//:
//: On top stands the dense layer:

let W_y = symbol("W_y", .weight, outputKernel)
let b_y = symbol("b_y", .weight, outputBias)
let y = define("y_t", sigmoid(h • W_y + b_y), .output)
page.formula(y)

let network = Recurrence(input: x, states: [(h₋, h), (c₋, c)], outputs: [y, i, f, c̃, o])

//: ## Step 1, gate by gate
//:
//: The companion program of the text puts in two steps, $x_1 = (1,1,1,1,2,3,4)$ and $x_2 = (1,2,3,4,3,2,1)$, with
//: $h_0 = c_0 = 0$. It printed no results for them. Here they are.

let probe: [[Double]] = [[1, 1, 1, 1, 2, 3, 4], [1, 2, 3, 4, 3, 2, 1]].map { row in (0..<D).map { row[$0 % 7] } }
let steps = network.unrolled(
  over: probe.map { MathValue($0) }, from: [MathValue.zeros(H), MathValue.zeros(H)], firstStep: 1)
let hand = page.evaluation(of: steps.flatMap { [$0[y], $0[h], $0[c]] })

page.show("x_1", probe[0])
page.show("x_2", probe[1])
page.documented("D25", title: "the two steps", computed: [probe])

//: First the input gate. The middle line has numbers in the place of the symbols; of a large matrix it shows the corners, with the
//: shape below the bracket. The other gates go the same way, with their own weights:

page.worked(steps[0][i], in: hand)
page.worked(steps[0][f], in: hand)
page.worked(steps[0][c̃], in: hand)
page.worked(steps[0][o], in: hand)

//: The state before was zero, so $f_1$ has nothing to keep yet, and the cell state is only what the input gate lets in:

page.worked(steps[0][c], in: hand)
page.worked(steps[0][h], in: hand)

//: Here is the same step as a drawing, for the first unit: the road of $c$ on top, the gates below it.

page.picture(
  .cell(.lstm, title: "Step 1, unit 1, forget gate", stage: .forget, values: wires(of: 0)))
page.picture(
  .cell(.lstm, title: "Step 1, unit 1, input gate and candidate", stage: .input, values: wires(of: 0)))
page.picture(
  .cell(.lstm, title: "Step 1, unit 1, the memory is updated", stage: .update, values: wires(of: 0)))
page.picture(
  .cell(.lstm, title: "Step 1, unit 1, what is shown", stage: .output, values: wires(of: 0)))

func wires(of step: Int) -> [CellWire: WireValue] {
  func first(_ formula: Formula) -> WireValue { WireValue(page.value(steps[step][formula], in: hand).scalars[0]) }
  return [
    .previousCell: first(c₋), .previousHidden: first(h₋), .forgetGate: first(f), .inputGate: first(i),
    .candidate: first(c̃), .outputGate: first(o), .cell: first(c), .hidden: first(h),
  ]
}

//: ## Step 2
//:
//: Now there is a memory. The forget gate decides how much of it stays, unit by unit:

page.worked(steps[1][f], in: hand)
page.worked(steps[1][c], in: hand)
page.worked(steps[1][h], in: hand)
page.picture(.cell(.lstm, title: "Step 2, unit 1", stage: .all, values: wires(of: 1)))

//: All gates of both steps, one column a step. Dark means closed, bright means open.

for (name, gate) in [("Input gate", i), ("Forget gate", f), ("Output gate", o)] {
  page.picture(
    .heatMap(
      title: "\(name): units down, steps across",
      values: page.values(gate, at: steps, in: hand).transposed.rowsOfDoubles, columnNames: ["1", "2"],
      rowTitle: "unit", columnTitle: "step", scale: .unit))
}

//: And the outputs of the network, computed by hand:

page.show("y_1", page.value(steps[0][y], in: hand), decimals: 8)
page.show("y_2", page.value(steps[1][y], in: hand), decimals: 8)

//: ## One product instead of eight
//:
//: A program does not compute the gates one after the other. It takes the whole matrices, gets one long vector and cuts it
//: into four. The text describes it so, and its companion calls the vector *raw*:

let raw = define(#"\mathrm{raw}_t"#, x • W_x + h₋ • W_h + b)
page.formula(raw)

let step2: [Formula: MathValue] = [
  x: MathValue(probe[1]), h₋: MathValue(page.value(steps[0][h], in: hand)),
  c₋: MathValue(page.value(steps[0][c], in: hand)),
]
let rawValue = page.value(raw, step2)
page.show(#"\mathrm{raw}_2"#, rawValue)

let cuts = raw.split(into: 4)
let cutGates = [sigmoid(cuts[0]), sigmoid(cuts[1]), tanh(cuts[2]), sigmoid(cuts[3])]
let fromRaw = page.evaluation(of: cutGates, step2)
page.compare(
  "step 2: gates one by one, and cut out of one product",
  ("one by one", Tensor.stacked([i, f, c̃, o].map { page.value(steps[1][$0], in: hand) })),
  ("cut", Tensor.stacked(cutGates.map { page.value($0, in: fromRaw) })), tolerance: 1e-15,
  axes: [Axis("gate", ["i", "f", "c̃", "o"]), "unit"], because: "the same sums in the same order")

//: Christopher Olah's well-known article joins the other way round: for each gate one matrix, the part for $h$ above the part for
//: $x$, and one vector $[h_{t-1}, x_t]$. The numbers are the same, since a row times two stacked matrices is the sum of both products.

let W_i = define("W_i", stack(W_ih, W_ix), .weight)
let iOlah = define("i_t", sigmoid(concatenate(h₋, x) • W_i + b_i), .gate)
page.formula(iOlah)
page.compare(
  "step 2, input gate: Keras' layout and Olah's", ("Keras", page.value(steps[1][i], in: hand)),
  ("Olah", page.value(iOlah, step2)), tolerance: 1e-14, axes: ["unit"],
  because: "the same products, summed in another order: some units of the last place of numbers below 10")

//: ## The layer
//:
//: Now the other side. The layer gets the same weights and the same two steps, and runs its own code: packed matrix products,
//: fused gates, no formula objects. Every gate, both states and the outputs are compared.

struct LayerNumbers {
  var gates, c, h, y: Tensor<Double>
  var throughStep2: (h: Tensor<Double>, c: Tensor<Double>)
  var kernel, recurrentKernel, bias, outputKernel, outputBias: Tensor<Double>
}

let target = [0.7, 0.6]

func runLayer<Scalar: RealScalar>(_ type: Scalar.Type) throws -> LayerNumbers {
  let weights = RecurrentWeights<Scalar>(
    kernel: kernel.converted(), recurrentKernel: recurrentKernel.converted(), bias: bias.converted())
  let lstm = LSTM(try LSTMCell(parameters: weights), returnSequences: true)
  let dense = TimeDistributed(
    try Dense<Scalar>(kernel: outputKernel.converted(), bias: outputBias.converted(), activation: .sigmoid))

  let x = Tensor<Scalar>(shape: [1, 2, D], scalars: probe.joined().map { Scalar($0) })
  let run = try lstm.run(x)
  let out = try dense.forward(run.outputs)

  let wanted = Tensor<Scalar>(shape: [1, 2, M], scalars: target.flatMap { [Scalar](repeating: Scalar($0), count: M) })
  let loss = try meanSquaredError(out.output, wanted)
  let denseGradient = try dense.backward(loss.gradient, cache: out.cache)
  let gradient = try lstm.backward(outputs: denseGradient.input, run: run).parameters

  // Step 2 alone: what reaches h₁ and c₁ through it.
  let second = lstm.cell.forward(x.step(1), run.states[0])
  var unused = lstm.cell.parameters.zeros
  let back = lstm.cell.backward(
    output: denseGradient.input.step(1), state: lstm.cell.zeroState(batchSize: 1), cache: second.cache,
    accumulating: &unused
  ).state

  let gates = lstm.gates(of: run).map { Tensor.stacked($0.map { $0.values.reshaped([H]) }) }
  return LayerNumbers(
    gates: Tensor.stacked(gates).converted(), c: Tensor.stacked(run.states.map { $0.c.reshaped([H]) }).converted(),
    h: run.outputs.reshaped([2, H]).converted(), y: out.output.reshaped([2, M]).converted(),
    throughStep2: (back.h.reshaped([H]).converted(), back.c.reshaped([H]).converted()),
    kernel: gradient.kernel.converted(), recurrentKernel: gradient.recurrentKernel.converted(),
    bias: (gradient.bias ?? .zeros([4 * H])).converted(), outputKernel: denseGradient.parameters.kernel.converted(),
    outputBias: (denseGradient.parameters.bias ?? .zeros([M])).converted())
}

let layer = page.compute(in: page[scalar]) { try runLayer($0) }
let tolerance = page[scalar].tolerance

page.compare(
  "gates, both steps",
  hand: Tensor.stacked(steps.map { step in Tensor.stacked([i, f, c̃, o].map { page.value(step[$0], in: hand) }) }),
  layer: layer.gates, tolerance: tolerance, axes: ["step", Axis("gate", ["i", "f", "c̃", "o"]), "unit"])
page.compare(
  "cell state c", hand: page.values(c, at: steps, in: hand), layer: layer.c, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "hidden state h", hand: page.values(h, at: steps, in: hand), layer: layer.h, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "output y", hand: page.values(y, at: steps, in: hand), layer: layer.y, tolerance: tolerance,
  axes: ["step", "output"])

//: ## One backward step through time
//:
//: Training needs the slope of the loss along every weight. Take the loss of these two steps against their targets 0.7 and 0.6:

let wanted = target.enumerated().map { step, value in
  symbol(#"\hat{y}_\#(step + 1)"#, .other, MathValue([Double](repeating: value, count: M)))
}
let losses = zip(steps, wanted).map { meanSquaredError($0[y], $1) }
let loss = define("L", (losses[0] + losses[1]) * 0.5, .loss)
page.formula(loss)

let backward = page.evaluation(of: [loss])
page.show("L", page.value(loss, in: backward), decimals: 8)

//: The chain rule walks the equations from the last to the first. Write $\delta$ for the slope of the loss along a quantity. It begins
//: with $\delta_h$, the slope along $h_2$, which comes down from the dense layer. Each line below is one equation, read backwards: a
//: factor $\sigma (1 - \sigma)$ is the slope of $\sigma$, a factor $1 - \tanh^2$ that of tanh.

let gradients = page.gradients(of: loss, in: backward)
let (i₂, f₂, c̃₂, o₂) = (steps[1][i], steps[1][f], steps[1][c̃], steps[1][o])
let (c₁, c₂) = (steps[0][c], steps[1][c])
let δh = symbol(#"\delta_h"#, .loss, MathValue(page.gradient(steps[1][h], gradients)))
let δo = define(#"\delta_o"#, δh ⊙ tanh(c₂) ⊙ o₂ ⊙ (1 - o₂), .loss)
let δc = define(#"\delta_c"#, δh ⊙ o₂ ⊙ (1 - squared(tanh(c₂))), .loss)
let δi = define(#"\delta_i"#, δc ⊙ c̃₂ ⊙ i₂ ⊙ (1 - i₂), .loss)
let δf = define(#"\delta_f"#, δc ⊙ c₁ ⊙ f₂ ⊙ (1 - f₂), .loss)
let δc̃ = define(#"\delta_{\tilde{c}}"#, δc ⊙ i₂ ⊙ (1 - squared(c̃₂)), .loss)
for slope in [δo, δc, δi, δf, δc̃] { page.formula(slope) }

//: So step 2 reaches back to step 1 on two roads: through $h_1$, which all four gates of step 2 read, and through $c_1$, straight
//: along the memory. On the second road the slope is multiplied by $f_2$ and by nothing else:

let toH = define(
  #"\delta_{h_1}"#,
  δi • transpose(W_ih) + δf • transpose(W_fh) + δc̃ • transpose(W_ch) + δo • transpose(W_oh), .loss)
let toC = define(#"\delta_{c_1}"#, δc ⊙ f₂, .loss)
page.formula(toH)
page.formula(toC)
let roads = page.evaluation(of: [toH, toC])
page.worked(toC, in: roads, style: NumberStyle(decimals: 6))
page.compare(
  "what reaches h₁ through step 2", hand: page.value(toH, in: roads), layer: layer.throughStep2.h, tolerance: tolerance,
  axes: ["unit"])
page.compare(
  "what reaches c₁ through step 2", hand: page.value(toC, in: roads), layer: layer.throughStep2.c, tolerance: tolerance,
  axes: ["unit"])

//: Both were written out line by line. The formulas can also be differentiated by themselves, in reverse. For that the slope along
//: $c_1$ is counted whole: with what $h_1$, which is $o_1 \odot \tanh(c_1)$, passes on to it.

let (o₁, h₁) = (steps[0][o], steps[0][h])
let whole = page.gradient(h₁, gradients)
let along = symbol(#"\delta_{h_1}"#, .loss, MathValue(whole))
let wholeC = page.value(toC + along ⊙ o₁ ⊙ (1 - squared(tanh(c₁))))
page.compare(
  "∂L/∂c₁: both roads added up, and the formulas' derivative", ("added up", wholeC),
  ("derivative", page.gradient(c₁, gradients)), tolerance: 1e-15, axes: ["unit"],
  because: "the same products, summed in another order; the slopes themselves are below 0.1")

//: A weight is used at both steps, so its gradient is the sum of both uses. Three ways lead to it: the formulas, differentiated
//: backwards; the layer's own `backward`; and central differences, which move each weight by 0.00001 up and down and look at the loss.

let lossTolerance = Tolerance(absolute: tolerance.absolute, relative: 0)
for (name, weight, own) in [
  ("W_x", W_x, layer.kernel), ("W_h", W_h, layer.recurrentKernel), ("b", b, layer.bias),
  ("W_y", W_y, layer.outputKernel),
  ("b_y", b_y, layer.outputBias),
] {
  page.compare(
    "gradient of \(name)", hand: page.gradient(weight, gradients), layer: own, tolerance: lossTolerance,
    axes: weight == b || weight == b_y ? ["column"] : ["row", "column"])
}
page.compare(
  "gradient of W_h, and central differences", ("by hand", page.gradient(W_h, gradients)),
  ("central differences", page.centralDifferences(of: loss, W_h)), tolerance: 1e-9,
  axes: ["row", "column"],
  because: "a central difference is right to about 1e-11 here")

let exactly = Tolerance()

//: ## What the gates can do
//:
//: Put $f = 1$ and $i = 0$ by hand: the memory stays, whatever comes in. Put $f = 0$ and $i = 1$: it is replaced. (Chapter 6 has the
//: variant in which one gate does both, $i = 1 - f$.)

let kept = page.value(c, step2.merging([f: .ones(H), i: .zeros(H)]) { $1 })
let replaced = page.value(c, step2.merging([f: .zeros(H), i: .ones(H)]) { $1 })
page.compare(
  "f = 1, i = 0: the memory of step 1", ("c₁", page.value(steps[0][c], in: hand)), ("c₂", kept),
  tolerance: exactly,
  axes: ["unit"], because: "1 · c + 0 · c̃ is c, to the last bit")
page.compare(
  "f = 0, i = 1: the candidate", ("c̃₂", page.value(steps[1][c̃], in: hand)), ("c₂", replaced),
  tolerance: exactly,
  axes: ["unit"], because: "0 · c + 1 · c̃ is c̃, to the last bit")

//: ## Sequences of other lengths
//:
//: No weight knows how long a sequence is. The network was trained on six steps; two, one or nine work as well, and a longer
//: sequence begins with the outputs of a shorter one:

let nineSteps = Tensor<Double>.uniform([1, 9, D], -2, 2, using: &generator)
let long = page.output(of: model, nineSteps)
let short = page.output(of: model, nineSteps.steps(0..<4))
page.result("9 steps in, \(long.shape[1]) steps out; 4 steps in, \(short.shape[1]) steps out")
page.compare(
  "the first 4 of 9 outputs", ("4 steps", short), ("9 steps", long.steps(0..<4)), tolerance: exactly,
  axes: ["sample", "step", "output"], because: "the later steps cannot reach back")

//: Nine steps by hand, beside the layer, and the forget gate over them. Dark: the memory is erased; bright: it is kept.

let handNine = network.unrolled(
  over: (0..<9).map { MathValue(nineSteps.step($0).reshaped([D])) }, from: [.zeros(H), .zeros(H)], firstStep: 1)
let nineValues = page.evaluation(of: handNine.flatMap { [$0[y], $0[f]] })
page.compare(
  "nine outputs", hand: page.values(y, at: handNine, in: nineValues), layer: long.reshaped([9, M]), tolerance: 1e-13,
  axes: ["step", "output"])
page.picture(
  .heatMap(
    title: "The forget gate over nine steps",
    values: page.values(f, at: handNine, in: nineValues).transposed.rowsOfDoubles,
    rowTitle: "unit", columnTitle: "step", scale: .unit))

//: ## What to remember
//:
//: - Four gates, each from the same two inputs $x_t$ and $h_{t-1}$; one matrix product does them all.
//: - The memory $c$ is changed by a product and a sum only. That keeps gradients alive over many steps.
//: - The order of the gates inside the matrices is a convention of each framework. Ask before you copy weights.
//:
//: Change a number: `swift run chapter-lstm --units 4 --inputs 3`, or `--seed 2`, or `--scalar float`.

//: ## The sources, number by number
//:
//: Every number that the documents of this course printed has a name, from D01 to D67, and every slip has one, from I01 to I41.
//: These are the ones of this chapter.

page.sources([
  "D24": .shown(by: "gates, both steps", "cell state c", "hidden state h"),
  "D25": .text("the program printed no result for them; the steps above compute it"),
])

page.finish()
