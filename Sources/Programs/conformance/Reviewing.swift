import Foundation
import GoldenConformance
import Options
import TextLayout

/// `--record` and `--review`: numbers that are new, written beside the files and looked at by a person.
///
/// Exit 0: nothing waits; 1: something does; 2: an error, or `CI=true` where something would be written.
struct Reviewing {
  let paths: [String]
  let only: String?

  private func isAsked(_ name: String) -> Bool { only.map { name.contains($0) } ?? true }

  /// Continuous integration sets `CI`; there no person looks at the numbers, so nothing is written.
  private func refuseInCI(_ option: String) throws {
    guard isCI else { return }
    throw ReviewError(
      "\(option): expected a person who looks at the numbers, received CI=true: nothing is written in CI")
  }

  private var isCI: Bool {
    let value = ProcessInfo.processInfo.environment["CI"] ?? ""
    return !["", "0", "false", "no"].contains(value.lowercased())
  }

  // MARK: Recording

  func record() throws -> Int32 {
    try refuseInCI("--record")
    let recordings = try Suite.files(at: paths).map { try Recording($0, only: isAsked) }
    for recording in recordings where !recording.changes.isEmpty { try recording.write() }
    let changed = recordings.flatMap(\.changes)
    for recording in recordings where !recording.changes.isEmpty {
      say(recording.newFile)
      for change in recording.changes {
        say("  \(printable(change.caseName)): \(change.tensors.joined(separator: ", "))")
      }
    }
    let failures = recordings.flatMap(\.failures)
    for failure in failures { say("fails  \(failure)") }
    say(
      changed.isEmpty
        ? "nothing to record: no case lacks numbers or has others than today"
        : "\(changed.count) \(changed.count == 1 ? "case waits" : "cases wait") for review: conformance --review")
    return changed.isEmpty && failures.isEmpty ? 0 : 1
  }

  // MARK: Reviewing

  func review(accept: [String], reject: [String]) throws -> Int32 {
    if !accept.isEmpty || !reject.isEmpty { try refuseInCI("--accept and --reject") }
    var pending = try Pending.files(at: paths).map { try Pending($0) }
    let asked = pending.flatMap(\.items).filter { isAsked($0.golden.name) }
    try checkNames(accept + reject, among: asked.map(\.golden.name))
    var waiting = 0
    for place in pending.indices {
      let items = pending[place].items.filter { isAsked($0.golden.name) }
      if pending[place].items.isEmpty, !isCI { try pending[place].reject([]) }
      let shown = items.filter { item in
        let name = item.golden.name
        return (accept + reject).isEmpty || (accept + reject).contains { $0 == name || $0 == "all" }
      }
      for (number, item) in shown.enumerated() {
        if number == 0 { say("\(pending[place].newFile)\n") }
        say(item.text() + "\n")
        let name = item.golden.name
        if accept.contains(name) || (accept.contains("all") && item.refusal == nil) {
          try pending[place].accept([name])
          say("accepted  \(item.golden.shownName)\n")
        } else if reject.contains(name) || reject.contains("all") {
          try pending[place].reject([name])
          say("rejected  \(item.golden.shownName)\n")
        } else if accept.isEmpty, reject.isEmpty, isatty(0) == 1, isatty(1) == 1 {
          try ask(item, of: &pending[place])
        }
      }
      waiting += pending[place].items.count
    }
    say(
      waiting == 0
        ? "nothing waits for review"
        : "\(waiting) \(waiting == 1 ? "case waits" : "cases wait"): --accept NAME or --reject NAME, several times, "
          + "or all; on a terminal --review asks"
    )
    return waiting == 0 ? 0 : 1
  }

  private func checkNames(_ words: [String], among names: [String]) throws {
    for word in words where word != "all" && !names.contains(word) {
      let known = names.isEmpty ? "no case waits" : "one of \(names.map { quoted($0) }.joined(separator: ", ")), or all"
      throw ReviewError("--accept, --reject: expected \(known), received \(quoted(word))")
    }
  }

  /// Asks on the terminal until there is an answer; the end of the input leaves all as it is.
  private func ask(_ item: Pending.Item, of pending: inout Pending) throws {
    try refuseInCI("--review on a terminal")
    while true {
      let choices = item.refusal == nil ? "[a]ccept, [r]eject, [s]kip, [q]uit" : "[r]eject, [s]kip, [q]uit"
      say("\(item.golden.shownName): \(choices)? ", terminator: "")
      guard let answer = readLine() else {
        say()
        exit(1)
      }
      switch answer.trimmingCharacters(in: .whitespaces).lowercased() {
      case "a" where item.refusal == nil, "accept" where item.refusal == nil:
        return try pending.accept([item.golden.name])
      case "r", "reject": return try pending.reject([item.golden.name])
      case "s", "skip", "": return
      case "q", "quit": exit(1)
      case let other: say("expected one of \(choices), received \(quoted(other))")
      }
    }
  }
}
