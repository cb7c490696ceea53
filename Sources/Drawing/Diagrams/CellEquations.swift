extension CellKind {
  var title: String {
    switch self {
    case .simpleRNN: "a simple recurrent cell"
    case .lstm: "an LSTM cell"
    case .gru(let resetAfter, _): "a GRU cell with the reset gate \(resetAfter ? "after" : "before") the product"
    case .basicRNNCell: "a BasicRNNCell"
    case .basicLSTMCell: "a BasicLSTMCell"
    }
  }

  /// The symbol at a wire.
  func name(of wire: CellWire) -> String {
    switch wire {
    case .input: "x_t"
    case .previousHidden: "h_{t-1}"
    case .previousCell: "c_{t-1}"
    case .forgetGate: "f_t"
    case .inputGate: "i_t"
    case .candidate:
      switch self {
      case .gru: #"\tilde{h}_t"#
      case .basicLSTMCell: "j_t"
      default: #"\tilde{c}_t"#
      }
    case .outputGate: "o_t"
    case .cell: "c_t"
    case .hidden: "h_t"
    case .updateGate: "z_t"
    case .resetGate: "r_t"
    case .inputTerm: "x_t W_x"
    case .recurrentTerm: "h_{t-1} W_h"
    case .sum: "z_t"
    }
  }

  /// What each stage computes, with vectors as rows; the stages that a cell has are the keys.
  var equations: [CellStage: [String]] {
    switch self {
    case .simpleRNN: [.all: [#"h_t = tanh(x_t W_x + h_{t-1} W_h + b_h)"#]]
    case .basicRNNCell: [.all: ["h_t = tanh([x_t, h_{t-1}] K + b)"]]
    case .lstm: Self.gates(forget: "b_f", candidate: #"\tilde{c}_t"#, letter: "c")
    case .basicLSTMCell: Self.gates(forget: "b_f + 1", candidate: "j_t", letter: "j")
    case .gru(let resetAfter, let keepsByUpdate):
      Self.gru(resetAfter: resetAfter, keepsByUpdate: keepsByUpdate)
    }
  }

  private static func gates(forget: String, candidate: String, letter: String) -> [CellStage: [String]] {
    let f = #"f_t = \sigma(x_t W_{fx} + h_{t-1} W_{fh} + "# + forget + ")"
    let i = #"i_t = \sigma(x_t W_{ix} + h_{t-1} W_{ih} + b_i)"#
    let j = "\(candidate) = tanh(x_t W_{\(letter)x} + h_{t-1} W_{\(letter)h} + b_\(letter))"
    let o = #"o_t = \sigma(x_t W_{ox} + h_{t-1} W_{oh} + b_o)"#
    let c = #"c_t = f_t \odot c_{t-1} + i_t \odot "# + candidate
    let h = #"h_t = o_t \odot tanh(c_t)"#
    return [.all: [f, i, j, c, o, h], .forget: [f], .input: [i, j], .update: [c], .output: [o, h]]
  }

  private static func gru(resetAfter: Bool, keepsByUpdate: Bool) -> [CellStage: [String]] {
    let z = #"z_t = \sigma(x_t W_{zx} + h_{t-1} W_{zh} + b_z)"#
    let r = #"r_t = \sigma(x_t W_{rx} + h_{t-1} W_{rh} + b_r)"#
    let g =
      resetAfter
      ? #"\tilde{h}_t = tanh(x_t W_{ox} + b_o + r_t \odot (h_{t-1} W_{oh} + b'_o))"#
      : #"\tilde{h}_t = tanh(x_t W_{ox} + (r_t \odot h_{t-1}) W_{oh} + b_o)"#
    let h =
      keepsByUpdate
      ? #"h_t = z_t \odot h_{t-1} + (1 − z_t) \odot \tilde{h}_t"#
      : #"h_t = (1 − z_t) \odot h_{t-1} + z_t \odot \tilde{h}_t"#
    return [.all: [z, r, g, h], .update: [z], .reset: [r], .candidate: [g], .output: [h]]
  }
}
