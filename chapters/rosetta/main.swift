import ChapterSupport
import Foundation

let units = Option.integer("units", default: 4, in: 3...32, "units of every cell: the length of h")
let inputs = Option.integer("inputs", default: 3, in: 2...32, "features of each step of the input")
let steps = Option.integer("steps", default: 4, in: 2...32, "steps of the sequences")
let seed = Option.integer(
  "seed", default: 0, in: 0...1_000_000,
  "seed of the weights; 0 takes those that the frameworks ran, where the sizes fit")
let scalar = ScalarChoice.option()

let page = Notebook(
  "One set of weights, five frameworks", number: 13, question: "Which gate comes second?", minutes: 40,
  goals: [
    "read the weights of a recurrent layer as five frameworks store them",
    "say why neither a shape nor a look at the output protects you",
    "port a layer by a checklist, and write a test that notices a wrong order",
  ],
  requires: ["lstm", "gru"],
  summary: "One cell as Keras, TensorFlow 1, PyTorch, ONNX and MXNet store it, and what every wrong reading yields.",
  parameters: [units, inputs, steps, seed, scalar], letters: ["K", "R"])

let (D, H, T, B) = (page[inputs], page[units], page[steps], 2)
let exactly = Tolerance()
let tolerance = page[scalar].tolerance

//: Someone carries a trained network from one framework to another. Every tensor loads, every shape fits, the outputs are reasonable numbers between −1 and 1. And they are
//: wrong, because the second framework has its gates in another order. Nothing says so.

page.picture(
  .tensorLayout(
    title: "One file, four blocks: which gate is which?",
    stages: [
      .init(
        shape: "what stands in the file",
        blocks: [
          .init("Keras, PyTorch", [[.init("i", .blue), .init("f", .orange), .init("g", .green), .init("o", .purple)]]),
          .init("TensorFlow 1", [[.init("i", .blue), .init("g", .green), .init("f", .orange), .init("o", .purple)]]),
          .init("ONNX", [[.init("i", .blue), .init("o", .purple), .init("f", .orange), .init("g", .green)]]),
        ])
    ]))

//: This lesson is for whoever ports recurrent layers: moves them to another framework, or writes them anew. You should
//: know the cells; the lessons on the [LSTM](chapter:lstm) and the [GRU](chapter:gru) compute them step by step. The
//: candidate is called $g$ here, as in most frameworks' code. Papers, and the other lessons, write $\tilde{c}$ or $\tilde{h}$. The whole tables stand in the
//: appendix, to look things up.
//:
//: ## A first look
//:
//: Take a pencil. An LSTM of one unit has stored four numbers, one for each gate: 2, −1, 0.5, 1. Its memory was 0.8, and nothing comes in, so the four numbers are all
//: that the gates see. What is $h$ after one step? That depends on who reads:

let fileOfFour = [2, -1, 0.5, 1]
func logistic(_ a: Double) -> Double { 1 / (1 + exp(-a)) }

/// h after one step from c = 0.8, the four numbers read in an order.
func oneStep(_ order: [Gate]) -> Double {
  func number(_ gate: Gate) -> Double { fileOfFour[order.firstIndex(of: gate) ?? 0] }
  let c = logistic(number(.f)) * 0.8 + logistic(number(.i)) * tanh(number(.g))
  return logistic(number(.o)) * tanh(c)
}

page.table(
  columns: ["read as", "2 is", "−1 is", "0.5 is", "1 is", "h"],
  rows: [("Keras, PyTorch, MXNet", "ifgo"), ("TensorFlow 1", "igfo"), ("ONNX", "iofg")].map { name, letters in
    [name] + letters.map { "$\($0)$" } + [page.text(oneStep(letters.compactMap { Gate(rawValue: String($0)) }))]
  })

//: Three readings, three numbers, and each of them looks like an $h$. The file does not say which one is right. The first number is
//: $i$ for all of them. It is the *second* that tells the frameworks apart: $f$, $g$ or $o$. (The 1 that
//: TensorFlow 1 adds to its forget gate is left out here: with it, its $h$ is −0.0122. That is question 5 below.)
//:
//: ### A port that nobody notices
//:
//: Now a whole layer. A file of TensorFlow 1 is to run in PyTorch. Its kernel holds the rows for $x$ above those for $h$, and
//: PyTorch wants two matrices whose rows are units. So the porter cuts and turns:
//:
//: ```python
//: lstm.weight_ih_l0.copy_(kernel[:D].T)    # [4H, D], fits
//: lstm.weight_hh_l0.copy_(kernel[D:].T)    # [4H, H], fits
//: lstm.bias_ih_l0.copy_(bias)              # [4H], fits
//: lstm.bias_hh_l0.zero_()                  # no second bias
//: ```
//:
//: Four lines, and PyTorch is content. Here is what the layer gives, beside what TensorFlow 1 gave with the same file:

var generator = RandomGenerator(seed: UInt64(page[seed]))
let lstm = weights(.lstm, gates: 4)

