import TextLayout

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
  /// The first numbers, for a line of a table.
  var short: String

  init(_ comparison: Comparison, _ words: Words, mostCells: Int = 7) {
    title = NumberText.sentence(comparison.title)
    key = comparison.documentedKey
    verdict = comparison.verdictName(words)
    isFailure = comparison.isFailure
    sign = comparison.isFailure ? "✗" : comparison.verdict == .doesNotApply ? "–" : "✓"
    facts = Self.facts(comparison, words)
    divergence = comparison.divergence(words)
    short = Self.short(comparison)
    guard !comparison.isRange else {
      rows = Self.rangeRows(comparison, words, mostCells)
      brief = Self.rangeBrief(comparison, words, mostCells)
      return
    }
    let shown = min(comparison.expected.count, comparison.actual.count)
    let fitting = Self.fitting(comparison, mostCells)
    let count = shown > fitting ? fitting - 1 : shown
    let tail = comparison.count > comparison.firstShown + count ? ["…"] : []
    var expected = NumberText.texts(Array(comparison.expected.prefix(count)), decimals: 6)
    var decimals = 6
    if case .documented(_, let digits, _) = comparison.kind {
      expected = digits.prefix(count).map(NumberText.typographic)
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

  /// How many cells fit a page's width: long printed numbers take more room.
  private static func fitting(_ comparison: Comparison, _ mostCells: Int) -> Int {
    guard case .documented(_, let digits, _) = comparison.kind else { return mostCells }
    let longest = (digits.prefix(mostCells).map(\.count).max() ?? 0) + 2
    return min(mostCells, max(3, 68 / (longest + 3)))
  }

  /// The numbers and, where each has its own, the range below each.
  private static func rangeRows(_ comparison: Comparison, _ words: Words, _ mostCells: Int)
    -> [(label: String, cells: [String])]
  {
    guard case .range(_, _, let ranges) = comparison.kind else { return [] }
    let count = min(comparison.actual.count, comparison.commonRange == nil ? 3 : mostCells)
    let tail = comparison.count > count ? ["…"] : []
    let values = (comparison.actualName(words), NumberText.texts(Array(comparison.actual.prefix(count)), decimals: 6))
    guard comparison.commonRange == nil else { return [(values.0, values.1 + tail)] }
    return [(values.0, values.1 + tail), (words.range, ranges.prefix(count).map(text) + tail)]
  }

  /// A few numbers and the range that they all lie in, on one line; nil where a failure needs room.
  private static func rangeBrief(_ comparison: Comparison, _ words: Words, _ mostCells: Int) -> String? {
    guard let range = comparison.commonRange, !comparison.isFailure, comparison.count <= mostCells else { return nil }
    let values = NumberText.texts(comparison.actual, decimals: 6).joined(separator: ", ")
    return [
      comparison.verdictName(words), "\(comparison.actualName(words)) \(values)",
      words.fact(words("range \(text(range))"), comparison.reason.map(NumberText.sentence)),
    ].joined(separator: words.semicolon)
  }

  private static func text(_ range: ClosedRange<Double>) -> String {
    let ends = NumberText.texts([range.lowerBound, range.upperBound], decimals: 6)
    return "\(ends[0]) … \(ends[1])"
  }

  private static func brief(_ comparison: Comparison, _ words: Words) -> String? {
    guard case .documented(_, let digits, true) = comparison.kind, !comparison.isFailure, digits.count <= 16,
      comparison.expected.count == digits.count, comparison.actual.count == digits.count,
      digits.allSatisfy({ $0.allSatisfy(\.isNumber) }), let largest = comparison.largest
    else { return nil }
    let actual = NumberText.texts(comparison.actual, decimals: 6)
    return [
      comparison.verdictName(words), words("printed \(digits.joined(separator: ", "))"),
      words("computed \(actual.joined(separator: ", "))"), words("difference \(NumberText.small(largest.difference))"),
    ].joined(separator: words.semicolon)
  }

  /// The printed digits, or the computed numbers, as many as fit a cell.
  private static func short(_ comparison: Comparison) -> String {
    var texts = NumberText.texts(Array(comparison.actual.prefix(4)), decimals: 6)
    if case .documented(_, let digits, _) = comparison.kind { texts = digits.prefix(4).map(NumberText.typographic) }
    while texts.count > 1, texts.joined(separator: ", ").count > 30 { texts.removeLast() }
    return (texts + (comparison.count > texts.count ? ["…"] : [])).joined(separator: ", ")
  }

  /// The title with its symbols set as mathematics, the key of a documented number before it.
  var titleParts: [Inline] { (key.map { [.text("\($0): ")] } ?? []) + TitleMath.parts(title) }

  /// The title with the key of a documented number before it.
  var fullTitle: String { key.map { "\($0): \(title)" } ?? title }

  private static func facts(_ comparison: Comparison, _ words: Words) -> String {
    var facts: [String] = []
    let reason = comparison.reason.map(NumberText.sentence)
    if let largest = comparison.largest, comparison.count > 1, !comparison.isRange {
      // Where all is well the place is chance, and another machine has another one.
      let place = comparison.isFailure ? comparison.name(of: largest.position, words) : ""
      let difference = NumberText.small(largest.difference)
      facts.append(
        place.isEmpty
          ? words("largest difference \(difference)") : words("largest difference \(difference) (\(place))"))
    }
    if comparison.isRange {
      let range = comparison.commonRange.map { words("range \(text($0))") } ?? words("its own range")
      facts.append(words.fact(range, reason))
    } else {
      let bound =
        comparison.isHalfUnit
        ? words("at most half a unit of the last digit printed") : words("at most \(tolerance(comparison))")
      facts.append(words.fact(bound, reason))
    }
    if comparison.count > 1 {
      let shape = "[" + comparison.actualShape.map(String.init).joined(separator: ", ") + "]"
      facts.append(words("\(comparison.count) values") + (comparison.actualShape.count > 1 ? " \(shape)" : ""))
    }
    if let row = comparison.firstShownRow(words) {
      facts.append(words("shown from \(row), the first that is not all 0"))
    }
    return facts.joined(separator: words.semicolon)
  }

  /// What decides, for the closing table: the greatest difference allowed, or the range.
  static func criterion(_ comparison: Comparison, _ words: Words) -> String {
    guard comparison.isRange else { return tolerance(comparison) }
    return comparison.commonRange.map { words("in \(text($0))") } ?? words("in its own range")
  }

  /// The largest difference, for the closing table; nothing where the numbers are checked against ranges.
  static func largest(_ comparison: Comparison) -> String {
    comparison.isRange ? "" : comparison.largest.map { NumberText.small($0.difference) } ?? ""
  }

  private static func tolerance(_ comparison: Comparison) -> String {
    let least = NumberText.small(comparison.bounds.lowerBound)
    let greatest = NumberText.small(comparison.bounds.upperBound)
    return least == greatest ? greatest : "\(least) … \(greatest)"
  }
}
