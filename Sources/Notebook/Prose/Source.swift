/// A chapter's source, cut into the cells that a page is woven from.
///
/// A run of `//:` lines is one prose cell. The code between is cut at blank lines outside all brackets, so a loop or a
/// function is one cell whatever stands in it.
struct Source: Sendable {
  struct Cell: Equatable, Sendable {
    enum Content: Equatable, Sendable {
      /// `anchor` names the cell for translations: the last heading and a number, as in `the-gates-2`.
      case prose(anchor: String, [Block])
      case code(String)
    }
    var content: Content
    /// The lines of the file, counted from 1.
    var lines: ClosedRange<Int>
  }

  var cells: [Cell] = []
  /// Lines inside functions, types and closures that are declared at top level: what they show belongs to their
  /// callers.
  private(set) var declarations: [ClosedRange<Int>] = []
  var problems: [String] = []

  init(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let shape = LineShape.shapes(of: text, count: lines.count)
    declarations = LineShape.declarations(lines, shape)
    var names = UniqueNames()
    var anchors = Anchors()
    var start = 0
    while start < lines.count {
      let isProse = shape[start].isProse && shape[start].depth == 0
      if !isProse, trimmed(lines[start]).isEmpty {
        start += 1
        continue
      }
      var end = start + 1
      while end < lines.count, isProse ? shape[end].isProse : !endsCode(lines[end], shape[end]) { end += 1 }
      while trimmed(lines[end - 1]).isEmpty { end -= 1 }
      let cellLines = start + 1...end
      let content = lines[start..<end]
      if isProse {
        let markdown = content.map(Self.prose).joined(separator: "\n")
        let (blocks, found) = MarkdownParser.read(markdown, names: &names)
        problems += found.map { "line \(start + $0.line): \($0.message)" }
        cells.append(Cell(content: .prose(anchor: anchors.next(blocks), blocks), lines: cellLines))
      } else {
        for line in start..<end where shape[line].isProse {
          problems.append("line \(line + 1): prose inside brackets is not woven; use prose(_:) there")
        }
        cells.append(Cell(content: .code(content.joined(separator: "\n")), lines: cellLines))
      }
      start = end
    }
  }

  private func endsCode(_ line: Substring, _ shape: LineShape) -> Bool {
    shape.depth == 0 && (shape.isProse || trimmed(line).isEmpty)
  }

  /// What stands after `//:`, without the one space that sets it off.
  private static func prose(_ line: Substring) -> Substring {
    let text = trimmed(line).dropFirst(3)
    return text.first == " " ? text.dropFirst() : text
  }

  /// The index of the cell that a line belongs to: its own, or the one before it.
  func cell(ofLine line: Int) -> Int? { cells.lastIndex { $0.lines.lowerBound <= line } }

  func isInsideDeclaration(_ line: Int) -> Bool { declarations.contains { $0.contains(line) } }
}

/// Gives prose cells their names: the last heading's, numbered within its section.
struct Anchors {
  private var section = "start"
  private var count = 0

  mutating func next(_ blocks: [Block]) -> String {
    if case .heading(_, let id, _)? = blocks.first {
      section = id
      count = 0
    }
    count += 1
    let name = count == 1 ? section : "\(section)-\(count)"
    for case .heading(_, let id, _) in blocks where id != section {
      section = id
      count = 1
    }
    return name
  }
}

/// What the weaver must know of one line: how many brackets are open where it begins, and whether it is prose.
struct LineShape: Equatable, Sendable {
  var depth = 0
  var isProse = false

  static func shapes(of text: String, count: Int) -> [LineShape] {
    var shapes = [LineShape()]
    var depth = 0
    for token in Highlighter.tokens(text) {
      if token.kind == .comment, token.text.hasPrefix("//:") { shapes[shapes.count - 1].isProse = true }
      for byte in token.text.utf8 {
        if byte == UInt8(ascii: "\n") {
          // A blank line within a long string or comment does not end its cell.
          shapes.append(LineShape(depth: token.kind == .plain ? depth : depth + 1))
        } else if token.kind == .plain {
          if "{([".utf8.contains(byte) { depth += 1 }
          if "})]".utf8.contains(byte) { depth = max(depth - 1, 0) }
        }
      }
    }
    return Array((shapes + Array(repeating: LineShape(), count: max(count - shapes.count, 0))).prefix(count))
  }

  /// The lines from a declaration's first to the closing brace.
  static func declarations(_ lines: [Substring], _ shapes: [LineShape]) -> [ClosedRange<Int>] {
    let names: Set<Substring> = ["func", "struct", "class", "enum", "extension", "protocol", "actor"]
    var result: [ClosedRange<Int>] = []
    for index in lines.indices where shapes[index].depth == 0 && !shapes[index].isProse {
      let words = lines[index].split { !$0.isLetter && $0 != "@" && $0 != "=" && $0 != "{" }
      let isNamed = words.prefix(4).contains { names.contains($0) } && lines[index].first?.isWhitespace == false
      // `let step = { …` and `var sum: Double {` hold code that runs later, too.
      let isBinding = words.first == "let" || words.first == "var"
      let isClosure = isBinding && trimmed(lines[index]).contains("= {") || words.first == "var" && !words.contains("=")
      guard isNamed || isClosure else { continue }
      var end = index + 1
      while end < lines.count, shapes[end].depth > 0 { end += 1 }
      if end > index + 1 { result.append(index + 1...end) }
    }
    return result
  }
}
