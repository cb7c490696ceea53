import ChapterSupport
import Foundation

let inputs = Option.integer("inputs", default: 2, in: 1...64, "features of each step, second network")
let units = Option.integer("units", default: 3, in: 1...64, "units of the dense layer, second network")
let epochs = Option.integer(
  "epochs", default: 500, in: 0...500, "rounds of training, first network; the second has a fifth of them")
let chance = Option.number("chance", default: 0.1, in: 0.001...0.999, "probability of a 1 in the experiment")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of the weights before training")
let scalar = ScalarChoice.option()

let page = Notebook(
  "One layer at every step", number: 1,
  question: "Can a layer that sees one step at a time know what came before?", minutes: 30,
  goals: [
    "say what a layer without memory can tell of a sequence, and how well at best",
    "read the shape $[N, T, m]$, and say why one set of weights serves any length",
    "compute a layer at every step, forwards and backwards, by hand",
  ],
  summary:
    "Sequences, shapes and the TimeDistributed wrapper: two small networks by hand, and what a layer without memory cannot know.",
  parameters: [inputs, units, epochs, chance, seed, scalar], letters: ["m", "w", "v", "g"])

//: Bits come in, one after the other: 0 0 1 0 0. At each step you are asked: *has a 1 come so far?* That is easy, because you remember. How
//: well can a layer do it that sees only the present bit?

let bits = [0.0, 0, 1, 0, 0]
let hasCome = [0.0, 0, 1, 1, 1]
page.picture(
  .heatMap(
    title: "Bits and right answers: the same bit, another answer", values: [bits, hasCome],
    rowNames: ["bit", "answer"],
    columnNames: bits.indices.map { "\($0)" }, columnTitle: "step", scale: .unit, digits: 0))

//: ## A first look
//:
//: A layer that sees nothing but the present bit must give the same answer to the same bit. So it has two answers to choose, one for a 0
//: and one for a 1, and that makes four possible rules. Count how many of the five answers each rule gets right:

page.table(
  columns: ["answer to 0", "answer to 1", "its five answers", "right"],
  rows: [(0.0, 0.0), (0, 1), (1, 0), (1, 1)].map { toZero, toOne in
    let answers = bits.map { $0 == 0 ? toZero : toOne }
    return [
      page.text(toZero), page.text(toOne), answers.map { page.text($0) }.joined(separator: " "),
      "\(zip(answers, hasCome).count { $0 == $1 }) of 5",
    ]
  })

//: None gets all five. Steps 1 and 3 have the same bit, 0, and different right answers, so every rule is wrong at one of them. No training can help, and no
//: larger layer: what would tell the two steps apart is in the past.

//: ## The idea
//:
//: Still, this is where every network that reads sequences begins: **one [layer](glossary:layer) that is applied at every step**, the same one, with the
//: same weights. Keras calls the wrapper that does so [TimeDistributed](glossary:time-distributed).

page.picture(
  .unrolledNetwork(
    title: "One dense layer over six steps: no arrow leads from one step to the next", steps: 6, inputShape: "[1]",
    layers: [],
    dense: UnrolledDense("y", shape: "[1]")))

//: - It **can** tell anything that the present step says: whether this bit is 1, whether this number is large.
//: - It **cannot** tell anything about the steps before or after, nor which step it is.
//: - It takes **any length**, because no weight belongs to a step.

//: ## The formula and its numbers
//:
//: The smallest layer takes one number $x_t$, multiplies it by a weight $a$, adds a [bias](glossary:bias) $b$ and bends the sum:

let a = symbol("a", .weight, page.printed("D05", "a"))
let b = symbol("b", .weight, page.printed("D05", "b"))
let x_t = symbol("x_t", .input)
let y_t = define("y_t", sigmoid(a * x_t + b), .output)
let perStep = Recurrence(input: x_t, states: [], outputs: [y_t])

page.formula(y_t)

//: The bend is the logistic function $\sigma(z) = 1 / (1 + e^{-z})$, also called [sigmoid](glossary:sigmoid). It turns any number into one between 0 and 1.

page.picture(.activations(title: "The logistic function", [.sigmoid]))

//-
func logistic(_ z: Double) -> Double { 1 / (1 + Foundation.exp(-z)) }
func logit(_ p: Double) -> Double { Foundation.log(p / (1 - p)) }
let rising = ArticleModel.rising
let target = ArticleModel.targetSequence
let steps = perStep.unrolled(over: (rising + [1, 1]).map { MathValue($0) }, from: [])
let hand = page.evaluation(of: steps.map { $0[y_t] })
let y = page.values(y_t, at: steps, in: hand)

//: Here it reads the sequence 1, 0.8, 0.6, 0.2, 1, 0, with two weights that an earlier training found. Two of the six steps, with all their numbers:

page.worked(steps[0][y_t], in: hand, style: NumberStyle(decimals: 8))
page.worked(steps[1][y_t], in: hand, style: NumberStyle(decimals: 8))
page.show("y", y.slices(0..<6))

//: Steps 0 and 4 have the same input, 1, and so the same answer.

