//: kind compute
//: title From pictures to steps
//: goal Make the blocks that a recurrent network reads, one for each row of the pictures.
//: minutes 10
//: hint Block t holds row t of picture 0, row t of picture 1, and so on.
//: hint Two nested maps: over the rows t outside, over the pictures inside.
//: answer blocks [step, picture, column]: block t = [picture₀[t], picture₁[t], …]
//: case pictures [3, 4, 2]
//: case pictures [2, 3, 5]
//: case pictures [4, 2, 3]
//: fault the pictures are reshaped, not transposed: the rows are taken in the order of the file
//: - steps.map { t in pictures.map { picture in picture[t] } }
//: + steps.map { t in pictures.indices.map { Array(pictures.joined())[t * pictures.count + $0] } }
//: fault the last row comes first
//: - steps.map { t in pictures.map { picture in picture[t] } }
//: + steps.reversed().map { t in pictures.map { picture in picture[t] } }
//: fault pictures and rows have not changed places
//: - steps.map { t in pictures.map { picture in picture[t] } }
//: + pictures
//: fault the order of the pictures in a block is reversed
//: - steps.map { t in pictures.map { picture in picture[t] } }
//: + steps.map { t in pictures.reversed().map { picture in picture[t] } }
// pictures[n][t] is row t of picture n. Answer with the blocks that the network reads: blocks[t][n] is row t of
// picture n.

func blocks(_ pictures: [[[Double]]]) -> [[[Double]]] {
  // SOLUTION
  let steps = pictures[0].indices
  return
    steps.map { t in pictures.map { picture in picture[t] } }
  // STARTER
  //> // One block for each row.
  //> return []
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["blocks"] = blocks(input.matrices("pictures"))
}
