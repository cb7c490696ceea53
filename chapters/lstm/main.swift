import ChapterSupport
import Foundation

let units = Option.integer("units", default: 13, in: 1...64, "units of the LSTM: the length of h and c")
let inputs = Option.integer("inputs", default: 7, in: 1...64, "features of each step of the input")
let outputs = Option.integer("outputs", default: 5, in: 1...64, "numbers that the network gives at each step")
let epochs = Option.integer("epochs", default: 5, in: 0...200, "rounds of training")
let gap = Option.integer("gap", default: 20, in: 2...100, "steps of the experiment: how long a symbol must be kept")
let forgetBias = Option.number(
  "forget-bias", default: 1, in: -5...10, "the forget gate's bias before training, in the experiment")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of the weights before training")
let scalar = ScalarChoice.option()

let page = Notebook(
  "The LSTM", number: 4, question: "How does a word stay for twenty steps?", minutes: 45,
  goals: [
    "say what each gate is for, and what $c$ is when $f = 1$ and $i = 0$",
    "compute a step by hand, and know where every number of the weights stands",
    "say why the forget gate's bias begins at 1, and what happens when it does not",
  ], requires: ["simple-rnn"],
  summary: "Three gates and a memory: every number of a long short-term memory network, by hand and by the layer.",
  parameters: [units, inputs, outputs, epochs, gap, forgetBias, seed, scalar])

let (D, H, C) = (page[inputs], page[units], page[outputs])

//: *She was born in China, visited Japan, and speaks fluent* ▁▁▁▁▁▁▁. You know the word. You know it because you kept
//: *China* in mind, past *Japan* and past everything else. A network that reads word by word must do three things for that:
//: **store** *China* when it comes, **skip** what does not matter, and **erase** *China* when the sentence is over.

//: ## A first look
//:
//: Take a memory of one number, $c$, and three switches that you set by hand. The switch $i$ (in) says whether the word is stored.
//: The switch $f$ (forget) says whether the old memory is kept: 1 keeps it, 0 erases it. The switch $o$ (out) says whether
//: the memory is shown. Each word offers a number $\tilde{c}$ to be stored. Here we choose these numbers ourselves, for example 0.8 for *China*; how a network makes numbers of words comes with the experiment. The new memory is
//: $c_t = f_t c_{t-1} + i_t \tilde{c}_t$, and what is shown is $h_t = o_t \tanh(c_t)$. (Small words are left out.)

/// A word, the number that it offers, and the switches as a person would set them.
struct Word {
  let text: String
  let offer: Double
  var i = 0.0
  var f = 1.0
  var o = 0.0
}

let sentence = [
  Word(text: "born", offer: 0.1), Word(text: "in", offer: -0.1), Word(text: "China", offer: 0.8, i: 1),
  Word(text: ",", offer: 0), Word(text: "visited", offer: 0.2), Word(text: "Japan", offer: -0.6),
  Word(text: ",", offer: 0), Word(text: "speaks", offer: -0.2), Word(text: "fluent", offer: 0.1, o: 1),
  Word(text: "Chinese", offer: 0.3), Word(text: ".", offer: 0, f: 0),
]

/// The memory after each word.
func kept(_ words: [Word]) -> [Double] {
  var c = 0.0
  return words.map { word in
    c = word.f * c + word.i * word.offer
    return c
  }
}

let memory = kept(sentence)
page.picture(
  .heatMap(
    title: "Three switches and a memory, word by word",
    values: zip(sentence, memory).map { word, c in [word.offer, word.i, word.f, c, word.o, word.o * tanh(c)] },
    rowNames: sentence.map(\.text), columnNames: ["c̃", "i", "f", "c", "o", "h"], scale: .symmetric(1), digits: 1,
    alternative: "For each word of the sentence what it offers, the three switches, the memory and what is shown."))

//: Read the column of $c$ from top to bottom. It is 0.8 from *China* on, whatever comes, and 0 after the full stop. When *fluent*
//: has been read, the switch $o$ opens and the network sees what it needs.
//:
//: Now let one unit of the [simple network](chapter:simple-rnn) read the same numbers: $h_t = \tanh(\tilde{c}_t + w h_{t-1})$. It has no
//: switches. To see what is left of *China*, let it read the sentence twice, once with 0.8 for *China* and once with 0. The
//: difference of the two states is all that the unit still knows of that word:

func simpleUnit(_ w: Double, _ words: [Double]) -> [Double] {
  var h = 0.0
  return words.map { word in
    h = tanh(word + w * h)
    return h
  }
}

/// What the word at place 2 changes at each later word.
func trace(_ read: ([Double]) -> [Double]) -> [Double] {
  let offers = sentence.map(\.offer)
  let without = offers.enumerated().map { $0.offset == 2 ? 0 : $0.element }
  return zip(read(offers), read(without)).dropFirst(2).map { $0 - $1 }
}

page.picture(
  .lineChart(
    title: "What is left of China, words later",
    series: [
      Picture.Series("three switches", Array(memory.dropFirst(2)), first: 0),
      Picture.Series("simple unit, w = 1", trace { simpleUnit(1, $0) }, first: 0),
      Picture.Series("simple unit, w = 0.5", trace { simpleUnit(0.5, $0) }, first: 0, isDashed: true),
    ], x: Picture.Axis("words since China"), y: Picture.Axis("what is left")))

