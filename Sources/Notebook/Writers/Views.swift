import TextLayout

/// A value as texts in rows, long ones elided: the same cells in every output.
struct ValueGrid {
  var rows: [[String]]
  /// The shape where the picture of the numbers does not show it; nil for a short row and for a single number.
  var shape: String?
  /// The rows and columns that are shown; nil for a gap.
  private var kept: (rows: [Int?], columns: [Int?])
  private var width: Int

  /// - Parameter mostColumns: nil for nine, and for ten of ten, such as the probabilities of the digits.
  init(_ numbers: Numbers, decimals: Int, mostColumns: Int? = nil, mostRows: Int = 8) {
    let all = numbers.rows
    let isRow = numbers.shape.count <= 1
    let mostColumns = mostColumns ?? (all.first?.count == 10 ? 10 : 9)
    let columns = Self.elided(all.first?.count ?? 0, most: isRow ? max(mostColumns, 3) : mostColumns)
    let shown = Self.elided(all.count, most: mostRows)
    kept = (shown, columns)
    width = all.first?.count ?? 0
    let cells = shown.map { $0.map { row in columns.map { $0.map { all[row][$0] } } } }
    let texts = NumberText.texts(
      cells.flatMap { ($0 ?? []).compactMap { $0 } }, of: numbers.doubles, decimals: decimals)
    var next = 0
    rows = cells.map { row in
      guard let row else { return columns.map { _ in "⋮" } }
      return row.map { cell in
        guard cell != nil else { return "…" }
        next += 1
        return texts[next - 1]
      }
    }
    let isElided = columns.contains(nil) || shown.contains(nil)
    shape = numbers.shape.count > 1 || isElided ? numbers.shapeText : nil
  }

  /// The number among all of them that a cell shows; nil for a gap.
  func element(_ row: Int, _ column: Int) -> Int? {
    guard let row = kept.rows[row], let column = kept.columns[column] else { return nil }
    return row * width + column
  }

  /// Long rows and tall matrices keep their ends: the indices that are shown, `nil` for the gap.
  private static func elided(_ count: Int, most: Int) -> [Int?] {
    guard count > most, most >= 3 else { return (0..<count).map { $0 } }
    let tail = most / 3
    return (0..<most - tail - 1).map { $0 } + [nil] + (count - tail..<count).map { $0 }
  }

  var isSingle: Bool { rows.count == 1 && rows[0].count == 1 }
}

extension Log {
  /// The table that ends every chapter.
  func comparisonTable(_ words: Words) -> Table {
    Table(
      columns: ["", words.quantity, words.values, words.largestDifference, words.tolerance, words.verdict].map {
        $0.isEmpty ? [] : [.text($0)]
      },
      rows: comparisons.map { comparison in
        let view = ComparisonView(comparison, words)
        let texts = [
          String(comparison.count), ComparisonView.largest(comparison), ComparisonView.criterion(comparison, words),
          view.verdict,
        ]
        return [[.text(view.sign)], view.titleParts] + texts.map { [.text($0)] }
      })
  }

  /// What the comparisons come to, in a sentence.
  func conclusion(_ words: Words) -> String {
    if comparisons.isEmpty { return words("This chapter compares nothing.") }
    guard let first = comparisons.first(where: \.isFailure) else { return words.allHold }
    return words("First divergence: \(first.divergence(words) ?? first.title)")
  }

  /// How long a reader needs, and what to read before.
  func about(_ words: Words, before: [String]) -> [String] {
    (minutes > 0 ? [words.minutes(minutes)] : []) + (before.isEmpty ? [] : [words.readBefore(before)])
  }

  func parameterTable(_ words: Words) -> Table {
    Table(
      columns: [words("parameter"), words.value, words("allowed"), words("meaning")].map { [.text($0)] },
      rows: parameters.map { parameter in
        let value: Inline = Double(parameter.value) == nil ? .code(parameter.value) : .text(parameter.value)
        return [[.code("--" + parameter.name)], [value], [.text(parameter.allowed)], [.text(parameter.help)]]
      })
  }
}
