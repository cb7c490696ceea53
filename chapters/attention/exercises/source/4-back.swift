//: kind compute
//: title Back through the softmax
//: goal Turn the slope of a weighted mean into slopes of scores and states.
//: minutes 25
//: hint The slope along weight j is the sum over the units of d[k] · h[j][k].
//: hint With the mean m of these slopes, weighted by the weights, the slope along score j is weight[j] · (slope[j] − m).
//: hint Through the mean alone, the slope along h[j][k] is weight[j] · d[k].
//: answer da [step]: α_j (δα_j − Σ_i α_i δα_i), with δα_j = d · h_j
//: answer dh [step, unit]: α_j d, what reaches the states through the mean
//: case alpha = [3] 0.2 0.5 0.3; h [3, 4]; d [4]
//: case alpha = [4] 0.1 0.15 0.7 0.05; h [4, 2]; d [2]
//: fault the weighted mean of the slopes is not taken off
//: - for j in h.indices { da.append(alpha[j] * (slopes[j] - mean)) }
//: + for j in h.indices { da.append(alpha[j] * slopes[j]) }
//: fault each weight is taken as a logistic function of its own score: α (1 − α)
//: - for j in h.indices { da.append(alpha[j] * (slopes[j] - mean)) }
//: + for j in h.indices { da.append(alpha[j] * (1 - alpha[j]) * slopes[j]) }
//: fault the plain mean is taken off, not the weighted one
//: - let mean = h.indices.reduce(0.0) { $0 + alpha[$1] * slopes[$1] }
//: + let mean = slopes.reduce(0, +) / Double(slopes.count)
//: fault the weight is missing in front
//: - for j in h.indices { da.append(alpha[j] * (slopes[j] - mean)) }
//: + for j in h.indices { da.append(slopes[j] - mean) }
//: fault all states get the same share
//: - for j in h.indices { dh.append(d.map { alpha[j] * $0 }) }
//: + for _ in h.indices { dh.append(d.map { $0 / Double(h.count) }) }
// A query had the weights alpha over the states h, and its weighted mean has the slope d: the loss changes by d[k] when
// number k of the mean grows a little. Give the slope along each score, and along each state as far as it goes through
// the mean.

func back(alpha: [Double], h: [[Double]], d: [Double]) -> (da: [Double], dh: [[Double]]) {
  var da: [Double] = []
  var dh: [[Double]] = []
  // SOLUTION
  var slopes: [Double] = []
  for state in h { slopes.append(zip(d, state).reduce(0.0) { $0 + $1.0 * $1.1 }) }
  let mean = h.indices.reduce(0.0) { $0 + alpha[$1] * slopes[$1] }
  for j in h.indices { da.append(alpha[j] * (slopes[j] - mean)) }
  for j in h.indices { dh.append(d.map { alpha[j] * $0 }) }
  // STARTER
  //> da = alpha.map { _ in 0 }
  //> dh = h.map { $0.map { _ in 0 } }
  // END
  return (da, dh)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = back(alpha: input.vector("alpha"), h: input.matrix("h"), d: input.vector("d"))
  answer["da"] = result.da
  answer["dh"] = result.dh
}
