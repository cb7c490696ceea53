import Foundation
import Support
import Testing

extension InBrowser {
  /// Pages with live places. To open a page takes longer than to look at it, so a chapter's page is opened once for all
  /// that is looked at and done there.
  @Suite struct LivePageTests {
    @Test(arguments: LivePage.chapters) func aPageIsLive(chapter: String) async throws {
      let page = try await LivePage.of(chapter)
      let (look, hand) = (LiveLook(page: page), LiveHand(page: page))
      let moved = try withBrowser(opening: page) { browser in
        try look.everyPlaceProvesItself(browser)
        let sight = try look.sight(browser)
        try look.controlsFitATelephoneAndAFinger(browser)
        let moved = try hand.moved(browser)
        expect(browser.complaints.isEmpty)
        // One file: nothing is asked for but the page itself.
        expectEqual(browser.requests.count, 1, "\(browser.requests)")
        try expectEqual(browser.value("performance.getEntriesByType('resource').length", as: Int.self), 0)
        try look.withoutScriptsThePageIsWhole(browser, sight)
        expect(browser.complaints.isEmpty)
        return moved
      }
      try hand.compare(moved, with: await page.moved(moved.moves))
    }

    @Test(arguments: LivePage.chapters) func aPageIsNotMuchLargerThanWithout(chapter: String) async throws {
      let page = try await LivePage.of(chapter)
      let more = page.text.utf8.count - page.textWithoutLive.utf8.count
      print("\(chapter): \(more / 1000) KB more with its live place, \(page.text.utf8.count / 1000) KB in all")
      expect(more < 300_000)
    }

    @Test func aPageWithAnotherNumberSaysSo() async throws {
      var page = try await LivePage.of("simple-rnn")
      let mark = try #require(page.text.range(of: #",fixed,3">"#))
      let end = try #require(page.text[mark.upperBound...].firstIndex(of: "<"))
      page.text.replaceSubrange(mark.upperBound..<end, with: "0.123")
      try withBrowser(opening: page) { browser in
        let verdict = try #require(try LiveLook(page: page).verdicts(browser).first)
        expect(!verdict.isProved)
        expect(verdict.text.hasPrefix("computed here: not equal to the page") && verdict.text.contains("0.123"))
      }
    }
  }
}

/// What pages with live places say of themselves, and what they are without scripts, in print and on a telephone.
struct LiveLook {
  let page: LivePage

  struct Verdict: Decodable {
    var isProved: Bool
    var text: String
    var isShown: Bool
  }

  func verdicts(_ browser: Browser) throws -> [Verdict] {
    try browser.value(
      """
      livePlaces.map(({ isProved, section }) => ({ isProved, text: section.querySelector(".proof").textContent,
        isShown: !section.querySelector(".controls").hidden }))
      """, as: [Verdict].self)
  }

  /// Controls that a reader sees, and what says that a page is not equal.
  private func visible(_ browser: Browser) throws -> [String] {
    try browser.value(
      """
      [...document.querySelectorAll(".controls, .controls *, .controls ~ .bad")].filter((one) => one.checkVisibility())
        .map((one) => one.outerHTML.slice(0, 80))
      """, as: [String].self)
  }

  func everyPlaceProvesItself(_ browser: Browser) throws {
    let verdicts = try verdicts(browser)
    expect(verdicts.count == page.places.count && !verdicts.isEmpty)
    for verdict in verdicts {
      expect(verdict.isProved && verdict.isShown, "\(verdict.text)")
      expectEqual(verdict.text, "computed here: equal to the page within 1e−12")
    }
    expect(browser.complaints.isEmpty)
    // No number that a chapter shows there stays behind when others move.
    let still = """
      [...document.querySelectorAll(".live .value")].filter((one) => !one.querySelector("[data-live]"))
        .map((one) => one.textContent)
      """
    try expectEqual(browser.value(still, as: [String].self), [])
    try expect(visible(browser) != [])
    try browser.media("print")
    try expectEqual(visible(browser), [])
    try browser.media("screen")
  }

  /// What a reader sees of a page.
  struct Sight: Decodable, Equatable {
    var text: String
    var height: Int
    var pictures: Int
  }

  /// What a reader sees but for the controls.
  func sight(_ browser: Browser) throws -> Sight {
    try browser.value(
      """
      (() => {
        const shown = [...document.querySelectorAll(".controls")].filter((one) => !one.hidden);
        for (const one of shown) one.hidden = true;
        const sight = { text: document.body.innerText, height: document.documentElement.scrollHeight,
          pictures: document.querySelectorAll("svg").length };
        for (const one of shown) one.hidden = false;
        return sight;
      })()
      """, as: Sight.self)
  }

  /// With scripts off a page is the one without live places, and the one with them but for the controls.
  ///
  /// - Parameter withScripts: what is seen of the page with them.
  func withoutScriptsThePageIsWhole(_ browser: Browser, _ withScripts: Sight) throws {
    try withTemporaryFolder { folder in
      let (live, plain) = (folder.appending(path: "live.html"), folder.appending(path: "plain.html"))
      try page.text.write(to: live, atomically: true, encoding: .utf8)
      let without = page.textWithoutLive
      try without.write(to: plain, atomically: true, encoding: .utf8)
      for mark in ["<script", "data-live", "class=\"controls", "Content-Security-Policy"] {
        expect(page.text.holds(mark) && !without.holds(mark), "\(mark)")
      }
      try browser.allowScripts(false)
      try browser.open(live)
      try expect(browser.value("typeof livePlaces") as? String == "undefined")
      try expectEqual(visible(browser), [])
      let empty = "[...document.querySelectorAll('[data-live]')].filter((one) => !one.innerHTML).length"
      try expectEqual(browser.value(empty, as: Int.self), 0)
      let sight = try sight(browser)
      try browser.open(plain)
      try expectEqual(self.sight(browser), sight)
      expectEqual(withScripts, sight)
      expect(sight.text.count > 5000 && sight.pictures > 3)
    }
  }

  func controlsFitATelephoneAndAFinger(_ browser: Browser) throws {
    try browser.resize(width: 390)
    try browser.media("screen", isDark: true)
    try expectEqual(browser.value("innerWidth", as: Int.self), 390)
    let width = try browser.value("document.documentElement.scrollWidth", as: Int.self)
    expect(width <= 390)
    let small = """
      [...document.querySelectorAll(".controls input, .controls button, .controls select")].filter((one) =>
        one.getBoundingClientRect().height < 44 || !(one.getAttribute("aria-label") || one.labels?.length || one.textContent))
        .map((one) => one.outerHTML)
      """
    try expectEqual(browser.value(small, as: [String].self), [])
    // What follows is in sight below the controls.
    let share =
      "Math.max(...[...document.querySelectorAll('.controls')].map((one) => one.offsetHeight)) / innerHeight"
    try expect(browser.value(share, as: Double.self) <= 0.5)
    try browser.resize(width: 1280)
    try browser.media("screen")
  }
}
