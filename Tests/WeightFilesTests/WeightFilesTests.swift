import Safetensors
import Support
import Testing

@testable import WeightFiles

@Suite struct FileFormatTests {
  static let files: [(String, [UInt8], FileFormat)] = [
    ("m.h5", [0x89] + Array("HDF\r\n".utf8) + [UInt8](repeating: 0, count: 60), .hdf5),
    ("m.safetensors", [0x89] + Array("HDF\r\n".utf8), .hdf5),
    ("m.pt", [0x80, 2] + Array("}q".utf8), .pickle),
    ("m.safetensors", Array("version https://git-lfs.github.com/spec/v1\noid sha256:1\n".utf8), .gitLFS),
    ("m.safetensors", Array("\n<!DOCTYPE html><html>".utf8), .webPage),
    ("m.npy", [0x93] + Array("NUMPY".utf8) + [1, 0, 2, 0], .npy),
    ("m.json", Array("{\"weights\": {}}".utf8), .json),
    ("m.safetensors", [2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8), .safetensors),
    ("model.ckpt.index", [UInt8](repeating: 1, count: 9), .tensorFlow),
    ("m.bin", [], .unknown),
    ("m.bin", [1, 2, 3], .unknown),
  ]

  @Test(arguments: 0..<11) func filesAreKnownByTheirBytes(row: Int) {
    let (name, bytes, format) = Self.files[row]
    expectEqual(FileFormat(of: bytes, name: name), format)
  }

  @Test func adviceNamesTheFileOnOneLine() throws {
    for format in [FileFormat.hdf5, .keras, .torchZip, .pickle, .tensorFlow] {
      let advice = try #require(format.advice("folder/my model-1.x"))
      expect(advice.contains("'folder/my model-1.x'") && !advice.contains("\n"))
      expect(advice.contains("save_file("))
      // A line to copy into a shell holds no name that does more than name a file.
      let careful = try #require(format.advice("a$(touch b)'\".x"))
      expect(careful.contains("'FILE'") && !careful.contains("touch"))
    }
  }
}

@Suite struct NumPyTests {
  /// What NumPy 2.4 writes for `savez(a=array([[1, 2, 3], [4, 5, 6]], '<f4'))` is one member of a header and numbers.
  static func array(_ header: String, _ data: [UInt8]) -> [UInt8] {
    let padded = header + String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8) + data
  }

  @Test func arraysOfAllOrdersAreRead() throws {
    let numbers: [UInt8] = [1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0]
    let plain = Self.array("{'descr': '<u2', 'fortran_order': False, 'shape': (2, 3), }", numbers)
    let turned = Self.array("{'descr': '<u2', 'fortran_order': True, 'shape': (2, 3), }", numbers)
    let swapped = Self.array("{'descr': '>u2', 'fortran_order': False, 'shape': (6,), }", numbers)
    try expectEqual(NumPyArray.read(plain, file: "f", name: "a").bytes, numbers)
    try expectEqual(NumPyArray.read(turned, file: "f", name: "a").bytes, [1, 0, 3, 0, 5, 0, 2, 0, 4, 0, 6, 0])
    try expectEqual(NumPyArray.read(swapped, file: "f", name: "a").bytes, [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6])
    try expectEqual(NumPyArray.read(plain, file: "f", name: "a").shape, [2, 3])
  }

  @Test(arguments: [
    "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "{'descr': '<f4', 'fortran_order': False}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775807, 9), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "{'descr': [('a', '<f4')], 'shape': (1,), }",
  ])
  func otherHeadersAreRefused(header: String) {
    #expect(throws: SafetensorsError.self) {
      try NumPyArray.read(Self.array(header, [0, 0, 0, 0]), file: "f", name: "a")
    }
  }

  /// Whatever bytes an archive has, reading ends in arrays or an error.
  @Test func damagedArchivesAreErrors() throws {
    let whole = Self.storedArchive(
      "a.npy", Self.array("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", [0, 0, 128, 63]))
    try expectEqual(NumPyArray.archive(whole, file: "f").map(\.tensor.floats), [[1]])
    for length in 0..<whole.count {
      #expect(throws: SafetensorsError.self) { try NumPyArray.archive(Array(whole[..<length]), file: "f") }
    }
    for place in whole.indices {
      var damaged = whole
      damaged[place] ^= 0xFF
      _ = try? NumPyArray.archive(damaged, file: "f")
    }
  }

  /// A zip archive of one stored member.
  static func storedArchive(_ name: String, _ data: [UInt8]) -> [UInt8] {
    func little(_ value: Int, _ size: Int) -> [UInt8] {
      (0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let sum = little(Int(checksum(data)), 4) + little(data.count, 4) + little(data.count, 4)
    let fields = little(20, 2) + little(0, 8) + sum + little(name.utf8.count, 2)
    let header = little(0x0403_4B50, 4) + fields + little(0, 2) + Array(name.utf8)
    let entry = little(0x0201_4B50, 4) + little(20, 2) + fields + little(0, 16) + Array(name.utf8)
    let counts = little(0, 4) + little(1, 2) + little(1, 2)
    let places = little(entry.count, 4) + little(header.count + data.count, 4)
    return header + data + entry + little(0x0605_4B50, 4) + counts + places + little(0, 2)
  }

  /// CRC-32, bit by bit.
  static func checksum(_ data: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in data {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}

@Suite struct ONNXModelTests {
  static func model() -> [UInt8] {
    var graph = ONNXGraph()
    graph.add(constant: StoredTensor([Float(1), 2, 3], shape: [1, 3]), name: "W")
    graph.add(
      "GRU", name: "a/gru", inputs: ["X", "W"], outputs: ["", "h"],
      [
        ("hidden_size", .integer(-3)), ("clip", .float(0.5)), ("activations", .texts(["Relu", "Tanh"])),
        ("activation_alpha", .floats([0.25, 4])), ("direction", .text("reverse")), ("perm", .integers([1, 0])),
      ])
    graph.add(input: "X", .float32, [.named("T"), .fixed(3)])
    return graph.model()
  }

  @Test func whatIsWrittenIsRead() throws {
    let model = try ONNXModel(Self.model(), file: "m")
    expectEqual(FileFormat(of: Self.model()), .onnx)
    let node = try #require(model.nodes.first)
    expect(node.name == "a/gru" && node.type == "GRU" && node.inputs == ["X", "W"] && node.outputs == ["", "h"])
    expectEqual(node.attributes["hidden_size"]?.integer, -3)
    expectEqual(node.attributes["clip"]?.float, 0.5)
    expectEqual(node.attributes["activations"]?.texts, ["Relu", "Tanh"])
    expectEqual(node.attributes["activation_alpha"]?.floats, [0.25, 4])
    expectEqual(node.attributes["direction"]?.text, "reverse")
    expectEqual(model.constant("W"), StoredTensor([Float(1), 2, 3], shape: [1, 3]))
  }

  /// Whatever the bytes, reading ends in a model or an error.
  @Test func damagedModelsAreErrors() {
    let whole = Self.model()
    for place in whole.indices {
      _ = try? ONNXModel(Array(whole[..<place]), file: "m")
      for change in [UInt8(0xFF), 0x80, 0x01] {
        var damaged = whole
        damaged[place] ^= change
        _ = try? ONNXModel(damaged, file: "m")
      }
    }
  }
}
