import Foundation

/// The times of some calls, in seconds.
struct Measurement: Codable, Sendable {
  let seconds: [Double]

  /// Of at least one time.
  init?(_ seconds: [Double]) {
    guard !seconds.isEmpty, seconds.allSatisfy({ $0 > 0 && $0.isFinite }) else { return nil }
    self.seconds = seconds.sorted()
  }

  var least: Double { seconds[0] }
  var greatest: Double { seconds[seconds.count - 1] }
  var median: Double {
    let middle = seconds.count / 2
    return seconds.count % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2
  }

  /// Calls until `budget` seconds are over, each time the mean of as many calls as take about 0.2 ms; at least three
  /// times.
  static func of(budget: Double, _ call: () throws -> Void) rethrows -> Measurement? {
    let clock = ContinuousClock()
    func time(_ count: Int) throws -> Double {
      let duration = try clock.measure { for _ in 0..<count { try call() } }
      return Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
    }
    // The first calls fetch memory and fill caches.
    _ = try time(2)
    let calls = max(1, Int(2e-4 / max(try time(1), 1e-9)))
    var seconds: [Double] = []
    var total = 0.0
    while total < budget || seconds.count < 3 {
      let time = try time(calls)
      total += time
      seconds.append(time / Double(calls))
    }
    return Measurement(seconds)
  }
}
