//: kind compute
//: title One step of RMSprop
//: goal Write an optimiser's step, with epsilon in its right place.
//: minutes 15
//: hint Two lines: the mean of the squares first, then the weight, which uses the new mean.
//: hint v = decay · v + (1 − decay) g². In this task ε stands inside the root, as in Keras 3.
//: hint The weight moves against the gradient: w − η · g / √(v + ε), where η is the learning rate, `rate`.
//: answer v [weight]: v = decay · v + (1 − decay) g²
//: answer w [weight]: w = w − η · g / √(v + ε)
//: case w [3]; g [3]; v [3] in 0.01 0.4; rate = 0.01; decay = 0.9; epsilon = 0.02
//: case w [4]; g [4]; v [4] in 0.01 0.4; rate = 0.02; decay = 0.8; epsilon = 0.03
//: case w [2]; g [2]; v [2] in 0.01 0.4; rate = 0.05; decay = 0.7; epsilon = 0.04
//: fault epsilon stands outside the root, as in Keras 2
//: - newW.append(w[i] - rate * g[i] / (newV[i] + epsilon).squareRoot())
//: + newW.append(w[i] - rate * g[i] / (newV[i].squareRoot() + epsilon))
//: fault epsilon is missing
//: - newW.append(w[i] - rate * g[i] / (newV[i] + epsilon).squareRoot())
//: + newW.append(w[i] - rate * g[i] / newV[i].squareRoot())
//: fault the root is missing
//: - newW.append(w[i] - rate * g[i] / (newV[i] + epsilon).squareRoot())
//: + newW.append(w[i] - rate * g[i] / (newV[i] + epsilon))
//: fault the step goes along the gradient, not against it
//: - newW.append(w[i] - rate * g[i] / (newV[i] + epsilon).squareRoot())
//: + newW.append(w[i] + rate * g[i] / (newV[i] + epsilon).squareRoot())
//: fault the step uses the old mean v, not the new one
//: - newW.append(w[i] - rate * g[i] / (newV[i] + epsilon).squareRoot())
//: + newW.append(w[i] - rate * g[i] / (v[i] + epsilon).squareRoot())
//: fault decay and 1 − decay are exchanged
//: - newV.append(decay * v[i] + (1 - decay) * g[i] * g[i])
//: + newV.append((1 - decay) * v[i] + decay * g[i] * g[i])
//: fault the gradient is not squared in the mean
//: - newV.append(decay * v[i] + (1 - decay) * g[i] * g[i])
//: + newV.append(decay * v[i] + (1 - decay) * abs(g[i]))
//: fault the squares are added up, without the factor 1 − decay
//: - newV.append(decay * v[i] + (1 - decay) * g[i] * g[i])
//: + newV.append(decay * v[i] + g[i] * g[i])
// RMSprop keeps for each weight w a running mean v of its squared gradient g, and divides the step by its root. Answer
// with the new v and the new w: first v = decay · v + (1 − decay) g², then w = w − η · g / √(v + ε), with the new v.
// (In the lesson decay is 0.9. Keras calls it rho.)

func step(w: [Double], g: [Double], v: [Double], rate: Double, decay: Double, epsilon: Double)
  -> (w: [Double], v: [Double])
{
  var newW: [Double] = []
  var newV: [Double] = []
  for i in w.indices {
    // SOLUTION
    newV.append(decay * v[i] + (1 - decay) * g[i] * g[i])
    newW.append(w[i] - rate * g[i] / (newV[i] + epsilon).squareRoot())
    // STARTER
    //> newV.append(v[i])  // Write the new mean here.
    //> newW.append(w[i])  // Write the new weight here.
    // END
  }
  return (newW, newV)
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  let result = step(
    w: input.vector("w"), g: input.vector("g"), v: input.vector("v"), rate: input.number("rate"),
    decay: input.number("decay"), epsilon: input.number("epsilon"))
  answer["v"] = result.v
  answer["w"] = result.w
}
