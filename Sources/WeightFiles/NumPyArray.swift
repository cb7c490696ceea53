import Safetensors

/// Arrays of NumPy: `.npy`, and many of them in `.npz`.
///
///     \x93NUMPY, version, length of the header, {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }, elements
///
/// Source: NumPy, `numpy.lib.format`.
public enum NumPyArray {
  /// The arrays of an archive, in its order, under their names without `.npy`.
  ///
  /// - Throws: `SafetensorsError` naming the file, the array, what was expected and what was found.
  public static func archive(
    _ bytes: [UInt8], file: String
  ) throws(SafetensorsError) -> [(name: String, tensor: StoredTensor)] {
    let archive = try ZipArchive(bytes, file: file)
    var tensors: [(name: String, tensor: StoredTensor)] = []
    for member in archive.members where member.name.hasSuffix(".npy") {
      let name = String(member.name.dropLast(".npy".count))
      guard !tensors.contains(where: { $0.name == name }) else {
        throw SafetensorsError(file: file, tensor: name, expected: "each array once", received: "a second one")
      }
      tensors.append((name, try read(try archive.data(of: member), file: file, name: name)))
    }
    return tensors
  }

  /// One array.
  public static func read(
    _ bytes: [UInt8], file: String, name: String
  ) throws(SafetensorsError) -> StoredTensor {
    func wrong(_ expected: String, _ received: String) -> SafetensorsError {
      SafetensorsError(file: file, tensor: name, expected: expected, received: received)
    }
    guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw wrong("a NumPy array", "something else")
    }
    let isOld = bytes[6] == 1
    let start = isOld ? 10 : 12
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - start else { throw wrong("a header of \(length) bytes", "a shorter array") }
    let header = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard let shape = shape(in: header) else { throw wrong("a shape in the header", header) }
    guard let word = quotedValue("descr", in: header) else { throw wrong("the type of a plain array", header) }
    guard let (type, isSwapped) = element(word) else {
      throw wrong("numbers of a type of safetensors", "the type \(word)")
    }
    var data = Array(bytes[(start + length)...])
    var count = type.size
    for axis in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: axis)
      guard !overflows else { throw wrong("a shape whose bytes can be counted", "\(shape)") }
      count = product
    }
    guard data.count == count else { throw wrong("\(count) bytes of \(word) \(shape)", "\(data.count)") }
    if isSwapped {
      for place in stride(from: 0, to: data.count, by: type.size) { data[place..<place + type.size].reverse() }
    }
    if header.contains("'fortran_order': True"), shape.count > 1, count > 0 {
      data = rowMajor(data, shape, size: type.size)
    }
    return StoredTensor(type: type, shape: shape, bytes: data)
  }

  /// Columns first become rows first.
  private static func rowMajor(_ data: [UInt8], _ shape: [Int], size: Int) -> [UInt8] {
    // The first axis runs fastest.
    let strides = shape.indices.map { shape[..<$0].reduce(1, *) }
    var result: [UInt8] = []
    result.reserveCapacity(data.count)
    var index = [Int](repeating: 0, count: shape.count)
    for _ in 0..<data.count / size {
      let place = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 } * size
      result += data[place..<place + size]
      var axis = shape.count - 1
      while axis >= 0 {
        index[axis] += 1
        if index[axis] < shape[axis] { break }
        index[axis] = 0
        axis -= 1
      }
    }
    return result
  }

  private static func element(_ word: String) -> (ElementType, isSwapped: Bool)? {
    let types: [String: ElementType] = [
      "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
      "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
    ]
    guard let order = word.first, "<>|=".contains(order), let type = types[String(word.dropFirst())] else { return nil }
    return (type, order == ">" && type.size > 1)
  }

  private static func quotedValue(_ key: String, in header: String) -> String? {
    guard let found = header.firstRange(of: "'\(key)': '") else { return nil }
    return String(header[found.upperBound...].prefix { $0 != "'" })
  }

  private static func shape(in header: String) -> [Int]? {
    guard let found = header.firstRange(of: "'shape': (") else { return nil }
    let words = header[found.upperBound...].prefix { $0 != ")" }.split(separator: ",")
      .map { $0.filter { !$0.isWhitespace } }.filter { !$0.isEmpty }
    let lengths = words.compactMap { Int($0) }
    return lengths.count == words.count && lengths.allSatisfy { $0 >= 0 } ? lengths : nil
  }
}
