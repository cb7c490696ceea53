import Drawing
import Formulas
import TextLayout

/// Words with values between them; a chapter's literals are such texts.
public typealias ProseText = TextLayout.ProseText

extension Notebook {
  /// Shows *name = value*.
  ///
  ///     page.show("W_{ix}", weights)
  ///
  /// | value | shown as |
  /// |---|---|
  /// | a number, shape `[]` | one number |
  /// | a vector, shape `[n]` | one row |
  /// | a matrix or more axes, `[…, n]` | rows of n numbers, with the shape |
  ///
  /// Long rows and tall matrices are shown without their middle, with the shape. The JSON file has all numbers.
  ///
  /// - Parameters:
  ///   - name: LaTeX, as `x_1` or `W_{ix}`; empty for the value alone. LaTeX that cannot be read makes the exit code 1.
  ///   - decimals: digits after the point, 0 to 17. Whole numbers have none; very large and very small numbers get a
  ///     power of ten.
  ///   - line: the line that the output stands behind; a function of a chapter hands on its caller's.
  public func show(_ name: String, _ value: some NumericArray, decimals: Int = 4, line: Int = #line) {
    let formula = name.isEmpty ? nil : math(name, line)
    record(.value(name: formula, Numbers(value), decimals: min(max(decimals, 0), 17)), line)
  }

  /// Shows a remark on this run, set apart from the lesson.
  public func note(_ text: String, line: Int = #line) {
    onEachPage { record(.note(NumberText.sentence(word(text))), line) }
  }

  /// Shows one or more lines of plain words, as they are.
  public func result(_ text: String, line: Int = #line) {
    onEachPage { record(.result(NumberText.sentence(word(text))), line) }
  }

  /// Shows Markdown whose words depend on the run; prose that does not stands in `//:` lines.
  /// A translation names it by its first words and places its values, see `Translation`.
  public func prose(_ markdown: ProseText, line: Int = #line) {
    onEachPage {
      var names = UniqueNames()
      let known = editions[current].inLanguage
      let (text, absent) =
        translation?.prose(markdown, note: words.untranslated, line: line, known: known) ?? (markdown.text, [])
      let (blocks, found) = MarkdownParser.read(text, names: &names)
      let missing = absent.filter { !editions[current].problems.contains($0) }
      editions[current].problems += missing + found.map { "line \(line): \($0.message)" }
      record(.prose(blocks), line)
    }
  }

  /// Shows a formula on a line of its own.
  public func formula(_ formula: MathText, line: Int = #line) { record(.formula(formula), line) }

  /// Shows a formula by its equation, as it was defined.
  public func formula(_ formula: Formula, line: Int = #line) { record(.formula(formula.equation), line) }

  /// Shows a worked formula: *symbols = numbers = result*. A matrix that is not shown whole has its shape below it.
  ///
  ///     page.formula(try h_t.worked(in: evaluation))
  ///
  public func formula(_ worked: Worked, line: Int = #line) { record(.formula(worked.equation), line) }

  /// Shows a formula written in LaTeX.
  public func formula(latex: String, line: Int = #line) {
    if let formula = math(latex, line) { record(.formula(formula), line) }
  }

  /// Shows a table. Title, headings and cells may hold `$…$`, `*…*` and `` `…` ``.
  ///
  ///     page.table("Gates", columns: ["gate", "value"], rows: [["$i_t$", page.text(i)]])
  ///
  /// Columns that hold only numbers are aligned to the right.
  ///
  /// - Parameter rows: a row with fewer cells than `columns` gets empty cells; cells beyond the last column are left
  ///   out.
  public func table(_ title: String = "", columns: [String], rows: [[String]], line: Int = #line) {
    func read(_ text: String) -> [Inline] {
      var parser = InlineParser(translated(ProseText(text)))
      defer { editions[current].problems += parser.problems.map { "line \(line): \($0)" } }
      return parser.read()
    }
    onEachPage {
      record(.table(Table(title: read(title), columns: columns.map(read), rows: rows.map { $0.map(read) })), line)
    }
  }

  /// A number as tables show it.
  public func text(_ value: Double, decimals: Int = 4) -> String { NumberText.text(value, decimals: decimals) }

  /// Shows a picture: text on a terminal, SVG on a page, its text alternative in the JSON file.
  ///
  ///     page.picture(.heatMap(title: "Gates over time", values: gates, rowTitle: "unit", columnTitle: "step"))
  ///
  /// The documentation of `Picture` lists what can be drawn.
  public func picture(_ picture: Picture, line: Int = #line) {
    onEachPage {
      var picture = picture
      if let translation {
        // Sentences with values are the engine's, and the values are in the page's language by then.
        picture = picture.worded { $0.values.isEmpty ? translated($0) : translation.words.text($0) ?? translated($0) }
      }
      picture.title = NumberText.sentence(picture.title)
      record(.picture(picture), line)
    }
  }
}
