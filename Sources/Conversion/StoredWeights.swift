import GoldenCases
import Layers

/// Named tensors as a file holds them. Every number is kept as a `Double`, which holds a `Float` without loss.
public struct StoredWeights: Equatable, Sendable {
  public var tensors: [(name: String, tensor: Tensor<Double>)]
  public var scalar: CaseScalar

  public init(_ tensors: [(name: String, tensor: Tensor<Double>)], scalar: CaseScalar) {
    self.tensors = tensors
    self.scalar = scalar
  }

  public static func == (a: StoredWeights, b: StoredWeights) -> Bool {
    a.scalar == b.scalar && a.tensors.map(\.name) == b.tensors.map(\.name)
      && a.tensors.map(\.tensor) == b.tensors.map(\.tensor)
  }
}

/// Which cell of a network: its layer, counted from the input, and its direction.
public struct CellPlace: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var layer: Int
  public var isBackward: Bool

  public init(layer: Int = 0, isBackward: Bool = false) {
    self.layer = layer
    self.isBackward = isBackward
  }

  public static func < (a: CellPlace, b: CellPlace) -> Bool {
    a.layer != b.layer ? a.layer < b.layer : !a.isBackward && b.isBackward
  }

  public var description: String { "layer \(layer)" + (isBackward ? ", backward direction" : "") }
}

/// Recurrent layers on top of each other, each in one or two directions, without any framework's conventions.
public struct RecurrentNetwork: Equatable, Sendable {
  public var kind: CellKind
  /// `cells[l][d]`: direction d (0 forward, 1 backward) of layer l.
  public var cells: [[CellWeights<Double>]]

  public var isBidirectional: Bool { cells.first?.count == 2 }

  /// One line: the kind and the sizes, as `--from` found them.
  public var summary: String {
    let units = cells.map { "\($0[0].units)" }.joined(separator: ", ")
    let first = cells[0][0]
    var parts = [
      "\(cells.count) \(cells.count == 1 ? "layer" : "layers")" + (isBidirectional ? " in both directions" : ""),
      "\(first.inputSize) inputs", "\(units) units",
      first.recurrentBias != nil ? "two biases" : first.bias != nil ? "one bias" : "no bias",
    ]
    if kind == .gru { parts.append("reset gate \(first.resetAfter ? "after" : "before") the product") }
    if first.peepholes != nil { parts.append("peepholes") }
    if let projection = first.projection { parts.append("projected to \(projection.columns)") }
    let name = kind == .simpleRNN ? "SimpleRNN" : kind.rawValue.uppercased()
    return "\(name): " + parts.joined(separator: ", ")
  }
}
