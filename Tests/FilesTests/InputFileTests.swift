import Foundation
import Support
import Testing

@testable import Files

/// What can be read whole is; the rest is refused with a reason, and nothing waits without end.
@Suite struct InputFileTests {
  private func message(_ path: String, limit: Int = 1 << 20) -> String {
    do {
      return "\(try InputFile(path).bytes(atMost: limit).count) bytes"
    } catch { return error.description }
  }

  @Test func aFileIsReadUpToItsLimit() throws {
    try withTemporaryPath { folder in
      let path = folder + "/file"
      for count in [0, 1, 300_000] {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        try Data(bytes).write(to: URL(filePath: path))
        try expectEqual(InputFile(path).bytes(), bytes)
      }
      expectEqual(message(path, limit: 300_000), "300000 bytes")
      expectEqual(message(path, limit: 299_999), "\(path): expected at most 299999 bytes, received \"300000\"")
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: path)
      expectEqual(message(folder + "/link"), "300000 bytes")
    }
  }

  @Test func whatIsNoFileIsSaid() throws {
    try withTemporaryPath { folder in
      expectEqual(message(folder), "\(folder): expected a file that can be read, received \"it is a folder\"")
      expectEqual(
        message(folder + "/none"),
        "\(folder)/none: expected a file that can be read, received \"No such file or directory\"")
      expectEqual(message("/dev/zero"), "/dev/zero: expected a file that can be read, received \"it is a device\"")
    }
  }

  @Test func aFolderIsToldApart() throws {
    try withTemporaryPath { folder in
      try Data([1]).write(to: URL(filePath: folder + "/file"))
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: ".")
      expect(InputFile(folder).isFolder == true && InputFile(folder + "/link").isFolder == true)
      expect(InputFile(folder + "/file").isFolder == false && InputFile(folder + "/none").isFolder == nil)
      expect(InputFile("/dev/null").isFolder == false && InputFile("").isFolder == nil)
    }
  }

  /// A limit is the most that may come, the last byte included.
  @Test func aLimitIsExact() throws {
    try withTemporaryPath { folder in
      let path = folder + "/file"
      try Data([1, 2, 3]).write(to: URL(filePath: path))
      expectEqual(message(path, limit: 3), "3 bytes")
      expectEqual(message(path, limit: 2), "\(path): expected at most 2 bytes, received \"3\"")
      try Data().write(to: URL(filePath: path))
      expectEqual(message(path, limit: 0), "0 bytes")
    }
  }

  /// A pipe has no length: what comes is counted.
  @Test func aPipeIsReadToItsEnd() async throws {
    try await onOwnThread {
      try withTemporaryPath { folder in
        let path = folder + "/pipe"
        try #require(mkfifo(path, 0o600) == 0)
        for (limit, expected) in [
          (200_000, "200000 bytes"), (100_000, "\(path): expected at most 100000 bytes, received \"more\""),
        ] {
          signal(SIGPIPE, SIG_IGN)
          Thread.detachNewThread {
            try? FileHandle(forWritingTo: URL(filePath: path)).write(contentsOf: Data(count: 200_000))
          }
          expectEqual(message(path, limit: limit), expected)
        }
      }
    }
  }
}

/// Signals that end a process while it writes: the old file stays, and nothing beside it.
@Suite(.lane(.exits)) struct EndedWritingTests {
  /// A folder that the process of an exit test finds by its parent's number, since it is handed nothing.
  private static func folder(of number: pid_t, _ name: String) -> URL {
    FileManager.default.temporaryDirectory.appending(path: "ended-\(name)-\(number)")
  }

  private static func write(_ name: String, ended signal: Int32) throws {
    let folder = folder(of: getppid(), name)
    try OutputFile(folder.appending(path: "file").path).write { _ in
      // Without a file beside the target there would be nothing to leave.
      guard (try? FileManager.default.contentsOfDirectory(atPath: folder.path).count) == 2 else { exit(1) }
      // Other threads may take it, as from another process; this one need not.
      kill(getpid(), signal)
      for _ in 0..<5000 { usleep(1000) }
    }
  }

  private func check(_ name: String, _ work: (URL) async -> Void) async throws {
    let folder = Self.folder(of: getpid(), name)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data("old".utf8).write(to: folder.appending(path: "file"))
    await work(folder)
    try expectEqual(FileManager.default.contentsOfDirectory(atPath: folder.path), ["file"])
    try expectEqual(String(contentsOf: folder.appending(path: "file"), encoding: .utf8), "old")
  }

  @Test func aRequestToEnd() async throws {
    try await check("term") { _ in
      await #expect(processExitsWith: .signal(SIGTERM)) { try Self.write("term", ended: SIGTERM) }
    }
  }

  @Test func aClosedTerminal() async throws {
    try await check("hup") { _ in
      await #expect(processExitsWith: .signal(SIGHUP)) { try Self.write("hup", ended: SIGHUP) }
    }
  }

  /// Whoever started the process wants it to live on.
  @Test func anIgnoredSignalStaysIgnored() async throws {
    await #expect(processExitsWith: .exitCode(7)) {
      signal(SIGHUP, SIG_IGN)
      try withTemporaryPath { try OutputFile($0 + "/file").write("text") }
      kill(getpid(), SIGHUP)
      usleep(100_000)
      exit(7)
    }
  }

  /// A limit of the system for the size of files ends the writing, not the process.
  @Test func aFileBeyondTheLimitOfItsSize() async throws {
    try await check("size") { folder in
      let result = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
        var limit = rlimit(rlim_cur: 1000, rlim_max: 1000)
        #if os(Linux)
          setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
        #else
          setrlimit(RLIMIT_FSIZE, &limit)
        #endif
        let path = Self.folder(of: getppid(), "size").appending(path: "file").path
        do { try OutputFile(path).write([UInt8](repeating: 1, count: 5000)) } catch {
          FileHandle.standardError.write(Data("\(error)".utf8))
          exit(2)
        }
      }
      let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      expect(text.hasSuffix("expected a file that can be written, received \"File too large\""), "\(text)")
    }
  }
}
