//: kind compute
//: title Softmax and cross-entropy
//: goal Write a loss that is right for large numbers too.
//: minutes 20
//: hint With a for the logits of a sample, p_k = exp(a_k) / Σ_j exp(a_j). The loss of a sample is −log of the p of its label.
//: hint exp(1000) is infinite. Softmax does not change when the same number is subtracted from all of them: take the largest.
//: hint −log p_label = log Σ exp(a_j − m) − (a_label − m), where m is the largest. No division is needed.
//: answer p [sample, class]: p_k = exp(a_k) / Σ_j exp(a_j), over the classes of one sample
//: answer loss: the mean of −log p_label over the samples
//: case logits [3, 4]; labels = [3] 2 0 3
//: case logits [4, 3] in -3 3; labels = [4] 1 2 0 2
//: case logits [2, 3] in 700 1200; labels = [2] 1 2
//: fault exp overflows where a number is large: the largest must be subtracted first
//: - let largest = a.max()!
//: + let largest = 0.0
//: fault the losses are added, not averaged
//: - return (p, loss / Double(logits.count))
//: + return (p, loss)
//: fault the loss is divided by samples times classes, not by samples
//: - return (p, loss / Double(logits.count))
//: + return (p, loss / Double(logits.count * logits[0].count))
//: fault softmax runs over the samples, not over the classes
//: - let sum = exps.reduce(0, +)
//: + let sum = logits.reduce(0.0) { $0 + exp($1[0] - largest) }
//: fault the logarithm has base 2
//: - loss += log(sum) - (a[label] - largest)
//: + loss += (log(sum) - (a[label] - largest)) / log(2.0)
//: fault the sign of the loss is wrong
//: - loss += log(sum) - (a[label] - largest)
//: + loss -= log(sum) - (a[label] - largest)
//: fault the loss is 1 − p, not −log p
//: - loss += log(sum) - (a[label] - largest)
//: + loss += 1 - p.last![label]
// logits has B rows of C numbers, labels has for each row the number of its class. Answer with the probabilities p,
// and with the loss, the mean of −log p_label over the rows. Some logits in the check are near 1000.

import Foundation

func crossEntropy(logits: [[Double]], labels: [Int]) -> (p: [[Double]], loss: Double) {
  var p: [[Double]] = []
  // SOLUTION
  var loss = 0.0
  for (a, label) in zip(logits, labels) {
    let largest = a.max()!
    let exps = a.map { exp($0 - largest) }
    let sum = exps.reduce(0, +)
    p.append(exps.map { $0 / sum })
    loss += log(sum) - (a[label] - largest)
  }
  return (p, loss / Double(logits.count))
  // STARTER
  //> for (a, label) in zip(logits, labels) {
  //>   p.append(a.map { _ in 0 })  // Write the probabilities of a row; its label is a[label].
  //>   _ = label
  //> }
  //> return (p, 0)
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = crossEntropy(logits: input.matrix("logits"), labels: input.integers("labels"))
  answer["p"] = result.p
  answer["loss"] = result.loss
}
