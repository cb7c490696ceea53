/// The recurrent cells whose whole sequences the kernels compute, with the order of their gates.
public enum RecurrentKind: Equatable, Sendable {
  /// `h′ = tanh(x·K + h·R + b)`
  case simpleRNN
  /// i, f, g, o
  case lstm
  /// z, r, g
  case gru(resetAfter: Bool)

  /// Every cell, a GRU in both variants: what the kernels' tests go through.
  static let all: [RecurrentKind] = [.simpleRNN, .lstm, .gru(resetAfter: true), .gru(resetAfter: false)]

  /// G, the number of blocks of H columns in a kernel.
  public var gateCount: Int { layout.gateCount }

  /// Where the cell's numbers stand, without options.
  var layout: CellLayout {
    switch self {
    case .simpleRNN: .simpleRNN
    case .lstm: .lstm
    case .gru(resetAfter: true): .gruResetAfter
    case .gru(resetAfter: false): .gruResetBefore
    }
  }
}

/// A recurrent cell with what is changed about its equations.
///
/// | Option                | Default | What it changes                                          |
/// |-----------------------|---------|----------------------------------------------------------|
/// | `activation`          | tanh    | of the candidate g; of h in a simple RNN                 |
/// | `recurrentActivation` | sigmoid | of the gates                                             |
/// | `outputActivation`    | tanh    | of c′ in an LSTM                                         |
/// | `clip`                | none    | bounds the argument of every activation of a gate        |
/// | `cellClip`            | none    | bounds c′ in an LSTM                                     |
/// | `inputForget`         | false   | f = 1 − i in an LSTM                                     |
///
/// A new cell needs a file like `LSTM.swift`, which states its layout and its plan, and its name in this file.
public struct SequenceCell: Sendable {
  public let kind: RecurrentKind
  /// What is changed, if anything is. A class: a cell goes along with every run, and most change nothing.
  private let changes: Changes?

  public init(
    _ kind: RecurrentKind, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
    outputActivation: Activation = .tanh, clip: Double? = nil, cellClip: Double? = nil, inputForget: Bool = false
  ) {
    self.kind = kind
    // A comparison of whole values would take a small layer some percent of its time.
    if case (.tanh, .sigmoid, .tanh) = (activation, recurrentActivation, outputActivation),
      clip == nil && cellClip == nil && !inputForget
    {
      changes = nil
    } else {
      changes = Changes(
        activations: (recurrentActivation, activation, outputActivation), clip: clip, cellClip: cellClip,
        inputForget: inputForget)
    }
  }

  /// The options of the table.
  final class Changes: Sendable {
    let activations: (recurrent: Activation, candidate: Activation, output: Activation)
    let clip: Double?
    let cellClip: Double?
    let inputForget: Bool

    init(
      activations: (recurrent: Activation, candidate: Activation, output: Activation) = (.sigmoid, .tanh, .tanh),
      clip: Double? = nil, cellClip: Double? = nil, inputForget: Bool = false
    ) {
      (self.activations, self.clip) = (activations, clip)
      (self.cellClip, self.inputForget) = (cellClip, inputForget)
    }
  }

  /// Whether the kernels compute it: a softmax needs all units of a gate at once.
  public var isComputable: Bool {
    guard let (recurrent, candidate, output) = changes?.activations else { return true }
    return ![recurrent, candidate, output].contains(.softmax)
  }

  /// The steps of this cell; those of its own equations if nothing is changed about them.
  func steps<Scalar: ElementaryScalar>(_ peepholes: UnsafePointer<Scalar>?) -> CellSteps<Scalar> {
    peepholes == nil && changes == nil
      ? kind.steps(UsualFunctions.self, CellOptions())
      : kind.steps(ChosenFunctions.self, CellOptions(changes ?? Changes(), peepholes: peepholes))
  }
}

extension RecurrentKind {
  fileprivate func steps<Functions: CellFunctions>(
    _: Functions.Type, _ options: CellOptions<Functions.Scalar>
  ) -> CellSteps<Functions.Scalar> {
    switch self {
    case .simpleRNN: CellSteps(SimpleRNNPlan<Functions>.self, options)
    case .lstm: CellSteps(LSTMPlan<Functions>.self, options)
    case .gru(resetAfter: true): CellSteps(GRUResetAfterPlan<Functions>.self, options)
    case .gru(resetAfter: false): CellSteps(GRUResetBeforePlan<Functions>.self, options)
    }
  }

  /// One step of one sample by loops over the units, with the usual activations: h′ and c′ from the step's operands
  /// and c.
  func plainStep<Scalar>(_ step: Plain.Step<Scalar>, _ c: [Scalar]) -> (h: [Scalar], c: [Scalar]) {
    switch self {
    case .simpleRNN: Plain.simpleRNN(step, c)
    case .lstm: Plain.lstm(step, c)
    case .gru(resetAfter: true): Plain.gruResetAfter(step, c)
    case .gru(resetAfter: false): Plain.gruResetBefore(step, c)
    }
  }
}
