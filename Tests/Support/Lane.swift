import Foundation
import Testing

/// A thread of its own for a suite, or for a test and those of the same lane; where each computes for long, two.
///
/// Tests share as many threads as the machine has cores, and every step of a test waits there behind all tests that
/// have not begun. So a test that waits for a process keeps others from a thread, and a serialized suite comes to its
/// second test when all others are done. In a lane it does neither:
///
///     @Suite(.lane(.browsers)) struct PageTests { … }
///
/// What waits or computes for seconds belongs in a lane.
public struct Lane: SuiteTrait, TestTrait, TestScoping {
  /// Chapters as children, each with its own arguments.
  public static let chapters = Lane()
  /// What the shared runs of the chapters wrote. Nobody waits there for a child, so all are asked for at once.
  public static let pages = Lane(threads: 2)
  /// Other programs as children.
  public static let programs = Lane()
  /// Programs as a person starts them, side by side: none of them shares anything with another.
  public static let commandLines = Lane(threads: 2)
  /// Compilers of exercises.
  public static let compilers = Lane()
  /// Tests that end a process (`processExitsWith`). Swift Testing waits for it in several tasks, and once it has ended
  /// a thread asks for it without a pause until they have had their turn; here that is at once.
  public static let exits = Lane(threads: 64)
  /// Programs that let others wait.
  public static let waiting = Lane()
  /// Servers, some of them slow.
  public static let servers = Lane()
  /// Searches over all golden cases.
  public static let searches = Lane()
  /// Tests that change how many threads the kernels use.
  public static let threads = Lane()
  /// Pages in a browser.
  public static let browsers = Lane()

  private let executor: OwnThreads

  private init(threads: Int = 1) { executor = OwnThreads(count: threads) }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(executor) { try await function() }
  }
}

extension Trait where Self == Lane {
  /// Runs what has this trait in a lane.
  public static func lane(_ lane: Lane) -> Lane { lane }
}

/// Executes as many pieces of work at a time as it has threads, in the order in which they come.
///
/// The threads are its own, each begun when it is first needed: those of Dispatch come late when other work computes.
private final class OwnThreads: TaskExecutor {
  private struct State {
    var jobs: [UnownedJob] = []
    var threads = 0
    var idle = 0
  }

  private let count: Int
  private let condition = NSCondition()
  /// Only under the lock of the condition.
  nonisolated(unsafe) private var state = State()

  init(count: Int) { self.count = count }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock {
      state.jobs.append(job)
      if state.idle < state.jobs.count, state.threads < count {
        state.threads += 1
        Thread.detachNewThread { [self] in
          while true { next().runSynchronously(on: asUnownedTaskExecutor()) }
        }
      }
      condition.signal()
    }
  }

  private func next() -> UnownedJob {
    condition.withLock {
      state.idle += 1
      while state.jobs.isEmpty { condition.wait() }
      state.idle -= 1
      return state.jobs.removeFirst()
    }
  }
}
