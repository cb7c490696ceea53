import Foundation

/// Reads a master file: directives (`//: word text`), the body, and after `// CHECK` the call of the student's code.
///
/// | line | meaning |
/// |---|---|
/// | `//: kind compute` | also `predict`, `find`, `experiment` |
/// | `//: title`, `//: goal`, `//: minutes`, `//: hint` | what the page shows; two or three hints |
/// | `//: answer h [unit]: h = o ⊙ tanh(c)` | a compared value, its axes and its equation |
/// | `//: decimals 2` | compare as numbers printed with two decimals |
/// | `//: case x [2]; W [2, 3] in -3 3; k = 4` | inputs of a case: random ones of a shape, or given ones |
/// | `//: fault NAME`, then `//: - line`, `//: + line` | a typical mistake as lines of the solution that it changes |
/// | `//: delivered NAME` | the same; the student's file has this mistake |
/// | `// SOLUTION`, `// STARTER`, `// END` | what is cut out for the student, and the commented lines put in its place |
struct Master {
  private let path: String
  private var exercise: Exercise

  /// - Throws: `GradingError`, with the file and the line.
  static func read(_ text: String, path: String, chapter: String) throws(GradingError) -> Exercise {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let parts = name.dropLast(".swift".count).split(separator: "-", maxSplits: 1)
    guard parts.count == 2, let number = Int(parts[0]) else {
      throw GradingError("\(path): expected a name as 2-one-step.swift, received \(name)")
    }
    var master = Master(
      path: path, exercise: Exercise(chapter: chapter, number: number, slug: String(parts[1])))
    try master.read(text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    try master.checkParts()
    return master.exercise
  }

  private mutating func read(_ lines: [String]) throws(GradingError) {
    var isCheck = false
    for (index, line) in lines.enumerated() {
      if line.hasPrefix("//: ") {
        try readDirective(line.dropFirst(4), line: index + 1)
      } else if line == "// CHECK" {
        isCheck = true
      } else if isCheck {
        exercise.check.append(line)
      } else {
        exercise.body.append(line)
      }
    }
    exercise.body = trimmed(exercise.body)
    exercise.check = trimmed(exercise.check)
  }

  private mutating func readDirective(_ directive: Substring, line: Int) throws(GradingError) {
    let parts = directive.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let text = parts.count == 2 ? parts[1] : ""
    switch parts[0] {
    case "kind":
      guard let kind = Exercise.Kind(rawValue: text) else { throw wrong(line, "a kind", text) }
      exercise.kind = kind
    case "title": exercise.title = text
    case "goal": exercise.goal = text
    case "hint": exercise.hints.append(text)
    case "minutes": exercise.minutes = try integer(text, line)
    case "decimals": exercise.decimals = try integer(text, line)
    case "answer": exercise.answers.append(try answer(text, line))
    case "case":
      guard let shape = CaseShape(text) else { throw wrong(line, "inputs as x [2]; k = 3", text) }
      exercise.cases.append(shape)
    case "fault", "delivered":
      exercise.faults.append(.init(name: text, changes: [], isDelivered: parts[0] == "delivered"))
    case "-":
      guard !exercise.faults.isEmpty else { throw wrong(line, "a fault before its lines", text) }
      exercise.faults[exercise.faults.count - 1].changes.append(.init(line: text, replacement: []))
    case "+":
      guard let changes = exercise.faults.last?.changes, !changes.isEmpty else {
        throw wrong(line, "a line that is replaced before its replacement", text)
      }
      exercise.faults[exercise.faults.count - 1].changes[changes.count - 1].replacement.append(text)
    default: throw wrong(line, "a directive", parts[0])
    }
  }

  /// `h [step, unit]: h_t = o_t ⊙ tanh(c_t)`; a single number or a word has no axes.
  private func answer(_ text: String, _ line: Int) throws(GradingError) -> Exercise.Answer {
    guard let colon = text.firstRange(of: ": ") else { throw wrong(line, "name [axes]: meaning", text) }
    let head = text[..<colon.lowerBound].split(separator: " ", maxSplits: 1).map(String.init)
    let axes = head.count == 2 ? list(head[1]) : []
    guard let name = head.first, let axes else { throw wrong(line, "name [axes]: meaning", text) }
    return .init(name: name, axes: axes, meaning: String(text[colon.upperBound...]))
  }

  private func integer(_ text: String, _ line: Int) throws(GradingError) -> Int {
    guard let number = Int(text) else { throw wrong(line, "a whole number", text) }
    return number
  }

  /// Every master has all parts, and the lines of its faults are lines of its solution.
  private func checkParts() throws(GradingError) {
    let parts: [(Bool, String)] = [
      (!exercise.title.isEmpty, "a title"), (!exercise.goal.isEmpty, "a goal"), (exercise.minutes > 0, "minutes"),
      ((2...3).contains(exercise.hints.count), "two or three hints"), (!exercise.answers.isEmpty, "an answer"),
      (!exercise.cases.isEmpty, "a case"), (exercise.faults.count >= 3, "three faults or more"),
      (!exercise.check.isEmpty, "a part CHECK"), (!exercise.task.isEmpty, "a task as the first comment"),
      (
        (exercise.kind == .find) == exercise.faults.contains(where: \.isDelivered),
        "a delivered fault where one is to find"
      ),
    ]
    for (isThere, part) in parts where !isThere { throw GradingError("\(path): expected \(part), found none") }
    for fault in exercise.faults { _ = try exercise.applying([fault]) }
  }

  private func wrong(_ line: Int, _ expected: String, _ found: String) -> GradingError {
    GradingError("\(path):\(line): expected \(expected), found \"\(found)\"")
  }
}

/// The elements of `[a, b]`; `nil` for anything else.
func list(_ text: String) -> [String]? {
  guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
  return text.dropFirst().dropLast().split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
}

/// Without empty lines at both ends.
func trimmed(_ lines: [String]) -> [String] {
  Array(lines.trimmingPrefix { $0.isEmpty }.reversed().trimmingPrefix { $0.isEmpty }.reversed())
}
