import CZlib
import Safetensors

/// The members of a zip archive, stored or deflated, as NumPy writes them.
///
///     end of central directory    PK 5 6   at the end; 64-bit archives put PK 6 6 before it
///     central directory           PK 1 2   for each member: method, CRC-32, sizes, place of the local header, name
///     local header                PK 3 4   for each member, before its data
///
/// Source: PKWARE, APPNOTE.TXT 6.3, sections 4.3 to 4.5.
public struct ZipArchive {
  public struct Member: Equatable, Sendable {
    public var name: String
    var method: Int
    var checksum: UInt32
    var compressed: Int
    var size: Int
    var header: Int
  }

  public private(set) var members: [Member] = []
  private let bytes: [UInt8]
  private let file: String

  /// No member may grow beyond this.
  static let maximumSize = 1 << 32

  /// - Throws: `SafetensorsError` naming the file and what is damaged.
  public init(_ bytes: [UInt8], file: String) throws(SafetensorsError) {
    (self.bytes, self.file) = (bytes, file)
    guard let end = endRecord() else { throw error("a whole zip archive", "none of its end") }
    var (count, place) = (number(end + 10, 2), number(end + 16, 4))
    if count == 0xFFFF || place == 0xFFFF_FFFF {
      // The 64-bit record is pointed at by a locator of 20 bytes before the end.
      let locator = end - 20
      guard locator >= 0, number(locator, 4) == 0x0706_4B50 else { throw error("a 64-bit locator", "none") }
      let record = number(locator + 8, 8)
      guard record >= 0, record <= bytes.count - 56, number(record, 4) == 0x0606_4B50 else {
        throw error("a 64-bit record", "none")
      }
      (count, place) = (number(record + 32, 8), number(record + 48, 8))
    }
    guard count >= 0, count <= bytes.count / 46 else { throw error("\(count) members", "a shorter file") }
    for _ in 0..<count {
      guard place >= 0, place <= bytes.count - 46, number(place, 4) == 0x0201_4B50 else {
        throw error("a header of a member at byte \(place)", "something else")
      }
      members.append(try member(at: place))
      place += 46 + number(place + 28, 2) + number(place + 30, 2) + number(place + 32, 2)
    }
  }

  /// The data of a member, decompressed and checked.
  public func data(of member: Member) throws(SafetensorsError) -> [UInt8] {
    func wrong(_ expected: String, _ received: String) -> SafetensorsError {
      SafetensorsError(file: file, tensor: member.name, expected: expected, received: received)
    }
    guard member.header + 30 <= bytes.count, number(member.header, 4) == 0x0403_4B50 else {
      throw wrong("a local header at byte \(member.header)", "something else")
    }
    let start = member.header + 30 + number(member.header + 26, 2) + number(member.header + 28, 2)
    guard start <= bytes.count, member.compressed <= bytes.count - start else {
      throw wrong("\(member.compressed) bytes", "the end of the file")
    }
    let own = Array(bytes[start..<start + member.compressed])
    let data: [UInt8]
    switch member.method {
    case 0: data = own
    case 8:
      // Deflate grows a byte at most some thousand times.
      guard member.size <= Self.maximumSize, member.size / 1100 <= own.count else {
        throw wrong("at most \(own.count * 1100) bytes", "\(member.size)")
      }
      guard let inflated = inflated(own, size: member.size) else { throw wrong("deflated data", "damaged data") }
      data = inflated
    default: throw wrong("a member stored or deflated", "method \(member.method)")
    }
    guard data.count == member.size else { throw wrong("\(member.size) bytes", "\(data.count)") }
    let checksum = data.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32_z(0, $0.baseAddress, $0.count)) }
    guard checksum == member.checksum else { throw wrong("the checksum \(member.checksum)", "\(checksum)") }
    return data
  }

  private func member(at place: Int) throws(SafetensorsError) -> Member {
    let (nameLength, extraLength) = (number(place + 28, 2), number(place + 30, 2))
    guard place + 46 + nameLength + extraLength <= bytes.count else { throw error("a whole directory", "a part") }
    let name = String(decoding: bytes[place + 46..<place + 46 + nameLength], as: UTF8.self)
    var (compressed, size, header) = (number(place + 20, 4), number(place + 24, 4), number(place + 42, 4))
    // The 64-bit field has the sizes that do not fit, in this order.
    var extra = place + 46 + nameLength
    let end = extra + extraLength
    while extra + 4 <= end {
      var (next, length) = (extra + 4, number(extra + 2, 2))
      if number(extra, 2) == 1 {
        func take(_ value: inout Int) {
          guard value == 0xFFFF_FFFF, length >= 8, next + 8 <= end else { return }
          value = number(next, 8)
          (next, length) = (next + 8, length - 8)
        }
        take(&size)
        take(&compressed)
        take(&header)
      }
      extra += 4 + number(extra + 2, 2)
    }
    guard size >= 0, compressed >= 0, (0...bytes.count).contains(header) else {
      throw error("sizes of \(name) within the file", "others")
    }
    return Member(
      name: name, method: number(place + 10, 2), checksum: UInt32(number(place + 16, 4)), compressed: compressed,
      size: size, header: header)
  }

  /// A comment of at most 65535 bytes may stand behind the record.
  private func endRecord() -> Int? {
    guard bytes.count >= 22 else { return nil }
    let first = max(0, bytes.count - 22 - 0xFFFF)
    return (first...bytes.count - 22).reversed().first { number($0, 4) == 0x0605_4B50 }
  }

  /// A little-endian number; negative where it does not fit.
  private func number(_ place: Int, _ size: Int) -> Int {
    guard place >= 0, place + size <= bytes.count else { return -1 }
    var value: UInt64 = 0
    for byte in bytes[place..<place + size].reversed() { value = value << 8 | UInt64(byte) }
    return Int(exactly: value) ?? -1
  }

  private func error(_ expected: String, _ received: String) -> SafetensorsError {
    SafetensorsError(file: file, expected: expected, received: received)
  }
}

/// Raw deflate data decompressed, or `nil` where it is damaged or of another size.
private func inflated(_ data: [UInt8], size: Int) -> [UInt8]? {
  var stream = z_stream()
  guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
  defer { inflateEnd(&stream) }
  var input = data
  var status = Z_OK
  let output = [UInt8](unsafeUninitializedCapacity: size + 1) { buffer, filled in
    input.withUnsafeMutableBufferPointer { source in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(clamping: source.count)
      while status == Z_OK, filled < buffer.count {
        stream.next_out = buffer.baseAddress?.advanced(by: filled)
        stream.avail_out = UInt32(clamping: buffer.count - filled)
        let room = Int(stream.avail_out)
        status = inflate(&stream, Z_NO_FLUSH)
        filled += room - Int(stream.avail_out)
      }
    }
  }
  return status == Z_STREAM_END && output.count == size ? output : nil
}
