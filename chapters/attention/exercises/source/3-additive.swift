//: kind compute
//: title A score with weights of its own
//: goal Write the additive score, v · tanh(q W_q + h W_k).
//: minutes 15
//: hint Both products have A numbers, one for each column. Add them place by place, then tanh.
//: hint The score is the sum of v[a] times the a-th of these numbers.
//: answer scores [step]: a_j = Σ_a v_a tanh((q W_q)_a + (h_j W_k)_a)
//: case q [2]; h [3, 4]; W_q [2, 5]; W_k [4, 5]; v [5]
//: case q [3]; h [5, 3]; W_q [3, 2]; W_k [3, 2]; v [2]
//: fault tanh is forgotten
//: - score += v[a] * tanh(fromQuery[a] + fromState[a])
//: + score += v[a] * (fromQuery[a] + fromState[a])
//: fault tanh acts on each product before they are added
//: - score += v[a] * tanh(fromQuery[a] + fromState[a])
//: + score += v[a] * (tanh(fromQuery[a]) + tanh(fromState[a]))
//: fault the products are multiplied in place of added
//: - score += v[a] * tanh(fromQuery[a] + fromState[a])
//: + score += v[a] * tanh(fromQuery[a] * fromState[a])
//: fault the query is left out
//: - score += v[a] * tanh(fromQuery[a] + fromState[a])
//: + score += v[a] * tanh(fromState[a])
//: fault v is left out
//: - score += v[a] * tanh(fromQuery[a] + fromState[a])
//: + score += tanh(fromQuery[a] + fromState[a])
// Give the additive score of the query q with each state h[j]. The matrices have a row for each number that goes in and
// A columns.

import Foundation

/// The product of a row and a matrix.
func times(_ x: [Double], _ W: [[Double]]) -> [Double] {
  (0..<W[0].count).map { a in x.indices.reduce(0.0) { $0 + x[$1] * W[$1][a] } }
}

func additiveScores(_ q: [Double], _ h: [[Double]], W_q: [[Double]], W_k: [[Double]], v: [Double]) -> [Double] {
  var scores: [Double] = []
  for state in h {
    var score = 0.0
    // SOLUTION
    let fromQuery = times(q, W_q)
    let fromState = times(state, W_k)
    for a in v.indices {
      score += v[a] * tanh(fromQuery[a] + fromState[a])
    }
    // STARTER
    //> score = times(state, W_k)[0]  // Both products, tanh, and v.
    // END
    scores.append(score)
  }
  return scores
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["scores"] = additiveScores(
    input.vector("q"), input.matrix("h"), W_q: input.matrix("W_q"), W_k: input.matrix("W_k"), v: input.vector("v"))
}
