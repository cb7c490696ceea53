import Foundation
import Support
import Testing
import TextLayout

@testable import Notebook

/// A chapter's prose in another language: passages, what a run shows, and what is wrong with them.
@Suite struct TranslationTests {
  private let text = """
    before everything
    <!-- title -->
     The title\u{20}

    <!-- summary -->
    The summary.
    <!-- start -->
    One $\\nosuch$.

    ## Two
    <!-- In the last \\(1)
    <!-- In the   last \\(1) steps… -->
    \\(2) then \\(1), not \\(3) nor \\(0)
    <!-- In the last… -->
    short
    <!-- In the last… -->
    shorter
    <!-- words -->
    | a | b |
    |---|---|
    | gate | Tor |
    | go on | weiter |
    | all \\(1) | alle \\(1) |
    <!-- start -->
    again
    <!---->
    """

  @Test func passagesHaveTheirNames() {
    let translation = Translation(language: "de", text)
    expect(translation.title == "The title" && translation.summary == "The summary." && translation.language == "de")
    expect(
      translation.passages.keys.sorted() == ["start"]
        && translation.passages["start"] == [.paragraph([.text("again <!---->")])])
    expectEqual(translation.passagesOfRun.keys.sorted(), ["In the last", "In the last \\(1) steps"])
    expectEqual(translation.passagesOfRun["In the last"], "shorter\n")
    expectEqual(
      translation.problems,
      [
        #"prose.de.md, line 8: unknown command \nosuch at character 1 of “\nosuch”"#,
        "prose.de.md, line 16: a second passage “In the last…”", "prose.de.md, line 24: a second passage “start”",
      ])
    expect(!translation.isMarking)
  }

  @Test func proseOfARunIsFoundByItsLongestBeginning() {
    let translation = Translation(language: "de", text)
    func prose(_ original: ProseText, _ known: Set<String> = []) -> (String, [String]) {
      let found = translation.prose(original, note: "note", line: 7, known: known)
      return (found.markdown, found.problems)
    }
    let long = prose("In the last \(40) steps\n of \("gate").")
    expectEqual(long.0, "Tor then 40, not \\(3) nor \\(0)\n")
    let place = "prose.de.md, “In the last \\(1) steps…”: expected one of 2 values, received"
    expectEqual(long.1, ["\(place) \\(3)", "\(place) \\(0)"])
    let short = prose("In the last hour")
    expect(short.0 == "shorter\n" && short.1.isEmpty)
    // A value without words is told once it is a phrase that nobody put into this language.
    let phrase = prose("In the last \(1) steps of \("open doors")")
    expect(phrase.0.hasPrefix("open doors then 1") && phrase.1.last == "prose.de.md: no words for “open doors”")
    let known = prose("In the last \(1) steps of \("open doors")", ["open doors"])
    expect(known.0.hasPrefix("open doors then 1") && known.1.count == 2)
    let row = prose("go on")
    expect(row.0 == "weiter" && row.1.isEmpty)
    let value = prose("all \("open doors")")
    expect(value.0 == "alle open doors" && value.1 == ["prose.de.md: no words for “open doors”"])
    expect(prose("all \("open doors")", ["open doors"]).1.isEmpty)
    let none = prose("Nothing is\nknown.")
    expectEqual(none.0, "*note*\n\nNothing is\nknown.")
    expectEqual(none.1, ["prose.de.md: no passage “Nothing is known.…” (line 7 of the source)"])
    let letters = String(repeating: "abcd ", count: 8)
    for (count, name) in [(40, "\(letters.dropLast())x…"), (41, "\(letters)…")] {
      let words = String((letters.dropLast() + "xyz").prefix(count))
      let name = count == 40 ? words + "…" : words.prefix(40) + "…"
      expectEqual(prose(ProseText(words)).1, ["prose.de.md: no passage “\(name)” (line 7 of the source)"])
    }
    // A passage without values may name none.
    let bare = Translation(language: "de", "<!-- Go… -->\n\\(1)\n").prose("Go.", note: "", line: 1)
    expectEqual(bare.problems, ["prose.de.md, “Go…”: expected one of 0 values, received \\(1)"])
  }

