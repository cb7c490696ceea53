// rosetta/4 · A GRU carried wrongly · find, 15 minutes
// Goal: Keep order, axes and biases apart when weights change frameworks.
//
// Keras' GRU (reset_after) stores its recurrent kernel as [H, 3H] and its two biases as [2, 3H], blocks z, r, h.
// PyTorch stores them as weight_hh [3H, H], bias_ih [3H] and bias_hh [3H], blocks r, z, n. This conversion has one
// mistake: the GRU it makes is wrong by a little. Mend it.
//
// Check this file:  swift run exercises rosetta/4      A hint:  swift run exercises rosetta/4 --hint

func pytorch(recurrent: [[Double]], bias: [[Double]]) -> (weightHH: [[Double]], biasIH: [Double], biasHH: [Double]) {
  let H = recurrent.count
  let order = [1, 0, 2]
  let rows = recurrent[0].indices.map { column in recurrent.map { $0[column] } }
  let weightHH = order.flatMap { rows[$0 * H..<($0 + 1) * H] }
  let biasIH = order.flatMap { bias[0][$0 * H..<($0 + 1) * H] }
  let biasHH = bias[1]
  return (weightHH, biasIH, biasHH)
}
