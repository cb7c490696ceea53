import Drawing
import Formulas

/// Writes a log as one HTML file that needs nothing else: no script, no font, no picture from elsewhere.
package struct HTMLWriter {
  let log: Log
  let words: Words
  /// The live place that is being written.
  var live: LiveMarks?

  /// Where a book puts its links to the pages before and after; a single page has nothing there.
  package static let navigationMark = "<!-- navigation -->"

  func page() -> String {
    let (items, live) = items()
    let body = [
      Self.navigationMark, header(), contents(), "<main id=\"main\">", items, "<div class=\"row\">", comparisons(),
      parameters(), "</div>", "</main>",
      Self.navigationMark, live.isEmpty ? "" : liveScript(live),
    ].filter { !$0.isEmpty }.joined(separator: "\n")
    let description = log.question.isEmpty ? log.summary : plainText(log.question)
    return Self.document(
      title: log.title, description: description, words: words, body: body, head: live.isEmpty ? "" : Self.livePolicy())
  }

  /// The frame of every page.
  package static func document(
    title: String, description: String, words: Words, body: String, head: String = ""
  ) -> String {
    """
    <!DOCTYPE html>
    <html lang="\(escaped(words.language))">
    <head>
    <meta charset="utf-8">\(head.isEmpty ? "" : "\n" + head)
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="description" content="\(escaped(description))">
    <title>\(escaped(title))</title>
    <link rel="icon" href="\(icon)"/>
    <style>
    \(HTMLStyle.sheet)
    </style>
    </head>
    <body>
    <a class="skip" href="#main">\(escaped(words("Skip to the text")))</a>
    \(body)
    </body>
    </html>

    """
  }

  /// Three steps of an unrolled network; no file beside the page.
  private static let icon =
    ("data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cpath d='M2 16h28' "
    + "stroke='%231F7899' stroke-width='3'/%3E%3Cg fill='%231F7899'%3E%3Crect x='3' y='11' width='7' height='10'/%3E"
    + "%3Crect x='13' y='11' width='7' height='10'/%3E%3Crect x='23' y='11' width='7' height='10'/%3E%3C/g%3E%3C/svg%3E")
    .replacing(" ", with: "%20")

  private func header() -> String {
    var lines = ["<header>", "<h1>\(escaped(log.title))</h1>"]
    if !log.question.isEmpty { lines.append("<p class=\"question\">\(inlines(log.question))</p>") }
    if !log.summary.isEmpty { lines.append("<p>\(escaped(log.summary))</p>") }
    let before = log.requires.map { inline(.link([.text($0.title)], url: "chapter:\($0.name)")) }
    let about = log.about(words, before: before)
    if !about.isEmpty { lines.append("<p>\(about.joined(separator: " · "))</p>") }
    if !log.goals.isEmpty {
      let goals = log.goals.map { "<li>\(inlines($0))</li>" }.joined(separator: "\n")
      lines.append("<div class=\"goals\"><p>\(escaped(words("Goals")))</p>\n<ul>\n\(goals)\n</ul></div>")
    }
    lines.append("<p class=\"run\"><code>\(escaped(log.commandLine))</code></p>")
    return (lines + ["</header>"]).joined(separator: "\n")
  }

  private func contents() -> String {
    var links = log.headings.filter { $0.level == 2 }.map { (id: $0.id, title: inlines($0.title)) }
    if !log.comparisons.isEmpty { links.append((id: Self.comparisonsID, title: escaped(words.comparisons))) }
    guard links.count > 1 else { return "" }
    let items = links.map { "<li><a href=\"#\(escaped($0.id))\">\($0.title)</a></li>" }
    let title = escaped(words("Contents"))
    return "<nav class=\"contents\" aria-label=\"\(title)\">\n<p>\(title)</p>\n<ol>\n"
      + items.joined(separator: "\n") + "\n</ol>\n</nav>"
  }

  package static let comparisonsID = "all-comparisons"

  private func comparisons() -> String {
    let heading = "<h2 id=\"\(Self.comparisonsID)\">\(escaped(words.comparisons))</h2>"
    let conclusion = "<p class=\"\(log.holds ? "good" : "bad")\">\(escaped(log.conclusion(words)))</p>"
    let title = escaped(words.comparisons(log.comparisons.count))
    let table = log.comparisons.isEmpty ? "" : details("all", title, self.table(log.comparisonTable(words)))
    return "<section>\n\(heading)\n\(table)\n\(conclusion)\n</section>"
  }

  private func parameters() -> String {
    guard !log.parameters.isEmpty else { return "" }
    let table = details(
      "all", escaped(words("Parameters: \(log.parameters.count)")), table(log.parameterTable(words)))
    return "<section>\n<h2 id=\"parameters\">\(escaped(words.parameters))</h2>\n\(table)\n</section>"
  }
}

