/// A cell that the frameworks know: it says which kind it is, and converts to and from the weights without conventions.
///
/// That is all a cell says about frameworks: `WeightLayout` knows their tensors, and `LayoutCell` puts the two
/// together.
public protocol StandardCell<Scalar>: RecurrentCell {
  associatedtype Options: CellOptions

  static var kind: CellKind { get }
  var options: Options { get }

  /// - Throws: `ShapeError` when the parameters do not fit each other.
  init(parameters: Parameters, options: Options) throws

  /// A cell of D inputs and H units, all weights zero.
  init(inputSize D: Int, units H: Int, options: Options, useBias: Bool)

  /// A cell with weights that come from any framework.
  ///
  /// - Throws: `ConversionError` when the weights are those of another cell; `ShapeError` when they do not fit.
  init(weights: CellWeights<Scalar>, options: Options) throws

  /// The cell's weights without a framework's conventions.
  var cellWeights: CellWeights<Scalar> { get }

  /// The parameters, or a gradient of them, without conventions.
  static func cellWeights(of parameters: Parameters) -> CellWeights<Scalar>

  /// The inverse of `cellWeights(of:)`.
  ///
  /// - Throws: `ConversionError` when `weights` have a tensor for which this cell has no place.
  static func parameters(of weights: CellWeights<Scalar>) throws -> Parameters

  /// The same cell with its numbers in another scalar type.
  func converted<Other: RealScalar>(to type: Other.Type) -> any StandardCell<Other>
}

extension StandardCell {
  public var knownCells: [KnownCell] { [KnownCell(kind: Self.kind)] }
}

/// What can be changed about a cell's equations; `init()` gives the equations as the paper has them.
public protocol CellOptions: Equatable, Sendable {
  init()

  /// Of the choices that cells have in common, those that this cell's equations have.
  init(_ common: CommonOptions)
}

/// The choices that cells of several kinds have in common.
///
/// | Option                | Default | Where it has a meaning            |
/// |-----------------------|---------|-----------------------------------|
/// | `activation`          | tanh    | every cell: of the candidate or h |
/// | `recurrentActivation` | sigmoid | cells with gates                  |
/// | `resetAfter`          | true    | GRU                               |
public struct CommonOptions: Equatable, Sendable {
  public var activation: Activation
  public var recurrentActivation: Activation
  public var resetAfter: Bool

  public init(
    activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid, resetAfter: Bool = true
  ) {
    self.activation = activation
    self.recurrentActivation = recurrentActivation
    self.resetAfter = resetAfter
  }
}

extension StandardCell {
  public var cellWeights: CellWeights<Scalar> { Self.cellWeights(of: parameters) }

  public init(weights: CellWeights<Scalar>, options: Options = Options()) throws {
    guard weights.kind == Self.kind else {
      throw ConversionError("the weights of a cell: expected \(Self.kind.title), received \(weights.kind.title)")
    }
    try self.init(parameters: Self.parameters(of: weights), options: options)
  }

  public func convertedCell<Other: RealScalar>(to type: Other.Type) -> any RecurrentCell<Other> {
    converted(to: type)
  }

  /// A cell with a framework's tensors: `try GRUCell(layout) { stored[$0] }`.
  ///
  /// `tensor` finds one by its name in the layout.
  ///
  /// - Throws: `ConversionError` for a missing tensor, `ShapeError` for one that does not fit the others.
  public init(
    _ layout: WeightLayout, options: Options = Options(), tensor: (String) throws -> Tensor<Scalar>?
  ) throws {
    try self.init(weights: layout.decode(tensor), options: options)
  }
}

// Every cell whose parameters are kernels and biases, without further tensors.
extension StandardCell where Parameters == RecurrentWeights<Scalar> {
  /// H, the number of units.
  public var units: Int { parameters.units(gates: Self.kind.gateCount) }
  public var inputSize: Int { parameters.inputSize }
  public var outputSize: Int { units }

  public static func cellWeights(of parameters: RecurrentWeights<Scalar>) -> CellWeights<Scalar> {
    CellWeights(kind, parameters)
  }

  public static func parameters(of weights: CellWeights<Scalar>) throws -> RecurrentWeights<Scalar> {
    guard weights.peepholes == nil, weights.projection == nil else {
      let extra = weights.peepholes == nil ? "a projection" : "peepholes"
      throw ConversionError("these weights have \(extra), the cell has none; ExtendedLSTMCell has")
    }
    return weights.recurrentWeights
  }
}

extension StandardCell where Parameters == RecurrentWeights<Scalar>, State == HiddenState<Scalar> {
  public func zeroState(batchSize B: Int) -> HiddenState<Scalar> { HiddenState(h: .zeros([B, units])) }
}
