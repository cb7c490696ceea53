import Foundation
import Notebook
import Options

// Runs all chapters and writes what they show: a page in each chapter's folder, and a site where one is asked for.

let html = Option.optional("html", "DIR", "write a site: a start page, the chapters, all comparisons")
let check = Option.flag("check", "compare the pages with a fresh run and write nothing")
let folder = Option.optional("chapters", "DIR", "the folder of the chapters' sources; without it, that of this package")
let names = Option.positionals("CHAPTER", "chapters by name; without any, all of them")
let command = Command(
  "book", "Runs the chapters and writes their pages.", [html, check, folder, names])
let arguments = command.parseOrExit()

/// The package's own folder, four above this file.
let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()
let chapters = arguments[folder].map { URL(fileURLWithPath: $0) } ?? package.appendingPathComponent("chapters")
let products = (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0])).deletingLastPathComponent()

/// What chapters are run with where their defaults would ask a network: a page has the same bytes wherever it is written.
let settings = ["mnist": ["--data", "generated", "--epochs", "6"]]

func say(_ text: String) {
  print(text)
  fflush(nil)
}

do {
  let all = try ChapterPage.names(in: chapters)
  for name in arguments[names] where !all.contains(name) {
    command.exit(withError: "CHAPTER: expected one of \(all.joined(separator: ", ")), received \(quoted(name))")
  }
  if arguments[check], arguments[html] != nil {
    command.exit(withError: "--check: expected alone, since it writes nothing; received --html, too")
  }
  var pages: [ChapterPage] = []
  var isFine = true
  for name in arguments[names].isEmpty ? all : arguments[names] {
    let page = try ChapterPage.run(name, products: products, arguments: settings[name] ?? [])
    pages.append(page)
    var remarks =
      page.exitCode == 0 ? [] : ["exit code \(page.exitCode)"] + page.complaints.split(separator: "\n").map(String.init)
    if page.files.isEmpty {
      remarks.append("it wrote no page")
    } else if arguments[check] {
      remarks += page.differences(in: chapters.appendingPathComponent(name))
    } else {
      try page.write(to: chapters.appendingPathComponent(name))
    }
    isFine = isFine && remarks.isEmpty
    say((remarks.isEmpty ? "✓ " : "✗ ") + "chapter-\(name)")
    for remark in remarks { say("    " + remark) }
  }
  if let directory = arguments[html] { try Site(pages).write(to: URL(fileURLWithPath: directory)) }
  if !isFine, arguments[check] { say("‘swift run book’ writes the pages anew.") }
  exit(isFine ? 0 : 1)
} catch {
  command.exit(withError: "\(error)")
}
