import ChapterSupport

let units = Option.integer("units", default: 5, in: 1...64, "units of the recurrent layer: the length of h")
let inputs = Option.integer("inputs", default: 3, in: 1...64, "features of each step of the input")
let outputs = Option.integer("outputs", default: 2, in: 1...64, "numbers that the network gives at each step")
let epochs = Option.integer("epochs", default: 100, in: 0...500, "rounds of training")
let seed = Option.integer("seed", default: 2, in: 0...1_000_000, "seed of the weights before training")
let scalar = ScalarChoice.option()

let page = Notebook(
  "A network that remembers", number: 2,
  summary:
    "The simple recurrent network: a hidden vector that is carried from step to step, forwards and backwards, by hand and by the layer.",
  parameters: [units, inputs, outputs, epochs, seed, scalar],
  symbols: ["h": .sky, "x": .green, "y": .purple, "W_x": .orange, "W_h": .blue, "z": .yellow])

let (D, H, M) = (page[inputs], page[units], page[outputs])

//: The network of the first chapter answers each step by itself. Give it the sequence backwards, and every answer stays the
//: same. It has no idea of *before*.
//:
//: A **recurrent** network keeps a vector $h$, the *hidden state*. At each step it mixes the new input with its old state,
//: and that is its new state. What it answers depends on all it has read so far.
//:
//: This chapter follows Part B of *RNN with Keras: Understanding computations*: the network of Jeffrey Elman (1990). We
//: train it, compute three steps of it **by hand** and **by the layer**, and then go back through time once, as training
//: does.

//: ## The network
//:
//: At each step $t$ there is an input $x_t$, a state $h_t$ and an output $y_t$. The arrow to the right is all that is new:

page.picture(
  .unrolledNetwork(
    title: "An Elman network over six steps", steps: 6, inputShape: "[\(D)]",
    layers: [UnrolledLayer("h", name: "SimpleRNN", shape: "[\(H)]", hue: .sky)],
    dense: UnrolledDense("y", shape: "[\(M)]", hue: .purple)))

//: Before the first step there is no state. The text takes the zero vector and calls it $h_{-1}$, because it counts steps
//: from 0. It also writes the sequence as $(x_0, \dots, x_T)$. That would be $T + 1$ steps; with $T = 6$ the last one is
//: $x_5$.

page.table(
  columns: ["vector", "what it is", "length"],
  rows: [
    ["$x_t$", "input of step t", "\(D)"], ["$h_t$", "state after step t; all zero before the first", "\(H)"],
    ["$y_t$", "output of step t", "\(M)"],
  ])
page.documented("D41", "sizes, first", title: "inputs, outputs, units", computed: [D, M, H])

//: The text gives the sizes twice, and they do not agree. First it has three inputs and two outputs; then its full example
//: has two inputs and three outputs. In between it says that $x_t$ is two-dimensional and $y_t$ three-dimensional. The
//: weights that it lists settle the matter:

let model = ArticleModel.simpleRNN
let swapped = Stack<Double>([
  SimpleRNN(SimpleRNNCell(inputSize: 2, units: 5), returnSequences: true),
  TimeDistributed(Dense(inputSize: 5, units: 3, activation: .sigmoid)),
])
page.table(
  columns: ["weight", "the text lists", "3 inputs, 2 outputs", "2 inputs, 3 outputs"],
  rows: zip(
    zip(["$W_x$", "$W_h$", "$b_h$", "$W_y$", "$b_y$"], ["(3, 5)", "(5, 5)", "(5, 1)", "(5, 2)", "(2, 1)"]),
    zip(model.layers(Double.self).parameters.named, swapped.parameters.named)
  ).map { [$0.0, $0.1, $1.0.tensor.shapeText, $1.1.tensor.shapeText] })
page.documented(
  "D41", "sizes, second", title: "the second sizes: inputs, outputs, units of the last column",
  computed: [
    swapped.parameters["0/kernel"].shape[0], swapped.parameters["1/kernel"].shape[1],
    swapped.parameters["0/kernel"].shape[1],
  ])

