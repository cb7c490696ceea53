import Layers
import Support
import Testing

@testable import Conversion

/// Names of Keras, MXNet and ONNX taken apart, and names that are written.
@Suite struct NameTests {
  /// `nil` for a name that no recurrent layer has.
  struct Row {
    var framework: Framework
    var name: String
    var expected: TensorName?

    init(_ framework: Framework, _ name: String, _ expected: TensorName? = nil) {
      (self.framework, self.name, self.expected) = (framework, name, expected)
    }
  }

  static let keras: [Row] = [
    Row(.keras, "kernel", TensorName(local: "kernel")),
    Row(.keras, "a/b/bias:0", TensorName(path: ["a", "b"], local: "bias", prefix: "a/b/", suffix: ":0")),
    Row(
      .keras, "a/lstm_cell/recurrent_kernel:0",
      TensorName(path: ["a"], cellWord: "lstm_cell", local: "recurrent_kernel", prefix: "a/lstm_cell/", suffix: ":0")),
    Row(
      .keras, "a/gru_cell_3/kernel",
      TensorName(path: ["a"], cellWord: "gru_cell_3", local: "kernel", prefix: "a/gru_cell_3/")),
    Row(
      .keras, "simple_rnn_cell/bias", TensorName(cellWord: "simple_rnn_cell", local: "bias", prefix: "simple_rnn_cell/")
    ),
    Row(
      .keras, "a/lstm_cell_x/kernel", TensorName(path: ["a", "lstm_cell_x"], local: "kernel", prefix: "a/lstm_cell_x/")),
    Row(.keras, "cell/kernel", TensorName(cellWord: "cell", local: "kernel", prefix: "cell/")),
    Row(
      .keras, "m/1/backward/kernel",
      TensorName(
        path: ["m"], layer: 1, isBackward: true, directionWord: "backward", local: "kernel", prefix: "m/1/backward/")),
    Row(
      .keras, "m/forward_lstm/lstm_cell/kernel",
      TensorName(
        path: ["m"], directionWord: "forward_lstm", cellWord: "lstm_cell", local: "kernel",
        prefix: "m/forward_lstm/lstm_cell/")),
    Row(.keras, "m/forwards/kernel", TensorName(path: ["m", "forwards"], local: "kernel", prefix: "m/forwards/")),
    Row(.keras, "m/2/bias", TensorName(path: ["m"], layer: 2, local: "bias", prefix: "m/2/")),
    Row(.keras, "m/02/bias", TensorName(path: ["m", "02"], local: "bias", prefix: "m/02/")),
    Row(.keras, "m/cell_2/bias", TensorName(path: ["m"], layer: 2, local: "bias", prefix: "m/cell_2/")),
    Row(
      .keras, "l/cell/vars/1",
      TensorName(path: ["l"], cellWord: "cell", local: "recurrent_kernel", prefix: "l/cell/vars/(", suffix: ")")),
    Row(
      .keras, "l/lstm_cell/vars/2",
      TensorName(path: ["l"], cellWord: "lstm_cell", local: "bias", prefix: "l/lstm_cell/vars/(", suffix: ")")),
    Row(.keras, "l/cell/vars/3"), Row(.keras, "l/dense/vars/0"), Row(.keras, "vars/0"), Row(.keras, "a/kernels"),
    Row(.keras, "optimizer/a/kernel"), Row(.keras, "0"),
  ]

  static let mxnet: [Row] = [
    Row(.mxnet, "i2h_weight", TensorName(local: "i2h_weight")),
    Row(
      .mxnet, "encoder.l0_i2h_weight",
      TensorName(path: ["encoder"], layer: 0, directionWord: "l", local: "i2h_weight", prefix: "encoder.l0_")),
    Row(
      .mxnet, "lstm0_r12_h2h_bias",
      TensorName(
        path: ["lstm0"], layer: 12, isBackward: true, directionWord: "r", local: "h2h_bias", prefix: "lstm0_r12_")),
    Row(.mxnet, "a.b.h2h_weight", TensorName(path: ["a", "b"], local: "h2h_weight", prefix: "a.b.")),
    Row(
      .mxnet, "m/1/forward/i2h_bias",
      TensorName(path: ["m"], layer: 1, directionWord: "forward", local: "i2h_bias", prefix: "m/1/forward/")),
    Row(
      .mxnet, "0/backward/i2h_bias",
      TensorName(layer: 0, isBackward: true, directionWord: "backward", local: "i2h_bias", prefix: "0/backward/")),
    Row(.mxnet, "m/3/i2h_bias", TensorName(path: ["m"], layer: 3, local: "i2h_bias", prefix: "m/3/")),
    Row(.mxnet, "m.3.i2h_bias", TensorName(path: ["m", "3"], local: "i2h_bias", prefix: "m.3.")),
    Row(.mxnet, "lx_i2h_weight", TensorName(path: ["lx"], local: "i2h_weight", prefix: "lx_")),
    Row(.mxnet, "s0_i2h_weight", TensorName(path: ["s0"], local: "i2h_weight", prefix: "s0_")),
    Row(.mxnet, "xi2h_weight"), Row(.mxnet, "a.l0_i2h_weights"), Row(.mxnet, "optim.l0_i2h_weight"),
  ]

