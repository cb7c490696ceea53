import Foundation
import Training

/// Another implementation, a program that times the same rows: it reads one JSON object a line from its input and
/// answers each with one line.
///
///     {"row": "lstm-mnist-train", "network": "classifier", "cell": "lstm", "option": "none", "mode": "train",
///      "B": 128, "T": 28, "D": 28, "H": 128, "classes": 10, "threads": 2, "seconds": 0.5}
///     {"seconds": [0.0147, 0.0149, …], "name": "PyTorch 2.15"}     the time of each call
///     {"error": "this row is not offered"}                         when it cannot
final class Peer {
  struct Question: Encodable {
    var row: String
    /// `layer`, `classifier`, `bidirectional`, `stacked`, `stream`, `language` or `sorting`.
    var network: String
    /// `simple_rnn`, `lstm` or `gru`.
    var cell = CellKind.lstm.identifier
    var option = Network.Option.none.rawValue
    var mode: Row.Mode
    var B: Int
    var T: Int
    var D: Int
    var H: Int
    /// Classes, or words of a vocabulary.
    var classes = Row.classes
    /// Recurrent layers on top of each other.
    var layers = 1
    /// Steps that a stream reads, one in each call of the layer.
    var steps = 1
    /// `sgd` or `adam`.
    var update = Network.Update.adam.rawValue
    /// Used steps of each sample, where there is a mask.
    var lengths: [Int]?
    var threads: Int
    var seconds: Double

    init(_ row: Row, threads: Int, seconds: Double) {
      self.row = row.name
      (mode, B, T, D, H) = (row.mode, row.B, row.T, row.D, row.H)
      (lengths, self.threads, self.seconds) = (row.lengths, threads, seconds)
      switch row.network {
      case .layer(let kind, let option):
        (network, cell, self.option) = ("layer", kind.identifier, option.rawValue)
      case .classifier(let kind, let option):
        (network, cell, self.option) = ("classifier", kind.identifier, option.rawValue)
      case .bidirectional: network = "bidirectional"
      case .stacked: (network, layers) = ("stacked", 2)
      case .stream(let steps): (network, self.steps) = ("stream", steps)
      case .language(let layers, let vocabulary, let update):
        (network, self.layers, classes, self.update) = ("language", layers, vocabulary, update.rawValue)
      case .sorting(let vocabulary):
        (network, classes, update) = ("sorting", vocabulary, Network.Update.sgd.rawValue)
      }
    }
  }

  private struct Answer: Decodable {
    var seconds: [Double]?
    var name: String?
    var error: String?
  }

  /// What went wrong with the peer itself.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// In seconds; longer than any framework takes to start, and than any row.
  private static let timeout = 180.0

  private let process = Process()
  private let questions = Pipe()
  private let answers = Pipe()
  private var unread = Data()
  /// What the peer calls itself, with its version, once it has answered.
  private(set) var name = "peer"

  /// Starts `command` in a shell.
  init(_ command: String) throws {
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.standardInput = questions
    process.standardOutput = answers
    // A peer that has ended must not end this program when it is written to.
    signal(SIGPIPE, SIG_IGN)
    try process.run()
  }

  deinit {
    // A peer ends when its input is closed. Wait for that, so that it does not disturb the next measurement.
    try? questions.fileHandleForWriting.close()
    let deadline = Date(timeIntervalSinceNow: 5)
    while process.isRunning && Date() < deadline { usleep(10_000) }
    if process.isRunning { process.terminate() }
  }

  /// The peer's times of a row, or why it has none.
  func measure(_ row: Row, threads: Int, seconds: Double) throws -> Result<Measurement, Failure> {
    let question = Question(row, threads: threads, seconds: seconds)
    do {
      try questions.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(question) + Data("\n".utf8))
    } catch {
      throw Failure(description: "the peer ended before row \(row.name)")
    }
    let line = try readLine(row.name)
    guard let answer = try? JSONDecoder().decode(Answer.self, from: line) else {
      let text = String(decoding: line.prefix(200), as: UTF8.self)
      throw Failure(description: "the peer's answer to row \(row.name): expected one JSON object, received \(text)")
    }
    name = answer.name ?? name
    if let error = answer.error { return .failure(Failure(description: error)) }
    guard let measurement = Measurement(answer.seconds ?? []) else {
      throw Failure(description: "the peer's answer to row \(row.name): expected positive times in \"seconds\"")
    }
    return .success(measurement)
  }

  private func readLine(_ row: String) throws -> Data {
    let deadline = Date(timeIntervalSinceNow: Self.timeout)
    let handle = answers.fileHandleForReading
    while true {
      if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
        defer { unread = Data(unread[unread.index(after: end)...]) }
        return Data(unread[..<end])
      }
      var descriptor = pollfd(fd: handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&descriptor, 1, 1000) > 0 else {
        if Date() > deadline { throw Failure(description: "the peer did not answer row \(row) in \(Self.timeout) s") }
        continue
      }
      let bytes = handle.availableData
      if bytes.isEmpty { throw Failure(description: "the peer ended at row \(row) without an answer") }
      unread += bytes
    }
  }
}

extension Result where Failure == Peer.Failure {
  /// Why there is no success.
  var failure: String? {
    if case .failure(let reason) = self { reason.description } else { nil }
  }
}