  @Test func shortTextsStayOrAreTold() {
    var absent: [String] = []
    let translation = Translation(language: "de", text)
    expect(translation.text("gate", &absent) == "Tor" && absent.isEmpty)
    expectEqual(translation.text("all \("open doors")", &absent), "alle open doors")
    expectEqual(translation.text("no \("gate")", &absent), "no gate")
    expectEqual(absent, ["prose.de.md: no words for “open doors”", "prose.de.md: no words for “no \\(1)”"])
  }

  @Test func rowsOfOtherTablesStandBelow() {
    var translation = Translation(language: "de", text)
    var other = WordTable()
    other.add(["gate": "Gatter", "door": "Tür"])
    translation.addBelow(other)
    expect(translation.words.text("gate") == "Tor" && translation.words.text("door") == "Tür")
  }

  @Test func passagesOfTheSourceKeepTheNamesOfTheirHeadings() throws {
    let source = Source("//: One.\n\nlet a = 1\n\n//: ## A gate\n//: Two.\n//: ### Deep\n\nlet b = 2\n\n//: Three.")
    let translation = Translation(
      language: "de", "<!-- start -->\nEins.\n<!-- a-gate -->\n## Tor\n### Tief\n### Mehr\n<!-- deep-2 -->\nDrei.\n")
    let result = source.translated(translation, note: "note")
    let prose = result.cells.compactMap {
      if case .prose(let anchor, let blocks) = $0.content { (anchor, blocks) } else { nil }
    }
    expect(prose.map(\.0) == ["start", "a-gate", "deep-2"] && result.problems.isEmpty)
    expectEqual(
      prose[1].1,
      [
        .heading(level: 2, id: "a-gate", [.text("Tor")]), .heading(level: 3, id: "deep", [.text("Tief")]),
        .heading(level: 3, id: "mehr", [.text("Mehr")]),
      ])
    let partial = source.translated(Translation(language: "de", "<!-- b -->\n<!-- a -->\n"), note: "note")
    expectEqual(
      partial.problems,
      [
        "prose.de.md: no passage “start” (line 1 of the source)",
        "prose.de.md: no passage “a-gate” (line 5 of the source)",
        "prose.de.md: no passage “deep-2” (line 11 of the source)", "prose.de.md: no place for the passage “a”",
        "prose.de.md: no place for the passage “b”",
      ])
    guard case .prose(_, let first) = partial.cells[0].content else { return }
    expectEqual(first, [.paragraph([.emphasis([.text("note")])]), .paragraph([.text("One.")])])
  }

  // MARK: Marks

