//: kind predict
//: title The best without a state
//: goal Compute what is possible before you train.
//: minutes 15
//: hint Draw the four pieces of a series that begins with 1, and of one that begins with 0. Which pieces look alike?
//: hint Of the seven pieces of zeros three belong to a series with a 1. The best answer is their mean, q.
//: hint The error of a piece of zeros is q (1 − q), that of the piece with the 1 is 0. Seven of eight pieces are zeros.
//: decimals 3
//: answer share: q = (P − 1) / (2P − 1)
//: answer error: (P − 1) / (2 (2P − 1))
//: case n = 1
//: fault all pieces of a series with a 1 are counted, but its first piece shows the 1
//: - let share: Double? = 0.429
//: + let share: Double? = 0.5
//: fault the later pieces of the series with a 1 are divided by all eight pieces, not by the seven of zeros
//: - let share: Double? = 0.429
//: + let share: Double? = 0.375
//: fault the piece that shows the 1 is answered without error, and it counts in the mean
//: - let error: Double? = 0.214
//: + let error: Double? = 0.245
//: fault the error of always saying 0.5
//: - let error: Double? = 0.214
//: + let error: Double? = 0.25
// Half of many series begin with a 1, the others with a 0; all later numbers are 0. Each series is cut into P = 4
// pieces, and a network sees every piece by itself. At every step it must say what the first number of the series was.
// `share`: what should it say at a piece of zeros? `error`: what is the least possible mean squared error over all
// pieces? Three decimals.

// SOLUTION
let share: Double? = 0.429
let error: Double? = 0.214
// STARTER
//> let share: Double? = nil
//> let error: Double? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["share"] = share
  answer["error"] = error
}
