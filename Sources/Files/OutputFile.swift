import Foundation
import Synchronization
import TextLayout

/// Where the path stands of the file that is being written beside its target, 0 for nowhere: a C string, which a
/// signal's handler can read. Whoever takes the address out owns the string.
private let unfinished = Atomic<UInt>(0)

/// A file that is there whole or not at all, whatever ends the program or the machine meanwhile.
///
/// | the path names | what is written |
/// |---|---|
/// | a file, or nothing yet | a file beside it, which then takes its place; permissions stay |
/// | a link | what it leads to, even where that is not there yet; the link stays |
/// | a device or a pipe | the device itself: there is nothing to put in its place |
/// | an open descriptor, as `/dev/stdout` | the descriptor, so that what it has written before stays |
///
/// Every failure leaves the old file as it was and nothing beside it, and is a `FileError`.
public struct OutputFile: Equatable, Sendable {
  public let path: String

  public init(_ path: String) { self.path = path }

  /// Tries what writing will need, for a program that works long before it writes.
  public func check() throws(FileError) {
    switch try place() {
    case .descriptor(let descriptor):
      let flags = fcntl(descriptor, F_GETFL)
      guard flags >= 0 else { throw failure() }
      guard flags & O_ACCMODE != O_RDONLY else { throw FileError(path, reason: "it is open for reading alone") }
    case .device(let device):
      guard device.withName({ access($0, W_OK) }) == 0 else { throw failure() }
    case .file(let target, let permissions):
      remove(try newFile(beside: target, permissions) { _ in })
    }
  }

  public func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

  public func write(_ bytes: [UInt8]) throws(FileError) {
    try write { descriptor throws(FileError) in try put(bytes, into: descriptor) }
  }

  /// Makes a file that is not there yet; neither a file nor a link is ever replaced.
  public func create(_ bytes: [UInt8]) throws(FileError) {
    let new = try newFile(beside: path, nil) { descriptor throws(FileError) in try put(bytes, into: descriptor) }
    defer { remove(new) }
    // Unlike renaming, a link never takes the place of a file that came in between.
    guard new.withName({ new in path.withName { link(new, $0) } }) == 0 else { throw failure("a place for a new file") }
  }

  /// Writes what `fill` puts into a descriptor.
  func write(by fill: (Int32) throws(FileError) -> Void) throws(FileError) {
    switch try place() {
    case .descriptor(let descriptor): try fill(descriptor)
    case .device(let device): try open(device, 0, permissions: 0, fill)
    case .file(let target, let permissions):
      let new = try newFile(beside: target, permissions, by: fill)
      guard new.withName({ new in target.withName { Foundation.rename(new, $0) } }) == 0 else {
        let error = failure()
        remove(new)
        throw error
      }
    }
  }
}

// MARK: - When the process ends

extension OutputFile {
  /// Removes the file of a write that has not come to its end, the last one begun. For a signal's handler that ends the
  /// process: it calls nothing that a handler may not call, and frees no memory.
  public static func removeUnfinished() {
    if let path = note(nil) { unlink(path) }
  }

  /// Lets the signals that end the process remove the unfinished file first, where nobody else handles them.
  ///
  /// The handlers stay: they do what the system would do, and a little more. A file that grows over the limit of its
  /// size becomes an error of writing, and not the end of the process.
  private static func endsCleanly() {
    for number in [SIGHUP, SIGINT, SIGTERM, SIGQUIT] {
      let before = signal(number) { number in
        OutputFile.removeUnfinished()
        signal(number, SIG_DFL)
        raise(number)
      }
      if !isDefault(before) { signal(number, before) }
    }
    let before = signal(SIGXFSZ, SIG_IGN)
    if !isDefault(before) { signal(SIGXFSZ, before) }
  }

  private static func isDefault(_ handler: (@convention(c) (Int32) -> Void)?) -> Bool {
    unsafeBitCast(handler, to: UInt.self) == unsafeBitCast(SIG_DFL, to: UInt.self)
  }

