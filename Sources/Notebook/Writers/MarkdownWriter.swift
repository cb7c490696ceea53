import Drawing
import Formulas
import TextLayout

/// Writes a log as the Markdown that GitHub shows well, with its pictures as SVG files beside it.
struct MarkdownWriter {
  let log: Log
  let words: Words
  /// The folder of the pictures, beside the page.
  let figures: String

  struct Page {
    var text: String
    var figures: [(name: String, svg: String)]
  }

  func page() -> Page {
    var figures: [(name: String, svg: String)] = []
    let entries = PageEntries(log.items.filter { !$0.isLive })
    var parts = header() + entries.lesson.map { entry($0, &figures) }
    for annex in entries.annexes {
      let content = annex.entries.map { entry($0, &figures) }
      parts += [blocks([annex.heading]), details(annex.summary(words), content.joined(separator: "\n\n"))]
    }
    parts.append("## " + words.comparisons)
    if !log.comparisons.isEmpty {
      let title = words.comparisons(log.comparisons.count)
      parts.append(details(title, table(log.comparisonTable(words))))
    }
    parts.append((log.holds ? "" : "**") + escaped(log.conclusion(words)) + (log.holds ? "" : "**"))
    if !log.parameters.isEmpty { parts += ["## " + words.parameters, table(log.parameterTable(words))] }
    parts += ["---", neighbours]
    return Page(text: parts.joined(separator: "\n\n") + "\n", figures: figures)
  }

  /// Links to the pages before and after, so that no page is a dead end.
  private var neighbours: String {
    func link(_ chapter: (name: String, title: String)) -> String {
      "[\(escaped(chapter.title))](\(place("../\(chapter.name)/README.md")))"
    }
    let links = [
      log.before.map { "← " + link($0) }, "[\(words.chapters)](\(place("../README.md")))",
      log.after.map { link($0) + " →" },
    ]
    return links.compactMap { $0 }.joined(separator: " · ")
  }

  /// The file of a page in the language of this one, with the place in it.
  private func place(_ address: String) -> String {
    let parts = address.split(separator: "#", maxSplits: 1).map(String.init)
    guard let file = parts.first, let other = log.places[file] else { return address }
    return ([other] + parts.dropFirst()).joined(separator: "#")
  }

  private func header() -> [String] {
    var parts = ["# " + escaped(log.title)]
    if !log.otherLanguages.isEmpty {
      let links = log.otherLanguages.map { language in
        "[\(Words.name(of: language))](README\(language == log.sourceLanguage ? "" : "." + language).md)"
      }
      parts.append(links.joined(separator: " · "))
    }
    if !log.question.isEmpty { parts.append("**\(inlines(log.question))**") }
    if !log.summary.isEmpty { parts.append(escaped(log.summary)) }
    let about = log.about(
      words, before: log.requires.map { "[\(escaped($0.title))](\(place("../\($0.name)/README.md")))" })
    if !about.isEmpty { parts.append(about.joined(separator: " · ")) }
    if !log.goals.isEmpty {
      parts.append(([words("Goals:"), ""] + log.goals.map { "- " + inlines($0) }).joined(separator: "\n"))
    }
    return parts + [fenced("sh", log.commandLine)]
  }

  private func entry(_ entry: PageEntries.Entry, _ figures: inout [(name: String, svg: String)]) -> String {
    switch entry {
    case .comparisons(let comparisons):
      let table = table(words.table(comparisons))
      // Nobody reads a long list, and it stands in the way of the text.
      return comparisons.count > 10 ? details(words.hold(comparisons), table) : table
    case .item(.prose(let blocks)): return self.blocks(blocks)
    case .item(.code(let text, _, let isOpen)): return code(text, isOpen: isOpen)
    case .item(.output(.picture(let picture))):
      let name = "\(self.figures)/\(figures.count + 1).svg"
      figures.append((name, picture.svg(idPrefix: "figure-") + "\n"))
      let image = "![\(escaped(picture.alternative).replacing("\n", with: " "))](\(name))"
      return image + (picture.title.isEmpty ? "" : "\n\n*\(escaped(picture.title))*")
    case .item(.output(let output)): return self.output(output)
    }
  }
}

// MARK: - Entries

extension MarkdownWriter {
  private func code(_ text: String, isOpen: Bool) -> String {
    let code = fenced("swift", text)
    return isOpen ? code : details(words.code(lines: text.lines.count), code)
  }

  private func details(_ summary: String, _ content: String) -> String {
    "<details>\n<summary>\(summary)</summary>\n\n\(content)\n\n</details>"
  }

  /// A fence longer than any run of backticks within.
  private func fenced(_ language: String, _ text: String) -> String {
    var longest = 0
    var run = 0
    for character in text {
      run = character == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: max(3, longest + 1))
    return "\(fence)\(language)\n\(text)\n\(fence)"
  }

  private func output(_ output: Output) -> String {
    switch output {
    case .value(let name, let numbers, let decimals): return value(name, numbers, decimals)
    case .result(let text): return fenced("text", text)
    case .prose(let blocks): return self.blocks(blocks)
    case .formula(let formula): return fenced("math", formula.latex)
    case .table(let table):
      return (table.title.isEmpty ? "" : "**\(inlines(table.title))**\n\n") + self.table(table)
    case .comparison(let comparison): return self.comparison(ComparisonView(comparison, words))
    case .note(let text): return "> [!NOTE]\n> " + escaped(text)
    case .picture, .live: return ""
    }
  }

