//: kind experiment
//: title A bias for every length
//: goal Choose a forget bias so that about a third of a memory is left, however long the sequence is.
//: minutes 15
//: hint What is left after T steps is f to the power of T. Which f leaves about a third after 10 steps, which after 100?
//: hint With f = 1 − 1/T what is left is about 1/e = 0.37, for every T.
//: hint The gate is f = 1 / (1 + e⁻ᵇ). Solve for b: b = ln(f / (1 − f)).
//: answer left [length]: 2 where 0.3 to 0.4 of the memory is left, else the part that is left
//: case lengths = [4] 10 20 50 100
//: case lengths = [3] 7 33 1000
//: fault the bias is 1 whatever the length
//: - return log(Double(T) - 1)
//: + return 1
//: fault the bias is the gate: it must be put through the inverse of the logistic function
//: - return log(Double(T) - 1)
//: + return 1 - 1 / Double(T)
//: fault the bias grows with T itself, and nothing is ever forgotten
//: - return log(Double(T) - 1)
//: + return Double(T)
//: fault the logarithm has the base 10
//: - return log(Double(T) - 1)
//: + return log10(Double(T) - 1)
//: fault the bias is negative, so that the gate shuts
//: - return log(Double(T) - 1)
//: + return -log(Double(T) - 1)
// A forget gate stands at σ(b), where b is its bias, and nothing else moves it. Write a function that gives a bias for
// every number of steps T, so that between 0.3 and 0.4 of a memory is left after T steps.

import Foundation

func forgetBias(steps T: Int) -> Double {
  // SOLUTION
  return log(Double(T) - 1)
  // STARTER
  //> return 1
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["left"] = input.vector("lengths").map { length -> Double in
    let f = 1 / (1 + exp(-forgetBias(steps: Int(length))))
    let left = pow(f, length)
    return left < 0.3 || left > 0.4 ? left : 2
  }
}
