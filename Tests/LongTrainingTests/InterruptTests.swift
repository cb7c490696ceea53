import Foundation
import Support
import Testing

@testable import Files
@testable import LongTraining

@Suite(.lane(.exits)) struct Interrupts {
  /// Sends this process the signal that Ctrl-C sends, and waits until some thread has taken it.
  private static func press(_ interrupt: Interrupt) {
    kill(getpid(), SIGINT)
    for _ in 0..<5000 where !interrupt.isRequested { usleep(1000) }
  }

  /// In a process of its own, since others of this one take the signal, too.
  @Test func theFirstOneIsAQuestion() async {
    await #expect(processExitsWith: .success) {
      let interrupt = Interrupt()
      guard !interrupt.isRequested else { exit(1) }
      Self.press(interrupt)
      exit(interrupt.isRequested ? 0 : 1)
    }
  }

  /// A second `Interrupt` knows nothing of what the first one was asked.
  @Test func aNewOneBeginsAnew() async {
    await #expect(processExitsWith: .success) {
      let first = Interrupt()
      Self.press(first)
      guard first.isRequested else { exit(1) }
      let second = Interrupt(terminal: nil)
      guard !second.isRequested else { exit(2) }
      Self.press(second)
      exit(second.isRequested ? 0 : 3)
    }
  }

  @Test func theSecondOneEndsTheProcessAndItsLine() async throws {
    let result = await #expect(processExitsWith: .exitCode(130), observing: [\.standardOutputContent]) {
      let interrupt = Interrupt(terminal: STDOUT_FILENO)
      print("a bar", terminator: "")
      fflush(nil)
      Self.press(interrupt)
      kill(getpid(), SIGINT)
      for _ in 0..<5000 { usleep(1000) }
    }
    let text = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
    expect(text.hasSuffix("a bar\n"), "\(text)")
  }

  /// A folder that the process of an exit test finds by its parent's number, since it is handed nothing.
  private static func folder(ofProcess number: pid_t) -> URL {
    FileManager.default.temporaryDirectory.appendingPathComponent("interrupted-training-\(number)")
  }

  @Test func theSecondOneLeavesNoFileHalfWritten() async throws {
    let folder = Self.folder(ofProcess: getpid())
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let target = folder.appendingPathComponent("digits")
    try Data("old".utf8).write(to: target)
    await #expect(processExitsWith: .exitCode(130)) {
      let interrupt = Interrupt(terminal: nil)
      let folder = Self.folder(ofProcess: getppid())
      try OutputFile(folder.appendingPathComponent("digits").path).write { _ in
        // Without a file beside the target there would be nothing to leave.
        guard (try? FileManager.default.contentsOfDirectory(atPath: folder.path).count) == 2 else { exit(1) }
        Self.press(interrupt)
        kill(getpid(), SIGINT)
        for _ in 0..<5000 { usleep(1000) }
      }
    }
    try expectEqual(FileManager.default.contentsOfDirectory(atPath: folder.path), ["digits"])
    try expectEqual(String(contentsOf: target, encoding: .utf8), "old")
  }

  @Test func afterTheEndItIsTheSystems() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      Interrupt().end()
      kill(getpid(), SIGINT)
      for _ in 0..<5000 { usleep(1000) }
    }
  }
}
