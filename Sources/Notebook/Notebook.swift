import Drawing
import Formulas
import Foundation
import Options

/// A chapter while it runs: it reads the command line, prints itself as it goes, and writes its files at the end.
///
/// A chapter is a program, `chapters/<name>/main.swift`, that is read from top to bottom:
///
///     import Notebook
///
///     let units = Option.integer("units", default: 13, in: 1...512, "units of the layer")
///     let page = Notebook("The LSTM", number: 4, summary: "Four gates and a memory.", parameters: [units], symbols: ["i": .blue])
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
/// **Prose** is every run of lines that begin with `//:`, as Markdown: headings (`##` and below; the title is the page's own),
/// lists, tables, quotations, fenced code, links, `*emphasis*`, `**strong**`, `` `code` ``, `$…$` and, on lines of their own, `$$…$$`.
///
/// **Placing.** The code between is cut into cells at prose and at blank lines outside all brackets. What a cell shows stands behind
/// that cell, in the order in which it was shown:
///
/// - At top level, and inside a loop, an `if` or a `do` there, a line belongs to the cell it stands in.
/// - Inside a function, a type or a stored closure it belongs to the place of the call. Such a function takes
///   `line: Int = #line` and hands it on: `page.show("h", h, line: line)`.
/// - A line that the page has already passed shows at the place that the page has reached.
///
/// Prose inside brackets cannot be placed; use `prose(_:)` there. Both mistakes, and mathematics that cannot be read, are listed
/// on standard error at the end, and the exit code is 1.
///
/// **Outputs** all come from the same log of the one run: the terminal while it runs, and `--html FILE`, `--markdown FILE` and
/// `--json FILE` at the end. `--code` adds the code on the terminal, `--language CODE` takes the prose from `prose.CODE.md` (see
/// `Translation`). Neither times nor paths get into them, so two runs give the same bytes.
///
/// **Exit code**: 0 when all comparisons hold, 1 when one does not, 2 for a bad command line or a file that cannot be written.
@MainActor public final class Notebook {
  private var log: Log
  var weaver: Weaver
  var writer: TerminalWriter
  private let words: Words
  private let translation: Translation?
  private let command: Command
  private let arguments: Arguments
  private let parameters: [any OptionDescription]
  private var problems: [String]
  let print: (String) -> Void
  var progressIsShown = false

  /// Reads the command line and prints the title. A bad command line ends the process with exit code 2, `--help` with 0.
  ///
  /// - Parameters:
  ///   - number: the chapter's place in the book, from 1.
  ///   - parameters: what a reader may change; documented numbers apply only while all have their defaults.
  ///   - files: options that change no number, such as where data lies; their values are paths, and no page shows them.
  ///   - symbols: symbols as in formulas (`h`, `W_f`, `\tilde{c}`) that keep one colour throughout the page.
  ///   - language: the language of the prose in the source.
  public convenience init(
    _ title: String, number: Int = 0, summary: String = "", parameters: [any OptionDescription] = [],
    files: [any OptionDescription] = [],
    symbols: KeyValuePairs<String, Hue> = [:], language: String = "en", file: String = #filePath
  ) {
    let log = Log(
      name: Self.name(of: file), number: number, title: title, summary: summary, language: language,
      symbols: symbols.map { (name: $0.key, hue: $0.value) })
    let terminal = Terminal.standardOutput
    do {
      try self.init(
        log, parameters: parameters, files: files, file: file, arguments: Array(CommandLine.arguments.dropFirst()),
        terminal: terminal,
        print: Self.printToStandardOutput)
    } catch {
      let advice = error is OptionError ? "Try 'chapter-\(log.name) --help'." : nil
      Command("chapter-\(log.name)", "", []).exit(withError: "\(error)", advice: advice)
    }
    if arguments.asksForHelp {
      Swift.print(command.help(width: min(terminal.columns, 100)), terminator: "")
      exit(0)
    }
  }

