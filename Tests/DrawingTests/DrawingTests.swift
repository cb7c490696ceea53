import Testing

@testable import Drawing

@Suite struct LabelTests {
  @Test func subscriptsAndGreekLetters() {
    #expect(Label("h_{t-1}").plain == "hₜ₋₁")
    #expect(Label(#"\sigma(W_{ix})"#).plain == "σ(W_ix)")
    #expect(Label(#"\tilde{c}_t"#).plain == "c̃ₜ")
    #expect(Label(#"batch\_size"#).plain == "batch_size")
    #expect(Label("W_{fc}").plain == "W_fc")
    #expect(Label("x_").plain == "x_")
  }
}
