import Foundation
import Support
import Testing

@testable import Formulas

/// Mathematics of many kinds through every writer, as digests: each piece beside each other one, and formulas that are
/// broken off at every letter. A digest says that something has changed; a failure keeps the texts, to be looked at
/// before the new digests are taken over.
@Suite struct MathCorpusTests {
  private static let pieces = [
    "a", "h_t", "2", "x^2", "+", "-", "=", ",", "(", ")", "|", #"\odot"#, #"\tanh"#, #"\max_k"#, #"\sum_t"#, #"\sum"#,
    #"\int"#, #"\partial"#, #"\Delta"#, #"\frac{a}{b}"#, #"\left( c \right)"#, #"\sqrt{d}"#, #"\tilde{c}"#,
    #"\begin{bmatrix} 1 & -2 \\ 3 & 4 \end{bmatrix}"#, #"\text{if}"#, #"\quad"#, #"\mathbb{R}"#, "W'", #"\dots"#,
    #"\cdot"#, #"\pm"#, #"\overset{a}{b}"#, "!", #"\mathrm{d}"#, #"\begin{cases} 0 & x \\ 1 & y \end{cases}"#,
  ]

  private static let formulas = [
    #"h_t = o_t \odot \tanh(W'_{hx} x_{t-1}^2 + \frac{1}{2} b_h) \\[2pt] &c"#,
    #"\left[ \sqrt[3]{a_b} \right) \begin{array}{cc} 1 & 2 \\ x & y \end{array}^{\prime}"#,
    #"\underbrace{a + b}_{c} \overset{d}{e} \operatorname*{arg}_f \text{if \% x} \mathbf{W} \mathcal{L}"#,
    #"\hat{y} - \bar x \widehat{ab} \left\{ \begin{cases} 1 \\ 0 \end{cases} \right. ~ \stackrel{a}{=} 1.5.2"#,
  ]

  /// What every writer makes of a formula, or why it cannot be read.
  private func written(_ latex: String) -> String {
    do {
      let text = try MathText(latex: latex)
      var asked: [String] = []
      let markup = text.mathML(display: true) { name in
        asked.append(name)
        return name.hasPrefix("h") ? "#123456" : name.hasPrefix("W") ? "w" : nil
      }
      let parts = [text.unicode, text.unicodeBlock.joined(separator: "/"), LatexWriter.write(text.node), markup]
      return ([latex] + parts + [LatexWriter.write(text.node, compact: true), asked.joined(separator: " ")]).joined(
        separator: " | ")
    } catch { return "\(latex) | \(error)" }
  }

  private func compare(_ groups: [[String]], _ digests: String, _ name: String) throws {
    let texts = groups.map { $0.map(written).joined(separator: "\n") }
    try compareDigests(texts.map(digest), with: digests, keepingIn: "mathematics-\(name)") { place, folder in
      let file = folder.appending(path: "\(place).txt")
      try Data(texts[place].utf8).write(to: file)
      return file
    }
  }

  @Test func everyPieceStandsBesideEveryOther() throws {
    try compare(Self.pieces.map { first in Self.pieces.map { "\(first) \($0)" } }, Self.pairs, "pairs")
  }

  @Test func everyPieceStandsBetweenOthers() throws {
    try compare(
      Self.pieces.map { piece in
        [
          "a \(piece) b", "(\(piece))", "- \(piece) -", "{\(piece)}_{\(piece)}^{\(piece)}",
          "\\frac{\(piece)}{a \(piece)}",
        ]
      }, Self.middles, "middles")
  }

  @Test func whatIsBrokenOffIsReadOrRefused() throws {
    try compare(
      Self.formulas.map { formula in (1...formula.count).map { String(formula.prefix($0)) } }, Self.prefixes, "prefixes"
    )
  }

  @Test func whatBeginsInTheMiddleIsReadOrRefused() throws {
    try compare(
      Self.formulas.map { formula in (0..<formula.count).map { String(formula.dropFirst($0)) } }, Self.suffixes,
      "suffixes")
  }

  private static let pairs = """
    1z1gc86nsco2z 12lbverg2um0d 387ezo2f2tpvx 2bvsm3itkduo9 d1wzlz6j4ozj 3j0777zm2eoh2 vkbwqqkv8b5y
    8d8t806ccyr8 16kx2aw1ds0y5 1oai3r48rhtt5 lfalp4wznytq 12jnoboulbkdi 2r9ujn6suttpp 3qhx1npcaz7nc
    17ykw6km370n2 3vq8ov3h5lvvo 3aapwolthtnhw 3313r77snoy8z 1x575nsf1xml5 2rlfzurowbo2a 30475t0aa1mas
    3r221n490eir8 1fyy6wbmy1iqi 29db590xnrp2r 1cnk7cuqct4ti 11938z5kbruh7 1t5olwllxgjns 4rxcdo1wez0z
    3s9ffzxj0z2hj 1twabnflplw9v 2nhzg7jxmyo1 26fnastwvu1gq 1nqkl1nkgu4md 29lizdnq30mir 2pp3w5z6dc910
    """
  private static let middles = """
    14hpps5w4fh2t 34itbhtnmxa6d 1l4xw9nodkcrj 2g9wru30agqzh 2s9uq1thai3zw 2xfrb3wfbige0 bq1fqmzb7r44
    3bjtcu3xnjmbu ztjk1t16f41k 22dh2o0yu5al7 dhwgzr69tgkz voo15bp5puzc 24do83tp58u1x bu5v0n9en0p3
    12i3kvot7e83r 3gd80ir57yb16 2lbozxfxrt8u 2uc4tm1xda615 3dg9tgbvfbda7 fjn0246odmqo usppd400iwi8
    20z5wa5xqe613 396y5ihef553x 1s10m0vcgfx3h 3vk1ow9s1arif 1sbq1hvfq59zf 1o7qn8labzz7d 1vxwp7ymvvk23
    3mqi9v7des083 1ixlfjsoqqhns 1vljvnap8l7q2 3rneqix9m31rc 36zot7qfm4j2t 66wkukjyv8ex 391ur3r273q6w
    """
  private static let prefixes = """
    330uwtbjd9hmw 3v7jxlie7njme 3hq026pozecwa 2ebhfqwo24b4v
    """
  private static let suffixes = """
    17ixz5b7907zs 3jllhel0542rb 1880mxhi1mbyy 3g8293z5bum5e
    """
}
