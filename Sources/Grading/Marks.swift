import Foundation
import StrictJSON

/// The marks of one student: what a teacher collects.
public struct Marks: Sendable {
  public struct Row: Sendable {
    public let exercise: Exercise
    public let verdict: Verdict

    public init(_ exercise: Exercise, _ verdict: Verdict) { (self.exercise, self.verdict) = (exercise, verdict) }
  }

  public let rows: [Row]
  /// Only what was given; the program looks for no name itself.
  public let student: String?
  /// The time of the run, in UTC.
  public let time: Date

  public init(_ rows: [Row], student: String?, time: Date) {
    (self.rows, self.student, self.time) = (rows, student, time)
  }

  public var json: String {
    let exercises = rows.map { row in
      JSONValue.object([
        ("exercise", .string(row.exercise.id)), ("title", .string(row.exercise.title)),
        ("state", .string(row.verdict.state.rawValue)), ("passed", .bool(row.verdict.state == .passes)),
        ("fault", row.verdict.fault.map(JSONValue.string) ?? .null),
      ])
    }
    let passed = rows.count { $0.verdict.state == .passes }
    return JSONValue.object(
      (student.map { [("student", .string($0))] } ?? []) + [
        ("time", .string(timeText)), ("passed", .integer(passed)), ("of", .integer(rows.count)),
        ("exercises", .array(exercises)),
      ]
    ).text(.indented) + "\n"
  }

  /// A row an exercise, with a head; RFC 4180.
  public var csv: String {
    let head = (student == nil ? [] : ["student"]) + ["time", "exercise", "title", "state", "passed", "fault"]
    let lines = rows.map { row in
      (student.map { [$0] } ?? []) + [
        timeText, row.exercise.id, row.exercise.title, row.verdict.state.rawValue,
        row.verdict.state == .passes ? "1" : "0", row.verdict.fault ?? "",
      ]
    }
    return ([head] + lines).map { $0.map(Self.cell).joined(separator: ",") + "\r\n" }.joined()
  }

  private var timeText: String { time.formatted(.iso8601) }

  /// A cell in quotes where it needs them. A spreadsheet would compute what begins with one of = + - @.
  private static func cell(_ text: String) -> String {
    let plain = text.first.map { "=+-@".contains($0) } == true ? "'" + text : text
    // As bytes: a carriage return and a line feed are one character.
    return plain.utf8.contains(where: ",\"\r\n".utf8.contains) ? "\"\(plain.replacing("\"", with: "\"\""))\"" : plain
  }
}
