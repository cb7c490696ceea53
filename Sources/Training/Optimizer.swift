/// A rule that updates weights from their gradient.
///
/// An optimiser holds constants only. What changes from step to step is in an ``OptimizerState`` beside the weights.
public protocol Optimizer: Equatable, Sendable {
  /// The factor of a step.
  var learningRate: Double { get set }
  /// The bound on the gradient.
  var clipping: GradientClipping { get set }

  /// The names of the tensors that the state holds for every weight, as Keras calls them.
  var slotNames: [String] { get }

  /// One step of one weight tensor.
  ///
  /// - Parameters:
  ///   - weights: the n weights, changed in place.
  ///   - gradient: their gradient, already clipped.
  ///   - slots: n numbers for each of ``slotNames``, one name after the other, changed in place.
  ///   - step: how many steps were made, this one included: 1, 2, ….
  func update<Scalar: RealScalar>(_ weights: inout [Scalar], gradient: [Scalar], slots: inout [Scalar], step: Int)

  /// The rule for the weight of this name; the same for all unless a rule treats some differently, as weight decay
  /// leaves out biases.
  func rule(for name: String) -> Self
}

extension Optimizer {
  public func rule(for name: String) -> Self { self }

  /// One step of all weights: clips the gradient, counts the step, updates every tensor.
  ///
  /// - Throws: `ShapeError` when the state or the gradient belongs to other weights.
  public func step<Parameters: ParameterGroup>(
    _ parameters: inout Parameters, gradient: Parameters, state: inout OptimizerState<Parameters.Scalar>
  ) throws {
    try step(gradient, &state) { update in try parameters.update(update) }
  }

  /// The same for the weights of a model, where they stand: nothing is copied, if nobody else has them.
  public func step<Model: Layer>(
    _ model: inout Model, gradient: Model.Parameters, state: inout OptimizerState<Model.Scalar>
  ) throws {
    try step(gradient, &state) { update in try model.updateParameters(update) }
  }

  private func step<Parameters: ParameterGroup>(
    _ gradient: Parameters, _ state: inout OptimizerState<Parameters.Scalar>,
    eachWeight: ((String, inout Tensor<Parameters.Scalar>) throws -> Void) throws -> Void
  ) throws {
    let gradients = clipping(gradient).named
    state.step += 1
    var index = 0
    try eachWeight { name, weights in
      guard index < gradients.count, index < state.slots.count else {
        throw ShapeError("weights of an optimiser", expected: "\(state.slots.count) tensors", received: [index + 1])
      }
      try gradients[index].tensor.requireShape(weights.shape, "gradient of \(name)")
      guard state.slots[index].count == slotNames.count * weights.count else {
        throw ShapeError(
          "optimiser state of \(name)", expected: "\(slotNames) of \(weights.shape)", received: state.shapes[index])
      }
      if weights.count > 0 {
        rule(for: name).update(
          &weights.scalars, gradient: gradients[index].tensor.scalars, slots: &state.slots[index], step: state.step)
      }
      index += 1
    }
  }
}

/// The state of an optimiser: the number of steps made and, for every weight, one tensor for each slot.
///
/// ``named`` and ``restore(step:named:)`` write it to a checkpoint and read it back, bit for bit.
public struct OptimizerState<Scalar: RealScalar>: Equatable, Sendable {
  /// How many steps were made.
  public var step = 0
  let weightNames: [String]
  let slotNames: [String]
  let shapes: [[Int]]
  /// For every weight tensor the numbers of all its slots, one slot after the other.
  var slots: [[Scalar]]

  /// The state before the first step: zeros.
  public init<Parameters: ParameterGroup>(_ optimizer: some Optimizer, for parameters: Parameters)
  where Parameters.Scalar == Scalar {
    let weights = parameters.named
    weightNames = weights.map(\.name)
    slotNames = optimizer.slotNames
    shapes = weights.map(\.tensor.shape)
    slots = weights.map { [Scalar](repeating: 0, count: $0.tensor.count * optimizer.slotNames.count) }
  }

  /// All tensors of the state with their names: `0/kernel/velocity`.
  public var named: [(name: String, tensor: Tensor<Scalar>)] {
    weightNames.indices.flatMap { weight in
      slotNames.indices.map { slot in
        let count = slots[weight].count / slotNames.count
        let numbers = Array(slots[weight][slot * count..<(slot + 1) * count])
        return ("\(weightNames[weight])/\(slotNames[slot])", Tensor(shape: shapes[weight], scalars: numbers))
      }
    }
  }

  /// The same state with the numbers of a checkpoint.
  ///
  /// - Throws: ``CheckpointError`` when a tensor is missing or unknown, `ShapeError` when one has another shape.
  public mutating func restore(step: Int, named tensors: [(name: String, tensor: Tensor<Scalar>)]) throws {
    let wanted = named
    for (name, _) in tensors where !wanted.contains(where: { $0.name == name }) {
      throw CheckpointError.unknown(name)
    }
    let found = try wanted.map { name, zero in
      guard let tensor = tensors.first(where: { $0.name == name })?.tensor else { throw CheckpointError.missing(name) }
      try tensor.requireShape(zero.shape, name)
      return tensor
    }
    self.step = step
    for weight in weightNames.indices {
      slots[weight] = slotNames.indices.flatMap { found[weight * slotNames.count + $0].scalars }
    }
  }
}

/// A checkpoint that does not fit the optimiser.
public enum CheckpointError: Error, Equatable, CustomStringConvertible {
  /// A tensor of the state that the checkpoint does not have.
  case missing(String)
  /// A tensor of the checkpoint that belongs to no weight.
  case unknown(String)

  public var description: String {
    switch self {
    case .missing(let name): "optimiser state: tensor \(name) is missing"
    case .unknown(let name): "optimiser state: tensor \(name) belongs to no weight"
    }
  }
}

/// The buffers of one step: weights, gradient, and one pointer for each slot.
///
/// `slot(k)` is the k-th of the optimiser's ``Optimizer/slotNames``.
struct StepBuffers<Scalar: RealScalar> {
  let count: Int
  let weights: UnsafeMutablePointer<Scalar>
  let gradient: UnsafePointer<Scalar>
  private let slots: UnsafeMutablePointer<Scalar>?

  /// Calls `body` with the buffers of the three arrays; all have elements, or there are no slots.
  @inline(__always)
  static func with(
    _ weights: inout [Scalar], _ gradient: [Scalar], _ slots: inout [Scalar], _ body: (StepBuffers) -> Void
  ) {
    weights.withUnsafeMutableBufferPointer { w in
      gradient.withUnsafeBufferPointer { g in
        slots.withUnsafeMutableBufferPointer { s in
          guard let weights = w.baseAddress, let gradient = g.baseAddress else { return }
          body(StepBuffers(count: w.count, weights: weights, gradient: gradient, slots: s.baseAddress))
        }
      }
    }
  }

  /// Calls `body` with ranges of places that together are all of them: threads share them, and each range is so short
  /// that its numbers stay in the first-level cache from one loop over it to the next. `cost` is that of
  /// `Threads.shareNumbers`.
  @inline(__always)
  func eachRange(cost: Int = 16, _ body: (Range<Int>) -> Void) { Threads.shareNumbers(count, cost: cost, body) }

  @inline(__always)
  func slot(_ index: Int) -> UnsafeMutablePointer<Scalar> {
    guard let slots else { preconditionFailure("an optimiser without slots asked for one") }
    return slots + index * count
  }
}
