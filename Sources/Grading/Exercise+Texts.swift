import Foundation

// What is made from a master's body: the solution, wrong solutions, the student's file.
extension Exercise {
  /// The body with the solution, without the marks.
  public var solution: [String] { lines(keeping: "// SOLUTION") }

  /// The body as a student gets it: without the solution, or with the delivered mistake.
  public var starter: [String] {
    if let delivered = faults.first(where: \.isDelivered), let lines = try? applying([delivered]) { return lines }
    return lines(keeping: "// STARTER").map { $0.replacing(/^( *)\/\/> ?/) { $0.1 } }
  }

  /// The task: the first comment of the body, as Markdown.
  public var task: [String] { body.prefix { $0.hasPrefix("//") }.map { String($0.dropFirst(2).trimmingPrefix(" ")) } }

  /// The starter without the task.
  public var starterCode: [String] { trimmed(Array(starter.drop { $0.hasPrefix("//") })) }

  /// The solution without the task.
  public var solutionCode: [String] { trimmed(Array(solution.drop { $0.hasPrefix("//") })) }

  /// The whole file that a student gets.
  public var studentFile: String {
    let head = ["// \(id) · \(title) · \(kind.rawValue), \(minutes) minutes", "// Goal: \(goal)", "//"]
    let call = ["//", "// Check this file:  swift run exercises \(id)      A hint:  swift run exercises \(id) --hint"]
    let text = head + task.map { $0.isEmpty ? "//" : "// \($0)" } + call + [""] + starterCode
    return text.joined(separator: "\n") + "\n"
  }

  /// The solution with some mistakes in it.
  ///
  /// - Throws: `GradingError` where a line to replace is not there, or there twice.
  func applying(_ faults: [Fault]) throws(GradingError) -> [String] {
    var lines = solution
    for fault in faults {
      for change in fault.changes {
        let places = lines.indices.filter { lines[$0].trimmingCharacters(in: .whitespaces) == change.line }
        guard places.count == 1 else {
          throw GradingError(
            "\(id): fault \"\(fault.name)\": expected one line \"\(change.line)\", found \(places.count)")
        }
        let indentation = lines[places[0]].prefix { $0 == " " }
        lines.replaceSubrange(places[0]...places[0], with: change.replacement.map { indentation + $0 })
      }
    }
    return lines
  }

  private func lines(keeping wanted: String) -> [String] {
    var region: String?
    var kept: [String] = []
    for line in body {
      switch line.trimmingCharacters(in: .whitespaces) {
      case "// END": region = nil
      case let mark where mark == "// SOLUTION" || mark == "// STARTER": region = mark
      default: if region == nil || region == wanted { kept.append(line) }
      }
    }
    return kept
  }
}
