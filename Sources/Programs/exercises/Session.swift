import Files
import Foundation
import Grading
import Options
import TextLayout

/// One call of the program.
struct Session {
  let catalogue: Catalogue
  let files: StudentFolder
  let arguments: Arguments
  let exercises: [Exercise]

  init(root: URL, _ arguments: Arguments) throws {
    let catalogue = try Catalogue(root: root)
    self.catalogue = catalogue
    files = StudentFolder(root: root, own: arguments[folder].map { URL(filePath: $0) })
    self.arguments = arguments
    exercises =
      try arguments[names].isEmpty
      ? catalogue.exercises : arguments[names].flatMap { try catalogue.exercises(named: $0) }
  }

  /// - Returns: the exit code.
  func run() throws -> Int32 {
    let actions = [hint, solution, watch, reset, make].filter { arguments[$0] }.map { "--\($0.name)" }
    guard actions.count <= 1 else {
      throw GradingError("expected one of \(actions.joined(separator: " and ")), received both")
    }
    if arguments[make] { return try makeFiles() }
    for report in arguments[reports] where !report.hasSuffix(".json") && !report.hasSuffix(".csv") {
      throw GradingError("--report: expected a name that ends with .json or .csv, received \(quoted(report))")
    }
    if arguments[student] != nil, arguments[reports].isEmpty {
      throw GradingError("--student: expected --report with it, received none")
    }
    if let action = actions.first { return try act(on: single(for: action)) }
    if let program = arguments[implementation] {
      let exercise = try single(for: "--implementation")
      return show(try checker().check(exercise, implementation: program), exercise)
    }
    if !arguments[reports].isEmpty { return try report() }
    if arguments[names].count == 1, exercises.count == 1, exercises[0].id == arguments[names][0] {
      return try check(exercises[0])
    }
    return try showList()
  }

  private func checker() throws -> Checker { try Checker(cache: files.cache) }

  private func single(for option: String) throws -> Exercise {
    guard arguments[names].count == 1, exercises.count == 1 else {
      throw GradingError("\(option): expected one exercise, as lstm/2, received \(exercises.count)")
    }
    return exercises[0]
  }

  private func act(on exercise: Exercise) throws -> Int32 {
    if arguments[hint] {
      let (number, text) = files.nextHint(of: exercise)
      write("Hint \(number) of \(exercise.hints.count): \(text)")
      return 0
    }
    if arguments[reset] {
      let kept = try files.reset(exercise)
      write(kept.map { "Your file is kept as \($0.path)." } ?? "There was nothing of yours to keep.")
      write("\(files.file(of: exercise).path) is as it was delivered.")
      return 0
    }
    return try arguments[solution] ? showSolution(of: exercise) : keepChecking(exercise)
  }

  private func showSolution(of exercise: Exercise) throws -> Int32 {
    print("Show the solution of \(exercise.id)? [y/N] ", terminator: "")
    fflush(nil)
    guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else {
      write("Not shown. A hint: swift run exercises \(exercise.id) --hint")
      return 1
    }
    print(exercise.solutionCode.joined(separator: "\n"))
    return 0
  }

  private func check(_ exercise: Exercise) throws -> Int32 {
    if !files.hasFile(of: exercise) { try files.deliver(exercise) }
    let verdict = try checker().check(exercise, file: files.file(of: exercise))
    let code = show(verdict, exercise)
    if verdict.state == .notBegun { write("File: \(files.file(of: exercise).path)") }
    return code
  }

  /// Checks at each save, until the exercise passes; editors may replace the file, so that for a moment there is none.
  private func keepChecking(_ exercise: Exercise) throws -> Int32 {
    if !files.hasFile(of: exercise) { try files.deliver(exercise) }
    let path = files.file(of: exercise).path
    let checker = try checker()
    write("\(path) is checked at each save; Ctrl-C ends that.")
    var last: Data?
    while true {
      if let text = FileManager.default.contents(atPath: path), text != last {
        last = text
        print()
        let code = show(try checker.check(exercise, file: files.file(of: exercise)), exercise)
        fflush(nil)
        if code == 0 { return 0 }
      }
      Thread.sleep(forTimeInterval: 0.2)
    }
  }

  private func report() throws -> Int32 {
    for report in arguments[reports] { try OutputFile(report).check() }
    let checker = try checker()
    let rows = try exercises.map { Marks.Row($0, try files.verdict(on: $0, by: checker)) }
    let marks = Marks(rows, student: arguments[student], time: Date())
    for report in arguments[reports] {
      try OutputFile(report).write(report.hasSuffix(".json") ? marks.json : marks.csv)
    }
    let passed = rows.count { $0.verdict.state == .passes }
    write("\(passed) of \(rows.count) pass. Written: \(arguments[reports].joined(separator: ", "))")
    return passed == rows.count ? 0 : 1
  }

  private func showList() throws -> Int32 {
    let checker = try checker()
    var passed = 0
    var chapter = ""
    for exercise in exercises {
      if exercise.chapter != chapter { print((chapter.isEmpty ? "" : "\n") + exercise.chapter) }
      chapter = exercise.chapter
      let verdict = try files.verdict(on: exercise, by: checker)
      if verdict.state == .passes { passed += 1 }
      let columns = [
        padded("  \(exercise.id)", to: 22), padded(verdict.state.rawValue, to: 11),
        padded(exercise.kind.rawValue, to: 12), padded("\(exercise.minutes) min", to: 8),
      ]
      print(columns.joined() + exercise.title)
    }
    print()
    write("\(passed) of \(exercises.count) pass. The tasks stand in chapters/<chapter>/exercises.")
    write("Check one: swift run exercises \(exercises[0].id)")
    return 0
  }

  private func makeFiles() throws -> Int32 {
    for kept in try StudentFolder.make(catalogue) { write("The file that stood there is kept as \(kept.path).") }
    write("The files of \(catalogue.exercises.count) exercises and their pages are written.")
    return 0
  }

  private func show(_ verdict: Verdict, _ exercise: Exercise) -> Int32 {
    for paragraph in verdict.text(for: exercise) { write(paragraph) }
    if verdict.state == .fails { write("A hint: swift run exercises \(exercise.id) --hint") }
    return verdict.state == .passes ? 0 : 1
  }

  private func write(_ text: String) {
    print(wrapped(text, width: Terminal.standardOutput.columns).joined(separator: "\n"))
  }
}
