import Foundation
import Synchronization

/// How often Ctrl-C was pressed since an `Interrupt` began. A signal's handler can reach nothing but globals, and may do little more than
/// change a number.
private let requests = Atomic<Int>(0)

/// Ctrl-C as a question that long work asks between two steps.
///
/// From the first Ctrl-C on `isRequested` is true; the second one ends the process, with exit code 130. After `end()` Ctrl-C has its usual
/// effect again. There is one for the process at a time.
public struct Interrupt: Sendable {
  public init() {
    requests.store(0, ordering: .sequentiallyConsistent)
    signal(SIGINT) { _ in
      if requests.add(1, ordering: .sequentiallyConsistent).oldValue > 0 { _exit(130) }
    }
  }

  public var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  public func end() { signal(SIGINT, SIG_DFL) }
}
