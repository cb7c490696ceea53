//: kind compute
//: title The right order of rows
//: goal Put pieces of sequences into batches so that each row goes on where it ended.
//: minutes 15
//: hint Take B sequences at a time: a group.
//: hint Three loops, from the outside: the groups, the pieces, the sequences of the group.
//: answer rows [row, axis]: [sequence, piece] of every row in the order of feeding
//: case N = 6; P = 4; B = 3
//: case N = 4; P = 3; B = 1
//: case N = 10; P = 2; B = 5
//: fault the pieces of one sequence follow each other: a plain reshape
//: - for piece in 0..<P {
//: + for sequence in first..<first + B {
//: - for sequence in first..<first + B { rows.append([sequence, piece]) }
//: + for piece in 0..<P { rows.append([sequence, piece]) }
//: fault all first pieces come first, whatever the number of rows
//: - for piece in 0..<P {
//: + for group in stride(from: 0, to: N, by: B) {
//: - for first in stride(from: 0, to: N, by: B) {
//: + for piece in 0..<P {
//: - for sequence in first..<first + B { rows.append([sequence, piece]) }
//: + for sequence in group..<group + B { rows.append([sequence, piece]) }
//: fault piece and sequence are exchanged
//: - for sequence in first..<first + B { rows.append([sequence, piece]) }
//: + for sequence in first..<first + B { rows.append([piece, sequence]) }
//: fault only the first group is fed
//: - for first in stride(from: 0, to: N, by: B) {
//: + for first in stride(from: 0, to: B, by: B) {
// N sequences are cut into P pieces each, and a batch has B rows; B divides N. A layer keeps the state of each row from
// batch to batch, and it is set to zero after every P batches. List all rows in the order in which they must be fed,
// each as [sequence, piece], counted from 0.

func order(N: Int, P: Int, B: Int) -> [[Int]] {
  var rows: [[Int]] = []
  // SOLUTION
  for first in stride(from: 0, to: N, by: B) {
    for piece in 0..<P {
      for sequence in first..<first + B { rows.append([sequence, piece]) }
    }
  }
  // STARTER
  //> rows.append([0, 0])  // The first row; then?
  // END
  return rows
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let rows = order(N: input.integer("N"), P: input.integer("P"), B: input.integer("B"))
  answer["rows"] = rows.map { $0.map { Double($0) } }
}
