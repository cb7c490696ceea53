import Drawing
import Formulas

/// What a chapter's code showed.
public enum Output: Sendable {
  /// A named value, written with that many decimals.
  case value(name: MathText?, Numbers, decimals: Int)
  /// A line of plain words.
  case result(String)
  /// Markdown whose words depend on the run.
  case prose([Block])
  case formula(MathText)
  case table(Table)
  case picture(Picture)
  case comparison(Comparison)
  /// What the engine itself has to say, such as that documented numbers do not apply.
  case note(String)
  /// Where a live place begins, and with nil where it ends.
  case live(LiveSection?)
}

/// One entry of a page, in reading order.
public enum Item: Sendable {
  case prose([Block])
  /// `isOpen`: whether pages show it, or fold it to one line.
  case code(String, firstLine: Int, isOpen: Bool)
  case output(Output)
}

/// Rows of short texts under headings; columns of numbers stand to the right.
public struct Table: Equatable, Sendable {
  public var title: [Inline]
  public var columns: [[Inline]]
  public var rows: [[[Inline]]]

  public init(title: [Inline] = [], columns: [[Inline]], rows: [[[Inline]]]) {
    self.title = title
    self.columns = columns
    self.rows = rows.map { row in
      Array((row + Array(repeating: [], count: max(columns.count - row.count, 0))).prefix(columns.count))
    }
  }

  /// A table of plain words.
  init(columns: [String], rows: [[String]]) {
    self.init(columns: columns.map { [.text($0)] }, rows: rows.map { $0.map { [.text($0)] } })
  }

  var alignments: [Alignment] {
    columns.indices.map { column in
      let cells = rows.map { plainText($0[column]) }.filter { !$0.isEmpty }
      return !cells.isEmpty && cells.allSatisfy(isNumber) ? .right : .left
    }
  }
}

private func isNumber(_ text: String) -> Bool {
  let digits = text.drop { "+-−.".contains($0) }
  guard text.allSatisfy({ !$0.isLetter || $0 == "e" || $0 == "E" }) else { return false }
  return text.count - digits.count <= 2 && !text.hasPrefix("--")
    && digits.first.map { $0.isNumber || $0 == "∞" } ?? false
}

/// One run of a chapter: the only thing that the writers read.
public struct Log: Sendable {
  /// A parameter with its value in this run.
  public struct Parameter: Equatable, Sendable {
    public var name: String
    public var value: String
    public var fallback: String
    public var allowed: String
    public var help: String
    /// A flag stands on the command line without its value.
    public var isFlag = false
  }

  /// The chapter's folder, as `lstm`; its program is `chapter-lstm`.
  public var name: String
  public var number: Int
  public var title: String
  public var summary: String
  public var language: String
  /// The language of the chapter's source.
  var sourceLanguage = "en"
  public var parameters: [Parameter] = []
  /// What the chapter answers, in one sentence.
  public var question: [Inline] = []
  /// How long a reader needs; 0 where nobody has said.
  public var minutes = 0
  public var goals: [[Inline]] = []
  /// Chapters to read before this one.
  public var requires: [(name: String, title: String)] = []
  /// The chapters before and after this one, by folder and title.
  public var before: (name: String, title: String)?
  public var after: (name: String, title: String)?
  /// Other languages that this page is written in.
  var otherLanguages: [String] = []
  /// The file beside a page's folder that has the page of a chapter, or of the course, in this page's language.
  var places: [String: String] = [:]
  /// Symbols that keep one colour throughout the page.
  public var symbols: [(name: String, hue: Hue)] = []
  /// What all chapters share.
  var course = Course()
  public var items: [Item] = []

  public var comparisons: [Comparison] {
    items.compactMap { if case .output(.comparison(let comparison)) = $0 { comparison } else { nil } }
  }

  public var holds: Bool { comparisons.allSatisfy { !$0.isFailure } }
  public var keepsDefaults: Bool { parameters.allSatisfy { $0.value == $0.fallback } }

  /// The headings in reading order, for lists of contents.
  var headings: [(level: Int, id: String, title: [Inline])] {
    items.flatMap { item -> [Block] in
      switch item {
      case .prose(let blocks), .output(.prose(let blocks)): blocks
      default: []
      }
    }.compactMap { if case .heading(let level, let id, let title) = $0 { (level, id, title) } else { nil } }
  }
}

/// Joins a source with what its run shows: each output stands behind the cell it came from, and whatever is read before
/// that cell stands before it.
struct Weaver: Sendable {
  let source: Source
  private var next = 0
  /// Outputs from inside a declaration, which cannot be placed by their own line.
  private(set) var misplaced: Set<Int> = []

  init(_ source: Source) { self.source = source }

  /// The cells to read before an output of this line.
  ///
  /// A line at top level, or in a loop there, belongs to its cell. A line of a cell that has passed already, and one
  /// inside a function, belongs to the place that the page has reached.
  mutating func reach(_ line: Int) -> [Item] {
    guard !source.isInsideDeclaration(line) else {
      misplaced.insert(line)
      return []
    }
    guard let cell = source.cell(ofLine: line), cell >= next else { return [] }
    return advance(to: cell + 1)
  }

  mutating func rest() -> [Item] { advance(to: source.cells.count) }

  private mutating func advance(to end: Int) -> [Item] {
    defer { next = max(next, end) }
    return source.cells[min(next, end)..<end].compactMap { cell in
      switch cell.content {
      case .prose(_, let blocks): return .prose(blocks)
      case .code(let text):
        let folded = Folding.cell(text)
        guard !folded.code.isEmpty else { return nil }
        return .code(folded.code, firstLine: cell.lines.lowerBound + folded.skipped, isOpen: folded.isOpen)
      }
    }
  }
}
