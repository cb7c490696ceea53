// mnist/3 · Softmax and cross-entropy · compute, 20 minutes
// Goal: Write a loss that is right for large numbers too.
//
// logits has B rows of K numbers, labels has for each row the number of its class. Answer with the probabilities p,
// and with the loss, the mean of −log p_label over the rows. Some logits in the check are near 1000.
//
// Check this file:  swift run exercises mnist/3      A hint:  swift run exercises mnist/3 --hint

import Foundation

func crossEntropy(logits: [[Double]], labels: [Int]) -> (p: [[Double]], loss: Double) {
  var p: [[Double]] = []
  for (z, label) in zip(logits, labels) {
    p.append(z.map { _ in 0 })  // Write the probabilities of a row; its label is z[label].
    _ = label
  }
  return (p, 0)
}
