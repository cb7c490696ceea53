import ChapterSupport
import Foundation

let pieces = Option.integer("pieces", default: 10, in: 2...20, "pieces of 14 steps in each series of the experiment")
let units = Option.integer("units", default: 10, in: 1...64, "units of the LSTM of the experiment")
let epochs = Option.integer("epochs", default: 100, in: 1...300, "rounds of training in the experiment")
let seed = Option.integer("seed", default: 1, in: 0...1_000_000, "seed of the experiment's series")
let quick = Option<Bool>.flag("quick", "a quarter of the rounds")

let page = Notebook(
  "State between batches", number: 11, question: "When is a batch a continuation?", minutes: 35,
  goals: [
    "cut long sequences into pieces so that each piece goes on where the one before ended",
    "say when the state must be set to zero, and what happens when it is not",
    "find rows in the wrong order, which no framework complains of",
  ],
  requires: ["lstm", "gradients"],
  summary:
    "Long sequences in pieces, with the state kept from batch to batch: right, and wrong without any error message.",
  parameters: [pieces, units, epochs, seed, quick])

func number(_ value: Double, _ decimals: Int = 3) -> String { page.text(value, decimals: decimals) }
func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

//: You want to train on a sequence of a hundred thousand steps: a year of measurements, a novel. It does not go in one piece. The
//: network would have to keep every step until the gradient has walked back. So the sequence is cut into pieces, and each piece is trained on by itself. But then every
//: piece begins with a state of zero, as if nothing had been before it. What the network could know from the piece before is gone.
//:
//: The cure is simple: begin a piece with the state in which the piece before it ended. The trouble is in the word *before*.

/// Two series in three pieces of two steps.
let hues: [Hue] = [.sky, .orange]
func block(_ name: String, _ rows: [(series: Int, piece: Int)]) -> Picture.Block {
  .init(
    name,
    rows.map { row in
      (0..<2).map { Picture.Element("\(row.series == 0 ? "a" : "b")\(2 * row.piece + $0 + 1)", hues[row.series]) }
    })
}
page.picture(
  .tensorLayout(
    title: "Two sequences of six steps, a and b, in three batches of two rows",
    stages: [
      .init(
        shape: "right: each row goes on with its own sequence",
        blocks: (0..<3).map { piece in block("batch \(piece)", [(0, piece), (1, piece)]) }),
      .init(
        operation: "the same six pieces in another order", shape: "wrong: one sequence after the other",
        blocks: [
          block("batch 0", [(0, 0), (0, 1)]), block("batch 1", [(0, 2), (1, 0)]), block("batch 2", [(1, 1), (1, 2)]),
        ]),
    ]))

//: ## A first look
//:
//: Take a pencil and a memory that never fails: $h_t = \max(h_{t-1}, x_t)$. It answers *has a 1 come so far?* Sequence a begins with a 1 and then has zeros. Sequence b has
//: only zeros. Fill in what the memory says, piece by piece. A row of a [batch](glossary:batch) hands its state to the same row of the next batch:

/// The answers to the pieces of a (piece 0 has the 1) and b, in the order in which they are fed.
func answers(_ batches: [[(series: Int, piece: Int)]], keepsState: Bool) -> [[String]] {
  var state = [0, 0]
  return batches.enumerated().map { number, rows in
    if !keepsState { state = [0, 0] }
    let cells = rows.enumerated().map { place, row -> String in
      let first = max(state[place], row.series == 0 && row.piece == 0 ? 1 : 0)
      state[place] = first
      let right = row.series == 0 ? 1 : 0
      return "\(row.series == 0 ? "a" : "b"), piece \(row.piece): \(first) \(first)\(first == right ? "" : " ✗")"
    }
    return ["batch \(number)"] + cells
  }
}
let inOrder: [[(series: Int, piece: Int)]] = (0..<3).map { [(0, $0), (1, $0)] }
let oneByOne: [[(series: Int, piece: Int)]] = [[(0, 0), (0, 1)], [(0, 2), (1, 0)], [(1, 1), (1, 2)]]
page.table(
  "Every piece begins with zero", columns: ["", "row 0", "row 1"], rows: answers(inOrder, keepsState: false))
