// Loops over plain lists of numbers, for modules that a debug build does not optimise.

extension [Double] {
  /// The first place of an infinite number or a NaN.
  package var firstNonFinite: Int? { firstIndex { !$0.isFinite } }
}

/// `Σ a_k·b_k`, summed in the order of k.
package func dot(_ a: [Double], _ b: [Double]) -> Double {
  var sum = 0.0
  for k in a.indices { sum += a[k] * b[k] }
  return sum
}