//-
let x = symbol("x_t", .input)
let h₋ = symbol("h_{t-1}", .state)
let c₋ = symbol("c_{t-1}", .state)
let (W_ix, W_fx, W_gx, W_ox) = four(lstm.W) { "W_{\($0)x}" }
let (W_ih, W_fh, W_gh, W_oh) = four(lstm.U) { "W_{\($0)h}" }
let (b_i, b_f, b_g, b_o) = four(lstm.b) { "b_\($0)" }
let right = byHand(named)

//-
let firstPort = byHand(LSTMEquations(tensorflow.sums.split(into: 4), pytorch.order))
page.picture(
  .lineChart(
    title: "h of the first sequence, units 1 and 2",
    series: (0..<2).flatMap { unit in
      [
        Picture.Series("TensorFlow 1, unit \(unit + 1)", (0..<T).map { right[$0, 0, unit] }),
        Picture.Series("the port, unit \(unit + 1)", (0..<T).map { firstPort[$0, 0, unit] }, isDashed: true),
      ]
    }, x: .init("step"), y: .init("h", range: -1...1)))
page.table(
  columns: ["", "h after the last step"],
  rows: [("TensorFlow 1", right), ("the port", firstPort)].map { [$0, digits($1.slice(T - 1).slice(0), most: 3)] })

//: Both lines of a unit look like an LSTM's output. Two things went wrong. The second block of the file is the candidate, and PyTorch takes it for the forget gate. And
//: TensorFlow 1 adds a 1 to the forget gate at every call, which stands in no file. No error, no warning, and nothing in the numbers that looks odd. If you have only the port, you cannot know.
//:
//: ## The idea
//:
//: A cell is a function of its weights. A framework also decides **how they are stored**, and there are five questions:
//:
//: 1. In which order do the blocks of the gates stand?
//: 2. Is a unit a column of the matrix, or a row?
//: 3. Do the weights for $x$ and those for $h$ have a matrix each, or one above the other?
//: 4. How many biases are there?
//: 5. Is something added that stands in no file?
//:
//: A GRU has a sixth: does the reset gate act before the product with the state, or after it? The answers of five
//: frameworks:

page.table(
  "The rules of five frameworks",
  columns: ["", "LSTM", "GRU", "units are", "matrices", "LSTM biases", "GRU biases", "reset", "adds to f"],
  rows: rules.map { rule in
    [
      rule.short, letters(rule.lstm), rule.isJoined ? "r z | g" : letters(rule.gru),
      rule.rowsAreUnits ? "rows" : "columns", rule.isJoined ? "x above h" : "two",
      rule.lstmBiasText, rule.gruBiasText, rule.gruPlaces.count == 2 ? "both" : rule.gruPlaces[0],
      page.text(rule.forgetBias),
    ]
  })

//: The bar means that TensorFlow 1 keeps the GRU's candidate apart. *Reset* says which GRU a framework has: the switch is Keras' `reset_after`, true since TensorFlow 2
//: and false before, and ONNX' `linear_before_reset`, 0 by default, which is *before*. The last column is what TensorFlow 1 adds to the forget gate at every call.
//:
//: Print this table and keep it. Below, one set of weights is laid out in all five ways, each layout is read by its own rule, and **the same numbers** come out five times:
//: those that the frameworks themselves gave. Then every mistake is made on purpose, and measured.
//:
//: ## The formula and its numbers
//:
//: ### The weights by name
//:
//: A cell has, for each gate, a matrix that meets the input, a matrix that meets the state, and a bias. An LSTM has three gates and a candidate: input $i$, forget $f$,
//: candidate $g$, output $o$. These twelve names are all that the function needs to know.

page.table(
  columns: ["weight", "shape", "what it meets", "f, unit 1"],
  rows: [
    [
      "$W_{ix}, W_{fx}, W_{gx}, W_{ox}$", lstm.W[0].shapeText, "the input $x_t$", digits(lstm.W[1].transposed.slice(0)),
    ],
    [
      "$W_{ih}, W_{fh}, W_{gh}, W_{oh}$", lstm.U[0].shapeText, "the state $h_{t-1}$",
      digits(lstm.U[1].transposed.slice(0)),
    ],
    ["$b_i, b_f, b_g, b_o$", lstm.b[0].shapeText, "nothing, it is added", digits(lstm.b[1].slices(0..<1))],
  ])

if isGolden {
  page.prose(
    """
    All five frameworks were given these weights, and what each of them made of it was recorded. There are \(B) sequences of \(T) steps. All numbers are multiples of 1/64, so they are
    exact in single precision, too. (TensorFlow 1's cells were run by a later TensorFlow, which still has them under `tf.compat.v1`.)
    """)
} else {
  if runs.isEmpty {
    page.prose(
      "The files of the frameworks are not beside this program, so the weights are drawn from seed \(page[seed]).")
  } else {
    page.prose("With these parameters the weights are drawn from seed \(page[seed]).")
  }
  page.prose(
    """
    They are multiples of 1/1024. **What the frameworks printed for other weights does not apply** and is left out;
    everything computed by hand is still compared with the layers. There are \(B) sequences of \(T) steps.
    """)
}

