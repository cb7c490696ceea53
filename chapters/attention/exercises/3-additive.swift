// attention/3 · A score with weights of its own · compute, 15 minutes
// Goal: Write the additive score, v · tanh(q W_q + h W_k).
//
// Give the additive score of the query q with each state h[j]. The matrices have a row for each number that goes in and
// A columns.
//
// Check this file:  swift run exercises attention/3      A hint:  swift run exercises attention/3 --hint

import Foundation

/// The product of a row and a matrix.
func times(_ x: [Double], _ W: [[Double]]) -> [Double] {
  (0..<W[0].count).map { a in x.indices.reduce(0.0) { $0 + x[$1] * W[$1][a] } }
}

func additiveScores(_ q: [Double], _ h: [[Double]], W_q: [[Double]], W_k: [[Double]], v: [Double]) -> [Double] {
  var scores: [Double] = []
  for state in h {
    var score = 0.0
    score = times(state, W_k)[0]  // Both products, tanh, and v.
    scores.append(score)
  }
  return scores
}