  static let onnx: [Row] = [
    Row(.onnx, "W", TensorName(local: "W")),
    Row(.onnx, "a/b/R", TensorName(path: ["a", "b"], local: "R", prefix: "a/b/")),
    Row(.onnx, "a/1/B", TensorName(path: ["a"], layer: 1, local: "B", prefix: "a/1/")),
    Row(.onnx, "0/P", TensorName(layer: 0, local: "P", prefix: "0/")),
    Row(.onnx, "a/00/P", TensorName(path: ["a", "00"], local: "P", prefix: "a/00/")),
    Row(.onnx, "a/X"), Row(.onnx, "a/w"), Row(.onnx, "exp_avg/W"),
  ]

  static let tensorflow: [Row] = [
    Row(.tensorflow1, "kernel", TensorName(local: "kernel")),
    Row(
      .tensorflow1, "a/gru_cell_1/candidate/weights:0",
      TensorName(path: ["a"], cellWord: "gru_cell_1", local: "candidate/kernel", prefix: "a/gru_cell_1/", suffix: ":0")),
    Row(
      .tensorflow1, "birnn/cell_0/bidirectional_rnn/bw/lstm_cell/biases",
      TensorName(
        path: ["birnn"], layer: 0, isBackward: true, directionWord: "bw", cellWord: "lstm_cell", local: "bias",
        prefix: "birnn/cell_0/bidirectional_rnn/bw/lstm_cell/")),
    Row(
      .tensorflow1, "a/1/fw/basic_lstm_cell/kernel",
      TensorName(
        path: ["a"], layer: 1, directionWord: "fw", cellWord: "basic_lstm_cell", local: "kernel",
        prefix: "a/1/fw/basic_lstm_cell/")),
    Row(
      .tensorflow1, "a/x_cell_y/kernel",
      TensorName(path: ["a", "x_cell_y"], local: "kernel", prefix: "a/x_cell_y/")),
    Row(.tensorflow1, "kernels"), Row(.tensorflow1, "a/gamma"),
  ]

  @Test(arguments: [keras, mxnet, onnx, tensorflow]) func aNameIsTakenApart(rows: [Row]) {
    for row in rows { expectEqual(TensorName(row.name, in: row.framework), row.expected, "\(row.name)") }
  }

  @Test func anotherTensorOfTheCellHasANameToo() throws {
    let name = try #require(TensorName("a/lstm_cell/kernel:0", in: .keras))
    expectEqual(name.name(of: "bias"), "a/lstm_cell/bias:0")
    let vars = try #require(TensorName("l/cell/vars/1", in: .keras))
    expectEqual(vars.name(of: "bias"), "l/cell/vars/(bias)")
  }

  // MARK: Written

  /// Path, layers, directions, and the first names of the last layer in each framework.
  static let written: [(path: [String], layers: Int, bidirectional: Bool, names: [Framework: [String]])] = [
    (
      [], 1, false,
      [
        .keras: ["kernel"], .tensorflow1: ["kernel"], .pytorch: ["weight_ih_l0"], .onnx: ["W"],
        .mxnet: ["l0_i2h_weight"],
      ]
    ),
    (
      ["a", "b"], 1, true,
      [
        .keras: ["a/b/forward/kernel", "a/b/backward/kernel"],
        .tensorflow1: ["a/b/fw/basic_lstm_cell/kernel", "a/b/bw/basic_lstm_cell/kernel"],
        .pytorch: ["a.b.weight_ih_l0", "a.b.weight_ih_l0_reverse"], .onnx: ["a/b/W"],
        .mxnet: ["a.b.l0_i2h_weight", "a.b.r0_i2h_weight"],
      ]
    ),
    (
      ["m"], 2, true,
      [
        .keras: ["m/1/forward/kernel", "m/1/backward/kernel"],
        .tensorflow1: ["m/1/fw/basic_lstm_cell/kernel", "m/1/bw/basic_lstm_cell/kernel"],
        .pytorch: ["m.weight_ih_l1", "m.weight_ih_l1_reverse"], .onnx: ["m/1/W"],
        .mxnet: ["m.l1_i2h_weight", "m.r1_i2h_weight"],
      ]
    ),
    (
      ["m", "7"], 1, false,
      [
        .keras: ["m/7/0/kernel"], .tensorflow1: ["m/7/0/basic_lstm_cell/kernel"], .pytorch: ["m.7.weight_ih_l0"],
        .onnx: ["m/7/0/W"], .mxnet: ["m.7.l0_i2h_weight"],
      ]
    ),
  ]

  @Test(arguments: written.indices, Framework.allCases) func namesAreWritten(row: Int, framework: Framework) throws {
    let (path, layers, isBidirectional, names) = Self.written[row]
    let network = Samples.network(.lstm, layers: layers, bidirectional: isBidirectional, path: path)
    let expected = try #require(names[framework])
    let local = [Framework.onnx: "W", .pytorch: "weight_ih", .mxnet: "i2h_weight"][framework] ?? "kernel"
    let own = try network.tensors(in: framework).map(\.name)
    expectEqual(own.filter(expected.contains), expected)
    for (d, name) in expected.enumerated() {
      let place = CellPlace(layer: layers - 1, isBackward: d == 1)
      expectEqual(framework.name(local, of: network, at: place), name)
    }
  }

  @Test func aPlaceBeginsAtTheFirstLayer() {
    expectEqual(CellPlace(), CellPlace(layer: 0, isBackward: false))
    expectEqual(Framework.allCases.map(\.pathSeparator), ["/", "/", ".", "/", "."])
  }
}
