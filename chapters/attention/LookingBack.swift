import ChapterSupport

/// A decoder's step that looks back at all outputs of an encoder.
struct LookingBack {
  static let picture = Picture.diagram(
    title: "One step of the decoder looks back at every state of the encoder", LookingBack().diagram,
    list: [
      "h_1 … h_5: all states of the encoder", "q_t: the state of the decoder",
      "α_j: from q_t and h_j, all together 1", "mean of the h_j with these weights, joined with q_t → ŷ_t",
    ],
    alternative: """
      Below, an encoder: a chain of states from h_1 to h_5 over the inputs x_1 to x_5; its last state goes on into the \
      decoder's state q_t. Above each h_j stands its weight, computed from q_t and h_j. The weighted states are added up \
      to a mean, which together with q_t makes the answer ŷ_t.
      """)

  private let steps = 5
  private let pitch = 10

  private func x(_ step: Int) -> Int { 4 + step * pitch }

  private var diagram: Diagram {
    let right = x(steps) + 6
    var d = Diagram(width: right + 6, height: 22)
    d.box(#"\bar{h}_t"#, x: x(2) - 4, y: 4, width: 9, hue: .green)
    d.text("the weighted mean", x(2) - 6, 5, .end, soft: true)
    for step in 0..<steps {
      let x = x(step)
      d.text("x_\(step + 1)", x, 21, .middle, bold: true)
      d.wire((x, 20), (x, 18))
      d.box("h_\(step + 1)", x: x - 3, y: 16, width: 7, hue: .sky)
      d.wire((x, 16), (x, 13))
      d.box(#"\alpha_\#(step + 1)"#, x: x - 3, y: 11, width: 7, hue: .orange)
      if step < steps - 1 { d.wire((x + 3, 17), (self.x(step + 1) - 3, 17), hue: .sky) }
      // Up to a rail, and along it to the mean.
      if step == 2 { d.wire((x, 11), (x, 6)) } else { d.wire((x, 11), (x, 9), (self.x(2), 9), arrow: false) }
    }
    d.box("q_t", x: right - 3, y: 16, width: 7, hue: .purple)
    d.wire((x(steps - 1) + 3, 17), (right - 3, 17), hue: .sky)
    d.wire((right, 16), (right, 12), (x(steps - 1) + 3, 12), hue: .purple)
    d.text("asks", right + 2, 12, soft: true)
    d.box(#"\hat{y}_t"#, x: right - 3, y: 0, width: 7)
    d.wire((right, 12), (right, 2), hue: .purple, branches: true)
    d.wire((x(2) + 4, 5), (right - 1, 5), (right - 1, 2), hue: .green)
    return d
  }
}
