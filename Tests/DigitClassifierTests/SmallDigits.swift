import Digits
import Foundation

@testable import DigitClassifier

/// A few generated digits and small settings; all sizes differ.
let smallDigits = Digits.generate(seed: 3, train: 55, test: 23)

func smallSettings(_ cell: CellKind = .lstm, layout: RowLayout = .rowsAsSteps) -> DigitSettings {
  DigitSettings(cell: cell, units: 9, batchSize: 8, learningRate: 0.01, seed: 5, layout: layout)
}

/// The pictures' real data, where a checkout of the workshop has it beside it.
let realDigits: Digits? = {
  let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
    "../../../shared/mnist"
  ).standardized.path
  return try? Digits.load(folder: folder, train: 60_000, test: 10_000)
}()
