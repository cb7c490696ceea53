import TextLayout
import Support
import Testing

@testable import Options

enum Precision: String, CaseIterable, Sendable { case float, double }

private let units = Option.integer("units", default: 13, in: 1...512, "units of the layer")
private let rate = Option.number("rate", default: 0.001, in: -1...1, "learning rate")
private let precision = Option<Precision>.choice("scalar", default: .double, "precision of the layers")
private let only = Option.optional("only", "TEXT", "cases whose name contains TEXT")
private let lists = Option.flag("list", "list the cases")
private let extra = Option.repeated("extra", "WORD", "one more word")
private let paths = Option.positionals("PATH", default: ["golden/"], "files or folders")
private let command = Command(
  "demo", "Shows how a command line is read.", [units, rate, precision, only, lists, extra, paths])

@Test func defaultsStandWhereNothingIsSaid() throws {
  let arguments = try command.parse([])
  expect(arguments[units] == 13 && arguments[rate] == 0.001 && arguments[precision] == .double)
  expect(arguments[only] == nil && !arguments[lists] && arguments[extra] == [] && arguments[paths] == ["golden/"])
  expect(arguments.keepsDefault(of: units) && !arguments.names(units))
}

@Test func bothFormsOfAValueMeanTheSame() throws {
  let words = [
    "a.json", "--units=20", "--rate", "-0.5", "--scalar", "float", "--list", "--extra=x", "--extra", "y", "b",
  ]
  let arguments = try command.parse(words + ["--only=--a=b", "--", "--c"])
  expect(arguments[units] == 20 && arguments[rate] == -0.5 && arguments[precision] == .float)
  expect(arguments[only] == "--a=b" && arguments[lists] && arguments[extra] == ["x", "y"])
  expectEqual(arguments[paths], ["a.json", "b", "--c"])
  expect(!arguments.keepsDefault(of: units))
  try expect(command.parse(["--units", "13"]).keepsDefault(of: units))
}

@Test(arguments: [
  (["--units", "0"], "--units: expected a whole number from 1 to 512, received \"0\""),
  (
    ["--units", "99999999999999999999"],
    "--units: expected a whole number from 1 to 512, received \"99999999999999999999\""
  ),
  (["--units"], "--units: expected a whole number from 1 to 512, received nothing"),
  (["--units", "--list"], "--units: expected a whole number from 1 to 512, received nothing"),
  (["--units=3", "--units=4"], "--units: expected once, received a second time"),
  (["--rate", "nan"], "--rate: expected a number from -1.0 to 1.0, received \"nan\""),
  (["--scalar", "half"], "--scalar: expected one of float, double, received \"half\""),
  (["--list=yes"], "--list: expected nothing after it, received \"yes\""),
  (["--unit", "4"], "unknown option \"--unit\"; did you mean --units?"),
  (["-x"], "unknown option \"-x\"; expected one of --units, --rate, --scalar, --only, --list, --extra, --help"),
  (["--only", "a\u{1B}[2J", "--only="], "--only: expected once, received a second time"),
  (["--only="], "--only: expected a text, received \"\""),
])
func errorsSayWhatIsAllowedAndWhatWasReceived(words: [String], message: String) {
  #expect(throws: OptionError(description: message)) { try command.parse(words) }
}

@Test func positionalArgumentsAreDealtOutInOrder() throws {
  let input = Option.positional("IN", "the file to read")
  let rest = Option.positionals("MORE", "further files")
  let output = Option.positional("OUT", "the file to write")
  let from = Option.choice("from", of: ["keras", "pytorch"], "the layout of IN")
  let copy = Command("copy", "Copies.", [input, rest, output, from])
  let arguments = try copy.parse(["a", "b", "--from", "keras", "c", "d"])
  expect(arguments[input] == "a" && arguments[rest] == ["b", "c"] && arguments[output] == "d")
  expectEqual(arguments[from], "keras")
  #expect(throws: OptionError(description: "OUT: expected the file to write, received nothing")) {
    try copy.parse(["a", "--from=keras"])
  }
  #expect(throws: OptionError(description: "--from: expected one of keras, pytorch, received nothing")) {
    try copy.parse(["a", "d"])
  }
  let exact = Command("exact", "Reads one file.", [input])
  #expect(throws: OptionError(description: "expected no further argument, received \"b\"")) {
    try exact.parse(["a", "b"])
  }
}

