import Foundation
import Support
import Testing
import TextLayout

/// What live places compute when a person moves something with mouse and keys, beside a second run in Swift.
struct LiveHand {
  let page: LivePage

  /// Something that a person does; each changes numbers that go in.
  private typealias Act = @Sendable (Browser) throws -> Void

  private static func slider(_ label: String) -> String { "input[type=range][aria-label=\"\(label)\"]" }
  private static func field(_ label: String) -> String { "input[type=number][aria-label=\"\(label)\"]" }

  /// Keys on a slider of the third unit, the mouse on another slider, a number typed into a field.
  private static func cell(keys: String, mouse: String) -> [Act] {
    [
      {
        try $0.type("3", into: "input[type=number][data-unit]")
        try $0.focus(slider(keys))
        try $0.press("ArrowRight", "ArrowRight", "ArrowUp", "ArrowRight")
      },
      { try $0.click(slider(mouse), at: 0.8) },
      { try $0.type("-1.37", into: field("x₂ 2")) },
    ]
  }

  /// What is done at the place of each chapter, with the mouse and with keys.
  private static let acts: [String: [Act]] = [
    "lstm": cell(keys: "b_f", mouse: "c₁"), "gru": cell(keys: "b_z", mouse: "h₁"),
    "simple-rnn": cell(keys: "b_h", mouse: "h₁"),
    "mnist": [
      {
        // A seven by mouse.
        try $0.click("[data-clear]")
        try $0.drag(
          "canvas", through: [(0.3, 0.25), (0.5, 0.25), (0.7, 0.25), (0.6, 0.5), (0.5, 0.7), (0.45, 0.85)])
      },
      {
        // A dash through it by keyboard.
        try $0.focus("canvas")
        try $0.press("ArrowUp", " ", "ArrowLeft", " ", "ArrowLeft", " ")
      },
    ],
    "gradients": [
      {
        try $0.focus(slider("ρ"))
        try $0.press("ArrowRight", "ArrowRight", "ArrowUp")
      },
      { try $0.click(slider("b_f"), at: 0.7) },
      {
        try $0.focus("[data-choice=\"0\"]")
        try $0.press("ArrowDown")
      },
      { try $0.type("1.37", into: field("ρ")) },
    ],
    "language-model": [
      {
        // A country is picked by its first letter, and the word after it with mouse and keys.
        try $0.focus("[data-step=\"4\"]")
        try $0.press("j")
      },
      {
        try $0.click("[data-step=\"6\"]")
        try $0.press("ArrowDown", "ArrowDown", "Enter")
      },
    ],
    "rosetta": [
      {
        try $0.click("[data-choice=\"0\"]")
        try $0.press("ArrowDown", "ArrowDown", "Enter")
      },
      {
        try $0.focus("[data-choice=\"1\"]")
        try $0.press("ArrowDown")
      },
    ],
  ]

  /// What has been changed on the page, as `--live` takes it.
  private static let moves = """
    livePlaces.flatMap((place, number) => {
      const inputs = place.rows
        ? place.rows.map((row, step) => [place.data.sequence.names[step], row, place.printedRows[step]])
        : [...place.given].map(([node, value]) => [place.nodes[node].name, value, place.nodes[node].value]);
      return inputs.flatMap(([name, now, before]) => [...now].flatMap((one, index) =>
        one === before[index] ? [] : `${number + 1}:${name}[${index + 1}]=${one}`));
    }).join()
    """

  /// What the first place computes, by name; of a sequence what it shows of the last step.
  private static let values = """
    (({ rows, nodes, values, data }) => rows
      ? data.sequence.shown.map((node) => ({ text: "", values: [...values.at(-1)[node]] }))
      : nodes.map(({ name }, index) => ({ text: name || "", values: [...values[index]] })).filter(({ text }) => text)
    )(livePlaces[0])
    """

  /// A number that stands on the page.
  fileprivate struct Shown: Decodable {
    var name, form, text: String
    var place, decimals: Int
  }

  private static let shown = """
    livePlaces[0].rows ? [] : livePlaces[0].followers.filter(({ form }) => form && form !== "list")
      .filter(({ element }) => !element.querySelector("msup")).map(({ node, place, form, decimals, element }) => ({
        name: livePlaces[0].nodes[node].name || "", place: place ?? livePlaces[0].unit, form, decimals,
        text: element.textContent }))
    """

