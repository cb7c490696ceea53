/// Which mutant gives the very numbers that an implementation gave.
public struct Diagnosis: Sendable {
  public let mutant: Mutant
  /// How many of the wrong cases it explains.
  public let explained: Int
  public let wrong: Int

  /// `matches an implementation whose LSTM blocks i f g o are read as o f g i (in 12 of 12 wrong cases)`.
  public var text: String {
    "matches an implementation whose \(mutant.fault) (in \(explained) of \(wrong) wrong cases)"
  }
}

extension ExternalRun {
  /// The mutants that explain most of the wrong answers, best first; none when no mutant explains any.
  ///
  /// Mutants that explain equally much are all named: some faults cannot be told apart by the cases that were wrong.
  public var diagnoses: [Diagnosis] {
    let wrong = answers.filter { $0.results != nil && !$0.agrees && $0.golden.work <= 60_000 }
    var counts = [Int](repeating: 0, count: Mutant.catalogue.count)
    for answer in wrong {
      guard let results = answer.results, let asked = try? ReferenceImplementation().trace(answer.golden).asked else {
        continue
      }
      for (place, mutant) in Mutant.catalogue.enumerated() where asked.contains(mutant.kind) {
        if answer.claims.isForwardOnly, mutant.kind.isOfBackward { continue }
        guard let own = try? ReferenceImplementation(mutant).run(answer.golden) else { continue }
        let comparator = answer.claims.comparator(answer.golden.expecting(own), results: results)
        if comparator.compare(results).agrees { counts[place] += 1 }
      }
    }
    guard let most = counts.max(), most > 0 else { return [] }
    return Mutant.catalogue.indices.filter { counts[$0] == most }
      .map { Diagnosis(mutant: Mutant.catalogue[$0], explained: most, wrong: wrong.count) }
  }
}

extension Case {
  /// The same case with other expected numbers: what a mutant gives.
  fileprivate func expecting(_ results: TensorTable) -> Case {
    var copy = self
    switch task {
    case .run(var run):
      for name in run.expected.names { run.expected[name] = results[name] }
      for name in run.expectedGradients.names { run.expectedGradients[name] = results["gradients.\(name)"] }
      copy.task = .run(run)
    case .fit(var fit):
      for name in fit.expected.names { fit.expected[name] = results[name] }
      copy.task = .fit(fit)
    }
    return copy
  }
}