//: The simple unit squeezes its state through tanh and mixes something new into it at every word. So the old word fades, and
//: *Japan* can neither be kept out nor can *China* be erased on purpose.

//: ## The idea
//:
//: The *long short-term memory* network, LSTM for short ([@hochreiter1997]), is this memory with these switches, except that
//: nobody sets them by hand. Three things are added:
//:
//: 1. **The network sets the switches itself.** Each switch is a small layer that reads the new input $x_t$ and the last state
//:    $h_{t-1}$. It is called a [gate](glossary:gate): the *input gate* $i$, the *forget gate* $f$ and the *output gate* $o$. The
//:    forget gate came a little later ([@gers2000]).
//: 2. **What a step offers is computed as well**, from the same two vectors. It is called the [candidate](glossary:candidate)
//:    $\tilde{c}$.
//: 3. **There are many memories side by side.** The [cell state](glossary:cell-state) $c_t$ is a vector. One place of it, with
//:    its own gates, is called a [unit](glossary:unit).

page.picture(.cell(.lstm, title: "One step of an LSTM: the memory c runs along the top, the gates stand below"))

//: (Where $x_t$ meets the line of $h_{t-1}$, nothing is added: both go on, side by side, to each of the four boxes.)

//: **Why are gates not simply 0 or 1?** Because the network has to *learn* them. Training asks of each weight: if you were a little
//: larger, would the error be smaller? A switch does not move when its weight changes a little, so its answer is always "no
//: difference", and nothing is learned. A gate that may stand half open answers. So a gate is a smooth function: the
//: logistic function $\sigma$ ([sigmoid](glossary:sigmoid)).
//:
//: **Why σ for gates, and tanh for the candidate?** A gate is a share, "keep this much", so it must lie between 0 and 1. A candidate is a value that
//: is added to the memory, and it must be able to make it smaller as well as larger: tanh lies between −1 and 1.

page.picture(.activations(title: "σ for the gates, tanh for the values", [.sigmoid, .tanh]))

//: Over several steps it looks like this. Each arrow to the right stands for *both* vectors, the state $h$ and the memory $c$. Upwards, to the
//: next layer, goes $h$ alone. Before the first step both are zero: $h_0 = c_0 = 0$.

