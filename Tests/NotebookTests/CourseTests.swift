import Foundation
import Support
import Testing

@testable import Notebook

/// The data of a small course.
private let data = [
  "notation": """
  {"symbols": [{"symbol": "h", "meaning": "state", "shape": "[H]", "colour": "sky"},
   {"symbol": "\\\\tilde{c}", "meaning": "candidate", "shape": "[H]", "also": "g"}]}
  """,
  "glossary": """
  {"terms": [{"id": "kernel", "term": "kernel", "text": "Weights.", "frameworks": "kernel (Keras)"}]}
  """,
  "bibliography": """
  {"documents": [], "frameworks": [], "literature": [{"key": "elman1990", "short": "Elman 1990",
   "authors": ["J. Elman"], "year": 1990, "title": "Finding structure in time", "url": "https://example.org/a"}]}
  """,
]

@MainActor private func run(_ prose: String, letters: [String] = []) throws -> (exitCode: Int32, html: String) {
  let chapter = try DemoChapter(source: "//: " + prose)
  for (name, text) in data.sorted(by: { $0.key < $1.key }) {
    try Data(text.utf8).write(to: chapter.folder.appendingPathComponent("\(name).json"))
  }
  let html = chapter.folder.appendingPathComponent("page.html").path
  let page = try Notebook(
    Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), question: "Why $h$?", goals: ["One"],
    letters: letters, parameters: [], file: chapter.file.path, arguments: ["--html", html], terminal: .pipe,
    print: { _ in })
  return (page.conclude(), try String(contentsOfFile: html, encoding: .utf8))
}

@MainActor @Test func citationsTermsAndLettersAreKnown() throws {
  let page = try run("[@elman1990] has $h'_t$ and $\\tilde{c}$, a [matrix](glossary:kernel).")
  expectEqual(page.exitCode, 0)
  expect(
    page.html.contains(
      "href=\"https://example.org/a\" title=\"J. Elman (1990). Finding structure in time.\">Elman 1990</a>"))
  expect(page.html.contains("title=\"Weights.\">matrix</a>") && page.html.contains("class=\"hue-sky\""))
  expect(page.html.contains("<p class=\"question\">Why ") && page.html.contains("<li>One</li>"))
  let site = HTMLWriter.onSite(page.html)
  expect(site.contains("<a href=\"bibliography.html#elman1990\"") && site.contains("<a href=\"glossary.html#kernel\""))
}

@MainActor @Test(arguments: ["[@nobody2000]", "[word](glossary:nothing)", "$q_t$", "- a list with $\\frac{q}{h}$"])
func whatTheCourseDoesNotKnowFailsTheRun(prose: String) throws {
  try expectEqual(run(prose).exitCode, 1)
}

@MainActor @Test func aChapterMayHaveLettersOfItsOwn() throws {
  try expectEqual(run("$q_t$", letters: ["q"]).exitCode, 0)
}

@Test func dataThatCannotBeReadSaysWhere() throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("course-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let file = folder.appendingPathComponent("notation.json")
  try Data("{\"symbols\": [{\"symbol\": \"h\", \"meaning\": \"\", \"shape\": \"\", \"colour\": \"pink\"}]}".utf8).write(
    to: file)
  #expect {
    try Course.read(folder)
  } throws: {
    "\($0)".contains("symbols[0].colour: expected one of blue, orange, green, purple, yellow, sky, found \"pink\"")
  }
}

/// Two terms and two works, one of each with all its fields: whole pages of the course, in both forms.
@MainActor @Test func pagesOfTheCourseAreWhole() throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("course-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  let glossary = """
    {"terms": [{"id": "kernel", "term": "kernel <k>", "text": "Weights & more.", "frameworks": "kernel (Keras)"},
      {"id": "gate", "term": "gate", "text": "A number."}]}
    """
  let works = """
    {"documents": [{"key": "d1", "short": "Doc", "authors": [], "title": "A page"}], "frameworks": [],
     "literature": [{"key": "e90", "short": "Elman 1990", "authors": ["J. Elman", "A. B"], "year": 1990,
       "title": "Time", "where": "Cog. Sci. 14", "url": "https://a.org/x", "note": "See §2."}]}
    """
  try Data(glossary.utf8).write(to: folder.appendingPathComponent("glossary.json"))
  try Data(works.utf8).write(to: folder.appendingPathComponent("bibliography.json"))
  let pages = CoursePages(try Course.read(folder))
  let html = pages.html(.glossary)
  expectEqual(
    html,
    "<dl class=\"glossary\">\n<dt id=\"kernel\">kernel &lt;k&gt;</dt><dd>Weights &amp; more.<br>"
      + "<span class=\"facts\">kernel (Keras)</span></dd>\n<dt id=\"gate\">gate</dt><dd>A number.</dd>\n</dl>")
  let markdown = pages.markdown(.glossary)
  expect(
    markdown.hasSuffix(
      "<a id=\"kernel\"></a>**kernel \\<k\\>**: Weights & more.\\\n*In frameworks:* kernel (Keras)\n\n"
        + "<a id=\"gate\"></a>**gate**: A number.\n"), "\(markdown)")
  let list = pages.html(.bibliography)
  expect(list.contains("<dt id=\"d1\">Doc</dt><dd>A page</dd>"), "\(list)")
  expect(
    list.contains("<dt id=\"e90\">Elman 1990</dt><dd>")
      && list.contains("<a href=\"https://a.org/x\">Time</a>. Cog. Sci. 14. See §2.</dd>"),
    "\(list)")
  let shelf = pages.markdown(.bibliography)
  expect(
    shelf.contains("<a id=\"e90\"></a>**Elman 1990**: ")
      && shelf.contains("[Time](https://a.org/x). Cog. Sci. 14. See §2."), "\(shelf)")
  expect(shelf.contains("<a id=\"d1\"></a>**Doc**: A page\n"), "\(shelf)")
}

@MainActor @Test func whatFitsTheWindowIsPrintedAndNotPaged() {
  var printed = ""
  let pager = Pager("false", rows: 3, print: { printed += $0 })
  pager.hold("a\n")
  expect(printed.isEmpty)
  pager.show()
  expectEqual(printed, "a\n")
  let absent = Pager("no-such-pager-here 2>/dev/null", rows: 1, print: { printed += $0 })
  absent.hold("b\nc\n")
  absent.show()
  expectEqual(printed, "a\nb\nc\n")
}

@MainActor
@Test(
  arguments: [
    (true, true, [:], "less -R"), (true, true, ["PAGER": "more"], "more"), (true, true, ["PAGER": "cat"], nil),
    (true, true, ["PAGER": ""], nil), (false, true, [:], nil), (true, false, [:], nil),
  ] as [(Bool, Bool, [String: String], String?)])
func thePagerIsTheReaders(isInteractive: Bool, isWanted: Bool, environment: [String: String], command: String?) {
  expectEqual(Pager.command(isInteractive: isInteractive, isWanted: isWanted, environment: environment), command)
}