//: So it is three inputs, two outputs. The input of the printed example has three features as well.

//: ## The equations
//:
//: Vectors stand as rows, as Keras stores them, so a vector comes before its matrix:

var article = model
(article.inputSize, article.units, article.outputSize) = (D, [H], M)
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
let z = define("z_t", fromInput + fromMemory + b_h)
let h = define("h_t", tanh(z), .state)
let u = define("u_t", h • W_y + b_y)
let y = define("y_t", sigmoid(u), .output)
for equation in [z, h, u, y] { page.formula(equation) }

//: Three terms make the sum $z_t$: what is seen now, what is remembered, and a bias. One matrix each for seeing and
//: remembering. The output is the dense layer of the first chapter, applied to the state instead of the input.

//: ## tanh, not σ
//:
//: The text writes $h_t = \sigma(\dots)$ with the same sign $\sigma$ that it uses for the logistic function. Its program
//: uses Keras' `SimpleRNN` without a word about the activation, and Keras' default is tanh. The companion's own calculation
//: by hand uses tanh too. Only the output goes through $\sigma$.

page.picture(.activations(title: "tanh for the state, the logistic function for the output", [.tanh, .sigmoid]))

//: It matters. tanh gives numbers between −1 and 1, and 0 for 0, so a state can stand for yes, no and *nothing yet*. With
//: $\sigma$ every entry would be positive from the first step on.

//: ## Shapes and numbers to learn
//:
//: The recurrent layer has three weights, the dense layer two:

page.table(
  "Weights and their shapes", columns: ["weight", "layer and name", "shape", "numbers"],
  rows: zip(["$W_x$", "$W_h$", "$b_h$", "$W_y$", "$b_y$"], weights.named).map {
    [$0, $1.name, $1.tensor.shapeText, "\($1.tensor.count)"]
  } + [["all", "", "", "\(weights.parameterCount)"]])
for (name, key) in [
  ("W_x", "0/kernel"), ("W_h", "0/recurrent_kernel"), ("b_h", "0/bias"), ("W_y", "1/kernel"), ("b_y", "1/bias"),
] {
  page.documented("D15", name, title: "shape of \(name) (companion)", computed: weights[key].shape)
}

page.prose(
  "That is $\(D) \\cdot \(H) + \(H) \\cdot \(H) + \(H) + \(H) \\cdot \(M) + \(M) = \(weights.parameterCount)$ numbers. $W_h$ is square: a state goes in, a state comes out."
)

//: The text gives the biases two axes, (5, 1) and (2, 1), as one would write columns on paper. In Keras a bias has one axis.
//: As columns they would be:

page.documented("D43", "W_x", title: "shape of W_x (text)", computed: weights["0/kernel"].shape)
page.documented("D43", "W_h", title: "shape of W_h (text)", computed: weights["0/recurrent_kernel"].shape)
page.documented("D43", "b_h", title: "b_h as a column (text)", computed: weights["0/bias"].reshaped([H, 1]).shape)
page.documented("D43", "W_y", title: "shape of W_y (text)", computed: weights["1/kernel"].shape)
page.documented("D43", "b_y", title: "b_y as a column (text)", computed: weights["1/bias"].reshaped([M, 1]).shape)

//: ## Training
//:
//: The training set has 256 equal samples. The input is 1 at the first step and 0 afterwards, in all features; the target is
//: 0.7, 0.6, 0.5, 0.3, 0.8, 0.2 in all outputs. A network without memory could not do this at all: five steps have the same
//: input and five different targets.

let (x_train, y_train) = article.trainingSet(Double.self)
page.documented(
  "D14", title: "samples, inputs, outputs, units, steps, and the input",
  computed: [256, Double(D), Double(M), Double(H), Double(x_train.shape[1])] + article.inputSequence)
page.result("inputs \(x_train.shape), targets \(y_train.shape)")
page.documented("D42", title: "epochs and batch size (text)", computed: [page[epochs], ArticleModel.batchSize])
page.documented("D21", title: "epochs and batch size (companion)", computed: [page[epochs], ArticleModel.batchSize])
page.training(trained.history, of: article)

