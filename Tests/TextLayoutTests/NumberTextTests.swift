import Support
import Testing
import TextLayout

@Suite struct NumberTextTests {
  @Test(
    arguments: [
      (0.285, 2, "0.28"), (-0.5, 3, "−0.500"), (-0.0004, 3, "0.000"), (-0.0, 1, "0.0"), (12.75, 0, "13"),
      (.nan, 2, "NaN"),
      (-.infinity, 2, "−∞"), (.infinity, 0, "∞"), (-2.5e17, 2, "−2.5e17"), (1.45, 1, "1.4"),
    ] as [(Double, Int, String)])
  func fixedDecimals(value: Double, digits: Int, text: String) {
    expectEqual(NumberText.fixed(value, digits: digits), text)
  }

  @Test(
    arguments: [
      (0, "0"), (0.25, "0.25"), (1200, "1200"), (-0.3333, "−0.333"), (3.14e-5, "3.1e−5"), (-9.96e-5, "−1e−4"),
      (12_345_678, "1.2e7"), (.nan, "NaN"), (-.infinity, "−∞"),
    ] as [(Double, String)])
  func shortLabels(value: Double, text: String) { expectEqual(NumberText.short(value), text) }

  @Test(
    arguments: [
      ([0.123456, -12.5], 4, ["0.1235", "−12.5000"]), ([1, 2, -3], 4, ["1", "2", "−3"]),
      ([-0.00001, 0.5], 4, ["−1e−5", "0.5000"]), ([-0.0, 0.5], 4, ["0.0000", "0.5000"]),
      ([1.41783e-5, 0.99961, 0.00005698], 4, ["1.42e−5", "0.9996", "0.0001"]),
      ([1e-9], 4, ["1e−9"]), ([15_000_000.5], 3, ["1.5e7"]), ([.nan, 1.5], 1, ["NaN", "1.5"]),
      ([-.infinity], 2, ["−∞"]),
      ([0], 4, ["0"]), ([], 4, []),
    ] as [([Double], Int, [String])])
  func numbersThatStandTogetherAreWrittenAlike(values: [Double], decimals: Int, texts: [String]) {
    expectEqual(NumberText.texts(values, decimals: decimals), texts)
  }

  @Test func whatIsNotShownDecidesTheFormToo() {
    expectEqual(NumberText.texts([0.001], of: [0.001, 2e7], decimals: 2), ["1e−3"])
  }

  @Test(
    arguments: [
      (0, "0"), (0.5, "0.5"), (-0.5, "−0.5"), (1e-13, "1e−13"), (0.012, "1.2e−2"), (34.5, "3.4e1"), (.nan, "NaN"),
    ] as [(Double, String)])
  func smallDifferences(value: Double, text: String) { expectEqual(NumberText.small(value), text) }

  @Test(
    arguments: [
      (0.5, 4, "0.5"), (-2, 4, "−2"), (0.7310585786, 4, "0.7311"), (-0.0, 4, "0"), (1e-7, 4, "1e−7"),
      (1.23456e-7, 4, "1.23e−7"), (123_456_789.5, 0, "1e8"), (-.infinity, 4, "−∞"), (1.5e20, 4, "1.5e20"),
    ] as [(Double, Int, String)])
  func numbersInFormulas(value: Double, decimals: Int, text: String) {
    expectEqual(NumberText.plainest(value, decimals: decimals), text)
  }

  /// Programs read plain ASCII, readers the minus sign.
  @Test func programsReadPlainMinuses() {
    expect(NumberText.exact(-0.1) == "-0.1" && NumberText.exact(-3) == "-3" && NumberText.exact(-1.5e-7) == "-1.5e-07")
    expect(NumberText.full(-0.1) == "−0.1" && NumberText.full(-.infinity) == "−∞")
    expect(NumberText.ascii("−1.5e−7") == "-1.5e-7" && NumberText.typographic("-1.5e-7") == "−1.5e−7")
  }

  @Test(
    arguments: [
      (0, "0"), (-0.001, "0"), (-12.25, "-12.25"), (3.5, "3.5"), (0.05, "0.05"), (7, "7"), (.nan, "0"),
      (-5e9, "-1000000"),
      (0.999, "1"),
    ] as [(Double, String)])
  func coordinates(value: Double, text: String) { expectEqual(NumberText.coordinate(value), text) }

  @Test(arguments: [
    ("from -0.5 to 1e-7", "from −0.5 to 1e−7"), ("-3", "−3"), ("(-1, -2)", "(−1, −2)"), ("2.5e-7 s", "2.5e−7 s"),
    ("x=-1; y ≤ -2", "x=−1; y ≤ −2"), ("-∞ … ∞", "−∞ … ∞"),
    // These hyphens are no minus signs.
    ("lines 8-13, D46-D50", "lines 8-13, D46-D50"), ("2016-04-25", "2016-04-25"), ("--units 4, x-1", "--units 4, x-1"),
    ("a well-kept -x", "a well-kept -x"), ("Case-2 e-2", "Case-2 e-2"), ("-", "-"), ("", ""),
  ])
  func sentencesHaveOneMinusSign(text: String, expected: String) { expectEqual(NumberText.sentence(text), expected) }
}