  /// Notes a path, and hands back the one that was noted.
  private static func note(_ path: UnsafeMutablePointer<CChar>?) -> UnsafeMutablePointer<CChar>? {
    UnsafeMutablePointer(
      bitPattern: unfinished.exchange(UInt(bitPattern: path), ordering: .acquiringAndReleasing))
  }
}

// MARK: - Where the bytes go

extension OutputFile {
  private enum Place {
    case file(String, permissions: mode_t?)
    case device(String)
    case descriptor(Int32)
  }

  private func place() throws(FileError) -> Place {
    var status = stat()
    let isThere = path.withName { stat($0, &status) } == 0
    guard isThere || (errno == ENOENT && !path.isEmpty) else { throw failure() }
    let kind = status.st_mode & S_IFMT
    if isThere, kind == S_IFDIR { throw FileError(path, reason: "it is a folder") }
    var target = path
    // The system follows the links of folders itself; the last part has to be followed here, since renaming would
    // replace the link.
    for _ in 0..<Self.mostLinks {
      if let descriptor = Self.descriptor(target) { return .descriptor(descriptor) }
      if isThere, kind != S_IFREG { return .device(path) }
      guard let next = Self.destination(ofLink: target) else { break }
      target = next.hasPrefix("/") ? next : Self.folder(of: target) + next
    }
    return .file(target, permissions: isThere ? status.st_mode & 0o7777 : nil)
  }

  /// As many as Linux follows; beyond them it has already called the path a loop.
  private static let mostLinks = 41

  /// The number in `/dev/fd/3`. Opening such a path on Linux opens the file behind it anew, and writes over its
  /// beginning.
  private static func descriptor(_ path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      let folder = ["/dev/fd/", "/proc/self/fd/"].first { path.hasPrefix($0) }
      return folder.flatMap { Int32(path.dropFirst($0.count)) }
    }
  }

  /// Where a link leads; `nil` for what is no link.
  private static func destination(ofLink path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = path.withName { readlink($0, &bytes, bytes.count) }
    return count < 0 ? nil : FileName.text(of: bytes[..<count].map { UInt8(bitPattern: $0) })
  }

  /// With its slash; empty for a name alone.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }
}

// MARK: - How they get there

extension OutputFile {
  /// Writes a new file in the folder of another, down to the disk, and returns its path.
  private func newFile(
    beside target: String, _ permissions: mode_t?, by fill: (Int32) throws(FileError) -> Void
  ) throws(FileError) -> String {
    // Without the other's name, which may already be as long as a name can be.
    let new = Self.folder(of: target) + ".\(UUID().uuidString).new"
    // It stays noted once it is written: no other file will ever have that name.
    free(Self.note(new.withName { strdup($0) }))
    Self.endsCleanly()
    try open(new, O_CREAT | O_EXCL, permissions: permissions ?? 0o666) { descriptor throws(FileError) in
      do throws(FileError) {
        try fill(descriptor)
        // What the user's mask took away when the file was made.
        if let permissions, fchmod(descriptor, permissions) != 0 { throw failure() }
        guard fsync(descriptor) == 0 else { throw failure() }
      } catch {
        remove(new)
        throw error
      }
    }
    return new
  }

  /// Opens a path for writing, and closes it again whatever `fill` does.
  private func open(
    _ path: String, _ flags: Int32, permissions: mode_t, _ fill: (Int32) throws(FileError) -> Void
  ) throws(FileError) {
    let descriptor = path.withName { Foundation.open($0, O_WRONLY | O_CLOEXEC | flags, permissions) }
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    try fill(descriptor)
  }

  private func put(_ bytes: [UInt8], into descriptor: Int32) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      rest = rest.dropFirst(count)
    }
  }

  private func remove(_ path: String) { path.withName { _ = unlink($0) } }

  /// What the system said last.
  private func failure(_ expected: String = "a file that can be written") -> FileError {
    FileError(path, expected: expected, reason: String(cString: strerror(errno)))
  }
}
