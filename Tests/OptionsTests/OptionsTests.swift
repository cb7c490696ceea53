import TextLayout
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
  #expect(arguments[units] == 13 && arguments[rate] == 0.001 && arguments[precision] == .double)
  #expect(arguments[only] == nil && !arguments[lists] && arguments[extra] == [] && arguments[paths] == ["golden/"])
  #expect(arguments.keepsDefault(of: units) && !arguments.names(units))
}

@Test func bothFormsOfAValueMeanTheSame() throws {
  let words = [
    "a.json", "--units=20", "--rate", "-0.5", "--scalar", "float", "--list", "--extra=x", "--extra", "y", "b",
  ]
  let arguments = try command.parse(words + ["--only=--a=b", "--", "--c"])
  #expect(arguments[units] == 20 && arguments[rate] == -0.5 && arguments[precision] == .float)
  #expect(arguments[only] == "--a=b" && arguments[lists] && arguments[extra] == ["x", "y"])
  #expect(arguments[paths] == ["a.json", "b", "--c"])
  #expect(!arguments.keepsDefault(of: units))
  #expect(try command.parse(["--units", "13"]).keepsDefault(of: units))
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
  #expect(arguments[input] == "a" && arguments[rest] == ["b", "c"] && arguments[output] == "d")
  #expect(arguments[from] == "keras")
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
  #expect(try command.parse(["--units", "3", "--help", "--nonsense"]).asksForHelp)
  let help = command.help(width: 60)
  #expect(help.contains("Usage: demo [options] [PATH …]\n"))
  #expect(help.contains("--units N       Units of the layer. (a whole number from 1"))
  #expect(help.contains("default 13"))
  for line in help.split(separator: "\n") { #expect(displayWidth(line) <= 60, "\(line)") }
}
