import ChapterSupport
import Foundation

let inputs = Option.integer("inputs", default: 2, in: 1...64, "features of each step, second network")
let units = Option.integer("units", default: 3, in: 1...64, "units of the dense layer, second network: its outputs")
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
    "read the shape $[B, T, D]$, and say why one set of weights serves any length",
    "compute a layer at every step, forwards and backwards, by hand, and make one update of its weights",
  ],
  summary:
    "Sequences, shapes and the TimeDistributed wrapper: two small networks by hand, and what a layer without memory cannot know.",
  parameters: [inputs, units, epochs, chance, seed, scalar])

//: Bits come in, one after the other: 0 0 1 0 0. At each step you are asked: *has a 1 come so far?* That is easy, because you remember. How
//: well can a layer do it that sees only the present bit? (Steps are counted from 1 to $T$, in all lessons.)

let bits = [0.0, 0, 1, 0, 0]
let hasCome = [0.0, 0, 1, 1, 1]
page.picture(
  .heatMap(
    title: "Bits and right answers: the same bit, another answer", values: [bits, hasCome],
    rowNames: ["bit", "answer"],
    columnNames: bits.indices.map { "\($0 + 1)" }, columnTitle: "step", scale: .unit, digits: 0))

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

//: None gets all five. Steps 2 and 4 have the same bit, 0, and different right answers, so every rule is wrong at one of them. No training can help, and no
//: larger layer: what would tell the two steps apart is in the past.

//: ## The idea
//:
//: Still, this is where every network that reads sequences begins: **one [layer](glossary:layer) that is applied at every step**, the same one, with the
//: same weights. Keras, a library for neural networks in Python, calls the wrapper that does so [TimeDistributed](glossary:time-distributed).