//: ### Shapes
//:
//: Frameworks take many sequences at once. Their arrays have three axes, $[N, T, m]$:

page.table(
  columns: ["letter", "what it counts", "here"],
  rows: [
    ["$N$", "samples: sequences that are computed together", "\(ArticleModel.sampleCount)"],
    ["$T$", "steps of each sequence", "\(rising.count)"],
    ["$m$", "features: numbers at each step of the input", "1"],
    ["$m'$", "numbers at each step of the output", "1"],
  ])

//: That is the whole secret of the wrapper. The layer's weights know $m$ and $m'$: the [kernel](glossary:kernel) has the shape $(m, m')$, the bias $(m')$.
//: No weight knows $N$ or $T$. So the same two numbers take one sequence of six steps, two of them, or one of eight:

//-
/// The layer under test, with weights and input given in `Double`, computed in the scalar type of this run.
func layerOutput(kernel: Tensor<Double>, bias: Tensor<Double>, _ x: Tensor<Double>) throws -> Tensor<Double> {
  func output<Scalar: RealScalar>(_: Scalar.Type) throws -> Tensor<Double> {
    let dense = try Dense<Scalar>(kernel: kernel.converted(), bias: bias.converted(), activation: .sigmoid)
    return try TimeDistributed(dense)(x.converted()).converted()
  }
  return try page[scalar] == .float ? output(Float.self) : output(Double.self)
}

func sequence(_ rows: [[Double]], features D: Int = 1) -> Tensor<Double> {
  let T = (rows.first?.count ?? 0) / D
  return Tensor(shape: [rows.count, T, D], scalars: rows.flatMap(\.self))
}

let kernel = page.printed("D05", "a").reshaped([1, 1])
let bias = page.printed("D05", "b").reshaped([1])
let zeros = [Double](repeating: 0, count: 6)
let one = page.must(try layerOutput(kernel: kernel, bias: bias, sequence([rising])))
let two = page.must(try layerOutput(kernel: kernel, bias: bias, sequence([rising, zeros])))
let eight = page.must(try layerOutput(kernel: kernel, bias: bias, sequence([rising + [1, 1]])))
page.table(
  columns: ["goes in", "comes out"],
  rows: [("[1, 6, 1]", one), ("[2, 6, 1]", two), ("[1, 8, 1]", eight)].map { [$0.0, "\($0.1.shape)"] })
page.compare(
  "eight steps", hand: y, layer: eight.reshaped([8]),
  tolerance: page[scalar].tolerance, axes: ["step"])

//: ### Two numbers in, three out
//:
//: With more numbers at each step the weight becomes a matrix $W_y$, with a row for each input and a column for each output. Vectors stand as
//: rows, so a vector comes before its matrix. The weights are those of a short training:

//-
typealias Network = TimeDistributed<Dense<Double>>

/// Trains on one of the article's training sets: batches of 32 samples, mean squared error.
func train(_ network: inout Network, as article: ArticleModel, _ rule: RMSprop, epochs: Int) throws -> TrainingHistory {
  let (x, y) = article.trainingSet(Double.self)
  return try network.fit(
    x, y, loss: meanSquaredError, optimizer: rule, epochs: epochs, batchSize: ArticleModel.batchSize)
}

//-
let secondEpochs = page[epochs] / 5
let (stepCount, secondStepCount) = (page[epochs] * 8, secondEpochs * 8)
let (D, M) = (page[inputs], page[units])
var article = ArticleModel.twoToThree
(article.inputSize, article.outputSize) = (D, M)
let (x2, y2) = article.trainingSet(Double.self)
var model = Network(Dense(inputSize: D, units: M, activation: .sigmoid))
var ownGenerator = RandomGenerator(seed: UInt64(page[seed]))
model.initialize(using: &ownGenerator)
let ownHistory = page.must(try train(&model, as: article, RMSprop(), epochs: secondEpochs))
model.parameters.round(to: page[scalar])
let (ownKernel, ownBias) = (model.parameters["kernel"], model.parameters["bias"])
func features(_ x: Double) -> [Double] { (0..<D).map { page[scalar].rounded(x - 0.25 * Double($0)) } }
let probe = rising.map(features)

let K = symbol("W_y", .weight, ownKernel)
let k = symbol("b_y", .weight, ownBias)
let z = define("z_t", x_t • K + k, .other)
let answer = define("y_t", sigmoid(z), .output)
let ownSteps = Recurrence(input: x_t, states: [], outputs: [z, answer]).unrolled(
  over: probe.map { MathValue($0) }, from: [])

page.formula(z)
page.formula(answer)

