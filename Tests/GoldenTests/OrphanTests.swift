import Foundation
import Support
import Testing

@testable import GoldenConformance

/// Everything below `golden/` is read by something, and nothing stands there twice.
@Suite struct OrphanTests {
  private let golden = repository.appending(path: "golden")

  // MARK: Files

  /// Data files that neither the cases nor the documented numbers nor the statistics are read from.
  private func unreadFiles(in folder: URL) throws -> [String] {
    let documented = folder.appending(path: "documented").path(percentEncoded: false)
    let root = folder.path(percentEncoded: false)
    var read = Set(try Suite(paths: [root]).files.map(\.file))
    read.formUnion(try DocumentedNumbers.load(folder: documented).files.map(\.file))
    _ = try TrainingStatistics.load(folder: documented)
    read.insert("\(documented)/\(DocumentedNumbers.statisticsFile)")
    let tidy = Set(read.map { URL(filePath: $0).standardizedFileURL.path(percentEncoded: false) })
    // What people and other programs read, the scripts (see below), the example programs that the protocol names, and
    // recorded answers.
    let known = [
      "README.md", "SCHEMA.md", "PROTOCOL.md", "case.schema.json", "protocol.schema.json", "reader.py", "ruff.toml",
    ]
    let folders = ["generate/", "implementations/", "lessons/", "examples/", "answers/"]
    return try FileManager.default.subpathsOfDirectory(atPath: root).sorted().filter { name in
      let url = folder.appending(path: name)
      // Caches of tools.
      if name.hasPrefix(".") || name.contains("/.") { return false }
      if (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true { return false }
      if known.contains(name) || folders.contains(where: name.hasPrefix) { return false }
      return !tidy.contains(url.standardizedFileURL.path(percentEncoded: false))
    }
  }

  @Test func everyFileIsRead() throws {
    try expectEqual(unreadFiles(in: golden), [])
  }

  @Test func aFileThatNobodyReadsIsFound() throws {
    try withTemporaryFolder { copy in
      let manager = FileManager.default
      try manager.createDirectory(at: copy.appending(path: "reference"), withIntermediateDirectories: true)
      try manager.copyItem(at: golden.appending(path: "documented"), to: copy.appending(path: "documented"))
      let cases = "reference/keras_dense.json"
      try manager.copyItem(at: golden.appending(path: cases), to: copy.appending(path: cases))
      try Data("{}".utf8).write(to: copy.appending(path: "reference/left_over.jsn"))
      try expectEqual(unreadFiles(in: copy), ["reference/left_over.jsn"])
    }
  }

  // MARK: Scripts

  /// Scripts that no case names, no other script uses and no text tells to run.
  @Test func everyScriptIsUsed() throws {
    let named = Set(try ReferenceTests.suite.get().cases.compactMap(\.script))
    let folder = golden.appending(path: "generate")
    let scripts = try FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))
      .filter { name in
        let values = try? folder.appending(path: name).resourceValues(forKeys: [.isDirectoryKey])
        return values?.isDirectory == false && !name.hasPrefix(".")
      }.sorted()
    expect(scripts.count > 10)
    var texts = try scripts.map { ($0, try String(contentsOf: folder.appending(path: $0), encoding: .utf8)) }
    texts.append(("README.md", try String(contentsOf: golden.appending(path: "README.md"), encoding: .utf8)))
    for script in scripts where !named.contains("golden/generate/\(script)") {
      let module = script.replacing(".py", with: "")
      let users = texts.filter { name, text in
        name != script
          && (text.holds(script) || text.holds("import \(module)") || text.holds("from \(module) import"))
      }
      expect(!users.isEmpty, "golden/generate/\(script) makes no case and is used by no script")
    }
  }

  /// Numbers of a framework, and derived ones, name the script that makes them, and it is there.
  @Test func everyCaseNamesItsScript() throws {
    expectEqual(withoutScript(try ReferenceTests.suite.get().cases), [])
  }

  @Test func aCaseWhoseScriptIsAbsentIsFound() throws {
    let cases = ["gen/gen_torch.py: torch.nn", "gen/gen_lost.py: torch.nn", "by hand"].enumerated().map { place, how in
      smallTraining.replacing(#""how": "fit""#, with: #""how": "\#(how)""#)
        .replacing(#""name": "fit""#, with: #""name": "fit \#(place)""#)
    }
    expectEqual(withoutScript(try read(fileText(cases[0], cases[1], cases[2])).cases), ["fit 1", "fit 2"])
  }

  private func withoutScript(_ cases: [Case]) -> [String] {
    cases.filter { golden in golden.kind != .documented && !(golden.script.map(repository.hasFile) ?? false) }.map(
      \.name)
  }

  // MARK: Twins

  @Test func oneNameInTwoFilesIsAnError() throws {
    let error = try withTemporaryFolder { folder in
      for name in ["a", "b"] { try Data(fileText(smallCase).utf8).write(to: folder.appending(path: "\(name).json")) }
      return try #require(throws: CaseErrors.self) { try Suite(paths: [folder.path(percentEncoded: false)]) }
    }
    expect(error.description.contains("b.json: case \"small\": cases[0].name: expected a name that no other case has"))
  }

  @Test func noCaseStandsThereTwice() throws {
    try expectEqual(twins(try ReferenceTests.suite.get().cases), [])
  }

  @Test func theSameCaseUnderTwoNamesIsFound() throws {
    let other = try #require(changed(smallCase, #""name": "small""#, #""name": "other""#))
    let input = try #require(changed(other, #""data": [1, 2, 3, 4]}, "h0""#, #""data": [1, 2, 3, 5]}, "h0""#))
    let third = try #require(changed(input, #""name": "other""#, #""name": "third""#))
    let digits = try #require(changed(other, #""data": [0.75]"#, #""data": [0.754]"#))
    let fourth = try #require(changed(digits, #""name": "other""#, #""name": "fourth""#))
    try expectEqual(twins(try read(fileText(smallCase, other, third, fourth)).cases), [["small", "other"]])
  }

  /// Names of cases with the same layer, inputs and expected numbers; two printings of a number may differ in digits.
  private func twins(_ cases: [Case]) throws -> [[String]] {
    var names: [String: [String]] = [:]
    var order: [String] = []
    for golden in cases {
      var nameless = golden
      nameless.name = ""
      let content =
        switch golden.task {
        case .run(let run): nameless.question + run.expected.json.text() + run.expectedGradients.json.text()
        case .fit(let fit): nameless.question + fit.expected.json.text()
        }
      if names[content] == nil { order.append(content) }
      names[content, default: []].append(golden.name)
    }
    return order.compactMap { names[$0] }.filter { $0.count > 1 }
  }
}
