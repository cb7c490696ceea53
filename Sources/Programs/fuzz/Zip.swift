import CZlib

/// The members of a zip archive that stores them as they are (PKWARE, APPNOTE.TXT 6.3).
struct Zip {
  var members: [(name: String, data: [UInt8])] = []

  init(_ members: [(name: String, data: [UInt8])]) { self.members = members }

  /// The members of an archive that this type wrote; `nil` for any other.
  init?(_ bytes: [UInt8]) {
    var place = 0
    while place + 30 <= bytes.count, Self.number(bytes, place, 4) == 0x0403_4B50 {
      let (size, length) = (Self.number(bytes, place + 18, 4), Self.number(bytes, place + 26, 2))
      let start = place + 30 + length
      guard start + size <= bytes.count else { return nil }
      members.append(
        (String(decoding: bytes[place + 30..<start], as: UTF8.self), Array(bytes[start..<start + size])))
      place = start + size
    }
    guard !members.isEmpty else { return nil }
  }

  var bytes: [UInt8] {
    var (file, directory) = ([UInt8](), [UInt8]())
    for member in members {
      let name = Array(member.name.utf8)
      let sum = member.data.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) }
      let sizes =
        little(UInt32(truncatingIfNeeded: sum)) + little(UInt32(member.data.count)) + little(UInt32(member.data.count))
      let common: [UInt8] = [20, 0, 0, 0, 0, 0, 0, 0, 33, 0] + sizes + little(UInt16(name.count)) + [0, 0]
      directory += little(UInt32(0x0201_4B50)) + [20, 0] + common + [UInt8](repeating: 0, count: 10)
      directory += little(UInt32(file.count)) + name
      file += little(UInt32(0x0403_4B50)) + common + name + member.data
    }
    let count = little(UInt16(members.count))
    return file + directory + little(UInt32(0x0605_4B50)) + [0, 0, 0, 0] + count + count
      + little(UInt32(directory.count)) + little(UInt32(file.count)) + [0, 0]
  }

  private static func number(_ bytes: [UInt8], _ place: Int, _ size: Int) -> Int {
    bytes[place..<place + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}

/// A little-endian two-dimensional NumPy array.
func numpyArray(_ values: [Double], shape: [Int]) -> [UInt8] {
  let sizes = shape.map { "\($0)," }.joined(separator: " ")
  var header = Array("{'descr': '<f8', 'fortran_order': False, 'shape': (\(sizes)), }".utf8)
  header += [UInt8](repeating: 0x20, count: (64 - (header.count + 11) % 64) % 64) + [0x0A]
  return [0x93] + Array("NUMPY".utf8) + [1, 0] + little(UInt16(header.count)) + header
    + values.flatMap { little($0.bitPattern) }
}
