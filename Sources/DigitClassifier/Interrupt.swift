import Dispatch
import Foundation
import Synchronization

/// Ctrl-C as a question that long work asks between two steps.
///
/// From the first Ctrl-C on `isRequested` is true; the second one ends the process, with exit code 130. After `end()` Ctrl-C has its usual
/// effect again.
public final class Interrupt: Sendable {
  private let requested = Atomic<Bool>(false)
  // Set in `init` and cancelled in `end`, both on the thread that owns this.
  nonisolated(unsafe) private var source: (any DispatchSourceSignal)?

  public init() {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler { [weak self] in
      if self?.request() ?? true { exit(130) }
    }
    source.resume()
    self.source = source
  }

  public var isRequested: Bool { requested.load(ordering: .relaxed) }

  public func end() {
    source?.cancel()
    source = nil
    signal(SIGINT, SIG_DFL)
  }

  /// Whether it was requested before.
  private func request() -> Bool { requested.exchange(true, ordering: .relaxed) }
}
