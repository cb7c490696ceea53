//: kind compute
//: title One step back through time
//: goal Write the backward pass of one step, from the gradient of h_t to those of all it was made of.
//: minutes 25
//: hint First dz, the gradient of the sum under tanh: dz = dh ⊙ (1 − h²), with h the state after the step.
//: hint The sum is x W + h_{t−1} U + b. The gradient of a matrix is an outer product, that of a factor uses the other one.
//: hint dW[d][k] = x[d]·dz[k]; dx[d] = Σ_k dz[k]·W[d][k]. The same for U and h_{t−1}.
//: answer db [unit]: db = dz = dh ⊙ (1 − h_t²)
//: answer dW [input, unit]: dW = x_tᵀ dz
//: answer dU [from, to]: dU = h_{t−1}ᵀ dz
//: answer dx [input]: dx = dz Wᵀ
//: answer dPrevious [unit]: dh_{t−1} = dz Uᵀ
//: case x [2]; previous [3]; h [3] in -0.9 0.9; dh [3]; W [2, 3]; U [3, 3]
//: case x [4]; previous [2]; h [2] in -0.9 0.9; dh [2]; W [4, 2]; U [2, 2]
//: fault tanh's slope 1 − h² is missing
//: - let dz = h.indices.map { dh[$0] * (1 - h[$0] * h[$0]) }
//: + let dz = dh
//: fault the slope is that of the logistic function, h (1 − h)
//: - let dz = h.indices.map { dh[$0] * (1 - h[$0] * h[$0]) }
//: + let dz = h.indices.map { dh[$0] * h[$0] * (1 - h[$0]) }
//: fault the slope is computed from the state before the step
//: - let dz = h.indices.map { dh[$0] * (1 - h[$0] * h[$0]) }
//: + let dz = h.indices.map { dh[$0] * (1 - previous[$0] * previous[$0]) }
//: fault dU uses the state after the step, not the one before it
//: - let dU = previous.map { value in dz.map { value * $0 } }
//: + let dU = h.map { value in dz.map { value * $0 } }
//: fault U is not transposed in the gradient of the old state
//: - let dPrevious = U.map { row in dot(dz, row) }
//: + let dPrevious = h.indices.map { k in dot(dz, U.map { $0[k] }) }
// The step was h_t = tanh(x_t W + h_{t−1} U + b). Given are x, the state `previous` before the step, the state `h`
// after it, and dh, the gradient of the loss with respect to h. Answer with the gradients of W, U, b, x and
// `previous`.

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

func backward(x: [Double], previous: [Double], h: [Double], dh: [Double], W: [[Double]], U: [[Double]])
  -> (dW: [[Double]], dU: [[Double]], db: [Double], dx: [Double], dPrevious: [Double])
{
  // SOLUTION
  let dz = h.indices.map { dh[$0] * (1 - h[$0] * h[$0]) }
  let dW = x.map { value in dz.map { value * $0 } }
  let dU = previous.map { value in dz.map { value * $0 } }
  let dx = W.map { row in dot(dz, row) }
  let dPrevious = U.map { row in dot(dz, row) }
  return (dW, dU, dz, dx, dPrevious)
  // STARTER
  //> // Begin with dz, the gradient of the sum under tanh.
  //> return ([], [], [], [], [])
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = backward(
    x: input.vector("x"), previous: input.vector("previous"), h: input.vector("h"), dh: input.vector("dh"),
    W: input.matrix("W"), U: input.matrix("U"))
  answer["db"] = result.db
  answer["dW"] = result.dW
  answer["dU"] = result.dU
  answer["dx"] = result.dx
  answer["dPrevious"] = result.dPrevious
}
