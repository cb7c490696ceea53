import ChapterSupport
import Foundation

let steps = Option.integer("steps", default: 20, in: 2...50, "steps over which gradients are followed")
let batch = Option.integer("batch", default: 10, in: 1...64, "samples in the example of the sources")
let inputs = Option.integer("inputs", default: 300, in: 1...512, "features of x in that example")
let units = Option.integer("units", default: 200, in: 1...512, "units of the cell in that example")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of all weights and inputs")
let scalar = ScalarChoice.option()

let page = Notebook(
  "TensorFlow's cells", number: 6,
  question: "Why did everyone set an LSTM's forget bias to 1, and where does TensorFlow keep it?", minutes: 35,
  goals: [
    "say from one number how long an LSTM remembers before any training",
    "name the two places where the 1 can stand, and what goes wrong between them",
    "say which slope a memory keeps, and why a gate's own slope does not help",
  ],
  requires: ["simple-rnn", "lstm"],
  summary: "The forget bias: the half-life of a memory, the slope that comes back, and a 1 that stands in no file.",
  parameters: [steps, batch, inputs, units, seed, scalar], letters: ["K", "U", "A", "S"])

let T = page[steps]
var generator = RandomGenerator(seed: UInt64(page[seed]))
let tolerance = page[scalar].tolerance
let exactly = Tolerance()

/// Random numbers that `Float` holds exactly if the layer computes in it, so that both sides begin with the same.
func random(_ shape: Int..., within limit: Double) -> Tensor<Double> {
  Tensor<Double>.uniform(shape, -limit, limit, using: &generator).map(page[scalar].rounded)
}

//: In [chapter 4](chapter:lstm) one number decided whether an LSTM learned anything: the [forget bias](glossary:forget-bias). With
//: 0 no run learned the task, with 1 most did. The LSTM cell of TensorFlow 1 has the 1 built in. It adds it to the forget gate at
//: every call, unless you tell it not to. Why 1? What does it do to the memory, and to the gradient on its way back?
//:
//: That cell is old. But files of its weights are still around, and the 1 stands in none of them. Whoever reads such a file
//: must know of it. So this lesson has two parts: what the 1 does, and where it is.

let forgetBiases = [0.0, 1, 3]
func logistic(_ a: Double) -> Double { 1 / (1 + exp(-a)) }
page.picture(
  .lineChart(
    title: "What is left of a memory of 1",
    series: forgetBiases.map { bias in
      .init("forget bias \(Int(bias))", (0...T).map { pow(logistic(bias), Double($0)) }, first: 0)
    }, x: .init("steps later"), y: .init("share that is left")))

//: ## A first look
//:
//: A memory $c$ holds a 1. At every step it is multiplied by the forget gate $f$, a number between 0 and 1. What is $f$ before
//: any training? The gate is $\sigma$ of a sum. The weights in that sum are small at first, so the bias alone is left:
//: $f = \sigma(b_f)$.
//:
//: Take a pencil. With a bias of 0 the gate stands at $\sigma(0) = 0.5$, and after $n$ steps there is $0.5^n$ left. How long
//: until half is gone? That time is the *half-life*. From $f^n = 0.5$ follows $n = \ln 0.5 / \ln f$:

page.table(
  columns: ["forget bias", "f", "half-life in steps", "left after \(T) steps"],
  rows: forgetBiases.map { bias in
    let f = logistic(bias)
    return [
      page.text(bias), page.text(f, decimals: 3), page.text(log(0.5) / log(f), decimals: 1),
      page.text(pow(f, Double(T))),
    ]
  })

//: With a bias of 0 half of the memory is lost at every step. What a network has read twenty steps ago is a millionth of what
//: it was: such a network cannot begin to learn that it matters. A bias of 1 more than doubles the half-life. A bias of 3 makes it
//: fourteen steps. Nothing else in the cell has to change.
//:
//: Now turn the question round. You know how long your network must remember. Which bias gives that half-life? From
//: $f = 0.5^{1/n}$ follows $b_f = \ln(f / (1 - f))$:

page.table(
  columns: ["half-life in steps", "f", "forget bias"],
  rows: [1.0, 10, 100, 1000].map { steps in
    let f = pow(0.5, 1 / steps)
    return [page.text(steps), page.text(f, decimals: 4), page.text(max(0, log(f / (1 - f))), decimals: 2)]
  })

