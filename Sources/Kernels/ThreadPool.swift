internal import CMachine
import Foundation
import Synchronization

/// Threads that wait for parts of a job: they poll for about a millisecond, then sleep.
final class ThreadPool: Sendable {
  private let workers = Mutex<[Worker]>([])
  private let isBusy = Atomic<Bool>(false)

  /// Runs `body(0)` … `body(parts − 1)`, each once, and returns when all are done.
  ///
  /// The caller does part 0, then every part that no other thread has begun: where the cores have other work, a thread
  /// may begin milliseconds later. A job that arrives while another one runs, from another thread or from inside a
  /// part, is done part by part on its caller's thread.
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
      for helper in helpers { helper.performUnlessBegun() }
      for helper in helpers { helper.finish() }
    }
  }
}

/// One part of a job between two threads: the one that claims it first does it, so that it is done exactly once.
///
/// Parts have numbers: 1, 2, 3, … A part is offered when the one before it is finished.
final class Handover: @unchecked Sendable {
  // Sendable: `job` and `part` are written before `offered` publishes them, and again only when the part is finished;
  // they are read by the thread that has claimed the part.
  private var job: ((Int) -> Void)?
  private var part = 0
  private let offered = Atomic<Int>(0)
  private let claimed = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)

  /// The number of the part that was offered last.
  var last: Int { offered.load(ordering: .sequentiallyConsistent) }

  var isFinished: Bool { finished.load(ordering: .acquiring) == last }

  func offer(_ job: @escaping (Int) -> Void, part: Int) {
    self.job = job
    self.part = part
    offered.add(1, ordering: .sequentiallyConsistent)
  }

  /// Does the part of this number on the calling thread, unless the other one has claimed it.
  func perform(_ number: Int) {
    let claim = claimed.compareExchange(expected: number - 1, desired: number, ordering: .acquiringAndReleasing)
    guard claim.exchanged else { return }
    job?(part)
    finished.store(number, ordering: .releasing)
  }

  /// Releases the job of a finished part.
  func clear() { job = nil }
}

/// One thread of the pool.
private final class Worker: Sendable {
  private let handover = Handover()
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
    handover.offer(job, part: part)
    if isAsleep.exchange(false, ordering: .sequentiallyConsistent) { wakeUp.signal() }
  }

  /// Does the part on the caller's thread, unless this one has begun it.
  func performUnlessBegun() { handover.perform(handover.last) }

  /// Waits until the part is done.
  func finish() {
    while !Self.poll(until: { handover.isFinished }) { sched_yield() }
    handover.clear()
  }

  private func loop() {
    var done = 0
    while true {
      waitForJob(after: done)
      done = handover.last
      handover.perform(done)
    }
  }

  private func waitForJob(after done: Int) {
    if Self.poll(until: { handover.last != done }) { return }
    isAsleep.store(true, ordering: .sequentiallyConsistent)
    let isLate = handover.last != done
    // A job that started after the flag was set has cleared it and signalled; that signal must be consumed.
    if isLate && isAsleep.exchange(false, ordering: .sequentiallyConsistent) { return }
    wakeUp.wait()
  }
}
