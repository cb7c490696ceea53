import Foundation
import Support
import Testing

@testable import GoldenConformance

/// Programs that hang, die, flood or lie: each gets a verdict, the run goes on and ends, and no process stays behind.
@Suite(.serialized, .lane(.waiting)) struct MisbehaviourTests {
  private func cases() throws -> [Case] {
    try ReferenceTests.suite.get().cases.filter { $0.name.contains("torch_rnn") || $0.name.contains("torch_gru") }
  }

  /// The beginning of a program that answers line by line; `$name` is the name of the case.
  static let answering = #"while read -r line; do name=${line#*\"name\":\"}; name=${name%%\"*}; "#

  @Test(arguments: [
    ("sleep 60", "no answer within 0.3 s (does the program flush its output after every line?)"),
    ("trap '' TERM INT HUP; while :; do sleep 1; done", "no answer within"),
    ("kill -STOP $$", "no answer within"),
    ("exec <&-; sleep 60", "no answer within"),
    ("while :; do printf x; sleep 0.05; done", "bytes came, and no end of line)"),
    ("exec >&-; sleep 60", "the program closed its output"),
    ("exit 0", "the program ended with exit code 0"),
    ("read line; exit 3", "the program ended with exit code 3"),
    ("read line; echo gone wrong >&2; exit 1", "the program ended with exit code 1: gone wrong"),
    ("kill -9 $$", "the program died of signal 9"),
    ("printf half; exit 0", "ended with exit code 0 after 4 bytes without an end of line"),
    ("sleep 60 & exit 0", "the program ended with exit code 0"),
    ("setsid sleep 1 & exit 0", "the program ended with exit code 0"),
    ("yes", "expected an answer in JSON, received \"y\""),
    (#"printf '\033[31m\007\n'; cat"#, #"received "\u001b[31m\u0007""#),
    ("head -c 100000 /dev/zero | tr '\\0' '['; echo", "expected at most 64 nested lists and objects"),
    ("head -c 100000 /dev/zero; echo", "expected an answer in JSON"),
    ("yes noise >&2", "noise"),
    ("cat", "expected the key \"results\", \"skip\" or \"error\""),
    ("while read -r line; do echo '[1]'; done", "expected an answer with the key \"name\""),
    (#"while read -r line; do echo '{"name": "other", "results": {}}'; done"#, "received the answer to \"other\""),
  ])
  func eachGetsAVerdict(command: String, reason: String) async throws {
    let cases = try cases()
    // Those that say nothing are waited for; a busy machine may need a second to start one that says something.
    let seconds =
      reason.contains("no answer") ? 0.3 : ["bytes came", "noise"].contains(where: reason.contains) ? 1 : 10
    let run = try await onOwnThread { try ExternalRun(command: command, cases: cases, seconds: seconds) }
    expect(run.answers.count > 5)
    guard case .failed(let first) = run.answers[0].verdict, case .untried(let last)? = run.answers.last?.verdict else {
      throw Problem("\(run.answers.map(\.verdict))")
    }
    expect(first.contains(reason), "\(first)")
    expectEqual(last, "not tried after 3 failures in a row")
    expect(!run.allAgree && run.agreeing == 0)
  }

  @Test func anEndlessLineIsCutOff() throws {
    let command = "head -c 1000000000 /dev/zero | tr '\\0' x"
    let run = try ExternalRun(command: command, cases: Array(try cases().prefix(1)), seconds: 60)
    guard case .failed("an answer of more than 67108864 bytes without an end of line") = run.answers[0].verdict else {
      throw Problem("\(run.answers[0].verdict)")
    }
  }

  @Test func noiseBesideAnswersDoesNoHarm() throws {
    let command = "(yes noise >&2) & " + Self.answering + #"printf '{"name": "%s", "skip": "none"}\n' "$name"; done"#
    let cases = try cases()
    let run = try ExternalRun(command: command, cases: cases, seconds: 5)
    expectEqual(run.skipped, cases.count)
  }

  /// More than a pipe holds, before each answer: the program waits until somebody reads it.
  @Test func muchNoiseBeforeAnAnswerIsRead() throws {
    let command =
      Self.answering + #"head -c 300000 /dev/zero >&2; printf '{"name": "%s", "skip": "none"}\n' "$name"; done"#
    let cases = Array(try cases().prefix(3))
    try expectEqual(ExternalRun(command: command, cases: cases, seconds: 20).skipped, 3)
  }

  @Test func whatIsNoNumberIsWrongAtItsPlace() throws {
    let data = "[NaN, -Infinity, nan, inf, 1e999, null, -nan, 0, 0]"
    let command =
      Self.answering + #"printf '{"name": "%s", "results": {"outputs": {"shape": [1, 3, 3], "data": "#
      + data + #"}}}\n' "$name"; done"#
    let run = try ExternalRun(
      command: command, cases: try cases().filter { $0.name == "torch_rnn_tiny_f64" }, seconds: 5)
    guard case .compared(let comparison) = run.answers[0].verdict else { throw Problem("\(run.answers[0].verdict)") }
    expectEqual(comparison.lines.first { $0.tensor == "outputs" }?.wrong, 9)
  }

  @Test func anAnswerThatComesTwiceIsCalledThat() throws {
    let command = Self.answering + #"for k in 1 2; do printf '{"name": "%s", "skip": "none"}\n' "$name"; done; done"#
    let run = try ExternalRun(command: command, cases: try cases(), seconds: 5)
    guard case .skipped = run.answers[0].verdict, case .failed(let reason) = run.answers[1].verdict else {
      throw Problem("\(run.answers.map(\.verdict))")
    }
    expect(reason.contains("received a second answer to \"\(run.answers[0].golden.name)\""))
    guard case .skipped = run.answers[2].verdict else { throw Problem("the next case is tried again") }
  }

  @Test func aProgramThatAnswersOnceIsStartedAgain() throws {
    let command = Self.answering + #"printf '{"name": "%s", "skip": "none"}\n' "$name"; exit 7; done"#
    let cases = try cases()
    let run = try ExternalRun(command: command, cases: cases, seconds: 5)
    expect(run.skipped == (cases.count + 1) / 2, "every other case finds it gone")
  }

  /// The state of a process as `ps` shows it; nil when it is gone or only waits to be forgotten.
  private func state(of identifier: String) throws -> String? {
    let text = try runChild(URL(filePath: "/bin/ps"), ["-o", "stat=", "-p", identifier]).output
    let state = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return state.isEmpty || state.hasPrefix("Z") ? nil : state
  }

  private func identifier(in file: String) -> String? {
    for _ in 0..<400 {
      if let text = try? String(contentsOfFile: file, encoding: .utf8), text.hasSuffix("\n") {
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
      }
      usleep(25000)
    }
    return nil
  }

  @Test func noChildStaysBehind() throws {
    try withTemporaryPath { folder in
      let command = "trap '' TERM; sleep 600 & echo $! > \(folder)/child; exit 0"
      let run = try ExternalRun(command: command, cases: Array(try cases().prefix(1)), seconds: 5)
      expectEqual(run.agreeing, 0)
      let child = try #require(identifier(in: folder + "/child"))
      // It has been killed, and on a busy machine ends when it has its turn.
      for _ in 0..<100 where try state(of: child) != nil { usleep(10000) }
      try expect(state(of: child) == nil)
    }
  }

  @Test func aSignalTakesTheProgramAlong() throws {
    try withTemporaryPath { folder in
      let process = Process()
      process.executableURL = try builtProgram("conformance")
      process.currentDirectoryURL = repository
      process.arguments = [
        "golden/reference/torch.json", "--seconds", "600", "--implementation",
        "sleep 600 & echo $! > \(folder)/child; wait",
      ]
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      let child = try #require(identifier(in: folder + "/child"))
      try expect(state(of: child) != nil)
      process.interrupt()
      process.waitUntilExit()
      expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGINT)
      for _ in 0..<100 where try state(of: child) != nil { usleep(10000) }
      try expect(state(of: child) == nil)
    }
  }

  @Test func commandsOfTheShellAreCommands() throws {
    let answer = Self.answering + #"printf '{"name": "%s", "skip": "'$A'"}\n' "$name"; done"#
    let run = try ExternalRun(command: "cd / && A=none && " + answer, cases: try cases(), seconds: 5)
    expectEqual(run.skipped, run.answers.count)
  }
}
