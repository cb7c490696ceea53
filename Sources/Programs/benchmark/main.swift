// Times recurrent layers, alone or against another implementation. Usage: benchmark --help.
import Foundation
import Options
import Training

private let names = Option.positionals("ROW", "rows by name or a part of it; all when none is given")
private let json = Option.flag("json", "one JSON object a line for each row")
private let list = Option.flag("list", "list the rows and run none")
private let seconds = Option.number(
  "seconds", default: 1, in: 0.01...600, "how long each row is called; with a peer, in each of its runs")
private let threads = Option.integer(
  "threads", default: 0, in: 0...1024, "threads; 0: once with one and once with as many as there are cores")
private let peerCommand = Option.optional(
  "peer", "COMMAND", "a program that times the same rows, between our own runs; see Sources/Programs/benchmark/peer.py")
private let pairCount = Option.integer("pairs", default: 3, in: 1...1000, "how often each side runs, with a peer")
private let command = Command(
  "benchmark", "Times recurrent layers, alone or against another implementation.",
  [names, json, list, seconds, threads, peerCommand, pairCount])
private let arguments = command.parseOrExit()

private func chosenRows() -> [Row] {
  let words = arguments[names]
  if let unknown = words.first(where: { word in !Row.all.contains { $0.name.contains(word) } }) {
    let known = Row.all.map(\.name).joined(separator: ", ")
    command.exit(withError: "ROW: expected a part of one of \(known), received '\(unknown)'")
  }
  return words.isEmpty ? Row.all : Row.all.filter { row in words.contains { row.name.contains($0) } }
}

/// Our times of a row; with a peer, its runs between ours.
private func run(_ row: Row, threads: Int, peak: Double, peer: Peer?) throws -> Report? {
  Threads.count = threads
  let call = try row.makeCall()
  guard let peer else {
    return try Measurement.of(budget: arguments[seconds], call).map {
      Report(row, threads: threads, $0, peak: peak, pairs: [], peerError: nil)
    }
  }
  var times: [Double] = []
  var pairs: [Report.Pair] = []
  // The peer loads its framework and builds the row at the first question; that must not overlap with our runs.
  _ = try peer.measure(row, threads: threads, seconds: 0.01)
  for _ in 0..<arguments[pairCount] {
    guard let own = try Measurement.of(budget: arguments[seconds], call) else { continue }
    times += own.seconds
    switch try peer.measure(row, threads: threads, seconds: arguments[seconds]) {
    case .success(let theirs): pairs.append(.init(own: own.median, peer: theirs.median))
    case .failure(let reason):
      return Report(row, threads: threads, own, peak: peak, pairs: [], peerError: reason.description)
    }
  }
  return Measurement(times).map { Report(row, threads: threads, $0, peak: peak, pairs: pairs, peerError: nil) }
}

private func printReport(_ report: Report) throws {
  guard arguments[json] else { return say(report.text) }
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  say(String(decoding: try encoder.encode(report), as: UTF8.self))
}

private let rows = chosenRows()
if arguments[list] {
  for row in rows { say(row.name) }
  exit(0)
}
do {
  let cores = ProcessInfo.processInfo.activeProcessorCount
  let counts = arguments[threads] > 0 ? [arguments[threads]] : Array(Set([1, cores])).sorted()
  // Before the peer starts: it would share the cores.
  let peaks = counts.map { count in
    Threads.count = count
    return PeakSpeed.gigaflops()
  }
  let peer = try arguments[peerCommand].map { try Peer($0) }
  if !arguments[json] { say(Report.heading) }
  for (count, peak) in zip(counts, peaks) {
    for row in rows {
      if let report = try run(row, threads: count, peak: peak, peer: peer) { try printReport(report) }
    }
    if !arguments[json] { say(String(format: "peak of %d threads: %.1f GFLOP/s", count, peak)) }
  }
} catch {
  command.exit(withError: "\(error)")
}
