//: kind find
//: title A gradient that is not that of the loss
//: goal Find out where the mean of a loss appears in its gradient.
//: minutes 15
//: hint The loss is a mean over all numbers of all steps. Each of them carries 1/(T·C) of it.
//: hint All steps share W_y, so their gradients are added. Which number is each sum divided by?
//: answer dW_y [input, output]: dW_y = Σ_t x_tᵀ · 2 (ŷ_t − y_t) / (T·C)
//: answer db_y [output]: db_y = Σ_t 2 (ŷ_t − y_t) / (T·C)
//: case xs [3, 2]; answers [3, 4]; targets [3, 4]
//: case xs [2, 3]; answers [2, 5]; targets [2, 5]
//: case xs [5, 4]; answers [5, 3]; targets [5, 3]
//: delivered the gradient is divided by the number of steps alone, not by steps times outputs
//: - let count = Double(answers.count * answers[0].count)
//: + let count = Double(answers.count)
//: fault the gradient is divided by the number of outputs alone, not by steps times outputs
//: - let count = Double(answers.count * answers[0].count)
//: + let count = Double(answers[0].count)
//: fault the gradient is that of a sum, not of a mean
//: - let count = Double(answers.count * answers[0].count)
//: + let count = 1.0
//: fault the factor 2 of the square's derivative is missing
//: - let dy = 2 * (answers[t][k] - targets[t][k]) / count
//: + let dy = (answers[t][k] - targets[t][k]) / count
//: fault the sign is wrong: target − output in place of output − target
//: - let dy = 2 * (answers[t][k] - targets[t][k]) / count
//: + let dy = 2 * (targets[t][k] - answers[t][k]) / count
//: fault only the last step's gradient is kept for the bias
//: - db_y[k] += dy
//: + db_y[k] = dy
//: fault only the last step's gradient is kept for W_y
//: - for d in xs[t].indices { dW_y[d][k] += xs[t][d] * dy }
//: + for d in xs[t].indices { dW_y[d][k] = xs[t][d] * dy }
// A dense layer gave answers at every step; the loss is the mean of (ŷ − y)² over all T steps and C outputs. This
// program computes the gradients of W_y and b_y, and one line has a mistake: the numbers are too large. Mend it.

func gradients(xs: [[Double]], answers: [[Double]], targets: [[Double]]) -> (dW_y: [[Double]], db_y: [Double]) {
  var dW_y = xs[0].map { _ in answers[0].map { _ in 0.0 } }
  var db_y = answers[0].map { _ in 0.0 }
  let count = Double(answers.count * answers[0].count)
  for t in xs.indices {
    for k in db_y.indices {
      let dy = 2 * (answers[t][k] - targets[t][k]) / count
      db_y[k] += dy
      for d in xs[t].indices { dW_y[d][k] += xs[t][d] * dy }
    }
  }
  return (dW_y, db_y)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = gradients(xs: input.matrix("xs"), answers: input.matrix("answers"), targets: input.matrix("targets"))
  answer["dW_y"] = result.dW_y
  answer["db_y"] = result.db_y
}
