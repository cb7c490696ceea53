// mnist/3 · Softmax and cross-entropy · compute, 20 minutes
// Goal: Write a loss that is right for large numbers too.
//
// logits has B rows of C numbers, labels has for each row the number of its class. Answer with the probabilities p,
// and with the loss, the mean of −log p_label over the rows. Some logits in the check are near 1000.
//
// Check this file:  swift run exercises mnist/3      A hint:  swift run exercises mnist/3 --hint

import Foundation

func crossEntropy(logits: [[Double]], labels: [Int]) -> (p: [[Double]], loss: Double) {
  var p: [[Double]] = []
  for (a, label) in zip(logits, labels) {
    p.append(a.map { _ in 0 })  // Write the probabilities of a row; its label is a[label].
    _ = label
  }
  return (p, 0)
}
