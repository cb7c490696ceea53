/// Something that computes cases: these layers, a program in any language, a mutant.
public protocol Implementation: Sendable {
  /// What a report calls it.
  var name: String { get }

  /// Computes what the case asks for: at least the tensors that `Comparator(golden).names` lists.
  ///
  /// Results are named as in the case: `outputs`, `h`, `states[1]`, `gates.i`; gradients `gradients.weights.kernel`,
  /// `gradients.inputs.x`; training `loss_per_epoch`, `final_weights.kernel`, `prediction`.
  ///
  /// - Throws: why it cannot compute the case.
  func run(_ golden: Case) throws -> TensorTable
}

/// What became of one case.
public struct Outcome: Sendable {
  public enum Verdict: Sendable {
    case compared(CaseComparison)
    /// The implementation has no such layer, option or training: neither right nor wrong.
    case unsupported(String)
    /// The implementation gave no results, and why.
    case failed(String)
  }

  public let golden: Case
  public let verdict: Verdict

  public var agrees: Bool {
    if case .compared(let comparison) = verdict { return comparison.agrees }
    return false
  }

  public var isUnsupported: Bool {
    if case .unsupported = verdict { return true }
    return false
  }

  public init(_ golden: Case, by implementation: some Implementation) {
    self.golden = golden
    do {
      verdict = .compared(Comparator(golden).compare(try implementation.run(golden)))
    } catch let error as Unsupported {
      verdict = .unsupported(error.description)
    } catch {
      verdict = .failed("\(error)")
    }
  }
}
