import Digits
import Foundation
import Notebook
import Options
import TextLayout

// Runs all chapters and writes what they show: a page in each chapter's folder, and a site where one is asked for.

let html = Option.optional(
  "html", "DIR",
  "write a site and nothing else: a start page, the chapters, notation, glossary, bibliography, all comparisons")
let check = Option.flag("check", "compare the pages with a fresh run and write nothing")
let data = Option.optional(
  "data", "DIR",
  "a folder with MNIST's four files, for the page of chapter-mnist; without it, those that the chapter has fetched")
let folder = Option.optional("chapters", "DIR", "the folder of the chapters' sources; without it, that of this package")
let names = Option.positionals("CHAPTER", "chapters by name; without any, all of them")
let command = Command(
  "book", "Runs the chapters and writes their pages.", [html, check, data, folder, names])
let arguments = command.parseOrExit()

/// The package's own folder, four above this file.
let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()
let chapters = arguments[folder].map { URL(fileURLWithPath: $0) } ?? package.appendingPathComponent("chapters")
let products = (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])).deletingLastPathComponent()

/// How a chapter is run, and whether its page is written or compared whole.
///
/// Chapters that train for long are compared with a short run. One of them trains on data that is not in this
/// repository, and shows times: its page is written where MNIST is.
struct Way {
  var arguments: [String] = []
  var isWholePage = true
}

func way(of name: String, trace: URL) -> Way {
  let shown = ["--trace", trace.path]
  if arguments[check], let quick = ChapterPage.quickRuns[name] {
    return Way(arguments: quick.arguments + (name == "mnist" ? shown : []), isWholePage: false)
  }
  guard name == "mnist" else { return Way() }
  let place = arguments[data] ?? Digits.cacheFolder
  let digits = Result { try Digits.load(folder: place, train: 60_000, test: 10_000) }
  if (try? digits.get())?.isMNIST == true { return Way(arguments: ["--data", place] + shown) }
  if arguments[data] != nil {
    let found = if case .failure(let error) = digits { "\(error)" } else { "another set in its form" }
    command.exit(withError: "--data: expected MNIST's four files, received \(quoted(place)): \(found)")
  }
  return Way(arguments: ["--data", "generated", "--epochs", "6"] + shown, isWholePage: false)
}

/// The chapters in their order for an overview, in a language as far as they are translated; none where not all were
/// run.
func overview(_ pages: [ChapterPage], _ all: [String], _ language: String?) -> [ChapterPage.Summary.Named] {
  let summaries = all.compactMap { name -> ChapterPage.Summary.Named? in
    let page = pages.first { $0.name == name && $0.language == language } ?? pages.first { $0.name == name }
    return page?.summary.map { (name, $0) }
  }
  guard summaries.count == all.count else { return [] }
  return summaries.sorted { ($0.summary.number, $0.name) < ($1.summary.number, $1.name) }
}

/// Runs the chapters, writes or compares their pages and what is made of them; whether all is as it should be.
@MainActor func makePages() throws -> Bool {
  let all = try ChapterPage.names(in: chapters)
  for name in arguments[names] where !all.contains(name) {
    command.exit(withError: "CHAPTER: expected one of \(all.joined(separator: ", ")), received \(quoted(name))")
  }
  if arguments[check], arguments[html] != nil {
    command.exit(withError: "--check: expected alone, since it writes nothing; received --html, too")
  }
  var pages: [ChapterPage] = []
  var isFine = true
  let trace = FileManager.default.temporaryDirectory.appendingPathComponent("book-\(UUID().uuidString).json")
  defer { try? FileManager.default.removeItem(at: trace) }
  for name in arguments[names].isEmpty ? all : arguments[names] {
    let source = chapters.appendingPathComponent("\(name)/main.swift")
    let way = way(of: name, trace: trace)
    let run = try ChapterPage.run(
      name, products: products, languages: Words.languages(beside: source), arguments: way.arguments)
    pages += run
    for page in run {
      var remarks =
        page.exitCode == 0
        ? [] : ["exit code \(page.exitCode)"] + page.complaints.split(separator: "\n").map(String.init)
      if page.files.isEmpty {
        remarks.append("it wrote no page")
      } else if arguments[check] {
        let written = chapters.appendingPathComponent(name)
        remarks += way.isWholePage ? page.differences(in: written) : page.outlineDifferences(in: written)
      } else if way.isWholePage, arguments[html] == nil {
        try page.write(to: chapters.appendingPathComponent(name))
      }
      isFine = isFine && remarks.isEmpty
      say((remarks.isEmpty ? "✓ " : "✗ ") + "chapter-\(name)" + (page.language.map { ", \($0)" } ?? ""))
      for remark in remarks { say("    " + remark) }
      if !way.isWholePage, !arguments[check], arguments[html] == nil {
        say("    its page stays: it is made from MNIST, which ‘swift run chapter-mnist’ fetches and --data names")
      }
    }
  }
  let course = try Course.read(chapters)
  if let directory = arguments[html] {
    try Site(pages, course, chapters: chapters).write(to: URL(fileURLWithPath: directory))
  } else {
    for language in [nil] + CourseFolder.languages(in: chapters).map(Optional.some) {
      let folder = CourseFolder(
        course, chapters: overview(pages, all, language), words: Words.table(language ?? "en", in: chapters))
      if arguments[check] {
        let remarks = folder.differences(in: chapters)
        isFine = isFine && remarks.isEmpty
        for remark in remarks { say("✗ " + remark) }
      } else {
        try folder.write(to: chapters)
      }
    }
  }
  if !isFine, arguments[check] { say("‘swift run book’ writes the pages anew.") }
  return isFine
}

do {
  exit(try makePages() ? 0 : 1)
} catch {
  command.exit(withError: "\(error)")
}
