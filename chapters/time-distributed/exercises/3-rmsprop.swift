// time-distributed/3 · One step of RMSprop · compute, 15 minutes
// Goal: Write an optimiser's step, with epsilon in its right place.
//
// RMSprop keeps for each weight w a running mean v of its squared gradient g, and divides the step by its root. Answer
// with the new v and the new w: first v = decay · v + (1 − decay) g², then w = w − η · g / √(v + ε), with the new v.
// (In the lesson decay is 0.9. Keras calls it rho.)
//
// Check this file:  swift run exercises time-distributed/3      A hint:  swift run exercises time-distributed/3 --hint

func step(w: [Double], g: [Double], v: [Double], rate: Double, decay: Double, epsilon: Double)
  -> (w: [Double], v: [Double])
{
  var newW: [Double] = []
  var newV: [Double] = []
  for i in w.indices {
    newV.append(v[i])  // Write the new mean here.
    newW.append(w[i])  // Write the new weight here.
  }
  return (newW, newV)
}
