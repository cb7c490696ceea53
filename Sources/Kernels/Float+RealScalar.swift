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
    _ kind: RecurrentKind, _ operands: SequenceOperands<Float>, outputs: UnsafeMutablePointer<Float>?
  ) -> SequenceRecord<Float> {
    SequenceForward(kind, operands).run(outputs: outputs)
  }

  public static func differentiateSequence(
    _ record: SequenceRecord<Float>, _ operands: SequenceOperands<Float>, arriving: ArrivingGradients<Float>,
    into gradients: OperandGradients<Float>
  ) {
    SequenceBackward(record, operands, arriving: arriving, gradients: gradients).run()
  }

  public static func logarithm(_ x: Float) -> Float { Foundation.log(x) }
}
