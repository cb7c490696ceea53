import ChapterSupport

let units = Option.integer("units", default: 4, in: 3...32, "units of every cell: the length of h")
let inputs = Option.integer("inputs", default: 3, in: 2...32, "features of each step of the input")
let steps = Option.integer("steps", default: 4, in: 2...32, "steps of the sequences")
let seed = Option.integer(
  "seed", default: 0, in: 0...1_000_000,
  "seed of the weights; 0 takes those that the frameworks ran, where the sizes fit")
let scalar = ScalarChoice.option()

let page = Notebook(
  "One set of weights, five frameworks", number: 8,
  summary:
    "One cell as Keras, TensorFlow 1, PyTorch, ONNX and MXNet store it, and what every wrong reading yields.",
  parameters: [units, inputs, steps, seed, scalar],
  symbols: ["i": .blue, "f": .orange, "g": .green, "o": .purple, "c": .yellow, "h": .sky, "z": .orange, "r": .blue])

let (D, H, T, B) = (page[inputs], page[units], page[steps], 2)
let exactly = Tolerance()
let tolerance = page[scalar].tolerance

//: Someone carries a trained network from one framework to another. Every tensor loads, every shape fits, the outputs are
//: reasonable numbers between −1 and 1. And they are wrong, because the second framework has its gates in another order.
//: Nothing says so.
//:
//: This chapter is for whoever ports recurrent layers. It takes **one set of weights**, lays it out as five frameworks
//: do, reads each layout by its own rules, and finds **the same numbers** five times, the numbers that the
//: frameworks themselves gave. Then it makes every mistake on purpose, and measures it.
//:
//: You should know the cells: `swift run chapter-lstm` and `swift run chapter-gru` compute them step by step.

/// What the frameworks made of these weights; empty where `golden` is not beside the program.
let runs: [CellVariant: [FrameworkRun]] = page.must(
  try FrameworkRun.areAtHand
    ? Dictionary(uniqueKeysWithValues: CellVariant.all.map { ($0, try FrameworkRun.load($0)) }) : [:])

/// The frameworks ran weights of one size; with another size or seed this chapter draws its own.
let isGolden =
  page[seed] == 0 && !runs.isEmpty
  && runs.values.allSatisfy { $0[0].x.shape == [T, B, D] && $0[0].h0.shape == [B, H] }

//: ## The weights by name
//:
//: A cell has, for each gate, a matrix that meets the input, a matrix that meets the state, and a bias. An LSTM has four
//: gates: input $i$, forget $f$, candidate $g$, output $o$. These twelve names are all that the function needs to know.

/// The weights of one cell by name, and a sequence to run it on. Gates stand in the order of `CellKind.gates`.
struct NamedWeights {
  /// `[T, B, D]`, and the states before the first step, `[B, H]`.
  var x, h0, c0: Tensor<Double>
  /// W_gx `[D, H]`, W_gh `[H, H]`, b_g and b'_g `[H]` of every gate g.
  var W, U, b, bʹ: [Tensor<Double>]
}

/// The weights that all frameworks were given; they stand in Keras' file in the order of `CellKind.gates`.
func golden(_ keras: FrameworkRun, gates: Int) -> NamedWeights? {
  guard let kernel = keras["kernel"], let recurrent = keras["recurrent_kernel"], let bias = keras["bias"] else {
    return nil
  }
  let none = Tensor<Double>.zeros([gates * H])
  let (b, bʹ) = bias.rank == 2 ? (bias.slice(0), bias.slice(1)) : (bias, none)
  return NamedWeights(
    x: keras.x, h0: keras.h0, c0: keras.c0 ?? .zeros([B, H]), W: kernel.split(into: gates),
    U: recurrent.split(into: gates), b: b.split(into: gates), bʹ: bʹ.split(into: gates))
}

var generator = RandomGenerator(seed: UInt64(page[seed]))

/// Multiples of 1/1024, which `Float` and `Double` hold and add without rounding.
func random(_ shape: Int..., within limit: Double) -> Tensor<Double> {
  Tensor<Double>.uniform(shape, -limit, limit, using: &generator).map { ($0 * 1024).rounded() / 1024 }
}

/// Weights that neither saturate a gate nor let a state explode, whatever the sizes.
func drawn(gates: Int, twoBiases: Bool) -> NamedWeights {
  let (forInput, forState) = (min(0.8, 1.4 / Double(D).squareRoot()), min(0.8, 1.2 / Double(H).squareRoot()))
  return NamedWeights(
    x: random(T, B, D, within: 0.8), h0: random(B, H, within: 0.8), c0: random(B, H, within: 0.8),
    W: (0..<gates).map { _ in random(D, H, within: forInput) },
    U: (0..<gates).map { _ in random(H, H, within: forState) }, b: (0..<gates).map { _ in random(H, within: 0.8) },
    bʹ: (0..<gates).map { _ in twoBiases ? random(H, within: 0.8) : .zeros([H]) })
}

func weights(_ variant: CellVariant, gates: Int) -> NamedWeights {
  let own = drawn(gates: gates, twoBiases: variant == .gruResetAfter)
  guard isGolden, let keras = runs[variant]?.first else { return own }
  return golden(keras, gates: gates) ?? own
}

let lstm = weights(.lstm, gates: 4)

let gateNames = ["i", "f", "g", "o"]
func four(_ weights: [Tensor<Double>], _ name: (String) -> String) -> (Formula, Formula, Formula, Formula) {
  let all = zip(gateNames, weights).map { symbol(name($0), .weight, $1) }
  return (all[0], all[1], all[2], all[3])
}
let (W_ix, W_fx, W_gx, W_ox) = four(lstm.W) { "W_{\($0)x}" }
let (W_ih, W_fh, W_gh, W_oh) = four(lstm.U) { "W_{\($0)h}" }
let (b_i, b_f, b_g, b_o) = four(lstm.b) { "b_\($0)" }

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

/// The first numbers of a vector, six digits each.
func digits(_ vector: Tensor<Double>, most: Int = 4) -> String {
  let shown = vector.scalars.prefix(most).map { page.text($0, decimals: 6) }.joined(separator: " ")
  return vector.count > most ? shown + " …" : shown
}

if isGolden {
  page.prose(
    """
    The numbers are not this project's. All five frameworks were given these weights, and `golden/reference/rosetta_*.json`
    holds what each of them made of it. There are \(B) sequences of \(T) steps. All numbers are multiples of 1/64, so they are
    exact in single precision, too. Look at the eight numbers of the last column: they will come back in every layout, at another place.
    """)
} else {
  page.prose(
    """
    \(runs.isEmpty ? "The frameworks' files are not beside this program, so the" : "With these parameters the") weights are drawn from seed
    \(page[seed]), as multiples of 1/1024. **What the frameworks printed for other weights does not apply** and is left out; everything
    computed by hand is still compared with the layers. There are \(B) sequences of \(T) steps.
    """)
}

//: The function, in terms of the names. Samples are rows, and $\mathbf{1} b$ puts the bias on every row:

let x = symbol("x_t", .input)
let h₋ = symbol("h_{t-1}", .state)
let c₋ = symbol("c_{t-1}", .state)

/// The equations of an LSTM, from the four sums before the gates' functions.
struct LSTMEquations {
  let i, f, g, o, c, h: Formula

  /// - Parameters:
  ///   - sums: one a gate, `[B, H]`, in any order.
  ///   - order: which gate each of them is taken for.
  init(_ sums: [Formula], _ order: [Gate], forgetBias: Double = 0) {
    func sum(_ gate: Gate) -> Formula { sums[order.firstIndex(of: gate) ?? 0] }
    i = define("i_t", sigmoid(sum(.i)), .gate)
    f = define("f_t", sigmoid(forgetBias == 0 ? sum(.f) : sum(.f) + Formula(forgetBias)), .gate)
    g = define("g_t", tanh(sum(.g)), .gate)
    o = define("o_t", sigmoid(sum(.o)), .gate)
    c = define("c_t", f ⊙ c₋ + i ⊙ g, .state)
    h = define("h_t", o ⊙ tanh(c), .state)
  }
}

let canonical: [Gate] = [.i, .f, .g, .o]
let named = LSTMEquations(
  [
    x • W_ix + h₋ • W_ih + onEveryRow(b_i), x • W_fx + h₋ • W_fh + onEveryRow(b_f),
    x • W_gx + h₋ • W_gh + onEveryRow(b_g), x • W_ox + h₋ • W_oh + onEveryRow(b_o),
  ], canonical)
for equation in [named.i, named.f, named.g, named.o, named.c, named.h] { page.formula(equation) }

/// A state at every step, `[T, B, H]`, by the formulas.
func byHand(_ h: Formula, states: [(Formula, Formula)], from initial: [Tensor<Double>], _ own: NamedWeights) -> Tensor<
  Double
> {
  let recurrence = Recurrence(input: x, states: states)
  let steps = recurrence.unrolled(
    over: (0..<own.x.shape[0]).map { MathValue(own.x.slice($0)) }, from: initial.map { MathValue($0) }, firstStep: 1)
  let all = page.evaluation(of: steps.map { $0[h] })
  return page.values(h, at: steps, in: all)
}

func byHand(_ cell: LSTMEquations, _ own: NamedWeights = lstm) -> Tensor<Double> {
  byHand(cell.h, states: [(h₋, cell.h), (c₋, cell.c)], from: [own.h0, own.c0], own)
}

let right = byHand(named)
page.show("h_{\(T)}", right.slice(T - 1), decimals: 10)

//: One row a sample. These numbers are the target: whatever stores the weights, and in whatever order, must give them.

//: ## Five layouts of one LSTM
//:
//: A framework joins the four gates, so that one product does for all. Which gate comes first, whether a column or a row is a unit, whether
//: $x$ and $h$ share a matrix, how many biases there are: each has its own answer. Below, $K$ is what meets the input, $R$ what meets the
//: state, and blocks have the colours of their gates.

/// A framework's tensors made of the named weights by hand, and its rule for the sums before the gates' functions.
struct Stored {
  var name: String
  /// The framework's layout as the library knows it; the hand does not use it.
  var layout: WeightLayout
  /// Under the names of the framework, in its order.
  var tensors: [(name: String, formula: Formula)]
  /// Side by side, `[B, 4H]`.
  var sums: Formula
  var order: [Gate]
  var forgetBias = 0.0

