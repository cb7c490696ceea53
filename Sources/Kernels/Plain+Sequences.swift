extension Plain {
  /// Runs a recurrent cell over a whole sequence by loops, one sample, step and unit after the other; see
  /// ``ScalarKernels/runSequence(_:_:outputs:)``.
  ///
  /// | Result    | Shape       | Contents                               |
  /// |-----------|-------------|----------------------------------------|
  /// | `outputs` | `[B, T, H]` | h of every step                        |
  /// | `c`       | `[B, H]`    | the last cell state; zero without one  |
  static func runSequence<Scalar: RealScalar>(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Scalar>, _ input: SequenceInput<Scalar>
  ) -> (outputs: [Scalar], c: [Scalar]) {
    let columns = kind.gateCount * input.H
    let (B, T, D, H) = (input.B, input.T, input.D, input.H)
    var outputs: [Scalar] = []
    var cells: [Scalar] = []
    for b in 0..<B {
      var h = (0..<H).map { input.h0?[b * H + $0] ?? 0 }
      var c = (0..<H).map { input.c0?[b * H + $0] ?? 0 }
      for t in 0..<T {
        let place = b * T + (input.goesBackwards ? T - 1 - t : t)
        let x = Array(input.x[place * D..<(place + 1) * D])
        (h, c) = kind.plainStep(Step(columns: columns, weights: weights, x: x, h: h), c)
        outputs += h
      }
      cells += c
    }
    return (outputs, cells)
  }

  /// The operands of one step of one sample, and the sums that all cells are made of.
  struct Step<Scalar: RealScalar> {
    /// G·H
    var columns: Int
    var weights: SequenceWeights<Scalar>
    var x: [Scalar]
    var h: [Scalar]

    var units: Range<Int> { h.indices }

    /// `x·K + b + h·R + b′` of one unit.
    func sum(_ gate: Int, _ unit: Int) -> Scalar { input(gate, unit) + recurrent(gate, unit, h) }

    // The two loops that take the time. All of a step would be as much code as the fast one, for tests alone.

    /// `x·K + b` of one unit.
    @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
    func input(_ gate: Int, _ unit: Int) -> Scalar {
      let column = gate * h.count + unit
      var sum = weights.bias?[column] ?? 0
      for j in x.indices { sum += x[j] * weights.kernel[j * columns + column] }
      return sum
    }

    /// `h·R + b′` of one unit.
    @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
    func recurrent(_ gate: Int, _ unit: Int, _ h: [Scalar]) -> Scalar {
      let column = gate * h.count + unit
      var sum = weights.recurrentBias?[column] ?? 0
      for j in h.indices { sum += h[j] * weights.recurrentKernel[j * columns + column] }
      return sum
    }

    func tanh(_ x: Scalar) -> Scalar {
      var (x, y) = (x, Scalar.zero)
      Scalar.kernels.tanh(&x, into: &y, count: 1)
      return y
    }

    func sigmoid(_ x: Scalar) -> Scalar {
      var (x, y) = (x, Scalar.zero)
      Scalar.kernels.sigmoid(&x, into: &y, count: 1)
      return y
    }
  }
}
