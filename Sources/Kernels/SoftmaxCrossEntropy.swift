import Foundation

// The loss of a classifier for one row of logits.

extension ElementaryScalar {
  /// See ``ScalarKernels/softmaxCrossEntropy(_:label:scale:into:count:)``.
  static func softmaxCrossEntropy(
    _ z: UnsafePointer<Self>, label: Int, scale: Self, into p: UnsafeMutablePointer<Self>, count: Int
  ) -> Double {
    guard count > 0 else { return 0 }
    let width = Vector.scalarCount
    // Few classes are added one after the other, as the definition has them.
    let whole = count < 4 * width ? 0 : count / width * width
    let largest = greatest(z, count)
    let shift = Vector(repeating: largest)
    var sums = Vector()
    for j in stride(from: 0, to: whole, by: width) {
      let e = exponential((z + j).vector() - shift)
      (p + j).store(e)
      sums += e
    }
    for j in whole..<count { p[j] = z[j] - largest }
    map(p + whole, into: p + whole, count: count - whole) { exponential($0) }
    var sum = whole > 0 ? sums.sum() : 0
    for j in whole..<count { sum += p[j] }
    for j in 0..<count { p[j] /= sum }
    p[label] -= 1
    for j in 0..<count { p[j] *= scale }
    return Foundation.log(Double(sum)) - Double(z[label] - largest)
  }

  /// The greatest of some numbers.
  private static func greatest(_ z: UnsafePointer<Self>, _ count: Int) -> Self {
    let width = Vector.scalarCount
    var largest = z[0]
    let whole = count / width * width
    if whole > 0 {
      var vector: Vector = z.vector()
      for j in stride(from: width, to: whole, by: width) {
        let next: Vector = (z + j).vector()
        vector = choose(next, over: vector, wherePositive: next - vector)
      }
      for lane in 0..<width where vector[lane] > largest { largest = vector[lane] }
    }
    for j in whole..<count where z[j] > largest { largest = z[j] }
    return largest
  }
}

extension Plain {
  /// The same by loops in double precision; see ``ScalarKernels/softmaxCrossEntropy(_:label:scale:into:count:)``.
  static func softmaxCrossEntropy(_ z: [Double], label: Int, scale: Double) -> (loss: Double, gradient: [Double]) {
    let largest = z.max() ?? 0
    let sum = z.reduce(0) { $0 + Foundation.exp($1 - largest) }
    let gradient = z.indices.map { j in
      (Foundation.exp(z[j] - largest) / sum - (j == label ? 1 : 0)) * scale
    }
    return (Foundation.log(sum) - (z[label] - largest), gradient)
  }
}
