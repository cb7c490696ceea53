import ChapterSupport
import LongTraining
import ReorderingTasks
import Foundation

let numbers = Option.integer("numbers", default: 30, in: 2...2000, "numbers that are sorted: 1 to this one")
let length = Option.integer("length", default: 5, in: 2...6, "how many of them make a sequence")
let embedding = Option.integer("embedding", default: 16, in: 1...512, "features of the vector of a number")
let units = Option.integer("units", default: 32, in: 1...512, "units of each direction")
let batches = Option.integer("batches", default: 3000, in: 1...100_000, "updates, 100 sequences each")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of weights, batches and test")
let quick = Option<Bool>.flag("quick", "a tenth of the updates")
let original = Option<Bool>.flag(
  "original", "where none are given, the sizes of MXNet's example: 900 numbers, 512 features, 300 units, 9600 updates")
let scalar = ScalarChoice.option("the numbers that the layer computes in, where it is compared with the hand")

let page = Notebook(
  "Sorting with two directions", number: 10, question: "Can a network sort without comparing?", minutes: 45,
  goals: [
    "say what a network that reads from the left cannot know, and compute the best that it can do",
    "follow five numbers by hand through a table of vectors, two LSTMs and a softmax at every place",
    "say how a weight that is used at many steps is updated, and what padding does when nothing masks it",
  ],
  requires: ["lstm"],
  summary:
    "A bidirectional LSTM sorts five numbers: by hand, by the layer, and trained beside the best one direction can.",
  parameters: [numbers, length, embedding, units, batches, seed, quick, original, scalar])

let tolerance = page[scalar].tolerance
let exactly = Tolerance()

//: To sort numbers, a program compares two of them, exchanges them, and goes on until nothing is left to exchange. A
//: network cannot do any of that. It reads the numbers one after the other, and at each place it names one number. Yet
//: it learns to sort, from examples alone. And what it needs for that is something you may not expect: it must also
//: read **backwards**.

//: ## A first look
//:
//: Play the network yourself. Two numbers from 1 to 4 are drawn, and the same number may come twice. You see the first one and must at
//: once name the **smaller** of the two. Then you see the second one and must name the **larger**. You read from the
//: left, and you may not wait.
//:
//: The first number is 3. What do you say? If the second is 1 or 2, that one is the smaller; if it is 3 or 4, it is 3.
//: So 3 is right in two of four cases, and nothing is better. Here are all four cases:

let pair = Sorting(numbers: 4, length: 2)
let afterFirst = (1...4).map { pair.probabilities(ofAnswer: 0, seen: [$0]) }
page.picture(
  .heatMap(
    title: "How probable each answer is, when you have seen the first number", values: afterFirst,
    rowNames: (1...4).map { "\($0) seen" }, columnNames: (1...4).map { "\($0)" }, columnTitle: "the smaller of the two",
    scale: .unit, digits: 2))

let bestOfPair = afterFirst.reduce(0) { $0 + ($1.max() ?? 0) } / 4

page.prose(
  """
  The best you can do is to name the most probable number of each row: you are right in
  $(1 + 0.75 + 0.5 + 0.25) / 4 = \(page.text(bestOfPair, decimals: 3))$ of the games. No practice changes that. The answer depends on a
  number that you have not seen. The second answer is easy: then you have seen both, and you are always right.
  """)
page.compare(
  "the best first answer", ("by hand", [0.625]),
  ("by the sum over all sequences", [pair.boundOfOneDirection()?.accuracies[0] ?? 0]),
  tolerance: 1e-15, because: "a sum of four fractions")

//: Now a friend reads the same numbers **from the right**. Before you name the smaller one, you ask the friend, who has
//: seen the second number already. Together you know everything at each place. That is a
//: [bidirectional layer](glossary:bidirectional) ([@schuster1997]): two readers with weights of their own, whose states stand side by side at every step.