page.table("The state is kept, right order", columns: ["", "row 0", "row 1"], rows: answers(inOrder, keepsState: true))
page.table(
  "The state is kept, wrong order", columns: ["", "row 0", "row 1"], rows: answers(oneByOne, keepsState: true))

//: In the first table the later pieces of a have forgotten the 1. In the second all is right. In the third, row 0 hands the memory of a to
//: a piece of b, which has never seen a 1, and the second piece of a stands beside the first and knows nothing of it. Nobody complained: the shapes are the same.

//: ## The idea
//:
//: A layer that keeps its state is called [stateful](glossary:stateful). It knows nothing of sequences. It knows **row numbers**: the state in which a row ended is
//: that with which the same row of the next batch begins. Everything else is your business:
//:
//: 1. **Order.** Each row of a batch must go on with what stood in the same row of the batch before. So pieces may not be shuffled, and every batch has the same number of rows.
//: 2. **Reset.** When the rows begin new sequences, the state must be set to zero. Nobody does it for you, and nobody warns you.
//: 3. **The gradient stops at the cut.** The state goes on, the gradient does not: training on a piece treats the state it begins with as given. This is
//:    [truncated back-propagation](glossary:truncated-backpropagation) ([@williams1990]). A piece must be long enough for what is to be *learned*; what has been learned
//:    may last longer than a piece.
//:
//: With more sequences than rows the right order is: as many sequences as a batch has rows, piece by piece; then zero; then the next ones. Here are four sequences and batches
//: of two rows:

let order = page.must(try PieceOrder.aligned(sequences: 4, pieces: 3, batchSize: 2))
func name(_ row: PieceOrder.Row) -> String { "\(["a", "b", "c", "d"][row.sequence])\(row.piece)" }
page.table(
  "The right order", columns: ["batch"] + (0..<order.batchCount).map { "\($0)" },
  rows: [["state before"] + (0..<order.batchCount).map { order.isReset(before: $0) ? "zero" : "kept" }]
    + (0..<2).map { place in
      ["row \(place)"] + (0..<order.batchCount).map { name(order.rows(of: $0)[order.rows(of: $0).startIndex + place]) }
    })

//: ## The formula and its numbers
//:
//: A piece has $n$ steps. Write $h^{(k)}_t$ for the state after step $t$ of piece $k$; pieces, rows and batches are counted from 0, as programs do. $h^{(k)}_0$ is the state with which the piece
//: begins. Three small formulas are all. The $L$ of the third is the loss of piece $k$:

page.formula(
  latex:
    #"h^{(0)}_0 = 0 \qquad h^{(k)}_0 = h^{(k-1)}_n \qquad \frac{\partial L}{\partial h^{(k-1)}_n} \leftarrow 0"#
)

//: The first is the reset, the second keeps the state, the third cuts the gradient: it is not 0, it is *taken* as 0. For an LSTM the same holds for $c$.
//: Here it is with numbers: an LSTM of three units, four sequences of six steps, pieces of two steps, batches of two rows.

//-
let stored = page.lessonNumbers("stateful_alignment")
let sample = page.must(try Sample(stored))
let whole = sample.byHand(sequences: sample.x)

//: Sequence a in pieces, **by hand**: at the end of each piece stand $h$ and $c$, and with them the next piece begins.

let walk = sample.pieces(of: 0)
for (piece, end) in walk.enumerated() {
  page.show("h^{(\(piece))}_2", end.h)
  page.show("c^{(\(piece))}_2", end.c)
}
let inPieces = order.outputs(of: sample, keepsState: true)
page.compare(
  "sequences in pieces, and whole", ("whole", order.arranged(whole, steps: 2)), ("in pieces", inPieces),
  tolerance: 1e-15,
  axes: ["row", "step", "unit"], because: "the same sums; only what is handed over is new")
let alone = order.outputs(of: sample, keepsState: false)
let lost = (alone - order.arranged(whole, steps: 2)).absolute()
page.prose(
  """
  With the state kept, the pieces give what the whole sequences give, to the last digit. Without it, only first pieces are right; the others are off by up to
  \(number(lost.scalars.max() ?? 0, 2)).
  """)
let fromLayer = order.outputs(sample.cell, sample.x)
page.compare(
  "sequences in pieces", hand: inPieces, layer: fromLayer, tolerance: 1e-14, axes: ["row", "step", "unit"])

