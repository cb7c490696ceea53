import Dispatch
import Kernels
import Synchronization

/// One experiment from several seeds: how much a figure varies with the seed.
///
///     let runs = try experiment.runs(seeds: 1...4)
///     runs.accuracies                     // one for each seed
///     runs.curve.map(\.greatest)          // the best of the seeds after so many updates
public struct ExperimentRuns<Task: SequenceTask>: Sendable {
  /// The accuracy of all seeds after so many updates.
  public struct Point: Equatable, Sendable {
    public let update: Int
    public let least, mean, greatest: Double
  }

  /// In the order of the seeds.
  public let results: [Experiment<Task>.Result]

  /// The accuracy at the end, one for each seed.
  public var accuracies: [Double] { results.map(\.accuracy) }

  /// The accuracies on the way.
  public var curve: [Point] {
    guard let first = results.first else { return [] }
    return first.curve.indices.map { place in
      let values = results.map { $0.curve[place].accuracy }
      return Point(
        update: first.curve[place].update, least: values.min() ?? .nan,
        mean: values.reduce(0, +) / Double(values.count), greatest: values.max() ?? .nan)
    }
  }

  /// How many seeds ended with at least this accuracy.
  public func count(above accuracy: Double) -> Int { accuracies.count { $0 >= accuracy } }
}

extension Experiment {
  /// Trains and tests from each seed, side by side on the cores at hand; the same bits as one after the other.
  ///
  /// Each run has one thread: while the runs last, `Threads.count` of the process is 1.
  ///
  /// - Throws: `ShapeError` when the task and the network do not fit.
  public func runs(seeds: ClosedRange<UInt64>) throws -> ExperimentRuns<Task> {
    let seeds = Array(seeds)
    let threads = Threads.count
    Threads.count = 1
    defer { Threads.count = threads }
    let finished = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: seeds.count) { place in
      let result = Swift.Result { try run(seed: seeds[place]) }
      finished.withLock { $0[place] = result }
    }
    let all = finished.withLock { $0 }
    return ExperimentRuns(results: try seeds.indices.compactMap { try all[$0]?.get() })
  }
}
