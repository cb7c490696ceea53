import Foundation
import Support
import Testing

@testable import Options

/// What a whole process says, and the limits of what a command line may hold.
@Suite(.lane(.exits)) struct ProcessTests {
  private static let units = Option.integer("units", default: 3, "how many")
  private static let command = Command("demo", "Does nothing.", [units])

  @Test func linesAreSaidAtOnce() async throws {
    let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
      say("begin:", terminator: "")
      say("a")
      say()
      print("b", terminator: "")
      say("c", terminator: "")
      exit(0)
    }
    let text = String(decoding: try #require(result).standardOutputContent, as: UTF8.self)
    expect(text.hasSuffix("begin:a\n\nbc"), "\(text)")
  }

  @Test func anErrorMayHaveAdvice() async throws {
    for advice in [nil, "an advice"] as [String?] {
      let result =
        advice == nil
        ? await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
          Self.command.exit(withError: "begin: a message")
        }
        : await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
          Self.command.exit(withError: "begin: a message", advice: "an advice")
        }
      let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
      expect(text.hasSuffix("demo: begin: a message\n" + (advice.map { $0 + "\n" } ?? "")), "\(text)")
    }
  }

  /// The name of the program stands before what it could not say.
  @Test func aClosedOutputNamesTheProgram() async throws {
    let result = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      _ = write("begin:", to: STDERR_FILENO)
      close(STDOUT_FILENO)
      say("lost")
    }
    let name = CommandLine.arguments.first.map { URL(filePath: $0).lastPathComponent } ?? ""
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    expect(
      text.hasSuffix(
        "begin:\(name): standard output: expected a place that can be written, received \"Bad file descriptor\"\n"),
      "\(text)")
  }

  @Test func theWordsOfTheProcessAreItsOwn() { expectEqual(commandLine(), Array(CommandLine.arguments.dropFirst())) }

  /// Three letters more are near, four are not; of equally near ones the first is offered.
  @Test(arguments: [
    ("--unitsabc", "; did you mean --units?"), ("--unitsabcd", "; expected one of --units, --help"),
    ("--uni", "; did you mean --units?"), ("--helps=3", "; did you mean --help?"),
  ])
  func namesAreNearWithinThreeLetters(word: String, hint: String) {
    let named = word.split(separator: "=")[0]
    #expect(throws: OptionError(description: "unknown option \"\(named)\"\(hint)")) { try Self.command.parse([word]) }
  }

  @Test func ofEquallyNearNamesTheFirstIsOffered() {
    let command = Command("demo", "", ["ab", "ac", "ad"].map { Option.flag($0, "a flag") })
    #expect(throws: OptionError(description: "unknown option \"--ax\"; did you mean --ab?")) {
      try command.parse(["--ax"])
    }
  }

  @Test func distancesCountLetters() {
    for (a, b, distance) in [
      ("", "", 0), ("a", "a", 0), ("abc", "", 3), ("abc", "abd", 1), ("abc", "bc", 1), ("abc", "abcx", 1),
      ("abcd", "dabc", 2),
      ("sunday", "saturday", 3),
    ] { expect(editDistance(a, b) == distance && editDistance(b, a) == distance, "\(a) \(b)") }
    let long = String(repeating: "x", count: 64)
    expect(editDistance(long + "yyy", long) == 0 && editDistance(String(long.dropLast()) + "y", long) == 1)
  }

  @Test func wordsWithoutDashesAreDealtOut() throws {
    let first = Option.positionals("FIRST", atLeast: 1, "the first")
    let second = Option.positionals("SECOND", atLeast: 2, "the second")
    let last = Option.optionalPositional("LAST", "the last")
    let command = Command("demo", "", [first, second, last])
    for (words, dealt) in [
      (["a", "b", "c"], [["a"], ["b", "c"]]), (["a", "b", "c", "d"], [["a", "b"], ["c", "d"]]),
      (["-", "--", "--", "--x"], [["-"], ["--", "--x"]]),
    ] {
      let read = try command.parse(words)
      expect([read[first], read[second]] == dealt && read[last] == nil, "\(words)")
    }
    let one = Option.optionalPositional("ONE", "the one")
    try expectEqual(Command("demo", "", [one]).parse(["--", "--"])[one], "--")
    try expectEqual(Command("demo", "", [one]).parse(["-"])[one], "-")
    try expect(!Command("demo", "", [one]).parse([]).names(one))
    #expect(throws: OptionError(description: "SECOND: expected the second, received nothing")) {
      try command.parse(["a", "b"])
    }
    #expect(throws: OptionError(description: "ONE: expected the one, received an empty text")) {
      try Command("demo", "", [one]).parse([""])
    }
  }

  @Test func labelsShowHowManyWordsThereMayBe() {
    let command = Command(
      "demo", "Demo.",
      [
        Option.positionals("ANY", "any files"), Option.optionalPositional("ONE", "one file"),
        Option.positional("IN", "a file."), Option.positionals("SOME", atLeast: 1, "some files"),
      ])
    expectEqual(
      command.help(),
      """
      Usage: demo [ANY …] [ONE] IN SOME …

      Demo.

        [ANY …]     Any files.
        [ONE]       One file.
        IN          A file.
        SOME …      Some files.
        -h, --help  Show this and exit.

      """)
    // The usage goes on below its first option.
    let long = Command("demo", "", (1...4).map { Option.text("a-long-option-\($0)", "TEXT", "a text") })
    expect(long.help(width: 50).split(separator: "\n")[1].hasPrefix(String(repeating: " ", count: 12) + "--a-long"))
  }

  /// A default that is given counts as one; a value that is given twice is refused, a flag is not.
  @Test func valuesAreComparedWithTheirDefaults() throws {
    let flag = Option.flag("flag", "a flag")
    let many = Option.repeated("many", "WORD", "words")
    let command = Command("demo", "", [Self.units, flag, many])
    let read = try command.parse(["--flag", "--flag", "--many", "a", "--many", "b"])
    expect(read[flag] && read.names(flag) && !read.keepsDefault(of: flag) && read.keepsDefault(of: Self.units))
    expect(many.text(in: read) == "a b" && flag.text(in: read) == "on" && Self.units.text(in: read) == "3")
    #expect(throws: OptionError(description: "--units: expected once, received a second time")) {
      try command.parse(["--units", "3", "--units", "3"])
    }
    try expect(command.parse(["--many", "a", "-h", "--nonsense"]).asksForHelp)
    #expect(throws: OptionError(description: "unknown option \"-flag\"; did you mean --flag?")) {
      try command.parse(["-flag"])
    }
  }
}
