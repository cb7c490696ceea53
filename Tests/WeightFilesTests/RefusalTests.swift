import Safetensors
import Support
import Testing

@testable import WeightFiles

/// What is refused, and the exact message; files are changed at one place.
@Suite struct RefusalTests {
  private func message(_ read: () throws -> Void) -> String {
    do {
      try read()
      return "none"
    } catch { return "\(error)" }
  }

  // MARK: Arrays

  static let arrays: [(header: String, count: Int, message: String)] = [
    (
      "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 7,
      "f: tensor \"a\": expected 8 bytes of <f4 [2], received 7"
    ),
    (
      "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", 8,
      "f: tensor \"a\": expected numbers of a type of safetensors, received the type <c8"
    ),
    (
      "{'descr': 'f4', 'fortran_order': False, 'shape': (1,), }", 4,
      "f: tensor \"a\": expected numbers of a type of safetensors, received the type f4"
    ),
    (
      "{'descr': '<f4', 'shape': (4611686018427387904, 4), }", 0,
      "f: tensor \"a\": expected a shape whose bytes can be counted, received [4611686018427387904, 4]"
    ),
  ]

  @Test(arguments: arrays.indices) func anArrayIsRefused(row: Int) {
    let (header, count, expected) = Self.arrays[row]
    let bytes = NumPyTests.array(header, [UInt8](repeating: 0, count: count))
    expectEqual(message { _ = try NumPyArray.read(bytes, file: "f", name: "a") }, expected)
  }

  @Test func theHeadOfAnArrayIsHeldToItsForm() {
    let whole = NumPyTests.array("{'descr': '<f4', 'shape': (), }", [0, 0, 0, 0])
    func read(_ bytes: [UInt8]) -> String { message { _ = try NumPyArray.read(bytes, file: "f", name: "a") } }
    expectEqual(read(whole), "none")
    expectEqual(read(Array(whole.prefix(11))), "f: tensor \"a\": expected a NumPy array, received something else")
    expectEqual(read([0x94] + whole.dropFirst()), "f: tensor \"a\": expected a NumPy array, received something else")
    expectEqual(
      read(Array(whole.prefix(127))), "f: tensor \"a\": expected a header of 118 bytes, received a shorter array")
    let noShape = NumPyTests.array("{'descr': '<f4'}", [])
    expect(read(noShape).hasPrefix("f: tensor \"a\": expected a shape in the header, received {'descr': '<f4'}"))
    let noType = NumPyTests.array("{'descr': [('a', '<f4')], 'shape': (1,)}", [])
    expect(read(noType).hasPrefix("f: tensor \"a\": expected the type of a plain array, received {'descr': [("))
    // The second version has a length of four bytes.
    let second =
      [0x93] + Array("NUMPY".utf8) + [2, 0, 31, 0, 0, 0] + Array("{'descr': '|u1', 'shape': (2,)}".utf8) + [7, 9]
    expectEqual((try? NumPyArray.read(second, file: "f", name: "a"))?.bytes, [7, 9])
  }

  @Test func everyTypeOfNumbersIsRead() throws {
    let types: [(String, ElementType)] = [
      ("<f2", .float16), ("=f4", .float32), ("<f8", .float64), ("|i1", .int8), ("<i2", .int16), ("<i4", .int32),
      ("<i8", .int64), ("|u1", .uint8), ("<u2", .uint16), ("<u4", .uint32), ("<u8", .uint64), ("|b1", .bool),
    ]
    for (word, type) in types {
      let bytes = NumPyTests.array(
        "{'descr': '\(word)', 'fortran_order': False, 'shape': (1,), }", [UInt8](repeating: 1, count: type.size))
      try expectEqual(NumPyArray.read(bytes, file: "f", name: "a").type, type, "\(word)")
    }
    let big = NumPyTests.array(
      "{'descr': '>f8', 'fortran_order': True, 'shape': (3, 1, 2), }", (0..<48).map { UInt8($0) })
    let read = try NumPyArray.read(big, file: "f", name: "a")
    // Columns first: element (i, 0, k) stands at place i + 3·k; and its bytes turn round.
    let order = [0, 3, 1, 4, 2, 5]
    let places = order.flatMap { place -> [UInt8] in (0..<8).reversed().map { byte in UInt8(place * 8 + byte) } }
    expect(read.bytes == places && read.shape == [3, 1, 2])
  }

  // MARK: Archives

