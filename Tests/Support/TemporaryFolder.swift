import Foundation
import Synchronization

/// Runs `body` with a new empty folder, and removes the folder afterwards.
public func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "unrolled-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}

/// The same for code that takes paths as text. The path does not end with a slash.
public func withTemporaryPath<Result>(_ body: (String) throws -> Result) throws -> Result {
  try withTemporaryFolder { try body($0.path) }
}

/// A new folder for a fixture that lives longer than a closure.
///
/// The code that uses the folder makes it. It is removed with this object, so keep the fixture in a variable, and where
/// only its path is used later, write `defer { withExtendedLifetime(fixture) {} }`. One that is kept for all tests is
/// removed when the process ends.
public final class TemporaryFolder: Sendable {
  public let url = FileManager.default.temporaryDirectory.appending(path: "unrolled-\(UUID().uuidString)")

  /// The folders of this process that may still be there.
  private static let all = Mutex(Set<URL>())
  private static let removal: Int32 = atexit {
    for url in TemporaryFolder.all.withLock({ $0 }) { try? FileManager.default.removeItem(at: url) }
  }

  public init() {
    _ = Self.removal
    _ = Self.all.withLock { $0.insert(url) }
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
    _ = Self.all.withLock { $0.remove(url) }
  }
}
