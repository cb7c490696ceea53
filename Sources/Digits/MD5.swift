/// The MD5 sum of bytes, as lists of known files print it: enough to recognise a file, no protection against a forger.
///
/// Source: RFC 1321.
struct MD5 {
  private var state: (UInt32, UInt32, UInt32, UInt32) = (0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476)
  private var length: UInt64 = 0
  /// Bytes that do not fill a block of 64 yet.
  private var rest: [UInt8] = []

  /// The sum of some bytes behind others, as 32 hexadecimal digits.
  static func text(of parts: [UInt8]...) -> String {
    var sum = MD5()
    for bytes in parts { sum.add(bytes) }
    return sum.text()
  }

  private mutating func add(_ bytes: [UInt8]) {
    length += UInt64(bytes.count)
    let missing = rest.isEmpty ? 0 : min(64 - rest.count, bytes.count)
    rest += bytes[..<missing]
    if rest.count == 64 {
      rest.withUnsafeBytes { addBlock($0) }
      rest = []
    }
    bytes.withUnsafeBytes { bytes in
      var start = missing
      while start + 64 <= bytes.count {
        addBlock(UnsafeRawBufferPointer(rebasing: bytes[start..<start + 64]))
        start += 64
      }
      rest += bytes[start...]
    }
  }

  /// Adds a one, zeros up to eight bytes before the end of a block, and the length in bits.
  private mutating func text() -> String {
    let bits = length * 8
    let zeros = (119 - Int(length % 64)) % 64
    add([0x80] + [UInt8](repeating: 0, count: zeros) + littleEndian(bits, count: 8))
    return [state.0, state.1, state.2, state.3].flatMap { littleEndian(UInt64($0), count: 4) }
      .map { (byte: UInt8) in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  private func littleEndian(_ number: UInt64, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * UInt64($0))) }
  }

  private mutating func addBlock(_ block: UnsafeRawBufferPointer) {
    var (a, b, c, d) = state
    for i in 0..<64 {
      let (mixed, word): (UInt32, Int) =
        switch i / 16 {
        case 0: (d ^ (b & (c ^ d)), i)
        case 1: (c ^ (d & (b ^ c)), 5 * i + 1)
        case 2: (b ^ c ^ d, 3 * i + 5)
        default: (c ^ (b | ~d), 7 * i)
        }
      let number = UInt32(littleEndian: block.loadUnaligned(fromByteOffset: 4 * (word & 15), as: UInt32.self))
      let sum = a &+ mixed &+ sines[i] &+ number
      let shift = shifts[4 * (i / 16) + i % 4]
      (a, d, c, b) = (d, c, b, b &+ (sum << shift | sum >> (32 - shift)))
    }
    state = (state.0 &+ a, state.1 &+ b, state.2 &+ c, state.3 &+ d)
  }
}

/// How far a step rotates: four numbers for each of the four rounds.
private let shifts: [UInt32] = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21]

/// ⌊2³² · |sin(i + 1)|⌋
private let sines: [UInt32] = [
  0xD76A_A478, 0xE8C7_B756, 0x2420_70DB, 0xC1BD_CEEE, 0xF57C_0FAF, 0x4787_C62A, 0xA830_4613, 0xFD46_9501,
  0x6980_98D8, 0x8B44_F7AF, 0xFFFF_5BB1, 0x895C_D7BE, 0x6B90_1122, 0xFD98_7193, 0xA679_438E, 0x49B4_0821,
  0xF61E_2562, 0xC040_B340, 0x265E_5A51, 0xE9B6_C7AA, 0xD62F_105D, 0x0244_1453, 0xD8A1_E681, 0xE7D3_FBC8,
  0x21E1_CDE6, 0xC337_07D6, 0xF4D5_0D87, 0x455A_14ED, 0xA9E3_E905, 0xFCEF_A3F8, 0x676F_02D9, 0x8D2A_4C8A,
  0xFFFA_3942, 0x8771_F681, 0x6D9D_6122, 0xFDE5_380C, 0xA4BE_EA44, 0x4BDE_CFA9, 0xF6BB_4B60, 0xBEBF_BC70,
  0x289B_7EC6, 0xEAA1_27FA, 0xD4EF_3085, 0x0488_1D05, 0xD9D4_D039, 0xE6DB_99E5, 0x1FA2_7CF8, 0xC4AC_5665,
  0xF429_2244, 0x432A_FF97, 0xAB94_23A7, 0xFC93_A039, 0x655B_59C3, 0x8F0C_CC92, 0xFFEF_F47D, 0x8584_5DD1,
  0x6FA8_7E4F, 0xFE2C_E6E0, 0xA301_4314, 0x4E08_11A1, 0xF753_7E82, 0xBD3A_F235, 0x2AD7_D2BB, 0xEB86_D391,
]
