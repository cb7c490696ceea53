import Drawing
import Files
import Foundation
import Formulas
import TextLayout
import Support
import Testing

@testable import Notebook

/// What a page carries of its live places: controls, data for the script, and marks on numbers, to the last letter.
@Suite struct LiveTextTests {
  private static let x = symbol("x_t", .input, [1, -2])
  private static let c = symbol("c_{t-1}", .state, [0.5, 0.25])
  private static let b = symbol("b_f", .weight, [3, 4])
  private static let rho = symbol("\\rho", .weight, 0.5)
  private static let f = define("f_t", relu(b ⊙ x), .gate)
  private static let h = define("h_t", rho * (f ⊙ c), .state)

  private static func cell(units: Int = 2) -> LivePlace {
    LivePlace(
      "Turn x_t <b>", units: units,
      controls: [
        .elements(of: x, in: -4...4), .unit(of: c, in: -2...2, step: 0.25), .unit(of: b, in: -6...6, frees: f),
        .elements(of: rho, in: 0...1, step: 0.01),
      ],
      choices: [
        LiveChoice("start & end", [LivePreset("one", [c: [1, 1]]), LivePreset("<2>", [c: [2, 0]])], selected: 1)
      ],
      presets: [LivePreset("keep f_t", [f: [1, 1]]), LivePreset("zero", [x: .zeros(2)])], results: [f, h])
  }

  private func section(_ place: LivePlace, number: Int = 3) throws -> LiveSection {
    try LiveSection(place, number: number, moves: [], in: Evaluation(of: [Self.h]))
  }

  private func writer(_ words: Words = .english) -> HTMLWriter {
    HTMLWriter(log: Log(name: "demo", number: 1, title: "", summary: "", language: "en"), words: words)
  }

  private func math(_ latex: String) throws -> String { try MathText(latex: latex).mathML(display: false) }

  /// Sliders: one for the unit, one group for those of the unit and for single numbers, one group for each vector.
  @Test func slidersStandInTheirGroups() throws {
    func control(_ id: String, _ label: String, _ spoken: String, _ value: String, _ slider: String, _ field: String)
      -> String
    {
      "<div class=\"control\"><label for=\"live-3-\(id)\">\(label)</label>"
        + "<input type=\"range\" id=\"live-3-\(id)\" aria-label=\"\(spoken)\" value=\"\(value)\"\(slider)>"
        + "<input type=\"number\" inputmode=\"decimal\" aria-label=\"\(spoken)\" value=\"\(value)\"\(field)></div>"
    }
    let unit = " data-unit=\"\" min=\"1\" max=\"2\" step=\"1\""
    func number(_ node: Int, _ place: String, _ more: String = "") -> String {
      " data-node=\"\(node)\" data-place=\"\(place)\"\(more)"
    }
    let any = " step=\"any\""
    let (wide, gates) = (" min=\"-4\" max=\"4\" step=\"0.1\"", " min=\"-6\" max=\"6\" step=\"0.1\"")
    let expected = try """
    <section class="live" id="live-3" aria-label="Turn x_t &lt;b&gt;">
    <div class="controls" hidden>
    <p class="live-title">Turn \(math("x_t")) &lt;\(math("b"))&gt;</p>
    <p class="proof"></p>
    <div class="presets"><button type="button" data-printed="">as printed</button>\
    <button type="button" data-preset="0">keep \(math("f_t"))</button><button type="button" data-preset="1">zero</button></div>
    <p class="held line"></p>
    <div class="choices"><label>start &amp; end <select data-choice="0" data-selected="1"><option>one</option>\
    <option selected>&lt;2&gt;</option></select></label></div><div class="sliders" tabindex="0">
    <fieldset>\(control("unit", "unit", "unit", "1", unit, unit))</fieldset>
    <fieldset>\
    \(control("1-unit", math("c_{t-1}"), "cₜ₋₁", "0.5", number(1, "unit") + " min=\"-2\" max=\"2\" step=\"0.25\"", number(1, "unit") + any))\
    \(control("2-unit", math("b_f"), "b_f", "3", number(2, "unit", " data-frees=\"6\"") + gates, number(2, "unit", " data-frees=\"6\"") + any))\
    \(control("3-0", math("\\rho"), "ρ", "0.5", number(3, "0") + " min=\"0\" max=\"1\" step=\"0.01\"", number(3, "0") + any))\
    </fieldset>
    <fieldset><legend>\(math("x_t"))</legend>\
    \(control("0-0", "1", "xₜ 1", "1", number(0, "0") + wide, number(0, "0") + any))\
    \(control("0-1", "2", "xₜ 2", "-2", number(0, "1") + wide, number(0, "1") + any))\
    </fieldset>
    </div>
    <p class="spoken" aria-live="polite"></p>
    </div>
    """
    let found = writer().liveControls(try section(Self.cell()))
    expectEqual(found, expected)
    expectEqual(HTMLWriter.endOfLive, "</section>")
    // Without units to choose from there is no slider for them, and presets of inputs hold nothing.
    let single = LivePlace("T", units: 1, presets: [LivePreset("zero", [Self.x: .zeros(2)])], results: [Self.h])
    #expect(throws: FormulaError("xₜ does not change with the inputs of a live place")) { try section(single) }
    let plain = LivePlace(
      "T", units: 1, controls: [.elements(of: Self.rho, in: 0...1)], presets: [LivePreset("0", [Self.rho: 0])],
      results: [Self.h])
    let text = writer().liveControls(try section(plain))
    expect(text.contains("<p class=\"held\"></p>") && !text.contains("data-unit") && !text.contains("choices"))
    let bare = LivePlace(
      "T", choices: [LiveChoice("a", [LivePreset("0", [Self.rho: 0])], selected: 0)], results: [Self.h])
    let chosen = writer().liveControls(try section(bare))
    expect(chosen.contains("<option selected>0</option>") && !chosen.contains("class=\"sliders\""))
  }

