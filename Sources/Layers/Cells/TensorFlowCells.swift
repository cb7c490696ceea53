/// A cell that keeps its weights in another framework's layout and computes with this project's own cell.
///
/// The two differ in names, axes and gate order only, so one set of equations serves both.
public protocol AdaptedCell: RecurrentCell
where State == Base.State, Cache == Base.Cache, Parameters == NamedTensors<Scalar>, Base.Scalar == Scalar {
  associatedtype Base: RecurrentCell

  /// The cell that computes.
  var base: Base { get set }
  var layout: WeightLayout { get }

  static func weights(of parameters: Base.Parameters) -> CellWeights<Scalar>
  static func parameters(of weights: CellWeights<Scalar>) -> Base.Parameters
}

extension AdaptedCell {
  public var parameters: NamedTensors<Scalar> {
    get { encoded(base.parameters) }
    set {
      let tensors = Dictionary(uniqueKeysWithValues: newValue.named.map { ($0.name, $0.tensor) })
      // The names and shapes are those that `encode` gave: nothing can be missing.
      if let weights = try? layout.decode({ tensors[$0] }) { base.parameters = Self.parameters(of: weights) }
    }
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

  public func gates(of cache: Base.Cache) -> [(name: String, values: Tensor<Scalar>)] { base.gates(of: cache) }
  public func values(of cache: Base.Cache) -> [(name: String, values: Tensor<Scalar>)] { base.values(of: cache) }
  public func valueGradients(
    output outputGradient: Tensor<Scalar>, state stateGradient: Base.State, cache: Base.Cache
  ) -> [(name: String, values: Tensor<Scalar>)] {
    base.valueGradients(output: outputGradient, state: stateGradient, cache: cache)
  }

  private func encoded(_ parameters: Base.Parameters) -> NamedTensors<Scalar> {
    NamedTensors((try? layout.encode(Self.weights(of: parameters))) ?? [])
  }
}

/// TensorFlow 1's `BasicRNNCell`: `output = new_state = activation([x, h]·kernel + bias)`.
///
/// | Tensor   | Shape        | What it is           |
/// |----------|--------------|----------------------|
/// | `kernel` | `[D + H, H]` | W above U            |
/// | `bias`   | `[H]`        | added to every row   |
///
/// Source: `tensorflow/python/ops/rnn_cell_impl.py`, `BasicRNNCell`.
public struct BasicRNNCell<Scalar: RealScalar>: AdaptedCell {
  public var base: SimpleRNNCell<Scalar>
  public let layout: WeightLayout

  /// - Throws: `ShapeError` when `kernel` is not `[D + H, H]` or `bias` not `[H]`.
  public init(kernel: Tensor<Scalar>, bias: Tensor<Scalar>, activation: Activation = .tanh) throws {
    layout = try WeightLayout(.tensorflow1, .simpleRNN)
    let weights = try layout.decode { ["kernel": kernel, "bias": bias][$0] }
    base = try SimpleRNNCell(parameters: weights.recurrentWeights, activation: activation)
  }

  public static func weights(of parameters: RecurrentWeights<Scalar>) -> CellWeights<Scalar> {
    CellWeights(.simpleRNN, parameters)
  }
  public static func parameters(of weights: CellWeights<Scalar>) -> RecurrentWeights<Scalar> {
    weights.recurrentWeights
  }
}

/// TensorFlow 1's `BasicLSTMCell`: one product for all gates, and a bias of its own for the forget gate.
///
///     i, j, f, o = split([x, h]·kernel + bias, 4)
///     c′ = c ⊙ σ(f + forgetBias) + σ(i) ⊙ tanh(j)
///     h′ = tanh(c′) ⊙ σ(o)
///
/// | Tensor   | Shape         | What it is                                |
/// |----------|---------------|-------------------------------------------|
/// | `kernel` | `[D + H, 4H]` | rows of x above rows of h; blocks i j f o |
/// | `bias`   | `[4H]`        |                                           |
/// | state    | 2 × `[B, H]`  | named c and h; `LSTMState.joined` is `[c, h]`, one tensor `[B, 2H]` |
///
/// Source: `tensorflow/python/ops/rnn_cell_impl.py`, `BasicLSTMCell`; Zaremba, Sutskever & Vinyals 2014.
public struct BasicLSTMCell<Scalar: RealScalar>: AdaptedCell {
  public var base: LSTMCell<Scalar>
  public let layout: WeightLayout

