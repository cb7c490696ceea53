//: kind compute
//: title The way back
//: goal Carry a gradient from the last state to every state before it.
//: minutes 20
//: hint Begin with the last step: its gradient is g itself. Then go from t to t − 1.
//: hint First multiply each place k of dh_t by the slope of tanh there, 1 − h_t[k]²; call it da, the slope of the sum.
//: hint Then dh_{t−1}[j] = Σ_k da[k] · W_h[j][k]: the way back goes through the rows of W_h, so W_h is transposed.
//: answer dh [step, unit]: dh_{t−1} = (dh_t ⊙ (1 − h_t²)) W_hᵀ
//: case W_h [3, 3]; h [4, 3] in -0.9 0.9; g [3]
//: case W_h [2, 2] in -1.5 1.5; h [6, 2] in -0.9 0.9; g [2]
//: fault W_h is not transposed: the gradient goes through its columns
//: - for k in da.indices { back[j] += da[k] * W_h[j][k] }
//: + for k in da.indices { back[j] += da[k] * W_h[k][j] }
//: fault tanh's slope is missing
//: - da.append(dh[t][k] * (1 - h[t][k] * h[t][k]))
//: + da.append(dh[t][k])
//: fault the slope is that of the state before the step
//: - da.append(dh[t][k] * (1 - h[t][k] * h[t][k]))
//: + da.append(dh[t][k] * (1 - h[t - 1][k] * h[t - 1][k]))
//: fault the slope is that of the logistic function
//: - da.append(dh[t][k] * (1 - h[t][k] * h[t][k]))
//: + da.append(dh[t][k] * h[t][k] * (1 - h[t][k]))
//: fault the slope acts after the matrix in place of before it
//: - da.append(dh[t][k] * (1 - h[t][k] * h[t][k]))
//: + da.append(dh[t][k])
//: - dh[t - 1] = back
//: + dh[t - 1] = back.indices.map { back[$0] * (1 - h[t][$0] * h[t][$0]) }
// A simple network ran: h_t = tanh(x_t W_x + h_{t−1} W_h + b), with row vectors. Its T states are given, the first
// one in h[0]. The gradient of the loss by the last state is g. Answer with the gradient of the loss by every
// state, step by step: T rows of H numbers.

func gradients(W_h: [[Double]], h: [[Double]], g: [Double]) -> [[Double]] {
  var dh = h.map { $0.map { _ in 0.0 } }
  dh[h.count - 1] = g
  // SOLUTION
  for t in (1..<h.count).reversed() {
    var da: [Double] = []
    for k in g.indices {
      da.append(dh[t][k] * (1 - h[t][k] * h[t][k]))
    }
    var back = [Double](repeating: 0, count: g.count)
    for j in g.indices {
      for k in da.indices { back[j] += da[k] * W_h[j][k] }
    }
    dh[t - 1] = back
  }
  // STARTER
  //> // From the last step back to the first.
  // END
  return dh
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["dh"] = gradients(W_h: input.matrix("W_h"), h: input.matrix("h"), g: input.vector("g"))
}
