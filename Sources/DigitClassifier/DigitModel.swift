import Training

/// What a training is fixed by, beside its data.
public struct DigitSettings: Equatable, Sendable {
  /// The recurrent layer that reads the rows.
  public var cell: CellKind
  /// H, the units of the recurrent layer.
  public var units: Int
  public var batchSize: Int
  public var learningRate: Double
  /// Of the weights before training and of the order of the pictures.
  public var seed: UInt64
  public var layout: RowLayout

  public init(
    cell: CellKind = .lstm, units: Int = 128, batchSize: Int = 128, learningRate: Double = 0.001, seed: UInt64 = 1,
    layout: RowLayout = .rowsAsSteps
  ) {
    self.cell = cell
    self.units = units
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.seed = seed
    self.layout = layout
  }

  /// A recurrent layer of which the last step's output goes through a dense layer, with Keras' first weights.
  ///
  ///     h_t = cell(x_t, h_{t−1})      t = 1 … 28,  h_0 = 0
  ///     z   = h_28·W + b              logits; the probabilities are softmax(z)
  ///
  /// | Tensor | Shape         |
  /// |--------|---------------|
  /// | `x`    | `[B, 28, 28]` |
  /// | `h_t`  | `[B, H]`      |
  /// | `z`    | `[B, 10]`     |
  public func model<Scalar: RealScalar>(_: Scalar.Type = Float.self) -> Stack<Scalar> {
    let (D, H, classes) = (28, units, 10)
    var model = Stack<Scalar>([cell.layer(inputSize: D, units: H), Dense(inputSize: H, units: classes)])
    var generator = RandomGenerator(seed: seed)
    model.initialize(using: &generator)
    return model
  }

  /// How a training goes through its pictures.
  public func plan(epochs: Int) -> TrainingPlan {
    TrainingPlan(epochs: epochs, batchSize: batchSize, shuffleSeed: seed)
  }
}
