import Foundation
import Testing

/// Where expectations that do not hold are recorded; the tests of `expect` look at them instead.
enum Recording {
  @TaskLocal static var record: @Sendable (_ words: String, _ place: SourceLocation) -> Void = { words, place in
    Issue.record(Comment(rawValue: words), sourceLocation: place)
  }
}

/// Records an issue unless a condition holds.
///
/// `#expect` does the same and shows the values of all parts. But it is a macro, which the compiler reads, expands and
/// checks anew at each place: with 5,000 of them the tests took nearly twice as long to compile. So the tests use these
/// two functions, and macros for what no function can do: `#expect(throws:)`, `#expect(processExitsWith:)`, `#require`.
public func expect(
  _ condition: Bool, _ comment: @autoclosure () -> Comment? = nil, sourceLocation: SourceLocation? = nil,
  fileID: String = #fileID, filePath: String = #filePath, line: Int = #line, column: Int = #column
) {
  guard !condition else { return }
  let place = sourceLocation ?? SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column)
  let words =
    comment()?.rawValue ?? sourceLine(filePath, line).map { "does not hold: \($0)" } ?? "the condition does not hold"
  Recording.record(words, place)
}

/// Records an issue with both values unless they are equal.
public func expectEqual<Value: Equatable>(
  _ actual: Value, _ expected: Value, _ comment: @autoclosure () -> Comment? = nil,
  sourceLocation: SourceLocation? = nil, fileID: String = #fileID, filePath: String = #filePath, line: Int = #line,
  column: Int = #column
) {
  guard actual != expected else { return }
  let place = sourceLocation ?? SourceLocation(fileID: fileID, filePath: filePath, line: line, column: column)
  let words = comment().map { "\($0.rawValue): " } ?? ""
  Recording.record("\(words)\(difference(actual, expected))", place)
}

/// Both values; of texts with many lines the first lines that differ.
func difference<Value>(_ actual: Value, _ expected: Value) -> String {
  guard let own = actual as? String, let other = expected as? String, own.contains("\n") || other.contains("\n") else {
    return "\(shown(actual)) is not \(shown(expected))"
  }
  let (lines, wanted) = (own.components(separatedBy: "\n"), other.components(separatedBy: "\n"))
  let place = zip(lines, wanted).enumerated().first { $1.0 != $1.1 }?.offset ?? min(lines.count, wanted.count)
  func line(_ lines: [String]) -> String { place < lines.count ? shown(lines[place]) : "the end" }
  return "line \(place + 1) is \(line(lines)), not \(line(wanted))"
}

/// What stands at a line of a file, where the file is at hand.
func sourceLine(_ path: String, _ line: Int) -> String? {
  guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
  let lines = text.components(separatedBy: "\n")
  return lines.indices.contains(line - 1) ? lines[line - 1].trimmingCharacters(in: .whitespaces) : nil
}

/// As in Swift source where that is short enough to be read.
private func shown(_ value: some Any) -> String {
  let text = String(reflecting: value)
  return text.count <= 2000 ? text : "\(text.prefix(2000))… (\(text.count) letters)"
}
