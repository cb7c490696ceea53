@_exported import GoldenCases
@_exported import ReferenceNetworks

/// Holds results against what a case expects.
///
/// A number is right when `|got − want| ≤ abs + rel·|want|`; a NaN never is, nor a tensor that is absent or of another
/// shape. The first divergence is the first in processing order: stage by stage (the layers of a stack), within a stage
/// step by step, within a step gates before outputs; then final states, then gradients, then training's results.
public struct Comparator: Sendable {
  private let scalar: CaseScalar
  private let chapter: String?
  private var checks: [Check] = []

  private struct Check: Sendable {
    let name: String
    var want: NumericTensor
    let spec: TensorSpec
    var bound: Bound

    func allowing(_ wider: Bound) -> Check {
      var copy = self
      copy.bound = Bound(
        absolute: max(bound.absolute, wider.absolute), relative: max(bound.relative, wider.relative))
      return copy
    }
  }

  /// - Parameters:
  ///   - gradients: false for an implementation that has no backward pass.
  ///   - wider: bounds by name that are taken where they are wider than those of the case.
  ///   - isAsked: false for tensors that the implementation is not asked for, by name.
  public init(
    _ golden: Case, gradients: Bool = true, wider: [String: Bound] = [:],
    asking isAsked: (String) -> Bool = { _ in true }
  ) {
    scalar = golden.dtype
    chapter = golden.chapter
    switch golden.task {
    case .run(let run):
      if let bound = golden.tolerance.values {
        add(run.expected, golden.signature.outputs, bound, prefix: "")
      }
      if gradients, let bound = golden.tolerance.gradients {
        let specs =
          golden.signature.inputs.map { $0.renamed("inputs.\($0.name)") }
          + golden.signature.weights.map { $0.renamed("weights.\($0.name)") } + golden.signature.stepValues
        add(run.expectedGradients, specs, bound, prefix: "gradients.")
      }
    case .fit(let training):
      for spec in training.outputs {
        guard let want = training.expected[spec.name] else { continue }
        let absolute: Double?
        switch spec.name {
        case "loss_per_epoch": absolute = golden.tolerance.loss
        case "prediction": absolute = golden.tolerance.prediction
        default: absolute = golden.tolerance.weights
        }
        checks.append(
          Check(name: spec.name, want: want, spec: spec, bound: Bound(absolute: absolute ?? 0, relative: 0)))
      }
    }
    checks.removeAll { !isAsked($0.name) }
    checks = checks.map { check in wider[check.name].map { check.allowing($0) } ?? check }
  }

  /// The names of all tensors that the case asks for.
  public var names: [String] { checks.map(\.name) }

  private mutating func add(_ wanted: TensorTable, _ specs: [TensorSpec], _ bound: Bound, prefix: String) {
    for spec in specs {
      guard let want = wanted[spec.name] else { continue }
      checks.append(Check(name: prefix + spec.name, want: want, spec: spec, bound: bound))
    }
  }

  /// The same with the numbers of a mutant in place of those of the case; what it does not give is not asked for.
  func expecting(_ results: TensorTable) -> Comparator {
    var copy = self
    copy.checks = checks.compactMap { check in
      var other = check
      guard let tensor = results[check.name] else { return nil }
      other.want = tensor.thinned(as: check.want)
      return other
    }
    return copy
  }

  /// Whether `compare` finds nothing wrong; it looks no further than to the first wrong number.
  func agrees(_ results: TensorTable) -> Bool {
    checks.allSatisfy { check in
      guard let got = whole(check, results) else { return false }
      return check.want.allSatisfy { check.bound.allows(got: got.values[$0], want: $1) }
    }
  }

  /// How many numbers are wrong: all of a tensor that is absent or of another shape.
  func wrongCount(_ results: TensorTable) -> Int {
    checks.reduce(0) { sum, check in
      guard let got = whole(check, results) else { return sum + check.want.values.count }
      var count = 0
      check.want.forEach { if !check.bound.allows(got: got.values[$0], want: $1) { count += 1 } }
      return sum + count
    }
  }

  /// A result of the right shape that has all its numbers.
  private func whole(_ check: Check, _ results: TensorTable) -> NumericTensor? {
    results[check.name].flatMap { $0.shape == check.want.shape && $0.values.count == $0.count ? $0 : nil }
  }

