import Layers

/// The right network with one stated fault.
public struct Mutant: Sendable {
  /// A short name for tables.
  public let name: String
  /// What is wrong, as the end of "matches an implementation whose …".
  public let fault: String
  package let kind: Fault
  /// For an order of gates: the order in which the wrong implementation reads the blocks, as places in the right one.
  package var permutation: [Int]?
  /// For a gate with another gate's bias: the two.
  package var gates: (gate: Gate, other: Gate)?
}

extension Mutant {
  /// Every mutant, in the order of the catalogue.
  public static let catalogue: [Mutant] =
    orders(of: .lstm, .lstmGateOrder) + orders(of: .gru, .gruGateOrder)
    + single.map { kind, fault in Mutant(name: kind.rawValue, fault: fault, kind: kind) }
    + orders(of: .lstm, .lstmBiasOrder, "bias") + orders(of: .gru, .gruBiasOrder, "bias")
    + otherBiases(of: .lstm, .lstmBiasOfOtherGate) + otherBiases(of: .gru, .gruBiasOfOtherGate)

  /// Every gate with the bias of every other.
  private static func otherBiases(of cell: CellKind, _ kind: Fault) -> [Mutant] {
    cell.gates.flatMap { gate in
      cell.gates.filter { $0 != gate }.map { other in
        Mutant(
          name: "\(cell.rawValue)-bias-\(gate.rawValue)-of-\(other.rawValue)",
          fault: "\(cell.rawValue.uppercased()) gate \(gate.rawValue) has the bias of \(other.rawValue)", kind: kind,
          gates: (gate, other))
      }
    }
  }

