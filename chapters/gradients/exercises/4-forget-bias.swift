// gradients/4 · A bias for every length · experiment, 15 minutes
// Goal: Choose a forget bias so that about a third of a memory is left, however long the sequence is.
//
// A forget gate stands at σ(b), where b is its bias, and nothing else moves it. Write a function that gives a bias for
// every number of steps T, so that between 0.3 and 0.4 of a memory is left after T steps.
//
// Check this file:  swift run exercises gradients/4      A hint:  swift run exercises gradients/4 --hint

import Foundation

func forgetBias(steps T: Int) -> Double {
  return 1
}
