import TextLayout

/// A check of numbers: against other numbers, which they must be near, or against ranges, in which they must lie.
public struct Comparison: Equatable, Sendable {
  public enum Verdict: Equatable, Sendable {
    case holds
    /// At least one element is too far off, or is not a number.
    case differs(first: Place)
    case shapesDiffer
    /// A number printed for the default parameters, in a run with others.
    case doesNotApply
  }

  /// One element, with both values and what they may differ by.
  public struct Place: Equatable, Sendable {
    public var index: Int
    public var position: [Int]
    public var expected: Double
    public var actual: Double
    public var bound: Double
    /// The range that the element must lie in; nil in a comparison with other numbers.
    public var range: ClosedRange<Double>?
    public var difference: Double { abs(actual - expected) }
  }

  public enum Kind: Equatable, Sendable {
    /// Two computations, with the names of both sides; nil stands for the usual one.
    case computed(expected: String?, actual: String?)
    /// A number in a source: its key, the digits as they were printed, and whether they alone say how near is near
    /// enough.
    case documented(key: String, digits: [String], decides: Bool)
    /// Numbers that must lie in ranges: the key where a source states the range, the name of the numbers (nil for the
    /// usual one), and the ranges of the numbers that pages show. `expected` is the number of its range that is nearest
    /// to each value.
    case range(key: String?, name: String?, ranges: [ClosedRange<Double>])
  }

  public var title: String
  public var kind: Kind
  public var axes: [Axis]
  public var expectedShape: [Int]
  public var actualShape: [Int]
  /// Where the values begin that pages show: the first, or the first row in which something stands.
  public var firstShown: Int
  /// Values of each side from there on; pages never show more.
  public var expected: [Double]
  public var actual: [Double]
  public var count: Int
  /// The place with the largest difference; nil where there is no element to compare.
  public var largest: Place?
  /// What the elements may differ by: the least and the greatest bound.
  public var bounds: ClosedRange<Double>
  /// Why this tolerance, where a chapter says so.
  public var reason: String?
  public var verdict: Verdict

  static let mostShown = 64
}

extension Comparison {
  /// Compares element by element; the first divergence is the one at the earliest step, then in row-major order.
  ///
  /// - Parameter ranges: the range of each element where the kind is `range`, else nil.
  static func of(
    _ title: String, kind: Kind, expected: Numbers, actual: Numbers, bounds: [Double],
    ranges: [ClosedRange<Double>]? = nil, axes: [Axis], reason: String?
  ) -> Comparison {
    let agrees = expected.shape == actual.shape
    var largest: Place?
    var first: Place?
    let stepAxis = axes.firstIndex { $0.name == "step" }
    for index in 0..<(agrees ? expected.doubles.count : 0) {
      let place = Place(
        index: index, position: expected.position(index), expected: expected.doubles[index],
        actual: actual.doubles[index], bound: bounds[index], range: ranges?[index])
      // A comparison with NaN is false, so a NaN is not within any bound.
      let isNear = place.difference <= place.bound
      if !isNear, first.map({ isEarlier(place, $0, stepAxis) }) ?? true { first = place }
      if largest.map({ place.difference > $0.difference || (place.difference.isNaN && !$0.difference.isNaN) }) ?? true {
        largest = place
      }
    }
    let start = agrees ? firstShown(kind, expected, actual) : 0
    return Comparison(
      title: title, kind: kind, axes: axes, expectedShape: expected.shape, actualShape: actual.shape, firstShown: start,
      expected: Array(expected.doubles.dropFirst(start).prefix(mostShown)),
      actual: Array(actual.doubles.dropFirst(start).prefix(mostShown)),
      count: actual.doubles.count, largest: largest, bounds: range(bounds), reason: reason,
      verdict: !agrees ? .shapesDiffer : first.map { .differs(first: $0) } ?? .holds)
  }

  /// Checks that each number lies in its range; NaN lies in none.
  ///
  /// - Parameters:
  ///   - key: of the documented statement that gives the range; nil where there is none.
  ///   - name: what pages call the numbers; nil for the usual word.
  static func inRanges(
    _ title: String, key: String?, name: String?, values: Numbers, ranges: [ClosedRange<Double>], axes: [Axis],
    reason: String?
  ) -> Comparison {
    let nearest = zip(values.doubles, ranges).map { min(max($0, $1.lowerBound), $1.upperBound) }
    return of(
      title, kind: .range(key: key, name: name, ranges: Array(ranges.prefix(mostShown))),
      expected: Numbers(shape: values.shape, nearest), actual: values, bounds: nearest.map { _ in 0 }, ranges: ranges,
      axes: axes, reason: reason)
  }