//: The function, in terms of the names. Samples are rows, and $\mathbf{1} b$ puts the bias on every row:

for equation in [named.i, named.f, named.g, named.o, named.c, named.h] { page.formula(equation) }
page.show("h_{\(T)}", right.slice(T - 1), decimals: 10)

//: One row a sample. These numbers are the target: whatever stores the weights, and in whatever order, must give them.
//:
//: ### Five layouts of one LSTM
//:
//: A framework joins the four parts, so that one product does for all. Below, $K$ is what meets the input, $R$ what meets the state, and
//: blocks have the colours of their gates; $W$, $R$ and $B$ are ONNX' own names for the same (its $B$ holds biases and has nothing to do with a batch). Each picture is followed by the way to read it: the sums $a_t$, and how they are cut.
//:
//: ### Keras: i f g o, columns are units
//:
//: The plainest layout. One sum of all blocks, cut into four equal parts from the left:

show(keras, "Keras' three tensors")

//: ### PyTorch: i f g o, rows are units, two biases
//:
//: The same order, but every matrix is turned: a row belongs to a unit. And there are two biases, one beside each
//: product, though only their sum matters to an LSTM. Beware of the names: PyTorch's `weight_ih` means *input to
//: hidden*, all four parts of it; it is not this page's $W_{ih}$, the input **gate**'s matrix for $h$.

show(pytorch, "PyTorch's four tensors")

//: ### TensorFlow 1: i g f o, one matrix for both, and a hidden 1
//:
//: One kernel: the rows of $x$ stand above the rows of $h$, and $[x, h]$ side by side meets it. The candidate (`j` in
//: TensorFlow's code) comes **second**. And `BasicLSTMCell` adds `forget_bias`, 1 unless told otherwise, to the
//: forget gate at every call. It stands in no file. So whoever writes a file for TensorFlow 1 takes the 1 away from
//: $b_f$ before. The lesson on [its cells](chapter:basic-lstm-cell) tells what the 1 is for.

show(tensorflow, "TensorFlow 1's two tensors")

//: ### ONNX: i o f g, rows are units, both biases in one tensor
//:
//: The output gate comes second, the candidate last. Every tensor has one more axis in front, for directions; with
//: one direction its length is 1. `B` has eight blocks: four that belong to $x$, then four that belong to $h$.

show(onnx, "ONNX' three tensors", leading: [1])

//: ### MXNet: i f g o in its cells, i g f o in its own example
//:
//: `mx.rnn` and Gluon store like PyTorch under other names. Their `forget_bias` is only an initial value of the bias;
//: nothing is added later. But MXNet's well-known example `bi-lstm-sort` writes its own cell, with the same tensor
//: names, the same shapes, and other slices: *in, transform, forget, out*.

page.picture(.weights("MXNet's example bi-lstm-sort", of: example.layout, inputs: D, units: H))

//: One framework, two orders, and no shape that tells them apart.
//:
//: ### Six layouts, one output
//:
//: Each layout is now read by its own rule, by hand and by the layer. The hand follows the formulas above. The layer
//: gets the stored tensors, takes them apart by the library's table of layouts, and runs its own kernels.

let layouts = [keras, pytorch, tensorflow, onnx, mxnet, example]
let lstmWeights = CellWeights(
  kind: .lstm, kernel: .concatenated(lstm.W), recurrentKernel: .concatenated(lstm.U), bias: .concatenated(lstm.b))
let handFiles = layouts.map { tensors($0.tensors) }
let byHandAll = layouts.map { byHand($0.cell) }
let byLayerAll = zip(layouts, handFiles).map { layout, file in
  byLayer(page.weights(in: layout.layout, of: file), lstm, forgetBias: layout.forgetBias)
}
page.table(
  "h of sample 1 after the last step, unit 1",
  columns: ["stored as", "by hand", "layer"] + (isGolden ? ["the framework itself", "computed in"] : []),
  rows: layouts.indices.map { index in
    let run = run(fileOf[layouts[index].name], .lstm)
    let printed =
      !isGolden
      ? [] : run.map { [digits($0), $0.isSingle ? "single" : "double"] } ?? ["was not run", "–"]
    return [layouts[index].name, digits(of: byHandAll[index]), digits(of: byLayerAll[index])] + printed
  })

func digits(of h: Tensor<Double>) -> String { page.text(h[T - 1, 0, 0], decimals: 8) }
func digits(_ run: FrameworkRun) -> String { page.text(run.outputs[T - 1, 0, 0], decimals: run.isSingle ? 7 : 8) }

page.compare(
  "h at every step, six layouts read by hand", ("by name", Tensor.stacked(layouts.map { _ in right })),
  ("by layout", Tensor.stacked(byHandAll)), tolerance: 1e-13,
  axes: [Axis("layout", layouts.map(\.name)), "step", "sample", "unit"],
  because: "the same sums, in another order")
