import Support
import Testing

@testable import Safetensors

/// How a file is laid out, and what its types hold.
@Suite struct LayoutTests {
  private func text(_ file: SafetensorsFile) throws -> (header: String, data: [UInt8]) {
    let bytes = try file.serialized()
    let length = Int(wholeNumbers(Array(bytes.prefix(8)), UInt64.self)[0])
    return (String(decoding: bytes[8..<8 + length], as: UTF8.self), Array(bytes[(8 + length)...]))
  }

  /// Large types first, then names by their bytes; texts by their bytes, too.
  @Test func tensorsLieInTheOrderOfTheirTypesAndNames() throws {
    let file = SafetensorsFile(
      tensors: [
        "b": StoredTensor([UInt8(1), 2], shape: [2]), "a": StoredTensor([UInt8(3)], shape: [1]),
        "Z": StoredTensor(type: .int8, shape: [1], bytes: [4]), "é": StoredTensor([UInt8(5)], shape: []),
        "w": StoredTensor([Int64(6)], shape: [1, 1]), "v": StoredTensor([0.0], shape: [1]),
        "z": StoredTensor([] as [UInt8], shape: [0]),
      ], metadata: ["y": "2", "B": "1", "é": "3"])
    let (header, data) = try text(file)
    let entries = [
      #""__metadata__":{"B":"1","y":"2","é":"3"}"#, #""w":{"dtype":"I64","shape":[1,1],"data_offsets":[0,8]}"#,
      #""v":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}"#,
      #""Z":{"dtype":"I8","shape":[1],"data_offsets":[16,17]}"#,
      #""a":{"dtype":"U8","shape":[1],"data_offsets":[17,18]}"#,
      #""b":{"dtype":"U8","shape":[2],"data_offsets":[18,20]}"#,
      #""z":{"dtype":"U8","shape":[0],"data_offsets":[20,20]}"#,
      #""é":{"dtype":"U8","shape":[],"data_offsets":[20,21]}"#,
    ]
    let plain = "{" + entries.joined(separator: ",") + "}"
    expect(header.hasPrefix(plain) && header.dropFirst(plain.count).allSatisfy { $0 == " " })
    expectEqual(data, [6, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 8) + [4, 3, 1, 2, 5])
    expectEqual(file.names, ["Z", "a", "b", "v", "w", "z", "é"])
    try expectEqual(SafetensorsFile(bytes: file.serialized()).tensors, file.tensors)
  }

  /// Fewer than eight spaces fill the header up to a multiple of eight.
  @Test func theHeaderEndsAtAMultipleOfEight() throws {
    for count in 0..<16 {
      let name = String(repeating: "n", count: count)
      let (header, _) = try text(SafetensorsFile(tensors: [name: StoredTensor([UInt8(1)], shape: [1])]))
      let own = header.count { $0 != " " }
      expect(header.utf8.count == (own + 7) / 8 * 8, "\(count)")
    }
  }

