import Support
import Testing

@testable import Digits

@Suite struct MD5Tests {
  /// The test suite of RFC 1321, section A.5.
  static let suite = [
    ("", "d41d8cd98f00b204e9800998ecf8427e"), ("a", "0cc175b9c0f1b6a831c399e269772661"),
    ("abc", "900150983cd24fb0d6963f7d28e17f72"), ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
    ("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"),
    (
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "d174ab98d277d9f5a5611c2c9f419d9f"
    ),
    (
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "57edf4a22be3c955ac49da2e2107b67a"
    ),
  ]

  @Test(arguments: suite) func theSumsAreThoseOfTheStandard(text: String, sum: String) {
    expectEqual(MD5.text(of: Array(text.utf8)), sum)
  }

  /// Lengths at which the padding begins another block.
  @Test(arguments: [
    (55, "ef1772b6dff9a122358552954ad0df65"), (56, "3b0c8ac703f828b04c6c197006d17218"),
    (57, "652b906d60af96844ebd21b674f35e93"), (63, "b06521f39153d618550606be297466d5"),
    (64, "014842d480b571495a4a0363793f7367"), (65, "c743a45e0d2e6a95cb859adae0248435"),
    (119, "8a7bd0732ed6a28ce75f6dabc90e1613"), (120, "5f61c0ccad4cac44c75ff505e1f1e537"),
  ])
  func theLengthFillsItsBlock(count: Int, sum: String) {
    expectEqual(MD5.text(of: [UInt8](repeating: 97, count: count)), sum)
  }

  /// Wherever bytes are cut, on both sides of a block's border, the sum is that of the whole.
  @Test func piecesGiveTheSumOfTheWhole() {
    let bytes = SmallData.pixels(1).prefix(200)
    let whole = MD5.text(of: Array(bytes))
    for cut in 0...200 { expectEqual(MD5.text(of: Array(bytes[..<cut]), Array(bytes[cut...])), whole, "\(cut)") }
  }
}
