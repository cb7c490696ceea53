//: kind find
//: title A GRU carried wrongly
//: goal Keep order, axes and biases apart when weights change frameworks.
//: minutes 15
//: hint Keras' blocks are z, r, h; PyTorch's are r, z, n. All tensors must be put in order, not all but one.
//: hint Compare what is done with the recurrent kernel and with the biases.
//: answer weightHH [row, unit]: the recurrent kernel transposed, blocks r, z, n
//: answer biasIH [place]: the first row of Keras' bias, blocks r, z, n
//: answer biasHH [place]: the second row of Keras' bias, blocks r, z, n
//: case recurrent [2, 6]; bias [2, 6]
//: case recurrent [3, 9]; bias [2, 9]
//: delivered the recurrent bias stays in Keras' order z r h
//: - let biasHH = order.flatMap { bias[1][$0 * H..<($0 + 1) * H] }
//: + let biasHH = bias[1]
//: fault all tensors stay in Keras' order z r h
//: - let order = [1, 0, 2]
//: + let order = [0, 1, 2]
//: fault the order is r h z
//: - let order = [1, 0, 2]
//: + let order = [1, 2, 0]
//: fault the two biases are exchanged
//: - return (weightHH, biasIH, biasHH)
//: + return (weightHH, biasHH, biasIH)
//: fault the recurrent kernel is reshaped where it must be transposed
//: - let rows = recurrent[0].indices.map { column in recurrent.map { $0[column] } }
//: + let flat = Array(recurrent.joined())
//: + let rows = recurrent[0].indices.map { row in (0..<H).map { flat[row * H + $0] } }
//: fault the recurrent kernel stays in Keras' order z r h
//: - let weightHH = order.flatMap { rows[$0 * H..<($0 + 1) * H] }
//: + let weightHH = rows
// Keras' GRU (reset_after) stores its recurrent kernel as [H, 3H] and its two biases as [2, 3H], blocks z, r, h.
// PyTorch stores them as weight_hh [3H, H], bias_ih [3H] and bias_hh [3H], blocks r, z, n. This conversion has one
// mistake: the GRU it makes is wrong by a little. Mend it.

func pytorch(recurrent: [[Double]], bias: [[Double]]) -> (weightHH: [[Double]], biasIH: [Double], biasHH: [Double]) {
  let H = recurrent.count
  let order = [1, 0, 2]
  let rows = recurrent[0].indices.map { column in recurrent.map { $0[column] } }
  let weightHH = order.flatMap { rows[$0 * H..<($0 + 1) * H] }
  let biasIH = order.flatMap { bias[0][$0 * H..<($0 + 1) * H] }
  let biasHH = order.flatMap { bias[1][$0 * H..<($0 + 1) * H] }
  return (weightHH, biasIH, biasHH)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = pytorch(recurrent: input.matrix("recurrent"), bias: input.matrix("bias"))
  answer["weightHH"] = result.weightHH
  answer["biasIH"] = result.biasIH
  answer["biasHH"] = result.biasHH
}
