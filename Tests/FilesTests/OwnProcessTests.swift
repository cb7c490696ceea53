import Foundation
import Support
import Testing

@testable import Files

/// What belongs to a whole process: its folder, its mask, its descriptors and its signals.
@Suite(.lane(.exits)) struct OwnProcessTests {
  /// Ends the process of an exit test: 5 where all held, else the place of the first that did not.
  private static func end(_ checks: [Bool]) -> Never { exit(checks.firstIndex(of: false).map { Int32($0 + 10) } ?? 5) }

  @Test func aNameAloneIsAFileOfTheCurrentFolder() async {
    await #expect(processExitsWith: .exitCode(5)) {
      let checks = try withTemporaryPath { folder in
        guard chdir(folder) == 0 else { return [false] }
        umask(0o027)
        try OutputFile("page").check()
        try OutputFile("page").write("one")
        try OutputFile("new").create([1, 2])
        symlink("page", "link")
        try OutputFile("link").write("two")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        let mode = try FileManager.default.attributesOfItem(atPath: "page")[.posixPermissions] as? NSNumber
        chdir("/")
        return [
          names == ["link", "new", "page"], mode?.intValue == 0o640,
          try String(contentsOfFile: folder + "/page", encoding: .utf8) == "two",
          try Data(contentsOf: URL(filePath: folder + "/new")) == Data([1, 2]),
        ]
      }
      Self.end(checks)
    }
  }

  /// Where the shell sends the output of a program into a file, what the program has printed stays before it.
  @Test func theOutputOfTheProcessIsWrittenOn() async {
    await #expect(processExitsWith: .exitCode(5)) {
      let checks = try withTemporaryPath { folder in
        var checks: [Bool] = []
        let streams = [
          ("/dev/stdout", STDOUT_FILENO), ("/dev/stderr", STDERR_FILENO), ("/proc/self/fd/1", STDOUT_FILENO),
        ]
        for (row, (path, number)) in streams.enumerated() {
          #if !os(Linux)
            if path.hasPrefix("/proc") { continue }
          #endif
          let (log, before) = ("\(folder)/log\(row)", dup(number))
          let descriptor = open(log, O_RDWR | O_CREAT, 0o600)
          dup2(descriptor, number)
          close(descriptor)
          Foundation.write(number, "printed, ", 9)
          try OutputFile(path).check()
          try OutputFile(path).write("written")
          dup2(before, number)
          close(before)
          checks.append(try String(contentsOfFile: log, encoding: .utf8) == "printed, written")
        }
        return checks
      }
      Self.end(checks)
    }
  }

  /// Whatever reading and writing come to, the descriptor is closed again.
  @Test func noDescriptorStaysOpen() async {
    await #expect(processExitsWith: .exitCode(5)) {
      let checks = try withTemporaryPath { folder in
        let path = folder + "/file"
        try OutputFile(path).write("text")
        let free = dup(0)
        close(free)
        for _ in 0..<3 {
          _ = try? InputFile(path).bytes()
          _ = try? InputFile(path).bytes(atMost: 3)
          _ = try? InputFile(folder).bytes()
          _ = try? InputFile("/dev/zero").bytes()
          try OutputFile(path).check()
          try OutputFile(path).write("text")
          try? OutputFile(path).create([1])
          try OutputFile("/dev/null").write("text")
          try? OutputFile(path).write { _ throws(FileError) in throw FileError(path, reason: "a test") }
        }
        // The lowest number that is free is the one that was.
        let next = dup(0)
        return [next == free, try InputFile(path).bytes() == Array("text".utf8)]
      }
      Self.end(checks)
    }
  }

  /// Who handles a signal already goes on handling it; the others end the process as before.
  @Test func handlersOfOthersStay() async {
    await #expect(processExitsWith: .exitCode(5)) {
      func bits(_ handler: (@convention(c) (Int32) -> Void)?) -> UInt { unsafeBitCast(handler, to: UInt.self) }
      let own: @convention(c) (Int32) -> Void = { _ in }
      for number in [SIGXFSZ, SIGINT] { signal(number, own) }
      try withTemporaryPath { try OutputFile($0 + "/file").write("text") }
      let defaults = bits(SIG_DFL)
      Self.end([
        bits(signal(SIGXFSZ, SIG_DFL)) == bits(own), bits(signal(SIGINT, SIG_DFL)) == bits(own),
        bits(signal(SIGTERM, SIG_DFL)) != defaults, bits(signal(SIGQUIT, SIG_DFL)) != defaults,
      ])
    }
    await #expect(processExitsWith: .exitCode(5)) {
      try withTemporaryPath { try OutputFile($0 + "/file").write("text") }
      Self.end([unsafeBitCast(signal(SIGXFSZ, SIG_DFL), to: UInt.self) == unsafeBitCast(SIG_IGN, to: UInt.self)])
    }
  }

  /// What is typed on a terminal is read to its end.
  @Test func aTerminalIsRead() async {
    await #expect(processExitsWith: .exitCode(5)) {
      guard let terminal = PseudoTerminal() else { exit(1) }
      let other = open(terminal.path, O_RDWR | O_NOCTTY)
      Foundation.write(terminal.master, "ab\n\u{4}", 4)
      Self.end([try InputFile(terminal.path).bytes() == Array("ab\n".utf8), other >= 0])
    }
  }
}
