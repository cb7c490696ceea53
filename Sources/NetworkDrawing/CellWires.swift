import Formulas
import TextLayout

/// A part of a step that a picture of a cell brings to the front.
public enum CellStage: String, CaseIterable, Sendable {
  case all
  /// LSTM: what is kept of the cell state.
  case forget
  /// LSTM: the input gate and the candidate.
  case input
  /// LSTM: the new cell state. GRU: the update gate z.
  case update
  /// LSTM: the output gate and h_t. GRU: the new h_t.
  case output
  /// GRU: the reset gate r.
  case reset
  /// GRU: the candidate.
  case candidate
}

/// A wire of a cell that can carry a number.
public enum CellWire: String, CaseIterable, Sendable {
  case input, previousHidden, previousCell, forgetGate, inputGate, candidate, outputGate, cell, hidden
  /// GRU.
  case updateGate, resetGate
  /// SimpleRNN: x_t W_x, h_{t-1} W_h, the bias, and the sum before the activation.
  case inputTerm, recurrentTerm, bias, sum

  /// The usual symbol at the wire; a drawing may have its own.
  var symbol: String {
    switch self {
    case .input: "x_t"
    case .previousHidden: "h_{t-1}"
    case .previousCell: "c_{t-1}"
    case .forgetGate: "f_t"
    case .inputGate: "i_t"
    case .candidate: #"\tilde{c}_t"#
    case .outputGate: "o_t"
    case .cell: "c_t"
    case .hidden: "h_t"
    case .updateGate: "z_t"
    case .resetGate: "r_t"
    case .inputTerm: "x_t W_x"
    case .recurrentTerm: "h_{t-1} W_h"
    case .bias: "b_h"
    case .sum: "a_t"
    }
  }
}

/// What stands at a wire: a number in the notation of the picture, or any short text.
public struct WireValue: Equatable, Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral
{
  public var text: String
  /// Where the number comes from, when it may change on the page.
  public var source: NumberSource?

  /// An element of a formula's value, which follows the formula on a page with live places.
  public init(_ formula: Formula, element: Int = 0, in value: [Double], digits: Int = 3) {
    self.init(value.indices.contains(element) ? value[element] : .nan, digits: digits)
    source = NumberSource(formula, element: element, form: .fixed, decimals: digits)
  }

  /// A number with `digits` digits after the point.
  public init(_ number: Double, digits: Int = 3) { text = NumberText.fixed(number, digits: digits) }
  /// The first elements of a vector in brackets: `(1, 0.5, 3, …)`. It follows the formula, too.
  public init(list formula: Formula, in value: [Double], first count: Int) {
    let shown = value.prefix(count).map { NumberText.plainest($0, decimals: 4) }
    text = "(\((shown + (value.count > count ? ["…"] : [])).joined(separator: ", ")))"
    source = NumberSource(formula, form: .list, decimals: count)
  }

  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { text = String(value) }
  public init(stringLiteral value: String) { text = value }

  var markup: String { text.replacingOccurrences(of: "_", with: #"\_"#) }
}
