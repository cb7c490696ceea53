// mnist/1 · Which row lands where · predict, 10 minutes
// Goal: Follow one row of one picture through a transposition and a reshaping.
//
// A batch of B = 3 pictures with 4 rows and 2 columns, [3, 4, 2], is transposed to [4, 3, 2] and reshaped to one
// matrix with all rows below one another. Which shape has the matrix? In which line stands row 3 of picture 1? And if
// someone forgets the transposition and reshapes at once: which row of which picture stands in line 8? Count
// everything from 1, as the lesson does.
//
// Check this file:  swift run exercises mnist/1      A hint:  swift run exercises mnist/1 --hint

let shape: [Int] = []
let line: Int? = nil
let wrongRow: Int? = nil
let wrongPicture: Int? = nil
