import Layers

/// A cell whose weights have the names, axes and gate order of a framework.
protocol FrameworkCell<Scalar>: Sendable {
  associatedtype Scalar: RealScalar
  associatedtype Cell: RecurrentCell where Cell.Scalar == Scalar

  /// The cell that computes.
  var cell: Cell { get }
  /// Weights, or their gradients, as the framework stores them.
  func encoded(_ parameters: Cell.Parameters) throws -> NamedTensors<Scalar>
  /// The cell with other weights, stored as the framework stores them.
  func replacing(_ tensors: NamedTensors<Scalar>) throws -> Self
}

/// A cell of this project whose weights are known without conventions.
protocol ConventionFreeCell: RecurrentCell {
  var parameters: Parameters { get set }
  static func weights(of parameters: Parameters) -> CellWeights<Scalar>
  static func parameters(of weights: CellWeights<Scalar>) -> Parameters
}

extension LSTMCell: ConventionFreeCell {
  static func weights(of parameters: Parameters) -> CellWeights<Scalar> { CellWeights(parameters) }
  static func parameters(of weights: CellWeights<Scalar>) -> Parameters { weights.lstmParameters }
}

extension GRUCell: ConventionFreeCell {
  static func weights(of parameters: RecurrentWeights<Scalar>) -> CellWeights<Scalar> { CellWeights(.gru, parameters) }
  static func parameters(of weights: CellWeights<Scalar>) -> RecurrentWeights<Scalar> { weights.recurrentWeights }
}

extension SimpleRNNCell: ConventionFreeCell {
  static func weights(of parameters: RecurrentWeights<Scalar>) -> CellWeights<Scalar> {
    CellWeights(.simpleRNN, parameters)
  }
  static func parameters(of weights: CellWeights<Scalar>) -> RecurrentWeights<Scalar> { weights.recurrentWeights }
}

/// A cell of this project with a framework's layout beside it.
///
/// Within a stack of cells it is a cell itself, with the framework's names; alone it hands over the cell that computes, so
/// that whole sequences take that cell's own way.
struct LayoutCell<Cell: ConventionFreeCell>: FrameworkCell, AdaptedCell {
  var base: Cell
  let layout: WeightLayout

  var cell: Cell { base }

  static func weights(of parameters: Cell.Parameters) -> CellWeights<Cell.Scalar> { Cell.weights(of: parameters) }
  static func parameters(of weights: CellWeights<Cell.Scalar>) -> Cell.Parameters { Cell.parameters(of: weights) }

  func encoded(_ parameters: Cell.Parameters) throws -> NamedTensors<Cell.Scalar> {
    NamedTensors(try layout.encode(Cell.weights(of: parameters)))
  }

  func replacing(_ tensors: NamedTensors<Cell.Scalar>) throws -> LayoutCell {
    var copy = self
    let stored = Dictionary(uniqueKeysWithValues: tensors.named.map { ($0.name, $0.tensor) })
    copy.base.parameters = Cell.parameters(of: try layout.decode { stored[$0] })
    return copy
  }
}

/// A cell that has the framework's names already: TensorFlow's cells, stacks of cells.
struct NamedCell<Cell: RecurrentCell>: FrameworkCell where Cell.Parameters == NamedTensors<Cell.Scalar> {
  var cell: Cell

  func encoded(_ parameters: NamedTensors<Cell.Scalar>) -> NamedTensors<Cell.Scalar> { parameters }

  func replacing(_ tensors: NamedTensors<Cell.Scalar>) -> NamedCell {
    var copy = self
    copy.cell.parameters = tensors
    return copy
  }
}

// MARK: Layers of a stack

/// A recurrent layer with a framework's names: what a stack is made of and training moves.
struct FrameworkLayer<Stored: FrameworkCell>: Layer {
  var stored: Stored
  var layer: Recurrent<Stored.Cell>

  init(_ stored: Stored, _ options: SequenceOptions) {
    self.stored = stored
    layer = options.layer(stored.cell)
  }

