import Foundation
import Support
import Testing

@testable import Drawing

@Suite struct DiagramTests {
  @Test func boxesAndWires() {
    var diagram = Diagram(width: 12, height: 5)
    diagram.wire((0, 1), (4, 1))
    diagram.wire((2, 1), (2, 4), (11, 4), arrow: false)
    diagram.box("h_0", x: 4, y: 0, width: 6)
    expectEqual(
      diagram.lines(colour: false).map { $0.rendered(colour: false) },
      [
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
    expectEqual(network.shown(atMost: 4), [0, 1, nil, 27])
    let text = Picture.unrolledNetwork(title: "", steps: 28, layers: [Self.layers[0]]).terminal(
      columns: 60, colour: false
    ).joined(separator: "\n")
    for word in ["x₁", "x₂", "x₂₈", "h₂₈", "h₀=0", "…"] { expect(text.contains(word), "\(word)") }
  }

  @Test func onlyTheLastStepHasTheOutput() throws {
    let picture = Picture.unrolledNetwork(
      title: "", steps: 3, layers: [Self.layers[0]], dense: UnrolledDense("p", isLastStepOnly: true))
    let text = picture.terminal(columns: 80, colour: false).joined(separator: "\n")
    expect(text.contains("p₃") && !text.contains("p₁") && !text.contains("p₂"))
  }
}