page.compare(
  "h at every step, six layouts", hand: Tensor.stacked(byHandAll), layer: Tensor.stacked(byLayerAll),
  tolerance: tolerance, axes: [Axis("layout", layouts.map(\.name)), "step", "sample", "unit"])

//: Six files with different numbers at different places, and one function.
//:
//: ### Two GRUs under one name
//:
//: A GRU has three blocks: update gate $z$, reset gate $r$, candidate $g$. In all five frameworks $z$ is the share of
//: the old state that is **kept**. But there are two places for the reset gate, and they make two different
//: functions. *After* the product:

let (after, before) = (weights(.gruResetAfter, gates: 3), weights(.gruResetBefore, gates: 3))
let (rightAfter, rightBefore) = (byHand(namedAfter, after), byHand(namedBefore, before))

page.formula(namedAfter.g)

//: and *before* it:

page.formula(namedBefore.g)

//: *After*, the second bias $b'_g$ stands inside the bracket, and $r$ scales it. So the two biases of the candidate
//: cannot be added into one, and a framework with one bias has no place for the function. *Before*, no choice of
//: weights gives the other function either, since $(r \odot h) W$ is not $r \odot (h W)$. Which framework can hold
//: which, asked of the library:

page.table(
  columns: ["", "reset after the product", "reset before it", "what says which"],
  rows: Framework.allCases.map { framework in
    [
      frameworkNames[framework] ?? framework.rawValue, answer(framework, resetAfter: true),
      answer(framework, resetAfter: false), switches[framework] ?? "it has only one",
    ]
  })

//: And two attempts that must be refused, with the library's own words:

let afterWeights = CellWeights(
  kind: .gru, resetAfter: true, kernel: .concatenated(after.W), recurrentKernel: .concatenated(after.U),
  bias: .concatenated(after.b), recurrentBias: .concatenated(after.bʹ))
let beforeWeights = CellWeights(
  kind: .gru, resetAfter: false, kernel: .concatenated(before.W), recurrentKernel: .concatenated(before.U),
  bias: .concatenated(before.b))

page.table(
  columns: ["from", "to", "answer"],
  rows: [
    [
      "PyTorch's GRU", "TensorFlow 1",
      refusal { _ = try afterWeights.fitted(to: WeightLayout(.tensorflow1, .gru, WeightFeatures(resetAfter: false))) },
    ],
    [
      "TensorFlow 1's GRU", "PyTorch",
      refusal { _ = try WeightLayout(.pytorch, .gru, WeightFeatures(resetAfter: false)) },
    ],
  ])

//: ## The experiment
//:
//: What does a wrong reading yield? **Expectation:** numbers that are wrong, and look right. The porter makes every **shape** fit
//: (turns matrices, cuts TensorFlow's kernel in two, adds two biases) and leaves the blocks in the order in which
//: they stand. Stored as one framework does, read as another:

let pairs = layouts.flatMap { stored in
  layouts.map { reader in
    (
      hand: byHand(
        LSTMEquations(stored.sums.split(into: 4), reader.order, forgetBias: reader.forgetBias)),
      layer: byLayer(
        misread(lstmWeights.addingForgetBias(-stored.forgetBias), stored.order, as: reader.order), lstm,
        forgetBias: reader.forgetBias)
    )
  }
}
let pairDifferences = layouts.indices.map { row in
  layouts.indices.map { apart(pairs[row * layouts.count + $0].hand, from: right) }
}

let layoutNames = layouts.map(\.name)
let shortNames = ["Keras", "PyTorch", "TF 1", "ONNX", "MXNet", "example"]
page.picture(
  .heatMap(
    title: "Stored as (down), read as (across): largest difference of h", values: pairDifferences, rowNames: shortNames,
    columnNames: shortNames, rowTitle: "stored as", columnTitle: "read as", scale: .automatic, digits: 2))

//: Keras, PyTorch and MXNet's cells have one gate order: between them it is enough that the shapes fit, and the difference is 0. All other
//: pairs differ. TensorFlow 1 and MXNet's example have one order as well, but the hidden 1 parts them.

page.compare(
  "36 readings of an LSTM", hand: Tensor.stacked(pairs.map(\.hand)), layer: Tensor.stacked(pairs.map(\.layer)),
  tolerance: tolerance,
  axes: [
    Axis("reading", layoutNames.flatMap { a in layoutNames.map { "\(a) read as \($0)" } }), "step", "sample", "unit",
  ])
page.compare(
  "pairs that agree",
  ("one order and one forget bias", layouts.flatMap { a in layouts.map { b in sameRule(a, b) ? 1 : 0 } }),
  ("h is the same", pairDifferences.joined().map { agrees($0) ? 1 : 0 }), tolerance: exactly,
  because: "yes is 1, no is 0")

//: Look at one of these readings. A bright field says which block of the file is taken for which gate: on the
//: diagonal each gate finds its own. Here is Keras' file, read as ONNX would read it:

