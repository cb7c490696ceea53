import Foundation
import Support
import Testing

@testable import Digits

/// What is said where nothing can be fetched, whole, and what stays in the folder.
@Suite(.lane(.servers)) struct FetchFailureTests {
  private func failure(_ folder: String, _ addresses: [String]) -> FetchError? {
    do throws(FetchError) {
      _ = try fetch(folder, addresses)
      return nil
    } catch { return error }
  }

  @Test func anErrorIsOneLine() {
    let reasons = ["a: b", "c: d"]
    expectEqual(FetchError(file: "f", reasons: reasons).description, "f could not be fetched: a: b; c: d")
    expectEqual(
      FetchError(file: "f", reasons: [], isInterrupted: true).description, "f: stopped before it was whole")
    expect(!FetchError(file: "f", reasons: reasons).isInterrupted)
  }

  @Test func addressesThatCannotBeAsked() throws {
    try withTemporaryPath { folder in
      let error = failure(folder, ["no address", "file:///", "ftp://a/"])
      expectEqual(
        error?.reasons,
        [
          "no address: not an address of the web", "file:///: not an address of the web",
          "a: not an address of the web",
        ])
      expectEqual(failure(folder, []), FetchError(file: images, reasons: ["no address given"]))
      try expect(names(in: folder).isEmpty)
      expectEqual(failure("/dev/null/x", [])?.reasons.first?.hasPrefix("/dev/null/x: "), true)
    }
  }

  @Test func aPartThatIsNoFileOfItsOwn() throws {
    try withTemporaryPath { folder in
      let part = folder + "/" + images + ".part"
      func reason() -> String? { failure(folder, [])?.reasons.first }
      try write([1], folder + "/other")
      try FileManager.default.linkItem(atPath: folder + "/other", toPath: part)
      expectEqual(reason(), "\(part): expected a file of its own, found something else")
      unlink(part)
      expectEqual(mkfifo(part, 0o600), 0)
      expectEqual(reason(), "\(part): expected a file of its own, found something else")
      unlink(part)
      try FileManager.default.createSymbolicLink(atPath: part, withDestinationPath: "other")
      expectEqual(reason(), "\(part): \(String(cString: strerror(ELOOP)))")
      unlink(part)
      // Another program has it; then nobody has.
      try write([1], part)
      let descriptor = open(part, O_RDWR)
      expectEqual(flock(descriptor, LOCK_EX | LOCK_NB), 0)
      expectEqual(reason(), "another program is fetching it")
      close(descriptor)
      expect(reason() == "no address given" && reason() == "no address given")
      try expectEqual(names(in: folder), ["other", images + ".part"])
    }
  }

  @Test func aFolderInThePlaceOfTheFile() throws {
    try withServer({ request, file in .file(file, request) }) { server, folder in
      let path = folder + "/" + images
      try FileManager.default.createDirectory(atPath: path + "/x", withIntermediateDirectories: true)
      expectEqual(failure(folder, [server.address])?.reasons, ["\(path): \(String(cString: strerror(EISDIR)))"])
    }
  }

  /// Of an address that has nothing of use, nothing stays.
  @Test func nothingStaysOfWhatIsOfNoUse() throws {
    for body in [[], Array("<html>".utf8)] as [[UInt8]] {
      try withServer({ _, _ in .init(status: body.isEmpty ? 404 : 200, body: body) }) { server, folder in
        expectEqual(failure(folder, [server.address])?.file, images)
        expectEqual(server.requests.count, 1)
        try expect(names(in: folder).isEmpty)
      }
    }
  }

  /// A part of one byte is resumed, as it is, and the file is asked for as it is.
  @Test func aRequestAsksForTheFileItself() throws {
    let file = try #require(SmallData.served["/" + images])
    try withServer({ request, file in .file(file, request) }) { server, folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try write(Array(file.prefix(1)), folder + "/" + images + ".part")
      try expect(isWhole(fetch(folder, [server.address])))
      expectEqual(server.requests.map(\.rangeStart), [1, nil, nil, nil])
      let encodings = server.heads.map { head in head.filter { $0.lowercased().hasPrefix("accept-encoding:") } }
      expectEqual(encodings, [[String]](repeating: ["Accept-Encoding: identity"], count: 4))
    }
  }

  /// An address that gives ten bytes at a time is left after twenty times.
  @Test func anAddressIsAskedTwentyTimes() throws {
    try withServer({ request, file in
      var response = LoopbackServer.Response.file(file, request)
      response.breaksOffAfter = 10
      return response
    }) { server, folder in
      expectEqual(failure(folder, [server.address])?.file, images)
      expectEqual(server.requests.map(\.rangeStart), [nil] + (1..<20).map { $0 * 10 })
      let part = try Data(contentsOf: URL(filePath: folder + "/" + images + ".part"))
      expectEqual(part.count, 200)
    }
  }

  @Test func stoppedBeforeAnythingCame() throws {
    try withServer({ _, _ in .init(isSilent: true) }) { server, folder in
      let error = #expect(throws: FetchError.self) { try fetch(folder, [server.address], isCancelled: { true }) }
      expectEqual(error, FetchError(file: images, reasons: [], isInterrupted: true))
      try expect(names(in: folder).isEmpty)
    }
  }

  @Test func theCacheFolderIsThatOfThisProcess() {
    expectEqual(
      Digits.cacheFolder, Digits.cacheFolder(environment: ProcessInfo.processInfo.environment, home: NSHomeDirectory()))
  }

  @Test func theBarIsAtMostFull() {
    expectEqual(FetchProgress(file: "f", received: 40, total: 30).line, "f ████████████████  0.00 of 0.00 MB")
    expectEqual(FetchProgress(file: "f", received: 0, total: 1).line, "f ░░░░░░░░░░░░░░░░  0.00 of 0.00 MB")
  }
}