  @Test func everyBlockIsMarked() throws {
    let text = Block.paragraph([.text("a word")])
    let marked = Block.paragraph([.text("⟦"), .text("a word"), .text("⟧")])
    expect(text.marked == marked && Block.paragraph([.text("7")]).marked == .paragraph([.text("7")]))
    expectEqual(
      Block.heading(level: 3, id: "i", [.emphasis([.text("word")])]).marked,
      .heading(level: 3, id: "i", [.text("⟦"), .emphasis([.text("word")]), .text("⟧")]))
    expect(Block.quote([text]).marked == .quote([marked]) && Block.rule.marked == .rule)
    expectEqual(Block.folded(summary: "s", [text]).marked, .folded(summary: "⟦s⟧", [marked]))
    expectEqual(
      Block.list(start: 2, items: [[text], [.rule, text]]).marked, .list(start: 2, items: [[marked], [.rule, marked]]))
    let cell: [Inline] = [.text("a word")]
    let full: [Inline] = [.text("⟦"), .text("a word"), .text("⟧")]
    expectEqual(
      Block.table(header: [cell, []], alignments: [.left, .right], rows: [[cell, [.text("1")]]]).marked,
      .table(header: [full, []], alignments: [.left, .right], rows: [[full, [.text("1")]]]))
    expectEqual(Block.code(language: "swift", text: "a word").marked, .code(language: "swift", text: "a word"))
    let source = Source("//: One.\n\nlet a = 1").translated(
      try #require(Translation.read("en-XA", beside: URL(filePath: "/none/main.swift"))), note: "note")
    expect(source.problems.isEmpty && source.cells.count == 2)
    guard case .prose("start", let blocks) = source.cells[0].content else { return }
    expectEqual(blocks, [.paragraph([.text("⟦"), .text("One."), .text("⟧")])])
  }

  @Test func everyLineOfARunIsMarked() throws {
    var translation = try #require(Translation.read("en-XA", beside: URL(filePath: "/none/main.swift")))
    translation.addBelow(WordTable(own: ["One": "1"]))
    expect(translation.isMarking && translation.language == "en-XA" && translation.words.text("One") == "⟦One⟧")
    let text = "## A head\n- one two\n  3. more\n> said\nplain words\n\n| a | bb |\n7 + 8\n```\nlet code\n```\nafter it"
    let found = translation.prose(ProseText(text), note: "note", line: 1)
    expectEqual(
      found.markdown,
      "## ⟦A head⟧\n- ⟦one two⟧\n  3. ⟦more⟧\n> ⟦said⟧\n⟦plain words⟧\n\n| a | bb |\n7 + 8\n```\nlet code\n```\n⟦after it⟧"
    )
    expect(found.problems.isEmpty)
    expect(Translation.read("de", beside: URL(filePath: "/none/main.swift")) == nil)
  }

  // MARK: A page in another language

  /// Words are looked for once, and what is in the language already is left alone.
  @MainActor @Test func wordsOfAPage() throws {
    let passages = "<!-- title -->\nT\n<!-- start -->\nS\n<!-- words -->\n| a | b |\n|---|---|\n| gate | *Tor* |\n"
    let chapter = try DemoChapter(source: "//: A word.", translation: passages)
    defer { withExtendedLifetime(chapter) {} }
    let page = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [], file: chapter.file.path,
      arguments: ["--language", "zh"], terminal: .pipe
    ) { _ in }
    expect(page.word("gate") == "Tor" && page.translated("gate") == "*Tor*" && page.word("Tor") == "Tor")
    expect(page.word("door") == "door" && page.word("door") == "door" && page.translated("*Tor*") == "*Tor*")
    expect(page.alreadyTranslated("window") == "window" && page.word("window") == "window")
    expectEqual(page.translated("see \("window") and \("wall")"), "see window and wall")
    expectEqual(
      page.editions[0].problems,
      [
        "prose.zh.md: no words for “door”", "prose.zh.md: no words for “see \\(1) and \\(2)”",
      ])
    let english = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [], file: chapter.file.path,
      arguments: [], terminal: .pipe
    ) { _ in }
    expect(
      english.word("gate") == "gate" && english.translated("gate") == "gate" && english.alreadyTranslated("a") == "a")
    expect(english.editions[0].inLanguage.isEmpty && english.editions[0].problems.isEmpty)
  }

  /// Each page is written to alone; what the terminal's page gives is the answer.
  @MainActor @Test func everyPageIsWrittenTo() throws {
    let page = try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [],
      file: "/none/demo/main.swift", arguments: ["--also", "en-XA"], terminal: .pipe
    ) { _ in }
    var seen: [String] = []
    let answer = page.onEachPage {
      seen.append(page.words.language)
      // Within, nothing goes to another page.
      page.onEachPage { seen.append("inner \(page.words.language)") }
      return page.words.language
    }
    expect(answer == "en" && seen == ["en", "inner en", "en-XA", "inner en-XA"])
    expect(page.current == 0 && !page.isAlone && page.isShown && page.translation == nil)
  }
}