  /// The order of the header is free, and an empty tensor may lie anywhere.
  @Test func entriesMayStandInAnyOrder() throws {
    let file = try SafetensorsFile(
      bytes: encoded(
        #"{"c":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},"b":{"dtype":"U8","shape":[0],"data_offsets":[1,1]},"#
          + #""a":{"shape":[1],"data_offsets":[0,1],"dtype":"I8"},"__metadata__":{"k":"v"}}"#, data: 3))
    expect(file.names == ["a", "b", "c"] && file.metadata == ["k": "v"] && file.file == "safetensors")
    expect(file.tensors["c"]?.bytes == [1, 1] && file.tensors["b"]?.bytes == [] && file.tensors["a"]?.type == .int8)
  }

  @Test func bytesAreCountedOrRefused() {
    let cases: [(ElementType, [Int], Int?)] = [
      (.float32, [], 4), (.float16, [3], 6), (.float64, [2, 3], 48), (.bool, [5, 0], 0), (.uint8, [-1], nil),
      (.uint8, [0, -1], nil), (.uint8, [-2, -3], nil), (.uint8, [Int.max], Int.max), (.int16, [Int.max], nil),
      (.int16, [1 << 62], nil), (.int16, [1 << 61], 1 << 62),
    ]
    for (type, shape, count) in cases { expectEqual(byteCount(of: type, shape), count, "\(type) \(shape)") }
    expect(wholeNumbers([1, 2, 3, 4, 5], UInt16.self) == [0x0201, 0x0403] && wholeNumbers([], UInt64.self) == [])
    expectEqual(littleEndianBytes([UInt32(0x0102_0304), 5]), [4, 3, 2, 1, 5, 0, 0, 0])
  }

  /// Of each type the largest number, then what is not finite.
  @Test func whatIsNotFiniteIsFoundInEveryType() {
    let cases: [(ElementType, UInt64, UInt64)] = [
      (.float16, 0x7BFF, 0x7C00), (.bfloat16, 0x7F7F, 0x7F80), (.float32, 0x7F7F_FFFF, 0x7F80_0000),
      (.float64, 0x7FEF_FFFF_FFFF_FFFF, 0x7FF0_0000_0000_0000),
    ]
    for (type, largest, infinity) in cases {
      func tensor(_ values: [UInt64]) -> StoredTensor {
        StoredTensor(
          type: type, shape: [values.count], bytes: values.flatMap { littleEndianBytes([$0]).prefix(type.size) })
      }
      let sign = UInt64(1) << (8 * UInt64(type.size) - 1)
      expect(tensor([largest, largest | sign, 0]).firstNonFinite == nil)
      for bits in [infinity, infinity | sign, infinity + 1] {
        expectEqual(tensor([largest, 0, bits, infinity]).firstNonFinite, 2, "\(type)")
      }
      expect(
        tensor([infinity | sign, 0]).numbers == [-.infinity, 0] && tensor([infinity + 1]).numbers?[0].isNaN == true)
    }
    expect(StoredTensor([Int64(-1)], shape: [1]).firstNonFinite == nil)
  }

  @Test func elementsAreReadInTheirOwnTypeAlone() {
    let tensors = [
      StoredTensor([Float(1.5), 2], shape: [2]), StoredTensor([2.5, 3], shape: [2]),
      StoredTensor([Int64(-4), 5], shape: [2]), StoredTensor([UInt8(6), 7], shape: [2]),
    ]
    expect(
      tensors.map(\.floats) == [[1.5, 2], nil, nil, nil] && tensors.map(\.doubles) == [nil, [2.5, 3], nil, nil])
    expectEqual(tensors.map(\.integers), [nil, nil, [-4, 5], nil])
    expectEqual(tensors.map(\.numbers), [[1.5, 2], [2.5, 3], nil, nil])
  }

  /// What is not finite has no number of 16 bits; a wider type keeps it.
  @Test func numbersThatAreNotFiniteAreRounded() throws {
    for type in [ElementType.float16, .bfloat16] {
      for number in [Double.nan, .infinity, -.infinity] {
        #expect(
          throws: SafetensorsError(
            file: "tensor", expected: "numbers within the range of \(type.rawValue)", received: "\(number)")
        ) { try StoredTensor(rounding: [0, number], to: type, shape: [2]) }
      }
      let zeros = try StoredTensor(rounding: [0, -0.0, 1, -2], to: type, shape: [2, 2])
      let one: UInt16 = type == .float16 ? 0x3C00 : 0x3F80
      expectEqual(zeros.bytes, littleEndianBytes([0, 0x8000, one, 0xC000]))
      expect(zeros.shape == [2, 2] && zeros.type == type)
    }
    try expectEqual(StoredTensor(rounding: [.infinity], to: .float32, shape: [1]).floats, [.infinity])
    try expectEqual(StoredTensor(rounding: [0.1, -1e300], to: .float64, shape: [2]).doubles, [0.1, -1e300])
    try expectEqual(
      StoredTensor(rounding: [0.1], to: .float32, shape: [1, 1]), StoredTensor([Float(0.1)], shape: [1, 1]))
  }
}

/// What ends the process.
@Suite(.lane(.exits)) struct StoredTensorTrapTests {
  @Test func aTensorNeedsTheBytesOfItsShape() async {
    await #expect(processExitsWith: .failure) { _ = StoredTensor(type: .int16, shape: [2], bytes: [1, 2, 3]) }
    expectEqual(StoredTensor(type: .int16, shape: [2], bytes: [1, 2, 3, 4]).shape, [2])
  }
}
