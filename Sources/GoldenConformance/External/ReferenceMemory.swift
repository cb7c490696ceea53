import ReferenceNetworks
import Synchronization

/// What the reference network gave, for many searches over answers to the same cases.
///
/// The numbers depend on the case and on the faults alone, not on the answer. One search asks for most of them once, so
/// it needs no memory; a hundred searches, one for each mistake that somebody might make, ask the same each time.
package final class ReferenceMemory: Sendable {
  /// The results of one case, by the names of the faults.
  final class Part: Sendable {
    private let tables = Mutex<[String: TensorTable?]>([:])

    /// What stands there, or what `run` gives; two threads that ask at once may both run.
    func results(_ mutants: [Mutant], _ run: () -> TensorTable?) -> TensorTable? {
      let name = mutants.map(\.name).joined(separator: " + ")
      if let known = tables.withLock({ $0[name] }) { return known }
      let own = run()
      tables.withLock { $0[name] = .some(own) }
      return own
    }
  }

  private let parts = Mutex<[String: Part]>([:])

  package init() {}

  /// The part of a case of a suite, where no two have the same name; a case that asks for other tensors is another one,
  /// and so is one that was cut to its first sample.
  func part(_ golden: Case, isCut: Bool) -> Part {
    let name = ([golden.name, isCut ? "cut" : ""] + Comparator(golden).names).joined(separator: "\n")
    return parts.withLock { parts in
      let part = parts[name] ?? Part()
      parts[name] = part
      return part
    }
  }
}