// MARK: - Entries

extension HTMLWriter {
  /// All entries, and the live places among them.
  private func items() -> (text: String, live: [LiveMarks]) {
    var figures = 0
    let entries = PageEntries(log.items)
    var writer = self
    var live: [LiveMarks] = []
    var arranged: [ArrangedPart] = []
    for entry in entries.lesson {
      guard case .item(.output(.live(let section))) = entry else {
        arranged.add(entry, writer.entry(entry, &figures))
        continue
      }
      writer.live = section.map(LiveMarks.init)
      if let marks = writer.live { live.append(marks) }
      arranged.append(.other(section.map(liveControls) ?? Self.endOfLive))
    }
    var parts = [arranged.html]
    for annex in entries.annexes {
      let content = annex.entries.map { entry($0, &figures) }.joined(separator: "\n")
      parts += [blocks([annex.heading]), details("sources", escaped(annex.summary(words)), content)]
    }
    return (parts.joined(separator: "\n"), live)
  }

  private func entry(_ entry: PageEntries.Entry, _ figures: inout Int) -> String {
    switch entry {
    case .comparisons(let comparisons):
      return details("compared", escaped(words.hold(comparisons)), table(words.table(comparisons)))
    case .item(.prose(let blocks)): return self.blocks(blocks)
    case .item(.code(let text, _, let isOpen)): return code(text, isOpen: isOpen)
    case .item(.output(.picture(let picture))):
      figures += 1
      return self.picture(picture, number: figures)
    case .item(.output(let output)): return self.output(output)
    }
  }

  private func code(_ text: String, isOpen: Bool) -> String {
    let block = "<pre class=\"code\" tabindex=\"0\"><code>\(swift(text))</code></pre>"
    guard !isOpen else { return block }
    return details("folded", escaped(words.code(lines: text.lines.count)), block)
  }

  private func details(_ kind: String, _ summary: String, _ content: String) -> String {
    "<details class=\"\(kind)\">\n<summary>\(summary)</summary>\n\(content)\n</details>"
  }

  private func swift(_ text: String) -> String {
    Highlighter.tokens(text).map { token in
      token.kind == .plain
        ? Self.escaped(token.text) : "<span class=\"\(token.kind.rawValue)\">\(Self.escaped(token.text))</span>"
    }.joined()
  }

  private func picture(_ picture: Picture, number: Int) -> String {
    let caption = picture.title.isEmpty ? "" : "\n<figcaption>\(liveCaption(picture.title))</figcaption>"
    let svg = picture.svg(idPrefix: "figure-\(number)-", live: live?.mark)
    let kind = Self.isHigh(svg) ? " class=\"high\"" : ""
    return "<figure id=\"figure-\(number)\"\(kind)>\n\(svg)\(caption)\n</figure>"
  }

  /// Whether a picture is higher than wide, and so gets more room in print.
  private static func isHigh(_ svg: String) -> Bool {
    guard let size = svg.firstMatch(of: /width="([\d.]+)" height="([\d.]+)"/), let width = Double(size.1),
      let height = Double(size.2)
    else { return false }
    return height > width
  }

  private func output(_ output: Output) -> String {
    switch output {
    case .value(let name, let numbers, let decimals): value(name, numbers, decimals)
    case .result(let text): "<pre class=\"result\" tabindex=\"0\">\(escaped(text))</pre>"
    case .prose(let blocks): self.blocks(blocks)
    case .formula(let formula): self.formula(formula)
    case .table(let table):
      "<div class=\"output\">\(self.table(table))</div>"
    case .comparison(let comparison): self.comparison(ComparisonView(comparison, words))
    case .note(let text): "<p class=\"note\">\(escaped(text))</p>"
    case .picture, .live: ""
    }
  }

