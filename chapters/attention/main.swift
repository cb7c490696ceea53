import ChapterSupport
import LongTraining
import ReorderingTasks

let length = Option.integer(
  "length", default: 10, in: 2...40, "symbols of a sequence; a second experiment has twice as many")
let updates = Option.integer("updates", default: 600, in: 1...20_000, "updates of the shorter one, 32 sequences each")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of weights, batches and test")
let quick = Option<Bool>.flag("quick", "a quarter of the updates, and the shorter sequences alone")
let scalar = ScalarChoice.option("the numbers that the layer computes in, where it is compared with the hand")

let page = Notebook(
  "Attention", number: 12, question: "Must everything fit into one state?", minutes: 40,
  goals: [
    "compute scores, weights and the weighted mean by hand, for four kinds of score and with a mask",
    "make an answer of the decoder from its state and the weighted mean",
    "follow the gradient back through the softmax to the query, the states and the matrix of a score",
    "say what looking back gains against one state, and what it costs",
  ],
  requires: ["lstm"],
  summary:
    "A decoder that looks back at all states of an encoder: by hand, by the layer, and reversing sequences with it.",
  parameters: [length, updates, seed, quick, scalar])

let tolerance = page[scalar].tolerance
let exactly = Tolerance()

//: Read this row once, then look away and write it backwards: 7 3 9 0 4 4 1 8 2 5. You probably cannot. You read it, and what is left in
//: your head is too small. Now do it **with the row in front of you**. It is easy: at each step you look at one place, and you
//: know which.
//:
//: A network that reads a sequence with an [LSTM](chapter:lstm) and then writes an answer is in the first situation. All it
//: has when it begins to write is the last state, a vector of a fixed size, however long the sequence was. *Attention* puts the row in front of it.

//: ## A first look
//:
//: Three states were kept, each with two numbers: $h_1 = (1, 0)$, $h_2 = (0, 1)$, $h_3 = (-1, 0.5)$. A question comes, also as two numbers,
//: $q = (2, 0.5)$. Which state answers it? Take a pencil:
//:
//: 1. **Compare** the question with each state. Multiply the numbers in pairs and add them up: $2 \cdot 1 + 0.5 \cdot 0 = 2$, then
//:    $0.5$, then $-1.75$. Large means: they point in one direction.
//: 2. **Share.** Make weights of the three numbers, positive and together 1, by the [softmax](glossary:softmax): $e^2 = 7.39$, $e^{0.5} = 1.65$,
//:    $e^{-1.75} = 0.17$, divided by their sum 9.21.
//: 3. **Mix.** Take each state times its weight, and add up.

