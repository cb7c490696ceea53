import ChapterSupport
import Foundation

let batch = Option.integer("batch", default: 10, in: 1...64, "samples in the example of one product")
let inputs = Option.integer("inputs", default: 300, in: 1...512, "features of x in that example")
let units = Option.integer("units", default: 200, in: 1...512, "units of the cell in that example")
let steps = Option.integer("steps", default: 20, in: 2...50, "steps over which gradients are followed")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of all weights and inputs")
let scalar = ScalarChoice.option()

let page = Notebook(
  "TensorFlow's cells", number: 6,
  question: "What does TensorFlow's cell compute, and why did everyone set its forget bias to 1?", minutes: 50,
  goals: [
    "say how long an LSTM remembers before any training, from one number",
    "compute a step of BasicLSTMCell by hand: one product, four pieces",
    "follow the gradient back along the memory",
  ],
  requires: ["simple-rnn", "lstm"],
  summary: "One product, four gates, a state in two parts, and why the forget bias is 1.",
  parameters: [batch, inputs, units, steps, seed, scalar], letters: ["K", "U", "A", "S"])

let (B, D, H, T) = (page[batch], page[inputs], page[units], page[steps])
var generator = RandomGenerator(seed: UInt64(page[seed]))
let tolerance = page[scalar].tolerance
let exactly = Tolerance()

/// Random numbers that `Float` holds exactly if the layer computes in it, so that both sides begin with the same.
func random(_ shape: Int..., within limit: Double) -> Tensor<Double> {
  Tensor<Double>.uniform(shape, -limit, limit, using: &generator).map(page[scalar].rounded)
}

//: The LSTM cell of TensorFlow 1 adds 1 to its [forget gate](glossary:forget-bias), at every call, unless you tell it
//: not to. The 1 is called `forget_bias`. Keras and PyTorch users set it too. Why 1? And what is it added to? The cell is
//: old, but files of its weights are still around, and nothing shows so well what the 1 does.

let forgetBiases = [0.0, 1, 3]
func logistic(_ a: Double) -> Double { 1 / (1 + exp(-a)) }
let memorySteps = Array(0..<T)
page.picture(
  .lineChart(
    title: "What is left of a memory of 1",
    series: forgetBiases.map { bias in
      .init("forget bias \(Int(bias))", memorySteps.map { pow(logistic(bias), Double($0)) }, first: 0)
    }, x: .init("steps later"), y: .init("share that is left")))

//: ## A first look
//:
//: A memory $c$ holds a 1. At every step it is multiplied with the forget gate $f = \sigma(a)$, a number between 0
//: and 1. Before any training the weights are small, so $a$ is near the bias of the gate. Take a pencil: with a bias
//: of 0 the gate stands at $\sigma(0) = 0.5$, and after $n$ steps there is $0.5^n$ left. How long until half is gone?
//: That is the *half-life*, $\ln 0.5 / \ln f$ steps.

page.table(
  columns: ["forget bias", "f", "half-life in steps", "left after \(T) steps"],
  rows: forgetBiases.map { bias in
    let f = logistic(bias)
    return [
      page.text(bias), page.text(f, decimals: 3), page.text(log(0.5) / log(f), decimals: 1),
      page.text(pow(f, Double(T))),
    ]
  })

//: With a bias of 0 the memory has a half-life of one step. What a network has read twenty steps ago is a millionth
//: of what it was: such a network cannot begin to learn that it matters. A bias of 1 doubles the half-life, and 3
//: makes it fourteen steps. Nothing else in the cell has to change.
//:
//: ## The idea
//:
//: A **cell** is the computation of *one* step. It knows nothing of sequences; whoever has one writes the loop around
//: it. TensorFlow's LSTM cell is a few lines of Python:
//:
//: ```python
//: # Parameters of gates are concatenated into one multiply for efficiency.
//: concat = _linear([inputs, h], 4 * self._num_units, True)
//: # i = input_gate, j = new_input, f = forget_gate, o = output_gate
//: i, j, f, o = array_ops.split(1, 4, concat)
//: new_c = (c * sigmoid(f + self._forget_bias) + sigmoid(i) * self._activation(j))
//: new_h = self._activation(new_c) * sigmoid(o)
//: ```
//:
//: Here `c` and `h` are the two parts of the state, `_linear` multiplies with the kernel and adds the bias, and
//: `self._activation` is tanh.
//:
//: **One product, four pieces.** The input and the state, side by side, are multiplied with one matrix. The result is
//: cut into four: what to let in ($i$), what is new ($j$, the [candidate](glossary:candidate)), what to keep ($f$),
//: what to show ($o$). Then comes the memory: keep a share of the old, add a share of the new.

page.picture(.cell(.basicLSTMCell, title: "BasicLSTMCell"))

//: ## The formula and its numbers
//:
//: ### Side by side, or one after the other
//:
//: Begin with the simplest cell. Its documentation has two matrices, $W$ for the input and $U$ for the state:
//:
//: ```python
//: """Most basic RNN: output = new_state = activation(W * input + U * state + B)."""
//: output = self._activation(_linear([inputs, state], self._num_units, True))
//: ```
//:
//: Its code has one call of `_linear`, which puts `inputs` and `state` side by side and multiplies with one matrix
//: $K$, in which $W$ stands above $U$. Both are the same. Here are 10 samples at a time, 300 inputs and 200 units.
//: Each row of $x_t$ is a sample; $\mathbf{1} b$ puts the one [bias](glossary:bias) on every row.

let kernel = random(D + H, H, within: (6 / Double(D + 2 * H)).squareRoot())
let bias = random(H, within: 0.5)
let (W, U) = (symbol("W", .weight, kernel.slices(0..<D)), symbol("U", .weight, kernel.slices(D..<D + H)))
let b = symbol("b", .weight, bias)
let x = symbol("x_t", .input, random(B, D, within: 0.5))
let h₋ = symbol("h_{t-1}", .state, random(B, H, within: 0.5))
let K = define("K", stack(W, U), .weight)