//: From ten steps on, ten times the time costs only 2.3 more in the bias. So a small number does much, and 1 is a modest choice:
//: it suits a memory of a few steps. It is a good start where nobody knows how long the memory must be. Where you know it,
//: choose more.
//:
//: ## The idea
//:
//: The 1 can stand in two places.
//:
//: **In the weights.** Keras puts a 1 into the *first value* of the bias $b_f$, and then treats it as any other weight. The
//: file of the trained network contains it.
//:
//: **In the call.** TensorFlow 1 starts $b_f$ at 0 and adds the 1 each time the cell is used. The file does not contain it. The
//: cell is a few lines of Python:
//:
//: ```python
//: concat = _linear([inputs, h], 4 * self._num_units, True)
//: i, j, f, o = array_ops.split(1, 4, concat)
//: new_c = (c * sigmoid(f + self._forget_bias) + sigmoid(i) * self._activation(j))
//: new_h = self._activation(new_c) * sigmoid(o)
//: ```
//:
//: Line by line: `_linear` puts the input and the state $h$ side by side, multiplies them with *one* matrix, the
//: [kernel](glossary:kernel), and adds the bias. `split` cuts the result into four. Then comes the memory you know: keep a share
//: of the old one, add a share of what is new. `self._activation` is tanh. What the code calls `j` is the
//: [candidate](glossary:candidate) $\tilde{c}$. Look at the third line: there stands the 1, inside the $\sigma$.

page.picture(
  .cell(.basicLSTMCell, title: "TensorFlow's BasicLSTMCell: one product, four pieces, and +1 at the forget gate"))

//: As long as nobody moves a file from one framework to the other, the two are the same. Each step of training changes $b_f$ by the same amount in
//: both, since $b_f + 1$ has the slope 1 along $b_f$. So this is no question of learning. It is a question of what a stored number means.
//:
//: ## The formula and its numbers
//:
//: Our cell has 3 inputs and 2 units, so that every number has room. Its kernel $K$ has 5 rows, 3 that meet $x$ above 2 that
//: meet $h$, and $4 \cdot 2 = 8$ columns.

/// The cell as formulas: the sums of all four parts, the parts, and the new state.
struct CellFormulas {
  let a, i, c̃, f, o, c, h: Formula

