import Foundation

/// What a program answered to one case: names and values in the order written.
struct CaseAnswers: Equatable, Sendable {
  var values: [(name: String, value: CheckedValue)] = []

  subscript(name: String) -> CheckedValue? { values.first { $0.name == name }?.value }

  static func == (a: CaseAnswers, b: CaseAnswers) -> Bool {
    a.values.map(\.name) == b.values.map(\.name) && a.values.map(\.value) == b.values.map(\.value)
  }

  /// The whole cases of a program's output; what stands after the last empty line is a case not finished.
  ///
  /// - Throws: `GradingError` for a line that is no answer.
  static func read(_ output: String) throws(GradingError) -> [CaseAnswers] {
    var (cases, current) = ([CaseAnswers](), CaseAnswers())
    for line in output.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      guard !line.isEmpty else {
        cases.append(current)
        current = CaseAnswers()
        continue
      }
      let name = line.prefix { $0 != " " }
      guard let value = CheckedValue(line.dropFirst(name.count + 1)) else {
        throw GradingError("expected a line as `h [2] 0.5 -0.25`, received \"\(line.prefix(80))\"")
      }
      current.values.append((String(name), value))
    }
    return cases
  }
}

extension Exercise {
  /// Whether two numbers count as the same.
  ///
  /// All digits: 1e-9, absolute and relative. Sums of some tens of doubles in another order differ by less than 1e-13,
  /// and no mistake of a catalogue changes as little as 1e-6. Numbers with decimals: half a unit of the last one.
  ///
  /// Two numbers that are not finite are the same where both are NaN or the same infinity; a solution has none.
  func isSame(_ actual: Double, _ expected: Double) -> Bool {
    if actual == expected || (actual.isNaN && expected.isNaN) { return true }
    if let decimals { return abs(actual - expected) <= 0.5001 * pow(10, -Double(decimals)) }
    return abs(actual - expected) <= 1e-9 + 1e-9 * abs(expected)
  }

  func isSame(_ actual: CheckedValue?, _ expected: CheckedValue?) -> Bool {
    switch (actual, expected) {
    case (.numbers(let a, let shape), .numbers(let b, let other)):
      shape == other && zip(a, b).allSatisfy { isSame($0, $1) }
    case (.word(let a), .word(let b)): a.lowercased() == b.lowercased()
    default: false
    }
  }

  func isSame(_ actual: [CaseAnswers], _ expected: [CaseAnswers], in answer: Answer? = nil) -> Bool {
    let compared = answer.map { [$0] } ?? answers
    return actual.count == expected.count
      && zip(actual, expected).allSatisfy { a, b in compared.allSatisfy { isSame(a[$0.name], b[$0.name]) } }
  }

  /// The first place where answers differ: the case, the axes, expected and received; `nil` where none does.
  func firstDifference(_ actual: [CaseAnswers], _ expected: [CaseAnswers]) -> String? {
    for (index, right) in expected.enumerated() {
      let place = expected.count == 1 ? "" : "case \(index + 1), "
      for answer in answers {
        let received = index < actual.count ? actual[index][answer.name] : nil
        guard !isSame(received, right[answer.name]), let wanted = right[answer.name] else { continue }
        return place + difference(in: answer, received, wanted)
      }
    }
    return nil
  }

  private func difference(in answer: Answer, _ received: CheckedValue?, _ wanted: CheckedValue) -> String {
    switch (received, wanted) {
    case (.numbers(let a, let shape), .numbers(let b, let right)) where shape == right:
      let place = zip(a, b).enumerated().first { !isSame($1.0, $1.1) }?.offset ?? 0
      // In a prediction the number would be the answer.
      let expected = kind == .predict ? "another number" : decimals.map { rounded(b[place], $0) } ?? shown(b[place])
      let text = "\(answer.name)\(axes(of: answer, place, right)): expected \(expected), received \(shown(a[place]))"
      return text + (a[place].isFinite ? "" : " (0/0, the logarithm of 0, or exp of a large number gives that)")
    case (.numbers(_, let shape), .numbers(_, let right)):
      return "\(answer.name): expected \(form(right)), received \(form(shape))"
    case (.ragged(let lengths), .numbers(_, let right)):
      let rows = lengths.split(separator: " ").joined(separator: ", ")
      return "\(answer.name): expected \(form(right)), received rows of \(rows) numbers"
    case (.word(let word), .word): return "\(answer.name): expected another word, received \"\(word)\""
    case (nil, _): return "\(answer.name): expected an answer, received none"
    case (CheckedValue.none?, _): return "\(answer.name): expected an answer in place of nil"
    default: return "\(answer.name): expected \(isWord(wanted) ? "a word" : "numbers"), received something else"
    }
  }

  private func isWord(_ value: CheckedValue) -> Bool { if case .word = value { true } else { false } }

  private func form(_ shape: [Int]) -> String {
    switch shape.count {
    case 0: "a number"
    case 1: "\(shape[0]) numbers"
    default: "the shape [\(shape.map(String.init).joined(separator: ", "))]"
    }
  }

  /// As in `, step 2, unit 1`; counted from 0, as arrays are.
  private func axes(of answer: Answer, _ place: Int, _ shape: [Int]) -> String {
    var (rest, text) = (place, "")
    for (axis, size) in shape.enumerated().reversed() {
      text = ", \(axis < answer.axes.count ? answer.axes[axis] : "index") \(rest % size)" + text
      rest /= size
    }
    return text
  }

  private func shown(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(Float(value))"
  }
  private func rounded(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }
}
