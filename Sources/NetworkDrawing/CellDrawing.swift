import Drawing
import Layers

/// How a cell is drawn: a cell of `Layers` in the style of a paper or of a framework.
///
/// A drawing is one file: its title, its equations by stage, its symbols and its diagram. A new
/// cell adds such a file and nothing else; `Picture.cell` draws it.
///
/// | drawing | kind | style |
/// |---|---|---|
/// | `simpleRNN` | simple RNN | two products and their sum |
/// | `lstm` | LSTM | Olah's picture: the cell state on top, then forget, input, candidate, output |
/// | `gru(resetAfter:keepsByUpdate:)` | GRU | the state on top |
/// | `basicRNNCell` | simple RNN | TensorFlow 1: one product with the joined [x, h] |
/// | `basicLSTMCell` | LSTM | TensorFlow 1: one product with the joined [x, h], split into i, j, f, o |
public struct CellDrawing: Sendable {
  /// The cell that is drawn.
  public let kind: CellKind
  /// The cell in a sentence, as `an LSTM cell`.
  let title: String
  /// Symbols at wires, where they are not the usual ones.
  let symbols: [CellWire: String]
  /// What each stage computes, with vectors as rows; the stages that a cell has are the keys.
  let equations: [CellStage: [String]]
  /// Boxes and wires of a step, without the equations.
  let diagram: @Sendable (CellStep) -> Diagram

  init(
    _ kind: CellKind, title: String, symbols: [CellWire: String] = [:], equations: [CellStage: [String]],
    diagram: @escaping @Sendable (CellStep) -> Diagram
  ) {
    self.kind = kind
    self.title = title
    self.symbols = symbols
    self.equations = equations
    self.diagram = diagram
  }
}
