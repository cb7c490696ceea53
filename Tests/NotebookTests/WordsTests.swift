import Foundation
import Support
import TextLayout
import Testing

@testable import Notebook

/// The engine's own words, in English and in Chinese.
@Suite struct WordsTests {
  private func all(_ words: Words) -> [String] {
    [
      words.byHand, words.layer, words.printed, words.computed, words.difference, words.holds, words.fails,
      words.doesNotApply, words.range, words.value, words.values, words.quantity, words.verdict,
      words.largestDifference, words.tolerance, words.comparisons, words.allHold, words.chapters, words.parameters,
      words.everySource, words.untranslated, words.livePrinted, words.liveEqual, words.liveDiffers, words.liveClear,
      words.livePad, words.liveHeld, words.liveLikeliest, words.minutes(1), words.minutes(2),
      words.readBefore(["a", "b"]),
      words.inTheBrowser("c"), words.code(lines: 1), words.code(lines: 2), words.comparisons(3), words.semicolon,
      words.comma, words.fact("a", "b"), words.fact("a", nil), words("step"), words("Something \(7) else"),
    ]
  }

  @Test func wordsInEnglish() {
    expectEqual(
      all(.english),
      [
        "by hand", "layer", "printed", "computed", "difference", "holds", "fails", "does not apply", "range", "value",
        "values", "quantity", "verdict", "largest difference", "at most", "All comparisons", "All comparisons hold.",
        "All chapters", "Parameters", "Every number and every slip of the sources",
        "This passage is not translated yet.", "as printed", "computed here: equal to the page within 1e−12",
        "computed here: not equal to the page", "clear",
        "Draw here, large and in the middle, with mouse or finger. Arrow keys move a pen, the space bar draws with it.",
        "held", "likeliest", "1 minute", "2 minutes", "Read before: a, b", "In the browser: c", "Code: 1 line",
        "Code: 2 lines",
        "All comparisons: 3", "; ", ", ", "a: b", "a", "step", "Something 7 else",
      ])
  }

  @Test func wordsInChinese() {
    expectEqual(
      all(.table("zh")),
      [
        "手算", "层", "原文", "计算", "差", "一致", "不一致", "不适用", "范围", "值", "个数", "量", "结论", "最大差", "容许", "全部比较", "全部一致。",
        "全部章节", "参数", "来源中的每个数和每处疏漏", "此段尚未翻译。", "恢复原值", "在此处计算：与页面相等，误差不超过 1e−12", "在此处计算：与页面不相等", "清除",
        "请在此处居中写大，用鼠标或手指；方向键移动笔，空格键落笔。", "固定", "最可能的", "1 分钟", "2 分钟", "先读：a、b", "在浏览器中：c", "代码：1 行", "代码：2 行",
        "全部比较：3 项", "；", "、", "a：b", "a", "步", "Something 7 else",
      ])
    expect(Words.table("zh-Hant").comma == "、" && Words.table("zh-Hant").byHand == "by hand")
  }

  /// A file beside the chapters has words for any language but English, and goes before the engine's own.
  @Test func wordsOfAFile() throws {
    try withTemporaryFolder { folder in
      for language in ["en", "zh", "de"] {
        let text = "| a | b |\n|---|---|\n| layer | \(language)-layer |\n"
        try Data(text.utf8).write(to: folder.appending(path: "words.\(language).md"))
      }
      expectEqual(
        ["en", "zh", "de", "fr"].map { Words.table($0, in: folder).layer },
        [
          "layer", "zh-layer", "de-layer", "layer",
        ])
      expectEqual(["zh", "de"].map { Words.table($0, in: folder).byHand }, ["手算", "by hand"])
      expect(Words.table("zh", in: folder).language == "zh" && Words.english.language == "en")
      expect(Words.table("en-XA", in: folder).layer == "⟦layer⟧" && Words.table("en-XA").language == "en-XA")
      expectEqual(["en", "zh", "de"].map(Words.name), ["English", "中文", "de"])
      let pages = Words.coursePages("de", in: folder)
      expectEqual(pages.map(\.file), ["README.md", "NOTATION.md", "GLOSSARY.md", "BIBLIOGRAPHY.md"])
      expectEqual(pages.map(\.other), ["README.de.md", "NOTATION.de.md", "GLOSSARY.de.md", "BIBLIOGRAPHY.de.md"])
      expect(Words.coursePages("fr", in: folder).isEmpty)
      let main = folder.appending(path: "main.swift")
      for name in ["prose.zh.md", "prose.de.md", "prose..md", "prose.fr.txt", "words.it.md", "aprose.es.md"] {
        try Data().write(to: folder.appending(path: name))
      }
      expectEqual(Words.languages(beside: main), ["de", "zh"])
      expect(Words.languages(beside: folder.appending(path: "none/main.swift")).isEmpty)
    }
  }
}

