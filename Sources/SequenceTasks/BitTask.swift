/// A bit in, a bit out, at every step: the smallest tasks that need a memory.
///
/// | Question          | y_t                                                  | What must be held        |
/// |-------------------|------------------------------------------------------|--------------------------|
/// | `seen`            | 1 if a 1 has come in x_0 … x_t                       | one bit, never taken back |
/// | `parity`          | x_0 + … + x_t modulo 2                               | one bit                  |
/// | `parityOfParity`  | y_0 + … + y_t modulo 2, with y the parity            | two bits                 |
/// | `bitBefore(k)`    | x_{t−k}; asked from step k on                        | the last k + 1 bits      |
///
/// | Tensor | Shape       |
/// |--------|-------------|
/// | `x`    | `[B, T, 1]` |
/// | target | `[B, T, 1]` |
public struct BitTask: SequenceTask {
  public enum Question: Equatable, Sendable {
    case seen, parity, parityOfParity
    case bitBefore(Int)

    /// The answers to a sequence of bits; nil where there is none.
    public func answers(_ bits: [Bool]) -> [Bool?] {
      switch self {
      case .seen: running(bits) { $0 || $1 }
      case .parity: running(bits) { $0 != $1 }
      case .parityOfParity: running(running(bits) { $0 != $1 }) { $0 != $1 }
      case .bitBefore(let k): bits.indices.map { $0 < k ? nil : bits[$0 - k] }
      }
    }

    private func running(_ bits: [Bool], _ next: (Bool, Bool) -> Bool) -> [Bool] {
      var value = false
      return bits.map { bit in
        value = next(value, bit)
        return value
      }
    }
  }

  public let question: Question
  /// The probability of a 1 in the input.
  public let probability: Double

  public init(_ question: Question, probability: Double = 0.5) {
    self.question = question
    self.probability = probability
  }

  public var inputSize: Int { 1 }
  public var outputSize: Int { 1 }
  public var asksEveryStep: Bool { true }
  public var outputActivation: Activation { .sigmoid }

  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  public func draw<Scalar: RealScalar>(
    _ B: Int, steps T: Int, using generator: inout RandomGenerator, _: Scalar.Type
  ) -> TaskBatch<Scalar, Tensor<Double>> {
    var x: [Scalar] = []
    var target: [Double] = []
    var isUsed: [Bool] = []
    for _ in 0..<B {
      let bits = (0..<T).map { _ in generator.uniform() < probability }
      for bit in bits { x.append(bit ? 1 : 0) }
      for answer in question.answers(bits) {
        target.append(answer == true ? 1 : 0)
        isUsed.append(answer != nil)
      }
    }
    return TaskBatch(
      x: Tensor(shape: [B, T, 1], scalars: x), target: Tensor(shape: [B, T, 1], scalars: target),
      mask: isUsed.contains(false) ? SequenceMask(batchSize: B, steps: T, isUsed: isUsed) : nil)
  }

  public func loss<Scalar: RealScalar>(
    _ output: Tensor<Scalar>, _ batch: TaskBatch<Scalar, Tensor<Double>>
  ) throws -> LossValue<Scalar> {
    try binaryCrossEntropy(output, batch.target.converted(), mask: batch.mask)
  }

  public func accuracy<Scalar: RealScalar>(
    _ output: Tensor<Scalar>, _ batch: TaskBatch<Scalar, Tensor<Double>>
  ) throws -> Double {
    try output.requireShape(batch.target.shape.map { $0 }, "answers to a bit task")
    let used = output.scalars.indices.filter { batch.mask?.isUsed[$0] ?? true }
    let right = used.count { (output.scalars[$0] > 0.5) == (batch.target.scalars[$0] > 0.5) }
    return Double(right) / Double(max(used.count, 1))
  }

  /// The share of right answers of the best rule that sees the present bit alone, averaged over the `T` steps.
  ///
  /// At each step such a rule gives one answer to a 0 and one to a 1: the same at all steps, since it does not know
  /// the step. All four rules are tried; the probabilities of the answers are exact.
  public func bestWithoutMemory(steps T: Int) -> Double {
    let p = probability
    var right = (zero: [0.0, 0.0], one: [0.0, 0.0])
    var count = 0
    for t in 0..<T {
      guard let (afterZero, afterOne) = probabilitiesOfOne(t) else { continue }
      count += 1
      right.zero[0] += (1 - p) * (1 - afterZero)
      right.zero[1] += (1 - p) * afterZero
      right.one[0] += p * (1 - afterOne)
      right.one[1] += p * afterOne
    }
    return count == 0 ? 0 : (max(right.zero[0], right.zero[1]) + max(right.one[0], right.one[1])) / Double(count)
  }

  /// The probability that the answer at step `t` is 1, when the bit there is 0 and when it is 1; nil where nothing is
  /// asked.
  private func probabilitiesOfOne(_ t: Int) -> (afterZero: Double, afterOne: Double)? {
    // Of n bits the sum is odd with probability (1 − (1 − 2p)ⁿ) / 2.
    func odd(_ n: Int) -> Double { (1 - power(1 - 2 * probability, n)) / 2 }
    switch question {
    case .seen: return (1 - power(1 - probability, t), 1)
    case .parity: return (odd(t), 1 - odd(t))
    case .parityOfParity:
      // y_0 + … + y_t counts x_t once and x_{t−2}, x_{t−4}, … an odd number of times; the others cancel.
      return (odd(t / 2), 1 - odd(t / 2))
    case .bitBefore(0): return (0, 1)
    case .bitBefore(let k): return t < k ? nil : (probability, probability)
    }
  }
}

package func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1) { product, _ in product * x } }
