import Foundation
import Support
import Testing

@testable import Drawing

@Suite struct LineChartTests {
  static let losses = [0.91, 0.42, 0.2, 0.11, 0.068, 0.05, 0.041]

  @Test func ordinaryCharts() throws {
    try check(.lineChart(title: "Loss", series: [.init("here", Self.losses)]))
    let band = Picture.Band("20 seeds", low: Self.losses.map { $0 * 0.7 }, high: Self.losses.map { $0 * 1.4 })
    try check(
      .lineChart(
        title: "Loss & <range>", series: [.init("here", Self.losses), .init("L_{2}", Self.losses.reversed())],
        band: band, x: .init("epoch"), y: .init("mean squared error", isLogarithmic: true)))
    try check(.activations(title: "Activations", Picture.Activation.allCases))
    try check(.activations(title: "Slopes", Picture.Activation.allCases, derivatives: true))
  }

  @Test(
    arguments: [
      [], [.nan], [.infinity, -.infinity], [3], [0, 0, 0], [2, 2, 2], [-7e-30, -7e-30], [1e300, -1e300, 1],
      [1e149, -1e149],
      [2e-308, 4e-308], [.nan, 1, .nan, 2, 3, .infinity], [1e9, 1e9 + 1],
    ] as [[Double]])
  func oddData(_ values: [Double]) throws {
    try check(.lineChart(title: "odd", series: [.init("a", values)]))
    try check(.lineChart(title: "odd", series: [.init("a", values)], y: .init(isLogarithmic: true)))
    try check(.lineChart(title: "odd", series: [], band: .init("b", low: values, high: values)))
  }

  @Test func nothingIsANote() {
    let picture = Picture.lineChart(title: "none", series: [.init("a", [.nan, .infinity])])
    expect(picture.alternative.contains("no finite values"))
  }

  @Test func ticksAreRoundNumbers() throws {
    let scale = try #require(AxisScale(.init(), values: [0.03, 0.97], ticks: 5, tight: false))
    expectEqual(scale.ticks.map(\.text), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"].map { $0 == "0.0" ? "0" : $0 })
    expectEqual(scale.position(0.5), 0.5)
    let decades = try #require(AxisScale(.init(isLogarithmic: true), values: [0.002, 30], ticks: 5, tight: false))
    expectEqual(decades.ticks.map(\.text), ["0.001", "0.01", "0.1", "1", "10", "100"])
    expect(decades.position(0) == nil)
  }

  @Test func aRisingLineRisesInTheTerminal() {
    let lines = Picture.lineChart(title: "up", series: [.init("", [0, 1])]).terminal(columns: 40, colour: false)
    let plot = lines.filter { $0.contains("│") || $0.contains("┤") }
    func firstDot(_ line: String) -> Int? {
      line.firstIndex { $0 > "\u{2800}" && $0 < "\u{2900}" }?.utf16Offset(in: line)
    }
    let dots = plot.compactMap(firstDot)
    expect(dots.count > 4)
    expectEqual(dots, dots.sorted(by: >))
  }

  @Test func linesWithoutColourDifferInTheirDots() {
    let picture = Picture.lineChart(title: "two", series: [.init("a", [0, 0]), .init("b", [1, 1])])
    let lines = picture.terminal(columns: 40, colour: false)
    let legend = lines[0].split(separator: "   ").map { $0.prefix(3) }
    expect(legend.count == 2 && legend[0] != legend[1])
  }

  @Test func activationsAsTheirFrameworksDefineThem() {
    expectEqual(Picture.Activation.hardSigmoid.value(1), 0.7)
    expect(abs(Picture.Activation.hardSigmoidSixth.value(1) - 4.0 / 6) < 1e-15)
    for function in Picture.Activation.allCases {
      let numerical = (function.value(0.4 + 1e-6) - function.value(0.4 - 1e-6)) / 2e-6
      expect(abs(numerical - function.slope(0.4)) < 1e-8, "\(function)")
    }
  }
}
