// How a gradient changes on its way back through a sequence, step by step.

extension Tensor {
  /// The length of each step of `[B, T, H]`, all samples together: T numbers, summed in double precision.
  ///
  ///     n_t = √(Σ_b Σ_j v[b, t, j]²)
  ///
  /// - Precondition: the tensor has three axes.
  public var stepNorms: [Double] {
    precondition(rank == 3, "steps of [B, T, H], not of \(shape)")
    return (0..<shape[1]).map { t in
      step(t).scalars.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    }
  }
}

extension SequenceTrace {
  /// The length of ∂loss/∂v_t at each step, where v is the value with that name, such as `h`, `c` or `pre_f`; nil where
  /// the cell has no such value.
  ///
  /// Steps are in the order of reading. The gradient is the whole one: over all paths from v_t to the loss.
  public func gradientNorms(of name: String) -> [Double]? {
    gradients.first { $0.name == name }?.values.stepNorms
  }
}

extension Recurrent {
  /// What a small change of a state does to the state one step later: ∂s_t/∂s_{t−1} for t = 0 … T−1.
  ///
  ///     J_t[k, j] = ∂s_t[k] / ∂s_{t−1}[j]        s = h, or h and c side by side
  ///
  /// | Tensor         | Shape       | What it is                                            |
  /// |----------------|-------------|-------------------------------------------------------|
  /// | `x`            | `[1, T, D]` | one sequence                                          |
  /// | `initialState` | `[1, H]`    | s_{−1}; zero unless given                             |
  /// | result         | `[S, S]`    | one for each step; S is H, for an LSTM 2H             |
  ///
  /// The product J_{T−1} · … · J_{t+1} is ∂s_{T−1}/∂s_t. Row k is what the cell's `backward` makes of a gradient that
  /// is 1 at place k.
  ///
  /// - Throws: `ShapeError` when `x` is not `[1, T, D]` or the state does not fit.
  public func stateJacobians(_ x: Tensor<Scalar>, initialState: Cell.State? = nil) throws -> [Tensor<Scalar>] {
    try x.requireShape([1, nil, cell.inputSize], "sequence whose steps are differentiated")
    let run = try plainRun(x, initialState: initialState)
    let zero = cell.zeroState(batchSize: 1).tensors
    let none = Tensor<Scalar>.zeros([1, cell.outputSize])
    // Only the gradient of the state is needed.
    var unused = parameters.zeros
    return run.caches.map { cache in
      var rows: [[Scalar]] = []
      for part in zero.indices {
        for place in 0..<zero[part].count {
          var unit = zero
          unit[part].scalars[place] = 1
          let back = cell.backward(
            output: none, state: Cell.State(tensors: unit), cache: cache, accumulating: &unused)
          rows.append(back.state.tensors.flatMap(\.scalars))
        }
      }
      return Tensor(rows)
    }
  }
}
