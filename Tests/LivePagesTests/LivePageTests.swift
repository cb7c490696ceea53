import Foundation
import Support
import Testing

extension InBrowser {
  /// What pages with live places say of themselves, and what they are without scripts, in print and on a telephone.
  @Suite struct LivePageTests {
    private struct Verdict: Decodable {
      var isProved: Bool
      var text: String
      var isShown: Bool
    }

    private static let verdicts = """
      livePlaces.map(({ isProved, section }) => ({ isProved, text: section.querySelector(".proof").textContent,
        isShown: !section.querySelector(".controls").hidden }))
      """

    /// Controls that a reader sees, and what says that a page is not equal.
    private static let visible = """
      [...document.querySelectorAll(".controls, .controls *, .controls ~ .bad")].filter((one) => one.checkVisibility())
        .map((one) => one.outerHTML.slice(0, 80))
      """

    @Test(arguments: LivePage.chapters) func everyPlaceProvesItself(chapter: String) async throws {
      let page = try await LivePage.of(chapter)
      try withBrowser(opening: page) { browser in
        let verdicts = try browser.value(Self.verdicts, as: [Verdict].self)
        #expect(verdicts.count == page.places.count && !verdicts.isEmpty)
        for verdict in verdicts {
          #expect(verdict.isProved && verdict.isShown, "\(verdict.text)")
          #expect(verdict.text == "computed here: equal to the page within 1e−12")
        }
        #expect(browser.complaints.isEmpty)
        // No number that a chapter shows there stays behind when others move.
        let still = """
          [...document.querySelectorAll(".live .value")].filter((one) => !one.querySelector("[data-live]"))
            .map((one) => one.textContent)
          """
        #expect(try browser.value(still, as: [String].self) == [])
        #expect(try browser.value(Self.visible, as: [String].self) != [])
        try browser.media("print")
        #expect(try browser.value(Self.visible, as: [String].self) == [])
        // One file: nothing is asked for but the page itself.
        #expect(browser.requests.count == 1, "\(browser.requests)")
        #expect(try browser.value("performance.getEntriesByType('resource').length", as: Int.self) == 0)
      }
    }

    /// What a reader sees of a page.
    private struct Sight: Decodable, Equatable {
      var text: String
      var height: Int
      var pictures: Int
    }

    private static let sight = """
      (() => { document.querySelectorAll(".controls").forEach((one) => one.hidden = true); return {
        text: document.body.innerText, height: document.documentElement.scrollHeight,
        pictures: document.querySelectorAll("svg").length } })()
      """

    /// With scripts off a page is the one without live places, and the one with them but for the controls.
    @Test(arguments: LivePage.chapters) func withoutScriptsAPageIsWhole(chapter: String) async throws {
      let page = try await LivePage.of(chapter)
      try withBrowser(opening: page) { browser in
        try withTemporaryFolder { folder in
          let (live, plain) = (folder.appending(path: "live.html"), folder.appending(path: "plain.html"))
          try page.text.write(to: live, atomically: true, encoding: .utf8)
          let without = page.textWithoutLive
          try without.write(to: plain, atomically: true, encoding: .utf8)
          for mark in ["<script", "data-live", "class=\"controls", "Content-Security-Policy"] {
            #expect(page.text.contains(mark) && !without.contains(mark), "\(mark)")
          }
          try browser.settle()
          let withScripts = try browser.value(Self.sight, as: Sight.self)
          try browser.allowScripts(false)
          try browser.open(live)
          #expect(try browser.value("typeof livePlaces") as? String == "undefined")
          #expect(try browser.value(Self.visible, as: [String].self) == [])
          let empty = "[...document.querySelectorAll('[data-live]')].filter((one) => !one.innerHTML).length"
          #expect(try browser.value(empty, as: Int.self) == 0)
          let sight = try browser.value(Self.sight, as: Sight.self)
          try browser.open(plain)
          #expect(try browser.value(Self.sight, as: Sight.self) == sight)
          #expect(withScripts == sight)
          #expect(sight.text.count > 5000 && sight.pictures > 3)
          #expect(browser.complaints.isEmpty)
        }
      }
    }

    @Test(arguments: LivePage.chapters) func aPageIsNotMuchLargerThanWithout(chapter: String) async throws {
      let page = try await LivePage.of(chapter)
      let more = page.text.utf8.count - page.textWithoutLive.utf8.count
      print("\(chapter): \(more / 1000) KB more with its live place, \(page.text.utf8.count / 1000) KB in all")
      #expect(more < 300_000)
    }

    @Test func aPageWithAnotherNumberSaysSo() async throws {
      var page = try await LivePage.of("simple-rnn")
      let mark = try #require(page.text.range(of: #",fixed,3">"#))
      let end = try #require(page.text[mark.upperBound...].firstIndex(of: "<"))
      page.text.replaceSubrange(mark.upperBound..<end, with: "0.123")
      try withBrowser(opening: page) { browser in
        let verdict = try #require(try browser.value(Self.verdicts, as: [Verdict].self).first)
        #expect(!verdict.isProved)
        #expect(verdict.text.hasPrefix("computed here: not equal to the page") && verdict.text.contains("0.123"))
      }
    }

    @Test(arguments: LivePage.chapters) func controlsFitATelephoneAndAFinger(chapter: String) async throws {
      let page = try await LivePage.of(chapter)
      try withBrowser(opening: page, width: 390, isDark: true) { browser in
        let width = try browser.value("document.documentElement.scrollWidth", as: Int.self)
        #expect(width <= 390)
        let small = """
          [...document.querySelectorAll(".controls input, .controls button, .controls select")].filter((one) =>
            one.getBoundingClientRect().height < 44 || !(one.getAttribute("aria-label") || one.labels?.length || one.textContent))
            .map((one) => one.outerHTML)
          """
        #expect(try browser.value(small, as: [String].self) == [])
        // What follows is in sight below the controls.
        let share =
          "Math.max(...[...document.querySelectorAll('.controls')].map((one) => one.offsetHeight)) / innerHeight"
        #expect(try browser.value(share, as: Double.self) <= 0.5)
      }
    }
  }
}
