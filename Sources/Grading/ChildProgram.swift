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
  private enum Part { case some, none, end }

  private static let partSize = 1 << 16
  private let handle: FileHandle
  private let state = Mutex((data: Data(), isAtEnd: false))

  init(_ handle: FileHandle) {
    self.handle = handle
    Thread.detachNewThread { [self] in
      repeat { isReadable(milliseconds: -1) } while take() != .end
      // Nobody else uses the pipe after its end.
      try? handle.close()
    }
  }

  /// What a child wrote that has ended. This does not wait for the end of the pipe, which a child of the child may keep
  /// open: what the child wrote is in the pipe or has been taken.
  func text() -> String {
    var rest = ChildProgram.mostBytes / Self.partSize
    while rest > 0, take() == .some { rest -= 1 }
    return state.withLock { String(decoding: $0.data, as: UTF8.self) }
  }

  @discardableResult private func isReadable(milliseconds: Int32) -> Bool {
    var polled = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, milliseconds) != 0
  }

  /// Takes what there is, without waiting. One thread at a time, so that no part is on its way while another looks.
  private func take() -> Part {
    state.withLock { state in
      if state.isAtEnd { return .end }
      guard isReadable(milliseconds: 0) else { return .none }
      var part = [UInt8](repeating: 0, count: Self.partSize)
      let count = read(handle.fileDescriptor, &part, part.count)
      state.isAtEnd = count <= 0
      guard count > 0 else { return .end }
      if state.data.count < ChildProgram.mostBytes { state.data += part[..<count] }
      return .some
    }
  }
}
