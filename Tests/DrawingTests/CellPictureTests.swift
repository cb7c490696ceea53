import Foundation
import Layers
import Support
import Testing
import TextLayout

@testable import Drawing
@testable import NetworkDrawing

@Suite struct CellPictureTests {
  static let cells: [CellDrawing] = [
    .simpleRNN, .lstm, .gru(resetAfter: false), .gru(resetAfter: true), .gru(resetAfter: true, keepsByUpdate: false),
    .gru(resetAfter: false, keepsByUpdate: false), .basicRNNCell, .basicLSTMCell,
  ]
  static let values: [CellWire: WireValue] = Dictionary(
    uniqueKeysWithValues: CellWire.allCases.enumerated().map { ($1, WireValue(-0.111 - Double($0) / 100)) })

  @Test(arguments: cells)
  func everyStageOfEveryCell(_ cell: CellDrawing) throws {
    for stage in CellStage.allCases {
      try check(.cell(cell, title: cell.title, stage: stage, values: Self.values))
    }
    var values = Self.values
    values[.input] = "<1, 2 & 中文> \\ _{"
    try check(.cell(cell, title: "odd", values: values))
  }

  /// The wires whose numbers each cell shows.
  @Test(
    arguments: [
      (
        CellDrawing.lstm,
        CellWire.allCases.filter { ![.updateGate, .resetGate, .inputTerm, .recurrentTerm, .bias, .sum].contains($0) }
      ),
      (
        .basicLSTMCell,
        [.input, .previousHidden, .previousCell, .forgetGate, .inputGate, .candidate, .outputGate, .cell, .hidden]
      ),
      (.gru(resetAfter: true), [.input, .previousHidden, .updateGate, .resetGate, .candidate, .hidden]),
      (.simpleRNN, [.input, .previousHidden, .inputTerm, .recurrentTerm, .bias, .sum, .hidden]),
      (.basicRNNCell, [.input, .previousHidden, .sum, .hidden]),
    ] as [(CellDrawing, [CellWire])])
  func everyNumberIsShown(_ cell: CellDrawing, _ wires: [CellWire]) throws {
    let picture = Picture.cell(cell, title: "", values: Self.values)
    let words = try SVGFacts(picture.svg(idPrefix: "a")).words
    let text = picture.terminal(columns: 80, colour: false).joined(separator: "\n")
    expect(!wires.isEmpty)
    for wire in wires {
      let number = try #require(Self.values[wire]).text
      expect(words.contains(number), "\(wire)")
      expect(text.contains(number), "\(wire)")
    }
  }

  /// No number covers a wire, a box or another number: each is whole in the text, so nothing was written over it.
  @Test(arguments: cells)
  func nothingIsWrittenOverABox(_ cell: CellDrawing) {
    let diagram = CellStep(drawing: cell, stage: .all, values: Self.values).diagram
    for words in diagram.words {
      let width = StyledLine(Label(words.markup).plain).width
      let start = words.at.x - (words.anchor == .start ? 0 : words.anchor == .middle ? width / 2 : width - 1)
      expect(start >= 0 && start + width <= diagram.width, "\(words.markup)")
      for box in diagram.boxes where (box.y...box.y + box.height - 1).contains(words.at.y) {
        let inside = start > box.x && start + width < box.x + box.width
        let outside = start + width <= box.x || start >= box.x + box.width
        expect(inside || outside, "\(words.markup)")
      }
    }
  }

  /// Wires run along the grid; those with an arrow end at a box, an operation, an edge or another wire.
  @Test(arguments: cells)
  func wiresAreStraight(_ cell: CellDrawing) {
    let diagram = CellStep(drawing: cell, stage: .all, values: [:]).diagram
    expect(!diagram.wires.isEmpty)
    for wire in diagram.wires {
      for (a, b) in zip(wire.points, wire.points.dropFirst()) {
        expect((a.x == b.x) != (a.y == b.y), "\(wire.points)")
      }
    }
  }

  @Test func aStageFadesTheRest() {
    let whole = CellStep(drawing: .lstm, stage: .all, values: [:]).diagram
    expectEqual(whole.wires.count { !$0.isActive }, 0)
    for stage in [CellStage.forget, .input, .update, .output] {
      let part = CellStep(drawing: .lstm, stage: stage, values: [:]).diagram
      let active = part.wires.count { $0.isActive }
      expect(active > 0 && active < part.wires.count)
      expect(
        Picture.cell(.lstm, title: "", stage: stage).svg(idPrefix: "a")
          != Picture.cell(.lstm, title: "").svg(idPrefix: "a"))
    }
    // A stage that the cell has not shows all of it.
    expectEqual(
      Picture.cell(.gru(resetAfter: true), title: "", stage: .forget).svg(idPrefix: "a"),
      Picture.cell(.gru(resetAfter: true), title: "").svg(idPrefix: "a"))
  }

  @Test func narrowWindowsGetAList() {
    let lines = Picture.cell(.simpleRNN, title: "", values: [.hidden: 0.25]).terminal(columns: 40, colour: false)
    expectEqual(lines, ["hₜ = tanh(xₜ W_x + hₜ₋₁ W_h + b_h)", "hₜ = 0.250"])
  }

  /// Every kind of cell that the layers know has a drawing.
  @Test func everyKindIsDrawn() { expectEqual(Set(Self.cells.map(\.kind)), Set(CellKind.allCases)) }
}

