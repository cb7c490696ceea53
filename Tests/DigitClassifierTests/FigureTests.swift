import Foundation
import Support
import Testing

@testable import DigitClassifier
@testable import Training

/// The figures that a page shows of a training: of the last picture as well as of the first, of the second epoch as
/// well as of the first.
@Suite struct FigureTests {
  private func step(_ epoch: Int, _ step: Int, of steps: Int, loss: Double, metric: Double?) -> TrainingStep {
    TrainingStep(epoch: epoch, step: step, steps: steps, batchLoss: 9, meanLoss: loss, meanMetric: metric)
  }

  @Test func anEpochSaysWhatItHasReached() {
    var pace = TrainingPace(epochs: 3, pictures: 25, batchSize: 10)
    expect(pace.line(after: step(0, 0, of: 3, loss: 2.5, metric: 0.25)) == nil)
    expectEqual(
      pace.line(ofEpoch: step(1, 2, of: 3, loss: 0.4567, metric: 0.8), testAccuracy: 0.91),
      "epoch 2/3: loss 0.457, accuracy 0.800, on the test set 0.910")
  }

  /// Four pictures: right, wrong, wrong by more, right; the digits 0, 1, 2 and 9.
  static let test: DigitTest = {
    var logits = [Float](repeating: 0, count: 40)
    (logits[0], logits[10 + 5], logits[20 + 3], logits[30 + 9]) = (1, 1, 4, 2)
    return DigitTest(logits: Tensor(shape: [4, 10], scalars: logits), labels: [0, 1, 2, 9])
  }()

  @Test func everyPictureCounts() {
    let test = Self.test
    expect(test.predicted == [0, 5, 3, 9] && test.rightCount == 2 && test.accuracy == 0.5)
    expectEqual(test.mostWrong, [2, 1])
    var confusion = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 10)
    (confusion[0][0], confusion[1][5], confusion[2][3], confusion[9][9]) = (1, 1, 1, 1)
    expectEqual(test.confusion, confusion)
    // softmax of one logit a among nine zeros: e^a / (e^a + 9), and 1 / (e^a + 9) for the others.
    for (picture, a, isOwn) in [(0, 1.0, true), (1, 1, false), (2, 4, false), (3, 2, true)] {
      let expected = Float((isOwn ? exp(a) : 1) / (exp(a) + 9))
      expect(abs(test.confidence(picture) - expected) <= 2 * expected.ulp, "\(picture)")
    }
    expectEqual(DigitTest(logits: .zeros([0, 10]), labels: []).accuracy, 0)
    // Of equal confidence the first comes first.
    let ties = DigitTest(logits: Tensor(repeating: 0, shape: [3, 10]), labels: [4, 0, 7])
    expect(ties.predicted == [0, 0, 0] && ties.mostWrong == [0, 2])
  }

  /// A product's work counts the rows of what is multiplied, transposed or not.
  @Test func productsCountTheirOperations() throws {
    let recorder = Recorder()
    let operations = TracedOperations(recorder: recorder, category: "x")
    let (a, b) = (Tensor<Float>(repeating: 1, shape: [2, 3]), Tensor<Float>(repeating: 2, shape: [3, 5]))
    expectEqual(operations.matMul(a, b).shape, [2, 5])
    expectEqual(operations.matMul(a.transposed, b, transposeA: true).shape, [2, 5])
    expectEqual(operations.matMul(a, b.transposed, transposeB: true).shape, [2, 5])
    expectEqual(operations.splitV(b, [1, 4]).map(\.shape), [[3, 1], [3, 4]])
    expectEqual(operations.splitRows(b, [2, 1]).map(\.shape), [[2, 5], [1, 5]])
    let events = recorder.trace().events
    expectEqual(events.map(\.name), ["MatMul", "MatMul", "MatMul", "SplitV", "SplitV"])
    expectEqual(events.prefix(3).map { $0["flops"] }, [.number(60), .number(60), .number(60)])
    expect(events[1]["inputs"] == .shapes([[3, 2], [3, 5]]) && events[1]["outputs"] == .shapes([[2, 5]]))
    expect(events[3]["flops"] == nil && events[3]["outputs"] == .shapes([[3, 1], [3, 4]]))
    var total: Tensor<Float>?
    operations.accumulate(&total, a)
    operations.accumulate(&total, a)
    expect(total?.scalars == [2, 2, 2, 2, 2, 2] && recorder.trace().events.count == 6)
  }
}
