import Foundation
import Support
import Testing

@testable import Safetensors

/// A file that the Python package safetensors 0.8.0 wrote:
///
///     save({"kernel": float32 [[1.5, -2.25, 3], [0.125, 7, -1]], "bias": float64 [0.1, -0.2], "step": int64 7,
///           "pixels": uint8 [3, 1, 4, 1, 5], "a\"é\n": float32 of shape (0, 4)},
///          metadata={"seed": "42 \"x\" \u0001 é"})
let writtenByThePackage = """
  WAEAAAAAAAB7Il9fbWV0YWRhdGFfXyI6eyJzZWVkIjoiNDIgXCJ4XCIgXHUwMDAxIMOpIn0sInN0ZXAiOnsiZHR5cGUiOiJJNjQiLCJzaGFwZSI6W10s
  ImRhdGFfb2Zmc2V0cyI6WzAsOF19LCJiaWFzIjp7ImR0eXBlIjoiRjY0Iiwic2hhcGUiOlsyXSwiZGF0YV9vZmZzZXRzIjpbOCwyNF19LCJhXCLDqVxu
  Ijp7ImR0eXBlIjoiRjMyIiwic2hhcGUiOlswLDRdLCJkYXRhX29mZnNldHMiOlsyNCwyNF19LCJrZXJuZWwiOnsiZHR5cGUiOiJGMzIiLCJzaGFwZSI6
  WzIsM10sImRhdGFfb2Zmc2V0cyI6WzI0LDQ4XX0sInBpeGVscyI6eyJkdHlwZSI6IlU4Iiwic2hhcGUiOls1XSwiZGF0YV9vZmZzZXRzIjpbNDgsNTNd
  fX0gIAcAAAAAAAAAmpmZmZmZuT+amZmZmZnJvwAAwD8AABDAAABAQAAAAD4AAOBAAACAvwMBBAEF
  """

let sample = SafetensorsFile(
  tensors: [
    "kernel": StoredTensor([1.5, -2.25, 3, 0.125, 7, -1] as [Float], shape: [2, 3]),
    "bias": StoredTensor([0.1, -0.2] as [Double], shape: [2]),
    "step": StoredTensor([7] as [Int64], shape: []),
    "pixels": StoredTensor([3, 1, 4, 1, 5] as [UInt8], shape: [5]),
    "a\"é\n": StoredTensor([] as [Float], shape: [0, 4]),
  ],
  metadata: ["seed": "42 \"x\" \u{1} é"])

@Suite struct RoundTripTests {
  @Test func readsWhatThePackageWrote() throws {
    let bytes = try #require(Data(base64Encoded: writtenByThePackage, options: .ignoreUnknownCharacters))
    let file = try SafetensorsFile(bytes: [UInt8](bytes))
    expectEqual(file.tensors, sample.tensors)
    expectEqual(file.metadata, sample.metadata)
  }

  @Test func writesTheBytesThatThePackageWrites() throws {
    let bytes = try #require(Data(base64Encoded: writtenByThePackage, options: .ignoreUnknownCharacters))
    try expectEqual(sample.serialized(), [UInt8](bytes))
  }

  @Test func everyTypeKeepsItsBytes() throws {
    var file = SafetensorsFile(metadata: ["b": "2", "a": "1", "": "\\/\t\u{10FFFF}"])
    for (k, type) in ElementType.allCases.enumerated() {
      file.tensors["t\(k)"] = StoredTensor(
        type: type, shape: [k + 1], bytes: (0..<(k + 1) * type.size).map { UInt8($0) })
    }
    let copy = try SafetensorsFile(bytes: file.serialized())
    expectEqual(copy.tensors, file.tensors)
    expectEqual(copy.metadata, file.metadata)
    expectEqual(copy.tensors.count, ElementType.allCases.count)
  }

  @Test func everyEscapeOfJSONIsRead() throws {
    let text = #"{"__metadata__":{"k":"\"\\\/\b\f\n\r\t\u0041\u00e9\uD83D\ude00é😀"}}"#
    let file = try SafetensorsFile(bytes: encoded(text))
    expectEqual(file.metadata["k"], "\"\\/\u{8}\u{C}\n\r\tAé😀é😀")
  }

