import Foundation
import Formulas
import Support
import TextLayout
import Testing

@testable import Notebook

/// A chapter of a course, in three languages through every writer, down to the last byte, as digests; see
/// `WholePageTests`.
@MainActor @Suite struct WholeCourseTests {
  /// What a run writes: its exit code, the terminal, and its files by name.
  private func run(_ words: [String], wrong: Double, _ terminal: Terminal) throws -> (
    code: Int32, texts: [String: String]
  ) {
    let chapter = try CourseChapter()
    let out = chapter.folder.appending(path: "out")
    try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
    var printed = ""
    let files = ["html", "md", "json"].map { out.appending(path: "README.\($0)").path }
    let page = try chapter.page(
      words + zip(["--html", "--markdown", "--json"], files).flatMap { [$0, $1] } + [
        "--also", "zh", "--also", "en-XA",
      ],
      terminal: terminal, print: { printed += $0 })
    try chapter.show(on: page, wrong: wrong)
    let code = page.conclude()
    var texts = ["terminal": printed]
    for name in try FileManager.default.subpathsOfDirectory(atPath: out.path)
    where name.contains(/\.(html|md|json|svg)$/) {
      texts[name] = try String(contentsOf: out.appending(path: name), encoding: .utf8)
        .replacing(/<style>[\s\S]*?<\/style>|<script>[\s\S]*?<\/script>/, with: "").replacing(/sha256-[^']*/, with: "")
    }
    return (code, texts)
  }

  static let runs: [(words: [String], wrong: Double, columns: Int, hasColour: Bool)] = [
    ([], 0, 72, false), (["--code", "--units", "14"], 0.25, 110, true),
  ]

  @Test(arguments: 0...1) func everyWriterWritesTheWholeCourse(number: Int) throws {
    let run = Self.runs[number]
    let terminal = Terminal(columns: run.columns, hasColour: run.hasColour, isInteractive: false)
    let (code, texts) = try self.run(run.words, wrong: run.wrong, terminal)
    // The words that the Chinese page lacks are told, so its run does not end with 0.
    expectEqual(code, 1)
    let known = Dictionary(
      uniqueKeysWithValues: Self.known[number].split(separator: "\n").map { line in
        let parts = line.split(separator: " ").map(String.init)
        return (parts[0], parts[1])
      })
    let changed = texts.filter { digest($0.value) != known[$0.key] }.sorted { $0.key < $1.key }
    expectEqual(Set(texts.keys), Set(known.keys))
    guard !changed.isEmpty else { return }
    let folder = FileManager.default.temporaryDirectory.appending(path: "whole-course-\(number)")
    for (name, text) in changed {
      let file = folder.appending(path: name)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let all = texts.sorted { $0.key < $1.key }.map { "\($0.key) \(digest($0.value))" }.joined(separator: "\n")
    Issue.record("look at \(changed.map(\.key)) in \(folder.path), then take over:\n\(all)")
  }

  private static let known = [
    """
    README.en-XA.html 2d87e3ivx4mli
    README.en-XA.json 3vsen5mis0heb
    README.en-XA.md 156o5eood9l2w
    README.html 1fmwld59sklw6
    README.json 2vjvkpxsgduus
    README.md 3mbssnejmv30d
    README.zh.html 1rvgos3opyz4f
    README.zh.json 2qsybe16d87jb
    README.zh.md 3g0uy9v7mra7k
    figures.en-XA/1.svg 3iy3umojo7npt
    figures.en-XA/2.svg 1yux4zsqi56x3
    figures.en-XA/3.svg 3f6us6u2uvrpt
    figures.zh/1.svg 3dv0s3n0kft2r
    figures.zh/2.svg 35r0ffa7hyhkk
    figures.zh/3.svg 1zmhyedyx67jq
    figures/1.svg 1t7vapir2uxpn
    figures/2.svg 34r0tlvhj623f
    figures/3.svg 1zmhyedyx67jq
    terminal eff2laf6xfq
    """,
    """
    README.en-XA.html 3e2ic4zgtss86
    README.en-XA.json 3vk9r23t5cv0f
    README.en-XA.md 54kb4rmi7b1p
    README.html qre1bq2tht5h
    README.json 13mwxlaylri2g
    README.md ecncw21dsp5q
    README.zh.html 2884iiyma4z8i
    README.zh.json 3byesavp65tg3
    README.zh.md 2ni4nnr01f5uf
    figures.en-XA/1.svg 3iy3umojo7npt
    figures.en-XA/2.svg 1yux4zsqi56x3
    figures.en-XA/3.svg 3f6us6u2uvrpt
    figures.zh/1.svg 3dv0s3n0kft2r
    figures.zh/2.svg 35r0ffa7hyhkk
    figures.zh/3.svg 1zmhyedyx67jq
    figures/1.svg 1t7vapir2uxpn
    figures/2.svg 34r0tlvhj623f
    figures/3.svg 1zmhyedyx67jq
    terminal 2ffiit2lu69a5
    """,
  ]
}
