import Support
import Testing

@testable import GoldenConformance

/// The comparator itself, by results that must fail.
@Suite struct ComparatorTests {
  private let golden: Case
  private let right: TensorTable

  init() throws {
    golden = try #require(try read(fileText(smallCase)).cases.first)
    var results = TensorTable()
    guard case .run(let run) = golden.task else { throw Problem("run") }
    for entry in run.expected.entries { results[entry.name] = entry.tensor }
    for entry in run.expectedGradients.entries { results["gradients.\(entry.name)"] = entry.tensor }
    right = results
  }

  private func compare(_ change: (inout TensorTable) -> Void) -> CaseComparison {
    var results = right
    change(&results)
    return Comparator(golden).compare(results)
  }

  /// One wrong number among many is counted at its tensor, with the place of the case.
  @Test func aReportNamesEveryWrongTensor() {
    let one = compare { $0["outputs"]?.values[1] += 1 }.text(of: golden)
    expect(one.hasPrefix("disagrees small  (hand.json, cases[0])\n    first: outputs at "), "\(one)")
    expect(one.contains("\n    wrong: outputs (1 of 2)\n    largest difference 1"), "\(one)")
    let more = compare {
      $0["outputs"]?.values = [9, 9]
      $0["gradients.weights.bias"]?.values[2] = -7
    }.text(of: golden)
    expect(more.contains("\n    wrong: outputs (2 of 2), gradients.weights.bias (1 of 4)\n"), "\(more)")
    expect(compare { _ in }.text(of: golden).hasPrefix("agrees    small  largest difference 0"))
  }

  private func agrees(_ change: (inout TensorTable) -> Void) -> Bool { compare(change).agrees }

  private func verdict(_ change: (inout TensorTable) -> Void) -> String? { compare(change).first?.text }

  @Test func asksForEveryTensorOfTheCase() {
    expectEqual(
      Comparator(golden).names, ["outputs", "h", "c", "gradients.inputs.h0", "gradients.weights.bias"])
  }

  @Test func equalNumbersAgreeWithNoDifference() {
    let comparison = compare { _ in }
    expect(comparison.agrees)
    expectEqual(comparison.largest, Deviation())
    expectEqual(comparison.elements, 9)
  }

  @Test func differencesWithinTheToleranceAgreeAndAreMeasured() {
    let comparison = compare { $0["outputs"]?.values[0] += 0.9e-6 }
    expect(comparison.agrees)
    expect((0.8e-6...1e-6).contains(comparison.largest.absolute))
    expect((1.7e-6...1.9e-6).contains(comparison.largest.relative))
    // One unit in the last place of a Float just above 0.5 is 2^-24 = 6e-8.
    expectEqual(comparison.largest.ulps, 15)
  }

  @Test func namesTensorStepSampleAndUnit() {
    expectEqual(
      verdict { $0["outputs"]?.values[1] = 0.3 },
      "outputs at sample 0, step 1, unit 0: expected 0.25, received 0.3, difference 5.0e-02, tolerance 1.0e-06")
  }

  @Test func relativeToleranceCountsForGradients() {
    expect(agrees { $0["gradients.weights.bias"]?.values[3] = 4.0004 })
    expect(!agrees { $0["gradients.weights.bias"]?.values[3] = 4.0005 })
    expect(!agrees { $0["gradients.weights.bias"]?.values[0] = 1.0004 })
  }

  @Test func theFirstDivergenceInProcessingOrderIsTold() {
    let first = compare {
      $0["gradients.inputs.h0"]?.values[0] = 9
      $0["c"]?.values[0] = 9
      $0["outputs"]?.values[1] = 9
    }.first
    expectEqual(first?.location, "outputs at sample 0, step 1, unit 0")
    let second = compare {
      $0["gradients.inputs.h0"]?.values[0] = 9
      $0["c"]?.values[0] = 9
    }.first
    expectEqual(second?.location, "c at sample 0, unit 0")
  }

  @Test func notANumberFails() {
    let comparison = compare { $0["h"]?.values[0] = .nan }
    expect(!comparison.agrees)
    expect(comparison.largest.absolute.isNaN, "a NaN does not hide behind other numbers")
    expect(!agrees { $0["h"]?.values[0] = .infinity })
  }

  @Test func shapeAndCountAndAbsenceFail() {
    expectEqual(verdict { $0["h"]?.shape = [1] }, "h: expected shape [1, 1], received [1]")
    expectEqual(verdict { $0["outputs"]?.values.append(0) }, "outputs: expected 2 numbers, received 3")
    var without = TensorTable()
    for entry in right.entries where entry.name != "c" { without[entry.name] = entry.tensor }
    expectEqual(Comparator(golden).compare(without).first?.text, "c: expected a tensor, received none")
  }

  @Test func distancesInUnitsOfTheLastPlace() {
    expectEqual(CaseScalar.float32.steps(from: 1, to: Double(Float(1).nextUp)), 1)
    expectEqual(CaseScalar.float64.steps(from: 1, to: 1.0.nextDown), 1)
    expectEqual(CaseScalar.float64.steps(from: 0, to: -0.0), 0)
    expectEqual(CaseScalar.float64.steps(from: .leastNonzeroMagnitude, to: -.leastNonzeroMagnitude), 2)
    expect(CaseScalar.float64.steps(from: -.greatestFiniteMagnitude, to: .greatestFiniteMagnitude) > 1e18)
  }
}