//-
let reading = Reading(stored: keras, reader: onnx)
let readingSteps = Recurrence(input: x, states: [(h₋, reading.cell.h), (c₋, reading.cell.c)]).unrolled(
  over: (0..<T).map { MathValue(lstm.x.slice($0)) }, from: [MathValue(lstm.h0), MathValue(lstm.c0)], firstStep: 1)
let readingStates = readingSteps.map { $0[reading.cell.h] }
let readingValues = page.evaluation(of: readingStates)
page.live(
  LivePlace(
    "Choose who stores and who reads",
    choices: [
      LiveChoice("stored as", layouts.map { LivePreset($0.name, reading.stored(as: $0)) }, selected: 0),
      LiveChoice("read as", layouts.map { LivePreset($0.name, reading.read(as: $0)) }, selected: 3),
    ], results: [readingStates[T - 1]]),
  in: readingValues
) {
  page.picture(
    .heatMap(
      title: "Which block (across) is taken for which gate (down)",
      values: reading.rows.map { page.value($0, in: readingValues).scalars }, rowNames: gateNames,
      columnNames: gateNames, rowTitle: "taken for", columnTitle: "block of", scale: .unit, sources: reading.rows))
  page.picture(
    .lineChart(
      title: "h of unit 1, sample 1",
      series: [
        Picture.Series("right", (0..<T).map { right[$0, 0, 0] }, isDashed: true),
        Picture.Series("as it is read", readingStates.map { page.value($0, in: readingValues)[0, 0] })
          .following(readingStates),
      ], x: .init("step"), y: .init("h", range: -1...1)))
  page.show("h_{\(T)}", readingStates[T - 1], in: readingValues, decimals: 8)
}
page.compare(
  "Keras' file read as ONNX, with blocks moved by a matrix",
  ("moved", page.value(readingStates[T - 1], in: readingValues)),
  ("in the other order", pairs[3].hand.slice(T - 1)), tolerance: 1e-14, axes: ["sample", "unit"],
  because: "the same sums, plus products with 0")

//: ### Is a wrong reading noticed? Is it plausible?
//:
//: Two questions decide how dangerous a mistake is. A test with real numbers notices it when it moves h by more than
//: rounding can: this page asks for a ten-thousandth, a hundred times what single precision is allowed here. A human
//: notices it when the numbers look impossible. They never do: an LSTM's h is $o \odot \tanh(c)$, so whatever is read
//: as whatever, it lies between −1 and 1.

let noticeable = 0.0001

let wrongPairs = layouts.indices.flatMap { a in layouts.indices.map { (a, $0) } }
  .filter { !sameRule(layouts[$0.0], layouts[$0.1]) }
let suspects: [(name: String, h: Tensor<Double>)] = [
  ("A", pairs[3].hand), ("B", pairs[2].hand), ("C", right), ("D", pairs[3 * layouts.count].hand),
]
page.picture(
  .lineChart(
    title: "h of unit 1, sample 1: which line is right?",
    series: suspects.map { suspect in .init(suspect.name, (0..<T).map { suspect.h[$0, 0, 0] }) }, x: .init("step"),
    y: .init("h")))
checkDanger(
  "wrong pairs", wrongPairs.map { "\(shortNames[$0.0]) read as \(shortNames[$0.1])" },
  wrongPairs.map { pairs[$0.0 * layouts.count + $0.1].hand }, from: right)

//: It is C. A is Keras' file read as ONNX, B the same file read as TensorFlow 1, D is ONNX' file read as Keras.
//: Nothing in the numbers says so.

//: ### Do the shapes protect you?
//:
//: Sometimes: a program that checks shapes stops when a kernel is turned or joined. Between frameworks with one shape
//: nothing stops it. The table compares the shapes of all tensors, in order, as they are stored:

let allShapes = zip(layouts, handFiles).map { shapes($0, $1) }
page.table(
  columns: ["stored as ↓, read as →"] + shortNames,
  rows: layouts.indices.map { a in
    [shortNames[a]]
      + layouts.indices.map { b in
        allShapes[a] != allShapes[b] ? "stops" : agrees(pairDifferences[a][b]) ? "right" : "**wrong**"
      }
  })

//: Where it says *wrong*, all shapes fit and the gates do not: MXNet's example on one side, MXNet's own cells or
//: PyTorch on the other. And for every *stops* the porter writes code that makes the shapes fit. From then on nothing
//: protects them either.

//: ### Why tests do not notice
//:
//: Four blocks can stand in 24 orders, and only one is right. Read in the others, Keras' file gives an $h$ that misses by much or by little,
//: but always by enough for a test with real numbers. The appendix shows them all.
//:
//: Many frameworks test their layers with *constant* weights instead: easy to write, and blind. Give **every** weight the same
//: number, $1 / (D + H)$, and read the file in all 24 orders. Then give the forget gate's bias a 1 more, as Keras
//: does by default:

