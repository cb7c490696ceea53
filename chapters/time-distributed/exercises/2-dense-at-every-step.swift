// time-distributed/2 · The same dense layer at every step · compute, 10 minutes
// Goal: Write the product of a row vector and a matrix, and use it at every step.
//
// xs has T rows, one a step, of D numbers. W has D rows and K columns, b has K numbers. Answer with T rows of K
// numbers: y_t = x_t W + b, the same W and b at every step.
//
// Check this file:  swift run exercises time-distributed/2      A hint:  swift run exercises time-distributed/2 --hint

func dense(_ xs: [[Double]], W: [[Double]], b: [Double]) -> [[Double]] {
  // Write y_t = x_t W + b for every step here.
  []
}
