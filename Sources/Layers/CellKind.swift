/// Which recurrent cell. Its gates, states, titles, frameworks and type stand here and nowhere else.
///
/// | Kind        | Gate blocks, in this project's order | States | Title      |
/// |-------------|--------------------------------------|--------|------------|
/// | `simpleRNN` | h                                    | h      | simple RNN |
/// | `lstm`      | i, f, g, o                           | h, c   | LSTM       |
/// | `gru`       | z, r, g                              | h      | GRU        |
///
/// The raw value is the word for command lines; `identifier` is the word for golden files.
public enum CellKind: String, Sendable, CaseIterable {
  case simpleRNN = "simple-rnn"
  case lstm, gru

  /// The gate blocks in this project's own order; a simple network has one block, h.
  public var gates: [Gate] {
    switch self {
    case .simpleRNN: [.h]
    case .lstm: [.i, .f, .g, .o]
    case .gru: [.z, .r, .g]
    }
  }

  /// G, the number of blocks of H columns in a kernel.
  public var gateCount: Int { gates.count }

  /// The names of the states, the hidden state first.
  public var stateNames: [String] { self == .lstm ? ["h", "c"] : ["h"] }

  /// The name in a sentence.
  public var title: String {
    switch self {
    case .simpleRNN: "simple RNN"
    case .lstm: "LSTM"
    case .gru: "GRU"
    }
  }

  /// The name with its article.
  public var titleWithArticle: String { (self == .lstm ? "an " : "a ") + title }

  /// The frameworks that have this cell.
  public var frameworks: [Framework] {
    switch self {
    case .simpleRNN, .lstm, .gru: Framework.allCases
    }
  }

  /// The cell of this kind with the equations of the papers: `CellKind.gru.type(Float.self)` is `GRUCell<Float>`.
  ///
  /// A generic function makes cells of it: `func cell<Cell: StandardCell<Float>>(_: Cell.Type) throws -> Cell { … }`.
  public func type<Scalar: RealScalar>(_: Scalar.Type = Scalar.self) -> any StandardCell<Scalar>.Type {
    switch self {
    case .simpleRNN: SimpleRNNCell<Scalar>.self
    case .lstm: LSTMCell<Scalar>.self
    case .gru: GRUCell<Scalar>.self
    }
  }

  /// The name in golden files and programs: `simple_rnn`, `lstm`, `gru`.
  public var identifier: String { String(rawValue.map { $0 == "-" ? "_" : $0 }) }

  /// The kind with this name in a golden file, or nil.
  public init?(identifier: String) {
    guard let kind = Self.allCases.first(where: { $0.identifier == identifier }) else { return nil }
    self = kind
  }
}

extension CellKind {
  /// A layer of this cell with D inputs and H units, all weights zero, with the equations of the papers.
  public func layer<Scalar: RealScalar>(
    inputSize D: Int, units H: Int, returnSequences: Bool = false, _: Scalar.Type = Scalar.self
  ) -> any Layer<Scalar> {
    func layer<Cell: StandardCell<Scalar>>(_: Cell.Type) -> any Layer<Scalar> {
      Recurrent(
        Cell(inputSize: D, units: H, options: Cell.Options(), useBias: true), returnSequences: returnSequences)
    }
    return layer(type())
  }
}

/// A cell of known kind among the weights of a layer: where its weights stand.
public struct KnownCell: Equatable, Sendable {
  /// What stands before the names of its weights: `0/`, `1/forward/`; nothing for a cell alone.
  public let prefix: String
  public let kind: CellKind

  public init(prefix: String = "", kind: CellKind) { (self.prefix, self.kind) = (prefix, kind) }

  /// The same cell as a part of something larger.
  func under(_ part: String) -> KnownCell { KnownCell(prefix: "\(part)/\(prefix)", kind: kind) }
}

/// A gate, or the candidate g, by its letter. Papers also write c̃ or j for an LSTM's candidate and h̃ for a GRU's.
public enum Gate: String, Sendable, CaseIterable { case i, f, g, o, z, r, h }
