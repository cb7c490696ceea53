import Foundation
import TextLayout

/// A program's command line: its name, what it does, and its options in the order that `--help` shows them.
///
///     let epochs = Option.integer("epochs", default: 10, in: 1...1000, "epochs of the training")
///     let command = Command("train", "Trains a small network.", [epochs])
///     let arguments = command.parseOrExit()
///     arguments[epochs]                       // 10, or what `--epochs 20` said
///
/// - `--name value` and `--name=value` mean the same; `--` ends the options; `-h` and `--help` are always there.
/// - A value that itself begins with `--` needs the form with the equals sign.
/// - An option that is not repeated may stand only once.
public struct Command: Sendable {
  public let name: String
  /// What the program does, in a sentence; the first thing that `--help` says.
  public let summary: String
  /// In the order of `--help`.
  public let options: [any OptionDescription]

  public init(_ name: String, _ summary: String, _ options: [any OptionDescription]) {
    self.name = name
    self.summary = summary
    self.options = options
  }
}

/// What a command line said; an option reads its own value.
public struct Arguments: Sendable, Equatable {
  var words: [String: [String]] = [:]
  public internal(set) var asksForHelp = false

  public subscript<Value>(_ option: Option<Value>) -> Value {
    guard let words = words[option.name], !words.isEmpty else { return option.fallback }
    return option.read(words) ?? option.fallback
  }

  /// Whether the command line named this option.
  public func names(_ option: any OptionDescription) -> Bool { words[option.name] != nil }

  /// Whether an option has its default value, named or not.
  public func keepsDefault(of option: any OptionDescription) -> Bool {
    option.text(in: self) == option.fallbackText
  }
}

/// What is wrong with a command line: which option, what is allowed, what was received.
public struct OptionError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(description: String) { self.description = description }
}

extension Command {
  /// Reads the words after the program's name.
  ///
  /// - Throws: `OptionError` for an unknown option, a value that the option does not allow, an option given twice, and
  ///   a missing value: a message that names the option, what is expected and what was received.
  public func parse(_ words: [String]) throws(OptionError) -> Arguments {
    var arguments = Arguments()
    var positional: [String] = []
    var rest = words[...]
    var optionsEnded = false
    while let word = rest.popFirst() {
      if optionsEnded || !word.hasPrefix("-") || word == "-" {
        positional.append(word)
      } else if word == "--" {
        optionsEnded = true
      } else if word == "--help" || word == "-h" {
        arguments.asksForHelp = true
        return arguments
      } else {
        try read(word, &rest, into: &arguments)
      }
    }
    try assign(positional, to: &arguments)
    for option in options {
      if case .value(_, isRequired: true, _) = option.form, !arguments.names(option) {
        throw received("nothing", for: option)
      }
    }
    return arguments
  }

  /// Reads this process's command line. `--help` prints and exits with 0; an error goes to standard error and exits
  /// with 2.
  public func parseOrExit(_ words: [String] = commandLine()) -> Arguments {
    do {
      let arguments = try parse(words)
      if arguments.asksForHelp {
        say(help(), terminator: "")
        Foundation.exit(0)
      }
      return arguments
    } catch {
      exit(withError: error.description, advice: "Try '\(name) --help'.")
    }
  }

  /// Ends the process with exit code 2 after a message that begins with the program's name.
  public func exit(withError message: String, advice: String? = nil) -> Never {
    let lines = ["\(name): \(message)"] + (advice.map { [$0] } ?? [])
    _ = write(lines.joined(separator: "\n") + "\n", to: STDERR_FILENO)
    Foundation.exit(2)
  }

  private func read(
    _ word: String, _ rest: inout ArraySlice<String>, into arguments: inout Arguments
  ) throws(OptionError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts[0].hasPrefix("--"), let option = named.first(where: { "--" + $0.name == parts[0] }) else {
      throw unknown(parts[0])
    }
    switch option.form {
    case .flag:
      guard parts.count == 1 else { throw received(quoted(parts[1]), for: option) }
      arguments.words[option.name] = [""]
    case .value(_, _, let isRepeated):
      guard isRepeated || !arguments.names(option) else {
        throw OptionError(description: "--\(option.name): expected once, received a second time")
      }
      let value: String
      if parts.count == 2 {
        value = parts[1]
      } else if let next = rest.first, !next.hasPrefix("--") {
        value = next
        rest.removeFirst()
      } else {
        throw received("nothing", for: option)
      }
      guard option.accepts([value]) else { throw received(quoted(value), for: option) }
      arguments.words[option.name, default: []].append(value)
    case .positional:
      break
    }
  }

  /// Positional arguments are dealt out in order; each option takes as many as it may while the later ones keep their
  /// least.
  private func assign(_ words: [String], to arguments: inout Arguments) throws(OptionError) {
    var rest = words[...]
    var needed = positionals.reduce(0) { $0 + $1.count.lowerBound }
    for (option, count) in positionals {
      needed -= count.lowerBound
      let taken = rest.prefix(min(count.upperBound, max(rest.count - needed, count.lowerBound)))
      guard taken.count >= count.lowerBound else {
        throw OptionError(description: "\(option.name): expected \(option.allowed), received nothing")
      }
      guard taken.isEmpty || option.accepts(Array(taken)) else {
        throw OptionError(description: "\(option.name): expected \(option.allowed), received an empty text")
      }
      if !taken.isEmpty { arguments.words[option.name] = Array(taken) }
      rest = rest.dropFirst(taken.count)
    }
    if let extra = rest.first {
      throw OptionError(description: "expected no further argument, received \(quoted(extra))")
    }
  }

  /// The options that begin with dashes.
  var named: [any OptionDescription] {
    options.filter { if case .positional = $0.form { false } else { true } }
  }

  var positionals: [(option: any OptionDescription, count: ClosedRange<Int>)] {
    options.compactMap { if case .positional(let count) = $0.form { ($0, count) } else { nil } }
  }

  private func received(_ text: String, for option: any OptionDescription) -> OptionError {
    OptionError(description: "--\(option.name): expected \(option.allowed), received \(text)")
  }

  private func unknown(_ word: String) -> OptionError {
    let names = named.map { "--" + $0.name } + ["--help"]
    let nearest = names.min { editDistance($0, word) < editDistance($1, word) }
    let hint = nearest.flatMap { editDistance($0, word) <= 3 ? "; did you mean \($0)?" : nil }
    return OptionError(
      description: "unknown option \(quoted(word))" + (hint ?? "; expected one of " + names.joined(separator: ", ")))
  }
}

/// The words of this process's command line after its own name, as ``FileName`` reads them: none is lost or repaired.
public func commandLine() -> [String] {
  UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)).dropFirst().compactMap { word in
    word.map { FileName.text(of: UnsafeBufferPointer(start: $0, count: strlen($0)).map { UInt8(bitPattern: $0) }) }
  }
}

/// How many letters must be put in, taken out or exchanged to make one word of the other.
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a.unicodeScalars.prefix(64))
  let b = Array(b.unicodeScalars.prefix(64))
  var row = Array(0...b.count)
  for i in a.indices {
    var diagonal = row[0]
    row[0] = i + 1
    for j in b.indices {
      let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (a[i] == b[j] ? 0 : 1))
      diagonal = row[j + 1]
      row[j + 1] = next
    }
  }
  return row[b.count]
}