  /// - Throws: `ShapeError` when `kernel` is not `[D + H, 4H]` or `bias` not `[4H]`.
  public init(
    kernel: Tensor<Scalar>, bias: Tensor<Scalar>, forgetBias: Double = 1, activation: Activation = .tanh
  ) throws {
    layout = try WeightLayout(.tensorflow1, .lstm)
    let weights = try layout.decode { ["kernel": kernel, "bias": bias][$0] }
    let options = LSTMOptions(activation: activation, forgetBias: forgetBias)
    base = try LSTMCell(parameters: weights.lstmParameters, options: options)
  }

  public static func weights(of parameters: LSTMCell<Scalar>.Parameters) -> CellWeights<Scalar> {
    CellWeights(parameters)
  }
  public static func parameters(of weights: CellWeights<Scalar>) -> LSTMCell<Scalar>.Parameters {
    weights.lstmParameters
  }
}

/// TensorFlow 1's `LSTMCell`: a `BasicLSTMCell` with peepholes, a projection and clipping.
///
///     i = σ(i + w_i ⊙ c),   f = σ(f + forgetBias + w_f ⊙ c)
///     c′ = clip(f ⊙ c + i ⊙ tanh(j), cellClip)
///     o = σ(o + w_o ⊙ c′)
///     h′ = clip((o ⊙ tanh(c′))·projection, projectionClip)
///
/// | Tensor                           | Shape                        |
/// |----------------------------------|------------------------------|
/// | `kernel`                         | `[D + P, 4H]`, blocks i j f o |
/// | `bias`                           | `[4H]`                       |
/// | `w_i_diag` `w_f_diag` `w_o_diag` | `[H]` each, or none          |
/// | `projection/kernel`              | `[H, P]`, or none            |
///
/// Source: `tensorflow/python/ops/rnn_cell_impl.py`, `LSTMCell`; Sak, Senior & Beaufays 2014.
public struct TensorFlowLSTMCell<Scalar: RealScalar>: AdaptedCell {
  public var base: LSTMCell<Scalar>
  public let layout: WeightLayout

  /// - Parameter weights: TensorFlow's tensors under the names of the table.
  /// - Throws: `ConversionError` for a missing tensor, `ShapeError` for one that does not fit.
  public init(weights: [String: Tensor<Scalar>], options: LSTMOptions = LSTMOptions(forgetBias: 1)) throws {
    let features = WeightFeatures(
      peepholes: weights["w_i_diag"] != nil, projection: weights["projection/kernel"] != nil)
    layout = try WeightLayout(.tensorflow1, .lstm, features)
    base = try LSTMCell(parameters: try layout.decode { weights[$0] }.lstmParameters, options: options)
  }

  public static func weights(of parameters: LSTMCell<Scalar>.Parameters) -> CellWeights<Scalar> {
    CellWeights(parameters)
  }
  public static func parameters(of weights: CellWeights<Scalar>) -> LSTMCell<Scalar>.Parameters {
    weights.lstmParameters
  }
}

/// TensorFlow 1's `GRUCell`, whose reset gate acts before the product.
///
///     r, z = split(σ([x, h]·gates/kernel + gates/bias), 2)
///     g    = tanh([x, r ⊙ h]·candidate/kernel + candidate/bias)
///     h′   = z ⊙ h + (1 − z) ⊙ g
///
/// | Tensor             | Shape         |
/// |--------------------|---------------|
/// | `gates/kernel`     | `[D + H, 2H]`, blocks r z |
/// | `gates/bias`       | `[2H]`        |
/// | `candidate/kernel` | `[D + H, H]`  |
/// | `candidate/bias`   | `[H]`         |
///
/// Source: `tensorflow/python/ops/rnn_cell_impl.py`, `GRUCell`.
public struct TensorFlowGRUCell<Scalar: RealScalar>: AdaptedCell {
  public var base: GRUCell<Scalar>
  public let layout: WeightLayout

  /// - Parameter weights: TensorFlow's tensors under the names of the table.
  /// - Throws: `ConversionError` for a missing tensor, `ShapeError` for one that does not fit.
  public init(weights: [String: Tensor<Scalar>], activation: Activation = .tanh) throws {
    layout = try WeightLayout(.tensorflow1, .gru, WeightFeatures(resetAfter: false))
    let own = try layout.decode { weights[$0] }
    base = try GRUCell(
      parameters: own.recurrentWeights, options: GRUOptions(resetAfter: false, activation: activation))
  }

  public static func weights(of parameters: RecurrentWeights<Scalar>) -> CellWeights<Scalar> {
    CellWeights(.gru, parameters, resetAfter: false)
  }
  public static func parameters(of weights: CellWeights<Scalar>) -> RecurrentWeights<Scalar> {
    weights.recurrentWeights
  }
}