  init(_ xh: Formula, _ K: Formula, _ b: Formula, _ c₋: Formula, forgetBias: Double) {
    a = define("a_t", xh • K + b)
    let part = zip(["a_i", #"a_{\tilde{c}}"#, "a_f", "a_o"], a.split(into: 4)).map { define($0, $1) }
    i = define("i_t", sigmoid(part[0]), .gate)
    c̃ = define(#"\tilde{c}_t"#, tanh(part[1]), .gate)
    f = define("f_t", sigmoid(part[2] + Formula(forgetBias)), .gate)
    o = define("o_t", sigmoid(part[3]), .gate)
    c = define("c_t", f ⊙ c₋ + i ⊙ c̃, .state)
    h = define("h_t", o ⊙ tanh(c), .state)
  }
}

let (D, H) = (3, 2)
let kernel = random(D + H, 4 * H, within: 1)
let bias = random(4 * H, within: 0.5)
let (K, b) = (symbol("K", .weight, kernel), symbol("b", .weight, bias))
let (x, h₋, c₋) = (symbol("x_t", .input), symbol("h_{t-1}", .state), symbol("c_{t-1}", .state))
let cell = CellFormulas(concatenate(x, h₋), K, b, c₋, forgetBias: 1)

//-
page.formula(cell.a)
page.formula(latex: #"[a_i, a_{\tilde{c}}, a_f, a_o] = \mathrm{split}(a_t, 4)"#)
for equation in [cell.i, cell.c̃, cell.f, cell.o, cell.c, cell.h] { page.formula(equation) }

//: These are the six equations of chapter 4. Two things are new: the candidate comes *second*, so the order is i, c̃, f, o and not
//: Keras' i, f, c̃, o; and there is a 1 in the line of $f_t$.

page.picture(
  .heatMap(
    title: "The kernel: rows of x above rows of h, blocks i c̃ f o", values: kernel.rowsOfDoubles,
    blocks: [("i", Hue.blue), (#"\tilde{c}"#, .green), ("f", .orange), ("o", .purple)].map {
      HeatMapBlock($0.0, count: H, hue: $0.1)
    },
    rowBlocks: [HeatMapBlock("x", count: D), HeatMapBlock("h", count: H)], scale: .signed, digits: 2))

//: ### One step, with and without the 1
//:
//: Four random vectors go in. Here is the second step, when there is already something to keep. The product first, then the forget
//: gate, then the memory:

//-
let sequence = random(4, D, within: 2)
let recurrence = Recurrence(input: x, states: [(h₋, cell.h), (c₋, cell.c)], outputs: [])
let run = recurrence.unrolled(
  over: (0..<4).map { MathValue(sequence.slice($0)) }, from: [.zeros(H), .zeros(H)], firstStep: 1)
let hand = page.evaluation(of: run.flatMap { [$0[cell.h], $0[cell.c]] })

page.worked(run[1][cell.a], in: hand)
page.worked(run[1][cell.f], in: hand)
page.worked(run[1][cell.c], in: hand)
page.worked(run[1][cell.h], in: hand)

page.picture(.cell(.basicLSTMCell, title: "Step 2, unit 1", stage: .all, values: wires))

var wires: [CellWire: WireValue] {
  func first(_ formula: Formula) -> WireValue { WireValue(page.value(run[1][formula], in: hand).scalars[0]) }
  return [
    .previousHidden: first(h₋), .previousCell: first(c₋), .inputGate: first(cell.i), .candidate: first(cell.c̃),
    .forgetGate: first(cell.f), .outputGate: first(cell.o), .cell: first(cell.c), .hidden: first(cell.h),
  ]
}

//: The same step once more, without the 1. The gate closes further, and less of $c_1$ is kept:

let without = CellFormulas(concatenate(x, h₋), K, b, c₋, forgetBias: 0)
let secondStep: [Formula: MathValue] = [
  x: MathValue(sequence.slice(1)), h₋: MathValue(page.value(run[0][cell.h], in: hand)),
  c₋: MathValue(page.value(run[0][cell.c], in: hand)),
]
let withZero = page.evaluation(of: [without.h], secondStep)
page.table(
  columns: ["", "forget bias 0", "forget bias 1"],
  rows: [("f, unit 1", without.f, cell.f), ("c, unit 1", without.c, cell.c), ("h, unit 1", without.h, cell.h)].map {
    name, zero, one in
    [
      name, page.text(page.value(zero, in: withZero).scalars[0], decimals: 6),
      page.text(page.value(run[1][one], in: hand).scalars[0], decimals: 6),
    ]
  })

//: All four steps, by hand and by the layer of this library:

let loopLayer = page.compute(in: page[scalar]) { try runLoop(kernel, bias, sequence, as: $0) }
page.compare(
  "c after each step", hand: page.values(cell.c, at: run, in: hand), layer: loopLayer.c, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "h after each step", hand: page.values(cell.h, at: run, in: hand), layer: loopLayer.h, tolerance: tolerance,
  axes: ["step", "unit"])

//: ### From one place to the other
//:
//: A file of TensorFlow 1's `BasicLSTMCell` or `LSTMCell` holds $b_f$ without the 1. (Keras' layers store it, inside TensorFlow 2 as well.) Whoever moves it to Keras, PyTorch or ONNX adds a 1 to that part of the bias
//: first. Whoever moves a file the other way takes a 1 away. Two mistakes are easy: to forget it, and to do it
//: twice. What do they do to our four steps?

let stored = page.weights(in: page.layout(.tensorflow1, .lstm), of: [("kernel", kernel), ("bias", bias)])
let moved = [1.0, 0, 2].map { page.states(of: stored.addingForgetBias($0), sequence) }

//-
page.table(
  "Unit 1 of h, after the file was moved",
  columns: ["step", "1 added to the file's b_f", "forgotten", "added twice"],
  rows: (0..<4).map { step in ["\(step + 1)"] + moved.map { page.text($0[step, 0], decimals: 6) } })
page.compare(
  "h of four steps: forget bias 1, and the 1 in the weights",
  ("by hand, bias at every call", page.values(cell.h, at: run, in: hand)), ("layer, bias in the weights", moved[0]),
  tolerance: 1e-13, axes: ["step", "unit"], because: "a + b + 1 and a + (b + 1) differ by rounding")

//: Only the first column is right. The others look just as good: numbers between −1 and 1, no error message. Step 1 is even right in all three,
//: because the memory is still empty there and the forget gate has nothing to keep. A test with one step would not notice. The
//: lesson on [five frameworks](chapter:rosetta) collects such slips.
//:
//: ### A cell is one step
//:
//: A **cell** computes *one* step and knows nothing of sequences. Whoever has a sequence writes the loop:
//:
//: ```python
//: for current_batch_of_words in words:
//:     output, state = lstm(current_batch_of_words, state)
//: ```
//:
//: PyTorch's `LSTM` and the layers of Keras have the loop inside. The numbers are the same:

page.compare(
  "the loop, and the layer that has it inside", ("loop", loopLayer.h), ("layer", loopLayer.wholeSequence),
  tolerance: tolerance, axes: ["step", "unit"])

//: What goes round the loop is the state, and an LSTM has two: $c$ and $h$. TensorFlow passes them as a pair. Why not as one
//: tensor, side by side? Because cells are **stacked**, and the cells of a stack need not be of one size. Here the lower cell has 5 units
//: and the upper one 2. Four tensors of two widths make no matrix; pairs of pairs hold them easily.

//-
let kernels = [random(3 + 5, 4 * 5, within: 0.7), random(5 + 2, 4 * 2, within: 0.7)]
let stackBiases = [random(4 * 5, within: 0.5), random(4 * 2, within: 0.5)]
let lower = CellFormulas(
  concatenate(x, h₋), symbol("K", .weight, kernels[0]), symbol("b", .weight, stackBiases[0]), c₋, forgetBias: 1)
let (hʹ₋, cʹ₋) = (symbol("h'_{t-1}", .state), symbol("c'_{t-1}", .state))
let upper = CellFormulas(
  concatenate(lower.h, hʹ₋), symbol("K'", .weight, kernels[1]), symbol("b'", .weight, stackBiases[1]), cʹ₋,
  forgetBias: 1)
let stackRun = Recurrence(input: x, states: [(h₋, lower.h), (c₋, lower.c), (hʹ₋, upper.h), (cʹ₋, upper.c)]).unrolled(
  over: (0..<4).map { MathValue(sequence.slice($0)) }, from: [.zeros(5), .zeros(5), .zeros(2), .zeros(2)], firstStep: 1)
let stackHand = page.evaluation(of: stackRun.flatMap { [$0[upper.h], $0[upper.c]] })
let stackLayer = page.compute(in: page[scalar]) { try runStack(kernels, stackBiases, sequence, as: $0) }

page.picture(
  .unrolledNetwork(
    title: "Two cells of different sizes", steps: 4, inputShape: "[3]",
    layers: [
      UnrolledLayer("h", name: "BasicLSTMCell", shape: "[5]", hue: .sky),
      UnrolledLayer("h'", name: "BasicLSTMCell", shape: "[2]", hue: .orange),
    ], initialState: "0"))
page.table(
  "The state of the stack", columns: ["cell", "h", "c"],
  rows: (0..<2).map { ["\($0 + 1)", "\(stackLayer.shapes[2 * $0])", "\(stackLayer.shapes[2 * $0 + 1])"] })
page.compare(
  "output of the stack, four steps", hand: page.values(upper.h, at: stackRun, in: stackHand),
  layer: stackLayer.outputs, tolerance: tolerance, axes: ["step", "unit"])

//: A pair has an order, and here is the next trap: TensorFlow 1 writes $(c, h)$, nearly everybody else $(h, c)$. Both halves have one
//: shape, so a pair in the wrong order raises no error. Here is the fourth step, with $c_3$ and $h_3$ in their places and exchanged:

let thirdState = (h: page.value(run[2][cell.h], in: hand), c: page.value(run[2][cell.c], in: hand))
let swapped = page.evaluation(
  of: [cell.h], [x: MathValue(sequence.slice(3)), h₋: MathValue(thirdState.c), c₋: MathValue(thirdState.h)])
page.table(
  columns: ["unit", "h₄", "h₄, pair exchanged"],
  rows: (0..<H).map {
    [
      "\($0 + 1)", page.text(page.value(run[3][cell.h], in: hand).scalars[$0], decimals: 6),
      page.text(page.value(cell.h, in: swapped).scalars[$0], decimals: 6),
    ]
  })

//: In this library the two have names, `state.h` and `state.c`, and no order at all.
//:
//: ## The experiment
//:
//: The pencil said $0.5^n$, $0.73^n$, $0.95^n$. Does a fresh cell, with small weights and real inputs, keep to it?
//: Put a [loss](glossary:loss) on the last step (here simply the sum of that step's state) and ask how large its [gradient](glossary:gradient) is along the
//: memory of every earlier step. This gradient, the slope of the loss, says how much a step can still learn from what
//: comes later. **Expectation:** the slope shrinks as the memory does, by about $\sigma(b_f)$ a step.
//:
//: Four cells read the same random vectors: a simple cell, and our LSTM cell with forget biases of 0, 1 and 3. Before a
//: training weights are small, so every number of the kernel is divided by 8, and the biases are zero. For the simple cell we
//: follow the slope along $h$, for the LSTM the slope along $c$. To be fair, the simple cell's $W_h$ is
//: [orthogonal](glossary:orthogonal): it keeps every length, so only the slopes of tanh are left to shrink it.

//-
let longSequence = random(T, D, within: 1)
let simpleKernel = Tensor.stackedRows([
  random(D, H, within: 0.9), Initializer.orthogonal([H, H], using: &generator).map(page[scalar].rounded),
])
let simpleNext = define("h_t", tanh(concatenate(x, h₋) • symbol("K", .weight, simpleKernel)), .state)

//-
let (freshKernel, freshBias) = (kernel.map { $0 / 8 }, Tensor<Double>.zeros([4 * H]))
let simpleSlopes = slopes(
  along: simpleNext, Recurrence(input: x, states: [(h₋, simpleNext)]), longSequence, units: H)
let gatedSlopes = forgetBiases.map { forgetBias in
  let fresh = CellFormulas(
    concatenate(x, h₋), symbol("K", .weight, freshKernel), symbol("b", .weight, freshBias), c₋, forgetBias: forgetBias)
  let recurrence = Recurrence(input: x, states: [(h₋, fresh.h), (c₋, fresh.c)])
  return slopes(along: fresh.c, recurrence, longSequence, units: H)
}

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
//: also acts through $h$ on later gates. From four seeds (`--seed`) they were 0.47 to 0.55, 0.70 to 0.78 and 0.92 to 0.99.
//: A product of many factors below 1 [vanishes](glossary:vanishing-gradient), and the bias of the forget gate
//: decides how fast.
//:
//: Look at the simple cell, too. Its matrix keeps every length, and still about a third is lost here at each step: that is the work of the slopes
//: of tanh. And its factor is a matter of luck, from 0.63 to 0.94 in the four runs. Nobody can set it. The forget bias can be set.

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
    try layerSlopes(freshKernel, freshBias, longSequence, forgetBias: forgetBias, as: $0)
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

//: The checks take the mean of our three seeds. Three are few: single ones of ours lie outside the range of PyTorch's ten, but the means are near theirs. A share above 1
//: means that the slope *grows* on its way back. A factor of two over nineteen steps does no harm. A slope that doubles at *each* step
//: would: that is the other danger, the [exploding gradient](glossary:exploding-gradient).
//:
//: **So this is why everyone set it to 1.** With 0 the first symbol hardly moves the loss, and after 600 updates of
//: PyTorch none of ten seeds had learned it. With 1 all ten had, and with 2.94 as well. The 1 costs nothing, and it makes
//: the difference between a slope that training can use and one that it cannot. For longer sequences 1 is too little: the table of
//: half-lives says how much you need.
//:
//: ## The way back
//:
//: Where does the factor $f$ come from? From one line of the cell, $c_2 = f_2 \odot c_1 + i_2 \odot \tilde{c}_2$. Write $\delta_{c_2}$ for the
//: slope of a loss along $c_2$. If $c_1$ grows a little, $c_2$ grows $f_2$ times as much. So the slope along $c_1$ is

let (c₁, c₂, h₂, f₂, o₂) = (run[0][cell.c], run[1][cell.c], run[1][cell.h], run[1][cell.f], run[1][cell.o])
let loss = define("L", 0.5 * sum(squared(h₂)), .loss)
let δc = define(#"\delta_{c_2}"#, h₂ ⊙ o₂ ⊙ (1 - squared(tanh(c₂))), .loss)
let δc₁ = define(#"\delta_{c_1}"#, δc ⊙ f₂, .loss)

page.formula(δc₁)

//: **On this road from $c_2$ to $c_1$ there is a product with $f_2$ and nothing else.** No matrix, and no slope of an activation.
//: (There is another road: $c_1$ also acts through $h_1$ on the gates of step 2. It goes through tanh, a matrix and the gates' slopes.)
//:
//: Now the numbers. Take the loss $L = \frac{1}{2} \sum h_2^2$ on our second step. Its slope along $h_2$ is $h_2$ itself. From
//: $h_2 = o_2 \odot \tanh(c_2)$ follows the slope along $c_2$, since $\tanh$ has the slope $1 - \tanh^2$:

let back = page.evaluation(of: [loss, δc₁])
page.worked(δc, in: back)

//: One step further back it is multiplied by $f_2$:

page.worked(δc₁, in: back)
let gradientLayer = page.compute(in: page[scalar]) { try runBackward(kernel, bias, sequence, as: $0) }
page.compare(
  "∂L/∂c₁, along the memory", hand: page.value(δc₁, in: back), layer: gradientLayer.c, tolerance: tolerance,
  axes: ["unit"])

//: ### A gate's value, a gate's slope
//:
//: One sentence is often read wrongly: "an open gate passes the gradient on". A gate's *value* does, and it may be near 1. Its own
//: *slope* does not. The slope of the logistic function is $\sigma'(a) = \sigma(a)(1 - \sigma(a))$. It is at most 0.25, and in a
//: gate that stands wide open it is nearly 0:

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

//: The first product is what a memory keeps over the steps. The second is what a chain of gates would keep, if each gate had to
//: pass its slope on to the next: nothing at all. So the LSTM sends its memory *past* the gates, and lets them only multiply it. What must go
//: through a function goes through tanh: its slope at zero is 1, that of the logistic function a quarter.

page.picture(.activations(title: "Slopes of tanh and σ", [.tanh, .sigmoid], derivatives: true))

//-
let zero = symbol("x", .input, 0)
let slopesAtZero = [tanh(zero), sigmoid(zero)].map { page.gradient(zero, page.gradients(of: $0)).scalars[0] }
page.compare("σ′(0)", ("1/4", 0.25), ("derivative", slopesAtZero[1]), tolerance: exactly)

//: ### Shared weights
//:
//: The loop uses one cell at every step, so all steps share its weights. What happens to the gradients of the steps? Give every
//: step a **copy** of the kernel of its own, and take the gradient of each:

let copies = (0..<3).map { _ in symbol("K", .weight, kernel) }
let threeSteps = page.gradients(of: sum(run.prefix(3).map { sum($0[cell.h]) }))
let separateGradients = gradientsOfCopies(copies, bias: b, sequence, units: H)

page.table(
  "∂L/∂K, first row, first column", columns: ["step 1", "step 2", "step 3", "sum", "shared weights"],
  rows: [
    separateGradients.map { page.text($0.scalars[0], decimals: 6) }
      + [
        page.text(separateGradients.reduce(0) { $0 + $1.scalars[0] }, decimals: 6),
        page.text(page.gradient(K, threeSteps).scalars[0], decimals: 6),
      ]
  ])
page.compare(
  "the sum over the steps, and the gradient of the shared weights",
  ("sum of three", separateGradients[0] + separateGradients[1] + separateGradients[2]),
  ("shared", page.gradient(K, threeSteps)), tolerance: 1e-14, axes: ["row", "column"],
  because: "the same terms, added in another order")

//: The gradients are **summed** over all steps, and then there is one update. Were each step to write its own, the last
//: one would win and the rest be lost.
//:
//: ## What to remember
//:
//: - Before training the forget gate stands at $\sigma(b_f)$. After $n$ steps $0.5^n$, $0.73^n$ or $0.95^n$ of a memory is left, for a
//:   forget bias of 0, 1 or 3. The slope along the memory shrinks by the same factors.
//: - TensorFlow 1 adds the 1 at every call and keeps it out of its files; Keras puts it into the first value of the bias.
//:   Moving a file means adding or taking away a 1.
//: - A gate's value near 1 keeps the gradient. Its own slope never does.
//:
//: ## Try
//:
//: - `swift run chapter-basic-lstm-cell --steps 50`: with forget bias 3 a tenth or so is left of the first step's
//:   slope, with 0 nothing that counts, since $0.5^{50}$ is about $10^{-15}$. The factors for each step hardly change.
//: - `swift run chapter-basic-lstm-cell --seed 2`: other weights, other inputs. The LSTM's factors move a little, the
//:   simple cell's much.
//: - `swift run chapter-basic-lstm-cell --scalar float`: the layer computes with seven digits. Hand and layer now
//:   differ in the seventh digit, and all comparisons still hold.
//:
//: ## Against the sources
//:
//: Three articles explain these cells by reading code: one reads TensorFlow's [@gu], one asks why an LSTM is built as
//: it is [@rnnseries], one reads an example of MXNet [@mxnetnotes].
//:
//: ### The sizes of an example
//:
//: The first article takes 10 samples at a time, 300 inputs and 200 units. `BasicRNNCell` is documented with two matrices, $W$ and
//: $U$, which are $W_x$ and $W_h$ here. Its code has one product, with $W_x$ above $W_h$. Each row of $x_t$ is a sample;
//: $\mathbf{1} b$ puts the one [bias](glossary:bias) on every row.

let example = Example(samples: page[batch], inputs: page[inputs], units: page[units], scalar: page[scalar])
page.formula(example.joined)
page.formula(example.separate)
example.compareSimpleCell()
example.compareGatedCell()

page.documented("D55", "batch", title: "samples of the example", computed: page[batch])
for (name, formula) in example.shapes {
  page.documented("D55", name, title: "shape of \(name)", computed: page.value(formula, in: example.simple).shape)
}
page.documented(
  "D63", title: "cost relative to a simple cell", computed: Double(example.cost.gated) / Double(example.cost.simple))
let rows = symbol("A", .other, page.printed("D56", "matrix"))
let row = symbol("b", .weight, page.printed("D56", "bias"))
let sumOfBoth = define("S", rows + onEveryRow(row))
page.documented("D56", "sum", title: "[[1,2],[3,4]] + [1,1]", computed: page.value(sumOfBoth))

//: ### Closed and open gates
//:
//: With $f = 1, i = 0$ the memory is kept; with $f = 0, i = 1$ it is replaced by the candidate. The second article also names a variant with
//: one gate for both, $i = 1 - f$. ONNX has it under the name `input_forget`, but the other way round: $f = 1 - i$. Since
//: $1 - \sigma(a) = \sigma(-a)$, the weights of $f$ with their signs changed, in the place of those of $i$, give this
//: variant:

let kept = page.value(cell.c, secondStep.merging([cell.f: .ones(H), cell.i: .zeros(H)]) { $1 })
let replaced = page.value(cell.c, secondStep.merging([cell.f: .zeros(H), cell.i: .ones(H)]) { $1 })
page.compare(
  "f = 1, i = 0: the old memory", ("c₁", page.value(run[0][cell.c], in: hand)), ("c₂", kept),
  tolerance: exactly, axes: ["unit"], because: "1 · c + 0 · c̃ is c, to the last bit")
page.compare(
  "f = 0, i = 1: the candidate", ("c̃₂", page.value(run[1][cell.c̃], in: hand)), ("c₂", replaced),
  tolerance: exactly, axes: ["unit"], because: "0 · c + 1 · c̃ is c̃, to the last bit")

//-
let coupledI = define("i_t", 1 - without.f, .gate)
let coupledC = define("c_t", without.f ⊙ c₋ + coupledI ⊙ without.c̃, .state)
let coupledH = define("h_t", without.o ⊙ tanh(coupledC), .state)
for equation in [coupledI, coupledC] { page.formula(equation) }
let coupledRun = Recurrence(input: x, states: [(h₋, coupledH), (c₋, coupledC)])
  .unrolled(over: (0..<4).map { MathValue(sequence.slice($0)) }, from: [.zeros(H), .zeros(H)], firstStep: 1)
let coupledHand = page.evaluation(of: coupledRun.map { $0[coupledH] })
let coupledLayer = page.compute(in: page[scalar]) { try runCoupled(kernel, bias, sequence, as: $0) }
page.compare(
  "i = 1 − f, four steps", hand: page.values(coupledH, at: coupledRun, in: coupledHand), layer: coupledLayer,
  tolerance: tolerance, axes: ["step", "unit"])
let far = symbol("x", .input, [-1000, 1000])
page.documented("D60", title: "the range of a gate: σ(−1000) and σ(1000)", computed: page.value(sigmoid(far)))
page.documented("D61", title: "tanh′(0)", computed: slopesAtZero[0])

//: ### Two interfaces
//:
//: The same article sets PyTorch's module beside TensorFlow's cell. One call of the first is a sequence, of the second a step, and the
//: pair of states has two orders:
//:
//: ```python
//: output, (h_n, c_n) = lstm(input, (h_0, c_0))        # PyTorch
//: new_h, (new_c, new_h) = lstm(inputs, (c, h))        # TensorFlow
//: ```
//:
//: With `state_is_tuple=False` TensorFlow lays both side by side in one tensor, $c$ first:

let last = LSTMState(
  h: page.value(run[3][cell.h], in: hand).reshaped([1, H]), c: page.value(run[3][cell.c], in: hand).reshaped([1, H]))
page.show("[c_4, h_4]", last.joined)
page.compare(
  "joined and cut again", ("pair", Tensor.stacked([last.c, last.h])),
  ("after joining", Tensor.stacked([LSTMState(joined: last.joined, units: H)].flatMap { [$0.c, $0.h] })),
  tolerance: exactly, axes: [Axis("part", ["c", "h"]), "sample", "unit"])

//: The weights of our cell, with the 1 added, through the tensors of each framework:

//-
let layouts: [(name: String, layout: WeightLayout)] = [
  ("Keras", page.layout(.keras, .lstm)), ("PyTorch", page.layout(.pytorch, .lstm)),
  ("TensorFlow 1, forget bias 0", page.layout(.tensorflow1, .lstm)), ("ONNX", page.layout(.onnx, .lstm)),
  ("MXNet, mx.rnn", page.layout(.mxnet, .lstm)), ("MXNet, bi-lstm-sort", WeightLayout.biLSTMSort),
]
let portable = stored.addingForgetBias(1)
let restored = layouts.map { _, layout in
  page.states(of: page.weights(in: layout, of: page.tensors(of: portable, in: layout)), sequence)
}
page.compare(
  "h of four steps through every layout",
  ("by hand", Tensor.stacked(layouts.map { _ in page.values(cell.h, at: run, in: hand) })),
  ("layouts", Tensor.stacked(restored)), tolerance: 1e-13,
  axes: [Axis("layout", layouts.map(\.name)), "step", "unit"])

//: ### Backwards through the whole cell
//:
//: One line for each line of the code, as in chapter 4; $\delta$ with an $a$ is the slope along a sum, before σ or tanh:

//-
let (i₂, c̃₂) = (run[1][cell.i], run[1][cell.c̃])
let δi = define(#"\delta_{a_i}"#, δc ⊙ c̃₂ ⊙ i₂ ⊙ (1 - i₂), .loss)
let δc̃ = define(#"\delta_{a_{\tilde{c}}}"#, δc ⊙ i₂ ⊙ (1 - squared(c̃₂)), .loss)
let δf = define(#"\delta_{a_f}"#, δc ⊙ c₁ ⊙ f₂ ⊙ (1 - f₂), .loss)
let δo = define(#"\delta_{a_o}"#, h₂ ⊙ tanh(c₂) ⊙ o₂ ⊙ (1 - o₂), .loss)
let δa = define(#"\delta_{a}"#, concatenate(δi, δc̃, δf, δo), .loss)
let δxh = define(#"\delta_{[x_2, h_1]}"#, δa • transpose(K), .loss)
for equation in [δc, δi, δc̃, δf, δo, δa, δxh] { page.formula(equation) }
let gradients = page.gradients(of: loss)
page.compare("∂L/∂[x₂, h₁]", hand: page.value(δxh), layer: gradientLayer.xh, tolerance: tolerance, axes: ["column"])
page.compare(
  "gradient of the kernel, both steps", hand: page.gradient(K, gradients), layer: gradientLayer.kernel,
  tolerance: tolerance, axes: ["row", "column"])
page.compare(
  "gradient of the bias", hand: page.gradient(b, gradients), layer: gradientLayer.bias, tolerance: tolerance,
  axes: ["column"])
page.compare(
  "gradient of the kernel, and central differences", ("by hand", page.gradient(K, gradients)),
  ("central differences", page.centralDifferences(of: loss, K)),
  tolerance: page.differenceTolerance(of: loss, K), axes: ["row", "column"],
  because: "a central difference is right to about 1e-11 here")

//: ### MXNet's example
//:
//: The cell of `example/bi-lstm-sort` makes two products, one for the input and one for the state, each with a bias,
//: adds them, and slices the sum. Rows are outputs, so the matrix stands on the left:

//-
let (wi, wh) = (random(4 * H, D, within: 1), random(4 * H, H, within: 1))
let (bi, bh) = (random(4 * H, within: 0.5), random(4 * H, within: 0.5))
let (W_i2h, W_h2h) = (symbol("W_{i2h}", .weight, wi), symbol("W_{h2h}", .weight, wh))
let (b_i2h, b_h2h) = (symbol("b_{i2h}", .weight, bi), symbol("b_{h2h}", .weight, bh))

let sort = SortCell(W_i2h, W_h2h, b_i2h, b_h2h, x, h₋, c₋)
for equation in [sort.a, sort.i, sort.c̃, sort.f, sort.o, sort.c, sort.h] { page.formula(equation) }

//: The slices are in, transform, forget, out: TensorFlow's order, but without a forget bias. MXNet's own
//: `mx.rnn.LSTMCell` has in, **forget, transform**, out. Two orders in one framework: their weights must not be mixed.

//-
let sortRun = Recurrence(input: x, states: [(h₋, sort.h), (c₋, sort.c)])
  .unrolled(over: (0..<3).map { MathValue(sequence.slice($0)) }, from: [.zeros(H), .zeros(H)], firstStep: 1)
let sortHand = page.evaluation(of: sortRun.map { $0[sort.h] })

let sortLayer = page.compute(in: page[scalar]) {
  try runSort(["i2h_weight": wi, "h2h_weight": wh, "i2h_bias": bi, "h2h_bias": bh], sequence.slices(0..<3), as: $0)
}
page.compare(
  "the example's cell, three steps", hand: page.values(sort.h, at: sortRun, in: sortHand), layer: sortLayer.h,
  tolerance: tolerance, axes: ["step", "unit"])
page.table(
  "The example's weights, read in its own order and in that of mx.rnn", columns: ["step", "i c̃ f o", "i f c̃ o"],
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
let backwardWeights = [random(4 * H, D, within: 1), random(4 * H, H, within: 1)]
let backwardBiases = [random(4 * H, within: 0.5), random(4 * H, within: 0.5)]
let backwardCell = SortCell(
  symbol("W_{i2h}", .weight, backwardWeights[0]), symbol("W_{h2h}", .weight, backwardWeights[1]),
  symbol("b_{i2h}", .weight, backwardBiases[0]), symbol("b_{h2h}", .weight, backwardBiases[1]), x, h₋, c₋)
let backwardRun = Recurrence(input: x, states: [(h₋, backwardCell.h), (c₋, backwardCell.c)])
  .unrolled(over: (0..<3).reversed().map { MathValue(sequence.slice($0)) }, from: [.zeros(H), .zeros(H)], firstStep: 1)
let backwardHand = page.evaluation(of: backwardRun.map { $0[backwardCell.h] })
let bothHand = Tensor.concatenated([
  page.values(sort.h, at: sortRun, in: sortHand),
  // What was computed last belongs to the first step.
  page.values(backwardCell.h, at: backwardRun.reversed(), in: backwardHand),
])

let bothLayer = page.compute(in: page[scalar]) {
  try runBoth([wi, wh, bi, bh], backwardWeights + backwardBiases, sequence.slices(0..<3), as: $0)
}
page.compare(
  "both directions side by side", hand: bothHand, layer: bothLayer, tolerance: tolerance, axes: ["step", "column"])

page.sources([
  "D57": .shown(by: "one product, and two", "BasicRNNCell: new state", "output = new_state"),
  "D58": .shown(by: "BasicLSTMCell: gates", "BasicLSTMCell: new_c", "BasicLSTMCell: new_h"),
  "D59": .shown(by: "f = 1, i = 0: the old memory", "f = 0, i = 1: the candidate", "i = 1 − f, four steps"),
  "D62": .shown(by: "output = new_state"),
  "D62": .text("(h, c) and (c, h): “Two interfaces”, and the exchanged pair in the lesson"),
  "D64": .shown(by: "BasicLSTMCell: new_h", "h after each step"),
  "D65": .shown(by: "the example's cell, three steps"), "D66": .shown(by: "both directions side by side"),
  "D67": .text("where to read: nothing in them can be computed"),
])

page.finish()
