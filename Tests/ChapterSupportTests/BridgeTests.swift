import Foundation
import Support
import Testing

@testable import ChapterSupport
@testable import PrintedNumbers

/// What chapters use of tensors, numbers and choices, and how they are told what is missing.
@Suite struct BridgeTests {
  private let matrix = Tensor<Float>([[1, 2, 3], [4, 5, 6]])

  @Test func tensorsBecomeValuesOfFormulas() throws {
    expect(MathValue(matrix).shape == [2, 3] && MathValue(matrix).elements == [1, 2, 3, 4, 5, 6])
    expect(MathValue(Tensor<Double>([7, 8])).shape == [2] && MathValue(Tensor<Double>([7, 8])).elements == [7, 8])
    expectEqual(MathValue(Tensor<Double>(shape: [], scalars: [9])).shape, [])
    let back = Tensor<Double>(MathValue(matrix))
    expect(back.shape == [2, 3] && back.scalars == [1, 2, 3, 4, 5, 6])
    expect(MathValue.ones(3).elements == [1, 1, 1] && MathValue.ones(3).shape == [3])
  }

  @Test func tensorsForPages() {
    expect(matrix.shapeText == "2 × 3" && Tensor<Double>([1, 2]).shapeText == "2")
    expectEqual(Tensor<Double>.zeros([4, 1, 5]).shapeText, "4 × 1 × 5")
    expect(matrix.rowsOfDoubles == [[1, 2, 3], [4, 5, 6]] && matrix.doubles == [1, 2, 3, 4, 5, 6])
  }

  @Test func aChoiceOfNumbers() {
    expect(ScalarChoice.double.tolerance == 1e-13 && ScalarChoice.float.tolerance == 1e-6)
    expect(ScalarChoice.double.rounded(0.1) == 0.1 && ScalarChoice.float.rounded(0.1) == Double(Float(0.1)))
    expectEqual(ScalarChoice.allCases.map(\.rawValue), ["float", "double"])
    var weights = NamedTensors<Double>([("a", Tensor([0.1, 0.25])), ("b", Tensor([[0.3]]))])
    weights.round(to: .double)
    expectEqual(weights.tensors.map(\.scalars), [[0.1, 0.25], [0.3]])
    weights.round(to: .float)
    expectEqual(weights.tensors.map(\.scalars), [[Double(Float(0.1)), 0.25], [Double(Float(0.3))]])
  }

  /// f = a² + 3ab: the differences of a square and of a product are exact but for rounding.
  @Test func differencesGoToBothSides() {
    let own = centralDifferences(Tensor<Double>([2, -1]), step: 0.25) { w in
      w.scalars[0] * w.scalars[0] + 3 * w.scalars[0] * w.scalars[1]
    }
    expect(own.scalars == [1, 6] && own.shape == [2])
    // Of a third power the step remains: ((2 + ε)³ − (2 − ε)³) / 2ε = 12 + ε².
    let cube = centralDifferences(Tensor<Double>([2]), step: 0.5) { w in pow(w.scalars[0], 3) }
    expectEqual(cube.scalars, [12.25])
  }

  @Test func whatIsMissingIsNamedWhole() {
    expectEqual(
      UnknownNumber(id: "D99, \"y\"").description, "golden/documented: expected an entry D99, \"y\", found none")
    expectEqual(
      UnknownRun(file: "tasks", run: ["task": "parity", "units": 5]).description,
      "golden/lessons/tasks_stats.json: expected one run with task parity, units 5, found none or several")
    expectEqual(
      UnknownFigure(name: "loss", step: nil).description, "golden/lessons: expected a figure \"loss\", found none")
    expectEqual(
      UnknownFigure(name: "loss_at_step", step: 80).description,
      "golden/lessons: expected a figure \"loss_at_step\" at 80, found none")
    expectEqual(
      MissingComparison(id: "D49", title: nil).description,
      "D49: expected a comparison or a note on this printed number, found neither")
    expectEqual(
      MissingComparison(id: "D49", title: "gates").description,
      "D49: expected a comparison “gates” before this line, found none")
  }
}
