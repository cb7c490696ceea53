import Support
import Testing

@testable import Safetensors

/// SplitMix64, so that a failure can be repeated.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Whatever the bytes: a refusal that names the file, or a file that is written and read again to the same bytes.
@Suite struct FuzzTests {
  /// Pieces of the grammar: a mutation that puts one of them in comes further than a random byte.
  private static let pieces = [
    "{", "}", "[", "]", ",", ":", "\"", "\\uD83D", "\\", "-", "0", "9223372036854775807", "1e9", "[[", "null",
    "\u{1B}[2J", "\"\u{9B}\"",
  ]

  private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    let place = Int.random(in: 0..<bytes.count, using: &generator)
    switch Int.random(in: 0..<5, using: &generator) {
    case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
    case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &generator)))
    case 3: bytes.insert(contentsOf: Array((Self.pieces.randomElement(using: &generator) ?? "").utf8), at: place)
    default: bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
    }
  }

  @Test(arguments: UInt64(1)...8) func mutatedBytesAreRefusedByNameOrReadExactly(seed: UInt64) throws {
    var generator = SeededGenerator(state: seed)
    let whole = try sample.serialized()
    var (refused, accepted) = (0, 0)
    for _ in 0..<1500 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty { mutate(&bytes, &generator) }
      do throws(SafetensorsError) {
        let file = try SafetensorsFile(bytes: bytes, file: "w", requireFinite: Bool.random(using: &generator))
        accepted += 1
        let again = try file.serialized()
        let copy = try SafetensorsFile(bytes: again)
        expect(copy.tensors == file.tensors && copy.metadata == file.metadata)
        try expectEqual(copy.serialized(), again)
        for tensor in file.tensors.values {
          expectEqual(tensor.bytes.count, tensor.shape.reduce(tensor.type.size, *))
        }
      } catch {
        refused += 1
        let message = error.description
        expect(message.hasPrefix("w: ") && message.contains("expected ") && message.contains(", received "))
        expect(!message.unicodeScalars.contains { $0.properties.generalCategory == .control }, "\(message)")
      }
    }
    // Both ways must be walked: of these files about one in fifty has no damage but other numbers or another name.
    expect(refused > 750 && accepted > 15, "\(refused) refused, \(accepted) accepted")
  }

  /// A changed byte of data changes one tensor, and that byte of it alone.
  @Test func aByteOfDataBelongsToOneTensor() throws {
    let whole = try sample.serialized()
    let start = 8 + Int(wholeNumbers(Array(whole[..<8]), UInt64.self)[0])
    var changes: [String: Int] = [:]
    for place in start..<whole.count {
      var bytes = whole
      bytes[place] ^= 0x10
      let file = try SafetensorsFile(bytes: bytes)
      let changed = sample.names.filter { file.tensors[$0] != sample.tensors[$0] }
      expectEqual(changed.count, 1)
      for name in changed {
        let (old, new) = (sample.tensors[name]?.bytes ?? [], file.tensors[name]?.bytes ?? [])
        expectEqual(zip(old, new).count { $0 != $1 }, 1)
        changes[name, default: 0] += 1
      }
    }
    expectEqual(changes, ["kernel": 24, "bias": 16, "step": 8, "pixels": 5])
  }

  /// Every file that breaks off is refused.
  @Test func everyPrefixIsRefused() throws {
    let whole = try sample.serialized()
    for count in whole.indices { expect(complaint(about: Array(whole[..<count])) != nil) }
  }
}
