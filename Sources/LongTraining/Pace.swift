import Foundation

/// How fast long work goes and how long it will take, in lines for a terminal, at most about ten a second.
public struct Pace: Sendable {
  private let total: Int
  private let unit: String
  private let began: ContinuousClock.Instant
  private var shown: ContinuousClock.Instant
  private var first: Int

  /// - Parameters:
  ///   - total: how much there is to do.
  ///   - done: how much of it was done before.
  ///   - unit: what is counted, as "pictures".
  ///   - now: when the work begins.
  public init(total: Int, done: Int = 0, unit: String, at now: ContinuousClock.Instant = .now) {
    (self.total, self.unit) = (total, unit)
    (began, shown) = (now, now)
    first = done
  }

  /// `what, 5210 pictures/s, 12 s left`; nil where the last line is too young.
  public mutating func line(_ what: @autoclosure () -> String, done: Int, at now: ContinuousClock.Instant = .now)
    -> String?
  {
    guard now - shown > .milliseconds(100) else { return nil }
    shown = now
    let elapsed = now - began
    let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
    let rate = max(Double(done - first), 1) / seconds
    let left = Double(total - done) / rate
    return "\(what()), \(Int(rate)) \(unit)/s, \(Int(left.rounded(.up))) s left"
  }
}