@Test func helpListsEveryOptionWithWhatItAllows() throws {
  try expect(command.parse(["--units", "3", "--help", "--nonsense"]).asksForHelp)
  let help = command.help(width: 60)
  expect(help.contains("Usage: demo [options] [PATH …]\n"))
  expect(help.contains("--units N       Units of the layer. (a whole number from 1"))
  expect(help.contains("default 13"))
  for line in help.split(separator: "\n") { expect(displayWidth(line) <= 60, "\(line)") }
}

/// Every form of an option at once; the whole help, and what an empty text is.
@Suite struct WholeCommandTests {
  static let units = Option.integer("units", default: 13, in: 1...65_536, "units of the layer")
  static let rate = Option.number("rate", default: 0.5, in: 0...2, "the learning rate")
  static let kind = Option.choice("kind", of: ["lstm", "gru"], default: "gru", "which cell.")
  static let quiet = Option.flag("quiet", "print nothing")
  static let name = Option.text("name", "NAME", default: "demo", "the title")
  static let only = Option.optional("only", "PATHS", "some networks")
  static let target = Option.repeated("target", "NAME", "one of many")
  static let input = Option.positional("IN", "the file to read")
  static let output = Option.optionalPositional("OUT", "the file to write")
  static let command = Command(
    "demo", "Does nothing, and says so at some length.", [units, rate, kind, quiet, name, only, target, input, output])

  @Test func theHelpIsWhole() {
    let lines = Self.command.help(width: 62).split(separator: "\n", omittingEmptySubsequences: false)
    expectEqual(lines.map(String.init), Self.help)
  }

  static let help: [String] = [
    "Usage: demo [options] IN [OUT]",
    "",
    "Does nothing, and says so at some length.",
    "",
    "  --units N        Units of the layer. (a whole number from 1",
    "                   to 65536; default 13)",
    "  --rate X         The learning rate. (a number from 0.0 to",
    "                   2.0; default 0.5)",
    "  --kind NAME      Which cell. (one of lstm, gru; default gru)",
    "  --quiet          Print nothing.",
    "  --name NAME      The title. (default demo)",
    "  --only PATHS     Some networks.",
    "  --target NAME …  One of many. (may be repeated)",
    "  IN               The file to read.",
    "  [OUT]            The file to write.",
    "  -h, --help       Show this and exit.",
    "",
  ]

  /// A label that leaves less than two spaces before the help stands on a line of its own.
  @Test(arguments: [(24, false), (25, true)]) func aLongLabelHasItsOwnLine(length: Int, isAlone: Bool) {
    let name = String(repeating: "n", count: length)
    let lines = Command("demo", "", [Option.flag(name, "what it does")]).help(width: 80).split(separator: "\n")
    let place = lines.firstIndex { $0.hasPrefix("  --n") } ?? 0
    expect(lines[place] == (isAlone ? "  --\(name)" : "  --\(name)  What it does."))
    if isAlone { expectEqual(lines[place + 1], String(repeating: " ", count: 30) + "What it does.") }
  }