  /// An optimiser hands back tensors of the shapes it was given, so replacing them cannot fail.
  var parameters: NamedTensors<Stored.Scalar> {
    get { (try? stored.encoded(layer.parameters)) ?? NamedTensors() }
    set {
      guard let next = try? stored.replacing(newValue) else { return }
      stored = next
      layer.cell = next.cell
    }
  }

  func forward(_ x: Tensor<Stored.Scalar>, mask: SequenceMask?) throws -> Forward<
    Stored.Scalar, SequenceRun<Stored.Cell>
  > {
    try layer.forward(x, mask: mask)
  }

  func backward(
    _ outputGradient: Tensor<Stored.Scalar>, cache: SequenceRun<Stored.Cell>
  ) throws -> Backward<NamedTensors<Stored.Scalar>> {
    let gradient = try layer.backward(outputGradient, cache: cache)
    return Backward(input: gradient.input, parameters: try stored.encoded(gradient.parameters))
  }
}

/// A bidirectional layer with a framework's names.
struct FrameworkBidirectional<F: FrameworkCell, B: FrameworkCell>: Layer where F.Scalar == B.Scalar {
  var forwardCell: F
  var backwardCell: B
  var layer: Bidirectional<F.Cell, B.Cell>

  init(_ forward: F, _ backward: B, merge: CaseMerge, returnSequences: Bool) {
    forwardCell = forward
    backwardCell = backward
    layer = Bidirectional(
      forward: forward.cell, backward: backward.cell, mergeMode: merge.mode(), returnSequences: returnSequences)
  }

  var parameters: NamedTensors<F.Scalar> {
    get { (try? encoded(layer.forwardLayer.parameters, layer.backwardLayer.parameters)) ?? NamedTensors() }
    set {
      guard let forward = try? forwardCell.replacing(newValue.under("forward/")),
        let backward = try? backwardCell.replacing(newValue.under("backward/"))
      else { return }
      (forwardCell, backwardCell) = (forward, backward)
      (layer.forwardLayer.cell, layer.backwardLayer.cell) = (forward.cell, backward.cell)
    }
  }

  func encoded(_ forward: F.Cell.Parameters, _ backward: B.Cell.Parameters) throws -> NamedTensors<F.Scalar> {
    let named = try forwardCell.encoded(forward).named.map { ("forward/\($0.name)", $0.tensor) }
    return NamedTensors(named + (try backwardCell.encoded(backward).named.map { ("backward/\($0.name)", $0.tensor) }))
  }

  func forward(
    _ x: Tensor<F.Scalar>, mask: SequenceMask?
  ) throws -> Forward<F.Scalar, Bidirectional<F.Cell, B.Cell>.Run> {
    try layer.forward(x, mask: mask)
  }

  func backward(
    _ outputGradient: Tensor<F.Scalar>, cache: Bidirectional<F.Cell, B.Cell>.Run
  ) throws -> Backward<NamedTensors<F.Scalar>> {
    let gradient = try layer.backward(outputGradient, cache: cache)
    return Backward(
      input: gradient.input, parameters: try encoded(gradient.parameters.forward, gradient.parameters.backward))
  }
}

extension NamedTensors {
  func under(_ prefix: String) -> NamedTensors {
    NamedTensors(
      named.filter { $0.name.hasPrefix(prefix) }.map { (String($0.name.dropFirst(prefix.count)), $0.tensor) })
  }
}

/// How a cell goes over a sequence.
struct SequenceOptions {
  var returnSequences = true
  var goBackwards = false
  var zeroOutputForMask = false

  func layer<Cell: RecurrentCell>(_ cell: Cell) -> Recurrent<Cell> {
    Recurrent(
      cell, returnSequences: returnSequences, goBackwards: goBackwards, zeroOutputForMask: zeroOutputForMask)
  }
}

extension CaseMerge {
  func mode<F, B>() -> Bidirectional<F, B>.MergeMode {
    switch self {
    case .concat: .concat
    case .sum: .sum
    case .ave: .average
    case .mul: .multiply
    }
  }
}
