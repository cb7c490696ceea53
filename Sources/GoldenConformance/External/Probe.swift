/// An answer as the reference network can be asked about it.
///
/// A large case is cut to its first sample and to the values of the forward pass: samples do not see each other.
struct Probe: Sendable {
  let answer: ExternalRun.Answer
  /// The case, without what the answer does not hold.
  private let golden: Case
  /// The same without gradients, for a first look; nil when nothing would be left.
  private let forward: Case?
  private let results: TensorTable
  private let claims: ExternalRun.Claims
  /// Every fault that can show in it.
  let asked: FaultSet
  /// Each tensor has as many numbers as its shape says; no network gives any other.
  private let isWhole: Bool
  /// The program computes in single precision, does not say so, and is right as far as that goes.
  let isRightInSingle: Bool

  /// Cases above this much work are cut.
  static let smallWork = 60_000

  init(_ answer: ExternalRun.Answer) {
    self.answer = answer
    var (results, claims) = (answer.results ?? TensorTable(), answer.claims)
    if answer.looksSingle { claims.rounding = RoundingBounds(answer.golden, .float32) }
    let own = claims
    var golden = answer.golden.asking { name in
      results[name] != nil && own.rounding?.silent.contains(name) != true
        && !(own.isForwardOnly && name.hasPrefix("gradients."))
    }
    isWhole = results.entries.allSatisfy { $0.tensor.values.count == $0.tensor.count }
    isRightInSingle =
      answer.looksSingle && !answer.agrees && claims.comparator(golden, results: results).compare(results).agrees
    if golden.work > Self.smallWork, let cut = golden.firstSample(of: results) { (golden, results) = cut }
    let forward = golden.asking { !$0.hasPrefix("gradients.") }
    self.forward = Comparator(forward).names.isEmpty ? nil : forward
    (self.golden, self.results, self.claims) = (golden, results, claims)
    asked = (try? ReferenceImplementation().trace(golden).asked) ?? []
  }

  var work: Int { golden.work }
  var family: String { "\(golden.layout.rawValue) \(golden.layer)" }

  /// Few different numbers may fit many faults.
  var isTelling: Bool { isWhole && results.entries.contains { Set($0.tensor.values).count > 5 } }

  /// The reference network with these faults gives the numbers of this answer.
  func isThat(of mutants: [Mutant]) -> Bool {
    guard isWhole else { return false }
    if let forward, !forward.hasSameResults(as: golden), !agrees(mutants, forward) { return false }
    return agrees(mutants, golden)
  }

  private func agrees(_ mutants: [Mutant], _ golden: Case) -> Bool {
    guard let own = try? ReferenceImplementation(mutants).run(golden) else { return false }
    return claims.comparator(golden.expecting(own), results: results).compare(results).agrees
  }

  /// The fault can show here, and gives the numbers of this answer.
  func mayBe(_ mutant: Mutant) -> Bool { asked.contains(mutant.kind) && isThat(of: [mutant]) }

  /// With this fault the numbers are others than the right ones.
  func shows(_ mutant: Mutant) -> Bool {
    guard asked.contains(mutant.kind) else { return false }
    let asked = forward ?? golden
    guard !mutant.kind.isOfBackward, let right = try? ReferenceImplementation().run(asked),
      let wrong = try? ReferenceImplementation(mutant).run(asked)
    else { return true }
    return !claims.comparator(asked.expecting(wrong), results: right).compare(right).agrees
  }
}

extension ExternalRun.Answer {
  /// All numbers are of single precision, where the case asks for double and the program says nothing.
  var looksSingle: Bool {
    guard golden.dtype == .float64, claims.rounding == nil, let results else { return false }
    let values = results.entries.flatMap(\.tensor.values).filter { $0.isFinite && $0 != 0 }
    return Set(values).count > 5 && values.allSatisfy { Double(Float($0)) == $0 }
  }
}

extension Case {
  fileprivate func hasSameResults(as other: Case) -> Bool { Comparator(self).names == Comparator(other).names }

  /// The case and the results of its forward pass for the first sample alone; nil for a training, or where shapes are
  /// not those of the case.
  fileprivate func firstSample(of results: TensorTable) -> (Case, TensorTable)? {
    guard case .run(var run) = task else { return nil }
    func cut(_ tensor: NumericTensor, _ spec: TensorSpec?) -> NumericTensor? {
      guard let spec, tensor.shape == spec.shape, tensor.indices == nil, tensor.values.count == tensor.count,
        let axis = spec.axes.firstIndex(of: .sample)
      else { return nil }
      return tensor.first(along: axis)
    }
    var inputs = TensorTable()
    for entry in run.inputs.entries {
      guard let first = cut(entry.tensor, signature.inputs.first { $0.name == entry.name }) else { return nil }
      inputs[entry.name] = first
    }
    var (expected, kept) = (TensorTable(), TensorTable())
    for name in run.expected.names {
      guard let result = results[name] else { continue }
      guard let first = cut(result, signature.output(name)) else { return nil }
      (expected[name], kept[name]) = (first, first)
    }
    (run.inputs, run.expected, run.lengths) = (inputs, expected, run.lengths.map { Array($0.prefix(1)) })
    (run.expectedGradients, run.cotangents) = (TensorTable(), TensorTable())
    var copy = self
    copy.task = .run(run)
    return (copy, kept)
  }
}

extension NumericTensor {
  /// The part with index 0 along an axis.
  fileprivate func first(along axis: Int) -> NumericTensor {
    var cut = NumericTensor(shape: shape, values: [])
    cut.shape[axis] = 1
    cut.values = values.indices.filter { coordinates(of: $0)[axis] == 0 }.map { values[$0] }
    return cut
  }
}