  private func value(_ name: MathText?, _ numbers: Numbers, _ decimals: Int) -> String {
    let view = ValueGrid(numbers, decimals: decimals)
    let label = name.map { math($0, display: false) + " = " } ?? ""
    if view.isSingle {
      let mark = mark(numbers, view, 0, 0, decimals)
      return "<p class=\"value\">\(label)<span class=\"number\"\(mark)>\(view.rows[0][0])</span></p>"
    }
    let rows = view.rows.enumerated().map { row, cells in
      "<tr>"
        + cells.enumerated().map { "<td\(mark(numbers, view, row, $0, decimals))>\($1)</td>" }.joined() + "</tr>"
    }.joined(separator: "\n")
    let shape = view.shape.map { " <span class=\"shape\">\($0)</span>" } ?? ""
    return
      "<div class=\"value\" tabindex=\"0\">\(label)<table class=\"matrix\"><tbody>\n\(rows)\n</tbody></table>\(shape)</div>"
  }

  private func comparison(_ view: ComparisonView) -> String {
    let key = view.key.map { "<span class=\"key\">\(escaped($0))</span> " } ?? ""
    let title = inlines(TitleMath.parts(view.title))
    let rows = view.rows.map { row in
      "<tr><th scope=\"row\">\(escaped(row.label))</th>"
        + row.cells.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>"
    }.joined(separator: "\n")
    let kind = view.isFailure ? "fails" : view.sign == "✓" ? "holds" : "idle"
    if let brief = view.brief {
      return "<p class=\"comparison brief \(kind)\">\(key)<span class=\"title\">\(title)</span> "
        + "<span class=\"verdict\">\(view.sign)</span> <span class=\"facts\">\(escaped(brief))</span></p>"
    }
    let divergence = view.isFailure ? view.divergence.map { "\n<p class=\"bad\">\(escaped($0))</p>" } ?? "" : ""
    // One that holds is a line that a reader may open.
    return """
      <details class="comparison \(kind)"\(view.sign == "✓" ? "" : " open")>
      <summary><span class="title">\(key)\(title)</span> <span class="verdict">\(view.sign) \(escaped(view.verdict))</span></summary>
      <div class="scroll" tabindex="0"><table><tbody>
      \(rows)
      </tbody></table></div>
      <p class="facts">\(escaped(view.facts))</p>\(divergence)
      </details>
      """
  }

  private func table(_ table: Table) -> String {
    let caption = table.title.isEmpty ? "" : "<caption>\(inlines(table.title))</caption>"
    return grid(caption, table.columns.map(inlines), table.rows.map { $0.map(inlines) }, table.alignments)
  }

  private func grid(_ caption: String, _ header: [String], _ rows: [[String]], _ alignments: [Alignment]) -> String {
    func row(_ cells: [String], _ open: String, _ close: String) -> String {
      "<tr>"
        + zip(cells, alignments).map { cell, alignment in
          // An empty heading is a cell, not a header of anything.
          let isEmptyHeading = cell.isEmpty && open == "th"
          let tag = isEmptyHeading ? "td" : open
          let style = alignment == .left ? "" : " class=\"\(alignment)\""
          return "<\(tag)\(tag == "th" ? " scope=\"col\"" : "")\(style)>\(cell)</\(isEmptyHeading ? "td" : close)>"
        }.joined() + "</tr>"
    }
    let head = header.allSatisfy(\.isEmpty) ? "" : "<thead>\(row(header, "th", "th"))</thead>\n"
    let body = rows.map { row($0, "td", "td") }.joined(separator: "\n")
    // A short one is not torn between two sheets of paper.
    let kind = rows.count <= 15 ? " class=\"short\"" : ""
    return
      "<div class=\"scroll\" tabindex=\"0\"><table\(kind)>\(caption)\n\(head)<tbody>\n\(body)\n</tbody></table></div>"
  }
}

// MARK: - Prose

extension HTMLWriter {
  func blocks(_ blocks: [Block]) -> String { blocks.map(block).joined(separator: "\n") }

  private func block(_ block: Block) -> String {
    switch block {
    case .heading(let level, let id, let parts):
      let id = escaped(id)
      return
        "<h\(level) id=\"\(id)\">\(inlines(parts)) <a class=\"anchor\" href=\"#\(id)\" aria-label=\"#\(id)\">#</a></h\(level)>"
    case .paragraph(let parts): return "<p>\(inlines(parts))</p>"
    case .formula(let formula): return self.formula(formula)
    case .code(let language, let text):
      let inner = language == "swift" ? swift(text) : escaped(text)
      return "<pre class=\"code\" tabindex=\"0\"><code>\(inner)</code></pre>"
    case .quote(let blocks): return "<blockquote>\n\(self.blocks(blocks))\n</blockquote>"
    case .folded(let summary, let blocks): return details("more", escaped(summary), self.blocks(blocks))
    case .rule: return "<hr>"
    case .list(let start, let items):
      let tag = start == nil ? "ul" : "ol"
      let first = start.map { $0 == 1 ? "" : " start=\"\($0)\"" } ?? ""
      return "<\(tag)\(first)>\n" + items.map(item).joined(separator: "\n") + "\n</\(tag)>"
    case .table(let header, let alignments, let rows):
      return grid("", header.map(inlines), rows.map { $0.map(inlines) }, alignments)
    }
  }

