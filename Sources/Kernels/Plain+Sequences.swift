extension Plain {
  /// Runs a recurrent cell over a whole sequence by loops, one sample, step and unit after the other; see
  /// `RealScalar.runSequence`.
  ///
  /// | Result    | Shape       |
  /// |-----------|-------------|
  /// | `outputs` | `[B, T, H]` |
  /// | `c`       | `[B, H]`, zero but for an LSTM |
  public static func runSequence<Scalar: RealScalar>(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Scalar>, _ input: SequenceInput<Scalar>
  ) -> (outputs: [Scalar], c: [Scalar]) {
    let (B, T, D, H) = (input.B, input.T, input.D, input.H)
    var outputs: [Scalar] = []
    var cells: [Scalar] = []
    for b in 0..<B {
      var h = (0..<H).map { input.h0?[b * H + $0] ?? 0 }
      var c = (0..<H).map { input.c0?[b * H + $0] ?? 0 }
      for t in 0..<T {
        let place = b * T + (input.goesBackwards ? T - 1 - t : t)
        let x = Array(input.x[place * D..<(place + 1) * D])
        let step = Step(columns: kind.gateCount * H, weights: weights, x: x, h: h)
        switch kind {
        case .simpleRNN: h = (0..<H).map { tanh(step.sum(0, $0)) }
        case .lstm: (h, c) = step.lstm(c)
        case .gru(resetAfter: true): h = step.gruResetAfter()
        case .gru(resetAfter: false): h = step.gruResetBefore()
        }
        outputs += h
      }
      cells += c
    }
    return (outputs, cells)
  }

  /// One step of one sample.
  private struct Step<Scalar: RealScalar> {
    /// G·H
    var columns: Int
    var weights: SequenceWeights<Scalar>
    var x: [Scalar]
    var h: [Scalar]

    private var units: Range<Int> { h.indices }

    func lstm(_ c: [Scalar]) -> (h: [Scalar], c: [Scalar]) {
      let i = units.map { sigmoid(sum(0, $0)) }
      let f = units.map { sigmoid(sum(1, $0)) }
      let g = units.map { tanh(sum(2, $0)) }
      let o = units.map { sigmoid(sum(3, $0)) }
      let nextC = units.map { f[$0] * c[$0] + i[$0] * g[$0] }
      return (units.map { o[$0] * tanh(nextC[$0]) }, nextC)
    }

    func gruResetAfter() -> [Scalar] {
      let z = units.map { sigmoid(sum(0, $0)) }
      let r = units.map { sigmoid(sum(1, $0)) }
      let g = units.map { tanh(input(2, $0) + r[$0] * recurrent(2, $0, h)) }
      return units.map { z[$0] * h[$0] + (1 - z[$0]) * g[$0] }
    }

    func gruResetBefore() -> [Scalar] {
      let z = units.map { sigmoid(sum(0, $0)) }
      let r = units.map { sigmoid(sum(1, $0)) }
      let reset = units.map { r[$0] * h[$0] }
      let g = units.map { tanh(input(2, $0) + recurrent(2, $0, reset)) }
      return units.map { z[$0] * h[$0] + (1 - z[$0]) * g[$0] }
    }

    func sum(_ gate: Int, _ unit: Int) -> Scalar { input(gate, unit) + recurrent(gate, unit, h) }

    /// `x·K + b` of one unit.
    private func input(_ gate: Int, _ unit: Int) -> Scalar {
      let column = gate * h.count + unit
      var sum = weights.bias?[column] ?? 0
      for j in x.indices { sum += x[j] * weights.kernel[j * columns + column] }
      return sum
    }

    /// `h·R + b′` of one unit.
    private func recurrent(_ gate: Int, _ unit: Int, _ h: [Scalar]) -> Scalar {
      let column = gate * h.count + unit
      var sum = weights.recurrentBias?[column] ?? 0
      for j in h.indices { sum += h[j] * weights.recurrentKernel[j * columns + column] }
      return sum
    }
  }

  private static func tanh<Scalar: RealScalar>(_ x: Scalar) -> Scalar {
    var (x, y) = (x, Scalar.zero)
    Scalar.tanh(&x, into: &y, count: 1)
    return y
  }

  private static func sigmoid<Scalar: RealScalar>(_ x: Scalar) -> Scalar {
    var (x, y) = (x, Scalar.zero)
    Scalar.sigmoid(&x, into: &y, count: 1)
    return y
  }
}
