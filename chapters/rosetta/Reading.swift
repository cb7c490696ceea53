import ChapterSupport

/// A file of one framework read by the rule of another, as formulas that both choices go into as numbers.
struct Reading {
  /// Which gate stands at each place, `[4, 4]`: a row a place, with 1 in the column of its gate i, f, g, o.
  let storedOrder, readOrder: Formula
  /// What is added to f at every call by the one who stored, and by the one who reads.
  let storedBias, readBias: Formula
  /// For each gate that is wanted the blocks that are taken for it.
  let rows: [Formula]
  let cell: LSTMEquations

  init(stored: Stored, reader: Stored) {
    storedOrder = symbol("S", .other, Self.matrix(stored.order))
    readOrder = symbol("L", .other, Self.matrix(reader.order))
    storedBias = symbol("s", .other, MathValue(stored.forgetBias))
    readBias = symbol("l", .other, MathValue(reader.forgetBias))
    let taken = define("P", transpose(readOrder) • storedOrder)
    let rows = (0..<4).map { taken[row: $0] }
    let file = [
      x • W_ix + h₋ • W_ih + onEveryRow(b_i), x • W_fx + h₋ • W_fh + onEveryRow(b_f) - storedBias,
      x • W_gx + h₋ • W_gh + onEveryRow(b_g), x • W_ox + h₋ • W_oh + onEveryRow(b_o),
    ]
    var read: [Formula] = []
    for row in rows {
      var terms: [Formula] = []
      for gate in 0..<4 { terms.append(sum(row[gate..<gate + 1]) * file[gate]) }
      read.append(sum(terms))
    }
    read[1] = read[1] + readBias
    self.rows = rows
    cell = LSTMEquations(read, canonical)
  }

  func stored(as layout: Stored) -> KeyValuePairs<Formula, MathValue> {
    [storedOrder: Self.matrix(layout.order), storedBias: MathValue(layout.forgetBias)]
  }

  func read(as layout: Stored) -> KeyValuePairs<Formula, MathValue> {
    [readOrder: Self.matrix(layout.order), readBias: MathValue(layout.forgetBias)]
  }

  private static func matrix(_ order: [Gate]) -> MathValue {
    MathValue(
      Tensor(shape: [4, 4], scalars: order.flatMap { gate in canonical.map { $0 == gate ? 1.0 : 0 } }))
  }
}
