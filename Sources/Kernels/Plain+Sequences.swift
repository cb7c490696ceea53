extension Plain {
  /// Runs a recurrent cell over a whole sequence by loops, one sample, step and unit after the other; see
  /// `RealScalar.runSequence`.
  ///
  /// | Result    | Shape       |
  /// |-----------|-------------|
  /// | `outputs` | `[B, T, H]` |
  /// | `c`       | `[B, H]`, zero but for an LSTM |
  public static func runSequence<Scalar: RealScalar>(
    _ kind: RecurrentKind, _ operands: SequenceOperands<Scalar>
  ) -> (outputs: [Scalar], c: [Scalar]) {
    let (B, T, H) = (operands.B, operands.T, operands.H)
    var outputs: [Scalar] = []
    var cells: [Scalar] = []
    for b in 0..<B {
      var h = (0..<H).map { operands.h0?[b * H + $0] ?? 0 }
      var c = (0..<H).map { operands.c0?[b * H + $0] ?? 0 }
      for t in 0..<T {
        let step = Step(kind: kind, operands: operands, x: operands.input(b, t), h: h)
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
    var kind: RecurrentKind
    var operands: SequenceOperands<Scalar>
    var x: UnsafePointer<Scalar>
    var h: [Scalar]

    private var units: Range<Int> { 0..<operands.H }

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
      let column = gate * operands.H + unit
      var sum = operands.bias?[column] ?? 0
      for j in 0..<operands.D { sum += x[j] * operands.kernel[j * kind.gateCount * operands.H + column] }
      return sum
    }

    /// `h·R + b′` of one unit.
    private func recurrent(_ gate: Int, _ unit: Int, _ h: [Scalar]) -> Scalar {
      let column = gate * operands.H + unit
      var sum = operands.recurrentBias?[column] ?? 0
      for j in 0..<operands.H { sum += h[j] * operands.recurrentKernel[j * kind.gateCount * operands.H + column] }
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
