/// How a framework stores the weights of one cell: names, axes, the order of the gate blocks and which biases exist.
///
/// | Framework    | kernel                   | LSTM blocks | GRU blocks | biases                         |
/// |--------------|--------------------------|-------------|------------|--------------------------------|
/// | Keras        | `[D, GH]`, `[H, GH]`     | i f g o     | z r g      | one; two rows: GRU, resetAfter |
/// | TensorFlow 1 | `[D + H, GH]`, x above h | i g f o     | r z \| g   | one                            |
/// | PyTorch      | `[GH, D]`, `[GH, H]`     | i f g o     | r z g      | two                            |
/// | ONNX         | `[GH, D]`, `[GH, H]`     | i o f g     | z r g      | two, in one tensor `[2GH]`     |
/// | MXNet        | `[GH, D]`, `[GH, H]`     | i f g o     | r z g      | two                            |
///
/// MXNet's `example/bi-lstm-sort` differs from MXNet's own cells: i g f o. A layout is data; `decode` and `encode` are
/// the only code, and each tensor goes through them without arithmetic, so that both directions keep every bit.
public struct WeightLayout: Equatable, Sendable {
  /// What a stored tensor is made of.
  public enum Part: String, Sendable { case kernel, recurrentKernel, bias, recurrentBias, peepholes, projection }

  /// How several parts share one tensor.
  public enum Joint: Sendable {
    /// One below the other: rows of x, then rows of h.
    case rows
    /// One behind the other along the last axis.
    case columns
    /// Along a new first axis.
    case newAxis
  }

  /// One stored tensor.
  public struct Entry: Equatable, Sendable {
    public let name: String
    public let parts: [Part]
    /// The gate blocks along the gate axis; empty for a projection.
    public let gates: [Gate]
    /// Rows are outputs: the tensor is stored transposed.
    public let isTransposed: Bool
    public let joint: Joint

    public init(
      _ name: String, _ parts: [Part], _ gates: [Gate], isTransposed: Bool = false, joint: Joint = .rows
    ) {
      self.name = name
      self.parts = parts
      self.gates = gates
      self.isTransposed = isTransposed
      self.joint = joint
    }
  }

  public let framework: Framework
  public let kind: CellKind
  public let resetAfter: Bool
  public let entries: [Entry]

  public func has(_ part: Part) -> Bool { entries.contains { $0.parts.contains(part) } }
}

/// Which of the optional tensors a cell has.
public struct WeightFeatures: Equatable, Sendable {
  public var bias: Bool
  public var resetAfter: Bool
  public var peepholes: Bool
  public var projection: Bool

  public init(bias: Bool = true, resetAfter: Bool = true, peepholes: Bool = false, projection: Bool = false) {
    self.bias = bias
    self.resetAfter = resetAfter
    self.peepholes = peepholes
    self.projection = projection
  }
}

extension WeightLayout {
  /// The layout of a cell of `kind` in `framework`.
  ///
  /// - Throws: `ConversionError` when the framework has no such cell: a kind that it lacks, peepholes outside
  ///   TensorFlow 1 and ONNX, a projection outside TensorFlow 1 and PyTorch, a reset gate at the place where the
  ///   framework does not have it.
  public init(_ framework: Framework, _ kind: CellKind, _ features: WeightFeatures = WeightFeatures()) throws {
    try Self.check(framework, kind, features)
    self.framework = framework
    self.kind = kind
    resetAfter = features.resetAfter
    switch framework {
    case .keras: entries = Self.keras(kind, features)
    case .tensorflow1: entries = Self.tensorflow1(kind, features)
    case .pytorch:
      entries = Self.transposed(["weight_ih", "weight_hh", "bias_ih", "bias_hh"], Self.rowGates(kind), features)
    case .mxnet:
      entries = Self.transposed(["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"], Self.rowGates(kind), features)
    case .onnx: entries = Self.onnx(kind, features)
    }
  }

