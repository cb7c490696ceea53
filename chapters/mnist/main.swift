import DigitClassifier
import Foundation
import ChapterSupport

let data = Option.text(
  "data", "DIR", default: "fetch", "a folder with MNIST's four files, ‘fetch’ or ‘generated’")
let pictures = Option.integer(
  "pictures", default: 0, in: 0...60_000,
  "pictures to train on, 3000 for a quick look; 0 for all, which are 6,000 of generated digits")
let cell = Option<Layers.CellKind>.choice("cell", default: .lstm, "the layer that reads the rows")
let units = Option.integer("units", default: 128, in: 1...1024, "units of that layer: the length of h")
let batch = Option.integer("batch", default: 128, in: 1...4096, "pictures in a batch")
let rate = Option.number("rate", default: 0.001, in: 0.000001...1, "learning rate of Adam")
let epochs = Option.integer(
  "epochs", default: 3, in: 1...100, "rounds through all pictures, in each layout; one of all MNIST takes some seconds")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of the first weights and of the order")
let save = Option.optional(
  "save", "FILE", "write the training there, after every epoch and when Ctrl-C stops it")
let resume = Option.optional("resume", "FILE", "go on with a training that was saved")
let trace = Option.optional("trace", "FILE", "write one training step as a Chrome trace, and show its times")

let page = Notebook(
  "Handwritten digits, row by row", number: 7, question: "Can an order of pixels decide whether anything is learned?",
  minutes: 40,
  goals: [
    "lay out a batch of pictures so that each step sees one row of every picture",
    "say why a layout with the right shape may teach nothing",
    "follow one picture through the network by hand, from its rows to the loss",
  ],
  requires: ["lstm"],
  summary:
    "A recurrent network reads 28 rows of pixels: why their order decides whether it learns.",
  parameters: [pictures, cell, units, batch, rate, epochs, seed], files: [data, save, resume, trace],
  letters: ["u"])

//: A network that reads [sequences](glossary:sequence) can read pictures: give it one row of pixels at a time. A handwritten digit of 28 × 28 pixels becomes a sequence of 28
//: steps with 28 numbers each. After the last row the network says which digit it saw. It learns this well, or not at all, and the difference is one line of code that moves pixels.

//: ## A first look
//:
//: Here are the pictures:

for file in [save, trace] { page.requireWritable(file) }
let digits = loadDigits()
let subject = digits.origin.name

func loadDigits() -> Digits {
  let interrupt = Interrupt()
  defer { interrupt.end() }
  do {
    let digits = try DigitSource(page[data]).digits(pictures: page[pictures] > 0 ? page[pictures] : nil) {
      complain($0)
    } isCancelled: {
      interrupt.isRequested
    }
    if interrupt.isRequested {
      complain("stopped before the training")
      exit(130)
    }
    return digits
  } catch let error as FetchError where error.isInterrupted {
    complain("\(error)")
    exit(130)
  } catch {
    page.reject(error)
  }
}

/// A line on standard error, in the place of a progress bar that may stand there.
func complain(_ text: String) {
  let start = isatty(STDERR_FILENO) == 1 ? "\r\u{1B}[K" : ""
  FileHandle.standardError.write(Data("\(start)chapter-mnist: \(text)\n".utf8))
}

/// A picture's title says what it shows where that is not MNIST.
func titled(_ title: String) -> String { digits.isMNIST ? title : "\(title) (\(subject))" }

switch digits.origin {
case .mnist: break
case .generated:
  page.prose(
    """
    > **Generated digits.** This page was made without MNIST: a seeded program drew the digits from strokes, with random slant,
    > width, shift and noise. Its accuracies say nothing about real handwriting.
    """)
case .files:
  page.prose(
    """
    > **Other pictures.** This page was made from \(subject): four files in the form of MNIST whose content is not MNIST's. Nothing
    > that was printed of MNIST is compared with it.
    """)
}

func image(_ set: DigitSet, _ index: Int, caption: String, frame: Hue? = nil) -> Picture.PixelImage {
  Picture.PixelImage(pixels: set.pixels([index]).scalars, width: 28, caption: caption, frame: frame)
}

let firstOfEach = (0...9).compactMap { digit in digits.train.labels.firstIndex { $0 == digit } }
page.picture(
  .pixelGrid(
    title: titled("One of each digit"),
    images: firstOfEach.map { image(digits.train, $0, caption: "\(digits.train.labels[$0])") }))
page.table(
  titled("The data"), columns: ["set", "pictures", "shape", "numbers"],
  rows: [("training", digits.train), ("test", digits.test)].map { name, set in
    [name, "\(set.count)", "[\(set.count), 28, 28]", "0 … 255, divided by 255"]
  })

