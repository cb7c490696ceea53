import ChapterSupport

let units = Option.integer("units", default: 5, in: 1...64, "units of the lower layer")
let upper = Option.integer("upper", default: 7, in: 1...64, "units of the upper layer")
let inputs = Option.integer("inputs", default: 3, in: 1...64, "features of each step of the input")
let outputs = Option.integer("outputs", default: 2, in: 1...64, "numbers that the network gives at each step")
let epochs = Option.integer("epochs", default: 100, in: 0...500, "rounds of training")
let seed = Option.integer("seed", default: 2, in: 0...1_000_000, "seed of the weights before training")
let scalar = ScalarChoice.option()

let page = Notebook(
  "Two layers of memory", number: 3,
  summary: "A recurrent layer on top of another: what is read, in which order, and the way back through both.",
  parameters: [units, upper, inputs, outputs, epochs, seed, scalar],
  symbols: ["h": .sky, "h'": .orange, "x": .green, "y": .purple])

let (D, H, G, M) = (page[inputs], page[units], page[upper], page[outputs])

//: The states of a recurrent layer are a sequence themselves: $h_1, h_2, \dots$ So another recurrent layer can read them. It
//: sees what the first one made of the input, and keeps a memory of its own.
//:
//: This chapter follows Part C of *RNN with Keras: Understanding computations*. It builds on chapter 2: the same layer,
//: twice.

//: ## The network
//:
//: There are two kinds of arrows now. Those to the right carry memory from step to step, in each layer by itself. Those
//: upwards carry states from layer to layer, in each step by itself.

page.picture(
  .unrolledNetwork(
    title: "Two recurrent layers over six steps", steps: 6, inputShape: "[\(D)]",
    layers: [
      UnrolledLayer("h", name: "SimpleRNN", shape: "[\(H)]", hue: .sky),
      UnrolledLayer("h'", name: "SimpleRNN", shape: "[\(G)]", hue: .orange),
    ], dense: UnrolledDense("y", shape: "[\(M)]", hue: .purple)))

page.table(
  columns: ["vector", "what it is", "length", "the text says"],
  rows: [
    ["$x_t$", "input", "\(D)", "2"], ["$h_t$", "state of the lower layer", "\(H)", "5"],
    ["$h'_t$", "state of the upper layer", "\(G)", "7"], ["$y_t$", "output", "\(M)", "3"],
  ])
page.documented("D45", title: "inputs, units and outputs in the text's program", computed: [D, H, G, M])

//: In its prose the text turns the outer two sizes round. Its program, just above, has three inputs and two outputs, and so
//: has the example.

//: ## The equations
//:
//: One line a layer. The upper one has an apostrophe at everything that is its own:

var article = ArticleModel.twoLayerRNN
(article.inputSize, article.units, article.outputSize) = (D, [H, G], M)
let trained = page.trained(article, seed: UInt64(page[seed]), epochs: page[epochs])
var network = trained.model
network.parameters.round(to: page[scalar])
let weights = network.parameters

let W_x = symbol("W_x", .weight, weights["0/kernel"])
let W_h = symbol("W_h", .weight, weights["0/recurrent_kernel"])
let b_h = symbol("b_h", .weight, weights["0/bias"])
let V_x = symbol("W'_x", .weight, weights["1/kernel"])
let V_h = symbol("W'_h", .weight, weights["1/recurrent_kernel"])
let c_h = symbol("b'_h", .weight, weights["1/bias"])
let W_y = symbol("W_y", .weight, weights["2/kernel"])
let b_y = symbol("b_y", .weight, weights["2/bias"])

let x = symbol("x_t", .input)
let h₋ = symbol("h_{t-1}", .state)
let g₋ = symbol("h'_{t-1}", .state)

let z = define("z_t", x • W_x + h₋ • W_h + b_h)
let h = define("h_t", tanh(z), .state)
let v = define("z'_t", h • V_x + g₋ • V_h + c_h)
let g = define("h'_t", tanh(v), .state)
let u = define("u_t", g • W_y + b_y)
let y = define("y_t", sigmoid(u), .output)
for equation in [z, h, v, g, u, y] { page.formula(equation) }

