//: kind compute
//: title The same dense layer at every step
//: goal Write the product of a row vector and a matrix, and use it at every step.
//: minutes 10
//: hint Write one step first: ŷ[k] = b_y[k] + x[0]·W_y[0][k] + x[1]·W_y[1][k] + …
//: hint A loop over the steps t, in it a loop over the outputs k, in it a loop over the inputs d.
//: hint `xs.map { x in … }` answers with one row a step; `b_y.indices.map { k in … }` with one number an output.
//: answer ys [step, output]: ŷ_t = x_t W_y + b_y
//: case xs [3, 2]; W_y [2, 4]; b_y [4]
//: case xs [2, 3]; W_y [3, 3]; b_y [3]
//: case xs [4, 3]; W_y [3, 2]; b_y [2]
//: fault the bias is missing
//: - b_y[k] + x.indices.reduce(0.0) { $0 + x[$1] * W_y[$1][k] }
//: + x.indices.reduce(0.0) { $0 + x[$1] * W_y[$1][k] }
//: fault the bias is added once for every input
//: - b_y[k] + x.indices.reduce(0.0) { $0 + x[$1] * W_y[$1][k] }
//: + x.indices.reduce(0.0) { $0 + x[$1] * W_y[$1][k] + b_y[k] }
//: fault the first step's input is used at every step
//: - xs.map { x in
//: + xs.map { _ in let x = xs[0]; return
//: fault W_y is read in the wrong order, as if its rows were outputs
//: - b_y[k] + x.indices.reduce(0.0) { $0 + x[$1] * W_y[$1][k] }
//: + b_y[k] + x.indices.reduce(0.0) { $0 + x[$1] * W_y.flatMap { $0 }[k * x.count + $1] }
//: fault the steps are in reverse order
//: - xs.map { x in
//: + xs.reversed().map { x in
// xs has T rows, one a step, of D numbers. W_y has D rows and C columns, b_y has C numbers. Answer with T rows of C
// numbers: ŷ_t = x_t W_y + b_y, the same W_y and b_y at every step.

func dense(_ xs: [[Double]], W_y: [[Double]], b_y: [Double]) -> [[Double]] {
  // SOLUTION
  xs.map { x in
    b_y.indices.map { k in
      b_y[k] + x.indices.reduce(0.0) { $0 + x[$1] * W_y[$1][k] }
    }
  }
  // STARTER
  //> // Write ŷ_t = x_t W_y + b_y for every step here.
  //> []
  // END
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["ys"] = dense(input.matrix("xs"), W_y: input.matrix("W_y"), b_y: input.vector("b_y"))
}
