import Support
import Testing

@testable import Drawing

/// Round numbers along an axis, whatever its range: their texts and places.
@Suite struct AxisTickTests {
  private func ticks(
    _ values: [Double], _ count: Int = 5, tight: Bool = true, logarithmic: Bool = false,
    range: ClosedRange<Double>? = nil
  ) throws -> String {
    let axis = Picture.Axis(isLogarithmic: logarithmic, range: range)
    let own = try #require(AxisScale(axis, values: values, ticks: count, tight: tight))
    return own.ticks.map { "\($0.text)@\(Int(($0.position * 1000).rounded()))" }.joined(separator: " ")
  }

  @Test func stepsAreOneTwoOrFive() throws {
    try expectEqual(ticks([0, 10], 10), "0@0 1@100 2@200 3@300 4@400 5@500 6@600 7@700 8@800 9@900 10@1000")
    try expect(ticks([0, 10]) == "0@0 2@200 4@400 6@600 8@800 10@1000" && ticks([0, 10], 4) == "0@0 5@500 10@1000")
    try expect(ticks([0, 10], 2) == "0@0 5@500 10@1000" && ticks([0, 10], 1) == "0@0 5@500 10@1000")
    try expect(ticks([0, 11], 2) == "0@0 10@909" && ticks([-1, 1], 4) == "−1.0@0 −0.5@250 0@500 0.5@750 1.0@1000")
    try expectEqual(ticks([0, 0.03], 3), "0@0 0.01@333 0.02@667 0.03@1000")
  }

  @Test func anAxisThatIsNotTightEndsAtTicks() throws {
    try expectEqual(ticks([1, 9], tight: false), "0@0 2@200 4@400 6@600 8@800 10@1000")
    try expectEqual(ticks([0, 10], tight: false), "0@0 2@200 4@400 6@600 8@800 10@1000")
    try expect(
      ticks([2, 8], 3, tight: false) == "2@0 4@333 6@667 8@1000"
        && ticks([1.9, 8.1], 3, tight: false).hasPrefix("0@0 5@"))
  }

  @Test func largeAndSmallNumbersAreShort() throws {
    let million = try ticks([0, 1e6], 2)
    expectEqual(million, "0@0 500000@500 1000000@1000")
    try expect(
      ticks([0, 4e-5], 2) == "0@0 0.00002@500 0.00004@1000" && ticks([0, 4e-6], 2) == "0@0 2e−6@500 4e−6@1000")
    try expect(
      ticks([4, 4]) == "2@0 3@250 4@500 5@750 6@1000"
        && ticks([0, 0], 4) == "−1.0@0 −0.5@250 0@500 0.5@750 1.0@1000")
    try expect(ticks([1e-12], 2).hasPrefix("0@"))
  }

  @Test func decadesAreTheTicksOfALogarithm() throws {
    try expectEqual(ticks([1, 1000], logarithmic: true), "1@0 10@333 100@667 1000@1000")
    let decades = try ticks([1, 1e10], logarithmic: true)
    expectEqual(decades, "1@0 100@200 10000@400 1000000@600 1e8@800 1e10@1000")
    try expectEqual(ticks([2, 50], tight: false, logarithmic: true), "1@0 10@500 100@1000")
    // Less than a decade: its ends.
    try expect(
      ticks([2, 7], logarithmic: true) == "2@0 7@1000"
        && ticks([2, 7], tight: false, logarithmic: true) == "2@0 7@1000")
    try expect(
      ticks([2, 15], logarithmic: true) == "2@0 15@1000"
        && ticks([2, 15], tight: false, logarithmic: true) == "2@0 15@1000")
    try expectEqual(ticks([2, 20], tight: false, logarithmic: true), "1@0 10@500 100@1000")
    try expect(ticks([5], logarithmic: true).hasSuffix("@1000"))
  }

  @Test func aGivenRangeIsTheAxis() throws {
    try expect(
      ticks([9], range: 0...4) == "0@0 1@250 2@500 3@750 4@1000"
        && ticks([9], tight: false, range: 0.5...1.5).hasPrefix("0.6@100"))
    try expectEqual(ticks([9], logarithmic: true, range: 0...100), ticks([9], logarithmic: true))
    try expectEqual(ticks([9], logarithmic: true, range: 1...100), "1@0 10@500 100@1000")
    try expectEqual(ticks([1, 9], range: 3...3), ticks([1, 9]))
  }
}
