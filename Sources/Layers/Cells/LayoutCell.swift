/// A cell that keeps its weights as a framework stores them: names, axes and gate order are those of `layout`.
///
/// It computes with `base`; only `parameters` and gradients are in the framework's form. A framework's cell is this
/// cell with that framework's layout.
///
/// | Framework's cell                    | Here                                                        |
/// |-------------------------------------|-------------------------------------------------------------|
/// | TensorFlow 1 `BasicRNNCell`         | `BasicRNNCell(kernel:bias:)`                                |
/// | TensorFlow 1 `BasicLSTMCell`        | `BasicLSTMCell(kernel:bias:)`                               |
/// | TensorFlow 1 `LSTMCell`, all others | `LayoutCell<Base>(layout, options: options) { stored[$0] }` |
public struct LayoutCell<Base: StandardCell>: RecurrentCell {
  public typealias Scalar = Base.Scalar
  public typealias State = Base.State
  public typealias Cache = Base.Cache
  public typealias Parameters = NamedTensors<Base.Scalar>

  /// The cell that computes.
  public private(set) var base: Base
  public let layout: WeightLayout

  /// A cell with a framework's tensors; `tensor` finds one by its name in the layout.
  ///
  /// - Throws: `ConversionError` for a missing tensor, `ShapeError` for one that does not fit the others.
  public init(
    _ layout: WeightLayout, options: Base.Options = Base.Options(), tensor: (String) throws -> Tensor<Scalar>?
  ) throws {
    base = try Base(layout, options: options, tensor: tensor)
    self.layout = layout
  }

  fileprivate init(base: Base, layout: WeightLayout) {
    self.base = base
    self.layout = layout
  }

  public var parameters: NamedTensors<Scalar> {
    get { encoded(base.parameters) }
    set { base.parameters = decoded(newValue) }
  }
  public var inputSize: Int { base.inputSize }
  public var outputSize: Int { base.outputSize }

  public func zeroState(batchSize B: Int) -> Base.State { base.zeroState(batchSize: B) }

  public func forward(_ x: Tensor<Scalar>, _ state: Base.State) -> CellStep<Base.State, Base.Cache> {
    base.forward(x, state)
  }

  public func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: Base.State, cache: Base.Cache,
    accumulating gradient: inout NamedTensors<Scalar>
  ) -> (x: Tensor<Scalar>, state: Base.State) {
    var own = base.parameters.zeros
    let step = base.backward(output: outputGradient, state: stateGradient, cache: cache, accumulating: &own)
    gradient.add(encoded(own))
    return step
  }

  public func gates(of cache: Base.Cache) -> NamedValues<Scalar> { base.gates(of: cache) }
  public func values(of cache: Base.Cache) -> NamedValues<Scalar> { base.values(of: cache) }
  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: Base.State, cache: Base.Cache
  ) -> NamedValues<Scalar> {
    base.valueGradients(output: outputGradient, state: stateGradient, cache: cache)
  }

  public var wholeSequence: WholeSequence<Self>? {
    base.wholeSequence.map { sequence in
      WholeSequence(
        sequence.kernelCell, gates: sequence.gates, weights: sequence.weights, peepholes: sequence.peepholes
      ) { encoded(sequence.parameters($0, $1)) }
    }
  }

  public func convertedCell<Other: RealScalar>(to type: Other.Type) -> any RecurrentCell<Other> {
    func stored(_ cell: some StandardCell<Other>) -> any RecurrentCell<Other> {
      LayoutCell<_>(base: cell, layout: layout)
    }
    return stored(base.converted(to: type))
  }

  // The initialiser has shown that the layout and the cell have the same tensors, and no conversion changes a number.

  private func encoded(_ parameters: Base.Parameters) -> NamedTensors<Scalar> {
    do {
      return NamedTensors(try layout.encode(Base.cellWeights(of: parameters)))
    } catch {
      preconditionFailure("weights of another cell: \(error)")
    }
  }

  private func decoded(_ tensors: NamedTensors<Scalar>) -> Base.Parameters {
    do {
      return try Base.parameters(of: layout.decode { tensors.tensor(named: $0) })
    } catch {
      preconditionFailure("weights of another cell: \(error)")
    }
  }
}

/// TensorFlow 1's `BasicRNNCell`: `output = new_state = activation([x, h]·kernel + bias)`.
///
/// | Tensor   | Shape        | What it is         |
/// |----------|--------------|--------------------|
/// | `kernel` | `[D + H, H]` | W above U          |
/// | `bias`   | `[H]`        | added to every row |
///
/// Source: `tensorflow/python/ops/rnn_cell_impl.py`, `BasicRNNCell`.
public typealias BasicRNNCell<Scalar: RealScalar> = LayoutCell<SimpleRNNCell<Scalar>>

/// TensorFlow 1's `BasicLSTMCell`: one product for all gates, and a bias of its own for the forget gate.
///
///     i, j, f, o = split([x, h]·kernel + bias, 4)
///     c′ = c ⊙ σ(f + forgetBias) + σ(i) ⊙ tanh(j)
///     h′ = tanh(c′) ⊙ σ(o)
///
/// | Tensor   | Shape         | What it is                                                          |
/// |----------|---------------|---------------------------------------------------------------------|
/// | `kernel` | `[D + H, 4H]` | rows of x above rows of h; blocks i j f o                           |
/// | `bias`   | `[4H]`        |                                                                     |
/// | state    | 2 × `[B, H]`  | named c and h; `LSTMState.joined` is `[c, h]`, one tensor `[B, 2H]` |
///
/// Source: `tensorflow/python/ops/rnn_cell_impl.py`, `BasicLSTMCell`; Zaremba, Sutskever & Vinyals 2014.
public typealias BasicLSTMCell<Scalar: RealScalar> = LayoutCell<ExtendedLSTMCell<Scalar>>

extension LayoutCell {
  /// - Throws: `ShapeError` when `kernel` is not `[D + H, H]` or `bias` not `[H]`.
  public init<Number>(
    kernel: Tensor<Number>, bias: Tensor<Number>, activation: Activation = .tanh
  ) throws where Base == SimpleRNNCell<Number> {
    try self.init(WeightLayout(.tensorflow1, .simpleRNN), options: SimpleRNNOptions(activation: activation)) {
      ["kernel": kernel, "bias": bias][$0]
    }
  }

  /// - Throws: `ShapeError` when `kernel` is not `[D + H, 4H]` or `bias` not `[4H]`.
  public init<Number>(
    kernel: Tensor<Number>, bias: Tensor<Number>, forgetBias: Double = 1, activation: Activation = .tanh
  ) throws where Base == ExtendedLSTMCell<Number> {
    let options = ExtendedLSTMOptions(LSTMOptions(activation: activation), forgetBias: forgetBias)
    try self.init(WeightLayout(.tensorflow1, .lstm), options: options) { ["kernel": kernel, "bias": bias][$0] }
  }
}
