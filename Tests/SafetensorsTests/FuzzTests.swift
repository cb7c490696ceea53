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

/// Whatever the bytes: an error that can be printed, or a file that can be written and read again.
@Suite struct FuzzTests {
  @Test(arguments: UInt64(1)...8) func mutatedBytesNeverTrap(seed: UInt64) throws {
    var generator = SeededGenerator(state: seed)
    let whole = try sample.serialized()
    // Pieces of the grammar: a mutation that puts one of them in comes further than a random byte.
    let pieces = [
      "{", "}", "[", "]", ",", ":", "\"", "\\uD83D", "\\", "-", "0", "9223372036854775807", "1e9", "[[", "null",
    ]
    var refused = 0
    for _ in 0..<1500 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        guard !bytes.isEmpty else { break }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...20, using: &generator)))
        case 3: bytes.insert(contentsOf: Array((pieces.randomElement(using: &generator) ?? "").utf8), at: place)
        default: bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
        }
      }
      do throws(SafetensorsError) {
        let file = try SafetensorsFile(bytes: bytes, requireFinite: Bool.random(using: &generator))
        let copy = try SafetensorsFile(bytes: file.serialized())
        #expect(copy.tensors == file.tensors && copy.metadata == file.metadata)
      } catch {
        refused += 1
        // The message quotes the bytes, with control characters escaped.
        #expect(error.description.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(error)")
      }
    }
    #expect(refused > 750)
  }

  /// Every file that breaks off is refused.
  @Test func everyPrefixIsRefused() throws {
    let whole = try sample.serialized()
    for count in whole.indices { #expect(complaint(about: Array(whole[..<count])) != nil) }
  }
}
