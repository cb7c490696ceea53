// lstm/4 · One step back through the memory · compute, 30 minutes
// Goal: Write the gradient's two ways through c, and that of each gate.
//
// The step was c_t = f ⊙ c_{t−1} + i ⊙ c̃ and h_t = o ⊙ tanh(c_t). Given are the gates after their functions, the old
// memory c0 and the new one c, and two gradients that arrive from later: dh of h_t, dc of c_t through the next step.
// Answer with dc_{t−1}, and with the gradients of the four sums before the gates' functions.
//
// Check this file:  swift run exercises lstm/4      A hint:  swift run exercises lstm/4 --hint

import Foundation

func backward(
  i: [Double], f: [Double], candidate: [Double], o: [Double], c0: [Double], c: [Double], dh: [Double], dc: [Double]
) -> (dcPrevious: [Double], di: [Double], df: [Double], dCandidate: [Double], dO: [Double]) {
  var dcPrevious: [Double] = []
  var (di, df, dCandidate, dO): ([Double], [Double], [Double], [Double]) = ([], [], [], [])
  for k in c.indices {
    dcPrevious.append(dc[k])  // Write the five gradients of unit k.
    di.append(0)
    df.append(0)
    dCandidate.append(0)
    dO.append(0)
  }
  return (dcPrevious, di, df, dCandidate, dO)
}
