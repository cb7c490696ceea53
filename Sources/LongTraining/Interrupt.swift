import Files
import Foundation
import Synchronization

/// How often Ctrl-C was pressed since an `Interrupt` began. A signal's handler can reach nothing but globals, and may
/// do little more than change a number.
private let requests = Atomic<Int>(0)

/// Where a line may stand that has no end yet, such as a progress bar; -1 for nowhere.
private let openLine = Atomic<Int32>(-1)

/// Ctrl-C as a question that long work asks between two steps.
///
/// From the first Ctrl-C on `isRequested` is true; the second one ends the process, with exit code 130, and the line
/// that stands on a terminal, and leaves no file half written. After `end()` Ctrl-C has its usual effect again. There
/// is one for the process at a time.
public struct Interrupt: Sendable {
  public init() { self.init(terminal: [STDOUT_FILENO, STDERR_FILENO].first { isatty($0) == 1 }) }

  init(terminal: Int32?) {
    requests.store(0, ordering: .sequentiallyConsistent)
    openLine.store(terminal ?? -1, ordering: .sequentiallyConsistent)
    signal(SIGINT) { _ in
      guard requests.add(1, ordering: .sequentiallyConsistent).oldValue > 0 else { return }
      OutputFile.removeUnfinished()
      let terminal = openLine.load(ordering: .relaxed)
      var end = UInt8(ascii: "\n")
      if terminal >= 0 { _ = write(terminal, &end, 1) }
      _exit(130)
    }
  }

  public var isRequested: Bool { requests.load(ordering: .relaxed) > 0 }

  public func end() { signal(SIGINT, SIG_DFL) }
}
