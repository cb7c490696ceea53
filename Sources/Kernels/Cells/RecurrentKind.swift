/// The recurrent cells whose whole sequences the kernels compute, with the order of their gates.
///
/// A new cell needs a file like `LSTM.swift`, which states its `CellPlan`, and its name in this file.
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
  public var gateCount: Int { Float.plans[self].gateCount }
}

/// The plans of all cells, made once for each number type.
struct CellPlans<Scalar: ElementaryScalar>: Sendable {
  private let simpleRNN = CellPlan<Scalar>.simpleRNN
  private let lstm = CellPlan<Scalar>.lstm
  private let gruResetAfter = CellPlan<Scalar>.gruResetAfter
  private let gruResetBefore = CellPlan<Scalar>.gruResetBefore

  subscript(kind: RecurrentKind) -> CellPlan<Scalar> {
    switch kind {
    case .simpleRNN: simpleRNN
    case .lstm: lstm
    case .gru(resetAfter: true): gruResetAfter
    case .gru(resetAfter: false): gruResetBefore
    }
  }
}
