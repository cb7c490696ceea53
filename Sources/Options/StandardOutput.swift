import Foundation

/// Writes a line to standard output at once, so that it stands in order with what goes to standard error.
///
/// Where it cannot be written (a full disk, a pipe that nobody reads), the process ends with exit code 2 and a message:
/// no program says that all went well when nobody could read it. A closed pipe ends it with SIGPIPE, as any program,
/// unless that signal is ignored.
public func say(_ text: String = "", terminator: String = "\n") {
  guard let reason = write(text + terminator, to: STDOUT_FILENO) else { return }
  let name = CommandLine.arguments.first.map { URL(filePath: $0).lastPathComponent } ?? "this program"
  _ = write(
    "\(name): standard output: expected a place that can be written, received \"\(reason)\"\n", to: STDERR_FILENO)
  exit(2)
}

/// What the system says where not all of a text can be written; nil when all is.
func write(_ text: String, to descriptor: Int32) -> String? {
  // What C's or Swift's own buffers still hold comes first.
  fflush(nil)
  var rest = Array(text.utf8)[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    if count < 0, errno == EAGAIN {
      var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      _ = poll(&wanted, 1, 1000)
      continue
    }
    guard count > 0 else { return String(cString: strerror(errno)) }
    rest = rest.dropFirst(count)
  }
  return nil
}
