import Support
import Testing

@testable import Drawing

@Suite struct LabelTests {
  @Test func subscriptsAndGreekLetters() {
    expectEqual(Label("h_{t-1}").plain, "hₜ₋₁")
    expectEqual(Label(#"\sigma(W_{ix})"#).plain, "σ(W_ix)")
    expectEqual(Label(#"\tilde{c}_t"#).plain, "c̃ₜ")
    expectEqual(Label(#"batch\_size"#).plain, "batch_size")
    expectEqual(Label("W_{fc}").plain, "W_fc")
    expectEqual(Label("x_").plain, "x_")
  }
}