let joined = define("h_t", tanh(concatenate(x, h₋) • K + onEveryRow(b)), .state)
let separate = define("h_t", tanh(x • W + h₋ • U + onEveryRow(b)), .state)
page.formula(joined)
page.formula(separate)

let rnn = page.evaluation(of: [joined, separate, K])
page.table(
  columns: ["letter", "in the code", "shape"],
  rows: [
    ["W", "upper rows of the kernel", page.value(W, in: rnn).shapeText],
    ["U", "lower rows of the kernel", page.value(U, in: rnn).shapeText],
    ["K", "the kernel", page.value(K, in: rnn).shapeText], ["x", "inputs", page.value(x, in: rnn).shapeText],
    ["h", "state", page.value(h₋, in: rnn).shapeText], ["b", "the bias", page.value(b, in: rnn).shapeText],
  ])

page.compare(
  "one product, and two", ("joined", page.value(joined, in: rnn)), ("separate", page.value(separate, in: rnn)),
  tolerance: 1e-13, axes: ["sample", "unit"], because: "the same products, added in another order")

let rnnLayer = page.compute(in: page[scalar]) {
  try runRNN(kernel, bias, x: page.value(x, in: rnn), h: page.value(h₋, in: rnn), as: $0)
}
page.compare(
  "BasicRNNCell: new state", hand: page.value(joined, in: rnn), layer: rnnLayer.state, tolerance: tolerance,
  axes: ["sample", "unit"])
page.compare(
  "output = new_state", ("output", rnnLayer.output), ("new state", rnnLayer.state), tolerance: exactly,
  axes: ["sample", "unit"], because: "one tensor, returned twice")

//: ### One product, four pieces
//:
//: Line by line as formulas. $\mathrm{split}_4(\dots)_1$ is the first of four equal parts, from left to right, and a
//: prime marks the numbers before the activation. Look at the third part, the forget gate: the forget bias
//: stands inside.

struct CellFormulas {
  var gates, i, j, f, o, c, h: Formula
  var parts: [Formula]

