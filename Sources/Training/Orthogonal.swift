/// A matrix whose columns are orthonormal, or whose rows are where they are fewer: the Q of a seeded normal matrix.
///
///     A = Q R,  Rⱼⱼ > 0        [m, n] with m ≥ n; the transpose where there are fewer rows
///
/// Keras and PyTorch multiply Q by the signs of R's diagonal, which makes the factorisation unique and Q uniform over
/// the orthogonal matrices. In the Gram–Schmidt process that diagonal is positive from the start. Each vector is made
/// orthogonal twice: the second pass removes the rounding errors of the first.
///
/// Source: Keras, `initializers/random_initializers.py`, `Orthogonal`; Mezzadri 2007, "How to generate random matrices
/// from the classical compact groups"; Giraud, Langou & Rozložník 2005 for "twice is enough".
func orthogonalMatrix(_ shape: [Int], using generator: inout RandomGenerator) -> Tensor<Double> {
  let (rows, columns) = (shape.dropLast().reduce(1, *), shape.last ?? 1)
  let (long, short) = (max(rows, columns), min(rows, columns))
  let normal = Tensor<Double>(shape: [long, short], scalars: (0..<long * short).map { _ in generator.normal() })
  // Vectors as rows, so that each is contiguous in memory.
  let orthonormal = orthonormalRows(normal.transposed)
  return (rows < columns ? orthonormal : orthonormal.transposed).reshaped(shape)
}

/// The rows of `[n, m]`, n ≤ m, made orthonormal one after the other.
func orthonormalRows(_ matrix: Tensor<Double>) -> Tensor<Double> {
  let (count, width) = (matrix.rows, matrix.columns)
  var q = matrix
  q.scalars.withUnsafeMutableBufferPointer { buffer in
    guard let base = buffer.baseAddress else { return }
    for j in 0..<count {
      let v = base + j * width
      for _ in 1...2 {
        for earlier in 0..<j {
          let u = base + earlier * width
          let projection = dot(u, v, width)
          for k in 0..<width { v[k] -= projection * u[k] }
        }
      }
      let length = dot(v, v, width).squareRoot()
      for k in 0..<width { v[k] /= length }
    }
  }
  return q
}

/// Eight independent sums: a single one would wait for every addition.
private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
  var lanes = SIMD8<Double>.zero
  var k = 0
  while k + 8 <= count {
    let left = UnsafeRawPointer(a + k).loadUnaligned(as: SIMD8<Double>.self)
    lanes.addProduct(left, UnsafeRawPointer(b + k).loadUnaligned(as: SIMD8<Double>.self))
    k += 8
  }
  var sum = lanes.sum()
  while k < count {
    sum.addProduct(a[k], b[k])
    k += 1
  }
  return sum
}