  /// Bytes of an archive of one stored member, at places counted from its end record, its entry or its header.
  static let changes: [(place: Int, from: Character, bytes: [UInt8], message: String)] = [
    (0, "e", [0], "f: expected a whole zip archive, received none of its end"),
    (10, "e", [3, 0], "f: expected a header of a member at byte 238, received something else"),
    (10, "e", [2, 0], "f: expected a header of a member at byte 238, received something else"),
    (16, "e", [1, 0], "f: expected a header of a member at byte 1, received something else"),
    (16, "e", [255, 255, 255, 255], "f: expected a 64-bit locator, received none"),
    (0, "d", [0], "f: expected a header of a member at byte 187, received something else"),
    (28, "d", [255, 255], "f: expected a whole directory, received a part"),
    (42, "d", [255, 255, 0, 0], "f: expected sizes of a.npy within the file, received others"),
    (42, "d", [1, 0, 0, 0], "f: tensor \"a.npy\": expected a local header at byte 1, received something else"),
    (10, "d", [9], "f: tensor \"a.npy\": expected a member stored or deflated, received method 9"),
    (10, "d", [8], "f: tensor \"a.npy\": expected deflated data, received damaged data"),
    (16, "d", [1, 2, 3, 4], #"f: tensor "a.npy": expected the checksum 67305985, received 937387567"#),
    (20, "d", [255, 255, 0, 0], "f: tensor \"a.npy\": expected 65535 bytes, received the end of the file"),
    (24, "d", [7, 0, 0, 0], #"f: tensor "a.npy": expected 7 bytes, received 152"#),
    (26, "h", [255, 255], #"f: tensor "a.npy": expected 152 bytes, received the end of the file"#),
  ]

  @Test(arguments: changes.indices) func anArchiveIsRefused(row: Int) {
    let change = Self.changes[row]
    var bytes = NumPyTests.storedArchive(
      "a.npy",
      NumPyTests.array("{'descr': '<f8', 'fortran_order': False, 'shape': (3, 1), }", [UInt8](repeating: 9, count: 24)))
    let begin = ["e": bytes.count - 22, "d": bytes.count - 22 - 51, "h": 0][change.from] ?? 0
    bytes.replaceSubrange(begin + change.place..<begin + change.place + change.bytes.count, with: change.bytes)
    let text = message { _ = try NumPyArray.archive(bytes, file: "f") }
    expectEqual(text, change.message)
  }

  /// Sizes and places that do not fit into 32 bits stand in records of their own; their numbers may be any.
  @Test(arguments: [(0, "a 64-bit record"), (Int.max, "a 64-bit record"), (-1, "a 64-bit record")])
  func aPlaceBeyondTheFileIsNoCrash(place: Int, expected: String) {
    func little(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let locator = little(0x0706_4B50, 4) + little(0, 4) + little(place, 8) + little(1, 4)
    let end =
      little(0x0605_4B50, 4) + little(0, 6) + little(0xFFFF, 2) + little(0, 4) + little(0xFFFF_FFFF, 4) + little(0, 2)
    expectEqual(message { _ = try ZipArchive(locator + end, file: "f") }, "f: expected \(expected), received none")
    // A record that is there, and a directory that is not.
    let record = little(0x0606_4B50, 4) + little(0, 28) + little(1, 8) + little(0, 8) + little(place, 8)
    let good = little(0x0706_4B50, 4) + little(0, 4) + little(0, 8) + little(1, 4)
    expectEqual(
      message { _ = try ZipArchive(record + good + end, file: "f") },
      "f: expected a header of a member at byte \(place), received something else")
  }

  /// A comment may stand behind the end record, up to 65,535 bytes.
  @Test(arguments: [1, 300, 65_535]) func anArchiveMayEndWithAComment(length: Int) throws {
    let array = NumPyTests.array("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", [5])
    let bytes = NumPyTests.storedArchive("a.npy", array).dropLast(2) + [UInt8(length & 255), UInt8(length >> 8)]
    let read = try NumPyArray.archive(bytes + [UInt8](repeating: 32, count: length), file: "f")
    expect(read.map(\.name) == ["a"] && read[0].tensor.bytes == [5])
  }

  @Test func twoArraysOfOneNameAreRefused() {
    let array = NumPyTests.array("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", [5])
    let one = NumPyTests.storedArchive("a.npy", array)
    // The same entry of the directory twice.
    var two = Array(one.dropLast(22)) + one.dropLast(22).suffix(51) + one.suffix(22)
    for place in [8, 10] { two[two.count - 22 + place] = 2 }
    expectEqual(
      message { _ = try NumPyArray.archive(two, file: "f") },
      "f: tensor \"a\": expected each array once, received a second one")
    expectEqual((try? NumPyArray.archive(NumPyTests.storedArchive("a.txt", array), file: "f"))?.isEmpty, true)
  }

  // MARK: Models

  /// A model whose graph is one tensor of these fields.
  private func model(_ fill: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var graph = ProtobufWriter()
    graph.message(5, fill)
    var model = ProtobufWriter()
    model.number(1, 8)
    model.data(7, graph.bytes)
    return model.bytes
  }

  @Test func tensorsThatCannotBeReadSayWhy() throws {
    let reasons: [(String, (inout ProtobufWriter) -> Void)] = [
      ("lies in another file: onnx.save(onnx.load(PATH), NEW) joins them", { $0.number(14, 1) }),
      ("has data_type 8", { $0.number(2, 8) }),
      ("has data_type 0", { _ in }),
      (
        "has a damaged shape",
        {
          $0.number(2, 1); $0.number(1, -3)
        }
      ),
      (
        "has the shape [4611686018427387904, 4]",
        {
          $0.number(2, 1); $0.number(1, 1 << 62); $0.number(1, 4)
        }
      ),
      (
        "has 3 bytes, and its shape [1] takes 4",
        {
          $0.number(2, 1); $0.number(1, 1); $0.data(9, [1, 2, 3])
        }
      ),
      (
        "has 8 bytes, and its shape [3] takes 12",
        {
          $0.number(2, 1); $0.number(1, 3); $0.float(4, 1); $0.float(4, 2)
        }
      ),
    ]
    for (reason, fill) in reasons {
      let model = try ONNXModel(
        model {
          fill(&$0); $0.text(8, "W")
        }, file: "m")
      expectEqual(model.unread, ["W": reason])
      expect(model.constants.isEmpty)
    }
  }

  @Test func numbersAreReadFromAllTheirFields() throws {
    let one = try ONNXModel(
      model {
        $0.number(2, 6); $0.number(1, 3); $0.data(5, [1, 0x80, 1]); $0.number(5, -2); $0.text(8, "i")
      }, file: "m")
    expectEqual(one.constant("i")?.type, .int32)
    expectEqual(one.constant("i")?.bytes, [1, 0, 0, 0, 128, 0, 0, 0, 254, 255, 255, 255])
    let two = try ONNXModel(
      model {
        $0.number(2, 1); $0.number(1, 2); $0.float(4, 0.5); $0.float(4, -3); $0.text(8, "f")
      }, file: "m")
    expectEqual(two.constant("f")?.floats, [0.5, -3])
    let three = try ONNXModel(
      model {
        $0.number(2, 11); $0.number(1, 1); $0.data(10, [0, 0, 0, 0, 0, 0, 0xF8, 0x3F]); $0.text(8, "d")
      }, file: "m")
    expectEqual(three.constant("d")?.doubles, [1.5])
    let four = try ONNXModel(
      model {
        $0.number(2, 10); $0.number(1, 1); $0.number(5, 0x3C00); $0.text(8, "h")
      }, file: "m")
    expectEqual(four.constant("h")?.numbers, [1])
  }

  @Test func whatIsNoModelIsNamed() {
    func read(_ bytes: [UInt8]) -> String { message { _ = try ONNXModel(bytes, file: "m") } }
    let none = "m: expected an ONNX model with a graph, received something else"
    for bytes in [[], [0x08, 8], [0xFF], [0x3A, 1, 0xFF]] as [[UInt8]] { expectEqual(read(bytes), none) }
    expectEqual(read([0x3A, 3, 0x0A, 1, 0xFF]), "m: expected a node of an ONNX graph, received damaged data")
    expectEqual(read([0x3A, 3, 0x2A, 1, 0xFF]), "m: expected a tensor of an ONNX graph, received damaged data")
    // An attribute without a name.
    expectEqual(
      read([0x3A, 6, 0x0A, 4, 0x2A, 2, 0x18, 1]), "m: expected a node of an ONNX graph, received damaged data")
  }

  /// Constants come from nodes, too; an identity hands on what it gets.
  @Test func nodesMakeConstants() throws {
    var tensor = ProtobufWriter()
    tensor.number(1, 1)
    tensor.number(2, 3)
    tensor.data(9, [5])
    var graph = ProtobufWriter()
    graph.message(1) { node in
      node.text(2, "c")
      node.text(4, "Constant")
      node.message(5) {
        $0.text(1, "value"); $0.data(5, tensor.bytes)
      }
    }
    for (input, output) in [("c", "d"), ("x", "y")] {
      graph.message(1) {
        $0.text(1, input); $0.text(2, output); $0.text(4, "Identity")
      }
    }
    graph.message(1) { $0.text(4, "Relu") }
    var model = ProtobufWriter()
    model.data(7, graph.bytes)
    let read = try ONNXModel(model.bytes, file: "m")
    expectEqual(read.constants.map(\.name), ["c", "d"])
    expect(read.constant("d")?.bytes == [5] && read.constant("y") == nil && read.nodes.count == 4)
  }

  @Test func fieldsOfAMessageAreHeldToTheirForm() {
    // The numbers 0 and 2²⁹ are no fields, 3 and 4 no wire types; lengths and numbers end within the message.
    for bytes in [
      [0x00, 1], [0x80, 0x80, 0x80, 0x80, 0x10, 1], [0x0B], [0x0C], [0x0A, 2, 1], [0x09, 1], [0x0D, 1, 2, 3],
      [0x08, 0x80],
    ]
      as [[UInt8]]
    {
      expect(ProtobufMessage(bytes[...]) == nil, "\(bytes)")
    }
    let message = ProtobufMessage(
      [0x08, 0x96, 0x01, 0x15, 1, 2, 3, 4, 0x19, 1, 2, 3, 4, 5, 6, 7, 8, 0x22, 2, 5, 6][...])
    expect(message?.integers(1) == [150] && message?.fixedBytes(2, size: 4) == [1, 2, 3, 4])
    expect(message?.fixedBytes(3, size: 8) == [1, 2, 3, 4, 5, 6, 7, 8] && message?.fixedBytes(3, size: 4) == [])
    expect(message?.integers(4) == [5, 6] && message?.integers(2) == nil && message?.integers(9) == [])
    expectEqual(message?.floats(2), [Float(bitPattern: 0x0403_0201)])
  }

  // MARK: Formats

  @Test func everyFormatHasItsTitleAndAdvice() {
    let titles: [(FileFormat, String, String?)] = [
      (.safetensors, "a safetensors file", nil), (.json, "JSON", nil), (.npz, "a NumPy archive (.npz)", nil),
      (.onnx, "an ONNX model", nil), (.zip, "a zip archive", nil), (.unknown, "something else", nil),
      (.gzip, "gzip data", "gunzip it first"), (.webPage, "a web page", "load the file itself, not the page about it"),
      (.gitLFS, "a Git LFS pointer, not the file itself", "git lfs pull --include 'm.x'"),
      (
        .npy, "one NumPy array (.npy)",
        "python -c \"import numpy as n; n.savez('weights.npz', NAME=n.load('m.x'))\", with the tensor's name"
      ),
    ]
    for (format, title, advice) in titles { expect(format.title == title && format.advice("m.x") == advice) }
    expectEqual(FileFormat.hdf5.title, "an HDF5 file (.h5, .weights.h5)")
    expectEqual(FileFormat.torchZip.title, "a PyTorch checkpoint (.pt, .pth)")
    expectEqual(FileFormat.pickle.title, "a pickle, as PyTorch wrote before 1.6")
    expectEqual(FileFormat.keras.title, "a Keras model (.keras)")
    expectEqual(FileFormat.tensorFlow.title, "a part of a TensorFlow checkpoint")
    expectEqual(
      FileFormat.tensorFlow.advice("a/model.ckpt-3.data-00000-of-00001")?.contains("('a/model.ckpt-3')"), true)
    for ending in ["index", "meta"] {
      expectEqual(FileFormat.tensorFlow.advice("m.ckpt.\(ending)")?.contains("('m.ckpt')"), true)
    }
    expectEqual(FileFormat.hdf5.advice("-m.h5")?.contains("'FILE'"), true)
  }

  @Test func archivesAreToldApartByTheirMembers() {
    for (name, format) in [
      ("archive/data.pkl", FileFormat.torchZip), ("config.json", .keras), ("model.weights.h5", .keras), ("w.npy", .npz),
      ("readme.txt", .zip),
    ] {
      expectEqual(FileFormat(of: NumPyTests.storedArchive(name, [1])), format, "\(name)")
    }
    expectEqual(FileFormat(of: Array("PK\u{3}\u{4}".utf8)), .zip)
    expectEqual(FileFormat(of: [0x1F, 0x8B, 8]), .gzip)
    expectEqual(
      FileFormat(of: [UInt8](repeating: 0, count: 40) + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]), .tensorFlow)
    expectEqual(FileFormat(of: [2, 0, 0, 0, 1, 0, 0, 0, 0x7B, 0x7D]), .unknown)
    expect(FileFormat(of: [0x80, 6, 1]) == .unknown && FileFormat(of: [0x80, 5]) == .pickle)
    expectEqual(FileFormat(of: Array("<?xml version='1.0'?>".utf8)), .webPage)
    expectEqual(FileFormat(of: Array(" [1]".utf8)), .json)
  }
}
