import ReferenceNetworks
import Foundation
import Synchronization
import TextLayout
import Training

/// The reference network as an implementation, right or with one fault.
public struct ReferenceImplementation: Implementation {
  /// The faults it has: none, one, or several at once.
  public let mutants: [Mutant]

  public init(_ mutants: [Mutant] = []) { self.mutants = mutants }

  public init(_ mutant: Mutant) { mutants = [mutant] }

  public var name: String {
    mutants.isEmpty ? "the reference network" : "mutant \(mutants.map(\.name).joined(separator: " + "))"
  }

  public func run(_ golden: Case) throws -> TensorTable { try trace(golden).results }

  /// The results, and the faults that a mutant could have had on the way.
  func trace(_ golden: Case) throws -> (results: TensorTable, asked: FaultSet) {
    switch golden.task {
    case .run(let run):
      let (results, asked) = try ReferenceNetwork.results(of: golden, run, mutants)
      return (results, asked)
    case .fit(let fit):
      let (changed, asked) = fit.changed(by: mutants)
      let places: [Fault: FaultyAdam.EpsilonPlace] = [.adamEpsilonCorrected: .corrected, .adamEpsilonInside: .inside]
      let place = mutants.lazy.compactMap { places[$0.kind] }.first
      return (try FitRunner<Double>.results(of: golden, changed, epsilonPlace: place), asked)
    }
  }
}

extension Fit {
  /// The same fit with a fault of training, and the faults that would change it.
  func changed(by mutants: [Mutant]) -> (fit: Fit, asked: FaultSet) {
    var (fit, asked): (Fit, FaultSet) = (self, [])
    func has(_ fault: Fault, where applies: Bool) -> Bool {
      guard applies else { return false }
      asked.insert(fault)
      return mutants.contains { $0.kind == fault }
    }
    switch optimizer.clipping {
    case .norm(let bound): if has(.clipnormGlobal, where: true) { fit.optimizer.clipping = .globalNorm(bound) }
    case .globalNorm(let bound): if has(.clipnormOfEachTensor, where: true) { fit.optimizer.clipping = .norm(bound) }
    case .value, nil: break
    }
    switch optimizer.clipping {
    case .norm(let bound), .globalNorm(let bound):
      if has(.clipnormOfEachNumber, where: true) { fit.optimizer.clipping = .value(bound) }
    case .value, nil: break
    }
    if has(.gradientsUnclipped, where: optimizer.clipping != nil) { fit.optimizer.clipping = nil }
    if has(.lastBatchDropped, where: x.shape[0] % batchSize != 0 && x.shape[0] > batchSize) {
      fit.keepSamples(x.shape[0] / batchSize * batchSize)
    }
    switch optimizer.rule {
    case .sgd(let momentum, let nesterov):
      let plain = has(.nesterovIgnored, where: nesterov)
      let still = has(.momentumIgnored, where: momentum > 0)
      fit.optimizer.rule = .sgd(momentum: still ? 0 : momentum, nesterov: nesterov && !plain)
    case .rmsprop(let rho, let momentum, let epsilon, let centered, let outside):
      // Centred, the two places differ by more than where epsilon stands.
      let moved = has(.epsilonPlace, where: !centered)
      let plain = has(.centeringIgnored, where: centered)
      let still = has(.momentumIgnored, where: momentum > 0)
      fit.optimizer.rule = .rmsprop(
        rho: rho, momentum: still ? 0 : momentum, epsilon: epsilon, centered: centered && !plain,
        epsilonOutsideRoot: moved ? !outside : outside)
    case .adam(let beta1, let beta2, let epsilon, let amsgrad):
      let plain = has(.amsgradIgnored, where: amsgrad)
      for fault in [Fault.adamEpsilonCorrected, .adamEpsilonInside] { _ = has(fault, where: true) }
      fit.optimizer.rule = .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad && !plain)
    }
    return (fit, asked)
  }

  private mutating func keepSamples(_ count: Int) {
    func cut(_ tensor: NumericTensor) -> NumericTensor { Tensor<Double>(tensor).slices(0..<count).numeric }
    (x, y) = (cut(x), cut(y))
  }
}

/// Which mutant is killed by which case.
public struct MutantTable: Sendable {
  public struct Row: Sendable {
    public let mutant: Mutant
    /// Cases in which the fault's line is on the way.
    public let applicable: [String]
    public let killers: [String]

    public var isDead: Bool { killers.count >= 2 }
  }

  public let rows: [Row]

