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
    let ofLabel = (p[label] / sum - 1) * scale
    for j in 0..<count { p[j] = p[j] / sum * scale }
    p[label] = ofLabel
    return Foundation.log(Double(sum)) - Double(z[label] - largest)
  }

  /// The greatest of some numbers.
  private static func greatest(_ z: UnsafePointer<Self>, _ count: Int) -> Self {
    let width = Vector.scalarCount
    var largest = z[0]
    // Four vectors at a time: each comparison waits for the one before it, not for its neighbours.
    let whole = count / (4 * width) * (4 * width)
    if whole > 0 {
      var (a, b, c, d): (Vector, Vector, Vector, Vector) = (
        z.vector(), (z + width).vector(), (z + 2 * width).vector(), (z + 3 * width).vector()
      )
      for j in stride(from: 4 * width, to: whole, by: 4 * width) {
        a = greater(a, (z + j).vector())
        b = greater(b, (z + j + width).vector())
        c = greater(c, (z + j + 2 * width).vector())
        d = greater(d, (z + j + 3 * width).vector())
      }
      let vector = greater(greater(a, b), greater(c, d))
      for lane in 0..<width where vector[lane] > largest { largest = vector[lane] }
    }
    for j in whole..<count where z[j] > largest { largest = z[j] }
    return largest
  }

  @inline(__always)
  private static func greater(_ a: Vector, _ b: Vector) -> Vector { choose(b, over: a, wherePositive: b - a) }
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