//: Read the third line: the upper layer has $h_t$, the state of *this* step, where the lower one has its input. As in its
//: Part B the text writes $\sigma$ for both states; Keras' default is tanh, and the companion's calculation uses it.

//: ## Shapes
//:
//: The upper layer reads five numbers, because the lower one has five units:

page.table(
  "Weights and their shapes", columns: ["weight", "layer and name", "shape", "numbers"],
  rows: zip(["$W_x$", "$W_h$", "$b_h$", "$W'_x$", "$W'_h$", "$b'_h$", "$W_y$", "$b_y$"], weights.named).map {
    [$0, $1.name, $1.tensor.shapeText, "\($1.tensor.count)"]
  } + [["all", "", "", "\(weights.parameterCount)"]])

func count(_ layer: Int) -> Int { network.layers[layer].parameters.parameterCount }
page.result(
  "lower layer \(count(0)), upper layer \(count(1)), dense layer \(count(2)): \(weights.parameterCount) numbers to learn"
)

for (name, key) in [
  ("W_x", "0/kernel"), ("W_h", "0/recurrent_kernel"), ("W'_x", "1/kernel"), ("W'_h", "1/recurrent_kernel"),
  ("W_y", "2/kernel"),
] {
  page.documented("D18", name, title: "shape of \(name)", computed: weights[key].shape)
}

//: The companion gives the biases as columns, (5, 1), (7, 1), (2, 1). In Keras they have one axis. Written as columns they
//: are:

for (name, key) in [("b_h", "0/bias"), ("b'_h", "1/bias"), ("b_y", "2/bias")] {
  page.documented("D18", name, title: "\(name) as a column", computed: [weights[key].count, 1])
}

//: There is a slip in the program that text and companion share: the second layer is declared with `input_shape=(None, 4)`.
//: It gets five features. Keras ignores `input_shape` on any layer but the first, so nobody noticed. A layer that is really
//: made for four refuses:

let forFour = SimpleRNN(SimpleRNNCell<Double>(inputSize: H - 1, units: G), returnSequences: true)
do {
  _ = try forFour(Tensor.zeros([1, 3, H]))
  page.result("it took \(H) features")
} catch {
  page.result("\(error)")
}

//: ## Training
//:
//: The data are those of chapter 2: 256 equal samples, a 1 at the first step and zeros after it, and the targets 0.7, 0.6,
//: 0.5, 0.3, 0.8, 0.2.

page.documented("D21", title: "epochs and batch size", computed: [page[epochs], ArticleModel.batchSize])
page.training(trained.history, of: article)

//: Twenty runs do not span everything. Seed 1 of this project (`--seed 1`) is slower than all of them at epoch 20, with a loss
//: of 0.0147 where the slowest of Keras had 0.0093.

//: From here on the trained weights stay as they are. The layers may compute in `Float` or in `Double` (`--scalar`); both
//: sides begin with the same numbers, rounded to that type.

//: ## What was printed
//:
//: The companion printed the prediction for $(4,2,1), (1,1,1), (1,1,1)$ twice: by Keras, and by hand in sixteen digits. It
//: did not print the weights, so the numbers themselves cannot come back. What can be checked is that they agree:

let printedPrediction = page.printed("D19", "y")
func printedPair(_ t: Int) -> String {
  page.text(printedPrediction[0, t, 0], decimals: 8) + ", " + page.text(printedPrediction[0, t, 1], decimals: 8)
}
page.table(
  columns: ["step", "$x_t$", "Keras, printed"],
  rows: ["(4, 2, 1)", "(1, 1, 1)", "(1, 1, 1)"].enumerated().map { t, x in [String(t + 1), x, printedPair(t)] })