  /// The LSTM of MXNet's `example/bi-lstm-sort/lstm.py`, whose blocks are in, transform, forget, out.
  public static let biLSTMSort = WeightLayout(
    framework: .mxnet, kind: .lstm, resetAfter: true,
    entries: transposed(
      ["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"], [.i, .g, .f, .o], WeightFeatures()))

  private static func keras(_ kind: CellKind, _ features: WeightFeatures) -> [Entry] {
    let gates = kind.gates
    let bias =
      kind == .gru && features.resetAfter
      ? Entry("bias", [.bias, .recurrentBias], gates, joint: .newAxis) : Entry("bias", [.bias], gates)
    return [Entry("kernel", [.kernel], gates), Entry("recurrent_kernel", [.recurrentKernel], gates)]
      + (features.bias ? [bias] : [])
  }

  private static func tensorflow1(_ kind: CellKind, _ features: WeightFeatures) -> [Entry] {
    if kind == .gru {
      return [
        Entry("gates/kernel", [.kernel, .recurrentKernel], [.r, .z]), Entry("gates/bias", [.bias], [.r, .z]),
        Entry("candidate/kernel", [.kernel, .recurrentKernel], [.g]), Entry("candidate/bias", [.bias], [.g]),
      ]
    }
    let gates: [Gate] = kind == .lstm ? [.i, .g, .f, .o] : kind.gates
    let peepholes = [Gate.i, .f, .o].map { Entry("w_\($0.rawValue)_diag", [.peepholes], [$0]) }
    return [Entry("kernel", [.kernel, .recurrentKernel], gates), Entry("bias", [.bias], gates)]
      + (features.peepholes ? peepholes : [])
      + (features.projection ? [Entry("projection/kernel", [.projection], [])] : [])
  }

  private static func rowGates(_ kind: CellKind) -> [Gate] { kind == .gru ? [.r, .z, .g] : kind.gates }

  private static func transposed(_ names: [String], _ gates: [Gate], _ features: WeightFeatures) -> [Entry] {
    let kernels = [
      Entry(names[0], [.kernel], gates, isTransposed: true),
      Entry(names[1], [.recurrentKernel], gates, isTransposed: true),
    ]
    let biases = [Entry(names[2], [.bias], gates), Entry(names[3], [.recurrentBias], gates)]
    let projection = [Entry("weight_hr", [.projection], [], isTransposed: true)]
    return kernels + (features.bias ? biases : []) + (features.projection ? projection : [])
  }

  private static func onnx(_ kind: CellKind, _ features: WeightFeatures) -> [Entry] {
    let gates: [Gate] = kind == .lstm ? [.i, .o, .f, .g] : kind.gates
    let kernels = [
      Entry("W", [.kernel], gates, isTransposed: true), Entry("R", [.recurrentKernel], gates, isTransposed: true),
    ]
    let biases = [Entry("B", [.bias, .recurrentBias], gates, joint: .columns)]
    let peepholes = [Entry("P", [.peepholes], [.i, .o, .f])]
    return kernels + (features.bias ? biases : []) + (features.peepholes ? peepholes : [])
  }

  private static func check(_ framework: Framework, _ kind: CellKind, _ features: WeightFeatures) throws {
    func refuse(_ what: String) throws -> Never {
      throw ConversionError("\(framework.rawValue) has no \(kind.title) \(what)")
    }
    guard kind.frameworks.contains(framework) else { try refuse("cell") }
    if features.peepholes, kind != .lstm || !(framework == .tensorflow1 || framework == .onnx) {
      try refuse("with peepholes")
    }
    if features.projection, kind != .lstm || !(framework == .tensorflow1 || framework == .pytorch) {
      try refuse("with a projection")
    }
    guard kind == .gru else { return }
    switch framework {
    case .keras, .onnx: return
    case .tensorflow1: if features.resetAfter { try refuse("whose reset gate acts after the product") }
    case .pytorch, .mxnet: if !features.resetAfter { try refuse("whose reset gate acts before the product") }
    }
  }
}
