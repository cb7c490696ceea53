import Support
import Testing

@testable import Drawing

/// Where numbers lie between the ends of a scale, and what stands for them.
@Suite struct ScaleTests {
  static let ends: [(scale: HeatMapScale, values: [Double], least: Double, greatest: Double, isSigned: Bool)] = [
    (.unit, [-3, 7], 0, 1, false), (.signed, [-2, 1], -2, 2, true), (.signed, [1, 3], -3, 3, true),
    (.signed, [], -1, 1, true), (.symmetric(-3), [9], -3, 3, true), (.symmetric(0), [9], -1, 1, true),
    (.range(1, 5), [9], 1, 5, false), (.range(5, 1), [9], 0, 1, false), (.range(.nan, 1), [9], 0, 1, false),
    (.automatic, [1, 4], 0, 4, false), (.automatic, [-1, 4], -4, 4, true), (.automatic, [-5, 4], -5, 5, true),
    (.automatic, [], 0, 1, false), (.automatic, [.infinity, 2], 0, 2, false),
  ]

  @Test(arguments: ends.indices) func aScaleHasItsEnds(row: Int) {
    let (scale, values, least, greatest, isSigned) = Self.ends[row]
    let own = ValueScale(scale, values: values)
    expect(own.least == least && own.greatest == greatest && own.isSigned == isSigned)
  }

  @Test func numbersBeyondTheEndsStayAtThem() {
    let own = ValueScale(.range(1, 5), values: [])
    expect([0, 1, 2, 4, 5, 9].map(own.fraction) == [0, 0, 0.25, 0.75, 1, 1] && own.fraction(.nan).isNaN)
  }

  /// Each sign stands for a fourth of the range, half of one at the ends; of a signed scale for an eighth.
  @Test func signsStandForTheirPartOfTheRange() {
    let unit = ValueScale(.unit, values: [])
    let places = [-1, 0.12, 0.13, 0.37, 0.38, 0.62, 0.63, 0.87, 0.88, 2, .nan]
    expectEqual(String(places.map(unit.shade)), "  ░░▒▒▓▓██?")
    let signed = ValueScale(.symmetric(1), values: [])
    let around = [-2, -0.88, -0.87, -0.63, -0.62, -0.38, -0.37, -0.13, -0.12, 0.12, 0.13, 0.62, 0.63, 0.88, .nan]
    expectEqual(String(around.map(signed.shade)), "##%%==--··░▒▓█?")
  }

  @Test func numbersLieAlongAnAxis() throws {
    let own = try #require(AxisScale(.init(), values: [0, 10, .nan], ticks: 5, tight: true))
    expect([0, 5, 10, 12].map(own.position) == [0, 0.5, 1, 1.2] && own.position(.infinity) == nil)
    expectEqual(own.ticks.map(\.text), ["0", "2", "4", "6", "8", "10"])
    expectEqual(own.ticks.map { ($0.position * 10).rounded() }, [0, 2, 4, 6, 8, 10])
    let powers = try #require(AxisScale(.init(isLogarithmic: true), values: [1, 100, 0], ticks: 5, tight: true))
    expect([1, 10, 100].map(powers.position) == [0, 0.5, 1] && powers.position(0) == nil)
    expect(AxisScale(.init(isLogarithmic: true), values: [0, -1], ticks: 5, tight: true) == nil)
  }

  /// A constant lies in the middle; an axis that is not tight ends at a tick; a given range decides.
  @Test func endsOfAnAxis() throws {
    func ends(_ values: [Double], _ axis: Picture.Axis = .init(), tight: Bool = true) throws -> [Double] {
      let own = try #require(AxisScale(axis, values: values, ticks: 5, tight: tight))
      return [own.low, own.high]
    }
    try expect(ends([4]) == [2, 6] && ends([0, 0]) == [-1, 1] && ends([-4]) == [-6, -2])
    try expect(ends([1, 9.5]) == [1, 9.5] && ends([1, 9.5], tight: false) == [0, 10])
    try expectEqual(ends([7, 8], .init(range: -1...3), tight: false), [-1, 3])
    try expectEqual(ends([100, 100], .init(isLogarithmic: true)), [1.5, 2.5])
  }

  @Test func whatAnAxisCanShow() {
    for (value, plain, logarithmic) in [
      (1, true, true), (0, true, false), (-1, true, false), (.nan, false, false), (.infinity, false, false),
      (1e150, false, false), (-1e150, false, false), (9e149, true, true), (1e-150, true, false), (2e-150, true, true),
    ] as [(Double, Bool, Bool)] {
      expectEqual(AxisScale.canShow(value, logarithmic: false), plain, "\(value)")
      expectEqual(AxisScale.canShow(value, logarithmic: true), logarithmic, "\(value)")
    }
  }
}
