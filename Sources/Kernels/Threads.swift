internal import CMachine
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
  static func share(_ count: Int, unit: Int, work: Int, _ body: (Range<Int>) -> Void) {
    let units = (count + unit - 1) / unit
    let parts = work < worthSharing ? 1 : min(self.count, units)
    guard parts > 1 else { return body(0..<count) }
    pool.run(parts) { part in
      let start = part * units / parts * unit
      let end = min(count, (part + 1) * units / parts * unit)
      body(start..<end)
    }
  }
}

/// Threads that wait for parts of a job: they poll for about a millisecond, then sleep.
private final class ThreadPool: Sendable {
  private let workers = Mutex<[Worker]>([])
  private let isBusy = Atomic<Bool>(false)

  /// Runs `body(0)` … `body(parts − 1)`, each on a thread of its own, and returns when all are done. A job that arrives
  /// while another one runs, from another thread or from inside a part, is done part by part on its caller's thread.
  func run(_ parts: Int, _ body: (Int) -> Void) {
    guard !isBusy.exchange(true, ordering: .acquiring) else {
      for part in 0..<parts { body(part) }
      return
    }
    defer { isBusy.store(false, ordering: .releasing) }
    let helpers = workers.withLock { workers in
      while workers.count < parts - 1 { workers.append(Worker()) }
      return workers[..<(parts - 1)]
    }
    withoutActuallyEscaping(body) { body in
      for (index, helper) in helpers.enumerated() { helper.start(body, part: index + 1) }
      body(0)
      for helper in helpers { helper.finish() }
    }
  }
}

/// One thread of the pool.
private final class Worker: @unchecked Sendable {
  // `started` publishes `job` and `part` to the thread (release by the pool, acquire by the thread); `finished` gives
  // them back.
  private var job: ((Int) -> Void)?
  private var part = 0
  private let started = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)
  private let isAsleep = Atomic<Bool>(false)
  private let wakeUp = DispatchSemaphore(value: 0)

  /// How many nanoseconds a thread polls for the next job before it sleeps. Between two kernels of a training step
  /// there may be half a millisecond, and on a virtual machine whose core has gone idle, waking up takes as long. Where
  /// there are more threads than cores, polling keeps other threads from working.
  private static var pollingTime: UInt64 { Threads.count > cores ? 20_000 : 1_000_000 }
  private static let cores = ProcessInfo.processInfo.activeProcessorCount

  /// Polls until `condition` holds or the polling time is over; whether it holds.
  private static func poll(until condition: () -> Bool) -> Bool {
    let end = DispatchTime.now().uptimeNanoseconds + pollingTime
    repeat {
      // Reading the clock costs as much as several polls.
      for _ in 0..<64 {
        if condition() { return true }
        machine_pause()
      }
    } while DispatchTime.now().uptimeNanoseconds < end
    return condition()
  }

  init() {
    let thread = Thread { self.loop() }
    thread.name = "kernels"
    thread.start()
  }

  func start(_ job: @escaping (Int) -> Void, part: Int) {
    self.job = job
    self.part = part
    started.add(1, ordering: .sequentiallyConsistent)
    if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { wakeUp.signal() }
  }

  func finish() {
    let goal = started.load(ordering: .relaxed)
    while !Self.poll(until: { finished.load(ordering: .acquiring) == goal }) { sched_yield() }
    job = nil
  }

  private func loop() {
    var done = 0
    while true {
      waitForJob(after: done)
      job?(part)
      done += 1
      finished.store(done, ordering: .releasing)
    }
  }

  private func waitForJob(after done: Int) {
    if Self.poll(until: { started.load(ordering: .acquiring) != done }) { return }
    isAsleep.store(true, ordering: .sequentiallyConsistent)
    let isLate = started.load(ordering: .sequentiallyConsistent) != done
    // A job that started after the flag was set has cleared it and signalled; that signal must be consumed.
    if isLate && isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
    wakeUp.wait()
  }
}
