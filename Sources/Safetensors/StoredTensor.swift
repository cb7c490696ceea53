/// The types of elements that a file may hold, in the order of the format's own list (small alignment first).
public enum ElementType: String, CaseIterable, Sendable {
  case bool = "BOOL"
  case uint8 = "U8"
  case int8 = "I8"
  case int16 = "I16"
  case uint16 = "U16"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case uint32 = "U32"
  case float32 = "F32"
  case float64 = "F64"
  case int64 = "I64"
  case uint64 = "U64"

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .uint16, .float16, .bfloat16: 2
    case .int32, .uint32, .float32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// The bits of the exponent; a number is finite unless all of them are set. `nil` for whole numbers.
  var exponentMask: UInt64? {
    switch self {
    case .float16: 0x7C00
    case .bfloat16: 0x7F80
    case .float32: 0x7F80_0000
    case .float64: 0x7FF0_0000_0000_0000
    default: nil
    }
  }
}

/// A tensor as it lies in a file: row-major, little-endian.
public struct StoredTensor: Equatable, Sendable {
  public let type: ElementType
  /// An empty shape is a scalar.
  public let shape: [Int]
  /// `shape.reduce(1, *) * type.size` bytes.
  public let bytes: [UInt8]

  /// - Precondition: the number of bytes is that of the shape.
  public init(type: ElementType, shape: [Int], bytes: [UInt8]) {
    precondition(
      byteCount(of: type, shape) == bytes.count, "\(bytes.count) bytes do not fill a \(type.rawValue) tensor \(shape)")
    self.type = type
    self.shape = shape
    self.bytes = bytes
  }

  public init(_ values: [Float], shape: [Int]) {
    self.init(type: .float32, shape: shape, bytes: littleEndianBytes(values.map(\.bitPattern)))
  }

  public init(_ values: [Double], shape: [Int]) {
    self.init(type: .float64, shape: shape, bytes: littleEndianBytes(values.map(\.bitPattern)))
  }

  public init(_ values: [Int64], shape: [Int]) {
    self.init(type: .int64, shape: shape, bytes: littleEndianBytes(values))
  }

  public init(_ values: [UInt8], shape: [Int]) { self.init(type: .uint8, shape: shape, bytes: values) }

  /// The elements, or `nil` where the type is not F32.
  public var floats: [Float]? {
    type == .float32 ? wholeNumbers(bytes, UInt32.self).map { Float(bitPattern: $0) } : nil
  }

  /// The elements, or `nil` where the type is not F64.
  public var doubles: [Double]? {
    type == .float64 ? wholeNumbers(bytes, UInt64.self).map { Double(bitPattern: $0) } : nil
  }

  /// The elements, or `nil` where the type is not I64.
  public var integers: [Int64]? { type == .int64 ? wholeNumbers(bytes, Int64.self) : nil }

  /// The place of the first element that is infinite or not a number.
  public var firstNonFinite: Int? {
    guard let mask = type.exponentMask else { return nil }
    return switch type.size {
    case 2: wholeNumbers(bytes, UInt16.self).firstIndex { UInt64($0) & mask == mask }
    case 4: wholeNumbers(bytes, UInt32.self).firstIndex { UInt64($0) & mask == mask }
    default: wholeNumbers(bytes, UInt64.self).firstIndex { $0 & mask == mask }
    }
  }
}

/// How many bytes a tensor takes, or `nil` where a length is negative or the product is too large for an `Int`.
func byteCount(of type: ElementType, _ shape: [Int]) -> Int? {
  var count = type.size
  for length in shape {
    let (product, overflows) = count.multipliedReportingOverflow(by: length)
    guard length >= 0, !overflows else { return nil }
    count = product
  }
  return count
}

func littleEndianBytes<Bits: FixedWidthInteger>(_ values: [Bits]) -> [UInt8] {
  values.map(\.littleEndian).withUnsafeBytes { Array($0) }
}

/// The whole numbers that `bytes` hold; bytes that do not fill a last one are left out.
func wholeNumbers<Bits: FixedWidthInteger>(_ bytes: [UInt8], _ type: Bits.Type) -> [Bits] {
  let size = MemoryLayout<Bits>.size
  return bytes.withUnsafeBytes { raw in
    (0..<raw.count / size).map { Bits(littleEndian: raw.loadUnaligned(fromByteOffset: $0 * size, as: Bits.self)) }
  }
}
