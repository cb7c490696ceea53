import Layers
import TextLayout

/// A network that runs on a framework's tensors as they are stored, by `PlainCell`.
///
/// Where the number of gate `g`, unit `j` and input `d` stands (`n` is the place of the gate among the blocks):
///
/// | Framework    | kernel                       | blocks of the LSTM | of the GRU |
/// |--------------|------------------------------|--------------------|------------|
/// | PyTorch      | `weight_ih[n·H + j, d]`      | i f g o            | r z g      |
/// | MXNet        | `i2h_weight[n·H + j, d]`     | i f g o            | r z g      |
/// | Keras        | `kernel[d, n·H + j]`         | i f g o            | z r g      |
/// | TensorFlow 1 | `kernel[d, n·H + j]`, state rows below the input rows | i g f o | r z \| g |
/// | ONNX         | `W[direction, n·H + j, d]`   | i o f g            | z r g      |
struct PlainNetwork {
  var cells: [[PlainCell]] = []
  var merge = DirectionMerge.concat
  var isReversed = false

  /// The outputs of the last layer for one sequence, each direction apart: `[direction][step][unit]`.
  func run(_ x: [[Double]]) -> [[[Double]]] {
    var sequence = x
    var outputs: [[[Double]]] = []
    for directions in cells {
      outputs = directions.enumerated().map { d, cell in cell.run(sequence, backward: d == 1 || isReversed) }
      sequence = x.indices.map { t in joined(outputs.map { $0[t] }) }
    }
    return outputs
  }

  private func joined(_ parts: [[Double]]) -> [Double] {
    guard parts.count == 2, merge != .concat else { return parts.flatMap { $0 } }
    return zip(parts[0], parts[1]).map { a, b in
      switch merge {
      case .mul: a * b
      case .ave: (a + b) / 2
      default: a + b
      }
    }
  }
}

/// The tensors of one cell, by their local names.
typealias CellTensors = (String) -> Tensor<Double>?

extension PlainCell {
  /// Looks up every number of a cell in the tensors of a framework.
  init(
    _ framework: Framework, _ kind: CellKind, activations: [Activation], resetAfter: Bool, forgetBias: Double,
    _ tensor: CellTensors
  ) throws {
    func required(_ name: String) throws -> [Double] {
      guard let found = tensor(name) else { throw ConversionError("the check found no tensor \(quoted(name))") }
      return found.scalars
    }
    func shape(_ name: String) -> [Int] { tensor(name)?.shape ?? [0, 0] }
    let G = kind == .simpleRNN ? 1 : kind == .gru ? 3 : 4
    switch framework {
    case .pytorch, .mxnet:
      let names =
        framework == .pytorch
        ? ["weight_ih", "weight_hh", "bias_ih", "bias_hh"] : ["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"]
      let (H, D) = (shape(names[0])[0] / G, shape(names[0])[1])
      self.init(kind: kind, inputs: D, units: H, activations: activations)
      let order = kind == .gru ? [1, 0, 2] : Array(0..<G)
      try fillRows(names.map { tensor($0)?.scalars }, order: order, columns: (D, shape(names[1])[1]))
      if let projected = tensor("weight_hr") {
        projection = (0..<projected.shape[0]).map { p in (0..<H).map { projected.scalars[p * H + $0] } }
      }
    case .onnx:
      let (H, D) = (shape("W")[0] / G, shape("W")[1])
      self.init(kind: kind, inputs: D, units: H, activations: activations)
      let bias = tensor("B")?.scalars
      let halves = [bias.map { Array($0[..<(G * H)]) }, bias.map { Array($0[(G * H)...]) }]
      try fillRows(
        [try required("W"), try required("R")] + halves, order: kind == .lstm ? [0, 2, 3, 1] : Array(0..<G),
        columns: (D, H))
      // P holds i, o, f.
      if let P = tensor("P")?.scalars { peepholes = [0, 2, 1].map { n in (0..<H).map { P[n * H + $0] } } }
    case .keras:
      let (D, H) = (shape("kernel")[0], shape("kernel")[1] / G)
      self.init(kind: kind, inputs: D, units: H, activations: activations)
      fillKeras(try required("kernel"), try required("recurrent_kernel"), tensor("bias"))
    case .tensorflow1: try self.init(tensorflow: kind, activations: activations, tensor)
    }
    self.resetAfter = resetAfter
    self.forgetBias = forgetBias
  }

