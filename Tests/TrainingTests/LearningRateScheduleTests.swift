import Foundation
import Support
import Testing
import Training

/// What torch 2.13 and Keras 3.15 give at t = 0 … 6 from a first rate of 1.
@Suite struct LearningRateSchedules {
  @Test(arguments: [
    (LearningRateSchedule.step(3, 0.7), [1, 1, 1, 0.7, 0.7, 0.7, 0.49]),
    (.milestones([2, 5], 0.3), [1, 1, 0.3, 0.3, 0.3, 0.09, 0.09]),
    (.exponential(0.9), [1, 0.9, 0.81, 0.729, 0.6561, 0.59049, 0.531441]),
    (.linear(0.25, 0.8, 4), [0.25, 0.3875, 0.525, 0.6625, 0.8, 0.8, 0.8]),
    (.polynomial(5, end: 0, power: 2), [1, 0.64, 0.36, 0.16, 0.04, 0, 0]),
    (.cosine(6, end: 0.1), [1, 0.9397114317029974, 0.775, 0.55, 0.325, 0.1602885682970026, 0.1]),
  ]) func pytorch(_ schedule: LearningRateSchedule, _ torch: [Double]) {
    for (t, wanted) in torch.enumerated() { expect(abs(schedule.factor(at: t) - wanted) < 1e-14, "t = \(t)") }
  }

  /// Keras computes in single precision.
  @Test(arguments: [
    (LearningRateSchedule.exponential(0.9, every: 3), [1, 0.9654894, 0.9321697, 0.9, 0.8689404, 0.8389527, 0.81]),
    (.exponential(0.9, every: 3, staircase: true), [1, 1, 1, 0.9, 0.9, 0.9, 0.81]),
    (.inverseTime(0.5, every: 2), [1, 0.8, 0.6666667, 0.5714286, 0.5, 0.4444444, 0.4]),
    (.inverseTime(0.5, every: 2, staircase: true), [1, 1, 0.6666667, 0.6666667, 0.5, 0.5, 0.4]),
    (.polynomial(5, end: 0.2, power: 1.5), [1, 0.7724334, 0.5718064, 0.4023858, 0.2715542, 0.2, 0.2]),
    (.cosine(5, end: 0.1), [1, 0.9140576, 0.6890576, 0.4109423, 0.1859423, 0.1, 0.1]),
  ]) func keras(_ schedule: LearningRateSchedule, _ keras: [Double]) {
    for (t, wanted) in keras.enumerated() { expect(abs(schedule.factor(at: t) - wanted) < 3e-7, "t = \(t)") }
  }

  /// TensorFlow's language model: the first rate for `keep` epochs, then less in every one.
  @Test func afterwards() {
    let schedule = LearningRateSchedule.afterwards(keep: 3, 0.5)
    expectEqual((0..<6).map { schedule.factor(at: $0) }, [1, 1, 1, 0.5, 0.25, 0.125])
    expectEqual(LearningRateSchedule.constant.factor(at: 99), 1)
  }
}