  public func compare(_ results: TensorTable) -> CaseComparison {
    var lines: [CaseComparison.Line] = []
    var first: (order: [Int], divergence: Divergence)?
    for (place, check) in checks.enumerated() {
      let (line, divergence) = compare(check, results[check.name], place: place)
      lines.append(line)
      guard let divergence else { continue }
      if first.map({ divergence.order.lexicographicallyPrecedes($0.order) }) ?? true { first = divergence }
    }
    return CaseComparison(lines: lines, first: first?.divergence)
  }

  private typealias Found = (order: [Int], divergence: Divergence)

  private func compare(_ check: Check, _ got: NumericTensor?, place: Int) -> (CaseComparison.Line, Found?) {
    func wrong(_ problem: Divergence.Problem) -> (CaseComparison.Line, Found?) {
      let line = CaseComparison.Line(
        tensor: check.name, deviation: Deviation(absolute: .nan, relative: .nan, ulps: .nan),
        elements: check.want.values.count, wrong: check.want.values.count)
      let divergence = divergence(check, [], problem)
      return (line, (order(of: check, [], place), divergence))
    }
    guard let got else { return wrong(.missing) }
    guard got.shape == check.want.shape else { return wrong(.shape(want: check.want.shape, got: got.shape)) }
    guard got.values.count == got.count else { return wrong(.count(want: got.count, got: got.values.count)) }
    var worst = Deviation()
    var wrongCount = 0
    var first: (step: Int, position: Int, want: Double)?
    let step = step(of: check)
    check.want.forEach { position, want in
      worst.raise(to: Deviation(got: got.values[position], want: want, scalar: scalar))
      guard !check.bound.allows(got: got.values[position], want: want) else { return }
      wrongCount += 1
      if let first, (first.step, first.position) < (step(position), position) { return }
      first = (step(position), position, want)
    }
    let line = CaseComparison.Line(
      tensor: check.name, deviation: worst, elements: check.want.values.count, wrong: wrongCount)
    guard let first else { return (line, nil) }
    let coordinates = check.want.coordinates(of: first.position)
    let value = got.values[first.position]
    let deviation = Deviation(got: value, want: first.want, scalar: scalar)
    let problem = Divergence.Problem.value(want: first.want, got: value, deviation: deviation, bound: check.bound)
    return (line, (order(of: check, coordinates, place), divergence(check, coordinates, problem)))
  }

  /// The step of a position, counted as steps are processed: backwards in gradients. 0 where a tensor has no steps.
  private func step(of check: Check) -> (Int) -> Int {
    let isGradient = check.name.hasPrefix("gradients.")
    guard !isGradient || check.spec.equations != nil, let axis = check.spec.axes.firstIndex(of: .step) else {
      return { _ in 0 }
    }
    let (size, stride) = (check.want.shape[axis], check.want.shape[(axis + 1)...].reduce(1, *))
    return { isGradient ? -($0 / stride % size) : $0 / stride % size }
  }

  private func divergence(_ check: Check, _ coordinates: [Int], _ problem: Divergence.Problem) -> Divergence {
    let isGradient = check.name.hasPrefix("gradients.")
    return Divergence(
      tensor: check.name, place: zip(check.spec.axes, coordinates).map { ($0, $1) }, problem: problem,
      chapter: chapter, cell: check.spec.equations?.cell,
      equation: check.spec.equations.map { isGradient ? $0.backward : $0.forward })
  }

  /// The place of an element in processing order: values before gradients, stage, step (states come after the last),
  /// tensor, element. The gradients of steps' values come first among the gradients, in the opposite order.
  private func order(of check: Check, _ coordinates: [Int], _ place: Int) -> [Int] {
    let isGradient = check.name.hasPrefix("gradients.")
    if isGradient, check.spec.equations != nil {
      let step = check.spec.axes.firstIndex(of: .step).map { coordinates.isEmpty ? Int.max : coordinates[$0] } ?? 0
      return [1, -1 - check.spec.stage, -step, -place] + coordinates
    }
    var step = Int.max
    if !isGradient, let axis = check.spec.axes.firstIndex(of: .step) {
      step = coordinates.isEmpty ? -1 : coordinates[axis]
    } else if coordinates.isEmpty {
      step = -1
    }
    return [isGradient ? 1 : 0, isGradient ? 0 : check.spec.stage, step, place] + coordinates
  }
}
