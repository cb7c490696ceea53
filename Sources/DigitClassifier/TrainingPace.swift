import Foundation
import LongTraining

/// How fast a training goes, how long it will take and what it has reached, in lines for a terminal.
public struct TrainingPace {
  private let epochs, pictures, batchSize: Int
  private var pace: Pace?

  public init(epochs: Int, pictures: Int, batchSize: Int) {
    (self.epochs, self.pictures, self.batchSize) = (epochs, pictures, batchSize)
  }

  /// The line after a step, at most about ten times a second: `epoch 1/3, loss 0.510, accuracy 0.830, 5210 pictures/s,
  /// 12 s left`.
  public mutating func line(after step: TrainingStep) -> String? {
    let before = step.epoch * pictures + step.step * batchSize
    var now = pace ?? Pace(total: epochs * pictures, done: before, unit: "pictures")
    defer { pace = now }
    return now.line(
      "epoch \(step.epoch + 1)/\(epochs), loss \(text(step.meanLoss)), accuracy \(text(step.meanMetric ?? 0))",
      done: step.epoch * pictures + min((step.step + 1) * batchSize, pictures))
  }

  /// What an epoch has reached: `epoch 1/3: loss 0.421, accuracy 0.867, on the test set 0.941`.
  ///
  /// - Parameter step: the epoch's last.
  public func line(ofEpoch step: TrainingStep, testAccuracy: Double) -> String {
    "epoch \(step.epoch + 1)/\(epochs): loss \(text(step.meanLoss)), accuracy \(text(step.meanMetric ?? 0)), "
      + "on the test set \(text(testAccuracy))"
  }

  private func text(_ number: Double) -> String {
    String(format: "%.3f", number)
  }
}
