// sort/3 · One weight, many steps · compute, 20 minutes
// Goal: Add up the gradient of a weight that every step shares.
//
// A network without tanh: h_t = w h_{t−1} + x_t, t = 1 … T, and h_0 = 0. The loss changes with each state by dy[t],
// through what stands above. Give dL/dw and, step by step, the share that each use of w has in it.
//
// Check this file:  swift run exercises sort/3      A hint:  swift run exercises sort/3 --hint

func gradient(w: Double, x: [Double], dy: [Double]) -> (dw: Double, copies: [Double]) {
  var h: [Double] = []
  for t in x.indices { h.append(w * (h.last ?? 0) + x[t]) }
  var dw = 0.0
  var copies = x.map { _ in 0.0 }
  // From the last step to the first.
  return (dw, copies)
}
