import Layers

/// Faults of the catalogue that give exactly the numbers of some wrong answers.
public struct Diagnosis: Sendable {
  /// Each a fault, or two at once, that give these numbers; several where the wrong cases cannot tell them apart.
  public let suspects: [[Mutant]]
  /// The wrong cases that they explain.
  public let explained: [Case]
  /// How many cases are wrong.
  public let wrong: Int
  /// Right answers that the suspects would have made wrong: the fault must stand in a part of the program only.
  public let against: Int

  /// `matches an implementation whose LSTM blocks i f g o are read as o f g i (in 12 of 12 wrong cases)`.
  public var text: String {
    let alternatives = suspects.prefix(3).map { faults in
      faults.map { $0.fault(in: explained) }.joined(separator: " and at once whose ")
    }
    let more = suspects.count > 3 ? ", or \(suspects.count - 3) others" : ""
    var text = "matches an implementation whose \(alternatives.joined(separator: ", or whose "))\(more)"
    text += " (in \(explained.count) of \(wrong) wrong cases"
    if explained.count < wrong || against > 0 { text += ": \(families)" }
    if against > 0 { text += "; \(against) right ones show that it is not so everywhere" }
    return text + ")"
  }

  /// `keras lstm, onnx lstm`.
  private var families: String {
    var seen: [String] = []
    for golden in explained where !seen.contains("\(golden.layout.rawValue) \(golden.layer)") {
      seen.append("\(golden.layout.rawValue) \(golden.layer)")
    }
    return seen.joined(separator: ", ")
  }
}

extension ExternalRun {
  /// The answers with wrong numbers that are small enough for the reference network, the smallest first.
  var wrongAnswers: [Answer] {
    answers.filter { $0.hasWrongNumbers && $0.golden.work <= 60_000 }.sorted { $0.golden.work < $1.golden.work }
  }

  /// The faults that explain most of the wrong answers, then those that explain most of the rest.
  ///
  /// Single faults come before pairs. The list is empty when no fault of the catalogue explains any answer.
  public var diagnoses: [Diagnosis] {
    let wrong = wrongAnswers
    let traces = MutantTable.concurrently(wrong.count) { try? ReferenceImplementation().trace(wrong[$0].golden).asked }
    var left = Array(wrong.indices)
    var found: [Diagnosis] = []
    // By the mutant's place in the catalogue, the wrong answers that it gives.
    let explained = MutantTable.concurrently(Mutant.catalogue.count) { place -> [Int] in
      let mutant = Mutant.catalogue[place]
      return wrong.indices.filter { traces[$0]?.contains(mutant.kind) == true && wrong[$0].isThat(of: [mutant]) }
    }
    var candidates = Array(explained.indices)
    func share(_ place: Int) -> [Int] { explained[place].filter(left.contains) }
    while let most = candidates.map({ share($0).count }).max(), most > 0 {
      guard let best = candidates.first(where: { share($0).count == most }) else { break }
      let own = share(best)
      let equals = candidates.filter { share($0) == own }
      candidates.removeAll(where: equals.contains)
      let suspects = equals.map { [Mutant.catalogue[$0]] }
      guard let diagnosis = diagnosis(suspects, own.map { wrong[$0] }, wrong.count) else { continue }
      found.append(diagnosis)
      left.removeAll(where: own.contains)
    }
    if let pairs = pairs(left.map { wrong[$0] }, of: wrong.count) { found.append(pairs) }
    return found
  }

  /// The suspects that the fewest right answers contradict; nil when as many answers contradict them as support them.
  private func diagnosis(_ suspects: [[Mutant]], _ explained: [Answer], _ wrong: Int) -> Diagnosis? {
    let layers = Set(explained.map { "\($0.golden.layout) \($0.golden.layer)" })
    let right = answers.filter { answer in
      answer.agrees && answer.golden.work <= 60_000 && layers.contains("\(answer.golden.layout) \(answer.golden.layer)")
    }
    let against = suspects.map { faults in
      MutantTable.concurrently(right.count) { !right[$0].isThat(of: faults) }.count { $0 }
    }
    guard let fewest = against.min(), fewest < explained.count else { return nil }
    return Diagnosis(
      suspects: zip(suspects, against).filter { $0.1 == fewest }.map(\.0), explained: explained.map(\.golden),
      wrong: wrong, against: fewest)
  }

