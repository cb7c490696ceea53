import Safetensors
import Support
import Testing

@testable import WeightFiles

/// The records of a zip archive byte by byte, on both sides of every limit.
@Suite struct ZipArchiveTests {
  private typealias Sample = SampleArchive
  private typealias Member = SampleArchive.Member

  private func little(_ value: Int, _ size: Int) -> [UInt8] { Sample.little(value, size) }

  /// What reading an archive and all its members says, or nil.
  private func message(_ bytes: [UInt8]) -> String? {
    do throws(SafetensorsError) {
      let archive = try ZipArchive(bytes, file: "f")
      for member in archive.members { _ = try archive.data(of: member) }
      return nil
    } catch { return error.description }
  }

  private func contents(_ bytes: [UInt8]) throws -> [[UInt8]] {
    let archive = try ZipArchive(bytes, file: "f")
    return try archive.members.map { try archive.data(of: $0) }
  }

  /// Every member has another length of its name, of both its extras, of its comment and of its data.
  private let three = [
    Member(name: "a", bytes: [7], localExtra: [1, 2, 3, 4, 5], extra: [9, 9, 1, 0, 8], comment: [1, 2, 3]),
    Member(name: "bcd", bytes: [8, 9], localExtra: [1], comment: [6]),
    Member(name: "efghijk", bytes: [], extra: [9, 9, 0, 0]),
  ]

  @Test(arguments: [false, true]) func membersAreFoundBehindAllThatStandsBetween(isLong: Bool) throws {
    let bytes = Sample.bytes(three, isLong: isLong)
    try expectEqual(ZipArchive(bytes, file: "f").members.map(\.name), ["a", "bcd", "efghijk"])
    try expectEqual(contents(bytes), [[7], [8, 9], []])
  }

  /// The last record that looks like an end counts: a member may hold another.
  @Test func theLastEndCounts() throws {
    let inner = Sample.end(count: 0, place: 0)
    let bytes = Sample.bytes([Member(name: "a", bytes: inner)])
    try expectEqual(contents(bytes), [inner])
    let empty = Sample.end(count: 0, place: 0)
    expect(message(empty + [UInt8](repeating: 0, count: 65_535)) == nil)
    expectEqual(
      message(empty + [UInt8](repeating: 0, count: 65_536)), "f: expected a whole zip archive, received none of its end"
    )
  }