  /// The beginning of the first row that is not all zeros on both sides: zeros beside zeros show nothing, though all
  /// are compared. Printed digits stand in the order of their source, from the first.
  private static func firstShown(_ kind: Kind, _ expected: Numbers, _ actual: Numbers) -> Int {
    guard case .computed = kind, let width = expected.shape.last, expected.shape.count > 1 else { return 0 }
    let first = expected.doubles.indices.first { expected.doubles[$0] != 0 || actual.doubles[$0] != 0 }
    return first.map { $0 - $0 % width } ?? 0
  }

  private static func range(_ bounds: [Double]) -> ClosedRange<Double> {
    let bounds = bounds.filter { !$0.isNaN }
    return (bounds.min() ?? 0)...(bounds.max() ?? 0)
  }

  private static func isEarlier(_ a: Place, _ b: Place, _ stepAxis: Int?) -> Bool {
    guard let stepAxis, stepAxis < a.position.count else { return a.index < b.index }
    return (a.position[stepAxis], a.index) < (b.position[stepAxis], b.index)
  }

  /// Whether half a unit of the last printed digit is what values may differ by.
  var isHalfUnit: Bool { if case .documented(_, _, let decides) = kind { decides } else { false } }

  public var isFailure: Bool {
    switch verdict {
    case .holds, .doesNotApply: false
    case .differs, .shapesDiffer: true
    }
  }

  /// The range that all numbers must lie in, where it is one for all; nil in other comparisons.
  var commonRange: ClosedRange<Double>? {
    guard case .range(_, _, let ranges) = kind, let first = ranges.first, ranges.allSatisfy({ $0 == first }) else {
      return nil
    }
    return first
  }

  /// What the numbers are compared with, for programs.
  var kindName: String {
    switch kind {
    case .computed: "computed"
    case .documented: "documented"
    case .range: "range"
    }
  }

  var isRange: Bool { if case .range = kind { true } else { false } }

  /// The key of the documented number or statement that was checked; nil for a comparison of two computations.
  public var documentedKey: String? {
    switch kind {
    case .documented(let key, _, _): key
    case .range(let key, _, _): key
    case .computed: nil
    }
  }

  /// Where an element stands, as in “step 2, gate f, unit 5”; places count from 1.
  func name(of position: [Int], _ words: Words) -> String {
    position.enumerated().map { axis, place in
      guard axis < axes.count else { return "#\(place + 1)" }
      let places = axes[axis].places
      return words(ProseText(axes[axis].name)) + " " + (place < places.count ? places[place] : String(place + 1))
    }.joined(separator: ", ")
  }

  /// The row that the shown values begin with, as in “row 5”; nil where that is the first one.
  func firstShownRow(_ words: Words) -> String? {
    guard firstShown > 0 else { return nil }
    let position = Numbers.position(firstShown, in: actualShape)
    return name(of: position.dropLast(), words)
  }

  /// One sentence on the first divergence, for the end of a chapter; nil where there is none.
  func divergence(_ words: Words) -> String? {
    let shapes = [expectedShape, actualShape].map { "[" + $0.map(String.init).joined(separator: ", ") + "]" }
    switch verdict {
    case .holds, .doesNotApply: return nil
    case .shapesDiffer:
      return words(
        "\(title): shapes differ, \(expectedName(words)) \(shapes[0]), \(actualName(words)) \(shapes[1])")
    case .differs(let first):
      let place = first.position.isEmpty ? title : words("\(title) at \(name(of: first.position, words))")
      let (name, actual) = (actualName(words), NumberText.full(first.actual))
      if let range = first.range {
        let (least, greatest) = (NumberText.full(range.lowerBound), NumberText.full(range.upperBound))
        return words("\(place): \(name) \(actual), outside \(least) … \(greatest)")
      }
      let (difference, bound) = (NumberText.small(first.difference), NumberText.small(first.bound))
      let expected = NumberText.full(first.expected)
      return words(
        "\(place): \(expectedName(words)) \(expected), \(name) \(actual), difference \(difference), at most \(bound)")
    }
  }

  func expectedName(_ words: Words) -> String {
    switch kind {
    case .computed(let name, _): name ?? words.byHand
    case .documented: words.printed
    case .range: words.range
    }
  }

  func actualName(_ words: Words) -> String {
    switch kind {
    case .computed(_, let name): name ?? words.layer
    case .documented: words.computed
    case .range(_, let name, _): name ?? words.computed
    }
  }

  func verdictName(_ words: Words) -> String {
    switch verdict {
    case .holds: words.holds
    case .differs, .shapesDiffer: words.fails
    case .doesNotApply: words.doesNotApply
    }
  }
}
