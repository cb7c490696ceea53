//: kind compute
//: title One step back through the memory
//: goal Write the gradient's two ways through c, and that of each gate.
//: minutes 30
//: hint c_t is read twice: by the next step (dc) and by h_t. The whole gradient is dc + dh ⊙ o ⊙ (1 − tanh(c_t)²).
//: hint With that sum s: di = s ⊙ c̃, df = s ⊙ c_{t−1}, dc̃ = s ⊙ i, do = dh ⊙ tanh(c_t), and dc_{t−1} = s ⊙ f.
//: hint The sums before the gates: multiply by the slopes, i (1 − i), f (1 − f), 1 − c̃², o (1 − o).
//: answer dcPrevious [unit]: dc_{t−1} = (dc_t + dh ⊙ o ⊙ (1 − tanh²(c_t))) ⊙ f
//: answer da [place]: the gradients of the sums before the gates, in the blocks i, f, c̃, o
//: case i [3] in 0.1 0.9; f [3] in 0.1 0.9; candidate [3] in -0.9 0.9; o [3] in 0.1 0.9; c0 [3]; c [3]; dh [3]; dc [3]
//: case i [2] in 0.1 0.9; f [2] in 0.1 0.9; candidate [2] in -0.9 0.9; o [2] in 0.1 0.9; c0 [2]; c [2]; dh [2]; dc [2]
//: fault the gradient dc from the next step is lost
//: - let s = dc[k] + dh[k] * o[k] * (1 - tanh(c[k]) * tanh(c[k]))
//: + let s = dh[k] * o[k] * (1 - tanh(c[k]) * tanh(c[k]))
//: fault the way through h is lost
//: - let s = dc[k] + dh[k] * o[k] * (1 - tanh(c[k]) * tanh(c[k]))
//: + let s = dc[k]
//: fault tanh's slope at c is missing
//: - let s = dc[k] + dh[k] * o[k] * (1 - tanh(c[k]) * tanh(c[k]))
//: + let s = dc[k] + dh[k] * o[k]
//: fault the slope of the candidate is that of the logistic function
//: - dCandidate.append(s * i[k] * (1 - candidate[k] * candidate[k]))
//: + dCandidate.append(s * i[k] * candidate[k] * (1 - candidate[k]))
//: fault the gradient of f uses the new c in place of the old one
//: - df.append(s * c0[k] * f[k] * (1 - f[k]))
//: + df.append(s * c[k] * f[k] * (1 - f[k]))
//: fault the slopes of the logistic gates are missing
//: - di.append(s * candidate[k] * i[k] * (1 - i[k]))
//: + di.append(s * candidate[k])
//: - df.append(s * c0[k] * f[k] * (1 - f[k]))
//: + df.append(s * c0[k])
//: - dO.append(dh[k] * tanh(c[k]) * o[k] * (1 - o[k]))
//: + dO.append(dh[k] * tanh(c[k]))
//: fault the gradient of o uses c in place of tanh(c)
//: - dO.append(dh[k] * tanh(c[k]) * o[k] * (1 - o[k]))
//: + dO.append(dh[k] * c[k] * o[k] * (1 - o[k]))
//: fault the old memory's gradient is not multiplied by f
//: - dcPrevious.append(s * f[k])
//: + dcPrevious.append(s)
// The step was c_t = f ⊙ c_{t−1} + i ⊙ c̃ and h_t = o ⊙ tanh(c_t). Given are the gates after their functions, the old
// memory c0 and the new one c, and two gradients that arrive from later: dh of h_t, dc of c_t through the next step.
// Answer with dc_{t−1}, and with the gradients of the four sums before the gates' functions.

import Foundation

func backward(
  i: [Double], f: [Double], candidate: [Double], o: [Double], c0: [Double], c: [Double], dh: [Double], dc: [Double]
) -> (dcPrevious: [Double], di: [Double], df: [Double], dCandidate: [Double], dO: [Double]) {
  var dcPrevious: [Double] = []
  var (di, df, dCandidate, dO): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
  for k in c.indices {
    // SOLUTION
    let s = dc[k] + dh[k] * o[k] * (1 - tanh(c[k]) * tanh(c[k]))
    dcPrevious.append(s * f[k])
    di.append(s * candidate[k] * i[k] * (1 - i[k]))
    df.append(s * c0[k] * f[k] * (1 - f[k]))
    dCandidate.append(s * i[k] * (1 - candidate[k] * candidate[k]))
    dO.append(dh[k] * tanh(c[k]) * o[k] * (1 - o[k]))
    // STARTER
    //> dcPrevious.append(dc[k])  // Write the five gradients of unit k.
    //> di.append(0)
    //> df.append(0)
    //> dCandidate.append(0)
    //> dO.append(0)
    // END
  }
  return (dcPrevious, di, df, dCandidate, dO)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = backward(
    i: input.vector("i"), f: input.vector("f"), candidate: input.vector("candidate"), o: input.vector("o"),
    c0: input.vector("c0"),
    c: input.vector("c"), dh: input.vector("dh"), dc: input.vector("dc"))
  answer["dcPrevious"] = result.dcPrevious
  answer["da"] = result.di + result.df + result.dCandidate + result.dO
}
