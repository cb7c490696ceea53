import Foundation
import TextLayout

/// A file that is read as a whole: a regular file, a pipe such as `/dev/stdin`, or what is typed on a terminal.
public struct InputFile: Equatable, Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// All bytes.
  ///
  /// - Parameter limit: a longer file is an error, before memory is taken for it; a pipe as soon as more has come.
  /// - Throws: `FileError` for a path that is not there, for folders and devices, which are no file or have no end, and
  ///   for whatever the system says.
  public func bytes(atMost limit: Int = 1 << 32) throws(FileError) -> [UInt8] {
    // A pipe that nobody writes to is waited for, as every program does.
    let descriptor = path.withName { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    switch status.st_mode & S_IFMT {
    case S_IFREG:
      guard Int(status.st_size) <= limit else { throw tooLong(limit, "\(status.st_size)") }
    case S_IFDIR: throw FileError(path, expected: Self.expected, reason: "it is a folder")
    case S_IFCHR where isatty(descriptor) == 0, S_IFBLK:
      throw FileError(path, expected: Self.expected, reason: "it is a device")
    default: break
    }
    return try all(of: descriptor, room: Int(status.st_size), limit: limit)
  }

  /// Whether the path leads to a folder; `nil` where nothing is there.
  public var isFolder: Bool? {
    var status = stat()
    return path.withName { stat($0, &status) } == 0 ? status.st_mode & S_IFMT == S_IFDIR : nil
  }

  private static let expected = "a file that can be read"

  private func all(of descriptor: Int32, room: Int, limit: Int) throws(FileError) -> [UInt8] {
    var bytes = [UInt8]()
    bytes.reserveCapacity(room)
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { throw tooLong(limit, "more") }
      bytes += buffer[..<count]
    }
  }

  private func tooLong(_ limit: Int, _ found: String) -> FileError {
    FileError(path, expected: "at most \(limit) bytes", reason: found)
  }

  private func failure() -> FileError {
    FileError(path, expected: Self.expected, reason: String(cString: strerror(errno)))
  }
}

extension String {
  /// A path as the system takes it: bytes that are no UTF-8 come back (``FileName``).
  func withName<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
    let name = FileName.bytes(of: self).map { CChar(bitPattern: $0) } + [0]
    return name.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { preconditionFailure("a name has at least its end") }
      return body(start)
    }
  }
}