  /// - Parameters: the formulas of [x, h], the kernel, the bias (on every row where there are several), and c₋.
  init(_ xh: Formula, _ K: Formula, _ b: Formula, _ c₋: Formula, forgetBias: Double) {
    gates = define(#"\mathrm{gates}_t"#, xh • K + b)
    parts = zip("ijfo", gates.split(into: 4)).map { define("\($0)'_t", $1) }
    i = define("i_t", sigmoid(parts[0]), .gate)
    j = define("j_t", tanh(parts[1]), .gate)
    f = define("f_t", sigmoid(parts[2] + Formula(forgetBias)), .gate)
    o = define("o_t", sigmoid(parts[3]), .gate)
    c = define("c_t", c₋ ⊙ f + i ⊙ j, .state)
    h = define("h_t", tanh(c) ⊙ o, .state)
  }

  var all: [Formula] { [gates] + parts + [i, j, f, o, c, h] }
}

let wideKernel = random(D + H, 4 * H, within: (6 / Double(D + 2 * H)).squareRoot())
let wideBias = random(4 * H, within: 0.5)
let (K4, b4) = (symbol("K", .weight, wideKernel), symbol("b", .weight, wideBias))
let c₋ = symbol("c_{t-1}", .state, random(B, H, within: 1))
let wide = CellFormulas(concatenate(x, h₋), K4, onEveryRow(b4), c₋, forgetBias: 1)
for equation in wide.all { page.formula(equation) }

let big = page.evaluation(of: wide.all)
page.table(
  columns: ["name", "shape", "what it is"],
  rows: [
    ["kernel", wideKernel.shapeText, "W above U, for all four"], ["bias", wideBias.shapeText, "four biases"],
    ["concat", page.value(wide.gates, in: big).shapeText, "the one product"],
    ["i, j, f, o", page.value(wide.i, in: big).shapeText, "a quarter of it each"],
    ["new_c, new_h", page.value(wide.c, in: big).shapeText, "the two halves of the state"],
  ])

//: The cost is four times that of the simple cell:

let cost = (simple: kernel.count + bias.count, gated: wideKernel.count + wideBias.count)
page.result("BasicRNNCell: \(cost.simple) numbers; BasicLSTMCell: \(cost.gated) numbers")

let bigLayer = page.compute(in: page[scalar]) {
  try runLSTM(
    wideKernel, wideBias, x: page.value(x, in: big), h: page.value(h₋, in: big), c: page.value(c₋, in: big), as: $0)
}
page.compare(
  "BasicLSTMCell: gates", hand: Tensor.stacked([wide.i, wide.f, wide.j, wide.o].map { page.value($0, in: big) }),
  layer: bigLayer.gates, tolerance: tolerance, axes: [Axis("gate", ["i", "f", "j", "o"]), "sample", "unit"])
page.compare(
  "BasicLSTMCell: new_c", hand: page.value(wide.c, in: big), layer: bigLayer.c, tolerance: tolerance,
  axes: ["sample", "unit"])
page.compare(
  "BasicLSTMCell: new_h", hand: page.value(wide.h, in: big), layer: bigLayer.h, tolerance: tolerance,
  axes: ["sample", "unit"])

//: ### A cell small enough to read
//:
//: From here on there is a cell of 3 inputs and 2 units. Its kernel has 5 rows and 8 columns, so every number
//: has room.

let (d, u) = (3, 2)
let smallKernel = random(d + u, 4 * u, within: 1)
let smallBias = random(4 * u, within: 0.5)
let (k, β) = (symbol("K", .weight, smallKernel), symbol("b", .weight, smallBias))
page.picture(
  .heatMap(
    title: "The kernel: rows of x above rows of h, blocks i j f o", values: smallKernel.rowsOfDoubles,
    blocks: [("i", Hue.blue), ("j", .green), ("f", .orange), ("o", .purple)].map {
      HeatMapBlock($0.0, count: u, hue: $0.1)
    },
    rowBlocks: [HeatMapBlock("x", count: d), HeatMapBlock("h", count: u)], scale: .signed, digits: 2))

let (xₜ, hₜ, cₜ) = (symbol("x_t", .input), symbol("h_{t-1}", .state), symbol("c_{t-1}", .state))
let small = CellFormulas(concatenate(xₜ, hₜ), k, β, cₜ, forgetBias: 1)
let cell = Recurrence(input: xₜ, states: [(hₜ, small.h), (cₜ, small.c)], outputs: [])
let words = random(4, d, within: 2)
let run = cell.unrolled(over: (0..<4).map { MathValue(words.slice($0)) }, from: [.zeros(u), .zeros(u)], firstStep: 1)
let hand = page.evaluation(of: run.flatMap { [$0[small.h], $0[small.c]] })

//: The second step of a sequence, from the product to the new state:

page.worked(run[1][small.gates], in: hand)
page.show(#"\mathrm{gates}_2"#, page.value(run[1][small.gates], in: hand))

//: Cut into four, in the order i, j, f, o, and each part bent by its own function:

for (part, gate) in zip(small.parts, [small.i, small.j, small.f, small.o]) {
  page.show(run[1][part].name ?? "", page.value(run[1][part], in: hand))
  page.worked(run[1][gate], in: hand)
}

//: And from the four gates the new state:

page.worked(run[1][small.c], in: hand)
page.worked(run[1][small.h], in: hand)

for (title, stage) in [
  ("Step 2, unit 1: what is forgotten", CellStage.forget), ("Step 2, unit 1: what is let in", .input),
  ("Step 2, unit 1: the new c", .update), ("Step 2, unit 1: the new h", .output),
] {
  page.picture(.cell(.basicLSTMCell, title: title, stage: stage, values: wires))
}

var wires: [CellWire: WireValue] {
  func first(_ formula: Formula) -> WireValue { WireValue(page.value(run[1][formula], in: hand).scalars[0]) }
  return [
    .previousHidden: first(hₜ), .previousCell: first(cₜ), .inputGate: first(small.i), .candidate: first(small.j),
    .forgetGate: first(small.f), .outputGate: first(small.o), .cell: first(small.c), .hidden: first(small.h),
  ]
}

//: ### The forget bias, at one step
//:
//: `f + self._forget_bias`: the same step with a forget bias of 0 and of 1. More of $c_1$ is kept.

let without = CellFormulas(concatenate(xₜ, hₜ), k, β, cₜ, forgetBias: 0)
let secondStep: [Formula: MathValue] = [
  xₜ: MathValue(words.slice(1)), hₜ: MathValue(page.value(run[0][small.h], in: hand)),
  cₜ: MathValue(page.value(run[0][small.c], in: hand)),
]
let withZero = page.evaluation(of: without.all, secondStep)
page.table(
  columns: ["", "forget bias 0", "forget bias 1"],
  rows: [("f, unit 1", without.f, small.f), ("c, unit 1", without.c, small.c), ("h, unit 1", without.h, small.h)].map {
    name, zero, one in
    [
      name, page.text(page.value(zero, in: withZero).scalars[0], decimals: 6),
      page.text(page.value(run[1][one], in: hand).scalars[0], decimals: 6),
    ]
  })

//: Keras puts the 1 into the *initial value* of the bias and adds nothing later. So it can be trained away there, and
//: a weight file of TensorFlow 1 needs a 1 added to the bias of $f$ when it moves elsewhere. After that the function
//: is the same:

let portable = page.must(
  try WeightLayout(.tensorflow1, .lstm).decode { ["kernel": smallKernel, "bias": smallBias][$0] }.addingForgetBias(1))
page.compare(
  "h of four steps: forget bias 1, and the 1 in the weights",
  ("by hand, bias at every call", page.values(small.h, at: run, in: hand)),
  ("layer, bias in the weights", page.must(try states(portable, words))), tolerance: 1e-13, axes: ["step", "unit"],
  because: "z + b + 1 and z + (b + 1) differ by rounding")

//: ### What a gate can do
//:
//: A gate is a number between 0 and 1 for each unit. With $f = 1, i = 0$ the memory is kept, to the last bit; with
//: $f = 0, i = 1$ it is replaced by the candidate:

let kept = page.value(small.c, secondStep.merging([small.f: .ones(u), small.i: .zeros(u)]) { $1 })
let replaced = page.value(small.c, secondStep.merging([small.f: .zeros(u), small.i: .ones(u)]) { $1 })
page.compare(
  "f = 1, i = 0: the old memory", ("c₁", page.value(run[0][small.c], in: hand)), ("c₂", kept),
  tolerance: exactly, axes: ["unit"], because: "1 · c + 0 · j is c, to the last bit")
page.compare(
  "f = 0, i = 1: the candidate", ("j₂", page.value(run[1][small.j], in: hand)), ("c₂", replaced),
  tolerance: exactly, axes: ["unit"], because: "0 · c + 1 · j is j, to the last bit")

//: Between the ends old and new are mixed. They form a mean only where $i + f = 1$, and nothing in the cell ensures
//: it: with both gates open the memory grows (the chapter on the GRU counts with it). One gate for both makes it
//: certain, $i = 1 - f$, and needs no matrix for $i$:

let coupledI = define("i_t", 1 - without.f, .gate)
let coupledC = define("c_t", cₜ ⊙ without.f + coupledI ⊙ without.j, .state)
let coupledH = define("h_t", tanh(coupledC) ⊙ without.o, .state)

for equation in [without.f, coupledI, coupledC] { page.formula(equation) }

//: ONNX has the coupling under the name `input_forget`, but the other way round: $f = 1 - i$. Since
//: $1 - \sigma(a) = \sigma(-a)$, the weights of $f$ with their signs changed, in the place of those of $i$, give this
//: variant:

let coupledRun = Recurrence(input: xₜ, states: [(hₜ, coupledH), (cₜ, coupledC)])
  .unrolled(over: (0..<4).map { MathValue(words.slice($0)) }, from: [.zeros(u), .zeros(u)], firstStep: 1)
let coupledHand = page.evaluation(of: coupledRun.map { $0[coupledH] })
let coupledLayer = page.compute(in: page[scalar]) { try runCoupled(smallKernel, smallBias, words, as: $0) }
page.compare(
  "i = 1 − f, four steps", hand: page.values(coupledH, at: coupledRun, in: coupledHand), layer: coupledLayer,
  tolerance: tolerance, axes: ["step", "unit"])

//: ### A loop over steps
//:
//: The whole recurrent network is this loop; the state that comes out goes in again.
//:
//: ```python
//: for current_batch_of_words in words:
//:     output, state = lstm(current_batch_of_words, state)
//: ```

let loopLayer = page.compute(in: page[scalar]) { try runLoop(smallKernel, smallBias, words, as: $0) }
page.compare(
  "c after each step", hand: page.values(small.c, at: run, in: hand), layer: loopLayer.c, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "h after each step", hand: page.values(small.h, at: run, in: hand), layer: loopLayer.h, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "the loop, and the layer that has it inside", ("loop", loopLayer.h), ("layer", loopLayer.wholeSequence),
  tolerance: tolerance, axes: ["step", "unit"])
//: ### Why the state is a pair
//:
//: A simple cell carries $h$; the LSTM carries $c$ and $h$. TensorFlow passes both as a pair, `LSTMStateTuple(c, h)`.
//: With `state_is_tuple=False` they are laid side by side in one tensor, $c$ first.

let last = LSTMState(
  h: page.value(run[3][small.h], in: hand).reshaped([1, u]), c: page.value(run[3][small.c], in: hand).reshaped([1, u]))
page.show("c_4", last.c)
page.show("h_4", last.h)
page.show("[c_4, h_4]", last.joined)
page.compare(
  "joined and cut again", ("pair", Tensor.stacked([last.c, last.h])),
  ("after joining", Tensor.stacked([LSTMState(joined: last.joined, units: u)].flatMap { [$0.c, $0.h] })),
  tolerance: exactly, axes: [Axis("part", ["c", "h"]), "sample", "unit"])

//: For one cell both ways are as good. Why not one tensor always? Because cells are **stacked**, and need not be of one
//: size. The lowest may be large, the next smaller:

//-
let kernels = [random(3 + 5, 4 * 5, within: 0.7), random(5 + 2, 4 * 2, within: 0.7)]
let stackBiases = [random(4 * 5, within: 0.5), random(4 * 2, within: 0.5)]
let first = CellFormulas(
  concatenate(xₜ, hₜ), symbol("K", .weight, kernels[0]), symbol("b", .weight, stackBiases[0]), cₜ, forgetBias: 1)
let (hʹₜ, cʹₜ) = (symbol("h'_{t-1}", .state), symbol("c'_{t-1}", .state))
let second = CellFormulas(
  concatenate(first.h, hʹₜ), symbol("K'", .weight, kernels[1]), symbol("b'", .weight, stackBiases[1]), cʹₜ,
  forgetBias: 1)
let stackRun = Recurrence(
  input: xₜ, states: [(hₜ, first.h), (cₜ, first.c), (hʹₜ, second.h), (cʹₜ, second.c)]
).unrolled(
  over: (0..<4).map { MathValue(words.slice($0)) }, from: [.zeros(5), .zeros(5), .zeros(2), .zeros(2)], firstStep: 1)
let stackHand = page.evaluation(of: stackRun.flatMap { [$0[second.h], $0[second.c]] })

page.picture(
  .unrolledNetwork(
    title: "Two cells of different sizes", steps: 4, inputShape: "[3]",
    layers: [
      UnrolledLayer("h", name: "BasicLSTMCell", shape: "[5]", hue: .sky),
      UnrolledLayer("h'", name: "BasicLSTMCell", shape: "[2]", hue: .orange),
    ], initialState: "0"))

let stackLayer = page.compute(in: page[scalar]) { try runStack(kernels, stackBiases, words, as: $0) }
page.table(
  "The state of the stack", columns: ["cell", "h", "c"],
  rows: (0..<2).map { ["\($0 + 1)", "\(stackLayer.shapes[2 * $0])", "\(stackLayer.shapes[2 * $0 + 1])"] })
page.compare(
  "output of the stack, four steps", hand: page.values(second.h, at: stackRun, in: stackHand),
  layer: stackLayer.outputs,
  tolerance: tolerance, axes: ["step", "unit"])

//: Four tensors of two widths make no matrix. Pairs of pairs do, and the rest of a program need not know how wide each
//: is. The output of the stack is that of its top cell alone.

//: ### Two interfaces
//:
//: PyTorch's module takes a whole sequence, TensorFlow's cell one step. And they name the pair in opposite orders:
//:
//: ```python
//: output, (h_n, c_n) = lstm(input, (h_0, c_0))        # PyTorch
//: new_h, (new_c, new_h) = lstm(inputs, (c, h))        # TensorFlow
//: ```

page.table(
  columns: ["", "TensorFlow 1, BasicLSTMCell", "PyTorch, LSTM"],
  rows: [
    ["one call is", "one step", "a sequence"], ["state", "(c, h)", "(h, c)"],
    ["kernel", "[D + H, 4H], columns are outputs", "[4H, D] and [4H, H], rows are outputs"],
    ["gates", "i j f o", "i f g o"],
    ["biases", "one, and a forget bias", "two, which are added"],
  ])

//: Both halves have one shape, so a pair in the wrong order raises no error. The fourth step, with $c_3$ and $h_3$ in
//: their places and exchanged:

let thirdState = (h: page.value(run[2][small.h], in: hand), c: page.value(run[2][small.c], in: hand))
let swapped = page.evaluation(
  of: [small.h], [xₜ: MathValue(words.slice(3)), hₜ: MathValue(thirdState.c), cₜ: MathValue(thirdState.h)])
page.table(
  columns: ["unit", "h₄", "h₄, pair exchanged"],
  rows: (0..<u).map {
    [
      "\($0 + 1)", page.text(page.value(run[3][small.h], in: hand).scalars[$0], decimals: 6),
      page.text(page.value(small.h, in: swapped).scalars[$0], decimals: 6),
    ]
  })

//: In this project the two have names, `state.h` and `state.c`, and no order at all.
//:
//: ### One set of weights, five frameworks
//:
//: The weights of the small cell leave TensorFlow's layout, with the forget bias added, and go
//: through each framework's own tensors:

let layouts: [(name: String, layout: WeightLayout)] = page.must(
  try [
    ("Keras", WeightLayout(.keras, .lstm)), ("PyTorch", WeightLayout(.pytorch, .lstm)),
    ("TensorFlow 1, forget bias 0", WeightLayout(.tensorflow1, .lstm)), ("ONNX", WeightLayout(.onnx, .lstm)),
    ("MXNet, mx.rnn", WeightLayout(.mxnet, .lstm)), ("MXNet, bi-lstm-sort", WeightLayout.biLSTMSort),
  ])
let encoded = page.must(try layouts.map { try $0.layout.encode(portable.fitted(to: $0.layout)) })
page.table(
  columns: ["framework", "blocks", "tensors"],
  rows: zip(layouts, encoded).map { entry, tensors in
    [
      entry.name, entry.layout.entries[0].gates.map { $0 == .g ? "j" : $0.rawValue }.joined(separator: " "),
      tensors.map { "\($0.name) \($0.tensor.shape)" }.joined(separator: ", "),
    ]
  })

//: The tensors look different in each, and the function is one. How each layout is read, and what every wrong reading
//: yields, is another lesson: [One set of weights, five frameworks](chapter:rosetta).

let restored = page.must(
  try zip(layouts, encoded).map { entry, tensors in
    try states(entry.layout.decode { name in tensors.first { $0.name == name }?.tensor }, words)
  })
page.compare(
  "h of four steps through every layout",
  ("by hand", Tensor.stacked(layouts.map { _ in page.values(small.h, at: run, in: hand) })),
  ("layouts", Tensor.stacked(restored)), tolerance: 1e-13,
  axes: [Axis("layout", layouts.map(\.name)), "step", "unit"])

//: ## The experiment
//:
//: The pencil said $0.5^n$, $0.73^n$, $0.95^n$. Does a fresh cell, with small weights and real inputs, keep to it?
//: Put a [loss](glossary:loss) on the last step and ask how large its [gradient](glossary:gradient) is along the
//: memory of every earlier step. This gradient, the slope of the loss, is how much a step can still learn from what
//: comes later.
//:
//: Four runs over the same random vectors: a simple cell, and the small LSTM cell with forget biases of 0, 1 and 3. Each
//: number of its kernel is an eighth of the one above and its own biases are zero, as before a training. For the simple cell it is
//: the slope along $h$, for the LSTM the slope along $c$. To be fair, the simple cell's matrix $U$ is orthogonal: it
//: keeps every length, so that only the slopes of tanh are left to shrink it.

//-
let longWords = random(T, d, within: 1)
let simpleKernel = Tensor.stackedRows([
  random(d, u, within: 0.9), Initializer.orthogonal([u, u], using: &generator).map(page[scalar].rounded),
])
let simpleNext = define("h_t", tanh(concatenate(xₜ, hₜ) • symbol("K", .weight, simpleKernel)), .state)

//-
let (freshKernel, freshBias) = (smallKernel.map { $0 / 8 }, Tensor<Double>.zeros([4 * u]))
let simpleSlopes = page.must(
  try slopes(along: simpleNext, Recurrence(input: xₜ, states: [(hₜ, simpleNext)]), longWords, units: u))
let gatedSlopes = page.must(
  try forgetBiases.map { forgetBias in
    let fresh = CellFormulas(
      concatenate(xₜ, hₜ), symbol("K", .weight, freshKernel), symbol("b", .weight, freshBias), cₜ,
      forgetBias: forgetBias)
    let recurrence = Recurrence(input: xₜ, states: [(hₜ, fresh.h), (cₜ, fresh.c)])
    return try slopes(along: fresh.c, recurrence, longWords, units: u)
  })

/// The length of the slope at each step.
func lengths(_ slopes: Tensor<Double>) -> [Double] {
  (0..<T).map { step in slopes.slice(step).scalars.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

/// Lengths as a share of the one at the last step.
func share(_ slopes: Tensor<Double>) -> [Double] {
  let all = lengths(slopes)
  return all.map { $0 / all[T - 1] }
}

page.picture(
  .lineChart(
    title: "The slope along the state of each step, as a share of that of the last step",
    series: [.init("simple cell", share(simpleSlopes))]
      + zip(forgetBiases, gatedSlopes).map { .init("LSTM, forget bias \(Int($0))", share($1)) },
    x: .init("step"), y: .init("share of the slope", isLogarithmic: true)))
page.table(
  "From the last step back to the first",
  columns: ["cell", "slope that is left", "a factor for each step", "the pencil's f"],
  rows: (["simple cell"] + forgetBiases.map { "LSTM, forget bias \(Int($0))" }).enumerated().map { index, name in
    let left = share(index == 0 ? simpleSlopes : gatedSlopes[index - 1])[0]
    return [
      name, page.text(left, decimals: 6), page.text(pow(left, 1 / Double(T - 1)), decimals: 3),
      index == 0 ? "–" : page.text(logistic(forgetBiases[index - 1]), decimals: 3),
    ]
  })

//: The measured factors stand near the pencil's. They are not quite the same: the gates see inputs, and the memory
//: also acts through $h$ on later gates. From four seeds (`--seed`) they were 0.51 to 0.54, 0.74 to 0.76 and 0.96 to
//: 0.98. A product of many factors below 1 [vanishes](glossary:vanishing-gradient), and the bias of the forget gate
//: decides how fast.

if page.keepsDefaults {
  page.range(
    "factors for each step, forget bias 0, 1, 3",
    of: gatedSlopes.map { pow(share($0)[0], 1 / Double(T - 1)) },
    in: forgetBiases.map { logistic($0) - 0.05...logistic($0) + 0.05 }, axes: ["forget bias"],
    because: "the pencil's f, and what inputs and the way through h add")
}

//: The same slopes, from the layer's `backward`, step by step from the end. It gives what arrives at $c_t$ along the
//: memory, and what arrives at $h_t$; since $h_t = o_t \odot \tanh(c_t)$, the second passes on to $c_t$ as well.
//: Slopes may grow on the way, and rounding grows with them, so both sides are divided by the largest slope where
//: that is above 1.

for (forgetBias, own) in zip(forgetBiases, gatedSlopes) {
  let largest = max(1, own.scalars.map(abs).max() ?? 1)
  let layer = page.compute(in: page[scalar]) {
    try layerSlopes(freshKernel, freshBias, longWords, forgetBias: forgetBias, as: $0)
  }
  page.compare(
    "slopes along c, forget bias \(Int(forgetBias))", hand: own.map { $0 / largest },
    layer: layer.map { $0 / largest }, tolerance: tolerance, axes: ["step", "unit"])
}

//: ### Before any training
//:
//: That was a small cell. Now a network as one trains it: 16 units that read 20 symbols and must say at the end
//: **which symbol came first**. Before the first update, how large is the slope of the loss along the first input, as
//: a share of that along the last one? Three seeds here, beside the range of ten seeds of PyTorch:

let firstRatios = page.must(
  try [0, 1, 2.9444].map { forgetBias in
    try (0..<3).map { try firstToLast(forgetBias: forgetBias, steps: 20, seed: UInt64(page[seed]) + $0) }
  })
let torch = ["lstm_fb0", "lstm_fb1", "lstm_fb2.9444"].map { layer in
  page.statistics("gradients_first_symbol", ["T": 20, "layer": .text(layer)])
}
page.table(
  "Slope along the first input, as a share of that along the last",
  columns: ["forget bias", "three seeds here", "ten seeds of PyTorch"],
  rows: zip(zip(["0", "1", "2.94 = ln 19"], firstRatios), torch).map { own, torch in
    let known = torch?.figure("gradient_x0_over_gradient_xlast_at_start")
    return [
      own.0, range(own.1.min() ?? 0, own.1.max() ?? 0), known.map { range($0.least, $0.greatest) } ?? "–",
    ]
  })

func range(_ least: Double, _ greatest: Double) -> String {
  "\(page.text(least, decimals: 6)) … \(page.text(greatest, decimals: 6))"
}

for (name, own) in zip(["0", "1", "2.94"], zip(firstRatios, torch)) {
  page.experiment(
    "first slope against last, forget bias \(name)", of: own.0, own.1, "gradient_x0_over_gradient_xlast_at_start")
}

//: Three seeds are few: some of ours lie outside the range of PyTorch's ten, but the order is the same. A share above 1
//: means that the slope *grows* on its way back. That is the other danger, the [exploding gradient](glossary:exploding-gradient).
//:
//: So this is why everyone set it to 1. With 0 the first symbol hardly moves the loss, and after 600 updates of
//: PyTorch none of ten seeds had learned it; with 1 all ten had, and with 2.94 as well. For longer sequences 1 is too
//: little: a bias of $\ln(T - 1)$ gives the memory a length of about $T$ steps.
//:
//: ## The way back
//:
//: Where does the factor $f$ come from? Take a loss on the second step, $L = \frac{1}{2} \sum h_2^2$, whose slope along
//: $h_2$ is $h_2$ itself. Backwards through the cell, one line for each line of the code. $\delta_c$ and $\delta_{xh}$ are the
//: slopes along $c_2$ and $[x_2, h_1]$ themselves; $\delta_i$, $\delta_j$, $\delta_f$ and $\delta_o$ are those along the sums, before σ
//: and tanh:

let (c₁, h₁) = (run[0][small.c], run[0][small.h])
let (i₂, j₂, f₂, o₂) = (run[1][small.i], run[1][small.j], run[1][small.f], run[1][small.o])
let (c₂, h₂) = (run[1][small.c], run[1][small.h])
let loss = define("L", 0.5 * sum(squared(h₂)), .loss)
let δc = define(#"\delta_c"#, h₂ ⊙ o₂ ⊙ (1 - squared(tanh(c₂))), .loss)
let δi = define(#"\delta_i"#, δc ⊙ j₂ ⊙ i₂ ⊙ (1 - i₂), .loss)
let δj = define(#"\delta_j"#, δc ⊙ i₂ ⊙ (1 - squared(j₂)), .loss)
let δf = define(#"\delta_f"#, δc ⊙ c₁ ⊙ f₂ ⊙ (1 - f₂), .loss)
let δo = define(#"\delta_o"#, h₂ ⊙ tanh(c₂) ⊙ o₂ ⊙ (1 - o₂), .loss)
let δgates = define(#"\delta_{\mathrm{gates}}"#, concatenate(δi, δj, δf, δo), .loss)
let δxh = define(#"\delta_{xh}"#, δgates • transpose(k), .loss)
let δc₁ = define(#"\delta_{c_1}"#, δc ⊙ f₂, .loss)
for equation in [δc, δi, δj, δf, δo, δgates, δxh, δc₁] { page.formula(equation) }

//: **The last line is the one that matters: from $c_2$ to $c_1$ there is a product with $f_2$ and nothing else.** No
//: matrix, and no slope of an activation.

let back = page.evaluation(of: [loss, δxh, δc₁])
page.worked(δc₁, in: back)
page.worked(δxh, in: back)

let gradientLayer = page.compute(in: page[scalar]) { try runBackward(smallKernel, smallBias, words, as: $0) }
let gradients = page.gradients(of: loss)
page.compare(
  "∂L/∂c₁, along the memory", hand: page.value(δc₁, in: back), layer: gradientLayer.c, tolerance: tolerance,
  axes: ["unit"])
page.compare(
  "∂L/∂[x₂, h₁]", hand: page.value(δxh, in: back), layer: gradientLayer.xh, tolerance: tolerance, axes: ["column"])

//: The kernel was used at both steps; its gradient is the sum of both uses:

page.compare(
  "gradient of the kernel", hand: page.gradient(k, gradients), layer: gradientLayer.kernel, tolerance: tolerance,
  axes: ["row", "column"])
page.compare(
  "gradient of the bias", hand: page.gradient(β, gradients), layer: gradientLayer.bias, tolerance: tolerance,
  axes: ["column"])
page.compare(
  "gradient of the kernel, and central differences", ("by hand", page.gradient(k, gradients)),
  ("central differences", page.centralDifferences(of: loss, k)),
  tolerance: page.differenceTolerance(of: loss, k), axes: ["row", "column"],
  because: "a central difference is right to about 1e-11 here")

//: A gate's *value* near 1 keeps the gradient. Its own *slope* does not: $\sigma'(a) = \sigma(a)(1 - \sigma(a))$ is
//: at most 0.25, and nearly 0 in an open gate.

let a = symbol("a", .input, 5)
let gateAtFive = (
  value: page.value(sigmoid(a)).scalars[0], slope: page.gradient(a, page.gradients(of: sigmoid(a))).scalars[0]
)
page.table(
  columns: ["", "at a = 5", "multiplied over \(T) steps"],
  rows: [("the gate's value, $\\sigma(a)$", gateAtFive.value), ("the gate's slope, $\\sigma'(a)$", gateAtFive.slope)]
    .map {
      name, number in [name, page.text(number), page.text((0..<T).reduce(1.0) { product, _ in product * number })]
    })

//: That is also why the values go through tanh: its slope at zero is 1, that of the logistic function a quarter.

page.picture(.activations(title: "Slopes of tanh and σ", [.tanh, .sigmoid], derivatives: true))
let zero = symbol("x", .input, 0)
let slopes = [tanh(zero), sigmoid(zero)].map { page.gradient(zero, page.gradients(of: $0)).scalars[0] }
page.compare("σ′(0)", ("1/4", 0.25), ("derivative", slopes[1]), tolerance: exactly)

//: ### Shared weights
//:
//: All steps use the same weights. What happens to the gradients of the steps? Give every step a **copy** of the
//: kernel of its own, and take the gradient of each:

let copies = (0..<3).map { _ in symbol("K", .weight, smallKernel) }
let threeSteps = page.gradients(of: sum(run.prefix(3).map { sum($0[small.h]) }))
let separateGradients = page.must(try gradientsOfCopies(copies, bias: β, words, units: u))

page.table(
  "∂L/∂K, first row, first column", columns: ["step 1", "step 2", "step 3", "sum", "shared weights"],
  rows: [
    separateGradients.map { page.text($0.scalars[0], decimals: 6) }
      + [
        page.text(separateGradients.reduce(0) { $0 + $1.scalars[0] }, decimals: 6),
        page.text(page.gradient(k, threeSteps).scalars[0], decimals: 6),
      ]
  ])
page.compare(
  "the sum over the steps, and the gradient of the shared weights",
  ("sum of three", separateGradients[0] + separateGradients[1] + separateGradients[2]),
  ("shared", page.gradient(k, threeSteps)), tolerance: 1e-14, axes: ["row", "column"],
  because: "the same terms, added in another order")

//: The gradients are **summed** over all steps, and then there is one update. Were each step to write its own, the last
//: one would win and the rest be lost.
//:
//: ## What to remember
//:
//: - A cell is one step: one product of [x, h] with one matrix, cut into four; the state is a pair, so that layers of
//:   different sizes can be stacked.
//: - The slope along the memory is a product of forget gates: $0.5^n$, $0.73^n$, $0.95^n$ for a forget bias of 0, 1, 3.
//: - A forget bias of 1 lets training begin. TensorFlow adds it at every call and keeps it out of its files.
//:
//: ## Try
//:
//: - `swift run chapter-basic-lstm-cell --steps 50`: with forget bias 3 a third or so is left of the first step's
//:   slope, with 0 nothing that counts, since $0.5^{50}$ is about $10^{-15}$. The factors for each step hardly change.
//: - `swift run chapter-basic-lstm-cell --seed 2`: other weights, other inputs. The measured factors move, their order
//:   does not.
//: - `swift run chapter-basic-lstm-cell --scalar float`: the layer computes with seven digits. Hand and layer now
//:   differ in the seventh digit, and all comparisons still hold.
//:
//: ## Against the sources
//:
//: Three articles explain these cells by reading code: one reads TensorFlow's [@gu], one asks why an LSTM is built as
//: it is [@rnnseries], one reads an example of MXNet [@mxnetnotes].

page.documented("D55", "batch", title: "samples of the example", computed: B)
for (name, formula) in [("W", W), ("U", U), ("x", x), ("h", h₋), ("b", b)] {
  page.documented("D55", name, title: "shape of \(name)", computed: page.value(formula, in: rnn).shape)
}
let rows = symbol("A", .other, page.printed("D56", "matrix"))
let row = symbol("b", .weight, page.printed("D56", "bias"))
let sumOfBoth = define("S", rows + onEveryRow(row))
page.documented("D56", "sum", title: "[[1,2],[3,4]] + [1,1]", computed: page.value(sumOfBoth))
let far = symbol("x", .input, [-1000, 1000])
page.documented("D60", title: "the range of a gate: σ(−1000) and σ(1000)", computed: page.value(sigmoid(far)))
page.documented("D61", title: "tanh′(0)", computed: slopes[0])
page.documented("D63", title: "cost relative to a simple cell", computed: Double(cost.gated) / Double(cost.simple))

//: ### MXNet's example
//:
//: The cell of `example/bi-lstm-sort` makes two products, one for the input and one for the state, each with a bias,
//: adds them, and slices the sum. Rows are outputs, so the matrix stands on the left:

//-
let (wi, wh) = (random(4 * u, d, within: 1), random(4 * u, u, within: 1))
let (bi, bh) = (random(4 * u, within: 0.5), random(4 * u, within: 0.5))
let (W_i2h, W_h2h) = (symbol("W_{i2h}", .weight, wi), symbol("W_{h2h}", .weight, wh))
let (b_i2h, b_h2h) = (symbol("b_{i2h}", .weight, bi), symbol("b_{h2h}", .weight, bh))

let sort = SortCell(W_i2h, W_h2h, b_i2h, b_h2h, xₜ, hₜ, cₜ)
for equation in [sort.gates, sort.inGate, sort.inTransform, sort.forgetGate, sort.outGate, sort.c, sort.h] {
  page.formula(equation)
}

//: The slices are in, transform, forget, out: TensorFlow's order, but without a forget bias. MXNet's own
//: `mx.rnn.LSTMCell` has in, **forget, transform**, out. Two orders in one framework: their weights must not be mixed.

//-
let sortRun = Recurrence(input: xₜ, states: [(hₜ, sort.h), (cₜ, sort.c)])
  .unrolled(over: (0..<3).map { MathValue(words.slice($0)) }, from: [.zeros(u), .zeros(u)], firstStep: 1)
let sortHand = page.evaluation(of: sortRun.map { $0[sort.h] })

let sortLayer = page.compute(in: page[scalar]) {
  try runSort(["i2h_weight": wi, "h2h_weight": wh, "i2h_bias": bi, "h2h_bias": bh], words.slices(0..<3), as: $0)
}
page.compare(
  "the example's cell, three steps", hand: page.values(sort.h, at: sortRun, in: sortHand), layer: sortLayer.h,
  tolerance: tolerance, axes: ["step", "unit"])
page.table(
  "The example's weights, read in its own order and in that of mx.rnn", columns: ["step", "i j f o", "i f j o"],
  rows: (0..<3).map {
    ["\($0 + 1)", page.text(sortLayer.h[$0, 0], decimals: 6), page.text(sortLayer.mixedUp[$0, 0], decimals: 6)]
  })

let summed = page.gradients(of: sum(sortRun.map { sum($0[sort.h]) }))
page.compare(
  "gradient of the shared weights", hand: page.gradient(W_i2h, summed), layer: sortLayer.kernelGradient,
  tolerance: tolerance, axes: ["row", "column"])

//: The example sorts digits, and for that a step must know what comes after it. So a second chain of cells with weights
//: of its own reads the sequence from its end. At each step the two hidden states are put side by side: the forward one
//: has seen everything up to here, the backward one everything from here on.

//-
let backwardWeights = [random(4 * u, d, within: 1), random(4 * u, u, within: 1)]
let backwardBiases = [random(4 * u, within: 0.5), random(4 * u, within: 0.5)]
let backwardCell = SortCell(
  symbol("W_{i2h}", .weight, backwardWeights[0]), symbol("W_{h2h}", .weight, backwardWeights[1]),
  symbol("b_{i2h}", .weight, backwardBiases[0]), symbol("b_{h2h}", .weight, backwardBiases[1]), xₜ, hₜ, cₜ)
let backwardRun = Recurrence(input: xₜ, states: [(hₜ, backwardCell.h), (cₜ, backwardCell.c)])
  .unrolled(over: (0..<3).reversed().map { MathValue(words.slice($0)) }, from: [.zeros(u), .zeros(u)], firstStep: 1)
let backwardHand = page.evaluation(of: backwardRun.map { $0[backwardCell.h] })
let bothHand = Tensor.concatenated([
  page.values(sort.h, at: sortRun, in: sortHand),
  // What was computed last belongs to the first step.
  page.values(backwardCell.h, at: backwardRun.reversed(), in: backwardHand),
])

let bothLayer = page.compute(in: page[scalar]) {
  try runBoth([wi, wh, bi, bh], backwardWeights + backwardBiases, words.slices(0..<3), as: $0)
}
page.compare(
  "both directions side by side", hand: bothHand, layer: bothLayer, tolerance: tolerance, axes: ["step", "column"])

page.sources([
  "D57": .shown(by: "one product, and two", "BasicRNNCell: new state", "output = new_state"),
  "D58": .shown(by: "BasicLSTMCell: gates", "BasicLSTMCell: new_c", "BasicLSTMCell: new_h"),
  "D59": .shown(by: "f = 1, i = 0: the old memory", "f = 0, i = 1: the candidate", "i = 1 − f, four steps"),
  "D62": .shown(by: "output = new_state"),
  "D62": .text("(h, c) and (c, h): the table of the two interfaces above"),
  "D64": .shown(by: "BasicLSTMCell: new_h", "h after each step"),
  "D65": .shown(by: "the example's cell, three steps"), "D66": .shown(by: "both directions side by side"),
  "D67": .text("where to read: nothing in them can be computed"),
])

page.finish()
