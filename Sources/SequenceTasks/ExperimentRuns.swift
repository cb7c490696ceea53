import Dispatch
import Kernels
import Synchronization

/// One experiment from several seeds: how much a figure varies with the seed.
///
///     let runs = try experiment.runs(seeds: 1...4)
///     runs.accuracies                     // one for each seed
///     runs.curve.map(\.greatest)          // the best of the seeds after so many updates
public struct ExperimentRuns<Task: SequenceTask>: Sendable {
  /// A figure of all seeds after so many updates.
  public struct Point: Equatable, Sendable {
    public let update: Int
    public let least, mean, greatest: Double
  }

  /// In the order of the seeds.
  public let results: [Experiment<Task>.Result]

  /// The accuracy at the end, one for each seed.
  public var accuracies: [Double] { results.map(\.accuracy) }

  /// The loss on the test at the end, one for each seed; NaN for a run that failed.
  public var losses: [Double] { results.map(\.loss) }

  /// The accuracies on the way.
  public var curve: [Point] { points(\.accuracy) }

  /// The losses on the way.
  public var lossCurve: [Point] { points(\.loss) }

  /// A run that failed has no points after its end: those of the others remain.
  private func points(_ figure: (Experiment<Task>.Result.Point) -> Double) -> [Point] {
    let longest = results.max { $0.curve.count < $1.curve.count }?.curve ?? []
    return longest.indices.map { place in
      let values = results.filter { place < $0.curve.count }.map { figure($0.curve[place]) }
      return Point(
        update: longest[place].update, least: values.min() ?? .nan,
        mean: values.reduce(0, +) / Double(values.count), greatest: values.max() ?? .nan)
    }
  }

  /// How many seeds ended with at least this accuracy.
  public func count(above accuracy: Double) -> Int { accuracies.count { $0 >= accuracy } }
}

extension Experiment {
  /// Trains and tests from each seed, side by side on the cores at hand; the same bits as one after the other.
  ///
  /// - Throws: `ShapeError` when the task and the network do not fit.
  public func runs(seeds: ClosedRange<UInt64>) throws -> ExperimentRuns<Task> {
    ExperimentRuns(results: try sideBySide(Array(seeds)) { try run(seed: $0) })
  }
}

/// The results of one run for each seed, in the order of the seeds.
///
/// Each run has one thread: while the runs last, `Threads.count` of the process is 1.
func sideBySide<Result: Sendable>(
  _ seeds: [UInt64], _ run: @Sendable (UInt64) throws -> Result
) throws -> [Result] {
  let threads = Threads.count
  Threads.count = 1
  defer { Threads.count = threads }
  let finished = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
  DispatchQueue.concurrentPerform(iterations: seeds.count) { place in
    let result = Swift.Result { try run(seeds[place]) }
    finished.withLock { $0[place] = result }
  }
  let all = finished.withLock { $0 }
  return try seeds.indices.compactMap { try all[$0]?.get() }
}
