import Foundation
import Synchronization
import Support
import Testing

@testable import Kernels

/// Every part of a job is done exactly once, by the thread that claims it first.
struct ThreadPoolTests {
  @Test func offeringThreadDoesPartThatNobodyHasBegun() {
    let handover = Handover()
    let parts = Mutex<[Int]>([])
    handover.offer({ part in parts.withLock { $0.append(part) } }, part: 7)
    expect(!handover.isFinished)
    handover.perform(handover.last)
    expect(handover.isFinished)
    // The other thread comes too late, for this part and for the number of an older one.
    handover.perform(1)
    handover.perform(0)
    expectEqual(parts.withLock { $0 }, [7])
  }

  @Test func partThatHasBegunIsNotDoneAgain() throws {
    let handover = Handover()
    let (hasBegun, mayEnd) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    let count = Mutex(0)
    handover.offer(
      { _ in
        hasBegun.signal()
        mayEnd.wait()
        count.withLock { $0 += 1 }
      }, part: 3)
    Thread { handover.perform(1) }.start()
    hasBegun.wait()
    handover.perform(handover.last)
    expect(!handover.isFinished)
    mayEnd.signal()
    while !handover.isFinished { sched_yield() }
    expectEqual(count.withLock { $0 }, 1)
  }

  /// Many short jobs on more threads than cores: some threads begin in time, some do not.
  @Test func everyPartIsDoneOnce() {
    let pool = ThreadPool()
    for job in 0..<300 {
      let parts = 2 + job % 7
      let counts = (0..<parts).map { _ in Counter() }
      pool.run(parts) { counts[$0].value.add(1, ordering: .relaxed) }
      expectEqual(counts.map { $0.value.load(ordering: .relaxed) }, counts.map { _ in 1 }, "job \(job)")
    }
  }

  /// The pool has one job at a time: what a part asks of it is done part by part on that part's own thread.
  @Test func aJobInsideOfAPartIsDoneOnItsThread() {
    let pool = ThreadPool()
    let (counts, strangers) = ((0..<12).map { _ in Counter() }, Counter())
    pool.run(3) { part in
      let thread = pthread_self()
      pool.run(4) { inner in
        if pthread_equal(pthread_self(), thread) == 0 { strangers.value.add(1, ordering: .relaxed) }
        counts[4 * part + inner].value.add(1, ordering: .relaxed)
      }
    }
    expect(counts.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
    expectEqual(strangers.value.load(ordering: .relaxed), 0)
  }

  private final class Counter: Sendable {
    let value = Atomic<Int>(0)
  }
}