let orders = permutations(canonical)
let ordersByHand = orders.map { byHand(LSTMEquations(keras.sums.split(into: 4), $0)) }
let orderDifferences = ordersByHand.map { apart($0, from: right) }
let survivors = [0.0, 1].map { forgetBias in
  let expected = constantCell(canonical, forgetBias: forgetBias)
  return orders.count { agrees(apart(constantCell($0, forgetBias: forgetBias), from: expected)) }
}
page.table(
  columns: ["weights", "orders of 24 that give the right h"],
  rows: [
    ["all the same", "\(survivors[0])"], ["all the same, and 1 more in $b_f$", "\(survivors[1])"],
    ["those of this page", "\(orderDifferences.count(where: agrees))"],
  ])
page.compare(
  "orders that a test with constant weights lets through", ("expected", [24, 6]), ("counted", survivors),
  tolerance: exactly, axes: [Axis("forget bias", ["0", "1"])],
  because: "all blocks are equal; or only f differs, and the other three can stand in 3! = 6 orders")

//: With constant weights all 24 orders pass. With the 1 in $b_f$ six still pass, a quarter. With weights that differ one passes: the right one.

//: ### Other slips
//:
//: The order is the famous mistake. Here are the quiet ones, each of which passes every check of shapes:
//:
//: - **Blocks of $R$ not turned.** Each block of the recurrent kernel is square, $H \times H$, so nobody complains.
//: - **Reshaped instead of turned.** PyTorch's $4H \times D$ numbers poured into Keras' $D \times 4H$.
//: - **The second bias dropped.** PyTorch, MXNet and ONNX have two. In a trained file both are filled; Keras has room
//:   for one.
//: - **The forget bias never added.** TensorFlow 1's file taken as it is.
//: - **The forget bias added twice.** It is in the file's bias already, and `BasicLSTMCell` adds its own.
//: - **States exchanged.** TensorFlow 1 hands over (c, h), the other four (h, c).

page.table(
  columns: ["slip", "difference of h", "h after the last step, sample 1"],
  rows: [["none", "–", digits(right.slice(T - 1).slice(0), most: 3, decimals: 4)]]
    + slips.map {
      [$0.name, page.text(apart($0.hand, from: right)), digits($0.hand.slice(T - 1).slice(0), most: 3, decimals: 4)]
    })
page.compare(
  "six slips", hand: Tensor.stacked(slips.map(\.hand)), layer: Tensor.stacked(slips.map(\.layer)), tolerance: tolerance,
  axes: [Axis("slip", slips.map(\.name)), "step", "sample", "unit"])
checkDanger("six slips", slips.map(\.name), slips.map(\.hand), from: right)

//: ### Six slips of a GRU
//:
//: - **$z$ and $1 - z$ exchanged.** Some papers let $z$ be the share of the new. Since $1 - \sigma(a) = \sigma(-a)$,
//:   such a file is cured by changing the sign of all of $z$'s blocks, and a good one is spoilt by it.
//: - **Both biases added into one**, as is right for an LSTM. Then $r$ no longer scales $b'_g$.
//: - **The second bias dropped**, since the other framework has only one.
//: - **Reset after, run as reset before**, and
//: - **reset before, run as reset after**: the switch was forgotten, and all shapes fit.
//: - **Blocks of $R$ not turned**, square as ever.

page.table(
  columns: ["slip", "difference of h", "h after the last step", "it should be"],
  rows: gruSlips.map {
    [
      $0.name, page.text(apart($0.hand, from: $0.right)), digits($0.hand.slice(T - 1).slice(0), most: 2, decimals: 3),
      digits($0.right.slice(T - 1).slice(0), most: 2, decimals: 3),
    ]
  })
page.compare(
  "six slips of a GRU", hand: Tensor.stacked(gruSlips.map(\.hand)), layer: Tensor.stacked(gruSlips.map(\.layer)),
  tolerance: tolerance, axes: [Axis("slip", gruSlips.map(\.name)), "step", "sample", "unit"])
page.range(
  "six slips of a GRU: noticeable", of: gruSlips.map { apart($0.hand, from: $0.right) }, in: noticeable...2,
  axes: [Axis("slip", gruSlips.map(\.name))])
page.range(
  "six slips of a GRU: plausible", of: Tensor.stacked(gruSlips.map(\.hand)), in: -1...1,
  axes: [Axis("slip", gruSlips.map(\.name)), "step", "sample", "unit"])

//: Look at the second line. It is the mistake of someone who knows LSTMs well.

//: ### Whose first axis is time?
//:
//: The data has a convention, too. ONNX wants $[T, B, D]$, and so do PyTorch without `batch_first` and MXNet's Gluon;
//: Keras, TensorFlow 1 and MXNet's cells want $[B, T, D]$. Both have three axes, and any length will do: steps are
//: taken for samples. Where states begin at zero nothing complains, and the output has the shape that was hoped for:

