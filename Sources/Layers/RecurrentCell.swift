/// What a recurrent cell carries from one step to the next: tensors `[B, H]` under names.
public protocol RecurrentState<Scalar>: Equatable, Sendable {
  associatedtype Scalar: RealScalar
  /// The state's tensors, in the order of its properties.
  var tensors: [Tensor<Scalar>] { get }
  /// A state of tensors in that order.
  init(tensors: [Tensor<Scalar>])
}

/// One time step of a recurrent network: `(x_t, state) → (output, next state)`.
///
/// | Tensor   | Shape    |
/// |----------|----------|
/// | `x`      | `[B, D]` |
/// | `output` | `[B, H]` |
public protocol RecurrentCell<Scalar>: Sendable {
  associatedtype Scalar: RealScalar
  associatedtype State: RecurrentState where State.Scalar == Scalar
  associatedtype Parameters: ParameterGroup where Parameters.Scalar == Scalar
  associatedtype Cache: Sendable

  var parameters: Parameters { get set }
  /// D, the number of features of `x`.
  var inputSize: Int { get }
  /// H, the number of features of the output.
  var outputSize: Int { get }

  /// The state before the first step: zeros.
  func zeroState(batchSize B: Int) -> State

  func forward(_ x: Tensor<Scalar>, _ state: State) -> CellStep<State, Cache>

  /// The derivative of one step. The gradients of the weights are added to `gradient`, since all steps share them.
  func backward(
    output outputGradient: Tensor<Scalar>, state stateGradient: State, cache: Cache,
    accumulating gradient: inout Parameters
  ) -> (x: Tensor<Scalar>, state: State)

  /// The gates of a step after their activation, in the order in which the cell computes them.
  func gates(of cache: Cache) -> [(name: String, values: Tensor<Scalar>)]

  /// Every value of a step by name, `[B, H]` each, in the order in which the cell computes it: the sum that goes into each
  /// activation (`pre_i`), gates, states. A coupled gate, which has no sum of its own, has no `pre_`.
  func values(of cache: Cache) -> [(name: String, values: Tensor<Scalar>)]

  /// The gradient of a loss with respect to each of `values(of:)`, in the same order: all ways to the loss together, those
  /// through later steps included. The arguments are those of `backward`.
  func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: State, cache: Cache
  ) -> [(name: String, values: Tensor<Scalar>)]

  /// The cell as the kernels for whole sequences know it, or nil if they do not compute all of its options.
  var wholeSequence: WholeSequence<Self>? { get }
}

/// What a cell's `forward` returns.
public struct CellStep<State: RecurrentState, Cache: Sendable>: Sendable {
  public var output: Tensor<State.Scalar>
  public var state: State
  public var cache: Cache

  public init(output: Tensor<State.Scalar>, state: State, cache: Cache) {
    self.output = output
    self.state = state
    self.cache = cache
  }
}

extension RecurrentCell {
  public func gates(of cache: Cache) -> [(name: String, values: Tensor<Scalar>)] { [] }
  public func values(of cache: Cache) -> [(name: String, values: Tensor<Scalar>)] { [] }
  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: State, cache: Cache
  ) -> [(name: String, values: Tensor<Scalar>)] { [] }
  public var wholeSequence: WholeSequence<Self>? { nil }
}

/// The state of a cell that carries its output alone: `h`, `[B, H]`.
public struct HiddenState<Scalar: RealScalar>: RecurrentState {
  public var h: Tensor<Scalar>
  public init(h: Tensor<Scalar>) { self.h = h }
  public var tensors: [Tensor<Scalar>] { [h] }
  public init(tensors: [Tensor<Scalar>]) { self.init(h: tensors[0]) }
}

/// The state of an LSTM: what it shows, `h`, and what it keeps, `c`, each `[B, H]`.
///
/// Keras, PyTorch, ONNX and MXNet name the pair (h, c), TensorFlow 1 (c, h): here the names decide, never the place.
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