page.picture(
  .unrolledNetwork(
    title: "An LSTM over six steps, with a dense layer on top", steps: 6, inputShape: "[\(D)]",
    layers: [UnrolledLayer("(h,c)", name: "LSTM", shape: "[\(H)]", hue: .sky)],
    dense: UnrolledDense(#"\hat{y}"#, shape: "[\(C)]")))

//: ## The formula and its numbers
//:
//: Now with numbers. Our network reads vectors $x_t$ of 7 numbers, has 13 units and answers with 5 numbers $\hat{y}_t$. All sizes
//: are different, so that no two matrices can be taken for each other.

//-
var model = Stack<Double>([
  LSTM(LSTMCell(inputSize: D, units: H), returnSequences: true),
  TimeDistributed(Dense(inputSize: H, units: C, activation: .sigmoid)),
])
var generator = RandomGenerator(seed: UInt64(page[seed]))
model.initialize(using: &generator)

//-
var article = ArticleModel.lstm
(article.inputSize, article.units, article.outputSize) = (D, [H], C)
let (x_train, y_train) = article.trainingSet(Double.self)
let history = page.must(
  try model.fit(x_train, y_train, loss: meanSquaredError, optimizer: RMSprop(), epochs: page[epochs], batchSize: 32))
model.parameters.round(to: page[scalar])
let weights = model.parameters
let (kernel, recurrentKernel, bias) = (weights["0/kernel"], weights["0/recurrent_kernel"], weights["0/bias"])
let (outputKernel, outputBias) = (weights["1/kernel"], weights["1/bias"])

//: Frameworks store an LSTM in three [tensors](glossary:tensor), arrays of numbers with any number of axes. The [kernel](glossary:kernel) $W_x$ meets the input, the
//: [recurrent kernel](glossary:recurrent-kernel) $W_h$ meets the state of the step before, and the [bias](glossary:bias) $b$ is
//: added. Each holds its four parts, $i$, $f$, $\tilde{c}$ and $o$, side by side:

page.picture(
  .heatMap(
    title: "The kernel: four parts side by side", values: kernel.rowsOfDoubles,
    blocks: [("i", Hue.blue), ("f", .orange), (#"\tilde{c}"#, .green), ("o", .purple)].map {
      HeatMapBlock($0.0, count: H, hue: $0.1)
    }, scale: .signed))

page.prose(
  """
  So why does $W_x$ have the shape \(D) × \(4 * H)? It has a row for each of the \(D) features of the input, and a column for each unit of each
  part: $4 \\cdot \(H) = \(4 * H)$. One product $x_t W_x$ serves the three gates and the candidate.
  """)
page.table(
  "The weights", columns: ["weight", "shape", "numbers"],
  rows: zip(["$W_x$", "$W_h$", "$b$", "$W_y$", "$b_y$"], model.parameters.named).map {
    [$0, $1.tensor.shapeText, "\($1.tensor.count)"]
  } + [["all", "", "\(model.parameters.parameterCount)"]])

//: The order of the parts is a convention, and frameworks differ: Keras and PyTorch have i, f, c̃, o, TensorFlow 1 has i, c̃, f, o,
//: ONNX has i, o, f, c̃. Whoever reads one order as another gets numbers that look reasonable and are wrong. The code cuts
//: the three tensors into their parts.

let gateNames = ["i", "f", "c", "o"]
let W_x = symbol("W_x", .weight, kernel)
let W_h = symbol("W_h", .weight, recurrentKernel)
let b = symbol("b", .weight, bias)
let (W_ix, W_fx, W_cx, W_ox) = four("x", W_x)
let (W_ih, W_fh, W_ch, W_oh) = four("h", W_h)
let biases = zip(gateNames, b.split(into: 4)).map { define("b_\($0)", $1, .weight) }
let (b_i, b_f, b_c, b_o) = (biases[0], biases[1], biases[2], biases[3])

//-
func four(_ side: String, _ matrix: Formula) -> (Formula, Formula, Formula, Formula) {
  let parts = zip(gateNames, matrix.split(into: 4)).map { define("W_{\($0)\(side)}", $1, .weight) }
  return (parts[0], parts[1], parts[2], parts[3])
}
let cut = page.evaluation(of: [W_ix, W_ih, b_i, b_f])

//: Six equations make an LSTM. The sign • is the product of matrices; vectors stand as rows, so the vector comes first. The sign
//: ⊙ multiplies element by element, each unit by itself.

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

//: The first four have the same form and differ in their weights. The fifth is the memory from the first look. Look at it once more:
//: the old memory is multiplied by $f_t$ and by nothing else, and no tanh stands on its way. On top stands a dense layer:

let W_y = symbol("W_y", .weight, outputKernel)
let b_y = symbol("b_y", .weight, outputBias)
let ŷ = define(#"\hat{y}_t"#, sigmoid(h • W_y + b_y), .output)
let network = Recurrence(input: x, states: [(h₋, h), (c₋, c)], outputs: [ŷ, i, f, c̃, o])

page.formula(ŷ)

//: ### Step 1, gate by gate
//:
//: Two steps go in. They have no meaning: this is the arithmetic, the meaning comes back in the experiment. The weights are those of a short training (a 1 comes first, and the six answers that follow
//: should be 0.7, 0.6, 0.5, 0.3, 0.8 and 0.2).

let probe: [[Double]] = [[1, 1, 1, 1, 2, 3, 4], [1, 2, 3, 4, 3, 2, 1]].map { row in (0..<D).map { row[$0 % 7] } }
let steps = network.unrolled(
  over: probe.map { MathValue($0) }, from: [MathValue.zeros(H), MathValue.zeros(H)], firstStep: 1)
let hand = page.evaluation(of: steps.flatMap { [$0[ŷ], $0[h], $0[c]] })

page.show("x_1", probe[0])
page.show("x_2", probe[1])

//: First the input gate. The middle line has numbers in the place of the symbols. Of a large matrix only the corners are shown, with
//: its shape beside the bracket.

page.worked(steps[0][i], in: hand)

//: The other three go the same way, with their own weights:

page.show("f_1", page.value(steps[0][f], in: hand), decimals: 4)
page.show(#"\tilde{c}_1"#, page.value(steps[0][c̃], in: hand), decimals: 4)
page.show("o_1", page.value(steps[0][o], in: hand), decimals: 4)

//: The memory before is zero, so $f_1$ has nothing to keep yet. The new memory is what the input gate lets in:

page.worked(steps[0][c], in: hand)
page.worked(steps[0][h], in: hand)

//: The same step for the first unit, in four pictures: what is kept, what is offered, the new memory, what is shown.

page.picture(.cell(.lstm, title: "Step 1, unit 1: the forget gate", stage: .forget, values: wires(of: 0)))
page.picture(.cell(.lstm, title: "Step 1, unit 1: input gate and candidate", stage: .input, values: wires(of: 0)))
page.picture(.cell(.lstm, title: "Step 1, unit 1: the new memory", stage: .update, values: wires(of: 0)))
page.picture(.cell(.lstm, title: "Step 1, unit 1: what is shown", stage: .output, values: wires(of: 0)))
page.show(#"\hat{y}_1"#, page.value(steps[0][ŷ], in: hand), decimals: 8)

func wires(of step: Int) -> [CellWire: WireValue] {
  func first(_ formula: Formula) -> WireValue {
    WireValue(steps[step][formula], in: page.value(steps[step][formula], in: hand).scalars)
  }
  return [
    .previousCell: first(c₋), .previousHidden: first(h₋), .forgetGate: first(f), .inputGate: first(i),
    .candidate: first(c̃), .outputGate: first(o), .cell: first(c), .hidden: first(h),
  ]
}

//: ### Step 2
//:
//: Now there is a memory, and the forget gate decides how much of it stays, unit by unit:

//-
let hands = LivePlace(
  "Step 2 in your hands", units: H,
  controls: [
    .unit(of: steps[1][c₋], in: -2...2), .unit(of: steps[1][h₋], in: -1...1),
    .unit(of: b_f, in: -6...6, frees: steps[1][f]),
    .unit(of: b_i, in: -6...6, frees: steps[1][i]), .unit(of: b_c, in: -6...6), .unit(of: b_o, in: -6...6),
    .elements(of: steps[1][x], in: -4...4),
  ],
  presets: [
    LivePreset("keep: f = 1, i = 0", [steps[1][f]: .ones(H), steps[1][i]: .zeros(H)]),
    LivePreset("replace: f = 0, i = 1", [steps[1][f]: .zeros(H), steps[1][i]: .ones(H)]),
    LivePreset("forget bias 0", [b_f: .zeros(H)]), LivePreset("forget bias 1", [b_f: .ones(H)]),
    LivePreset("forget bias 3", [b_f: MathValue([Double](repeating: 3, count: H))]),
  ], results: [steps[1][c], steps[1][h], steps[1][ŷ]])
page.live(hands, in: hand) {
  page.picture(.cell(.lstm, title: "Step 2, unit 1", stage: .all, values: wires(of: 1)))
  page.worked(steps[1][f], in: hand)
  page.worked(steps[1][c], in: hand)
  page.worked(steps[1][h], in: hand)
  page.show(#"\hat{y}_2"#, steps[1][ŷ], in: hand, decimals: 8)
}

//: ### Beside the layer
//:
//: All this was computed **by hand**, from the formulas you saw. **The layer** of this library gets the same weights and the
//: same two steps and runs code of its own. Every gate, both states and the outputs are compared:

struct LayerNumbers {
  var gates, c, h, answers: Tensor<Double>
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

  let y = Tensor<Scalar>(shape: [1, 2, C], scalars: target.flatMap { [Scalar](repeating: Scalar($0), count: C) })
  let loss = try meanSquaredError(out.output, y)
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
    h: run.outputs.reshaped([2, H]).converted(), answers: out.output.reshaped([2, C]).converted(),
    throughStep2: (back.h.reshaped([H]).converted(), back.c.reshaped([H]).converted()),
    kernel: gradient.kernel.converted(), recurrentKernel: gradient.recurrentKernel.converted(),
    bias: (gradient.bias ?? .zeros([4 * H])).converted(), outputKernel: denseGradient.parameters.kernel.converted(),
    outputBias: (denseGradient.parameters.bias ?? .zeros([C])).converted())
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
  "answer ŷ", hand: page.values(ŷ, at: steps, in: hand), layer: layer.answers, tolerance: tolerance,
  axes: ["step", "output"])

//: ### One product instead of eight
//:
//: A program does not compute the parts one after the other. It takes the whole matrices, gets one long vector of sums $a_t$ and cuts it into
//: four, $a_i$, $a_f$, $a_{\tilde{c}}$ and $a_o$:

let a = define("a_t", x • W_x + h₋ • W_h + b)

page.formula(a)
let step2: [Formula: MathValue] = [
  x: MathValue(probe[1]), h₋: MathValue(page.value(steps[0][h], in: hand)),
  c₋: MathValue(page.value(steps[0][c], in: hand)),
]
let cuts = a.split(into: 4)
let cutGates = [sigmoid(cuts[0]), sigmoid(cuts[1]), tanh(cuts[2]), sigmoid(cuts[3])]
let fromSums = page.evaluation(of: cutGates, step2)
page.compare(
  "step 2: one by one, and cut out of one product",
  ("one by one", Tensor.stacked([i, f, c̃, o].map { page.value(steps[1][$0], in: hand) })),
  ("cut", Tensor.stacked(cutGates.map { page.value($0, in: fromSums) })), tolerance: 1e-15,
  axes: [Axis("gate", ["i", "f", "c̃", "o"]), "unit"], because: "the same sums in the same order")

//: In drawings such as those of [@olah2015] the parts are joined the other way round: for each gate one matrix, the part for $h$
//: above the part for $x$, and one vector $[h_{t-1}, x_t]$. The numbers are the same:

let W_i = define("W_i", stack(W_ih, W_ix), .weight)
let iOlah = define("i_t", sigmoid(concatenate(h₋, x) • W_i + b_i), .gate)

page.formula(iOlah)
page.compare(
  "step 2, input gate: two matrices, and one above the other", ("two", page.value(steps[1][i], in: hand)),
  ("one", page.value(iOlah, step2)), tolerance: 1e-14, axes: ["unit"],
  because: "the same products, summed in another order: some units of the last place of numbers below 10")

//: ### What the gates can do
//:
//: Set the gates by hand once more, this time in our network. What is $c$ when $f = 1$ and $i = 0$? The fifth equation says
//: $c_t = 1 \odot c_{t-1} + 0 \odot \tilde{c}_t = c_{t-1}$: the memory stays, whatever comes in, for as many steps as you like. And
//: with $f = 0$ and $i = 1$ it is replaced by the candidate. (In [chapter 5](chapter:gru) one gate does both.)

let exactly = Tolerance()
let unchanged = page.value(c, step2.merging([f: .ones(H), i: .zeros(H)]) { $1 })
let replaced = page.value(c, step2.merging([f: .zeros(H), i: .ones(H)]) { $1 })
page.compare(
  "f = 1, i = 0: the memory of step 1", ("c₁", page.value(steps[0][c], in: hand)), ("c₂", unchanged),
  tolerance: exactly, axes: ["unit"], because: "1 · c + 0 · c̃ is c, exactly")
page.compare(
  "f = 0, i = 1: the candidate", ("c̃₂", page.value(steps[1][c̃], in: hand)), ("c₂", replaced),
  tolerance: exactly, axes: ["unit"], because: "0 · c + 1 · c̃ is c̃, exactly")

//: ### Why the forget gate begins at 1
//:
//: Before training all biases are 0, with one exception: the [forget bias](glossary:forget-bias) $b_f$ is 1. After our short
//: training it has hardly moved:

page.show("b_f", page.value(b_f, in: cut))

//: Why? The other two sums in $f_t$ are small at first, so a gate begins near $\sigma(b_f)$. With a bias of 0 that is 0.5: half of
//: the memory is lost at every step, and almost nothing is left after some steps. The network must first learn to
//: *keep*, before it can notice that there was something worth keeping. With a larger bias it keeps from the start. What is
//: left of a memory after $n$ steps is $\sigma(b_f)^n$. The experiment below has sequences of $T = 20$ steps. So the table looks 20 steps ahead, and has a third bias that is made for this length, $\ln(T - 1) = \ln 19 = 2.94$:

func logistic(_ a: Double) -> Double { 1 / (1 + exp(-a)) }
let T = page[gap]
let longBias = log(Double(T) - 1)
func left(_ bias: Double, _ n: Int) -> Double { (0..<n).reduce(1) { product, _ in product * logistic(bias) } }
page.table(
  "What is left of a memory", columns: ["forget bias", "gate", "after 5 steps", "after \(T) steps"],
  rows: [0, 1, longBias].map { bias in
    [page.text(bias, decimals: 2), page.text(logistic(bias), decimals: 3)]
      + [5, T].map { page.text(left(bias, $0), decimals: 2) }
  })

//: The value 1 was proposed by [@jozefowicz2015] and is the default of Keras. It is a compromise, not a law. Where does $\ln(T - 1)$ in the last row come from? A memory that must last about
//: $T$ steps should lose $1/T$ of itself at each, and $\sigma(\ln(T - 1)) = 1 - 1/T$. The experiment shows how much this one number does.

//: ## The experiment
//:
//: **Task.** A sequence of symbols. The first is one of A, B, C, D; all others are drawn from four different symbols, E to H, and mean
//: nothing. After the last symbol the network must name the first. Guessing gives one in four.
//:
//: **How a symbol goes in.** A network reads numbers. There are eight symbols, so each becomes a vector of eight numbers, all 0 but for a single 1 at the symbol's place. This is called a [one-hot](glossary:one-hot) vector. Here is
//: the beginning of a sequence that starts with B; words are made into numbers in the same way.

page.picture(
  .heatMap(
    title: "B F H E G …: one row a step", values: [1, 5, 7, 4, 6].map { place in (0..<8).map { $0 == place ? 1 : 0 } },
    rowNames: ["B", "F", "H", "E", "G"], columnNames: ["A", "B", "C", "D", "E", "F", "G", "H"], rowTitle: "step",
    scale: .unit, digits: 0))

//: **How an answer comes out.** After the last step a dense layer makes four numbers of the state, one for each of A, B, C, D. They may be any numbers and are called [logits](glossary:logits). The
//: [softmax](glossary:softmax) makes probabilities of them, all positive and together 1; the most probable symbol is the answer:
//:
//: $$p_k = \frac{e^{\mathrm{logits}_k}}{\sum_j e^{\mathrm{logits}_j}}$$
//:
//: **How wrong is it?** The loss is the [cross-entropy](glossary:cross-entropy) of chapter 1: $-\ln p$ of the right symbol. A network that guesses gives each symbol $p = 1/4$ and has the loss $\ln 4 = 1.386$.

page.prose(
  """
  **Expectation.** The first symbol must be kept for $T = \(T)$ steps. Four networks of 16 units try it, with the same training: the simple
  network of chapter 2, and LSTMs whose forget bias begins at 0, at \(page.text(page[forgetBias], decimals: 2)), and at
  $\\ln(T - 1) = \(page.text(longBias, decimals: 2))$. By the table above the three LSTMs keep almost nothing, little and a third of it at first.
  """)

func remembering(_ layer: Experiment<FirstSymbol>.LayerChoice, steps: Int, updates: Int) -> Experiment<FirstSymbol> {
  Experiment(FirstSymbol(), layers: [layer], steps: steps, updates: updates, learningRate: 0.003)
}
let four: [Experiment<FirstSymbol>] = [
  .init(.simpleRNN, units: 16, hasTwoBiases: true), .init(.lstm, units: 16, forgetBias: 0, hasTwoBiases: true),
  .init(.lstm, units: 16, forgetBias: page[forgetBias], hasTwoBiases: true),
  .init(.lstm, units: 16, forgetBias: longBias, hasTwoBiases: true),
].map { remembering($0, steps: T, updates: 400) }

//-
func range(_ least: Double, _ mean: Double, _ greatest: Double) -> String {
  "\(page.text(mean, decimals: 3)) [\(page.text(least, decimals: 3)), \(page.text(greatest, decimals: 3))]"
}
func shares(
  _ title: String, _ names: [String], _ runs: [ExperimentRuns<FirstSymbol>], _ torch: [ExperimentStatistics.Run?],
  at update: Int, line: Int = #line
) {
  page.table(
    title, columns: ["network", "runs here", "learned", "10 runs of PyTorch", "learned after 600"],
    rows: zip(zip(names, runs), torch).map { own, torch in
      let end = own.1.curve.last
      let known = torch?.figure("accuracy_at_step", at: update)
      return [
        own.0, range(end?.least ?? .nan, end?.mean ?? .nan, end?.greatest ?? .nan),
        "\(own.1.count(above: 0.95)) of \(own.1.results.count)",
        known.map { range($0.least, $0.mean, $0.greatest) } ?? "",
        torch?.number("seeds_that_learned").map { "\(Int($0)) of 10" } ?? "",
      ]
    }, line: line)
}

//-
let names = [
  "simple network", "LSTM, forget bias 0", "LSTM, forget bias \(page.text(page[forgetBias], decimals: 2))",
  "LSTM, forget bias \(page.text(longBias, decimals: 2))",
]
let learned = four.map { page.runs(of: $0, seeds: 1...3) }
page.picture(
  .lineChart(
    title: "First symbols named rightly, mean of 3 runs",
    series: zip(names, learned).map { name, runs in
      Picture.Series(name, points: runs.curve.map { (Double($0.update), $0.mean) })
    }, x: Picture.Axis("updates"), y: Picture.Axis("share that is right", range: 0...1)))

//-
let torch = ["rnn", "lstm_fb0", "lstm_fb1", "lstm_fb2.9444"].map {
  page.keepsDefaults ? page.statistics("gradients_first_symbol", ["T": 20, "layer": .text($0)]) : nil
}
shares(
  "Share that is right after 400 updates: mean [least, greatest]; learned means 95 of 100 right", names, learned, torch,
  at: 400)
for place in [0, 3] {
  page.experiment(
    "\(names[place]): right after 400 updates", of: learned[place].accuracies, torch[place], "accuracy_at_step", at: 400
  )
}
if page.keepsDefaults {
  page.range(
    "LSTM with forget bias 0: no run has learned it", of: learned[1].accuracies, in: 0...0.95, axes: ["run"],
    because: "10 of 10 runs of PyTorch stayed below 0.3; a run that is called learned is right in 95 of 100")
  page.range(
    "LSTM with forget bias 1: every run knows something", of: learned[2].accuracies, in: 0.4...1, axes: ["run"],
    because: "all runs of PyTorch had learned it by then; ours are slower, and guessing gives 0.25")
}

//: The forget bias decides. With 0 the LSTM is no better than guessing, although all its gates are there. With 1 most runs learn it, after some time. (PyTorch's ten runs all do. Is this library worse? From the same weights its layer computes the same numbers as PyTorch's, as the comparisons above and in the
//: [lesson on frameworks](chapter:rosetta) show. But first weights and sequences come from other random numbers, and three runs are too few to say more.) With $\ln(T - 1)$ all runs learn it in the
//: first hundred updates. (Each gate has two biases here, as in PyTorch, so that the runs can be compared.)
//:
//: And the simple network? Most of its runs learned it, too. Its first $W_h$ is [orthogonal](glossary:orthogonal): it turns the state and keeps its length. So a trace of the first symbol can survive twenty steps; but it is a matter of luck: some runs, here and in PyTorch, stayed at a guess to the end.
//: What if the symbol must stay for **fifty** steps?

let later = 50
let laterBias = log(Double(later) - 1)
let three: [Experiment<FirstSymbol>] = [
  .init(.simpleRNN, units: 16, hasTwoBiases: true), .init(.lstm, units: 16, forgetBias: 1, hasTwoBiases: true),
  .init(.lstm, units: 16, forgetBias: laterBias, hasTwoBiases: true),
].map { remembering($0, steps: later, updates: 200) }

//-
let laterNames = [
  "simple network", "LSTM, forget bias 1", "LSTM, forget bias \(page.text(laterBias, decimals: 2))",
]
let laterRuns = three.map { page.runs(of: $0, seeds: 1...2) }
let laterTorch = ["rnn", "lstm_fb1", "lstm_fb3.8918"].map {
  page.keepsDefaults ? page.statistics("gradients_first_symbol", ["T": 50, "layer": .text($0)]) : nil
}
shares("Share that is right after 200 updates, 50 steps", laterNames, laterRuns, laterTorch, at: 200)
page.experiment(
  "LSTM, forget bias ln 49: right after 200 updates, 50 steps", of: laterRuns[2].accuracies, laterTorch[2],
  "accuracy_at_step", at: 200)
if page.keepsDefaults {
  page.range(
    "50 steps: the others guess", of: laterRuns.prefix(2).flatMap(\.accuracies), in: 0.15...0.35, axes: ["run"],
    because: "a guess is right in one of four; of 500 tested sequences that is 0.25 with a deviation of 0.02")
}

//: Now the simple network guesses in every run, and so does the LSTM with forget bias 1, since $0.73^{50}$ is a ten-millionth. The LSTM that begins by keeping learns it as fast as before. It is not the gates alone that make a memory long, but gates that stand open from the start.

//: **The surprise.** So is an LSTM simply better? Ask for something else: a stream of random bits, and at each step the bit of 12 steps ago.
//: Now nothing may be skipped. Twelve bits must move through the memory in a row, one place a step.

func echo(_ kind: CellKind) -> Experiment<BitTask> {
  Experiment(BitTask(.bitBefore(12)), layers: [.init(kind, units: 16)], steps: 24, updates: 600, learningRate: 0.01)
}
let (simpleEcho, gatedEcho) = (echo(.simpleRNN), echo(.lstm))

//-
let echoes = [simpleEcho, gatedEcho].map { page.runs(of: $0, seeds: 1...2) }
page.picture(
  .lineChart(
    title: "The bit of 12 steps ago, mean of 2 runs",
    series: zip(["simple network, 16 units", "LSTM, 16 units"], echoes).map { name, runs in
      Picture.Series(name, points: runs.curve.map { (Double($0.update), $0.mean) })
    }, x: Picture.Axis("updates"), y: Picture.Axis("share of bits that is right", range: 0.4...1)))
for (name, runs, kind) in [
  ("simple network", echoes[0], "rnn"), ("LSTM", echoes[1], "lstm"),
] as [(String, ExperimentRuns<BitTask>, String)] {
  page.experiment(
    "\(name): the bit of 12 steps ago", of: runs.accuracies,
    page.statistics("first_tasks", ["task": "echo12", "layer": .text(kind), "units": 16]), "accuracy")
}

//: The simple network does it, the LSTM with as many units does not, in the same time. It has nearly four times as many weights.
//: A matrix can shift all units by one place at every step; gates that hold a memory still are of no use when nothing may stand still. Gates
//: help where *little must be kept for long*, as in a sentence. They are no cure for everything.

//: ## The way back
//:
//: Over fifty steps an LSTM whose forget gate begins open learned what the simple network could not. Why? Training must tell step 1 about an error at a later step. Let us follow it
//: through one step. Take the loss of our two steps against the targets $y_1 = 0.7$ and $y_2 = 0.6$, the same for all outputs:

//-
let y = target.enumerated().map { place, value in
  symbol("y_\(place + 1)", .other, MathValue([Double](repeating: value, count: C)))
}
let losses = zip(steps, y).map { meanSquaredError($0[ŷ], $1) }
let loss = define("L", (losses[0] + losses[1]) * 0.5, .loss)

page.formula(loss)
let backward = page.evaluation(of: [loss])
page.show("L", page.value(loss, in: backward), decimals: 8)

//: $\delta$ with an index is the slope of the loss along what the index names: how much $L$ changes when that changes a little. It begins with
//: $\delta_{h_2}$, which comes down from the dense layer. Then each of the six equations is read
//: backwards. For a gate that means: back to its sum. So $\delta_{a_o}$ is the slope along the sum $a_o$ under the $\sigma$ of the output gate, and $\sigma$ brings its slope as a factor, $\sigma (1 - \sigma)$; tanh brings $1 - \tanh^2$.

let gradients = page.gradients(of: loss, in: backward)
let (i₂, f₂, c̃₂, o₂) = (steps[1][i], steps[1][f], steps[1][c̃], steps[1][o])
let (c₁, c₂) = (steps[0][c], steps[1][c])

//+
let δh = symbol(#"\delta_{h_2}"#, .loss, MathValue(page.gradient(steps[1][h], gradients)))
let δo = define(#"\delta_{a_o}"#, δh ⊙ tanh(c₂) ⊙ o₂ ⊙ (1 - o₂), .loss)
let δc = define(#"\delta_{c_2}"#, δh ⊙ o₂ ⊙ (1 - squared(tanh(c₂))), .loss)
let δi = define(#"\delta_{a_i}"#, δc ⊙ c̃₂ ⊙ i₂ ⊙ (1 - i₂), .loss)
let δf = define(#"\delta_{a_f}"#, δc ⊙ c₁ ⊙ f₂ ⊙ (1 - f₂), .loss)
let δc̃ = define(#"\delta_{a_{\tilde{c}}}"#, δc ⊙ i₂ ⊙ (1 - squared(c̃₂)), .loss)

for slope in [δo, δc, δi, δf, δc̃] { page.formula(slope) }

//: So step 2 reaches back to step 1 on two roads: through $h_1$, which all four parts of step 2 read, and through $c_1$, along
//: the memory:

let toH = define(
  #"\delta_{h_1}"#,
  δi • transpose(W_ih) + δf • transpose(W_fh) + δc̃ • transpose(W_ch) + δo • transpose(W_oh), .loss)
let toC = define(#"\delta_{c_1}"#, δc ⊙ f₂, .loss)

page.formula(toH)
page.formula(toC)
let roads = page.evaluation(of: [toH, toC])
page.worked(toC, in: roads, style: NumberStyle(decimals: 6))

//: The second road is the point of the whole construction. In the simple network the slope passes a matrix and the slope of tanh at
//: every step. Here it is multiplied by $f$ and by nothing else. As long as the forget gate is near 1, the slope arrives.
//:
//: Our step 2 is the last one. At a step in the middle, two slopes meet in $c_t$: one from its own $h_t$, and one along the memory from the step after it:

page.formula(
  latex: #"\delta_{c_t} = \delta_{h_t} \odot o_t \odot (1 - \tanh^2(c_t)) + \delta_{c_{t+1}} \odot f_{t+1}"#)

//: Follow the last term from step $T$ to step 1. What arrives along the memory is $\delta_{c_T} \odot f_T \odot f_{T-1} \odot \dots \odot f_2$: the slope shrinks by the same factors as the memory itself. With $f = 0.73$ that is a
//: hundredth after 15 steps, with $f = 0.98$ it is a third after 50.

page.compare(
  "what reaches h₁ through step 2", hand: page.value(toH, in: roads), layer: layer.throughStep2.h,
  tolerance: tolerance, axes: ["unit"])
page.compare(
  "what reaches c₁ through step 2", hand: page.value(toC, in: roads), layer: layer.throughStep2.c,
  tolerance: tolerance, axes: ["unit"])

//: The program can also differentiate the formulas by itself. Its slope along $c_1$ is the whole one: it also contains the way over
//: $h_1 = o_1 \odot \tanh(c_1)$ to the answer of step 1.

let (o₁, h₁) = (steps[0][o], steps[0][h])
let along = symbol(#"\delta_{h_1}"#, .loss, MathValue(page.gradient(h₁, gradients)))
let wholeC = page.value(toC + along ⊙ o₁ ⊙ (1 - squared(tanh(c₁))))
page.compare(
  "∂L/∂c₁: both roads added up, and the formulas' derivative", ("added up", wholeC),
  ("derivative", page.gradient(c₁, gradients)), tolerance: 1e-15, axes: ["unit"],
  because: "the same products, summed in another order; the slopes themselves are below 0.1")

//: A weight is used at both steps, so its gradient is the sum of both uses. Three ways lead to it: the formulas, differentiated
//: by the program; the layer's own `backward`; and [central differences](glossary:central-differences).

let lossTolerance = Tolerance(absolute: tolerance.absolute, relative: 0)
for (name, weight, own) in [
  ("W_x", W_x, layer.kernel), ("W_h", W_h, layer.recurrentKernel), ("b", b, layer.bias),
  ("W_y", W_y, layer.outputKernel), ("b_y", b_y, layer.outputBias),
] {
  page.compare(
    "gradient of \(name)", hand: page.gradient(weight, gradients), layer: own, tolerance: lossTolerance,
    axes: weight == b || weight == b_y ? ["column"] : ["row", "column"])
}
page.compare(
  "gradient of W_h, and central differences", ("by hand", page.gradient(W_h, gradients)),
  ("central differences", page.centralDifferences(of: loss, W_h)),
  tolerance: page.differenceTolerance(of: loss, W_h),
  axes: ["row", "column"],
  because: "a central difference is right to about 1e-11 here")

//: ## What to remember
//:
//: - Three gates and a candidate, each from the same two inputs $x_t$ and $h_{t-1}$; one product does them all.
//: - $c_t = f_t \odot c_{t-1} + i_t \odot \tilde{c}_t$: the memory is changed by a product and a sum only. On the way back the slope is multiplied
//:   by $f_t$.
//: - How long it remembers is at first a matter of the forget bias: $\sigma(b_f)^n$ is left after $n$ steps, of the memory and of the slope on its way back.

//: ## Try
//:
//: - `swift run chapter-lstm --units 1`: every vector has one number, and $W_x$ is 7 × 4. You can follow a whole step with a pencil.
//: - `swift run chapter-lstm --gap 10`: the symbol must stay for ten steps only. Now all four networks learn it, even with forget bias 0: what is left after ten steps is a thousandth, and that is enough to begin with.
//: - `swift run chapter-lstm --forget-bias -2`: now the memory loses nine tenths at every step, and this LSTM learns nothing either.

//: ## Against the sources
//:
//: The network of this chapter is Part D of [@huet]. Its program trains on 256 samples that are all the same: the sequence
//: $1, 0, 0, 0, 0, 0$ in every feature is to give $0.7, 0.6, 0.5, 0.3, 0.8, 0.2$ in every output. The loss is the mean squared error, the
//: [optimiser](glossary:optimiser) is [RMSprop](glossary:rmsprop) with batches of 32, for five epochs. It printed neither weights nor losses and set no
//: seed, so its own run cannot come back. What can be checked is the kind of run: the losses lie in the range of 20 seeds of real Keras.

page.training(history, of: article)
page.documented(
  "D22", title: "samples, inputs, outputs, units, steps, epochs, batch, and the shapes of x and y",
  computed: [256, D, C, H, 6, page[epochs], ArticleModel.batchSize] + x_train.shape + y_train.shape)
page.documented("D23", computed: model.parameters.named.flatMap(\.tensor.shape))
page.documented("D25", title: "the two steps", computed: [probe])
for (name, shape) in [
  ("W_ix", page.value(W_ix, in: cut).shape), ("W_ih", page.value(W_ih, in: cut).shape),
  ("b_i", page.value(b_i, in: cut).shape), ("W_x", kernel.shape), ("W_h", recurrentKernel.shape), ("b_h", bias.shape),
] {
  page.documented("D46", name, title: "shape of \(name)", computed: shape)
}

//: No weight knows how long a sequence is. The network was trained on six steps; a longer sequence begins with the outputs of a shorter one:

let nineSteps = Tensor<Double>.uniform([1, 9, D], -2, 2, using: &generator)
let long = page.output(of: model, nineSteps)
let short = page.output(of: model, nineSteps.steps(0..<4))
let handNine = network.unrolled(
  over: (0..<9).map { MathValue(nineSteps.step($0).reshaped([D])) }, from: [.zeros(H), .zeros(H)], firstStep: 1)
let nineValues = page.evaluation(of: handNine.map { $0[ŷ] })
page.compare(
  "the first 4 of 9 outputs", ("4 steps", short), ("9 steps", long.steps(0..<4)), tolerance: exactly,
  axes: ["sample", "step", "output"], because: "the later steps cannot reach back")
page.compare(
  "nine outputs", hand: page.values(ŷ, at: handNine, in: nineValues), layer: long.reshaped([9, C]), tolerance: 1e-13,
  axes: ["step", "output"])

page.sources([
  "D24": .shown(by: "gates, both steps", "cell state c", "hidden state h"),
  "D25": .text("the program printed no result for them; the steps above compute it"),
])

page.finish()