//: ### Which row lands where
//:
//: A batch of $B$ pictures is a tensor $[B, 28, 28]$: picture, row, column. The network wants 28 blocks, one a step,
//: and block $t$ must hold row $t$ of each picture. Three operations do it:
//:
//: 1. **transpose** the first two axes: $[28, B, 28]$;
//: 2. **reshape** to $[28 \cdot B, 28]$, all rows below one another;
//: 3. **split** into 28 blocks $[B, 28]$.
//:
//: Here they are on a batch small enough to read:

let names = ["A", "B", "C"].map { picture in
  (1...4).map { row in (1...2).map { "\(picture)\(row)\($0)" } }
}

/// The rows of the small batch, block by block, as a layout places them.
func named(_ layout: RowLayout) -> [Picture.Block] {
  (0..<4).map { t in
    Picture.Block(
      "block \(t + 1)",
      (0..<3).map { n in
        let origin = layout.origin(block: t, row: n, batchSize: 3, rows: 4)
        return elements(origin.picture, origin.row)
      })
  }
}

func elements(_ picture: Int, _ row: Int) -> [Picture.Element] {
  names[picture][row].map { Picture.Element($0, [Hue.blue, .orange, .green][picture]) }
}

let wholePictures = Picture.TensorStage(
  shape: "x: [3, 4, 2]",
  blocks: (0..<3).map { n in Picture.Block("picture \(["A", "B", "C"][n])", (0..<4).map { elements(n, $0) }) })
let turned = Picture.TensorStage(
  operation: "transpose: picture and row change places", shape: "[4, 3, 2]",
  blocks: (0..<4).map { t in Picture.Block("row \(t + 1)", (0..<3).map { elements($0, t) }) })
let flattened = Picture.TensorStage(
  operation: "reshape: all rows below one another", shape: "[12, 2]",
  blocks: [Picture.Block("", (0..<12).map { elements($0 % 3, $0 / 3) })])

page.picture(
  .tensorLayout(
    title: "The right way: with the transposition",
    stages: [
      wholePictures, turned, flattened,
      .init(operation: "split into 4", shape: "4 × [3, 2]", blocks: named(.rowsAsSteps)),
    ]))

//: There are three pictures A, B, C of four rows and two columns. Each pixel carries its own name: `B31` is the first pixel in
//: row 3 of picture B. The colour is that of the picture.
//:
//: The transposition brings the rows of one number together: first all first rows, then all second rows. The reshaping writes them
//: below one another and moves nothing. The split cuts the long column after every third line.
//:
//: Read the last line: block 1 holds the first rows of A, B and C, block 2 the second rows. The network reads the blocks
//: one after the other. Its first sequence is the first line of each block: A from top to bottom.
//:
//: The same at full size. Pixel $k$ in row $t$ of picture $n$, all counted from 1, gets the number
//: $10000\,n + 100\,t + k$, so that it says where it came from, and the three operations run on five such pictures:

