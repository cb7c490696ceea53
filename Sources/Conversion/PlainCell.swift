import Foundation
import Layers

/// One cell by the formulas of the papers, with weights that were looked up number by number in a framework's tensors.
///
/// It is written apart from the layers and from `WeightLayout`, and shares no code with them: what both say alike is
/// right, or wrong in the same way twice.
struct PlainCell {
  let kind: CellKind
  let inputs, units: Int
  /// `input[gate][j][d]` and `state[gate][j][k]`: one row for each unit j.
  var input: [[[Double]]] = []
  var state: [[[Double]]] = []
  /// `inputBias[gate][j]`, `stateBias[gate][j]`.
  var inputBias: [[Double]] = []
  var stateBias: [[Double]] = []
  /// i, f, o.
  var peepholes: [[Double]]?
  /// `projection[p][j]`.
  var projection: [[Double]]?
  var forgetBias = 0.0
  var resetAfter = true
  var activations: [Activation]
  var clip: Double?
  var inputForget = false

  var outputs: Int { projection?.count ?? units }

  /// Gates are in the order of `kind.gates`: h; i f g o; z r g.
  init(kind: CellKind, inputs: Int, units: Int, activations: [Activation]) {
    (self.kind, self.inputs, self.units, self.activations) = (kind, inputs, units, activations)
  }

  /// Runs over a sequence of vectors, from zero states.
  func run(_ x: [[Double]], backward: Bool) -> [[Double]] {
    var h = [Double](repeating: 0, count: outputs)
    var c = [Double](repeating: 0, count: units)
    var result = [[Double]](repeating: [], count: x.count)
    for t in backward ? x.indices.reversed() : Array(x.indices) {
      switch kind {
      case .simpleRNN: h = (0..<units).map { apply(0, bounded(sum(0, $0, x[t], h))) }
      case .lstm: (h, c) = lstm(x[t], h, c)
      case .gru: h = gru(x[t], h)
      }
      result[t] = h
    }
    return result
  }

  private func lstm(_ x: [Double], _ h: [Double], _ c: [Double]) -> ([Double], [Double]) {
    var (nextH, nextC) = (c, c)
    for j in 0..<units {
      let (pi, pf, po) = peepholes.map { ($0[0][j], $0[1][j], $0[2][j]) } ?? (0, 0, 0)
      let i = apply(0, bounded(sum(0, j, x, h) + pi * c[j]))
      let f = inputForget ? 1 - i : apply(0, bounded(sum(1, j, x, h) + forgetBias + pf * c[j]))
      let g = apply(1, bounded(sum(2, j, x, h)))
      nextC[j] = f * c[j] + i * g
      let o = apply(0, bounded(sum(3, j, x, h) + po * nextC[j]))
      nextH[j] = o * apply(2, nextC[j])
    }
    if let projection { nextH = projection.map { row in dot(row, nextH) } }
    return (nextH, nextC)
  }

  private func gru(_ x: [Double], _ h: [Double]) -> [Double] {
    let z = (0..<units).map { apply(0, bounded(sum(0, $0, x, h))) }
    let r = (0..<units).map { apply(0, bounded(sum(1, $0, x, h))) }
    let reset = zip(r, h).map { $0 * $1 }
    return (0..<units).map { j in
      let own = dot(input[2][j], x) + inputBias[2][j]
      let recurrent =
        resetAfter
        ? r[j] * (dot(state[2][j], h) + stateBias[2][j]) : dot(state[2][j], reset) + stateBias[2][j]
      return z[j] * h[j] + (1 - z[j]) * apply(1, bounded(own + recurrent))
    }
  }

  private func sum(_ gate: Int, _ j: Int, _ x: [Double], _ h: [Double]) -> Double {
    dot(input[gate][j], x) + dot(state[gate][j], h) + inputBias[gate][j] + stateBias[gate][j]
  }

  private func bounded(_ z: Double) -> Double { clip.map { min(max(z, -$0), $0) } ?? z }

  private func apply(_ place: Int, _ z: Double) -> Double {
    switch activations[place] {
    case .tanh: Foundation.tanh(z)
    case .sigmoid: 1 / (1 + Foundation.exp(-z))
    case .relu: max(z, 0)
    case let other: other(Tensor<Double>([z])).scalars[0]
    }
  }
}
