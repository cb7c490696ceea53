import Foundation

/// A file that a run writes at its end: checked before the run, and there whole or not at all.
struct OutputFile: Equatable {
  let path: String

  /// Why a file cannot be written.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// Devices and pipes are written directly; there is nothing to put in their place.
  private var isSpecial: Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    return status.st_mode & S_IFMT != S_IFREG && status.st_mode & S_IFMT != S_IFDIR
  }

  /// The file that a link leads to, so that a link stays a link.
  private var target: String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private var temporary: String {
    let url = URL(fileURLWithPath: target)
    return url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).\(getpid()).new").path
  }

  /// Tries what writing will need.
  func check() throws(Problem) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { throw Problem(description: "it is a folder") }
    if isSpecial {
      guard access(path, W_OK) == 0 else { throw Self.systemProblem() }
      return
    }
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw Self.systemProblem() }
    close(descriptor)
    unlink(temporary)
  }

  func write(_ text: String) throws(Problem) {
    let path = isSpecial ? self.path : temporary
    let descriptor = open(path, O_WRONLY | O_CREAT | (isSpecial ? 0 : O_TRUNC), 0o644)
    guard descriptor >= 0 else { throw Self.systemProblem() }
    let problem = Self.write(Array(text.utf8), to: descriptor)
    let isClosed = close(descriptor) == 0
    if let problem = problem ?? (isClosed ? nil : Self.systemProblem()) {
      if !isSpecial { unlink(path) }
      throw problem
    }
    if !isSpecial, rename(path, target) != 0 {
      let problem = Self.systemProblem()
      unlink(path)
      throw problem
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Problem? {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return systemProblem() }
      written += count
    }
    return nil
  }

  private static func systemProblem() -> Problem { Problem(description: String(cString: strerror(errno))) }
}