page.documented(
  "D20", title: "the companion: Keras' prediction, and its calculation by hand", computed: printedPrediction,
  axes: ["sample", "step", "output"])

//: ## Where to begin counting
//:
//: Chapter 2 counted from 0: the first input was $x_0$, and the state before it $h_{-1}$. For this part the companion counts
//: from 1: the first input is $x_1$, the state before it $h_0$. Only the names differ. Before the first step there is zero,
//: in both layers.

let probe: [[Double]] = [[4, 2, 1], [1, 1, 1], [1, 1, 1]].map { row in (0..<D).map { row[$0 % 3] } }
let both = Recurrence(input: x, states: [(h₋, h), (g₋, g)], outputs: [y])
func unrolled(from firstStep: Int) -> [Recurrence.Step] {
  both.unrolled(over: probe.map { MathValue($0) }, from: [.zeros(H), .zeros(G)], firstStep: firstStep)
}
let steps = unrolled(from: 1)
let fromZero = unrolled(from: 0)
page.formula(fromZero[0][z])
page.formula(steps[0][z])

let hand = page.evaluation(of: steps.flatMap { [$0[h], $0[g], $0[y]] })
let handFromZero = page.evaluation(of: fromZero.map { $0[y] })
page.compare(
  "outputs, counted from 1 and from 0", ("counted from 1", page.values(y, at: steps, in: hand)),
  ("counted from 0", page.values(y, at: fromZero, in: handFromZero)), tolerance: Tolerance(), axes: ["step", "output"],
  because: "the same sums under other names")

//: ## Step 1, by hand
//:
//: The lower layer first. Its memory is empty:

page.show("x_1", probe[0])
page.worked(steps[0][z], in: hand)
page.worked(steps[0][h], in: hand)

//: Its state is the input of the upper layer, whose memory is empty as well:

page.worked(steps[0][v], in: hand)
page.worked(steps[0][g], in: hand)

//: And on top the dense layer:

page.worked(steps[0][u], in: hand)
page.worked(steps[0][y], in: hand)

//: ## Steps 2 and 3
//:
//: Now both layers remember. In the drawing the lower cell is fed with $x_2$ and its own $h_1$, the upper one with $h_2$ and
//: its own $h'_1$:

page.worked(steps[1][z], in: hand)
page.worked(steps[1][h], in: hand)
page.picture(.cell(.simpleRNN, title: "Step 2, lower layer, unit 1", values: wires("(1, 1, 1)", x, h₋, z, h, W_x, W_h)))
page.worked(steps[1][v], in: hand)
page.worked(steps[1][g], in: hand)
page.picture(
  .cell(.simpleRNN, title: "Step 2, upper layer, unit 1", values: wires("(here h_2)", h, g₋, v, g, V_x, V_h)))
page.worked(steps[1][y], in: hand)

func wires(
  _ seen: String, _ input: Formula, _ before: Formula, _ sum: Formula, _ state: Formula, _ kernel: Formula,
  _ memory: Formula
) -> [CellWire: WireValue] {
  func first(_ formula: Formula) -> WireValue {
    WireValue(page.value(steps[1][formula]).scalars[0])
  }
  return [
    .input: WireValue(stringLiteral: seen), .previousHidden: first(before), .inputTerm: first(input • kernel),
    .recurrentTerm: first(before • memory), .sum: first(sum), .hidden: first(state),
  ]
}

//: Step 3 goes the same way. Here are all states:

page.picture(
  .heatMap(
    title: "States of three steps: lower layer above, upper layer below",
    values: page.values(h, at: steps, in: hand).transposed.rowsOfDoubles
      + page.values(g, at: steps, in: hand).transposed.rowsOfDoubles,
    columnNames: ["1", "2", "3"], columnTitle: "step",
    rowBlocks: [HeatMapBlock("h", count: H, hue: .sky), HeatMapBlock("h'", count: G, hue: .orange)],
    scale: .symmetric(1), digits: H + G <= 16 ? 3 : nil))
