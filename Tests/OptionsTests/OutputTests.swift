import Foundation
import Support
import Testing

@testable import Options

/// What goes to standard output and standard error, and how a program ends.
@Suite(.lane(.exits)) struct OutputTests {
  private static let units = Option.integer("units", default: 3, "how many")
  private static let command = Command("demo", "Does nothing.", [units])

  @Test func textIsWrittenWhole() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    expect(write("one – two\n", to: ends[1]) == nil && write("", to: ends[1]) == nil)
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(ends[0], &bytes, bytes.count)
    expectEqual(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self), "one – two\n")
    close(ends[1])
    close(ends[0])
    expectEqual(write("x", to: -1), "Bad file descriptor")
  }

  /// A pipe that is full and does not wait is waited for.
  @Test func aFullPipeIsWaitedFor() throws {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    _ = fcntl(ends[1], F_SETFL, fcntl(ends[1], F_GETFL) | O_NONBLOCK)
    let (reader, writer) = (FileHandle(fileDescriptor: ends[0]), ends[1])
    let text = String(repeating: "0123456789", count: 30_000)
    Thread.detachNewThread {
      usleep(20_000)
      _ = write(text, to: writer)
      close(writer)
    }
    try expectEqual(reader.readToEnd().map { String(decoding: $0, as: UTF8.self) }, text)
    close(ends[0])
  }

  @Test func anErrorEndsWithItsAdvice() async throws {
    let result = await #expect(
      processExitsWith: .exitCode(2), observing: [\.standardErrorContent, \.standardOutputContent]
    ) {
      _ = Self.command.parseOrExit(["--units", "x"])
    }
    let errors = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    expect(
      errors.hasSuffix(
        "demo: --units: expected a whole number from 0 up, received \"x\"\nTry 'demo --help'.\n"), "\(errors)")
  }

  @Test func helpGoesToStandardOutput() async throws {
    let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
      _ = Self.command.parseOrExit(["-h"])
    }
    let text = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    expect(text.hasSuffix(Self.command.help()) && Self.command.help().hasPrefix("Usage: demo [options]\n"), "\(text)")
    expectEqual(Self.command.parseOrExit(["--units", "7"])[Self.units], 7)
  }

  @Test func outputThatCannotBeWrittenEndsTheProgram() async throws {
    let result = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      close(STDOUT_FILENO)
      say("lost")
    }
    let errors = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    expect(
      errors.hasSuffix(
        ": standard output: expected a place that can be written, received \"Bad file descriptor\"\n"), "\(errors)")
  }

  /// Ends of ranges, and what the messages say of them.
  @Test func rangesHoldTheirEnds() throws {
    let two = Option.integer("two", default: 2, in: -2...2, "two")
    let up = Option.integer("up", default: 5, in: 5...Int.max, "up")
    let share = Option.number("share", default: 0.5, in: 0...1, "share")
    let command = Command("demo", "", [two, up, share])
    for (words, isTaken) in [
      (["--two=-2"], true), (["--two=2"], true), (["--two=3"], false), (["--two=-3"], false), (["--up=5"], true),
      (["--up=4"], false), (["--up=\(Int.max)"], true), (["--share=0"], true), (["--share=1"], true),
      (["--share=1.01"], false), (["--share=-0.01"], false), (["--share=inf"], false),
    ] { expectEqual(((try? command.parse(words)) != nil), isTaken, "\(words)") }
    expect(up.allowed == "a whole number from 5 up" && two.allowed == "a whole number from -2 to 2")
    expect(share.allowed == "a number from 0.0 to 1.0" && share.fallbackText == "0.5")
    expectEqual(Option.text("t", default: "d", "a text").form, .single("TEXT"))
    let paths = Option.positionals("P", atLeast: 1, "files")
    let last = Option.optionalPositional("LAST", "the last")
    let dealt = try Command("demo", "", [paths, last]).parse(["a", "b"])
    expect(dealt[paths] == ["a", "b"] && dealt[last] == nil)
    expect(Option.flag("f", "").fallbackText == "" && Option.optional("o", "O", "").fallbackText == "")
  }
}
