//: kind find
//: title A gradient that is not that of the loss
//: goal Find out where the mean of a loss appears in its gradient.
//: minutes 15
//: hint The loss is a mean over all numbers of all steps. Each of them carries 1/(T·K) of it.
//: hint All steps share W, so their gradients are added. Which number is each sum divided by?
//: answer dW [input, output]: dW = Σ_t x_tᵀ · 2 (y_t − target_t) / (T·K)
//: answer db [output]: db = Σ_t 2 (y_t − target_t) / (T·K)
//: case xs [3, 2]; ys [3, 4]; targets [3, 4]
//: case xs [2, 3]; ys [2, 5]; targets [2, 5]
//: case xs [5, 4]; ys [5, 3]; targets [5, 3]
//: delivered the gradient is divided by the number of steps alone, not by steps times outputs
//: - let count = Double(ys.count * ys[0].count)
//: + let count = Double(ys.count)
//: fault the gradient is divided by the number of outputs alone, not by steps times outputs
//: - let count = Double(ys.count * ys[0].count)
//: + let count = Double(ys[0].count)
//: fault the gradient is that of a sum, not of a mean
//: - let count = Double(ys.count * ys[0].count)
//: + let count = 1.0
//: fault the factor 2 of the square's derivative is missing
//: - let dy = 2 * (ys[t][k] - targets[t][k]) / count
//: + let dy = (ys[t][k] - targets[t][k]) / count
//: fault the sign is wrong: target − output in place of output − target
//: - let dy = 2 * (ys[t][k] - targets[t][k]) / count
//: + let dy = 2 * (targets[t][k] - ys[t][k]) / count
//: fault only the last step's gradient is kept for the bias
//: - db[k] += dy
//: + db[k] = dy
//: fault only the last step's gradient is kept for W
//: - for d in xs[t].indices { dW[d][k] += xs[t][d] * dy }
//: + for d in xs[t].indices { dW[d][k] = xs[t][d] * dy }
// A dense layer gave ys at every step; the loss is the mean of (y − target)² over all T steps and K outputs. This
// program computes the gradients of W and b, and one line has a mistake: the numbers are too large. Mend it.

func gradients(xs: [[Double]], ys: [[Double]], targets: [[Double]]) -> (dW: [[Double]], db: [Double]) {
  var dW = xs[0].map { _ in ys[0].map { _ in 0.0 } }
  var db = ys[0].map { _ in 0.0 }
  let count = Double(ys.count * ys[0].count)
  for t in xs.indices {
    for k in db.indices {
      let dy = 2 * (ys[t][k] - targets[t][k]) / count
      db[k] += dy
      for d in xs[t].indices { dW[d][k] += xs[t][d] * dy }
    }
  }
  return (dW, db)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = gradients(xs: input.matrix("xs"), ys: input.matrix("ys"), targets: input.matrix("targets"))
  answer["dW"] = result.dW
  answer["db"] = result.db
}
