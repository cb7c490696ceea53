import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// One request, whose answer is appended to a file as it comes.
///
/// A file that already has bytes asks for the rest (`Range`); a server that answers with the whole (200) starts the
/// file anew. Redirects are followed, up to `maximumRedirects`.
final class Download: NSObject, URLSessionDataDelegate, Sendable {
  enum Outcome: Equatable, Sendable {
    /// All that the server announced is there.
    case whole
    /// The connection failed or fell silent; what came is kept.
    case brokenOff(String)
    /// The server has no such file, or none that can be the right one.
    case refused(String)
    /// The server cannot go on where the file ends.
    case cannotResume
    case cancelled
  }

  private struct State {
    var received: Int
    var total: Int?
    var redirects = 0
    var lastSign: DispatchTime
    /// When the stretch began over which the rate is measured, and what was there then.
    var stretch: (start: DispatchTime, received: Int)
    /// The head of the answer is there.
    var hasBegun = false
    var outcome: Outcome?
  }

  static let maximumRedirects = 8
  /// Bytes a second, over `timeout` seconds, below which an address has failed.
  static let leastRate = 256.0
  /// Seconds that one file may take, however fast it comes: enough for a telephone line.
  static let longestTime = 3600.0

  private let name: String
  private let part: FileHandle
  private let offset: Int
  private let maximumBytes: Int
  private let now: @Sendable () -> DispatchTime
  private let state: Mutex<State>
  private let done = DispatchSemaphore(value: 0)

  init(name: String, part: FileHandle, maximumBytes: Int, now: @escaping @Sendable () -> DispatchTime) {
    self.name = name
    self.part = part
    self.maximumBytes = maximumBytes
    self.now = now
    offset = Int((try? part.seekToEnd()) ?? 0)
    state = Mutex(State(received: offset, lastSign: now(), stretch: (now(), 0)))
  }

  /// Waits for the end of the transfer, for `timeout` seconds of silence, or for the user to stop it.
  func run(
    _ url: URL, timeout: Double, progress: (FetchProgress) -> Void, isCancelled: () -> Bool
  ) -> Outcome {
    var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData)
    // The file itself, and not a compressed form of it that the session would unpack.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    if offset > 0 { request.setValue("bytes=\(offset)-", forHTTPHeaderField: "Range") }
    let session = URLSession(configuration: .ephemeral, delegate: self, delegateQueue: nil)
    let task = session.dataTask(with: request)
    let guarding = LengthTrap(name: name)
    defer { guarding.end() }
    task.resume()
    let begin = now()
    while done.wait(timeout: .now() + 0.1) == .timedOut {
      let current = state.withLock { $0 }
      if current.outcome == nil, isCancelled() {
        finish(.cancelled)
      } else if current.outcome == nil, now() > current.lastSign + timeout {
        finish(.brokenOff("silent for \(Int(timeout.rounded(.up))) s"))
      } else if current.outcome == nil, now() > begin + Self.longestTime {
        finish(.refused("expected the file within \(Int(Self.longestTime)) s, found \(current.received) bytes of it"))
      } else if current.outcome == nil, let reason = slowness(timeout) {
        finish(.refused(reason))
      } else {
        progress(FetchProgress(file: name, received: current.received, total: current.total))
      }
    }
    session.invalidateAndCancel()
    let end = state.withLock { $0 }
    let outcome = end.outcome ?? .brokenOff("no answer")
    if outcome == .whole { progress(FetchProgress(file: name, received: end.received, total: end.received)) }
    return outcome
  }

  /// Why an address is too slow, once in `timeout` seconds; it is not asked again, as one is that breaks off.
  private func slowness(_ timeout: Double) -> String? {
    state.withLock { state in
      guard now() > state.stretch.start + timeout else { return nil }
      let count = state.received - state.stretch.received
      state.stretch = (now(), state.received)
      // Before the answer begins there is silence, which has its own end.
      guard state.hasBegun, Double(count) < Self.leastRate * timeout else { return nil }
      return "expected at least \(Int(Self.leastRate)) bytes a second, found \(count) in \(Int(timeout.rounded(.up))) s"
    }
  }

  /// The first outcome counts; bytes that come after it are not written.
  private func finish(_ outcome: Outcome) {
    state.withLock { if $0.outcome == nil { $0.outcome = outcome } }
    done.signal()
  }
}

