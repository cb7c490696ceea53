// time-distributed/4 · A gradient that is not that of the loss · find, 15 minutes
// Goal: Find out where the mean of a loss appears in its gradient.
//
// A dense layer gave answers at every step; the loss is the mean of (ŷ − y)² over all T steps and C outputs. This
// program computes the gradients of W_y and b_y, and one line has a mistake: the numbers are too large. Mend it.
//
// Check this file:  swift run exercises time-distributed/4      A hint:  swift run exercises time-distributed/4 --hint

func gradients(xs: [[Double]], answers: [[Double]], targets: [[Double]]) -> (dW_y: [[Double]], db_y: [Double]) {
  var dW_y = xs[0].map { _ in answers[0].map { _ in 0.0 } }
  var db_y = answers[0].map { _ in 0.0 }
  let count = Double(answers.count)
  for t in xs.indices {
    for k in db_y.indices {
      let dy = 2 * (answers[t][k] - targets[t][k]) / count
      db_y[k] += dy
      for d in xs[t].indices { dW_y[d][k] += xs[t][d] * dy }
    }
  }
  return (dW_y, db_y)
}