//-
let wanted = target.enumerated().map { t, value in
  symbol(#"\hat{y}_\#(t)"#, .other, MathValue([Double](repeating: page[scalar].rounded(value), count: M)))
}
let loss = define(
  "L", sum(zip(ownSteps, wanted).map { step, goal in sum(squared(step[answer] - goal)) }) / Formula(Double(6 * M)),
  .loss)
let own = page.evaluation(of: [loss])

page.show("x_1", probe[1])
page.worked(ownSteps[1][z], in: own)
page.worked(ownSteps[1][answer], in: own)

struct LayerNumbers { var y, kernel, bias, x: Tensor<Double> }

func runLayer<Scalar: RealScalar>(_: Scalar.Type) throws -> LayerNumbers {
  let dense = try Dense<Scalar>(kernel: ownKernel.converted(), bias: ownBias.converted(), activation: .sigmoid)
  let layer = TimeDistributed(dense)
  let run = try layer.forward(Tensor(probe).reshaped([1, 6, D]).converted(to: Scalar.self))
  let targets = target.flatMap { [Scalar](repeating: Scalar($0), count: M) }
  let error = try meanSquaredError(run.output, Tensor(shape: [1, 6, M], scalars: targets))
  let gradient = try layer.backward(error.gradient, cache: run.cache)
  return LayerNumbers(
    y: run.output.reshaped([6, M]).converted(), kernel: gradient.parameters.kernel.converted(),
    bias: (gradient.parameters.bias ?? .zeros([M])).converted(), x: gradient.input.reshaped([6, D]).converted())
}

let layer = page.compute(in: page[scalar]) { try runLayer($0) }
let tolerance = page[scalar].tolerance
page.compare(
  "outputs of six steps", hand: page.values(answer, at: ownSteps, in: own), layer: layer.y, tolerance: tolerance,
  axes: ["step", "output"])

//: ### The sequence read backwards
//:
//: Give the network the sequence from its end, and each answer stays what it was, at its new place, to the last bit. The layer has no idea of *before*.

let reversed = page.must(
  try layerOutput(kernel: ownKernel, bias: ownBias, Tensor(Array(probe.reversed())).reshaped([1, 6, D])))
page.compare(
  "the sequence read from its end", ("forwards, turned round", layer.y.reversedFirstAxis),
  ("read backwards", reversed.reshaped([6, M])), tolerance: Tolerance(), axes: ["step", "output"],
  because: "each step is computed by itself, to the last bit")

//: ## The experiment
//:
//: Back to the question of the first look, now in earnest: sequences of twelve bits in which a 1 comes with some probability $p$, and at each step the answer whether a 1 has
//: come so far. **What is the best that is possible?** We need no training to know it. For each of the four rules the share of right answers
//: can be computed exactly, from the probability $1 - (1 - p)^t$ that a 1 came in $t$ steps. The best of the four is the dashed line.
//:
//: Then we train a dense layer with its two weights: 300 updates, each on 32 fresh sequences, from four [seeds](glossary:seed). The layer gives a number between 0 and 1; above one half it counts as *yes*.

let seen = BitTask(.seen, probability: page[chance])
let dense = Experiment(seen, layers: [], steps: 12, updates: 300, learningRate: 0.03)
let best = seen.bestWithoutMemory(steps: 12)

//-
let runs = page.must(try dense.runs(seeds: 1...4))
page.picture(
  .lineChart(
    title: "Has a 1 come? Right answers of a layer without memory",
    series: [
      Picture.Series("mean of 4 runs", points: runs.curve.map { (Double($0.update), $0.mean) }),
      Picture.Series("best without memory", points: [(0, best), (300, best)], isDashed: true),
    ],
    band: Picture.Band("the 4 runs", points: runs.curve.map { (Double($0.update), $0.least, $0.greatest) }),
    x: Picture.Axis("updates"), y: Picture.Axis("share that is right", range: 0...1)))
if let end = runs.curve.last {
  page.table(
    columns: ["", "share that is right"],
    rows: [
      ["best possible without memory, computed", page.text(best, decimals: 3)],
      ["4 runs of the dense layer, mean", page.text(end.mean, decimals: 3)],
      ["least and greatest", "\(page.text(end.least, decimals: 3)) … \(page.text(end.greatest, decimals: 3))"],
    ])
}
page.experiment(
  "has a 1 come: a dense layer", of: runs.accuracies,
  page.statistics("first_tasks", ["task": "seen", "layer": "dense"]),
  "accuracy")
if page.keepsDefaults {
  page.range(
    "the dense layer reaches the best possible", of: runs.accuracies, in: best - 0.04...best + 0.04, axes: ["run"],
    because:
      "500 sequences are tested: their share may differ from the exact one by 0.014, and three times that is allowed")
}

//: The layer reaches what is possible, within a hundred updates, and stays there. (A run may lie a little above the line: it is tested on 500
//: sequences, and these are not exactly average.) **The failure is in the question, not in the training**: without memory there is nothing more to learn. The
//: next chapter adds one number that is carried from step to step, and every answer is right.

//: ## The way back
//:
//: How does such a layer learn? Training needs the slope of the [loss](glossary:loss) along every weight. Take the mean of the squared errors over all steps and outputs, for the network with
//: two inputs and three outputs:

page.formula(latex: #"L = \frac{1}{6 m'} \sum_t \sum_k (y_{t,k} - \hat{y}_{t,k})^2"#)
page.show("L", page.value(loss, in: own), decimals: 8)

//: The chain rule gives one slope for each step and output, $\delta_t = \partial L / \partial z_t$. It needs $y_t$ alone,
//: since the slope of the logistic function is $y (1 - y)$:

page.formula(latex: #"\delta_t = \frac{2}{6 m'} (y_t - \hat{y}_t) \odot y_t \odot (1 - y_t)"#)

let gradients = page.gradients(of: loss, in: own)
let δ = Tensor.stacked(ownSteps.map { page.gradient($0[z], gradients) })
page.show(#"\delta"#, δ, decimals: 6)

//: All steps share the same weights. So their slopes add up: $\partial L / \partial b_y = \sum_t \delta_t$ and
//: $\partial L / \partial W_y = \sum_t x_t^\intercal \delta_t$. Steps meet only in this sum; nothing flows from one to
//: another yet.

page.compare(
  "gradient of b_y: the sum over the steps", ("Σ δ", δ.sumOfRows()),
  ("reverse mode", page.gradient(k, gradients)), tolerance: 1e-15, axes: ["output"],
  because: "the same six numbers, added in another order")
page.compare(
  "gradient of W_y", hand: page.gradient(K, gradients), layer: layer.kernel, tolerance: tolerance,
  axes: ["input", "output"])
page.compare(
  "gradient of b_y", hand: page.gradient(k, gradients), layer: layer.bias, tolerance: tolerance, axes: ["output"])
page.compare(
  "gradient of the input", hand: Tensor.stacked(ownSteps.map { page.gradient($0[x_t], gradients) }), layer: layer.x,
  tolerance: tolerance, axes: ["step", "input"])

//: A third way needs no derivation at all. Move each weight by 0.00001 up and down and look at the loss:

page.compare(
  "gradient of W_y, and central differences", ("by hand", page.gradient(K, gradients)),
  ("central differences", page.centralDifferences(of: loss, K)),
  tolerance: page.differenceTolerance(of: loss, K),
  axes: ["input", "output"],
  because: "a central difference is right to about 1e-11 here")

//: ## What to remember
//:
//: - A layer at every step knows the present step only. The same input has the same answer, wherever it stands.
//: - A batch of sequences has the shape $[N, T, m]$. No weight knows $N$ or $T$, so one set of weights serves any length.
//: - What is the best that this network *can* do? Ask that before you train. If it has been reached, change the network.

//: ## Try
//:
//: - `swift run chapter-time-distributed --inputs 1 --units 1`: every matrix is one number, and the way back is one line of arithmetic.
//: - `swift run chapter-time-distributed --chance 0.5`: a 1 comes early, so *yes* is nearly always right. The best possible rises to 0.92, and the layer
//:   learns to say *yes* to everything. It knows no more than before.
//: - `swift run chapter-time-distributed --chance 0.02`: a 1 is rare. The best rule answers what the bit says, and 0.90 of its answers are right. A high figure says nothing as
//:   long as you do not know what is possible without memory.

//: ## Against the sources
//:
//: The two networks are Part A of [@huet] and its companion program. That program printed weights and results with eight digits.

page.show("a", page.printed("D05", "a"), decimals: 8)
page.show("b", page.printed("D05", "b"), decimals: 8)

//: Keras computed in `Float`, which knows about seven digits; we compute in `Double`, which knows sixteen. So the last printed digit may differ, and
//: the allowance is the distance of two neighbouring `Float`s.

page.documented("D06", title: "predictions for six steps", computed: y.slices(0..<6), axes: ["step"])

page.documented("D07", title: "the companion's own calculation by hand", computed: y.slices(0..<6), axes: ["step"])

page.documented("D31", title: "T, m and m′", computed: [rising.count, 1, 1])

page.documented("D08", "kernel", title: "shape of the kernel", computed: kernel.shape)
page.documented("D08", "bias", title: "shape of the bias", computed: bias.shape)

page.documented("D04", "first input", title: "one sequence: shape of the output", computed: one.shape)
page.documented("D04", "two samples", title: "two sequences", computed: two.shape)
page.documented("D04", "eight steps", title: "eight steps", computed: eight.shape)
page.documented("D32", title: "the eight steps of the text", computed: sequence([rising + [1, 1]]).shape)

let singleDigits = "eight printed digits name one Float; the neighbouring Float is 6.0e-8 away"
page.documented(
  "D06", "two sequences, the second all zero",
  printed: "0.72903323 0.62707138 0.51240331 0.29101145 0.72903323 0.20415471 "
    + "0.20415471 0.20415471 0.20415471 0.20415471 0.20415471 0.20415471",
  computed: two, within: 6.5e-8, because: singleDigits, axes: ["sample", "step", "output"])
page.documented(
  "D06", "eight steps",
  printed: "0.72903323 0.62707138 0.51240331 0.29101145 0.72903323 0.20415471 0.72903323 0.72903323",
  computed: eight, within: 6.5e-8, because: singleDigits, axes: ["sample", "step", "output"])

//: ### What it was trained on
//:
//: 256 times the same sequence, with the target 0.7, 0.6, 0.5, 0.3, 0.8, 0.2, which the program calls *like* $\sigma(2x - 1)$. Like, but no more:

let (x_train, y_train) = ArticleModel.oneToOne.trainingSet(Double.self)
page.table(
  columns: ["step", "input", "target", "$\\sigma(2x - 1)$"],
  rows: zip(rising, target).enumerated().map { t, pair in
    ["\(t)", page.text(pair.0), page.text(pair.1), page.text(logistic(2 * pair.0 - 1))]
  })
page.documented(
  "D02", title: "targets, beside σ(2x − 1)", computed: rising.map { logistic(2 * $0 - 1) }, axes: ["step"])
page.documented("D01", "shape of x", title: "shape of the inputs", computed: x_train.shape)
page.documented("D01", "shape of y", title: "shape of the targets", computed: y_train.shape)

//: Look at steps 0 and 4: the same input 1 has the targets 0.7 and 0.8. No function can give both, so the loss has a floor.
//: The loss is the mean of the squared errors:

let L = meanLoss(of: (0..<6).map { t in (steps[t][y_t], symbol(#"\hat{y}_\#(t)"#, .other, MathValue(target[t]))) })
page.formula(L)

func meanLoss(of pairs: [(y: Formula, target: Formula)]) -> Formula {
  define("L", sum(pairs.map { squared($0.y - $0.target) }) / Formula(Double(pairs.count)), .loss)
}

//: It is lowest where both slopes are zero. That is at $a = 2.40625$, $b = -1.39631$:

let lowest: [Formula: MathValue] = [a: 2.40625, b: -1.39631]
let slopes = page.gradients(of: L, lowest)
page.show(#"\partial L / \partial a"#, page.gradient(a, slopes), decimals: 8)
page.show(#"\partial L / \partial b"#, page.gradient(b, slopes), decimals: 8)
page.show("L", page.value(L, lowest), decimals: 8)

//: The printed weights are close to it, and not quite there:

page.show("L", page.value(L), decimals: 8)

//: ### Training
//:
//: The [optimiser](glossary:optimiser) is [RMSprop](glossary:rmsprop), a batch has 32 samples, so an [epoch](glossary:epoch) has 8 moves and 500 epochs have 4000. No seed fixed the start.
//: But the losses of any run must lie in the range that real Keras gives over 20 seeds:

page.documented("D03", title: "epochs and batch size", computed: [page[epochs], ArticleModel.batchSize])

var first = Network(Dense(inputSize: 1, units: 1, activation: .sigmoid))
var generator = RandomGenerator(seed: UInt64(page[seed]))
first.initialize(using: &generator)
let firstStart = first.parameters.kernel[0, 0]
let history = page.must(try train(&first, as: .oneToOne, RMSprop(), epochs: page[epochs]))
page.training(history, of: .oneToOne, isLogarithmic: true)

//: All seeds end at the floor of 0.00112815. They come from different sides, and this is the trace we follow next.

//: ### RMSprop, then and now
//:
//: RMSprop divides each step by the size that the gradient had of late. It keeps a running mean $v$ of the squared gradient
//: $g$, and moves the weight $w$ by about one thousandth, whatever the gradient's size. A tiny number keeps the division
//: safe. *Where* that number stands has changed:

let g = symbol("g", .other)
let v₋ = symbol("v_{s-1}", .other)
let w₋ = symbol("w_{s-1}", .weight)
let v = define("v_s", 0.9 * v₋ + 0.1 * squared(g), .other)
page.formula(v)
page.formula(latex: #"w_s = w_{s-1} - 0.001 \frac{g}{\sqrt{v_s} + \epsilon} \quad \text{(Keras 2)}"#)
page.formula(latex: #"w_s = w_{s-1} - 0.001 \frac{g}{\sqrt{v_s + \epsilon}} \quad \text{(Keras 3)}"#)

page.table(
  columns: ["from version", "divides by", "ε"],
  rows: RMSpropRule.allCases.map { [$0.name, $0.formula, page.text($0.epsilon, decimals: 1)] })

//: It looks like a detail. But under the root, $10^{-7}$ counts as $\sqrt{10^{-7}} \approx 0.0003$: a gradient below that no
//: longer gives a full step. With the number outside, every gradient above $10^{-7}$ does. So the old rule walks on at full
//: pace until the end and then swings around its goal; the new one slows down and settles.

//: The companion names *tensorflow 1.1.0 and keras 2.0.3*. Its start was never printed. But a training of identical samples has **one** free
//: number, the start of $a$ (the bias starts at zero), and **two** numbers at its end. If one start explains both, that is
//: no accident. The start below was inferred in this way: it was chosen so that the training ends at the printed $a$. The
//: printed $b$ is then a true check.

let inferredStart = -1.6147931936360167
page.show("a_0", inferredStart, decimals: 8)

//: The whole training by hand is a few lines of plain Swift, in `RMSpropRules.swift` beside this chapter: gradient, running mean, step.

let then = trainByHand(from: inferredStart, steps: stepCount, RMSpropRule.keras203)
let between = trainByHand(from: inferredStart, steps: stepCount, RMSpropRule.keras213)
let now = trainByHand(from: inferredStart, steps: stepCount, RMSpropRule.keras3)

//: The same by the library: its layer, its loss, its optimiser, 256 samples in 8 batches an epoch.

var asThen = Network(Dense(inputSize: 1, units: 1, activation: .sigmoid))
asThen.parameters.kernel[0, 0] = inferredStart
_ = page.must(try train(&asThen, as: .oneToOne, RMSpropRule.keras203.library, epochs: page[epochs]))
let pairThen = asThen.parameters.kernel.scalars + (asThen.parameters.bias?.scalars ?? [])

func pair(_ moments: [Moment], from start: Double) -> [Double] { moments.last.map { [$0.a, $0.b] } ?? [start, 0] }

let pairNow = pair(now, from: inferredStart)
let printedPair = page.printed("D05", "a").doubles + page.printed("D05", "b").doubles
page.table(
  "After training from the inferred start", columns: ["", "a", "b"],
  rows: [
    ("printed in the source", printedPair), ("Keras 2.0.3's rule", pairThen),
    ("Keras 2.1.3's rule", pair(between, from: inferredStart)), ("Keras 3's rule", pairNow),
  ].map { [$0] + $1.map { page.text($0, decimals: 8) } })
page.documented(
  "D05", "a and b after training with Keras 2.0.3's rule", printed: "2.35025001 -1.36052668", computed: pairThen,
  within: 3e-7, because: "the source trained in Float, whose rounding moves the end of 4000 steps by about 3e-7",
  axes: [Axis("weight", ["a", "b"])])

//: The old rule lands on both printed numbers; today's misses them in the second digit behind the point. A text about Keras,
//: run again with a newer Keras, gives other numbers, and nobody would see why.

page.prose(
  "In the last \(min(40, then.count)) steps you see the two characters: the old rule swings, the new one glides.")
func lastBiases(_ name: String, _ run: [Moment]) -> Picture.Series {
  Picture.Series(name, run.suffix(40).map(\.b), first: Double(max(run.count - 40, 0) + 1))
}
page.picture(
  .lineChart(
    title: "The bias in the last steps", series: [lastBiases("Keras 2.0.3", then), lastBiases("Keras 3", now)],
    x: Picture.Axis("step"), y: Picture.Axis("b")))

//: The numbers of the last step say why. Compare the root of $v_b$, which the old rule divides by, with what the new rule
//: divides by:

if let last = now.last, let old = then.last {
  page.table(
    columns: ["rule", #"$\sqrt{v_b}$"#, "divides by"],
    rows: [
      [
        "Keras 2.0.3", page.text(old.v_b.squareRoot(), decimals: 7),
        page.text(old.v_b.squareRoot() + 1e-8, decimals: 7),
      ],
      [
        "Keras 3", page.text(last.v_b.squareRoot(), decimals: 7),
        page.text((last.v_b + 1e-7).squareRoot(), decimals: 7),
      ],
    ])
}

//: By hand and by the library the end is the same. The curve further up began at a random start; by hand it ends where the
//: library's did. The old rule swings, and that multiplies the rounding of each side:

page.compare(
  "a and b, Keras 3's rule",
  hand: pair(trainByHand(from: firstStart, steps: stepCount, RMSpropRule.keras3), from: firstStart),
  layer: first.parameters.kernel.scalars + (first.parameters.bias?.scalars ?? []), tolerance: 1e-13,
  axes: [Axis("weight", ["a", "b"])])
page.compare(
  "a and b, Keras 2.0.3's rule", ("by hand", pair(then, from: inferredStart)), ("library", pairThen), tolerance: 1e-8,
  axes: [Axis("weight", ["a", "b"])], because: "a swinging training multiplies rounding of 1e-16 by about a million")

//: Could Keras 3's rule reach the printed pair from another start? Let us look for the start that gives the printed $a$, by
//: the secant method, and see what $b$ becomes.

let bestStart = startReaching(printedPair[0], near: inferredStart, steps: stepCount, RMSpropRule.keras3)
let bestPair = pair(trainByHand(from: bestStart, steps: stepCount, RMSpropRule.keras3), from: bestStart)
page.show(#"(a, b)"#, bestPair, decimals: 8)

//: It reaches $a$, and misses $b$ by two thousandths. The printed pair remembers the rule that made it.

//: ### Two numbers in, three out
//:
//: The second network has $2 \cdot 3 + 3 = 9$ numbers. We write vectors as rows, $x_t W_y$; the article has columns and writes $W_y^\intercal x_t$, which is the same. The companion calls $W_y$ a (3, 2) matrix and $b_y$ a (3, 1)
//: vector. In Keras they are (2, 3) and (3): a kernel has a row for each input, and a bias has one axis.

let W = symbol("W_y", .weight, page.printed("D38", "W_y"))
let β = symbol("b_y", .weight, page.printed("D38", "b_y"))
let z_t = define("z_t", x_t • W + β, .other)
let out = define("y_t", sigmoid(z_t), .output)
let twoToThree = ArticleModel.twoToThree.layers(Double.self)
page.table(
  columns: ["weight", "the companion says", "Keras has"],
  rows: [
    ["$W_y$", "(3, 2)", "\(twoToThree.parameters["0/kernel"].shape)"],
    ["$b_y$", "(3, 1)", "\(twoToThree.parameters["0/bias"].shape)"],
  ])
page.documented("D13", title: "parameters (companion)", computed: [twoToThree.parameters.parameterCount])
page.documented("D37", title: "parameters (text)", computed: [twoToThree.parameters.parameterCount])

//: The article printed weights of a trained network with two digits. One step with them:

let single = Recurrence(input: x_t, states: [], outputs: [z_t, out]).unrolled(
  over: [MathValue(page.printed("D38", "x_t"))], from: [])[0]
let printedWeights = page.evaluation(of: [single[out]])
page.worked(single[z_t], in: printedWeights)
page.worked(single[out], in: printedWeights)

//: The article says $[0.88, 0.88, 0.65]$ and $[0.71, 0.71, 0.66]$. Its first two entries are right. The third is not what its
//: own weights give: $0.66 + 0.52 - 0.54 = 0.64$, and $\sigma(0.64)$ rounds to 0.65. The author computed with the unrounded
//: weights and printed rounded ones.

page.documented(
  "D39", title: "the sum, within the rounding of its parts", computed: page.value(single[z_t], in: printedWeights),
  axes: ["output"])
page.documented(
  "D40", title: "the output, two digits", computed: page.value(single[out], in: printedWeights), axes: ["output"])

//: The article also printed the prediction of the unrounded weights, with eight digits. From rounded ones we can only come
//: near:

page.documented(
  "D35", title: "the output, eight digits", computed: page.value(single[out], in: printedWeights), axes: ["output"])

//: Reading it backwards shows what the sum must have been: the inverse of the logistic function, $\ln(p / (1 - p))$, of the
//: third output is 0.647, which rounds to 0.65.

let logits = page.printed("D35", "y").doubles.map(logit)
page.show(#"\ln (y_0 / (1 - y_0))"#, logits, decimals: 5)
page.documented(
  "D39", "the sum, from the printed prediction", printed: "0.88 0.88 0.65", computed: logits, axes: ["output"])

let oneStep = page.must(
  try layerOutput(
    kernel: page.printed("D38", "W_y"), bias: page.printed("D38", "b_y"),
    page.printed("D38", "x_t").reshaped([1, 1, 2])))
page.compare(
  "one step with the printed weights", hand: page.value(single[out], in: printedWeights),
  layer: oneStep.reshaped([3]), tolerance: page[scalar].tolerance, axes: ["output"])
page.documented("D36", "input", title: "shape of the input", computed: [1, 1, 2])
page.documented("D36", "output", title: "shape of the output", computed: oneStep.shape)

//: The article's program reads `new_input = model.predict(np.array([[[1,1]]]))` and then predicts from that. It cannot run:
//: what comes out has three features, and the network takes two. Meant is `new_input = np.array([[[1,1]]])`. Our layer says
//: the same:

do {
  _ = try layerOutput(kernel: page.printed("D38", "W_y"), bias: page.printed("D38", "b_y"), oneStep)
} catch {
  page.result("\(error)")
}

//: ### Each column by itself
//:
//: The companion printed six predictions of another training of this network, a row for each step:

let sixRows = page.printed("D12", "y").reshaped([6, 3])
page.table(
  columns: ["step", "$x_t$", "output 1", "output 2", "output 3"],
  rows: rising.enumerated().map { t, x in
    let numbers = (0..<3).map { page.text(sixRows[t, $0], decimals: 8) }
    return [String(t), "(\(page.text(x)), \(page.text(x)))"] + numbers
  })

//: A note beside them says that the *first and second column have been trained differently*. There are three, and each has
//: its own weights: column $k$ of $W_y$ and entry $k$ of $b_y$ meet no other output.
//:
//: The weights were not printed. But both inputs of a step are equal, so what comes out is $\sigma(s x + b)$, with $s$ the
//: sum of a column of $W_y$. Two rows give $s$ and $b$: the last one, where $x = 0$, and the first, where $x = 1$. The rows
//: between must then follow.

let intercepts = (0..<3).map { logit(sixRows[5, $0]) }
let columnSums = (0..<3).map { logit(sixRows[0, $0]) - logit(sixRows[5, $0]) }
page.show("b", intercepts, decimals: 8)
page.show("s", columnSums, decimals: 8)
func outputs(of x: Double) -> [Double] {
  zip(columnSums, intercepts).map { s, b in logistic(s * x + b) }
}
page.documented(
  "D12", title: "all rows, from the first and the last", computed: Tensor(rising.map(outputs)),
  axes: ["step", "output"])

//: ### Where these numbers came from
//:
//: The same detective work: 100 epochs, one unknown start for each column (both rows of $W_y$ get the same gradient, so only
//: their sum counts), two numbers at the end. Again the starts are **inferred**, not printed. They were chosen so that the
//: slopes $s$ come out right; the intercepts $b$ are the check.

page.documented(
  "D10", title: "epochs and batch size (companion)", computed: [secondEpochs, ArticleModel.batchSize])
page.documented("D34", title: "epochs and batch size (text)", computed: [secondEpochs, ArticleModel.batchSize])

let inferredColumns = [-0.10754938486153674, -0.4990473255411886, -0.5983676979017154]
page.show(#"\mathrm{starts}"#, inferredColumns, decimals: 8)

/// What a column answers to the six steps after training by hand.
func column(from start: Double, _ rule: RMSpropRule) -> (slope: Double, intercept: Double, answers: [Double]) {
  let end = trainByHand(from: start, inputs: 2, outputs: 3, steps: secondStepCount, rule).last
  let (slope, intercept) = (2 * (end?.a ?? start), end?.b ?? 0)
  return (slope, intercept, rising.map { logistic(slope * $0 + intercept) })
}

func distance(_ one: [Double], _ other: [Double]) -> Double { zip(one, other).map { abs($0 - $1) }.max() ?? 0 }

func landing(_ rule: RMSpropRule) -> [String] {
  let columns = inferredColumns.map { column(from: $0, rule) }
  let answers = columns.flatMap(\.answers)
  let (far, farIntercepts) = (
    distance(answers, sixRows.transposed.doubles), distance(columns.map(\.intercept), intercepts)
  )
  return [rule.name, page.text(far, decimals: 1), page.text(farIntercepts, decimals: 1)]
}
page.table(
  "Greatest distance from the printed numbers", columns: ["rule", "predictions", "intercepts"],
  rows: RMSpropRule.allCases.map(landing)
)

//: And the library, with the middle rule:

var asPrinted = Network(Dense(inputSize: 2, units: 3, activation: .sigmoid))
asPrinted.parameters.kernel = Tensor([inferredColumns, inferredColumns])
_ = page.must(try train(&asPrinted, as: .twoToThree, RMSpropRule.keras213.library, epochs: secondEpochs))
let landed = page.output(of: asPrinted, sequence([rising.flatMap { [$0, $0] }], features: 2)).reshaped([6, 3])
page.documented(
  "D12", "predictions after training with Keras 2.1.3's rule",
  printed: "0.67353392 0.59669352 0.57625091 0.61093992 0.56769931 0.55657816 0.54446143 0.53823376 0.53672636 "
    + "0.40912622 0.47870329 0.4967348 0.67353392 0.59669352 0.57625091 0.34512752 0.44905871 0.47672269",
  computed: landed, within: 1.2e-7,
  because: "the source computed in Float: two neighbours are 6.0e-8 apart, and it rounds on both sides",
  axes: ["step", "output"])
page.compare(
  "the same predictions",
  hand: Tensor(inferredColumns.map { column(from: $0, RMSpropRule.keras213).answers }).transposed,
  layer: landed, tolerance: 1e-13, axes: ["step", "output"])

//: All eighteen printed numbers come back, to some $10^{-8}$. And the clue is fine enough to tell versions apart. The
//: companion says that it used Keras 2.0.3, whose number was $10^{-8}$; with that one the predictions miss by a hundred
//: times as much. This part was probably run again with Keras 2.1.3 or later.
//:
//: Again we let Keras 3's rule choose its own starts, such that the slopes come out as printed:

func bestColumn(_ k: Int) -> [String] {
  let start = startReaching(
    columnSums[k], near: inferredColumns[k], inputs: 2, outputs: 3, steps: secondStepCount, RMSpropRule.keras3)
  let end = column(from: start, RMSpropRule.keras3)
  let numbers: [Double] = [start, end.slope, columnSums[k], end.intercept, intercepts[k]]
  return [String(k + 1)] + numbers.map { page.text($0, decimals: 6) }
}
page.table(
  "Keras 3's rule from its own best starts",
  columns: ["column", "start", "slope", "printed slope", "intercept", "printed intercept"],
  rows: (0..<3).map(bestColumn))

//: The slopes can be had. The intercepts then miss by one hundredth, a hundred thousand times more than with the old rule.
//: No start mends that.

//: ### A training of our own
//:
//: Now the second network from a random start, with the rule of today. Its weights served the lesson above.

page.documented(
  "D33", title: "N, T, m, m′ and the shapes of inputs and targets", computed: [256, 6, D, M] + x2.shape + y2.shape)
page.documented(
  "D09", title: "samples, sizes and one input", computed: [256, Double(D), Double(M)] + x2.slice(0).doubles)

page.training(ownHistory, of: article)
page.documented("D11", "input", title: "shape of the input", computed: [1, 6, D])
page.documented("D11", "output", title: "shape of the output", computed: [1] + layer.y.shape)

page.sources([
  "D03": .text("no loss was printed; the loss of the printed weights is shown above"),
  "D30": .text(
    "Keras 2.0.3 divided by $\\sqrt{v} + 10^{-8}$, and D05 remembers it; its LSTM and GRU had `hard_sigmoid` in their gates, which is why the documents ask for `sigmoid`"
  ),
  "D38": .text("the inputs of D39, D40 and D35"),
])

page.finish()
