//: kind compute
//: title The same dense layer at every step
//: goal Write the product of a row vector and a matrix, and use it at every step.
//: minutes 10
//: hint Write one step first: y[k] = b[k] + x[0]·W[0][k] + x[1]·W[1][k] + …
//: hint A loop over the steps t, in it a loop over the outputs k, in it a loop over the inputs d.
//: hint `xs.map { x in … }` answers with one row a step; `b.indices.map { k in … }` with one number an output.
//: answer ys [step, output]: y_t = x_t W + b
//: case xs [3, 2]; W [2, 4]; b [4]
//: case xs [2, 3]; W [3, 3]; b [3]
//: case xs [4, 3]; W [3, 2]; b [2]
//: fault the bias is missing
//: - b[k] + x.indices.reduce(0.0) { $0 + x[$1] * W[$1][k] }
//: + x.indices.reduce(0.0) { $0 + x[$1] * W[$1][k] }
//: fault the bias is added once for every input
//: - b[k] + x.indices.reduce(0.0) { $0 + x[$1] * W[$1][k] }
//: + x.indices.reduce(0.0) { $0 + x[$1] * W[$1][k] + b[k] }
//: fault the first step's input is used at every step
//: - xs.map { x in
//: + xs.map { _ in let x = xs[0]; return
//: fault W is read in the wrong order, as if its rows were outputs
//: - b[k] + x.indices.reduce(0.0) { $0 + x[$1] * W[$1][k] }
//: + b[k] + x.indices.reduce(0.0) { $0 + x[$1] * W.flatMap { $0 }[k * x.count + $1] }
//: fault the steps are in reverse order
//: - xs.map { x in
//: + xs.reversed().map { x in
// xs has T rows, one a step, of D numbers. W has D rows and K columns, b has K numbers. Answer with T rows of K
// numbers: y_t = x_t W + b, the same W and b at every step.

func dense(_ xs: [[Double]], W: [[Double]], b: [Double]) -> [[Double]] {
  // SOLUTION
  xs.map { x in
    b.indices.map { k in
      b[k] + x.indices.reduce(0.0) { $0 + x[$1] * W[$1][k] }
    }
  }
  // STARTER
  //> // Write y_t = x_t W + b for every step here.
  //> []
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["ys"] = dense(input.matrix("xs"), W: input.matrix("W"), b: input.vector("b"))
}