  /// The same with everything that surrounds a chapter handed in.
  init(
    _ log: Log, parameters: [any OptionDescription], files: [any OptionDescription] = [], file: String,
    arguments words: [String], terminal: Terminal,
    print: @escaping (String) -> Void
  ) throws {
    let url = URL(fileURLWithPath: file)
    let builtIn = BuiltInOptions(languages: [log.language] + Translation.languages(beside: url))
    command = Command(
      "chapter-\(log.name)", log.summary.isEmpty ? log.title : log.summary, parameters + files + builtIn.all)
    arguments = try command.parse(words)
    self.parameters = parameters
    self.print = print
    self.log = log
    self.words = Words.table(arguments[builtIn.language])
    let text = try? String(contentsOf: url, encoding: .utf8)
    var source = Source(text ?? "")
    let wanted = arguments[builtIn.language]
    translation = wanted == log.language ? nil : Translation.read(wanted, beside: url)
    if let translation { source = source.translated(translation, note: self.words.untranslated) }
    problems = source.problems
    weaver = Weaver(source)
    writer = TerminalWriter(
      terminal: terminal, words: self.words, showsCode: arguments[builtIn.code], symbols: log.symbols)
    if !arguments.asksForHelp {
      try outputs.check()
      begin(hasSource: text != nil)
    }
  }

  private func begin(hasSource: Bool) {
    log.title = translation?.title ?? log.title
    log.summary = translation?.summary ?? log.summary
    log.language = words.language
    log.parameters = parameters.map {
      Log.Parameter(
        name: $0.name, value: $0.text(in: arguments), fallback: $0.fallbackText, allowed: $0.allowed, help: $0.help)
    }
    write(writer.title(log))
    if !log.keepsDefaults { append([.output(.note(words.otherParameters))]) }
    if !hasSource { append([.output(.note(words.noSource))]) }
  }

  /// `chapters/lstm/main.swift` is the chapter `lstm`.
  private static func name(of file: String) -> String {
    URL(fileURLWithPath: file).deletingLastPathComponent().lastPathComponent
  }

  /// A reader who has gone ends the process by a signal, as he should; a full disk is an error.
  private static func printToStandardOutput(_ text: String) {
    do { try FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) } catch {
      let message = "standard output: expected room to write, received \"\(error.localizedDescription)\"\n"
      FileHandle.standardError.write(Data(message.utf8))
      exit(2)
    }
  }
}

// MARK: - Parameters

extension Notebook {
  /// The value of a parameter in this run.
  public subscript<Value>(_ parameter: Option<Value>) -> Value { arguments[parameter] }

  /// Whether all parameters have their defaults, so that numbers printed in the sources apply.
  public var keepsDefaults: Bool { log.keepsDefaults }

  /// The chapter's folder, as `lstm`.
  public var name: String { log.name }

  /// What has been compared so far.
  public var comparisons: [Comparison] { log.comparisons }
}

// MARK: - Showing

extension Notebook {
  /// Shows *name = value*; large arrays are elided and their shape is given.
  ///
  /// - Parameters:
  ///   - name: LaTeX, as `x_1` or `W_{ix}`; empty for the value alone.
  ///   - decimals: digits behind the point. Whole numbers have none; very large or small ones get a power of ten.
  public func show(_ name: String, _ value: some NumericArray, decimals: Int = 4, line: Int = #line) {
    let formula = name.isEmpty ? nil : math(name, line)
    record(.value(name: formula, Numbers(value), decimals: min(max(decimals, 0), 17)), line)
  }

