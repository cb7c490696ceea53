import ChapterSupport
import ReorderingTasks

/// What a trained network answers to one sequence: the probability of each number 1 … V at each place.
func probabilities(_ model: Stack<Float>, _ numbers: [Int]) throws -> [[Double]] {
  let x = Tensor<Float>(shape: [1, numbers.count], scalars: numbers.map(Float.init))
  let p = softmax(try model(x))
  // Without padding, symbol 0.
  return (0..<numbers.count).map { place in (1..<p.columns).map { Double(p[0, place, $0]) } }
}

/// The exact probabilities for a model that has read the numbers up to each place.
func exactProbabilities(_ task: Sorting, _ numbers: [Int]) -> [[Double]] {
  numbers.indices.map { task.probabilities(ofAnswer: $0, seen: Array(numbers[...$0])) }
}

/// For how many of the numbers 1 … V the nearest row of the embedding is that of a neighbour in the order.
func neighboursFound(_ table: Tensor<Float>) -> Int {
  let V = table.rows - 1
  return (1...V).count { v in
    let nearest = (1...V).filter { $0 != v }.min { distance(table, v, $0) < distance(table, v, $1) }
    return nearest.map { abs($0 - v) == 1 } ?? false
  }
}

/// The distances between all rows but that of the padding.
func distances(_ table: Tensor<Float>) -> [[Double]] {
  (1..<table.rows).map { v in (1..<table.rows).map { distance(table, v, $0) } }
}

private func distance(_ table: Tensor<Float>, _ v: Int, _ w: Int) -> Double {
  Double((table.slice(v) - table.slice(w)).squared().sum().squareRoot())
}

/// Of all orders of a set of numbers, the share that gets the most frequent answer; the mean over `count` drawn sets.
func shareOfOneAnswer(_ model: Stack<Float>, _ task: Sorting, count: Int, seed: UInt64) throws -> Double {
  var generator = RandomGenerator(seed: seed)
  let (orders, T) = (permutations(Array(0..<task.length)), task.length)
  var sum = 0.0
  for _ in 0..<count {
    let numbers = (0..<T).map { _ in 1 + generator.index(below: task.numbers) }
    let rows = orders.flatMap { order in order.map { Float(numbers[$0]) } }
    let found = try model(Tensor(shape: [orders.count, T], scalars: rows)).argmaxOfRows()
    var counts: [ArraySlice<Int>: Int] = [:]
    for place in orders.indices { counts[found[place * T..<(place + 1) * T], default: 0] += 1 }
    sum += Double(counts.values.max() ?? 0) / Double(orders.count)
  }
  return sum / Double(count)
}

private func permutations(_ list: [Int]) -> [[Int]] {
  guard list.count > 1 else { return [list] }
  return list.indices.flatMap { place in
    var rest = list
    let first = rest.remove(at: place)
    return permutations(rest).map { [first] + $0 }
  }
}
