import ChapterSupport

/// A decoder's step that looks back at all outputs of an encoder.
struct LookingBack {
  static let picture = Picture.diagram(
    title: "One step of the decoder looks back at every state of the encoder", LookingBack().diagram,
    list: [
      "h_1 … h_5: all states of the encoder", "q_t: the state of the decoder, from q_{t-1} and y_{t-1}; q_0 is h_5",
      "α_{tj}: from q_t and h_j, for every j, all together 1",
      "mean of the h_j with these weights, joined with q_t → ŷ_t",
    ],
    alternative: """
      Below, an encoder: a chain of states from h_1 to h_5 over the inputs x_1 to x_5. After dots the chain goes on in \
      the decoder, from its state q_{t-1} to q_t, which also reads y_{t-1}. Above each h_j stands its weight; an arrow from h_j and one from \
      q_t lead to each of the five. The weighted states are added up to a mean, which together with q_t makes the \
      answer ŷ_t.
      """)

  private let steps = 5
  private let pitch = 10

  private func x(_ step: Int) -> Int { 4 + step * pitch }

  private var diagram: Diagram {
    let right = x(steps) + 15
    let before = right - 10
    var d = Diagram(width: right + 6, height: 24)
    d.box(#"\bar{h}_t"#, x: x(2) - 4, y: 4, width: 9, hue: .green)
    d.text("the weighted mean", x(2) - 6, 5, .end, soft: true)
    for step in 0..<steps {
      let x = x(step)
      d.text("x_\(step + 1)", x, 23, .middle, bold: true)
      d.wire((x, 22), (x, 20))
      d.box("h_\(step + 1)", x: x - 3, y: 18, width: 7, hue: .sky)
      d.wire((x - 1, 18), (x - 1, 13))
      d.box(#"\alpha_{t\#(step + 1)}"#, x: x - 3, y: 11, width: 7, hue: .orange)
      if step < steps - 1 { d.wire((x + 3, 19), (self.x(step + 1) - 3, 19), hue: .sky) }
      // Up to a rail, and along it to the mean.
      if step == 2 { d.wire((x, 11), (x, 6)) } else { d.wire((x, 11), (x, 9), (self.x(2), 9), arrow: false) }
      // From the rail of the question into each weight.
      if step > 0 { d.wire((x + 2, 16), (x + 2, 13), hue: .purple, branches: true) }
    }
    d.text("y_{t-1}", right, 23, .middle, bold: true)
    d.wire((right, 22), (right, 20))
    d.box("q_t", x: right - 3, y: 18, width: 7, hue: .purple)
    // The decoder's states so far, of which the first is the encoder's last.
    d.wire((x(steps - 1) + 3, 19), (x(steps - 1) + 6, 19), hue: .sky, arrow: false)
    d.text("…", x(steps - 1) + 7, 19, .middle)
    d.wire((x(steps - 1) + 8, 19), (before - 3, 19), hue: .purple)
    d.box("q_{t-1}", x: before - 3, y: 18, width: 7, hue: .purple)
    d.wire((before + 3, 19), (right - 3, 19), hue: .purple)
    d.wire((right, 18), (right, 16), (x(0) + 2, 16), (x(0) + 2, 13), hue: .purple)
    d.text("asks all", right - 1, 15, .end, soft: true)
    d.box(#"\hat{y}_t"#, x: right - 3, y: 0, width: 7)
    d.wire((right, 16), (right, 2), hue: .purple, branches: true)
    d.wire((x(2) + 4, 5), (right - 1, 5), (right - 1, 2), hue: .green)
    return d
  }
}
