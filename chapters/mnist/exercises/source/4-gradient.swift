//: kind compute
//: title The gradient of softmax cross-entropy
//: goal Know the one line with which every classifier's backward pass begins.
//: minutes 15
//: hint For one sample dloss/dz_k is p_k for all classes but the label, and p_k − 1 for the label.
//: hint The loss is a mean over the samples, so each sample carries 1/B of it.
//: answer dz [sample, class]: dz = (p − onehot(label)) / B
//: case p [3, 4] in 0.01 0.9; labels = [3] 2 0 3
//: case p [2, 5] in 0.01 0.9; labels = [2] 4 1
//: fault the gradient is not divided by the number of samples
//: - p[n].indices.map { k in (p[n][k] - (k == labels[n] ? 1 : 0)) / Double(p.count) }
//: + p[n].indices.map { k in p[n][k] - (k == labels[n] ? 1 : 0) }
//: fault the gradient is divided by samples times classes
//: - p[n].indices.map { k in (p[n][k] - (k == labels[n] ? 1 : 0)) / Double(p.count) }
//: + p[n].indices.map { k in (p[n][k] - (k == labels[n] ? 1 : 0)) / Double(p.count * p[n].count) }
//: fault the label is ignored: only p is left
//: - p[n].indices.map { k in (p[n][k] - (k == labels[n] ? 1 : 0)) / Double(p.count) }
//: + p[n].indices.map { k in p[n][k] / Double(p.count) }
//: fault the sign is wrong: label − p in place of p − label
//: - p[n].indices.map { k in (p[n][k] - (k == labels[n] ? 1 : 0)) / Double(p.count) }
//: + p[n].indices.map { k in ((k == labels[n] ? 1 : 0) - p[n][k]) / Double(p.count) }
//: fault only the label's place gets a gradient
//: - p[n].indices.map { k in (p[n][k] - (k == labels[n] ? 1 : 0)) / Double(p.count) }
//: + p[n].indices.map { k in (k == labels[n] ? p[n][k] - 1 : 0) / Double(p.count) }
//: fault every sample has the first one's label
//: - p[n].indices.map { k in (p[n][k] - (k == labels[n] ? 1 : 0)) / Double(p.count) }
//: + p[n].indices.map { k in (p[n][k] - (k == labels[0] ? 1 : 0)) / Double(p.count) }
// p has B rows of C probabilities, the result of softmax; labels has the class of each row. The loss is the mean of
// −log p_label. Answer with its gradient with respect to the numbers that softmax was given: B rows of C numbers.

func gradient(p: [[Double]], labels: [Int]) -> [[Double]] {
  // SOLUTION
  p.indices.map { n in
    p[n].indices.map { k in (p[n][k] - (k == labels[n] ? 1 : 0)) / Double(p.count) }
  }
  // STARTER
  //> // One row for each sample.
  //> []
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["dz"] = gradient(p: input.matrix("p"), labels: input.integers("labels"))
}
