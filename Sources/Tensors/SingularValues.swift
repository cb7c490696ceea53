import Foundation

extension Tensor where Scalar == Double {
  /// The singular values of a matrix `[m, n]`, the largest first, as many as its shorter side: by what factors it
  /// changes lengths, from its strongest direction to its weakest.
  ///
  /// They are the lengths of its columns once rotations of pairs of columns have made them orthogonal (one-sided
  /// Jacobi). A matrix of a few dozen rows takes no time.
  ///
  /// Source: Hestenes 1958, "Inversion of matrices by biorthogonalization and related results".
  public var singularValues: [Double] {
    precondition(rank == 2, "a matrix has singular values, not \(shape)")
    let matrix = rows < columns ? transposed : self
    var vectors = (0..<matrix.columns).map { column in (0..<matrix.rows).map { matrix[$0, column] } }
    for _ in 0..<30 {
      for p in 0..<vectors.count {
        for q in (p + 1)..<max(vectors.count, p + 1) {
          let (a, b) = (vectors[p], vectors[q])
          let (α, β, γ) = (dot(a, a), dot(b, b), dot(a, b))
          guard abs(γ) > 1e-300, abs(γ) > 1e-16 * (α * β).squareRoot() else { continue }
          let ζ = (β - α) / (2 * γ)
          let t = (ζ < 0 ? -1 : 1) / (abs(ζ) + (1 + ζ * ζ).squareRoot())
          let c = 1 / (1 + t * t).squareRoot()
          let s = c * t
          vectors[p] = zip(a, b).map { c * $0 - s * $1 }
          vectors[q] = zip(a, b).map { s * $0 + c * $1 }
        }
      }
    }
    return vectors.map { dot($0, $0).squareRoot() }.sorted(by: >)
  }

  /// The largest singular value: by how much a matrix stretches at most.
  public var spectralNorm: Double { singularValues.first ?? 0 }

  /// The largest absolute value ρ of an eigenvalue of a square matrix: by how much many applications stretch, each.
  ///
  ///     ρ = lim ‖Aᵏ‖^(1/k),  k = 1, 2, 4, …, 2⁵⁰        (Gelfand)
  ///
  /// Each power is the square of the one before, scaled to length 1; the logarithms of the lengths add up.
  public var spectralRadius: Double {
    precondition(rank == 2 && rows == columns, "a square matrix has eigenvalues, not \(shape)")
    var (power, logarithm, share) = (self, 0.0, 1.0)
    for _ in 0...50 {
      let length = power.scalars.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0, length.isFinite else { return length }
      logarithm += share * log(length)
      power = power * (1 / length)
      power = matmul(power, power)
      share /= 2
    }
    return exp(logarithm)
  }
}