//: Twenty runs do not span everything. Seed 1 of this project (`--seed 1`) is faster than all of them at epoch 10, with a loss
//: of 0.0144 where the fastest of Keras had 0.0157.

//: What did it learn? Without memory the best answer to an input of 0 is the mean of the five targets, 0.48, whatever the
//: step. The trained network answers its training sequence like this:

let answers = page.output(of: network, x_train.slices(0..<1))
page.picture(
  .lineChart(
    title: "Target and answer, first output",
    series: [
      Picture.Series("target", ArticleModel.targetSequence, first: 0, isDashed: true),
      Picture.Series("answer after training", (0..<6).map { answers[0, $0, 0] }, first: 0),
    ], x: Picture.Axis("step"), y: Picture.Axis("y")))

//: From here on the trained weights stay as they are. The layer may compute in `Float` or in `Double` (`--scalar`); both
//: sides begin with the same numbers, rounded to that type.

page.picture(
  .heatMap(
    title: "The recurrent layer: W_x above, W_h below",
    values: weights["0/kernel"].rowsOfDoubles + weights["0/recurrent_kernel"].rowsOfDoubles,
    columnTitle: "unit of the new state",
    rowBlocks: [HeatMapBlock("W_x", count: D, hue: .orange), HeatMapBlock("W_h", count: H, hue: .blue)], scale: .signed,
    digits: H <= 8 ? 2 : nil))

//: ## What was printed, and what can be checked
//:
//: Both the text and its companion printed predictions for the input $(4,2,1), (1,1,1), (1,1,1)$. They differ, since they
//: come from two trainings:

let (ofText, ofCompanion) = (page.printed("D44", "y"), page.printed("D16", "y"))
func pair(_ numbers: Tensor<Double>, _ t: Int) -> String {
  page.text(numbers[0, t, 0], decimals: 8) + ", " + page.text(numbers[0, t, 1], decimals: 8)
}
page.table(
  columns: ["step", "$x_t$", "the text", "the companion"],
  rows: ["(4, 2, 1)", "(1, 1, 1)", "(1, 1, 1)"].enumerated().map { t, x in
    [String(t), x, pair(ofText, t), pair(ofCompanion, t)]
  })

//: Neither can come back. The weights were not printed. The text set no seed; the companion set one for NumPy, which does
//: not reach TensorFlow's initialisers. What can be checked is that the companion agrees with itself: it printed the
//: prediction of Keras in `Float`, and its own calculation by hand in `Double`, to sixteen digits.

page.documented(
  "D17", title: "the companion: Keras' prediction, and its calculation by hand", computed: page.printed("D16", "y"),
  axes: ["sample", "step", "output"])

//: That is the agreement one may expect of `Float`: half a unit of its last place near 0.7 is 3e-8. We shall ask the same of
//: ourselves.

//: ## Step 0, by hand
//:
//: We put in the same three steps. The state before is zero, so the first state comes from the input and the bias alone. Below each
//: formula stand its numbers; of a large matrix only the corners, with its shape small beside the bracket:

let probe: [[Double]] = [[4, 2, 1], [1, 1, 1], [1, 1, 1]].map { row in (0..<D).map { row[$0 % 3] } }
let elman = Recurrence(input: x, states: [(h₋, h)], outputs: [y])
let steps = elman.unrolled(over: probe.map { MathValue($0) }, from: [.zeros(H)])
let hand = page.evaluation(of: steps.flatMap { [$0[h], $0[y]] })

page.show("x_0", probe[0])
page.worked(steps[0][z], in: hand)
page.worked(steps[0][h], in: hand)
page.picture(.cell(.simpleRNN, title: "Step 0, unit 1", values: wires(of: 0)))

