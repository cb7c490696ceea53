import Tensors

/// A tensor of a case: its shape and its numbers in row-major order, as `Double` whatever the scalar type of the case.
///
/// `Float` values widen to `Double` without loss, so a `float32` case keeps its bits.
public struct NumericTensor: Equatable, Sendable {
  public var shape: [Int]
  public var values: [Double]
  /// The flat positions of `values` when only some elements are given; nil when all are.
  public var indices: [Int]?

  public init(shape: [Int], values: [Double], indices: [Int]? = nil) {
    self.shape = shape
    self.values = values
    self.indices = indices
  }

  /// The number of elements of the whole tensor.
  public var count: Int { shape.reduce(1, *) }

  /// Gives every value with its flat position.
  package func forEach(_ body: (_ position: Int, _ value: Double) -> Void) {
    for k in values.indices { body(indices?[k] ?? k, values[k]) }
  }

  /// Whether something holds of every value and its flat position; it looks no further than to the first of which it
  /// does not.
  package func allSatisfy(_ holds: (_ position: Int, _ value: Double) -> Bool) -> Bool {
    values.indices.allSatisfy { k in holds(indices?[k] ?? k, values[k]) }
  }

  /// The coordinates of a flat position.
  public func coordinates(of position: Int) -> [Int] {
    var rest = position
    return shape.reversed().map { size in
      defer { rest /= size }
      return rest % size
    }.reversed()
  }
}

/// Tensors by name, in the order in which they were written.
///
/// Lists and groups are spelled out in the name: `h`, `states[1]`, `gates.i`, `layer_outputs[0]`, `weights.0/kernel`.
public struct TensorTable: Equatable, Sendable {
  public struct Entry: Equatable, Sendable {
    public let name: String
    public var tensor: NumericTensor

    package init(name: String, tensor: NumericTensor) {
      self.name = name
      self.tensor = tensor
    }
  }

  public private(set) var entries: [Entry] = []
  private var places: [String: Int] = [:]

  public init() {}

  public var names: [String] { entries.map(\.name) }
  public var isEmpty: Bool { entries.isEmpty }

  public subscript(name: String) -> NumericTensor? {
    get { places[name].map { entries[$0].tensor } }
    set {
      guard let newValue else { return }
      if let place = places[name] {
        entries[place].tensor = newValue
      } else {
        places[name] = entries.count
        entries.append(Entry(name: name, tensor: newValue))
      }
    }
  }

  /// The tensors whose names begin with `prefix`, by the rest of their names.
  public func group(_ prefix: String) -> TensorTable {
    var group = TensorTable()
    for entry in entries where entry.name.hasPrefix(prefix) {
      group[String(entry.name.dropFirst(prefix.count))] = entry.tensor
    }
    return group
  }
}

/// The scalar type a framework computed in.
public enum CaseScalar: String, CaseIterable, Sendable {
  case float32, float64

  /// A number as this type holds it; nil when it is too large for the type.
  package func rounded(_ number: Double) -> Double? {
    switch self {
    case .float64: return number
    case .float32:
      let single = Float(number)
      return single.isFinite ? Double(single) : nil
    }
  }
}

extension Tensor {
  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  package init(_ tensor: NumericTensor) {
    self.init(shape: tensor.shape, scalars: tensor.values.map { Scalar($0) })
  }

  package var numeric: NumericTensor {
    @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
    get { NumericTensor(shape: shape, values: scalars.map { Double($0) }) }
  }
}
