//: kind predict
//: title What cannot be known
//: goal Compute the best that a reader from the left can do, and see that no training changes it.
//: minutes 10
//: decimals 2
//: hint The smaller of two numbers is the first one when the second is not less: of 1 … 5 there are 5 − v + 1 such numbers.
//: hint Every number below the first one is the smaller with probability 1/5 each.
//: hint Name the most probable answer for each first number, then take the mean over the five first numbers.
//: answer afterFour: the greatest probability of an answer when the first number is 4
//: answer afterTwo: the greatest probability of an answer when the first number is 2
//: answer best: the mean over all first numbers
//: case n = 1
//: fault the second number is taken to be greater, never equal
//: - let afterFour: Double? = 0.4
//: + let afterFour: Double? = 0.2
//: - let afterTwo: Double? = 0.8
//: + let afterTwo: Double? = 0.6
//: fault the probability of the larger of the two is computed
//: - let afterFour: Double? = 0.4
//: + let afterFour: Double? = 0.8
//: - let afterTwo: Double? = 0.8
//: + let afterTwo: Double? = 0.4
//: fault the mean is that of the two cases asked for, not of all five
//: - let best: Double? = 0.6
//: + let best: Double? = 0.65
//: fault a guess without looking is computed: 1 in 5
//: - let best: Double? = 0.6
//: + let best: Double? = 0.2
// Two numbers are drawn from 1 to 5, and both may be equal. You see the first one and name at once the smaller of the
// two. How probable is the best answer when the first number is 4, and when it is 2? And what share of all games can
// you get right at most? Two decimals are enough.

// SOLUTION
let afterFour: Double? = 0.4
let afterTwo: Double? = 0.8
let best: Double? = 0.6
// STARTER
//> let afterFour: Double? = nil
//> let afterTwo: Double? = nil
//> let best: Double? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["afterFour"] = afterFour
  answer["afterTwo"] = afterTwo
  answer["best"] = best
}
