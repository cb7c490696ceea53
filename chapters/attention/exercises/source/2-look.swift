//: kind compute
//: title Look back
//: goal Compare, share, mix: one query over all states, with a mask.
//: minutes 20
//: hint The score of state j is the sum of q[k] · h[j][k], divided by the square root of the number of units.
//: hint e to the score, but 0 where `used[j]` is 0 (as if the score were −∞); then divide all by their sum.
//: hint The mean has one number for each unit: the sum over j of weight[j] · h[j][k].
//: answer weights [step]: softmax of q · h_j / √H over the steps that are used
//: answer mean [unit]: Σ_j weights_j h_j
//: case q [3]; h [4, 3]; used = [4] 1 1 0 1
//: case q [2] in -3 3; h [5, 2] in -2 2; used = [5] 1 1 1 0 0
//: case q [4] in -2 2; h [3, 4] in -2 2; used = [3] 1 1 1
//: fault the score is not divided by √H
//: - let score = (0..<q.count).reduce(0.0) { $0 + q[$1] * h[j][$1] } / Double(q.count).squareRoot()
//: + let score = (0..<q.count).reduce(0.0) { $0 + q[$1] * h[j][$1] }
//: fault the score is divided by H in place of √H
//: - let score = (0..<q.count).reduce(0.0) { $0 + q[$1] * h[j][$1] } / Double(q.count).squareRoot()
//: + let score = (0..<q.count).reduce(0.0) { $0 + q[$1] * h[j][$1] } / Double(q.count)
//: fault a masked step gets the score 0, and with it a weight
//: - powers.append(used[j] == 1 ? exp(score) : 0)
//: + powers.append(used[j] == 1 ? exp(score) : 1)
//: fault the mask acts after the softmax, so the weights do not add up to 1
//: - powers.append(used[j] == 1 ? exp(score) : 0)
//: + powers.append(exp(score))
//: - let weights = powers.map { $0 / total }
//: + let weights = h.indices.map { used[$0] == 1 ? powers[$0] / total : 0 }
//: fault the mask is ignored
//: - powers.append(used[j] == 1 ? exp(score) : 0)
//: + powers.append(exp(score))
//: fault the powers are not divided by their sum
//: - let weights = powers.map { $0 / total }
//: + let weights = powers
//: fault the query is mixed in place of the states
//: - for k in q.indices { mean[k] += weights[j] * h[j][k] }
//: + for k in q.indices { mean[k] += weights[j] * q[k] }
// A query q looks at the states h[0], h[1], …, of which those with used[j] = 1 count. Compute the weights by the scaled
// dot product, and the weighted mean of the states.

import Foundation

func look(_ q: [Double], at h: [[Double]], used: [Int]) -> (weights: [Double], mean: [Double]) {
  // SOLUTION
  var powers: [Double] = []
  for j in h.indices {
    let score = (0..<q.count).reduce(0.0) { $0 + q[$1] * h[j][$1] } / Double(q.count).squareRoot()
    powers.append(used[j] == 1 ? exp(score) : 0)
  }
  let total = powers.reduce(0, +)
  let weights = powers.map { $0 / total }
  var mean = q.map { _ in 0.0 }
  for j in h.indices {
    for k in q.indices { mean[k] += weights[j] * h[j][k] }
  }
  return (weights, mean)
  // STARTER
  //> return (h.map { _ in 0 }, q.map { _ in 0 })  // Compare, share, mix.
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = look(input.vector("q"), at: input.matrix("h"), used: input.integers("used"))
  answer["weights"] = result.weights
  answer["mean"] = result.mean
}
