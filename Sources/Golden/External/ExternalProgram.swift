import Foundation

/// A program that answers lines with lines, started by a shell command; it may hang, die or write garbage.
final class ExternalProgram {
  /// Why there is no answer.
  enum Ending: Error, CustomStringConvertible {
    case hung(seconds: Double)
    case exited(code: Int32, signal: Bool, errors: String)
    case tooLong(bytes: Int)

    var description: String {
      switch self {
      case .hung(let seconds): return "no answer within \(seconds) s"
      case .exited(let code, let signal, let errors):
        let how = signal ? "died of signal \(code)" : "ended with exit code \(code)"
        let last = errors.split(separator: "\n").last.map { ": \($0.prefix(200))" } ?? ""
        return "the program \(how)\(last)"
      case .tooLong(let bytes): return "an answer of more than \(bytes) bytes without an end of line"
      }
    }
  }

  static let maximumLine = 64 << 20

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let errors: FileHandle
  private let errorFile: URL
  private var pending: [UInt8] = []

  /// - Throws: what Foundation says when there is no shell.
  init(command: String) throws {
    errorFile = FileManager.default.temporaryDirectory.appending(path: "conformance-\(UUID().uuidString).log")
    _ = FileManager.default.createFile(atPath: errorFile.path(percentEncoded: false), contents: nil)
    errors = try FileHandle(forWritingTo: errorFile)
    process.executableURL = URL(filePath: "/bin/sh")
    // The shell gives its place to the program, so that ending the process ends the program.
    process.arguments = ["-c", "exec \(command)"]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    // A program that is gone must be an error of write, not the end of this process.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
    for handle in [input.fileHandleForWriting, output.fileHandleForReading] {
      _ = fcntl(handle.fileDescriptor, F_SETFL, fcntl(handle.fileDescriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  /// Writes a line and reads the next one, in either order as the program likes.
  func ask(_ line: String, seconds: Double) throws -> [UInt8] {
    let deadline = Date().addingTimeInterval(seconds)
    var unsent = ArraySlice(Array((line + "\n").utf8))
    var searched = 0
    while true {
      if let end = pending[searched...].firstIndex(of: 0x0A) {
        defer { pending.removeSubrange(...end) }
        return Array(pending[..<end])
      }
      searched = pending.count
      guard pending.count < Self.maximumLine else { throw Ending.tooLong(bytes: Self.maximumLine) }
      let left = deadline.timeIntervalSinceNow
      guard left > 0 else { throw Ending.hung(seconds: seconds) }
      var polled = [pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)]
      if !unsent.isEmpty {
        polled.append(pollfd(fd: input.fileHandleForWriting.fileDescriptor, events: Int16(POLLOUT), revents: 0))
      }
      _ = poll(&polled, nfds_t(polled.count), Int32(min(left * 1000, 1000)))
      if polled.count == 2, polled[1].revents != 0 { try send(&unsent) }
      if polled[0].revents != 0 { try receive() }
    }
  }

  private func send(_ unsent: inout ArraySlice<UInt8>) throws {
    let written = unsent.withUnsafeBytes { write(input.fileHandleForWriting.fileDescriptor, $0.baseAddress, $0.count) }
    if written > 0 { unsent = unsent.dropFirst(written) }
    // What the program said before it went is still worth reading; `receive` finds the end.
    if written < 0, errno != EAGAIN, errno != EINTR { unsent = [] }
  }

  private func receive() throws {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(output.fileHandleForReading.fileDescriptor, &buffer, buffer.count)
    if count > 0 { pending += buffer[..<count] }
    guard count == 0 else { return }
    // The output is closed: the program ends now, or is made to.
    let deadline = Date().addingTimeInterval(1)
    while process.isRunning, Date() < deadline { usleep(5000) }
    stop()
    throw Ending.exited(
      code: process.terminationStatus, signal: process.terminationReason == .uncaughtSignal, errors: errorText)
  }

  private var errorText: String {
    guard let data = try? Data(contentsOf: errorFile) else { return "" }
    return String(decoding: data.suffix(2000), as: UTF8.self)
  }

  /// Ends the program, whatever it does.
  func stop() {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    process.waitUntilExit()
  }

  /// Closes the input, gives the program a moment, and ends it.
  func finish() {
    try? input.fileHandleForWriting.close()
    let deadline = Date().addingTimeInterval(1)
    while process.isRunning, Date() < deadline { usleep(5000) }
    stop()
    try? FileManager.default.removeItem(at: errorFile)
  }
}
