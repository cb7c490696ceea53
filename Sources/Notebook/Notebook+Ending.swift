import Foundation
import Options

extension Notebook {
  /// Prints the rest and the table of comparisons, writes the files, and ends the process.
  public func finish() -> Never {
    let code = conclude()
    if progressIsShown { print("\r\u{1B}[K") }
    pager?.show()
    exit(code)
  }

  /// The value of an expression that may fail; a failure ends the process with exit code 2 and says where.
  public func must<Value>(_ value: @autoclosure () throws -> Value, line: Int = #line) -> Value {
    do { return try value() } catch { fail(error, line: line) }
  }

  /// Ends the process with exit code 2 and the error's own words.
  public func fail(_ error: any Error, line: Int = #line) -> Never {
    if progressIsShown { print("\n") }
    pager?.release()
    command.exit(withError: "line \(line): \(error)")
  }

  /// Ends the process with exit code 2 and the error's own words, without a line: for what the user gave, a file or an
  /// option.
  public func reject(_ error: any Error) -> Never {
    if progressIsShown { print("\n") }
    pager?.release()
    command.exit(withError: "\(error)")
  }

  /// Ends the process with exit code 2 where the command line names an option without the one that gives it a meaning:
  /// no option is ignored in silence.
  public func require(_ other: any OptionDescription, with options: [any OptionDescription]) {
    guard !isNamed(other), let option = options.first(where: isNamed) else { return }
    reject(OptionError(description: "--\(option.name): expected together with --\(other.name), received without it"))
  }

  /// Ends the process with exit code 2 where the command line names an option beside one that leaves it no meaning.
  public func refuse(_ options: [any OptionDescription], with other: any OptionDescription) {
    guard isNamed(other), let option = options.first(where: isNamed) else { return }
    reject(OptionError(description: "--\(option.name): expected without --\(other.name), received with it"))
  }

  /// Ends the process with exit code 2 unless the file that an option names can be written: ask before long work, not
  /// after it.
  public func requireWritable(_ option: Option<String?>) {
    do { try outputs.check(option, self[option]) } catch { reject(error) }
  }

  /// Writes the file that an option names, whole or not at all; without the option, nothing.
  public func write(_ text: @autoclosure () throws -> String, to option: Option<String?>, line: Int = #line) {
    guard self[option] != nil else { return }
    do { try outputs.write(option, self[option], text()) } catch { fail(error, line: line) }
  }

  /// Does all that `finish` does except the exit, and returns the exit code.
  func conclude() -> Int32 {
    append(weaver.rest())
    write(writer.end(log))
    let misplaced = weaver.misplaced.sorted().map {
      "line \($0): shown inside a function without its caller's line; take `line: Int = #line` and hand it on"
    }
    let messages = (problems + reader.problems + misplaced).map { "chapter-\(log.name): \($0)\n" }
    if !messages.isEmpty { complain(messages.joined()) }
    do {
      try outputs.write(log, words)
    } catch {
      complain("chapter-\(log.name): \(error)\n")
      return 2
    }
    return log.holds && messages.isEmpty ? 0 : 1
  }

  func complain(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  var outputs: OutputFiles { OutputFiles(arguments) }
}
