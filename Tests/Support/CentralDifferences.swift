/// The gradient of `loss` at `x`, by central differences: one element of `x` changes at a time.
///
///     dx_k = (loss(x + h·e_k) − loss(x − h·e_k)) / 2h
///
/// The error is about h²·f‴/6 + ε·|loss|/h, where ε is 2⁻⁵³. With h = 1e-5 and values of order 1 that is some 1e-10.
public func centralDifferences(
  of x: [Double], step h: Double = 1e-5, loss: ([Double]) throws -> Double
) rethrows -> [Double] {
  try centralDifferences(of: x, at: x.indices, step: h, loss: loss)
}

/// The same for some elements of `x`, in the order of `indices`.
public func centralDifferences(
  of x: [Double], at indices: some Sequence<Int>, step h: Double = 1e-5, loss: ([Double]) throws -> Double
) rethrows -> [Double] {
  var changed = x
  return try indices.map { index in
    defer { changed[index] = x[index] }
    changed[index] = x[index] + h
    let above = try loss(changed)
    changed[index] = x[index] - h
    return try (above - loss(changed)) / (2 * h)
  }
}