//: ### Four wrong ways
//:
//: Now feed the same rows in other orders. Which rows are still right? A row is right when its state came from the piece before it, and that piece was right itself. That can be
//: counted without any network; the layer must agree:

let shuffledRows: [(Int, Int)] = [
  (0, 2), (2, 0), (2, 2), (0, 0), (1, 0), (1, 1), (2, 1), (3, 0), (0, 1), (1, 2), (3, 1), (3, 2),
]
var neverReset = order
neverReset.resetEvery = nil
let ways: [(name: String, key: String, order: PieceOrder)] = page.must(
  try [
    ("the right order", "right", order), ("no reset between groups", "no_reset_between_groups", neverReset),
    ("sequence by sequence", "plain_reshape", PieceOrder.sequenceBySequence(sequences: 4, pieces: 3, batchSize: 2)),
    (
      "all first pieces first", "all_first_pieces_first", PieceOrder.pieceByPiece(sequences: 4, pieces: 3, batchSize: 2)
    ),
    (
      "shuffled", "shuffled",
      PieceOrder(
        rows: shuffledRows.map { PieceOrder.Row(sequence: $0.0, piece: $0.1) }, pieces: 3, batchSize: 2, resetEvery: 3)
    ),
  ])

//-
func tryOut(_ way: PieceOrder) -> (outputs: Tensor<Double>, off: [Double]) {
  let outputs = way.outputs(sample.cell, sample.x)
  let difference = (outputs - way.arranged(whole, steps: 2)).absolute()
  return (outputs, (0..<12).map { difference.slice($0).scalars.max() ?? 0 })
}
let tried = ways.map { tryOut($0.order) }
page.picture(
  .heatMap(
    title: "How far each row is from what it should be; 0 is right", values: tried.map(\.off),
    rowNames: ways.map(\.name), columnNames: (0..<12).map { "\($0)" }, columnTitle: "row, in the order of feeding",
    scale: .automatic))
page.table(
  "Rows that are right, of 12", columns: ["order", "by counting", "by the layer", "farthest off"],
  rows: zip(ways, tried).map { way, result in
    [
      way.name, "\(way.order.rowsInPlace.count { $0 })", "\(result.off.count { $0 < 1e-12 })",
      number((result.off.max() ?? 0) < 1e-12 ? 0 : result.off.max() ?? 0, 2),
    ]
  })
page.compare(
  "rows that are right, in five orders",
  ("by counting", Tensor(ways.flatMap { $0.order.rowsInPlace.map { $0 ? 1.0 : 0 } })),
  ("by the layer", Tensor(tried.flatMap { $0.off.map { $0 < 1e-12 ? 1.0 : 0 } })), tolerance: Tolerance(),
  because: "whole numbers")

//: The second row of the picture is instructive. Only the reset is missing: the first two sequences are right, and all that comes after them is wrong, from its first step
//: on. *Sequence by sequence* is what you get when you reshape an array `[N, T, D]` to pieces without thinking. *Shuffled* is what `fit` does unless you tell it not to.

//-
if let stored {
  for (way, result) in zip(ways, tried) {
    let known = stored["alignment"]["arrangements"].named(way.key)
    page.compare(
      "\(way.name), as Keras", ("Keras", page.tensor(known["outputs"])), ("layer", result.outputs),
      tolerance: Tolerance(absolute: 1e-11, relative: 1e-10), axes: ["row", "step", "unit"], because: "rounding")
  }
}

//: ### And training?
//:
//: A wrong order *trains*. No message appears. Here are two rounds through the twelve rows, an update after each batch, in four ways. The table has the mean of the
//: losses of each round:

//-
let rounds: [(name: String, key: String, order: PieceOrder, keepsState: Bool)] = [
  ("right", "stateful", order, true), ("never reset", "stateful_never_reset", neverReset, true),
  ("state zero in every piece", "stateless_pieces", order, false),
  ("sequence by sequence", "stateful_plain_reshape", ways[2].order, true),
]
let trained = page.must(try rounds.map { try sample.trained($0.order, keepsState: $0.keepsState) })
page.table(
  "Mean squared error, mean of six batches", columns: ["order", "first round", "second round"],
  rows: zip(rounds, trained).map { way, own in
    [way.name, number(mean(Array(own.losses[..<6])), 4), number(mean(Array(own.losses[6...])), 4)]
  })
