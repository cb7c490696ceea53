import Drawing
import Formulas
import Foundation
import Options
import TextLayout

/// A chapter while it runs: it reads the command line, prints itself as it goes, and writes its files at the end.
///
/// A chapter is a program, `chapters/<name>/main.swift`, that is read from top to bottom:
///
///     import Notebook
///
///     let units = Option.integer("units", default: 13, in: 1...512, "units of the layer")
///     let page = Notebook(
///       "The LSTM", number: 4, question: "How does a word stay for twenty steps?", minutes: 45,
///       goals: ["compute a step by hand"], requires: ["simple-rnn"], parameters: [units])
///
///     //: ## The gates
///     //: The input gate is $i_t = \sigma(W_i x_t + b_i)$, a number between 0 and 1 for each of the units.
///
///     let x = [1.0, 2, 3]
///     page.show("x_1", x)
///     page.compare("h, every step", hand: byHand, layer: byLayer, tolerance: 1e-13, axes: ["step", "unit"])
///     page.documented("D06", "predictions", printed: "0.72903323 0.62707138", computed: predictions)
///
///     page.finish()
///
/// **Prose** is every run of lines that begin with `//:`, as Markdown: headings (`##` and below; the title is the
/// page's own), lists, tables, quotations, fenced code, links, `*emphasis*`, `**strong**`, `` `code` ``, `$…$` and, on
/// lines of their own, `$$…$$`. `[@elman1990]` cites a work of `chapters/bibliography.json`,
/// `[kernel](glossary:kernel)` links a term of `chapters/glossary.json`, and every letter of a formula stands in
/// `chapters/notation.json`, which also gives it its colour, or among the chapter's own `letters`.
///
/// **Code** that is the lesson stands open, the rest is folded to one line, see `Folding`: `//+` as the first line of a
/// cell opens it, `//-` folds it. A cell that only calls `prose(_:)` is not shown.
///
/// **Sources.** What follows the heading `## Against the sources` is set small and folded. So is what follows a heading
/// that begins with `## Appendix: `; appendices come last, but for the sources.
///
/// **Placing.** The code between is cut into cells at prose and at blank lines outside all brackets. What a cell shows
/// stands behind that cell, in the order in which it was shown:
///
/// - At top level, and inside a loop, an `if` or a `do` there, a line belongs to the cell it stands in.
/// - Inside a function, a type or a stored closure it belongs to the place of the call. Such a function takes
///   `line: Int = #line` and hands it on: `page.show("h", h, line: line)`.
/// - A line that the page has already passed shows at the place that the page has reached.
///
/// Prose inside brackets cannot be placed; use `prose(_:)` there. Both mistakes, mathematics that cannot be read, and
/// citations, terms and letters without an entry are listed on standard error at the end, and the exit code is 1.
///
/// **Numbers** on a page have the minus sign U+2212 and few digits; the JSON file has every digit and the plain minus.
///
/// **Outputs** all come from the same log of the one run: the terminal while it runs, and `--html FILE`, `--markdown
/// FILE` and `--json FILE` at the end. `--code` adds the code on the terminal, where a page longer than
/// the window goes through the reader's pager (`PAGER`, `--no-pager`), `--language CODE` takes the prose from
/// `prose.CODE.md` (see `Translation`), and `--also CODE` writes the files in that language, too. Neither times nor
/// paths get into them, so two runs give the same bytes.
///
/// **Exit code**: 0 when all comparisons hold, 1 when one does not, 2 for a bad command line or a file that cannot be
/// written.
@MainActor public final class Notebook {
  /// The page in the language of `--language`, which the terminal shows, and in that of `--also`.
  var editions: [Edition]
  /// Which of them is written to; see `onEachPage`.
  var current = 0
  /// Whether nothing goes to another.
  var isAlone = false
  var writer: TerminalWriter
  let command: Command
  let arguments: Arguments
  private let parameters: [any OptionDescription]
  /// The languages of the page, that of the source first.
  private let languages: [String]
  let print: (String) -> Void
  /// Where what is printed waits for its end, on a terminal.
  let pager: Pager?
  var progressIsShown = false

