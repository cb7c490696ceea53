import Files
import Foundation

/// Where a student's files stand. Nothing that a student wrote is ever overwritten or removed.
public struct StudentFolder: Sendable {
  private let root: URL
  /// A folder of the student's own, with a folder for each chapter; `nil` for the chapters themselves.
  private let own: URL?
  /// Where the place in the hints and earlier verdicts stand.
  public let cache: URL

  public init(root: URL, own: URL? = nil) {
    self.root = root
    self.own = own
    cache = root.appending(path: ".build/exercises")
  }

  public func file(of exercise: Exercise) -> URL {
    own.map { $0.appending(path: "\(exercise.chapter)/\(exercise.fileName)") }
      ?? root.appending(path: "chapters/\(exercise.chapter)/exercises/\(exercise.fileName)")
  }

  public func hasFile(of exercise: Exercise) -> Bool {
    FileManager.default.fileExists(atPath: file(of: exercise).path)
  }

  /// Makes the delivered file where there is none yet.
  public func deliver(_ exercise: Exercise) throws {
    let file = file(of: exercise)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try OutputFile(file.path).create(Array(exercise.studentFile.utf8))
  }

  /// Gives the delivered file back, and keeps the student's beside it under the first free name, as `2-step.1.old`.
  ///
  /// - Returns: the kept file; `nil` where there was nothing to keep.
  public func reset(_ exercise: Exercise) throws -> URL? {
    let file = file(of: exercise)
    guard hasFile(of: exercise) else {
      try deliver(exercise)
      return nil
    }
    if FileManager.default.contents(atPath: file.path) == Data(exercise.studentFile.utf8) { return nil }
    var number = 1
    var kept: URL { file.deletingPathExtension().appendingPathExtension("\(number).old") }
    while FileManager.default.fileExists(atPath: kept.path) { number += 1 }
    try FileManager.default.moveItem(at: file, to: kept)
    try deliver(exercise)
    return kept
  }

  /// Writes all files that are made from the masters. An exercise's file that differs is kept, as by ``reset(_:)``.
  ///
  /// - Returns: the kept files.
  public static func make(_ catalogue: Catalogue) throws -> [URL] {
    let folder = StudentFolder(root: catalogue.root)
    for (path, text) in catalogue.pages { try OutputFile(catalogue.root.appending(path: path).path).write(text) }
    return try catalogue.exercises.compactMap { try folder.reset($0) }
  }

  /// The next hint and its number; after the last one the first comes again.
  public func nextHint(of exercise: Exercise) -> (number: Int, text: String) {
    let note = cache.appending(path: note(of: exercise, "hint"))
    let last = FileManager.default.contents(atPath: note.path).flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    let number = last % exercise.hints.count + 1
    try? FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
    try? Data("\(number)".utf8).write(to: note, options: .atomic)
    return (number, exercise.hints[number - 1])
  }

  /// The verdict on the student's file, from an earlier run where neither the file nor the exercise has changed.
  public func verdict(on exercise: Exercise, by checker: Checker) throws(GradingError) -> Verdict {
    let file = file(of: exercise)
    guard let data = FileManager.default.contents(atPath: file.path) else { return Verdict(.notBegun) }
    let key = String(
      fingerprint(
        String(decoding: data, as: UTF8.self) + exercise.solution.joined() + exercise.check.joined()
          + exercise.casesText + exercise.faults.map(\.name).joined()), radix: 36)
    let note = cache.appending(path: note(of: exercise, "verdict"))
    let stored = FileManager.default.contents(atPath: note.path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let lines = stored.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.count == 3, lines[0] == key, let state = Verdict.State(rawValue: lines[1]) {
      return Verdict(state, fault: lines[2].isEmpty ? nil : lines[2])
    }
    let verdict = try checker.check(exercise, file: file)
    try? FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
    let text = [key, verdict.state.rawValue, verdict.fault ?? ""].joined(separator: "\n")
    try? Data(text.utf8).write(to: note, options: .atomic)
    return verdict
  }

  private func note(of exercise: Exercise, _ kind: String) -> String {
    "\(exercise.chapter)-\(exercise.number)-\(String(fingerprint(file(of: exercise).path), radix: 36)).\(kind)"
  }
}
