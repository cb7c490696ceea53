import Foundation

extension Float: RealScalar {
  public static func exp(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    map(x, into: y, count: count) { exponential($0) }
  }

  public static func tanh(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    map(x, into: y, count: count) { hyperbolicTangent($0) }
  }

  public static func sigmoid(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    map(x, into: y, count: count) { logistic($0) }
  }

  public static func multiply(
    _ a: UnsafePointer<Float>, lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Float>, ldb: Int, transposeB: Bool,
    into c: UnsafeMutablePointer<Float>, ldc: Int,
    m: Int, n: Int, k: Int, accumulate: Bool
  ) {
    Product(
      a: .init(a, stride: lda, isTransposed: transposeA), b: .init(b, stride: ldb, isTransposed: transposeB), c: c,
      ldc: ldc, m: m, n: n, k: k, accumulate: accumulate
    ).run()
  }

  public static func runSequence(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Float>, _ input: SequenceInput<Float>, keepsOutputs: Bool
  ) -> (record: SequenceRecord<Float>, outputs: [Float]) {
    SequenceForward(kind, weights, input, keepsSteps: true).run(keepsOutputs: keepsOutputs)
  }

  public static func predictSequence(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Float>, _ input: SequenceInput<Float>, keepsOutputs: Bool
  ) -> SequencePrediction<Float> {
    SequencePrediction(SequenceForward(kind, weights, input, keepsSteps: false).run(keepsOutputs: keepsOutputs))
  }

  public static func differentiateSequence(
    _ record: SequenceRecord<Float>, _ weights: SequenceWeights<Float>, arriving: ArrivingGradients<Float>,
    wants: WantedGradients
  ) -> SequenceGradients<Float> {
    SequenceBackward(record, weights, arriving: arriving, wants: wants).run()
  }

  public static func logarithm(_ x: Float) -> Float { Foundation.log(x) }
}
