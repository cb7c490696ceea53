import Foundation

/// How far two numbers may be apart: |actual − expected| ≤ absolute + relative · |expected|. NaN is never near anything.
public struct Tolerance: Equatable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public var absolute: Double
  public var relative: Double

  public init(absolute: Double = 0, relative: Double = 0) {
    self.absolute = absolute
    self.relative = relative
  }

  public init(floatLiteral value: Double) { self.init(absolute: value) }
  public init(integerLiteral value: Int) { self.init(absolute: Double(value)) }

  /// Finite even where the expected value is not: then no difference is within it, since that is NaN or infinite.
  func bound(_ expected: Double) -> Double { absolute + relative * (expected.isFinite ? abs(expected) : 0) }
}

/// The name of an axis, with the names of its places where they are not just counted from 1.
public struct Axis: Equatable, Sendable, ExpressibleByStringLiteral {
  public var name: String
  public var places: [String]

  public init(_ name: String, _ places: [String] = []) {
    self.name = name
    self.places = places
  }

  public init(stringLiteral name: String) { self.init(name) }
}

/// Two arrays beside each other: which values, how far apart, and whether that is near enough.
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
    public var difference: Double { abs(actual - expected) }
  }

  public enum Kind: Equatable, Sendable {
    /// Two computations, with the names of both sides; nil stands for the usual one.
    case computed(expected: String?, actual: String?)
    /// A number in a source: its key, the digits as they were printed, and whether they alone say how near is near enough.
    case documented(key: String, digits: [String], decides: Bool)
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
  static func of(
    _ title: String, kind: Kind, expected: Numbers, actual: Numbers, bounds: [Double], axes: [Axis], reason: String?
  ) -> Comparison {
    let agrees = expected.shape == actual.shape
    var largest: Place?
    var first: Place?
    let stepAxis = axes.firstIndex { $0.name == "step" }
    for index in 0..<(agrees ? expected.doubles.count : 0) {
      let place = Place(
        index: index, position: expected.position(index), expected: expected.doubles[index],
        actual: actual.doubles[index], bound: bounds[index])
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

  /// The beginning of the first row that is not all zeros on both sides: zeros beside zeros show nothing, though all are compared.
  /// Printed digits stand in the order of their source, from the first.
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

  /// The key of the documented number that was compared; nil for a comparison of two computations.
  public var documentedKey: String? { if case .documented(let key, _, _) = kind { key } else { nil } }

  /// Where an element stands, as in “step 2, gate f, unit 5”; places count from 1.
  func name(of position: [Int], _ words: Words) -> String {
    position.enumerated().map { axis, place in
      guard axis < axes.count else { return "#\(place + 1)" }
      let places = axes[axis].places
      return words.axis(axes[axis].name) + " " + (place < places.count ? places[place] : String(place + 1))
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
      return "\(title): \(words.shapesDiffer), \(expectedName(words)) \(shapes[0]), \(actualName(words)) \(shapes[1])"
    case .differs(let first):
      let place = first.position.isEmpty ? "" : " \(words.at) " + name(of: first.position, words)
      return "\(title)\(place): \(expectedName(words)) \(NumberText.exact(first.expected)), \(actualName(words)) "
        + "\(NumberText.exact(first.actual)), \(words.difference) \(NumberText.small(first.difference)), "
        + "\(words.tolerance) \(NumberText.small(first.bound))"
    }
  }

  func expectedName(_ words: Words) -> String {
    switch kind {
    case .computed(let name, _): name ?? words.byHand
    case .documented: words.printed
    }
  }

  func actualName(_ words: Words) -> String {
    switch kind {
    case .computed(_, let name): name ?? words.layer
    case .documented: words.computed
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

/// A number as a source printed it: the digits decide how near a computed value must come.
struct PrintedNumber: Equatable {
  var digits: String
  var value: Double
  /// Half a unit of the last printed digit.
  var halfUnit: Double

  /// All numbers in a text, as in `[0.7290, 0.6271]` or `a=2.35025001; b=-1.36052668`.
  static func all(in text: String) -> [PrintedNumber] {
    var numbers: [PrintedNumber] = []
    let characters = Array(text.replacing("−", with: "-"))
    var index = 0
    while index < characters.count {
      let isPartOfName = index > 0 && (characters[index - 1].isLetter || characters[index - 1] == "_")
      let start = index
      if "+-".contains(characters[index]) { index += 1 }
      let digitsStart = index
      while index < characters.count, isDigit(characters[index]) || characters[index] == "." { index += 1 }
      guard index > digitsStart, !isPartOfName, characters[digitsStart..<index].contains(where: isDigit) else {
        index = max(index, start + 1)
        continue
      }
      index = endOfExponent(characters, index)
      let digits = String(characters[start..<index])
      if let number = PrintedNumber(digits) { numbers.append(number) }
    }
    return numbers
  }

  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

  private static func endOfExponent(_ characters: [Character], _ start: Int) -> Int {
    guard start < characters.count, "eE".contains(characters[start]) else { return start }
    var end = start + 1
    if end < characters.count, "+-".contains(characters[end]) { end += 1 }
    let digits = end
    while end < characters.count, isDigit(characters[end]) { end += 1 }
    return end > digits ? end : start
  }

  init?(_ digits: String) {
    var text = digits
    while text.hasSuffix(".") || text.hasSuffix(",") { text.removeLast() }
    guard let value = Double(text.hasPrefix("+") ? String(text.dropFirst()) : text), value.isFinite else { return nil }
    let parts = text.lowercased().split(separator: "e")
    let decimals = parts[0].split(separator: ".", omittingEmptySubsequences: false).dropFirst().first?.count ?? 0
    let exponent = parts.count > 1 ? Int(parts[1].replacing("+", with: "")) ?? 0 : 0
    self.digits = text
    self.value = value
    halfUnit = 0.5 * pow(10, Double(exponent - decimals))
  }
}
