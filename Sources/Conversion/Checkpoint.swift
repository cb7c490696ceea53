import Layers
import Safetensors
import StrictJSON
import TextLayout

/// Named tensors as a file holds them, each in its own type.
public struct Checkpoint: Equatable, Sendable {
  public struct Entry: Equatable, Sendable {
    public var name: String
    public var tensor: StoredTensor

    public init(_ name: String, _ tensor: StoredTensor) {
      self.name = name
      self.tensor = tensor
    }
  }

  /// What messages call the file.
  public var file: String
  public var entries: [Entry]
  /// The recurrent nodes of an ONNX model, which say more than their weights; nil for every other file.
  public var nodes: [FoundNetwork]?

  public init(_ entries: [Entry], file: String = "checkpoint", nodes: [FoundNetwork]? = nil) {
    self.entries = entries
    self.file = file
    self.nodes = nodes
  }
}

/// Which cell of a network: its layer, counted from the input, and its direction.
public struct CellPlace: Hashable, Comparable, Sendable {
  public var layer: Int
  public var isBackward: Bool

  public init(layer: Int = 0, isBackward: Bool = false) {
    self.layer = layer
    self.isBackward = isBackward
  }

  public static func < (a: CellPlace, b: CellPlace) -> Bool {
    a.layer != b.layer ? a.layer < b.layer : !a.isBackward && b.isBackward
  }
}

/// One tensor of a cell: its full name in the file, and its numbers.
public struct NamedTensor: Equatable, Sendable {
  public var name: String
  public var tensor: Tensor<Double>
}

/// The tensors of one cell, by their names in the layout of its framework.
public struct FoundCell: Equatable, Sendable {
  public var tensors: [String: NamedTensor] = [:]
  /// Any name of this cell; with another local name between its ends it is the name of another tensor.
  var example = TensorName()

  /// The full name that the tensor `local` of this cell has, or would have.
  func name(of local: String) -> String { tensors[local]?.name ?? example.name(of: local) }
}

/// A recurrent network in a checkpoint: the tensors of one module, not yet decoded.
public struct FoundNetwork: Equatable, Sendable {
  public var framework: Framework
  /// The words of the module's path.
  public var path: [String]
  /// The path with the word of the cell, where the file has one.
  public var fullPath: [String]
  public var cells: [CellPlace: FoundCell]
  /// What the file itself says beside the tensors.
  public var settings = NetworkSettings()
  /// The name of the cell that the path contains, such as `basic_lstm_cell`.
  public var cellWord = ""

  /// The path as the file writes it; a single dot where the tensors stand at the top.
  public var title: String {
    path.isEmpty ? "." : path.joined(separator: "\(framework.pathSeparator)")
  }

  /// The names of all its tensors, in the order of the file.
  public var names: [String] = []
  /// Why it cannot be read; nil where it can.
  public var problem: String?

  /// Whether a word of the path, or the word of the cell, contains a text.
  func mentions(_ word: String) -> Bool {
    (fullPath + [cellWord]).contains { $0.lowercased().contains(word) }
  }

  /// Whether an option such as `--only` means this network: by its path, in whole or by the first words.
  func isMeant(by text: String, exactly: Bool) -> Bool {
    if text == "." { return path.isEmpty }
    let wanted = text.split(whereSeparator: { "./".contains($0) })
    return [path, fullPath].contains { own in
      let words = own.flatMap { $0.split(whereSeparator: { "./".contains($0) }) }
      return exactly ? words == wanted : words.starts(with: wanted)
    }
  }
}
