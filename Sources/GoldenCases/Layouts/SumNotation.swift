import Layers

/// How a framework's documentation writes what goes into a gate.
///
/// `g` is the gate's letter; it is empty for the one block of a cell without gates, where that has no index.
///
/// | Framework    | Sum of the forget gate of an LSTM               |
/// |--------------|-------------------------------------------------|
/// | Keras        | `x_t·W_fx + h_{t−1}·W_fh + b_f`                 |
/// | TensorFlow 1 | `[x_t, h_{t−1}]·W_f + b_f`                      |
/// | PyTorch      | `W_if·x_t + b_if + W_hf·h_{t−1} + b_hf`         |
/// | ONNX         | `x_t·W_fᵀ + Wb_f + h_{t−1}·R_fᵀ + Rb_f`         |
/// | MXNet        | `i2h_weight_f·x_t + i2h_bias_f + h2h_weight_f·h_{t−1} + h2h_bias_f` |
struct SumNotation: Sendable {
  /// Gates that the framework calls by another letter than `Gate`.
  var letters: [CellKind: [Gate: String]] = [:]
  /// x_t times its block of the kernel.
  var input: @Sendable (_ g: String) -> String
  /// A state times its block of the recurrent kernel.
  var recurrent: @Sendable (_ g: String, _ h: String) -> String
  var bias: @Sendable (_ g: String) -> String
  /// nil where the recurrent product never has a bias of its own.
  var recurrentBias: (@Sendable (_ g: String) -> String)?
  /// x_t and a state side by side, times one kernel, and the bias: for a framework that multiplies once.
  var joined: (@Sendable (_ g: String, _ h: String) -> String)?
  var peephole: @Sendable (Gate) -> String = { "w_\($0.rawValue)_diag" }
  /// Whether a cell's only bias stands with the product of x, and not behind both products.
  var biasFirst: @Sendable (CellKind) -> Bool = { _ in true }
}

extension Framework {
  var sumNotation: SumNotation {
    switch self {
    case .keras: .keras
    case .tensorflow1: .tensorflow1
    case .pytorch: .pytorch
    case .onnx: .onnx
    case .mxnet: .mxnet
    }
  }
}

extension SumNotation {
  fileprivate static let keras = SumNotation(
    letters: [.simpleRNN: [.h: ""]], input: { "x_t·W_\($0)x" }, recurrent: { "\($1)·W_\($0)h" },
    bias: { "b\(index($0))" }, recurrentBias: { "b′\(index($0))" },
    // A GRU adds it before the reset gate acts.
    biasFirst: { $0 == .gru })

  fileprivate static let tensorflow1 = SumNotation(
    letters: [.simpleRNN: [.h: ""], .lstm: [.g: "j"]], input: { "x_t·W\(index($0))" },
    recurrent: { "\($1)·W\(index($0))" }, bias: { "b\(index($0))" },
    joined: { "[x_t, \($1)]·W\(index($0)) + b\(index($0))" })

  fileprivate static let pytorch = SumNotation(
    letters: [.gru: [.g: "n"]], input: { "W_i\($0)·x_t" }, recurrent: { "W_h\($0)·\($1)" }, bias: { "b_i\($0)" },
    recurrentBias: { "b_h\($0)" })

  fileprivate static let onnx = SumNotation(
    letters: [.simpleRNN: [.h: "i"], .lstm: [.g: "c"], .gru: [.g: "h"]], input: { "x_t·W_\($0)ᵀ" },
    recurrent: { "\($1)·R_\($0)ᵀ" }, bias: { "Wb_\($0)" }, recurrentBias: { "Rb_\($0)" },
    peephole: { "P_\($0.rawValue)" })

  fileprivate static let mxnet = SumNotation(
    letters: [.simpleRNN: [.h: ""], .gru: [.g: "h"]], input: { "i2h_weight\(index($0))·x_t" },
    recurrent: { "h2h_weight\(index($0))·\($1)" }, bias: { "i2h_bias\(index($0))" },
    recurrentBias: { "h2h_bias\(index($0))" })

  private static func index(_ g: String) -> String { g.isEmpty ? "" : "_\(g)" }
}