page.picture(
  .unrolledNetwork(
    title: "One dense layer over six steps: no arrow leads from one step to the next", steps: 6, inputShape: "[1]",
    layers: [],
    dense: UnrolledDense(#"\hat{y}"#, shape: "[1]")))

//: - It **can** tell anything that the present step says: whether this bit is 1, whether this number is large.
//: - It **cannot** tell anything about the steps before or after, nor which step it is.
//: - It takes **any length**, because no weight belongs to a step.

//: ## The formula and its numbers
//:
//: The smallest layer takes one number $x_t$, multiplies it by a [weight](glossary:weight) $w$, adds a [bias](glossary:bias) $b$ and bends the sum. What comes
//: out is the network's answer, and is called $\hat{y}_t$. The plain letter $y_t$ is kept for the [target](glossary:target), the answer that would be right:

let earlier = (weight: page.printed("D05", "a"), bias: page.printed("D05", "b"))

let w = symbol("w", .weight, earlier.weight)
let b = symbol("b", .weight, earlier.bias)
let x_t = symbol("x_t", .input)
let ŷ_t = define(#"\hat{y}_t"#, sigmoid(w * x_t + b), .output)
let perStep = Recurrence(input: x_t, states: [], outputs: [ŷ_t])

page.formula(ŷ_t)

//: The bend is the logistic function $\sigma(a) = 1 / (1 + e^{-a})$, also called [sigmoid](glossary:sigmoid). It turns any number into one between 0 and 1.

page.picture(.activations(title: "The logistic function", [.sigmoid]))

//-
func logistic(_ a: Double) -> Double { 1 / (1 + Foundation.exp(-a)) }
func logit(_ p: Double) -> Double { Foundation.log(p / (1 - p)) }
let rising = ArticleModel.rising
let target = ArticleModel.targetSequence
let steps = perStep.unrolled(over: (rising + [1, 1]).map { MathValue($0) }, from: [], firstStep: 1)
let hand = page.evaluation(of: steps.map { $0[ŷ_t] })
let ŷ = page.values(ŷ_t, at: steps, in: hand)

//: Here it reads the sequence 1, 0.8, 0.6, 0.2, 1, 0, with two weights that an earlier training found. Two of the six steps, with all their numbers:

page.worked(steps[0][ŷ_t], in: hand, style: NumberStyle(decimals: 8))
page.worked(steps[1][ŷ_t], in: hand, style: NumberStyle(decimals: 8))
page.show(#"\hat{y}"#, ŷ.slices(0..<6))

//: Steps 1 and 5 have the same input, 1, and so the same answer.

//: ### Shapes
//:
//: Frameworks take many sequences at once, a [batch](glossary:batch). What goes in has three axes, $[B, T, D]$, and what comes out $[B, T, C]$. (Some texts
//: write $[N, T, m]$ and $[N, T, m']$.)

page.table(
  columns: ["letter", "what it counts", "above"],
  rows: [
    ["$B$", "samples: sequences that are computed together", "1"],
    ["$T$", "steps of each sequence", "\(rising.count)"],
    ["$D$", "features: numbers at each step of the input", "1"],
    ["$C$", "numbers at each step of the output", "1"],
  ])

//: **No weight knows $B$ or $T$**: that is the whole secret of the wrapper. The weights know $D$ and $C$ alone, because the [kernel](glossary:kernel), the matrix of
//: the weights $w$, has the shape $(D, C)$ and the bias $(C)$. So the same two numbers take one sequence of six steps, two of them, or one of eight:

//-
func sequence(_ rows: [[Double]], features D: Int = 1) -> Tensor<Double> {
  let T = (rows.first?.count ?? 0) / D
  return Tensor(shape: [rows.count, T, D], scalars: rows.flatMap(\.self))
}

let kernel = earlier.weight.reshaped([1, 1])
let bias = earlier.bias.reshaped([1])
let zeros = [Double](repeating: 0, count: 6)
let one = layerOutput(kernel: kernel, bias: bias, sequence([rising]))
let two = layerOutput(kernel: kernel, bias: bias, sequence([rising, zeros]))
let eight = layerOutput(kernel: kernel, bias: bias, sequence([rising + [1, 1]]))
page.table(
  columns: ["goes in", "comes out"],
  rows: [("[1, 6, 1]", one), ("[2, 6, 1]", two), ("[1, 8, 1]", eight)].map { [$0.0, "\($0.1.shape)"] })
//: **How to read the table that follows.** Every number of this course is computed twice: *by hand*, by the formulas on the page, one after the other, and by *the layer*,
//: code of this library that shares nothing with them. The table shows both and their difference; ✓ says that no difference is larger than is allowed (*at most*).
//: A computer keeps about 16 digits, so the last ones may differ. Where two other things are compared, their names stand at the left.

page.compare(
  "eight steps", hand: ŷ, layer: eight.reshaped([8]),
  tolerance: page[scalar].tolerance, axes: ["step"])

//: ### Two numbers in, three out
//:
//: With more numbers at each step the weight becomes a matrix $W_y$, with a row for each input and a column for each output. Vectors stand as
//: rows, so a vector comes before its matrix. The input is the same sequence; the second number of a step is the first one less 0.25, so that no two inputs are
//: equal. The weights are those of a short training:

//-
let secondEpochs = page[epochs] / 5
let (stepCount, secondStepCount) = (page[epochs] * 8, secondEpochs * 8)
let (D, C) = (page[inputs], page[units])
var article = ArticleModel.twoToThree
(article.inputSize, article.outputSize) = (D, C)
let (x2, y2) = article.trainingSet(Double.self)
var model = Network(Dense(inputSize: D, units: C, activation: .sigmoid))
var ownGenerator = RandomGenerator(seed: UInt64(page[seed]))
model.initialize(using: &ownGenerator)
let ownHistory = train(&model, as: article, RMSprop(), epochs: secondEpochs)
model.parameters.round(to: page[scalar])
let (ownKernel, ownBias) = (model.parameters["kernel"], model.parameters["bias"])
func features(_ x: Double) -> [Double] { (0..<D).map { page[scalar].rounded(x - 0.25 * Double($0)) } }
let probe = rising.map(features)

let W_y = symbol("W_y", .weight, ownKernel)
let b_y = symbol("b_y", .weight, ownBias)
let a = define("a_t", x_t • W_y + b_y, .other)
let answer = define(#"\hat{y}_t"#, sigmoid(a), .output)
let ownSteps = Recurrence(input: x_t, states: [], outputs: [a, answer]).unrolled(
  over: probe.map { MathValue($0) }, from: [], firstStep: 1)

page.formula(a)
page.formula(answer)

//-
let y = target.enumerated().map { place, value in
  symbol("y_\(place + 1)", .other, MathValue([Double](repeating: page[scalar].rounded(value), count: C)))
}
let loss = define(
  "L", sum(zip(ownSteps, y).map { step, goal in sum(squared(step[answer] - goal)) }) / Formula(Double(6 * C)),
  .loss)
let own = page.evaluation(of: [loss])

//: Here is the second step, with all its numbers:

page.show("x_2", probe[1])
page.worked(ownSteps[1][a], in: own)
page.worked(ownSteps[1][answer], in: own)

let layer = page.compute(in: page[scalar]) {
  try layerNumbers(kernel: ownKernel, bias: ownBias, sequence: probe, targets: target, as: $0)
}
let tolerance = page[scalar].tolerance
page.compare(
  "outputs of six steps", hand: page.values(answer, at: ownSteps, in: own), layer: layer.answers, tolerance: tolerance,
  axes: ["step", "output"])

//: ### The sequence read backwards
//:
//: Give the network the sequence from its end. Each answer is exactly the number that it was, at its new place. The layer has no idea of *before*.

let reversed = layerOutput(
  kernel: ownKernel, bias: ownBias, Tensor(Array(probe.reversed())).reshaped([1, 6, D]))
page.compare(
  "the sequence read from its end", ("forwards, turned round", layer.answers.reversedFirstAxis),
  ("read backwards", reversed.reshaped([6, C])), tolerance: Tolerance(), axes: ["step", "output"],
  because: "each step is computed by itself, so not one digit may differ")

//: ## The experiment
//:
//: Back to the question of the first look, now in earnest: sequences of twelve bits in which a 1 comes with some probability $p$, and at each step the answer whether a 1 has
//: come so far. **What is the best that is possible?** We need no training to know it. For each of the four rules the share of right answers
//: can be computed exactly, from the probability $1 - (1 - p)^t$ that a 1 came in $t$ steps. The best of the four is the dashed line.
//:
//: Then we train a dense layer with its two weights, from four [seeds](glossary:seed): four runs that differ in the random numbers they begin with. The layer gives a number between 0
//: and 1, which we read as the probability of *yes*; above one half the answer counts as *yes*. A run makes 300 [updates](glossary:update): each draws 32 new sequences and moves the two weights
//: a little, so that the answers get better. How that is done comes [below](#the-way-back).

let seen = BitTask(.seen, probability: page[chance])
let dense = Experiment(seen, layers: [], steps: 12, updates: 300, learningRate: 0.03)
let best = seen.bestWithoutMemory(steps: 12)

//-
let runs = page.runs(of: dense, seeds: 1...4)
page.picture(
  .lineChart(
    title: "Has a 1 come? Right answers of a layer without memory",
    series: [
      Picture.Series("mean of 4 runs", points: runs.curve.map { (Double($0.update), $0.mean) }),
      Picture.Series("best without memory", points: [(0, best), (300, best)], isDashed: true),
    ],
    band: Picture.Band("the 4 runs", points: runs.curve.map { (Double($0.update), $0.least, $0.greatest) }),
    x: Picture.Axis("updates"), y: Picture.Axis("share that is right", range: 0.5...0.7)))
if let end = runs.curve.last {
  page.table(
    columns: ["", "share that is right"],
    rows: [
      ["best possible without memory, computed", page.text(best, decimals: 3)],
      ["4 runs of the dense layer, mean", page.text(end.mean, decimals: 3)],
      ["least and greatest", "\(page.text(end.least, decimals: 3)) … \(page.text(end.greatest, decimals: 3))"],
    ])
}
//: Other random numbers give slightly other shares. So an experiment is not compared with one number but with a range: what eight runs of PyTorch, another library,
//: gave for the same task, and as much more as chance allows.

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
//: How does such a layer learn? It needs a number that says how wrong it is, the [loss](glossary:loss), and then the slope of this number along every weight: if the weight were a little
//: larger, by how much would the loss rise or fall?
//:
//: Take the network with two inputs and three outputs. Its targets $y_1, \dots, y_6$ are 0.7, 0.6, 0.5, 0.3, 0.8 and 0.2, the same number for each of the three outputs. The loss is the mean of the
//: squared errors over all steps and outputs, the [mean squared error](glossary:mean-squared-error):

page.formula(latex: #"L = \frac{1}{T C} \sum_t \sum_k (\hat{y}_{t,k} - y_{t,k})^2"#)
page.show("L", page.value(loss, in: own), decimals: 8)

//: The chain rule gives one slope for each step and output: the slope along the sum $a_t$, written $\delta_{a_t} = \partial L / \partial a_t$. It needs the answers and the targets alone,
//: since the slope of the logistic function is $\hat{y} (1 - \hat{y})$. (The sign $\odot$ multiplies element by element.)

page.formula(latex: #"\delta_{a_t} = \frac{2}{T C} (\hat{y}_t - y_t) \odot \hat{y}_t \odot (1 - \hat{y}_t)"#)

let gradients = page.gradients(of: loss, in: own)
let δ = Tensor.stacked(ownSteps.map { page.gradient($0[a], gradients) })
page.show(#"\delta_a"#, δ, decimals: 6)

//: All steps share the same weights. So their slopes add up: $\partial L / \partial b_y = \sum_t \delta_{a_t}$ and
//: $\partial L / \partial W_y = \sum_t x_t^\intercal \delta_{a_t}$. All these slopes together are the [gradient](glossary:gradient). Steps meet only in this sum; nothing flows from one to
//: another yet.

page.compare(
  "gradient of b_y: the sum over the steps", ("Σ δ", δ.sumOfRows()),
  ("chain rule, by the program", page.gradient(b_y, gradients)), tolerance: 1e-15, axes: ["output"],
  because: "the same six numbers, added in another order")
page.compare(
  "gradient of W_y", hand: page.gradient(W_y, gradients), layer: layer.kernel, tolerance: tolerance,
  axes: ["input", "output"])
page.compare(
  "gradient of b_y", hand: page.gradient(b_y, gradients), layer: layer.bias, tolerance: tolerance, axes: ["output"])
page.compare(
  "gradient of the input", hand: Tensor.stacked(ownSteps.map { page.gradient($0[x_t], gradients) }), layer: layer.x,
  tolerance: tolerance, axes: ["step", "input"])

//: Is the gradient right? There is a check that needs no derivation at all, [central differences](glossary:central-differences): move each weight by 0.00001 up and down, look at the loss each time, and
//: divide the difference by 0.00002.

page.compare(
  "gradient of W_y, and central differences", ("by hand", page.gradient(W_y, gradients)),
  ("central differences", page.centralDifferences(of: loss, W_y)),
  tolerance: page.differenceTolerance(of: loss, W_y),
  axes: ["input", "output"],
  because: "a central difference is right to about 1e-11 here")

//: ### One step downhill
//:
//: What does one do with a gradient? A weight whose slope is positive is made smaller, one whose slope is negative larger: then the loss falls. How far the weights move is
//: decided by a factor, the [learning rate](glossary:learning-rate) $\eta$:

page.formula(latex: #"w \leftarrow w - \eta \, \frac{\partial L}{\partial w}"#)

//: This is one update of one weight, and every weight gets it. For our nine weights, with three learning rates:

//-
/// The loss after one update of all weights.
func lossAfterUpdate(_ rate: Double) -> Double {
  func moved(_ weight: Formula, _ value: Tensor<Double>) -> MathValue {
    MathValue(value - page.gradient(weight, gradients).map { rate * $0 })
  }
  return page.value(loss, [W_y: moved(W_y, ownKernel), b_y: moved(b_y, ownBias)]).scalars[0]
}
page.table(
  columns: [#"$\eta$"#, "$L$ before", "$L$ after one update"],
  rows: [1, 10, 1000].map { rate in
    [
      page.text(rate), page.text(page.value(loss, in: own).scalars[0], decimals: 8),
      page.text(lossAfterUpdate(rate), decimals: 8),
    ]
  })

//: A small step helps a little, a larger one more, and one that is too large jumps over the valley: the loss rises. (Which rates are too large depends on the network and the loss: this loss is a small mean, so its slopes are small and the rates large.
//: Most rates in this course are near 0.01.) Training repeats the small step, some hundred or thousand times. The words for it:
//:
//: - The samples that go through the network together are a batch. After each batch the weights are moved once: one **update**.
//: - When all samples have been used once, an [epoch](glossary:epoch) is over. In our experiment there was no end to the samples: each update drew 32 new ones.
//: - The rule that moves the weights is the [optimiser](glossary:optimiser). The plain one above is called [SGD](glossary:sgd), stochastic gradient descent.
//: - [RMSprop](glossary:rmsprop) also divides the step by the size that the gradient had of late. Write $g$ for the gradient of a weight, $\partial L / \partial w$. RMSprop keeps a running mean $v$ of $g^2$ for each weight, so that all weights move
//:   at a similar speed. The small number $\epsilon$ keeps the division safe:
//:
//:   $$v \leftarrow 0.9 v + 0.1 g^2, \qquad w \leftarrow w - \eta \frac{g}{\sqrt{v + \epsilon}}$$
//: - [Adam](glossary:adam) ([@kingma2015]) does the same, and follows a running mean of the gradient in place of the last one. It trains the experiments of the next lessons.
//:
//: And the loss of the experiment? An answer of *yes* or *no* is a probability, and for probabilities the [cross-entropy](glossary:cross-entropy) serves better than the squared error: minus the logarithm
//: of the probability that the network gave to the right answer. It is 0 when the network was sure and right, and grows without end when it was sure and wrong.

//: ## What to remember
//:
//: - A layer at every step knows the present step only. The same input has the same answer, wherever it stands.
//: - A batch of sequences has the shape $[B, T, D]$. No weight knows $B$ or $T$, so one set of weights serves any length.
//: - Each update moves each weight against its slope: $w \leftarrow w - \eta \, \partial L / \partial w$.
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
//: The two networks are Part A of [@huet] and its companion program. That program printed weights and results with eight digits. It calls our $w$ by the letter a.

page.show("w", page.printed("D05", "a"), decimals: 8)
page.show("b", page.printed("D05", "b"), decimals: 8)

//: Keras computed in `Float`, which knows about seven digits; we compute in `Double`, which knows sixteen. So the last printed digit may differ, and
//: the allowance is the distance of two neighbouring `Float`s.

page.documented("D06", title: "predictions for six steps", computed: ŷ.slices(0..<6), axes: ["step"])

page.documented("D07", title: "the companion's own calculation by hand", computed: ŷ.slices(0..<6), axes: ["step"])

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
//: 256 times the same sequence, with the targets 0.7, 0.6, 0.5, 0.3, 0.8, 0.2, which the program calls *like* $\sigma(2x - 1)$. Like, but no more:

let (x_train, y_train) = ArticleModel.oneToOne.trainingSet(Double.self)
page.table(
  columns: ["step", "input", "target", "$\\sigma(2x - 1)$"],
  rows: zip(rising, target).enumerated().map { t, pair in
    ["\(t + 1)", page.text(pair.0), page.text(pair.1), page.text(logistic(2 * pair.0 - 1))]
  })
page.documented(
  "D02", title: "targets, beside σ(2x − 1)", computed: rising.map { logistic(2 * $0 - 1) }, axes: ["step"])
page.documented("D01", "shape of x", title: "shape of the inputs", computed: x_train.shape)
page.documented("D01", "shape of y", title: "shape of the targets", computed: y_train.shape)

//: Look at steps 1 and 5: the same input 1 has the targets 0.7 and 0.8. No function can give both, so the loss has a floor.
//: The loss is the mean of the squared errors:

let L = meanLoss(of: (0..<6).map { t in (steps[t][ŷ_t], symbol("y_\(t + 1)", .other, MathValue(target[t]))) })
page.formula(L)

func meanLoss(of pairs: [(answer: Formula, target: Formula)]) -> Formula {
  define("L", sum(pairs.map { squared($0.answer - $0.target) }) / Formula(Double(pairs.count)), .loss)
}

//: It is lowest where both slopes are zero. That is at $w = 2.40625$, $b = -1.39631$:

let lowest: [Formula: MathValue] = [w: 2.40625, b: -1.39631]
let slopes = page.gradients(of: L, lowest)
page.show(#"\partial L / \partial w"#, page.gradient(w, slopes), decimals: 8)
page.show(#"\partial L / \partial b"#, page.gradient(b, slopes), decimals: 8)
page.show("L", page.value(L, lowest), decimals: 8)

//: The printed weights are close to it, and not quite there:

page.show("L", page.value(L), decimals: 8)

//: ### Training
//:
//: The [optimiser](glossary:optimiser) is [RMSprop](glossary:rmsprop), a batch has 32 samples, so an [epoch](glossary:epoch) has 8 updates and 500 epochs have 4000. No seed fixed the start.
//: But the losses of any run must lie in the range that real Keras gives over 20 seeds:

page.documented("D03", title: "epochs and batch size", computed: [page[epochs], ArticleModel.batchSize])

var first = Network(Dense(inputSize: 1, units: 1, activation: .sigmoid))
var generator = RandomGenerator(seed: UInt64(page[seed]))
first.initialize(using: &generator)
let firstStart = first.parameters.kernel[0, 0]
let history = train(&first, as: .oneToOne, RMSprop(), epochs: page[epochs])
page.training(history, of: .oneToOne, isLogarithmic: true)

//: All seeds end at the floor of 0.00112815. They come from different sides, and this is the trace we follow next.

//: ### RMSprop, then and now
//:
//: RMSprop moves the weight $w$ by about one thousandth, whatever the gradient's size. A tiny number keeps the division
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
//: pace until the end and then swings around its goal; the new one slows down as the gradient gets small.

//: The companion names *tensorflow 1.1.0 and keras 2.0.3*. Its start was never printed. But a training of identical samples has **one** free
//: number, the start of $w$ (the bias starts at zero), and **two** numbers at its end. If one start explains both, that is
//: no accident. The start below was inferred in this way: it was chosen so that the training ends at the printed $w$. The
//: printed $b$ is then a true check.

let inferredStart = -1.6147931936360167
page.show("w_0", inferredStart, decimals: 8)

//: The whole training by hand is a few lines of plain Swift, in `RMSpropRules.swift` beside this chapter: gradient, running mean, step.

let then = trainByHand(from: inferredStart, steps: stepCount, RMSpropRule.keras203)
let between = trainByHand(from: inferredStart, steps: stepCount, RMSpropRule.keras213)
let now = trainByHand(from: inferredStart, steps: stepCount, RMSpropRule.keras3)

//: The same by the library: its layer, its loss, its optimiser, 256 samples in 8 batches an epoch.

var asThen = Network(Dense(inputSize: 1, units: 1, activation: .sigmoid))
asThen.parameters.kernel[0, 0] = inferredStart
train(&asThen, as: .oneToOne, RMSpropRule.keras203.library, epochs: page[epochs])
let pairThen = asThen.parameters.kernel.scalars + (asThen.parameters.bias?.scalars ?? [])

func pair(_ moments: [Moment], from start: Double) -> [Double] { moments.last.map { [$0.w, $0.b] } ?? [start, 0] }

let pairNow = pair(now, from: inferredStart)
let printedPair = page.printed("D05", "a").doubles + page.printed("D05", "b").doubles
page.table(
  "After training from the inferred start", columns: ["", "$w$", "$b$"],
  rows: [
    ("printed in the source", printedPair), ("Keras 2.0.3's rule", pairThen),
    ("Keras 2.1.3's rule", pair(between, from: inferredStart)), ("Keras 3's rule", pairNow),
  ].map { [$0] + $1.map { page.text($0, decimals: 8) } })
page.documented(
  "D05", "w and b after training with Keras 2.0.3's rule", printed: "2.35025001 -1.36052668", computed: pairThen,
  within: 3e-7, because: "the source trained in Float, whose rounding moves the end of 4000 steps by about 3e-7",
  axes: [Axis("weight", ["w", "b"])])

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
  "w and b, Keras 3's rule",
  hand: pair(trainByHand(from: firstStart, steps: stepCount, RMSpropRule.keras3), from: firstStart),
  layer: first.parameters.kernel.scalars + (first.parameters.bias?.scalars ?? []), tolerance: 1e-13,
  axes: [Axis("weight", ["w", "b"])])
page.compare(
  "w and b, Keras 2.0.3's rule", ("by hand", pair(then, from: inferredStart)), ("library", pairThen), tolerance: 1e-8,
  axes: [Axis("weight", ["w", "b"])], because: "a swinging training multiplies rounding of 1e-16 by about a million")

//: Could Keras 3's rule reach the printed pair from another start? Let us look for the start that gives the printed $w$, by
//: the secant method, and see what $b$ becomes.

let bestStart = startReaching(printedPair[0], near: inferredStart, steps: stepCount, RMSpropRule.keras3)
let bestPair = pair(trainByHand(from: bestStart, steps: stepCount, RMSpropRule.keras3), from: bestStart)
page.show(#"(w, b)"#, bestPair, decimals: 8)

//: It reaches $w$, and misses $b$ by two thousandths. The printed pair remembers the rule that made it.

//: ### Two numbers in, three out
//:
//: The second network has $2 \cdot 3 + 3 = 9$ numbers. We write vectors as rows, $x_t W_y$; the article has columns and writes $W_y^\intercal x_t$, which is the same. The companion calls $W_y$ a (3, 2) matrix and $b_y$ a (3, 1)
//: vector. In Keras they are (2, 3) and (3): a kernel has a row for each input, and a bias has one axis.

let W = symbol("W_y", .weight, page.printed("D38", "W_y"))
let β = symbol("b_y", .weight, page.printed("D38", "b_y"))
let a_t = define("a_t", x_t • W + β, .other)
let out = define(#"\hat{y}_t"#, sigmoid(a_t), .output)
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

let single = Recurrence(input: x_t, states: [], outputs: [a_t, out]).unrolled(
  over: [MathValue(page.printed("D38", "x_t"))], from: [], firstStep: 1)[0]
let printedWeights = page.evaluation(of: [single[out]])
page.worked(single[a_t], in: printedWeights)
page.worked(single[out], in: printedWeights)

//: The article says $[0.88, 0.88, 0.65]$ and $[0.71, 0.71, 0.66]$. Its first two entries are right. The third is not what its
//: own weights give: $0.66 + 0.52 - 0.54 = 0.64$, and $\sigma(0.64)$ rounds to 0.65. The author computed with the unrounded
//: weights and printed rounded ones.

page.documented(
  "D39", title: "the sum, within the rounding of its parts", computed: page.value(single[a_t], in: printedWeights),
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
page.show(#"\ln (\hat{y}_1 / (1 - \hat{y}_1))"#, logits, decimals: 5)
page.documented(
  "D39", "the sum, from the printed prediction", printed: "0.88 0.88 0.65", computed: logits, axes: ["output"])

let oneStep = layerOutput(
  kernel: page.printed("D38", "W_y"), bias: page.printed("D38", "b_y"), page.printed("D38", "x_t").reshaped([1, 1, 2]))
page.compare(
  "one step with the printed weights", hand: page.value(single[out], in: printedWeights),
  layer: oneStep.reshaped([3]), tolerance: page[scalar].tolerance, axes: ["output"])
page.documented("D36", "input", title: "shape of the input", computed: [1, 1, 2])
page.documented("D36", "output", title: "shape of the output", computed: oneStep.shape)

//: The article's program reads `new_input = model.predict(np.array([[[1,1]]]))` and then predicts from that. It cannot run:
//: what comes out has three features, and the network takes two. Meant is `new_input = np.array([[[1,1]]])`. Our layer says
//: the same:

do {
  _ = try tryLayer(kernel: page.printed("D38", "W_y"), bias: page.printed("D38", "b_y"), oneStep)
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
    return [String(t + 1), "(\(page.text(x)), \(page.text(x)))"] + numbers
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

page.table(
  "Greatest distance from the printed numbers", columns: ["rule", "predictions", "intercepts"],
  rows: RMSpropRule.allCases.map(landing)
)

//: And the library, with the middle rule:

var asPrinted = Network(Dense(inputSize: 2, units: 3, activation: .sigmoid))
asPrinted.parameters.kernel = Tensor([inferredColumns, inferredColumns])
train(&asPrinted, as: .twoToThree, RMSpropRule.keras213.library, epochs: secondEpochs)
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
  "D33", title: "N, T, m, m′ and the shapes of inputs and targets", computed: [256, 6, D, C] + x2.shape + y2.shape)
page.documented(
  "D09", title: "samples, sizes and one input", computed: [256, Double(D), Double(C)] + x2.slice(0).doubles)

page.training(ownHistory, of: article)
page.documented("D11", "input", title: "shape of the input", computed: [1, 6, D])
page.documented("D11", "output", title: "shape of the output", computed: [1] + layer.answers.shape)

page.sources([
  "D03": .text("no loss was printed; the loss of the printed weights is shown above"),
  "D30": .text(
    "Keras 2.0.3 divided by $\\sqrt{v} + 10^{-8}$, and D05 remembers it; its LSTM and GRU had `hard_sigmoid` in their gates, which is why the documents ask for `sigmoid`"
  ),
  "D38": .text("the inputs of D39, D40 and D35"),
])

page.finish()