  /// A bar of a chart, and the number at its end.
  fileprivate struct Bar: Decodable {
    var place: Int
    var share: Double
    var text: String
  }

  private static let bars = """
    livePlaces[0].followers.filter(({ bar }) => bar).map(({ bar, number, place, scale }) => ({
      place: Number(place), share: Number(bar.getAttribute("width")) / scale, text: number.textContent }))
    """

  /// Hides everything but live places, which is some hundred times as much to lay out after each move, and shows it
  /// again. What is computed and shown in a place does not depend on the rest of a page.
  private static let hideTheRest = """
    (() => {
      const sections = livePlaces.map(({ section }) => section);
      const hide = (parent) => {
        for (const one of parent.children) {
          if (sections.includes(one)) continue;
          if (sections.some((section) => one.contains(section))) hide(one);
          else if (one.style) (one.dataset.rest = one.getAttribute("style") ?? "", one.style.display = "none");
        }
      };
      hide(document.body);
    })()
    """

  private static let showTheRest = """
    for (const one of document.querySelectorAll("[data-rest]")) {
      one.setAttribute("style", one.dataset.rest);
      delete one.dataset.rest;
    }
    """

  /// How long it takes from a changed number to the new layout: the middle and the longest of 11 times.
  private static let milliseconds = """
    (() => {
      const place = livePlaces[0], times = [];
      for (let turn = 0; turn < 11; turn++) {
        if (place.rows) place.rows[0] = place.rows[0].map((one, index) => (index === turn % 28 ? 1 - one : one));
        else for (const [node, value] of [...place.given].slice(0, 1)) place.given.set(node, value.map((one) => one + 0.01));
        const begin = performance.now();
        place.values = place.compute();
        place.show();
        document.body.getBoundingClientRect();
        times.push(performance.now() - begin);
      }
      times.sort((a, b) => a - b);
      return [times[5], times[10]];
    })()
    """

  /// JavaScript's exp and tanh may differ from Swift's in the last bits, and no place has more than a few thousand
  /// operations behind a number: 1e-12 is a hundred times what that can make.
  ///
  /// - Parameter unit: 1, or 0 for lengths of gradients, which are tiny and must be right to their own last digits.
  private static func isClose(_ a: Double, _ b: Double, unit: Double = 1) -> Bool {
    abs(a - b) <= 1e-12 * (unit + abs(b))
  }

  /// What a page shows after moves.
  struct Moved {
    /// As `--live` takes them.
    var moves: String
    fileprivate var values: [LivePage.Value]
    fileprivate var shown: [Shown]
    fileprivate var bars: [Bar]
    fileprivate var answer: String
    fileprivate var milliseconds: [Double]
  }