  /// Reads the command line and prints the title. A bad command line ends the process with exit code 2, `--help` with
  /// 0.
  ///
  /// - Parameters:
  ///   - number: the chapter's place in the book, from 1.
  ///   - question: what the chapter answers, in one sentence.
  ///   - minutes: how long a reader needs.
  ///   - goals: what a reader can do afterwards; three are enough.
  ///   - requires: folders of the chapters to read before, as `simple-rnn`.
  ///   - parameters: what a reader may change; documented numbers apply only while all have their defaults.
  ///   - files: options that change no number, such as where data lies; their values are paths, and no page shows them.
  ///   - letters: letters of this chapter's formulas that the notation does not have, as LaTeX.
  ///   - language: the language of the prose in the source.
  public convenience init(
    _ title: String, number: Int = 0, question: String = "", minutes: Int = 0, goals: [String] = [],
    requires: [String] = [], summary: String = "", parameters: [any OptionDescription] = [],
    files: [any OptionDescription] = [], letters: [String] = [], language: String = "en", file: String = #filePath
  ) {
    let log = Log(
      name: Self.name(of: file), number: number, title: title, summary: summary, language: language, minutes: minutes)
    let terminal = Terminal.standardOutput
    do {
      try self.init(
        log, question: question, goals: goals, requires: requires, letters: letters, parameters: parameters,
        files: files, file: file, arguments: Options.commandLine(), terminal: terminal,
        environment: ProcessInfo.processInfo.environment, print: Self.printToStandardOutput)
    } catch {
      let advice = error is OptionError ? "Try 'chapter-\(log.name) --help'." : nil
      Command("chapter-\(log.name)", "", []).exit(withError: "\(error)", advice: advice)
    }
    if arguments.asksForHelp {
      say(command.help(width: min(terminal.columns, 100)), terminator: "")
      exit(0)
    }
  }

  /// The same without the process around it: command line, terminal and output are arguments, so tests can run a
  /// chapter.
  init(
    _ log: Log, question: String = "", goals: [String] = [], requires: [String] = [], letters: [String] = [],
    parameters: [any OptionDescription], files: [any OptionDescription] = [], file: String,
    arguments words: [String], terminal: Terminal, environment: [String: String] = ["PAGER": ""],
    print: @escaping (String) -> Void
  ) throws {
    let url = URL(fileURLWithPath: file)
    languages = [log.language] + Translation.languages(beside: url)
    let builtIn = BuiltInOptions(languages: languages)
    command = Command(
      "chapter-\(log.name)", log.summary.isEmpty ? log.title : log.summary, parameters + files + builtIn.all)
    arguments = try command.parse(words)
    self.parameters = parameters
    self.print = print
    pager = Pager.command(
      isInteractive: terminal.isInteractive, isWanted: !arguments[BuiltInOptions.noPager], environment: environment
    ).map { Pager($0, rows: Pager.rows, print: print) }
    let text = try? String(contentsOf: url, encoding: .utf8)
    let source = Source(text ?? "")
    let exercises = try ExerciseSection.read(beside: url)
    let chapters = url.deletingLastPathComponent().deletingLastPathComponent()
    let course = try Course.read(chapters)
    editions = try builtIn.wantedLanguages(arguments).map { language in
      Edition(language, log, source, exercises, course, letters: letters, file: url, chapters: chapters)
    }
    writer = TerminalWriter(
      terminal: terminal, words: editions[0].words, showsCode: arguments[builtIn.code],
      symbols: editions[0].log.symbols)
    if !arguments.asksForHelp {
      for (files, _) in outputs { try files.check() }
      onEachPage {
        frame(question: question, goals: goals, requires: requires, chapters: chapters)
        begin(hasSource: text != nil)
      }
    }
  }