var fromZero = lstm
(fromZero.h0, fromZero.c0) = (.zeros([B, H]), .zeros([B, H]))
var axesExchanged = lstm
axesExchanged.x = lstm.x.timeMajor
(axesExchanged.h0, axesExchanged.c0) = (.zeros([T, H]), .zeros([T, H]))
let rightFromZero = byHand(named, fromZero).timeMajor
let otherAxes = byHand(named, axesExchanged)
page.table(
  columns: ["x is read as", "shape of h", "h of sample 1 after its last step"],
  rows: [("B, T, D", rightFromZero), ("T, B, D", otherAxes)].map {
    ["$[\($0)]$", $1.shapeText, digits($1.slice(0).slice(T - 1), most: 3)]
  })
page.compare(
  "h with the axes exchanged", hand: otherAxes, layer: byLayer(lstmWeights, axesExchanged), tolerance: tolerance,
  axes: ["sample", "step", "unit"])
checkDanger("axes exchanged", ["T, B, D"], [otherAxes], from: rightFromZero)

//: ## What to remember
//:
//: - The gates stand in three orders: $i f g o$ (Keras, PyTorch, MXNet), $i g f o$ (TensorFlow 1), $i o f g$ (ONNX);
//:   a GRU has two, $z r g$ and $r z g$.
//: - No shape tells them apart, and no output looks wrong: every wrong reading lies between −1 and 1.
//: - A test sees a wrong order only if its numbers differ. Constant weights let six orders of 24 through, or all.
//:
//: ### A porter's checklist
//:
//: 1. **Which cell?** For a GRU: does the reset gate act before or after the product? If the target has only the
//:    other one, stop: no weights will do.
//: 2. **In which order do the gates stand?** Look it up in the table above, in the source of both frameworks, or in the file's
//:    producer: an example may differ from its own framework, as MXNet's does.
//: 3. **Rows or columns?** Turn $K$ *and* $R$, block by block or whole. Never reshape. $R$'s blocks are square, so no
//:    shape will remind you.
//: 4. **How many biases?** Two into one: add them, never drop one. One into two: the whole bias into one, zeros into the other, never the same bias into both. A GRU that resets
//:    after has two everywhere (in Keras two rows of one tensor): keep both apart, add nothing, set nothing to zero.
//: 5. **Is something added that stands in no file?** TensorFlow 1's forget bias. Take it away when you write for it,
//:    add it when you read from it.
//: 6. **What does $z$ keep?** The old state, in all five. For other sources, change the sign of $z$'s blocks.
//: 7. **Which state comes first?** (h, c), or (c, h) in TensorFlow 1. And which axis of the data is time?
//: 8. **Test with numbers that differ**: sizes and weights pairwise distinct, both biases filled, initial states that
//:    are not zero, two steps at least. Constant weights let six orders of 24 through, or all.
//: 9. **Compare h of every step, not its look.** Every wrong reading of this page lies between −1 and 1.
//:
//: For an implementation of your own, in any language: this puts all golden cases to it, and when numbers are wrong
//: it says which slip gives the same wrong numbers.
//:
//: ```sh
//: swift run conformance \
//:   --implementation "python3 golden/implementations/numpy_rnn.py"
//: ```
//:
//: ## Try
//:
//: - `swift run chapter-rosetta --seed 1`: other weights. The frameworks' own numbers are gone, since they ran none of
//:   these; the picture of 36 readings has its zeros at the same places.
//: - `swift run chapter-rosetta --steps 20 --seed 1`: after twenty steps wrong readings are still plausible. Time
//:   does not show them either.
//: - `swift run chapter-rosetta --scalar float`: the layers compute with seven digits, and everything still agrees.
//:   Rounding is a hundred times smaller than the smallest slip counted here.
//:
//: ## Appendix: every layout and every pair
//:
//: ### Stored by hand, by the library, and in the frameworks' files
//:
//: The library knows the layouts as data, and `convert-weights` uses them. Both must put every number in the same
//: place:

compareStoredNumbers()

//: ### The same digits in different places
//:
//: Follow unit 1 of the forget gate. In Keras its weights for $x$ are a column, in PyTorch a row; and the place
//: depends on the order:

showPlaces()

//: The bias of that unit stands at the same number in its tensor. It is the one number that is **not** the same
//: everywhere:

showForgetBias()

//: Now stay at one place and see who lives there. Number $H$ along the axis of the gates is where the second block
//: begins:

showSecondBlock()

//: Three different gates at one address. A program that copies tensors whole cannot know.
//:
//: The frameworks' own numbers, all runs that there are of these weights: cells and whole layers, in single and in
//: double precision, TensorFlow 1 with a forget bias of 0 and of 1.

compareWithFrameworks("LSTM", .lstm, right)

//: ### All 24 orders
//:
//: Keras' file, read in each order; the length of a bar is the largest difference of h:

showOrders()

//: ### Layouts of a GRU
//:
//: The whole cell that resets after the product:

for equation in [namedAfter.z, namedAfter.r, namedAfter.g, namedAfter.h] { page.formula(equation) }

//: Reset after: Keras stores two rows of biases and z r g, PyTorch r z g. ONNX has Keras' order in PyTorch's axes,
//: MXNet is PyTorch under other names.