  /// Says what a reader should know of this run, set apart from the lesson.
  public func note(_ text: String, line: Int = #line) { record(.note(word(text)), line) }

  /// Shows a line of plain words, or several.
  public func result(_ text: String, line: Int = #line) { record(.result(word(text)), line) }

  /// Shows Markdown whose words depend on the run; prose that does not stands in `//:` lines.
  /// A translation names it by its first words and places its values, see `Translation`.
  public func prose(_ markdown: ProseText, line: Int = #line) {
    var names = UniqueNames()
    let (text, absent) = translation?.prose(markdown, note: words.untranslated, line: line) ?? (markdown.text, [])
    let (blocks, found) = MarkdownParser.read(text, names: &names)
    problems += absent.filter { !problems.contains($0) } + found.map { "line \(line): \($0.message)" }
    record(.prose(blocks), line)
  }

  /// Shows a formula on a line of its own.
  public func formula(_ formula: MathText, line: Int = #line) { record(.formula(formula), line) }

  /// Shows a formula by its equation, as it was defined.
  public func formula(_ formula: Formula, line: Int = #line) { record(.formula(formula.equation), line) }

  /// Shows a formula as *symbols = numbers = result*; what is elided carries its shape.
  public func formula(_ worked: Worked, line: Int = #line) { record(.formula(worked.equation), line) }

  /// Shows a formula written in LaTeX.
  public func formula(latex: String, line: Int = #line) {
    if let formula = math(latex, line) { record(.formula(formula), line) }
  }

  /// Shows a table; columns of numbers stand to the right. Title, headings and cells may hold `$…$`, `*…*` and `` `…` ``.
  public func table(_ title: String = "", columns: [String], rows: [[String]], line: Int = #line) {
    func read(_ text: String) -> [Inline] {
      var parser = InlineParser(translated(ProseText(text)))
      defer { problems += parser.problems.map { "line \(line): \($0)" } }
      return parser.read()
    }
    record(.table(Table(title: read(title), columns: columns.map(read), rows: rows.map { $0.map(read) })), line)
  }

  /// A number as tables show it.
  public func text(_ value: Double, decimals: Int = 4) -> String { NumberText.text(value, decimals: decimals) }

  public func picture(_ picture: Picture, line: Int = #line) {
    var picture = picture
    picture.title = word(picture.title)
    record(.picture(picture), line)
  }
}

// MARK: - Comparing

extension Notebook {
  /// Compares what was computed by hand with what the layer computed.
  ///
  /// Holds when |layer − hand| ≤ tolerance for every element and the shapes are the same; NaN never holds.
  ///
  /// - Parameter axes: the names of the axes, such as `["step", "unit"]` or `Axis("gate", ["i", "f", "g", "o"])`. On a failure the
  ///   first diverging element is named by them, the earliest step first; places count from 1.
  @discardableResult public func compare(
    _ title: String, hand: some NumericArray, layer: some NumericArray, tolerance: Tolerance, axes: [Axis] = [],
    because reason: String? = nil, line: Int = #line
  ) -> Bool {
    judge(
      title, (nil, Numbers(hand)), (nil, Numbers(layer)), tolerance: tolerance, axes: axes, because: reason, line: line)
  }

  /// Compares any two computations, such as `(“layer”, gradient)` with `(“central differences”, numeric)`; the first is the
  /// expected one.
  @discardableResult public func compare(
    _ title: String, _ expected: (name: String, array: some NumericArray),
    _ actual: (name: String, array: some NumericArray),
    tolerance: Tolerance, axes: [Axis] = [], because reason: String? = nil, line: Int = #line
  ) -> Bool {
    judge(
      title, (expected.name, Numbers(expected.array)), (actual.name, Numbers(actual.array)), tolerance: tolerance,
      axes: axes, because: reason, line: line)
  }

  /// Compares computed numbers with those printed in a source, to half a unit of the last digit printed.
  ///
  /// - Parameters:
  ///   - key: the number's name in the list of documented numbers, as `D06`.
  ///   - printed: the digits as they were printed; every number in the text counts, in order. Trailing zeros matter.
  ///   - computed: as many numbers, in any shape.
  ///   - within: another tolerance, where the source did not print what its own formula gives; say why in `reason`.
  ///
  /// In a run with other than the default parameters the numbers are shown, and nothing is judged.
  @discardableResult public func documented(
    _ key: String, _ title: String, printed: String, computed: some NumericArray, within tolerance: Tolerance? = nil,
    because reason: String? = nil, axes: [Axis] = [], line: Int = #line
  ) -> Bool {
    let numbers = PrintedNumber.all(in: printed)
    let actual = Numbers(computed)
    let shape = numbers.count == actual.doubles.count ? actual.shape : [numbers.count]
    // The comparison itself may round by a few units in the last place of a double.
    let bounds = numbers.map { tolerance?.bound($0.value) ?? $0.halfUnit + 4 * $0.value.ulp }
    var comparison = Comparison.of(
      word(title), kind: .documented(key: key, digits: numbers.map(\.digits), decides: tolerance == nil),
      expected: Numbers(shape: shape, numbers.map(\.value)), actual: actual, bounds: bounds, axes: axes,
      reason: reason.map(word))
    if !keepsDefaults { comparison.verdict = .doesNotApply }
    record(.comparison(comparison), line)
    return !comparison.isFailure
  }

  private func judge(
    _ title: String, _ expected: (name: String?, numbers: Numbers), _ actual: (name: String?, numbers: Numbers),
    tolerance: Tolerance, axes: [Axis], because reason: String?, line: Int
  ) -> Bool {
    let comparison = Comparison.of(
      word(title), kind: .computed(expected: expected.name.map(word), actual: actual.name.map(word)),
      expected: expected.numbers, actual: actual.numbers, bounds: expected.numbers.doubles.map(tolerance.bound),
      axes: axes,
      reason: reason.map(word))
    record(.comparison(comparison), line)
    return !comparison.isFailure
  }
}

// MARK: - Ending

extension Notebook {
  /// Prints the rest and the table of comparisons, writes the files, and ends the process.
  public func finish() -> Never { exit(conclude()) }

  /// The value of an expression that may fail; a failure ends the process with exit code 2 and says where.
  public func must<Value>(_ value: @autoclosure () throws -> Value, line: Int = #line) -> Value {
    do { return try value() } catch { fail(error, line: line) }
  }

  /// Ends the process with exit code 2 and the error's own words.
  public func fail(_ error: any Error, line: Int = #line) -> Never {
    if progressIsShown { print("\n") }
    command.exit(withError: "line \(line): \(error)")
  }

  /// Ends the process with exit code 2 and the words of an error that what the user gave has made: a file, an option.
  public func reject(_ error: any Error) -> Never {
    if progressIsShown { print("\n") }
    command.exit(withError: "\(error)")
  }

  /// Ends the process with exit code 2 unless the file that an option names can be written: ask before long work, not after it.
  public func requireWritable(_ option: Option<String?>) {
    do { try outputs.check(option, self[option]) } catch { reject(error) }
  }

  /// Writes the file that an option names, whole or not at all; without the option, nothing.
  public func write(_ text: @autoclosure () throws -> String, to option: Option<String?>, line: Int = #line) {
    guard self[option] != nil else { return }
    do { try outputs.write(option, self[option], text()) } catch { fail(error, line: line) }
  }

  /// Everything that `finish` does but the exit itself; the answer is the exit code.
  func conclude() -> Int32 {
    append(weaver.rest())
    write(writer.end(log))
    let misplaced = weaver.misplaced.sorted().map {
      "line \($0): shown inside a function without its caller's line; take `line: Int = #line` and hand it on"
    }
    let messages = (problems + misplaced).map { "chapter-\(log.name): \($0)\n" }
    if !messages.isEmpty { complain(messages.joined()) }
    do {
      try outputs.write(log, words)
    } catch {
      complain("chapter-\(log.name): \(error)\n")
      return 2
    }
    return log.holds && messages.isEmpty ? 0 : 1
  }

  private func complain(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  private var outputs: OutputFiles { OutputFiles(arguments) }
}

// MARK: - Recording

extension Notebook {
  private func record(_ output: Output, _ line: Int) { append(weaver.reach(line) + [.output(output)]) }

  func append(_ items: [Item]) {
    for item in items {
      log.items.append(item)
      write(writer.item(item))
    }
  }

  func write(_ lines: [String]) {
    guard !lines.isEmpty else { return }
    print((progressIsShown ? "\r\u{1B}[K" : "") + lines.joined(separator: "\n") + "\n")
    progressIsShown = false
  }

  private func math(_ latex: String, _ line: Int) -> MathText? {
    do { return try MathText(latex: latex) } catch {
      problems.append("line \(line): \(error)")
      return nil
    }
  }

  /// A short text in the language of the page, as Markdown: from the `words` of its translation.
  package func translated(_ text: ProseText) -> String { translation?.text(text) ?? text.text }

  /// The same in plain words.
  package func word(_ text: String) -> String {
    guard let translated = translation?.words[text] else { return text }
    var parser = InlineParser(translated)
    return plainText(parser.read())
  }
}
