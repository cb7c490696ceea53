import TextLayout

/// Breaks a formula that is drawn over several lines where it is wider than the window.
///
/// Rows of an equation, which stand apart by blank lines, are broken one by one: before a sign of operation, at a
/// column that is empty in all lines of the row, so no matrix is cut. What follows stands below, indented. A row
/// without such a column stays as it is.
func fittedFormula(_ lines: [String], width: Int) -> [String] {
  let rows = lines.split(separator: "").map { $0.map(Array.init) }
  let pieces = rows.flatMap { row -> [[String]] in
    var rest = row
    var pieces: [[String]] = []
    var margin = ""
    while let cut = breakColumn(rest, width: width - margin.count) {
      pieces.append(rest.map { margin + String($0.prefix(cut)) })
      margin = spaces(6)
      rest = rest.map { Array($0.dropFirst(cut + 1)) }
    }
    return pieces + [rest.map { margin + String($0) }]
  }
  return Array(pieces.map(trimmedLines).joined(separator: [""]))
}

/// Without space at the ends of lines, and without empty lines before and after.
private func trimmedLines(_ lines: [String]) -> [String] {
  var lines = lines.map(withoutTrailingSpaces)[...]
  while lines.first == "" { lines.removeFirst() }
  while lines.last == "" { lines.removeLast() }
  return Array(lines)
}

/// The last column at which the lines may be cut and still fit; nil where they fit as they are, or cannot.
private func breakColumn(_ lines: [[Character]], width: Int) -> Int? {
  guard (lines.map(\.count).max() ?? 0) > width, width > 8 else { return nil }
  func character(_ line: [Character], _ column: Int) -> Character { column < line.count ? line[column] : " " }
  return (4..<width).last { column in
    lines.allSatisfy { character($0, column) == " " }
      && lines.contains { "+−=⊙·".contains(character($0, column + 1)) && character($0, column + 2) == " " }
      && lines.contains { $0.prefix(column).contains { $0 != " " && $0 != "=" } }
  }
}