let kept: [[Double]] = [[1, 0], [0, 1], [-1, 0.5]]
let M₃ = symbol("M", .state, Tensor(kept))
let q₃ = symbol("q", .input, [2, 0.5])
let a₃ = define("a", q₃ • transpose(M₃))
let α₃ = define(#"\alpha"#, softmax(a₃))
let mean₃ = define(#"\bar{h}"#, α₃ • M₃)

//-
let first = page.evaluation(of: [mean₃])
for step in [a₃, α₃, mean₃] { page.worked(step, in: first) }

//: The rows of $M$ are the states. The answer is mostly $h_1$, with a little of $h_2$. Another question, another mix: this is a table that is asked with
//: a vector and answers with a vector. And nothing in it is a matter of yes or no, so it has a slope everywhere and can be learned.
//:
//: In the literature a state is called a *key* where it is compared, and a *value* where it is mixed. Here both are the same vector. One may also make two of each state, by two matrices
//: ([@vaswani2017]).
//:
//: A network without attention hands over the last state, $h_3$, whatever the question will be.

//: ## The idea
//:
//: One network reads, the [encoder](glossary:encoder). Another one writes, the [decoder](glossary:decoder). At each step the decoder reads the symbol before, $y_{t-1}$ (in training
//: the right one, later the one that it wrote itself; at the first step a start sign). It is an LSTM, too, and its state is
//:
//: $$q_t = \mathrm{LSTM}(y_{t-1}, q_{t-1})$$
//:
//: It begins where the encoder ended: $q_0$ is the last state of the encoder, and the memory $c$ is handed over with it. Without attention the decoder has
//: nothing else ([@sutskever2014]). With [attention](glossary:attention) the encoder keeps **all** its states, and at each step the decoder
//: asks every one of them: its own state is the question, the [query](glossary:query) $q_t$ ([@bahdanau2015]). What comes back are weights, $\alpha_{tj}$ for state $h_j$, and with them the weighted mean $\bar{h}_t$ of the states. Then
//: query and mean stand side by side, and a dense layer makes the probabilities of the next symbol of them:
//:
//: $$\hat{y}_t = \mathrm{softmax}([q_t, \bar{h}_t]\, W_y + b_y)$$

page.picture(LookingBack.picture)

//: How can a network know where to look? It learns it. The query and the states come out of LSTMs with trained weights. When more weight on state 3
//: would have made the error smaller, training turns the query a little towards state 3.

//: ## The formula and its numbers
//:
//: An encoder has read 5 steps and kept 5 states of 4 numbers, the rows of $M$. A decoder asks 3 questions. Here they are drawn at random and larger
//: than the state of an LSTM can be, so that the weights differ clearly:

//-
let (steps, asked, H, A) = (5, 3, 4, 6)
var generator = RandomGenerator(seed: 12)
func drawn(_ shape: Int..., within limit: Double = 1) -> Tensor<Double> {
  Tensor<Double>.uniform(shape, -limit, limit, using: &generator).map(page[scalar].rounded)
}
let read = drawn(1, steps, 3, within: 2)
var encoder = LSTMCell<Double>(inputSize: 3, units: H)
encoder.parameters = RecurrentWeights(
  kernel: drawn(3, 4 * H), recurrentKernel: drawn(H, 4 * H), bias: drawn(4 * H))
let memory = page.output(of: LSTM(encoder, returnSequences: true), read).slice(0).map(page[scalar].rounded)
let queries = drawn(asked, H, within: 2)
let (general, queryKernel, keyKernel, scoreKernel) = (drawn(H, H), drawn(H, A), drawn(H, A), drawn(A))
let cotangent = drawn(asked, H)
let symbols = 3
let (answerKernel, answerBias) = (drawn(2 * H, symbols), drawn(symbols))

//-
let M = symbol("M", .state, memory)
page.show("M", memory)
page.show("q", queries)

//: ### The dot product
//:
//: The simplest score is the dot product $q_t \cdot h_j$ ([@luong2015]). All five at once are a vector times a matrix, $a_t = q_t M^\intercal$, and the rest is as in the first
//: look. (The letter is $a$ as for all numbers before an activation; the activation is the softmax here.)

let q = symbol("q_t", .input)
let dot = define("a_t", q • transpose(M))
func weighted(_ score: Formula) -> (α: Formula, mean: Formula) {
  let α = define(#"\alpha_t"#, softmax(score))
  return (α, define(#"\bar{h}_t"#, α • M))
}
let plain = weighted(dot)

//-
let question = [q: MathValue(queries.slice(0))]
let one = page.evaluation(of: [plain.mean], question)
for step in [dot, plain.α, plain.mean] { page.worked(step, in: one) }

//: ### Scaled
//:
//: A dot product of $H$ pairs is a sum of $H$ products. If the numbers are independent, with mean 0 and variance 1, each product has the variance 1, and variances add: the sum has the variance $H$, and its usual size is
//: $\sqrt{H}$. And a softmax of large numbers is nearly 0 or 1, where it has no slope. So the score is divided by $\sqrt{H}$ ([@vaswani2017]). Does it matter? Here are the scores of random vectors, and what a softmax over ten of them makes
//: of them:

let scaled = define("a_t", (q • transpose(M)) * Formula(1 / Double(H).squareRoot()))

//-
page.formula(latex: #"a_t = q_t M^\intercal / \sqrt{H}"#)
page.table(
  "Ten scores of random vectors",
  columns: ["$H$", "size of a score", "largest weight", "slope", "size, scaled", "largest weight", "slope"],
  rows: [4, 32, 256, 1024].map { size in
    let scores = RandomScores(features: size, steps: 10, seed: 3)
    return ["\(size)"]
      + [scores.plain, scores.scaled].flatMap { [$0.deviation, $0.largestWeight, $0.slope] }.map {
        page.text($0, decimals: 2)
      }
  })

//: With $H = 4$, as here, each score of the first question is halved. (In the table, the slope is $\sum_j \alpha_j (1 - \alpha_j)$: how much the weights move when the scores do. [The way back](#the-way-back) shows where
//: this comes from.) Without the division, a network of 1024 units begins with its
//: eyes fixed on one state, chosen by chance, and learns little about the others.
//:
//: ### Additive, and general
//:
//: The score may have weights of its own. The first one that was proposed has a small dense layer: question and state are each turned into a
//: vector of $A$ numbers (6 here), added, and squeezed by tanh. A last vector $v$ makes one number of it ([@bahdanau2015]). Query and states may then
//: have different sizes. ($W_q$ belongs to the query and $W_k$ to the key. The sign 𝟏 is a column of ones: it writes the row $q_t W_q$ once for each state, so that the two can be added.)

let W_q = symbol("W_q", .weight, queryKernel)
let W_k = symbol("W_k", .weight, keyKernel)
let v = symbol("v", .weight, scoreKernel)
let additive = define("a_t", tanh(onEveryRow(q • W_q) + M • W_k) • v)

//-
page.worked(additive, in: page.evaluation(of: [additive], question))

//: (The five scores stand in a column here, because a matrix times the vector $v$ gives one. They are used as the row $a_t$ like all other scores.)
//:
//: Between the two stands the *general* score with one matrix: the question is turned before it is compared.

let W = symbol("W", .weight, general)
let generalScore = define("a_t", q • W • transpose(M))

//-
page.worked(generalScore, in: page.evaluation(of: [generalScore], question))

//: ### From the mean to the answer
//:
//: Say there are $C = 3$ symbols. Query and mean are $H = 4$ numbers each, so side by side they are 8, and $W_y$ has the shape $8 \times 3$. With the first question and the mean that the dot product found:

let W_y = symbol("W_y", .weight, answerKernel)
let b_y = symbol("b_y", .weight, answerBias)
let answer = define(#"\hat{y}_t"#, softmax(concatenate([q, plain.mean]) • W_y + b_y), .output)

//-
let answered = page.evaluation(of: [answer], question)
page.worked(answer, in: answered)
var dense = Dense<Double>(inputSize: 2 * H, units: symbols)
dense.parameters = .init(kernel: answerKernel, bias: answerBias)
let sideBySide = Tensor<Double>.concatenated([
  queries.slice(0).reshaped([1, H]), page.value(plain.mean, in: one).reshaped([1, H]),
])
page.compare(
  "the answer of the first question", hand: page.value(answer, in: answered),
  layer: softmax(page.output(of: dense, sideBySide).slice(0)), tolerance: tolerance, axes: ["symbol"])

//: The symbol with the largest probability is written, and read at the next step. In this lesson the mean goes into the answer alone, as in [@luong2015]; in [@bahdanau2015] it goes into the
//: decoder's state, too.
//:
//: ### Beside the layer
//:
//: The four scores, weights and means by hand, for all three questions, and by the layer of this library:

let kinds: [(name: String, score: AttentionScore, formula: Formula, weights: AttentionWeights<Double>)] = [
  ("dot", .dot, dot, AttentionWeights()), ("scaled", .scaledDot, scaled, AttentionWeights()),
  ("general", .general, generalScore, AttentionWeights(kernel: general)),
  (
    "additive", .additive, additive,
    AttentionWeights(queryKernel: queryKernel, keyKernel: keyKernel, scoreKernel: scoreKernel)
  ),
]

/// A score for every question, each with the question's own symbol.
struct Asked {
  let queries, scores, weights, means: [Formula]
}

//-
func ask(_ score: Formula, of used: Int? = nil) -> Asked {
  let symbols = (0..<asked).map { symbol("q_\($0 + 1)", .input, queries.slice($0)) }
  // The query is the input of a step without states.
  let rows = Recurrence(input: q, states: [], outputs: [score]).unrolled(over: symbols, from: [], firstStep: 1)
  let scores = rows.map { $0[score] }
  let weights = scores.map { score in softmax(used.map { score[0..<$0] } ?? score) }
  let seen = used.map { M[rows: 0..<$0] } ?? M
  return Asked(queries: symbols, scores: scores, weights: weights, means: weights.map { $0 • seen })
}
func runLayer<Scalar: RealScalar>(
  _ place: Int, _ used: Int?, _ memory: Tensor<Double>, _: Scalar.Type
) throws -> LayerNumbers {
  let (_, score, _, weights) = kinds[place]
  return try LayerNumbers(
    score, weights, query: queries, memory: memory, used: used, cotangent: cotangent, in: Scalar.self)
}
func layer(_ place: Int, used: Int? = nil, of states: Tensor<Double>? = nil) -> LayerNumbers {
  page.compute(in: page[scalar]) { try runLayer(place, used, states ?? memory, $0) }
}
for (place, kind) in kinds.enumerated() {
  let (hand, own) = (ask(kind.formula), layer(place))
  let values = page.evaluation(of: hand.means)
  func stacked(_ formulas: [Formula]) -> Tensor<Double> { .stacked(formulas.map { page.value($0, in: values) }) }
  page.compare(
    "\(kind.name): scores", hand: stacked(hand.scores), layer: own.scores, tolerance: tolerance,
    axes: ["query", "step"])
  page.compare(
    "\(kind.name): weights", hand: stacked(hand.weights), layer: own.weights, tolerance: tolerance,
    axes: ["query", "step"])
  page.compare(
    "\(kind.name): mean", hand: stacked(hand.means), layer: own.context, tolerance: tolerance, axes: ["query", "unit"])
}

//: ### A mask
//:
//: In a batch of sequences with different lengths some states belong to [padding](glossary:padding), and nobody may look at them. Where does the
//: [mask](glossary:mask) belong? **Before the softmax**: the steps that do not count are left out, and the weights of the others still add up to 1. As arithmetic: their score becomes $-\infty$, and $e^{-\infty} = 0$. It is the
//: same to put 0 in the place of their $e^{a_j}$ before the sum is taken. Say our sequence has three steps of its own, and two are padding:

//-
let dotScores = layer(0).scores.slice(0)
let whole = softmax(dotScores).scalars
let right = softmax(Tensor(Array(dotScores.scalars[0..<3]))).scalars + [0, 0]
let late = whole.enumerated().map { $0.offset < 3 ? $0.element : 0 }
page.table(
  "Weights of the first question", columns: ["", "$h_1$", "$h_2$", "$h_3$", "$h_4$", "$h_5$", "sum"],
  rows: [("no mask", whole), ("left out before the softmax", right), ("set to 0 after it", late)].map { name, row in
    [name] + (row + [row.reduce(0, +)]).map { page.text($0, decimals: 3) }
  })
page.range(
  "weights that are set to 0 after the softmax do not add up to 1", of: [late.reduce(0, +)], in: 0...0.99,
  because: "the padding keeps its share")

//: The last row is a mistake that raises no error: the mean is too small, by a part that depends on the padding. Another one is a softmax over the wrong axis,
//: over the questions in place of the states: then the questions compete for a state, and the weights of a question add up to anything.

for (place, kind) in kinds.enumerated() {
  let (hand, own) = (ask(kind.formula, of: 3), layer(place, used: 3))
  page.compare(
    "\(kind.name), masked: mean", hand: Tensor.stacked(hand.means.map { page.value($0) }), layer: own.context,
    tolerance: tolerance, axes: ["query", "unit"])
}

//: ## The experiment
//:
//: **Task.** Read a sequence of symbols out of ten, then write it backwards. Encoder and decoder are LSTMs of 32 units. Each has a table with a row of numbers for every symbol, which is learned like all other weights,
//: and reads the row of its symbol. While it learns, the decoder reads the
//: right symbol that should have come before ([teacher forcing](glossary:teacher-forcing)); in the test it reads what it wrote itself.

//-
let isQuick = page[quick]
let shortTask = Reversal(length: page[length])
let longTask = Reversal(length: 2 * page[length])
let shortUpdates = max(page[updates] / (isQuick ? 4 : 1), 1)
let longUpdates = shortUpdates * 4 / 3
page.prose(
  """
  **Expectation.** Backwards, the first symbol to write is the last one that was read: it is fresh. The last symbol to write is the oldest. Without attention everything must fit into the 64 numbers of
  one state and its memory; with \(page[length]) symbols that may do, with \(2 * page[length]) hardly. With attention it should not matter how many there are.

  Each network is trained once here. One run is no answer, so beside it stands the range of three to eight runs of PyTorch. Each is tested on 300 new sequences. The score is the plain dot product. By the table above 32 units ask for the division
  by $\\sqrt{H}$, but there the numbers had the size 1. The states of an LSTM before training are much smaller, and so are their scores.
  """)

func reversing(_ attention: AttentionScore?, _ task: Reversal, _ updates: Int) -> ReversalExperiment {
  ReversalExperiment(task, attention: attention, updates: updates)
}
let shortRuns = [nil, .dot, .additive].map { reversing($0, shortTask, shortUpdates) }
let longRuns = [nil, .dot].map { reversing($0, longTask, longUpdates) }

//-
let names = ["no attention", "dot product", "additive"]
let interrupt = Interrupt()
page.catchUp()
let short = zip(names, shortRuns).compactMap { train($1, $0) }
let long = isQuick ? [] : zip(names, longRuns).compactMap { train($1, $0) }
interrupt.end()

func train(_ experiment: ReversalExperiment, _ name: String, line: Int = #line) -> ReversalExperiment.Result? {
  guard !interrupt.isRequested else { return nil }
  var experiment = experiment
  experiment.interval = max(min(100, experiment.updates / 6), 1)
  var pace = Pace(total: experiment.updates, unit: "updates")
  return page.must(
    try experiment.run(seed: UInt64(page[seed])) { update, last in
      let reached = "\(experiment.task.length) symbols, \(name): \(Int((100 * last.accuracy).rounded())) of 100 right"
      if let text = pace.line(reached, done: update) {
        page.progress(text, update, of: experiment.updates, line: line)
      }
      return !interrupt.isRequested
    }, line: line)
}

func torch(_ T: Int, _ name: String, line: Int = #line) -> ExperimentStatistics.Run? {
  let kinds = ["no attention": "none", "dot product": "dot", "additive": "additive"]
  guard page.keepsDefaults, let kind = kinds[name] else { return nil }
  return page.statistics("attention_reverse", ["T": .number(Double(T)), "attention": .text(kind)], line: line)
}

func range(_ figure: ExperimentStatistics.Figure?) -> String {
  guard let figure else { return "" }
  return [figure.least, figure.greatest].map { page.text($0, decimals: 2) }.joined(separator: " … ")
}

func row(of runs: [ReversalExperiment.Result], _ task: Reversal, _ updates: Int) -> [[String]] {
  zip(names, runs).map { name, run in
    let known = torch(task.length, name)
    return [
      "\(task.length)", name, page.text(run.end.accuracy, decimals: 3),
      range(known?.figure("greedy_accuracy_at_step", at: updates)), page.text(run.end.sequencesRight, decimals: 3),
      range(known?.figure("sequences_right_at_step", at: updates)),
    ]
  }
}

if let last = (short + long).last, interrupt.isRequested { page.result("stopped after \(last.end.update) updates") }
for (runs, task) in [(short, shortTask), (long, longTask)] where !runs.isEmpty {
  page.picture(
    .lineChart(
      title: "\(task.length) symbols backwards: symbols at the right place",
      series: zip(names, runs).map { name, run in
        Picture.Series(name, points: run.curve.map { (Double($0.update), $0.accuracy) })
      }, x: Picture.Axis("updates"), y: Picture.Axis("share that is right", range: 0...1)))
}
page.table(
  "Share of symbols and of whole sequences that are right at the end, each beside the runs of PyTorch",
  columns: ["length", "network", "symbols", "PyTorch", "whole", "PyTorch"],
  rows: row(of: short, shortTask, shortUpdates) + row(of: long, longTask, longUpdates))
for (runs, task, updates) in [(short, shortTask, shortUpdates), (long, longTask, longUpdates)] {
  for (name, run) in zip(names, runs) {
    page.experiment(
      "\(task.length) symbols, \(name): symbols right", of: [run.end.accuracy], torch(task.length, name),
      "greedy_accuracy_at_step", at: updates)
  }
}

if short.count > 1, long.count > 1, short[1].end.accuracy > 0.9, long[1].end.accuracy > 0.9 {
  page.prose(
    """
    With attention the network writes nearly every symbol right, and twice as many symbols are hardly harder. Without, it gets worse with every
    symbol that has to fit. It is the same LSTM with the same number of units. What changed is that it may look.
    """)
} else {
  page.prose("With other parameters than the lesson's own, compare the rows with attention and without yourself.")
}

//: ### Where it looks
//:
//: Each row of this map is a symbol that is written, each column a step that was read. The field says how much weight the decoder put there, as a mean over all sequences of
//: the test:

func map(_ run: ReversalExperiment.Result, _ title: String, line: Int = #line) {
  guard let weights = run.weights else { return }
  let (B, T) = (weights.shape[0], weights.columns)
  var mean = [[Double]](repeating: [Double](repeating: 0, count: T), count: T)
  for row in 0..<B * T {
    for t in 0..<T { mean[row % T][t] += Double(weights.scalars[row * T + t]) / Double(B) }
  }
  page.picture(
    .heatMap(
      title: title, values: mean, rowNames: (1...T).map(String.init), columnNames: (1...T).map(String.init),
      rowTitle: "written", columnTitle: "read", scale: .unit,
      alternative: "A map of weights: the bright fields run from the upper right to the lower left."), line: line)
}
let looking = [short, long].compactMap { $0.count > 1 ? $0[1] : nil }
for run in looking { map(run, "\(run.weights?.columns ?? 0) symbols: where the decoder looks (dot product)") }

//: It has found the way back by itself: the first symbol that it writes is at the end of the row, the last at the beginning. Nobody told it so. This is also what makes
//: attention so welcome to people who want to understand a network: **you can see where it looks**.
//:
//: **What you may not have expected.** Look closely at where the bright fields lie. Is it exactly the step at which the wanted symbol was read?

page.table(
  "How many steps after the wanted symbol was read the greatest weight lies, as a share of all symbols written",
  columns: ["symbols", "2 before", "1 before", "there", "1 after", "2 after", "3 after"],
  rows: looking.map { run in
    ["\(run.weights?.columns ?? 0)"] + run.shares(ofOffset: -2...3).map { page.text($0, decimals: 3) }
  })

//: Often it looks **one step late**. Is that a mistake? No. A state of the encoder is not a symbol. It is what an LSTM knows after a step, and it still knows the symbol before.
//: How much of it? We let a dense layer guess, from a single state of the encoder, the symbol of 0, 1, 2, 3 and 4 steps ago:

if let run = looking.last {
  let task = Reversal(length: run.weights?.columns ?? 2)
  let delays = Array(0...min(4, task.length - 1))
  let shares = page.must(try delays.map { try readable(run.model, task, delay: $0, seed: UInt64(page[seed])) })
  page.table(
    "From one state of the encoder (\(task.length) symbols): share of symbols that can be read off",
    columns: ["steps ago"] + delays.map { "\($0)" },
    rows: [["right"] + shares.map { page.text($0, decimals: 3) }])
  if page.keepsDefaults {
    page.range(
      "the state one step later still holds the symbol", of: [shares[1]], in: 0.8...1,
      because: "a guess among ten is right in 0.1 of the cases")
  }
}

//: So the state one step later serves as well, and which of the two is used is a matter of chance and training. Do not read such a map too literally: it says
//: which *state* was used, and a state is more than one symbol.

//: ## The way back
//:
//: Training must know how the loss changes with each state, each question and each weight. Write $\delta_x$ for the slope of the loss along $x$. We go back from the answer to the first question. Say the right
//: symbol was the second one, so the target is $y_t = (0, 1, 0)$ and the loss is $L = -\ln \hat{y}_{t2}$, where $\hat{y}_{t2}$ is the second number of $\hat{y}_t$. (In the same way $\alpha_j$ below is a number of $\alpha_t$: the $t$ is left out, since all is one step.)
//:
//: **The answer.** Write $\hat{a}_t$ for the sums $[q_t, \bar{h}_t]\, W_y + b_y$. Since $-\ln \hat{y}_{t2} = \ln \sum_k e^{\hat{a}_{tk}} - \hat{a}_{t2}$, the slope along each sum is its $\hat{y}$, and 1 less for the right
//: symbol: $\delta_{\hat{a}} = \hat{y}_t - y_t$. The first $H$ rows of $W_y$, call them $W_{yq}$, were multiplied with $q_t$, and the last $H$ rows, $W_{y\bar{h}}$, with $\bar{h}_t$. So $\delta_{\hat{a}}$
//: goes back to both. The part of $q_t$ waits for a second one. The part of the mean is $\delta_{\bar{h}}$:

//-
func oneRow(_ tensor: Tensor<Double>) -> Tensor<Double> { tensor.reshaped([1, tensor.count]) }
let target = 1
let q₁ = symbol("q_t", .input, oneRow(queries.slice(0)))
let b₁ = symbol("b_y", .weight, oneRow(answerBias))
let y₁ = symbol("y_t", .output, oneRow(Tensor((0..<symbols).map { $0 == target ? 1 : 0 })))
let W_yq = symbol("W_{yq}", .weight, Tensor.stacked((0..<H).map { answerKernel.slice($0) }))
let W_yh̄ = symbol(#"W_{y\bar{h}}"#, .weight, Tensor.stacked((H..<2 * H).map { answerKernel.slice($0) }))

//+
/// One question, its answer, and the way back to the scores.
struct WayBack {
  let loss, δâ, δh̄, δM, δα, δa: Formula

  /// - Parameter score: the scores of the question q.
  @MainActor init(_ q: Formula, _ score: Formula) {
    let α = define(#"\alpha_t"#, softmax(score))
    let h̄ = define(#"\bar{h}_t"#, α • M)
    let ŷ = define(#"\hat{y}_t"#, softmax(concatenate([q, h̄]) • W_y + b₁), .output)
    loss = define("L", crossEntropy(ŷ, y₁), .loss)
    δâ = define(#"\delta_{\hat{a}}"#, ŷ - y₁, .loss)
    δh̄ = define(#"\delta_{\bar{h}}"#, δâ • transpose(W_yh̄), .loss)
    δM = transpose(α) • δh̄  // What the mean gives to the states.
    δα = define(#"\delta_\alpha"#, δh̄ • transpose(M), .loss)
    δa = define(#"\delta_a"#, α ⊙ (δα - sum(α ⊙ δα)), .loss)
  }
}

//-
let back = WayBack(q₁, define("a_t", q₁ • transpose(M)))

//+
let δq = define(#"\delta_q"#, back.δâ • transpose(W_yq) + back.δa • M, .loss)
let δM = define(#"\delta_M"#, back.δM + transpose(back.δa) • q₁, .loss)

//-
let slopes = page.evaluation(of: [back.loss, δq, δM])
page.worked(back.δâ, in: slopes)
page.worked(back.δh̄, in: slopes)
page.show(#"\delta_{\bar{h}}"#, page.value(back.δh̄, in: slopes).slice(0))

//: **The mean.** It is the product $\alpha_t M$, so the slope goes to both factors: $\alpha_t^\intercal \delta_{\bar{h}}$ to the states, a matrix like $M$, and to the weights

//-
page.formula(back.δα)
page.show(#"\delta_\alpha"#, page.value(back.δα, in: slopes).slice(0))

//: **The softmax.** How does a weight change with a score? Take the logarithm, $\ln \alpha_j = a_j - \ln \sum_k e^{a_k}$. Along $a_k$ the last part has the slope $e^{a_k}$ divided by the sum, which is $\alpha_k$. The part before it has the
//: slope 1 if $k = j$, and 0 otherwise. And a small change of $\ln \alpha_j$ is that of $\alpha_j$ divided by $\alpha_j$. So
//:
//: $$\frac{\partial \alpha_j}{\partial a_j} = \alpha_j (1 - \alpha_j) \qquad \frac{\partial \alpha_j}{\partial a_k} = -\alpha_j \alpha_k, \quad k \ne j$$
//:
//: Raising one score raises its own weight and lowers all others. A score hears from all weights, each through its slope: $\alpha_k \delta_{\alpha_k}$ from its own, and together $-\alpha_k \sum_j \alpha_j \delta_{\alpha_j}$ from
//: all of them. For all scores at once:

//-
page.worked(back.δa, in: slopes)
page.show(#"\delta_a"#, page.value(back.δa, in: slopes).slice(0))

//: The slopes of the five scores add up to 0: what one state gains in weight, the others lose. A state that is masked has $\alpha_j = 0$, so its score has the slope 0: padding learns nothing and teaches nothing.
//:
//: **The question and the states.** The scores are $q_t M^\intercal$, so $\delta_a$ goes to both, too. Each of them has now heard twice, the question from the answer and from the scores, the states from the mean and from
//: the scores. The parts are added:

//-
page.worked(δq, in: slopes)
page.show(#"\delta_q"#, page.value(δq, in: slopes).slice(0))
page.formula(δM)
page.show(#"\delta_M"#, page.value(δM, in: slopes))
let chain = page.gradients(of: back.loss)
page.compare(
  "the slopes of the five scores, added up", ("zero", [0.0]),
  ("sum", [page.value(back.δa, in: slopes).sum()]), tolerance: 1e-15)
page.compare(
  "δ_q, and the chain rule", ("these formulas", page.value(δq, in: slopes)),
  ("chain rule", page.gradient(q₁, chain)), tolerance: 1e-14, axes: ["row", "unit"])
page.compare(
  "δ_M, and the chain rule", ("these formulas", page.value(δM, in: slopes)), ("chain rule", page.gradient(M, chain)),
  tolerance: 1e-14, axes: ["step", "unit"])

//: That was one question. With several of them, the parts of $\delta_M$ of all steps of the decoder are added. The slope goes on from there: along $q_t$ through the decoder's steps, where $q_t$ also hears from $q_{t+1}$, and along each $h_j$ through
//: the steps of the encoder, as in every LSTM.
//:
//: The same by the layers of this library, `Dense` and `Attention`:

//-
/// What the layer gives back of the first question alone, for a slope along its mean.
func layerBack<Scalar: RealScalar>(
  _ score: AttentionScore, _ weights: AttentionWeights<Double>, _ slope: Tensor<Double>, _: Scalar.Type
) throws -> LayerNumbers {
  try LayerNumbers(
    score, weights, query: oneRow(queries.slice(0)), memory: memory, cotangent: slope, in: Scalar.self)
}
let toBoth = page.pass(of: dense, sideBySide) { try softmaxCrossEntropy($0, Labels([target])) }.input
let looked = page.compute(in: page[scalar]) { try layerBack(.dot, AttentionWeights(), toBoth.columns(H..<2 * H), $0) }
page.compare(
  "δ_q of the first question", hand: page.value(δq, in: slopes), layer: toBoth.columns(0..<H) + looked.query,
  tolerance: tolerance, axes: ["row", "unit"])
page.compare(
  "δ_M of the first question", hand: page.value(δM, in: slopes), layer: looked.memory, tolerance: tolerance,
  axes: ["step", "unit"])

//: **Other scores** change one thing alone, what $\delta_a$ becomes on its way to the question and the states. With the *scaled* one it is divided by $\sqrt{H}$ first, as the score was. In the *general* score, $a_t = q_t W M^\intercal$, the matrix stands between the two:
//: the question gets $\delta_a M W^\intercal$ and the states $\delta_a^\intercal q_t W$. The matrix itself gets the question in front and the states behind:

//-
let generalBack = WayBack(q₁, define("a_t", q₁ • W • transpose(M)))

//+
let δW = define("\\delta_W", transpose(q₁) • generalBack.δa • M, .loss)

//-
page.formula(δW)
let generalSlopes = page.evaluation(of: [δW])
let generalLooked = page.compute(in: page[scalar]) {
  try layerBack(.general, kinds[2].weights, page.value(generalBack.δh̄, in: generalSlopes), $0)
}
page.compare(
  "δ_W of the first question", hand: page.value(δW, in: generalSlopes),
  layer: generalLooked.parameters.kernel ?? .zeros([H, H]), tolerance: tolerance, axes: ["row", "column"])

//: The additive score is a small dense layer with tanh. Its slopes are those of any dense layer: $\delta_a$ times $v$, times the slope of tanh, and from there to $W_q$ and $W_k$.
//:
//: All gradients of all four kinds follow, by the formulas' own derivative and by the layer's `backward`. Here all three questions count, and the slopes along their means are any numbers, drawn at random. What the questions get from
//: the answer is not in these numbers, only what they get from the scores:

for (place, kind) in kinds.enumerated() {
  for used in [nil, 3] {
    let (hand, own) = (ask(kind.formula, of: used), layer(place, used: used))
    let terms = hand.means.enumerated().map { sum($1 ⊙ Formula(MathValue(cotangent.slice($0)))) }
    let gradients = page.gradients(of: sum(terms))
    let name = used == nil ? kind.name : "\(kind.name), masked"
    page.compare(
      "\(name): gradient of the queries", hand: Tensor.stacked(hand.queries.map { page.gradient($0, gradients) }),
      layer: own.query, tolerance: tolerance, axes: ["query", "unit"])
    page.compare(
      "\(name): gradient of the states", hand: page.gradient(M, gradients), layer: own.memory, tolerance: tolerance,
      axes: ["step", "unit"])
    for (weight, tensor) in [
      (W, own.parameters.kernel), (W_q, own.parameters.queryKernel), (W_k, own.parameters.keyKernel),
      (v, own.parameters.scoreKernel),
    ] {
      guard let tensor else { continue }
      page.compare(
        "\(name): gradient of \(weight.timelessName ?? "")", hand: page.gradient(weight, gradients), layer: tensor,
        tolerance: tolerance, axes: tensor.rank == 1 ? ["place"] : ["row", "column"])
    }
  }
}

//: ### A short way
//:
//: There is more to it than memory. Without attention, the error of the **last** symbol that is written reaches the **first** one that was read through
//: all steps of the decoder and then all steps of the encoder. With attention there is a short way: one weighted sum. Here is the length of the gradient with respect to each state
//: of the encoder, in networks before any training:

let reached = page.must(
  try [nil, .dot].map { try reach($0, longTask, seed: UInt64(page[seed])) })
page.picture(
  .lineChart(
    title: "How strongly the last symbol written depends on each state, before training",
    series: zip(names, reached).map { name, values in
      Picture.Series(name, points: values.enumerated().map { (Double($0.offset + 1), $0.element) })
    }, x: Picture.Axis("step of the encoder"), y: Picture.Axis("length of the gradient", isLogarithmic: true)))
page.prose(
  """
  At the first step read, the gradient is \(page.text(reached[1][0] / reached[0][0], decimals: 0)) times as long with attention as without.
  """)
if page.keepsDefaults {
  page.range(
    "with attention the first state is reached", of: [reached[1][0] / reached[0][0]], in: 10...1e12,
    because: "one product in place of two chains of LSTM steps")
}

//: ### What it costs
//:
//: A state has a fixed size, and reading one more symbol costs one more step. Attention keeps **every** state, and each written symbol looks at each one that was read: for $T$ symbols read and $T$
//: written these are $T^2$ scores. Twice as long is four times the work. (The 64 numbers that are handed over are $h$ and $c$ of the last step. With attention they are handed over as well, so of the kept numbers $32\,T$ are the states.) That is the price for not having to decide in advance what will be
//: needed.

page.table(
  "32 units, T symbols read and written",
  columns: ["$T$", "numbers handed over, one state", "numbers kept, attention", "scores"],
  rows: [10, 20, 100, 1000].map { T in ["\(T)", "64", "\(32 * T + 64)", "\(T * T)"] })

//: And attention by itself does not know any order. Exchange two states: the weights are exchanged with them, and the mean is the same. Here the order is in the states,
//: because an LSTM made them:

let turned = Tensor.stacked([3, 0, 4, 1, 2].map { memory.slice($0) })
let mixed = layer(0, of: turned)
page.compare(
  "the states in another order: the same mean", ("in order", layer(0).context), ("mixed", mixed.context),
  tolerance: tolerance, axes: ["query", "unit"])

//: ## What to remember
//:
//: - Attention: compare a query with every state, make weights by a softmax, take the weighted mean. A mask belongs before the softmax.
//: - It lifts the limit of one state of fixed size, and gives the error a short way back. It costs a score for every pair.
//: - The map of weights shows where a network looks. It looks at states, and a state knows more than the symbol at its step.

//: ## Try
//:
//: - `swift run chapter-attention --length 5`: five symbols fit into one state. Attention is hardly needed.
//: - `swift run chapter-attention --length 15`: 15 and 30 symbols. Without attention little is left; with it, training takes a little longer.
//: - `swift run chapter-attention --updates 2000`: more time helps the network without attention, too. Does it ever reach the other?

//: ## Against the sources
//:
//: The article of [@huet] says of gated networks that they remain hard to compute and to interpret and are no explicit memory, and calls attention a promising way out. [@rnnseries] compares it with a gate:
//: one chooses what to look at, however the context came about. Neither has numbers. Real PyTorch and Keras computed eight cases over an LSTM's outputs, two samples of which one is masked, with the gradients of everything; PyTorch gave all
//: of them, Keras' `Attention` and `AdditiveAttention` the same weights and contexts.

if let numbers = page.lessonNumbers("attention") {
  let cases = page.must(try FrameworkCases(numbers))
  page.table(
    "Largest differences to PyTorch", columns: ["score", "weights", "context", "gradients"],
    rows: cases.rows.map { row in
      [row.name] + [row.weights, row.context, row.gradients].map { page.text($0, decimals: 1) }
    })
  page.range(
    "eight cases of PyTorch and Keras", of: cases.rows.map { max($0.weights, $0.context, $0.gradients) },
    in: 0...1e-12, axes: ["case"], because: "both compute in double precision")
}

page.finish()
