// time-distributed/4 · A gradient that is not that of the loss · find, 15 minutes
// Goal: Find out where the mean of a loss appears in its gradient.
//
// A dense layer gave ys at every step; the loss is the mean of (y − target)² over all T steps and K outputs. This
// program computes the gradients of W and b, and one line has a mistake: the numbers are too large. Mend it.
//
// Check this file:  swift run exercises time-distributed/4      A hint:  swift run exercises time-distributed/4 --hint

func gradients(xs: [[Double]], ys: [[Double]], targets: [[Double]]) -> (dW: [[Double]], db: [Double]) {
  var dW = xs[0].map { _ in ys[0].map { _ in 0.0 } }
  var db = ys[0].map { _ in 0.0 }
  let count = Double(ys.count)
  for t in xs.indices {
    for k in db.indices {
      let dy = 2 * (ys[t][k] - targets[t][k]) / count
      db[k] += dy
      for d in xs[t].indices { dW[d][k] += xs[t][d] * dy }
    }
  }
  return (dW, db)
}
