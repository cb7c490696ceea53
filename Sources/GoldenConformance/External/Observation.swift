import ReferenceNetworks
import Foundation

/// Facts about the numbers of a wrong answer that no fault of the catalogue gives; no guess at their cause.
struct Observation {
  let answer: ExternalRun.Answer
  let results: TensorTable

  init?(_ answer: ExternalRun.Answer) {
    guard let results = answer.results else { return nil }
    // A tensor with fewer numbers than its shape says has no numbers at some places.
    (self.answer, self.results) = (answer, results.whole)
  }

  /// The first divergence, then what is unusual about the numbers.
  var text: String {
    guard case .compared(let comparison) = answer.verdict, let first = comparison.first else { return "" }
    let names = comparison.lines.filter { $0.wrong > 0 }.map(\.tensor)
    var lines = ["in \(answer.golden.shownName) the first divergence is \(first.text)"]
    lines += names.compactMap { arrangement(of: $0) }.prefix(3)
    if lines.count == 1 { lines += [scale(names), bound(names), Nearness(answer)?.text].compactMap { $0 }.prefix(1) }
    if let nearest { lines.append(nearest) }
    return lines.joined(separator: "\n    ")
  }

  /// The right numbers in another place: of another tensor, from the end, or with two axes exchanged.
  private func arrangement(of name: String) -> String? {
    guard let want = answer.golden.expectedTensor(name), let got = results[name], want.indices == nil else {
      return nil
    }
    for other in answer.golden.expectedNames where other != name {
      guard let right = answer.golden.expectedTensor(other), right.indices == nil, right.shape == got.shape else {
        continue
      }
      if agree(got.values, right.values) { return "\(name) holds the numbers of \(other)" }
    }
    guard want.shape.count > 1, got.values.count == want.values.count else { return nil }
    for a in want.shape.indices {
      if got.shape == want.shape, want.shape[a] > 1, agree(got.values, want.reversed(along: a).values) {
        return "\(name) holds the right numbers in the opposite order along axis \(a)"
      }
      for b in want.shape.indices.dropFirst(a + 1) {
        let exchanged = want.exchanged(a, b)
        guard agree(got.values, exchanged.values) else { continue }
        return "\(name) holds the right numbers with axes \(a) and \(b) exchanged"
      }
    }
    return nil
  }

  /// Wrong numbers and what they should be, over some tensors of the right shape.
  private func pairs(_ names: [String]) -> [(got: Double, want: Double)] {
    names.flatMap { name -> [(got: Double, want: Double)] in
      guard let want = answer.golden.expectedTensor(name), let got = results[name], got.shape == want.shape else {
        return []
      }
      return want.values.enumerated().map { (got.values[want.indices?[$0] ?? $0], $1) }
    }
  }

  private func scale(_ names: [String]) -> String? {
    let pairs = pairs(names).filter { $0.want != 0 }
    guard pairs.count > 2, let largest = pairs.max(by: { $0.want.magnitude < $1.want.magnitude }) else { return nil }
    let factor = largest.got / largest.want
    guard factor.isFinite, factor != 0, agree(pairs.map(\.got), pairs.map { $0.want * factor }) else { return nil }
    return "all numbers of \(names.joined(separator: ", ")) are \(Float(factor)) times the right ones"
  }

  private func bound(_ names: [String]) -> String? {
    let pairs = pairs(names)
    guard let bound = pairs.map(\.got.magnitude).max(), bound > 0, bound.isFinite else { return nil }
    let beyond = pairs.count { $0.want.magnitude > bound * 1.01 }
    guard beyond > 1, beyond < pairs.count, agree(pairs.map(\.got), pairs.map { min(max($0.want, -bound), bound) })
    else { return nil }
    return "the numbers of \(names.joined(separator: ", ")) are the right ones kept within ±\(Float(bound))"
  }

  /// The mutant that gives the most of the wrong numbers, when it gives at least half and no other gives as many.
  private var nearest: String? {
    let golden = answer.golden.asking { results[$0] != nil }
    guard let asked = try? ReferenceImplementation().trace(golden).asked else { return nil }
    func wrongCount(_ golden: Case) -> Int { answer.comparator(golden).wrongCount(results) }
    let wrong = wrongCount(golden)
    let counts = Mutant.catalogue.filter { asked.contains($0.kind) }.compactMap { mutant -> (Mutant, Int)? in
      (try? ReferenceImplementation(mutant).run(golden)).map { (mutant, wrongCount(golden.expecting($0))) }
    }
    guard let best = counts.min(by: { $0.1 < $1.1 }), best.1 * 2 <= wrong, counts.count(where: { $0.1 == best.1 }) == 1
    else { return nil }
    return "nearest, and not it: an implementation whose \(best.0.fault(in: [golden])) leaves \(best.1) numbers wrong "
      + "instead of \(wrong)"
  }

  /// Equal as far as rounding goes.
  private func agree(_ a: [Double], _ b: [Double]) -> Bool {
    let relative = answer.golden.dtype == .float32 ? 1e-4 : 1e-9
    let size = b.map(\.magnitude).max() ?? 0
    return a.count == b.count && zip(a, b).allSatisfy { ($0 - $1).magnitude <= relative * max(size, $1.magnitude) }
  }
}

extension TensorTable {
  /// Those tensors that have as many numbers as their shapes say.
  fileprivate var whole: TensorTable {
    var whole = TensorTable()
    for entry in entries where entry.tensor.values.count == entry.tensor.count { whole[entry.name] = entry.tensor }
    return whole
  }
}

extension NumericTensor {
  /// The elements in an order given by the coordinates that each comes from.
  private func gathered(_ shape: [Int], from source: ([Int]) -> [Int]) -> NumericTensor {
    var result = NumericTensor(shape: shape, values: values)
    for place in values.indices {
      let coordinates = source(result.coordinates(of: place))
      result.values[place] = values[zip(coordinates, self.shape).reduce(0) { $0 * $1.1 + $1.0 }]
    }
    return result
  }

  func reversed(along axis: Int) -> NumericTensor {
    gathered(shape) { place in
      var place = place
      place[axis] = shape[axis] - 1 - place[axis]
      return place
    }
  }

  func exchanged(_ a: Int, _ b: Int) -> NumericTensor {
    var exchanged = shape
    exchanged.swapAt(a, b)
    return gathered(exchanged) { place in
      var place = place
      place.swapAt(a, b)
      return place
    }
  }
}
