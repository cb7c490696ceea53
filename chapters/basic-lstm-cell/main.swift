import ChapterSupport

let batch = Option.integer("batch", default: 10, in: 1...64, "samples in the example of the text")
let inputs = Option.integer("inputs", default: 300, in: 1...512, "features of x in that example")
let units = Option.integer("units", default: 200, in: 1...512, "units of the cell in that example")
let steps = Option.integer("steps", default: 20, in: 2...50, "steps over which gradients are followed")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of all weights and inputs")
let scalar = ScalarChoice.option()

let page = Notebook(
  "TensorFlow's cells", number: 6,
  summary:
    "BasicRNNCell and BasicLSTMCell line by line: one product, four gates, a state in two parts, and the same weights in five frameworks.",
  parameters: [batch, inputs, units, steps, seed, scalar],
  symbols: ["i": .blue, "f": .orange, "j": .green, "o": .purple, "c": .yellow, "h": .sky])

let (B, D, H, T) = (page[batch], page[inputs], page[units], page[steps])
var generator = RandomGenerator(seed: UInt64(page[seed]))
let tolerance = page[scalar].tolerance
let exactly = Tolerance()

/// Random numbers that `Float` holds exactly if the layer computes in it, so that both sides begin with the same.
func random(_ shape: Int..., within limit: Double) -> Tensor<Double> {
  Tensor<Double>.uniform(shape, -limit, limit, using: &generator).map(page[scalar].rounded)
}

//: Three texts explain recurrent networks by reading other people's code: one reads TensorFlow's cells, one asks why an
//: LSTM is built as it is, one reads an example of MXNet. This chapter runs what they read.
//:
//: The word of the day is **cell**: the computation of *one* time step. A cell knows nothing of sequences. Whoever has
//: one writes the loop around it.

//: ## BasicRNNCell
//:
//: TensorFlow's simplest cell is one line of code and one line of documentation:
//:
//: ```python
//: """Most basic RNN: output = new_state = activation(W * input + U * state + B)."""
//: output = self._activation(_linear([inputs, state], self._num_units, True))
//: ```
//:
//: The documentation has two matrices, the code has one call of `_linear`. Both are the same: `_linear` puts `inputs`
//: and `state` side by side and multiplies with one matrix $K$, in which $W$ stands above $U$.

page.picture(.cell(.basicRNNCell, title: "BasicRNNCell: the output is the new state"))

//: The text gives an example: 10 samples at a time, 300 inputs, 200 units. So $x_t$ has 10 rows, one for each sample, and the
//: product has 10 rows as well. The bias is one row. In the formulas $\mathbf{1} b$ says that it is set on every row: a column of
//: ones times the row.

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
page.documented("D55", "batch", title: "samples of the example", computed: B)
for (name, formula) in [("W", W), ("U", U), ("x", x), ("h", h₋), ("b", b)] {
  page.documented("D55", name, title: "shape of \(name)", computed: page.value(formula, in: rnn).shape)
}

page.compare(
  "one product, and two", ("joined", page.value(joined, in: rnn)), ("separate", page.value(separate, in: rnn)),
  tolerance: 1e-13, axes: ["sample", "unit"], because: "the same products, added in another order")

//: ### The bias
//:
//: The text stops at the bias: the sizes of a product with 10 rows and of one row do not match, and yet TensorFlow adds
//: them. It adds the same bias to **every row**. In the text's own numbers:

let rows = symbol("A", .other, page.printed("D56", "matrix"))
let row = symbol("b", .weight, page.printed("D56", "bias"))
let sumOfBoth = define("S", rows + onEveryRow(row))
let added = page.evaluation(of: [sumOfBoth])
page.worked(sumOfBoth, in: added)
page.documented("D56", "sum", title: "[[1,2],[3,4]] + [1,1]", computed: page.value(sumOfBoth, in: added))

//: ### The layer

struct RNNNumbers { var output, state: Tensor<Double> }

func runRNN<Scalar: RealScalar>(_: Scalar.Type) throws -> RNNNumbers {
  let cell = try BasicRNNCell<Scalar>(kernel: kernel.converted(), bias: bias.converted())
  let step = cell.forward(page.value(x, in: rnn).converted(), HiddenState(h: page.value(h₋, in: rnn).converted()))
  return RNNNumbers(output: step.output.converted(), state: step.state.h.converted())
}

let rnnLayer = page.compute(in: page[scalar]) { try runRNN($0) }
page.compare(
  "BasicRNNCell: new state", hand: page.value(joined, in: rnn), layer: rnnLayer.state, tolerance: tolerance,
  axes: ["sample", "unit"])
page.compare(
  "output = new_state", ("output", rnnLayer.output), ("new state", rnnLayer.state), tolerance: exactly,
  axes: ["sample", "unit"], because: "one tensor, returned twice")

