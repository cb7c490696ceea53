import Foundation
import Layers
import Support
import Testing

@testable import Drawing
@testable import NetworkDrawing

/// Every drawing of a cell at every stage and every picture of weights, down to the last coordinate, as a digest.
///
/// A digest says that a drawing has changed, not where: a failure names the pictures and keeps them, to be looked at
/// before the new digests are taken over. `CellPictureTests` holds the same drawings to their rules.
@Suite struct DrawingDigestTests {
  private func pictureDigest(_ picture: Picture) -> String {
    let texts = [40, 80].flatMap { columns in
      [false, true].map { picture.terminal(columns: columns, colour: $0).joined(separator: "\n") }
    }
    return digest(([picture.alternative, picture.svg(idPrefix: "p")] + texts).joined(separator: "\n"))
  }

  /// Names the pictures that are others than those of `digests`, and keeps them as files.
  private func compare(_ pictures: [(name: String, picture: Picture)], _ digests: String) throws {
    let found = pictures.map { pictureDigest($0.picture) }
    try compareDigests(found, with: digests, keepingIn: "changed-pictures") { place, folder in
      let file = folder.appending(path: pictures[place].name.replacing(" ", with: "-") + ".svg")
      try Data(pictures[place].picture.svg(idPrefix: "p").utf8).write(to: file)
      return file
    }
  }

  @Test func everyStageOfEveryCellIsAsItWas() throws {
    var pictures: [(name: String, picture: Picture)] = []
    for (number, cell) in CellPictureTests.cells.enumerated() {
      let name = "\(number) \(cell.title)"
      for stage in CellStage.allCases {
        let picture = Picture.cell(cell, title: cell.title, stage: stage, values: CellPictureTests.values)
        pictures.append(("\(name) \(stage)", picture))
      }
      pictures.append(("\(name) without values", .cell(cell, title: "none", values: [:])))
    }
    try compare(pictures, Self.cells)
  }

  @Test func everyPictureOfWeightsIsAsItWas() throws {
    var pictures: [(name: String, picture: Picture)] = []
    for kind in CellKind.allCases {
      for framework in Framework.allCases {
        let features = WeightFeatures(resetAfter: framework != .tensorflow1)
        let layout = try WeightLayout(framework, kind, features)
        let leading = framework == .onnx ? [1] : []
        let picture = Picture.weights("w", of: layout, inputs: 2, units: 3, leading: leading)
        pictures.append(("\(kind) \(framework)", picture))
      }
    }
    try compare(pictures, Self.weights)
  }

  private static let cells = """
    k4o1vositoxk k4o1vositoxk k4o1vositoxk k4o1vositoxk k4o1vositoxk k4o1vositoxk k4o1vositoxk 2nb8owfak3cq2
    1e1xhnprt23yp 2qjnooevalxjd 3aya5qa7p1ggc 3rjahi78so61q 36m74f68ggbfl 1e1xhnprt23yp 1e1xhnprt23yp 21r28hcp8y2t3
    30pzfdxiegys3 30pzfdxiegys3 30pzfdxiegys3 36dasgvgs0283 2nanl4zmc8ij9 1m8rgd2bnfhcu 2jnnady6az8pi 201i4jolna3p8
    88clxgk964o1 88clxgk964o1 88clxgk964o1 15vvgikdeqcp2 27q065cp0lura 2p52h3xs2a36l 1thosjc66sglj 1i0shhhz7lj09
    108dkod6gs7ht 108dkod6gs7ht 108dkod6gs7ht 1tb4fswt1jw7g 38yh1je9grv2f 3rysuunv49vcx 3awnv7h9rz1zj 7bk233ry6g9p
    2fzmf61pao7ja 2fzmf61pao7ja 2fzmf61pao7ja 2gswtbrqt9l20 1j29hbyvqjxcz 1muj2k8zes6dr zv6eyvxdgk2j 20dnf9naqa7er
    39b4w9rrl3lk3 39b4w9rrl3lk3 39b4w9rrl3lk3 39b4w9rrl3lk3 39b4w9rrl3lk3 39b4w9rrl3lk3 39b4w9rrl3lk3 ur13kngh9sn2
    22dupvxa8tqrf 1nyc0tjkh5s8p 37hwaciz5ci4b 11obutz4ivzdm 21dp77dcua4eh 22dupvxa8tqrf 22dupvxa8tqrf 2s1n1udnwd4nr
    """

  private static let weights = """
    35jca6x2loczh 3r2xn3o4bitaa 2chahb89dgkl8 gpezq3vkgvhd 34dco8tnfit2l 1nia0ryhi9utd 3cboe2p0tx2bs
    3p78l3o56n5nh 4r76jo0l4rmt 3g7xfpjc020nd x5yajj400acl 2toq4g5ovrn9d 265kk3quhkwzb 5dpagvpnmyii
    25az8j6crx2pa
    """
}
