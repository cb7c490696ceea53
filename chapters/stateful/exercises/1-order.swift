// stateful/1 · The right order of rows · compute, 15 minutes
// Goal: Put pieces of sequences into batches so that each row goes on where it ended.
//
// N sequences are cut into P pieces each, and a batch has B rows; B divides N. A layer keeps the state of each row from
// batch to batch, and it is set to zero after every P batches. List all rows in the order in which they must be fed,
// each as [sequence, piece], counted from 0.
//
// Check this file:  swift run exercises stateful/1      A hint:  swift run exercises stateful/1 --hint

func order(N: Int, P: Int, B: Int) -> [[Int]] {
  var rows: [[Int]] = []
  rows.append([0, 0])  // The first row; then?
  return rows
}