//: ## BasicLSTMCell
//:
//: The LSTM cell makes the same call, only four times as wide, and cuts the result into four:
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
//: Line by line as formulas. $\mathrm{split}_4(\dots)_1$ is the first of four equal parts, from left to right, and a prime marks
//: the numbers before the activation:

struct CellFormulas {
  var gates, i, j, f, o, c, h: Formula
  var parts: [Formula]

  /// - Parameters: the formulas of [x, h], the kernel, the bias (already on every row where there are several), and c
  ///   before the step.
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

//: In the code $i, j, f, o$ stand for what has a prime here. The sign
//: in the text's drawing is called a dot product; what is meant is the product element by element, ⊙, since a dot
//: product would leave a single number. And `split(1, 4, concat)` is TensorFlow before 1.0; the other text prints
//: `axis=one` and has lost the line that says what `one` is: the number 1.

let big = page.evaluation(of: wide.all)
page.table(
  columns: ["name", "shape", "what it is"],
  rows: [
    ["kernel", wideKernel.shapeText, "W above U, for all four"], ["bias", wideBias.shapeText, "four biases"],
    ["concat", page.value(wide.gates, in: big).shapeText, "the one product"],
    ["i, j, f, o", page.value(wide.i, in: big).shapeText, "a quarter of it each"],
    ["new_c, new_h", page.value(wide.c, in: big).shapeText, "the two halves of the state"],
  ])

//: The cost is four times that of the simple cell, as the second text says of all gating:

let cost = (simple: kernel.count + bias.count, gated: wideKernel.count + wideBias.count)
page.result("BasicRNNCell: \(cost.simple) numbers; BasicLSTMCell: \(cost.gated) numbers")
page.documented("D63", title: "cost relative to a simple cell", computed: Double(cost.gated) / Double(cost.simple))

struct LSTMNumbers { var gates, c, h: Tensor<Double> }

func runLSTM<Scalar: RealScalar>(_: Scalar.Type) throws -> LSTMNumbers {
  let cell = try BasicLSTMCell<Scalar>(kernel: wideKernel.converted(), bias: wideBias.converted())
  let state = LSTMState<Scalar>(h: page.value(h₋, in: big).converted(), c: page.value(c₋, in: big).converted())
  let step = cell.forward(page.value(x, in: big).converted(), state)
  return LSTMNumbers(
    gates: Tensor.stacked(cell.gates(of: step.cache).map(\.values)).converted(), c: step.state.c.converted(),
    h: step.output.converted())
}

let bigLayer = page.compute(in: page[scalar]) { try runLSTM($0) }
page.compare(
  "BasicLSTMCell: gates", hand: Tensor.stacked([wide.i, wide.f, wide.j, wide.o].map { page.value($0, in: big) }),
  layer: bigLayer.gates, tolerance: tolerance, axes: [Axis("gate", ["i", "f", "j", "o"]), "sample", "unit"])
page.compare(
  "BasicLSTMCell: new_c", hand: page.value(wide.c, in: big), layer: bigLayer.c, tolerance: tolerance,
  axes: ["sample", "unit"])
page.compare(
  "BasicLSTMCell: new_h", hand: page.value(wide.h, in: big), layer: bigLayer.h, tolerance: tolerance,
  axes: ["sample", "unit"])

//: ## A cell small enough to read
//:
//: The rest of this chapter uses a cell of 3 inputs and 2 units. Its kernel has 5 rows and 8 columns, so every number
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

//: ### The forget bias
//:
//: `f + self._forget_bias` adds 1 to the forget gate **at every call**, so that a fresh cell begins by remembering:
//: where the product is 0, the gate stands at $\sigma(1) = 0.73$ instead of one half. Step 2 with a forget bias of 0
//: and of 1:

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

//: Keras and MXNet put the 1 into the *initial value* of the bias and add nothing later. So a weight file of TensorFlow
//: 1 needs a 1 added to the bias of $f$ when it moves elsewhere. After that the function is the same:

func weightsWithoutForgetBias() throws -> CellWeights<Double> {
  let layout = try WeightLayout(.tensorflow1, .lstm)
  return try layout.decode { ["kernel": smallKernel, "bias": smallBias][$0] }.addingForgetBias(1)
}

let portable = page.must(try weightsWithoutForgetBias())
page.compare(
  "h of four steps: forget bias 1, and the 1 in the weights",
  ("by hand, bias at every call", page.values(small.h, at: run, in: hand)),
  ("layer, bias in the weights", page.must(try states(portable))), tolerance: 1e-13, axes: ["step", "unit"],
  because: "z + b + 1 and z + (b + 1) differ by rounding")

/// h of the four words, by an LSTM without a forget bias of its own.
func states(_ weights: CellWeights<Double>) throws -> Tensor<Double> {
  let lstm = LSTM(try LSTMCell(weights: weights), returnSequences: true)
  return try lstm.run(words.reshaped([1, 4, d])).outputs.reshaped([4, u])
}

//: ## A loop over steps
//:
//: The second text's example feeds a language model word by word. The whole recurrent network is this loop; the state
//: that comes out goes in again:
//:
//: ```python
//: for current_batch_of_words in words:
//:     output, state = lstm(current_batch_of_words, state)
//: ```
//:
//: Here it is in Swift, with the layer's cell:

struct LoopNumbers { var c, h, wholeSequence: Tensor<Double> }

func loop<Scalar: RealScalar>(_: Scalar.Type) throws -> LoopNumbers {
  let lstm = try BasicLSTMCell<Scalar>(kernel: smallKernel.converted(), bias: smallBias.converted())
  var state = lstm.zeroState(batchSize: 1)
  var states: [LSTMState<Scalar>] = []
  for index in 0..<words.shape[0] {
    let currentWord: Tensor<Scalar> = words.slices(index..<index + 1).converted()
    state = lstm.forward(currentWord, state).state
    states.append(state)
  }
  let sequence: Tensor<Scalar> = words.reshaped([1, 4, d]).converted()
  return LoopNumbers(
    c: Tensor.stacked(states.map { $0.c.reshaped([u]) }).converted(),
    h: Tensor.stacked(states.map { $0.h.reshaped([u]) }).converted(),
    // `AnyCell` hides the kernels for whole sequences: the layer goes step by step, too.
    wholeSequence: try Recurrent(AnyCell(lstm), returnSequences: true).run(sequence).outputs.reshaped([4, u])
      .converted())
}

let loopLayer = page.compute(in: page[scalar]) { try loop($0) }
page.compare(
  "c after each word", hand: page.values(small.c, at: run, in: hand), layer: loopLayer.c, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "h after each word", hand: page.values(small.h, at: run, in: hand), layer: loopLayer.h, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "the loop, and the layer that has it inside", ("loop", loopLayer.h), ("layer", loopLayer.wholeSequence),
  tolerance: tolerance, axes: ["step", "unit"])
page.picture(
  .lineChart(
    title: "The state of unit 1 after each word",
    series: [
      .init("c", page.values(small.c, at: run, in: hand).transposed.rowsOfDoubles[0]),
      .init("h", page.values(small.h, at: run, in: hand).transposed.rowsOfDoubles[0]),
    ], x: .init("word")))

//: ## Why the state is a pair
//:
//: A simple cell carries $h$; the LSTM carries $c$ and $h$. TensorFlow passes both as a pair, `LSTMStateTuple(c, h)`.
//: With `state_is_tuple=False` they are laid side by side in one tensor, $c$ first. (The first text says that the cell
//: “joins the two and returns them”: true only in this second case, and the first return value is `new_h` alone.)

let last = LSTMState(
  h: page.value(run[3][small.h], in: hand).reshaped([1, u]), c: page.value(run[3][small.c], in: hand).reshaped([1, u]))
page.show("c_4", last.c)
page.show("h_4", last.h)
page.show("[c_4, h_4]", last.joined)
page.compare(
  "joined and cut again", ("pair", Tensor.stacked([last.c, last.h])),
  ("after joining", Tensor.stacked([LSTMState(joined: last.joined, units: u)].flatMap { [$0.c, $0.h] })),
  tolerance: exactly, axes: [Axis("part", ["c", "h"]), "sample", "unit"])

//: For one cell both ways are as good. The second text asks the right question: why not one tensor always? Because
//: cells are **stacked**, and need not be of one size. The lowest may be large, the next smaller:

let sizes = [3, 5, 2]
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

struct StackNumbers {
  var outputs: Tensor<Double>
  var shapes: [[Int]]
}

func runStack<Scalar: RealScalar>(_: Scalar.Type) throws -> StackNumbers {
  let cells = try zip(kernels, stackBiases).map {
    try BasicLSTMCell<Scalar>(kernel: $0.converted(), bias: $1.converted())
  }
  let stack = try StackedCells<Scalar>(cells)
  let run = try Recurrent(stack, returnSequences: true).run(words.reshaped([1, 4, d]).converted())
  return StackNumbers(
    outputs: run.outputs.reshaped([4, 2]).converted(), shapes: run.finalState.tensors.map(\.shape))
}

let stackLayer = page.compute(in: page[scalar]) { try runStack($0) }
page.table(
  "The state of the stack", columns: ["cell", "h", "c"],
  rows: (0..<2).map { ["\($0 + 1)", "\(stackLayer.shapes[2 * $0])", "\(stackLayer.shapes[2 * $0 + 1])"] })
page.compare(
  "output of the stack, four steps", hand: page.values(second.h, at: stackRun, in: stackHand),
  layer: stackLayer.outputs,
  tolerance: tolerance, axes: ["step", "unit"])

//: Four tensors of two widths make no matrix. Pairs of pairs do, and the rest of a program need not know how wide each
//: is. The output of the stack is that of its top cell alone.

//: ## Two interfaces
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

//: Both halves have one shape, so a pair in the wrong order raises no error. The fourth word, with $c_3$ and $h_3$ in
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

//: In this project the two have names, `state.h` and `state.c`, and no order at all. (In a simple RNN the question does
//: not come up: output and state are the same tensor, as seen above.)

//: ## What a gate can do
//:
//: A gate is a number between 0 and 1 for each unit: closed or open. The second text says it in two lines: with
//: $f = 1, i = 0$ the state is kept, with $f = 0, i = 1$ it is forgotten. The logistic function reaches both ends, in
//: floating point even exactly:

let far = symbol("x", .input, [-1000, 1000])
page.documented(
  "D60", title: "the range of a gate: σ(−1000) and σ(1000)", computed: page.value(sigmoid(far)))

let kept = page.value(small.c, secondStep.merging([small.f: .ones(u), small.i: .zeros(u)]) { $1 })
let replaced = page.value(small.c, secondStep.merging([small.f: .zeros(u), small.i: .ones(u)]) { $1 })
page.compare(
  "f = 1, i = 0: the old memory", ("c₁", page.value(run[0][small.c], in: hand)), ("c₂", kept),
  tolerance: exactly, axes: ["unit"], because: "1 · c + 0 · j is c, to the last bit")
page.compare(
  "f = 0, i = 1: the candidate", ("j₂", page.value(run[1][small.j], in: hand)), ("c₂", replaced),
  tolerance: exactly, axes: ["unit"], because: "0 · c + 1 · j is j, to the last bit")

//: Between the ends, says the text, old and new form a weighted mean. That needs $i + f = 1$, which nothing in the cell
//: ensures: both gates may be open together. Then the memory *grows*. With $f = i = 1$ and a candidate of 0.9 it gains
//: 0.9 a step; a mean would stay below 0.9:

let growth = (1...5).map { 0.9 * Double($0) }
let mean = (1...5).reduce(into: [Double]()) { list, _ in list.append(0.5 * (list.last ?? 0) + 0.5 * 0.9) }
page.table(
  columns: ["step", "f = 1, i = 1", "f = i = 0.5"],
  rows: (0..<5).map { ["\($0 + 1)", page.text(growth[$0], decimals: 2), page.text(mean[$0], decimals: 4)] })

//: The variant that the text names makes the mean certain: one gate for both, $i = 1 - f$. It needs no matrix for $i$.

let coupledI = define("i_t", 1 - without.f, .gate)
let coupledC = define("c_t", cₜ ⊙ without.f + coupledI ⊙ without.j, .state)
let coupledH = define("h_t", tanh(coupledC) ⊙ without.o, .state)
for equation in [without.f, coupledI, coupledC] { page.formula(equation) }

//: ONNX has the coupling under the name `input_forget`, but the other way round: $f = 1 - i$. Since
//: $1 - \sigma(a) = \sigma(-a)$, the weights of $f$ with their signs changed, in the place of those of $i$, give the
//: text's variant:

let coupledRun = Recurrence(input: xₜ, states: [(hₜ, coupledH), (cₜ, coupledC)])
  .unrolled(over: (0..<4).map { MathValue(words.slice($0)) }, from: [.zeros(u), .zeros(u)], firstStep: 1)
let coupledHand = page.evaluation(of: coupledRun.map { $0[coupledH] })

func runCoupled<Scalar: RealScalar>(_: Scalar.Type) throws -> Tensor<Double> {
  let layout = try WeightLayout(.tensorflow1, .lstm)
  var weights: CellWeights<Scalar> = try layout.decode {
    ["kernel": smallKernel, "bias": smallBias][$0]?.converted()
  }
  weights.kernel = negatedForgetGateAsInputGate(weights.kernel)
  weights.recurrentKernel = negatedForgetGateAsInputGate(weights.recurrentKernel)
  weights.bias = weights.bias.map(negatedForgetGateAsInputGate)
  let lstm = ExtendedLSTM(
    try ExtendedLSTMCell(weights: weights, options: ExtendedLSTMOptions(inputForget: true)), returnSequences: true)
  return try lstm.run(words.reshaped([1, 4, d]).converted()).outputs.reshaped([4, u]).converted()
}

/// Blocks i, f, j, o with −f in the place of i.
func negatedForgetGateAsInputGate<Scalar>(_ tensor: Tensor<Scalar>) -> Tensor<Scalar> {
  let blocks = tensor.split(into: 4)
  return .concatenated([blocks[1].map { -$0 }, blocks[1], blocks[2], blocks[3]])
}

let coupledLayer = page.compute(in: page[scalar]) { try runCoupled($0) }
page.compare(
  "i = 1 − f, four steps", hand: page.values(coupledH, at: coupledRun, in: coupledHand), layer: coupledLayer,
  tolerance: tolerance, axes: ["step", "unit"])

//: ## Slopes at zero
//:
//: Why tanh and not $\sigma$ for the values? The second text: because its slope at zero is 1. The logistic function
//: manages a quarter of that, and each step back through time multiplies by such a slope.

page.picture(.activations(title: "Slopes of tanh and σ", [.tanh, .sigmoid], derivatives: true))
let zero = symbol("x", .input, 0)
let slopes = [tanh(zero), sigmoid(zero)].map { page.gradient(zero, page.gradients(of: $0)).scalars[0] }
page.documented("D61", title: "tanh′(0)", computed: slopes[0])
page.compare("σ′(0)", ("1/4", 0.25), ("derivative", slopes[1]), tolerance: exactly)

//: ## One backward step through time
//:
//: Take a loss on the second word, $L = \frac{1}{2} \sum h_2^2$, whose slope along $h_2$ is $h_2$ itself. Backwards
//: through the cell, one line for each line of the code:

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

//: The last line is the one that matters: from $c_2$ to $c_1$ there is a product with $f_2$ and nothing else.

let back = page.evaluation(of: [loss, δxh, δc₁])
page.worked(δc₁, in: back)
page.worked(δxh, in: back)

struct GradientNumbers { var c, xh, kernel, bias: Tensor<Double> }

func runBackward<Scalar: RealScalar>(_: Scalar.Type) throws -> GradientNumbers {
  let lstm = try BasicLSTMCell<Scalar>(kernel: smallKernel.converted(), bias: smallBias.converted())
  let steps = (0..<2).map { words.slices($0..<$0 + 1).converted(to: Scalar.self) }
  let one = lstm.forward(steps[0], lstm.zeroState(batchSize: 1))
  let two = lstm.forward(steps[1], one.state)
  var gradient = lstm.parameters.zeros
  let none = lstm.zeroState(batchSize: 1)
  let throughTwo = lstm.backward(output: two.output, state: none, cache: two.cache, accumulating: &gradient)
  _ = lstm.backward(output: none.h, state: throughTwo.state, cache: one.cache, accumulating: &gradient)
  return GradientNumbers(
    c: throughTwo.state.c.reshaped([u]).converted(),
    xh: Tensor.concatenated([throughTwo.x, throughTwo.state.h]).reshaped([d + u]).converted(),
    kernel: gradient["kernel"].converted(), bias: gradient["bias"].converted())
}

let gradientLayer = page.compute(in: page[scalar]) { try runBackward($0) }
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
  ("central differences", page.centralDifferences(of: loss, k)), tolerance: 1e-9, axes: ["row", "column"],
  because: "a central difference is right to about 1e-11 here")

