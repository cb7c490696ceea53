import Safetensors
import Support
import Testing

@testable import WeightFiles

/// The first bytes of files and the headers of arrays, on both sides of each limit.
@Suite struct FormatLimitTests {
  /// Files that begin with all of these bytes; one byte changed, they are something else.
  static let beginnings: [(start: [UInt8], rest: [UInt8], format: FileFormat)] = [
    ([0x89, 0x48, 0x44, 0x46], [], .hdf5), ([0x50, 0x4B, 3, 4], [], .zip),
    ([0x50, 0x4B, 5, 6], [UInt8](repeating: 0, count: 18), .zip), ([0x93] + Array("NUMPY".utf8), [], .npy),
    (Array("version https://git-lfs".utf8), [], .gitLFS), ([0x1F, 0x8B], [], .gzip), ([0x80, 2], [], .pickle),
    ([0x80, 5], [], .pickle), ([1, 2, 3, 4, 0, 0, 0, 0, 0x7B], [], .safetensors),
    (Array("<!doctype".utf8), [], .webPage), (Array("<html".utf8), [], .webPage), (Array("<?xml".utf8), [], .webPage),
    (Array("<head".utf8), [], .webPage),
  ]

  @Test(arguments: beginnings.indices) func everyByteOfABeginningCounts(row: Int) {
    let (start, rest, format) = Self.beginnings[row]
    expectEqual(FileFormat(of: start + rest), format)
    for place in start.indices where format != .safetensors || place > 3 {
      var changed = start + rest
      changed[place] ^= 0x10
      expectEqual(FileFormat(of: changed), .unknown, "byte \(place)")
    }
  }

  @Test func aPickleSaysItsVersion() {
    for (bytes, format) in [
      ([0x80], FileFormat.unknown), ([0x80, 1], .unknown), ([0x80, 2], .pickle), ([0x80, 5], .pickle),
      ([0x80, 6], .unknown),
    ] as [([UInt8], FileFormat)] {
      expectEqual(FileFormat(of: bytes), format, "\(bytes)")
    }
    expectEqual(FileFormat(of: [1, 2, 3, 4, 0, 0, 0, 0]), .unknown)
  }

  /// White space and a mark of the byte order may stand before text, which is looked for in the first 256 bytes.
  @Test func textMayBeginLater() {
    func format(_ text: String) -> FileFormat { FileFormat(of: Array(text.utf8)) }
    expect(format("\u{FEFF} \n{}") == .json && format("\t[") == .json && format("x{}") == .unknown)
    expect(format("\u{FEFF}<HTML>") == .webPage && format(" <HEAD>") == .webPage)
    expectEqual(format(String(repeating: " ", count: 255) + "{}"), .json)
    expectEqual(format(String(repeating: " ", count: 256) + "{}"), .unknown)
  }

