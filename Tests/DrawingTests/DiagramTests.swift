import Foundation
import Testing

@testable import Drawing

@Suite struct DiagramTests {
  static let kinds: [CellKind] = [
    .simpleRNN, .lstm, .gru(resetAfter: false), .gru(resetAfter: true), .gru(resetAfter: true, keepsByUpdate: false),
    .gru(resetAfter: false, keepsByUpdate: false), .basicRNNCell, .basicLSTMCell,
  ]
  static let values: [CellWire: WireValue] = Dictionary(
    uniqueKeysWithValues: CellWire.allCases.enumerated().map { ($1, WireValue(-0.111 - Double($0) / 100)) })

  @Test(arguments: kinds)
  func everyStageOfEveryCell(_ kind: CellKind) throws {
    for stage in CellStage.allCases {
      try check(.cell(kind, title: "\(kind)", stage: stage, values: Self.values))
    }
    var values = Self.values
    values[.input] = "<1, 2 & 中文> \\ _{"
    try check(.cell(kind, title: "odd", values: values))
  }

  /// The wires whose numbers each cell shows.
  @Test(
    arguments: [
      (
        CellKind.lstm,
        CellWire.allCases.filter { ![.updateGate, .resetGate, .inputTerm, .recurrentTerm, .sum].contains($0) }
      ),
      (
        .basicLSTMCell,
        [.input, .previousHidden, .previousCell, .forgetGate, .inputGate, .candidate, .outputGate, .cell, .hidden]
      ),
      (.gru(resetAfter: true), [.input, .previousHidden, .updateGate, .resetGate, .candidate, .hidden]),
      (.simpleRNN, [.input, .previousHidden, .inputTerm, .recurrentTerm, .sum, .hidden]),
      (.basicRNNCell, [.input, .previousHidden, .sum, .hidden]),
    ] as [(CellKind, [CellWire])])
  func everyNumberIsShown(_ kind: CellKind, _ wires: [CellWire]) throws {
    let picture = Picture.cell(kind, title: "", values: Self.values)
    let words = try SVGFacts(picture.svg(idPrefix: "a")).words
    let text = picture.terminal(columns: 80, colour: false).joined(separator: "\n")
    #expect(!wires.isEmpty)
    for wire in wires {
      let number = try #require(Self.values[wire]).text
      #expect(words.contains(number), "\(wire)")
      #expect(text.contains(number), "\(wire)")
    }
  }

  /// No number covers a wire, a box or another number: each is whole in the text, so nothing was written over it.
  @Test(arguments: kinds)
  func nothingIsWrittenOverABox(_ kind: CellKind) {
    let diagram = CellDiagram(kind: kind, stage: .all, values: Self.values).diagram
    for words in diagram.words {
      let width = StyledLine(Label(words.markup).plain).width
      let start = words.at.x - (words.anchor == .start ? 0 : words.anchor == .middle ? width / 2 : width - 1)
      #expect(start >= 0 && start + width <= diagram.width, "\(words.markup)")
      for box in diagram.boxes where (box.y...box.y + box.height - 1).contains(words.at.y) {
        let inside = start > box.x && start + width < box.x + box.width
        let outside = start + width <= box.x || start >= box.x + box.width
        #expect(inside || outside, "\(words.markup)")
      }
    }
  }

  /// Wires run along the grid; those with an arrow end at a box, an operation, an edge or another wire.
  @Test(arguments: kinds)
  func wiresAreStraight(_ kind: CellKind) {
    let diagram = CellDiagram(kind: kind, stage: .all, values: [:]).diagram
    #expect(!diagram.wires.isEmpty)
    for wire in diagram.wires {
      for (a, b) in zip(wire.points, wire.points.dropFirst()) {
        #expect((a.x == b.x) != (a.y == b.y), "\(wire.points)")
      }
    }
  }

  @Test func aStageFadesTheRest() {
    let whole = CellDiagram(kind: .lstm, stage: .all, values: [:]).diagram
    #expect(whole.wires.count { !$0.isActive } == 0)
    for stage in [CellStage.forget, .input, .update, .output] {
      let part = CellDiagram(kind: .lstm, stage: stage, values: [:]).diagram
      let active = part.wires.count { $0.isActive }
      #expect(active > 0 && active < part.wires.count)
      #expect(
        Picture.cell(.lstm, title: "", stage: stage).svg(idPrefix: "a")
          != Picture.cell(.lstm, title: "").svg(idPrefix: "a"))
    }
    // A stage that the cell has not shows all of it.
    #expect(
      Picture.cell(.gru(resetAfter: true), title: "", stage: .forget).svg(idPrefix: "a")
        == Picture.cell(.gru(resetAfter: true), title: "").svg(idPrefix: "a"))
  }

  @Test func narrowWindowsGetAList() {
    let lines = Picture.cell(.simpleRNN, title: "", values: [.hidden: 0.25]).terminal(columns: 40, colour: false)
    #expect(lines == ["hₜ = tanh(xₜ Wₓ + hₜ₋₁ Wₕ + bₕ)", "hₜ = 0.250"])
  }

  @Test func boxesAndWires() {
    var diagram = Diagram(width: 12, height: 5)
    diagram.wire((0, 1), (4, 1))
    diagram.wire((2, 1), (2, 4), (11, 4), arrow: false)
    diagram.box("h_0", x: 4, y: 0, width: 6)
    #expect(
      diagram.lines(colour: false).map { $0.rendered(colour: false) } == [
        "    ╭────╮", "──┬▸│ h₀ │", "  │ ╰────╯", "  │", "  ╰─────────",
      ])
  }
}

@Suite struct UnrolledNetworkTests {
  static let layers = [
    UnrolledLayer("h", name: "SimpleRNN", shape: "[5]"),
    UnrolledLayer("h'", name: "SimpleRNN", shape: "[7]", hue: .orange, isBidirectional: true),
    UnrolledLayer("g", shape: "[3]"),
  ]

  @Test(arguments: [0, 1, 3, 6, 1000])
  func networks(_ steps: Int) throws {
    for count in 0...Self.layers.count {
      for dense in [UnrolledDense(shape: "[2]"), count % 2 == 0 ? nil : UnrolledDense("p", isLastStepOnly: true)] {
        try check(
          .unrolledNetwork(
            title: "\(steps) steps", steps: steps, inputShape: "[4]", layers: Array(Self.layers.prefix(count)),
            dense: dense))
      }
    }
  }

  @Test func firstAndLastStepsAreShown() {
    let network = UnrolledNetwork(steps: 28, inputShape: "", layers: [Self.layers[0]], dense: nil, initialState: "0")
    #expect(network.shown(atMost: 4) == [0, 1, nil, 27])
    let text = Picture.unrolledNetwork(title: "", steps: 28, layers: [Self.layers[0]]).terminal(
      columns: 60, colour: false
    ).joined(separator: "\n")
    for word in ["x₀", "x₁", "x₂₇", "h₂₇", "h₋₁=0", "…"] { #expect(text.contains(word), "\(word)") }
  }

  @Test func onlyTheLastStepHasTheOutput() throws {
    let picture = Picture.unrolledNetwork(
      title: "", steps: 3, layers: [Self.layers[0]], dense: UnrolledDense("p", isLastStepOnly: true))
    let text = picture.terminal(columns: 80, colour: false).joined(separator: "\n")
    #expect(text.contains("p₂") && !text.contains("p₀") && !text.contains("p₁"))
  }
}