if let stored {
  let bound = Tolerance(absolute: 1e-11, relative: 1e-10)
  for (way, own) in zip(rounds, trained) {
    let known = stored["training"]["runs"].named(way.key)
    page.compare(
      "losses of twelve batches, \(way.name), as Keras",
      ("Keras", Tensor(page.numbers(known["loss_per_batch"]))), ("layer", Tensor(own.losses)),
      tolerance: bound, axes: ["batch"], because: "rounding over twelve updates")
    let weights = own.weights.map { page.tensor(known["final_weights"][$0.name]).scalars }
    page.compare(
      "all weights at the end, \(way.name), as Keras", ("Keras", Tensor(weights.flatMap(\.self))),
      ("layer", Tensor(own.weights.flatMap { $0.tensor.scalars })), tolerance: bound,
      because: "rounding over twelve updates")
  }
}

//: Four ways, and nearly the same numbers. The right order does not even have the least. Nothing in a loss says which rows were in their place.

//: What *does* a framework refuse? Here is Keras' answer to batches that do not fit:

//-
if let said = stored?["refusals_of_keras"] {
  page.table(
    columns: ["what was tried", "Keras"],
    rows: page.must(
      try said.keys().map { key in [key, try said[key].text() == "accepted" ? "accepted" : "refused"] }))
}

//: Look at the line that is accepted: a last batch of one row, where two are due. Its state is made of row 0's, and nothing is said. The number of samples should be a
//: multiple of the batch, always.

//: ## The experiment
//:
let P = page[pieces]
let best = SeriesSet.bestStatelessError(pieces: P)
page.prose(
  """
  **Task.** A series of zeros, except that its first number may be a 1. At *every* step the network must say what the first number was. The series has \(14 * P) steps and is
  cut into \(P) pieces of 14. From the second piece on there is nothing to see, so whoever does not carry the state cannot know.

  **Expectation.** How well can a network do that sees each piece by itself? A piece of zeros may belong to a series that began with 0: \(P) pieces of it look like that. Or it is
  a later piece of a series that began with 1: \(P - 1) pieces. So the best answer to zeros is $\(P - 1)/\(2 * P - 1)$, and the least possible error can be computed exactly. It is
  the share of such pieces, times the variance of what is asked there:
  """)
page.formula(
  latex:
    #"\frac{\#(2 * P - 1)}{\#(2 * P)} \cdot \frac{\#(P - 1)}{\#(2 * P - 1)} \cdot \frac{\#(P)}{\#(2 * P - 1)} = \#(number(best, 4))"#
)

let roundCount = max(page[epochs] / (page[quick] ? 4 : 1), 1)
let series = SeriesSet.firstBit(count: 75, steps: 14 * P, seed: UInt64(page[seed]))
func experiment(_ feeding: StatefulExperiment.Feeding) -> StatefulExperiment {
  var experiment = StatefulExperiment(series, pieceLength: 14, batchSize: 15, feeding: feeding)
  experiment.units = page[units]
  experiment.epochs = roundCount
  return experiment
}

//-
let ones = (0..<series.count).count { series.x[$0, 0, 0] == 1 }
let bestHere = SeriesSet.bestStatelessError(pieces: P, ones: ones, of: series.count)
page.prose(
  """
  Of the \(series.count) series that were drawn here, \(ones) begin with a 1. For just these the least possible error is \(number(bestHere, 4)).
  """)
let feedings: [(name: String, key: String, feeding: StatefulExperiment.Feeding, runs: UInt64)] = [
  ("state kept, right order", "stateful", .stateful, 4), ("state zero in every piece", "stateless", .stateless, 3),
  ("never reset", "never_reset", .neverReset, 3), ("series by series", "plain_reshape", .reshaped, 3),
]
func trainings(_ place: Int, line: Int = #line) -> [StatefulExperiment.Result] {
  page.progress("trainings", place, of: feedings.count, line: line)
  return page.runs(of: experiment(feedings[place].feeding), seeds: 1...feedings[place].runs, line: line)
}
let results = feedings.indices.map { trainings($0) }
page.picture(
  .lineChart(
    title: "Error on the training series, by round",
    series: zip(feedings, results).map { feeding, runs in
      Picture.Series(feeding.name, (0..<roundCount).map { epoch in mean(runs.map { $0.losses[epoch] }) })
    } + [
      Picture.Series(
        "best possible without a state", points: [(1, bestHere), (Double(roundCount), bestHere)], isDashed: true)
    ], x: Picture.Axis("rounds"), y: Picture.Axis("mean squared error", isLogarithmic: true)))

