//: kind compute
//: title Clipping by the global norm
//: goal Shorten all gradients together, so that their direction stays.
//: minutes 10
//: hint One norm for all tensors: the root of the sum of all squares of all of them.
//: hint Where the norm is below the limit nothing changes. Else every number is multiplied by limit / norm.
//: answer norm: √(Σ g²) over all tensors
//: answer clipped [tensor, element]: g · limit / max(norm, limit)
//: case gradients [3, 4]; limit = 0.7
//: case gradients [2, 5] in -3 3; limit = 1.5
//: case gradients [2, 3] in -0.2 0.2; limit = 2
//: fault each tensor is clipped by its own norm, not all by one
//: - let clipped = gradients.map { tensor in tensor.map { $0 * factor } }
//: + let clipped = gradients.map { tensor in
//: +   let own = tensor.reduce(0) { $0 + $1 * $1 }.squareRoot()
//: +   return tensor.map { $0 * min(1, limit / own) }
//: + }
//: fault each number is clipped to ±limit by itself
//: - let clipped = gradients.map { tensor in tensor.map { $0 * factor } }
//: + let clipped = gradients.map { tensor in tensor.map { max(-limit, min(limit, $0)) } }
//: fault gradients below the limit are lengthened: the factor must never be above 1
//: - let factor = limit / max(norm, limit)
//: + let factor = limit / norm
//: fault the root of the sum of squares is missing
//: - let norm = gradients.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
//: + let norm = gradients.joined().reduce(0) { $0 + $1 * $1 }
//: fault the norm is the sum of the sizes, not the root of the sum of squares
//: - let norm = gradients.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
//: + let norm = gradients.joined().reduce(0) { $0 + abs($1) }
//: fault nothing is clipped
//: - let factor = limit / max(norm, limit)
//: + let factor = 1.0
// A slope may also grow on its way back, and one gradient that is far too long can spoil a training. Clipping makes it
// shorter before the update; chapter 8 has more of it. The length of a gradient is its norm: the root of the sum of
// the squares of all its numbers, those of all weights together. `gradients` is a list with the numbers of each
// weight matrix, one list for each. Answer with the norm of all of them, and with all of them clipped:
// g · limit / max(norm, limit), as TensorFlow's clip_by_global_norm does.

func clip(_ gradients: [[Double]], limit: Double) -> (clipped: [[Double]], norm: Double) {
  // SOLUTION
  let norm = gradients.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
  let factor = limit / max(norm, limit)
  let clipped = gradients.map { tensor in tensor.map { $0 * factor } }
  return (clipped, norm)
  // STARTER
  //> // The norm of all numbers first.
  //> return (gradients, 0)
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = clip(input.matrix("gradients"), limit: input.number("limit"))
  answer["norm"] = result.norm
  answer["clipped"] = result.clipped
}
