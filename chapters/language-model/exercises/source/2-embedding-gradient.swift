//: kind compute
//: title The gradient of an embedding
//: goal Give every row of the table what belongs to it.
//: minutes 15
//: hint The row of a word was read at every step at which that word came. Begin with rows of zeros.
//: hint At step t the row of `words[t]` was used: what belongs to it is `slopes[t]`.
//: hint A word that comes twice gets both: add, do not assign.
//: answer gradient [word, number]: the row of word v is the sum of the slopes of all steps at which v was read
//: case words = [6] 2 0 2 1 2 0; slopes [6, 3]; V = 4
//: case words = [4] 3 3 3 1; slopes [4, 2]; V = 5
//: case words = [5] 1 2 0 4 3; slopes [5, 4]; V = 6
//: fault a word that comes again keeps the last slope alone: the row is overwritten
//: - gradient[word][j] += slope[j]
//: + gradient[word][j] = slope[j]
//: fault a word that comes again gets the mean of its slopes, not their sum
//: - gradient[word][j] += slope[j]
//: + gradient[word][j] += slope[j] / Double(words.count { $0 == word })
//: fault a word keeps the slope of the first step at which it came
//: - gradient[word][j] += slope[j]
//: + if gradient[word][j] == 0 { gradient[word][j] = slope[j] }
//: fault the slopes are divided by the number of steps once more
//: - gradient[word][j] += slope[j]
//: + gradient[word][j] += slope[j] / Double(words.count)
//: fault the sign is wrong: this is the step downhill, not the gradient
//: - gradient[word][j] += slope[j]
//: + gradient[word][j] -= slope[j]
// At step t the network read the word with the number words[t], as the row of that number in a table of V rows. The
// way back has brought the slope along each vector that was read: slopes has a row for each step. Answer with the
// gradient of the table, V rows.

func gradientOfTable(words: [Int], slopes: [[Double]], V: Int) -> [[Double]] {
  var gradient = [[Double]](repeating: [Double](repeating: 0, count: slopes[0].count), count: V)
  // SOLUTION
  for (word, slope) in zip(words, slopes) {
    for j in slope.indices {
      gradient[word][j] += slope[j]
    }
  }
  // STARTER
  //> // Give each row what belongs to it.
  //> gradient[words[0]] = slopes[0]
  // END
  return gradient
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["gradient"] = gradientOfTable(
    words: input.integers("words"), slopes: input.matrix("slopes"), V: input.integer("V"))
}