page.picture(.weights("Keras, reset_after=True", of: gruLayout(.keras, resetAfter: true), inputs: D, units: H))
page.picture(.weights("PyTorch", of: gruLayout(.pytorch, resetAfter: true), inputs: D, units: H))
page.picture(
  .weights("ONNX, either switch", of: gruLayout(.onnx, resetAfter: true), inputs: D, units: H, leading: [1]))

//: Reset before: Keras has one row of biases, and TensorFlow 1 keeps the candidate in tensors of its own, since its
//: product must wait for $r$.

page.picture(.weights("Keras, reset_after=False", of: gruLayout(.keras, resetAfter: false), inputs: D, units: H))
page.picture(.weights("TensorFlow 1", of: gruLayout(.tensorflow1, resetAfter: false), inputs: D, units: H))

//: One line shows how TensorFlow 1 reads its two kernels: the candidate's product meets $[x_t, r_t \odot h_{t-1}]$.

page.formula(tensorflowBefore.equations(tensorflowBefore.order).g)

//: ### One output for all layouts of a GRU

let storedAfter = [kerasAfter, pytorchAfter, onnxAfter, mxnetAfter]
let storedBefore = [kerasBefore, tensorflowBefore, onnxBefore]
let afterReadings = readings(storedAfter, afterWeights, after, right: rightAfter, "reset after")
let beforeReadings = readings(storedBefore, beforeWeights, before, right: rightBefore, "reset before")
page.compare(
  "four layouts by hand, reset after", ("by name", Tensor.stacked(storedAfter.map { _ in rightAfter })),
  ("by layout", Tensor.stacked(storedAfter.map { byHand($0.equations($0.order), after) })), tolerance: 1e-13,
  axes: [Axis("layout", afterReadings.names), "step", "sample", "unit"], because: "the same sums, in another order")
page.compare(
  "three layouts by hand, reset before", ("by name", Tensor.stacked(storedBefore.map { _ in rightBefore })),
  ("by layout", Tensor.stacked(storedBefore.map { byHand($0.equations($0.order), before) })), tolerance: 1e-13,
  axes: [Axis("layout", beforeReadings.names), "step", "sample", "unit"], because: "the same sums, in another order")

//: And the frameworks' own numbers:

compareWithFrameworks("GRU, reset after", .gruResetAfter, rightAfter)
compareWithFrameworks("GRU, reset before", .gruResetBefore, rightBefore)

//: ### Wrong readings of a GRU
//:
//: Among the four that reset after, two have z first and two have r first. Read as each other, the two gates change
//: places:

showWrongReadings(afterReadings, beforeReadings)

//: All six orders of three blocks, Keras' file with the reset gate after the product:

showGRUOrders()

//: ### A simple RNN: nothing to order
//:
//: One block, so no order of gates. What is left are axes and biases:

let simple = weights(.simpleRNN, gates: 1)
let (S_x, S_h) = (symbol("W_x", .weight, simple.W[0]), symbol("W_h", .weight, simple.U[0]))
let s_b = symbol("b", .weight, simple.b[0])
let namedSimple = define("h_t", tanh(x • S_x + h₋ • S_h + onEveryRow(s_b)), .state)
page.formula(namedSimple)
let simpleLayouts = Framework.allCases.map { page.layout($0, .simpleRNN) }

compareSimpleRNN()

//: All five agree, in every reading. Two slips remain:

showSimpleSlips()

//: ### From each to each
//:
//: A conversion has four parts: turn, join or cut, **move the blocks**, and settle the biases. From the table of
//: rules follow all twenty conversions. A row of digits says which block of the source stands at each place of the
//: target, counted from 0; | means that TensorFlow 1 keeps the candidate apart:

let conversions = rules.flatMap { a in rules.filter { $0.framework != a.framework }.map { (a, $0) } }
page.table(
  "Twenty conversions",
  columns: ["from", "to", "LSTM", "GRU", "reset", "matrices", "LSTM biases", "GRU biases"],
  rows: conversions.map(recipe))

//: *Turn* is the transpose, *cut* and *join* are between the rows of $x$ and those of $h$, or between ONNX' two
//: halves of $B$. $b + b'$ and $b' = 0$ are right for an LSTM and for a GRU that resets before. A GRU that resets after keeps both its biases, wherever it goes
//: (in Keras they are the two rows of one tensor).
//:
//: The recipes are now followed by hand, with nothing but turning, cutting, moving and adding. The sources that have
//: two biases have both of them filled, as after a training, so that a lost one would show:

compareRecipes()
compareGRUBiases()

//: The library's way is the same for every pair: take the source's tensors apart into weights without conventions,
//: and store those as the target does. Here for all cells and all pairs that the frameworks allow:

compareConversions()

//: `convert-weights` does this for files, stacks and both directions included, says in one line what it found, and
//: runs both sides on seeded inputs:
//:
//: ```sh
//: swift run convert-weights --from keras --to pytorch --verify in.safetensors out.safetensors
//: ```

page.finish()
