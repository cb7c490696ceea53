//: kind compute
//: title One step of RMSprop
//: goal Write an optimiser's step, with epsilon in its right place.
//: minutes 15
//: hint Two lines: the mean of the squares first, then the weight, which uses the new mean.
//: hint v = ρ v + (1 − ρ) g². In this task ε stands inside the root, as in Keras 3.
//: hint The weight moves against the gradient: w − η · g / √(v + ε), where η is the learning rate, `rate`.
//: answer v [weight]: v = ρ v + (1 − ρ) g²
//: answer w [weight]: w = w − η · g / √(v + ε)
//: case w [3]; g [3]; v [3] in 0.01 0.4; rate = 0.01; rho = 0.9; epsilon = 0.02
//: case w [4]; g [4]; v [4] in 0.01 0.4; rate = 0.02; rho = 0.8; epsilon = 0.03
//: case w [2]; g [2]; v [2] in 0.01 0.4; rate = 0.05; rho = 0.7; epsilon = 0.04
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
//: fault ρ and 1 − ρ are exchanged
//: - newV.append(rho * v[i] + (1 - rho) * g[i] * g[i])
//: + newV.append((1 - rho) * v[i] + rho * g[i] * g[i])
//: fault the gradient is not squared in the mean
//: - newV.append(rho * v[i] + (1 - rho) * g[i] * g[i])
//: + newV.append(rho * v[i] + (1 - rho) * abs(g[i]))
//: fault the squares are added up, without the factor 1 − ρ
//: - newV.append(rho * v[i] + (1 - rho) * g[i] * g[i])
//: + newV.append(rho * v[i] + g[i] * g[i])
// RMSprop keeps for each weight w a running mean v of its squared gradient g, and divides the step by its root. Answer
// with the new v and the new w: first v = ρ v + (1 − ρ) g², then w = w − η · g / √(v + ε), with the new v.

func step(w: [Double], g: [Double], v: [Double], rate: Double, rho: Double, epsilon: Double)
  -> (w: [Double], v: [Double])
{
  var newW: [Double] = []
  var newV: [Double] = []
  for i in w.indices {
    // SOLUTION
    newV.append(rho * v[i] + (1 - rho) * g[i] * g[i])
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
    rho: input.number("rho"), epsilon: input.number("epsilon"))
  answer["v"] = result.v
  answer["w"] = result.w
}