  private func value(_ name: MathText?, _ numbers: Numbers, _ decimals: Int) -> String {
    let view = ValueGrid(numbers, decimals: decimals)
    let label = name.map { $0.latex + " = " } ?? ""
    let marks = ["…": #"\dots"#, "⋮": #"\vdots"#, "∞": #"\infty"#, "−∞": #"-\infty"#, "NaN": #"\text{NaN}"#]
    let rows = view.rows.map { $0.map { marks[$0] ?? powerOfTen($0) } }
    if view.isSingle { return fenced("math", label + rows[0][0]) }
    let shape = view.shape.map { #" \quad "# + $0 } ?? ""
    let matrix = rows.map { $0.joined(separator: " & ") }.joined(separator: " \\\\\n")
    return fenced("math", label + "\\begin{bmatrix}\n" + matrix + "\n\\end{bmatrix}" + shape)
  }

  /// In LaTeX a minus is a hyphen, and the e of `1.5e−7` would be a letter that 7 is taken from.
  private func powerOfTen(_ number: String) -> String {
    let parts = NumberText.ascii(number).split(separator: "e")
    return parts.count == 2 ? #"\#(parts[0]) \times 10^{\#(parts[1])}"# : NumberText.ascii(number)
  }

  private func comparison(_ view: ComparisonView) -> String {
    let title = barred(inlines(view.titleParts))
    if let brief = view.brief { return "- \(view.sign) **\(title)**: \(escaped(brief))" }
    let count = view.rows.map(\.cells.count).max() ?? 0
    let header = "| \(view.sign) **\(title)** |" + String(repeating: " |", count: count)
    let rule = "|---|" + String(repeating: "---:|", count: count)
    let rows = view.rows.map { row in
      "| \(escaped(row.label)) | " + row.cells.map(escaped).joined(separator: " | ") + " |"
        + String(repeating: " |", count: count - row.cells.count)
    }
    let divergence = view.isFailure ? view.divergence.map { "\n\n**\(escaped($0))**" } ?? "" : ""
    return ([header, rule] + rows).joined(separator: "\n")
      + "\n\n\(view.sign) \(view.verdict): \(escaped(view.facts))" + divergence
  }

  private func table(_ table: Table) -> String {
    grid(table.columns.map(inlines), table.rows.map { $0.map(inlines) }, table.alignments)
  }

  private func grid(_ header: [String], _ rows: [[String]], _ alignments: [Alignment]) -> String {
    let rule = alignments.map { $0 == .right ? "---:" : $0 == .centre ? ":---:" : "---" }
    func line(_ cells: [String], _ separator: String) -> String {
      "|" + cells.map { separator + barred($0) + separator + "|" }.joined()
    }
    return ([line(header, " "), line(rule, "")] + rows.map { line($0, " ") }).joined(separator: "\n")
  }
}

/// A bar within a cell gets a backslash, in code and formulas, too: a table is cut before they are read.
private func barred(_ cell: String) -> String {
  cell.reduce(into: "") { result, character in
    if character == "|", result.last != "\\" { result.append("\\") }
    result.append(character)
  }
}

// MARK: - Prose

extension MarkdownWriter {
  func blocks(_ blocks: [Block]) -> String { blocks.map(block).joined(separator: "\n\n") }

  private func block(_ block: Block) -> String {
    switch block {
    case .heading(let level, _, let parts): return String(repeating: "#", count: level) + " " + inlines(parts)
    case .paragraph(let parts): return inlines(parts)
    case .formula(let formula): return fenced("math", formula.latex)
    case .code(let language, let text): return fenced(language, text)
    case .quote(let blocks):
      return self.blocks(blocks).lines.map { $0.isEmpty ? ">" : "> " + $0 }.joined(separator: "\n")
    case .folded(let summary, let blocks): return details(summary, self.blocks(blocks))
    case .rule: return "---"
    case .list(let start, let items):
      return items.enumerated().map { index, item in
        let mark = start.map { "\($0 + index). " } ?? "- "
        let lines = self.blocks(item).lines
        return lines.enumerated().map { line, text in
          line == 0 ? mark + text : text.isEmpty ? "" : String(repeating: " ", count: mark.count) + text
        }.joined(separator: "\n")
      }.joined(separator: "\n")
    case .table(let header, let alignments, let rows):
      return grid(header.map(inlines), rows.map { $0.map(inlines) }, alignments)
    }
  }

  private func inlines(_ parts: [Inline]) -> String { parts.map(inline).joined() }

  private func inline(_ part: Inline) -> String {
    switch part {
    case .text(let text): escaped(text)
    case .code(let text): "`\(text)`"
    case .emphasis(let parts): "*\(inlines(parts))*"
    case .strong(let parts): "**\(inlines(parts))**"
    // The form with backticks keeps GitHub from reading `_` and `*` within as emphasis.
    case .formula(let formula): "$`\(formula.latex.replacing("\n", with: " "))`$"
    case .link(let parts, let url): "[\(inlines(parts))](\(place(CourseLink(url)?.address.markdown ?? url)))"
    }
  }

  /// Signs that Markdown would read get a backslash.
  func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      if "\\`*_[]<>|$#".contains(character) { result.append("\\") }
      result.append(character)
    }
    return result
  }
}
