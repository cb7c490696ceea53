import GoldenCases
import Layers

/// A case computed by plain equations on a tape, with at most one fault.
///
/// It knows every framework's layout and shares no sequence, gradient or layout code with the layers. Its tables of
/// tensor names, axes and gate orders are its own, so that an error in the layers' tables shows here. The tests compare
/// it with the golden cases: without a fault it agrees with all of them. With a fault it is a mutant.
package final class ReferenceNetwork {
  let golden: Case
  let run: Case.Run
  let faults: Faults
  let tape: Tape
  private(set) var results = TensorTable()
  private var weights: [String: Term] = [:]
  private var inputs: [String: Term] = [:]
  private var loss: Term?
  /// The values of steps that the case asks for, by name, and the terms they stand in.
  private let wantedSteps: Set<String>
  private var stepTerms: [(name: String, shape: [Int], terms: [Term])] = []

  init(_ golden: Case, _ run: Case.Run, _ mutants: [Mutant]) {
    self.golden = golden
    self.run = run
    tape = Tape(recordsGradients: !run.expectedGradients.isEmpty)
    let names = run.expected.names + run.expectedGradients.names
    wantedSteps = Set(names.filter { $0.hasPrefix("gates.") })
    faults = Faults(mutants, hasGradients: !run.expectedGradients.isEmpty)
    for entry in golden.weights.entries { weights[entry.name] = tape.leaf(Self.matrix(entry.tensor)) }
    for entry in run.inputs.entries { inputs[entry.name] = tape.leaf(Self.matrix(entry.tensor)) }
  }

  /// A tensor as a vector or a matrix: all axes but the last are rows.
  private static func matrix(_ tensor: NumericTensor) -> Tensor<Double> {
    let whole = Tensor<Double>(tensor)
    return whole.rank > 2 ? whole.reshaped([whole.rows, whole.columns]) : whole
  }

  /// All results of a case.
  package static func results(of golden: Case, _ run: Case.Run, _ mutants: [Mutant]) throws -> (
    TensorTable, asked: FaultSet
  ) {
    let network = ReferenceNetwork(golden, run, mutants)
    defer { network.tape.clear() }
    try network.compute()
    network.readGradients()
    return (network.results, network.faults.asked)
  }

  private func readGradients() {
    guard !run.expectedGradients.isEmpty, let loss else { return }
    tape.backward(from: loss)
    for entry in golden.weights.entries {
      let gradient = weights[entry.name]?.gradientOrZero.reshaped(entry.tensor.shape)
      results["gradients.weights.\(entry.name)"] = gradient?.numeric
    }
    for entry in run.inputs.entries {
      let gradient = inputs[entry.name]?.gradientOrZero.reshaped(entry.tensor.shape)
      results["gradients.inputs.\(entry.name)"] = gradient?.numeric
    }
    readStepGradients()
  }

  private func readStepGradients() {
    for (name, shape, terms) in stepTerms {
      let gradient = Tensor.concatenated(terms.map(\.gradientOrZero))
      results["gradients.\(name)"] = gradient.reshaped(shape).numeric
    }
  }

  // MARK: What goes in

  func weight(_ name: String) throws -> Term {
    guard let weight = weights[name] else { throw Unsupported("the weight \(name) is missing") }
    return weight
  }

  func optionalWeight(_ name: String) -> Term? { weights[name] }

  func input(_ name: String) -> Term? { inputs[name] }

  /// An initial state, or zeros; `rows` are its rows where several states share a tensor.
  func state(_ name: String, samples: Int, size: Int, rows: [Int]? = nil, columns: Range<Int>? = nil) -> Term {
    var name = name
    // h0 ↔ c0: an implementation that takes the pair in the other order; both must have the same size.
    if name == "h0" || name == "c0", let h = inputs["h0"], let c = inputs["c0"], h.value.shape == c.value.shape,
      faults.has(.statesExchanged)
    {
      name = name == "h0" ? "c0" : "h0"
    }
    guard let given = inputs[name], !faults.has(.initialStateIgnored) else {
      return tape.leaf(.zeros([samples, size]))
    }
    let own = rows.map { given.gather($0) } ?? given
    return columns.map { own.columns($0) } ?? own
  }

  /// The steps `[B, D]` of `x`, stored `[B, T, D]` or `[T, B, D]`.
  func steps(_ x: Term, samples B: Int, count T: Int, stepsFirst: Bool = false) -> [Term] {
    let isExchanged = B > 1 && T > 1 && faults.has(.batchAndTimeExchanged)
    return (0..<T).map { t in
      x.gather((0..<B).map { stepsFirst != isExchanged ? t * B + $0 : $0 * T + t })
    }
  }

  /// For each step, which samples use it.
  func mask(samples B: Int, count T: Int) -> [[Bool]]? {
    if let lengths = run.lengths { return (0..<T).map { t in lengths.map { t < $0 } } }
    guard let mask = run.inputs["mask"] else { return nil }
    return (0..<T).map { t in (0..<B).map { mask.values[$0 * T + t] == 1 } }
  }

  // MARK: Results

  /// Gives a result and, where the case has a cotangent for it, adds its share of the loss.
  ///
  /// - Parameters:
  ///   - arrange: brings the value of the term into the framework's shape.
  ///   - flatten: brings a tensor of the framework's shape into that of the term.
  func give(
    _ name: String, _ term: Term, arrange: (Tensor<Double>) -> Tensor<Double> = { $0 },
    flatten: (Tensor<Double>) -> Tensor<Double> = { $0 }
  ) {
    let name = finalName(name)
    results[name] = arrange(term.value).numeric
    // A fault may give a result of another shape: it has no part in the loss.
    guard let cotangent = run.cotangents[name], cotangent.count == term.value.count else { return }
    add(loss: (term * tape.leaf(flatten(Tensor(cotangent)))).sum)
  }

  /// h ↔ c: an implementation that gives the pair in the other order; both must have the same size.
  private func finalName(_ name: String) -> String {
    guard name == "h" || name == "c", let h = golden.signature.output("h"), let c = golden.signature.output("c"),
      h.shape == c.shape, faults.has(.finalStatesExchanged)
    else { return name }
    return name == "h" ? "c" : "h"
  }

  func add(loss term: Term) { loss = loss.map { $0 + term } ?? term }

  /// A sequence `[B, T, H]` from its steps.
  func give(_ name: String, sequence steps: [Term]) {
    let (B, H) = (steps[0].value.shape[0], steps[0].value.columns)
    give(
      name, .concatenated(steps), arrange: { $0.reshaped([B, steps.count, H]) },
      flatten: { $0.reshaped([B, steps.count * H]) })
  }

  /// Values of steps, as far as the case asks for them.
  func giveGates(_ result: ReferenceSequence.Result, prefix: String = "") {
    for (name, terms) in result.gates.sorted(by: { $0.key < $1.key }) { giveStep("\(prefix)\(name)", terms) }
  }

  /// One value at all steps, or of a layer that has none.
  func giveStep(_ name: String, _ terms: [Term], hasSteps: Bool = true) {
    let name = "gates.\(name)"
    guard wantedSteps.contains(name) else { return }
    let values = Tensor.concatenated(terms.map(\.value))
    let shape = hasSteps ? [terms[0].value.rows, terms.count, terms[0].value.columns] : values.shape
    results[name] = values.reshaped(shape).numeric
    stepTerms.append((name, shape, terms))
  }
}
