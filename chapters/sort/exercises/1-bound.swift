// sort/1 · What cannot be known · predict, 10 minutes
// Goal: Compute the best that a reader from the left can do, and see that no training changes it.
//
// Two numbers are drawn from 1 to 5, and both may be equal. You see the first one and name at once the smaller of the
// two. How probable is the best answer when the first number is 4, and when it is 2? And what share of all games can
// you get right at most? Two decimals are enough.
//
// Check this file:  swift run exercises sort/1      A hint:  swift run exercises sort/1 --hint

let afterFour: Double? = nil
let afterTwo: Double? = nil
let best: Double? = nil
