//: kind experiment
//: title Digits within a budget
//: goal Find settings with which a small network learns, and see what too large and too small a step do.
//: minutes 20
//: hint Change one setting at a time, and begin with the rate: multiply it by 10 until the loss falls quickly.
//: hint Where the loss rises or is no number, the rate is too large. Where it falls slowly, it is too small.
//: hint More units need not have more epochs: the budget is their product. Ten units and 40 epochs are within it.
//: answer budget: 1 where units · epochs is at most 400, and units at most 40
//: answer loss: 2 where the loss fell below a quarter of its beginning, 1 below 85 %, 0 less than that, −1 where it rose
//: answer accuracy: 1 where at least 45 of 50 new digits are recognised, else 0
//: case n = 1
//: case n = 2
//: fault the rate is so small that the network has hardly begun to learn
//: - let rate = 0.03
//: + let rate = 0.0005
//: fault the rate is so large that the loss rises
//: - let rate = 0.03
//: + let rate = 20.0
//: fault the settings need more than the budget
//: - let epochs = 40
//: + let epochs = 80
//: fault two units are too few to tell ten digits apart
//: - let units = 10
//: + let units = 2
// A simple RNN reads small generated digits, five rows of three pixels, a row a step, and its last state is read by
// softmax for ten classes. It is trained with plain gradient descent, one digit at a time, on 50 digits with noise.
// Find a number of units, a number of epochs and a rate with which it recognises at least 45 of 50 new digits, with
// two different seeds. The budget: units · epochs ≤ 400, with at most 40 units.

// SOLUTION
let units = 10
let epochs = 40
let rate = 0.03
// STARTER
//> let units = 4
//> let epochs = 5
//> let rate = 0.001
// END

// CHECK
struct CheckRandom {
  var state: UInt64
  /// From −1 to 1.
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / Double(1 << 52) - 1
  }
}

struct CheckNetwork {
  var W: [[Double]]
  var U: [[Double]]
  var V: [[Double]]
  var c = [Double](repeating: 0, count: 10)

  init(_ random: inout CheckRandom, units H: Int) {
    func matrix(_ rows: Int, _ columns: Int, _ size: Double) -> [[Double]] {
      (0..<rows).map { _ in (0..<columns).map { _ in random.next() * size } }
    }
    W = matrix(H, 4, 0.8)
    U = matrix(H, H, 1 / Double(H).squareRoot())
    V = matrix(10, H, 0.5)
  }

  func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for k in a.indices { sum += a[k] * b[k] }
    return sum
  }

  /// All states, from zeros on, and the probabilities of the classes.
  func forward(_ rows: [[Double]]) -> (hs: [[Double]], p: [Double]) {
    var hs = [[Double](repeating: 0, count: W.count)]
    for x in rows {
      let h = hs[hs.count - 1]
      hs.append(W.indices.map { tanh(dot(W[$0], x) + dot(U[$0], h)) })
    }
    let z = V.indices.map { dot(V[$0], hs[hs.count - 1]) + c[$0] }
    let largest = z.max() ?? 0
    let exps = z.map { exp($0 - largest) }
    let sum = exps.reduce(0, +)
    return (hs, exps.map { $0 / sum })
  }

  /// One step of gradient descent on one digit; the loss before it.
  mutating func learn(_ rows: [[Double]], _ label: Int, rate: Double) -> Double {
    let (hs, p) = forward(rows)
    let last = hs[hs.count - 1]
    var dh = [Double](repeating: 0, count: W.count)
    for k in 0..<10 {
      let dz = p[k] - (k == label ? 1 : 0)
      for j in dh.indices {
        dh[j] += dz * V[k][j]
        V[k][j] -= rate * dz * last[j]
      }
      c[k] -= rate * dz
    }
    let old = U
    for t in rows.indices.reversed() {
      var before = [Double](repeating: 0, count: W.count)
      for j in dh.indices {
        let dz = dh[j] * (1 - hs[t + 1][j] * hs[t + 1][j])
        for d in 0..<4 { W[j][d] -= rate * dz * rows[t][d] }
        for m in before.indices {
          before[m] += dz * old[j][m]
          U[j][m] -= rate * dz * hs[t][m]
        }
      }
      dh = before
    }
    return -log(p[label])
  }
}

/// A digit with noise: five rows of three pixels, and a fourth number that is 1 and serves as the bias.
func checkDigit(_ label: Int, _ random: inout CheckRandom) -> [[Double]] {
  let shapes = [0x7B6F, 0x2C97, 0x73E7, 0x73CF, 0x5BC9, 0x79CF, 0x79EF, 0x7292, 0x7BEF, 0x7BCF]
  var rows: [[Double]] = []
  for row in 0..<5 {
    var pixels: [Double] = []
    for column in 0..<3 {
      let bit = (shapes[label] >> (14 - 3 * row - column)) & 1
      pixels.append(Double(bit) + 0.25 * random.next())
    }
    rows.append(pixels + [1])
  }
  return rows
}

func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["budget"] = units * epochs <= 400 && units <= 40
  // Beyond the budget nothing more is learned: the check must come to its end.
  let usedUnits = max(1, min(units, 40))
  let usedEpochs = max(1, min(epochs, 400 / usedUnits))
  var random = CheckRandom(state: UInt64(input.integer("n")) &* 7919)
  var network = CheckNetwork(&random, units: usedUnits)
  let digits = (0..<50).map { checkDigit($0 % 10, &random) }
  var beginning = 0.0
  for n in digits.indices { beginning -= log(network.forward(digits[n]).p[n % 10]) }
  var loss = 0.0
  for _ in 0..<usedEpochs {
    loss = 0
    for n in digits.indices { loss += network.learn(digits[n * 7 % 50], n * 7 % 10, rate: rate) }
  }
  answer["loss"] = loss < beginning / 4 ? 2 : loss < beginning * 0.85 ? 1 : loss < beginning ? 0 : -1
  var right = 0
  for n in 0..<50 {
    let p = network.forward(checkDigit(n % 10, &random)).p
    if let most = p.max(), p[n % 10] == most { right += 1 }
  }
  answer["accuracy"] = right >= 45
}