let codes: [Double] = (0..<5 * 784).map { index in
  let (n, t, k) = (index / 784 + 1, index / 28 % 28 + 1, index % 28 + 1)
  return Double(10_000 * n + 100 * t + k)
}
let coded = Tensor<Double>(shape: [5, 28, 28], scalars: codes)
let blocks = RowLayout.rowsAsSteps.blocks(coded)
page.result("\(blocks.count) blocks, each \(blocks[0].shape)")
page.show(#"\mathrm{block}_3"#, blocks[2])

//: The third block holds numbers with a 3 in the place of the hundreds, row 3, and one line for each of the five pictures. For all blocks:

page.compare(
  "block t, row n is row t of picture n", ("pictures", Tensor.stacked((0..<28).map { coded.step($0) })),
  ("blocks", Tensor.stacked(blocks)), tolerance: 0, axes: ["block", "row", "column"], because: "pixels only move")

//: ### The wrong way
//:
//: Leave the transposition out. The shapes still fit: $[B, 28, 28]$ reshapes to $[28 \cdot B, 28]$ just as well, and
//: no framework complains.

let rowsInOrder = Picture.TensorStage(
  operation: "reshape", shape: "[12, 2]",
  blocks: [Picture.Block("", (0..<12).map { elements($0 / 4, $0 % 4) })])
page.picture(
  .tensorLayout(
    title: "The wrong way: without it",
    stages: [
      wholePictures, rowsInOrder,
      .init(operation: "split into 4", shape: "4 × [3, 2]", blocks: named(.withoutTranspose)),
    ]))

//: What happens? Reshaping keeps the order in which the numbers lie in memory: all of A, then all of B, then all of C. The split
//: cuts after every third line, whatever stands there. Before, the three lines were one row of each picture. Now they are three
//: rows of A.
//:
//: So block 1 holds three rows of A, and the first sequence is A1, A4, B3, C2: four rows of three pictures. The state that the network carries from step to step carries
//: nothing that helps. Besides, its answer for the first sequence is judged by the label of A.
//:
//: At full size it is worse. A block has 128 lines, and a picture has 28 rows. So the first block holds the whole of the first four pictures and
//: 16 rows of the fifth, and each sequence jumps from one picture to a far one at every step.
//:
//: The training below takes 128 pictures in a batch. The first sequences of such a batch look like this. Each picture is what the network
//: reads, from top to bottom: first in the right layout, then in the wrong one.

let B = min(page[batch], digits.train.count)
let firstBatch = Array(0..<B)
for layout in RowLayout.allCases {
  let read = DigitRows(digits.train, layout: layout).batch(firstBatch[...])
  page.picture(
    .pixelGrid(
      title: titled(layout == .rowsAsSteps ? "Read with the transposition" : "Read without it"),
      images: (0..<min(5, B)).map { n in
        .init(pixels: read.slice(n).scalars, width: 28, caption: "label \(digits.train.labels[n])")
      }))
}
let ownRows = firstBatch.map { n in
  (0..<28).count { RowLayout.withoutTranspose.origin(block: $0, row: n, batchSize: B, rows: 28).picture == n }
}
page.prose(
  """
  A count over this batch: \(ownRows.count { $0 == 0 }) of \(B) sequences hold no row at all of the picture whose label they are judged by.
  The others hold \(ownRows.max() ?? 0) of its 28 rows at most.
  """)

//: ## The idea
//:
//: Why should the wrong layout teach nothing? The network carries a state from row to row. It can use what the rows of
//: *one* picture have in common: where a stroke goes on, where it ends. Rows of 28 different pictures have nothing in
//: common, and the label by which they are judged belongs to a picture that is hardly among them. So what the state
//: holds says nothing of the answer. A network that knows nothing of the answer can still learn one thing: how often
//: each digit occurs. What do you expect its share of right answers to be?
//:
//: ## The formula and its numbers

let H = page[units]
let settings = DigitSettings(
  cell: page[cell], units: H, batchSize: page[batch], learningRate: page[rate], seed: UInt64(page[seed]))
var training = startTraining()

func startTraining() -> DigitTraining {
  guard let file = page[resume] else { return DigitTraining(settings) }
  do { return try DigitTraining(resuming: file, settings, pictures: digits.train) } catch { page.reject(error) }
}

//: One recurrent layer reads the 28 rows. The output of its last step goes through a dense layer with ten outputs,
//: one for each digit: the [logits](glossary:logits) $\hat{a}$. The [softmax](glossary:softmax) makes probabilities of
//: them. There is **one** cell, used at 28 steps with the same weights each time. How many [units](glossary:unit) it
//: has is another number, 128 unless you change it. (A batch has 128 pictures as well; the two have nothing to do with each other.)
//:
//: In the names of the weights, `0/` is the recurrent layer and `1/` the dense one. In the equations below `0/kernel`
//: is $W_x$, `0/recurrent_kernel` $W_h$, `0/bias` $b$, and the two of the dense layer are $W_y$ and $b_y$.

page.table(
  "Weights and their shapes", columns: ["weight", "shape", "numbers"],
  rows: training.model.parameters.named.map { [$0.name, "\($0.tensor.shape)", "\($0.tensor.count)"] }
    + [["all", "", "\(training.model.parameters.parameterCount)"]])

//: The equations of the cell. Vectors stand as rows, as Keras stores them. Where a cell has several parts one matrix
//: serves them all: its columns are cut into equal parts.

//-
let weights = training.model.parameters
let x = symbol("x_t", .input)
let h₋ = symbol("h_{t-1}", .state)
let c₋ = symbol("c_{t-1}", .state)

showEquations(handCell(page[cell], weights))

switch page[cell] {
case .lstm:
  page.prose(
    #"""
    The parts stand in the order of Keras, i, f, c̃, o, and the forget gate's bias is an ordinary weight that begins at 1.
    """#)
case .gru:
  page.prose(
    #"""
    The state has a product and a bias of its own, `0/recurrent_bias` or $b_h$, since the reset gate $r_t$ meets only what comes from the state.
    """#)
case .simpleRNN: page.prose("One equation is the whole cell.")
}

//: On top of the last step stands a dense layer. It needs one answer for the whole picture, so it reads the last state alone; the
//: 27 states before it are not handed on. (Keras calls that `return_sequences=False`, see [chapter 3](chapter:two-layer-rnn).)

let equationsOnTop = output(symbol("h_{28}", .state), weights)
page.formula(equationsOnTop.logits)
page.formula(equationsOnTop.p)

//: The answer $\hat{y}$ of other lessons is called $p$ here, since it is ten probabilities. The target $y$ has ten numbers as well: a 1 at the right digit and nine zeros. Such a vector is
//: called [one-hot](glossary:one-hot).

//: ## The experiment
//:
//: The loss is the [cross-entropy](glossary:cross-entropy): minus the logarithm of the probability that the network
//: gave to the right digit. It suits probabilities better than a squared error: softmax and logarithm cancel in the
//: slope, so a network that is surely wrong gets a slope near 1 and not one near 0. [Adam](glossary:adam), the rule of chapter 1, moves the
//: weights after every batch of 128 pictures. A round through all pictures is an [epoch](glossary:epoch). After each the network is tested on pictures that it has
//: never learned from.
//:
//: ### With the transposition

let interrupt = Interrupt()

/// Trains with a progress bar; Ctrl-C ends it after the running step, and `saving` keeps what was learned.
func train(_ training: inout DigitTraining, saving: Bool, line: Int = #line) {
  page.catchUp(line: line)
  var pace = TrainingPace(epochs: page[epochs], pictures: digits.train.count, batchSize: page[batch])
  page.must(
    try training.train(on: digits, epochs: page[epochs]) { now, step in
      if let text = pace.line(after: step) {
        page.progress(text, step.epoch * step.steps + step.step + 1, of: page[epochs] * step.steps, line: line)
      }
      if step.isLastOfEpoch, let accuracy = now.testAccuracies.last {
        page.reached(pace.line(ofEpoch: step, testAccuracy: accuracy), line: line)
        if saving { saveTraining(now, line: line) }
      }
      return interrupt.isRequested ? .stop : .proceed
    }, line: line)
  if saving { saveTraining(training, line: line) }
}

func saveTraining(_ training: DigitTraining, line: Int) {
  guard let file = page[save] else { return }
  page.must(try training.save(to: file, pictures: digits.train), line: line)
}

/// Every complete epoch of a training as a line of a table.
func showEpochs(of training: DigitTraining, _ title: String, line: Int = #line) {
  let history = training.run.history
  guard !history.losses.isEmpty else { return page.result("no epoch was completed", line: line) }
  page.table(
    titled(title), columns: ["epoch", "loss", "accuracy in training", "accuracy on the test set"],
    rows: training.testAccuracies.indices.map { epoch in
      ["\(epoch + 1)"]
        + [history.losses[epoch], history.metrics[epoch], training.testAccuracies[epoch]].map { page.text($0) }
    }, line: line)
}

train(&training, saving: true)
let test = page.must(try training.test(on: digits.test))
showEpochs(of: training, "Training with the transposition")
if interrupt.isRequested {
  page.result(
    "stopped after \(training.run.optimizerState.step) steps; accuracy on the test set \(page.text(test.accuracy))")
}

//: The accuracy on the test set is the share of right answers on new pictures. It is as high as in training, so the network has not learned its
//: pictures by heart. When did it pass 90 %? Cut each epoch into twenty pieces, as far as whole batches allow. Here is the end of the first piece in which the network got
//: more than 90 % of its training pictures right:

let curve = training.curve(pictures: digits.train.count)
page.result(
  curve.first { $0.accuracy > 0.9 }.map {
    "after \(page.text($0.epoch, decimals: 2)) epochs: \(page.text(100 * $0.accuracy, decimals: 1)) % of the pictures right"
  } ?? curve.map(\.accuracy).max().map { "not in this run; the best were \(page.text(100 * $0, decimals: 1)) %" }
    ?? "not in this run, which ended before the first twentieth")

//: ### The same training on the wrong layout
//:
//: Nothing changes but the transposition: the same pictures in the same order, the same first weights, the same
//: optimiser, the same number of updates.

var wrongSettings = settings
wrongSettings.layout = .withoutTranspose
var wrongTraining = DigitTraining(wrongSettings)
if !interrupt.isRequested { train(&wrongTraining, saving: false) }
interrupt.end()
if wrongTraining.run.optimizerState.step > 0 {
  showEpochs(of: wrongTraining, "Training without the transposition")
  if interrupt.isRequested { page.result("stopped after \(wrongTraining.run.optimizerState.step) steps") }
} else {
  page.result("not trained: the run was stopped before")
}
let layouts = [("with the transposition", training), ("without", wrongTraining)].filter { !$0.1.marks.isEmpty }
page.picture(
  .lineChart(
    title: titled("Accuracy in training, both layouts"),
    series: layouts.map { name, training in
      .init(name, points: training.curve(pictures: digits.train.count).map { (x: $0.epoch, y: $0.accuracy) })
    }, x: .init("epoch"), y: .init("share of pictures that were right")))
//: The upper line rises at once; the lower one never leaves the ground. That is the answer to the question of this lesson: an order of pixels decides whether
//: anything is learned. The network, its weights and its training were the same.
//:
//: Why does the wrong layout stop at these numbers? A network that cannot tell the digits apart does best by naming the most frequent one, whatever it sees. And the loss
//: of ten equal probabilities is $\ln 10 = 2.3026$. Whoever knows how often each digit occurs can get a little below it, in MNIST to 2.3012, and no lower without reading the pictures. The network learned
//: how often each digit occurs, and nothing else.

let mostFrequent: Int = (0...9).map { digit in digits.test.labels.count { $0 == digit } }.max() ?? 0
page.result(
  "always the most frequent digit: \(page.text(Double(mostFrequent) / Double(digits.test.count))) of the test set; "
    + (wrongTraining.testAccuracies.last.map { "the wrong layout reached \(page.text($0))" }
      ?? "no epoch of the wrong layout was completed"))

//: ### One picture by hand
//:
//: Now the network reads one picture of the test set, and every number is computed twice: **by hand**, from
//: the equations above, which the program evaluates in `Double`, and by **the layer**. The two share no code.

let chosen = 0
let trained = followed()

/// The training as it stands, or, where it went astray, as it began: weights so large that rounding decides cannot be
/// followed by hand.
func followed(line: Int = #line) -> DigitTraining {
  let loss = page.must(try softmaxCrossEntropy(test.logits, Labels(test.labels)), line: line).value
  guard !(loss <= 2.5) else { return training }
  page.prose(
    """
    > **This training went astray.** Its loss on the test set is \(page.text(loss)), and ten equal probabilities have 2.3026. The rate
    > \(page.text(page[rate], decimals: 6)) is too large, or there were too few steps. What follows is computed with the first weights.
    """, line: line)
  return DigitTraining(settings)
}

let label = Int(digits.test.labels[chosen])
let pixels = digits.test.pixels([chosen])
page.picture(
  .pixelGrid(
    title: titled("The picture, a \(label)"), images: [image(digits.test, chosen, caption: "label \(label)")], perRow: 3
  ))

//-
let learned = trained.model.parameters
let hand = handCell(page[cell], learned)
let sequence = (0..<28).map { MathValue(pixels.step($0).reshaped([28])) }
let steps = Recurrence(input: x, states: hand.states, outputs: hand.gates).unrolled(
  over: sequence, from: hand.states.map { _ in MathValue.zeros(H) }, firstStep: 1)
let top = output(steps[27][hand.h], learned)
let target = symbol("y", .other, MathValue((0...9).map { $0 == label ? 1 : 0 }))
let loss = define("L", crossEntropy(top.p, target), .loss)
let values = page.evaluation(of: steps.flatMap { step in (hand.gates + [hand.h]).map { step[$0] } } + [loss])
let firstInk = sequence.firstIndex { $0.elements.contains { $0 > 0 } } ?? 0

//: The first rows are paper, all zeros, and still the state moves: the biases see to that. Step 1, from the sums to the
//: new state. (What is left out goes the same way, with its own part of the sums.)

for (place, equation) in hand.equations.enumerated() where place < 2 || place >= hand.equations.count - 2 {
  page.worked(steps[0][equation], in: values)
}

//: And what the cell comes to at the first row with ink on it:

let ink = sequence[firstInk].elements.count { $0 > 0 }
page.result("row \(firstInk + 1) has \(ink) \(ink == 1 ? "pixel that is" : "pixels that are") not paper")
for equation in hand.equations.suffix(2) { page.worked(steps[firstInk][equation], in: values) }

//: The state has begun to follow the stroke. After row 28 it goes through the dense layer: ten logits, ten probabilities, and the loss. The nine zeros of the target $y$ leave
//: one number of the sum: minus the logarithm of the right digit's probability. ($\log$ is the natural logarithm, $\ln$.)

page.worked(top.logits, in: values)
page.worked(top.p, in: values)
page.worked(loss, in: values)
let p = page.value(top.p, in: values).scalars
page.picture(
  .barChart(
    title: titled("What the network thinks the \(label) is"),
    bars: (0...9).map { .init("\($0)", p[$0], hue: $0 == label ? .green : nil, text: page.text(p[$0])) }))

//: What does it think on the way? Let the dense layer read every state, not the last one alone. Before the ink begins it can only guess. Then follow the likeliest digit down the rows: the
//: network may change its mind. Each map after it has a line for each row of the picture and a column for each of the first 20 units. (A browser can compute all this for a digit that
//: you draw. To keep the page small the weights are rounded to 16 bits in this one place, three digits each.)

//-
let light = lightNetwork()

//-
/// The network with weights of 16 bits: the equations of one step, with the answer after it.
func lightNetwork() -> (cell: HandCell, answer: Formula, recurrence: Recurrence) {
  var rounded = learned
  rounded.update { _, tensor in
    tensor = Tensor(shape: tensor.shape, scalars: MathValue(tensor).roundedToHalf.elements.map { Float($0) })
  }
  let cell = handCell(page[cell], rounded)
  let answer = output(cell.h, rounded, time: "_t").p
  return (cell, answer, Recurrence(input: x, states: cell.states, outputs: cell.gates + [answer]))
}

//-
let lightSteps = light.recurrence.unrolled(
  over: sequence, from: hand.states.map { _ in MathValue.zeros(H) }, firstStep: 1)
let followedGates = Array(light.cell.gates.prefix(2))
let onTheWay = page.evaluation(of: lightSteps.flatMap { step in ([light.answer] + followedGates).map { step[$0] } })

/// A formula of all 28 steps as a picture; its numbers follow where the page is live.
func rows(_ formula: Formula, _ title: String, first: Int, columnTitle: String) -> Picture {
  let formulas = lightSteps.map { $0[formula] }
  return .heatMap(
    title: titled(title), values: formulas.map { Array(page.value($0, in: onTheWay).scalars.prefix(first)) },
    columnNames: columnTitle == "digit" ? (0...9).map { "\($0)" } : [], rowTitle: "row of the picture",
    columnTitle: columnTitle, scale: .unit, sources: formulas)
}

//-
let reading = LiveSequence(
  light.recurrence, steps: lightSteps, showing: [light.answer] + followedGates, editor: .pad, precision: .half,
  comparing: 20)
page.live(LivePlace("Draw a digit", reading), in: onTheWay) {
  page.picture(rows(light.answer, "The answer after each row", first: 10, columnTitle: "digit"))
  page.picture(lastAnswer(lightSteps[27][light.answer]))
  for gate in followedGates {
    let part = partName(gate.timelessName ?? "")
    page.picture(
      rows(gate, "\(part.prefix(1).uppercased() + part.dropFirst()) after each row", first: 20, columnTitle: "unit"))
  }
}

//: The layer gets the same weights and the same picture, and runs its own code:

let exact = trained.doubleModel
let exactPixels: Tensor<Double> = pixels.converted()
let activity = page.must(try exact.gateActivity(exactPixels))
let pass = page.pass(of: exact, exactPixels) { try softmaxCrossEntropy($0, Labels([label])) }

for (formula, layer) in zip(hand.gates + [hand.h], activity) {
  page.compare(
    "\(partName(layer.name)), 28 steps",
    hand: page.values(formula, at: steps, in: values),
    layer: layer.values.reshaped([28, H]), tolerance: 1e-13, axes: ["step", "unit"])
}
page.compare(
  "logits", hand: page.value(top.logits, in: values), layer: pass.output.reshaped([10]), tolerance: 1e-12,
  axes: ["digit"],
  because: "sums of \(H) products, some of them of size 1")
page.compare(
  "probabilities, the layer in Float", hand: page.value(top.p, in: values),
  layer: softmax(page.output(of: trained.model, pixels)).reshaped([10]), tolerance: 1e-5, axes: ["digit"],
  because: "training computes in Float, which has seven digits, and 28 steps may lose one or two")
page.compare("loss", hand: page.value(loss, in: values), layer: pass.loss, tolerance: 1e-12)

//: ### What it learned
//:
page.prose(
  hand.gates.isEmpty
    ? "The hidden state while it reads that picture: a line for each row, a column for each unit. It lies between −1 and 1."
    : """
    You have seen two gates after each row. They are shares, between 0 and 1: at 0 nothing passes, at 1 everything. Here is what they let
    through, for the same picture: the candidate, which is what a row offers, and the hidden state, which is what is known after it. Again a line
    is a row of the picture and a column a unit. Both lie between −1 and 1. While the rows are paper, the maps hardly change from line to line. From the first ink on,
    each unit goes its own way. Nobody told the units what to look for: what each of them follows was found by the training.
    """)

for (name, gate) in activity where name == "g" || name == "h" {
  let part = partName(name)
  page.picture(
    .heatMap(
      title: titled("\(part.prefix(1).uppercased() + part.dropFirst()) over the 28 rows of a \(label)"),
      values: gate.reshaped([28, H]).rowsOfDoubles.map { Array($0.prefix(20)) }, rowTitle: "row of the picture",
      columnTitle: "unit", scale: .symmetric(1)))
}
let shares = activity.filter { $0.name != "g" && $0.name != "h" }.flatMap(\.values.scalars)
page.result(
  "\(min(H, 20)) of \(H) units"
    + (shares.isEmpty
      ? "" : "; of all gates, the least \(page.text(shares.min() ?? 0)), the greatest \(page.text(shares.max() ?? 1))"))

//: Where does it still err? Who was taken for whom, on the test set: a row is the digit that was written, a column the one that was
//: named. What is right stands on the diagonal:

page.picture(.confusionMatrix(title: titled("Confusion matrix"), counts: test.confusion))
page.result(
  "\(test.rightCount) of \(digits.test.count) right: \(page.text(100 * test.accuracy, decimals: 2)) % (\(subject))")
let mistakes = (0..<100).filter { $0 / 10 != $0 % 10 }
if let most = mistakes.max(by: { test.confusion[$0 / 10][$0 % 10] < test.confusion[$1 / 10][$1 % 10] }) {
  page.prose(
    """
    The mistake that it makes most often: a \(most / 10) taken for a \(most % 10), \(test.confusion[most / 10][most % 10]) times. Look at the others that
    are frequent. Many are pairs that a hurried hand writes alike.
    """)
}

//: And the test digits it got most wrong: those to whose own digit it gave the least probability.

page.picture(
  .pixelGrid(
    title: titled("Most wrong"),
    images: test.mostWrong.prefix(10).map { index in
      image(
        digits.test, index,
        caption: "\(test.labels[index]) taken for \(test.predicted[index])", frame: .orange)
    }))

//: ## The way back
//:
//: How does the loss reach the weights? The slope of the loss along the logits is the probabilities $p$ minus the
//: target $y$. That is one line of calculus. With $k$ for the right digit, the loss is $L = -\ln p_k = -\hat{a}_k + \ln \sum_j e^{\hat{a}_j}$. The second part has the slope
//: $p_j$ along every $\hat{a}_j$, right or wrong. The first has the slope −1 along $\hat{a}_k$ alone. For every digit together:

page.formula(latex: #"\frac{\partial L}{\partial \hat{a}} = p - y"#)

//: Read it as a wish: the logit of the right digit is to grow, by as much as its probability falls short of
//: 1; all others are to shrink, each by its own probability. The chain rule takes this wish from there through 28 steps back to every weight.

let gradients = page.gradients(of: loss, in: values)
page.show(#"\partial L / \partial \hat{a}"#, page.gradient(top.logits, gradients), decimals: 6)
page.compare(
  "p − y", ("p − y", page.value(top.p, in: values) - page.value(target, in: values)),
  ("chain rule", page.gradient(top.logits, gradients)), tolerance: 1e-13, axes: ["digit"])
page.compare(
  "gradient of W_y", hand: page.gradient(top.W, gradients), layer: pass.parameters["1/kernel"], tolerance: 1e-13,
  axes: ["row", "column"])
page.compare(
  "gradient of W_h, through 28 steps", hand: page.gradient(hand.W_h, gradients),
  layer: pass.parameters["0/recurrent_kernel"], tolerance: 1e-12, axes: ["row", "column"],
  because: "28 steps of sums over \(H) units")

//: ## What to remember
//:
//: - A shape that fits is no proof of a right layout. Give pixels names and look where they land.
//: - A recurrent network learns from what its steps have in common. Without the transposition they have nothing in
//:   common.
//: - $p - y$: the slope along the logits is the simplest formula of the whole network.
//:
//: ## Try
//:
//: - `swift run chapter-mnist --data generated --units 2`: digits drawn by a program, and two numbers of state. They
//:   are too few to tell ten digits apart: after three epochs less than a quarter of the answers is right. With 128
//:   units it is more than three quarters.
//: - `swift run chapter-mnist --data generated --cell simple-rnn`: 28 steps are not many, and the simple RNN learns
//:   these digits about as well as the LSTM. The wrong layout stays at a blind guess with every cell.
//: - `swift run chapter-mnist --save digits.safetensors`, then Ctrl-C, then `--resume digits.safetensors`: the
//:   training goes on where it was stopped, with the same numbers as without the stop.
//:
//: ## Appendix: one training step, operation by operation
//:
//: For readers who ask where the time goes. The first step of the training is written once more, with the plain tensor operations and
//: none of the layer's code, and each operation notes when it ran and on what shapes. The names are TensorFlow's.

let beginning = DigitTraining(settings)
let batchPictures = DigitRows(digits.train).batch(firstBatch[...])
let batchLabels = digits.train.targets.batch(firstBatch[...])
let traced = tracedStep()
let own = page.pass(of: beginning.model, batchPictures) { try softmaxCrossEntropy($0, batchLabels) }
page.compare(
  "loss: operation by operation, and the layer", ("operations", traced.loss), ("layer", own.loss), tolerance: 1e-6)
for (name, gradient) in own.parameters.named {
  page.compare(
    "gradient of \(name): operations, and the layer", ("operations", traced.gradient[name]), ("layer", gradient),
    tolerance: 1e-6, axes: gradient.rank == 2 ? ["row", "column"] : ["column"],
    because: "the same sums in Float, in another order")
}

switch page[cell] {
case .lstm:
  page.prose(
    """
    The operations of one step of the cell, forward. The same pattern returns at every step: the product of all gates, the
    bias, the split into gates, then what each gate does. The candidate is called g here.
    """)
case .gru:
  page.prose(
    """
    The operations of one step of the cell, forward. There are two products of all gates, each with its
    bias and its split into gates, then what each gate does. The candidate is called g here.
    """)
case .simpleRNN:
  page.prose(
    """
    The operations of one step of the cell, forward: the product, the bias, and tanh. The same three return at
    every step.
    """)
}

let events = traced.trace.events
let firstStep = events.firstIndex { $0.name == "step 1" } ?? 0
page.table(
  "One step of the cell", columns: ["part", "operation", "inputs", "output"],
  rows: operations(inside: firstStep))

//: And how many operations a whole training step takes. The arithmetic is almost all in the products; everything else
//: moves numbers.

let totals = traced.trace.totals { $0["inputs"] != nil }
page.table(
  "All operations of one training step", columns: ["operation", "times", "floating-point operations"],
  rows: totals.sorted { $0.name < $1.name }.map { total in
    [total.name, "\(total.count)", total.flops > 0 ? "\(total.flops)" : ""]
  })

//: Times differ from run to run and from machine to machine. A plain run leaves them out; a run with `--trace FILE` shows
//: them, as they were on that machine, and FILE holds the step in the Trace Event Format. Load that file in `chrome://tracing` or in
//: Perfetto and click on an operation to see its shapes.

page.write(traced.trace.chromeTrace(process: "chapter-mnist"), to: trace)
if page[trace] != nil { showTimes(line: #line) }

//: Each operation reads its operands from memory and writes a new tensor. The layer does not: it takes a few units
//: through the whole step while their numbers are still in registers. That is why the same step takes it about half
//: of the time, and why this chapter trains by the layer.

//: ## Against the sources
//:
//: An article on TensorFlow's LSTM makes three claims [@frankwang]: the layout needs a transposition; with it the
//: accuracy passes 90 % after about ten rounds, without it it stays at about 10 %; a timeline shows where the time
//: goes. It counts “rounds” and does not say how long one is. Its cells are TensorFlow's, whose parts stand in the
//: order i, j, f, o.

if !shares.isEmpty {
  page.compare(
    "gates lie between 0 and 1", ("moved between 0 and 1", shares.map { min(max($0, 0), 1) }), ("gates", shares),
    tolerance: 0, because: "a number that lies there is not moved")
}
page.documented("D49", computed: Array(coded.shape.dropFirst()))
page.documented("D50", computed: blocks.count)

/// What was printed of MNIST stands beside the accuracy of a whole training on MNIST, and beside no other.
let rightIsCompared = digits.isMNIST && !interrupt.isRequested
if rightIsCompared {
  page.range(
    "accuracy in percent, above 90", of: 100 * test.accuracy, in: 90...100, key: "D52",
    because: "the text says “above 90 %”")
}

let wrongIsCompared = digits.isMNIST && !interrupt.isRequested
if wrongIsCompared, let accuracy = wrongTraining.testAccuracies.last {
  page.documented(
    "D51", "accuracy without the transposition in percent", printed: "10", computed: 100 * accuracy, within: 3,
    because: "the text says “about 10 %”; the most frequent digit is 11.35 % of MNIST's test set")
}

let notCompared = "not compared: " + (digits.isMNIST ? "the training was stopped" : "these are \(subject)")
page.sources([
  "D51": .text(wrongIsCompared ? "" : notCompared),
  "D52": .text(rightIsCompared ? "" : notCompared),
  "D53": shares.isEmpty ? .text("this cell has no gates") : .shown(by: "gates lie between 0 and 1"),
  "D54": .text(
    (page[cell] == .lstm ? "told under “The formula and its numbers”; " : "this cell is no LSTM; ")
      + "`chapter-basic-lstm-cell` computes with it"),
])

page.finish()
