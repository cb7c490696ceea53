import Foundation
import Training

/// How fast a training goes, how long it will take and what it has reached, in lines for a terminal.
public struct TrainingPace {
  private let epochs, pictures, batchSize: Int
  private let began = ContinuousClock.now
  private var shown = ContinuousClock.now
  private var samples = 0

  public init(epochs: Int, pictures: Int, batchSize: Int) {
    (self.epochs, self.pictures, self.batchSize) = (epochs, pictures, batchSize)
  }

  /// The line after a step, at most about ten times a second: `epoch 1/3, loss 0.510, accuracy 0.830, 5210 pictures/s,
  /// 12 s left`.
  public mutating func line(after step: TrainingStep) -> String? {
    samples += min(batchSize, pictures - step.step * batchSize)
    let now = ContinuousClock.now
    guard now - shown > .milliseconds(100) else { return nil }
    shown = now
    let rate = Double(samples) / seconds(now - began)
    let done = step.epoch * pictures + min((step.step + 1) * batchSize, pictures)
    let left = Double(epochs * pictures - done) / rate
    return "epoch \(step.epoch + 1)/\(epochs), loss \(text(step.meanLoss)), accuracy \(text(step.meanMetric ?? 0)), "
      + "\(Int(rate)) pictures/s, \(Int(left.rounded(.up))) s left"
  }

  /// What an epoch has reached: `epoch 1/3: loss 0.421, accuracy 0.867, on the test set 0.941`.
  ///
  /// - Parameter step: the epoch's last.
  public func line(ofEpoch step: TrainingStep, testAccuracy: Double) -> String {
    "epoch \(step.epoch + 1)/\(epochs): loss \(text(step.meanLoss)), accuracy \(text(step.meanMetric ?? 0)), "
      + "on the test set \(text(testAccuracy))"
  }

  private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  private func text(_ number: Double) -> String {
    String(format: "%.3f", number)
  }
}
