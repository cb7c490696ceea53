/// The elements of a list, read from its text one after another.
///
/// Iteration takes time in proportion to the text, a subscript and a count as well.
public struct JSONArray: Sendable, Sequence {
  private let text: JSONText
  /// With the brackets.
  private let range: Range<Int>

  init(_ text: JSONText, _ range: Range<Int>) { (self.text, self.range) = (text, range) }

  /// The numbers of a list that holds nothing else; nil for any other list.
  public var numbers: [Double]? {
    var numbers: [Double] = []
    numbers.reserveCapacity(count)
    for element in self {
      guard case .number(let number) = element.value else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  public var count: Int {
    var count = 0
    var iterator = makeIterator()
    while iterator.nextRange() != nil { count += 1 }
    return count
  }

  public var isEmpty: Bool {
    var iterator = makeIterator()
    return iterator.nextRange() == nil
  }

  public var underestimatedCount: Int { 0 }

  /// - Precondition: `place` is less than `count`.
  public subscript(place: Int) -> JSON {
    var iterator = makeIterator()
    for _ in 0..<place { _ = iterator.nextRange() }
    guard let element = iterator.next() else { preconditionFailure("element \(place) of \(count)") }
    return element
  }

  public func makeIterator() -> Iterator { Iterator(text, from: range.lowerBound + 1) }

  public struct Iterator: IteratorProtocol {
    private let text: JSONText
    /// Where the next element or the space before it begins, or the bracket at the end.
    private var offset: Int

    init(_ text: JSONText, from start: Int) { (self.text, offset) = (text, start) }

    public mutating func next() -> JSON? { nextRange().map { JSON(text, $0) } }

    /// The bytes of the next element; moves behind the comma after it.
    mutating func nextRange() -> Range<Int>? {
      let start = text.afterSpace(offset)
      guard text.bytes[start] != UInt8(ascii: "]") else { return nil }
      let end = text.afterValue(start)
      offset = text.afterSpace(end)
      if text.bytes[offset] == UInt8(ascii: ",") { offset += 1 }
      return start..<end
    }
  }
}

/// The members of an object, read from its text one after another: an object takes no memory, however many it has.
public struct JSONObject: Sendable, Sequence {
  private let text: JSONText
  /// With the braces.
  private let range: Range<Int>

  init(_ text: JSONText, _ range: Range<Int>) { (self.text, self.range) = (text, range) }

  public var underestimatedCount: Int { 0 }

  public func makeIterator() -> Iterator { Iterator(text, from: range.lowerBound + 1) }

  public struct Iterator: IteratorProtocol {
    private let text: JSONText
    /// Where the next key or the space before it begins, or the brace at the end.
    private var offset: Int

    init(_ text: JSONText, from start: Int) { (self.text, offset) = (text, start) }

    public mutating func next() -> JSON.Member? {
      let start = text.afterSpace(offset)
      guard text.bytes[start] != UInt8(ascii: "}") else { return nil }
      let end = text.afterValue(start)
      let value = text.afterSpace(text.afterSpace(end) + 1)
      let after = text.afterValue(value)
      offset = text.afterSpace(after)
      if text.bytes[offset] == UInt8(ascii: ",") { offset += 1 }
      return JSON.Member(key: text.string(start..<end), value: JSON(text, value..<after))
    }
  }
}
