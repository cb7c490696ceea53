import StrictJSON

/// What the numbers of a tensor may be.
package enum NumberRule {
  /// Finite in the scalar type of the case.
  case real(CaseScalar)
  /// Whole numbers from 0 to below the bound: places in a table.
  case index(below: Int)
}

extension Node {
  /// The largest number of elements a tensor of a case may have; a shape beyond it is a mistake, not a case.
  package static var maximumCount: Int { 1 << 24 }

  /// A tensor in one of the forms of the schema: all numbers, tiled, by rule (`hash`), or some of them (`indices`).
  package func tensor(_ rule: NumberRule, sampled: Bool = false) throws(CaseError) -> NumericTensor {
    let members = try object(["shape", "data", "tile", "hash"] + (sampled ? ["indices"] : []))
    let (shape, count) = try members.required("shape").shape()
    if let hash = members["hash"] {
      for key in ["data", "tile", "indices"] where members[key] != nil {
        throw error(expected: "either \"hash\" or \"\(key)\"", found: "both")
      }
      return NumericTensor(shape: shape, values: try hash.hashed(count, rule))
    }
    let data = try members.required("data")
    if let indices = members["indices"] {
      if members["tile"] != nil { throw error(expected: "either \"tile\" or \"indices\"", found: "both") }
      let places = try indices.indices(below: count)
      let values = try data.numbers(rule, count: places.count, reason: "one for each of \(places.count) indices")
      return NumericTensor(shape: shape, values: values, indices: places)
    }
    if let tile = members["tile"] {
      let copies = try tile.integer(in: 1...Self.maximumCount)
      guard copies == shape.first else {
        throw tile.error(expected: "the first size of the shape \(shape)", found: "\(copies)")
      }
      let block = try data.numbers(rule, count: count / copies, reason: "\(copies) copies make \(shape)")
      return NumericTensor(shape: shape, values: (0..<copies).flatMap { _ in block })
    }
    return NumericTensor(shape: shape, values: try data.numbers(rule, count: count, reason: "shape \(shape)"))
  }

  /// Sizes of at least 1, and their product, bounded.
  private func shape() throws(CaseError) -> (sizes: [Int], count: Int) {
    var sizes: [Int] = []
    var count = 1
    for node in try list("a list of sizes") {
      let size = try node.integer(in: 1...Self.maximumCount)
      let product = count.multipliedReportingOverflow(by: size)
      guard !product.overflow, product.partialValue <= Self.maximumCount else {
        throw error(expected: "a shape of at most \(Self.maximumCount) elements")
      }
      count = product.partialValue
      sizes.append(size)
    }
    guard sizes.count <= 8 else { throw error(expected: "a shape of at most 8 sizes", found: "\(sizes.count)") }
    return (sizes, count)
  }

  private func numbers(_ rule: NumberRule, count: Int, reason: String) throws(CaseError) -> [Double] {
    guard case .array(let elements) = json.value else { throw error(expected: "a list of \(count) numbers") }
    guard elements.count == count else {
      throw error(expected: "\(count) numbers (\(reason))", found: "\(elements.count)")
    }
    var values: [Double] = []
    values.reserveCapacity(count)
    for element in elements {
      guard let value = rule.value(element.number) else {
        throw with(element, "\(path)[\(values.count)]").error(expected: rule.name)
      }
      values.append(value)
    }
    return values
  }

  private func indices(below count: Int) throws(CaseError) -> [Int] {
    var places: [Int] = []
    var seen: Set<Int> = []
    for node in try list("a list of flat positions") {
      let place = try node.integer(in: 0...count - 1)
      guard seen.insert(place).inserted else { throw node.error(expected: "each position once") }
      places.append(place)
    }
    return places
  }

  private func hashed(_ count: Int, _ rule: NumberRule) throws(CaseError) -> [Double] {
    let members = try object(["seed", "scale"])
    let seed = try members.required("seed").integer(in: 0...Int(UInt32.max))
    let scale = try members.required("scale").number()
    return try (0..<count).map { (k) throws(CaseError) -> Double in
      guard let value = rule.value(hashValue(seed: UInt64(seed), k: UInt64(k)) * scale) else {
        throw error(expected: "a scale that makes \(rule.name) of each element")
      }
      return value
    }
  }
}

extension JSON {
  /// A number; NaN, which no rule takes, for any other value.
  fileprivate var number: Double {
    if case .number(let number) = value { return number }
    return .nan
  }
}

extension NumberRule {
  fileprivate func value(_ number: Double) -> Double? {
    switch self {
    case .real(let scalar): number.isFinite ? scalar.rounded(number) : nil
    case .index(let bound): Int(exactly: number).flatMap { 0 <= $0 && $0 < bound ? number : nil }
    }
  }

  fileprivate var name: String {
    switch self {
    case .real(let scalar): "a finite \(scalar.rawValue) number"
    case .index(let bound): "an integer from 0 to \(bound - 1)"
    }
  }
}

/// Element `k` of the tensor with this seed, in [−1, 1).
///
/// It is the top 24 bits of a mixed counter, so `Float` holds it exactly.
///
///     z = (seed << 32) + k + 0x9E3779B97F4A7C15
///     z = (z ^ (z >> 30)) · 0xBF58476D1CE4E5B9
///     z = (z ^ (z >> 27)) · 0x94D049BB133111EB
///     z =  z ^ (z >> 31);    value = ((z >> 40) − 2²³) / 2²³
///
func hashValue(seed: UInt64, k: UInt64) -> Double {
  var z = (seed << 32) &+ k &+ 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  z ^= z >> 31
  return (Double(z >> 40) - 8_388_608) / 8_388_608
}
