import TextLayout

extension ExternalProgram {
  /// Why there is no answer.
  enum Ending: Error, CustomStringConvertible {
    case hung(seconds: Double, begun: Int, readsInput: Bool, errors: String)
    case exited(code: Int32, signal: Bool, begun: Int, errors: String)
    case closedOutput(begun: Int, errors: String)
    case tooLong(bytes: Int)

    var isHang: Bool {
      if case .hung = self { return true }
      return false
    }

    var description: String {
      switch self {
      case .hung(let seconds, let begun, let readsInput, let errors):
        let advice =
          begun > 0
          ? " (\(begun) bytes came, and no end of line)"
          : readsInput ? " (does the program flush its output after every line?)" : " (the program closed its input)"
        return "no answer within \(seconds) s\(advice)\(Self.last(errors))"
      case .exited(let code, let signal, let begun, let errors):
        let how =
          signal
          ? "died of signal \(code)" : "ended with exit code \(code)\(code > 128 ? " (signal \(code - 128))" : "")"
        return "the program \(how)\(Self.unfinished(begun))\(Self.last(errors))"
      case .closedOutput(let begun, let errors):
        return "the program closed its output\(Self.unfinished(begun))\(Self.last(errors))"
      case .tooLong(let bytes): return "an answer of more than \(bytes) bytes without an end of line"
      }
    }

    private static func unfinished(_ begun: Int) -> String {
      begun > 0 ? " after \(begun) bytes without an end of line" : ""
    }

    private static func last(_ errors: String) -> String {
      lastWords(errors).map { ": \(printable(String($0.prefix(200))))" } ?? ""
    }
  }
}

/// The line of a program's standard error that says most about its end.
///
/// Of a Python program that is the exception below the last traceback, whatever was written after it; of a Rust program
/// the message of the panic; else the last line.
func lastWords(_ errors: String) -> String? {
  let lines = errors.split(whereSeparator: \.isNewline).map(String.init)
  if let traceback = lines.lastIndex(where: { $0.hasPrefix("Traceback (most recent call last)") }),
    let exception = lines[traceback...].dropFirst().first(where: { $0.first?.isWhitespace == false })
  {
    return exception
  }
  if let panic = lines.lastIndex(where: { $0.hasPrefix("thread '") && $0.contains("panicked at") }) {
    return lines[panic...].dropFirst().first.map { "\(lines[panic]) \($0)" } ?? lines[panic]
  }
  return lines.last
}
