import Foundation
import Options

extension Notebook {
  /// Prints the rest and the table of comparisons, writes the files, and ends the process.
  public func finish() -> Never { finish(isWhole: true) }

  /// - Parameter isWhole: whether the rest of the source belongs to the page.
  func finish(isWhole: Bool) -> Never {
    let code = conclude(isWhole: isWhole)
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
    do { try OutputFiles(arguments).check(option, self[option]) } catch { reject(error) }
  }

  /// Writes the file that an option names, whole or not at all; without the option, nothing.
  public func write(_ text: @autoclosure () throws -> String, to option: Option<String?>, line: Int = #line) {
    guard self[option] != nil else { return }
    do { try OutputFiles(arguments).write(option, self[option], text()) } catch { fail(error, line: line) }
  }

  /// Does all that `finish` does except the exit, and returns the exit code.
  func conclude(isWhole: Bool = true) -> Int32 {
    onEachPage {
      if isWhole { append(editions[current].weaver.rest()) }
      if isShown { write(writer.end(log)) }
    }
    // What is wrong with the source is wrong on each page.
    let messages = editions.flatMap(\.complaints).reduce(into: [String]()) { all, message in
      if !all.contains(message) { all.append(message) }
    }
    if !messages.isEmpty { complain(messages.map { "chapter-\(log.name): \($0)\n" }.joined()) }
    if let place = absentPlace {
      complain("chapter-\(log.name): --live: expected one of \(log.livePlaces.count) places, received \(place)\n")
      return 2
    }
    do {
      for (files, page) in outputs { try files.write(page.log, page.words) }
    } catch {
      complain("chapter-\(log.name): \(error)\n")
      return 2
    }
    return log.holds && messages.isEmpty ? 0 : 1
  }

  func complain(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

  /// The files of each page.
  var outputs: [(files: OutputFiles, page: Edition)] {
    let own = OutputFiles(arguments)
    return editions.enumerated().map {
      (files: $0.offset == 0 ? own : own.of($0.element.words.language), page: $0.element)
    }
  }
}
