// attention/4 · Back through the softmax · compute, 25 minutes
// Goal: Turn the slope of a weighted mean into slopes of scores and states.
//
// A query had the weights alpha over the states h, and its weighted mean has the slope d: the loss changes by d[k] when
// number k of the mean grows a little. Give the slope along each score, and along each state as far as it goes through
// the mean.
//
// Check this file:  swift run exercises attention/4      A hint:  swift run exercises attention/4 --hint

func back(alpha: [Double], h: [[Double]], d: [Double]) -> (da: [Double], dh: [[Double]]) {
  var da: [Double] = []
  var dh: [[Double]] = []
  da = alpha.map { _ in 0 }
  dh = h.map { $0.map { _ in 0 } }
  return (da, dh)
}
