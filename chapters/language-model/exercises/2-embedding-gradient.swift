// language-model/2 · The gradient of an embedding · compute, 15 minutes
// Goal: Give every row of the table what belongs to it.
//
// At step t the network read the word with the number words[t], as the row of that number in a table of V rows. The
// way back has brought the slope along each vector that was read: slopes has a row for each step. Answer with the
// gradient of the table, V rows.
//
// Check this file:  swift run exercises language-model/2      A hint:  swift run exercises language-model/2 --hint

func gradientOfTable(words: [Int], slopes: [[Double]], V: Int) -> [[Double]] {
  var gradient = [[Double]](repeating: [Double](repeating: 0, count: slopes[0].count), count: V)
  // Give each row what belongs to it.
  gradient[words[0]] = slopes[0]
  return gradient
}