  /// Two faults at once that give the smallest of some wrong answers, and how many of the others.
  private func pairs(_ wrong: [Answer], of all: Int) -> Diagnosis? {
    guard let first = wrong.first, first.golden.work <= 3000,
      let asked = try? ReferenceImplementation().trace(first.golden).asked
    else { return nil }
    let mutants = Mutant.catalogue.filter {
      asked.contains($0.kind) && !(first.claims.isForwardOnly && $0.kind.isOfBackward)
    }
    let pairs = mutants.indices.flatMap { a in
      mutants[(a + 1)...].filter { $0.kind != mutants[a].kind }.map { [mutants[a], $0] }
    }
    let fits = MutantTable.concurrently(pairs.count) { first.isThat(of: pairs[$0]) }
    let suspects = zip(pairs, fits).filter(\.1).map(\.0)
    let counts = suspects.map { pair in wrong.count { $0.isThat(of: pair) } }
    guard let most = counts.max() else { return nil }
    let best = zip(suspects, counts).filter { $0.1 == most }.map(\.0)
    return diagnosis(best, wrong.filter { $0.isThat(of: best[0]) }, all)
  }
}

extension ExternalRun.Answer {
  /// Something that the answer holds is wrong; what it lacks does not count.
  var hasWrongNumbers: Bool {
    guard let results else { return false }
    return !comparator(golden.asking { results[$0] != nil }).compare(results).agrees
  }

  /// The reference network with these faults gives the numbers of this answer.
  func isThat(of mutants: [Mutant]) -> Bool {
    guard let results, let own = try? ReferenceImplementation(mutants).run(golden) else { return false }
    return comparator(golden.asking { results[$0] != nil }.expecting(own)).compare(results).agrees
  }
}

extension Case {
  /// The same case with other expected numbers: what a mutant gives.
  func expecting(_ results: TensorTable) -> Case {
    changingExpected { name, old in
      guard let tensor = results[name], let places = old.indices else { return results[name] }
      return NumericTensor(shape: tensor.shape, values: places.map { tensor.values[$0] }, indices: places)
    }
  }

  /// The same case without some of the expected tensors.
  func asking(_ isAsked: (String) -> Bool) -> Case { changingExpected { isAsked($0) ? $1 : nil } }

  private func changingExpected(_ change: (String, NumericTensor) -> NumericTensor?) -> Case {
    func changed(_ old: TensorTable, prefix: String = "") -> TensorTable {
      var table = TensorTable()
      for entry in old.entries { table[entry.name] = change(prefix + entry.name, entry.tensor) }
      return table
    }
    var copy = self
    switch task {
    case .run(var run):
      run.expected = changed(run.expected)
      run.expectedGradients = changed(run.expectedGradients, prefix: "gradients.")
      copy.task = .run(run)
    case .fit(var fit):
      fit.expected = changed(fit.expected)
      copy.task = .fit(fit)
    }
    return copy
  }
}

// MARK: Gate orders by name

extension Mutant {
  /// The fault in the words of the layout, where all cases have the same one: "LSTM blocks i o f g (the order of ONNX)
  /// are read as i f g o (the order of Keras, PyTorch, MXNet)".
  func fault(in cases: [Case]) -> String {
    guard let permutation, let cell, Set(cases.map(\.layout)).count == 1, let layout = cases.first?.layout else {
      return fault
    }
    let canonical = cell.gates
    let stored = layout.gateOrder(of: cell)
    let read = stored.compactMap { gate in canonical.firstIndex(of: gate).map { canonical[permutation[$0]] } }
    func words(_ order: [Gate]) -> String {
      let owners = Framework.allCases.filter { $0.gateOrder(of: cell) == order }.map(\.title)
      let name = owners.isEmpty ? "" : " (the order of \(owners.joined(separator: ", ")))"
      return order.map(\.rawValue).joined(separator: " ") + name
    }
    return "\(cell.rawValue.uppercased()) blocks \(words(stored)) are read as \(words(read))"
  }

  /// The cell whose blocks are in another order.
  private var cell: CellKind? {
    switch kind {
    case .lstmGateOrder: .lstm
    case .gruGateOrder: .gru
    default: nil
    }
  }
}
