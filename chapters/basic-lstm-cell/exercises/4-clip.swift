// basic-lstm-cell/4 · Clipping by the global norm · compute, 10 minutes
// Goal: Shorten all gradients together, so that their direction stays.
//
// A slope may also grow on its way back, and one gradient that is far too long can spoil a training. Clipping makes it
// shorter before the update; chapter 8 has more of it. The length of a gradient is its norm: the root of the sum of
// the squares of all its numbers, those of all weights together. `gradients` is a list with the numbers of each
// weight matrix, one list for each. Answer with the norm of all of them, and with all of them clipped:
// g · limit / max(norm, limit), as TensorFlow's clip_by_global_norm does.
//
// Check this file:  swift run exercises basic-lstm-cell/4      A hint:  swift run exercises basic-lstm-cell/4 --hint

func clip(_ gradients: [[Double]], limit: Double) -> (clipped: [[Double]], norm: Double) {
  // The norm of all numbers first.
  return (gradients, 0)
}
