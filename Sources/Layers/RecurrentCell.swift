/// What a recurrent cell carries from one step to the next: tensors `[B, H]` under names.
public protocol RecurrentState<Scalar>: Equatable, Sendable {
  associatedtype Scalar: RealScalar
  /// The state's tensors, in the order of its properties.
  var tensors: [Tensor<Scalar>] { get }
  /// A state of tensors in that order.
  init(tensors: [Tensor<Scalar>])
}

/// Values of a step under their names, in the order in which a cell computes them.
public typealias NamedValues<Scalar: RealScalar> = [(name: String, values: Tensor<Scalar>)]

/// One time step of a recurrent network: `(x_t, state) → (output, next state)`.
///
/// | Tensor   | Shape    | What it is                                         |
/// |----------|----------|----------------------------------------------------|
/// | `x`      | `[B, D]` | the input of the step                              |
/// | state    | `[B, H]` | each of the state's tensors                        |
/// | `output` | `[B, H]` | the hidden state; `[B, P]` with a projection       |
///
/// A cell is a value and keeps nothing of a call: `forward` returns a cache, and `backward` takes it. `Recurrent`
/// applies a cell to a sequence. The cells that frameworks know are `StandardCell`s.
public protocol RecurrentCell<Scalar>: Sendable {
  associatedtype Scalar: RealScalar
  associatedtype State: RecurrentState where State.Scalar == Scalar
  associatedtype Parameters: ParameterGroup where Parameters.Scalar == Scalar
  associatedtype Cache: Sendable

  /// The weights. A gradient of them has the same type.
  var parameters: Parameters { get set }
  /// D, the number of features of `x`.
  var inputSize: Int { get }
  /// H, the number of features of the output.
  var outputSize: Int { get }

  /// The cells of known kinds that it is made of, with their gates in this project's order.
  var knownCells: [KnownCell] { get }

  /// The state before the first step: zeros.
  func zeroState(batchSize B: Int) -> State

  /// Computes one step.
  ///
  /// | Tensor   | Shape       |
  /// |----------|-------------|
  /// | `x`      | `[B, D]`    |
  /// | `state`  | `[B, H]` each |
  ///
  /// - Returns: the output `[B, H]`, the next state, and the cache for `backward`.
  /// - Precondition: the shapes fit. `Recurrent` checks them once for a whole sequence and throws a `ShapeError`.
  func forward(_ x: Tensor<Scalar>, _ state: State) -> CellStep<State, Cache>

  /// The derivative of one step.
  ///
  /// | Argument         | Shape         | What it is                                                           |
  /// |------------------|---------------|----------------------------------------------------------------------|
  /// | `outputGradient` | `[B, H]`      | ∂loss/∂output, from what stands above the step                       |
  /// | `stateGradient`  | `[B, H]` each | ∂loss/∂(next state), from the step after it                          |
  /// | `cache`          |               | what `forward` returned                                              |
  /// | `gradient`       |               | the gradient of the weights is added to it: all steps share the weights |
  ///
  /// - Returns: ∂loss/∂x, `[B, D]`, and ∂loss/∂state.
  func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: State, cache: Cache,
    accumulating gradient: inout Parameters
  ) -> (x: Tensor<Scalar>, state: State)

  /// The gates of a step after their activation.
  func gates(of cache: Cache) -> NamedValues<Scalar>

  /// Every value of a step, `[B, H]` each: the sum that goes into each activation (`pre_i`), gates, states. A coupled
  /// gate, which has no sum of its own, has no `pre_`.
  func values(of cache: Cache) -> NamedValues<Scalar>

  /// The gradient of a loss with respect to each of `values(of:)`, in the same order: over all paths to the loss, those
  /// through later steps included. The arguments are those of `backward`.
  func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: State, cache: Cache
  ) -> NamedValues<Scalar>

  /// The cell as the kernels for whole sequences take it, or nil if they do not compute all of its options.
  var wholeSequence: WholeSequence<Self>? { get }

  /// The same cell with its numbers in another scalar type.
  func convertedCell<Other: RealScalar>(to type: Other.Type) -> any RecurrentCell<Other>
}

/// What a cell's `forward` returns.
public struct CellStep<State: RecurrentState, Cache: Sendable>: Sendable {
  /// `[B, H]`.
  public var output: Tensor<State.Scalar>
  /// The state after the step.
  public var state: State
  /// What `backward` needs.
  public var cache: Cache

  public init(output: Tensor<State.Scalar>, state: State, cache: Cache) {
    self.output = output
    self.state = state
    self.cache = cache
  }
}

extension RecurrentCell {
  public var knownCells: [KnownCell] { [] }

  public func gates(of cache: Cache) -> NamedValues<Scalar> { [] }
  public func values(of cache: Cache) -> NamedValues<Scalar> { [] }
  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: State, cache: Cache
  ) -> NamedValues<Scalar> { [] }
  public var wholeSequence: WholeSequence<Self>? { nil }
}

/// The state of a cell that carries its output alone: `h`, `[B, H]`.
public struct HiddenState<Scalar: RealScalar>: RecurrentState {
  public var h: Tensor<Scalar>
  public init(h: Tensor<Scalar>) { self.h = h }
  public var tensors: [Tensor<Scalar>] { [h] }
  public init(tensors: [Tensor<Scalar>]) { self.init(h: tensors[0]) }
}

/// The state of an LSTM: the hidden state `h`, which is the output, and the cell state `c`, each `[B, H]`.
///
/// Keras, PyTorch, ONNX and MXNet name the pair (h, c), TensorFlow 1 (c, h): here names decide, not the order.
public struct LSTMState<Scalar: RealScalar>: RecurrentState {
  public var h: Tensor<Scalar>
  public var c: Tensor<Scalar>

  public init(h: Tensor<Scalar>, c: Tensor<Scalar>) {
    self.h = h
    self.c = c
  }
  public var tensors: [Tensor<Scalar>] { [h, c] }
  public init(tensors: [Tensor<Scalar>]) { self.init(h: tensors[0], c: tensors[1]) }

  /// One tensor `[B, 2H]`, c before h: TensorFlow 1 with `state_is_tuple=False`.
  public var joined: Tensor<Scalar> { .concatenated([c, h]) }

  /// A state from one tensor `[B, H + P]` whose first `units` columns are c.
  public init(joined: Tensor<Scalar>, units: Int) {
    self.init(h: joined.columns(units..<joined.columns), c: joined.columns(0..<units))
  }
}
