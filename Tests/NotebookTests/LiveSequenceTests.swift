import Foundation
import Formulas
import TextLayout
import Support
import Testing

@testable import Notebook

/// Places where a reader makes a sequence, and the numbers of 16 bits that they carry.
@Suite struct LiveSequenceTests {
  private static let x = symbol("x_t", .input)
  private static let before = symbol("h_{t-1}", .state)
  private static let w = symbol("W", .weight, [0.5, 3])
  private static let h = define("h_t", w ⊙ x + before, .state)
  private static let y = define("y_t", relu(h), .output)
  private static let recurrence = Recurrence(input: x, states: [(before, h)], outputs: [y])
  private static let steps = recurrence.unrolled(over: [[1, 0], [0, 1], [0, 1]], from: [[0.25, -1]], firstStep: 1)

  private static func sequence(
    _ editor: LiveSequence.Editor, precision: LiveSequence.Precision = .double, comparing: Int = .max
  ) -> LiveSequence {
    LiveSequence(
      recurrence, steps: steps, showing: [y], editor: editor, precision: precision, comparing: comparing)
  }

  private func section(_ sequence: LiveSequence) throws -> LiveSection {
    let evaluation = try Evaluation(of: Self.steps.flatMap { [$0[Self.h], $0[Self.y]] })
    return try LiveSection(LivePlace("Make <one>", sequence), number: 2, moves: [], in: evaluation)
  }

  private func writer() -> HTMLWriter {
    HTMLWriter(log: Log(name: "demo", number: 1, title: "", summary: "", language: "en"), words: .english)
  }

  @Test func wordsAreChosenStepByStep() throws {
    func select(_ step: Int) -> String {
      "<select data-step=\"\(step)\" aria-label=\"step \(step + 1)\"><option>a</option><option>&lt;b&gt;</option></select>"
    }
    expectEqual(
      writer().liveControls(try section(Self.sequence(.words(["a", "<b>"])))),
      """
      <section class="live" id="live-2" aria-label="Make &lt;one&gt;">
      <div class="controls" hidden>
      <p class="live-title">Make &lt;one&gt;</p>
      <p class="proof"></p>
      <div class="presets"><button type="button" data-printed="">as printed</button></div>
      <p class="held line answer"></p>
      <div class="choices sentence">\(select(0))\(select(1))\(select(2))</div>
      <p class="spoken" aria-live="polite"></p>
      </div>
      """)
  }

  @Test func aPadIsAsLargeAsItsPicture() throws {
    let hint = Words.english.livePad
    expectEqual(
      writer().liveControls(try section(Self.sequence(.pad))),
      """
      <section class="live" id="live-2" aria-label="Make &lt;one&gt;">
      <div class="controls drawing" hidden>
      <canvas class="pad" width="20" height="30" tabindex="0" role="application" aria-label="\(hint)"></canvas>\
      <p class="live-title">Make &lt;one&gt;</p>
      <p class="proof"></p>
      <div class="presets"><button type="button" data-printed="">as printed</button>\
      <button type="button" data-clear="">clear</button></div>
      <p class="held line answer"></p>
      <p class="facts">\(hint)</p>
      <p class="spoken" aria-live="polite"></p>
      </div>
      """)
  }

