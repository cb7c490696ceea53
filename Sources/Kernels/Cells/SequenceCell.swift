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
  public let activation: Activation
  public let recurrentActivation: Activation
  public let outputActivation: Activation
  public let clip: Double?
  public let cellClip: Double?
  public let inputForget: Bool
  /// Whether nothing is changed.
  let isUsual: Bool

  public init(
    _ kind: RecurrentKind, activation: Activation = .tanh, recurrentActivation: Activation = .sigmoid,
    outputActivation: Activation = .tanh, clip: Double? = nil, cellClip: Double? = nil, inputForget: Bool = false
  ) {
    self.kind = kind
    (self.activation, self.recurrentActivation) = (activation, recurrentActivation)
    (self.outputActivation, self.clip) = (outputActivation, clip)
    (self.cellClip, self.inputForget) = (cellClip, inputForget)
    // A comparison of whole values would take a small layer some percent of its time.
    if case (.tanh, .sigmoid, .tanh) = (activation, recurrentActivation, outputActivation) {
      isUsual = clip == nil && cellClip == nil && !inputForget
    } else {
      isUsual = false
    }
  }

  /// Whether the kernels compute it: a softmax needs all units of a gate at once.
  public var isComputable: Bool {
    isUsual || ![activation, recurrentActivation, outputActivation].contains(.softmax)
  }

  /// Calls `visitor` with the plan of this cell; with its own equations if it has no options.
  @inline(__always)
  func visit<Visitor: CellPlanVisitor>(
    _ peepholes: UnsafePointer<Visitor.Scalar>?, _ visitor: Visitor
  ) -> Visitor.Result {
    peepholes == nil && isUsual
      ? visit(UsualFunctions<Visitor.Scalar>(), peepholes, visitor)
      : visit(ChosenFunctions<Visitor.Scalar>(self), peepholes, visitor)
  }

  @inline(__always)
  private func visit<Visitor: CellPlanVisitor, Functions: CellFunctions<Visitor.Scalar>>(
    _ functions: Functions, _ peepholes: UnsafePointer<Visitor.Scalar>?, _ visitor: Visitor
  ) -> Visitor.Result {
    switch kind {
    case .simpleRNN: visitor.visit(SimpleRNNPlan(functions: functions))
    case .lstm: visitor.visit(LSTMPlan(functions: functions, peepholes: peepholes, cell: self))
    case .gru(resetAfter: true): visitor.visit(GRUResetAfterPlan(functions: functions))
    case .gru(resetAfter: false): visitor.visit(GRUResetBeforePlan(functions: functions))
    }
  }
}
