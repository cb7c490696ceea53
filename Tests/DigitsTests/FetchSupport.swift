import Foundation
import Support
import Synchronization

@testable import Digits

/// Fetches the small set from loopback addresses into a folder; no byte goes further.
///
/// - Parameter timeout: longer than a busy machine keeps an answer back. Who tests it moves the time on.
func fetch(
  _ folder: String, _ addresses: [String], timeout: Double = 60,
  progress: @escaping @Sendable (FetchProgress) -> Void = { _ in },
  isCancelled: @escaping @Sendable () -> Bool = { false }, now: @escaping @Sendable () -> DispatchTime = { .now() }
) throws(FetchError) -> Digits {
  try Fetcher(
    folder: folder, addresses: addresses, requiresMNIST: false, timeout: timeout, progress: progress,
    isCancelled: isCancelled, now: now
  ).digits(train: SmallData.train, test: SmallData.test)
}

/// A clock that stands until a test sets it forward: nobody waits for a timeout, and no busy machine reaches one.
final class Clock: Sendable {
  private let start = DispatchTime.now()
  private let ahead = Mutex(0.0)
  private let seen = Mutex(0)
  /// Seconds by which it goes on whenever bytes have come: then there is no silence.
  private let stride: Double

  init(stride: Double = 3) { self.stride = stride }

  /// How far it has been set forward.
  var seconds: Double { ahead.withLock { $0 } }

  @Sendable func now() -> DispatchTime { start + seconds }

  func advance(_ seconds: Double) { ahead.withLock { $0 += seconds } }

  @Sendable func follow(_ progress: FetchProgress) {
    let isNew = seen.withLock { before in
      defer { before = progress.received }
      return before != progress.received
    }
    if isNew { advance(stride) }
  }

  /// Waits until so many bytes of a file have been seen, at most half a minute.
  @Sendable func wait(for count: Int) {
    for _ in 0..<3000 where seen.withLock({ $0 < count }) { Thread.sleep(forTimeInterval: 0.01) }
  }
}

func withServer<Result>(
  _ answer: @escaping @Sendable (LoopbackServer.Request, _ file: [UInt8]) -> LoopbackServer.Response,
  _ work: (LoopbackServer, String) throws -> Result
) throws -> Result {
  let server = try LoopbackServer { request in
    guard let file = SmallData.served[request.path] else { return .init(status: 404, body: Array("none".utf8)) }
    return answer(request, file)
  }
  defer { server.close() }
  return try withTemporaryPath { try work(server, $0 + "/new/folder") }
}

func isWhole(_ digits: Digits) -> Bool {
  digits.train.images == SmallData.pixels(SmallData.train) && digits.train.labels == SmallData.labels(SmallData.train)
    && digits.test.images == SmallData.pixels(SmallData.test) && digits.test.labels == SmallData.labels(SmallData.test)
}

func names(in folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
}

let images = "train-images-idx3-ubyte.gz"
let wholeNames = SmallData.files.keys.map { $0 + ".gz" }.sorted()