for t in 0..<3 { page.show("y_\(t + 1)", page.value(steps[t][y], in: hand), decimals: 8) }

//: ## A layer at a time, or a step at a time
//:
//: We went through the steps and, in each, through the layers. A framework does it the other way: it runs the lower layer
//: over the whole sequence and hands all its states to the upper one. That is why the program says `return_sequences=True`
//: on the lower layer: the upper layer needs every state, not only the last. Both orders follow the same arrows, so the
//: numbers are the same:

let below = Recurrence(input: x, states: [(h₋, h)]).unrolled(over: probe.map { MathValue($0) }, from: [.zeros(H)])
let above = Recurrence(input: h, states: [(g₋, g)], outputs: [y]).unrolled(
  over: below.map { $0[h] }, from: [Formula(MathValue.zeros(G))])
let layerByLayer = page.evaluation(of: above.map { $0[y] })
page.compare(
  "outputs, step by step and layer by layer", ("step by step", page.values(y, at: steps, in: hand)),
  ("layer by layer", page.values(y, at: above, in: layerByLayer)), tolerance: Tolerance(), axes: ["step", "output"],
  because: "the same sums, computed at another time")

let wholeSequence = SimpleRNN(SimpleRNNCell<Double>(inputSize: D, units: H), returnSequences: true)
let lastOnly = SimpleRNN(SimpleRNNCell<Double>(inputSize: D, units: H))
let threeSteps = Tensor(probe).reshaped([1, 3, D])
page.table(
  columns: ["", "shape of what the lower layer hands on"],
  rows: [
    ["return_sequences=True", "\(page.output(of: wholeSequence, threeSteps).shape)"],
    ["return_sequences=False", "\(page.output(of: lastOnly, threeSteps).shape)"],
  ])

//: ## The layers
//:
//: The other side gets the same weights and runs its own code. The outputs of every layer are compared, not only the last.

struct LayerNumbers {
  var h, g, y: Tensor<Double>
  var gradients: [(name: String, tensor: Tensor<Double>)]
}

let target = Array(ArticleModel.targetSequence.prefix(3))

func runLayers<Scalar: RealScalar>(_: Scalar.Type) throws -> LayerNumbers {
  var stack = article.layers(Scalar.self)
  stack.parameters.update { name, tensor in tensor = weights[name].converted() }
  let run = try stack.forward(threeSteps.converted())
  let wanted = Tensor<Scalar>(shape: [1, 3, M], scalars: target.flatMap { [Scalar](repeating: Scalar($0), count: M) })
  let loss = try meanSquaredError(run.output, wanted)
  let gradient = try stack.backward(loss.gradient, cache: run.cache).parameters
  return LayerNumbers(
    h: run.cache.outputs[0].reshaped([3, H]).converted(), g: run.cache.outputs[1].reshaped([3, G]).converted(),
    y: run.output.reshaped([3, M]).converted(), gradients: gradient.named.map { ($0.name, $0.tensor.converted()) })
}

let layers = page.compute(in: page[scalar]) { try runLayers($0) }
let tolerance = page[scalar].tolerance

page.compare(
  "lower layer, h", hand: page.values(h, at: steps, in: hand), layer: layers.h, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "upper layer, h′", hand: page.values(g, at: steps, in: hand), layer: layers.g, tolerance: tolerance,
  axes: ["step", "unit"])
page.compare(
  "output y", hand: page.values(y, at: steps, in: hand), layer: layers.y, tolerance: tolerance,
  axes: ["step", "output"])

//: The companion compared Keras in `Float` with a hand in `Double`, and so do we:

let inFloat = page.compute(in: .float) { try runLayers($0) }
page.compare(
  "output y, the layers in Float", hand: page.values(y, at: steps, in: hand), layer: inFloat.y, tolerance: 1e-6,
  axes: ["step", "output"], because: "two layers and three steps of Float, each rounded to some 1e-7")

