/// The activations of a cell's step, and their gradients by the value y of the activation.
///
/// There are two: `UsualFunctions`, which the compiler makes a part of the step, and `ChosenFunctions`, which look up
/// what was chosen. A step is written once for both.
protocol CellFunctions<Scalar>: Sendable {
  associatedtype Scalar: ElementaryScalar
  typealias Vector = Scalar.Vector

  init(_ options: CellOptions<Scalar>)

  /// Whether the activations are the usual ones and no option is used. A constant: what only options need is then not
  /// even compiled.
  static var areUsual: Bool { get }

  /// Bounds the argument of the activations of gates, if there is a bound; then a step keeps its sums.
  var clip: Scalar? { get }

  /// σ
  func gate(_ z: Vector) -> Vector
  /// tanh of the candidate
  func candidate(_ z: Vector) -> Vector
  /// tanh of c′
  func output(_ c: Vector) -> Vector

  /// `dy ⊙ σ′`
  func gateBackward(_ dy: Vector, _ y: Vector) -> Vector
  /// `dy ⊙ tanh′`
  func candidateBackward(_ dy: Vector, _ y: Vector) -> Vector
  /// `dc + dy ⊙ tanh′`
  func outputBackward(_ dy: Vector, _ y: Vector, addedTo dc: Vector) -> Vector
}

/// The logistic function for the gates, tanh for the rest.
struct UsualFunctions<Scalar: ElementaryScalar>: CellFunctions {
  init(_ options: CellOptions<Scalar>) {}

  static var areUsual: Bool { true }
  var clip: Scalar? { nil }

  @inline(__always) func gate(_ z: Vector) -> Vector { Scalar.logistic(z) }
  @inline(__always) func candidate(_ z: Vector) -> Vector { Scalar.hyperbolicTangent(z) }
  @inline(__always) func output(_ c: Vector) -> Vector { Scalar.hyperbolicTangent(c) }

  @inline(__always) func gateBackward(_ dy: Vector, _ y: Vector) -> Vector { dy * y * (1 - y) }
  @inline(__always) func candidateBackward(_ dy: Vector, _ y: Vector) -> Vector { dy * (1 - y * y) }
  @inline(__always) func outputBackward(_ dy: Vector, _ y: Vector, addedTo dc: Vector) -> Vector {
    dc.addingProduct(dy, 1 - y * y)
  }
}

/// Activations that are known only when the program runs, and a bound on their arguments.
struct ChosenFunctions<Scalar: ElementaryScalar>: CellFunctions {
  static var areUsual: Bool { false }
  private let options: CellOptions<Scalar>

  init(_ options: CellOptions<Scalar>) { self.options = options }

  var clip: Scalar? { options.clip }

  @inline(__always) func gate(_ z: Vector) -> Vector { options.recurrentActivation(clipped(z)) }
  @inline(__always) func candidate(_ z: Vector) -> Vector { options.activation(clipped(z)) }
  @inline(__always) func output(_ c: Vector) -> Vector { options.outputActivation(c) }

  @inline(__always) func gateBackward(_ dy: Vector, _ y: Vector) -> Vector {
    dy * options.recurrentActivation.derivative(y)
  }
  @inline(__always) func candidateBackward(_ dy: Vector, _ y: Vector) -> Vector {
    dy * options.activation.derivative(y)
  }
  @inline(__always) func outputBackward(_ dy: Vector, _ y: Vector, addedTo dc: Vector) -> Vector {
    dc + dy * options.outputActivation.derivative(y)
  }

  @inline(__always) private func clipped(_ z: Vector) -> Vector { clip.map { Scalar.clipped(z, to: $0) } ?? z }
}

/// What is changed about a cell's equations, as numbers of the type: see ``SequenceCell``.
struct CellOptions<Scalar: ElementaryScalar>: @unchecked Sendable {
  // Sendable: nobody writes to the peepholes during a run.

  let recurrentActivation: VectorActivation<Scalar>
  let activation: VectorActivation<Scalar>
  let outputActivation: VectorActivation<Scalar>
  let clip: Scalar?
  let cellClip: Scalar?
  let inputForget: Bool
  /// Of an LSTM: rows pi, pf and po, each `paddedH` long.
  let peepholes: UnsafePointer<Scalar>?

