import Foundation
import Support
import Synchronization
import Testing

@testable import Digits

/// The folder of an exit test, by the process of the test around it: that one removes it, for nothing is removed in a
/// process that ends at once.
private func folderOfExitTest(around process: Int32) -> URL {
  FileManager.default.temporaryDirectory.appending(path: "unrolled-fetch-\(process)")
}

@Suite(.lane(.servers)) struct FetchTests {
  @Test func fourFilesAreFetchedOnce() throws {
    let seen = Mutex<[FetchProgress]>([])
    try withServer({ request, file in .file(file, request) }) { server, folder in
      for _ in 0..<2 {
        try expect(isWhole(fetch(folder, [server.address], progress: { p in seen.withLock { $0.append(p) } })))
      }
      expectEqual(server.requests.map(\.path).sorted(), SmallData.served.keys.sorted())
      try expectEqual(names(in: folder), wholeNames)
      let last = seen.withLock { $0.last { $0.file == images } }
      expect(last?.received == SmallData.served["/" + images]?.count && last?.total == last?.received)
    }
  }

  @Test func aServerThatBreaksOffIsAskedForTheRest() throws {
    try withServer({ request, file in
      var response = LoopbackServer.Response.file(file, request)
      if file.count > 5000 { response.breaksOffAfter = file.count / 3 }
      return response
    }) { server, folder in
      try expect(isWhole(fetch(folder, [server.address])))
      let starts = server.requests.filter { $0.path == "/" + images }.compactMap(\.rangeStart)
      expect(starts.count >= 2 && starts == starts.sorted() && Set(starts).count == starts.count)
    }
  }

  @Test func aServerWithoutRangesStartsTheFileAnew() throws {
    let count = Mutex(0)
    try withServer({ request, file in
      var response = LoopbackServer.Response(body: file)
      let isFirst = count.withLock {
        $0 += 1; return $0 == 1
      }
      if isFirst { response.breaksOffAfter = 1000 }
      return response
    }) { server, folder in
      try expect(isWhole(fetch(folder, [server.address])))
      expectEqual(server.requests.prefix(2).map(\.rangeStart), [nil, 1000])
    }
  }

  @Test func aServerThatNeverComesFurtherIsLeft() throws {
    try withServer({ _, file in .init(body: file, breaksOffAfter: 40) }) { server, folder in
      let error = #expect(throws: FetchError.self) { try fetch(folder, [server.address]) }
      expect(error?.file == images && error?.isInterrupted == false)
      expectEqual(server.requests.count, 2)
      try expectEqual(names(in: folder), [images + ".part"])
    }
  }

  @Test func whatAnEarlierRunLeftIsResumed() throws {
    let file = try #require(SmallData.served["/" + images])
    try withServer({ request, file in .file(file, request) }) { server, folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try write(Array(file[..<700]), folder + "/" + images + ".part")
      try expect(isWhole(fetch(folder, [server.address])))
      expectEqual(server.requests.first, .init(path: "/" + images, rangeStart: 700))
    }
  }

  /// A part of another file, and a part that is longer than the file: the checksum and status 416 find them.
  @Test(arguments: [700, 1_000_000]) func aPartOfAnotherFileStartsAnew(count: Int) throws {
    try withServer({ request, file in .file(file, request) }) { server, folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try write([UInt8](repeating: 5, count: count), folder + "/" + images + ".part")
      try expect(isWhole(fetch(folder, [server.address])))
      expectEqual(server.requests.prefix(2).map(\.rangeStart), [count, nil])
    }
  }

  @Test func aPartThatIsWholeNeedsNoRequest() throws {
    let file = try #require(SmallData.served["/" + images])
    try withServer({ request, file in .file(file, request) }) { server, folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try write(file, folder + "/" + images + ".part")
      try expect(isWhole(fetch(folder, [server.address])))
      expect(!server.requests.map(\.path).contains("/" + images))
    }
  }

  @Test func aDamagedFileInTheFolderIsFetchedAgain() throws {
    try withServer({ request, file in .file(file, request) }) { server, folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      for (path, bytes) in SmallData.served { try write(bytes, folder + path) }
      try write(Array("damaged".utf8), folder + "/" + images)
      try expect(isWhole(fetch(folder, [server.address])))
      expectEqual(server.requests.map(\.path), ["/" + images])
    }
  }

  /// The ways in which an address fails, each with what the error says of it. The next address then gives the file.
  static let faults: [(name: String, expected: String, response: @Sendable ([UInt8]) -> LoopbackServer.Response)] = [
    ("404", "expected status 200, found 404", { _ in .init(status: 404) }),
    ("500", "expected status 200, found 500", { .init(status: 500, body: $0) }),
    ("a page", "expected the magic number 2051", { _ in .init(body: Array("<html>Sign in</html>".utf8)) }),
    ("nothing", "expected 4 bytes of header", { _ in .init() }),
    (
      "wrong bytes", "expected a whole gzip file, found damaged data",
      { .init(body: $0.enumerated().map { $0.offset == 900 ? $0.element ^ 4 : $0.element }) }
    ),
    ("too short a length", "expected a whole gzip file", { .init(body: $0, statedLength: 800) }),
    ("too many", "expected at most 67108864 bytes, found 68719476736", { .init(body: $0, statedLength: 1 << 36) }),
    ("another count", "expected 30 images, found 31", { _ in .init(body: gzip(SmallData.imageFile(31))) }),
    ("silence", "silent for 8 s", { _ in .init(isSilent: true) }),
    (
      "a drip", "expected at least 256 bytes a second, found ",
      { .init(body: $0, pause: 0.02, pieceSize: 1) }
    ),
    ("a range nobody asked for", "found 206", { .init(status: 206, body: $0) }),
    ("a circle", "redirects", { _ in .init(status: 302, headers: ["Location: /\(images)"]) }),
  ]

  @Test(arguments: faults.indices) func theNextAddressIsAsked(fault: Int) throws {
    let (name, expected, response) = Self.faults[fault]
    let timeout = 8.0
    let clock = Clock()
    func fetched(_ folder: String, _ addresses: [String]) throws(FetchError) -> Digits {
      try fetch(folder, addresses, timeout: timeout, progress: clock.follow, now: clock.now)
    }
    @Sendable func answer(_ file: [UInt8]) -> LoopbackServer.Response {
      let response = response(file)
      if response.isSilent { clock.advance(timeout + 1) }
      return response
    }
    try withServer({ _, file in answer(file) }) { bad, folder in
      let error = #expect(throws: FetchError.self) { try fetched(folder, [bad.address]) }
      let message = try #require(error?.description)
      expect(message.hasPrefix("\(images) could not be fetched: 127.0.0.1: "), "\(name): \(message)")
      expect(message.contains(expected) && !message.contains("\n"), "\(name): \(message)")
      expect(!(try names(in: folder)).contains(images))
      try withServer({ request, file in .file(file, request) }) { good, _ in
        try expect(isWhole(fetched(folder, [bad.address, good.address])), "\(name)")
      }
    }
  }

  /// By the clock of the machine.
  @Test func silenceEndsAfterItsTime() throws {
    try withServer({ _, _ in .init(isSilent: true) }) { server, folder in
      let begin = DispatchTime.now()
      let error = #expect(throws: FetchError.self) { try fetch(folder, [server.address], timeout: 0.5) }
      expectEqual(error?.reasons, ["127.0.0.1: silent for 1 s"])
      expect(DispatchTime.now() > begin + 0.5)
    }
  }

  /// A whole set in MNIST's form, from a server and in the folder, is not MNIST.
  @Test func anotherSetIsNotTakenForMNIST() throws {
    try withServer({ request, file in .file(file, request) }) { server, folder in
      for _ in 0..<2 {
        let error = #expect(throws: FetchError.self) {
          try Digits.fetch(
            into: folder, from: [server.address], train: SmallData.train, test: SmallData.test, progress: { _ in })
        }
        expectEqual(error?.file, images)
        expectEqual(
          error?.reasons,
          [
            "127.0.0.1: expected the content of MNIST's train-images-idx3-ubyte, found another set's"
          ])
        for (path, bytes) in SmallData.served { try write(bytes, folder + path) }
      }
      expectEqual(server.requests.map(\.path), ["/" + images, "/" + images])
    }
  }

  /// A server that says it has more than it sends: what came is kept, and the next address gives the rest.
  @Test func theNextAddressGoesOnWhereTheFirstBrokeOff() throws {
    try withServer({ _, file in .init(body: file, breaksOffAfter: 1000) }) { bad, folder in
      try withServer({ request, file in .file(file, request) }) { good, _ in
        try expect(isWhole(fetch(folder, [bad.address, good.address])))
        expectEqual(good.requests.first, .init(path: "/" + images, rangeStart: 1000))
      }
    }
  }

  @Test func redirectsAreFollowed() throws {
    try withServer({ request, file in .file(file, request) }) { good, folder in
      let to = good.address
      try withServer({ request, _ in .init(status: 302, headers: ["Location: \(to)\(request.path.dropFirst())"]) }) {
        first, _ in
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try write(Array(SmallData.served["/" + images]?.prefix(300) ?? []), folder + "/" + images + ".part")
        try expect(isWhole(fetch(folder, [first.address])))
        expectEqual(first.requests.count, 4)
        expectEqual(good.requests.first, .init(path: "/" + images, rangeStart: 300))
      }
    }
  }

  /// Slower than the timeout as a whole, but never silent for so long.
  @Test func aSlowServerIsWaitedFor() throws {
    let clock = Clock(stride: 1)
    try withServer({ request, file in
      var response = LoopbackServer.Response.file(file, request)
      if request.path == "/" + images { (response.pieceSize, response.afterPiece) = (file.count / 10, clock.wait) }
      return response
    }) { server, folder in
      try expect(isWhole(fetch(folder, [server.address], timeout: 3, progress: clock.follow, now: clock.now)))
      expect(clock.seconds > 9)
    }
  }

  @Test func stoppingKeepsWhatCame() throws {
    let received = Mutex(0)
    try withServer({ request, file in
      var response = LoopbackServer.Response.file(file, request)
      // The second piece would come long after the first has been seen.
      (response.pause, response.pieceSize) = (3, 3500)
      return response
    }) { server, folder in
      let error = #expect(throws: FetchError.self) {
        try fetch(
          folder, [server.address], progress: { p in received.withLock { $0 = p.received } },
          isCancelled: { received.withLock { $0 > 3000 } })
      }
      expectEqual(error?.isInterrupted, true)
      try expectEqual(names(in: folder), [images + ".part"])
      let kept = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + images + ".part"))
      expect(kept.count > 3000 && SmallData.served["/" + images]?.starts(with: kept) == true)
    }
  }

  @Test func noNetworkIsOneLine() throws {
    try withTemporaryPath { folder in
      // A port that was free a moment ago: nobody listens there.
      let server = try LoopbackServer { _ in .init() }
      server.close()
      let error = #expect(throws: FetchError.self) { try fetch(folder, [server.address, "no address", "file:///"]) }
      expect(error?.reasons.count == 3 && error?.reasons.first?.hasPrefix("127.0.0.1: ") == true)
      expectEqual(error?.description.contains("\n"), false)
    }
  }

  @Test func theLargestLengthThatCanBeReadIsRefused() throws {
    try withServer({ _, file in .init(body: file, statedLength: .max - 512) }) { server, folder in
      let error = #expect(throws: FetchError.self) { try fetch(folder, [server.address]) }
      expectEqual(error?.description.contains("expected at most 67108864 bytes"), true, "\(String(describing: error))")
    }
  }

  /// A part that is a link, or another name of some file: what it leads to stays as it is.
  @Test(arguments: [true, false]) func thePartIsAFileOfItsOwn(isSymbolic: Bool) throws {
    try withServer({ request, file in .file(file, request) }) { server, folder in
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let (precious, part) = (folder + "/precious", folder + "/" + images + ".part")
      try write(Array("precious".utf8), precious)
      if isSymbolic {
        try FileManager.default.createSymbolicLink(atPath: part, withDestinationPath: precious)
      } else {
        try FileManager.default.linkItem(atPath: precious, toPath: part)
      }
      let error = #expect(throws: FetchError.self) { try fetch(folder, [server.address]) }
      expectEqual(error?.description.contains(images + ".part: "), true, "\(String(describing: error))")
      try expectEqual(Data(contentsOf: URL(filePath: precious)), Data("precious".utf8))
      expect(server.requests.isEmpty)
    }
  }

  @Test(arguments: [
    ("https://a/", "https://b/", nil), ("http://a/", "https://b/", nil), ("http://a/", "http://b/", nil),
    ("HTTPS://a/", "HTTPS://b/", nil), ("https://a/", "http://b/", "expected a redirect to https, found http"),
    ("http://a/", "file:///etc/passwd", "expected a redirect to http or https, found file"),
    ("https://a/", "ftp://b/", "expected a redirect to https, found ftp"),
  ])
  func redirectsKeepTheirSafety(from: String, to: String, reason: String?) {
    expectEqual(Download.refusal(ofRedirectFrom: URL(string: from), to: URL(string: to)), reason)
  }

  @Test func theCacheFolderFollowsTheSystem() {
    #if os(macOS)
      expectEqual(Digits.cacheFolder(environment: [:], home: "/h"), "/h/Library/Caches/unrolled/mnist")
    #else
      expectEqual(Digits.cacheFolder(environment: [:], home: "/h"), "/h/.cache/unrolled/mnist")
      expectEqual(Digits.cacheFolder(environment: ["XDG_CACHE_HOME": "/c"], home: "/h"), "/c/unrolled/mnist")
      expectEqual(Digits.cacheFolder(environment: ["XDG_CACHE_HOME": "c"], home: "/h"), "/h/.cache/unrolled/mnist")
    #endif
  }

  @Test func theBarShowsHowFarAFileIs() {
    func line(_ received: Int, _ total: Int?) -> String {
      FetchProgress(file: "f", received: received, total: total).line
    }
    expectEqual(line(2_500_000, 10_000_000), "f ████░░░░░░░░░░░░  2.50 of 10.00 MB")
    expectEqual(line(30, 30), "f ████████████████  0.00 of 0.00 MB")
    expectEqual(line(2_500_000, nil), "f 2.50 MB")
    expectEqual(line(9, 0), "f 0.00 MB")
  }
}

#if os(Linux)
  /// An answer on which Foundation ends the process.
  @Suite(.lane(.exits)) struct UnreadableLengthTests {
    /// Foundation traps on this answer before anybody sees it; the process ends with a message, and not with a crash.
    @Test func aLengthThatFoundationCannotReadIsSaid() async throws {
      defer { try? FileManager.default.removeItem(at: folderOfExitTest(around: getpid())) }
      let result = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
        let server = try LoopbackServer { _ in .init(body: [1, 2, 3], statedLength: .max) }
        _ = try fetch(folderOfExitTest(around: getppid()).path, [server.address])
      }
      let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      expect(
        text.hasSuffix(
          "\(images): expected an answer of HTTP whose length a file can have, "
            + "received one that Foundation cannot read\n"), "\(text)")
    }
  }
#endif