page.picture(
  .unrolledNetwork(
    title: "Two readers over five numbers, one answer at each place", steps: 5, inputShape: "",
    layers: [UnrolledLayer("h", name: "LSTM, both directions", hue: .sky, isBidirectional: true)],
    dense: UnrolledDense(#"\hat{y}"#, name: "dense layer with softmax")))

//: ## The idea
//:
//: The network of this lesson comes from an example of MXNet. It has four parts.
//:
//: 1. **A number is a name.** The network is not told that 7 is less than 8. Each number has a row in a table, an
//:    [embedding](glossary:embedding), and that row goes into the network. What is in the rows is learned.
//: 2. **Two LSTMs** read the five rows, one from the left and one from the right.
//: 3. **Both states side by side** go through one [dense layer](glossary:dense), the same at every place.
//: 4. **A [softmax](glossary:softmax) at every place** makes probabilities of its outputs: of 1 to be the smallest, of 2 to
//:    be the smallest, and so on. All places answer at once; none waits for the answer of another.
//:
//: How can it sort without comparing? By **counting**. The first reader can remember which numbers it has met up to a place, the
//: second one which numbers follow. Together they know at each place all numbers that there are, in whatever order they
//: came. What is left is to name the third smallest of a set, and that is a question about the set, not about the
//: order.

//: ## The formula and its numbers
//:
//: Small enough to see everything: numbers from 1 to 9, vectors of 4 features, 3 units in each direction. The sequence is 7, 2, 9, 2, 4
//: and shall become 2, 2, 4, 7, 9.

//-
let (V, E_size, H) = (10, 4, 3)
let sequence = [7, 2, 9, 2, 4]
let wanted = sequence.sorted()
let T = sequence.count
var generator = RandomGenerator(seed: 7)
func drawn(_ shape: Int...) -> Tensor<Double> {
  Tensor<Double>.uniform(shape, -1, 1, using: &generator).map(page[scalar].rounded)
}
var stored: [(name: String, tensor: Tensor<Double>)] = [("embed_weight", drawn(V, E_size))]
for side in ["l0", "l1"] {
  stored += [
    ("\(side)_i2h_weight", drawn(4 * H, E_size)), ("\(side)_i2h_bias", drawn(4 * H)),
    ("\(side)_h2h_weight", drawn(4 * H, H)), ("\(side)_h2h_bias", drawn(4 * H)),
  ]
}
stored += [("cls_weight", drawn(V, 2 * H)), ("cls_bias", drawn(V))]
let initial = ["l0_init_h", "l0_init_c", "l1_init_h", "l1_init_c"].map { (name: $0, tensor: drawn(H)) }

func tensor(_ name: String) -> Tensor<Double> {
  (stored + initial).first { $0.name == name }?.tensor ?? .zeros([])
}

//: ### From a number to a vector
//:
//: The table $E$ has a row for each number, and one more for 0, which later stands for "no number". The vector of a number
//: is its row. It can also be written as a product: a [one-hot vector](glossary:one-hot) times the table. It is the same row, but a product
//: with nine zeros in ten is a waste.

let E = symbol("E", .weight, tensor("embed_weight"))
let words = sequence.map { E[row: $0] }

//-
let table = page.evaluation(of: words)
let oneHot = symbol("x", .input, MathValue((0..<V).map { $0 == sequence[0] ? 1 : 0 }))
page.show("E_7", page.value(words[0], in: table))
page.compare(
  "the row of 7, and a one-hot vector times the table", ("row", page.value(words[0], in: table)),
  ("product", page.value(oneHot • E)), tolerance: exactly, axes: ["feature"],
  because: "nine products with 0 and one with 1")

//: ### One step of a reader
//:
//: A reader is an [LSTM](chapter:lstm). The example computes it with two products, one for the input and one for the state, each with a bias
//: of its own. Its matrices have a row for each output, so they stand on the left, and vectors are columns here. (They
//: are printed as rows all the same, which saves room.) The sum $a_t$ is cut into four parts, which is
//: written split₄, in the order $i$, $\tilde{c}$, $f$, $o$.

/// The equations of a reader, with the weights of `l0` or `l1`.
struct Reader {
  let W_x, W_h, b_x, b_h: Formula
  let x = symbol("x_t", .input)
  let h₋ = symbol("h_{t-1}", .state)
  let c₋ = symbol("c_{t-1}", .state)
  let a, i, c̃, f, o, c, h: Formula

  init(_ W_x: Formula, _ W_h: Formula, _ b_x: Formula, _ b_h: Formula) {
    (self.W_x, self.W_h, self.b_x, self.b_h) = (W_x, W_h, b_x, b_h)
    a = define("a_t", W_x • x + b_x + (W_h • h₋ + b_h))
    let part = a.split(into: 4)
    i = define("i_t", sigmoid(part[0]), .gate)
    c̃ = define(#"\tilde{c}_t"#, tanh(part[1]), .gate)
    f = define("f_t", sigmoid(part[2]), .gate)
    o = define("o_t", sigmoid(part[3]), .gate)
    c = define("c_t", f ⊙ c₋ + i ⊙ c̃, .state)
    h = define("h_t", o ⊙ tanh(c), .state)
  }
}

//-
extension Reader {
  init(_ side: String) {
    self.init(
      symbol("W_x", .weight, tensor("\(side)_i2h_weight")), symbol("W_h", .weight, tensor("\(side)_h2h_weight")),
      symbol("b_x", .weight, tensor("\(side)_i2h_bias")), symbol("b_h", .weight, tensor("\(side)_h2h_bias")))
  }

  /// All steps, for vectors in the order of reading, from initial states that are variables as well.
  func steps(_ words: [Formula], _ states: [Formula]) -> [Recurrence.Step] {
    Recurrence(input: x, states: [(h₋, h), (c₋, c)], outputs: [i, c̃, f, o]).unrolled(
      over: words, from: states, firstStep: 1)
  }
}

func initialStates(_ side: String) -> [Formula] {
  [symbol("h_0", .state, tensor("\(side)_init_h")), symbol("c_0", .state, tensor("\(side)_init_c"))]
}

let (reader, other) = (Reader("l0"), Reader("l1"))
let (startForward, startBackward) = (initialStates("l0"), initialStates("l1"))
let forward = reader.steps(words, startForward)
let backward = other.steps(words.reversed(), startBackward)
for equation in [reader.a, reader.i, reader.c̃, reader.f, reader.o, reader.c, reader.h] { page.formula(equation) }

//: The initial states $h_0$ and $c_0$ are not zero here. In the example they are variables of the network like all others, and
//: could be trained. The first reader begins at the left, with 7:

let states = page.evaluation(of: forward.map { $0[reader.h] } + backward.map { $0[other.h] })
page.worked(forward[0][reader.i], in: states)
page.worked(forward[0][reader.c], in: states)
page.worked(forward[0][reader.h], in: states)

//: ### Both side by side
//:
//: The second reader has the same equations, weights of its own, and begins at the right, with 4. So what it computes *last* belongs
//: to the *first* place. Its states are put back into the order of the numbers before they are joined:

let handForward = page.values(reader.h, at: forward, in: states)
let handBackward = page.values(other.h, at: backward.reversed(), in: states)
page.picture(
  .heatMap(
    title: "The six numbers that each place has to work with",
    values: Tensor.concatenated([handForward, handBackward]).rowsOfDoubles,
    rowNames: sequence.map { "\($0)" }, columnTitle: "",
    blocks: [
      HeatMapBlock("from the left", count: H, hue: .sky), HeatMapBlock("from the right", count: H, hue: .orange),
    ],
    rowBlocks: [], scale: .symmetric(1), digits: 2))

//: The left half of the first row knows of 7 alone, and its right half of all five numbers. In the last row it is the other way round.
//:
//: ### One answer at every place
//:
//: Write $h_t^{\rightarrow}$ for the state of the reader from the left at place $t$ and $h_t^{\leftarrow}$ for that of the reader from the right. Side by side they are a row of the picture, $2 H = 6$ numbers:
//:
//: $$u_t = [h_t^{\rightarrow}, h_t^{\leftarrow}]$$
//:
//: The dense layer turns these six numbers into ten [logits](glossary:logits), and the softmax makes probabilities of them. The loss adds up
//: minus the logarithm of the probability of the right answer, over all places:

let W_y = symbol("W_y", .weight, tensor("cls_weight"))
let b_y = symbol("b_y", .weight, tensor("cls_bias"))
let u = (0..<T).map { k in
  define("u_\(k + 1)", concatenate(forward[k][reader.h], backward[T - 1 - k][other.h]), .state)
}
let â = u.enumerated().map { k, u in define(#"\hat{a}_\#(k + 1)"#, W_y • u + b_y, .output) }
let ŷ = â.enumerated().map { k, â in define(#"\hat{y}_\#(k + 1)"#, softmax(â), .output) }
let y = wanted.enumerated().map { k, number in
  symbol("y_\(k + 1)", .other, MathValue((0..<V).map { $0 == number ? 1 : 0 }))
}
let loss = define("L", sum(zip(ŷ, y).map { crossEntropy($0, $1) }), .loss)

//-
let hand = page.evaluation(of: [loss] + â)
page.formula(â[0])
page.formula(ŷ[0])
page.show(#"\hat{y}_1"#, page.value(ŷ[0], in: hand))
page.show("L", page.value(loss, in: hand), decimals: 6)

//: The weights are random, so the network knows nothing yet: the loss is near $5 \ln 10 = 11.5$, that of a guess among ten numbers at five
//: places. Now the same by the layers of this library:

let layer = page.must(
  try LayerNumbers(stored, states: initial, numbers: sequence, answers: wanted, in: Double.self))
let own =
  page[scalar] == .double
  ? layer
  : page.must(
    try LayerNumbers(stored, states: initial, numbers: sequence, answers: wanted, in: Float.self))
page.compare("h from the left", hand: handForward, layer: own.forward, tolerance: tolerance, axes: ["place", "unit"])
page.compare(
  "h from the right", hand: handBackward, layer: own.backward, tolerance: tolerance, axes: ["place", "unit"])
page.compare(
  "logits at every place", hand: Tensor.stacked(â.map { page.value($0, in: hand) }), layer: own.logits,
  tolerance: tolerance, axes: ["place", "number"])
page.compare(
  "the loss of all places together", hand: page.value(loss, in: hand), layer: Tensor(shape: [], scalars: [own.loss]),
  tolerance: Tolerance(absolute: 10 * tolerance.absolute), because: "a sum of five logarithms near 2.3")

//: ### Sequences of several lengths
//:
//: A batch is one tensor, so all its sequences have one length. Real sequences do not. Two simple ways out are bad: fill all of them to the
//: longest one, and most steps are waste; or give each length a batch of its own, and batches are tiny. [Buckets](glossary:bucket) lie between: a few
//: lengths are chosen, each sequence goes into the smallest bucket that holds it, and 0 fills the rest, the [padding](glossary:padding).

let bucketNumbers = page.lessonNumbers("sort_padding")
let sentences = [[4, 1, 5, 2, 3], [5, 2, 2], [3, 1, 5, 4]]
let bucket = page.must(try Buckets([6], batchSize: 3).batches(of: sentences))[0]
page.table(
  "A bucket of length 6", columns: ["sequence"] + (1...6).map { "$x_\($0)$" } + ["own steps"],
  rows: bucket.rows.enumerated().map { n, row in
    [["A", "B", "C"][n]] + row.map { "\($0)" } + ["\(bucket.lengths[n])"]
  })

//: Now look at B. The first reader meets 5, 2, 2, and then zeros: at the three places that count it has seen nothing wrong. The second
//: reader begins at the **right**. It reads three zeros first, and by the time it meets the last 2 its state is no longer the initial one. A
//: [mask](glossary:mask) says which steps are a sequence's own: at the others the state stays as it is, and the loss does not count
//: them. How much does it matter? Each sequence alone, without any padding, is the truth:

let padded = page.must(try PaddingNumbers(bucketNumbers, bucket, sentences))
page.table(
  "How far the logits are from those of the sequence alone, at the places that count",
  columns: ["sequence", "with the mask", "without it", "without it, forward half of h"],
  rows: (0..<3).map { n in
    [["A", "B", "C"][n]]
      + [padded.masked[n], padded.plain[n], padded.plainForwardHalf[n]].map { page.text($0, decimals: 2) }
  })
page.range(
  "masked logits are those of each sequence alone", of: padded.masked, in: 0...1e-14, axes: ["sequence"],
  because: "the same sums; rounding alone may differ")
page.range(
  "without a mask they are off", of: padded.plain, in: 0.05...0.5, axes: ["sequence"],
  because: "the backward direction begins in the padding")
if let wanted = padded.offInPyTorch {
  page.compare(
    "how far they are off: PyTorch, and here", ("PyTorch", wanted), ("here", padded.plain), tolerance: 1e-12,
    axes: ["sequence"], because: "both compute in double precision")
}

//: The mistake raises no error, and the loss hardly shows it. It only makes every answer a little wrong, more so in short sequences.

//: ## The experiment
//:
//-
let isOriginal = page[original]
/// What the command line says, or else, with `--original`, the size of MXNet's example.
func size(_ option: Option<Int>, original: Int) -> Int {
  isOriginal && !page.isNamed(option) ? original : page[option]
}
let task = Sorting(numbers: size(numbers, original: 900), length: page[length])
let updates = max(size(batches, original: 9600) / (page[quick] ? 10 : 1), 1)
let isTaskOfOriginal = task.numbers == 900 && task.length == 5
let bound = isTaskOfOriginal ? page.must(try boundOfOriginal()) : task.boundOfOneDirection()
let guess = task.boundOfGuessing()
let places = (1...task.length).map { "$k=\($0)$" }

page.prose(
  """
  **Task.** \(task.length) numbers from 1 to \(task.numbers), drawn anew for every batch. The answer at place $k$ shall be the $k$-th smallest of them.
  """)
page.prose(
  isOriginal
    ? "A network with two directions learns it. One that reads from the left alone is left out at these sizes; what it could reach at best can be computed."
    : "Two networks learn it with the same training: one with two directions, and one that reads from the left alone.")

//: **Expectation.** The network with one direction plays the game from the first look. What is the best that *any* such network can do,
//: however large it is and however long it learns? At place $k$ it has seen $k$ numbers. For every set of numbers seen we know how
//: probable each answer is, and the best network names the most probable one. A sum over all sets gives its share of right answers,
//: exactly:

page.table(
  "The best possible share of right answers", columns: ["a model that"] + places + ["mean"],
  rows: [
    ("has seen nothing", guess), ("has read from the left up to here", bound),
  ].compactMap { name, bound in
    bound.map { own in [name] + (own.accuracies + [own.accuracy]).map { page.text($0, decimals: 3) } }
  } + [["has seen everything"] + places.map { _ in "1" } + ["1"]])
if let bound {
  page.prose(
    """
    At the last place it has seen everything. At the first place it knows one number of \(task.length), and is right in
    \(page.text(bound.accuracies[0], decimals: 3)) of the cases. This one you can check: say the number is $n$. The answer $n$ is right when none of the \(task.length - 1) others is smaller, with probability
    $((\(task.numbers + 1) - n)/\(task.numbers))^{\(task.length - 1)}$. The answer 1 is right when at least one of them is 1, with probability
    $1 - (\(task.numbers - 1)/\(task.numbers))^{\(task.length - 1)}$, and an answer between 1 and $n$ less often than that. Take the larger of the two for each $n$ from 1 to \(task.numbers), and their mean.

    So: expect a network with two directions to come near 1 everywhere, and one with
    one direction to stay below the second row.
    """)
}

var both = SortingExperiment(
  task, embedding: size(embedding, original: 512), units: size(units, original: 300), batches: updates)
var one = both
one.isBidirectional = false

//-
let interrupt = Interrupt()
both.interval = max(min(100, updates / 10), 1)
one.interval = both.interval
page.catchUp()
let learnedBoth = train(both, "two directions")
let learnedOne = interrupt.isRequested || isOriginal ? nil : train(one, "one direction")
interrupt.end()

/// The bound for 900 numbers, which stands in a file: its exact sum has 27 thousand million terms.
func boundOfOriginal() throws -> SortingBound? {
  try page.lessonNumbers("sort_original_stats").map {
    let accuracies = try $0["best_causal_accuracy_by_position"].numbers()
    let loss = log(try $0["best_causal_perplexity"].number())
    return SortingBound(accuracies: accuracies, crossEntropies: accuracies.map { _ in loss })
  }
}

/// PyTorch's run of the example's sizes beside this one.
func showOriginal(line: Int = #line) {
  guard let known = page.lessonNumbers("sort_original_stats", line: line) else { return }
  let rows = page.must(try rowsOfOriginal(known), line: line)
  page.table(
    "Perplexity, and share of whole sequences: PyTorch's run, and here",
    columns: ["updates", "PyTorch", "here", "PyTorch", "here"], rows: rows, line: line)
}

func rowsOfOriginal(_ known: LessonNumbers) throws -> [[String]] {
  var rows: [[String]] = []
  for entry in try known["runs"].list()[0]["log"].list() {
    let batch = Int(try entry["batch"].number())
    guard let point = learnedBoth.curve.first(where: { $0.batch == batch }) else { continue }
    let (perplexity, whole) = (try entry["perplexity"].number(), try entry["sequences_right"].number())
    rows.append(
      ["\(batch)"] + [perplexity, point.perplexity, whole, point.sequencesRight].map { page.text($0, decimals: 3) })
  }
  return rows
}

func train(_ experiment: SortingExperiment, _ name: String, line: Int = #line) -> SortingExperiment.Result {
  var pace = Pace(total: experiment.batches, unit: "updates")
  return page.must(
    try experiment.run(seed: UInt64(page[seed])) { batch, last in
      let reached = "\(name): \(Int((100 * last.accuracy).rounded())) of 100 right"
      if let text = pace.line(reached, done: batch) { page.progress(text, batch, of: experiment.batches, line: line) }
      return !interrupt.isRequested
    }, line: line)
}

let names = ["two directions", "one direction"]
let results = [learnedBoth, learnedOne].compactMap(\.self)
if let last = results.last, last.end.batch < updates {
  page.result("stopped after \(last.end.batch) of \(updates) updates")
}
let torch = [2, 1].map { directions in
  page.keepsDefaults ? page.statistics("sort", ["numbers": 30, "directions": .number(Double(directions))]) : nil
}
page.picture(
  .lineChart(
    title: "Numbers at the right place, while the networks learn",
    series: zip(names, results).map { name, result in
      Picture.Series(name, points: result.curve.map { (Double($0.batch), $0.accuracy) })
    }
      + (bound.map { bound in
        [
          Picture.Series(
            "the best that one direction can do",
            points: [0, Double(updates)].map { ($0, bound.accuracy) }, isDashed: true)
        ]
      } ?? []),
    band: torch[0].map { run in
      Picture.Band(
        "8 runs of PyTorch with two directions",
        points: run.figures("accuracy_at_epoch").map { (Double($0.step * 100), $0.figure.least, $0.figure.greatest) })
    }, x: Picture.Axis("updates"), y: Picture.Axis("share that is right", range: 0...1)))
page.table(
  "Right at the end, at each place and in whole sequences",
  columns: ["network"] + places + ["mean", "whole", "perplexity"],
  rows: zip(names, results).map { name, result in
    [name]
      + (result.end.accuracies + [result.end.accuracy, result.end.sequencesRight, result.end.perplexity]).map {
        page.text($0, decimals: 3)
      }
  }
    + (bound.map { bound in
      [
        ["one at best"] + (bound.accuracies + [bound.accuracy]).map { page.text($0, decimals: 3) } + [
          "", page.text(bound.perplexity, decimals: 3),
        ]
      ]
    } ?? []))

//: (The [perplexity](glossary:perplexity) is $e$ to the mean loss of an answer: between how many answers the network hesitates.)

let isSorted = learnedBoth.end.accuracy > (bound?.accuracy ?? 0.5)
if !isSorted {
  page.prose("After so few updates the network with two directions does not sort yet. Give it more.")
} else if learnedOne != nil {
  page.prose(
    """
    It sorts. And the network with one direction is not badly trained: it comes near the dashed line and stays there. It has learned what can
    be learned. **The failure is in the question, not in the training**: it was asked for something that it could not know.
    """)
} else {
  page.prose("It sorts, and passes the dashed line, which no network with one direction can pass.")
}
if isTaskOfOriginal, both.embedding == 512, both.units == 300 { showOriginal() }
page.experiment(
  "two directions, right after 3000 updates", of: [learnedBoth.end.accuracy], torch[0], "accuracy_at_epoch", at: 30)
page.experiment(
  "two directions, whole sequences", of: [learnedBoth.end.sequencesRight], torch[0], "sequences_right_at_epoch", at: 30)
if let learnedOne {
  page.experiment(
    "one direction, right after 3000 updates", of: [learnedOne.end.accuracy], torch[1], "accuracy_at_epoch", at: 30)
  if let bound {
    page.range(
      "one direction is not better than the best", of: [learnedOne.end.accuracy], in: 0...bound.accuracy + 0.02,
      because: "on 2000 sequences a share varies by 0.005; four times that")
  }
}

//: ### What it says when it cannot know
//:
//: Give a trained network one sequence, and look at the probabilities it puts out at each place. Below stands what a perfect reader from
//: the left would say, computed by counting. (Of more than 100 numbers no picture is drawn.)

let shown = [17, 4, 26, 9, 12, 21].prefix(task.length).map { max(1, $0 * task.numbers / 30) }
let shownText = shown.map(String.init).joined(separator: ", ")
func answers(_ title: String, _ values: [[Double]], line: Int = #line) {
  guard task.numbers <= 100 else { return }
  page.picture(
    .heatMap(
      title: title, values: values, rowNames: (1...task.length).map { "place \($0)" },
      columnNames: (1...task.numbers).map(String.init),
      columnTitle: "number", scale: .unit), line: line)
}
let outputs = page.must(try results.map { try probabilities($0.model, shown) })
let exact = exactProbabilities(task, shown)
for (name, output) in zip(names, outputs) { answers("\(shownText): \(name)", output) }
answers("\(shownText): the exact probabilities for a reader from the left", exact)

if learnedOne != nil {
  page.prose(
    """
    The second and the third picture are nearly the same. Nobody told the network any probabilities. It was only ever told the right
    answers, and the best way to a small loss is to say how probable each one is.
    """)
}

//: ### The surprise: the table is in order
//:
//: To the network 7 and 8 are two names. It has never been told that one is less than the other. Does it know now? Look at the
//: table. If the rows of 7 and 8 are close to each other, and those of 7 and 25 are not, then it has found the number line.

let rowsLearned = learnedBoth.model.parameters["0/embeddings"]
let rowsBefore = both.network(seed: UInt64(page[seed])).parameters["0/embeddings"]
let (found, foundBefore) = (neighboursFound(rowsLearned), neighboursFound(rowsBefore))
if task.numbers <= 100 {
  page.picture(
    .heatMap(
      title: "How far the rows of two numbers are from each other, after training", values: distances(rowsLearned),
      rowNames: (1...task.numbers).map(String.init), columnNames: (1...task.numbers).map(String.init),
      scale: .automatic))
}
page.prose(
  """
  For \(found) of the \(task.numbers) numbers the nearest row is now that of a neighbour, the number before or after; before training it was so for \(foundBefore),
  and by chance it is so for about 2.
  """)
page.prose(
  2 * found > task.numbers
    ? "The order of the numbers was in the examples, and the network put it into its table."
    : "So the table is not in order, or not yet.")

let orders = page.must(
  try shareOfOneAnswer(learnedBoth.model, task, count: 100, seed: UInt64(page[seed])))
page.prose(
  """
  And does it count, rather than compare? Then the order in which the numbers come must not matter. We draw 100 sets and give each to the network in all
  its orders. On average \(page.text(100 * orders, decimals: 1)) of 100 orders of a set get the same answer.
  """)

//: ## The way back
//:
//: ### A weight that is used at every step
//:
//: The first reader uses one and the same matrix $W_h$ at all five steps. What is its gradient? Pretend for a moment that each step had
//: **a copy of its own**, five matrices with equal numbers. Then each copy has its own gradient: how the loss changes when the matrix is changed
//: at that step alone. Whoever changes the shared matrix changes all five at once, so the changes add up:
//:
//: $$\frac{\partial L}{\partial W_h} = \sum_{t=1}^{5} \frac{\partial L}{\partial W_{h,t}}$$

let copies = (0..<T).map { symbol("W_{h,\($0 + 1)}", .weight, tensor("l0_h2h_weight")) }
let withCopies = lossWithCopies(copies)

//-
func lossWithCopies(_ copies: [Formula]) -> Formula {
  var (h, c) = (startForward[0], startForward[1])
  var terms: [Formula] = []
  for (k, copy) in copies.enumerated() {
    let own = Reader(reader.W_x, copy, reader.b_x, reader.b_h)
    let step = Recurrence(input: own.x, states: [(own.h₋, own.h), (own.c₋, own.c)]).unrolled(
      over: [words[k]], from: [h, c], firstStep: k + 1)[0]
    (h, c) = (step[own.h], step[own.c])
    terms.append(crossEntropy(softmax(W_y • concatenate(h, backward[T - 1 - k][other.h]) + b_y), y[k]))
  }
  return sum(terms)
}
let gradients = page.gradients(of: loss, in: hand)
let ofCopies = page.gradients(of: withCopies)
let each = copies.map { page.gradient($0, ofCopies) }
let added = each.dropFirst().reduce(each[0]) { $0 + $1 }
page.table(
  "Length of the gradient of $W_h$, copy by copy", columns: ["step"] + (1...T).map { "\($0)" } + ["sum of all"],
  rows: [["length"] + (each + [added]).map { page.text($0.squared().sum().squareRoot(), decimals: 4) }])
page.compare(
  "the copies' gradients added up, and the gradient of the shared matrix", ("added up", added),
  ("shared", page.gradient(reader.W_h, gradients)), tolerance: 1e-14, axes: ["row", "column"],
  because: "the same products, added in another order")
page.compare(
  "gradient of W_h", hand: added, layer: own.gradient("l0_h2h_weight"), tolerance: tolerance, axes: ["row", "column"])

let lastOnly = each[T - 1].largestDifference(from: added)
page.prose(
  """
  So there is **one** gradient and **one** update, the sum over all steps. A program that kept only the last step's share, as if each step
  overwrote the one before, would be off by up to \(page.text(lastOnly, decimals: 3)) here. Nor is the matrix updated step by step
  on the way back: all shares belong to the same old weights.
  """)
page.range(
  "the last step alone is not the gradient", of: [lastOnly], in: 0.01...10, because: "five steps have a share in it")

//: ### Which rows of the table learn
//:
//: The vectors are learned, too: the slope of the loss along $x_t$ goes into the row that was looked up. A number that comes twice, as 2 does
//: here, gets the sum of both. A number that does not come gets nothing:

let dE = page.gradient(E, gradients)
page.picture(
  .heatMap(
    title: "The gradient of the table: only the rows of 2, 4, 7 and 9 move", values: dE.rowsOfDoubles,
    rowNames: (0..<V).map(String.init), rowTitle: "number", columnTitle: "feature", scale: .signed, digits: 2))
for name in ["embed_weight", "cls_weight", "cls_bias"] {
  let symbols = ["embed_weight": E, "cls_weight": W_y, "cls_bias": b_y]
  if let symbol = symbols[name] {
    page.compare(
      "gradient of \(["embed_weight": "E", "cls_weight": "W_y", "cls_bias": "b_y"][name] ?? "")",
      hand: page.gradient(symbol, gradients), layer: own.gradient(name), tolerance: tolerance,
      axes: name == "cls_bias" ? ["number"] : ["row", "column"])
  }
}
for (side, reader, start) in [("l0", reader, startForward), ("l1", other, startBackward)] {
  let direction = side == "l0" ? "from the left" : "from the right"
  page.compare(
    "\(direction): gradient of W_x", hand: page.gradient(reader.W_x, gradients),
    layer: own.gradient("\(side)_i2h_weight"),
    tolerance: tolerance, axes: ["row", "column"])
  page.compare(
    "\(direction): gradient of the initial states",
    hand: Tensor.stacked(start.map { page.gradient($0, gradients) }),
    layer: Tensor.stacked(["h", "c"].map { own.gradient("\(side)_init_\($0)") }), tolerance: tolerance,
    axes: [Axis("state", ["h", "c"]), "unit"])
}
page.compare(
  "the two biases have one gradient", ("b_x", page.gradient(reader.b_x, gradients)),
  ("b_h", page.gradient(reader.b_h, gradients)), tolerance: exactly, axes: ["row"],
  because: "both are only ever added to the same sum")

//: That two biases have one gradient has a consequence: both are updated, so their sum moves twice as far as a single bias would. Two
//: biases are no richer than one, but they learn at twice the rate.
//:
//: ### One update, as MXNet does it
//:
//: The loss was a sum over the batch of $B$ sequences, so its gradient is first divided by $B$. Then a small share of the weight itself is added, the
//: [weight decay](glossary:weight-decay): it pulls each weight towards 0, unless the examples pull it elsewhere. Biases have none. Last comes
//: [momentum](glossary:momentum), a memory $m$ of the last steps:
//:
//: $$m \leftarrow 0.9\, m - \eta\, \left(\frac{1}{B} \frac{\partial L}{\partial w} + 10^{-5}\, w\right) \qquad w \leftarrow w + m$$
//:
//: Is this what the real MXNet computes? Five updates of a network of this kind were run by it; we do the same:

let trainingNumbers = page.lessonNumbers("sort_training")
if let trainingNumbers {
  let training = page.must(try MXNetTraining(trainingNumbers))
  page.table(
    "Five updates", columns: ["update", "loss, MXNet", "loss, here", "perplexity"],
    rows: training.losses.indices.map { update in
      [
        "\(update + 1)", page.text(training.lossesOfMXNet[update], decimals: 8),
        page.text(training.losses[update], decimals: 8), page.text(training.perplexities[update], decimals: 4),
      ]
    })
  page.compare(
    "losses of five updates: MXNet, and here", ("MXNet", training.lossesOfMXNet), ("here", training.losses),
    tolerance: 1e-12, axes: ["update"], because: "both compute in double precision")
  page.compare(
    "all weights after five updates: MXNet, and here", ("MXNet", training.weightsOfMXNet), ("here", training.weights),
    tolerance: 1e-13, because: "MXNet holds rate, momentum and decay in single precision; so does this run")
}

//: ## What to remember
//:
//: - A network can only answer from what it has read. Read in both directions, and every place knows the whole sequence.
//: - Before you blame the training, compute the best that is possible. One direction reaches it, and stops there.
//: - A weight that is used at many steps has one gradient: the sum over the steps. Padding needs a mask, or the backward direction begins in it.

//: ## Try
//:
//: - `swift run chapter-sort --numbers 10 --embedding 8 --units 16 --batches 1500`: fewer numbers, and in a few seconds almost every sequence is right.
//: - `swift run chapter-sort --units 4`: too few units to remember five numbers. The middle places suffer most: they need to know the most.
//: - `swift run chapter-sort --original`: 900 numbers and half a million weights for the table alone, as in MXNet's example; some ten minutes on two cores. Watch how the outer places are
//:   learned first. Ctrl-C stops it with what it has learned.

//: ## Against the sources
//:
//: The network is that of MXNet's example `bi-lstm-sort`, which [@mxnetnotes] read line by line. This is the graph that the example builds: one
//: node for each operation, with all steps written out. The chain of the backward cells runs from right to left.

page.picture(UnrolledGraph.picture)

//: The notes end with open questions. Their answers stand above:

page.table(
  "What the notes ask", columns: ["question", "answer"],
  rows: [
    [
      "Is the table of an embedding trained?",
      "Yes. The rows that were looked up get a gradient, a row looked up twice the sum of both.",
    ],
    [
      "How is the output decoded, when the input is not one-hot?",
      "It need not be. The output has one logit for each number, whatever goes in.",
    ],
    [
      "How does one treat sequences of several lengths?",
      "By buckets: one unrolled network for each length, all with the same weights, padding, and a mask. The example's own data have one length.",
    ],
    [
      "Are shared parameters overwritten, written or added?",
      "Added: one gradient, the sum over all steps, and one update. The notes guess that each node updates with its own.",
    ],
  ])

//: **[Dropout](glossary:dropout).** The example can drop a part of each cell's input in training, with `dropout` at 0 by default: a share of the numbers is set to 0
//: and the rest is divided by what is left, so that the mean stays. It acts on what goes upwards, not on the state, as
//: [@zaremba2014] advise.

let dropped = page.must(try Dropout<Double>(rate: 0.5, seed: 3).forward(layer.words, mask: nil))
let isKept = (dropped.cache ?? layer.words).map { $0 == 0 ? 0 : 1 }
let keptByHand = layer.words.slice(0) * isKept.slice(0) * (1 / (1 - 0.5))
page.compare(
  "dropout of the first vector, rate 0.5", hand: keptByHand, layer: dropped.output.slice(0), tolerance: tolerance,
  axes: ["feature"])

//: **A slip.** In the listing of the notes the forward bias is `mx.sym.Variable("c")` where the others are `l0_i2h_bias` and so on. It is not a
//: matter of taste: MXNet chooses the first numbers of a weight by the end of its name. Real MXNet 1.9 refuses to begin, with *Unknown
//: initialization pattern for c*.
//:
//: **Labels.** The example joins the places along the batch, place by place, so it transposes the labels before it compares: the rows of place 1 of
//: all sequences stand first, then those of place 2. Its label of a padded row would sort the zeros to the front, and place the numbers where the input has the padding. With one
//: length this never shows.

page.sources([
  "D65": .shown(by: "h from the left"),
  "D66": .shown(by: "h from the right", "logits at every place"),
])

page.finish()