//: ## Why gradients vanish, and how the memory keeps them
//:
//: Now many steps. Put a loss on the last of them and ask how large its slope is along the state of every earlier step:
//: that is how much a step can still learn from what comes later. Each step back multiplies by the same kind of factor.
//: Below 1 the product vanishes, above 1 it explodes:

page.table(
  columns: ["factor of one step", "after \(T) steps"],
  rows: [0.25, 0.65, 0.95, 1, 1.05, 1.5].map { factor in
    [page.text(factor, decimals: 2), page.text((0..<T).reduce(1.0) { product, _ in product * factor })]
  })

//: Four runs over the same random words: the simple cell, and the LSTM cell with forget biases of 0, 1 and 5. For the
//: simple cell it is the slope along $h$, for the LSTM the slope along $c$. To be fair, the simple cell's matrix $U$ is
//: orthogonal: it keeps every length, so that only the slopes of tanh are left to shrink it.

let longWords = random(T, d, within: 1)
let simpleKernel = Tensor.stackedRows([
  random(d, u, within: 0.9), Initializer.orthogonal([u, u], using: &generator).map(page[scalar].rounded),
])
let simpleNext = define("h_t", tanh(concatenate(xₜ, hₜ) • symbol("K", .weight, simpleKernel)), .state)

func slopesAlong(_ state: Formula, _ recurrence: Recurrence, line: Int = #line) -> Tensor<Double> {
  let zeros = recurrence.states.map { _ in MathValue.zeros(u) }
  let steps = recurrence.unrolled(over: (0..<T).map { MathValue(longWords.slice($0)) }, from: zeros, firstStep: 1)
  let loss = sum(steps[T - 1][state])
  let gradients = page.gradients(of: loss, line: line)
  return Tensor.stacked(steps.map { page.gradient($0[state], gradients, line: line) })
}