let torch = feedings.map { page.keepsDefaults ? page.statistics("stateful_long_memory", ["name": .text($0.key)]) : nil }
func range(_ least: Double, _ mean: Double, _ greatest: Double) -> String {
  "\(number(mean, 3)) [\(number(least, 3)), \(number(greatest, 3))]"
}
func cell(_ values: [Double]) -> String { range(values.min() ?? .nan, mean(values), values.max() ?? .nan) }
func known(_ run: ExperimentStatistics.Run?, _ key: String) -> String {
  run?.figure(key, at: 100).map { range($0.least, $0.mean, $0.greatest) } ?? ""
}
page.table(
  "Mean squared error after \(roundCount) rounds: mean [least, greatest]",
  columns: ["way", "here", "PyTorch", "here, on new series", "PyTorch, on new series"],
  rows: zip(zip(feedings, results), torch).map { own, torch in
    [
      own.0.name, cell(own.1.map { $0.losses.last ?? .nan }), known(torch, "loss_at_epoch"),
      cell(own.1.map(\.testLoss)), known(torch, "test_loss_at_epoch"),
    ]
  })

let ends = results.map { runs in runs.map { $0.losses.last ?? .nan } }
let tests = results.map { runs in runs.map(\.testLoss) }
let held = results[1].map(\.trainingLoss)
page.prose(
  """
  With the state kept the error goes to \(number(mean(ends[0]), 6)). The gradient never went further back than 14 steps, and still the network remembers over
  all \(14 * P) steps. It learned in the first piece to hold what it has seen, and a memory that does not fade in 14 steps holds on.

  Without the state no more training helps: with the weights held still, the error on the same series is \(number(mean(held), 4)), above the least possible. (In the picture, where the weights move after each
  batch, it shows a little less, \(number(mean(ends[1]), 4)): nine batches in a row have the same series, and the weights follow them.)

  **The surprise is the third line.** Never reset, the network gets *below* what is possible without a state: \(number(mean(ends[2]), 3)) on the training series. The state
  that is left in a row from the group before tells it which group comes next, because the order is the same in every round. It learns the timetable by heart. On new series, with
  another timetable, its error is between \(number(tests[2].min() ?? .nan, 2)) and \(number(tests[2].max() ?? .nan, 2)), a matter of luck; always saying one half would give 0.25. So a falling loss proves
  nothing: look at new series.
  """)

page.experiment("state kept, right order: error after 100 rounds", of: ends[0], torch[0], "loss_at_epoch", at: 100)
page.experiment(
  "state kept, right order: error on new series", of: tests[0], torch[0], "test_loss_at_epoch", at: 100)
page.experiment("never reset: error after 100 rounds", of: ends[2], torch[2], "loss_at_epoch", at: 100)
page.range(
  "state zero in every piece: never below the least possible for these series", of: held,
  in: bestHere - 1e-6...1, axes: ["run"], because: "the bound is exact; single precision rounds")
if page.keepsDefaults {
  page.range(
    "series by series: as if there were no state", of: ends[3], in: bestHere - 0.01...0.26, axes: ["run"],
    because: "3 runs of PyTorch ended between 0.243 and 0.245; which series begin with 1 is drawn")
}

//: ## What to remember
//:
//: - A stateful layer knows rows, not sequences: a row goes on in the same row of the next batch.
//: - Same number of rows in every batch, no shuffling, and a reset where new sequences begin.
//: - The state goes on over the cut, the gradient does not. A wrong order trains without an error message; only new data show it.

//: ## Try
//:
//: - `swift run chapter-stateful --pieces 20`: twice as long, and still pieces of 14. The right order should still learn it; the best possible without a state moves towards 1/4.
//: - `swift run chapter-stateful --units 1`: is one unit enough to hold a bit? It takes longer.
//: - `swift run chapter-stateful --epochs 20`: stop early. Which of the four ways could you tell apart by now?