/// Texts of one language by the words of the source.
@Suite struct WordTableTests {
  private func table(_ rows: [String: String], own: [String: String] = [:]) -> WordTable {
    var table = WordTable(own: own)
    table.add(rows)
    return table
  }

  @Test func aRowIsFoundByItsWordsThenAsItStandsThenByItsForm() {
    let table = table(
      [
        "\\(1) of \\(2)": "\\(2) davon \\(1)", "3 of the rest": "drei", "red": "rot",
        "\\(1) of the \\(2)": "\\(1) der \\(2)",
        "aa \\(2) bb \\(1)": "\\(1)|\\(2)", "\\(1)\\(2)": "never", "\\(2) more": "never",
        "xx \\(1)": "y \\(1) \\(2) \\(0)",
      ], own: ["own": "eigen", "blue": "blau", "red": "never", "no \\(1)": "kein \\(1)"])
    func text(_ original: ProseText) -> String? { table.text(original) }
    expect(text("\("red") of \("blue")") == "blau davon rot" && text("red of blue") == "blau davon rot")
    expect(text("3 of the rest") == "drei" && text("\(3) of the rest") == "drei" && text("own") == "eigen")
    expectEqual(text("4 of the red"), "4 der rot")
    expect(text("aa one bb two") == "two|one" && text("xx red") == "y rot \\(2) \\(0)")
    expect(text("no 7") == nil, "the engine's own rows are found by their words alone")
    expect(text("no \(7)") == "kein 7" && text("unknown") == nil && text("of") == nil)
    expect(text("7 + 8") == "7 + 8" && text("\(7)") == "7" && text("\("red")") == "rot" && text("$h$") == "$h$")
    expect(text("xx ") == "y  \\(2) \\(0)" && text("more") == nil)
  }

  /// Of several forms the one with most letters of its own is taken; of equals the first by its words.
  @Test func theClosestFormIsTaken() {
    let table = table(["go \\(1)": "1", "go to \\(1)": "2", "go \\(1) on": "3", "go \\(1) up": "4"])
    expectEqual(
      ["go x", "go to x", "go x on", "go x up", "go to up"].map { table.text(ProseText($0)) },
      [
        "1", "2", "3", "4", "4",
      ])
    let equal = self.table(["ab \\(1)": "\\(1)b", "\\(1) ab": "a\\(1)"])
    expect(equal.text("ab ab") == "aab" && equal.text("ab x") == "xb" && equal.text("x ab") == "ax")
    let overlap = self.table(["ab\\(1)ba": "\\(1)!"])
    expect(overlap.text("abba") == "!" && overlap.text("aba") == nil && overlap.text("ab-ba") == "-!")
  }

  @Test func valuesWithoutWordsAreTold() {
    let table = table(["\\(1) and \\(2)": "\\(1) und \\(2)", "red": "rot"])
    var missing: [String] = []
    expectEqual(table.text("\("red") and \("dark green")", missing: &missing), "rot und dark green")
    expectEqual(table.text("\("dark green") and \("h_t")", missing: &missing), "dark green und h_t")
    expectEqual(missing, ["dark green"])
    expect(table.text("\(4) and \("5 m")", missing: &missing) == "4 und 5 m" && missing == ["dark green"])
  }

  @Test func tablesAreAdded() {
    var first = WordTable(own: ["a word": "1", "b word": "2"])
    first.add(["c word": "3"])
    var second = WordTable(own: ["b word": "4"])
    second.add(["c word": "5", "d word": "6"])
    first.add(second)
    expectEqual(["a word", "b word", "c word", "d word"].map { first.text(ProseText($0)) }, ["1", "4", "5", "6"])
    expect(WordTable().isEmpty && !WordTable(own: ["a": "b"]).isEmpty && !WordTable.marked.isEmpty && !first.isEmpty)
    var rows = WordTable()
    rows.add(["c word": "3"])
    expect(!rows.isEmpty)
    expect(WordTable.marked.text("a word") == "⟦a word⟧" && WordTable.marked.text("7") == "7")
    expect(WordTable.marked.text("\("a word") \(7)") == "⟦a word⟧ 7" && WordTable.marked.text("go \(7)") == "⟦go 7⟧")
  }
}
