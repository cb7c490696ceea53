import Foundation

/// A program that answers lines with lines, started by a shell command; it may hang, die or write garbage.
///
/// The shell and all that it starts form a process group of their own, which is ended as a whole: no child stays
/// behind, even one that keeps the pipe open or ignores the signal to end.
final class ExternalProgram {
  static let maximumLine = 64 << 20

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private let errors = Pipe()
  private var isInputOpen = true
  private var isErrorOpen = true
  private var pending: [UInt8] = []
  /// How the program ended, once it has.
  private var ended: (code: Int32, bySignal: Bool)?
  /// The end of what was written to standard error.
  private var errorTail: [UInt8] = []

  /// - Throws: what Foundation says when there is no shell.
  init(command: String) throws {
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    // A program that is gone must be an error of write, not the end of this process.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
    RunningGroup.identifier = process.processIdentifier
    for handle in [input.fileHandleForWriting, output.fileHandleForReading, errors.fileHandleForReading] {
      _ = fcntl(handle.fileDescriptor, F_SETFL, fcntl(handle.fileDescriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  /// Writes a line and reads the next one, in either order as the program likes.
  func ask(_ line: String, seconds: Double) throws(Ending) -> [UInt8] {
    let deadline = Date().addingTimeInterval(seconds)
    var unsent = ArraySlice(Array((line + "\n").utf8))
    var searched = 0
    while true {
      if let end = pending[searched...].firstIndex(of: 0x0A) {
        let answer = Array(pending[..<end])
        pending.removeSubrange(...end)
        return answer
      }
      searched = pending.count
      guard pending.count < Self.maximumLine else { throw .tooLong(bytes: Self.maximumLine) }
      let left = deadline.timeIntervalSinceNow
      guard left > 0 else {
        throw .hung(seconds: seconds, begun: pending.count, readsInput: isInputOpen, errors: errorText)
      }
      let wasRunning = isRunning
      let isEnd = exchange(&unsent, milliseconds: Int32(min(left * 1000, 100)) + 1)
      // After the program has ended, a child of it may keep the pipe open without end.
      if pending.count == searched, isEnd || !wasRunning { throw end() }
    }
  }

  /// Moves what can be moved through the three pipes; true at the end of the output.
  private func exchange(_ unsent: inout ArraySlice<UInt8>, milliseconds: Int32) -> Bool {
    let writes = isInputOpen && !unsent.isEmpty
    var polled = [
      pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0),
      // `poll` ignores a negative descriptor.
      pollfd(fd: isErrorOpen ? errors.fileHandleForReading.fileDescriptor : -1, events: Int16(POLLIN), revents: 0),
      pollfd(fd: writes ? input.fileHandleForWriting.fileDescriptor : -1, events: Int16(POLLOUT), revents: 0),
    ]
    _ = poll(&polled, nfds_t(polled.count), milliseconds)
    if polled[1].revents != 0 { receiveErrors() }
    if polled[2].revents != 0 { send(&unsent) }
    guard polled[0].revents != 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(output.fileHandleForReading.fileDescriptor, &buffer, buffer.count)
    if count > 0 { pending += buffer[..<count] }
    return count == 0
  }

  private func send(_ unsent: inout ArraySlice<UInt8>) {
    let written = unsent.withUnsafeBytes { write(input.fileHandleForWriting.fileDescriptor, $0.baseAddress, $0.count) }
    if written > 0 { unsent = unsent.dropFirst(written) }
    // What the program said before it closed its input is still worth reading.
    if written < 0, errno != EAGAIN, errno != EINTR { isInputOpen = false }
  }

  private func receiveErrors() {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(errors.fileHandleForReading.fileDescriptor, &buffer, buffer.count)
    if count == 0 { isErrorOpen = false }
    guard count > 0 else { return }
    errorTail += buffer[..<count]
    errorTail.removeFirst(max(0, errorTail.count - 1 << 16))
  }

  /// The output is closed, or the program is gone and nothing more comes: why there is no answer.
  private func end() -> Ending {
    _ = waitForEnd(seconds: 1)
    let own = ended
    stop()
    guard let own else { return .closedOutput(begun: pending.count, errors: errorText) }
    return .exited(code: own.code, signal: own.bySignal, begun: pending.count, errors: errorText)
  }

  /// Gives the program a moment to end, while its errors are read so that it can.
  private func waitForEnd(seconds: Double) -> Bool {
    let deadline = Date().addingTimeInterval(seconds)
    while isRunning, Date() < deadline {
      receiveErrors()
      usleep(5000)
    }
    return !isRunning
  }

  private var errorText: String {
    receiveErrors()
    return String(decoding: errorTail, as: UTF8.self)
  }

  /// Whether the program itself still runs.
  ///
  /// Foundation notices its end only when all that it started is gone too, which may be never. So this asks the system,
  /// and leaves the exit status to Foundation.
  private var isRunning: Bool {
    guard ended == nil else { return false }
    var change = siginfo_t()
    if waitid(P_PID, id_t(process.processIdentifier), &change, WEXITED | WNOHANG | WNOWAIT) == 0 {
      guard change.si_signo != 0 else { return true }
      ended = (change.status, change.si_code != Int32(CLD_EXITED))
    } else if !process.isRunning {
      ended = (process.terminationStatus, process.terminationReason == .uncaughtSignal)
    }
    return ended == nil
  }

  /// Ends the program and all that it started, whatever they do.
  func stop() {
    // Its number stays taken as long as anything of the group lives.
    kill(-process.processIdentifier, SIGKILL)
    if isRunning { kill(process.processIdentifier, SIGKILL) }
    _ = waitForEnd(seconds: 2)
    RunningGroup.identifier = 0
  }

  /// Closes the input, gives the program a moment, and ends it.
  func finish() {
    try? input.fileHandleForWriting.close()
    let deadline = Date().addingTimeInterval(1)
    var nothing = ArraySlice<UInt8>()
    while isRunning, Date() < deadline {
      // Whatever it still writes is thrown away, so that a full pipe does not keep it from ending.
      if exchange(&nothing, milliseconds: 5) { usleep(5000) }
      pending.removeAll(keepingCapacity: true)
    }
    stop()
  }
}

extension siginfo_t {
  /// The exit code, or the number of the signal.
  fileprivate var status: Int32 {
    #if os(Linux)
      _sifields._sigchld.si_status
    #else
      si_status
    #endif
  }
}

/// The group of processes that runs at the moment, for the end of this process by a signal.
public enum RunningGroup {
  /// 0 when none runs. Only the signal handler and the one program at a time use it.
  nonisolated(unsafe) static var identifier: pid_t = 0

  /// Lets Ctrl-C, a closed terminal and a request to end take the running program along.
  public static func endsWithThisProcess() {
    // Whoever started this process may have blocked them.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, number) }
    defer { sigprocmask(SIG_UNBLOCK, &signals, nil) }
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { number in
        if RunningGroup.identifier > 0 { kill(-RunningGroup.identifier, SIGKILL) }
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }
}
