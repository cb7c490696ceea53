import Files
import Foundation
import Options
import TextLayout

/// The options that every chapter has.
struct BuiltInOptions {
  static let html = Option.optional("html", "FILE", "write the page as HTML")
  static let markdown = Option.optional("markdown", "FILE", "write the page as Markdown, its pictures beside it")
  static let json = Option.optional("json", "FILE", "write the page's numbers and words for programs")
  static let live = Option.optional(
    "live", "MOVES",
    "numbers for the live places, as in 1:c_0[4]=-0.5,1:x_1[2]=3; --json has what follows, and the run ends there")
  static let noPager = Option.flag("no-pager", "print at once, whatever the window holds")
  let code = Option.flag("code", "print the code, too")
  static let also = Option.repeated(
    "also", "NAME", "one more language, in which the files are written too, as page.NAME.html")
  let language: Option<String>
  private let languages: [String]

  /// The first language is that of the source.
  init(languages: [String]) {
    self.languages = languages + [Translation.marking]
    language = Option.choice(
      "language", of: self.languages, default: languages[0],
      "language of the page; \(Translation.marking) marks what can be translated")
  }

  var all: [any OptionDescription] {
    [Self.html, Self.markdown, Self.json, Self.live, code, Self.noPager, language, Self.also]
  }

  /// The language of the page, and those in which the files are written too.
  func wantedLanguages(_ arguments: Arguments) throws(OutputFiles.Problem) -> [String] {
    var wanted = [arguments[language]]
    for name in arguments[Self.also] {
      guard languages.contains(name), !wanted.contains(name) else {
        let rest = languages.filter { !wanted.contains($0) }
        throw OutputFiles.Problem(
          description: "--also: expected one of \(rest.joined(separator: ", ")), received \(quoted(name))")
      }
      wanted.append(name)
    }
    return wanted
  }
}

/// The files that a run was asked to write: checked before the run, written at its end.
struct OutputFiles {
  /// Why one of them cannot be written, by its option.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  private var html: String?
  private var markdown: String?
  private var json: String?

  init(_ arguments: Arguments) {
    html = arguments[BuiltInOptions.html]
    markdown = arguments[BuiltInOptions.markdown]
    json = arguments[BuiltInOptions.json]
  }

  /// The same files of another language: `page.zh.html` beside `page.html`.
  func of(_ language: String) -> OutputFiles {
    func name(_ path: String?) -> String? {
      guard let path else { return nil }
      let url = URL(fileURLWithPath: path)
      let ending = url.pathExtension.isEmpty ? "" : "." + url.pathExtension
      return String(path.dropLast(ending.count)) + "." + language + ending
    }
    var files = self
    (files.html, files.markdown, files.json) = (name(html), name(markdown), name(json))
    return files
  }

  private var named: [(option: String, path: String)] {
    [("--html", html), ("--markdown", markdown), ("--json", json)].compactMap { name, path in path.map { (name, $0) } }
  }

  /// Finds out before the run what could not be written after it.
  func check() throws {
    var seen: [String: String] = [:]
    for (option, path) in named {
      if let other = seen.updateValue(option, forKey: path) {
        throw Problem(
          description: "\(option): expected another file than that of \(other), received \(quoted(path))")
      }
      try attempt(option, path) { file throws(FileError) in try file.check() }
    }
  }

  /// The same for a file that the chapter itself writes.
  func check(_ option: Option<String?>, _ path: String?) throws(Problem) {
    guard let path else { return }
    try attempt("--\(option.name)", path) { file throws(FileError) in try file.check() }
  }

  func write(_ option: Option<String?>, _ path: String?, _ text: String) throws {
    if let path { try write("--\(option.name)", path, text) }
  }

  func write(_ log: Log, _ words: Words) throws {
    if let html { try write("--html", html, HTMLWriter(log: log, words: words).page()) }
    if let json { try write("--json", json, JSONWriter(log: log, words: words).text()) }
    if let markdown {
      let url = URL(fileURLWithPath: markdown)
      let stem = url.deletingPathExtension().lastPathComponent
      // `README.zh.md` has its pictures in `figures.zh`.
      let isReadme = stem == "README" || stem.hasPrefix("README.")
      let figures = isReadme ? "figures" + stem.dropFirst(6) : stem + "-figures"
      let page = MarkdownWriter(log: log, words: words, figures: figures).page()
      let folder = url.deletingLastPathComponent()
      if !page.figures.isEmpty {
        // Where this fails, writing the first picture says why.
        try? FileManager.default.createDirectory(
          at: folder.appendingPathComponent(figures), withIntermediateDirectories: true)
      }
      for figure in page.figures {
        try write("--markdown", folder.appendingPathComponent(figure.name).path, figure.svg)
      }
      try write("--markdown", markdown, page.text)
    }
  }

  private func write(_ option: String, _ path: String, _ text: String) throws {
    try attempt(option, path) { file throws(FileError) in try file.write(text) }
  }

  private func attempt(
    _ option: String, _ path: String, _ action: (OutputFile) throws(FileError) -> Void
  ) throws(Problem) {
    do { try action(OutputFile(path)) } catch {
      throw Problem(description: "\(option): expected \(error.expected), received \(quoted(path)): \(error.reason)")
    }
  }
}
