import Foundation
import SequenceTasks
import Support
import Testing

/// Losses, bounds and answers of the tasks on a few numbers.
@Suite struct ExactTaskTests {
  /// An answer is right when it is off by less than 0.04, to either side.
  @Test(arguments: [(0.039, 1.0), (-0.039, 1), (0.041, 0), (-0.041, 0), (0, 1)]) func nearSumsAreRight(
    error: Double, share: Double
  ) throws {
    let batch = TaskBatch(x: Tensor<Double>.zeros([1, 2, 2]), target: Tensor<Double>([[1.25]]))
    try expectEqual(Adding().accuracy(Tensor([[1.25 + error]]), batch), share)
  }

  @Test func halfOfTheSumsAreRight() throws {
    let batch = TaskBatch(x: Tensor<Double>.zeros([2, 2, 2]), target: Tensor<Double>([[0.5], [1.5]]))
    try expectEqual(Adding().accuracy(Tensor([[0.5], [1]]), batch), 0.5)
    try expect(abs(Adding().loss(Tensor([[0.75], [1]]), batch).value - (0.0625 + 0.25) / 2) < 1e-15)
    #expect(throws: ShapeError.self) { try Adding().accuracy(Tensor([0.5, 1]), batch) }
    #expect(throws: ShapeError.self) { try BitTask(.seen).accuracy(Tensor([[0.5], [1]]), bits("01", "01")) }
  }

  @Test func aGuessOfTheFirstSymbolCostsTheLogarithmOfFour() throws {
    let batch = TaskBatch(x: Tensor<Double>.zeros([2, 1, 8]), target: Labels([3, 1]))
    try expect(abs(FirstSymbol().loss(Tensor.zeros([2, 4]), batch).value - log(4)) < 1e-15)
    try expectEqual(FirstSymbol().accuracy(Tensor([[0, 1, 2, 3], [0, 1, 2, 3]]), batch), 0.5)
  }

  private func bits(_ input: String, _ answers: String) -> TaskBatch<Double, Tensor<Double>> {
    func tensor(_ text: String) -> Tensor<Double> {
      Tensor(shape: [1, text.count, 1], scalars: text.map { $0 == "1" ? 1 : 0 })
    }
    return TaskBatch(x: tensor(input), target: tensor(answers))
  }

  /// More than a half means 1.
  @Test func aHalfMeansZero() throws {
    let output = Tensor<Double>(shape: [1, 4, 1], scalars: [0.5, 0.51, 0.5, 0.51])
    try expectEqual(BitTask(.seen).accuracy(output, bits("0011", "0101")), 1)
    try expectEqual(BitTask(.seen).accuracy(output, bits("0011", "1101")), 0.75)
  }

  @Test func bitsThatAreCertain() {
    var generator = RandomGenerator(seed: 4)
    let zeros = BitTask(.parity, probability: 0).draw(2, steps: 3, using: &generator, Double.self)
    expect(zeros.x.scalars == [0, 0, 0, 0, 0, 0] && zeros.target.scalars == [0, 0, 0, 0, 0, 0] && zeros.mask == nil)
    let ones = BitTask(.parity, probability: 1).draw(2, steps: 3, using: &generator, Double.self)
    expect(ones.x.scalars == [1, 1, 1, 1, 1, 1] && ones.target.scalars == [1, 0, 1, 1, 0, 1])
    let late = BitTask(.bitBefore(1), probability: 1).draw(1, steps: 3, using: &generator, Double.self)
    expect(late.target.scalars == [0, 1, 1] && late.mask?.isUsed == [false, true, true])
    let now = BitTask(.bitBefore(0)).draw(1, steps: 3, using: &generator, Double.self)
    expect(now.mask == nil && now.target.scalars == now.x.scalars)
  }

  @Test(arguments: [
    (BitTask.Question.seen, 0.5, 1, 1.0), (.seen, 0.25, 2, 0.90625), (.parity, 0.25, 2, 0.875),
    (.bitBefore(2), 0.25, 2, 0), (.bitBefore(2), 0.25, 3, 0.75), (.bitBefore(0), 0.25, 5, 1),
  ])
  func theBestRuleWithoutMemory(question: BitTask.Question, p: Double, steps: Int, share: Double) {
    // seen: right at step 0; at step 1 wrong where a 0 follows a 1, 0.25 · 0.75 = 0.1875 of the time.
    expect(abs(BitTask(question, probability: p).bestWithoutMemory(steps: steps) - share) < 1e-15)
  }

  @Test func sizesOfTheTasks() {
    func sizes(_ task: some SequenceTask) -> [Int] { [task.inputSize, task.outputSize] }
    expect(sizes(BitTask(.seen)) == [1, 1] && sizes(FirstSymbol()) == [8, 4] && sizes(Adding()) == [2, 1])
    expect(BitTask(.seen).asksEveryStep && !FirstSymbol().asksEveryStep && !Adding().asksEveryStep)
    expect(BitTask(.seen).outputActivation == .sigmoid && FirstSymbol().outputActivation == .linear)
    expect(Adding().outputActivation == .linear && BitTask(.seen).probability == 0.5)
  }

  /// Of two series of two pieces each, one row at a time: what does not divide is refused.
  @Test func piecesMustDivideTheSeries() throws {
    let set = SeriesSet.firstBit(count: 2, steps: 6, seed: 1)
    let error = #expect(throws: ShapeError.self) {
      try StatefulExperiment(set, pieceLength: 4, batchSize: 1, feeding: .stateful).order()
    }
    expectEqual(error, ShapeError("series to cut", expected: "[N, a multiple of 4, D]", received: [2, 6, 1]))
    #expect(throws: ShapeError.self) {
      try StatefulExperiment(set, pieceLength: 0, batchSize: 1, feeding: .stateful).order()
    }
    for (feeding, reset) in [
      (StatefulExperiment.Feeding.stateful, 3), (.stateless, 3), (.neverReset, nil), (.reshaped, 3),
    ] as [(StatefulExperiment.Feeding, Int?)] {
      let order = try StatefulExperiment(set, pieceLength: 2, batchSize: 2, feeding: feeding).order()
      expectEqual(order.resetEvery, reset, "\(feeding)")
    }
  }
}