  var cell: LSTMEquations { LSTMEquations(sums.split(into: 4), order, forgetBias: forgetBias) }
}

//: ### Keras: i f g o, columns are units

let kerasLayout = page.layout(.keras, .lstm)
let kerasK = define("K", concatenate(W_ix, W_fx, W_gx, W_ox), .weight)
let kerasR = define("R", concatenate(W_ih, W_fh, W_gh, W_oh), .weight)
let kerasB = define("b", concatenate(b_i, b_f, b_g, b_o), .weight)
for equation in [kerasK, kerasR, kerasB] { page.formula(equation) }
page.picture(.weights("Keras' three tensors", of: kerasLayout, inputs: D, units: H))

//: To read: one sum of all blocks, cut into four equal parts from the left.

let kerasSums = define("s_t", x • kerasK + h₋ • kerasR + onEveryRow(kerasB))
page.formula(kerasSums)
page.formula(latex: #"[s_i, s_f, s_g, s_o] = \mathrm{split}(s_t, 4)"#)
let keras = Stored(
  name: "Keras", layout: kerasLayout,
  tensors: [("kernel", kerasK), ("recurrent_kernel", kerasR), ("bias", kerasB)], sums: kerasSums,
  order: [.i, .f, .g, .o])

//: ### PyTorch: i f g o, rows are units, two biases
//:
//: The same order, but every matrix is turned: a row belongs to a unit. And there are two biases, one beside each product,
//: though only their sum matters to an LSTM. Beware of the names: PyTorch's `weight_ih` means *input to hidden*, all four gates of it;
//: it is not this page's $W_{ih}$, the input **gate**'s matrix for $h$.

let nothing = symbol("0", .weight, Tensor<Double>.zeros([4 * H]))
let pytorchLayout = page.layout(.pytorch, .lstm)
let pytorchK = define(
  "K", stack(transpose(W_ix), transpose(W_fx), transpose(W_gx), transpose(W_ox)), .weight)
let pytorchR = define(
  "R", stack(transpose(W_ih), transpose(W_fh), transpose(W_gh), transpose(W_oh)), .weight)
let pytorchB = define("b", concatenate(b_i, b_f, b_g, b_o), .weight)
let pytorchBʹ = define("b'", nothing, .weight)
for equation in [pytorchK, pytorchR, pytorchB, pytorchBʹ] { page.formula(equation) }
page.picture(.weights("PyTorch's four tensors", of: pytorchLayout, inputs: D, units: H))

//: To read, turn back:

let pytorchSums = define(
  "s_t",
  x • transpose(pytorchK) + onEveryRow(pytorchB) + (h₋ • transpose(pytorchR) + onEveryRow(pytorchBʹ)))
page.formula(pytorchSums)
page.formula(latex: #"[s_i, s_f, s_g, s_o] = \mathrm{split}(s_t, 4)"#)
let pytorch = Stored(
  name: "PyTorch", layout: pytorchLayout,
  tensors: [("weight_ih", pytorchK), ("weight_hh", pytorchR), ("bias_ih", pytorchB), ("bias_hh", pytorchBʹ)],
  sums: pytorchSums, order: [.i, .f, .g, .o])

//: ### TensorFlow 1: i g f o, one matrix for both, and a hidden 1
//:
//: One kernel: the rows of $x$ stand above the rows of $h$, and $[x, h]$ side by side meets it. The candidate (`j` in TensorFlow's code)
//: comes **second**. And `BasicLSTMCell` adds `forget_bias`, 1 unless told otherwise, to the forget gate at every call. It stands in no
//: file. So whoever writes a file for TensorFlow 1 takes the 1 away from $b_f$ before.

let tensorflowLayout = page.layout(.tensorflow1, .lstm)
let tensorflowK = define(
  "K", stack(concatenate(W_ix, W_gx, W_fx, W_ox), concatenate(W_ih, W_gh, W_fh, W_oh)), .weight)
let tensorflowB = define("b", concatenate(b_i, b_g, b_f - 1, b_o), .weight)
for equation in [tensorflowK, tensorflowB] { page.formula(equation) }
page.picture(.weights("TensorFlow 1's two tensors", of: tensorflowLayout, inputs: D, units: H))

let tensorflowSums = define("s_t", concatenate(x, h₋) • tensorflowK + onEveryRow(tensorflowB))
page.formula(tensorflowSums)
page.formula(latex: #"[s_i, s_g, s_f, s_o] = \mathrm{split}(s_t, 4), \quad f_t = \sigma(s_f + 1)"#)
let tensorflow = Stored(
  name: "TensorFlow 1", layout: tensorflowLayout, tensors: [("kernel", tensorflowK), ("bias", tensorflowB)],
  sums: tensorflowSums, order: [.i, .g, .f, .o], forgetBias: 1)

//: ### ONNX: i o f g, rows are units, both biases in one tensor
//:
//: The output gate comes second, the candidate last. Every tensor has one more axis in front, for directions; with one direction its
//: length is 1. `B` has eight blocks: four that belong to $x$, then four that belong to $h$.

let onnxLayout = page.layout(.onnx, .lstm)
let onnxW = define("W", stack(transpose(W_ix), transpose(W_ox), transpose(W_fx), transpose(W_gx)), .weight)
let onnxR = define("R", stack(transpose(W_ih), transpose(W_oh), transpose(W_fh), transpose(W_gh)), .weight)
let onnxB = define("B", concatenate(concatenate(b_i, b_o, b_f, b_g), nothing), .weight)
for equation in [onnxW, onnxR, onnxB] { page.formula(equation) }
page.picture(.weights("ONNX' three tensors", of: onnxLayout, inputs: D, units: H, leading: [1]))

let onnxBiases = onnxB.split(into: 2)
let onnxSums = define(
  "s_t",
  x • transpose(onnxW) + h₋ • transpose(onnxR) + onEveryRow(onnxBiases[0]) + onEveryRow(onnxBiases[1]))
page.formula(onnxSums)
page.formula(latex: #"[s_i, s_o, s_f, s_g] = \mathrm{split}(s_t, 4)"#)
let onnx = Stored(
  name: "ONNX", layout: onnxLayout, tensors: [("W", onnxW), ("R", onnxR), ("B", onnxB)], sums: onnxSums,
  order: [.i, .o, .f, .g])

//: ### MXNet: i f g o in its cells, i g f o in its own example
//:
//: `mx.rnn` and Gluon store like PyTorch under other names. Their `forget_bias` is only an initial value of the bias; nothing is added later.
//: But MXNet's well-known example `bi-lstm-sort` writes its own cell, with the same tensor names, the same shapes, and the slices
//: *in, transform, forget, out*:
//:
//: ```python
//: in_gate = mx.sym.Activation(slice_gates[0], act_type="sigmoid")
//: in_transform = mx.sym.Activation(slice_gates[1], act_type="tanh")
//: forget_gate = mx.sym.Activation(slice_gates[2], act_type="sigmoid")
//: out_gate = mx.sym.Activation(slice_gates[3], act_type="sigmoid")
//: ```

let mxnetLayout = page.layout(.mxnet, .lstm)
page.picture(.weights("mx.rnn and Gluon", of: mxnetLayout, inputs: D, units: H))
page.picture(.weights("MXNet's example bi-lstm-sort", of: .biLSTMSort, inputs: D, units: H))

let mxnet = Stored(
  name: "MXNet", layout: mxnetLayout,
  tensors: [("i2h_weight", pytorchK), ("h2h_weight", pytorchR), ("i2h_bias", pytorchB), ("h2h_bias", pytorchBʹ)],
  sums: pytorchSums, order: [.i, .f, .g, .o])
let exampleK = define("K", stack(transpose(W_ix), transpose(W_gx), transpose(W_fx), transpose(W_ox)), .weight)
let exampleR = define("R", stack(transpose(W_ih), transpose(W_gh), transpose(W_fh), transpose(W_oh)), .weight)
let exampleB = define("b", concatenate(b_i, b_g, b_f, b_o), .weight)
let exampleSums = define(
  "s_t", x • transpose(exampleK) + onEveryRow(exampleB) + (h₋ • transpose(exampleR) + onEveryRow(nothing)))
let example = Stored(
  name: "MXNet's example", layout: .biLSTMSort,
  tensors: [("i2h_weight", exampleK), ("h2h_weight", exampleR), ("i2h_bias", exampleB), ("h2h_bias", nothing)],
  sums: exampleSums, order: [.i, .g, .f, .o])

//: One framework, two orders, and no shape that tells them apart.

let layouts = [keras, pytorch, tensorflow, onnx, mxnet, example]

//: ### Stored by hand, by the library, and in the frameworks' files
//:
//: The library knows the layouts as data, and `convert-weights` uses them. Both must put every number in the same place:

/// The tensors of a layout as the hand stores them, under the framework's names.
func tensors(_ stored: [(name: String, formula: Formula)]) -> [(name: String, tensor: Tensor<Double>)] {
  let values = page.evaluation(of: stored.map(\.formula))
  return stored.map { ($0.name, page.value($0.formula, in: values)) }
}

/// All numbers of some tensors, one after the other.
func flat(_ tensors: [(name: String, tensor: Tensor<Double>)]) -> [Double] { tensors.flatMap(\.tensor.scalars) }

let lstmWeights = CellWeights(
  kind: .lstm, kernel: .concatenated(lstm.W), recurrentKernel: .concatenated(lstm.U), bias: .concatenated(lstm.b))
let handFiles = layouts.map { tensors($0.tensors) }
let libraryFiles = page.must(
  try layouts.map { try $0.layout.encode(lstmWeights.addingForgetBias(-$0.forgetBias).fitted(to: $0.layout)) })
page.compare(
  "six layouts, every stored number", ("by hand", handFiles.flatMap(flat)),
  ("by the library", libraryFiles.flatMap(flat)),
  tolerance: exactly, because: "numbers move, nothing is computed; b − 1 is exact for such short numbers")

/// The file of a framework's run that belongs to a layout.
let fileOf = [
  "Keras": "keras_f64", "PyTorch": "torch_cell_f64", "TensorFlow 1": "tf1_basic_fb1", "ONNX": "onnxruntime",
  "MXNet": "mxnet_cell",
]
func run(_ name: String?, _ variant: CellVariant) -> FrameworkRun? {
  runs[variant]?.first { $0.name == name }
}

if isGolden {
  for (layout, file) in zip(layouts, handFiles) {
    guard let run = run(fileOf[layout.name], .lstm) else { continue }
    // Each tensor of the framework's file, found by its name.
    let theirs = file.map { run[$0.name] ?? .zeros([0]) }
    page.compare(
      "the file that \(run.version) ran", ("its file", theirs.flatMap(\.scalars)), ("by hand", flat(file)),
      tolerance: exactly, because: "what the framework was given, number for number")
  }
}

//: ## The same digits in different places
//:
//: Follow unit 1 of the forget gate. In Keras its weights for $x$ are a column, in PyTorch a row; and the place depends on the order:

/// Row or column, counted from 0, where the block of a gate begins.
func start(of gate: Gate, in layout: Stored) -> Int { (layout.order.firstIndex(of: gate) ?? 0) * H }

/// A column of units, or a row, of the tensor at `index` of a layout.
func strip(_ place: Int, of tensor: Tensor<Double>, in layout: Stored) -> Tensor<Double> {
  layout.layout.entries[0].isTransposed ? tensor.slice(place) : tensor.transposed.slice(place)
}

func place(_ place: Int, _ file: (name: String, tensor: Tensor<Double>), rows: Range<Int>, in layout: Stored) -> String
{
  if layout.layout.entries[0].isTransposed {
    return layout.name == "ONNX" ? "`\(file.name)[0, \(place), :]`" : "`\(file.name)[\(place), :]`"
  }
  let isWhole = rows.count == file.tensor.rows
  return "`\(file.name)[\(isWhole ? ":" : "\(rows.lowerBound):\(rows.upperBound)"), \(place)]`"
}

/// The file, the tensor and the rows where the weights for x or for h stand; TensorFlow 1 has both in one.
func side(_ isState: Bool, _ layout: Stored, _ file: [(name: String, tensor: Tensor<Double>)]) -> (
  tensor: (name: String, tensor: Tensor<Double>), rows: Range<Int>
) {
  let size = isState ? H : D
  guard layout.name == "TensorFlow 1" else { return (file[isState ? 1 : 0], 0..<size) }
  return (file[0], isState ? D..<D + H : 0..<D)
}

func found(_ gate: Gate, isState: Bool, _ layout: Stored, _ file: [(name: String, tensor: Tensor<Double>)]) -> (
  place: String, numbers: Tensor<Double>
) {
  let (tensor, rows) = side(isState, layout, file)
  let at = start(of: gate, in: layout)
  return (place(at, tensor, rows: rows, in: layout), strip(at, of: tensor.tensor, in: layout).slices(rows))
}

let forgetInput = zip(layouts, handFiles).map { found(.f, isState: false, $0, $1) }
let forgetState = zip(layouts, handFiles).map { found(.f, isState: true, $0, $1) }
page.table(
  "Where the forget gate's unit 1 keeps its weights for x", columns: ["stored as", "place", "numbers"],
  rows: zip(layouts, forgetInput).map { [$0.name, $1.place, digits($1.numbers)] })
page.table(
  "… and for h", columns: ["stored as", "place", "numbers"],
  rows: zip(layouts, forgetState).map { [$0.name, $1.place, digits($1.numbers)] })
page.compare(
  "unit 1 of f, found in six layouts",
  ("by name", layouts.map { _ in lstm.W[1].transposed.slice(0).scalars + lstm.U[1].transposed.slice(0).scalars }),
  ("found", zip(forgetInput, forgetState).map { $0.numbers.scalars + $1.numbers.scalars }), tolerance: exactly,
  axes: [Axis("layout", layouts.map(\.name)), "weight"], because: "the same numbers")

//: The bias of that unit stands at the same number in its tensor. It is the one number that is **not** the same everywhere:

page.table(
  columns: ["stored as", "place", "number", "added at every call", "together"],
  rows: zip(layouts, handFiles).map { layout, file in
    let bias = file[layout.name == "TensorFlow 1" ? 1 : 2]
    let at = start(of: .f, in: layout)
    let own = bias.tensor.scalars[at]
    return [
      layout.name, layout.name == "ONNX" ? "`B[0, \(at)]`" : "`\(bias.name)[\(at)]`", page.text(own, decimals: 6),
      page.text(layout.forgetBias, decimals: 6), page.text(own + layout.forgetBias, decimals: 6),
    ]
  })

//: Now stay at one place and see who lives there. Number $H$ along the axis of the gates is where the second block begins:

page.table(
  "At place \(H) of every layout", columns: ["stored as", "gate", "its first weights for x"],
  rows: zip(layouts, handFiles).map { layout, file in
    let (tensor, rows) = side(false, layout, file)
    return [layout.name, layout.order[1].rawValue, digits(strip(H, of: tensor.tensor, in: layout).slices(rows))]
  })

//: Three different gates at one address. A program that copies tensors whole cannot know.

//: ## Six layouts, one output
//:
//: Each layout is now read by its own rule, by hand and by the layer. The hand follows the formulas above. The layer gets the stored
//: tensors, takes them apart by the library's table of layouts, and runs its own kernels.

/// h at every step, `[T, B, H]`, by a layer of this project's library.
func byLayer(_ weights: CellWeights<Double>, _ own: NamedWeights, forgetBias: Double = 0) -> Tensor<Double> {
  page.compute(in: page[scalar]) { try runLayer($0, weights, own, forgetBias) }
}

func runLayer<Scalar: RealScalar>(
  _: Scalar.Type, _ weights: CellWeights<Double>, _ own: NamedWeights, _ forgetBias: Double
) throws -> Tensor<Double> {
  let cellWeights = CellWeights<Scalar>(weights)
  let x: Tensor<Scalar> = own.x.timeMajor.converted()
  let h: Tensor<Scalar> = own.h0.converted()
  switch weights.kind {
  case .lstm:
    let cell = try ExtendedLSTMCell(weights: cellWeights, options: ExtendedLSTMOptions(forgetBias: forgetBias))
    let state = LSTMState<Scalar>(h: h, c: own.c0.converted())
    return try ExtendedLSTM(cell, returnSequences: true).run(x, initialState: state).outputs.timeMajor.converted()
  case .gru:
    let cell = try GRUCell(
      parameters: cellWeights.recurrentWeights, options: GRUOptions(resetAfter: cellWeights.resetAfter))
    return try GRU(cell, returnSequences: true).run(x, initialState: HiddenState(h: h)).outputs.timeMajor.converted()
  case .simpleRNN:
    let cell = try SimpleRNNCell(parameters: cellWeights.recurrentWeights)
    return try SimpleRNN(cell, returnSequences: true).run(x, initialState: HiddenState(h: h)).outputs.timeMajor
      .converted()
  }
}

extension CellWeights {
  /// The same weights as another scalar type holds them.
  init(_ other: CellWeights<Double>) {
    self.init(
      kind: other.kind, resetAfter: other.resetAfter, kernel: other.kernel.converted(),
      recurrentKernel: other.recurrentKernel.converted(), bias: other.bias?.converted(),
      recurrentBias: other.recurrentBias?.converted())
  }
}

/// The weights that the library finds in stored tensors.
func decoded(_ layout: WeightLayout, _ file: [(name: String, tensor: Tensor<Double>)]) -> CellWeights<Double> {
  page.must(try layout.decode { name in file.first { $0.name == name }?.tensor })
}

let byHandAll = layouts.map { byHand($0.cell) }
let byLayerAll = zip(layouts, handFiles).map { layout, file in
  byLayer(decoded(layout.layout, file), lstm, forgetBias: layout.forgetBias)
}
page.table(
  "h of sample 1 after the last step, unit 1",
  columns: ["stored as", "by hand", "layer"] + (isGolden ? ["the framework itself", "computed in"] : []),
  rows: layouts.indices.map { index in
    let run = run(fileOf[layouts[index].name], .lstm)
    let printed =
      !isGolden
      ? [] : run.map { [tenDigits($0.outputs), $0.isSingle ? "single" : "double"] } ?? ["was not run", "–"]
    return [layouts[index].name, tenDigits(byHandAll[index]), tenDigits(byLayerAll[index])] + printed
  })

func tenDigits(_ h: Tensor<Double>) -> String { page.text(h[T - 1, 0, 0], decimals: 10) }

page.compare(
  "h at every step, six layouts read by hand", ("by name", Tensor.stacked(layouts.map { _ in right })),
  ("by layout", Tensor.stacked(byHandAll)), tolerance: 1e-13,
  axes: [Axis("layout", layouts.map(\.name)), "step", "sample", "unit"],
  because: "the same sums, in another order")
page.compare(
  "h at every step, six layouts", hand: Tensor.stacked(byHandAll), layer: Tensor.stacked(byLayerAll),
  tolerance: tolerance, axes: [Axis("layout", layouts.map(\.name)), "step", "sample", "unit"])

//: The frameworks' own numbers, all runs that there are of these weights: cells and whole layers, in single and in double precision,
//: TensorFlow 1 with a forget bias of 0 and of 1.

/// Compares a result by hand with all runs of the frameworks, those of one tolerance together.
func compareWithFrameworks(_ what: String, _ variant: CellVariant, _ hand: Tensor<Double>, line: Int = #line) {
  guard isGolden, let all = runs[variant] else { return }
  for isSingle in [false, true] {
    let group = all.filter { $0.isSingle == isSingle }
    guard let tolerance = group.first?.tolerance, group.allSatisfy({ $0.tolerance == tolerance }) else { continue }
    page.table(
      columns: ["framework", "layer", "h after the last step, sample 1"],
      rows: group.map { run in
        let version = run.version.split(separator: ",").first.map(String.init) ?? run.version
        let forgetBias = run.forgetBias == 0 ? "" : ", forget bias \(page.text(run.forgetBias))"
        return [version, "`\(run.layer)`" + forgetBias, digits(run.outputs.slice(T - 1).slice(0), most: 3)]
      }, line: line)
    page.compare(
      "\(what): \(group.count) runs in \(isSingle ? "single" : "double") precision",
      ("frameworks", Tensor.stacked(group.map(\.outputs))), ("by hand", Tensor.stacked(group.map { _ in hand })),
      tolerance: tolerance, axes: [Axis("run", group.map(\.name)), "step", "sample", "unit"],
      because: "the cases' own: rounding of \(isSingle ? "a Float" : "a Double")", line: line)
  }
}

compareWithFrameworks("LSTM", .lstm, right)

//: ## What a wrong reading yields
//:
//: So far everybody followed the rules. Now the porter who makes the **shapes** fit (turns matrices, cuts TensorFlow's kernel
//: in two, adds two biases) and leaves the blocks in the order in which they stand. Stored as one framework does, read as another:

/// The largest difference of h at any step.
func apart(_ h: Tensor<Double>, from right: Tensor<Double>) -> Double { h.largestDifference(from: right) }

/// Weights whose blocks stand in one order and are taken for another.
func misread(_ weights: CellWeights<Double>, _ order: [Gate], as read: [Gate]) -> CellWeights<Double> {
  let gates = weights.kind.gates
  // For each gate the block that stands where its own is looked for.
  let taken = gates.map { gate in gates.firstIndex(of: order[read.firstIndex(of: gate) ?? 0]) ?? 0 }
  func moved(_ tensor: Tensor<Double>) -> Tensor<Double> {
    let blocks = tensor.split(into: gates.count)
    return .concatenated(taken.map { blocks[$0] })
  }
  var result = weights
  (result.kernel, result.recurrentKernel) = (moved(weights.kernel), moved(weights.recurrentKernel))
  (result.bias, result.recurrentBias) = (weights.bias.map(moved), weights.recurrentBias.map(moved))
  return result
}

/// Every layout read by the rule of every other, by hand and by the layer.
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

/// Differences that are rounding alone count as none.
func agrees(_ difference: Double) -> Bool { difference <= 1e-13 }
func verdict(_ difference: Double) -> String { agrees(difference) ? "agrees" : page.text(difference, decimals: 4) }

let layoutNames = layouts.map(\.name)
let shortNames = ["Keras", "PyTorch", "TF 1", "ONNX", "MXNet", "example"]
page.table(
  "Largest difference of h", columns: ["stored as ↓, read as →"] + shortNames,
  rows: zip(layoutNames, pairDifferences).map { name, row in [name] + row.map(verdict) })

page.picture(
  .heatMap(
    title: "Stored as (down), read as (across): largest difference of h", values: pairDifferences, rowNames: shortNames,
    columnNames: shortNames, rowTitle: "stored as", columnTitle: "read as", scale: .automatic, digits: 2))

//: Keras, PyTorch and MXNet's cells have one gate order: between them it is enough that the shapes fit. All other pairs differ.
//: TensorFlow 1 and MXNet's example have one order as well, but the hidden 1 parts them.

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

func sameRule(_ a: Stored, _ b: Stored) -> Bool { a.order == b.order && a.forgetBias == b.forgetBias }

//: ### Is a wrong reading noticed? Is it plausible?
//:
//: Two questions decide how dangerous a mistake is. A test with real numbers notices it when it moves h by more than rounding
//: can: this page asks for a ten-thousandth, a hundred times what single precision is allowed here. A human notices it when the
//: numbers look impossible. They never do: an LSTM's h is $o \odot \tanh(c)$, so whatever is read as whatever, it lies between −1 and 1.

let noticeable = 0.0001

/// Checks both for some wrong readings: they are far from the right numbers, and look like right ones.
func checkDanger(
  _ what: String, _ names: [String], _ wrong: [Tensor<Double>], from right: Tensor<Double>, line: Int = #line
) {
  page.range(
    "\(what): noticeable", of: wrong.map { apart($0, from: right) }, in: noticeable...2,
    axes: [Axis("reading", names)],
    line: line)
  page.range(
    "\(what): plausible", of: Tensor.stacked(wrong), in: -1...1,
    axes: [Axis("reading", names), "step", "sample", "unit"], line: line)
}

let wrongPairs = layouts.indices.flatMap { a in layouts.indices.map { (a, $0) } }
  .filter { !sameRule(layouts[$0.0], layouts[$0.1]) }
checkDanger(
  "wrong pairs", wrongPairs.map { "\(shortNames[$0.0]) read as \(shortNames[$0.1])" },
  wrongPairs.map { pairs[$0.0 * layouts.count + $0.1].hand }, from: right)

let suspects: [(name: String, h: Tensor<Double>)] = [
  ("A", pairs[3].hand), ("B", pairs[2].hand), ("C", right), ("D", pairs[3 * layouts.count].hand),
]
page.picture(
  .lineChart(
    title: "h of unit 1, sample 1: which line is right?",
    series: suspects.map { suspect in .init(suspect.name, (0..<T).map { suspect.h[$0, 0, 0] }) }, x: .init("step"),
    y: .init("h")))
page.table(
  columns: ["line", "smallest h", "largest h", "mean of |h|", "h after the last step, sample 1"],
  rows: suspects.map { suspect in
    let all = suspect.h.scalars
    let mean = all.reduce(0) { $0 + $1.magnitude } / Double(all.count)
    return [suspect.name] + [all.min() ?? 0, all.max() ?? 0, mean].map { page.text($0) }
      + [digits(suspect.h.slice(T - 1).slice(0), most: 3)]
  })

//: It is C. A is Keras' file read as ONNX, B the same file read as TensorFlow 1, D is ONNX' file read as Keras. Nothing in the
//: numbers says so.

//: ### Do the shapes protect you?
//:
//: Sometimes: a program that checks shapes stops when a kernel is turned or joined. Between frameworks with one shape nothing stops it.
//: The table compares the shapes of all tensors, in order, as they are stored:

/// The shapes of a file, with ONNX' axis of directions.
func shapes(_ layout: Stored, _ file: [(name: String, tensor: Tensor<Double>)]) -> [[Int]] {
  file.map { (layout.name == "ONNX" ? [1] : []) + $0.tensor.shape }
}
let allShapes = zip(layouts, handFiles).map { shapes($0, $1) }
page.table(
  columns: ["stored as ↓, read as →"] + shortNames,
  rows: layouts.indices.map { a in
    [shortNames[a]]
      + layouts.indices.map { b in
        allShapes[a] != allShapes[b] ? "stops" : agrees(pairDifferences[a][b]) ? "right" : "**wrong**"
      }
  })

//: Where it says *wrong*, all shapes fit and the gates do not: MXNet's example on one side, MXNet's own cells or PyTorch on the other. And
//: for every *stops* the porter writes code that makes the shapes fit. From then on nothing protects them either.

//: ### All 24 orders
//:
//: Four blocks can stand in 24 orders. Keras' file, read in each of them; the length of a bar is the largest difference of h:

func permutations(_ list: [Gate]) -> [[Gate]] {
  list.count < 2
    ? [list]
    : list.indices.flatMap { place in
      var rest = list
      let first = rest.remove(at: place)
      return permutations(rest).map { [first] + $0 }
    }
}
func letters(_ order: [Gate]) -> String { order.map(\.rawValue).joined(separator: " ") }

let orders = permutations(canonical)
let ordersByHand = orders.map { byHand(LSTMEquations(kerasSums.split(into: 4), $0)) }
let orderDifferences = ordersByHand.map { apart($0, from: right) }
let ranking = orders.indices.sorted { orderDifferences[$0] < orderDifferences[$1] }
let users = [[Gate.i, .f, .g, .o]: "Keras", [.i, .g, .f, .o]: "TF 1", [.i, .o, .f, .g]: "ONNX"]
page.picture(
  .barChart(
    title: "Keras' blocks i f g o read in 24 orders",
    bars: ranking.map { index in
      Picture.Bar(
        [users[orders[index]], letters(orders[index])].compactMap { $0 }.joined(separator: ": "),
        orderDifferences[index],
        hue: users[orders[index]] == nil ? .blue : .orange,
        text: agrees(orderDifferences[index]) ? "right" : page.text(orderDifferences[index]))
    }))
page.prose(
  """
  One order is right. The nearest wrong one, \(letters(orders[ranking[1]])), misses by \(page.text(orderDifferences[ranking[1]])), the farthest,
  \(letters(orders[ranking[23]])), by \(page.text(orderDifferences[ranking[23]])).
  """)
page.compare(
  "24 orders", hand: Tensor.stacked(ordersByHand),
  layer: Tensor.stacked(orders.map { byLayer(misread(lstmWeights, canonical, as: $0), lstm) }), tolerance: tolerance,
  axes: [Axis("order", orders.map(letters)), "step", "sample", "unit"])
checkDanger("23 wrong orders", orders.dropFirst().map(letters), Array(ordersByHand.dropFirst()), from: right)

//: ### Why tests do not notice
//:
//: Many frameworks test their layers with constant weights: easy to write, and blind. Give **every** weight the same number,
//: $1 / (D + H)$, and read the file in all 24 orders. Then give the forget gate's bias a 1 more, as Keras does by default:

func constantCell(_ order: [Gate], forgetBias: Double) -> Tensor<Double> {
  let constant = 1 / Double(D + H)
  let K = Formula(MathValue(Tensor(repeating: constant, shape: [D, 4 * H])))
  let R = Formula(MathValue(Tensor(repeating: constant, shape: [H, 4 * H])))
  let bias = (0..<4 * H).map { constant + (H..<2 * H ~= $0 ? forgetBias : 0) }
  return byHand(
    LSTMEquations((x • K + h₋ • R + onEveryRow(Formula(MathValue(bias)))).split(into: 4), order))
}

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

//: ### Other slips
//:
//: The order is the famous mistake. Here are the quiet ones, each of which passes every check of shapes:
//:
//: - **Blocks of $R$ not turned.** Each block of the recurrent kernel is square, $H \times H$, so nobody complains.
//: - **Reshaped instead of turned.** PyTorch's $4H \times D$ numbers poured into Keras' $D \times 4H$.
//: - **The second bias dropped.** PyTorch, MXNet and ONNX have two. In a trained file both are filled; Keras has room for one.
//: - **The forget bias never added.** TensorFlow 1's file taken as it is.
//: - **The forget bias added twice.** It is in the file's bias already, and `BasicLSTMCell` adds its own.
//: - **States exchanged.** TensorFlow 1 hands over (c, h), everybody else (h, c).

// A trained file of PyTorch: both biases are filled, and their sum is the named bias.
let share = Tensor<Double>.concatenated(lstm.b).map { (-0.75 * $0 * 64).rounded() / 64 + 0.25 }
let firstBias = symbol("b", .weight, Tensor<Double>.concatenated(lstm.b) - share)
let bothFilled = x • kerasK + onEveryRow(firstBias) + (h₋ • kerasR + onEveryRow(symbol("b'", .weight, share)))
let secondDropped = x • kerasK + onEveryRow(firstBias) + h₋ • kerasR
let notTurned = x • kerasK + h₋ • concatenate([W_ih, W_fh, W_gh, W_oh].map { transpose($0) }) + onEveryRow(kerasB)
let pouredKernel = Tensor<Double>.concatenated(lstm.W).transposed.reshaped([D, 4 * H])
let poured = x • symbol("K", .weight, pouredKernel) + h₋ • kerasR + onEveryRow(kerasB)

func readings(_ sums: Formula, forgetBias: Double = 0) -> LSTMEquations {
  LSTMEquations(sums.split(into: 4), canonical, forgetBias: forgetBias)
}
var withoutSecond = lstmWeights
withoutSecond.bias = Tensor<Double>.concatenated(lstm.b) - share
var turnedBlocks = lstmWeights
turnedBlocks.recurrentKernel = .concatenated(lstm.U.map(\.transposed))
var pouredWeights = lstmWeights
pouredWeights.kernel = pouredKernel
var exchanged = lstm
(exchanged.h0, exchanged.c0) = (lstm.c0, lstm.h0)

let slips: [(name: String, hand: Tensor<Double>, layer: Tensor<Double>)] = [
  ("blocks of R not turned", byHand(readings(notTurned)), byLayer(turnedBlocks, lstm)),
  ("K reshaped instead of turned", byHand(readings(poured)), byLayer(pouredWeights, lstm)),
  ("second bias dropped", byHand(readings(secondDropped)), byLayer(withoutSecond, lstm)),
  (
    "forget bias never added", byHand(LSTMEquations(tensorflowSums.split(into: 4), tensorflow.order)),
    byLayer(lstmWeights.addingForgetBias(-1), lstm)
  ),
  ("forget bias added twice", byHand(readings(kerasSums, forgetBias: 1)), byLayer(lstmWeights, lstm, forgetBias: 1)),
  ("h and c exchanged at the start", byHand(named, exchanged), byLayer(lstmWeights, exchanged)),
]
page.table(
  columns: ["slip", "difference of h", "h after the last step, sample 1"],
  rows: [["none", "–", digits(right.slice(T - 1).slice(0), most: 3)]]
    + slips.map { [$0.name, page.text(apart($0.hand, from: right)), digits($0.hand.slice(T - 1).slice(0), most: 3)] })
page.compare(
  "both biases filled, and their sum", ("one bias", right), ("two biases", byHand(readings(bothFilled))),
  tolerance: 1e-13,
  axes: ["step", "sample", "unit"], because: "only the sum of the two counts in an LSTM")
page.compare(
  "six slips", hand: Tensor.stacked(slips.map(\.hand)), layer: Tensor.stacked(slips.map(\.layer)), tolerance: tolerance,
  axes: [Axis("slip", slips.map(\.name)), "step", "sample", "unit"])
checkDanger("six slips", slips.map(\.name), slips.map(\.hand), from: right)

//: ### Whose first axis is time?
//:
//: The data has a convention, too. ONNX wants $[T, B, D]$, and so do PyTorch without `batch_first` and MXNet's Gluon; Keras, TensorFlow 1 and
//: MXNet's cells want $[B, T, D]$. Both have three axes, and any length will do: steps are taken for samples. Where states begin at zero
//: nothing complains, and the output has the shape that was hoped for:

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

//: ## Two GRUs under one name
//:
//: A GRU has three blocks: update gate $z$, reset gate $r$, candidate $g$. In all five frameworks $z$ is the share of the
//: old state that is **kept**. But there are two places for the reset gate, and they make two different functions. *After* the product:

let after = weights(.gruResetAfter, gates: 3)
let before = weights(.gruResetBefore, gates: 3)

func three(_ weights: [Tensor<Double>], _ name: (String) -> String) -> (Formula, Formula, Formula) {
  let all = zip(["z", "r", "g"], weights).map { symbol(name($0), .weight, $1) }
  return (all[0], all[1], all[2])
}

/// The equations of a GRU, from the sums before the gates' functions.
struct GRUEquations {
  let z, r, g, h: Formula

  /// - Parameters:
  ///   - candidate: the candidate's sum, which needs r.
  ///   - keeps: false where z is taken for the share of the new, as some papers have it.
  init(z zSum: Formula, r rSum: Formula, keeps: Bool = true, candidate: (Formula) -> Formula) {
    z = define("z_t", sigmoid(zSum), .gate)
    r = define("r_t", sigmoid(rSum), .gate)
    g = define("g_t", tanh(candidate(r)), .gate)
    h = define("h_t", keeps ? z ⊙ h₋ + (1 - z) ⊙ g : (1 - z) ⊙ h₋ + z ⊙ g, .state)
  }

  /// The reset gate after the product: sums of x and of h, `[B, 3H]` each, whose blocks are taken for `order`.
  static func after(_ fromInput: Formula, _ fromState: Formula, _ order: [Gate], keeps: Bool = true) -> GRUEquations {
    let (a, s) = (fromInput.split(into: 3), fromState.split(into: 3))
    let (z, r, g) = places(order)
    return GRUEquations(z: a[z] + s[z], r: a[r] + s[r], keeps: keeps) { reset in a[g] + reset ⊙ s[g] }
  }

  /// The reset gate before it: three blocks of R, and what is added to every row.
  static func before(_ fromInput: Formula, _ R: [Formula], _ order: [Gate]) -> GRUEquations {
    let a = fromInput.split(into: 3)
    let (z, r, g) = places(order)
    return GRUEquations(z: a[z] + h₋ • R[z], r: a[r] + h₋ • R[r]) { reset in a[g] + (reset ⊙ h₋) • R[g] }
  }

  static func places(_ order: [Gate]) -> (z: Int, r: Int, g: Int) {
    (order.firstIndex(of: .z) ?? 0, order.firstIndex(of: .r) ?? 0, order.firstIndex(of: .g) ?? 0)
  }
}

func byHand(_ cell: GRUEquations, _ own: NamedWeights) -> Tensor<Double> {
  byHand(cell.h, states: [(h₋, cell.h)], from: [own.h0], own)
}

let (A_zx, A_rx, A_gx) = three(after.W) { "W_{\($0)x}" }
let (A_zh, A_rh, A_gh) = three(after.U) { "W_{\($0)h}" }
let (a_z, a_r, a_g) = three(after.b) { "b_\($0)" }
let (aʹ_z, aʹ_r, aʹ_g) = three(after.bʹ) { "b'_\($0)" }
let namedAfter = GRUEquations(
  z: x • A_zx + onEveryRow(a_z) + (h₋ • A_zh + onEveryRow(aʹ_z)),
  r: x • A_rx + onEveryRow(a_r) + (h₋ • A_rh + onEveryRow(aʹ_r))
) { r in x • A_gx + onEveryRow(a_g) + r ⊙ (h₋ • A_gh + onEveryRow(aʹ_g)) }
for equation in [namedAfter.z, namedAfter.r, namedAfter.g, namedAfter.h] { page.formula(equation) }

//: and *before* it, where only the candidate's line is different:

let (V_zx, V_rx, V_gx) = three(before.W) { "W_{\($0)x}" }
let (V_zh, V_rh, V_gh) = three(before.U) { "W_{\($0)h}" }
let (v_z, v_r, v_g) = three(before.b) { "b_\($0)" }
let namedBefore = GRUEquations(
  z: x • V_zx + h₋ • V_zh + onEveryRow(v_z), r: x • V_rx + h₋ • V_rh + onEveryRow(v_r)
) { r in x • V_gx + (r ⊙ h₋) • V_gh + onEveryRow(v_g) }
page.formula(namedBefore.g)

//: *After*, the second bias $b'_g$ stands inside the bracket, and $r$ scales it. So the two biases of the candidate cannot be
//: added into one, and a framework with one bias has no place for the function. *Before*, no choice of weights gives the other function either, since
//: $(r \odot h) W$ is not $r \odot (h W)$. Which framework can hold which, asked of the library:

let rightAfter = byHand(namedAfter, after)
let rightBefore = byHand(namedBefore, before)

func answer(_ framework: Framework, resetAfter: Bool) -> String {
  do {
    let layout = try WeightLayout(framework, .gru, WeightFeatures(resetAfter: resetAfter))
    return layout.entries.map { $0.gates.map(\.rawValue).joined(separator: " ") }[0]
      + (framework == .tensorflow1 ? ", g apart" : "")
  } catch { return "no" }
}
let switches: [Framework: String] = [
  .keras: "`reset_after`, true by default", .onnx: "`linear_before_reset`, 0 by default",
]
let frameworkNames: [Framework: String] = [
  .keras: "Keras", .tensorflow1: "TensorFlow 1", .pytorch: "PyTorch", .onnx: "ONNX", .mxnet: "MXNet",
]
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

func refusal(_ attempt: () throws -> Void) -> String {
  do { try attempt() } catch { return "\(error)" }
  return "accepted"
}
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

//: ### The layouts
//:
//: Reset after: Keras stores two rows of biases and z r g, PyTorch r z g. ONNX has Keras' order in PyTorch's axes, MXNet is PyTorch under other names.

func gruLayout(_ framework: Framework, resetAfter: Bool) -> WeightLayout {
  page.layout(framework, .gru, WeightFeatures(resetAfter: resetAfter))
}

page.picture(.weights("Keras, reset_after=True", of: gruLayout(.keras, resetAfter: true), inputs: D, units: H))
page.picture(.weights("PyTorch", of: gruLayout(.pytorch, resetAfter: true), inputs: D, units: H))
page.picture(
  .weights("ONNX, either switch", of: gruLayout(.onnx, resetAfter: true), inputs: D, units: H, leading: [1]))

//: Reset before: Keras has one row of biases, and TensorFlow 1 keeps the candidate in tensors of its own, since its product must wait for $r$.

page.picture(.weights("Keras, reset_after=False", of: gruLayout(.keras, resetAfter: false), inputs: D, units: H))
page.picture(.weights("TensorFlow 1", of: gruLayout(.tensorflow1, resetAfter: false), inputs: D, units: H))

/// A GRU's tensors made by hand, and its equations when the blocks are taken for an order.
struct StoredGRU {
  var name: String
  var layout: WeightLayout
  var tensors: [(name: String, formula: Formula)]
  var order: [Gate]
  var equations: ([Gate]) -> GRUEquations
}

let noBias = symbol("0", .weight, Tensor<Double>.zeros([3 * H]))

let kerasAfter: StoredGRU = {
  let K = define("K", concatenate(A_zx, A_rx, A_gx), .weight)
  let R = define("R", concatenate(A_zh, A_rh, A_gh), .weight)
  // Two rows: a turned vector is a matrix of one row.
  let b = define("b", stack(transpose(concatenate(a_z, a_r, a_g)), transpose(concatenate(aʹ_z, aʹ_r, aʹ_g))), .weight)
  return StoredGRU(
    name: "Keras", layout: gruLayout(.keras, resetAfter: true),
    tensors: [("kernel", K), ("recurrent_kernel", R), ("bias", b)], order: [.z, .r, .g]
  ) { .after(x • K + onEveryRow(b[row: 0]), h₋ • R + onEveryRow(b[row: 1]), $0) }
}()

let pytorchAfter: StoredGRU = {
  let K = define("K", stack(transpose(A_rx), transpose(A_zx), transpose(A_gx)), .weight)
  let R = define("R", stack(transpose(A_rh), transpose(A_zh), transpose(A_gh)), .weight)
  let (b, bʹ) = (concatenate(a_r, a_z, a_g), concatenate(aʹ_r, aʹ_z, aʹ_g))
  return StoredGRU(
    name: "PyTorch", layout: gruLayout(.pytorch, resetAfter: true),
    tensors: [("weight_ih", K), ("weight_hh", R), ("bias_ih", b), ("bias_hh", bʹ)], order: [.r, .z, .g]
  ) { .after(x • transpose(K) + onEveryRow(b), h₋ • transpose(R) + onEveryRow(bʹ), $0) }
}()

let onnxAfter: StoredGRU = {
  let W = define("W", stack(transpose(A_zx), transpose(A_rx), transpose(A_gx)), .weight)
  let R = define("R", stack(transpose(A_zh), transpose(A_rh), transpose(A_gh)), .weight)
  let B = define("B", concatenate(concatenate(a_z, a_r, a_g), concatenate(aʹ_z, aʹ_r, aʹ_g)), .weight)
  return StoredGRU(
    name: "ONNX", layout: gruLayout(.onnx, resetAfter: true), tensors: [("W", W), ("R", R), ("B", B)],
    order: [.z, .r, .g]
  ) {
    let halves = B.split(into: 2)
    return .after(x • transpose(W) + onEveryRow(halves[0]), h₋ • transpose(R) + onEveryRow(halves[1]), $0)
  }
}()

var mxnetAfter = pytorchAfter
(mxnetAfter.name, mxnetAfter.layout) = ("MXNet", gruLayout(.mxnet, resetAfter: true))
mxnetAfter.tensors = zip(["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"], pytorchAfter.tensors).map {
  ($0, $1.formula)
}

let kerasBefore: StoredGRU = {
  let K = define("K", concatenate(V_zx, V_rx, V_gx), .weight)
  let R = define("R", concatenate(V_zh, V_rh, V_gh), .weight)
  let b = define("b", concatenate(v_z, v_r, v_g), .weight)
  return StoredGRU(
    name: "Keras", layout: gruLayout(.keras, resetAfter: false),
    tensors: [("kernel", K), ("recurrent_kernel", R), ("bias", b)], order: [.z, .r, .g]
  ) { .before(x • K + onEveryRow(b), R.split(into: 3), $0) }
}()

let tensorflowBefore: StoredGRU = {
  let gates = define("K", stack(concatenate(V_rx, V_zx), concatenate(V_rh, V_zh)), .weight)
  let candidate = define("C", stack(V_gx, V_gh), .weight)
  let (b, c) = (concatenate(v_r, v_z), v_g)
  return StoredGRU(
    name: "TensorFlow 1", layout: gruLayout(.tensorflow1, resetAfter: false),
    tensors: [("gates/kernel", gates), ("gates/bias", b), ("candidate/kernel", candidate), ("candidate/bias", c)],
    order: [.r, .z, .g]
  ) { order in
    // The candidate stands apart: whatever the order, it cannot be taken for a gate.
    let sums = (concatenate(x, h₋) • gates + onEveryRow(b)).split(into: 2)
    let (z, r, _) = GRUEquations.places(order)
    return GRUEquations(z: sums[z], r: sums[r]) { concatenate(x, $0 ⊙ h₋) • candidate + onEveryRow(c) }
  }
}()

let onnxBefore: StoredGRU = {
  let W = define("W", stack(transpose(V_zx), transpose(V_rx), transpose(V_gx)), .weight)
  let R = define("R", stack(transpose(V_zh), transpose(V_rh), transpose(V_gh)), .weight)
  let B = define("B", concatenate(concatenate(v_z, v_r, v_g), noBias), .weight)
  return StoredGRU(
    name: "ONNX", layout: gruLayout(.onnx, resetAfter: false), tensors: [("W", W), ("R", R), ("B", B)],
    order: [.z, .r, .g]
  ) {
    let blocks = (0..<3).map { transpose(R[rows: $0 * H..<($0 + 1) * H]) }
    return .before(x • transpose(W) + onEveryRow(B.split(into: 2)[0]), blocks, $0)
  }
}()

//: One line shows how TensorFlow 1 reads its two kernels: the candidate's product meets $[x_t, r_t \odot h_{t-1}]$.

page.formula(tensorflowBefore.equations(tensorflowBefore.order).g)

//: ### One output each

/// The GRU's comparisons, which are alike for both places of the reset gate.
struct GRUReadings {
  var names: [String]
  /// `differences[a][b]`: stored as a, read as b.
  var differences: [[Double]]
  var wrong: [(name: String, h: Tensor<Double>)]
}

func readings(
  _ stored: [StoredGRU], _ weights: CellWeights<Double>, _ own: NamedWeights, right: Tensor<Double>, _ what: String,
  line: Int = #line
) -> GRUReadings {
  let names = stored.map(\.name)
  let files = stored.map { tensors($0.tensors) }
  let library = page.must(try stored.map { try $0.layout.encode(weights.fitted(to: $0.layout)) })
  page.compare(
    "\(what): every stored number", ("by hand", files.flatMap(flat)), ("by the library", library.flatMap(flat)),
    tolerance: exactly, because: "numbers move, nothing is computed", line: line)
  page.compare(
    "\(what): \(names.joined(separator: ", "))",
    hand: Tensor.stacked(stored.map { byHand($0.equations($0.order), own) }),
    layer: Tensor.stacked(zip(stored, files).map { byLayer(decoded($0.layout, $1), own) }), tolerance: tolerance,
    axes: [Axis("layout", names), "step", "sample", "unit"], line: line)
  let pairs = stored.map { a in
    stored.map { b in
      (
        hand: byHand(a.equations(b.order), own), layer: byLayer(misread(weights, a.order, as: b.order), own)
      )
    }
  }
  page.compare(
    "\(what): \(names.count * names.count) readings", hand: Tensor.stacked(pairs.joined().map(\.hand)),
    layer: Tensor.stacked(pairs.joined().map(\.layer)), tolerance: tolerance,
    axes: [
      Axis("reading", names.flatMap { a in names.map { "\(a) read as \($0)" } }), "step", "sample", "unit",
    ], line: line)
  let wrong = stored.indices.flatMap { a in
    stored.indices.filter { stored[$0].order != stored[a].order }.map { b in
      ("\(names[a]) read as \(names[b])", pairs[a][b].hand)
    }
  }
  return GRUReadings(
    names: names, differences: pairs.map { $0.map { apart($0.hand, from: right) } }, wrong: wrong)
}

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
//: Among the four that reset after, two have z first and two have r first. Read as each other, the two gates change places:

page.table(
  "Largest difference of h, reset after", columns: ["stored as ↓, read as →"] + afterReadings.names,
  rows: zip(afterReadings.names, afterReadings.differences).map { name, row in [name] + row.map(verdict) })
page.table(
  "Largest difference of h, reset before", columns: ["stored as ↓, read as →"] + beforeReadings.names,
  rows: zip(beforeReadings.names, beforeReadings.differences).map { name, row in [name] + row.map(verdict) })
page.picture(
  .heatMap(
    title: "A GRU stored as (down), read as (across), reset after: largest difference of h",
    values: afterReadings.differences, rowNames: afterReadings.names, columnNames: afterReadings.names,
    rowTitle: "stored as", columnTitle: "read as", scale: .automatic, digits: 2))
checkDanger(
  "z and r exchanged, reset after", afterReadings.wrong.map(\.name), afterReadings.wrong.map(\.h), from: rightAfter)
checkDanger(
  "z and r exchanged, reset before", beforeReadings.wrong.map(\.name), beforeReadings.wrong.map(\.h), from: rightBefore)

//: All six orders of three blocks, Keras' file with the reset gate after the product:

let gruOrders = permutations([.z, .r, .g])
let gruOrdersByHand = gruOrders.map { byHand(kerasAfter.equations($0), after) }
let gruDifferences = gruOrdersByHand.map { apart($0, from: rightAfter) }
page.picture(
  .barChart(
    title: "Keras' blocks z r g read in 6 orders",
    bars: gruOrders.indices.sorted { gruDifferences[$0] < gruDifferences[$1] }.map { index in
      Picture.Bar(
        letters(gruOrders[index]) + (gruOrders[index] == [.r, .z, .g] ? " (PyTorch, MXNet)" : ""),
        gruDifferences[index],
        hue: gruOrders[index] == [.r, .z, .g] ? .orange : .blue,
        text: agrees(gruDifferences[index]) ? "right" : page.text(gruDifferences[index]))
    }))
page.compare(
  "6 orders", hand: Tensor.stacked(gruOrdersByHand),
  layer: Tensor.stacked(gruOrders.map { byLayer(misread(afterWeights, [.z, .r, .g], as: $0), after) }),
  tolerance: tolerance, axes: [Axis("order", gruOrders.map(letters)), "step", "sample", "unit"])
checkDanger("5 wrong orders", gruOrders.dropFirst().map(letters), Array(gruOrdersByHand.dropFirst()), from: rightAfter)

//: ### Six quiet slips
//:
//: - **$z$ and $1 - z$ exchanged.** Some papers let $z$ be the share of the new. Since $1 - \sigma(a) = \sigma(-a)$, such a file is cured by
//:   changing the sign of all of $z$'s blocks, and a good one is spoilt by it.
//: - **Both biases added into one**, as is right for an LSTM. Then $r$ no longer scales $b'_g$.
//: - **The second bias dropped**, since the other framework has only one.
//: - **Reset after, run as reset before**, and
//: - **reset before, run as reset after**: the switch was forgotten, and all shapes fit.
//: - **Blocks of $R$ not turned**, square as ever.

let (K3, R3, b3) = (kerasAfter.tensors[0].formula, kerasAfter.tensors[1].formula, kerasAfter.tensors[2].formula)
let (row, rowʹ) = (onEveryRow(b3[row: 0]), onEveryRow(b3[row: 1]))
let order3 = kerasAfter.order
let otherMeaning = GRUEquations.after(x • K3 + row, h₋ • R3 + rowʹ, order3, keeps: false)
let oneBias = GRUEquations.after(x • K3 + row + rowʹ, h₋ • R3, order3)
let noSecondBias = GRUEquations.after(x • K3 + row, h₋ • R3, order3)
let runAsBefore = GRUEquations.before(x • K3 + row + rowʹ, R3.split(into: 3), order3)
let turnedR = concatenate([A_zh, A_rh, A_gh].map { transpose($0) })
let turnedGRU = GRUEquations.after(x • K3 + row, h₋ • turnedR + rowʹ, order3)
let beforeAsAfter = GRUEquations.after(
  x • kerasBefore.tensors[0].formula + onEveryRow(kerasBefore.tensors[2].formula),
  h₋ • kerasBefore.tensors[1].formula, kerasBefore.order)

/// The same weights with the sign of the blocks of z changed.
func negatingZ(_ weights: CellWeights<Double>) -> CellWeights<Double> {
  func negated(_ tensor: Tensor<Double>) -> Tensor<Double> {
    var blocks = tensor.split(into: 3)
    blocks[0] = -blocks[0]
    return .concatenated(blocks)
  }
  var result = weights
  (result.kernel, result.recurrentKernel) = (negated(weights.kernel), negated(weights.recurrentKernel))
  (result.bias, result.recurrentBias) = (weights.bias.map(negated), weights.recurrentBias.map(negated))
  return result
}

let bothBiases = Tensor<Double>.concatenated(after.b) + .concatenated(after.bʹ)
func changed(_ weights: CellWeights<Double>, _ change: (inout CellWeights<Double>) -> Void) -> CellWeights<Double> {
  var result = weights
  change(&result)
  return result
}

let gruSlips: [(name: String, hand: Tensor<Double>, layer: Tensor<Double>, right: Tensor<Double>)] = [
  ("z and 1 − z exchanged", byHand(otherMeaning, after), byLayer(negatingZ(afterWeights), after), rightAfter),
  (
    "both biases added into one", byHand(oneBias, after),
    byLayer(changed(afterWeights) { ($0.bias, $0.recurrentBias) = (bothBiases, nil) }, after), rightAfter
  ),
  (
    "second bias dropped", byHand(noSecondBias, after),
    byLayer(changed(afterWeights) { $0.recurrentBias = nil }, after),
    rightAfter
  ),
  (
    "reset after, run as before", byHand(runAsBefore, after),
    byLayer(changed(afterWeights) { ($0.resetAfter, $0.bias, $0.recurrentBias) = (false, bothBiases, nil) }, after),
    rightAfter
  ),
  (
    "reset before, run as after", byHand(beforeAsAfter, before),
    byLayer(changed(beforeWeights) { $0.resetAfter = true }, before), rightBefore
  ),
  (
    "blocks of R not turned", byHand(turnedGRU, after),
    byLayer(changed(afterWeights) { $0.recurrentKernel = .concatenated(after.U.map(\.transposed)) }, after), rightAfter
  ),
]
page.table(
  columns: ["slip", "difference of h", "h after the last step", "it should be"],
  rows: gruSlips.map {
    [
      $0.name, page.text(apart($0.hand, from: $0.right)), digits($0.hand.slice(T - 1).slice(0), most: 2),
      digits($0.right.slice(T - 1).slice(0), most: 2),
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

//: ## A simple RNN: nothing to order
//:
//: One block, so no order of gates. What is left are axes and biases:

let simple = weights(.simpleRNN, gates: 1)
let (S_x, S_h) = (symbol("W_x", .weight, simple.W[0]), symbol("W_h", .weight, simple.U[0]))
let s_b = symbol("b", .weight, simple.b[0])
let namedSimple = define("h_t", tanh(x • S_x + h₋ • S_h + onEveryRow(s_b)), .state)
page.formula(namedSimple)
let simpleLayouts = page.must(try Framework.allCases.map { try WeightLayout($0, .simpleRNN) })
page.picture(.weights("Keras", of: simpleLayouts[0], inputs: D, units: H))
page.picture(.weights("TensorFlow 1", of: simpleLayouts[1], inputs: D, units: H))
page.picture(.weights("PyTorch; MXNet under other names", of: simpleLayouts[2], inputs: D, units: H))

let noSimpleBias = symbol("0", .weight, Tensor<Double>.zeros([H]))
let turnedX = define("K", transpose(S_x), .weight)
let turnedH = define("R", transpose(S_h), .weight)
let joinedKernel = define("K", stack(S_x, S_h), .weight)
let joinedBias = define("B", concatenate(s_b, noSimpleBias), .weight)
let turnedNames = [
  ["weight_ih", "weight_hh", "bias_ih", "bias_hh"], ["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"],
]
let simpleTensors: [[(name: String, formula: Formula)]] = [
  [("kernel", S_x), ("recurrent_kernel", S_h), ("bias", s_b)], [("kernel", joinedKernel), ("bias", s_b)],
  turnedNames[0].enumerated().map { ($1, [turnedX, turnedH, s_b, noSimpleBias][$0]) },
  [("W", turnedX), ("R", turnedH), ("B", joinedBias)],
  turnedNames[1].enumerated().map { ($1, [turnedX, turnedH, s_b, noSimpleBias][$0]) },
]
let turnedSum = x • transpose(turnedX) + onEveryRow(s_b) + (h₋ • transpose(turnedH) + onEveryRow(noSimpleBias))
let halvesOfB = joinedBias.split(into: 2)
let simpleSums = [
  x • S_x + h₋ • S_h + onEveryRow(s_b), concatenate(x, h₋) • joinedKernel + onEveryRow(s_b), turnedSum,
  x • transpose(turnedX) + h₋ • transpose(turnedH) + onEveryRow(halvesOfB[0]) + onEveryRow(halvesOfB[1]), turnedSum,
]

func byHand(simple sum: Formula) -> Tensor<Double> {
  let h = define("h_t", tanh(sum), .state)
  return byHand(h, states: [(h₋, h)], from: [simple.h0], simple)
}

let rightSimple = byHand(simple: simpleSums[0])
let simpleFiles = simpleTensors.map { tensors($0) }
let simpleWeights = CellWeights(kind: .simpleRNN, kernel: simple.W[0], recurrentKernel: simple.U[0], bias: simple.b[0])
let simpleNames = Framework.allCases.map { frameworkNames[$0] ?? $0.rawValue }
page.compare(
  "five layouts, every stored number", ("by hand", simpleFiles.flatMap(flat)),
  ("by the library", page.must(try simpleLayouts.flatMap { flat(try $0.encode(simpleWeights.fitted(to: $0))) })),
  tolerance: exactly, because: "numbers move, nothing is computed")
page.compare(
  "a simple RNN in five layouts", hand: Tensor.stacked(simpleSums.map { byHand(simple: $0) }),
  layer: Tensor.stacked(zip(simpleLayouts, simpleFiles).map { byLayer(decoded($0, $1), simple) }), tolerance: tolerance,
  axes: [Axis("layout", simpleNames), "step", "sample", "unit"])
compareWithFrameworks("simple RNN", .simpleRNN, rightSimple)

//: All five agree, in every reading. Two slips remain:

let simpleShare = simple.b[0].map { (-0.75 * $0 * 64).rounded() / 64 + 0.25 }
let simpleSlips: [(name: String, hand: Tensor<Double>, layer: Tensor<Double>)] = [
  (
    "R not turned", byHand(simple: x • S_x + h₋ • transpose(S_h) + onEveryRow(s_b)),
    byLayer(changed(simpleWeights) { $0.recurrentKernel = simple.U[0].transposed }, simple)
  ),
  (
    "second bias of a trained file dropped",
    byHand(simple: x • S_x + h₋ • S_h + onEveryRow(symbol("b", .weight, simple.b[0] - simpleShare))),
    byLayer(changed(simpleWeights) { $0.bias = simple.b[0] - simpleShare }, simple)
  ),
]
page.table(
  columns: ["slip", "difference of h", "h after the last step, sample 1"],
  rows: [["none", "–", digits(rightSimple.slice(T - 1).slice(0), most: 3)]]
    + simpleSlips.map {
      [$0.name, page.text(apart($0.hand, from: rightSimple)), digits($0.hand.slice(T - 1).slice(0), most: 3)]
    })
page.compare(
  "two slips of a simple RNN", hand: Tensor.stacked(simpleSlips.map(\.hand)),
  layer: Tensor.stacked(simpleSlips.map(\.layer)), tolerance: tolerance,
  axes: [Axis("slip", simpleSlips.map(\.name)), "step", "sample", "unit"])
checkDanger("two slips", simpleSlips.map(\.name), simpleSlips.map(\.hand), from: rightSimple)

//: ## From each to each
//:
//: A conversion has four parts: turn, join or cut, **move the blocks**, and settle the biases. What a framework's rules are
//: fits in one line each:

/// The rules of a framework, as far as a conversion needs them.
struct Rules {
  var framework: Framework
  var lstm: [Gate]
  var gru: [Gate]
  var rowsAreUnits = false
  var isJoined = false
  var biases = 1
  var biasesAreOneTensor = false
  var forgetBias = 0.0
  var gruPlaces = ["after"]
  var name: String { frameworkNames[framework] ?? framework.rawValue }
  var short: String { framework == .tensorflow1 ? "TF 1" : name }
}

let rules = [
  Rules(framework: .keras, lstm: [.i, .f, .g, .o], gru: [.z, .r, .g], gruPlaces: ["after", "before"]),
  Rules(
    framework: .tensorflow1, lstm: [.i, .g, .f, .o], gru: [.r, .z, .g], isJoined: true, forgetBias: 1,
    gruPlaces: ["before"]),
  Rules(framework: .pytorch, lstm: [.i, .f, .g, .o], gru: [.r, .z, .g], rowsAreUnits: true, biases: 2),
  Rules(
    framework: .onnx, lstm: [.i, .o, .f, .g], gru: [.z, .r, .g], rowsAreUnits: true, biases: 2,
    biasesAreOneTensor: true,
    gruPlaces: ["after", "before"]),
  Rules(framework: .mxnet, lstm: [.i, .f, .g, .o], gru: [.r, .z, .g], rowsAreUnits: true, biases: 2),
]
page.table(
  columns: ["", "LSTM", "GRU", "units are", "matrices", "biases", "reset", "adds to f"],
  rows: rules.map { rule in
    [
      rule.short, letters(rule.lstm), rule.isJoined ? "r z | g" : letters(rule.gru),
      rule.rowsAreUnits ? "rows" : "columns", rule.isJoined ? "x above h" : "two",
      rule.biases == 1 ? "one" : rule.biasesAreOneTensor ? "two in one" : "two",
      rule.gruPlaces.count == 2 ? "both" : rule.gruPlaces[0], page.text(rule.forgetBias),
    ]
  })

//: The biases are those of an LSTM; | means that TensorFlow 1 keeps the GRU's candidate apart. From this table follow all twenty
//: conversions. A row of digits says which block of the source stands at each place of the target, counted from 0:

/// Which block of the source stands at each place of the target.
func permutation(_ source: [Gate], _ target: [Gate]) -> [Int] { target.map { source.firstIndex(of: $0) ?? 0 } }

/// The row of a conversion in the table of recipes.
func recipe(_ a: Rules, _ b: Rules) -> [String] {
  func words(_ order: [Int]) -> String {
    order == order.sorted() ? "same" : order.map(String.init).joined(separator: " ")
  }
  let places = a.gruPlaces.filter(b.gruPlaces.contains)
  let gru = words(permutation(a.gru, b.gru)).replacing(" 2", with: a.isJoined || b.isJoined ? " | 2" : " 2")
  let matrices = [
    a.isJoined ? "cut" : nil, a.rowsAreUnits != b.rowsAreUnits ? "turn" : nil, b.isJoined ? "join" : nil,
  ].compactMap { $0 }
  var biases = a.forgetBias > b.forgetBias ? ["f + 1"] : a.forgetBias < b.forgetBias ? ["f − 1"] : []
  if a.biases > b.biases { biases.insert("b + b′", at: 0) }
  if a.biases < b.biases { biases.append("b′ = 0") }
  if a.biases == 2, a.biasesAreOneTensor, !b.biasesAreOneTensor, b.biases == 2 { biases.append("cut") }
  if b.biasesAreOneTensor { biases.append("join") }
  return [
    a.short, b.short, words(permutation(a.lstm, b.lstm)), places.isEmpty ? "refused" : gru,
    places.isEmpty ? "–" : places.joined(separator: ", "), matrices.isEmpty ? "same" : matrices.joined(separator: ", "),
    biases.isEmpty ? "same" : biases.joined(separator: ", "),
  ]
}

let conversions = rules.flatMap { a in rules.filter { $0.framework != a.framework }.map { (a, $0) } }
page.table(
  "Twenty conversions", columns: ["from", "to", "LSTM", "GRU", "reset", "matrices", "biases"],
  rows: conversions.map(recipe))

//: *Turn* is the transpose, *cut* and *join* are between the rows of $x$ and those of $h$, or between ONNX' two halves of $B$; $b + b'$ is right for
//: an LSTM. A GRU that resets after keeps both its biases, wherever it goes.
//:
//: The recipes are now followed by hand, with nothing but turning, cutting, moving and adding. The sources that have two biases have both of them
//: filled, as after a training, so that a lost one would show:

/// An LSTM's tensors carried from one framework's rules to another's.
func converted(_ file: [Tensor<Double>], _ a: Rules, _ b: Rules) -> [Tensor<Double>] {
  // Turn and cut.
  let upright = a.rowsAreUnits ? file.prefix(2).map(\.transposed) : Array(file.prefix(a.isJoined ? 1 : 2))
  var matrices = a.isJoined ? [upright[0].slices(0..<D), upright[0].slices(D..<D + H)] : upright
  var biases = Array(file.dropFirst(a.isJoined ? 1 : 2))
  if a.biasesAreOneTensor { biases = biases[0].split(into: 2) }
  // Move the blocks.
  let order = permutation(a.lstm, b.lstm)
  func moved(_ tensor: Tensor<Double>) -> Tensor<Double> {
    let blocks = tensor.split(into: 4)
    return .concatenated(order.map { blocks[$0] })
  }
  (matrices, biases) = (matrices.map(moved), biases.map(moved))
  // Settle the biases.
  if biases.count > b.biases { biases = [biases[0] + biases[1]] }
  if biases.count < b.biases { biases.append(.zeros([4 * H])) }
  let forget = (b.lstm.firstIndex(of: .f) ?? 0) * H
  for unit in forget..<forget + H { biases[0].scalars[unit] += a.forgetBias - b.forgetBias }
  // Join and turn.
  if b.biasesAreOneTensor { biases = [.concatenated(biases)] }
  if b.isJoined { matrices = [.stackedRows(matrices)] }
  return (b.rowsAreUnits ? matrices.map(\.transposed) : matrices) + biases
}

/// The layout of a framework, and its file with all its biases filled.
func trained(_ rule: Rules) -> (layout: WeightLayout, file: [(name: String, tensor: Tensor<Double>)]) {
  let layout = page.layout(rule.framework, .lstm)
  var weights = lstmWeights.addingForgetBias(-rule.forgetBias)
  if rule.biases == 2 { (weights.bias, weights.recurrentBias) = (withoutSecond.bias, share) }
  return (layout, page.must(try layout.encode(weights)))
}

/// The same conversion by the library.
func libraryConverted(_ a: Rules, _ b: Rules) -> [Double] {
  let (source, target) = (trained(a), trained(b).layout)
  let weights = decoded(source.layout, source.file).addingForgetBias(a.forgetBias - b.forgetBias)
  return flat(page.must(try target.encode(weights.fitted(to: target))))
}
page.compare(
  "20 recipes, every stored number of an LSTM", ("by the library", conversions.flatMap { libraryConverted($0, $1) }),
  (
    "by the recipe",
    conversions.flatMap { a, b in converted(trained(a).file.map(\.tensor), a, b).flatMap(\.scalars) }
  ), tolerance: exactly, because: "numbers move; sums of such short numbers are exact")

//: The library's way is the same for every pair: take the source's tensors apart into weights without conventions, and store those as the
//: target does. Here for all cells and all pairs that the frameworks allow:

/// Conversions by the library between files stored by hand: how many, and both sides' numbers.
func libraryConversions(
  _ files: [(layout: WeightLayout, forgetBias: Double, tensors: [(name: String, tensor: Tensor<Double>)])]
) -> (count: Int, targets: [Double], converted: [Double]) {
  let pairs = files.indices.flatMap { a in files.indices.filter { $0 != a }.map { (files[a], files[$0]) } }
  let converted = page.must(
    try pairs.map { a, b in
      let weights = decoded(a.layout, a.tensors).addingForgetBias(a.forgetBias - b.forgetBias)
      return try b.layout.encode(weights.fitted(to: b.layout))
    })
  return (pairs.count, pairs.flatMap { flat($1.tensors) }, converted.flatMap(flat))
}

let lstmFiveFiles = zip(layouts, handFiles).dropLast().map { ($0.layout, $0.forgetBias, $1) }
let byCell = [
  ("LSTM", libraryConversions(lstmFiveFiles)),
  ("GRU, reset after", libraryConversions(storedAfter.map { ($0.layout, 0, tensors($0.tensors)) })),
  ("GRU, reset before", libraryConversions(storedBefore.map { ($0.layout, 0, tensors($0.tensors)) })),
  ("simple RNN", libraryConversions(zip(simpleLayouts, simpleFiles).map { ($0, 0, $1) })),
]
page.table(columns: ["cell", "conversions"], rows: byCell.map { [$0.0, "\($0.1.count)"] })
page.compare(
  "\(byCell.reduce(0) { $0 + $1.1.count }) conversions, every stored number",
  ("the target's file", byCell.flatMap(\.1.targets)), ("by the library", byCell.flatMap(\.1.converted)),
  tolerance: exactly, because: "numbers move; adding and taking away 1 is exact here")

//: `convert-weights` does this for files, stacks and both directions included, says in one line what it found, and runs both sides on
//: seeded inputs:
//:
//: ```sh
//: swift run convert-weights --from keras --to pytorch --verify \
//:   in.safetensors out.safetensors
//: ```

//: ## A porter's checklist
//:
//: 1. **Which cell?** For a GRU: does the reset gate act before or after the product? If the target has only the other one, stop: no weights will do.
//: 2. **Which gate comes first?** Look it up in the table above, in the source of both frameworks, or in the file's producer: an example may differ
//:    from its own framework, as MXNet's does.
//: 3. **Rows or columns?** Turn $K$ *and* $R$, block by block or whole. Never reshape. $R$'s blocks are square, so no shape will remind you.
//: 4. **How many biases?** Two into one: add them, never drop one; except the candidate's of a GRU that resets after.
//: 5. **Is something added that stands in no file?** TensorFlow 1's forget bias. Take it away when you write for it, add it when you read from it.
//: 6. **What does $z$ keep?** The old state, in all five. For other sources, change the sign of $z$'s blocks.
//: 7. **Which state comes first?** (h, c), or (c, h) in TensorFlow 1. And which axis of the data is time?
//: 8. **Test with numbers that differ**: sizes and weights pairwise distinct, both biases filled, initial states that are not zero, two
//:    steps at least. Constant weights let six orders of 24 through, or all.
//: 9. **Compare h of every step, not its look.** Every wrong reading of this page lies between −1 and 1.
//:
//: For an implementation of your own, in any language: this puts all golden cases to it, and when numbers are wrong it says which
//: slip gives the same wrong numbers.
//:
//: ```sh
//: swift run conformance \
//:   --implementation "python3 golden/implementations/numpy_rnn.py"
//: ```
//:
//: Change a number: `swift run chapter-rosetta --units 5 --inputs 2`, or `--steps 20 --seed 1`, or `--scalar float`.

page.finish()
