/// Remember the first symbol of a sequence: x_0 is one of 4 symbols, the others are drawn from 4 other symbols.
///
/// | Tensor | Shape       | What it is                                          |
/// |--------|-------------|-----------------------------------------------------|
/// | `x`    | `[B, T, 8]` | one-hot: symbols 0 … 3 at step 0, 4 … 7 afterwards  |
/// | target | `[B]`       | the number of the first symbol                      |
///
/// A guess is right with probability 1/4; its cross-entropy is ln 4 = 1.386.
public struct FirstSymbol: SequenceTask {
  public init() {}

  public var inputSize: Int { 8 }
  public var outputSize: Int { 4 }
  public var asksEveryStep: Bool { false }
  public var outputActivation: Activation { .linear }

  @_specialize(where Scalar == Float)
  public func draw<Scalar: RealScalar>(
    _ B: Int, steps T: Int, using generator: inout RandomGenerator, _: Scalar.Type
  ) -> TaskBatch<Scalar, Labels> {
    var x = [Scalar](repeating: 0, count: B * T * 8)
    var first: [Int] = []
    for b in 0..<B {
      for t in 0..<T {
        let symbol = generator.index(below: 4)
        if t == 0 { first.append(symbol) }
        x[(b * T + t) * 8 + (t == 0 ? symbol : 4 + symbol)] = 1
      }
    }
    return TaskBatch(x: Tensor(shape: [B, T, 8], scalars: x), target: Labels(first))
  }

  public func loss<Scalar: RealScalar>(
    _ output: Tensor<Scalar>, _ batch: TaskBatch<Scalar, Labels>
  ) throws -> LossValue<Scalar> {
    try softmaxCrossEntropy(output, batch.target)
  }

  public func accuracy<Scalar: RealScalar>(_ output: Tensor<Scalar>, _ batch: TaskBatch<Scalar, Labels>) throws
    -> Double
  {
    try Training.accuracy(output, batch.target)
  }
}

/// Add the two marked numbers of a sequence: one mark in its first half, one in its second.
///
/// | Tensor | Shape       | What it is                                       |
/// |--------|-------------|--------------------------------------------------|
/// | `x`    | `[B, T, 2]` | a number from 0 to 1, and a mark that is 0 or 1  |
/// | target | `[B, 1]`    | the sum of the marked numbers                    |
///
/// The best answer that does not depend on the input is 1; its mean squared error is 1/6 = 0.1667. An answer counts as
/// right when it is off by less than 0.04.
///
/// Source: Hochreiter & Schmidhuber 1997, experiment 4, in the form of Le, Jaitly & Hinton 2015.
public struct Adding: SequenceTask {
  public init() {}

  public var inputSize: Int { 2 }
  public var outputSize: Int { 1 }
  public var asksEveryStep: Bool { false }
  public var outputActivation: Activation { .linear }

  @_specialize(where Scalar == Float)
  public func draw<Scalar: RealScalar>(
    _ B: Int, steps T: Int, using generator: inout RandomGenerator, _: Scalar.Type
  ) -> TaskBatch<Scalar, Tensor<Double>> {
    precondition(T >= 2, "two marks need two steps")
    var x = [Scalar](repeating: 0, count: B * T * 2)
    var sums: [Double] = []
    for b in 0..<B {
      let numbers = (0..<T).map { _ in generator.uniform() }
      let marked = [generator.index(below: T / 2), T / 2 + generator.index(below: T - T / 2)]
      for t in 0..<T { x[(b * T + t) * 2] = Scalar(numbers[t]) }
      for t in marked { x[(b * T + t) * 2 + 1] = 1 }
      sums.append(marked.reduce(0) { $0 + numbers[$1] })
    }
    return TaskBatch(x: Tensor(shape: [B, T, 2], scalars: x), target: Tensor(shape: [B, 1], scalars: sums))
  }

  public func loss<Scalar: RealScalar>(
    _ output: Tensor<Scalar>, _ batch: TaskBatch<Scalar, Tensor<Double>>
  ) throws -> LossValue<Scalar> {
    try meanSquaredError(output, batch.target.converted())
  }

  public func accuracy<Scalar: RealScalar>(
    _ output: Tensor<Scalar>, _ batch: TaskBatch<Scalar, Tensor<Double>>
  ) throws -> Double {
    try output.requireShape(batch.target.shape.map { $0 }, "answers to the adding task")
    let right = output.scalars.indices.count { abs(Double(output.scalars[$0]) - batch.target.scalars[$0]) < 0.04 }
    return Double(right) / Double(max(output.count, 1))
  }
}
