import Foundation

/// What one row gave on one number of threads.
struct Report: Codable {
  /// One of our runs and a peer's next to it.
  struct Pair: Codable {
    var own: Double
    var peer: Double
    var ratio: Double

    init(own: Double, peer: Double) {
      (self.own, self.peer) = (own, peer)
      ratio = peer / own
    }
  }

  /// What a peer gave.
  struct Comparison: Codable {
    /// With its version.
    var name: String
    var pairs: [Pair]
    /// Why it has no times.
    var error: String?

    var median: Double? { Measurement(pairs.map(\.peer))?.median }
  }

  var row: String
  var B: Int
  var T: Int
  var D: Int
  var H: Int
  var threads: Int
  /// Year, month and day.
  var date: String
  var least: Double
  var median: Double
  var greatest: Double
  var gigaflops: Double
  /// Of the machine's speed with multiply-adds alone on as many threads.
  var shareOfPeak: Double
  /// That speed, in GFLOP/s.
  var peak: Double
  /// Billions of bytes a second, where memory bounds a row: of those that must move at least.
  var gigabytes: Double?
  var peers: [Comparison]

  init(_ row: Row, threads: Int, _ measurement: Measurement, peak: Double, peers: [Comparison]) {
    (self.row, B, T, D, H) = (row.name, row.B, row.T, row.D, row.H)
    self.threads = threads
    date = String(ISO8601DateFormatter().string(from: Date()).prefix(10))
    (least, median, greatest) = (measurement.least, measurement.median, measurement.greatest)
    gigaflops = row.flops / measurement.median * 1e-9
    shareOfPeak = gigaflops / peak
    self.peak = peak
    gigabytes = row.bytes.map { $0 / measurement.median * 1e-9 }
    self.peers = peers
  }

  static let heading =
    "row                      B, T, D, H         threads      least     median   greatest   GFLOP/s   of peak"

  var text: String {
    var line = row.padded(to: 25) + "\(B), \(T), \(D), \(H)".padded(to: 19) + "\(threads)".padded(to: 8)
    for seconds in [least, median, greatest] { line += Report.duration(seconds).padded(to: 11, isRight: true) }
    line += String(format: "%10.1f%9.0f %%", gigaflops, shareOfPeak * 100)
    if let gigabytes {
      let megabytes = gigabytes * 1e3 * median
      line += String(format: "\n    %.1f MB must move at least: %.1f GB/s", megabytes, gigabytes)
    }
    for peer in peers {
      for pair in peer.pairs {
        line += "\n    ours \(Report.duration(pair.own)), \(peer.name) \(Report.duration(pair.peer)): "
        line += String(format: "%.2f times as fast", pair.ratio)
      }
      if let error = peer.error { line += "\n    \(peer.name): \(error)" }
    }
    return line
  }

  static func duration(_ seconds: Double) -> String {
    seconds < 1e-3 ? String(format: "%.2f µs", seconds * 1e6) : String(format: "%.2f ms", seconds * 1e3)
  }
}

extension String {
  func padded(to width: Int, isRight: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - count))
    return isRight ? spaces + self : self + spaces
  }
}
