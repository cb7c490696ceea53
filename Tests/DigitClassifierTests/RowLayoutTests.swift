import Support
import Testing

@testable import DigitClassifier

@Suite struct RowLayouts {
  /// Every pixel of 5 pictures carries its own name: picture · 10,000 + row · 100 + column.
  let named: Tensor<Float> = {
    var names: [Float] = []
    for n in 0..<5 {
      for t in 0..<28 { names += (0..<28).map { name(n, t, $0) } }
    }
    return Tensor(shape: [5, 28, 28], scalars: names)
  }()

  static func name(_ picture: Int, _ row: Int, _ column: Int) -> Float {
    Float(picture * 10_000 + row * 100 + column)
  }

  @Test func withTheTransposeBlockTHoldsRowTOfEveryPicture() {
    let blocks = RowLayout.rowsAsSteps.blocks(named)
    expectEqual(blocks.count, 28)
    for (t, block) in blocks.enumerated() {
      expectEqual(block, named.step(t))
      expectEqual(block[3, 7], Self.name(3, t, 7))
    }
  }

  /// Block 6 begins at flat row 30: row 2 of picture 1.
  @Test func withoutItTheRowsRunOn() {
    let blocks = RowLayout.withoutTranspose.blocks(named)
    expectEqual(blocks.count, 28)
    for n in 0..<5 { expectEqual(blocks[0][n, 11], Self.name(0, n, 11)) }
    expectEqual(blocks[6][0, 0], 10_200)
    expectEqual(blocks[27][4, 27], 42_727)
  }

  @Test(arguments: RowLayout.allCases) func originSaysWhatLandsWhere(_ layout: RowLayout) {
    for (t, block) in layout.blocks(named).enumerated() {
      for n in 0..<5 {
        let origin = layout.origin(block: t, row: n, batchSize: 5, rows: 28)
        expectEqual(block[n, 4], Self.name(origin.picture, origin.row, 4))
      }
    }
  }

  /// The batches of a training, written at once, are what the operations give; a last batch may be smaller.
  @Test(arguments: RowLayout.allCases) func batchesAreTheBlocksSideBySide(_ layout: RowLayout) {
    let rows = DigitRows(smallDigits.train, layout: layout)
    for numbers in [[4, 11, 2], [7], [9, 0, 8, 54, 30]] {
      let pixels = Tensor<Float>(
        shape: [numbers.count, 28, 28],
        scalars: numbers.flatMap { smallDigits.train.image($0).map { Float($0) / 255 } })
      let expected = Tensor.sequence(layout.blocks(pixels), batchSize: numbers.count, features: 28)
      expectEqual(rows.batch(numbers[...]), expected)
    }
  }
}
