//: kind compute
//: title From Keras to ONNX
//: goal Transpose a kernel and bring its blocks into another order.
//: minutes 15
//: hint Keras: a column is a unit of a gate, blocks i f g o. ONNX: a row is one, blocks i o f g.
//: hint Transpose first: row k of the result is column k. Then put the blocks of H rows in order.
//: answer W [row, input]: the rows of i, o, f, g; each row is a column of Keras' kernel
//: case kernel [3, 8]
//: case kernel [2, 12]
//: case kernel [5, 4]
//: fault the blocks stay in Keras' order i f g o
//: - let order = [0, 3, 1, 2]
//: + let order = [0, 1, 2, 3]
//: fault the blocks are put in the order i g o f: the permutation is turned round
//: - let order = [0, 3, 1, 2]
//: + let order = [0, 2, 3, 1]
//: fault the blocks are put in the order i o g f
//: - let order = [0, 3, 1, 2]
//: + let order = [0, 3, 2, 1]
//: fault the kernel is reshaped where it must be transposed
//: - let rows = kernel[0].indices.map { column in kernel.map { $0[column] } }
//: + let flat = Array(kernel.joined())
//: + let rows = kernel[0].indices.map { row in kernel.indices.map { flat[row * kernel.count + $0] } }
//: fault the blocks are in order, but the kernel is not transposed
//: - return order.flatMap { rows[$0 * H..<($0 + 1) * H] }
//: + return kernel.map { row in order.flatMap { row[$0 * H..<($0 + 1) * H] } }
// Keras stores an LSTM's kernel as [D, 4H] with the blocks i, f, g, o in its columns. ONNX stores it as [4H, D] with
// the blocks i, o, f, g in its rows. Convert the one into the other.

func onnxW(_ kernel: [[Double]]) -> [[Double]] {
  let H = kernel[0].count / 4
  // SOLUTION
  let rows = kernel[0].indices.map { column in kernel.map { $0[column] } }
  let order = [0, 3, 1, 2]
  return order.flatMap { rows[$0 * H..<($0 + 1) * H] }
  // STARTER
  //> // There are four blocks of H units each.
  //> return Array(kernel.prefix(H))
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["W"] = onnxW(input.matrix("kernel"))
}