/// What a process draws and handles.
@Suite(.lane(.exits)) struct FetchProcessTests {
  /// On a terminal a bar is drawn over the last one; a whole file ends its line.
  @Test func aBarIsDrawnOnATerminalAlone() async throws {
    let result = await #expect(processExitsWith: .exitCode(3), observing: [\.standardErrorContent]) {
      FileHandle.standardError.write(Data("in a pipe:".utf8))
      FetchProgress.draw(FetchProgress(file: "f", received: 1, total: nil))
      guard let terminal = PseudoTerminal() else { exit(3) }
      let before = dup(STDERR_FILENO)
      let drawnOn = open(terminal.path, O_RDWR | O_NOCTTY)
      dup2(drawnOn, STDERR_FILENO)
      close(drawnOn)
      for total in [9, 5] { FetchProgress.draw(FetchProgress(file: "f", received: 5, total: total)) }
      // Nobody has the terminal any more: what was drawn can be read to its end.
      dup2(before, STDERR_FILENO)
      var (drawn, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1000))
      while true {
        let count = read(terminal.master, &buffer, buffer.count)
        guard count > 0 else { break }
        drawn += buffer[..<count]
      }
      FileHandle.standardError.write(Data(drawn))
      exit(3)
    }
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    let half = "\rf ████████░░░░░░░░  0.00 of 0.00 MB\u{1B}[K"
    let whole = "\rf ████████████████  0.00 of 0.00 MB\u{1B}[K\r\n"
    expect(text.hasSuffix("in a pipe:" + half + whole), "\(text)")
  }

  #if os(Linux)
    /// After a download the signals do again what they did before.
    @Test func theTrapIsTakenAwayAgain() async {
      await #expect(processExitsWith: .exitCode(4)) {
        func isDefault(_ number: Int32) -> Bool {
          var now = sigaction()
          sigaction(number, nil, &now)
          return now.__sigaction_handler.sa_handler == nil
        }
        for number in [SIGILL, SIGTRAP] { signal(number, SIG_DFL) }
        let trap = LengthTrap(name: "f")
        guard ![SIGILL, SIGTRAP].contains(where: isDefault) else { exit(1) }
        trap.end()
        exit([SIGILL, SIGTRAP].allSatisfy(isDefault) ? 4 : 1)
      }
    }
  #endif
}