/// Whole pictures, so that nothing stands one place beside where it belongs.
@Suite struct CellPlaceTests {
  /// The drawing with a number on every wire: −0.111 for the input, then −0.121, … in the order of `CellWire`.
  private func text(_ cell: CellDrawing) -> String {
    let diagram = CellStep(drawing: cell, stage: .all, values: CellPictureTests.values).diagram
    return diagram.lines(colour: false).map { $0.rendered(colour: false) }.joined(separator: "\n")
  }

  @Test func gru() {
    expectEqual(
      text(.gru(resetAfter: true)),
      """
             ╭──────────────────────────────────────╮
      hₜ₋₁   │                                      │     hₜ
      ───────│─┬─▸(×)──────────────────────▸(+)─────│──────▸
      −0.121 │ │   ▴                         ▴      │ −0.191
             │ │   │                         │      │
             │ │   │                         │      │
             │ │   ├─────────▸(1−)─────────▸(×)     │
             │ │   │ ╭─────────╮             ▴      │
             │ ├───│▸│W_hh+b'_h│▸(×)─────╮   │      │
             │ │   │ ╰─────────╯  ▴      │   │h̃ₜ    │
             │ │   │zₜ            │rₜ    │   │−0.161│
             │ │   │−0.201        │−0.211│   │      │
             │ │╭─────╮        ╭─────╮   │╭─────╮   │
             │ ││  σ  │        │  σ  │   ││tanh │   │
             │ │╰─────╯        ╰─────╯   │╰─────╯   │
             │ │  ▴ ▴            ▴ ▴     │  ▴ ▴     │
             │ ╰──┴─│────────────╯ │     ╰──╯ │     │
             │      │              │          │     │
             │   ╭──┴──────────────┴──────────╯     │
             ╰───│──────────────────────────────────╯
                 │
                 │ xₜ  −0.111
      """)
  }

  @Test func gruBefore() {
    expectEqual(
      text(.gru(resetAfter: false, keepsByUpdate: false)),
      """
             ╭──────────────────────────────────────╮
      hₜ₋₁   │                                      │     hₜ
      ───────│─┬───▸(×)────────────────────▸(+)─────│──────▸
      −0.121 │ │     ▴                       ▴      │ −0.191
             │ │   (1−)                      │      │
             │ │     ▴                       │      │
             │ │     ├─────────────────────▸(×)     │
             │ │     │          ╭────╮       ▴      │
             │ ├─────│─────▸(×)▸│W_hh│──╮    │      │
             │ │     │       ▴  ╰────╯  │    │h̃ₜ    │
             │ │     │zₜ     │rₜ        │    │−0.161│
             │ │     │−0.201 │−0.211    │    │      │
             │ │  ╭─────╮ ╭─────╮       │ ╭─────╮   │
             │ │  │  σ  │ │  σ  │       │ │tanh │   │
             │ │  ╰─────╯ ╰─────╯       │ ╰─────╯   │
             │ │    ▴ ▴     ▴ ▴         │   ▴ ▴     │
             │ ╰────┴─│─────╯ │         ╰───╯ │     │
             │        │       │               │     │
             │   ╭────┴───────┴───────────────╯     │
             ╰───│──────────────────────────────────╯
                 │
                 │ xₜ  −0.111
      """)
  }

  @Test func lstm() {
    expectEqual(
      text(.lstm),
      """
             ╭──────────────────────────────────────╮
      cₜ₋₁   │                                      │     cₜ
      ───────│─▸(×)────────▸(+)─────────────────┬───│──────▸
      −0.131 │   ▴           ▴                  │   │ −0.181
             │   │           │                  ▾   │
             │   │           │               (tanh) │
             │   │      ╭──▸(×)◂──╮             │   │
             │   │      │         │             ▾   │
             │   │      │         │      ╭────▸(×)  │
             │   │fₜ    │iₜ       │c̃ₜ    │oₜ    │   │
             │   │−0.141│−0.151   │−0.161│−0.171│   │
             │ ╭───╮  ╭───╮    ╭─────╮ ╭───╮    │   │
             │ │ σ │  │ σ │    │tanh │ │ σ │    │   │
             │ ╰───╯  ╰───╯    ╰─────╯ ╰───╯    │   │
      hₜ₋₁   │   ▴      ▴         ▴      ▴      │   │     hₜ
      ───────│─┬─┴──────┴─────────┴──────╯      ╰───│──────▸
      −0.121 ╰─│────────────────────────────────────╯ −0.191
               │
               │ xₜ  −0.111
      """)
  }

  @Test func simpleRNN() {
    expectEqual(
      text(.simpleRNN),
      """
             ╭──────────────────────────────────────╮
             │                 b_h −0.241           │
             │                  │                   │
             │                  │                   │
      hₜ₋₁   │   ╭─────╮        ▾        ╭─────╮    │     hₜ
      ───────│──▸│ W_h │──────▸(+)──────▸│tanh │────│──────▸
      −0.121 │   ╰─────╯−0.231  ▴ −0.251 ╰─────╯    │ −0.191
             │                  │                   │
             │                  │ −0.221            │
             │               ╭─────╮                │
             │               │ W_x │                │
             │               ╰─────╯                │
             ╰──────────────────▴───────────────────╯
                                │
                                │ xₜ  −0.111
      """)
  }

}
