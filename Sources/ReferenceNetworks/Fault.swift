import Layers

/// One thing that an implementation can get wrong.
///
/// The reference network asks `Faults.has` at the line where each fault would stand, so a mutant is the right network
/// with that one line wrong.
package enum Fault: String, CaseIterable, Hashable, Sendable {
  // Conventions
  case lstmGateOrder, gruGateOrder
  case lstmBiasOrder, gruBiasOrder, lstmBiasOfOtherGate, gruBiasOfOtherGate
  case resetPlace, resetIgnored, updateGateInverted
  case forgetBiasLost, forgetBiasDoubled, forgetBiasOnInputGate, forgetBiasOnCandidate, forgetBiasOnOutputGate
  case forgetBiasAdded
  case recurrentKernelTransposed, kernelsReshaped, inputKernelReshaped, recurrentKernelReshaped, projectionReshaped
  case kernelRowsExchanged, gatesInterleaved, backwardUsesForwardWeights
  case inputBiasLost, recurrentBiasLost, recurrentBiasNotReset, biasOnFirstStepOnly
  case inputBiasDoubled, recurrentBiasDoubled, inputBiasInBoth, recurrentBiasInBoth, biasesExchanged
  case activationsExchanged, candidateLogistic, gatesHardSigmoid, cellOutputUnsquashed
  case gatesNewHardSigmoid, hardSigmoidOld
  case statesExchanged, finalStatesExchanged, initialStatesByDirection, finalStatesByDirection
  // Sequences
  case initialStateIgnored, stateNotCarried, stateCarriedLate, stateNotReset
  case chunkStateKept, chunkStateLost, chunkRowsShifted
  case hiddenFromInitial, cellFromInitial, statesFromInitial, outputFromOldCell
  case timeReversed, batchAndTimeExchanged, batchFirstForgotten
  case directionIgnored, backwardReadsForward, backwardOutputsTurned
  case maskIgnored, maskZeroesOutputsOnly, maskZeroesState, maskedOutputZero, maskedOutputKept
  case lastStepTaken, backwardStartsInPadding, lossCountsPadding
  case backwardNotReversed, backwardOutputFirst
  // Options
  case peepholeOutputSeesOld, peepholeGatesSeeNothing, peepholesExchanged, peepholesIgnored
  case activationsIgnored, gateActivationIgnored, candidateActivationIgnored, backwardUsesForwardActivations
  case clipIgnored, cellClipIgnored, inputForgetIgnored
  // Attention
  case attentionUnscaled, attentionScaledByUnits, attentionScaled
  case attentionMaskIgnored, attentionMaskAfterSoftmax, attentionMaskIsZeroScore, attentionSoftmaxOverQueries
  case attentionKernelTransposed, attentionKernelsExchanged, attentionTanhLost
  // Gradients
  case noGradientThroughC, noGradientThroughH
  case noGradientThroughI, noGradientThroughF, noGradientThroughG, noGradientThroughO
  case noGradientThroughZ, noGradientThroughR
  case noGradientThroughCellOutput, noGradientThroughPeepholes, noGradientThroughKeptState
  case weightsOfLastStepOnly, embeddingRowsOverwritten
  case clipLeaksGradient
  case noGradientThroughAttention, noGradientThroughScoredMemory
  // Training
  case epsilonPlace, adamEpsilonCorrected, adamEpsilonInside
  case gradientsUnclipped, clipnormGlobal, clipnormOfEachTensor, clipnormOfEachNumber
  case nesterovIgnored, amsgradIgnored, centeringIgnored, momentumIgnored
  case lastBatchDropped
}

extension Fault {
  /// The forward pass is right, only the gradient is wrong.
  package var isOfBackward: Bool {
    switch self {
    case .noGradientThroughC, .noGradientThroughH, .noGradientThroughI, .noGradientThroughF, .noGradientThroughG,
      .noGradientThroughO, .noGradientThroughZ, .noGradientThroughR, .noGradientThroughCellOutput,
      .noGradientThroughPeepholes, .noGradientThroughKeptState, .weightsOfLastStepOnly, .embeddingRowsOverwritten,
      .clipLeaksGradient, .lossCountsPadding, .noGradientThroughAttention, .noGradientThroughScoredMemory:
      true
    default: false
    }
  }
}

/// Some faults, a bit for each: every run of the reference network notes at many lines which it could have had.
package struct FaultSet: Equatable, ExpressibleByArrayLiteral, Sendable {
  private var low: UInt64 = 0
  private var high: UInt64 = 0

  package init(_ faults: some Sequence<Fault>) { for fault in faults { insert(fault) } }

  package init(arrayLiteral faults: Fault...) { self.init(faults) }

  package mutating func insert(_ fault: Fault) {
    let place = Self.place(of: fault)
    if place < 64 { low |= 1 << place } else { high |= 1 << (place - 64) }
  }

  package func contains(_ fault: Fault) -> Bool {
    let place = Self.place(of: fault)
    return (place < 64 ? low >> place : high >> (place - 64)) & 1 == 1
  }

  package func isDisjoint(with other: FaultSet) -> Bool { low & other.low == 0 && high & other.high == 0 }

  /// The place of a fault among all, of which there are at most 128.
  private static func place(of fault: Fault) -> UInt8 { unsafeBitCast(fault, to: UInt8.self) }
}

/// The faults that a run has, and the places where it asked for one.
final class Faults {
  private let mutants: [Mutant]
  /// Every fault that this run could have had: the line stood on its way.
  private(set) var asked: FaultSet = []

  /// Without gradients a fault of the backward pass cannot show.
  private let hasGradients: Bool

  init(_ mutants: [Mutant], hasGradients: Bool) {
    self.mutants = mutants
    self.hasGradients = hasGradients
  }

  func has(_ fault: Fault) -> Bool {
    guard hasGradients || !fault.isOfBackward else { return false }
    asked.insert(fault)
    return mutants.contains { $0.kind == fault }
  }

  /// The order in which the blocks of a kernel are read that stores them as `gates`.
  func order(_ gates: [Gate], of kind: CellKind) -> [Gate] {
    permuted(gates, of: kind, [.lstm: .lstmGateOrder, .gru: .gruGateOrder][kind])
  }

  /// The order in which the blocks of the biases are read, where the kernels' are read as `gates`.
  func biasOrder(_ gates: [Gate], of kind: CellKind) -> [Gate] {
    permuted(gates, of: kind, [.lstm: .lstmBiasOrder, .gru: .gruBiasOrder][kind])
  }

  private func permuted(_ gates: [Gate], of kind: CellKind, _ fault: Fault?) -> [Gate] {
    guard let fault, has(fault), let permutation = mutants.first(where: { $0.kind == fault })?.permutation
    else { return gates }
    // The permutation is stated for this project's order, i f g o or z r g, whatever the layout.
    let swap = Dictionary(uniqueKeysWithValues: zip(kind.gates, permutation.map { kind.gates[$0] }))
    return gates.compactMap { swap[$0] }
  }

  /// The gate that has another gate's bias, and the other; nil in a run without this fault.
  func biasOfOtherGate(of kind: CellKind) -> (gate: Gate, other: Gate)? {
    let faults: [CellKind: Fault] = [.lstm: .lstmBiasOfOtherGate, .gru: .gruBiasOfOtherGate]
    guard let fault = faults[kind], has(fault) else { return nil }
    return mutants.first { $0.kind == fault }?.gates
  }
}
