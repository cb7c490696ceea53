/// A value as texts in rows, long ones elided: the same cells in every output.
struct ValueGrid {
  var rows: [[String]]
  /// The shape where the picture of the numbers does not show it; nil for a short row and for a single number.
  var shape: String?

  init(_ numbers: Numbers, decimals: Int, mostColumns: Int = 9, mostRows: Int = 8) {
    let all = numbers.rows
    let isRow = numbers.shape.count <= 1
    let columns = NumberText.elided(all.first?.count ?? 0, most: isRow ? max(mostColumns, 3) : mostColumns)
    let shown = NumberText.elided(all.count, most: mostRows)
    let kept = shown.map { $0.map { row in columns.map { $0.map { all[row][$0] } } } }
    let texts = NumberText.texts(
      kept.flatMap { ($0 ?? []).compactMap { $0 } }, of: numbers.doubles, decimals: decimals)
    var next = 0
    rows = kept.map { row in
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

  var isSingle: Bool { rows.count == 1 && rows[0].count == 1 }
}

/// A comparison as texts: both values, the differences, and the sentence that judges them.
struct ComparisonView {
  var title: String
  var key: String?
  var rows: [(label: String, cells: [String])] = []
  /// The verdict's sign and word.
  var sign: String
  var verdict: String
  var isFailure: Bool
  /// Largest difference and where, tolerance, how many values.
  var facts: String
  var divergence: String?
  /// All of it on one line, for a few whole numbers such as a shape; nil where digits or a failure need room.
  var brief: String?

  init(_ comparison: Comparison, _ words: Words, mostCells: Int = 7) {
    title = comparison.title
    verdict = comparison.verdictName(words)
    isFailure = comparison.isFailure
    sign = comparison.isFailure ? "✗" : comparison.verdict == .doesNotApply ? "–" : "✓"
    facts = Self.facts(comparison, words)
    divergence = comparison.divergence(words)
    let shown = min(comparison.expected.count, comparison.actual.count)
    let count = shown > mostCells ? mostCells - 1 : shown
    let tail = comparison.count > comparison.firstShown + count ? ["…"] : []
    var expected = NumberText.texts(Array(comparison.expected.prefix(count)), decimals: 6)
    var decimals = 6
    if case .documented(let key, let digits, _) = comparison.kind {
      self.key = key
      expected = Array(digits.prefix(count))
      let printed =
        digits.map { $0.split(separator: ".").dropFirst().first?.prefix { $0.isNumber }.count ?? 0 }.max() ?? 0
      decimals = printed + 2
    }
    rows.append((comparison.expectedName(words), expected + tail))
    rows.append(
      (
        comparison.actualName(words),
        NumberText.texts(Array(comparison.actual.prefix(count)), decimals: decimals) + tail
      ))
    if comparison.verdict != .shapesDiffer {
      let differences = (0..<count).map { NumberText.small(abs(comparison.actual[$0] - comparison.expected[$0])) }
      rows.append((words.difference, differences + tail))
    }
    brief = Self.brief(comparison, words)
  }

  private static func brief(_ comparison: Comparison, _ words: Words) -> String? {
    guard case .documented(_, let digits, true) = comparison.kind, !comparison.isFailure, digits.count <= 16,
      comparison.expected.count == digits.count, comparison.actual.count == digits.count,
      digits.allSatisfy({ $0.allSatisfy(\.isNumber) }), let largest = comparison.largest
    else { return nil }
    let actual = NumberText.texts(comparison.actual, decimals: 6)
    return [
      comparison.verdictName(words), "\(words.printed) \(digits.joined(separator: ", "))",
      "\(words.computed) \(actual.joined(separator: ", "))",
      "\(words.difference) \(NumberText.small(largest.difference))",
    ].joined(separator: "; ")
  }

  /// The title with the key of a documented number before it.
  var fullTitle: String { key.map { "\($0): \(title)" } ?? title }

  private static func facts(_ comparison: Comparison, _ words: Words) -> String {
    var facts: [String] = []
    if let largest = comparison.largest, comparison.count > 1 {
      // Where all is well the place is chance, and another machine has another one.
      let place = comparison.isFailure ? comparison.name(of: largest.position, words) : ""
      facts.append(
        "\(words.largestDifference) \(NumberText.small(largest.difference))"
          + (!place.isEmpty ? " (\(place))" : ""))
    }
    facts.append(words.tolerance + " " + allowance(comparison, words) + (comparison.reason.map { ": \($0)" } ?? ""))
    if comparison.count > 1 {
      let shape = "[" + comparison.actualShape.map(String.init).joined(separator: ", ") + "]"
      facts.append("\(comparison.count) \(words.values)" + (comparison.actualShape.count > 1 ? " \(shape)" : ""))
    }
    if let row = comparison.firstShownRow(words) {
      facts.append("\(words.shownFrom)\(words.gap)\(row)\(words.firstNotZero)")
    }
    return facts.joined(separator: "; ")
  }

  private static func allowance(_ comparison: Comparison, _ words: Words) -> String {
    comparison.isHalfUnit ? words.halfUnit : tolerance(comparison)
  }

  static func tolerance(_ comparison: Comparison) -> String {
    let least = NumberText.small(comparison.bounds.lowerBound)
    let greatest = NumberText.small(comparison.bounds.upperBound)
    return least == greatest ? greatest : "\(least) … \(greatest)"
  }
}

extension Log {
  /// The table that ends every chapter.
  func comparisonTable(_ words: Words) -> Table {
    Table(
      columns: ["", words.quantity, words.values, words.largestDifference, words.tolerance, words.verdict],
      rows: comparisons.map { comparison in
        let view = ComparisonView(comparison, words)
        return [
          view.sign, view.fullTitle, String(comparison.count),
          comparison.largest.map { NumberText.small($0.difference) } ?? "", ComparisonView.tolerance(comparison),
          view.verdict,
        ]
      })
  }

  /// What the comparisons come to, in a sentence.
  func conclusion(_ words: Words) -> String {
    if comparisons.isEmpty { return words.noComparisons }
    guard let first = comparisons.first(where: \.isFailure) else { return words.allHold }
    return words.firstDivergence + ": " + (first.divergence(words) ?? first.title)
  }

  func parameterTable(_ words: Words) -> Table {
    Table(
      columns: [words.parameter, words.value, words.allowed, words.meaning],
      rows: parameters.map { ["--" + $0.name, $0.value, $0.allowed, $0.help] })
  }
}
