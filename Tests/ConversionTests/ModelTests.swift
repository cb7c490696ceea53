import Foundation
import Layers
import Safetensors
import Support
import Testing

@testable import Conversion
@testable import WeightFiles

/// The model of ONNX that is written: its nodes, their attributes, and what goes in and out.
@Suite struct ModelTests {
  private func model(
    _ networks: [RecurrentNetwork], _ type: ElementType = .float64
  ) throws -> (model: ONNXModel, graph: ProtobufMessage) {
    var request = ConversionRequest(from: .onnx, to: .onnx)
    request.type = type
    let part = { (network: RecurrentNetwork) in
      WeightConversion.Part(sources: [], network: network, tensors: try network.tensors(in: .onnx))
    }
    let empty = Checkpoint(try Samples.entries(Samples.network(.lstm), .onnx))
    var conversion = try WeightConversion(empty, request)
    conversion.parts = try networks.map(part)
    let bytes = try conversion.bytes(for: "m.onnx")
    let graph = try #require(ProtobufMessage(bytes[...])?.parts(7).first)
    return (try ONNXModel(bytes, file: "m"), try #require(ProtobufMessage(graph)))
  }

  /// A node in a line: its type and name, inputs, outputs.
  private func line(_ node: ONNXModel.Node) -> String {
    "\(node.type) \(node.name): \(node.inputs.joined(separator: ",")) -> \(node.outputs.joined(separator: ","))"
  }

  /// The inputs (field 11) or outputs (12) of a graph: name, type and lengths.
  private func ports(_ graph: ProtobufMessage, _ field: Int) throws -> [String] {
    try graph.parts(field).map { part in
      let info = try #require(ProtobufMessage(part))
      let type = try #require(info.parts(2).first.flatMap { ProtobufMessage($0)?.parts(1).first })
      let tensor = try #require(ProtobufMessage(type))
      let shape = try #require(tensor.parts(2).first.flatMap { ProtobufMessage($0) })
      let lengths = shape.parts(1).map { part in
        let length = ProtobufMessage(part)
        return length?.text(2) ?? "\(length?.integers(1)?.first ?? -1)"
      }
      return "\(info.text(1) ?? "") \(tensor.integers(1)?.first ?? 0) [\(lengths.joined(separator: ","))]"
    }
  }

  @Test func everyLayerIsANodeThatFeedsTheNext() throws {
    let gru = Samples.network(.gru, layers: 2, bidirectional: true, biases: 2, D: 3, H: 4, path: ["m", "x"])
    let (model, graph) = try model([gru])
    expectEqual(
      model.nodes.map(line),
      [
        "GRU m/x/0: m/x/X,m/x/0/W,m/x/0/R,m/x/0/B -> m/x/0/all",
        "Transpose m/x/0/transpose: m/x/0/all -> m/x/0/turned",
        "Reshape m/x/0/join: m/x/0/turned,joined_shape -> m/x/0/Y",
        "GRU m/x/1: m/x/0/Y,m/x/1/W,m/x/1/R,m/x/1/B -> m/x/1/all",
        "Transpose m/x/1/transpose: m/x/1/all -> m/x/1/turned",
        "Reshape m/x/1/join: m/x/1/turned,joined_shape -> m/x/Y",
      ])
    try expect(ports(graph, 11) == ["m/x/X 11 [steps,batch,3]"] && ports(graph, 12) == ["m/x/Y 11 [steps,batch,8]"])
    expectEqual(model.constant("joined_shape"), StoredTensor([Int64(0), 0, -1], shape: [3]))
    let attributes = model.nodes[0].attributes
    expectEqual(attributes.keys.sorted(), ["direction", "hidden_size", "linear_before_reset"])
    expect(attributes["hidden_size"]?.integer == 4 && attributes["linear_before_reset"]?.integer == 1)
    expectEqual(attributes["direction"]?.text, "bidirectional")
    // Outputs of a layer are [T, directions, B, H].
    let node = try #require(ProtobufMessage(graph.parts(1)[1]))
    let perm = try #require(node.parts(5).first.flatMap { ProtobufMessage($0) })
    expect(perm.text(1) == "perm" && perm.integers(8) == [0, 2, 1, 3])
  }

  @Test func oneLayerHasThePathItself() throws {
    var lstm = Samples.network(.lstm, biases: 0, D: 2, H: 5, path: ["a"])
    (lstm.isReversed, lstm.clip, lstm.inputForget) = (true, 0.5, true)
    let rnn = Samples.network(.simpleRNN, D: 3, H: 2)
    let before = Samples.network(.gru, resetAfter: false, path: ["g", "4"])
    let (model, graph) = try model([lstm, rnn, before], .float32)
    expectEqual(
      model.nodes.filter { $0.type.count < 5 }.map(line),
      [
        "LSTM a: a/X,a/W,a/R -> a/all", "RNN recurrent: X,W,R,B -> all",
        "GRU g/4: g/4/X,g/4/0/W,g/4/0/R,g/4/0/B -> g/4/0/all",
      ])
    try expectEqual(ports(graph, 11), ["a/X 1 [steps,batch,2]", "X 1 [steps,batch,3]", "g/4/X 1 [steps,batch,3]"])
    try expectEqual(ports(graph, 12), ["a/Y 1 [steps,batch,5]", "Y 1 [steps,batch,2]", "g/4/Y 1 [steps,batch,4]"])
    let (first, second) = (model.nodes[0].attributes, model.nodes[3].attributes)
    expectEqual(first.keys.sorted(), ["clip", "direction", "hidden_size", "input_forget"])
    expect(first["clip"]?.float == 0.5 && first["input_forget"]?.integer == 1 && first["direction"]?.text == "reverse")
    expect(second.keys.sorted() == ["direction", "hidden_size"] && second["direction"]?.text == "forward")
    expectEqual(model.nodes[6].attributes["linear_before_reset"]?.integer, 0)
  }

  /// Functions with their names and numbers; each direction has its own.
  @Test func functionsAreWrittenWithTheirNumbers() throws {
    let functions: [(Activation, String, [Float], [Float])] = [
      (.linear, "Affine", [1], [0]), (.tanh, "Tanh", [], []), (.sigmoid, "Sigmoid", [], []), (.relu, "Relu", [], []),
      (.softsign, "Softsign", [], []), (.softplus, "Softplus", [], []), (.elu(alpha: 0.5), "Elu", [0.5], []),
      (.hardSigmoid(alpha: 0.25, beta: 0.75), "HardSigmoid", [0.25], [0.75]),
      (.affine(alpha: 2, beta: 3), "Affine", [2], [3]), (.leakyRelu(alpha: 0.125), "LeakyRelu", [0.125], []),
      (.thresholdedRelu(alpha: 4), "ThresholdedRelu", [4], []),
      (.scaledTanh(alpha: 5, beta: 6), "ScaledTanh", [5], [6]),
    ]
    for (activation, name, alpha, beta) in functions {
      var gru = Samples.network(.gru, bidirectional: true, biases: 2)
      gru.activations = [activation, .scaledTanh(alpha: 7, beta: 8)]
      let node = try #require(try model([gru]).model.nodes.first)
      expectEqual(node.attributes["activations"]?.texts, [name, "ScaledTanh", name, "ScaledTanh"])
      expectEqual(node.attributes["activation_alpha"]?.floats, alpha + [7] + alpha + [7])
      expectEqual(node.attributes["activation_beta"]?.floats, beta + [8] + beta + [8])
    }
    var softmax = Samples.network(.simpleRNN)
    softmax.activations = [.softmax]
    #expect(throws: ConversionError("\".\": ONNX has no simple RNN with softmax")) { try model([softmax]) }
  }

  /// Parts that one cell has and another lacks are filled with zeros.
  @Test func allCellsHaveEqualParts() throws {
    var both = Samples.network(.lstm, bidirectional: true, biases: 0)
    expectEqual(both.withEqualParts(), both)
    both.cells[0][1].recurrentBias = Tensor(repeating: 2, shape: [16])
    both.cells[0][0].peepholes = Tensor(shape: [3, 4], scalars: (0..<12).map(Double.init))
    let filled = both.withEqualParts().cells[0]
    expect(filled[0].bias == .zeros([16]) && filled[0].recurrentBias == nil)
    expect(filled[1].bias == nil && filled[1].recurrentBias == both.cells[0][1].recurrentBias)
    expect(filled[1].peepholes == .zeros([3, 4]) && filled[0].peepholes == both.cells[0][0].peepholes)
    let (model, _) = try model([both])
    expect(model.nodes[0].inputs == ["X", "W", "R", "B", "", "", "", "P"] && model.constant("P")?.shape == [2, 12])
    try expectEqual(Samples.network(.lstm, biases: 0).tensors(in: .tensorflow1).map(\.name), ["kernel", "bias"])
    try expectEqual(Samples.network(.lstm, biases: 0).tensors(in: .keras).map(\.name), ["kernel", "recurrent_kernel"])
  }

  // MARK: Files

  @Test func everyFormatIsReadAsItWasWritten() throws {
    try withTemporaryPath { folder in
      let own = try Samples.entries(Samples.network(.lstm, D: 2, H: 1, path: ["a"]), .keras)
      for type in [ElementType.float32, .float64] {
        var request = ConversionRequest(from: .keras, to: .pytorch)
        request.type = type
        let conversion = try WeightConversion(Checkpoint(own), request)
        let result = try conversion.result()
        expectEqual(result.file, "the result")
        for ending in ["json", "safetensors", "onnx"] {
          let path = "\(folder)/w.\(ending)"
          if ending == "onnx" { continue }
          try Data(try conversion.bytes(for: path)).write(to: URL(filePath: path))
          let read = try Checkpoint(reading: path)
          expect(read.file == path && read.nodes == nil)
          expectEqual(Set(read.entries.map(\.name)), Set(result.entries.map(\.name)))
          for entry in read.entries { expect(result.entries.contains(entry), "\(entry.name)") }
        }
        let bytes = try conversion.bytes(for: "w")
        try expectEqual(SafetensorsFile(bytes: bytes).metadata, ["layout": "pytorch"])
        let text = String(decoding: try conversion.bytes(for: "w.json"), as: UTF8.self)
        expect(text.contains("\"pytorch\"") && text.contains(type == .float32 ? "\"float32\"" : "\"float64\""))
      }
    }
  }

  /// Arrays of NumPy: two members of an archive, stored.
  @Test func archivesOfNumPyAreRead() throws {
    func array(_ shape: String, _ count: Int) -> [UInt8] {
      let header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
      return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
        + (0..<count).flatMap { littleEndian(Float($0).bitPattern, 4) }
    }
    func littleEndian(_ value: UInt32, _ size: Int) -> [UInt8] {
      (0..<UInt32(size)).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    func checksum(_ data: [UInt8]) -> UInt32 {
      var sum = UInt32.max
      for byte in data {
        sum ^= UInt32(byte)
        for _ in 0..<8 {
          let isOdd = sum & 1 == 1
          sum >>= 1
          if isOdd { sum ^= 0xEDB8_8320 }
        }
      }
      return ~sum
    }
    var (file, directory) = ([UInt8](), [UInt8]())
    for (name, data) in [("b.npy", array("(2,)", 2)), ("a.npy", array("(1, 3)", 3))] {
      let size = UInt32(data.count)
      let fields =
        littleEndian(20, 2) + littleEndian(0, 4) + littleEndian(0, 4) + littleEndian(checksum(data), 4)
        + littleEndian(size, 4) + littleEndian(size, 4) + littleEndian(UInt32(name.utf8.count), 2)
      directory += littleEndian(0x0201_4B50, 4) + littleEndian(20, 2) + fields + [UInt8](repeating: 0, count: 12)
      directory += littleEndian(UInt32(file.count), 4) + Array(name.utf8)
      file += littleEndian(0x0403_4B50, 4) + fields + littleEndian(0, 2) + Array(name.utf8) + data
    }
    let end =
      littleEndian(0x0605_4B50, 4) + littleEndian(0, 4) + littleEndian(2, 2) + littleEndian(2, 2)
      + littleEndian(UInt32(directory.count), 4) + littleEndian(UInt32(file.count), 4) + littleEndian(0, 2)
    try withTemporaryPath { folder in
      try Data(file + directory + end).write(to: URL(filePath: folder + "/w.npz"))
      let read = try Checkpoint(reading: folder + "/w.npz")
      expectEqual(
        read.entries,
        [
          .init("b", StoredTensor([Float(0), 1], shape: [2])),
          .init("a", StoredTensor([Float(0), 1, 2], shape: [1, 3])),
        ])
      try Data(end.prefix(8) + [UInt8](repeating: 0, count: 14)).write(to: URL(filePath: folder + "/w.zip"))
      #expect(
        throws: ConversionError("\(folder)/w.zip: expected safetensors, .npz, .onnx or .json, received a zip archive")
      ) { try Checkpoint(reading: folder + "/w.zip") }
      try Data("word".utf8).write(to: URL(filePath: folder + "/w.json"))
      #expect { try Checkpoint(reading: folder + "/w.json") } throws: {
        "\($0)" == "\(folder)/w.json:1:1: expected JSON (a value), found the word word"
      }
    }
  }
}
