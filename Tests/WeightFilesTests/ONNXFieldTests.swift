import Safetensors
import Support
import Testing

@testable import WeightFiles

/// Fields of ONNX: which one counts, what stands where one is missing, and the bytes of what is written.
@Suite struct ONNXFieldTests {
  /// A model of these fields of a graph.
  private func model(_ fill: (inout ProtobufWriter) -> Void) throws -> ONNXModel {
    var writer = ProtobufWriter()
    writer.message(7, fill)
    return try ONNXModel(writer.bytes, file: "m")
  }

  /// A node whose one attribute has these fields.
  private func attribute(_ fill: (inout ProtobufWriter) -> Void) throws -> ONNXModel.Attribute {
    let model = try model { graph in
      graph.message(1) {
        $0.message(5) {
          $0.text(1, "a"); fill(&$0)
        }
      }
    }
    return try #require(model.nodes.first?.attributes["a"])
  }

  /// Source: Protocol Buffers, "Last One Wins".
  @Test func ofAValueGivenTwiceTheLastCounts() throws {
    let own = try attribute {
      $0.float(2, 0.5); $0.float(2, 1.5); $0.number(3, 7); $0.number(3, 8); $0.text(4, "s"); $0.text(4, "t")
      for value in [4, 5] {
        $0.message(5) {
          $0.number(1, 1); $0.number(2, 3); $0.data(9, [9]); $0.data(9, [UInt8(value)])
        }
      }
      $0.float(7, 2); $0.float(7, 3); $0.text(9, "u"); $0.text(9, "v")
    }
    expect(own.float == 1.5 && own.integer == 8 && own.text == "t" && own.tensor?.bytes == [5])
    expect(own.floats == [2, 3] && own.texts == ["u", "v"])
    let none = try attribute { _ in }
    expect(none.float == nil && none.integer == nil && none.text == nil && none.tensor == nil)
    expect(none.floats.isEmpty && none.texts.isEmpty)
    let twice = try model { graph in
      graph.message(1) { node in
        for value in [3, 4] {
          node.message(5) {
            $0.text(1, "a"); $0.number(3, value)
          }
        }
      }
    }
    expectEqual(twice.nodes[0].attributes["a"]?.integer, 4)
    // The last graph of a model, too.
    var writer = ProtobufWriter()
    for type in ["A", "B"] { writer.message(7) { $0.message(1) { $0.text(4, type) } } }
    try expectEqual(ONNXModel(writer.bytes, file: "m").nodes.map(\.type), ["B"])
  }

  @Test func aNodeWithoutNamesHasEmptyOnes() throws {
    let read = try model {
      $0.message(1) { $0.text(1, "x") }
      $0.message(5) {
        $0.number(1, 1); $0.number(2, 3); $0.data(9, [7])
      }
      $0.message(5) { $0.number(2, 8) }
    }
    expect(read.nodes[0].name == "" && read.nodes[0].type == "" && read.nodes[0].outputs == [])
    expect(read.constant("")?.bytes == [7] && read.unread == ["": "has data_type 8"])
  }

  /// Numbers stand in `raw_data` or in a field of their type.
  @Test(arguments: BytesTests.types.indices) func aTypeHasItsField(row: Int) throws {
    let (type, number) = BytesTests.types[row]
    let fields: [ElementType: Int] = [.float32: 4, .int64: 7, .float64: 10, .uint32: 11, .uint64: 11]
    let field = fields[type] ?? 5
    let bytes = (0..<2 * type.size).map { UInt8($0 + 3) }
    let read = try model { graph in
      for (name, place) in [("W", field), ("other", field == 5 ? 7 : 5)] {
        graph.message(5) { tensor in
          tensor.number(1, 2)
          tensor.number(2, 99)
          tensor.number(2, Int(number))
          tensor.text(8, name)
          tensor.number(14, 1)
          tensor.number(14, 0)
          if field == 4 || field == 10 {
            tensor.data(place, bytes)
          } else {
            for value in [bytes.prefix(type.size), bytes.suffix(type.size)] {
              tensor.number(place, value.reversed().reduce(0) { $0 << 8 | Int($1) })
            }
          }
        }
      }
    }
    expectEqual(read.constant("W"), StoredTensor(type: type, shape: [2], bytes: bytes))
    expectEqual(read.unread, ["other": "has 0 bytes, and its shape [2] takes \(2 * type.size)"])
  }

  @Test func aShapeIsWholeAndMayHoldZero() throws {
    let read = try model {
      $0.message(5) {
        $0.number(1, 0); $0.number(1, 3); $0.number(2, 1); $0.text(8, "empty")
      }
      $0.message(5) {
        $0.float(1, 1); $0.number(2, 1); $0.text(8, "damaged")
      }
      $0.message(5) {
        $0.number(1, 1); $0.number(2, 2); $0.data(9, [6]); $0.number(5, 4); $0.text(8, "raw")
      }
      $0.message(5) {
        $0.number(1, 1); $0.number(2, 2); $0.data(9, [8]); $0.text(8, "raw")
      }
    }
    expect(read.constants.map(\.name) == ["empty", "raw", "raw"] && read.unread == ["damaged": "has a damaged shape"])
    expectEqual(read.constant("empty"), StoredTensor(type: .float32, shape: [0, 3], bytes: []))
    expectEqual(read.constant("raw")?.bytes, [6])
  }

