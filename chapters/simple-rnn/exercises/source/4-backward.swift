//: kind compute
//: title One step back through time
//: goal Write the backward pass of one step, from the gradient of h_t to those of all it was made of.
//: minutes 25
//: hint First da, the gradient of the sum under tanh: da = dh ⊙ (1 − h²), with h the state after the step.
//: hint The sum is x W_x + h_{t−1} W_h + b. The gradient of a matrix is an outer product, that of a factor uses the other one.
//: hint dW_x[d][k] = x[d]·da[k]; dx[d] = Σ_k da[k]·W_x[d][k]. The same for W_h and h_{t−1}.
//: answer db [unit]: db = da = dh ⊙ (1 − h_t²)
//: answer dW_x [input, unit]: dW_x = x_tᵀ da
//: answer dW_h [from, to]: dW_h = h_{t−1}ᵀ da
//: answer dx [input]: dx = da W_xᵀ
//: answer dPrevious [unit]: dh_{t−1} = da W_hᵀ
//: case x [2]; previous [3]; h [3] in -0.9 0.9; dh [3]; W_x [2, 3]; W_h [3, 3]
//: case x [4]; previous [2]; h [2] in -0.9 0.9; dh [2]; W_x [4, 2]; W_h [2, 2]
//: fault tanh's slope 1 − h² is missing
//: - let da = h.indices.map { dh[$0] * (1 - h[$0] * h[$0]) }
//: + let da = dh
//: fault the slope is that of the logistic function, h (1 − h)
//: - let da = h.indices.map { dh[$0] * (1 - h[$0] * h[$0]) }
//: + let da = h.indices.map { dh[$0] * h[$0] * (1 - h[$0]) }
//: fault the slope is computed from the state before the step
//: - let da = h.indices.map { dh[$0] * (1 - h[$0] * h[$0]) }
//: + let da = h.indices.map { dh[$0] * (1 - previous[$0] * previous[$0]) }
//: fault dW_h uses the state after the step, not the one before it
//: - let dW_h = previous.map { value in da.map { value * $0 } }
//: + let dW_h = h.map { value in da.map { value * $0 } }
//: fault W_h is not transposed in the gradient of the old state
//: - let dPrevious = W_h.map { row in dot(da, row) }
//: + let dPrevious = h.indices.map { k in dot(da, W_h.map { $0[k] }) }
// The step was h_t = tanh(x_t W_x + h_{t−1} W_h + b). Given are x, the state `previous` before the step, the state `h`
// after it, and dh, the gradient of the loss with respect to h. Answer with the gradients of W_x, W_h, b, x and
// `previous`.

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

func backward(x: [Double], previous: [Double], h: [Double], dh: [Double], W_x: [[Double]], W_h: [[Double]])
  -> (dW_x: [[Double]], dW_h: [[Double]], db: [Double], dx: [Double], dPrevious: [Double])
{
  // SOLUTION
  let da = h.indices.map { dh[$0] * (1 - h[$0] * h[$0]) }
  let dW_x = x.map { value in da.map { value * $0 } }
  let dW_h = previous.map { value in da.map { value * $0 } }
  let dx = W_x.map { row in dot(da, row) }
  let dPrevious = W_h.map { row in dot(da, row) }
  return (dW_x, dW_h, da, dx, dPrevious)
  // STARTER
  //> // Begin with da, the gradient of the sum under tanh.
  //> return ([], [], [], [], [])
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = backward(
    x: input.vector("x"), previous: input.vector("previous"), h: input.vector("h"), dh: input.vector("dh"),
    W_x: input.matrix("W_x"), W_h: input.matrix("W_h"))
  answer["db"] = result.db
  answer["dW_x"] = result.dW_x
  answer["dW_h"] = result.dW_h
  answer["dx"] = result.dx
  answer["dPrevious"] = result.dPrevious
}
