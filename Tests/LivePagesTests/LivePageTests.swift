import Foundation
import Support
import Testing

/// Pages with live places in a browser: what they say of themselves, and what they compute when a person moves a
/// control.
@Suite(.enabled(if: Browser.program != nil, "there is no Chromium on this machine"), .serialized)
struct LivePageTests {
  /// A chapter's page and what its run computed.
  private struct Page {
    var html: URL
    var places: [Outcome]

    struct Outcome: Decodable { var values: [Value] }
    struct Value: Decodable {
      var text: String
      var values: [Double]
    }
    private struct File: Decodable { var items: [Item] }
    private struct Item: Decodable {
      var kind: String
      var title: String?
      var values: [Value]?

      enum CodingKeys: CodingKey { case kind, title, values }
      init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        kind = try container.decode(String.self, forKey: .kind)
        values = kind == "live" ? try container.decode([Value].self, forKey: .values) : nil
      }
    }

    /// The arguments with which a chapter trains for a short time.
    private static let short = [
      "mnist": ["--data", "generated", "--pictures", "300", "--epochs", "1"], "gradients": ["--quick"],
      "language-model": ["--quick"],
    ]

    init(_ chapter: String, in folder: URL, moves: String? = nil) throws {
      html = folder.appending(path: "\(chapter).html")
      let json = folder.appending(path: "\(chapter).json")
      let run = try runBuilt(
        "chapter-\(chapter)",
        Self.short[chapter, default: []] + ["--html", html.path, "--json", json.path]
          + (moves.map { ["--live", $0] } ?? []))
      #expect(run.code == 0, "\(run.errors)")
      let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: json))
      places = file.items.filter { $0.kind == "live" }.map { Outcome(values: $0.values ?? []) }
    }
  }

  private struct Verdict: Decodable {
    var isProved: Bool
    var text: String
    var isShown: Bool
  }

  private static let verdicts = """
    livePlaces.map(({ isProved, section }) => ({ isProved, text: section.querySelector(".proof").textContent,
      isShown: !section.querySelector(".controls").hidden }))
    """

  @Test(arguments: ["lstm", "gru", "simple-rnn", "mnist", "gradients", "language-model", "rosetta"])
  func everyPlaceProvesItself(chapter: String) throws {
    try withTemporaryFolder { folder in
      let page = try Page(chapter, in: folder)
      try withBrowser { browser in
        try browser.open(page.html)
        let verdicts = try browser.value(Self.verdicts, as: [Verdict].self)
        #expect(verdicts.count == page.places.count && !verdicts.isEmpty)
        for verdict in verdicts {
          #expect(verdict.isProved && verdict.isShown, "\(verdict.text)")
          #expect(verdict.text == "computed here: equal to the page within 1e−12")
        }
        #expect(browser.complaints.isEmpty)
        #expect(try browser.value("performance.getEntriesByType('resource').length", as: Int.self) == 0)
        try browser.media("print")
        #expect(try browser.value("getComputedStyle(document.querySelector('.controls')).display") as? String == "none")
      }
    }
  }

  @Test func aPageWithAnotherNumberSaysSo() throws {
    try withTemporaryFolder { folder in
      let page = try Page("simple-rnn", in: folder)
      let text = try String(contentsOf: page.html, encoding: .utf8)
      let mark = try #require(text.range(of: #",fixed,3">"#))
      let end = try #require(text[mark.upperBound...].firstIndex(of: "<"))
      try text.replacingCharacters(in: mark.upperBound..<end, with: "0.123")
        .write(to: page.html, atomically: true, encoding: .utf8)
      try withBrowser { browser in
        try browser.open(page.html)
        let verdict = try #require(try browser.value(Self.verdicts, as: [Verdict].self).first)
        #expect(!verdict.isProved)
        #expect(verdict.text.hasPrefix("computed here: not equal to the page") && verdict.text.contains("0.123"))
      }
    }
  }

  /// What has been changed on the page, as `--live` takes it.
  private static let moves = """
    livePlaces.flatMap((place, number) => [...place.given].flatMap(([node, value]) =>
      [...value].flatMap((one, index) => one === place.nodes[node].value[index] ? []
        : `${number + 1}:${place.nodes[node].name}[${index + 1}]=${one}`))).join()
    """

  @Test(arguments: [
    ("lstm", slider: "b_f", typed: "x₂", "c₁"), ("gru", slider: "b_z", typed: "x₂", "h₁"),
    ("simple-rnn", slider: "b_h", typed: "x₂", "h₁"),
  ])
  func whatIsMovedIsComputedAsInSwift(chapter: String, slider: String, typed: String, clicked: String) throws {
    try withTemporaryFolder { folder in
      let page = try Page(chapter, in: folder)
      let (moves, values, milliseconds) = try withBrowser { browser in
        try browser.open(page.html)
        // Keys on a slider of the third unit, the mouse on another one, a number typed into a field.
        try browser.type("3", into: "input[type=number][data-unit]")
        try browser.focus("input[type=range][aria-label=\"\(slider)\"]")
        try browser.press("ArrowRight", "ArrowRight", "ArrowUp", "ArrowRight")
        try browser.click("input[type=range][aria-label=\"\(clicked)\"]", at: 0.8)
        try browser.type("-1.37", into: "input[type=number][aria-label=\"\(typed) 2\"]")
        #expect(browser.complaints.isEmpty)
        return (
          try #require(try browser.value(Self.moves) as? String),
          try browser.value(
            "Object.fromEntries(livePlaces[0].nodes.map(({ name }, index) => [name, [...livePlaces[0].values[index]]]).filter(([name]) => name))",
            as: [String: [Double]].self),
          try browser.value("livePlaces[0].milliseconds", as: Double.self)
        )
      }
      #expect(moves.split(separator: ",").count == 3, "\(moves)")
      #expect(
        moves.contains("\(slider)[3]=") && moves.contains("\(clicked)[3]=") && moves.contains("\(typed)[2]=-1.37"))
      let again = try Page(chapter, in: folder, moves: moves)
      let (before, after) = (try #require(page.places.first), try #require(again.places.first))
      #expect(zip(before.values, after.values).contains { $0.values != $1.values })
      for own in after.values {
        let live = try #require(values[own.text], "\(own.text) is not on the page")
        #expect(live.count == own.values.count)
        for (a, b) in zip(live, own.values) { #expect(abs(a - b) <= 1e-12 * (1 + abs(b)), "\(own.text)") }
      }
      print("\(chapter): a change is computed and shown in \(milliseconds) ms")
    }
  }

  @Test func aDrawnDigitIsReadAsInSwift() throws {
    try withTemporaryFolder { folder in
      let page = try Page("mnist", in: folder)
      let (moves, values, milliseconds) = try withBrowser { browser in
        try browser.open(page.html)
        try browser.click("[data-clear]")
        // A seven by mouse, and a dash through it by keyboard.
        try browser.drag(
          "canvas", through: [(0.3, 0.25), (0.5, 0.25), (0.7, 0.25), (0.6, 0.5), (0.5, 0.7), (0.45, 0.85)])
        try browser.focus("canvas")
        try browser.press("ArrowUp", " ", "ArrowLeft", " ", "ArrowLeft", " ")
        #expect(browser.complaints.isEmpty)
        let moves = """
          livePlaces.flatMap(({ rows, printedRows, data }, number) => rows.flatMap((row, step) => [...row].flatMap(
            (one, index) => one === printedRows[step][index] ? []
              : `${number + 1}:${data.sequence.names[step]}[${index + 1}]=${one}`))).join()
          """
        return (
          try #require(try browser.value(moves) as? String),
          try browser.value(
            "livePlaces[0].data.sequence.shown.map((node) => [...livePlaces[0].values.at(-1)[node]])",
            as: [[Double]].self), try browser.value("livePlaces[0].milliseconds", as: Double.self)
        )
      }
      let again = try Page("mnist", in: folder, moves: moves)
      let (before, after) = (try #require(page.places.first), try #require(again.places.first))
      #expect(before.values[0].values != after.values[0].values && values.count == after.values.count)
      for (own, live) in zip(after.values, values) {
        #expect(own.values.count == live.count)
        for (a, b) in zip(live, own.values) { #expect(abs(a - b) <= 1e-12 * (1 + abs(b)), "\(own.text)") }
      }
      print("mnist: a drawn digit is read and shown in \(milliseconds) ms")
    }
  }

  /// The weights of the digits and all live numbers on a page stay small.
  @Test func aPageIsNotMuchLargerThanWithout() throws {
    try withTemporaryFolder { folder in
      for chapter in ["lstm", "mnist"] {
        let text = try String(contentsOf: Page(chapter, in: folder).html, encoding: .utf8)
        let start = try #require(text.range(of: "<script type=\"application/json\""))
        #expect(text[start.lowerBound...].utf8.count < 280_000)
      }
    }
  }

  /// Each layout read by its own rule gives the right numbers; another choice gives those of a run in Swift.
  @Test func choicesAreComputedAsInSwift() throws {
    try withTemporaryFolder { folder in
      let page = try Page("rosetta", in: folder)
      let last = "[...livePlaces[0].values[livePlaces[0].data.results[0]]]"
      let moves = try withBrowser { browser in
        try browser.open(page.html)
        func choose(_ list: Int, _ option: Int) throws {
          try browser.focus("[data-choice=\"\(list)\"]")
          try browser.value("document.activeElement.selectedIndex = 0")
          try browser.value("document.activeElement.dispatchEvent(new Event('input', { bubbles: true }))")
          try browser.press(Array(repeating: "ArrowDown", count: option))
        }
        try choose(0, 0)
        try choose(1, 0)
        let right = try browser.value(last, as: [Double].self)
        for layout in 1..<6 {
          try choose(0, layout)
          try choose(1, layout)
          let own = try browser.value(last, as: [Double].self)
          for (a, b) in zip(own, right) { #expect(abs(a - b) <= 1e-12, "layout \(layout)") }
        }
        // TensorFlow 1's file, read as ONNX.
        try choose(0, 2)
        try choose(1, 3)
        #expect(browser.complaints.isEmpty)
        return (
          try #require(try browser.value(Self.moves) as? String), try browser.value(last, as: [Double].self)
        )
      }
      let again = try Page("rosetta", in: folder, moves: moves.0)
      let own = try #require(again.places.first?.values.last)
      #expect(own.values != page.places.first?.values.last?.values)
      for (a, b) in zip(moves.1, own.values) { #expect(abs(a - b) <= 1e-12) }
    }
  }

  @Test func presetsHoldGatesAndThePrintedNumbersComeBack() throws {
    try withTemporaryFolder { folder in
      let page = try Page("lstm", in: folder)
      try withBrowser { browser in
        try browser.open(page.html)
        let shown = "[...document.querySelectorAll('[data-live]')].map((one) => one.textContent).join(' ')"
        let printed = try browser.value(shown) as? String
        // By keyboard: the first preset is keep, f = 1 and i = 0.
        try browser.focus("[data-preset=\"0\"]")
        try browser.press("Enter")
        let kept = """
          (({ nodes, values, given }) => { const at = (name) => nodes.findIndex((node) => node.name === name);
          return [...values[at("c₂")]].every((one, index) => one === given.get(at("c₁"))[index]); })(livePlaces[0])
          """
        #expect(try browser.value(kept) as? Bool == true)
        #expect(try browser.value("document.querySelector('.held').textContent") as? String == "held: f₂ = 1, i₂ = 0")
        #expect(try browser.value(shown) as? String != printed)
        // The forget gate's own bias sets it free.
        try browser.focus("input[type=range][aria-label=\"b_f\"]")
        try browser.press("ArrowLeft")
        #expect(try browser.value("document.querySelector('.held').textContent") as? String == "held: i₂ = 0")
        // What a reader hears stands there once nothing moves.
        try browser.value("new Promise((done) => setTimeout(done, 900))")
        let spoken = try #require(try browser.value("document.querySelector('[aria-live]').textContent") as? String)
        #expect(spoken.hasPrefix("c₂ = ") && spoken.contains("h₂ = "))
        try browser.click("[data-printed]")
        #expect(try browser.value(shown) as? String == printed)
        #expect(try browser.value("document.querySelector('.held').textContent") as? String == "")
      }
    }
  }

  @Test(arguments: ["lstm", "gru", "simple-rnn", "mnist", "rosetta"]) func controlsFitATelephoneAndAFinger(
    chapter: String
  ) throws {
    try withTemporaryFolder { folder in
      let page = try Page(chapter, in: folder)
      try withBrowser(width: 390, isDark: true) { browser in
        try browser.open(page.html)
        #expect(try browser.value("document.documentElement.scrollWidth", as: Int.self) <= 390)
        let small = """
          [...document.querySelectorAll(".controls input, .controls button, .controls select")].filter((one) =>
            one.getBoundingClientRect().height < 44 || !(one.getAttribute("aria-label") || one.labels?.length || one.textContent))
            .map((one) => one.outerHTML)
          """
        #expect(try browser.value(small, as: [String].self) == [])
      }
    }
  }
}
