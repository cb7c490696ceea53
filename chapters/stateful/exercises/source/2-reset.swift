//: kind find
//: title A state that outlives its sequence
//: goal Set a state to zero where new sequences begin, and only there.
//: minutes 10
//: hint Run it in your head with two sequences of two pieces each. With which state does the second sequence begin?
//: hint A sequence begins at every piece whose number is a multiple of P.
//: answer outputs [piece, step]: h_t = tanh(x_t + 0.9 h_{t−1}), the state kept over the pieces of a sequence
//: case x [6, 3]; P = 3
//: case x [8, 2]; P = 2
//: case x [4, 5]; P = 4
//: delivered the state is never set to zero after the first piece
//: - if number % P == 0 { h = 0 }
//: + if number == 0 { h = 0 }
//: fault the state is zero in every piece
//: - if number % P == 0 { h = 0 }
//: + h = 0
//: fault the state is set to zero one piece late
//: - if number % P == 0 { h = 0 }
//: + if number % P == 1 { h = 0 }
//: fault the state is set to zero after every P steps, not pieces
//: - if number % P == 0 { h = 0 }
//: + if number * piece.count % P == 0 { h = 0 }
//: fault a piece begins with the state in which the first one ended
//: - if number % P == 0 { h = 0 }
//: + if number % P == 0 { h = 0 } else { h = outputs[number / P * P][piece.count - 1] }
// Sequences of P pieces each are fed one after the other, one row a batch. `x` has a row for every piece. The unit
// keeps its state within a sequence and should begin each sequence with zero. It has one mistake: from the second
// sequence on its outputs are wrong. Mend it.

import Foundation

func outputs(x: [[Double]], P: Int) -> [[Double]] {
  var outputs: [[Double]] = []
  var h = 0.0
  for (number, piece) in x.enumerated() {
    if number % P == 0 { h = 0 }
    var row: [Double] = []
    for value in piece {
      h = tanh(value + 0.9 * h)
      row.append(h)
    }
    outputs.append(row)
  }
  return outputs
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["outputs"] = outputs(x: input.matrix("x"), P: input.integer("P"))
}