  /// Only a `Constant` with a `value` makes a constant, and an `Identity` hands on its first input to its first output.
  @Test func otherNodesMakeNoConstants() throws {
    let read = try model { graph in
      graph.message(5) {
        $0.number(1, 1); $0.number(2, 3); $0.data(9, [7]); $0.text(8, "w")
      }
      for (type, key) in [("Constant", "value"), ("Constant", "other"), ("Relu", "value")] {
        graph.message(1) { node in
          for output in ["\(type) \(key)", "second"] { node.text(2, output) }
          node.text(4, type)
          node.message(5) {
            $0.text(1, key)
            $0.message(5) {
              $0.number(1, 1); $0.number(2, 3); $0.data(9, [5])
            }
          }
        }
      }
      for (type, inputs) in [("Identity", ["w", "x"]), ("Identity", ["x", "w"]), ("Relu", ["w"]), ("Identity", [])] {
        graph.message(1) { node in
          for input in inputs { node.text(1, input) }
          for output in ["\(type) \(inputs)", "third"] { node.text(2, output) }
          node.text(4, type)
        }
      }
    }
    expectEqual(read.constants.map(\.name), ["w", "Constant value", "Identity [\"w\", \"x\"]"])
    expectEqual(read.constants.map(\.tensor.bytes), [[7], [5], [7]])
  }

  // MARK: Written

  @Test func everyAttributeIsTheseBytes() throws {
    var graph = ONNXGraph()
    graph.add(
      "A", name: "n", inputs: [], outputs: [],
      [
        ("a", .float(1)), ("b", .integer(3)), ("c", .text("u")), ("d", .floats([2, 1])), ("e", .integers([4, 5])),
        ("f", .texts(["v", "w"])),
      ])
    let attributes: [[UInt8]] = [
      [0x0A, 1, 0x61, 0x15, 0, 0, 0x80, 0x3F, 0xA0, 1, 1], [0x0A, 1, 0x62, 0x18, 3, 0xA0, 1, 2],
      [0x0A, 1, 0x63, 0x22, 1, 0x75, 0xA0, 1, 3],
      [0x0A, 1, 0x64, 0x3D, 0, 0, 0, 0x40, 0x3D, 0, 0, 0x80, 0x3F, 0xA0, 1, 6],
      [0x0A, 1, 0x65, 0x40, 4, 0x40, 5, 0xA0, 1, 7],
      [0x0A, 1, 0x66, 0x4A, 1, 0x76, 0x4A, 1, 0x77, 0xA0, 1, 8],
    ]
    let message = try #require(ProtobufMessage(graph.model()[...]))
    let own = try #require(message.parts(7).first.flatMap { ProtobufMessage($0) })
    let node = try #require(own.parts(1).first.flatMap { ProtobufMessage($0) })
    expectEqual(node.parts(5).map(Array.init), attributes)
  }

  @Test func tensorsAndPortsAreTheseBytes() {
    var graph = ONNXGraph()
    graph.add(constant: StoredTensor(type: .uint8, shape: [1, 2], bytes: [8, 9]), name: "W")
    graph.add(input: "x", .float64, [.named("T"), .fixed(3)])
    graph.add(output: "y", .int8, [.fixed(2)])
    let parts: [[UInt8]] = [
      [0x2A, 13, 8, 1, 8, 2, 0x10, 2, 0x42, 1, 0x57, 0x4A, 2, 8, 9],
      [0x5A, 20, 0x0A, 1, 0x78, 0x12, 15, 0x0A, 13, 8, 11, 0x12, 9, 0x0A, 3, 0x12, 1, 0x54, 0x0A, 2, 8, 3],
      [0x62, 15, 0x0A, 1, 0x79, 0x12, 10, 0x0A, 8, 8, 3, 0x12, 4, 0x0A, 2, 8, 2],
      [0x12, 9], Array("recurrent".utf8),
    ]
    let own = parts.flatMap { $0 }
    let model: [[UInt8]] = [
      [0x08, 8, 0x12, 8], Array("unrolled".utf8), [0x3A, UInt8(own.count)], own, [0x42, 4, 0x0A, 0, 0x10, 17],
    ]
    expectEqual(graph.model(operatorSet: 17), model.flatMap { $0 })
  }

  // MARK: Known by its outline

  /// A graph, and a version of its own or of its operators; of two graphs the last counts.
  @Test func aModelIsKnownByItsOutline() {
    let cases: [([UInt8], FileFormat)] = [
      ([0x08, 8, 0x3A, 0], .onnx), ([0x3A, 0, 0x42, 0], .onnx), ([0x3A, 0], .unknown), ([0x08, 8], .unknown),
      ([0x42, 0], .unknown), ([0x08, 8, 0x3A, 1, 0xFF], .unknown), ([0x08, 8, 0x3A, 0, 0x3A, 1, 0xFF], .unknown),
      ([0x08, 8, 0x3A, 1, 0xFF, 0x3A, 0], .onnx), ([0x08, 8, 0x3A, 0, 0xFF], .unknown), ([0x10, 8, 0x3A, 0], .unknown),
    ]
    for (bytes, format) in cases { expectEqual(FileFormat(of: bytes), format, "\(bytes)") }
  }
}