let forgetBiases = [0.0, 1, 5]
let simpleSlopes = slopesAlong(simpleNext, Recurrence(input: xₜ, states: [(hₜ, simpleNext)]))
let gatedSlopes = forgetBiases.map { forgetBias in
  let formulas = CellFormulas(concatenate(xₜ, hₜ), k, β, cₜ, forgetBias: forgetBias)
  return slopesAlong(formulas.c, Recurrence(input: xₜ, states: [(hₜ, formulas.h), (cₜ, formulas.c)]))
}

/// The length of the slope at each step.
func lengths(_ slopes: Tensor<Double>) -> [Double] {
  (0..<T).map { step in slopes.slice(step).scalars.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

page.picture(
  .lineChart(
    title: "How long is the slope of the last step along the state of each step?",
    series: [.init("simple cell", lengths(simpleSlopes))]
      + zip(forgetBiases, gatedSlopes).map { .init("LSTM, forget bias \(Int($0))", lengths($1)) },
    x: .init("step"), y: .init("length of the slope", isLogarithmic: true)))
page.table(
  columns: ["cell", "along the last step", "along the first step"],
  rows: (["simple cell"] + forgetBiases.map { "LSTM, forget bias \(Int($0))" }).enumerated().map { index, name in
    let all = lengths(index == 0 ? simpleSlopes : gatedSlopes[index - 1])
    return [name, page.text(all[T - 1], decimals: 4), page.text(all[0], decimals: 6)]
  })

//: The LSTM is no magic: with half-open gates its slope dies as well, as the second text suspects in a side remark
//: (“there is a product of f in it too”). It lives as long as $f$ stays near 1. That text also says that an open gate
//: has a *gradient* near 1. Not so: the slope of the gate itself is $\sigma'(a) = \sigma(a)(1 - \sigma(a))$, at most
//: 0.25, and nearly 0 in an open gate. What is near 1 is $\partial c_t / \partial c_{t-1} = f_t$, the gate's value:

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

//: The same slopes, from the layer's `backward`, step by step from the end. It gives what arrives at $c_t$ along the
//: memory, and what arrives at $h_t$; since $h_t = o_t \odot \tanh(c_t)$, the second passes on to $c_t$ as well:

func layerSlopes<Scalar: RealScalar>(_: Scalar.Type, forgetBias: Double) throws -> Tensor<Double> {
  let lstm = try BasicLSTMCell<Scalar>(
    kernel: smallKernel.converted(), bias: smallBias.converted(), forgetBias: forgetBias)
  var state = lstm.zeroState(batchSize: 1)
  var caches: [BasicLSTMCell<Scalar>.Cache] = []
  for step in 0..<T {
    let next = lstm.forward(longWords.slices(step..<step + 1).converted(), state)
    state = next.state
    caches.append(next.cache)
  }
  let none = Tensor<Scalar>.zeros([1, u])
  var slope = LSTMState(h: none, c: Tensor<Scalar>(repeating: 1, shape: [1, u]))
  var slopes = [slope.c]
  var unused = lstm.parameters.zeros
  for step in (1..<T).reversed() {
    slope = lstm.backward(output: none, state: slope, cache: caches[step], accumulating: &unused).state
    let before = caches[step - 1].values
    slopes.append(slope.c + slope.h * before.o * (1 - before.tanhC * before.tanhC))
  }
  return Tensor.stacked(slopes.reversed().map { $0.reshaped([u]) }).converted()
}

//: Slopes may grow on the way, and rounding grows with them. So both sides are divided by the largest slope, where that is above 1:

for (forgetBias, own) in zip(forgetBiases, gatedSlopes) {
  let largest = max(1, own.scalars.map(abs).max() ?? 1)
  let layer = page.compute(in: page[scalar]) { try layerSlopes($0, forgetBias: forgetBias) }
  page.compare(
    "slopes along c, forget bias \(Int(forgetBias))", hand: own.map { $0 / largest },
    layer: layer.map { $0 / largest }, tolerance: tolerance, axes: ["step", "unit"])
}

//: ## MXNet's example
//:
//: The third text reads the cell of `example/bi-lstm-sort`. It makes two products, one for the input and one for the
//: state, each with a bias, adds them, and slices the sum. Rows are outputs, so the matrix stands on the left:

let (wi, wh) = (random(4 * u, d, within: 1), random(4 * u, u, within: 1))
let (bi, bh) = (random(4 * u, within: 0.5), random(4 * u, within: 0.5))
let (W_i2h, W_h2h) = (symbol("W_{i2h}", .weight, wi), symbol("W_{h2h}", .weight, wh))
let (b_i2h, b_h2h) = (symbol("b_{i2h}", .weight, bi), symbol("b_{h2h}", .weight, bh))

struct SortCell {
  var gates, inGate, inTransform, forgetGate, outGate, c, h: Formula

  init(
    _ W_i2h: Formula, _ W_h2h: Formula, _ b_i2h: Formula, _ b_h2h: Formula, _ x: Formula, _ h₋: Formula, _ c₋: Formula
  ) {
    gates = define(#"\mathrm{gates}_t"#, W_i2h • x + b_i2h + (W_h2h • h₋ + b_h2h))
    let slices = gates.split(into: 4)
    inGate = define("i_t", sigmoid(slices[0]), .gate)
    inTransform = define("j_t", tanh(slices[1]), .gate)
    forgetGate = define("f_t", sigmoid(slices[2]), .gate)
    outGate = define("o_t", sigmoid(slices[3]), .gate)
    c = define("c_t", forgetGate ⊙ c₋ + inGate ⊙ inTransform, .state)
    h = define("h_t", outGate ⊙ tanh(c), .state)
  }
}

let sort = SortCell(W_i2h, W_h2h, b_i2h, b_h2h, xₜ, hₜ, cₜ)
for equation in [sort.gates, sort.inGate, sort.inTransform, sort.forgetGate, sort.outGate, sort.c, sort.h] {
  page.formula(equation)
}

//: The slices are in, transform, forget, out: TensorFlow's order, but without a forget bias. MXNet's own
//: `mx.rnn.LSTMCell` has in, **forget, transform**, out. Two orders in one framework: their weights must not be mixed.
//: (The text's listing also names a bias `"c"` where `"l0_i2h_bias"` is meant, and uses `target_shape=(0,)` of an older
//: MXNet, today `shape=(-1,)`.)

let sortRun = Recurrence(input: xₜ, states: [(hₜ, sort.h), (cₜ, sort.c)])
  .unrolled(over: (0..<3).map { MathValue(words.slice($0)) }, from: [.zeros(u), .zeros(u)], firstStep: 1)
let sortHand = page.evaluation(of: sortRun.map { $0[sort.h] })

struct SortNumbers { var h, mixedUp, kernelGradient: Tensor<Double> }

func runSort<Scalar: RealScalar>(_: Scalar.Type) throws -> SortNumbers {
  let stored = ["i2h_weight": wi, "h2h_weight": wh, "i2h_bias": bi, "h2h_bias": bh]
  func lstm(_ layout: WeightLayout) throws -> LSTM<Scalar> {
    let weights = try layout.decode { (name) -> Tensor<Scalar>? in stored[name]?.converted() }
    return LSTM(try LSTMCell(weights: weights), returnSequences: true)
  }
  let right = try lstm(.biLSTMSort)
  let x: Tensor<Scalar> = words.slices(0..<3).reshaped([1, 3, d]).converted()
  let run = try right.run(x)
  let gradient = try right.backward(outputs: Tensor(repeating: 1, shape: [1, 3, u]), run: run).parameters
  // The gradient in the layout's own order and axes.
  let own = try WeightLayout.biLSTMSort.encode(CellWeights(.lstm, gradient))
  return SortNumbers(
    h: run.outputs.reshaped([3, u]).converted(),
    mixedUp: try lstm(WeightLayout(.mxnet, .lstm)).run(x).outputs.reshaped([3, u]).converted(),
    kernelGradient: (own.first { $0.name == "i2h_weight" }?.tensor ?? .zeros([4 * u, d])).converted())
}

let sortLayer = page.compute(in: page[scalar]) { try runSort($0) }
page.compare(
  "the example's cell, three steps", hand: page.values(sort.h, at: sortRun, in: sortHand), layer: sortLayer.h,
  tolerance: tolerance, axes: ["step", "unit"])
page.table(
  "The example's weights, read in its own order and in that of mx.rnn", columns: ["step", "i j f o", "i f j o"],
  rows: (0..<3).map {
    ["\($0 + 1)", page.text(sortLayer.h[$0, 0], decimals: 6), page.text(sortLayer.mixedUp[$0, 0], decimals: 6)]
  })

//: ### Shared weights
//:
//: The example builds one cell for each step, and all of them name the same weights. The text wonders how such weights
//: are updated, and guesses: each step writes the change it wants. To see what really happens, give every step a
//: **copy** of its own, and take the gradient of each:

let copies = (0..<3).map { _ in symbol("W_{i2h}", .weight, wi) }
let summed = page.gradients(of: sum(sortRun.map { sum($0[sort.h]) }))
let separateGradients = page.must(try gradientsOfCopies())

func gradientsOfCopies() throws -> [Tensor<Double>] {
  var (h, c): (Formula, Formula) = (Formula(.zeros(u)), Formula(.zeros(u)))
  var losses: [Formula] = []
  for (step, copy) in copies.enumerated() {
    let cell = SortCell(copy, W_h2h, b_i2h, b_h2h, Formula(MathValue(words.slice(step))), h, c)
    (h, c) = (cell.h, cell.c)
    losses.append(sum(cell.h))
  }
  let gradients = try sum(losses).gradients()
  return try copies.map { Tensor(try gradients[$0]) }
}

page.table(
  "∂L/∂W_i2h, first row, first column", columns: ["step 1", "step 2", "step 3", "sum", "shared weights"],
  rows: [
    separateGradients.map { page.text($0.scalars[0], decimals: 6) }
      + [
        page.text(separateGradients.reduce(0) { $0 + $1.scalars[0] }, decimals: 6),
        page.text(page.gradient(W_i2h, summed).scalars[0], decimals: 6),
      ]
  ])
page.compare(
  "the sum over the steps, and the gradient of the shared weights",
  ("sum of three", separateGradients[0] + separateGradients[1] + separateGradients[2]),
  ("shared", page.gradient(W_i2h, summed)), tolerance: 1e-14, axes: ["row", "column"],
  because: "the same terms, added in another order")
page.compare(
  "gradient of the shared weights", hand: page.gradient(W_i2h, summed), layer: sortLayer.kernelGradient,
  tolerance: tolerance, axes: ["row", "column"])

//: The gradients are **summed** over all steps, and then there is one update. Were each step to write its own, the last
//: one would win and the rest be lost.

//: ### Both directions
//:
//: The example sorts digits, and for that a step must know what comes after it. So a second chain of cells with weights
//: of its own, $l_1$, reads the sequence from its end. At each step the two hidden states are put side by side: the
//: forward one has seen everything up to here, the backward one everything from here on.

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

func runBoth<Scalar: RealScalar>(_: Scalar.Type) throws -> Tensor<Double> {
  func cell(_ tensors: [Tensor<Double>]) throws -> LSTMCell<Scalar> {
    let stored = Dictionary(
      uniqueKeysWithValues: zip(["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"], tensors))
    return try LSTMCell(.biLSTMSort) { stored[$0]?.converted() }
  }
  let both = Bidirectional(
    forward: try cell([wi, wh, bi, bh]), backward: try cell(backwardWeights + backwardBiases), returnSequences: true)
  return try both(words.slices(0..<3).reshaped([1, 3, d]).converted()).reshaped([3, 2 * u]).converted()
}

let bothLayer = page.compute(in: page[scalar]) { try runBoth($0) }
page.compare(
  "both directions side by side", hand: bothHand, layer: bothLayer, tolerance: tolerance, axes: ["step", "column"])

//: The example then lays all steps of all samples below one another, step by step: row $t N + n$ is step $t$ of sample
//: $n$. One dense layer gives the scores for every row, and a softmax makes probabilities of them.

//: ## One set of weights, five frameworks
//:
//: To end with, the small cell once more. Its weights leave TensorFlow's layout, with the forget bias added, and go
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

//: The tensors look different in each, and the function is one. (How each layout is read, and what every wrong reading yields:
//: `swift run chapter-rosetta`.)

let restored = page.must(
  try zip(layouts, encoded).map { entry, tensors in
    try states(entry.layout.decode { name in tensors.first { $0.name == name }?.tensor })
  })
page.compare(
  "h of four words through every layout",
  ("by hand", Tensor.stacked(layouts.map { _ in page.values(small.h, at: run, in: hand) })),
  ("layouts", Tensor.stacked(restored)), tolerance: 1e-13,
  axes: [Axis("layout", layouts.map(\.name)), "step", "unit"])

//: ## What to remember
//:
//: - A cell is one step. `_linear` multiplies [x, h] with one matrix, in which W stands above U; the bias goes to every row.
//: - BasicLSTMCell cuts one product into i, j, f, o and adds its forget bias at every call.
//: - The state is a pair, (c, h) in TensorFlow and (h, c) in PyTorch, so that cells of different sizes can be stacked.
//: - The slope along the memory is a product of forget gates. It lives while they are near 1.
//: - Weights that all steps share get the sum of all steps' gradients.
//:
//: Change a number: `swift run chapter-basic-lstm-cell --units 4 --inputs 3`, or `--steps 50`, or `--scalar float`.

//: ## The sources, number by number
//:
//: Every number that the documents of this course printed has a name, from D01 to D67, and every slip has one, from I01 to I41.
//: These are the ones of this chapter.

page.sources([
  "D57": .shown(by: "one product, and two", "BasicRNNCell: new state", "output = new_state"),
  "D58": .shown(by: "BasicLSTMCell: gates", "BasicLSTMCell: new_c", "BasicLSTMCell: new_h"),
  "D59": .shown(by: "f = 1, i = 0: the old memory", "f = 0, i = 1: the candidate", "i = 1 − f, four steps"),
  "D62": .shown(by: "output = new_state"),
  "D62": .text("(h, c) and (c, h): the table of the two interfaces above"),
  "D64": .shown(by: "BasicLSTMCell: new_h", "h after each word"),
  "D65": .shown(by: "the example's cell, three steps"), "D66": .shown(by: "both directions side by side"),
  "D67": .text("where to read: nothing in them can be computed"),
])

page.finish()