func wires(of step: Int) -> [CellWire: WireValue] {
  func first(_ formula: Formula) -> WireValue { WireValue(page.value(steps[step][formula], in: hand).scalars[0]) }
  let input = probe[step].prefix(3).map { page.text($0) }.joined(separator: ", ")
  return [
    .input: WireValue(stringLiteral: D > 3 ? "(\(input), …)" : "(\(input))"), .previousHidden: first(h₋),
    .inputTerm: first(fromInput), .recurrentTerm: first(fromMemory), .sum: first(z), .hidden: first(h),
  ]
}

//: The state then goes two ways: up, to the output of this step, and right, to the next step.

page.worked(steps[0][u], in: hand)
page.worked(steps[0][y], in: hand)

//: ## Steps 1 and 2
//:
//: Now there is something to remember. The second term of the sum is no longer zero:

page.worked(steps[1][z], in: hand)
page.worked(steps[1][h], in: hand)
page.worked(steps[1][y], in: hand)
page.picture(.cell(.simpleRNN, title: "Step 1, unit 1", values: wires(of: 1)))

//: Step 2 has the very same input as step 1:

page.worked(steps[2][z], in: hand)
page.worked(steps[2][h], in: hand)
page.worked(steps[2][y], in: hand)

//: The inputs are equal, the answers are not. That is memory:

page.table(
  columns: ["step", "input", "output 1", "what $x_t W_x$ gives unit 1", "what $h_{t-1} W_h$ gives it"],
  rows: (0..<3).map { t in
    let input = probe[t].prefix(3).map { page.text($0) }.joined(separator: ", ")
    let numbers = [y, fromInput, fromMemory].map { page.value(steps[t][$0], in: hand).scalars[0] }
    return [String(t), input] + numbers.map { page.text($0, decimals: 6) }
  })
page.picture(
  .heatMap(
    title: "The state: units down, steps across", values: page.values(h, at: steps, in: hand).transposed.rowsOfDoubles,
    columnNames: ["0", "1", "2"], rowTitle: "unit", columnTitle: "step", scale: .symmetric(1), digits: 3))

//: With $\sigma$ in place of tanh, as the text writes it, the first state would be another one, and all that follows:

