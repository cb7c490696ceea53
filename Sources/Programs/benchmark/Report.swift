import Foundation

/// What one row gave on one number of threads.
struct Report: Encodable {
  /// One of our runs and the peer's next to it.
  struct Pair: Encodable {
    var own: Double
    var peer: Double
    var ratio: Double { peer / own }

    enum CodingKeys: CodingKey { case own, peer, ratio }
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(own, forKey: .own)
      try container.encode(peer, forKey: .peer)
      try container.encode(ratio, forKey: .ratio)
    }
  }

  var row: String
  var B: Int
  var T: Int
  var D: Int
  var H: Int
  var threads: Int
  var least: Double
  var median: Double
  var greatest: Double
  var gigaflops: Double
  /// Of the machine's speed with multiply-adds alone on as many threads.
  var shareOfPeak: Double
  var pairs: [Pair]
  /// Why the peer has no times.
  var peerError: String?

  init(
    _ row: Row, threads: Int, _ measurement: Measurement, peak: Double, pairs: [Pair], peerError: String?
  ) {
    (self.row, B, T, D, H) = (row.name, row.B, row.T, row.D, row.H)
    self.threads = threads
    (least, median, greatest) = (measurement.least, measurement.median, measurement.greatest)
    gigaflops = row.flops / measurement.median * 1e-9
    shareOfPeak = gigaflops / peak
    self.pairs = pairs
    self.peerError = peerError
  }

  static let heading =
    "row                  B, T, D, H         threads      least     median   greatest   GFLOP/s   of peak"

  var text: String {
    var line = row.padded(to: 21) + "\(B), \(T), \(D), \(H)".padded(to: 19) + "\(threads)".padded(to: 8)
    for seconds in [least, median, greatest] { line += Report.duration(seconds).padded(to: 11, isRight: true) }
    line += String(format: "%10.1f%9.0f %%", gigaflops, shareOfPeak * 100)
    for pair in pairs {
      line += "\n    ours \(Report.duration(pair.own)), peer \(Report.duration(pair.peer)): "
      line += String(format: "%.2f times as fast", pair.ratio)
    }
    if let peerError { line += "\n    peer: \(peerError)" }
    return line
  }

  private static func duration(_ seconds: Double) -> String {
    seconds < 1e-3 ? String(format: "%.2f µs", seconds * 1e6) : String(format: "%.2f ms", seconds * 1e3)
  }
}

extension String {
  func padded(to width: Int, isRight: Bool = false) -> String {
    let spaces = String(repeating: " ", count: max(0, width - count))
    return isRight ? spaces + self : self + spaces
  }
}
