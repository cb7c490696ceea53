import Layers

/// One thing that an implementation can get wrong.
///
/// The reference network asks `Faults.has` at the line where each fault would stand, so a mutant is the right network
/// with that one line wrong.
enum Fault: String, CaseIterable, Hashable, Sendable {
  // Conventions
  case lstmGateOrder, gruGateOrder
  case resetPlace, resetIgnored, updateGateInverted
  case forgetBiasLost, forgetBiasDoubled, forgetBiasOnInputGate, forgetBiasOnCandidate, forgetBiasOnOutputGate
  case forgetBiasAdded
  case recurrentKernelTransposed, kernelsReshaped, gatesInterleaved, backwardUsesForwardWeights
  case inputBiasLost, recurrentBiasLost, recurrentBiasNotReset, biasOnFirstStepOnly
  case activationsExchanged, candidateLogistic, gatesHardSigmoid, cellOutputUnsquashed
  case gatesNewHardSigmoid, hardSigmoidOld
  case statesExchanged, finalStatesExchanged
  // Sequences
  case initialStateIgnored, stateNotCarried, stateCarriedLate, stateNotReset, chunkStateKept
  case timeReversed, batchAndTimeExchanged
  case maskIgnored, maskZeroesState, maskedOutputZero, maskedOutputKept
  case lastStepTaken, backwardStartsInPadding
  case backwardNotReversed, backwardOutputFirst
  // Options
  case peepholeOutputSeesOld, peepholeGatesSeeNothing, peepholesExchanged
  case clipIgnored, cellClipIgnored, inputForgetIgnored
  // Gradients
  case noGradientThroughC, noGradientThroughH
  case noGradientThroughI, noGradientThroughF, noGradientThroughG, noGradientThroughO
  case noGradientThroughZ, noGradientThroughR
  case noGradientThroughCellOutput, noGradientThroughPeepholes, noGradientThroughKeptState
  case weightsOfLastStepOnly
  case clipLeaksGradient
  // Training
  case epsilonPlace, gradientsUnclipped, nesterovIgnored, amsgradIgnored, centeringIgnored, momentumIgnored
  case lastBatchDropped
}

extension Fault {
  /// The forward pass is right, only the gradient is wrong.
  var isOfBackward: Bool {
    switch self {
    case .noGradientThroughC, .noGradientThroughH, .noGradientThroughI, .noGradientThroughF, .noGradientThroughG,
      .noGradientThroughO, .noGradientThroughZ, .noGradientThroughR, .noGradientThroughCellOutput,
      .noGradientThroughPeepholes, .noGradientThroughKeptState, .weightsOfLastStepOnly, .clipLeaksGradient:
      true
    default: false
    }
  }
}

/// The right network with one stated fault.
public struct Mutant: Sendable {
  /// A short name for tables.
  public let name: String
  /// What is wrong, as the end of "matches an implementation whose …".
  public let fault: String
  let kind: Fault
  /// For a gate order: the order in which the wrong implementation reads the blocks, as places in the right one.
  let permutation: [Int]?
}

extension Mutant {
  /// Every mutant, in the order of the catalogue.
  public static let catalogue: [Mutant] =
    orders(of: .lstm, .lstmGateOrder) + orders(of: .gru, .gruGateOrder)
    + single.map { kind, fault in
      Mutant(name: kind.rawValue, fault: fault, kind: kind, permutation: nil)
    }

  /// All wrong orders of the gate blocks.
  private static func orders(of cell: CellKind, _ kind: Fault) -> [Mutant] {
    let right = cell.gates.map(\.rawValue)
    return permutations(of: Array(right.indices)).dropFirst().map { permutation in
      let wrong = permutation.map { right[$0] }.joined(separator: " ")
      return Mutant(
        name: "\(cell.rawValue)-order-\(permutation.map { right[$0] }.joined())",
        fault: "\(cell.rawValue.uppercased()) blocks \(right.joined(separator: " ")) are read as \(wrong)", kind: kind,
        permutation: permutation)
    }
  }

  private static func permutations(of list: [Int]) -> [[Int]] {
    guard list.count > 1 else { return [list] }
    return list.indices.flatMap { place in
      var rest = list
      let first = rest.remove(at: place)
      return permutations(of: rest).map { [first] + $0 }
    }
  }