  /// Kernels with one row for each output, gate blocks below each other.
  private mutating func fillRows(_ stored: [[Double]?], order: [Int], columns: (Int, Int)) throws {
    let (H, G) = (units, order.count)
    guard let kernel = stored[0], let recurrent = stored[1] else { throw ConversionError("the check found no kernel") }
    func rows(_ numbers: [Double], _ width: Int) -> [[[Double]]] {
      order.map { n in (0..<H).map { j in (0..<width).map { numbers[(n * H + j) * width + $0] } } }
    }
    func vectors(_ numbers: [Double]?) -> [[Double]] {
      let own = numbers ?? Array(repeating: 0, count: G * H)
      return order.map { n in (0..<H).map { own[n * H + $0] } }
    }
    (input, state) = (rows(kernel, columns.0), rows(recurrent, columns.1))
    (inputBias, stateBias) = (vectors(stored[2]), vectors(stored[3]))
  }

  private mutating func fillKeras(_ kernel: [Double], _ recurrent: [Double], _ bias: Tensor<Double>?) {
    let (D, H, G) = (inputs, units, kind == .simpleRNN ? 1 : kind == .gru ? 3 : 4)
    let width = G * H
    let isCuDNN = kind != .simpleRNN && bias?.rank == 1 && bias?.count == 2 * width
    input = (0..<G).map { n in
      (0..<H).map { j in
        (0..<D).map { d in
          guard isCuDNN else { return kernel[d * width + n * H + j] }
          let place = j * D + d
          return kernel[place / H * width + n * H + place % H]
        }
      }
    }
    state = (0..<G).map { n in
      (0..<H).map { j in
        (0..<H).map { k in isCuDNN ? recurrent[j * width + n * H + k] : recurrent[k * width + n * H + j] }
      }
    }
    let none = Array(repeating: 0.0, count: width)
    let numbers = bias?.scalars ?? none
    let second = numbers.count == 2 * width ? Array(numbers[width...]) : none
    inputBias = (0..<G).map { n in (0..<H).map { numbers[n * H + $0] } }
    stateBias = (0..<G).map { n in (0..<H).map { second[n * H + $0] } }
  }

  private init(tensorflow kind: CellKind, activations: [Activation], _ tensor: CellTensors) throws {
    /// Kernel and bias of a group of gates, its number of blocks, and for each wanted gate its block.
    let groups: [(name: String, blocks: Int, order: [Int])] =
      switch kind {
      case .simpleRNN: [("", 1, [0])]
      case .lstm: [("", 4, [0, 2, 1, 3])]
      case .gru: [("gates/", 2, [1, 0]), ("candidate/", 1, [0])]
      }
    guard let first = tensor(groups[0].name + "kernel") else { throw ConversionError("the check found no kernel") }
    let H = first.shape[1] / groups[0].blocks
    let projected = tensor("projection/kernel")
    let P = projected?.shape[1] ?? H
    let D = first.shape[0] - P
    self.init(kind: kind, inputs: D, units: H, activations: activations)
    for group in groups {
      guard let kernel = tensor(group.name + "kernel")?.scalars, let bias = tensor(group.name + "bias")?.scalars else {
        throw ConversionError("the check found no kernel or bias")
      }
      let width = group.blocks * H
      for n in group.order {
        input.append((0..<H).map { j in (0..<D).map { kernel[$0 * width + n * H + j] } })
        state.append((0..<H).map { j in (0..<P).map { kernel[(D + $0) * width + n * H + j] } })
        inputBias.append((0..<H).map { bias[n * H + $0] })
        stateBias.append(Array(repeating: 0, count: H))
      }
    }
    if let i = tensor("w_i_diag"), let f = tensor("w_f_diag"), let o = tensor("w_o_diag") {
      peepholes = [i.scalars, f.scalars, o.scalars]
    }
    if let projected { projection = (0..<P).map { p in (0..<H).map { projected.scalars[$0 * P + p] } } }
  }
}
