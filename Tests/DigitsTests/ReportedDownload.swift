import Foundation
import Synchronization
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@testable import Digits

/// A download whose session reports what a test says, at the times that a test says.
final class ReportedDownload: Sendable {
  let clock = Clock()
  private let download: Download
  private let path: String
  private let place = URL(filePath: "/f")

  /// - Parameter part: what stands in the file before.
  init(_ folder: String, part: [UInt8] = [], maximumBytes: Int = 100, isReadOnly: Bool = false) throws {
    path = folder + "/" + UUID().uuidString
    try write(part, path)
    let url = URL(filePath: path)
    let handle = isReadOnly ? try FileHandle(forReadingFrom: url) : try FileHandle(forUpdating: url)
    download = Download(name: "f", part: handle, maximumBytes: maximumBytes, now: clock.now)
  }

  var bytes: [UInt8] { get throws { [UInt8](try Data(contentsOf: URL(filePath: path))) } }

  /// Reports the head of an answer; whether the session is told to go on.
  @discardableResult func answer(_ status: Int, length: Int? = nil, range: String? = nil) -> Bool {
    var headers: [String: String] = [:]
    headers["Content-Length"] = length.map(String.init)
    headers["Content-Range"] = range
    guard
      let response = HTTPURLResponse(url: place, statusCode: status, httpVersion: "HTTP/1.1", headerFields: headers)
    else { return false }
    return answer(response)
  }

  @discardableResult func answer(_ response: URLResponse) -> Bool {
    let isAllowed = Mutex(false)
    let session = URLSession.shared
    download.urlSession(session, dataTask: session.dataTask(with: place), didReceive: response) { disposition in
      isAllowed.withLock { $0 = disposition == .allow }
    }
    return isAllowed.withLock { $0 }
  }

  func receive(_ bytes: [UInt8]) {
    let session = URLSession.shared
    download.urlSession(session, dataTask: session.dataTask(with: place), didReceive: Data(bytes))
  }

  /// Reports a redirect; whether it is followed.
  @discardableResult func redirect(from old: String = "http://a/", to new: String = "http://b/") -> Bool {
    guard let from = URL(string: old), let to = URL(string: new),
      let response = HTTPURLResponse(url: from, statusCode: 302, httpVersion: "HTTP/1.1", headerFields: [:])
    else { return false }
    let followed = Mutex<URL?>(nil)
    let session = URLSession.shared
    download.urlSession(
      session, task: session.dataTask(with: place), willPerformHTTPRedirection: response,
      newRequest: URLRequest(url: to)
    ) { request in followed.withLock { $0 = request?.url } }
    return followed.withLock { $0 == to }
  }

  func end(_ error: (any Error)? = nil) {
    let session = URLSession.shared
    download.urlSession(session, task: session.dataTask(with: place), didCompleteWithError: error)
  }

  /// How a download ended, how many of its steps were taken until then, and what was shown.
  struct End: Sendable {
    var outcome: Download.Outcome
    var steps: Int
    var shown: [FetchProgress]
  }

  typealias Step = @Sendable (ReportedDownload) -> Void

  /// Waits for a silent address, takes one step whenever progress is shown, and stops a whole round after the last one.
  private func run(_ silent: URL, timeout: Double, _ steps: [Step]) -> End {
    var (rounds, taken) = (0, 0)
    var shown: [FetchProgress] = []
    let outcome = download.run(silent, timeout: timeout) { progress in
      shown.append(progress)
      if taken < steps.count { steps[taken](self) }
      taken += 1
    } isCancelled: {
      rounds += 1
      return rounds > steps.count + 1
    }
    return End(outcome: outcome, steps: min(taken, steps.count), shown: shown)
  }

  /// Runs downloads side by side, since each waits for its rounds.
  static func run(_ work: [(download: ReportedDownload, timeout: Double, steps: [Step])]) throws -> [End] {
    let server = try LoopbackServer { _ in .init(isSilent: true) }
    defer { server.close() }
    let silent = try #require(URL(string: server.address))
    let ends = Mutex([End?](repeating: nil, count: work.count))
    let group = DispatchGroup()
    for (row, (download, timeout, steps)) in work.enumerated() {
      group.enter()
      Thread.detachNewThread {
        let end = download.run(silent, timeout: timeout, steps)
        ends.withLock { $0[row] = end }
        group.leave()
      }
    }
    group.wait()
    return ends.withLock { $0.compactMap(\.self) }
  }

  /// How it ends where the session reports all this in the first round.
  func end(after reports: @escaping Step) throws -> End {
    try #require(try Self.run([(self, 10, [reports])]).first)
  }
}
