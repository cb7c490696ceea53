/// The singular values of a matrix, the largest first.
///
/// They are the lengths of its columns once rotations of pairs of columns have made them orthogonal (one-sided Jacobi).
///
/// - Parameter rows: at least as many rows as columns; a matrix of a few dozen rows takes no time.
func singularValues(_ rows: [[Double]]) -> [Double] {
  guard let width = rows.first?.count else { return [] }
  var columns = (0..<width).map { column in rows.map { $0[column] } }
  func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  for _ in 0..<30 {
    for p in 0..<width {
      for q in p + 1..<max(width, p + 1) {
        let (a, b) = (columns[p], columns[q])
        let (α, β, γ) = (dot(a, a), dot(b, b), dot(a, b))
        guard abs(γ) > 1e-300, abs(γ) > 1e-16 * (α * β).squareRoot() else { continue }
        let ζ = (β - α) / (2 * γ)
        let t = (ζ < 0 ? -1 : 1) / (abs(ζ) + (1 + ζ * ζ).squareRoot())
        let c = 1 / (1 + t * t).squareRoot()
        let s = c * t
        columns[p] = zip(a, b).map { c * $0 - s * $1 }
        columns[q] = zip(a, b).map { s * $0 + c * $1 }
      }
    }
  }
  return columns.map { dot($0, $0).squareRoot() }.sorted(by: >)
}

/// The product of two matrices given by rows.
func product(_ a: [[Double]], _ b: [[Double]]) -> [[Double]] {
  a.map { row in
    (0..<(b.first?.count ?? 0)).map { column in zip(row, b).reduce(0) { $0 + $1.0 * $1.1[column] } }
  }
}