  /// An entry whose last 22 bytes are the end record, too; and a header with all but its first eight bytes there.
  @Test func recordsMayReachTheEndOfTheFile() throws {
    let entry = little(0x0201_4B50, 4) + little(0, 20)
    let archive = try ZipArchive(entry + Sample.end(count: 1, place: 0), file: "f")
    expectEqual(archive.members.map(\.name), [""])
    expectEqual(
      message(entry + Sample.end(count: 1, place: 1)),
      "f: expected a header of a member at byte 1, received something else")

    let header = little(0x0403_4B50, 4)
    for (padding, expected) in [
      (4, nil), (3, #"f: tensor "abc": expected a local header at byte 49, received something else"#),
    ] as [(Int, String?)] {
      let member = Member(name: "abc", bytes: [])
      let whole = Sample.entry(member, header: 49) + header + little(0, padding) + Sample.end(count: 1, place: 0)
      expectEqual(message(whole), expected)
    }
    // The header may begin at the last byte, as far as the directory is concerned.
    for (place, expected) in [
      (71, #"f: tensor "abc": expected a local header at byte 71, received something else"#),
      (72, "f: expected sizes of abc within the file, received others"),
    ] {
      let whole = Sample.entry(Member(name: "abc", bytes: []), header: place) + Sample.end(count: 1, place: 0)
      expect(whole.count == 71 && message(whole) == expected)
    }
  }

  /// Each member takes 46 bytes at least.
  @Test func moreMembersThanBytesForThemAreRefused() {
    let none = "f: expected a header of a member at byte 0, received something else"
    let many = "f: expected 3 members, received a shorter file"
    for (length, expected) in [(138, none), (137, many), (140, none), (141, none)] {
      let bytes = [UInt8](repeating: 0, count: length - 22) + Sample.end(count: 3, place: 0)
      expectEqual(message(bytes), expected, "\(length)")
    }
    let four = [UInt8](repeating: 0, count: 138 + 2 - 22) + Sample.end(count: 4, place: 0)
    expectEqual(message(four), "f: expected 4 members, received a shorter file")
  }

  @Test func aLongArchiveNeedsItsRecords() {
    expectEqual(message(Sample.end(count: 0xFFFF, place: 0)), "f: expected a 64-bit locator, received none")
    expectEqual(message(Sample.end(count: 1, place: 0xFFFF_FFFF)), "f: expected a 64-bit locator, received none")
    expectEqual(
      message([0] + Sample.end(count: 0xFFFE, place: 0xFFFF_FFFE)), "f: expected 65534 members, received a shorter file"
    )
    let end = Sample.end(count: 0xFFFF, place: 0)
    // The record may reach the end of the file, but not beyond.
    let locator = little(0x0706_4B50, 4) + little(0, 4) + little(0, 8) + little(1, 4)
    for (padding, expected) in [(10, "6619808137216 members"), (9, "a 64-bit record")] {
      let bytes = little(0x0606_4B50, 4) + little(0, padding) + locator + end
      let received = padding == 10 ? "a shorter file" : "none"
      expectEqual(message(bytes), "f: expected \(expected), received \(received)")
    }
    // A number that no Int holds.
    let record = little(0x0606_4B50, 4) + little(0, 28) + little(-1, 8) + little(0, 16)
    expectEqual(message(record + locator + end), "f: expected -1 members, received a shorter file")
  }

  /// What stands in 64 bits, each alone and all together, behind a field of another kind.
  @Test(arguments: [[0], [1], [2], [0, 1, 2], [0, 2]]) func sizesAreTakenFromTheLongField(places: [Int]) throws {
    // Size, compressed, place of the header; the entry has compressed first.
    let bytes: [UInt8] = [75, 76, 132, 129, 164, 68, 4, 51, 25, 0]
    let values = [23, 10, 0]
    let long = places.flatMap { little(values[$0], 8) }
    var stated = [10, 23, 0]
    for place in places { stated[[1, 0, 2][place]] = 0xFFFF_FFFF }
    let extra: [UInt8] = [5, 0, 2, 0, 1, 1, 1, 0] + little(long.count, 2) + long
    let member = Member(
      name: "a", bytes: bytes, checksum: 379_956_009, size: 23, method: 8, extra: extra, stated: stated)
    try expectEqual(contents(Sample.bytes([member])), [Array("aaaaaaaaaabaaaaaaaaaabc".utf8)])
  }

  /// A field that is too short gives nothing, nor does one of another number.
  @Test func aShortLongFieldGivesNothing() {
    let extras: [[UInt8]] = [
      [1, 0, 7, 0] + little(1, 7), [2, 0, 8, 0] + little(1, 8), [1, 0, 8, 0] + little(1, 7), [1, 0, 0, 0],
    ]
    for extra in extras {
      let member = Member(name: "a", bytes: [7], extra: extra, stated: [0xFFFF_FFFF, 1, 0])
      expectEqual(
        message(Sample.bytes([member])), #"f: tensor "a": expected 4294967295 bytes, received the end of the file"#,
        "\(extra)")
    }
    // It holds one number, and zeros stand behind it.
    let extra: [UInt8] = [1, 0, 8, 0] + little(1, 8) + little(0, 8)
    let one = Member(name: "a", bytes: [7], extra: extra, stated: [1, 0xFFFF_FFFF, 0xFFFF_FFFF])
    expectEqual(message(Sample.bytes([one])), "f: expected sizes of a within the file, received others")
    // Sizes that no Int holds.
    for stated in [[1, 0xFFFF_FFFF, 0], [0xFFFF_FFFF, 1, 0], [1, 1, 0xFFFF_FFFF]] {
      let member = Member(name: "a", bytes: [7], extra: [1, 0, 8, 0] + little(-1, 8), stated: stated)
      expectEqual(message(Sample.bytes([member])), "f: expected sizes of a within the file, received others")
    }
  }

  // MARK: Deflated data

  private func deflated(_ bytes: [UInt8], of data: [UInt8], size: Int? = nil) -> [UInt8] {
    Sample.bytes([
      Member(name: "a", bytes: bytes, checksum: NumPyTests.checksum(data), size: size ?? data.count, method: 8)
    ])
  }

  @Test func deflatedDataIsInflated() throws {
    let text = Array("aaaaaaaaaabaaaaaaaaaabc".utf8)
    let blocks: [(packed: [UInt8], data: [UInt8])] = [
      ([75, 76, 132, 129, 164, 68, 4, 51, 25, 0], text), ([3, 0], []), ([1, 2, 0, 253, 255, 5, 6], [5, 6]),
      // Two blocks, and bytes behind the last.
      ([0, 1, 0, 254, 255, 5, 1, 1, 0, 254, 255, 6, 9, 9], [5, 6]),
    ]
    for (packed, data) in blocks {
      try expectEqual(contents(deflated(packed, of: data)), [data])
      for size in [data.count - 1, data.count + 1] where size >= 0 {
        expectEqual(
          message(deflated(packed, of: data, size: size)),
          #"f: tensor "a": expected deflated data, received damaged data"#)
      }
    }
    let sum = NumPyTests.checksum([5, 6])
    expectEqual(
      message(deflated([1, 2, 0, 253, 255, 5, 7], of: [5, 6])),
      #"f: tensor "a": expected the checksum \#(sum), received \#(NumPyTests.checksum([5, 7]))"#)
  }

  /// A size that no data of this length can have takes no memory.
  @Test(arguments: [(3299, "deflated data, received damaged data"), (3300, "at most 2200 bytes, received 3300")])
  func aSizeBeyondAllDeflatedDataIsRefused(size: Int, expected: String) {
    expectEqual(message(deflated([3, 0], of: [], size: size)), #"f: tensor "a": expected \#(expected)"#)
  }
}
