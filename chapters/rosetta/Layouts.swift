import ChapterSupport

// One LSTM in the layouts of five frameworks, and of MXNet's example, by hand.

let canonical: [Gate] = [.i, .f, .g, .o]
let gateNames = canonical.map(\.rawValue)

/// The weights of the four parts as symbols.
func four(_ weights: [Tensor<Double>], _ name: (String) -> String) -> (Formula, Formula, Formula, Formula) {
  let all = zip(gateNames, weights).map { symbol(name($0), .weight, $1) }
  return (all[0], all[1], all[2], all[3])
}

/// The cell in terms of the names.
let named = LSTMEquations(
  [
    x • W_ix + h₋ • W_ih + onEveryRow(b_i), x • W_fx + h₋ • W_fh + onEveryRow(b_f),
    x • W_gx + h₋ • W_gh + onEveryRow(b_g), x • W_ox + h₋ • W_oh + onEveryRow(b_o),
  ], canonical)

let nothing = symbol("0", .weight, Tensor<Double>.zeros([4 * H]))

let kerasK = define("K", concatenate(W_ix, W_fx, W_gx, W_ox), .weight)
let kerasR = define("R", concatenate(W_ih, W_fh, W_gh, W_oh), .weight)
let kerasB = define("b", concatenate(b_i, b_f, b_g, b_o), .weight)
let kerasSums = define("a_t", x • kerasK + h₋ • kerasR + onEveryRow(kerasB))
let keras = Stored(
  name: "Keras", layout: page.layout(.keras, .lstm),
  tensors: [("kernel", kerasK), ("recurrent_kernel", kerasR), ("bias", kerasB)], sums: kerasSums,
  order: [.i, .f, .g, .o])

let pytorchK = define("K", stack(transpose(W_ix), transpose(W_fx), transpose(W_gx), transpose(W_ox)), .weight)
let pytorchR = define("R", stack(transpose(W_ih), transpose(W_fh), transpose(W_gh), transpose(W_oh)), .weight)
let pytorchB = define("b", concatenate(b_i, b_f, b_g, b_o), .weight)
let pytorchBʹ = define("b'", nothing, .weight)
let pytorchSums = define(
  "a_t", x • transpose(pytorchK) + onEveryRow(pytorchB) + (h₋ • transpose(pytorchR) + onEveryRow(pytorchBʹ)))
let pytorch = Stored(
  name: "PyTorch", layout: page.layout(.pytorch, .lstm),
  tensors: [("weight_ih", pytorchK), ("weight_hh", pytorchR), ("bias_ih", pytorchB), ("bias_hh", pytorchBʹ)],
  sums: pytorchSums, order: [.i, .f, .g, .o])

let tensorflowK = define(
  "K", stack(concatenate(W_ix, W_gx, W_fx, W_ox), concatenate(W_ih, W_gh, W_fh, W_oh)), .weight)
let tensorflowB = define("b", concatenate(b_i, b_g, b_f - 1, b_o), .weight)
let tensorflow = Stored(
  name: "TensorFlow 1", layout: page.layout(.tensorflow1, .lstm),
  tensors: [("kernel", tensorflowK), ("bias", tensorflowB)],
  sums: define("a_t", concatenate(x, h₋) • tensorflowK + onEveryRow(tensorflowB)), order: [.i, .g, .f, .o],
  forgetBias: 1)

let onnxW = define("W", stack(transpose(W_ix), transpose(W_ox), transpose(W_fx), transpose(W_gx)), .weight)
let onnxR = define("R", stack(transpose(W_ih), transpose(W_oh), transpose(W_fh), transpose(W_gh)), .weight)
let onnxB = define("B", concatenate(concatenate(b_i, b_o, b_f, b_g), nothing), .weight)
let onnx: Stored = {
  let biases = onnxB.split(into: 2)
  return Stored(
    name: "ONNX", layout: page.layout(.onnx, .lstm), tensors: [("W", onnxW), ("R", onnxR), ("B", onnxB)],
    sums: define(
      "a_t", x • transpose(onnxW) + h₋ • transpose(onnxR) + onEveryRow(biases[0]) + onEveryRow(biases[1])),
    order: [.i, .o, .f, .g])
}()

let mxnet = Stored(
  name: "MXNet", layout: page.layout(.mxnet, .lstm),
  tensors: [("i2h_weight", pytorchK), ("h2h_weight", pytorchR), ("i2h_bias", pytorchB), ("h2h_bias", pytorchBʹ)],
  sums: pytorchSums, order: [.i, .f, .g, .o])

let exampleK = define("K", stack(transpose(W_ix), transpose(W_gx), transpose(W_fx), transpose(W_ox)), .weight)
let exampleR = define("R", stack(transpose(W_ih), transpose(W_gh), transpose(W_fh), transpose(W_oh)), .weight)
let exampleB = define("b", concatenate(b_i, b_g, b_f, b_o), .weight)
let example = Stored(
  name: "MXNet's example", layout: .biLSTMSort,
  tensors: [("i2h_weight", exampleK), ("h2h_weight", exampleR), ("i2h_bias", exampleB), ("h2h_bias", nothing)],
  sums: define(
    "a_t", x • transpose(exampleK) + onEveryRow(exampleB) + (h₋ • transpose(exampleR) + onEveryRow(nothing))),
  order: [.i, .g, .f, .o])

/// A layout as a lesson shows it: its picture, the matrix that meets the input, the sums, and how they are cut.
func show(_ stored: Stored, _ title: String, leading: [Int] = [], line: Int = #line) {
  page.picture(.weights(title, of: stored.layout, inputs: D, units: H, leading: leading), line: line)
  page.formula(stored.tensors[0].formula, line: line)
  page.formula(stored.sums, line: line)
  let parts = stored.order.map { "a_\($0.rawValue)" }.joined(separator: ", ")
  let added = stored.forgetBias == 0 ? "" : #", \quad f_t = \sigma(a_f + 1)"#
  page.formula(latex: #"[\#(parts)] = \mathrm{split}(a_t, 4)\#(added)"#, line: line)
}
