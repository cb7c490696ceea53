import ChapterSupport

// Slips, each by hand and by the layer. They are computed when the page first asks for them.

/// What the second bias of a trained file of PyTorch holds: both are filled, and their sum is the named bias.
let share = Tensor<Double>.concatenated(lstm.b).map { (-0.75 * $0 * 64).rounded() / 64 + 0.25 }
let firstBias = symbol("b", .weight, Tensor<Double>.concatenated(lstm.b) - share)
let bothFilled = x • kerasK + onEveryRow(firstBias) + (h₋ • kerasR + onEveryRow(symbol("b'", .weight, share)))
let secondDropped = x • kerasK + onEveryRow(firstBias) + h₋ • kerasR
let notTurned = x • kerasK + h₋ • concatenate([W_ih, W_fh, W_gh, W_oh].map { transpose($0) }) + onEveryRow(kerasB)
let pouredKernel = Tensor<Double>.concatenated(lstm.W).transposed.reshaped([D, 4 * H])
let poured = x • symbol("K", .weight, pouredKernel) + h₋ • kerasR + onEveryRow(kerasB)

/// An LSTM whose four sums stand in the order of this page.
func readings(_ sums: Formula, forgetBias: Double = 0) -> LSTMEquations {
  LSTMEquations(sums.split(into: 4), canonical, forgetBias: forgetBias)
}
let withoutSecond = changed(lstmWeights) { $0.bias = Tensor<Double>.concatenated(lstm.b) - share }
let turnedBlocks = changed(lstmWeights) { $0.recurrentKernel = .concatenated(lstm.U.map(\.transposed)) }
let pouredWeights = changed(lstmWeights) { $0.kernel = pouredKernel }
/// The same weights with the states before the first step in each other's place.
let exchanged = NamedWeights(x: lstm.x, h0: lstm.c0, c0: lstm.h0, W: lstm.W, U: lstm.U, b: lstm.b, bʹ: lstm.bʹ)

/// What each slip makes of h.
let slips: [(name: String, hand: Tensor<Double>, layer: Tensor<Double>)] = [
  ("blocks of R not turned", byHand(readings(notTurned)), byLayer(turnedBlocks, lstm)),
  ("K reshaped instead of turned", byHand(readings(poured)), byLayer(pouredWeights, lstm)),
  ("second bias dropped", byHand(readings(secondDropped)), byLayer(withoutSecond, lstm)),
  (
    "forget bias never added", byHand(LSTMEquations(tensorflow.sums.split(into: 4), tensorflow.order)),
    byLayer(lstmWeights.addingForgetBias(-1), lstm)
  ),
  ("forget bias added twice", byHand(readings(kerasSums, forgetBias: 1)), byLayer(lstmWeights, lstm, forgetBias: 1)),
  ("h and c exchanged at the start", byHand(named, exchanged), byLayer(lstmWeights, exchanged)),
]

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

let bothBiases = Tensor<Double>.concatenated(after.b) + .concatenated(after.bʹ)

/// What each slip makes of h, and what it should be.
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