  /// A list item of one paragraph needs no paragraph around it.
  private func item(_ blocks: [Block]) -> String {
    guard case .paragraph(let parts)? = blocks.first else { return "<li>\(self.blocks(blocks))</li>" }
    return "<li>" + inlines(parts) + (blocks.count > 1 ? "\n" + self.blocks(Array(blocks.dropFirst())) : "") + "</li>"
  }

  func inlines(_ parts: [Inline]) -> String {
    var (html, taken) = ("", 0)
    for (index, part) in parts.enumerated() {
      if case .text(let text) = part {
        html += escaped(String(text.dropFirst(taken)))
        taken = 0
      } else if case .formula = part, index + 1 < parts.count, case .text(let next) = parts[index + 1] {
        // A browser breaks a line between a formula and the full stop behind it, so the two are kept whole.
        let stops = next.prefix { ".,;:!?)".contains($0) }
        taken = stops.count
        html += stops.isEmpty ? inline(part) : "<span class=\"whole\">\(inline(part))\(escaped(String(stops)))</span>"
      } else {
        html += inline(part)
      }
    }
    return html
  }

  /// A browser breaks lines behind hyphens, so the words that begin with some, which are options, are kept whole.
  private func code(inline text: String) -> String {
    let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word in
      word.hasPrefix("--") ? "<span class=\"whole\">\(escaped(String(word)))</span>" : escaped(String(word))
    }
    return "<code>\(words.joined(separator: " "))</code>"
  }

  private func inline(_ part: Inline) -> String {
    switch part {
    case .text(let text): return escaped(text)
    case .code(let text): return code(inline: text)
    case .emphasis(let parts): return "<em>\(inlines(parts))</em>"
    case .strong(let parts): return "<strong>\(inlines(parts))</strong>"
    case .formula(let formula): return math(formula, display: false)
    case .link(let parts, let url):
      if let link = CourseLink(url) { return courseLink(link, inlines(parts)) }
      return Self.isSafe(url) ? "<a href=\"\(escaped(url))\">\(inlines(parts))</a>" : inlines(parts)
    }
  }

  /// Addresses on the web, on this page and beside it; nothing that would run.
  ///
  /// A browser leaves out control characters and the space around an address before it looks for the scheme.
  static func isSafe(_ url: String) -> Bool {
    let seen = String(url.unicodeScalars.filter { $0.value > 0x20 && $0.value != 0x7F })
    guard let end = seen.firstIndex(where: { ":/?#".contains($0) }), seen[end] == ":" else { return true }
    return ["http", "https", "mailto"].contains(seen[..<end].lowercased())
  }

  private func formula(_ formula: MathText) -> String {
    let content = math(formula, display: true)
    let kind = content.contains("<mtable") ? "formula tall" : "formula"
    return "<div class=\"\(kind)\" tabindex=\"0\">\(content)</div>"
  }

  func math(_ formula: MathText, display: Bool) -> String {
    formula.mathML(
      display: display,
      colours: { symbol in log.symbols.first { $0.name == symbol }.map { HTMLStyle.name($0.hue) } },
      live: { live?.mark($0) })
  }

  private func escaped(_ text: String) -> String { Self.escaped(text) }

  package static func escaped(_ text: String) -> String { markupEscaped(text) }
}

extension Log {
  /// What a reader types to see this page.
  var commandLine: String {
    (["swift run chapter-\(name)"] + parameters.filter { $0.value != $0.fallback }.map(\.words)).joined(separator: " ")
  }
}

extension Log.Parameter {
  /// How it is said on the command line; quoted where a shell would take a letter for its own.
  fileprivate var words: String {
    guard !isFlag else { return "--\(name)" }
    let isPlain = value.allSatisfy { $0.isLetter || $0.isNumber || "-+.,:/=_@%".contains($0) }
    return "--\(name) " + (isPlain ? value : "'\(value.replacing("'", with: "'\\''"))'")
  }
}
