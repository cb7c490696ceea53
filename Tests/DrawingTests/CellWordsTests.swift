import Formulas
import Foundation
import Layers
import Support
import Testing
import TextLayout

@testable import Drawing
@testable import NetworkDrawing

/// The words of cells and of weights in another language, and what may stand at a wire.
@Suite struct CellWordsTests {
  private func upper(_ text: ProseText) -> String { text.hasWords ? text.text.uppercased() : text.text }

  private func words(_ picture: Picture) -> [String] {
    (picture.content as? NetworkDrawing.CellStep)?.diagram.words.map(\.markup) ?? []
  }

  /// Labels and values are put into other words, each for itself; symbols have the chapter's names.
  @Test func labelsAndValuesHaveOtherWords() {
    let picture = Picture.cell(
      .basicRNNCell, title: "one step", values: [.hidden: "new state", .input: "first word", .sum: 0.5],
      names: ["x_t": "e_t", "state": "the memory"])
    let worded = picture.worded(upper)
    expectEqual(
      Set(words(picture)),
      [
        "concat", "· K", "tanh", "b", "e_t", "h_{t-1}", "0.500", "output", "the memory", "new state",
        "x_t = first word",
      ])
    expectEqual(
      Set(words(worded)),
      [
        "CONCAT", "· K", "tanh", "b", "e_t", "h_{t-1}", "0.500", "OUTPUT", "THE MEMORY", "NEW STATE",
        "x_t = FIRST WORD",
      ])
    expect(worded.title == "ONE STEP" && picture.title == "one step")
  }

  /// The text alternative says the cell, its stage, its equations and the numbers in the order of the step.
  @Test func theAlternativeSaysTheStep() {
    let values: [CellWire: WireValue] = [.hidden: 2, .previousCell: 0.25, .forgetGate: "open"]
    let equation = "fₜ = σ(xₜ W_fx + hₜ₋₁ W_fh + b_f)"
    let picture = Picture.cell(.lstm, title: "t", stage: .forget, values: values, names: ["h_t": "h'_t"])
    expectEqual(
      picture.alternative,
      "A diagram of one step of an LSTM cell, stage forget: \(equation). cₜ₋₁ = 0.250, fₜ = open, h'ₜ = 2.")
    expectEqual(
      picture.worded(upper).alternative,
      "A DIAGRAM OF ONE STEP OF AN LSTM CELL, STAGE FORGET: \(equation.uppercased()). cₜ₋₁ = 0.250, fₜ = OPEN, h'ₜ = 2."
    )
    expectEqual(
      Picture.cell(.simpleRNN, title: "").alternative,
      "A diagram of one step of a simple recurrent cell: hₜ = tanh(xₜ W_x + hₜ₋₁ W_h + b_h).")
    let own = Picture.cell(.lstm, title: "t", alternative: "own words")
    expect(own.alternative == "own words" && own.worded(upper).alternative == "OWN WORDS")
    expectEqual(picture.terminal(columns: 53, colour: false), [equation, "cₜ₋₁ = 0.250", "fₜ = open", "h'ₜ = 2"])
    expectEqual(picture.terminal(columns: 54, colour: false).last, equation)
  }

  @Test func wiresHaveTheirSymbols() {
    expectEqual(
      CellWire.allCases.map(\.symbol),
      [
        "x_t", "h_{t-1}", "c_{t-1}", "f_t", "i_t", #"\tilde{c}_t"#, "o_t", "c_t", "h_t", "z_t", "r_t", "x_t W_x",
        "h_{t-1} W_h", "b_h", "a_t",
      ])
    let step = NetworkDrawing.CellStep(
      drawing: .gru(resetAfter: true), stage: .all, values: [:], names: [#"\tilde{h}_t"#: "g_t"])
    expect(step.name(of: .candidate) == "g_t" && step.name(of: .hidden) == "h_t" && step.value(.hidden) == "")
  }

  @Test func aWireHasANumberOrAText() {
    let h = symbol("h_t", .state)
    let value = WireValue(h, element: 1, in: [0.5, -0.25])
    expect(
      value.text == "−0.250" && value.source?.element == 1 && value.source?.form == .fixed
        && value.source?.decimals == 3)
    expect(
      WireValue(h, element: 2, in: [0.5, -0.25], digits: 1).text == "NaN" && WireValue(h, in: [0.5]).text == "0.500")
    let list = WireValue(list: h, in: [1, 0.5, 3, 4], first: 3)
    expect(
      list.text == "(1, 0.5, 3, …)" && list.source?.form == .list && list.source?.decimals == 3
        && list.source?.element == 0)
    expectEqual(WireValue(list: h, in: [1, 0.12345], first: 2).text, "(1, 0.1235)")
    expect(
      WireValue(0.5).text == "0.500" && WireValue(0.5, digits: 1).text == "0.5" && (0.25 as WireValue).text == "0.250")
    expect((7 as WireValue).text == "7" && ("a_b" as WireValue).markup == #"a\_b"# && ("a" as WireValue).source == nil)
  }

  @Test func gatesHaveTheirColours() {
    expectEqual(
      [Gate.i, .r, .f, .z, .g, .h, .o].map(\.hue), [.blue, .blue, .orange, .orange, .green, .green, .purple])
  }

  @Test func weightsHaveOtherWords() {
    let picture = Picture.weightLayout(
      title: "all weights",
      matrices: [
        .init(
          "kernel", rows: [HeatMapBlock("from below", count: 2, hue: .sky), HeatMapBlock("h", count: 3)],
          columns: [HeatMapBlock("gate", count: 4)], gatesAreRows: false),
        .init("bias", rows: [HeatMapBlock("", count: 1)], columns: [HeatMapBlock("gate", count: 4)], shape: "four"),
      ])
    expectEqual(
      picture.alternative,
      "Weight layout. kernel, 5 × 4: rows from below 2, h 3; columns gate 4. bias, four: rows 1; columns gate 4.")
    let worded = picture.worded(upper)
    expectEqual(worded.title, "ALL WEIGHTS")
    expectEqual(
      worded.alternative,
      "WEIGHT LAYOUT. KERNEL, 5 × 4: ROWS FROM BELOW 2, H 3; COLUMNS GATE 4. BIAS, FOUR: ROWS 1; COLUMNS GATE 4.")
    expectEqual(
      worded.terminal(columns: 60, colour: false),
      [
        "KERNEL [5 × 4]", "FROM BELOW 2 │ GATE 4 │", "         h 3 │ GATE 4 │", "BIAS [four]", "│ GATE 4 │",
      ])
  }

  /// Which axis is the gates', where nobody says so, and what has no elements is left out.
  @Test func theAxisWithMoreBlocksIsTheGates() {
    let (two, one) = ([HeatMapBlock("a", count: 2), HeatMapBlock("b", count: 1)], [HeatMapBlock("c", count: 5)])
    expect(Picture.WeightMatrix("m", rows: two, columns: one).gatesAreRows)
    expect(!Picture.WeightMatrix("m", rows: one, columns: two).gatesAreRows)
    expect(!Picture.WeightMatrix("m", rows: two, columns: two).gatesAreRows)
    let empty = Picture.WeightMatrix("m", rows: two + [HeatMapBlock("z", count: 0)], columns: one)
    expect(empty.rows.count == 2 && empty.height == 3 && empty.width == 5)
    expectEqual(HeatMapBlock("a", count: -1).count, 0)
  }
}