  @Test func aTensorFlowCheckpointIsKnownByItsNameOrItsEnd() {
    for (name, format) in [
      ("m.ckpt", FileFormat.tensorFlow), ("m.ckpt-3", .tensorFlow), ("m.data-00001-of-00002", .tensorFlow),
      ("m.index", .tensorFlow), ("m.index.x", .unknown), ("m.data-1", .unknown), ("", .unknown),
    ] {
      expectEqual(FileFormat(of: [1, 2, 3], name: name), format, "\(name)")
    }
    let end: [UInt8] = [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
    expectEqual(FileFormat(of: [UInt8](repeating: 1, count: 39) + end), .unknown)
    expectEqual(FileFormat(of: [UInt8](repeating: 1, count: 40) + end), .tensorFlow)
    for place in end.indices {
      var changed = [UInt8](repeating: 1, count: 40) + end
      changed[40 + place] ^= 1
      expectEqual(FileFormat(of: changed), .unknown)
    }
    expectEqual(FileFormat(of: Array("{}".utf8), name: "m.index"), .tensorFlow)
  }

  @Test func theFirstAndTheLastOfLettersAndDigitsStayInAName() {
    expectEqual(FileFormat.gitLFS.advice("0AZaz9"), "git lfs pull --include '0AZaz9'")
    expectEqual(FileFormat.tensorFlow.advice("-m.index")?.contains("('FILE')"), true)
  }

  // MARK: Arrays

  /// An array of NumPy with this header and nothing added to it.
  private func array(_ header: String, version: UInt8, _ data: [UInt8] = []) -> [UInt8] {
    [0x93] + Array("NUMPY".utf8) + [version, 0] + SampleArchive.little(header.utf8.count, version == 1 ? 2 : 4)
      + Array(header.utf8) + data
  }

  private func message(_ bytes: [UInt8]) -> String? {
    do throws(SafetensorsError) {
      _ = try NumPyArray.read(bytes, file: "f", name: "a")
      return nil
    } catch { return error.description }
  }

  @Test(arguments: [1, 2, 3] as [UInt8]) func aHeaderHasALengthOfTwoOrFourBytes(version: UInt8) throws {
    let header = "{'descr': '|i1', 'shape': (0, 3), }"
    for spaces in [0, 230, 700] {
      let text = header + String(repeating: " ", count: spaces)
      let read = try NumPyArray.read(array(text, version: version), file: "f", name: "a")
      expectEqual(read, StoredTensor(type: .int8, shape: [0, 3], bytes: []))
    }
    let short = array(header, version: version).dropLast()
    expectEqual(message(Array(short)), "f: tensor \"a\": expected a header of 35 bytes, received a shorter array")
  }

  @Test func theSmallestHeadHasTwelveBytes() {
    expectEqual(message(array("{}", version: 1)), "f: tensor \"a\": expected a shape in the header, received {}")
    expectEqual(message(array("{", version: 1)), "f: tensor \"a\": expected a NumPy array, received something else")
    expectEqual(message(array("", version: 2)), "f: tensor \"a\": expected a shape in the header, received ")
  }

  @Test(arguments: ["(-1,)", "(2, x)", "(x,)", "(2, -3)", "(1.5,)"]) func aShapeIsOfWholeLengths(shape: String) {
    let header = "{'descr': '|i1', 'shape': \(shape)}"
    expectEqual(
      message(array(header, version: 1, [1])), "f: tensor \"a\": expected a shape in the header, received \(header)")
  }

  @Test(arguments: ["!f4", "<f3", "f", "|O", "<U4"]) func otherTypesAreNamed(word: String) {
    expectEqual(
      message(array("{'descr': '\(word)', 'shape': ()}", version: 1)),
      "f: tensor \"a\": expected numbers of a type of safetensors, received the type \(word)")
  }

  @Test func bytesTurnRoundOnlyWhereAnElementHasMore() throws {
    for (word, bytes) in [(">u1", [1, 2]), ("<u2", [1, 2]), (">u2", [2, 1])] as [(String, [UInt8])] {
      let shape = word == ">u1" ? "(2,)" : "(1, 1)"
      let read = try NumPyArray.read(
        array("{'descr': '\(word)', 'fortran_order': True, 'shape': \(shape)}", version: 1, [1, 2]), file: "f",
        name: "a")
      expectEqual(read.bytes, bytes)
    }
  }

  @Test func anArchiveGivesItsArraysInItsOrder() throws {
    let members = [("b.npy", [5]), ("notes.txt", []), ("a.npy", [6, 7]), (".npy", [])] as [(String, [UInt8])]
    let archive = SampleArchive.bytes(
      members.map { name, data in
        .init(name: name, bytes: array("{'descr': '|u1', 'shape': (\(data.count),)}", version: 1, data))
      })
    let read = try NumPyArray.archive(archive, file: "f")
    expect(read.map(\.name) == ["b", "a", ""] && read.map(\.tensor.bytes) == [[5], [6, 7], []])
  }
}
