import Foundation
import Support
import Testing

@testable import LongTraining

/// Files, lines and settings at the ends of their ranges.
@Suite struct LongTrainingLimits {
  /// A state with another rule's slots, one tensor after the other; nothing of it is taken when the last is missing.
  @Test func aStateIsReadInItsOwnSlots() throws {
    let weights = NamedTensors<Float>([("w", Tensor([1, 2]))])
    var adam = OptimizerState<Float>(Adam(amsgrad: true), for: weights)
    try adam.restore(
      step: 1,
      named: [
        ("w/momentum", Tensor([-1, -2])), ("w/velocity", Tensor([0, 4])), ("w/velocity_hat", Tensor([-5, 6])),
      ])
    var file = SafetensorsFile()
    file.store(weights, adam)
    expectEqual(file.tensors["weights/w"], StoredTensor([Float(1), 2], shape: [2]))
    expect(file.tensors["adam/w/velocity_hat"] == StoredTensor([Float(-5), 6], shape: [2]) && file.tensors.count == 4)
    var (own, state) = (weights, OptimizerState<Float>(Adam(amsgrad: true), for: weights))
    own.replace(with: [.zeros([2])])
    try file.restore(&own, &state, step: 9)
    // A mean of squares may be 0; only the mean of squares itself is held to that.
    expect(own.tensors == weights.tensors && state.step == 9)
    expectEqual(state.named.map(\.tensor), [Tensor([-1, -2]), Tensor([0, 4]), Tensor([-5, 6])])
    file.tensors["adam/w/velocity_hat"] = nil
    var (kept, before) = (own, state)
    #expect(throws: SafetensorsError.self) { try file.restore(&kept, &before, step: 3) }
    expect(kept.tensors == own.tensors && before == state)
  }

  /// A tenth of a second and one nanosecond more; the first line counts from the beginning of the work.
  @Test func linesAreATenthOfASecondApart() {
    let start = ContinuousClock.now
    var pace = Pace(total: 10, unit: "steps", at: start)
    expect(pace.line("a", done: 1, at: start + .milliseconds(100)) == nil)
    expectEqual(pace.line("a", done: 1, at: start + .milliseconds(100) + .nanoseconds(1)), "a, 9 steps/s, 1 s left")
    expect(pace.line("b", done: 2, at: start + .milliseconds(200)) == nil)
    expectEqual(pace.line("b", done: 5, at: start + .milliseconds(250)), "b, 20 steps/s, 1 s left")
    // Less than nothing was done: as if it were one.
    var late = Pace(total: 10, done: 8, unit: "steps", at: start)
    expectEqual(late.line("c", done: 8, at: start + .seconds(4)), "c, 0 steps/s, 8 s left")
    expectEqual(late.line("d", done: 10, at: start + .seconds(5)), "d, 0 steps/s, 0 s left")
    var over = Pace(total: 10, unit: "steps", at: start)
    expectEqual(over.line("e", done: 5, at: start + .milliseconds(1500)), "e, 3 steps/s, 2 s left")
  }

  @Test func aFingerprintGoesOn() {
    var print = Fingerprint()
    expectEqual(print.hash, 0xCBF2_9CE4_8422_2325)
    print.add([UInt8]())
    expectEqual(print, Fingerprint())
    print.add("")
    var zero = Fingerprint()
    zero.add([0])
    expect(print == zero && print.hash == 0xCBF2_9CE4_8422_2325 &* 0x100_0000_01B3)
    expectEqual(print.text, String(print.hash, radix: 16))
  }
}
