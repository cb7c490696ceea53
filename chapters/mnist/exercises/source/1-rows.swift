//: kind predict
//: title Which row lands where
//: goal Follow one row of one picture through a transposition and a reshaping.
//: minutes 10
//: hint After the transposition the first axis is the row: block t holds row t of all pictures, one below another.
//: hint Block 2 begins at line 2·3 of the long matrix. Without the transposition line 7 is simply the eighth line that was stored.
//: answer shape [axis]: the shape after transposing and reshaping: [rows · B, columns]
//: answer line: where row 2 of picture 1 lands: 2·B + 1
//: answer wrongRow: the row that lands in line 7 without the transposition: 7 mod 4
//: answer wrongPicture: the picture that line 7 comes from without the transposition: 7 / 4
//: case n = 1
//: fault the shape is that before the rows are put below one another
//: - let shape: [Int] = [12, 2]
//: + let shape: [Int] = [4, 3, 2]
//: fault the line is counted as if pictures stood one after the other
//: - let line: Int? = 2 * 3 + 1
//: + let line: Int? = 1 * 4 + 2
//: fault the line is counted from 1, but all places here are counted from 0
//: - let line: Int? = 2 * 3 + 1
//: + let line: Int? = 8
//: fault line 7 is read as if the transposition had been done
//: - let wrongRow: Int? = 3
//: + let wrongRow: Int? = 2
//: fault row and picture are exchanged
//: - let wrongRow: Int? = 3
//: + let wrongRow: Int? = 1
//: - let wrongPicture: Int? = 1
//: + let wrongPicture: Int? = 3
// A batch of B = 3 pictures with 4 rows and 2 columns, [3, 4, 2], is transposed to [4, 3, 2] and reshaped to one
// matrix with all rows below one another. Which shape has the matrix? In which line stands row 2 of picture 1? And if
// someone forgets the transposition and reshapes at once: which row of which picture stands in line 7? Count
// everything from 0.

// SOLUTION
let shape: [Int] = [12, 2]
let line: Int? = 2 * 3 + 1
let wrongRow: Int? = 3
let wrongPicture: Int? = 1
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
