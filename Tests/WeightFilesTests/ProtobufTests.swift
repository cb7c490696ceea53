import Support
import Testing

@testable import WeightFiles

/// The wire format at its limits, read and written.
@Suite struct ProtobufTests {
  private func message(_ bytes: [UInt8]) -> ProtobufMessage? { ProtobufMessage(bytes[...]) }

  @Test func aFieldHasANumberOfAtMost29Bits() throws {
    expectEqual(message([0x08, 1])?.fields.map(\.number), [1])
    expectEqual(message([0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 1])?.fields.map(\.number), [(1 << 29) - 1])
    expect(message([0x80, 0x80, 0x80, 0x80, 0x10, 1]) == nil && message([0x07, 1]) == nil)
    for bytes in [[0x0E, 1], [0x0F, 1], [0x09, 1, 2, 3, 4, 5, 6, 7], [0x0D, 1, 2, 3]] as [[UInt8]] {
      expect(message(bytes) == nil)
    }
  }

  @Test func aNumberHasAtMostTenBytes() {
    let ones = [UInt8](repeating: 0xFF, count: 9)
    expectEqual(message([0x08] + ones + [1])?.integers(1), [-1])
    expectEqual(message([0x08] + ones + [0x7F])?.integers(1), [-1])
    expect(message([0x08] + ones + [0xFF, 0]) == nil)
    expectEqual(message([0x08] + [UInt8](repeating: 0x80, count: 9) + [0])?.integers(1), [0])
    for (value, bytes) in [
      (0, [0]), (127, [0x7F]), (128, [0x80, 1]), (129, [0x81, 1]), (16_383, [0xFF, 0x7F]), (16_384, [0x80, 0x80, 1]),
      (-1, ones + [1]),
    ] as [(Int, [UInt8])] {
      var writer = ProtobufWriter()
      writer.number(2, value)
      expectEqual(writer.bytes, [0x10] + bytes)
      expectEqual(message(writer.bytes)?.integers(2), [Int64(value)])
    }
  }

  @Test func fieldsAreFoundByTheirNumberAndKind() throws {
    let fields: [[UInt8]] = [
      [0x0A, 2, 0x61, 0x62], [0x08, 3], [0x0A, 1, 0x63], [0x12, 1, 0x64], [0x15, 0, 0, 0x80, 0x3F], [0x10, 5],
    ]
    let all = try #require(message(fields.flatMap { $0 }))
    expect(all.texts(1) == ["ab", "c"] && all.text(1) == "c" && all.text(2) == "d" && all.text(3) == nil)
    expect(all.parts(1).map(Array.init) == [[0x61, 0x62], [0x63]] && all.parts(3).isEmpty)
    expectEqual(all.integers(1), [0x61, 0x62, 3, 0x63])
    expect(all.fixedBytes(2, size: 4) == [0x64, 0, 0, 0x80, 0x3F] && all.fixedBytes(2, size: 8) == [0x64])
  }

  @Test func packedNumbersAreRead() {
    expectEqual(message([0x0A, 4, 1, 0x80, 1, 2])?.integers(1), [1, 128, 2])
    expect(message([0x0A, 1, 0x80])?.integers(1) == nil)
    // Bytes that make no whole number are left.
    let two: [UInt8] = [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40]
    for (rest, floats) in [(0, [1, 2]), (1, [1, 2]), (3, [1, 2])] as [(Int, [Float])] {
      let packed = two + [UInt8](repeating: 9, count: rest)
      expectEqual(message([0x0A, UInt8(packed.count)] + packed)?.floats(1), floats)
    }
  }

  @Test func whatIsWrittenIsTheseBytes() {
    var writer = ProtobufWriter()
    writer.text(1, "é")
    writer.float(2, -2.5)
    writer.message(16) { $0.data(3, [4, 5]) }
    writer.data(4, [UInt8](repeating: 6, count: 130))
    let parts: [[UInt8]] = [
      [0x0A, 2, 0xC3, 0xA9], [0x15, 0, 0, 0x20, 0xC0], [0x82, 1, 4, 0x1A, 2, 4, 5], [0x22, 0x82, 1],
    ]
    expectEqual(writer.bytes, parts.flatMap { $0 } + [UInt8](repeating: 6, count: 130))
  }
}
