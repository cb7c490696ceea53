@_exported import Timeline
import Training

/// Tensor operations that leave a span in a record: their name, the shapes of inputs and outputs, and for products the
/// arithmetic.
///
/// The names are those of TensorFlow's operations, as the document's timeline shows them.
struct TracedOperations {
  let recorder: Recorder
  /// `forward`, `backward` or another part of a step.
  var category = "forward"

  /// Spans inside of a named one: a step of the sequence, a gate.
  func within<Result>(_ name: String, _ body: () throws -> Result) rethrows -> Result {
    try recorder.span(name, category: category, [], body)
  }

  func record(
    _ name: String, _ inputs: [Tensor<Float>], flops: Int = 0, _ body: () throws -> [Tensor<Float>]
  ) rethrows -> [Tensor<Float>] {
    let mark = recorder.open()
    let outputs = try body()
    var arguments = [
      Trace.Argument("inputs", .shapes(inputs.map(\.shape))), Trace.Argument("outputs", .shapes(outputs.map(\.shape))),
    ]
    if flops > 0 { arguments.append(Trace.Argument("flops", .number(flops))) }
    recorder.close(mark, name, category: category, arguments)
    return outputs
  }

  private func one(
    _ name: String, _ inputs: Tensor<Float>..., flops: Int = 0, _ body: () -> Tensor<Float>
  ) -> Tensor<Float> {
    record(name, inputs, flops: flops) { [body()] }[0]
  }

  // MARK: Forward

  func matMul(
    _ a: Tensor<Float>, _ b: Tensor<Float>, transposeA: Bool = false, transposeB: Bool = false
  ) -> Tensor<Float> {
    let (m, k) = transposeA ? (a.columns, a.rows) : (a.rows, a.columns)
    let flops = 2 * m * k * (transposeB ? b.rows : b.columns)
    return one("MatMul", a, b, flops: flops) { matmul(a, b, transposeA: transposeA, transposeB: transposeB) }
  }

  func biasAdd(_ x: Tensor<Float>, _ bias: Tensor<Float>) -> Tensor<Float> { one("BiasAdd", x, bias) { x + bias } }
  func sigmoid(_ x: Tensor<Float>) -> Tensor<Float> { one("Sigmoid", x) { Tensors.sigmoid(x) } }
  func tanh(_ x: Tensor<Float>) -> Tensor<Float> { one("Tanh", x) { Tensors.tanh(x) } }
  func mul(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> { one("Mul", a, b) { a * b } }
  func add(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> { one("Add", a, b) { a + b } }
  func sub(_ a: Tensor<Float>, _ b: Tensor<Float>) -> Tensor<Float> { one("Sub", a, b) { a - b } }
  /// 1 − x
  func oneMinus(_ x: Tensor<Float>) -> Tensor<Float> { one("Sub", x) { 1 - x } }

  func transpose(_ x: Tensor<Float>) -> Tensor<Float> { one("Transpose", x) { x.timeMajor } }
  func reshape(_ x: Tensor<Float>, _ shape: [Int]) -> Tensor<Float> { one("Reshape", x) { x.reshaped(shape) } }
  func concat(_ pieces: [Tensor<Float>]) -> Tensor<Float> {
    record("ConcatV2", pieces) { [.concatenated(pieces)] }[0]
  }
  func split(_ x: Tensor<Float>, into parts: Int) -> [Tensor<Float>] {
    record("Split", [x]) { x.split(into: parts) }
  }
  /// Pieces of the given widths along the last axis.
  func splitV(_ x: Tensor<Float>, _ widths: [Int]) -> [Tensor<Float>] {
    record("SplitV", [x]) { ranges(widths).map { x.columns($0) } }
  }
  /// Pieces of the given heights along the first axis.
  func splitRows(_ x: Tensor<Float>, _ heights: [Int]) -> [Tensor<Float>] {
    record("SplitV", [x]) { ranges(heights).map { x.slices($0) } }
  }
  /// Ranges of the given lengths, one behind the other.
  private func ranges(_ lengths: [Int]) -> [Range<Int>] {
    var end = 0
    return lengths.map { length in
      end += length
      return end - length..<end
    }
  }

  // MARK: Backward

  /// dy ⊙ y ⊙ (1 − y)
  func sigmoidGrad(_ dy: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> {
    one("SigmoidGrad", dy, y) { dy * y * (1 - y) }
  }
  /// dy ⊙ (1 − y²)
  func tanhGrad(_ dy: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> {
    one("TanhGrad", dy, y) { dy * (1 - y * y) }
  }
  func biasAddGrad(_ dz: Tensor<Float>) -> Tensor<Float> { one("BiasAddGrad", dz) { dz.sumOfRows() } }
  /// A gradient that grows step by step: `nil` before the first.
  func accumulate(_ total: inout Tensor<Float>?, _ share: Tensor<Float>) {
    total = total.map { add($0, share) } ?? share
  }
}
