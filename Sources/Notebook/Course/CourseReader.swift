import Formulas

/// Puts names in the place of citations, and finds words, works and letters that a page uses and the course does not
/// know.
struct CourseReader {
  let course: Course
  /// Letters that the chapter itself declares, as LaTeX.
  let declared: Set<String>
  private(set) var problems: [String] = []

  init(_ course: Course, declared: some Sequence<String>) {
    self.course = course
    self.declared = Set(declared)
  }

  mutating func read(_ item: Item) -> Item {
    switch item {
    case .prose(let blocks): return .prose(read(blocks))
    case .code: return item
    case .output(let output): return .output(read(output))
    }
  }

  private mutating func read(_ output: Output) -> Output {
    switch output {
    case .prose(let blocks): return .prose(read(blocks))
    case .value(let name?, _, _): check(name)
    case .formula(let formula): check(formula)
    case .table(var table):
      table.title = read(table.title)
      for index in table.columns.indices { table.columns[index] = read(table.columns[index]) }
      for row in table.rows.indices {
        for column in table.rows[row].indices { table.rows[row][column] = read(table.rows[row][column]) }
      }
      return .table(table)
    case .value, .result, .picture, .comparison, .note, .live: break
    }
    return output
  }

  mutating func read(_ blocks: [Block]) -> [Block] {
    var result: [Block] = []
    for block in blocks { result.append(read(block)) }
    return result
  }

  private mutating func read(_ block: Block) -> Block {
    switch block {
    case .heading(let level, let id, let parts): return .heading(level: level, id: id, read(parts))
    case .paragraph(let parts): return .paragraph(read(parts))
    case .quote(let blocks): return .quote(read(blocks))
    case .folded(let summary, let blocks): return .folded(summary: summary, read(blocks))
    case .list(let start, var items):
      for index in items.indices { items[index] = read(items[index]) }
      return .list(start: start, items: items)
    case .table(var header, let alignments, var rows):
      for column in header.indices { header[column] = read(header[column]) }
      for row in rows.indices {
        for column in rows[row].indices { rows[row][column] = read(rows[row][column]) }
      }
      return .table(header: header, alignments: alignments, rows: rows)
    case .formula(let formula):
      check(formula)
      return block
    case .code, .rule: return block
    }
  }

  mutating func read(_ parts: [Inline]) -> [Inline] {
    var result: [Inline] = []
    for part in parts { result.append(read(part)) }
    return result
  }

  private mutating func read(_ part: Inline) -> Inline {
    switch part {
    case .emphasis(let parts): return .emphasis(read(parts))
    case .strong(let parts): return .strong(read(parts))
    case .formula(let formula):
      check(formula)
      return part
    case .link(let parts, let url):
      switch CourseLink(url) {
      case .work(let key): return .link([.text(short(of: key))], url: url)
      case .term(let id):
        if course.terms != nil, course.term(id) == nil {
          complain("glossary:\(id): expected a term of chapters/glossary.json, found none")
        }
        return .link(read(parts), url: url)
      case .chapter, nil: return .link(read(parts), url: url)
      }
    case .text, .code: return part
    }
  }

  private mutating func short(of key: String) -> String {
    if let work = course.work(key) { return work.short }
    if course.shelves != nil { complain("[@\(key)]: expected a key of chapters/bibliography.json, found none") }
    return key
  }

  private mutating func check(_ formula: MathText) {
    guard let letters = course.letters else { return }
    for names in formula.letters
    where !names.contains(where: { name in
      declared.contains(name) || letters.contains { $0.symbol == name }
    }) {
      complain(
        "$\(names[0])$: expected a letter of chapters/notation.json, or of the chapter's own letters, found neither")
    }
  }

  private mutating func complain(_ problem: String) {
    if !problems.contains(problem) { problems.append(problem) }
  }
}

/// Where a link of the course leads: the address `glossary:kernel` names the term, not a file.
package enum CourseLink: Equatable, Sendable {
  case work(String)
  case term(String)
  case chapter(String)

  init?(_ url: String) {
    let parts = url.split(separator: ":", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "bibliography": self = .work(parts[1])
    case "glossary": self = .term(parts[1])
    case "chapter": self = .chapter(parts[1])
    default: return nil
    }
  }

  /// The file and the place in it on a site, and beside a page of Markdown.
  package var address: (site: String, markdown: String) {
    switch self {
    case .work(let key): ("bibliography.html#\(key)", "../BIBLIOGRAPHY.md#\(key)")
    case .term(let id): ("glossary.html#\(id)", "../GLOSSARY.md#\(id)")
    case .chapter(let name): ("\(name).html", "../\(name)/README.md")
    }
  }
}
