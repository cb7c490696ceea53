/// The elements of a list.
///
/// A list of numbers holds its numbers side by side, 8 bytes each; where an element stands is found in the text when
/// somebody asks. Iteration takes time in proportion to the text, a subscript into a list of numbers as well.
public struct JSONArray: Sendable, RandomAccessCollection {
  private enum Storage {
    case elements([JSON])
    case numbers(NumberList)
  }

  /// Numbers, and the text from the byte after `[`.
  private final class NumberList: Sendable {
    let values: [Double]
    let bytes: [UInt8]
    let start: Int

    init(values: [Double], bytes: [UInt8], start: Int) {
      (self.values, self.bytes, self.start) = (values, bytes, start)
    }
  }

  private let storage: Storage

  init(_ elements: [JSON]) { storage = .elements(elements) }

  /// - Parameter start: the byte after the bracket.
  init(numbers: [Double], of bytes: [UInt8], from start: Int) {
    storage = .numbers(NumberList(values: numbers, bytes: bytes, start: start))
  }

  /// The numbers of a list that holds nothing else; nil for any other list.
  public var numbers: [Double]? {
    switch storage {
    case .elements(let elements): elements.isEmpty ? [] : nil
    case .numbers(let list): list.values
    }
  }

  public var startIndex: Int { 0 }

  public var endIndex: Int {
    switch storage {
    case .elements(let elements): elements.count
    case .numbers(let list): list.values.count
    }
  }

  public subscript(place: Int) -> JSON {
    switch storage {
    case .elements(let elements): return elements[place]
    case .numbers(let list):
      precondition(list.values.indices.contains(place), "element \(place) of \(list.values.count)")
      var iterator = makeIterator()
      for _ in 0..<place { iterator.skip() }
      guard let element = iterator.next() else { preconditionFailure("a list of numbers holds a text for each") }
      return element
    }
  }

  public func makeIterator() -> Iterator { Iterator(self) }

  public struct Iterator: IteratorProtocol {
    private let array: JSONArray
    private var place = 0
    /// The byte of a list of numbers where the next element or the space before it begins.
    private var offset = 0

    init(_ array: JSONArray) {
      self.array = array
      if case .numbers(let list) = array.storage { offset = list.start }
    }

    public mutating func next() -> JSON? {
      guard place < array.count else { return nil }
      defer { place += 1 }
      switch array.storage {
      case .elements(let elements): return elements[place]
      case .numbers(let list):
        let range = range(in: list.bytes)
        return JSON(value: .number(list.values[place]), range: range)
      }
    }

    fileprivate mutating func skip() {
      if case .numbers(let list) = array.storage { _ = range(in: list.bytes) }
      place += 1
    }

    /// The bytes of the next number; moves behind the comma after it.
    private mutating func range(in bytes: [UInt8]) -> Range<Int> {
      while isSpace(bytes[offset]) { offset += 1 }
      let start = offset
      while !isSpace(bytes[offset]), bytes[offset] != UInt8(ascii: ","), bytes[offset] != UInt8(ascii: "]") {
        offset += 1
      }
      let end = offset
      while isSpace(bytes[offset]) { offset += 1 }
      offset += 1
      return start..<end
    }
  }
}

/// Whether a byte is what JSON calls white space.
func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
