/// Which recurrent cell. Its gates, states and titles stand here and nowhere else.
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

  /// The name in golden files and programs: `simple_rnn`, `lstm`, `gru`.
  public var identifier: String { self == .simpleRNN ? "simple_rnn" : rawValue }

  /// The kind with this name in a golden file, or nil.
  public init?(identifier: String) {
    guard let kind = Self.allCases.first(where: { $0.identifier == identifier }) else { return nil }
    self = kind
  }
}

/// A gate, or the candidate g, by its letter. Papers also write c̃ or j for an LSTM's candidate and h̃ for a GRU's.
public enum Gate: String, Sendable, CaseIterable { case i, f, g, o, z, r, h }
