import ChapterSupport

/// The graph of the sorting network over five numbers, with the names that MXNet's example gives its nodes.
struct UnrolledGraph {
  static let picture = Picture.diagram(
    title: "The unrolled network: five numbers in, five answers out", UnrolledGraph().diagram,
    list: [
      "SoftmaxOutput ← FullyConnected ← Concat over the places", "5 × Concat of both directions",
      "← t0_l1 ← t1_l1 ← t2_l1 ← t3_l1 ← t4_l1 ← l1_init", "→ l0_init → t0_l0 → t1_l0 → t2_l0 → t3_l0 → t4_l0",
      "SliceChannel ← Embedding ← data",
    ],
    alternative: """
      From below: data, Embedding, SliceChannel into five vectors. A chain of five forward cells, left to right, and a \
      chain of five backward cells, right to left, each from its own initial state. Above each place a Concat of both, \
      then a Concat of all places, FullyConnected, SoftmaxOutput.
      """)

  private let steps = 5
  private let pitch = 12
  private let left = 10

  /// The middle of a step's column.
  private func x(_ step: Int) -> Int { left + 4 + step * pitch }

  private var diagram: Diagram {
    var d = Diagram(width: left + steps * pitch + 5, height: 37)
    let (first, width) = (x(0) - 4, (steps - 1) * pitch + 11)
    for (label, y) in [("SoftmaxOutput", 0), ("FullyConnected", 4), ("Concat", 8), ("SliceChannel", 28)] {
      d.box(label, x: first, y: y, width: width)
    }
    d.box("Embedding", x: first, y: 32, width: width, hue: .green)
    let middle = x(2)
    for y in [3, 7] { d.wire((middle, y + 1), (middle, y - 1)) }
    d.wire((middle, 32), (middle, 30))
    d.wire((middle, 36), (middle, 34))
    d.text("data", middle + 2, 36, bold: true)
    d.text("label", 0, 1, soft: true)
    d.wire((6, 1), (first, 1))
    for (name, y) in [("cls", 5), ("embed", 33)] {
      d.text(name, 0, y, soft: true)
      d.wire((6, y), (first, y))
    }
    for step in 0..<steps { drawStep(step, on: &d) }
    drawChain(y: 24, hue: .sky, isForward: true, on: &d)
    drawChain(y: 18, hue: .orange, isForward: false, on: &d)
    return d
  }

  private func drawStep(_ step: Int, on d: inout Diagram) {
    let x = x(step)
    d.box("Concat", x: x - 4, y: 12, width: 9)
    d.wire((x, 12), (x, 10))
    d.box("t\(step)\\_l1", x: x - 3, y: 17, width: 7, hue: .orange)
    d.box("t\(step)\\_l0", x: x - 3, y: 23, width: 7, hue: .sky)
    // Beside the other chain: the vector on its way to the backward cell, the forward state on its way up.
    d.wire((x, 28), (x, 25))
    d.wire((x + 5, 28), (x + 5, 21), (x + 2, 21), (x + 2, 19))
    d.wire((x, 17), (x, 14))
    d.wire((x - 2, 23), (x - 2, 21), (x - 5, 21), (x - 5, 15), (x - 2, 15), (x - 2, 14))
  }

  private func drawChain(y: Int, hue: Hue, isForward: Bool, on d: inout Diagram) {
    for step in 0..<steps - 1 {
      let (from, to) = (x(step) + 3, x(step + 1) - 3)
      if isForward { d.wire((from, y), (to, y), hue: hue) } else { d.wire((to, y), (from, y), hue: hue) }
    }
    if isForward {
      d.text("l0\\_init", 0, y, hue: hue)
      d.wire((8, y), (x(0) - 3, y), hue: hue)
    } else {
      let edge = x(steps - 1) + 3
      d.text("l1\\_init", d.width - 1, y + 1, .end, hue: hue)
      d.wire((d.width - 1, y), (edge, y), hue: hue)
    }
  }
}