  /// All wrong orders of the gate blocks, of the kernels and biases or (`part`) of the biases alone.
  private static func orders(of cell: CellKind, _ kind: Fault, _ part: String? = nil) -> [Mutant] {
    let part = (name: part.map { "\($0)-" } ?? "", word: part.map { "\($0) " } ?? "")
    let right = cell.gates.map(\.rawValue)
    return permutations(of: Array(right.indices)).dropFirst().map { permutation in
      let wrong = permutation.map { right[$0] }.joined(separator: " ")
      return Mutant(
        name: "\(cell.rawValue)-\(part.name)order-\(permutation.map { right[$0] }.joined())",
        fault: "\(cell.rawValue.uppercased()) \(part.word)blocks \(right.joined(separator: " ")) are read as \(wrong)",
        kind: kind,
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
    (.inputKernelReshaped, "input kernel alone is reshaped where it must be transposed"),
    (.recurrentKernelReshaped, "recurrent kernel alone is reshaped where it must be transposed"),
    (.projectionReshaped, "projection is reshaped where it must be transposed"),
    (.kernelRowsExchanged, "rows of the joint kernel are read as [h; x] in place of [x; h]"),
    (.gatesInterleaved, "blocks are read unit by unit, the gates of a unit side by side"),
    (.backwardUsesForwardWeights, "backward direction uses the weights of the forward one"),
    (.inputBiasLost, "input bias is not added"),
    (.recurrentBiasLost, "recurrent bias is not added"),
    (.recurrentBiasNotReset, "candidate's recurrent bias is not multiplied by r"),
    (.biasOnFirstStepOnly, "bias is added at the first step only"),
    (.inputBiasDoubled, "input bias is added twice"),
    (.recurrentBiasDoubled, "recurrent bias is added twice"),
    (.inputBiasInBoth, "input bias stands in place of the recurrent bias, too"),
    (.recurrentBiasInBoth, "recurrent bias stands in place of the input bias, too"),
    (.biasesExchanged, "input bias and recurrent bias are exchanged"),
    (.activationsExchanged, "tanh and the logistic function are exchanged"),
    (.candidateLogistic, "candidate has the logistic function in place of tanh"),
    (.gatesHardSigmoid, "gates have Keras 2's hard sigmoid clip(0.2 x + 0.5, 0, 1) in place of the logistic function"),
    (.gatesNewHardSigmoid, "gates have Keras 3's hard sigmoid clip(x + 3, 0, 6) / 6 in place of the logistic function"),
    (.hardSigmoidOld, "hard sigmoid is Keras 2's clip(0.2 x + 0.5, 0, 1) in place of clip(x + 3, 0, 6) / 6"),
    (.cellOutputUnsquashed, "output is o ⊙ c without the function of c"),
    (.statesExchanged, "initial h and c are exchanged"),
    (.finalStatesExchanged, "final h and c are exchanged"),
    (.initialStatesByDirection, "initial states are ordered by direction first, then by layer"),
    (.finalStatesByDirection, "final states are ordered by direction first, then by layer"),
    (.initialStateIgnored, "initial state is ignored"),
    (.stateNotCarried, "state is not carried from step to step"),
    (.stateCarriedLate, "state is carried one step late"),
    (.stateNotReset, "state is not reset between sequences of a batch"),
    (.chunkStateKept, "state is not cleared where it should be"),
    (.chunkStateLost, "state is not carried from piece to piece of a sequence"),
    (.chunkRowsShifted, "state of a row goes on in another row of the next piece"),
    (.hiddenFromInitial, "h is the initial one at every step"),
    (.cellFromInitial, "c is the initial one at every step"),
    (.statesFromInitial, "h and c are the initial ones at every step"),
    (.outputFromOldCell, "output is made from the cell state before the step"),
    (.timeReversed, "sequence is read from its other end"),
    (.batchAndTimeExchanged, "batch and time axes are exchanged"),
    (.batchFirstForgotten, "batch-first input is taken for time-first, so that states have another shape"),
    (.directionIgnored, "reversed layer reads forward"),
    (.backwardReadsForward, "backward direction reads forward"),
    (.backwardOutputsTurned, "reversed layer's outputs are brought into the order of time"),
    (.maskIgnored, "mask (or lengths) is ignored"),
    (.maskZeroesOutputsOnly, "mask (or lengths) zeroes outputs, and the states run on"),
    (.maskZeroesState, "state is zero after a skipped step"),
    (.maskedOutputZero, "output of a skipped step is zero instead of the one before"),
    (.maskedOutputKept, "output of a skipped step is the one before instead of zero"),
    (.lastStepTaken, "last state is that of the last step instead of the last valid one"),
    (.backwardStartsInPadding, "backward direction starts at the padding"),
    (.lossCountsPadding, "loss of a padded bucket counts the padding"),
    (.backwardNotReversed, "output of the backward direction stays in reversed order"),
    (.backwardOutputFirst, "backward output stands before the forward one"),
    (.peepholeOutputSeesOld, "output gate's peephole sees the old cell state"),
    (.peepholeGatesSeeNothing, "peepholes of i and f are missing"),
    (.peepholesExchanged, "peepholes of f and o are exchanged"),
    (.peepholesIgnored, "peepholes are ignored"),
    (.activationsIgnored, "activations are the default ones whatever is asked for"),
    (.gateActivationIgnored, "function of the gates is the default one whatever is asked for"),
    (.candidateActivationIgnored, "function of candidate and output is the default one whatever is asked for"),
    (.backwardUsesForwardActivations, "backward direction has the activations of the forward one"),
    (.clipIgnored, "clip of the pre-activations is ignored"),
    (.cellClipIgnored, "clip of the cell state or the projection is ignored"),
    (.inputForgetIgnored, "input_forget is ignored"),
    (.attentionUnscaled, "score of an attention is not divided by √H"),
    (.attentionScaledByUnits, "score of an attention is divided by H in place of √H"),
    (.attentionScaled, "score of an attention is divided by √H, though it is the plain dot product"),
    (.attentionMaskIgnored, "mask of an attention is ignored"),
    (.attentionMaskAfterSoftmax, "mask of an attention acts after the softmax"),
    (.attentionMaskIsZeroScore, "masked steps of an attention get the score 0"),
    (.attentionSoftmaxOverQueries, "softmax of an attention runs over the queries in place of the steps"),
    (.attentionKernelTransposed, "kernel of a general score is transposed"),
    (.attentionKernelsExchanged, "kernels of query and key are exchanged"),
    (.attentionTanhLost, "tanh of an additive score is missing"),
    (.noGradientThroughAttention, "gradient through the weights of an attention is missing"),
    (.noGradientThroughScoredMemory, "gradient from the scores of an attention into the memory is missing"),
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
    (.embeddingRowsOverwritten, "row of a word that comes again gets its last gradient instead of the sum"),
    (.clipLeaksGradient, "gradient passes where the forward value was clipped"),
    (.epsilonPlace, "epsilon of RMSprop stands on the other side of the root"),
    (.adamEpsilonCorrected, "epsilon of Adam is added to the corrected root, as in PyTorch"),
    (.adamEpsilonInside, "epsilon of Adam stands inside the root"),
    (.gradientsUnclipped, "gradients are not clipped in training"),
    (.clipnormGlobal, "norm that clips is that of all tensors together instead of each"),
    (.clipnormOfEachTensor, "norm that clips is that of each tensor instead of all together"),
    (.clipnormOfEachNumber, "every number is clipped by itself instead of a norm"),
    (.nesterovIgnored, "Nesterov momentum is plain momentum"),
    (.amsgradIgnored, "AMSGrad is plain Adam"),
    (.centeringIgnored, "centred RMSprop is not centred"),
    (.momentumIgnored, "momentum is ignored"),
    (.lastBatchDropped, "last, smaller batch is dropped"),
  ]
}