page.show(#"\sigma(z_0)"#, page.value(sigmoid(steps[0][z])))
page.show("h_0", page.value(steps[0][h], in: hand))

//: ## The layer
//:
//: The other side gets the same weights and the same steps and runs its own code: packed matrix products, no formula
//: objects.

struct LayerNumbers {
  var z, h, y: Tensor<Double>
  var kernel, recurrentKernel, bias, outputKernel, outputBias: Tensor<Double>
}

let target = Array(ArticleModel.targetSequence.prefix(3))

func recurrentLayer<Scalar: RealScalar>(_: Scalar.Type = Scalar.self) throws -> SimpleRNN<Scalar> {
  let own = RecurrentWeights<Scalar>(
    kernel: weights["0/kernel"].converted(), recurrentKernel: weights["0/recurrent_kernel"].converted(),
    bias: weights["0/bias"].converted())
  return SimpleRNN(try SimpleRNNCell(parameters: own), returnSequences: true)
}

func runLayer<Scalar: RealScalar>(_: Scalar.Type) throws -> LayerNumbers {
  let rnn = try recurrentLayer(Scalar.self)
  let dense = TimeDistributed(
    try Dense<Scalar>(
      kernel: weights["1/kernel"].converted(), bias: weights["1/bias"].converted(), activation: .sigmoid))
  let x: Tensor<Scalar> = Tensor(probe).reshaped([1, 3, D]).converted()
  let run = try rnn.run(x)
  // The run keeps no pre-activations; the cell gives them, step by step.
  var state = rnn.cell.zeroState(batchSize: 1)
  let z = (0..<3).map { t -> Tensor<Scalar> in
    let step = rnn.cell.forward(x.step(t), state)
    state = step.state
    return step.cache.values.z.reshaped([H])
  }
  let out = try dense.forward(run.outputs)

  let wanted = Tensor<Scalar>(shape: [1, 3, M], scalars: target.flatMap { [Scalar](repeating: Scalar($0), count: M) })
  let loss = try meanSquaredError(out.output, wanted)
  let denseGradient = try dense.backward(loss.gradient, cache: out.cache)
  let gradient = try rnn.backward(outputs: denseGradient.input, run: run).parameters
  return LayerNumbers(
    z: Tensor.stacked(z).converted(),
    h: run.outputs.reshaped([3, H]).converted(),
    y: out.output.reshaped([3, M]).converted(), kernel: gradient.kernel.converted(),
    recurrentKernel: gradient.recurrentKernel.converted(), bias: (gradient.bias ?? .zeros([H])).converted(),
    outputKernel: denseGradient.parameters.kernel.converted(),
    outputBias: (denseGradient.parameters.bias ?? .zeros([M])).converted())
}

let layer = page.compute(in: page[scalar]) { try runLayer($0) }
let tolerance = page[scalar].tolerance

page.compare(
  "sum z", hand: page.values(z, at: steps, in: hand), layer: layer.z,
  tolerance: Tolerance(absolute: tolerance.absolute, relative: tolerance.absolute), axes: ["step", "unit"],
  because: "a sum may be larger than 1, and is rounded accordingly")
page.compare(
  "state h", hand: page.values(h, at: steps, in: hand), layer: layer.h, tolerance: tolerance, axes: ["step", "unit"])
page.compare(
  "output y", hand: page.values(y, at: steps, in: hand), layer: layer.y, tolerance: tolerance, axes: ["step", "output"])
page.documented("D44", "shape of y", title: "shape of the printed prediction", computed: [1] + layer.y.shape)

//: And the comparison that the companion made: the layer in `Float`, the hand in `Double`.

let inFloat = page.compute(in: .float) { try runLayer($0) }
page.compare(
  "output y, the layer in Float", hand: page.values(y, at: steps, in: hand), layer: inFloat.y, tolerance: 1e-6,
  axes: ["step", "output"],
  because: "three steps of Float, each rounded to some 1e-7")

//: ## One step back through time
//:
//: Training needs the slope of the loss along each weight. Take these three steps, the targets 0.7, 0.6, 0.5, and the mean
//: of the squared errors:

let wanted = target.enumerated().map { t, value in
  symbol(#"\hat{y}_\#(t)"#, .other, MathValue([Double](repeating: value, count: M)))
}
let share = Formula(Double(3 * M))
let loss = define("L", sum((0..<3).map { sum(squared(steps[$0][y] - wanted[$0])) }) / share, .loss)
page.formula(loss)
let backward = page.evaluation(of: [loss])
page.show("L", page.value(loss, in: backward), decimals: 8)

//: The chain rule runs against the arrows. First the slopes at the outputs, $\epsilon_t = \partial L / \partial u_t$. They
//: need no other step. A square has the slope 2, and the mean divides it by the number of all outputs:

let ε = (0..<3).map { t in
  define(
    #"\epsilon_\#(t)"#,
    (steps[t][y] - wanted[t]) ⊙ steps[t][y] ⊙ (1 - steps[t][y]) / Formula(1.5 * Double(M)))
}
page.formula(ε[2])

//: Then the slopes at the sums inside, $\delta_t = \partial L / \partial z_t$. The last step has one way up only. Every
//: earlier one has two: up to its own output, and **right, into the next step**. There $W_h$ is passed the other way round,
//: so it is transposed. The factor $1 - h_t \odot h_t$ is the slope of tanh.

let δ₂ = define(#"\delta_2"#, (ε[2] • transpose(W_y)) ⊙ (1 - squared(steps[2][h])))
let δ₁ = define(#"\delta_1"#, (ε[1] • transpose(W_y) + δ₂ • transpose(W_h)) ⊙ (1 - squared(steps[1][h])))
let δ₀ = define(#"\delta_0"#, (ε[0] • transpose(W_y) + δ₁ • transpose(W_h)) ⊙ (1 - squared(steps[0][h])))
for slope in [δ₂, δ₁, δ₀] { page.formula(slope) }

let back = page.evaluation(of: [δ₀])
page.worked(δ₁, in: back, style: NumberStyle(decimals: 5))

//: The formulas can also be differentiated by themselves, in reverse. Both ways must give the same slopes:

let gradients = page.gradients(of: loss, in: backward)
page.compare(
  "slopes at the sums, δ", ("written out", Tensor.stacked([δ₀, δ₁, δ₂].map { page.value($0, in: back) })),
  ("reverse mode", Tensor.stacked(steps.map { page.gradient($0[z], gradients) })), tolerance: 1e-15,
  axes: ["step", "unit"],
  because: "the same products of numbers below 1, multiplied in another order")

//: The weights serve all steps, so their gradients are sums over the steps: of what went in, times the slope of what came
//: out.

for (weight, terms) in [
  ("W_x", #"x_t^\intercal \delta_t"#), ("W_h", #"h_{t-1}^\intercal \delta_t"#), ("b_h", #"\delta_t"#),
  ("W_y", #"h_t^\intercal \epsilon_t"#), ("b_y", #"\epsilon_t"#),
] {
  page.formula(latex: #"\frac{\partial L}{\partial \#(weight)} = \sum_t \#(terms)"#)
}

//: Each term of the sum for $W_h$ is a matrix. At step 0 it is zero, because there was nothing to remember. Here is its sum:

let slopes = [δ₀, δ₁, δ₂]
func outerSum(_ columns: [Formula], _ rows: [Formula]) throws -> Tensor<Double> {
  let terms = zip(columns, rows).map { column, row in row • transpose(column) }
  return Tensor(try transpose(sum(terms)).evaluate())
}
let byHand = page.must(
  try [
    outerSum(steps.map { $0[x] }, slopes), outerSum(steps.map { $0[h₋] }, slopes), Tensor(sum(slopes).evaluate()),
    outerSum(steps.map { $0[h] }, ε), Tensor(sum(ε).evaluate()),
  ])
page.picture(
  .heatMap(
    title: "The gradient of W_h", values: byHand[1].rowsOfDoubles, rowTitle: "from unit", columnTitle: "to unit",
    scale: .signed, digits: H <= 8 ? 4 : nil))

for (index, (name, own)) in [
  ("W_x", layer.kernel), ("W_h", layer.recurrentKernel), ("b_h", layer.bias), ("W_y", layer.outputKernel),
  ("b_y", layer.outputBias),
].enumerated() {
  page.compare(
    "gradient of \(name)", hand: byHand[index], layer: own, tolerance: tolerance,
    axes: own.rank == 1 ? ["column"] : ["row", "column"])
}

//: Central differences need no derivation at all. They move each weight by 0.00001 up and down and look at the loss:

for (name, weight, index) in [("W_x", W_x, 0), ("W_h", W_h, 1)] {
  page.compare(
    "gradient of \(name), and central differences", ("by hand", byHand[index]),
    ("central differences", page.centralDifferences(of: loss, weight)), tolerance: 1e-9,
    axes: ["row", "column"], because: "a central difference is right to about 1e-11 here")
}

//: ## How far back it reaches
//:
//: On the way back every step multiplies the slope by $W_h^\intercal$, and by $1 - h_t \odot h_t$, which is at most 1. So it
//: hangs on $W_h$ whether anything arrives at the first steps. The text names the *vanishing gradient* as the main trouble
//: of simple recurrent networks.
//:
//: Let us measure it: the training input, 30 steps long, a loss on the last output only, and the length of the slope at each
//: state. Once with the trained $W_h$, once with half of it, once with a quarter:

let longInput = (0..<30).map { t in MathValue([Double](repeating: t == 0 ? 1 : 0, count: D)) }
let longSteps = elman.unrolled(over: longInput, from: [.zeros(H)])
let goal = Formula(MathValue([Double](repeating: 0.7, count: M)))
let lastLoss = define("L", sum(squared(longSteps[29][y] - goal)), .loss)

func slopeLengths(_ factor: Double) throws -> [Double] {
  let scaled = MathValue(weights["0/recurrent_kernel"].map { factor * $0 })
  let gradients = try lastLoss.gradients([W_h: scaled])
  return longSteps.map { step in
    page.gradient(step[h], gradients).doubles.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

let lengths = page.must(try [1, 0.5, 0.25].map(slopeLengths))
page.picture(
  .lineChart(
    title: "Length of the slope at the state of each step",
    series: zip(["W_h", "W_h / 2", "W_h / 4"], lengths).map { Picture.Series($0, $1, first: 0) },
    x: Picture.Axis("step"), y: Picture.Axis("length", isLogarithmic: true)))
page.table(
  columns: ["step", "$W_h$", "$W_h / 2$", "$W_h / 4$"],
  rows: [29, 20, 10, 0].map { t in [String(t)] + lengths.map { page.text($0[t], decimals: 3) } }
    + [["step 0 / step 29"] + lengths.map { page.text($0[0] / $0[29], decimals: 1) }])

//: The last row is what 29 steps leave of the slope. Keras starts $W_h$ as an orthogonal matrix, one that keeps lengths: each of its
//: rows has length 1. Training has changed that. The lengths now:

page.show(
  "",
  weights["0/recurrent_kernel"].rowsOfDoubles.map { row in row.reduce(0) { $0 + $1 * $1 }.squareRoot() })

//: So it is not $W_h$ that shrinks the slope here, but the factors $1 - h_t \odot h_t$. A smaller matrix adds to that at every step:
//: with a quarter of $W_h$ nothing that happened at step 0 can be learned from an error at step 29. The LSTM of chapter 4 was built
//: so that this need not be.

//: ## Sequences of other lengths
//:
//: No weight knows how long a sequence is. A longer sequence begins with the outputs of a shorter one, and a sequence may be
//: cut: the state of the first part is the start of the second.

var generator = RandomGenerator(seed: UInt64(page[seed]) + 1)
let nine = Tensor<Double>.uniform([1, 9, D], -2, 2, using: &generator)
let exactly = Tolerance()
let rnn = page.must(try recurrentLayer(Double.self))
let whole = page.must(try rnn.run(nine))
let begin = page.must(try rnn.run(nine.steps(0..<4)))
let rest = page.must(try rnn.run(nine.steps(4..<9), initialState: begin.finalState))
page.result("9 steps in, states of shape \(whole.outputs.shape); 4 steps in, \(begin.outputs.shape)")
page.compare(
  "the first 4 of 9 states", ("4 steps", begin.outputs), ("9 steps", whole.outputs.steps(0..<4)), tolerance: exactly,
  axes: ["sample", "step", "unit"], because: "the later steps cannot reach back")
page.compare(
  "the last 5 of 9 states", ("continued", rest.outputs), ("9 steps", whole.outputs.steps(4..<9)), tolerance: exactly,
  axes: ["sample", "step", "unit"], because: "the state is all that is carried over")

let handNine = elman.unrolled(over: (0..<9).map { MathValue(nine.step($0).reshaped([D])) }, from: [.zeros(H)])
let nineValues = page.evaluation(of: handNine.map { $0[h] })
page.compare(
  "nine states", hand: page.values(h, at: handNine, in: nineValues), layer: whole.outputs.reshaped([9, H]),
  tolerance: 1e-13, axes: ["step", "unit"])

//: ## What to remember
//:
//: - The new state is $\tanh(x_t W_x + h_{t-1} W_h + b_h)$: what is seen, what is remembered, a bias.
//: - The same input gives different answers at different steps, since the state is different.
//: - Going back, each state collects slopes from two sides, its output and the next step. The weights' gradients are sums
//:   over all steps.
//: - Over many steps the slopes shrink. That is the limit of this network.
//:
//: Change a number: `swift run chapter-simple-rnn --units 4 --inputs 2`, or `--seed 3`, or `--scalar float`.

//: ## The sources, number by number
//:
//: Every number that the documents of this course printed has a name, from D01 to D67, and every slip has one, from I01 to I41.
//: These are the ones of this chapter.

page.sources([
  "D16": .text("its weights were not printed, so it cannot be computed again; D17 is its own agreement"),
  "D44": .text("its weights were not printed, so it cannot be computed again; its shape is checked"),
])

page.finish()
