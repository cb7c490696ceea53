import Foundation
import Support
import Testing

/// The tables that `benchmark` makes of its records, and how it asks a peer.
@Suite(.lane(.programs)) struct BenchmarkTests {
  private func record(
    _ row: String, _ median: Double, threads: Int = 2, date: String = "2026-01-02", peak: Double = 100,
    peers: String = ""
  ) -> String {
    """
    {"row": "\(row)", "B": 1, "T": 3, "D": 7, "H": 13, "threads": \(threads), "date": "\(date)", "least": 1, \
    "median": \(median), "greatest": 2, "gigaflops": 3, "shareOfPeak": 4, "peak": \(peak), "peers": [\(peers)]}
    """
  }

  private func table(_ lines: [String], in folder: URL) throws -> ChildResult {
    let (file, document) = (folder.appending(path: "speed.json"), folder.appending(path: "text.md"))
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    let marks = "<!-- speed: written by benchmark --table -->\nold\n<!-- end of speed -->"
    try Data("before\n\(marks)\nafter\n".utf8).write(to: document)
    return try runBuilt("benchmark", ["--record", file.path, "--table", document.path])
  }

  /// Of several records of a row the median; only those with the most threads; a peer without times has no column.
  @Test func recordsBecomeTables() throws {
    func pair(_ peer: Double) -> String { "{\"own\": 1, \"peer\": \(peer), \"ratio\": 1}" }
    let pairs = [2e-6, 4e-6, 3e-6].map(pair).joined(separator: ", ")
    // 2·32·16·(64 + 64)·4·64 operations, half of them multiply-adds: 2 ps each.
    let first = 16_777_216e-12 * 2
    let lines = [
      record("lstm-tiny-forward", 1e-6, peers: "{\"name\": \"PyTorch 3\", \"pairs\": [\(pairs)]}"),
      record("lstm-tiny-forward", 3e-6, date: "2026-01-01", peak: 120),
      record("lstm-tiny-forward", 9, threads: 1, date: "2025-01-01", peak: 900),
      record("stream", 0.02, peers: "{\"name\": \"Other\", \"pairs\": [], \"error\": \"none\"}"),
      record("scaling-T-32-16-64-64", first), record("scaling-T-32-32-64-64", first * 1.5),
      record("scaling-B-16-32-64-64", first * 2),
    ]
    try withTemporaryFolder { folder in
      let result = try table(lines, in: folder)
      expect(result.code == 0 && result.output.isEmpty, "\(result)")
      try expectEqual(
        String(contentsOf: folder.appending(path: "text.md"), encoding: .utf8),
        """
        before
        <!-- speed: written by benchmark --table -->

        Measured 2026-01-01, 2026-01-02 with 2 threads, whose peak is 120 GFLOP/s, beside PyTorch 3; medians.

        | network | B, T, D, H | call | here | PyTorch 3 | of peak | memory |
        |---|---|---|---:|---:|---:|---:|
        | LSTM | 1, 3, 7, 13 | forward | 2.00 µs | 3.00 µs | 3 % |  |
        | LSTM, 1,000 steps one at a time, state carried | 1, 1, 64, 128 | forward | 20.00 ms |  | 8 % | 20 GB/s |

        How the cost grows, LSTM forward: picoseconds for a multiply-add while one size is doubled three times.

        | doubled | B, T, D, H at first | 1 | 2 | 4 | 8 |
        |---|---|---:|---:|---:|---:|
        | T | 32, 16, 64, 64 | 2.0 | 1.5 |
        | B | 16, 32, 64, 64 | 4.0 |

        <!-- end of speed -->
        after

        """)
      let wrong = try table([lines[0], "{}"], in: folder)
      expectEqual(wrong.code, 2)
      expectEqual(
        wrong.errors,
        "benchmark: \(folder.path)/speed.json, line 2: expected a record of benchmark --record, received other text\n")
    }
  }

  /// A peer is asked for every row once to begin with, then between our own runs.
  @Test func aPeerIsAsked() throws {
    try withTemporaryFolder { folder in
      let asked = folder.appending(path: "asked")
      let script =
        "while read -r l; do echo \"$l\" >> '\(asked.path)'; echo '{\"seconds\": [0.003, 0.001], \"name\": \"P 1\"}'; done"
      let arguments = ["--seconds", "0.01", "--threads", "1", "--pairs", "2", "--json", "--peer", script]
      let rows = ["lstm-masked-forward", "stacked-forward", "language-small-train", "stream"]
      let result = try runBuilt("benchmark", arguments + rows, seconds: 120)
      expectEqual(result.code, 0, "\(result)")
      let reports = try result.output.split(separator: "\n").map {
        try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      expectEqual(
        reports.map { $0["row"] as? String },
        [
          "lstm-masked-forward", "stacked-forward", "stream", "language-small-train",
        ])
      for report in reports {
        let peer = try #require((report["peers"] as? [[String: Any]])?.first)
        let pairs = try #require(peer["pairs"] as? [[String: Double]])
        expect(peer["name"] as? String == "P 1" && pairs.count == 2)
        for pair in pairs {
          let (own, theirs, ratio) = (pair["own"] ?? 0, pair["peer"] ?? 0, pair["ratio"] ?? 0)
          expect(theirs == 0.002 && abs(ratio - theirs / own) <= 1e-12 * ratio)
        }
      }
      let questions = try String(contentsOf: asked, encoding: .utf8).split(separator: "\n").map {
        try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
      expect(questions.count == 12 && questions.map { $0["seconds"] as? Double } == Array(repeating: 0.01, count: 12))
      func fields(_ place: Int) -> [String] {
        ["network", "cell", "option", "mode", "B", "T", "D", "H", "classes", "layers", "steps", "update", "threads"].map
        {
          questions[place][$0].map { "\($0)" } ?? "-"
        }
      }
      expectEqual(
        fields(0), ["layer", "lstm", "mask", "forward", "128", "28", "28", "128", "10", "1", "1", "adam", "1"])
      expectEqual(
        fields(3), ["stacked", "lstm", "none", "forward", "128", "28", "28", "128", "10", "2", "1", "adam", "1"])
      expectEqual(
        fields(6), ["stream", "lstm", "none", "forward", "1", "1", "64", "128", "10", "1", "1000", "adam", "1"])
      expectEqual(
        fields(9), ["language", "lstm", "none", "train", "20", "20", "32", "64", "52", "1", "1", "adam", "1"])
      let lengths = try #require(questions[0]["lengths"] as? [Int])
      expect(lengths.prefix(5) == [5, 12, 19, 26, 9] && lengths.count == 128 && questions[3]["lengths"] == nil)
    }
  }
}
