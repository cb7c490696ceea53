/// What every chapter stands on, so that it begins with one line: `import ChapterSupport`.
@_exported import ArticleModels
@_exported import Drawing
@_exported import Formulas
@_exported import Layers
@_exported import NetworkDrawing
@_exported import Notebook
@_exported import Options
@_exported import SequenceTasks
@_exported import Training

// The notebook, the formulas and the layers do not know each other; here they meet.

extension Tensor: NumericArray {
  public var doubles: [Double] { scalars.map(Double.init) }
}

extension MathValue: NumericArray {
  public var doubles: [Double] { elements }
}

extension MathValue {
  /// A tensor of at most two axes as a formula takes it.
  public init<Scalar>(_ tensor: Tensor<Scalar>) {
    precondition(tensor.rank <= 2, "a formula takes numbers, vectors and matrices, not \(tensor.shape)")
    switch tensor.rank {
    case 0: self.init(Double(tensor.scalars[0]))
    case 1: self.init(tensor.doubles)
    default:
      // The shape of a tensor always holds as many numbers as it has.
      guard let value = try? MathValue(shape: tensor.shape, elements: tensor.doubles) else {
        preconditionFailure("\(tensor.shape) holds \(tensor.count) numbers")
      }
      self = value
    }
  }
}

extension Tensor where Scalar == Double {
  /// What a formula computed, as a tensor.
  public init(_ value: MathValue) { self.init(shape: value.shape, scalars: value.elements) }
}

/// A symbol whose value is a tensor.
public func symbol<Scalar>(_ name: String, _ role: SymbolRole, _ tensor: Tensor<Scalar>) -> Formula {
  symbol(name, role, MathValue(tensor))
}

/// Which numbers a layer computes in; the hand always computes in `Double`.
public enum ScalarChoice: String, CaseIterable, Sendable {
  case float, double

  /// What hand and layer may differ by.
  ///
  /// A `Double` carries 53 bits: sums of some dozen products of size 1 are right to a few 1e-16, and gradients over a
  /// few steps to some 1e-15. A `Float` carries 24: the same sums to a few 1e-7.
  public var tolerance: Tolerance { self == .double ? 1e-13 : 1e-6 }

  public static func option(_ help: String = "the numbers that the layer computes in") -> Option<ScalarChoice> {
    .choice("scalar", default: .double, help)
  }

  /// The type itself. A generic function takes it as it takes `Float.self`: `run(choice.type)`.
  public var type: any RealScalar.Type { self == .double ? Double.self : Float.self }

  /// A number as this type holds it.
  public func rounded(_ number: Double) -> Double { self == .double ? number : Double(Float(number)) }
}

extension ParameterGroup where Scalar == Double {
  /// Every weight as `choice` holds it, so that hand and layer begin with the same numbers.
  public mutating func round(to choice: ScalarChoice) {
    update { _, tensor in tensor = tensor.map(choice.rounded) }
  }
}

/// Central differences (f(w + ε) − f(w − ε)) / 2ε for every element of a tensor: a gradient without any derivation.
///
/// With ε = 1e-5 the error is about ε² f‴ / 6 ≈ 1e-11 from the curve and 1e-16 / ε ≈ 1e-11 from rounding.
public func centralDifferences(
  _ tensor: Tensor<Double>, step: Double = 1e-5, of loss: (Tensor<Double>) throws -> Double
) rethrows -> Tensor<Double> {
  var gradient = tensor
  for index in tensor.scalars.indices {
    var (above, below) = (tensor, tensor)
    above.scalars[index] += step
    below.scalars[index] -= step
    gradient.scalars[index] = try (loss(above) - loss(below)) / (2 * step)
  }
  return gradient
}

extension Tensor {
  /// The shape as a text: `7 × 52`, and `52` for a vector.
  public var shapeText: String { shape.map(String.init).joined(separator: " × ") }

  /// The rows of a matrix as plain numbers, for pictures.
  public var rowsOfDoubles: [[Double]] {
    (0..<rows).map { row in (0..<columns).map { Double(scalars[row * columns + $0]) } }
  }
}

extension MathValue {
  public static func ones(_ count: Int) -> MathValue { MathValue([Double](repeating: 1, count: count)) }
}
