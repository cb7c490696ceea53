/// Write a sequence backwards: T symbols drawn from 0 … V−1, and the answer is x_{T−1}, …, x_0.
///
/// | Tensor     | Shape    | What it is                                                                     |
/// |------------|----------|--------------------------------------------------------------------------------|
/// | `x`        | `[B, T]` | what is read                                                                   |
/// | `previous` | `[B, T]` | what the decoder reads in training: the start symbol V, then the right answers |
/// | labels     | `B·T`    | what it is to write                                                            |
public struct Reversal: Equatable, Sendable {
  /// V
  public let symbols: Int
  /// T
  public let length: Int

  public init(symbols: Int = 10, length: Int) {
    precondition(symbols > 0 && length > 0, "reversing needs symbols and steps, not \(symbols) and \(length)")
    self.symbols = symbols
    self.length = length
  }

  /// What the decoder reads before its first step.
  public var start: Int { symbols }

  public struct Batch<Scalar: RealScalar>: Sendable {
    public let x, previous: Tensor<Scalar>
    public let labels: Labels
  }

  /// `B` sequences with their answers.
  public func draw<Scalar: RealScalar>(
    _ B: Int, using generator: inout RandomGenerator, _: Scalar.Type = Scalar.self
  ) -> Batch<Scalar> {
    let rows = (0..<B).map { _ in (0..<length).map { _ in generator.index(below: symbols) } }
    let answers = rows.map { Array($0.reversed()) }
    func tensor(_ rows: [[Int]]) -> Tensor<Scalar> {
      Tensor(shape: [B, length], scalars: rows.flatMap { $0.map { Scalar($0) } })
    }
    return Batch(
      x: tensor(rows), previous: tensor(answers.map { [start] + $0.dropLast() }), labels: Labels(answers))
  }
}
