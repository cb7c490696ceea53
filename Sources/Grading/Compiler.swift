import Foundation

/// The Swift compiler, for one student's file at a time.
public struct Compiler: Sendable {
  public let path: String

  /// The compiler of this toolchain: in PATH, or what `xcrun` names on a Mac.
  ///
  /// - Throws: `GradingError` where there is none.
  public init() throws(GradingError) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let inPath = folders.map { "\($0)/swiftc" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    if let inPath {
      path = inPath
    } else if FileManager.default.isExecutableFile(atPath: "/usr/bin/xcrun"),
      let found = try? ChildProgram.run("/usr/bin/xcrun", ["--find", "swiftc"], seconds: 20), found.reason == .exit(0)
    {
      path = found.output.trimmingCharacters(in: .whitespacesAndNewlines)
    } else {
      throw GradingError("expected the Swift compiler swiftc in PATH, found none; exercises are compiled to be checked")
    }
  }

  /// The first error of a compilation, in the student's file or beside it.
  struct Failure: Error, Equatable {
    /// The file's name without folders.
    var file: String
    var line: Int?
    var message: String
  }

  /// Compiles files into a program, without optimisation. `nil` when that went well.
  func compile(_ files: [String], to program: String, seconds: Double = 120) throws(GradingError) -> Failure? {
    let arguments = ["-Onone", "-wmo", "-suppress-warnings", "-diagnostic-style", "llvm", "-module-name", "Checked"]
    let ending = try ChildProgram.run(path, arguments + files + ["-o", program], seconds: seconds)
    switch ending.reason {
    case .exit(0): return nil
    case .timeout:
      return Failure(file: files[0], line: nil, message: "the compiler did not end within \(Int(seconds)) s")
    default: return Self.firstError(ending.errors) ?? Failure(file: files[0], line: nil, message: ending.errors)
    }
  }

  static func firstError(_ text: String) -> Failure? {
    for line in text.split(separator: "\n") {
      guard let match = line.firstMatch(of: /^(.*?):([0-9]+):[0-9]+: error: (.*)$/) else { continue }
      let file = match.1.split(separator: "/").last.map(String.init) ?? ""
      return Failure(file: file, line: Int(match.2), message: String(match.3))
    }
    return text.split(separator: "\n").first { $0.contains("error:") }
      .map { Failure(file: "", line: nil, message: String($0)) }
  }
}

extension Compiler.Failure {
  /// A word of advice for the errors that beginners meet.
  var advice: String {
    let table: [(String, String)] = [
      ("cannot find", "Check the spelling. A name must be declared above its use, in the same function or the file."),
      ("missing return", "Every way through the function must end with `return`."),
      ("'[Double]' operands", "Arrays have no arithmetic: compute with their elements, x[i], in a loop or in `map`."),
      ("operands of type '[Double]'", "Arrays have no arithmetic: compute with their elements, x[i]."),
      ("'Int' and 'Double'", "Swift does not mix whole numbers and Doubles: write Double(n)."),
      ("'Double' and 'Int'", "Swift does not mix whole numbers and Doubles: write Double(n)."),
      ("cannot convert return", "The value after `return` must have the type in the function's head."),
      ("cannot convert value", "A value has another type than the place where it stands; compare the two types named."),
      ("missing argument", "The call lacks an argument; the function's head names them all."),
      ("extraneous argument", "The call has an argument too many, or a label that the function's head does not have."),
      ("'let' constant", "A value that changes is declared with `var`."),
      ("is immutable", "A value that changes is declared with `var`; a function's arguments must be copied into one."),
      ("unable to type-check", "Cut the expression into two or three lines with names of their own."),
      ("consecutive statements", "One statement a line; an operator may be missing here."),
      ("expected '}'", "A brace that was opened is not closed."),
      ("extraneous '}'", "There is a closing brace too many."),
      ("invalid redeclaration", "The same name is declared twice; one of them must go."),
      ("expected expression", "Something is unfinished here: a value is missing."),
    ]
    return table.first { message.contains($0.0) }?.1
      ?? "Mend this first error and check again; later ones often come from it."
  }
}