//: ## Against the sources
//:
//: Everything here follows the fourth file of the program beside [@huet]. Its task with the first number is part C. Parts A and B train on short and on long series
//: whole, part D on long series in pieces: four random series come in, and what they were one, two or three steps ago is to come out. The program set no seed for its weights, so its losses cannot come
//: back. They are held against the range of several seeds of PyTorch, with the same data, sizes and rule (RMSprop as Keras 2 had it).

page.documented("D86", computed: [series.count, series.steps, 15, 14, page[units], page[epochs]])
let lagged = ["A_y1", "A_y1_y2_y3", "B_y1", "D_batch_8", "D_batch_16"].map { name in
  page.keepsDefaults ? page.statistics("stateful_lagged", ["name": .text(name)]) : nil
}
for (id, title, run) in zip(
  zip(
    ["D81", "D82", "D84", "D90", "D91"],
    ["part A, y1", "part A, y1 y2 y3", "part B", "part D, batches of 8", "part D, batches of 16"]),
  lagged
).map({ ($0.0, $0.1, $1) }) {
  guard let loss = run?.figure("loss"), let test = run?.figure("test_loss") else { continue }
  page.range(
    "printed losses, \(title)",
    of: Tensor([page.printed(id, "loss"), page.printed(id, "val_loss")].map { $0.scalars[0] }),
    in: [loss.range(), test.range()], named: "printed", key: id, axes: [Axis("loss", ["training", "test"])],
    because: "\(loss.seeds) seeds of PyTorch, and 4 standard deviations")
}
if let torch = torch[0], let half = torch.figure("loss_at_epoch", at: 50),
  let later = torch.figure("loss_at_epoch", at: 75),
  let halfTest = torch.figure("test_loss_at_epoch", at: 50), let laterTest = torch.figure("test_loss_at_epoch", at: 75),
  let end = torch.figure("loss_at_epoch", at: 100), let endTest = torch.figure("test_loss_at_epoch", at: 100)
{
  page.range(
    "printed losses, part C, round 56",
    of: Tensor(["loss", "val_loss"].map { page.printed("D87", $0).scalars[0] }),
    in: [
      later.range().lowerBound...half.range().upperBound, laterTest.range().lowerBound...halfTest.range().upperBound,
    ],
    named: "printed", key: "D87", axes: [Axis("loss", ["training", "test"])],
    because: "6 seeds of PyTorch after 50 and after 75 rounds, and 4 standard deviations")
  page.range(
    "printed losses, part C", of: Tensor(["loss", "val_loss"].map { page.printed("D88", $0).scalars[0] }),
    in: [end.range(), endTest.range()], named: "printed", key: "D88", axes: [Axis("loss", ["training", "test"])],
    because: "6 seeds of PyTorch, and 4 standard deviations")
}

//: Its example of a cut has 15 series of 14 steps, pieces of 7 and 3 rows a batch. Five series are printed before and after:

let example = page.must(try PieceOrder.aligned(sequences: 15, pieces: 2, batchSize: 3))
let firstFive = example.rows.filter { $0.sequence < 5 }
let (beforeCut, afterCut) = (page.printed("D85", "before"), page.printed("D85", "after"))
page.documented(
  "D85", "after", title: "the pieces in the right order",
  computed: Tensor.stacked(firstFive.map { beforeCut.slice($0.sequence).slices($0.piece * 7..<($0.piece + 1) * 7) }),
  axes: ["row", "step"])
page.documented(
  "D85", "nb_reset", title: "resets", computed: [(0..<example.batchCount).count { example.isReset(before: $0) }])

page.sources([
  "D80": .text("settings of part A; with them PyTorch was run, see D81"),
  "D81": .text("a network cannot do better than 0.0045"), "D82": .text("a network cannot do better than 0.0044"),
  "D83": .text("settings of part B; with them PyTorch was run, see D84"),
  "D84": .text("whole series: one update a round, so 500 rounds are 500 updates"),
  "D87": .text("an example of what a round prints"), "D88": .text("see the table of the experiment"),
  "D89": .text("settings of part D; with them PyTorch was run, see D90"),
  "D90": .text("state kept, reset before each group"), "D91": .text("one group, never reset"),
  "D92": .text("times of one machine; not recomputed"),
])

page.finish()
