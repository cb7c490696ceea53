//: kind compute
//: title One weight, many steps
//: goal Add up the gradient of a weight that every step shares.
//: minutes 20
//: hint The slope along h_t is what arrives from above, dy[t], plus w times the slope along h_{t+1}. Begin at the last step.
//: hint Each step uses w once, times the state before it: its share of the gradient is (slope along h_t) · h_{t−1}.
//: answer dw: dL/dw = Σ_t (slope along h_t) · h_{t−1}
//: answer copies [step]: the share of each step
//: case w = 0.7; x [4]; dy [4]
//: case w = -1.3; x [6]; dy [6]
//: case w = 0.4; x [2]; dy [2]
//: fault the last step's share overwrites the others
//: - dw += share
//: + if t == x.count - 1 { dw = share }
//: fault the way through later steps is left out
//: - let slope = dy[t] + w * later
//: + let slope = dy[t]
//: fault each step's own state is used in place of the one before
//: - let share = slope * (t > 0 ? h[t - 1] : 0)
//: + let share = slope * h[t]
//: fault the slope of a later step is not multiplied by the weight
//: - let slope = dy[t] + w * later
//: + let slope = dy[t] + later
//: fault the mean over the steps is taken in place of the sum
//: - return (dw, copies)
//: + return (dw / Double(x.count), copies)
// A network without tanh: h_t = w h_{t−1} + x_t, t = 1 … T, and h_0 = 0. The loss changes with each state by dy[t],
// through what stands above. Give dL/dw and, step by step, the share that each use of w has in it.

func gradient(w: Double, x: [Double], dy: [Double]) -> (dw: Double, copies: [Double]) {
  var h: [Double] = []
  for t in x.indices { h.append(w * (h.last ?? 0) + x[t]) }
  var dw = 0.0
  var copies = x.map { _ in 0.0 }
  // SOLUTION
  var later = 0.0
  for t in x.indices.reversed() {
    let slope = dy[t] + w * later
    let share = slope * (t > 0 ? h[t - 1] : 0)
    copies[t] = share
    dw += share
    later = slope
  }
  // STARTER
  //> // From the last step to the first.
  // END
  return (dw, copies)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = gradient(w: input.number("w"), x: input.vector("x"), dy: input.vector("dy"))
  answer["dw"] = result.dw
  answer["copies"] = result.copies
}
