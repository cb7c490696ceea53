import Foundation
import Synchronization

/// The threads that the kernels share, and how many of them may work at a time.
///
/// The number changes the time that a result takes, never its bits: work is cut into parts that write different
/// elements, and every element is computed in the same order whichever part it falls into.
public enum Threads {
  private static let pool = ThreadPool()
  private static let setting = Atomic<Int>(ProcessInfo.processInfo.activeProcessorCount)

  /// How many threads work on one kernel, the caller's included; at least 1. At first the number of active cores.
  public static var count: Int {
    get { setting.load(ordering: .relaxed) }
    set { setting.store(max(1, newValue), ordering: .relaxed) }
  }

  /// Multiply-adds below which waking a second thread costs more than it saves (about 20 µs of one core).
  static let worthSharing = 1_000_000

  /// Cuts `0..<count` into one range a thread, each a multiple of `unit` long but the last, and runs `body` on all of
  /// them at once; in one piece on this thread where `work` (multiply-adds) is small.
  ///
  /// The parts must write different numbers, and no number may depend on where a part begins: then the result has the
  /// same bits on any number of threads.
  public static func share(_ count: Int, unit: Int, work: Int, _ body: (Range<Int>) -> Void) {
    let units = (count + unit - 1) / unit
    let parts = work < worthSharing ? 1 : min(self.count, units)
    guard parts > 1 else { return body(0..<count) }
    pool.run(parts) { part in
      let start = part * units / parts * unit
      let end = min(count, (part + 1) * units / parts * unit)
      body(start..<end)
    }
  }

  /// Runs two bodies of about the same work. Where there are two threads, each has one of them to itself: then none
  /// waits for the other before the end, and none reads what the other has written. Otherwise one comes after the
  /// other, with all threads for each, as it does where `work` (multiply-adds of both) is small.
  public static func both<A, B, Failure: Error>(
    work: Int, _ first: () throws(Failure) -> A, _ second: () throws(Failure) -> B
  ) throws(Failure) -> (A, B) {
    guard count == 2, work >= worthSharing else { return (try first(), try second()) }
    var (a, b): (Result<A, Failure>?, Result<B, Failure>?)
    pool.run(2) { part in
      if part == 0 { a = Result(catching: first) } else { b = Result(catching: second) }
    }
    guard let a, let b else { preconditionFailure("a part that was not run") }
    return (try a.get(), try b.get())
  }

  /// The same as `share` for numbers that are computed one by one, from a few numbers in memory each. No two parts
  /// share a cache line, and each is worked on in pieces that stay in the first-level cache.
  ///
  /// - Parameter cost: multiply-adds that take as long as one number. One that only comes from memory takes as long as
  ///   16, a root and a division take as long as 32.
  public static func shareNumbers(_ count: Int, cost: Int = 16, _ body: (Range<Int>) -> Void) {
    share(count, unit: 1024, work: cost * count) { part in
      for start in stride(from: part.lowerBound, to: part.upperBound, by: 1024) {
        body(start..<min(start + 1024, part.upperBound))
      }
    }
  }
}
