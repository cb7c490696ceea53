import ReferenceNetworks

/// An answer as the reference network can be asked about it.
///
/// A large case is cut to its first sample and to the values of the forward pass: samples do not see each other.
struct Probe: Sendable {
  let answer: ExternalRun.Answer
  /// The case, without what the answer does not hold.
  private let whole: Question
  /// The same without gradients, for a first look; nil when nothing would be left, and where it is the whole.
  private let forward: Question?
  private let results: TensorTable
  /// Every fault that can show in it.
  let asked: FaultSet
  /// Each tensor has as many numbers as its shape says; no network gives any other.
  private let isWhole: Bool
  /// The program computes in single precision, does not say so, and is right as far as that goes.
  let isRightInSingle: Bool

  /// Cases above this much work are cut.
  static let smallWork = 60_000

  /// A case that the reference network is asked again and again, with other faults each time.
  private struct Question: Sendable {
    let golden: Case
    /// Holds an answer to what the case asks for.
    let comparator: Comparator
    private let memory: ReferenceMemory.Part?

    init(_ golden: Case, _ comparator: Comparator, isCut: Bool, _ memory: ReferenceMemory?) {
      (self.golden, self.comparator) = (golden, comparator)
      self.memory = memory?.part(golden, isCut: isCut)
    }

    /// What the reference network with these faults gives; nil where it cannot.
    func results(_ mutants: [Mutant]) -> TensorTable? {
      func run() -> TensorTable? { try? ReferenceImplementation(mutants).run(golden) }
      return memory.map { $0.results(mutants, run) } ?? run()
    }

    /// The reference network with these faults gives the numbers of `answer`.
    func agrees(_ mutants: [Mutant], _ answer: TensorTable) -> Bool {
      results(mutants).map { comparator.expecting($0).agrees(answer) } ?? false
    }
  }

  /// - Parameter memory: what other searches have asked the reference network.
  init(_ answer: ExternalRun.Answer, _ memory: ReferenceMemory? = nil) {
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
    var isCut = false
    if golden.work > Self.smallWork, let cut = golden.firstSample(of: results) {
      ((golden, results), isCut) = (cut, true)
    }
    whole = Question(golden, claims.comparator(golden, results: results), isCut: isCut, memory)
    let forward = golden.asking { !$0.hasPrefix("gradients.") }
    let comparator = claims.comparator(forward, results: results)
    self.forward =
      [[], Comparator(golden).names].contains(Comparator(forward).names)
      ? nil : Question(forward, comparator, isCut: isCut, memory)
    self.results = results
    asked = (try? ReferenceImplementation().trace(golden).asked) ?? []
  }

  var work: Int { whole.golden.work }
  var family: String { "\(whole.golden.layout.rawValue) \(whole.golden.layer)" }

  /// Few different numbers may fit many faults.
  var isTelling: Bool { isWhole && results.entries.contains { Set($0.tensor.values).count > 5 } }

  /// The reference network with these faults gives the numbers of this answer.
  func isThat(of mutants: [Mutant]) -> Bool {
    guard isWhole else { return false }
    if let forward, !forward.agrees(mutants, results) { return false }
    return whole.agrees(mutants, results)
  }

  /// The fault can show here, and gives the numbers of this answer.
  func mayBe(_ mutant: Mutant) -> Bool { asked.contains(mutant.kind) && isThat(of: [mutant]) }

  /// Which of some faults give other numbers than the right ones.
  func shown(of mutants: [Mutant]) -> [Mutant] {
    let question = forward ?? whole
    let right = question.results([])
    let isShown = MutantTable.concurrently(mutants.count) { place in
      let mutant = mutants[place]
      guard asked.contains(mutant.kind) else { return false }
      guard !mutant.kind.isOfBackward, let right else { return true }
      return !question.agrees([mutant], right)
    }
    return zip(mutants, isShown).filter(\.1).map(\.0)
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