  init(_ changes: SequenceCell.Changes, peepholes: UnsafePointer<Scalar>?) {
    recurrentActivation = VectorActivation(changes.activations.recurrent)
    activation = VectorActivation(changes.activations.candidate)
    outputActivation = VectorActivation(changes.activations.output)
    (clip, cellClip) = (changes.clip.map { Scalar($0) }, changes.cellClip.map { Scalar($0) })
    (inputForget, self.peepholes) = (changes.inputForget, peepholes)
  }

  /// For `UsualFunctions`, which ask for none.
  init() {
    (recurrentActivation, activation, outputActivation) = (VectorActivation(), VectorActivation(), VectorActivation())
    (clip, cellClip, inputForget, peepholes) = (nil, nil, false, nil)
  }
}

/// An activation of a vector: ``Activation`` with its constants as numbers of the type.
struct VectorActivation<Scalar: ElementaryScalar>: Sendable {
  typealias Vector = Scalar.Vector

  private let activation: Activation.Name
  private let α, β: Scalar

  init(_ activation: Activation) {
    self.activation = activation.name
    (α, β) = (Scalar(activation.constants.alpha), Scalar(activation.constants.beta))
  }

  /// The identity.
  init() { (activation, α, β) = (.linear, 0, 0) }

  /// f(x)
  @inline(never)
  func callAsFunction(_ x: Vector) -> Vector {
    switch activation {
    case .linear, .softmax: x
    case .tanh, .scaledTanh: α * Scalar.hyperbolicTangent(β * x)
    case .sigmoid: Scalar.logistic(x)
    case .relu: Scalar.choose(x, over: Vector(), wherePositive: x)
    case .elu: Scalar.choose(x, over: α * Scalar.exponentialMinusOne(x), wherePositive: x)
    case .softsign: x / (1 + Scalar.absolute(x))
    case .softplus: Scalar.softplus(x)
    case .hardSigmoid: Scalar.insideUnitInterval(α * x + Vector(repeating: β))
    case .affine: α * x + Vector(repeating: β)
    case .leakyRelu: Scalar.choose(x, over: α * x, wherePositive: x)
    case .thresholdedRelu: Scalar.choose(x, over: Vector(), wherePositive: x - Vector(repeating: α))
    }
  }

  /// f′(x) by the output y = f(x). At a kink it is the value that the frameworks take: 0.
  @inline(never)
  func derivative(_ y: Vector) -> Vector {
    switch activation {
    case .linear, .softmax: Vector(repeating: 1)
    case .tanh: 1 - y * y
    case .scaledTanh: (α * β) * (1 - (y / α) * (y / α))
    case .sigmoid: y * (1 - y)
    case .relu: Scalar.choose(Vector(repeating: 1), over: Vector(), wherePositive: y)
    case .elu: Scalar.choose(Vector(repeating: 1), over: y + Vector(repeating: α), wherePositive: y)
    case .softsign: (1 - Scalar.absolute(y)) * (1 - Scalar.absolute(y))
    case .softplus: -Scalar.exponentialMinusOne(-y)
    case .hardSigmoid: Scalar.choose(Vector(repeating: α), over: Vector(), wherePositive: y * (1 - y))
    case .affine: Vector(repeating: α)
    case .leakyRelu: Scalar.choose(Vector(repeating: α), over: Vector(repeating: 1), wherePositive: Vector() - y)
    case .thresholdedRelu:
      Scalar.choose(Vector(repeating: 1), over: Vector(), wherePositive: Scalar.absolute(y))
    }
  }
}

extension Activation {
  /// Which function, without its constants.
  enum Name: Sendable {
    case linear, tanh, sigmoid, relu, softsign, softplus, softmax, elu, hardSigmoid, affine, leakyRelu, thresholdedRelu
    case scaledTanh
  }

  var name: Name {
    switch self {
    case .linear: .linear
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    case .relu: .relu
    case .softsign: .softsign
    case .softplus: .softplus
    case .softmax: .softmax
    case .elu: .elu
    case .hardSigmoid: .hardSigmoid
    case .affine: .affine
    case .leakyRelu: .leakyRelu
    case .thresholdedRelu: .thresholdedRelu
    case .scaledTanh: .scaledTanh
    }
  }

  /// α and β of the table; 0 where a function has none. A tanh is a scaled one.
  var constants: (alpha: Double, beta: Double) {
    switch self {
    case .tanh: (1, 1)
    case .elu(let alpha), .leakyRelu(let alpha), .thresholdedRelu(let alpha): (alpha, 0)
    case .hardSigmoid(let alpha, let beta), .affine(let alpha, let beta), .scaledTanh(let alpha, let beta):
      (alpha, beta)
    default: (0, 0)
    }
  }
}