  @Test func whatIsEmptyIsNoText() throws {
    for word in ["--name=", "--only=", "--target="] {
      #expect(throws: OptionError.self, "\(word)") { try Self.command.parse([word, "in"]) }
    }
    let error = #expect(throws: OptionError.self) { try Self.command.parse([""]) }
    expectEqual(error?.description, "IN: expected the file to read, received an empty text")
    #expect(throws: OptionError(description: "IN: expected the file to read, received nothing")) {
      try Self.command.parse([])
    }
    #expect(throws: OptionError(description: "expected no further argument, received \"c\"")) {
      try Self.command.parse(["a", "b", "c"])
    }
  }

  @Test func everyValueIsRead() throws {
    let words = [
      "--units=7", "--rate", "1.5", "--kind", "lstm", "--quiet", "--name", "-", "--target", "a", "--target=b=c", "x",
      "--only", "p,q", "--", "--y",
    ]
    let read = try Self.command.parse(words)
    expect(read[Self.units] == 7 && read[Self.rate] == 1.5 && read[Self.kind] == "lstm" && read[Self.quiet])
    expect(read[Self.name] == "-" && read[Self.only] == "p,q" && read[Self.target] == ["a", "b=c"])
    expect(read[Self.input] == "x" && read[Self.output] == "--y")
    expect(read.names(Self.units) && !read.keepsDefault(of: Self.units))
    let least = try Self.command.parse(["x"])
    expect(least[Self.units] == 13 && least[Self.rate] == 0.5 && least[Self.kind] == "gru" && !least[Self.quiet])
    expect(
      least[Self.name] == "demo" && least[Self.only] == nil && least[Self.target] == [] && least[Self.output] == nil)
    expect(!least.names(Self.units) && least.keepsDefault(of: Self.units) && !least.asksForHelp)
    try expect(Self.command.parse(["x", "--units", "13"]).keepsDefault(of: Self.units))
  }

  /// Without a default an option must be given; the help and the usage say so.
  @Test func whatMustBeGivenIsAskedFor() throws {
    let must = Option.choice("must", of: ["a", "b"], "one of two")
    let text = Option.text("title", "TITLE", "a title")
    let paths = Option.positionals("PATH", atLeast: 2, "files")
    let command = Command("demo", "Demo.", [must, text, paths])
    let lines = command.help(width: 80).split(separator: "\n").map(String.init)
    expectEqual(lines.first, "Usage: demo --must NAME --title TITLE PATH …")
    expect(lines.contains("  --must NAME    One of two. (one of a, b; must be given)"), "\(lines)")
    expect(lines.contains("  --title TITLE  A title. (must be given)"), "\(lines)")
    #expect(throws: OptionError(description: "--title: expected a text, received nothing")) {
      try command.parse(["--must", "a", "p", "q"])
    }
    #expect(throws: OptionError(description: "--must: expected one of a, b, received \"c\"")) {
      try command.parse(["--must", "c"])
    }
    #expect(throws: OptionError(description: "PATH: expected files, received nothing")) {
      try command.parse(["--must", "a", "--title", "t", "p"])
    }
    let read = try command.parse(["--must", "b", "--title", "t", "p", "q", "r"])
    expect(read[must] == "b" && read[text] == "t" && read[paths] == ["p", "q", "r"])
    let one = Option.choice("one", of: ["x"], default: "x", "the only one")
    expect(Command("demo", "", [one]).help(width: 80).contains("The only one. (x; default x)"))
  }

  @Test func namesThatAreNearAreOffered() {
    for (word, hint) in [
      ("--unit", "; did you mean --units?"), ("--qiet", "; did you mean --quiet?"),
      ("--hlep", "; did you mean --help?"),
    ] {
      #expect(throws: OptionError(description: "unknown option \"\(word)\"\(hint)")) { try Self.command.parse([word]) }
    }
    let error = #expect(throws: OptionError.self) { try Self.command.parse(["--something"]) }
    expectEqual(
      error?.description,
      "unknown option \"--something\"; expected one of --units, --rate, --kind, --quiet, --name, "
        + "--only, --target, --help")
    expect(editDistance("kitten", "sitting") == 3 && editDistance("", "abc") == 3 && editDistance("ab", "ba") == 2)
  }
}