  /// Eight bytes a number, in base 64.
  private func bits(_ numbers: Double...) -> String {
    Data(numbers.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) } })
      .base64EncodedString()
  }

  @Test func theScriptReadsGraphPresetsAndColours() throws {
    let scale = NumberSource.Scale(least: -1, greatest: 2.5, colours: ["#000000", "#ffffff"])
    let text = LiveData(words: .english).text([(try section(Self.cell()), [scale])])
    let words = Words.english
    let expected = """
      {"words":{"equal":"\(words.liveEqual)","differs":"\(words.liveDiffers)","held":"held","likeliest":"likeliest"},\
      "places":[{"id":"live-3","nodes":[\
      {"op":"input","name":"xₜ","value":"\(bits(1, -2))"},{"op":"input","name":"cₜ₋₁","value":"\(bits(0.5, 0.25))"},\
      {"op":"input","name":"b_f","value":"\(bits(3, 4))"},{"op":"input","name":"ρ","value":"\(bits(0.5))"},\
      {"op":"hadamard","of":[2,0]},{"op":"relu","of":[4]},{"op":"name","name":"fₜ","of":[5],"printed":"\(bits(3, 0))"},\
      {"op":"hadamard","of":[6,1]},{"op":"hadamard","of":[3,7]},\
      {"op":"name","name":"hₜ","of":[8],"printed":"\(bits(0.75, 0))"}],\
      "presets":[[[6,"\(bits(1, 1))"]],[[0,"\(bits(0, 0))"]]],\
      "choices":[[[[1,"\(bits(1, 1))"]],[[1,"\(bits(2, 0))"]]]],"results":[6,9],\
      "scales":[{"least":-1,"greatest":2.5,"colours":["#000000","#ffffff"]}]}]}
      """
    expectEqual(text.replacing(" ", with: ""), expected.replacing(" ", with: ""))
    let product = define("y", Formula(try MathValue(rows: [[1, 2]])) • Self.x)
    let graph = try FormulaGraph(of: [product], changing: [Self.x], in: Evaluation(of: [product]))
    expectEqual(
      LiveData(words: .english).text(nodes: graph).replacing(" ", with: ""),
      "[{\"op\":\"input\",\"name\":\"xₜ\",\"value\":\"\(bits(1, -2))\"},"
        + "{\"op\":\"constant\",\"value\":\"\(bits(1, 2))\"},{\"op\":\"product\",\"of\":[1,0],\"by\":[1,2,1]},"
        + "{\"op\":\"name\",\"name\":\"y\",\"of\":[2],\"printed\":\"\(bits(-3))\"}]")
  }

  @Test func aMarkSaysNodeElementFormAndDecimals() throws {
    let marks = LiveMarks(try section(Self.cell()))
    func mark(_ formula: Formula, _ element: Int, _ form: NumberSource.Form, _ decimals: Int) -> String? {
      marks.mark(NumberSource(formula, element: element, form: form, decimals: decimals))
    }
    let (one, two) = (
      NumberSource.Scale(least: 0, greatest: 1, colours: ["#1"]),
      NumberSource.Scale(least: 0, greatest: 2, colours: ["#1"])
    )
    expect(mark(Self.h, 1, .plainest, 4) == "9,1,plainest,4" && mark(Self.f, 1, .together, 3) == "6,1,together,3")
    expect(mark(Self.x, 1, .list, 2) == "0,0,list,2" && mark(Self.h, 1, .fixed, 5) == "9,unit,fixed,5")
    expect(mark(Self.h, 1, .colour(one), 7) == "9,1,colour,0" && mark(Self.h, 0, .colour(two), 7) == "9,0,colour,1")
    expect(mark(Self.h, 1, .colour(one), 7) == "9,1,colour,0" && marks.scales == [one, two])
    expect(mark(Formula(3), 0, .plainest, 4) == nil)
    let all = LiveMarks(try section(Self.cell(units: 0)))
    expectEqual(all.mark(NumberSource(Self.h, element: 1, form: .fixed, decimals: 5)), "9,1,fixed,5")
  }

  /// Only the caption's unit 1 follows the choice; the cells of a matrix follow, but not its gaps.
  @Test func captionsAndCellsFollow() throws {
    var writer = self.writer()
    expectEqual(writer.liveCaption("unit 1 & 2"), "unit 1 &amp; 2")
    writer.live = LiveMarks(try section(Self.cell()))
    expectEqual(writer.liveCaption("<h>, unit 1"), "&lt;h&gt;, unit <span data-unit=\"\">1</span>")
    var numbers = Numbers(shape: [12], (0..<12).map(Double.init))
    expect(writer.mark(numbers, ValueGrid(numbers, decimals: 2), 0, 0, 2).isEmpty)
    numbers.formula = Self.h
    let grid = ValueGrid(numbers, decimals: 2)
    expectEqual(grid.rows[0].count, 9)
    expectEqual(writer.mark(numbers, grid, 0, 1, 2), " data-live=\"9,1,together,2\"")
    expectEqual(writer.mark(numbers, grid, 0, 8, 2), " data-live=\"9,11,together,2\"")
    expect(writer.mark(numbers, grid, 0, 5, 2).isEmpty)
    writer.live = LiveMarks(try section(Self.cell(units: 1)))
    expectEqual(writer.liveCaption("unit 1"), "unit 1")
  }

  @Test func aPlaceInOtherWords() {
    let place = Self.cell().worded { "<\($0)>" }
    expect(place.title == "<Turn x_t <b>>" && place.presets.map(\.name) == ["<keep f_t>", "<zero>"])
    expect(place.choices.map(\.name) == ["<start & end>"] && place.choices[0].selected == 1)
    expectEqual(place.choices[0].options.map(\.name), ["<one>", "<<2>>"])
    expectEqual(place.presets.map(\.values.count), [1, 1])
    expectEqual(place.inputs, [Self.x, Self.c, Self.b, Self.rho])
    let chosen = LivePlace(
      "T", controls: [.elements(of: Self.x, in: 0...1)],
      choices: [
        LiveChoice("a", [LivePreset("0", [Self.c: 0, Self.x: 1]), LivePreset("1", [Self.c: 1])], selected: 0)
      ],
      results: [Self.h])
    expectEqual(chosen.inputs, [Self.x, Self.c])
    let control = LiveControl.elements(of: Self.x, in: -1...2)
    expect(control.step == 0.1 && !control.isOfUnit && control.frees == nil && control.range == -1...2)
    let unit = LiveControl.unit(of: Self.b, in: -1...2)
    expect(unit.step == 0.1 && unit.isOfUnit && unit.frees == nil && chosen.units == 0 && chosen.presets.isEmpty)
  }

  /// A page with live places runs its one script and nothing else.
  @Test func onlyTheScriptOfThePageMayRun() throws {
    let digest = Data(sha256(Array(LiveScript.text.utf8))).base64EncodedString()
    expectEqual(
      HTMLWriter.livePolicy(),
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-\(digest)'; "
        + "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n<style>\n\(LiveStyle.sheet)"
        + "\n</style>")
    let marks = LiveMarks(try section(Self.cell()))
    let data = LiveData(words: .english).text([(marks.section, [])])
    expectEqual(
      writer().liveScript([marks]),
      "<script type=\"application/json\" id=\"live-data\">\(data)</script>\n<script>\(LiveScript.text)</script>")
    expect(!data.contains("<") && LiveScript.text.hasPrefix("(() => {\n"))
    expect(!data.contains("\\u003c"))
  }

  /// A run records where its places begin and end, in the words of each page, and the values that follow.
  @MainActor @Test func aRunHasItsPlaces() throws {
    let page = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [],
      file: "/none/demo/main.swift", arguments: ["--also", "en-XA"], terminal: .pipe
    ) { _ in }
    let evaluation = try Evaluation(of: [Self.h])
    for decimals in [18, -1] {
      page.live(Self.cell(), in: evaluation, line: 1) {
        page.show("h_t", Self.h, in: evaluation, decimals: decimals, line: 1)
      }
    }
    page.show("h_t", Self.h, in: evaluation, line: 1)
    let items = page.log.items.dropFirst()
    expectEqual(items.map(\.isLive), [true, false, true, true, false, true, false])
    expectEqual(items.map(\.isEndOfLive), [false, false, true, false, false, true, false])
    let values = items.compactMap { item -> (Numbers, Int)? in
      if case .output(.value(_, let numbers, let decimals)) = item { (numbers, decimals) } else { nil }
    }
    expect(
      values.map(\.1) == [17, 0, 4] && values.allSatisfy { $0.0.formula == Self.h && $0.0.doubles == [0.75, 0] })
    expect(page.log.livePlaces.map(\.number) == [1, 2] && page.absentPlace == nil)
    expectEqual(page.editions.map { $0.log.livePlaces[0].place.title }, ["Turn x_t <b>", "⟦Turn x_t <b>⟧"])
  }
}