  /// Runs every mutant against every case that it applies to, on all processors.
  ///
  /// Cases above `maximumWork` (samples · steps · weights) are left out: the reference network is not made for them.
  ///
  /// - Parameter enough: a mutant that so many cases have killed, the smallest first, is run on no other.
  public init(
    _ cases: [Case], mutants: [Mutant] = Mutant.catalogue, maximumWork: Int = 60_000, enough: Int = .max
  ) throws {
    let small = cases.filter { $0.work <= maximumWork }
    let asked = try Self.concurrently(small.count) { place in
      let golden = small[place]
      if case .fit = golden.task, golden.layout != .keras { return FaultSet([]) }
      let (results, asked) = try ReferenceImplementation().trace(golden)
      // A mutant counts only beside a right network that agrees.
      if let first = Comparator(golden).compare(results).first {
        throw Unsupported("the reference network disagrees with case \"\(golden.shownName)\": \(first.text)")
      }
      return asked
    }
    let trials = Self.concurrently(small.count) { Trial(small[$0]) }
    let order = small.indices.sorted { (small[$0].work, $0) < (small[$1].work, $1) }
    let killers = Self.concurrently(mutants.count) { place in
      var killers: Set<Int> = []
      for own in order where asked[own].contains(mutants[place].kind) && killers.count < enough {
        if trials[own].kills(mutants[place]) { killers.insert(own) }
      }
      return killers
    }
    rows = mutants.indices.map { place in
      let applicable = small.indices.filter { asked[$0].contains(mutants[place].kind) }
      return Row(
        mutant: mutants[place], applicable: applicable.map { small[$0].name },
        killers: applicable.filter(killers[place].contains).map { small[$0].name })
    }
  }

  /// A case that mutants are put to.
  private struct Trial: Sendable {
    private let (golden, forward): (Case, Case)
    private let (comparator, forwardComparator): (Comparator, Comparator)

    init(_ golden: Case) {
      // Most mutants are noticed before the backward pass, which costs most.
      (self.golden, forward) = (golden, golden.asking { !$0.hasPrefix("gradients.") })
      (comparator, forwardComparator) = (Comparator(golden), Comparator(forward))
    }

    func kills(_ mutant: Mutant) -> Bool {
      if !mutant.kind.isOfBackward, !forwardComparator.names.isEmpty {
        guard let results = try? ReferenceImplementation(mutant).run(forward) else { return true }
        if !forwardComparator.compare(results).agrees { return true }
      }
      guard let results = try? ReferenceImplementation(mutant).run(golden) else { return true }
      return !comparator.compare(results).agrees
    }
  }

  public var survivors: [Row] { rows.filter { !$0.isDead } }

  /// The results of `body` in the order of its argument, computed side by side.
  static func concurrently<Result: Sendable, Failure: Error>(
    _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Result
  ) throws(Failure) -> [Result] {
    let results = Results<Swift.Result<Result, Failure>>(count: count)
    DispatchQueue.concurrentPerform(iterations: count) { place in
      do throws(Failure) {
        results.set(place, .success(try body(place)))
      } catch {
        results.set(place, .failure(error))
      }
    }
    var list: [Result] = []
    for result in results.all { list.append(try result.get()) }
    return list
  }
}

/// A list that is filled from several threads, each place once.
private final class Results<Value: Sendable>: Sendable {
  private let values: Mutex<[Value?]>

  init(count: Int) { values = Mutex([Value?](repeating: nil, count: count)) }

  func set(_ place: Int, _ value: Value) { values.withLock { $0[place] = value } }

  var all: [Value] { values.withLock { $0.compactMap(\.self) } }
}

extension Case {
  /// Roughly how many multiplications the case costs.
  var work: Int {
    let weights = weights.entries.reduce(0) { $0 + $1.tensor.count }
    switch task {
    case .run(let run):
      let rows = (run.inputs["x"]?.shape.prefix(2) ?? []).reduce(1, *)
      return rows * weights
    case .fit(let fit): return fit.x.shape[0] * fit.epochs * weights
    }
  }
}

extension MutantTable {
  /// Mutant by mutant: what is wrong, how many of the applicable cases notice, and which come first.
  public var text: String {
    let width = rows.map(\.mutant.name.count).max() ?? 0
    let lines = rows.map { row -> String in
      let name = row.mutant.name.padding(toLength: width, withPad: " ", startingAt: 0)
      let verdict =
        row.isDead ? "dead " : row.applicable.isEmpty ? "n/a  " : row.killers.isEmpty ? "ALIVE" : "WEAK "
      let count = "\(row.killers.count)/\(row.applicable.count)"
      let first = row.killers.prefix(3).map(printable).joined(separator: ", ")
      return "\(verdict) \(name)  \(count.padding(toLength: 8, withPad: " ", startingAt: 0)) \(row.mutant.fault)\n"
        + "      killed by \(first.isEmpty ? "none" : first)\(row.killers.count > 3 ? ", …" : "")"
    }
    let dead = rows.count - survivors.count
    return lines.joined(separator: "\n") + "\n\(dead) of \(rows.count) mutants are dead (killed by at least two cases)"
  }

  /// One JSON object on one line for each mutant, with all its killers.
  public var json: String {
    rows.map { row in
      JSONValue.object([
        ("mutant", .string(row.mutant.name)), ("fault", .string(row.mutant.fault)), ("dead", .bool(row.isDead)),
        ("applicable", .integer(row.applicable.count)), ("killers", .strings(row.killers)),
      ]).text()
    }.joined(separator: "\n")
  }
}
