import Foundation
import Layers

/// A record of operations on matrices in double precision, from which gradients are read backwards.
///
/// It serves the reference network, which mutants are made of; it is short rather than fast.
final class Tape {
  fileprivate var terms: [Term] = []
  /// Without gradients nothing is recorded.
  private let recordsGradients: Bool

  init(recordsGradients: Bool = true) { self.recordsGradients = recordsGradients }

  fileprivate func note(_ term: Term, _ pull: ((Tensor<Double>) -> Void)?) {
    guard recordsGradients else { return }
    term.pull = pull
    terms.append(term)
  }

  /// A value that gradients are asked for, or a constant.
  func leaf(_ value: Tensor<Double>) -> Term { Term(self, value) }

  /// Fills in the gradient of every term before `loss` that `loss` depends on; `loss` is a single number.
  func backward(from loss: Term) {
    loss.gradient = Tensor(repeating: 1, shape: loss.value.shape)
    for term in terms.reversed() {
      if let gradient = term.gradient { term.pull?(gradient) }
    }
  }

  /// The pull closures hold the terms they lead to; without this the record would keep itself alive.
  func clear() {
    for term in terms { term.pull = nil }
    terms = []
  }
}

/// A matrix `[B, H]`, a vector or a number on a tape.
final class Term {
  let tape: Tape
  let value: Tensor<Double>
  fileprivate(set) var gradient: Tensor<Double>?
  fileprivate var pull: ((Tensor<Double>) -> Void)?

  fileprivate init(_ tape: Tape, _ value: Tensor<Double>, _ pull: ((Tensor<Double>) -> Void)? = nil) {
    self.tape = tape
    self.value = value
    tape.note(self, pull)
  }

  /// The gradient, zero for what the loss does not depend on.
  var gradientOrZero: Tensor<Double> { gradient ?? .zeros(value.shape) }

  fileprivate func add(_ more: Tensor<Double>) {
    // A vector that was repeated for every row gathers the rows.
    let more = more.shape == value.shape ? more : more.reshaped([more.rows, more.columns]).sumOfRows()
    gradient = gradient.map { $0 + more.reshaped(value.shape) } ?? more.reshaped(value.shape)
  }

  private func derived(_ value: Tensor<Double>, _ pull: @escaping (Tensor<Double>) -> Void) -> Term {
    Term(tape, value, pull)
  }

  // MARK: Arithmetic

  static func + (a: Term, b: Term) -> Term {
    a.derived(a.value + b.value) { dy in
      a.add(dy)
      b.add(dy)
    }
  }

  static func * (a: Term, b: Term) -> Term {
    a.derived(a.value * b.value) { dy in
      a.add(dy * b.value)
      b.add(dy * a.value)
    }
  }

  static func * (a: Term, factor: Double) -> Term { a.derived(a.value * factor) { a.add($0 * factor) } }

  static func + (a: Term, shift: Double) -> Term { a.derived(a.value + shift) { a.add($0) } }

  /// 1 − x.
  var complement: Term { derived(1 - value) { self.add($0 * -1) } }

  /// The matrix product.
  func times(_ w: Term) -> Term {
    derived(matmul(value, w.value)) { dy in
      self.add(matmul(dy, w.value, transposeB: true))
      w.add(matmul(self.value, dy, transposeA: true))
    }
  }

  var sum: Term {
    derived(Tensor(shape: [], scalars: [value.sum()])) { dy in
      self.add(Tensor(repeating: dy.scalars[0], shape: self.value.shape))
    }
  }

  // MARK: Functions

  func apply(_ activation: Activation) -> Term {
    let y = activation(value)
    return derived(y) { self.add(activation.backward($0, output: y)) }
  }

  /// Kept inside ± `bound`; the gradient passes inside only, or everywhere when `leaks`.
  func clipped(to bound: Double?, leaks: Bool = false) -> Term {
    guard let bound else { return self }
    let inside = value.isInside(bound)
    return derived(value.clamped(to: bound)) { self.add(leaks ? $0 : $0 * inside) }
  }

  /// The same value, through which no gradient passes.
  var stopped: Term { derived(value) { _ in } }

  /// −log softmax, at the label of every row, summed.
  func crossEntropy(_ labels: [Int]) -> Term {
    let p = softmax(value)
    var (loss, slope) = (0.0, p)
    for (row, label) in labels.enumerated() {
      let place = row * p.columns + label
      loss -= Foundation.log(p.scalars[place])
      slope.scalars[place] -= 1
    }
    return derived(Tensor(shape: [], scalars: [loss])) { self.add(slope * $0.scalars[0]) }
  }

  // MARK: Pieces

  func reshaped(_ shape: [Int]) -> Term {
    let own = value.shape
    return derived(value.reshaped(shape)) { self.add($0.reshaped(own)) }
  }

  func columns(_ range: Range<Int>) -> Term {
    let width = value.columns
    return derived(value.columns(range)) { dy in
      let rows = Array(dy.shape.dropLast())
      let pieces = [
        Tensor<Double>.zeros(rows + [range.lowerBound]), dy, Tensor.zeros(rows + [width - range.upperBound]),
      ]
      self.add(.concatenated(pieces))
    }
  }

  /// Rows `range` of a matrix.
  func rows(_ range: Range<Int>) -> Term { transposed.columns(range).transposed }

  var transposed: Term { derived(value.transposed) { self.add($0.transposed) } }

  static func concatenated(_ pieces: [Term]) -> Term {
    pieces[0].derived(.concatenated(pieces.map(\.value))) { dy in
      var left = 0
      for piece in pieces {
        piece.add(dy.columns(left..<left + piece.value.columns))
        left += piece.value.columns
      }
    }
  }

  /// The columns of a matrix, or the elements of a vector, at these places.
  func gatherColumns(_ places: [Int]) -> Term {
    guard value.rank == 1 else { return transposed.gather(places).transposed }
    return reshaped([value.columns, 1]).gather(places).reshaped([places.count])
  }

  /// The rows of a table at these places; those for which `passing` is false pass no gradient back.
  func gather(_ places: [Int], passing: [Bool]? = nil) -> Term {
    let width = value.columns
    let rows = places.flatMap { value.scalars[$0 * width..<($0 + 1) * width] }
    return derived(Tensor(shape: [places.count, width], scalars: rows)) { dy in
      var total = Tensor<Double>.zeros(self.value.shape)
      for (row, place) in places.enumerated() where passing?[row] ?? true {
        for j in 0..<width { total.scalars[place * width + j] += dy.scalars[row * width + j] }
      }
      self.add(total)
    }
  }

  /// Rows of `self` where `choose` holds, rows of `other` elsewhere.
  func kept(where choose: [Bool], otherwise other: Term) -> Term {
    let width = value.columns
    let keep = Tensor(
      shape: value.shape, scalars: choose.flatMap { [Double](repeating: $0 ? 1 : 0, count: width) })
    let drop = 1 - keep
    return derived(value * keep + other.value * drop) { dy in
      self.add(dy * keep)
      other.add(dy * drop)
    }
  }
}