//: ## The way back, through both layers
//:
//: Take the targets 0.7, 0.6, 0.5 for these three steps, and the mean of the squared errors:

let wanted = target.enumerated().map { t, value in
  symbol(#"\hat{y}_\#(t + 1)"#, .other, MathValue([Double](repeating: value, count: M)))
}
let loss = define("L", sum((0..<3).map { sum(squared(steps[$0][y] - wanted[$0])) }) / Formula(Double(3 * M)), .loss)
page.formula(loss)
let backward = page.evaluation(of: [loss])
page.show("L", page.value(loss, in: backward), decimals: 8)

//: Every arrow is now walked against its direction. A state of the upper layer collects slopes from two sides: from the
//: output above it, and from its own next step. A state of the lower layer as well: from **the upper layer** above it, and
//: from its own next step. With $\epsilon_t$, $\delta'_t$ and $\delta_t$ for the slopes at $u_t$, $z'_t$ and $z_t$:

let ε = (0..<3).map { t in
  define(
    #"\epsilon_\#(t + 1)"#,
    (steps[t][y] - wanted[t]) ⊙ steps[t][y] ⊙ (1 - steps[t][y]) / Formula(1.5 * Double(M)))
}
func slope(_ name: String, from above: Formula, next: Formula?, through memory: Formula, at state: Formula) -> Formula {
  let arriving = next.map { above + $0 • transpose(memory) } ?? above
  return define(name, arriving ⊙ (1 - squared(state)))
}
var upperSlopes: [Formula] = []
var lowerSlopes: [Formula] = []
for t in (0..<3).reversed() {
  let up = slope(
    #"\delta'_\#(t + 1)"#, from: ε[t] • transpose(W_y), next: upperSlopes.first, through: V_h, at: steps[t][g])
  let low = slope(
    #"\delta_\#(t + 1)"#, from: up • transpose(V_x), next: lowerSlopes.first, through: W_h, at: steps[t][h])
  upperSlopes.insert(up, at: 0)
  lowerSlopes.insert(low, at: 0)
}
for t in (0..<3).reversed() {
  page.formula(upperSlopes[t])
  page.formula(lowerSlopes[t])
}

//: So the first step is reached on several roads. An error at step 3 comes down to $\delta'_3$; from there it goes left in
//: the upper layer and then down, or down first and then left in the lower one. The sums take care of all of them.

let back = page.evaluation(of: upperSlopes + lowerSlopes + ε)
page.worked(lowerSlopes[1], in: back, style: NumberStyle(decimals: 5))

func length(_ formula: Formula) -> Double {
  page.value(formula, in: back).doubles.reduce(0) { $0 + $1 * $1 }.squareRoot()
}
page.table(
  "Lengths of the slopes", columns: ["step", #"$\epsilon_t$"#, #"$\delta'_t$"#, #"$\delta_t$"#],
  rows: (0..<3).map { t in
    [String(t + 1)] + [ε[t], upperSlopes[t], lowerSlopes[t]].map { page.text(length($0), decimals: 6) }
  })

//: The formulas can also be differentiated by themselves, in reverse:

let gradients = page.gradients(of: loss, in: backward)
page.compare(
  "slopes of the lower layer, δ", ("written out", Tensor.stacked(lowerSlopes.map { page.value($0, in: back) })),
  ("reverse mode", Tensor.stacked(steps.map { page.gradient($0[z], gradients) })), tolerance: 1e-15,
  axes: ["step", "unit"], because: "the same products of numbers below 1, multiplied in another order")
page.compare(
  "slopes of the upper layer, δ′", ("written out", Tensor.stacked(upperSlopes.map { page.value($0, in: back) })),
  ("reverse mode", Tensor.stacked(steps.map { page.gradient($0[v], gradients) })), tolerance: 1e-15,
  axes: ["step", "unit"], because: "the same products of numbers below 1, multiplied in another order")

//: The gradients of the weights are sums over the steps: what went in, times the slope of what came out.

for (weight, terms) in [
  ("W'_x", #"h_t^\intercal \delta'_t"#), ("W'_h", #"h'^{\,\intercal}_{t-1} \delta'_t"#),
  ("W_x", #"x_t^\intercal \delta_t"#),
] {
  page.formula(latex: #"\frac{\partial L}{\partial \#(weight)} = \sum_t \#(terms)"#)
}

func outerSum(_ entering: Formula, _ slopes: [Formula]) throws -> Tensor<Double> {
  let terms = zip(steps, slopes).map { step, slope in slope • transpose(step[entering]) }
  return Tensor(try transpose(sum(terms)).evaluate())
}
func total(_ slopes: [Formula]) throws -> Tensor<Double> { Tensor(try sum(slopes).evaluate()) }

let byHand = page.must(
  try [
    outerSum(x, lowerSlopes), outerSum(h₋, lowerSlopes), total(lowerSlopes), outerSum(h, upperSlopes),
    outerSum(g₋, upperSlopes), total(upperSlopes), outerSum(g, ε), total(ε),
  ])
for ((name, mine), own) in zip(
  zip(["W_x", "W_h", "b_h", "W'_x", "W'_h", "b'_h", "W_y", "b_y"], byHand), layers.gradients)
{
  page.compare(
    "gradient of \(name)", hand: mine, layer: own.tensor, tolerance: tolerance,
    axes: mine.rank == 1 ? ["column"] : ["row", "column"])
}

//: The deepest weights are the longest way from the loss: $W_x$, under both layers. Central differences reach them without
//: any chain rule:

for (name, weight, index) in [("W_x", W_x, 0), ("W'_h", V_h, 4)] {
  page.compare(
    "gradient of \(name), and central differences", ("by hand", byHand[index]),
    ("central differences", page.centralDifferences(of: loss, weight)),
    tolerance: page.differenceTolerance(of: loss, weight),
    axes: ["row", "column"], because: "a central difference is right to about 1e-11 here")
}

//: ## Sequences of other lengths
//:
//: Two layers do not change that: no weight knows how long a sequence is.

var generator = RandomGenerator(seed: UInt64(page[seed]) + 1)
let nine = Tensor<Double>.uniform([1, 9, D], -2, 2, using: &generator)
let long = page.output(of: network, nine)
let short = page.output(of: network, nine.steps(0..<4))
page.result("9 steps in, output of shape \(long.shape); 4 steps in, \(short.shape)")
page.compare(
  "the first 4 of 9 outputs", ("4 steps", short), ("9 steps", long.steps(0..<4)), tolerance: Tolerance(),
  axes: ["sample", "step", "output"], because: "the later steps cannot reach back")

let nineSteps = both.unrolled(
  over: (0..<9).map { MathValue(nine.step($0).reshaped([D])) }, from: [.zeros(H), .zeros(G)], firstStep: 1)
let nineValues = page.evaluation(of: nineSteps.map { $0[y] })
page.compare(
  "nine outputs", hand: page.values(y, at: nineSteps, in: nineValues), layer: long.reshaped([9, M]), tolerance: 1e-13,
  axes: ["step", "output"])

//: ## What to remember
//:
//: - The states of one recurrent layer are the input of the next. The lower one must hand on all of them.
//: - A layer at a time or a step at a time: the same arrows, the same numbers.
//: - Going back, slopes travel left and down, and a state adds up what arrives from both sides.
//: - Whether steps count from 0 or from 1 is only a name. Before the first step there is zero.
//:
//: Change a number: `swift run chapter-two-layer-rnn --units 4 --upper 6`, or `--seed 3`, or `--scalar float`.

//: ## The sources, number by number
//:
//: Every number that the documents of this course printed has a name, from D01 to D67, and every slip has one, from I01 to I41.
//: These are the ones of this chapter.

page.sources([
  "D19": .text("its weights were not printed, so it cannot be computed again; D20 is its own agreement"),
  "D21": .text("the same training as in chapter 2"),
])

page.finish()
