import Foundation
import Synchronization

/// How far a training is.
public struct TrainingProgress: Equatable, Sendable {
  /// Updates done and to do, those of a resumed training included.
  public let done, total: Int
  /// The mean cross-entropy of the running epoch, in nats; NaN before its first update.
  public let meanLoss: Double
  public let epoch: Int
  /// Whether it has come to its end, or was stopped.
  public let isOver: Bool
}

/// A training on a thread of its own, of which others may ask how far it is.
public protocol RunningTraining: Sendable {
  var progress: TrainingProgress { get }
  /// Ends the training after its running update.
  func stop()
}

/// A language model that trains on a thread of its own. Several can run side by side; each gives the same numbers as
/// alone.
public final class TrainingThread<Cell: StandardCell, Report: Sendable>: RunningTraining where Cell.Scalar == Float {
  /// The training as it ended, and one report for each epoch that this thread completed.
  public typealias Outcome = (training: LanguageTraining<Cell>, reports: [Report])

  private struct Shared: Sendable {
    var done: Int
    var meanLoss = Double.nan
    var epoch: Int
    var isStopped = false
    var isOver = false
    var training: LanguageTraining<Cell>?
    var reports: [Report] = []
    var failure: (any Error)?
  }

  private let shared: Mutex<Shared>
  private let over = DispatchSemaphore(value: 0)
  private let total: Int

  /// Starts at once.
  ///
  /// - Parameters:
  ///   - epochs: how many are to be complete in all.
  ///   - onEpoch: called on the training's thread after each epoch.
  public init(
    _ training: LanguageTraining<Cell>, on corpus: Corpus, epochs: Int,
    onEpoch: @escaping @Sendable (LanguageTraining<Cell>) throws -> Report
  ) {
    let blocks = corpus.training.blockCount(steps: training.settings.steps)
    total = epochs * blocks
    shared = Mutex(Shared(done: training.epoch * blocks + training.block, epoch: training.epoch))
    Thread.detachNewThread { [self] in
      run(training, corpus, epochs, blocks, onEpoch)
      over.signal()
    }
  }

  private func run(
    _ start: LanguageTraining<Cell>, _ corpus: Corpus, _ epochs: Int, _ blocks: Int,
    _ onEpoch: (LanguageTraining<Cell>) throws -> Report
  ) {
    var training = start
    do {
      while training.epoch < epochs, !shared.withLock({ $0.isStopped }) {
        let update = try training.update(on: corpus)
        let report = update.isLastOfEpoch ? try onEpoch(training) : nil
        shared.withLock {
          ($0.done, $0.meanLoss, $0.epoch) = (update.epoch * blocks + update.block + 1, update.meanLoss, training.epoch)
          if let report { $0.reports.append(report) }
        }
      }
      shared.withLock { ($0.training, $0.isOver) = (training, true) }
    } catch {
      shared.withLock { ($0.failure, $0.isOver) = (error, true) }
    }
  }

  public var progress: TrainingProgress {
    shared.withLock {
      TrainingProgress(done: $0.done, total: total, meanLoss: $0.meanLoss, epoch: $0.epoch, isOver: $0.isOver)
    }
  }

  public func stop() { shared.withLock { $0.isStopped = true } }

  /// Waits for the end.
  ///
  /// - Throws: what the training or `onEpoch` threw.
  public func outcome() throws -> Outcome {
    over.wait()
    over.signal()
    return try shared.withLock {
      guard let training = $0.training else { throw $0.failure ?? CancellationError() }
      return (training, $0.reports)
    }
  }
}
