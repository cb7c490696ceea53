//: kind predict
//: title Which row lands where
//: goal Follow one row of one picture through a transposition and a reshaping.
//: minutes 10
//: hint After the transposition the first axis is the row: block t holds row t of all pictures, one below another.
//: hint Before block 3 stand two blocks of 3 lines. Without the transposition line 8 is simply the eighth row that was stored.
//: answer shape [axis]: the shape after transposing and reshaping: [rows · B, columns]
//: answer line: where row 3 of picture 1 lands: 2·B + 1
//: answer wrongRow: the row that lands in line 8 without the transposition: rows stand 4 by 4, one picture after the other
//: answer wrongPicture: the picture that line 8 comes from without the transposition: rows stand 4 by 4
//: case n = 1
//: fault the shape is that before the rows are put below one another
//: - let shape: [Int] = [12, 2]
//: + let shape: [Int] = [4, 3, 2]
//: fault the line is counted as if pictures stood one after the other
//: - let line: Int? = 2 * 3 + 1
//: + let line: Int? = 0 * 4 + 3
//: fault the line is counted from 0, but all places here are counted from 1
//: - let line: Int? = 2 * 3 + 1
//: + let line: Int? = 6
//: fault line 8 is read as if the transposition had been done
//: - let wrongRow: Int? = 4
//: + let wrongRow: Int? = 3
//: fault row and picture are exchanged
//: - let wrongRow: Int? = 4
//: + let wrongRow: Int? = 2
//: - let wrongPicture: Int? = 2
//: + let wrongPicture: Int? = 4
// A batch of B = 3 pictures with 4 rows and 2 columns, [3, 4, 2], is transposed to [4, 3, 2] and reshaped to one
// matrix with all rows below one another. Which shape has the matrix? In which line stands row 3 of picture 1? And if
// someone forgets the transposition and reshapes at once: which row of which picture stands in line 8? Count
// everything from 1, as the lesson does.

// SOLUTION
let shape: [Int] = [12, 2]
let line: Int? = 2 * 3 + 1
let wrongRow: Int? = 4
let wrongPicture: Int? = 2
// STARTER
//> let shape: [Int] = []
//> let line: Int? = nil
//> let wrongRow: Int? = nil
//> let wrongPicture: Int? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["shape"] = shape
  answer["line"] = line
  answer["wrongRow"] = wrongRow
  answer["wrongPicture"] = wrongPicture
}
