import Foundation
import Formulas
import Options
import Support
import Testing
import TextLayout

@testable import Notebook

private struct Bad: Error, CustomStringConvertible { let description = "bad luck" }

/// How a chapter ends: its exit code, and what it says on standard error and on the terminal.
@Suite struct EndingTests {
  static let save = Option.optional("save", "FILE", "where to")
  static let epochs = Option.integer("epochs", default: 3, in: 1...9, "how many")
  static let quick = Option.flag("quick", "less")

  /// A page that prints to standard output.
  @MainActor static func page(
    _ words: [String] = [], isInteractive: Bool = false, pager: String = "", isHeard: Bool = true
  ) throws -> Notebook {
    try Notebook(
      Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"), parameters: [epochs],
      files: [save, quick], file: "/none/demo/main.swift", arguments: words,
      terminal: Terminal(columns: 80, hasColour: false, isInteractive: isInteractive), environment: ["PAGER": pager],
      print: { if isHeard { say($0, terminator: "") } })
  }

  /// The command that a page shows is one that can be typed: a flag has no value, and a shell leaves the others alone.
  @MainActor @Test func theCommandOfAPageGivesThePage() throws {
    let title = Option.text("title", "TEXT", default: "none", "its name")
    func command(_ words: [String]) throws -> String {
      let page = try Notebook(
        Log(name: "demo", number: 1, title: "Demo", summary: "", language: "en"),
        parameters: [Self.quick, Self.epochs, title], files: [], file: "/none/demo/main.swift", arguments: words,
        terminal: Terminal(columns: 80, hasColour: false, isInteractive: false), environment: [:], print: { _ in })
      return page.log.commandLine
    }
    try expectEqual(command([]), "swift run chapter-demo")
    try expectEqual(command(["--quick"]), "swift run chapter-demo --quick")
    try expectEqual(command(["--epochs", "4", "--quick"]), "swift run chapter-demo --quick --epochs 4")
    for plain in ["a.b", "step(1)", "x y", "$HOME", "it's", "1:c_0=-5,2%"] {
      let isQuoted = plain.contains { "( $'".contains($0) }
      let word = isQuoted ? "'\(plain.replacing("'", with: #"'\''"#))'" : plain
      try expectEqual(command(["--title", plain]), "swift run chapter-demo --title \(word)")
    }
  }

  private func said(_ result: ExitTest.Result?) throws -> (output: String, errors: String) {
    let result = try #require(result)
    return (
      String(decoding: result.standardOutputContent, as: UTF8.self),
      String(decoding: result.standardErrorContent, as: UTF8.self)
    )
  }

