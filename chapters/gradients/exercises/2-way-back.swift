// gradients/2 · The way back · compute, 20 minutes
// Goal: Carry a gradient from the last state to every state before it.
//
// A simple network ran: h_t = tanh(x_t W_x + h_{t−1} W_h + b), with row vectors. Its T states are given, the first
// one in h[0]. The gradient of the loss by the last state is g. Answer with the gradient of the loss by every
// state, step by step: T rows of H numbers.
//
// Check this file:  swift run exercises gradients/2      A hint:  swift run exercises gradients/2 --hint

func gradients(W_h: [[Double]], h: [[Double]], g: [Double]) -> [[Double]] {
  var dh = h.map { $0.map { _ in 0.0 } }
  dh[h.count - 1] = g
  // From the last step back to the first.
  return dh
}