  private func bits(_ numbers: Double...) -> String {
    Data(numbers.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) } })
      .base64EncodedString()
  }

  /// One step as a graph, and what the page shows of all steps; with half precision constants have two bytes.
  @Test func theScriptReadsOneStepAndWhatIsShown() throws {
    func data(_ sequence: LiveSequence) throws -> String {
      let text = LiveData(words: .english).text([(try section(sequence), [])])
      return String(text[(text.firstRange(of: "\"places\"")?.lowerBound ?? text.startIndex)...])
    }
    func expected(_ constant: String, _ printed: [String], _ words: String) -> String {
      "\"places\":[{\"id\":\"live-2\",\"nodes\":[{\"op\":\"input\",\"name\":\"xₜ\",\"value\":\"\(bits(1, 0))\"},"
        + "{\"op\":\"input\",\"name\":\"hₜ₋₁\",\"value\":\"\(bits(0.25, -1))\"},"
        + "{\"op\":\"constant\",\"name\":\"W\",\"value\":\(constant)},{\"op\":\"hadamard\",\"of\":[2,0]},"
        + "{\"op\":\"add\",\"of\":[3,1]},{\"op\":\"name\",\"name\":\"hₜ\",\"of\":[4]},{\"op\":\"relu\",\"of\":[5]},"
        + "{\"op\":\"name\",\"name\":\"yₜ\",\"of\":[6]}],\"presets\":[],\"choices\":[],\"results\":[],\"scales\":[],"
        + "\"sequence\":{\"input\":0,\"states\":[[1,5]],\"names\":[\"x₁\",\"x₂\",\"x₃\"],\"shown\":[7],"
        + "\"inputs\":[\"\(bits(1, 0))\",\"\(bits(0, 1))\",\"\(bits(0, 1))\"],"
        + "\"printed\":[[\"\(printed[0])\"],[\"\(printed[1])\"],[\"\(printed[2])\"]]\(words)}}]}"
    }
    let all = [bits(0.75, 0), bits(0.75, 2), bits(0.75, 5)]
    try expectEqual(
      data(Self.sequence(.words(["a", "b"]))), expected("\"\(bits(0.5, 3))\"", all, ",\"words\":[\"a\",\"b\"]"))
    let first = [bits(0.75), bits(0.75), bits(0.75)]
    let half = Data([0x00, 0x38, 0x00, 0x42]).base64EncodedString()
    try expectEqual(
      data(Self.sequence(.pad, precision: .half, comparing: 1)), expected("{\"half\":\"\(half)\"}", first, ""))
  }

  /// A number of a step is marked with the node of one step and its step from 0; weights stay.
  @Test func marksSayTheStep() throws {
    let section = try section(Self.sequence(.pad))
    let marks = LiveMarks(section)
    expectEqual(marks.mark(NumberSource(Self.steps[2][Self.y], element: 1, form: .fixed, decimals: 3)), "7,1,fixed,3,2")
    expectEqual(marks.mark(NumberSource(Self.steps[0][Self.h], form: .plainest, decimals: 3)), "5,0,plainest,3,0")
    expect(marks.mark(NumberSource(Self.w, form: .fixed, decimals: 3)) == nil)
    expect(marks.mark(NumberSource(Self.y, form: .fixed, decimals: 3)) == nil)
    expect(section.shown.inputs == [[1, 0], [0, 1], [0, 1]] && !section.canHold)
    expectEqual(section.shown.formulas, [[[0.75, 0]], [[0.75, 2]], [[0.75, 5]]])
    expect(section.outcome.map(\.value) == [[0.75, 5]] && section.place.results == [Self.steps[2][Self.y]])
    let place = LivePlace("Make", Self.sequence(.words(["a", "b"]))).worded { $0.uppercased() }
    guard case .words(["A", "B"])? = place.sequence?.editor else {
      Issue.record("\(place)")
      return
    }
    expect(place.title == "MAKE" && place.inputs == Self.steps.map { $0[Self.x] } && place.units == 0)
    expectEqual(Self.sequence(.pad).compared, .max)
    let none = LiveSequence(Self.recurrence, steps: [], showing: [Self.y], editor: .pad)
    #expect(throws: FormulaError("a live sequence has no steps")) { try none.graph(in: Evaluation(of: [])) }
    expect(LivePlace("None", none).results.isEmpty)
  }

  // MARK: Moves

  @Test func movesAreReadOrNamed() throws {
    try expectEqual(
      LiveMove.read("1:c_0[4]=-0.5,2:x_1[2]=3e-2"),
      [
        LiveMove(place: 1, name: "c_0", element: 3, value: -0.5),
        LiveMove(place: 2, name: "x_1", element: 1, value: 0.03),
      ])
    for text in ["c_0[4]=1", "1:c_0=1", "1:c_0[0]=1", "1:c_0[4]=one", "1:c_0[4]=inf", "1:c_0[4]"] {
      let error = #expect(throws: LiveMove.Problem.self) { try LiveMove.read("1:a[1]=2,\(text)") }
      expectEqual(
        error?.description, "--live: expected PLACE:NAME[ELEMENT]=NUMBER, as 1:c_0[4]=-0.5, received \"\(text)\"")
    }
  }

  @Test func aMoveGivesWhatFollowsAndAWrongOneIsNamed() throws {
    let (x, y) = (symbol("x_t", .input, [1, 2]), symbol("h_{t-1}", .state, [3, 5]))
    let (u, z) = (define("u", squared(x)), define("z_t", x ⊙ y))
    let place = LivePlace(
      "Try", controls: [.elements(of: x, in: 0...1), .unit(of: y, in: 0...1)],
      presets: [LivePreset("h", [z: [1, 1]])], results: [u, z])
    let evaluation = try Evaluation(of: [u, z])
    func values(_ moves: LiveMove...) throws -> [MathValue] {
      try LiveSection(place, number: 1, moves: moves, in: evaluation).outcome.map(\.value)
    }
    try expectEqual(values(), [[1, 4], [3, 10]])
    try expectEqual(values(LiveMove(place: 1, name: "x_t", element: 1, value: -4)), [[1, 16], [3, -20]])
    // By its name as pages show it, and two moves of one input.
    try expectEqual(
      values(
        LiveMove(place: 1, name: "hₜ₋₁", element: 0, value: 2),
        LiveMove(place: 1, name: "h_{t-1}", element: 1, value: 7)
      ), [[1, 4], [2, 14]])
    for (name, element) in [("x_t", 2), ("z_t", 0)] {
      let error = #expect(throws: LiveMove.Problem.self) {
        try values(LiveMove(place: 1, name: name, element: element, value: 0))
      }
      expectEqual(
        error?.description, "--live: expected one of x_t[1…2], h_{t-1}[1…2], received \(name)[\(element + 1)]")
    }
    let section = try LiveSection(place, number: 1, moves: [], in: evaluation)
    expect(section.canHold && section.mark(Formula(1)) == nil && section.id == "live-1")
    let unused = LivePlace("Try", controls: [.elements(of: y, in: 0...1)], results: [u])
    #expect(throws: FormulaError("u does not change with the inputs of a live place")) {
      try LiveSection(unused, number: 1, moves: [], in: evaluation)
    }
  }

  // MARK: Halves

  /// Numbers that 16 bits hold stay; others go to the nearest, ties to even, and beyond the range to its end.
  @Test(
    arguments: [
      (0, 0, 0), (-0.0, 0x8000, 0), (0.5, 0x3800, 0.5), (-2, 0xC000, -2), (1, 0x3C00, 1), (65504, 0x7BFF, 65504),
      (65505, 0x7BFF, 65504), (1e6, 0x7BFF, 65504), (-1e6, 0xFBFF, -65504), (1.00048828125, 0x3C00, 1),
      (1.00146484375, 0x3C02, 1.001953125), (0x1p-24, 1, 0x1p-24), (0x1p-26, 0, 0), (0x1p-14, 0x0400, 0x1p-14),
      (0x1.8p-15, 0x0300, 0x1.8p-15), (0.1, 0x2E66, 0.0999755859375), (1.9998, 0x4000, 2),
      (-0x1p-25 * 3, 0x8002, -0x1p-23),
    ] as [(Double, UInt16, Double)])
  func numbersAreRoundedToHalves(number: Double, bits: UInt16, rounded: Double) {
    expect(HalfPrecision.bits(number) == bits && HalfPrecision.value(bits) == rounded)
    expect(HalfPrecision.rounded(number) == rounded && MathValue(number).roundedToHalf == MathValue(rounded))
  }

  @Test func aRoundedMatrixKeepsItsShape() throws {
    let matrix = try MathValue(rows: [[0.1, 1, 2], [3, 4, 1e6]])
    try expectEqual(matrix.roundedToHalf, MathValue(rows: [[0.0999755859375, 1, 2], [3, 4, 65504]]))
  }
}
