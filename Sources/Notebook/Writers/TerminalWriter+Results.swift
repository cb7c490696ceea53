import Drawing
import Formulas
import TextLayout

extension TerminalWriter {
  func code(_ text: String, firstLine: Int) -> [String] {
    let lines = swift(text)
    let digits = String(firstLine + lines.count).count
    return lines.enumerated().map { index, line in
      let number = String(firstLine + index)
      return styled(spaces(digits - number.count) + number + " │ ", .dim) + line
    }
  }

  func swift(_ text: String) -> [String] {
    guard terminal.hasColour else { return text.lines }
    return Highlighter.tokens(text).map { token -> String in
      guard let style = TextStyle.of(token.kind) else { return token.text }
      return token.text.lines.map { styled($0, style) }.joined(separator: "\n")
    }.joined().lines
  }

  func output(_ output: Output) -> [String] {
    switch output {
    case .value(let name, let numbers, let decimals): value(name?.unicode, numbers, decimals)
    case .result(let text): text.lines.flatMap { wrapped($0, width: width - 4) }.map { "    " + $0 }
    case .prose(let blocks): self.blocks(blocks, margin: "")
    case .formula(let formula): self.formula(formula)
    case .table(let table):
      styled(wrapped(plainText(table.title), width: width), .bold).filter { !$0.isEmpty } + self.table(table)
    case .picture(let picture):
      styled(wrapped(picture.title, width: width), .bold).filter { !$0.isEmpty }
        + picture.terminal(columns: width - 4, colour: terminal.hasColour).map { $0.isEmpty ? "" : "    " + $0 }
    case .comparison(let comparison): self.comparison(ComparisonView(comparison, words))
    case .note(let text): styled(wrapped(text, width: width), .warning)
    case .live: []
    }
  }

  private func value(_ name: String?, _ numbers: Numbers, _ decimals: Int) -> [String] {
    let label = name.map { "    \($0) = " } ?? "    "
    let shown = coloured(label)
    // As many columns as fit: each number takes its digits, a sign, a point and a gap, and a power of ten some more.
    var fitting = max((width - displayWidth(label) - 12) / (decimals + 4), 3)
    var view = ValueGrid(numbers, decimals: decimals, mostColumns: fitting)
    if view.isSingle { return [shown + view.rows[0][0]] }
    var widths = columnWidths(view.rows)
    while fitting > 3, displayWidth(label) + 12 + widths.reduce(0, { $0 + $1 + 2 }) > width {
      fitting -= 1
      view = ValueGrid(numbers, decimals: decimals, mostColumns: fitting)
      widths = columnWidths(view.rows)
    }
    let margin = spaces(displayWidth(label))
    return view.rows.enumerated().map { index, row in
      let cells = zip(row, widths).map { aligned($0, to: $1, .end) }.joined(separator: "  ")
      let shape = index == view.rows.count - 1 ? view.shape.map { styled("  " + $0, .dim) } ?? "" : ""
      return (index == 0 ? shown : margin) + "[" + cells + "]" + shape
    }
  }

  /// A comparison that holds, on one line where it fits.
  func line(_ view: ComparisonView) -> [String] {
    let text =
      "\(view.sign) \(plainText(view.titleParts)): \(view.brief ?? view.verdict + words.semicolon + view.facts)"
    return wrapped(text, width: width - 4, hanging: 2).map { "    " + styled($0, view.sign == "✓" ? .good : .dim) }
  }

  private func comparison(_ view: ComparisonView) -> [String] {
    let style: TextStyle = view.isFailure ? .bad : view.sign == "✓" ? .good : .dim
    if view.brief != nil { return line(view) }
    let title = plainText(view.titleParts) + ": " + view.verdict
    var lines = wrapped("\(view.sign) \(title)", width: width - 4, hanging: 2).map { "    " + styled($0, style) }
    let label = view.rows.map { displayWidth($0.label) }.max() ?? 0
    let widths = columnWidths(view.rows.map(\.cells))
    for row in view.rows {
      var cells = zip(row.cells, widths).map { aligned($0, to: $1, .end) }
      while cells.count > 1, 8 + label + cells.reduce(0, { $0 + displayWidth($1) + 2 }) > width { cells.removeLast() }
      lines.append("      " + padded(row.label, to: label) + "  " + cells.joined(separator: "  "))
    }
    lines += wrapped(view.facts, width: width - 6).map { "      " + styled($0, .dim) }
    if let divergence = view.divergence, view.isFailure {
      lines += wrapped(divergence, width: width - 6, hanging: 2).map { "      " + styled($0, .bad) }
    }
    return lines
  }
}
