import Foundation
import Synchronization

/// How a child process ended, and the beginnings of what it wrote.
struct ChildEnding: Sendable {
  enum Reason: Equatable, Sendable { case exit(Int32), signal(Int32), timeout }
  var reason: Reason
  var output: String
  var errors: String
}

/// A program that is run with an input and a limit of time. It may trap, loop for ever or write without end.
enum ChildProgram {
  /// Of each output no more is kept.
  static let mostBytes = 1 << 20

  static func run(
    _ path: String, _ arguments: [String] = [], input: String = "", environment: [String: String] = [:],
    seconds: Double
  ) throws(GradingError) -> ChildEnding {
    // A file, not a pipe: a program that does not read would stop the check.
    let file = FileManager.default.temporaryDirectory.appending(path: "input-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do {
      try Data(input.utf8).write(to: file)
      let source = try FileHandle(forReadingFrom: file)
      // A process with a termination handler is never freed on Linux, and its open files would pile up.
      defer { try? source.close() }
      process.standardInput = source
      try process.run()
    } catch {
      throw GradingError("\(path): expected a program that can be started, received \(error.localizedDescription)")
    }
    let readers = [output, errors].map { Beginning($0.fileHandleForReading) }
    let isLate = ended.wait(timeout: .now() + seconds) == .timedOut
    if isLate {
      kill(process.processIdentifier, SIGKILL)
      ended.wait()
    }
    let texts = readers.map { $0.text() }
    let status = process.terminationStatus
    let reason: ChildEnding.Reason =
      isLate ? .timeout : process.terminationReason == .exit ? .exit(status) : .signal(status)
    return ChildEnding(reason: reason, output: texts[0], errors: texts[1])
  }
}

/// Reads a pipe to its end on a thread of its own, closes it, and keeps the beginning.
private final class Beginning: Sendable {
  private let data = Mutex(Data())
  private let done = DispatchSemaphore(value: 0)

  init(_ handle: FileHandle) {
    Thread.detachNewThread { [self] in
      while true {
        let part = handle.availableData
        guard !part.isEmpty else { break }
        data.withLock { if $0.count < ChildProgram.mostBytes { $0 += part } }
      }
      try? handle.close()
      done.signal()
    }
  }

  /// A child of the child may keep the pipe open; after a second what has come is enough.
  func text() -> String {
    _ = done.wait(timeout: .now() + 1)
    return data.withLock { String(decoding: $0, as: UTF8.self) }
  }
}
