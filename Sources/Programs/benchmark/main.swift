// Times recurrent layers, alone or against another implementation. Usage: benchmark --help.
import Files
import Foundation
import Options
import Training

private let names = Option.positionals("ROW", "rows by name or a part of it; all when none is given")
private let json = Option.flag("json", "one JSON object a line for each row")
private let list = Option.flag("list", "list the rows and run none")
private let scaling = Option.flag(
  "scaling", "the rows that show how the cost grows with T, D, H and B, instead of the others")
private let seconds = Option.number(
  "seconds", default: 1, in: 0.01...600, "how long each row is called; with a peer, in each of its runs")
private let threads = Option.integer(
  "threads", default: 0, in: 0...1024, "threads; 0: once with one and once with as many as there are cores")
private let peerCommands = Option.repeated(
  "peer", "COMMAND", "a program that times the same rows, between our own runs; see Sources/Programs/benchmark/peer.py")
private let pairCount = Option.integer("pairs", default: 3, in: 1...1000, "how often each side runs, with a peer")
private let record = Option.optional("record", "FILE", "append what was measured to FILE, one JSON object a line")
private let table = Option.optional(
  "table", "FILE",
  "write the tables of all rows into FILE, between its marks: of those in the --record file, or measured now")
private let command = Command(
  "benchmark", "Times recurrent layers, alone or against other implementations.",
  [names, json, list, scaling, seconds, threads, peerCommands, pairCount, record, table])
private let arguments = command.parseOrExit()

private func chosenRows() -> [Row] {
  let words = arguments[names]
  let rows = arguments[scaling] ? Row.scaling : Row.all
  if let unknown = words.first(where: { word in !rows.contains { $0.name.contains(word) } }) {
    let known = rows.map(\.name).joined(separator: ", ")
    command.exit(withError: "ROW: expected a part of one of \(known), received '\(unknown)'")
  }
  return words.isEmpty ? rows : rows.filter { row in words.contains { row.name.contains($0) } }
}

/// Our times of a row; with peers, their runs between ours.
private func run(_ row: Row, threads: Int, peak: Double, peers: [Peer]) throws -> Report? {
  Threads.count = threads
  let call = try row.makeCall()
  guard !peers.isEmpty else {
    return try Measurement.of(budget: arguments[seconds], call).map {
      Report(row, threads: threads, $0, peak: peak, peers: [])
    }
  }
  var times: [Double] = []
  // A peer loads its framework and builds the row at the first question; that must not overlap with our runs.
  var comparisons = try peers.map { peer in
    let first = try peer.measure(row, threads: threads, seconds: 0.01)
    return Report.Comparison(name: peer.name, pairs: [], error: first.failure)
  }
  for _ in 0..<arguments[pairCount] {
    for (index, peer) in peers.enumerated() where comparisons[index].error == nil {
      guard let own = try Measurement.of(budget: arguments[seconds], call) else { continue }
      times += own.seconds
      switch try peer.measure(row, threads: threads, seconds: arguments[seconds]) {
      case .success(let theirs): comparisons[index].pairs.append(.init(own: own.median, peer: theirs.median))
      case .failure(let reason): comparisons[index].error = reason.description
      }
    }
  }
  if times.isEmpty, let own = try Measurement.of(budget: arguments[seconds], call) { times = own.seconds }
  return Measurement(times).map { Report(row, threads: threads, $0, peak: peak, peers: comparisons) }
}

private func text(of report: Report) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return String(decoding: try encoder.encode(report), as: UTF8.self)
}

/// Appends a line to a file, and makes the file if it is not there.
private func append(_ line: String, to path: String) throws {
  let before = InputFile(path).isFolder == nil ? "" : try text(of: path)
  try OutputFile(path).write(before + line + "\n")
}

/// The whole of a file in UTF-8.
private func text(of path: String) throws -> String {
  guard let text = String(validating: try InputFile(path).bytes(), as: UTF8.self) else {
    throw SpeedTable.Failure(description: "\(path): expected text in UTF-8, received other bytes")
  }
  return text
}

/// The document is read before anything is measured, so that one without marks costs no time.
private func writeTable(into path: String) throws {
  let document = try text(of: path)
  _ = try SpeedTable(records: []).written(into: document, file: path)
  let tables =
    if let path = arguments[record] {
      try SpeedTable(lines: text(of: path), file: path)
    } else {
      SpeedTable(records: try measure(Row.all) + measure(Row.scaling, withPeers: false))
    }
  try OutputFile(path).write(try tables.written(into: document, file: path))
}

@discardableResult
private func measure(_ rows: [Row], withPeers: Bool = true) throws -> [Report] {
  let cores = ProcessInfo.processInfo.activeProcessorCount
  let counts = arguments[threads] > 0 ? [arguments[threads]] : Array(Set([1, cores])).sorted()
  // Before the peers start: they would share the cores.
  let peaks = counts.map { count in
    Threads.count = count
    return PeakSpeed.gigaflops()
  }
  let peers = try withPeers ? arguments[peerCommands].map { try Peer($0) } : []
  var reports: [Report] = []
  if !arguments[json] { say(Report.heading) }
  for (count, peak) in zip(counts, peaks) {
    for row in rows {
      guard let report = try run(row, threads: count, peak: peak, peers: peers) else { continue }
      let line = try text(of: report)
      say(arguments[json] ? line : report.text)
      if let path = arguments[record] { try append(line, to: path) }
      reports.append(report)
    }
    if !arguments[json] { say(String(format: "peak of %d threads: %.1f GFLOP/s", count, peak)) }
  }
  return reports
}

private let rows = chosenRows()
if arguments[list] {
  for row in rows { say(row.name) }
  exit(0)
}
do {
  if let path = arguments[table] { try writeTable(into: path) } else { try measure(rows) }
} catch {
  command.exit(withError: "\(error)")
}
