// mnist/4 · The gradient of softmax cross-entropy · compute, 15 minutes
// Goal: Know the one line with which every classifier's backward pass begins.
//
// p has B rows of C probabilities, the result of softmax; labels has the class of each row. The loss is the mean of
// −log p_label. Answer with its gradient with respect to the numbers that softmax was given: B rows of C numbers.
//
// Check this file:  swift run exercises mnist/4      A hint:  swift run exercises mnist/4 --hint

func gradient(p: [[Double]], labels: [Int]) -> [[Double]] {
  // One row for each sample.
  []
}