  @Test(.lane(.exits)) func whatFailsNamesItsLine() async throws {
    let result = await #expect(
      processExitsWith: .exitCode(2), observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      try await MainActor.run {
        let page = try Self.page(isInteractive: true)
        page.progress("work", 1, of: 2, line: 1)
        _ = page.must(try { () throws -> Int in throw Bad() }(), line: 7)
      }
    }
    let (output, errors) = try said(result)
    expect(errors.hasSuffix("chapter-demo: line 7: bad luck\n") && output.hasSuffix(" work 1/2\n"), "\(output)")
  }

  @Test(.lane(.exits)) func whatThePagerHoldsIsPrintedBeforeAnError() async throws {
    let failed = await #expect(
      processExitsWith: .exitCode(2), observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      try await MainActor.run {
        let page = try Self.page(isInteractive: true, pager: "more")
        page.fail(Bad(), line: 8)
      }
    }
    let rejected = await #expect(
      processExitsWith: .exitCode(2), observing: [\.standardOutputContent, \.standardErrorContent]
    ) {
      try await MainActor.run {
        let page = try Self.page(isInteractive: true, pager: "more")
        page.progress("work", 1, of: 2, line: 1)
        page.reject(Bad())
      }
    }
    let (output, errors) = try said(failed)
    expect(output.contains("Demo\n════\n") && errors.hasSuffix("chapter-demo: line 8: bad luck\n"))
    let (shown, message) = try said(rejected)
    expect(shown.contains(" work 1/2\nDemo\n════\n") && message.hasSuffix("chapter-demo: bad luck\n"), "\(shown)")
    expect(!message.contains("line"))
  }

  @MainActor @Test func optionsThatFitAreAllowed() throws {
    let page = try Self.page(["--quick"], isHeard: false)
    page.require(Self.quick, with: [Self.save, Self.epochs, Self.quick])
    page.require(Self.save, with: [Self.epochs])
    page.refuse([Self.save, Self.epochs], with: Self.quick)
    page.refuse([Self.quick], with: Self.save)
    page.requireWritable(Self.save)
    page.write("never", to: Self.save)
    expect(page.isNamed(Self.quick) && !page.isNamed(Self.epochs) && page[Self.epochs] == 3 && page[Self.quick])
  }

  @Test(.lane(.exits)) func anOptionWithoutItsCompanionIsRefused() async throws {
    let alone = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run {
        try Self.page(["--epochs", "3"]).require(Self.quick, with: [Self.save, Self.epochs])
      }
    }
    let (_, errors) = try said(alone)
    expect(errors.hasSuffix("chapter-demo: --epochs: expected together with --quick, received without it\n"))
    let both = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run {
        try Self.page(["--epochs", "3", "--quick"]).refuse([Self.save, Self.epochs], with: Self.quick)
      }
    }
    let (_, message) = try said(both)
    expect(message.hasSuffix("chapter-demo: --epochs: expected without --quick, received with it\n"))
  }

  @Test(.lane(.exits)) func aFileThatCannotBeWrittenEndsTheChapter() async throws {
    let early = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run { try Self.page(["--save", "/none/a"]).requireWritable(Self.save) }
    }
    let reason = "--save: expected a file that can be written, received \"/none/a\": No such file or directory\n"
    try expect(said(early).errors.hasSuffix("chapter-demo: \(reason)"))
    let late = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run { try Self.page(["--save", "/none/a"]).write("text", to: Self.save, line: 9) }
    }
    try expect(said(late).errors.hasSuffix("chapter-demo: line 9: \(reason)"))
  }

  /// The end takes the place of the progress, shows what the pager holds, and has the exit code of the comparisons.
  @Test(.lane(.exits)) func theEndErasesTheProgress() async throws {
    let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardOutputContent]) {
      try await MainActor.run {
        let page = try Self.page(isInteractive: true, pager: "more")
        page.compare("x", hand: 1, layer: 2, tolerance: 0, line: 1)
        page.progress("work", 1, of: 2, line: 1)
        page.finish()
      }
    }
    let (output, _) = try said(result)
    expect(output.contains(" work 1/2\r\u{1B}[KDemo\n════\n"), "\(output)")
    expect(output.contains("\n    ✗ x: fails\n") && output.hasSuffix("by hand 1, layer 2, difference 1, at most 0\n"))
  }

  // MARK: Live places

  @MainActor private static func live(_ words: [String]) throws -> Int32 {
    let page = try page(words)
    let x = symbol("x", .input, [1, -2])
    let y = define("y", relu(x))
    let evaluation = try Evaluation(of: [y])
    for place in 1...2 {
      page.live(
        LivePlace("Place \(place)", controls: [.elements(of: x, in: 0...1)], results: [y]), in: evaluation, line: 3
      ) {
        page.result("inside \(place)", line: 3)
      }
    }
    page.result("behind", line: 4)
    return page.conclude()
  }

  /// The run ends behind the last place that `--live` names: nothing below follows from its numbers.
  @Test(.lane(.exits)) func aRunEndsBehindTheLastPlaceThatMoves() async throws {
    let first = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
      _ = try await MainActor.run { try Self.live(["--live", "1:x[2]=3"]) }
    }
    let (output, _) = try said(first)
    expect(output.contains("inside 1") && !output.contains("inside 2") && output.contains("compares nothing"))
    let second = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
      _ = try await MainActor.run { try Self.live(["--live", "2:x[2]=3,1:x[1]=3"]) }
    }
    try expect(said(second).output.contains("inside 2") && !said(second).output.contains("behind"))
  }

  @Test(.lane(.exits)) func aMoveThatDoesNotFitEndsTheChapter() async throws {
    let result = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      _ = try await MainActor.run { try Self.live(["--live", "1:x[3]=3"]) }
    }
    try expect(said(result).errors.hasSuffix("chapter-demo: --live: expected one of x[1…2], received x[3]\n"))
    let none = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      _ = try await MainActor.run { try Self.live(["--live", "x"]) }
    }
    try expect(
      said(none).errors.hasSuffix(
        "chapter-demo: --live: expected PLACE:NAME[ELEMENT]=NUMBER, as 1:c_0[4]=-0.5, received \"x\"\n"))
    let fixed = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run {
        let (x, y) = (symbol("x", .input, 1), symbol("y", .input, 2))
        let place = LivePlace("P", controls: [.elements(of: x, in: 0...1)], results: [y])
        try Self.page().live(place, in: Evaluation(of: [x, y]), line: 5) {}
      }
    }
    try expect(
      said(fixed).errors.hasSuffix(
        "chapter-demo: line 5: y does not change with the inputs of a live place\n"))
  }

  /// What is wrong is said once, whatever the number of pages, and the exit code is 1; a place that is not there is 2.
  @Test(.lane(.exits)) func complaintsAreSaidOnce() async throws {
    let result = await #expect(processExitsWith: .exitCode(1), observing: [\.standardErrorContent]) {
      try await MainActor.run {
        let page = try Self.page(["--also", "en-XA"])
        page.formula(latex: #"\a"#, line: 3)
        page.formula(latex: #"\b"#, line: 4)
        exit(page.conclude())
      }
    }
    let errors = try said(result).errors.split(separator: "\n").filter { $0.hasPrefix("chapter-demo") }
    expectEqual(
      errors,
      [
        #"chapter-demo: line 3: unknown command \a at character 1 of “\a”"#,
        #"chapter-demo: line 4: unknown command \b at character 1 of “\b”"#,
      ])
    for place in ["0", "3"] {
      let page = try await MainActor.run { try Self.absent(place) }
      expect(page.code == 2 && page.place == Int(place))
    }
    let absent = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      exit(try await MainActor.run { try Self.absent("3").code })
    }
    try expect(said(absent).errors.hasSuffix("chapter-demo: --live: expected one of 2 places, received 3\n"))
    let lost = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      try await MainActor.run {
        let folder = FileManager.default.temporaryDirectory.appending(path: "lost-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let page = try Self.page(["--json", folder.path + "/a"])
        try FileManager.default.removeItem(at: folder)
        exit(page.conclude())
      }
    }
    let message = try said(lost).errors
    expect(message.contains("chapter-demo: --json: expected a file that can be written, received \""))
  }

  /// A page with two places where the command line names another one.
  @MainActor private static func absent(_ place: String) throws -> (code: Int32, place: Int?) {
    let x = symbol("x", .input, [1, -2])
    let page = try page(["--live", "\(place):x[1]=0"], isHeard: false)
    for _ in 1...2 {
      page.live(
        LivePlace("P", controls: [.elements(of: x, in: 0...1)], results: [x]), in: try Evaluation(of: [x]), line: 3
      ) {}
    }
    return (page.conclude(), page.absentPlace)
  }
}
