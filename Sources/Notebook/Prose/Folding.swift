/// Which code stands open on a page: the code that *is* the lesson.
///
/// - A cell stands open when it defines a formula or a model and shows nothing. All others are folded to one line:
///   imports, options, the notebook's own beginning, calls that draw, print, tabulate or compare, helpers.
/// - `//+` as the first line of a cell opens it, `//-` folds it; no page shows that line.
/// - A cell that only calls `page.prose` is not shown at all: its words stand on the page already.
enum Folding {
  struct Cell: Equatable, Sendable {
    /// Empty where no page shows the cell.
    var code: String
    var isOpen: Bool
    /// How many lines of the cell stand before the code: the mark.
    var skipped: Int
  }

  static func cell(_ text: String) -> Cell {
    let lines = text.lines
    if let mark = lines.first.map({ trimmed($0) }), mark == "//+" || mark == "//-" {
      return Cell(code: lines.dropFirst().joined(separator: "\n"), isOpen: mark == "//+", skipped: 1)
    }
    let bare = Highlighter.tokens(text).filter { $0.kind != .comment && $0.kind != .string }.map(\.text).joined()
    if isOnlyProse(bare) { return Cell(code: "", isOpen: false, skipped: 0) }
    let isOpen = lines.count <= longestOpen && lessons.contains(where: bare.contains) && !bare.contains(showing)
    return Cell(code: text, isOpen: isOpen, skipped: 0)
  }

  /// Longer cells are folded unless they say otherwise.
  private static let longestOpen = 40

  private static let lessons = [
    "define(", "symbol(", "Recurrence(", "Stack(", "Stack<", "Experiment(",
  ]

  private static var showing: Regex<Substring> {
    /Notebook\(|page\.(?:picture|table|show|compare|documented|range|result|prose|formula|worked|note|training|experiment|sources)\(/
  }

  /// Whether code without strings and comments is made of calls of `page.prose` alone.
  private static func isOnlyProse(_ code: String) -> Bool {
    var depth = 0
    var outside = ""
    for character in code where !character.isWhitespace {
      if ")]}".contains(character) { depth -= 1 }
      if depth == 0 { outside.append(character) }
      if "([{".contains(character) { depth += 1 }
    }
    return !outside.isEmpty && outside.replacing("page.prose()", with: "").isEmpty
  }
}
