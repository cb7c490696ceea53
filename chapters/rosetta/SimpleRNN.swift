import ChapterSupport

// A simple RNN in the layouts of all frameworks, by hand.

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

let rightSimple = byHand(simple: simpleSums[0])
let simpleFiles = simpleTensors.map { tensors($0) }
let simpleWeights = CellWeights(kind: .simpleRNN, kernel: simple.W[0], recurrentKernel: simple.U[0], bias: simple.b[0])
let simpleNames = Framework.allCases.map { frameworkNames[$0] ?? $0.rawValue }

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

/// The layouts, every stored number, and the outputs.
func compareSimpleRNN(line: Int = #line) {
  page.picture(.weights("Keras", of: simpleLayouts[0], inputs: D, units: H), line: line)
  page.picture(.weights("TensorFlow 1", of: simpleLayouts[1], inputs: D, units: H), line: line)
  page.picture(.weights("PyTorch; MXNet under other names", of: simpleLayouts[2], inputs: D, units: H), line: line)
  page.compare(
    "five layouts, every stored number", ("by hand", simpleFiles.flatMap(flat)),
    ("by the library", simpleLayouts.flatMap { flat(page.tensors(of: simpleWeights, in: $0, line: line)) }),
    tolerance: exactly, because: "numbers move, nothing is computed", line: line)
  page.compare(
    "a simple RNN in five layouts", hand: Tensor.stacked(simpleSums.map { byHand(simple: $0) }),
    layer: Tensor.stacked(zip(simpleLayouts, simpleFiles).map { byLayer(page.weights(in: $0, of: $1), simple) }),
    tolerance: tolerance, axes: [Axis("layout", simpleNames), "step", "sample", "unit"], line: line)
  compareWithFrameworks("simple RNN", .simpleRNN, rightSimple, line: line)
}

func showSimpleSlips(line: Int = #line) {
  page.table(
    columns: ["slip", "difference of h", "h after the last step, sample 1"],
    rows: [["none", "–", digits(rightSimple.slice(T - 1).slice(0), most: 3)]]
      + simpleSlips.map {
        [$0.name, page.text(apart($0.hand, from: rightSimple)), digits($0.hand.slice(T - 1).slice(0), most: 3)]
      }, line: line)
  page.compare(
    "two slips of a simple RNN", hand: Tensor.stacked(simpleSlips.map(\.hand)),
    layer: Tensor.stacked(simpleSlips.map(\.layer)), tolerance: tolerance,
    axes: [Axis("slip", simpleSlips.map(\.name)), "step", "sample", "unit"], line: line)
  checkDanger("two slips", simpleSlips.map(\.name), simpleSlips.map(\.hand), from: rightSimple, line: line)
}
