/// What the solution and each wrong solution answer, and what each of them is.
struct Reference: Sendable {
  /// The mistakes of each variant; of the single ones the solution, which has none, is the first.
  let variants: [[Exercise.Fault]]
  let answers: [[CaseAnswers]]

  var solution: [CaseAnswers] { answers[0] }
}

extension Exercise {
  /// Each two mistakes that change different lines.
  var pairs: [[Fault]] {
    faults.indices.flatMap { i in faults.indices.filter { $0 > i }.map { [faults[i], faults[$0]] } }
      .filter { (try? applying($0)) != nil }
  }

  /// The name of the mistake that gives these answers, as a sentence without a full stop; `nil` where none is known.
  ///
  /// - Parameter pairs: what each two mistakes answer; asked for only where no single one fits.
  func name(of actual: [CaseAnswers], _ reference: Reference, inputs: [CaseAnswers], pairs: () -> Reference? = { nil })
    -> String?
  {
    for (faults, answers) in zip(reference.variants, reference.answers).dropFirst() where isSame(actual, answers) {
      return faults[0].isDelivered ? "the mistake of the delivered program is still in it" : faults[0].name
    }
    guard actual.count == reference.solution.count else { return nil }
    let wrong = answers.filter { !isSame(actual, reference.solution, in: $0) }
    for answer in wrong {
      if let relation = relation(in: answer, actual, reference.solution, inputs) { return relation }
    }
    // The answers of an experiment say little, and each of its variants may compute for a while.
    if kind != .experiment, let pairs = pairs() {
      for (faults, answers) in zip(pairs.variants, pairs.answers) where isSame(actual, answers) {
        return "two at once. First, \(faults[0].name). Second, \(faults[1].name)"
      }
    }
    for answer in wrong {
      for (faults, answers) in zip(reference.variants, reference.answers).dropFirst()
      where !faults[0].isDelivered && isSame(actual, answers, in: answer) {
        return "in \(answer.name), \(faults[0].name); something more is wrong elsewhere"
      }
    }
    return nil
  }

  /// Relations that any exercise can have: an input handed back, a wrong sign, a factor, a transposed matrix.
  private func relation(
    in answer: Answer, _ actual: [CaseAnswers], _ expected: [CaseAnswers], _ inputs: [CaseAnswers]
  ) -> String? {
    guard kind == .compute || kind == .find else { return nil }
    let name = answer.name
    for input in inputs.first?.values.map(\.name) ?? []
    where zip(actual, inputs).allSatisfy({ isSame($0[name], $1[input]) }) {
      return "\(name) is the input \(input), unchanged"
    }
    let pairs = zip(actual, expected).flatMap { a, b -> [(Double, Double)] in
      guard case .numbers(let a, let shape) = a[name], case .numbers(let b, shape) = b[name] else { return [] }
      return Array(zip(a, b))
    }
    let count = expected.reduce(0) { sum, one in
      if case .numbers(let numbers, _) = one[name] { sum + numbers.count } else { sum }
    }
    if pairs.count == count, count > 1, let first = pairs.first(where: { $0.1 != 0 }) {
      let factor = first.0 / first.1
      if factor == 0, pairs.allSatisfy({ $0.0 == 0 }) { return "\(name) is 0 everywhere" }
      if factor.isFinite, factor != 0, pairs.allSatisfy({ isSame($0.0, factor * $0.1) }) {
        return isSame(factor, -1)
          ? "\(name) has the wrong sign everywhere" : "\(name) is \(Float(factor)) times what it should be, everywhere"
      }
    }
    let isTransposed = zip(actual, expected).allSatisfy { isSame(transposed($0[name]), $1[name]) }
    return isTransposed ? "\(name) is transposed: rows and columns are exchanged" : nil
  }

  private func transposed(_ value: CheckedValue?) -> CheckedValue? {
    guard case .numbers(let numbers, let shape) = value, shape.count == 2 else { return nil }
    let columns = (0..<shape[1]).flatMap { column in (0..<shape[0]).map { numbers[$0 * shape[1] + column] } }
    return .numbers(columns, shape: [shape[1], shape[0]])
  }
}