  /// Python's reader takes it for no metadata.
  @Test func metadataMayBeNull() throws {
    try expect(SafetensorsFile(bytes: encoded(#"{"__metadata__":null}"#)).metadata.isEmpty)
  }

  /// Every number of 16 bits, in both types: read, and rounded back to the same bits.
  @Test func everyHalfNumberComesBack() throws {
    for type in [ElementType.float16, .bfloat16] {
      let bits = (0..<65_536).map { UInt16($0) }
      let all = StoredTensor(type: type, shape: [65_536], bytes: littleEndianBytes(bits))
      let numbers = try #require(all.numbers)
      let finite = bits.indices.filter { numbers[$0].isFinite }
      let exponentBits = type == .float16 ? 5 : 8
      expectEqual(finite.count, 65_536 - 2 << (15 - exponentBits))
      let again = try StoredTensor(rounding: finite.map { numbers[$0] }, to: type, shape: [finite.count])
      expectEqual(again.bytes, littleEndianBytes(finite.map { bits[$0] }))
      // Halfway between two neighbours the even one is taken, a little beyond it the farther one.
      for place in [0, 1, 2, 1022, 1023, 1024, 1025, 5000, 20_001] {
        let (a, b) = (numbers[place], numbers[place + 1])
        let middle = a + (b - a) / 2
        let even = place % 2 == 0 ? place : place + 1
        for (number, wanted) in [
          (middle, even), (middle.nextUp, place + 1), (middle.nextDown, place), (-middle, even + 32_768),
        ] {
          let rounded = try StoredTensor(rounding: [number], to: type, shape: [1])
          expectEqual(rounded.bytes, littleEndianBytes([bits[wanted]]), "\(type) \(place) \(number)")
        }
      }
    }
  }

  @Test func numbersBeyondATypeAreRefused() throws {
    let largest: [(ElementType, Double, Double)] = [
      (.float16, 65_519.99, 65_520), (.bfloat16, 0x1.fefp127, 0x1.ffp127), (.float32, 0x1.fffffefp127, 0x1.ffffffp127),
    ]
    for (type, fits, tooLarge) in largest {
      #expect(throws: Never.self) { try StoredTensor(rounding: [fits, -fits], to: type, shape: [2]) }
      for number in [tooLarge, -tooLarge] {
        #expect(
          throws: SafetensorsError(
            file: "tensor", expected: "numbers within the range of \(type.rawValue)", received: "\(number)")
        ) { try StoredTensor(rounding: [1, number], to: type, shape: [2]) }
      }
    }
    #expect(throws: SafetensorsError(file: "tensor", expected: "F16, BF16, F32 or F64", received: "I64")) {
      try StoredTensor(rounding: [1], to: .int64, shape: [1])
    }
    expect(StoredTensor([Int64(1)], shape: [1]).numbers == nil)
  }

  /// Of up to twelve tensors all are named.
  @Test func whatIsNotThereIsAskedForAmongWhatIs() {
    func message(_ count: Int) -> String {
      var file = SafetensorsFile(file: "f")
      for place in 0..<count { file.tensors["t\(10 + place)"] = StoredTensor([Float(1)], shape: [1]) }
      do { _ = try file.tensor("x") } catch { return error.description }
      return "none"
    }
    let names = (10..<22).map { "\"t\($0)\"" }.joined(separator: ", ")
    let start = "f: tensor \"x\": expected a tensor of this name, received "
    expect(message(0) == start + "a file without tensors" && message(1) == start + "only \"t10\"")
    expect(message(12) == start + "only \(names)" && message(13) == start + "only \(names), …")
    var file = SafetensorsFile(metadata: ["a": "1"], file: "f")
    #expect(throws: SafetensorsError(file: "f", expected: "a text \"b\" in __metadata__", received: "others")) {
      try file.text("b")
    }
    file.metadata = [:]
    #expect(throws: SafetensorsError(file: "f", expected: "a text \"b\" in __metadata__", received: "none")) {
      try file.text("b")
    }
    file.tensors["__metadata__"] = StoredTensor([Float(1)], shape: [1])
    #expect(
      throws: SafetensorsError(
        file: "f", tensor: "__metadata__", expected: "another name", received: "the one of the metadata")
    ) { try file.serialized() }
  }

  @Test func anEmptyFileHasNoTensors() throws {
    let file = try SafetensorsFile(bytes: SafetensorsFile().serialized())
    expect(file.tensors.isEmpty && file.metadata.isEmpty)
  }

  @Test func specialValuesKeepTheirBits() throws {
    let values: [Float] = [.nan, -.infinity, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    let file = SafetensorsFile(tensors: ["w": StoredTensor(values, shape: [5])])
    let copy = try SafetensorsFile(bytes: file.serialized())
    try expectEqual(copy.floats("w", shape: [5]).map(\.bitPattern), values.map(\.bitPattern))
  }

  @Test func aWrittenFileReplacesTheOldOneAndLeavesNothingElse() throws {
    try withTemporaryPath { folder in
      let path = folder + "/weights.safetensors"
      try SafetensorsFile(metadata: ["round": "1"]).write(to: path)
      try sample.write(to: path)
      let file = try SafetensorsFile(reading: path)
      expectEqual(file.tensors, sample.tensors)
      try expectEqual(FileManager.default.contentsOfDirectory(atPath: folder), ["weights.safetensors"])
    }
  }

  @Test func aLinkStaysALinkAndAFolderAFolder() throws {
    try withTemporaryPath { folder in
      let link = folder + "/link"
      try SafetensorsFile(metadata: ["round": "1"]).write(to: folder + "/file")
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder + "/file")
      try sample.write(to: link)
      try expectEqual(SafetensorsFile(reading: folder + "/file").tensors, sample.tensors)
      try expectEqual(FileManager.default.destinationOfSymbolicLink(atPath: link), folder + "/file")
      #expect { try sample.write(to: folder) } throws: {
        "\($0)" == "\(folder): expected a file that can be written, received \"it is a folder\""
      }
      try expectEqual(FileManager.default.contentsOfDirectory(atPath: folder).sorted(), ["file", "link"])
    }
  }
}
