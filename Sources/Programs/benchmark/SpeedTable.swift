import Foundation

/// The speed tables of README.md, made of records: one JSON object a line, as `--json` prints and `--record` keeps.
struct SpeedTable {
  /// Those with the most threads.
  private let records: [Report]

  private static let start = "<!-- speed: written by benchmark --table -->"
  private static let end = "<!-- end of speed -->"

  init(records: [Report]) {
    let threads = records.map(\.threads).max()
    self.records = records.filter { $0.threads == threads }
  }

  /// - Throws: ``Failure`` when a line is no record.
  init(lines: String, file: String) throws {
    let records = try lines.split(separator: "\n").enumerated().map { number, line in
      do {
        return try JSONDecoder().decode(Report.self, from: Data(line.utf8))
      } catch {
        throw Failure(
          description: "\(file), line \(number + 1): expected a record of benchmark --record, received other text")
      }
    }
    self.init(records: records)
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Writes the tables between the two marks of a document.
  ///
  /// - Throws: ``Failure`` when the document has no marks.
  func written(into document: String, file: String) throws -> String {
    guard let start = document.range(of: Self.start), let end = document.range(of: Self.end),
      start.upperBound <= end.lowerBound
    else {
      throw Failure(
        description: "\(file): expected the lines \(Self.start) and \(Self.end), received a file without them")
    }
    return document.replacingCharacters(in: start.upperBound..<end.lowerBound, with: "\n\n" + text + "\n\n")
  }

  /// Both tables, and what they were measured with.
  var text: String {
    let peers = peerNames
    let dates = Set(records.map(\.date)).sorted()
    let peaks = records.map(\.peak).sorted()
    let beside = peers.isEmpty ? "" : ", beside \(peers.joined(separator: " and "))"
    let headings = ["network", "B, T, D, H", "call", "here"] + peers + ["of peak", "memory"]
    var lines = [
      "Measured \(dates.joined(separator: ", ")) with \(threads) threads, whose peak is "
        + "\(Int(peaks.last ?? 0)) GFLOP/s\(beside); medians.", "", "| " + headings.joined(separator: " | ") + " |",
      "|---|---|---|" + headings.dropFirst(3).map { _ in "---:|" }.joined(),
    ]
    for row in Row.all {
      let own = records.filter { $0.row == row.name }
      guard let time = Measurement(own.map(\.median))?.median else { continue }
      let others = peers.map { name in
        let times = own.flatMap(\.peers).filter { $0.name == name }.compactMap(\.median)
        return Measurement(times).map { Report.duration($0.median) } ?? ""
      }
      let memory = row.bytes.map { String(format: "%.0f GB/s", $0 / time * 1e-9) } ?? ""
      let share = String(format: "%.0f %%", row.flops / time * 1e-7 / (peaks.last ?? 1))
      let cells = [row.title, "\(row.B), \(row.T), \(row.D), \(row.H)", row.mode.title, Report.duration(time)]
      lines.append("| " + (cells + others + [share, memory]).joined(separator: " | ") + " |")
    }
    return (lines + scaling).joined(separator: "\n")
  }

  private var threads: Int { records.map(\.threads).max() ?? 1 }

  /// Every peer with times, in the order of its first.
  private var peerNames: [String] {
    var names: [String] = []
    for peer in records.flatMap(\.peers) where peer.median != nil && !names.contains(peer.name) {
      names.append(peer.name)
    }
    return names
  }

  /// The time of a multiply-add while one size is doubled three times.
  private var scaling: [String] {
    let measured = Row.scaling.compactMap { row in
      Measurement(records.filter { $0.row == row.name }.map(\.median)).map { (row, $0.median / (row.flops / 2) * 1e12) }
    }
    guard !measured.isEmpty else { return [] }
    var lines = [
      "", "How the cost grows, LSTM forward: picoseconds for a multiply-add while one size is doubled three times.", "",
      "| doubled | B, T, D, H at first | 1 | 2 | 4 | 8 |", "|---|---|---:|---:|---:|---:|",
    ]
    for letter in ["T", "D", "H", "B"] {
      let rows = measured.filter { $0.0.name.hasPrefix("scaling-\(letter)-") }
      guard let first = rows.first?.0 else { continue }
      let times = rows.map { String(format: "%.1f", $0.1) }.joined(separator: " | ")
      lines.append("| \(letter) | \(first.B), \(first.T), \(first.D), \(first.H) | \(times) |")
    }
    return lines
  }
}

extension Row.Mode {
  /// As the table shows it.
  fileprivate var title: String {
    switch self {
    case .forward: "forward"
    case .gradient: "forward and backward"
    case .train: "step of training"
    }
  }
}
