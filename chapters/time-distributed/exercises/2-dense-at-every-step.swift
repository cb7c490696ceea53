// time-distributed/2 · The same dense layer at every step · compute, 10 minutes
// Goal: Write the product of a row vector and a matrix, and use it at every step.
//
// xs has T rows, one a step, of D numbers. W_y has D rows and C columns, b_y has C numbers. Answer with T rows of C
// numbers: ŷ_t = x_t W_y + b_y, the same W_y and b_y at every step.
//
// Check this file:  swift run exercises time-distributed/2      A hint:  swift run exercises time-distributed/2 --hint

func dense(_ xs: [[Double]], W_y: [[Double]], b_y: [Double]) -> [[Double]] {
  // Write ŷ_t = x_t W_y + b_y for every step here.
  []
}