  /// All that is done with mouse and keys; the page is as it was, but for the moves.
  func moved(_ browser: Browser) throws -> Moved {
    try browser.value(Self.hideTheRest)
    try thePrintedNumbersComeBack(browser)
    try whatOneChapterHas(browser)
    var moves = ""
    for act in try #require(Self.acts[page.chapter]) {
      try act(browser)
      let now = try #require(try browser.value(Self.moves) as? String)
      expect(now != moves)
      moves = now
    }
    try browser.value(Self.showTheRest)
    return Moved(
      moves: moves, values: try browser.value(Self.values, as: [LivePage.Value].self),
      shown: try browser.value(Self.shown, as: [Shown].self), bars: try browser.value(Self.bars, as: [Bar].self),
      answer: try browser.value("document.querySelector('.held').textContent") as? String ?? "",
      milliseconds: try browser.value(Self.milliseconds, as: [Double].self))
  }

  /// What is moved is computed as in Swift.
  ///
  /// - Parameter again: a run with the same moves.
  func compare(_ moved: Moved, with again: LivePage) throws {
    let (before, after) = (try #require(page.places.first), try #require(again.places.first))
    expect(zip(before.values, after.values).contains { $0.values != $1.values })
    for (index, own) in after.values.enumerated() {
      // Two networks on a page may have letters in common.
      let live = page.isSequence ? [moved.values[index]] : moved.values.filter { $0.text == own.text }
      expect(!live.isEmpty, "\(own.text) is not on the page")
      let unit = ["n", "m"].contains(own.text.prefix(1)) ? 0 : 1.0
      expect(
        live.contains { one in
          one.values.count == own.values.count
            && zip(one.values, own.values).allSatisfy { Self.isClose($0, $1, unit: unit) }
        }, "\(own.text): \(live), \(own.values)")
    }
    try compare(moved.shown, after)
    if let p = after.values.first?.values, page.isSequence {
      expectEqual(moved.answer, page.answer(p))
      // Widths are written with two decimals, of some hundred pixels.
      for bar in moved.bars {
        expect(abs(bar.share - p[bar.place]) < 0.005 && bar.text == NumberText.plainest(p[bar.place], decimals: 3))
      }
    }
    expectEqual(moved.bars.count, ["language-model": 8, "mnist": 10][page.chapter, default: 0])
    print(
      "\(page.chapter): a change is computed and laid out in \(NumberText.fixed(moved.milliseconds[0], digits: 1)) ms, "
        + "at most \(NumberText.fixed(moved.milliseconds[1], digits: 1)) ms")
  }

  /// The texts on the page are the numbers of the run in Swift.
  private func compare(_ shown: [Shown], _ outcome: LivePage.Outcome) throws {
    let values = Dictionary(grouping: outcome.values, by: \.text)
    for number in shown {
      guard let own = values[number.name], own.count == 1, let all = own.first?.values else { continue }
      let text =
        switch number.form {
        case "plainest": NumberText.plainest(all[number.place], decimals: number.decimals)
        case "fixed": NumberText.fixed(all[number.place], digits: number.decimals)
        default: NumberText.texts(all, decimals: number.decimals)[number.place]
        }
      expectEqual(number.text, text, "\(number.name) \(number.place + 1)")
    }
  }

  /// All that a place shows and where its controls stand.
  private static let sight = """
    livePlaces.map(({ section, pad }) => [
      ...[...section.querySelectorAll("[data-live], desc, figcaption, .held")].map((one) => one.innerHTML),
      ...[...section.querySelectorAll("input, select")].map((one) => one.value), pad?.toDataURL(),
      section.querySelectorAll(".moved").length ].join("\\n")).join()
    """

  private func thePrintedNumbersComeBack(_ browser: Browser) throws {
    func sight() throws -> String { try #require(try browser.value(Self.sight) as? String) }
    let presets = try browser.value("document.querySelectorAll('[data-preset]').length", as: Int.self)
    let clicks = (0..<presets).map { preset -> Act in { try $0.click("[data-preset=\"\(preset)\"]") } }
    let printed = try sight()
    for (index, act) in (try #require(Self.acts[page.chapter]) + clicks).enumerated() {
      try act(browser)
      let moved = try sight()
      expect(moved != printed)
      // Print has the printed numbers, whatever was moved.
      try browser.value("dispatchEvent(new Event('beforeprint'))")
      try expectEqual(browser.value("document.querySelectorAll('.moved').length", as: Int.self), 0)
      try browser.value("dispatchEvent(new Event('afterprint'))")
      try expectEqual(sight(), moved)
      if index.isMultiple(of: 2) {
        try browser.click("[data-printed]")
      } else {
        try browser.focus("[data-printed]")
        try browser.press("Enter")
      }
      try expectEqual(sight(), printed, "act \(index + 1)")
    }
  }

  /// What only this chapter's place has; at the end the printed numbers stand there again.
  private func whatOneChapterHas(_ browser: Browser) throws {
    switch page.chapter {
    case "lstm": try presetsHoldGatesAndSayWhat(browser)
    case "rosetta": try everyLayoutReadByItsOwnRuleIsRight(browser)
    case "gradients": try aCurveEndsAtItsFrame(browser)
    default: return
    }
    try browser.click("[data-printed]")
  }

  private func presetsHoldGatesAndSayWhat(_ browser: Browser) throws {
    // By keyboard: the first preset is keep, f = 1 and i = 0.
    try browser.focus("[data-preset=\"0\"]")
    try browser.press("Enter")
    let kept = """
      (({ nodes, values, given }) => { const at = (name) => nodes.findIndex((node) => node.name === name);
      return [...values[at("c₂")]].every((one, index) => one === given.get(at("c₁"))[index]); })(livePlaces[0])
      """
    try expect(browser.value(kept) as? Bool == true)
    try expect(browser.value("document.querySelector('.held').textContent") as? String == "held: f₂ = 1, i₂ = 0")
    // What differs from the printed numbers is marked, and nothing else.
    let marked =
      "[...new Set(livePlaces[0].followers.filter(({ element }) => element.matches('.moved'))"
      + ".map(({ node }) => livePlaces[0].nodes[node].name))].sort()"
    try expectEqual(browser.value(marked, as: [String].self), ["c₂", "f₂", "h₂", "i₂", "ŷ₂"])
    // The forget gate's own bias sets it free.
    try browser.focus(Self.slider("b_f"))
    try browser.press("ArrowLeft")
    try expect(browser.value("document.querySelector('.held').textContent") as? String == "held: i₂ = 0")
    // What a reader hears stands there once nothing moves; what was moved before has been said.
    try browser.value("document.querySelector('[aria-live]').textContent = ''")
    try browser.value("new Promise((done) => setTimeout(done, 900))")
    let spoken = try #require(try browser.value("document.querySelector('[aria-live]').textContent") as? String)
    expect(spoken.hasPrefix("c₂ = ") && spoken.contains("h₂ = "))
  }

  /// Each layout read by its own rule gives the right numbers.
  private func everyLayoutReadByItsOwnRuleIsRight(_ browser: Browser) throws {
    let last = "[...livePlaces[0].values[livePlaces[0].data.results[0]]]"
    let printed = try browser.value(last, as: [Double].self)
    func choose(_ list: Int, _ option: Int) throws {
      try browser.focus("[data-choice=\"\(list)\"]")
      try browser.press(Array(repeating: "ArrowUp", count: 6) + Array(repeating: "ArrowDown", count: option))
    }
    try choose(0, 0)
    try choose(1, 0)
    let right = try browser.value(last, as: [Double].self)
    expect(right != printed)
    for layout in 1..<6 {
      try choose(0, layout)
      try choose(1, layout)
      let own = try browser.value(last, as: [Double].self)
      for (a, b) in zip(own, right) { expect(Self.isClose(a, b), "layout \(layout)") }
    }
  }

  /// A line that grows beyond its frame leaves it, and does not run along its edge.
  private func aCurveEndsAtItsFrame(_ browser: Browser) throws {
    struct Curve: Decodable {
      var d: String
      var xs, scale: [Double]
    }
    let curve = """
      (({ path, xs, scale }) => ({ d: path.getAttribute("d"), xs: xs.map(Number), scale: scale.slice(0, 4).map(Number) }))(
        livePlaces[0].followers.find(({ xs }) => xs))
      """
    try browser.focus("[data-choice=\"0\"]")
    try browser.press("ArrowDown", "ArrowDown")
    try browser.type("3", into: Self.field("ρ"))
    let grown = try browser.value(curve, as: Curve.self)
    let numbers = grown.d.split { "ML ".contains($0) }.compactMap { Double($0) }
    let xs = stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] }
    let ys = stride(from: 1, to: numbers.count, by: 2).map { numbers[$0] }
    let (top, height) = (grown.scale[2], grown.scale[3])
    expect(ys.allSatisfy { $0 >= top - 0.01 && $0 <= top + height + 0.01 } && ys.count { $0 < top + 0.01 } == 1)
    let (begin, end) = (try #require(xs.first), try #require(xs.last))
    expect(begin > grown.xs[1] && end == grown.xs.last)
  }
}

extension LivePage {
  /// The line that says where a sequence leads: the three largest of the last probabilities.
  func answer(_ p: [Double]) -> String {
    let names =
      text.firstMatch(of: #/<select data-step="0"[^>]*>(.*?)</select>/#).map {
        $0.output.1.matches(of: #/<option>(.*?)</option>/#).map { String($0.output.1) }
      } ?? p.indices.map { "\($0)" }
    let best = p.indices.sorted { p[$0] > p[$1] }.prefix(3)
    return "likeliest: "
      + best.map { "\(names[$0]) (\(NumberText.fixed(100 * p[$0], digits: 1))\u{A0}%)" }.joined(separator: ", ")
  }
}
