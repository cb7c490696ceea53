import Foundation

/// A value of the protocol between the check and a program: numbers with a shape, a word, or nothing.
///
/// | line | value |
/// |---|---|
/// | `W [2, 3] 1 2 3 4 5 6` | a matrix with two rows |
/// | `k [] 3` | a number |
/// | `layout word keras` | a word |
/// | `h ragged 3 2` | rows of different lengths, which is no matrix |
/// | `c none` | an answer that was not given |
enum CheckedValue: Equatable, Sendable {
  case numbers([Double], shape: [Int])
  case word(String)
  case ragged(String)
  case none

  /// Reads what follows the name.
  init?(_ text: Substring) {
    if text.hasPrefix("word ") { self = .word(String(text.dropFirst(5))); return }
    if text.hasPrefix("ragged ") { self = .ragged(String(text.dropFirst(7))); return }
    if text == "none" { self = .none; return }
    guard text.hasPrefix("["), let end = text.firstIndex(of: "]"), let sizes = list(String(text[...end])) else {
      return nil
    }
    let shape = sizes.compactMap { Int($0) }
    let words = text[text.index(after: end)...].split(separator: " ")
    let numbers = words.compactMap { Double($0) }
    guard shape.count == sizes.count, shape.allSatisfy({ $0 >= 0 }), numbers.count == words.count,
      // As `Double`, which does not overflow.
      Double(numbers.count) == shape.reduce(1, { $0 * Double($1) })
    else { return nil }
    self = .numbers(numbers, shape: shape)
  }

  var text: String {
    switch self {
    case .numbers(let numbers, let shape): ([shape.description] + numbers.map { "\($0)" }).joined(separator: " ")
    case .word(let word): "word \(word)"
    case .ragged(let lengths): "ragged \(lengths)"
    case .none: "none"
    }
  }
}

/// The inputs of a case: `x [2]; W [2, 3] in -3 3; k = 4; labels = [2] 0 1`.
///
/// Random numbers have three decimals and are pairwise distinct within a case, so that nothing exchanged can pass.
struct CaseShape: Sendable {
  private enum Input { case given(CheckedValue), drawn(shape: [Int], ClosedRange<Double>) }
  private let inputs: [(name: String, input: Input)]

  init?(_ text: String) {
    var inputs: [(String, Input)] = []
    for part in text.split(separator: ";") {
      let words = part.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2, let input = Self.input(words[1].trimmingCharacters(in: .whitespaces)) else { return nil }
      inputs.append((words[0], input))
    }
    self.inputs = inputs
  }

  private static func input(_ text: String) -> Input? {
    if text.hasPrefix("= ") {
      let value = text.dropFirst(2)
      return (CheckedValue(value) ?? CheckedValue("[] \(value)")).map { .given($0) }
    }
    let parts = text.split(separator: " in ", maxSplits: 1).map(String.init)
    guard let sizes = parts.first.flatMap(list) else { return nil }
    let shape = sizes.compactMap { Int($0) }
    let bounds = parts.count == 2 ? parts[1].split(separator: " ").compactMap { Double($0) } : [-1, 1]
    guard shape.count == sizes.count, bounds.count == 2, bounds[0] < bounds[1] else { return nil }
    return .drawn(shape: shape, bounds[0]...bounds[1])
  }

  /// The case's numbers; the same seed gives the same ones.
  func values(seed: UInt64) -> [(name: String, value: CheckedValue)] {
    var generator = SplitMix(state: seed)
    var taken: Set<Double> = []
    return inputs.map { name, input in
      switch input {
      case .given(let value): return (name, value)
      case .drawn(let shape, let range):
        let numbers = (0..<shape.reduce(1, *)).map { _ in
          var number = 0.0
          repeat {
            number = (Double.random(in: range, using: &generator) * 1000).rounded() / 1000
          } while number == 0
            || !taken.insert(number).inserted
          return number
        }
        return (name, .numbers(numbers, shape: shape))
      }
    }
  }
}

/// SplitMix64, a small seeded generator.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension Exercise {
  /// All cases as the checked program reads them: a value a line, an empty line after each case.
  var casesText: String {
    cases.enumerated().map { index, shape in
      shape.values(seed: fingerprint("\(id) \(index)")).map { "\($0.name) \($0.value.text)\n" }.joined() + "\n"
    }.joined()
  }
}

/// FNV-1a of a text's bytes: the same in every run, unlike `hashValue`.
func fingerprint(_ text: String) -> UInt64 {
  text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}