  private func begin(hasSource: Bool) {
    editions[current].log.title = translation?.title ?? word(log.title)
    editions[current].log.summary = translation?.summary ?? word(log.summary)
    editions[current].log.parameters = parameters.map {
      Log.Parameter(
        name: $0.name, value: $0.text(in: arguments), fallback: $0.fallbackText, allowed: word($0.allowed),
        help: word($0.help), isFlag: $0.form == .flag)
    }
    if isShown { write(writer.title(log)) }
    if !log.keepsDefaults {
      append([
        .output(
          .note(
            words(
              "This run has other than the default parameters, so numbers printed in the sources do not apply; everything else is compared."
            )))
      ])
    }
    if !hasSource {
      append([
        .output(
          .note(
            words(
              "The source of this chapter is not at hand: its prose and its code cannot be shown. Results follow.")))
      ])
    }
  }

  /// What stands under the title, in the language of the page.
  private func frame(question: String, goals: [String], requires: [String], chapters: URL) {
    editions[current].log.question = question.isEmpty ? [] : inlines(question)
    editions[current].log.goals = goals.map(inlines)
    let list = ChapterList(in: chapters, language: words.language)
    editions[current].log.requires = requires.map { name in
      if list[name] == nil, !list.entries.isEmpty {
        editions[current].problems.append("requires: expected a chapter, received \"\(name)\"")
      }
      return (name, list[name]?.title ?? name)
    }
    editions[current].log.otherLanguages = languages.filter { $0 != words.language }
    if words.language != languages[0] {
      for entry in list.entries where entry.isTranslated {
        editions[current].log.places["../\(entry.name)/README.md"] = "../\(entry.name)/README.\(words.language).md"
      }
      for page in Words.coursePages(words.language, in: chapters) {
        editions[current].log.places["../\(page.file)"] = "../\(page.other)"
      }
    }
    let (before, after) = list.neighbours(of: log.name)
    editions[current].log.before = before.map { ($0.name, $0.title) }
    editions[current].log.after = after.map { ($0.name, $0.title) }
  }

  /// A short text of the page's frame as Markdown.
  private func inlines(_ text: String) -> [Inline] {
    var parser = InlineParser(translated(ProseText(text)))
    let parts = parser.read()
    editions[current].problems += parser.problems
    return editions[current].reader.read(parts)
  }

  /// `chapters/lstm/main.swift` is the chapter `lstm`.
  private static func name(of file: String) -> String {
    URL(fileURLWithPath: file).deletingLastPathComponent().lastPathComponent
  }

  /// A reader that has closed the pipe ends the process with SIGPIPE, as for any program. A full disk is an error: exit
  /// code 2.
  private static func printToStandardOutput(_ text: String) { say(text, terminator: "") }
}

// MARK: - Parameters

extension Notebook {
  /// The value of a parameter in this run.
  public subscript<Value>(_ parameter: Option<Value>) -> Value { arguments[parameter] }

  /// Whether the command line named this option, with its default or another value.
  public func isNamed(_ option: any OptionDescription) -> Bool { arguments.names(option) }

  /// Whether all parameters have their defaults, so that numbers printed in the sources apply.
  public var keepsDefaults: Bool { log.keepsDefaults }

  /// The chapter's folder, as `lstm`.
  public var name: String { log.name }

  /// What has been compared so far.
  public var comparisons: [Comparison] { log.comparisons }
}

// MARK: - Recording

extension Notebook {
  func record(_ output: Output, _ line: Int) {
    onEachPage { append(editions[current].weaver.reach(line) + [.output(output)]) }
  }

  /// Items for the page that is written to.
  func append(_ items: [Item]) {
    for item in items {
      let read = editions[current].reader.read(item)
      editions[current].log.items.append(read)
      if isShown { write(writer.item(read)) }
    }
  }

  func write(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    let text = lines.joined(separator: "\n") + "\n"
    if let pager { return pager.hold(text) }
    print((progressIsShown ? "\r\u{1B}[K" : "") + text)
    progressIsShown = false
  }

  /// Prints lines that no page has at once, whatever waits for the pager.
  func pass(_ lines: [String]) {
    print((progressIsShown ? "\r\u{1B}[K" : "") + lines.joined(separator: "\n") + "\n")
    progressIsShown = false
  }

  func math(_ latex: String, _ line: Int) -> MathText? {
    do { return try MathText(latex: latex) } catch {
      editions[current].problems.append("line \(line): \(error)")
      return nil
    }
  }
}
