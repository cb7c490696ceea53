import Foundation

extension Double: RealScalar {
  public static func exp(_ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, count: Int) {
    map(x, into: y, count: count) { exponential($0) }
  }

  public static func tanh(_ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, count: Int) {
    map(x, into: y, count: count) { hyperbolicTangent($0) }
  }

  public static func sigmoid(_ x: UnsafePointer<Double>, into y: UnsafeMutablePointer<Double>, count: Int) {
    map(x, into: y, count: count) { logistic($0) }
  }

  public static func multiply(
    _ a: UnsafePointer<Double>, lda: Int, transposeA: Bool,
    _ b: UnsafePointer<Double>, ldb: Int, transposeB: Bool,
    into c: UnsafeMutablePointer<Double>, ldc: Int,
    m: Int, n: Int, k: Int, accumulate: Bool
  ) {
    Product(
      a: .init(a, stride: lda, isTransposed: transposeA), b: .init(b, stride: ldb, isTransposed: transposeB), c: c,
      ldc: ldc, m: m, n: n, k: k, accumulate: accumulate
    ).run()
  }

  public static func runSequence(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Double>, _ input: SequenceInput<Double>, keepsOutputs: Bool
  ) -> (record: SequenceRecord<Double>, outputs: [Double]) {
    SequenceForward(kind, weights, input, keepsSteps: true).run(keepsOutputs: keepsOutputs)
  }

  public static func predictSequence(
    _ kind: RecurrentKind, _ weights: SequenceWeights<Double>, _ input: SequenceInput<Double>, keepsOutputs: Bool
  ) -> SequencePrediction<Double> {
    SequencePrediction(SequenceForward(kind, weights, input, keepsSteps: false).run(keepsOutputs: keepsOutputs))
  }

  public static func differentiateSequence(
    _ record: SequenceRecord<Double>, _ weights: SequenceWeights<Double>, arriving: ArrivingGradients<Double>,
    wants: WantedGradients
  ) -> SequenceGradients<Double> {
    SequenceBackward(record, weights, arriving: arriving, wants: wants).run()
  }

  public static func logarithm(_ x: Double) -> Double { Foundation.log(x) }
}
