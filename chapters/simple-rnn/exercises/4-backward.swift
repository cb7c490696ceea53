// simple-rnn/4 · One step back through time · compute, 25 minutes
// Goal: Write the backward pass of one step, from the gradient of h_t to those of all it was made of.
//
// The step was h_t = tanh(x_t W_x + h_{t−1} W_h + b). Given are x, the state `previous` before the step, the state `h`
// after it, and dh, the gradient of the loss with respect to h. Answer with the gradients of W_x, W_h, b, x and
// `previous`.
//
// Check this file:  swift run exercises simple-rnn/4      A hint:  swift run exercises simple-rnn/4 --hint

func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

func backward(x: [Double], previous: [Double], h: [Double], dh: [Double], W_x: [[Double]], W_h: [[Double]])
  -> (dW_x: [[Double]], dW_h: [[Double]], db: [Double], dx: [Double], dPrevious: [Double])
{
  // Begin with da, the gradient of the sum under tanh.
  return ([], [], [], [], [])
}