  private static let single: [(Fault, String)] = [
    (.resetPlace, "reset gate acts on the other side of the recurrent product"),
    (.resetIgnored, "reset gate is not applied"),
    (.updateGateInverted, "z and 1 − z are exchanged"),
    (.forgetBiasLost, "forget bias is not added"),
    (.forgetBiasDoubled, "forget bias is added twice"),
    (.forgetBiasOnInputGate, "forget bias is added to the input gate"),
    (.forgetBiasOnCandidate, "forget bias is added to the candidate"),
    (.forgetBiasOnOutputGate, "forget bias is added to the output gate"),
    (.forgetBiasAdded, "forget gate gets a bias of 1 that the weights hold already"),
    (.recurrentKernelTransposed, "recurrent kernel is transposed"),
    (.kernelsReshaped, "kernels are reshaped where they must be transposed"),
    (.gatesInterleaved, "blocks are read unit by unit, the gates of a unit side by side"),
    (.backwardUsesForwardWeights, "backward direction uses the weights of the forward one"),
    (.inputBiasLost, "input bias is not added"),
    (.recurrentBiasLost, "recurrent bias is not added"),
    (.recurrentBiasNotReset, "candidate's recurrent bias is not multiplied by r"),
    (.biasOnFirstStepOnly, "bias is added at the first step only"),
    (.activationsExchanged, "tanh and the logistic function are exchanged"),
    (.candidateLogistic, "candidate has the logistic function in place of tanh"),
    (.gatesHardSigmoid, "gates have Keras 2's hard sigmoid clip(0.2 x + 0.5, 0, 1) in place of the logistic function"),
    (.gatesNewHardSigmoid, "gates have Keras 3's hard sigmoid clip(x + 3, 0, 6) / 6 in place of the logistic function"),
    (.hardSigmoidOld, "hard sigmoid is Keras 2's clip(0.2 x + 0.5, 0, 1) in place of clip(x + 3, 0, 6) / 6"),
    (.cellOutputUnsquashed, "output is o ⊙ c without the function of c"),
    (.statesExchanged, "initial h and c are exchanged"),
    (.finalStatesExchanged, "final h and c are exchanged"),
    (.initialStateIgnored, "initial state is ignored"),
    (.stateNotCarried, "state is not carried from step to step"),
    (.stateCarriedLate, "state is carried one step late"),
    (.stateNotReset, "state is not reset between sequences of a batch"),
    (.chunkStateKept, "state is not cleared where it should be"),
    (.timeReversed, "sequence is read from its other end"),
    (.batchAndTimeExchanged, "batch and time axes are exchanged"),
    (.maskIgnored, "mask (or lengths) is ignored"),
    (.maskZeroesState, "state is zero after a skipped step"),
    (.maskedOutputZero, "output of a skipped step is zero instead of the one before"),
    (.maskedOutputKept, "output of a skipped step is the one before instead of zero"),
    (.lastStepTaken, "last state is that of the last step instead of the last valid one"),
    (.backwardStartsInPadding, "backward direction starts at the padding"),
    (.backwardNotReversed, "output of the backward direction stays in reversed order"),
    (.backwardOutputFirst, "backward output stands before the forward one"),
    (.peepholeOutputSeesOld, "output gate's peephole sees the old cell state"),
    (.peepholeGatesSeeNothing, "peepholes of i and f are missing"),
    (.peepholesExchanged, "peepholes of f and o are exchanged"),
    (.clipIgnored, "clip of the pre-activations is ignored"),
    (.cellClipIgnored, "clip of the cell state or the projection is ignored"),
    (.inputForgetIgnored, "input_forget is ignored"),
    (.noGradientThroughC, "gradient through the carried cell state is missing"),
    (.noGradientThroughH, "gradient through the carried hidden state is missing"),
    (.noGradientThroughI, "gradient through the input gate is missing"),
    (.noGradientThroughF, "gradient through the forget gate is missing"),
    (.noGradientThroughG, "gradient through the candidate is missing"),
    (.noGradientThroughO, "gradient through the output gate is missing"),
    (.noGradientThroughZ, "gradient through the update gate is missing"),
    (.noGradientThroughR, "gradient through the reset gate is missing"),
    (.noGradientThroughCellOutput, "gradient from the output into the cell state is missing"),
    (.noGradientThroughPeepholes, "gradient through the peepholes into the cell state is missing"),
    (.noGradientThroughKeptState, "gradient through the part of h that the update gate keeps is missing"),
    (.weightsOfLastStepOnly, "weights get the gradient of the last step instead of the sum over all"),
    (.clipLeaksGradient, "gradient passes where the forward value was clipped"),
    (.epsilonPlace, "epsilon of RMSprop stands on the other side of the root"),
    (.gradientsUnclipped, "gradients are not clipped in training"),
    (.nesterovIgnored, "Nesterov momentum is plain momentum"),
    (.amsgradIgnored, "AMSGrad is plain Adam"),
    (.centeringIgnored, "centred RMSprop is not centred"),
    (.momentumIgnored, "momentum is ignored"),
    (.lastBatchDropped, "last, smaller batch is dropped"),
  ]
}

/// The faults that a run has, and the places where it asked for one.
final class Faults {
  private let mutants: [Mutant]
  /// Every fault that this run could have had: the line stood on its way.
  private(set) var asked: Set<Fault> = []

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
    guard let fault = Fault.gateOrder(of: kind), has(fault),
      let permutation = mutants.first(where: { $0.kind == fault })?.permutation
    else { return gates }
    // The permutation is stated for this project's order, i f g o or z r g, whatever the layout.
    let swap = Dictionary(uniqueKeysWithValues: zip(kind.gates, permutation.map { kind.gates[$0] }))
    return gates.compactMap { swap[$0] }
  }
}

extension Fault {
  /// The fault that reads the blocks of a kind in another order; nil for a kind that the catalogue has no orders of.
  fileprivate static func gateOrder(of kind: CellKind) -> Fault? {
    switch kind {
    case .lstm: .lstmGateOrder
    case .gru: .gruGateOrder
    default: nil
    }
  }
}
