/// The engine's own words in one language; a chapter's words stand in its source and its translations.
package struct Words: Sendable {
  package var language: String
  var byHand = "by hand"
  var layer = "layer"
  var printed = "printed"
  var computed = "computed"
  var difference = "difference"
  package var largestDifference = "largest difference"
  package var tolerance = "at most"
  var halfUnit = "half a unit of the last digit printed"
  var holds = "holds"
  package var fails = "fails"
  var doesNotApply = "does not apply"
  var range = "range"
  var outside = "outside"
  /// Before the range in the closing table.
  var within = "in"
  /// In the closing table, where each number has its own range.
  var ownRange = "its own range"
  var at = "at"
  var of = "of"
  var notANumber = "not a number"
  var shapesDiffer = "shapes differ"
  package var values = "values"
  /// Around the row that the shown values begin with.
  var shownFrom = "shown from"
  var firstNotZero = ", the first that is not all 0"
  package var quantity = "quantity"
  package var verdict = "verdict"
  var chapter = "chapter"
  package var book =
    "Recurrent networks computed by hand, beside the layers of a library. Every page is a program that ran."
  package var contents = "Contents"
  package var comparisons = "All comparisons"
  package var allHold = "All comparisons hold."
  var noComparisons = "This chapter compares nothing."
  var firstDivergence = "First divergence"
  var parameters = "Parameters"
  var parameter = "parameter"
  var value = "value"
  var allowed = "allowed"
  var meaning = "meaning"
  var code = "Code"
  package var minutes = "minutes"
  /// The page that lists all of them.
  package var chapters = "All chapters"
  var skip = "Skip to the text"
  /// Before the chapters to read before this one.
  package var readBefore = "Read before"
  var goals = "Goals"
  /// On the fold of the section on sources.
  var everySource = "Every number and every slip of the sources"
  var lines = "lines"
  var exercises = "Exercises"
  /// On the fold of the code that an exercise begins with, and before the number of a hint.
  var starter = "Code to begin with"
  var hint = "Hint"
  var otherParameters =
    "This run has other than the default parameters, so numbers printed in the sources do not apply; everything else is compared."
  var noSource = "The source of this chapter is not at hand: its prose and its code cannot be shown. Results follow."
  var untranslated = "This passage is not translated yet."
  var problems = "The page has mistakes"
  /// Of live places: the button that brings the printed numbers back, and what the page found on opening.
  var livePrinted = "as printed"
  var liveEqual = "computed here: equal to the page within 1e−12"
  var liveDiffers = "computed here: not equal to the page"
  /// Before what a preset holds.
  var liveHeld = "held"
  var axes: [String: String] = [:]
  /// Between words of a sentence that is put together.
  package var gap = " "

  static let english = Words(language: "en")

  static let chinese = Words(
    language: "zh", byHand: "手算", layer: "层", printed: "原文", computed: "计算", difference: "差", largestDifference: "最大差",
    tolerance: "容许", halfUnit: "末位的一半", holds: "一致", fails: "不一致", doesNotApply: "不适用", range: "范围", outside: "超出",
    within: "在", ownRange: "各自的范围", at: "位于", of: "共",
    notANumber: "不是数",
    shapesDiffer: "形状不同", values: "个数", shownFrom: "所示始于", firstNotZero: "，其前全为 0", quantity: "量", verdict: "结论",
    chapter: "章",
    book: "手算循环网络，并与库中的层对照。每一页都是运行过的程序。", contents: "目录", comparisons: "全部比较",
    allHold: "全部一致。", noComparisons: "本章没有比较。", firstDivergence: "最先不一致的是", parameters: "参数", parameter: "参数",
    value: "值", allowed: "取值范围", meaning: "含义", code: "代码", minutes: "分钟", chapters: "全部章节", skip: "跳到正文",
    readBefore: "先读", goals: "目标",
    everySource: "来源中的每个数和每处疏漏",
    lines: "行",
    otherParameters: "本次运行的参数不是默认值，原文印出的数字不适用；其余照常比较。",
    noSource: "找不到本章的源文件，无法显示正文和代码。以下是结果。", untranslated: "此段尚未翻译。", problems: "本页有错误",
    livePrinted: "恢复原值", liveEqual: "在此处计算：与页面相等，误差不超过 1e−12", liveDiffers: "在此处计算：与页面不相等", liveHeld: "固定",
    axes: [
      "step": "步", "unit": "单元", "gate": "门", "sample": "样本", "input": "输入", "output": "输出", "row": "行", "column": "列",
    ], gap: "")

  private static let all = [english, chinese]

  /// The words of a language, or English where the engine does not know it.
  package static func table(_ language: String) -> Words {
    var words = all.first { $0.language == language } ?? english
    words.language = language
    return words
  }

  func axis(_ name: String) -> String { axes[name] ?? name }
}
