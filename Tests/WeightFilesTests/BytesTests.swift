import Safetensors
import Support
import Testing

@testable import WeightFiles

/// Files byte by byte: the smallest ones, the numbers of types, and the lines that a reader copies.
@Suite struct BytesTests {
  /// The end record of an archive without members.
  private static let emptyArchive = Array("PK\u{5}\u{6}".utf8) + [UInt8](repeating: 0, count: 18)

  @Test func anEmptyArchiveHasNoMembers() throws {
    expect(FileFormat(of: Self.emptyArchive) == .zip && FileFormat(of: Self.emptyArchive, name: "a.npz") == .zip)
    try expect(ZipArchive(Self.emptyArchive, file: "f").members.isEmpty)
    try expect(NumPyArray.archive(Self.emptyArchive, file: "f").isEmpty)
    let error = #expect(throws: SafetensorsError.self) {
      try ZipArchive(Array(Self.emptyArchive.dropLast()), file: "f")
    }
    expectEqual(error?.description, "f: expected a whole zip archive, received none of its end")
    #expect(throws: SafetensorsError.self) { try ZipArchive([], file: "f") }
    // One member is said, and none is there.
    var one = Self.emptyArchive
    one[10] = 1
    let missing = #expect(throws: SafetensorsError.self) { try ZipArchive(one, file: "f") }
    expectEqual(missing?.description, "f: expected 1 members, received a shorter file")
  }

  /// Source: onnx.proto3, TensorProto.DataType.
  static let types: [(ElementType, Int64)] = [
    (.float32, 1), (.uint8, 2), (.int8, 3), (.uint16, 4), (.int16, 5), (.int32, 6), (.int64, 7), (.bool, 9),
    (.float16, 10), (.float64, 11), (.uint32, 12), (.uint64, 13), (.bfloat16, 16),
  ]

  @Test(arguments: types.indices) func aTypeHasItsNumberInONNX(row: Int) throws {
    let (type, number) = Self.types[row]
    var graph = ONNXGraph()
    let bytes = (0..<UInt8(type.size)).map { $0 }
    graph.add(constant: StoredTensor(type: type, shape: [1], bytes: bytes), name: "W")
    graph.add(input: "x", type, [.fixed(2)])
    graph.add(output: "y", type, [])
    let message = try #require(ProtobufMessage(graph.model()[...]))
    let own = try #require(message.parts(7).first.flatMap { ProtobufMessage($0) })
    let tensor = try #require(own.parts(5).first.flatMap { ProtobufMessage($0) })
    expect(tensor.integers(1) == [1] && tensor.integers(2) == [number] && tensor.text(8) == "W")
    expectEqual(tensor.parts(9).map(Array.init), [bytes])
    for (field, name) in [(11, "x"), (12, "y")] {
      let info = try #require(own.parts(field).first.flatMap { ProtobufMessage($0) })
      let kind = try #require(info.parts(2).first.flatMap { ProtobufMessage($0) })
      let inner = try #require(kind.parts(1).first.flatMap { ProtobufMessage($0) })
      expect(info.text(1) == name && inner.integers(1) == [number])
    }
  }

  /// An attribute says its type by a number, beside its value.
  @Test func aNodeIsTheseBytes() {
    var graph = ONNXGraph()
    graph.add("A", name: "n", inputs: ["p", "q"], outputs: ["r"], [("i", .integer(3)), ("t", .text("u"))])
    let node: [[UInt8]] = [
      [0x0A, 1, 0x70], [0x0A, 1, 0x71], [0x12, 1, 0x72], [0x1A, 1, 0x6E], [0x22, 1, 0x41],
      [0x2A, 8, 0x0A, 1, 0x69, 0x18, 3, 0xA0, 0x01, 2], [0x2A, 9, 0x0A, 1, 0x74, 0x22, 1, 0x75, 0xA0, 0x01, 3],
    ]
    let parts: [[UInt8]] = [[0x0A, 36], node.flatMap { $0 }, [0x12, 9], Array("recurrent".utf8)]
    let model: [[UInt8]] = [
      [0x08, 8, 0x12, 8], Array("unrolled".utf8), [0x3A, 49], parts.flatMap { $0 }, [0x42, 4, 0x0A, 0, 0x10, 14],
    ]
    expectEqual(graph.model(), model.flatMap { $0 })
  }

  static let advice: [(FileFormat, String, String)] = [
    (
      .hdf5, "m.h5",
      "import h5py, numpy as n; t = {}; h5py.File('m.h5').visititems(lambda k, v: t.update({k: n.array(v)}) "
        + "if hasattr(v, 'dtype') and v.dtype.kind in 'fiu' else None); from safetensors.numpy import save_file; "
        + "save_file(t, 'weights.safetensors')"
    ),
    (
      .keras, "m.keras",
      "import keras; m = keras.models.load_model('m.keras'); from safetensors.numpy import save_file; "
        + "save_file({w.path: w.numpy() for w in m.weights}, 'weights.safetensors')"
    ),
    (
      .torchZip, "m.pt",
      "import torch; s = torch.load('m.pt', map_location='cpu', weights_only=True); s = s.get('state_dict', s); "
        + "from safetensors.torch import save_file; save_file({k: v.clone().contiguous() for k, v in s.items() "
        + "if hasattr(v, 'clone')}, 'weights.safetensors')"
    ),
    (
      .tensorFlow, "m.ckpt-3.data-00000-of-00001",
      "import numpy as n, tensorflow as tf; r = tf.train.load_checkpoint('m.ckpt-3'); "
        + "from safetensors.numpy import save_file; save_file({k: n.array(r.get_tensor(k)) for k, d in "
        + "r.get_variable_to_dtype_map().items() if d != tf.string}, 'weights.safetensors')"
    ),
  ]

  @Test(arguments: advice.indices) func theLineToCopyIsWhole(row: Int) {
    let (format, path, line) = Self.advice[row]
    expectEqual(format.advice(path), "python -c \"\(line)\"")
  }

  @Test func anOldPickleIsReadAsACheckpointIs() {
    expectEqual(FileFormat.pickle.advice("a"), FileFormat.torchZip.advice("a"))
  }

  /// Letters, digits, `/._-+` and spaces stay; a name with anything else, or with a minus first, is not repeated.
  @Test(arguments: [
    ("a/b._-+ 9Z", "a/b._-+ 9Z"), ("-a", "FILE"), ("a'b", "FILE"), ("a$b", "FILE"), ("a:b", "FILE"), ("a@b", "FILE"),
    ("a[b", "FILE"), ("a`b", "FILE"), ("a{b", "FILE"), ("é", "FILE"),
  ])
  func namesThatAShellWouldReadAreNotRepeated(path: String, name: String) {
    expectEqual(FileFormat.gitLFS.advice(path), "git lfs pull --include '\(name)'")
  }
}
