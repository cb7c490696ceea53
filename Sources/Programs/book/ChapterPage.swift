import Files
import Foundation

/// One run of a chapter's program, as the book needs it.
struct ChapterPage: Sendable {
  let name: String
  /// Nil for the language of the chapter's source.
  let language: String?
  let exitCode: Int32
  /// What the program said on standard error.
  let complaints: String
  /// `README.md` and its pictures, by their paths within the chapter's folder; in another language `README.zh.md`.
  let files: [String: String]
  let html: String
  let summary: Summary?

  /// The part of `--json` that the book shows.
  struct Summary: Decodable, Sendable {
    var number: Int
    var title: String
    var summary: String
    var language: String
    var question: String?
    var minutes: Int?
    var requires: [String]?
    var comparisons: [Row]

    /// A line of the table of comparisons, as the chapter's own page shows it.
    struct Row: Decodable, Sendable {
      var title: String
      /// What the numbers are compared with: computed, documented, range.
      var kind: String?
      var count: String
      var largest: String
      var tolerance: String
      var verdict: String
      var holds: Bool
    }
  }

  /// What the names of its files have before their ending.
  var suffix: String { language.map { "." + $0 } ?? "" }

  /// A chapter that could not be run.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  /// The chapters under a folder: every subfolder with a program.
  static func names(in chapters: URL) throws(Problem) -> [String] {
    let found = (try? FileManager.default.contentsOfDirectory(atPath: chapters.path)) ?? []
    let names = found.filter {
      FileManager.default.fileExists(atPath: chapters.appendingPathComponent("\($0)/main.swift").path)
    }.sorted()
    guard !names.isEmpty else {
      throw Problem(description: "\(chapters.path): expected folders with a main.swift, found none")
    }
    return names
  }

  /// Runs `chapter-<name>` of the folder `products`, with its defaults but for `arguments`.
  ///
  /// - Parameter languages: those in which there is a page besides that of the source.
  /// - Returns: the page in the language of the source, then the others.
  static func run(
    _ name: String, products: URL, languages: [String] = [], arguments: [String] = []
  ) throws(Problem) -> [ChapterPage] {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("book-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let errors = folder.appendingPathComponent("errors")
      _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
      let process = Process()
      process.executableURL = products.appendingPathComponent("chapter-\(name)")
      process.arguments =
        arguments + ["html", "json"].flatMap { ["--\($0)", folder.appendingPathComponent("page.\($0)").path] }
        + ["--markdown", folder.appendingPathComponent("README.md").path] + languages.flatMap { ["--also", $0] }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      process.standardError = try FileHandle(forWritingTo: errors)
      try process.run()
      process.waitUntilExit()
      let isSignal = process.terminationReason == .uncaughtSignal
      let code = isSignal ? 128 + process.terminationStatus : process.terminationStatus
      return ([nil] + languages.map(Optional.some)).map { language in
        ChapterPage(
          name: name, language: language, exitCode: code, complaints: text(errors), files: pageFiles(folder, language)
        ) { text(folder.appendingPathComponent($0)) }
      }
    } catch {
      throw Problem(description: "chapter-\(name) cannot be run: \(error.localizedDescription)")
    }
  }

  /// - Parameters:
  ///   - files: as for the property.
  ///   - contents: what stands in `page.html` and `page.json`, or in `page.zh.html` and `page.zh.json`.
  init(
    name: String, language: String?, exitCode: Int32, complaints: String, files: [String: String],
    contents: (String) -> String
  ) {
    let suffix = language.map { "." + $0 } ?? ""
    (self.name, self.language, self.exitCode) = (name, language, exitCode)
    (self.complaints, self.files) = (complaints, files)
    html = contents("page\(suffix).html")
    summary = try? JSONDecoder().decode(Summary.self, from: Data(contents("page\(suffix).json").utf8))
  }

  private static func text(_ url: URL) -> String { (try? String(contentsOf: url, encoding: .utf8)) ?? "" }

  /// The page and its pictures in a folder.
  static func pageFiles(_ folder: URL, _ language: String? = nil) -> [String: String] {
    var files: [String: String] = [:]
    let suffix = language.map { "." + $0 } ?? ""
    let figures = folder.appendingPathComponent("figures" + suffix)
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: figures.path)) ?? []).filter {
      $0.hasSuffix(".svg")
    }
    for path in ["README\(suffix).md"] + names.map({ "figures\(suffix)/" + $0 }) {
      if let text = try? String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8) { files[path] = text }
    }
    return files
  }
}

extension ChapterPage {
  /// What the committed page in `folder` says otherwise than this run, file by file.
  func differences(in folder: URL) -> [String] {
    let written = Self.pageFiles(folder, language)
    return Set(files.keys).union(written.keys).sorted().compactMap { path in
      let place = "chapters/\(name)/\(path)"
      guard let fresh = files[path] else { return "\(place): expected no such file" }
      guard let old = written[path] else { return "\(place): expected a file, found none" }
      return PageComparison.difference(written: old, fresh: fresh).map { "\(place), \($0)" }
    }
  }

  /// Writes the page into its folder; pictures that are no longer on it go.
  func write(to folder: URL) throws {
    for (path, text) in files.sorted(by: { $0.key < $1.key }) {
      let url = folder.appendingPathComponent(path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try OutputFile(url.path).write(text)
    }
    for path in Self.pageFiles(folder, language).keys.sorted() where files[path] == nil {
      try FileManager.default.removeItem(at: folder.appendingPathComponent(path))
    }
  }
}