// What the session reports, in order, on its own queue.
//
// A session on Linux ends the program when it is told how to go on after it has been cancelled. So it is told under the
// lock under which the outcome is set, and only while there is none: the session is cancelled after that, and its own
// queue keeps the order.
extension Download {
  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    let refusal: String? = state.withLock { state in
      guard state.outcome == nil else { return nil }
      state.lastSign = now()
      state.redirects += 1
      if state.redirects > Self.maximumRedirects { return "more than \(Self.maximumRedirects) redirects" }
      if let reason = Self.refusal(ofRedirectFrom: response.url, to: request.url) { return reason }
      completionHandler(request)
      return nil
    }
    if let refusal { finish(.refused(refusal)) }
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    if let reason = refusal(of: response as? HTTPURLResponse) { return finish(reason) }
    state.withLock { if $0.outcome == nil { completionHandler(.allow) } }
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let failure: Outcome? = state.withLock { state in
      guard state.outcome == nil else { return nil }
      guard state.received + data.count <= maximumBytes else {
        return .refused("expected at most \(maximumBytes) bytes, found more")
      }
      do { try part.write(contentsOf: data) } catch { return .refused((error as NSError).localizedDescription) }
      state.received += data.count
      state.lastSign = now()
      return nil
    }
    if let failure { finish(failure) }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    let current = state.withLock { $0 }
    if let error {
      finish(.brokenOff((error as NSError).localizedDescription))
    } else if let total = current.total, current.received < total {
      finish(.brokenOff("\(current.received) of \(total) bytes"))
    } else {
      finish(.whole)
    }
  }

  /// Why a redirect is not followed: it must lead to the web, and not from `https` to where anybody may answer.
  static func refusal(ofRedirectFrom old: URL?, to new: URL?) -> String? {
    let (from, to) = (old?.scheme?.lowercased() ?? "", new?.scheme?.lowercased() ?? "")
    let allowed = from == "http" ? ["http", "https"] : ["https"]
    guard allowed.contains(to) else {
      return "expected a redirect to \(allowed.joined(separator: " or ")), found \(to.isEmpty ? "none" : to)"
    }
    return nil
  }

  /// Why an answer is of no use, or `nil`; a useful one sets the place of the first byte and the expected total.
  private func refusal(of response: HTTPURLResponse?) -> Outcome? {
    guard let response else { return .refused("expected an answer of HTTP, found another") }
    var start = 0
    switch response.statusCode {
    case 200: break
    case 206 where offset > 0:
      guard response.value(forHTTPHeaderField: "Content-Range")?.hasPrefix("bytes \(offset)-") == true else {
        return .cannotResume
      }
      start = offset
    case 416 where offset > 0: return .cannotResume
    default: return .refused("expected status 200, found \(response.statusCode)")
    }
    let length = Int(exactly: response.expectedContentLength) ?? -1
    guard length <= maximumBytes - start else {
      return .refused("expected at most \(maximumBytes) bytes, found \(length)")
    }
    return state.withLock { state in
      guard state.outcome == nil else { return .cancelled }
      do {
        try part.truncate(atOffset: UInt64(start))
        try part.seek(toOffset: UInt64(start))
      } catch { return .refused((error as NSError).localizedDescription) }
      state.received = start
      state.total = length < 0 ? nil : start + length
      state.lastSign = now()
      (state.hasBegun, state.stretch) = (true, (now(), start))
      return nil
    }
  }
}
