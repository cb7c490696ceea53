import Foundation
import Synchronization

/// Checks answers to exercises: compiles a student's file alone, runs it on all cases, compares and names the mistake.
public struct Checker: Sendable {
  /// A program that has computed for so long loops for ever. Time of the processor, so that a busy machine changes
  /// no verdict.
  var seconds = 3
  /// A program that only waits is stopped after so long.
  static let waitingSeconds = 30.0
  /// Programs in other languages may take their time to start.
  static let implementationSeconds = 20.0

  let compiler: Compiler
  /// A folder for what need not be computed twice; it may be removed at any time.
  let cache: URL
  /// References that are at hand, by exercise.
  var known: [String: Reference] = [:]

  public init(cache: URL) throws(GradingError) {
    compiler = try Compiler()
    self.cache = cache
  }

  /// Checks a student's file.
  ///
  /// - Throws: `GradingError` where the file cannot be read or the machine does not do its part.
  public func check(_ exercise: Exercise, file: URL) throws(GradingError) -> Verdict {
    guard let data = FileManager.default.contents(atPath: file.path), let text = String(data: data, encoding: .utf8)
    else { throw GradingError("\(file.path): expected a Swift file in UTF-8 that can be read, found none") }
    if text == exercise.studentFile {
      return Verdict(.notBegun, ["The file is as it was delivered. Its first comment is the task."])
    }
    return try inFolder { folder throws(GradingError) in
      let (program, failure, reference) = try compileBoth(exercise, text, in: folder)
      if let failure { return verdict(failure, exercise) }
      // The second limit, of memory in KiB, is not known everywhere.
      let limits = "ulimit -t \(seconds); ulimit -v 8388608 2>/dev/null; exec \"$0\""
      var ending = try ChildProgram.run(
        "/bin/sh", ["-c", limits, program], input: exercise.casesText,
        environment: ["SWIFT_BACKTRACE": "enable=no"], seconds: Self.waitingSeconds)
      if ending.reason == .signal(SIGXCPU) || ending.reason == .signal(SIGKILL) { ending.reason = .timeout }
      let printed = ending.reason == .exit(0) ? ending.errors : ""
      let verdict = try verdict(exercise, ending, reference)
      return printed.isEmpty ? verdict : verdict.adding("Your program printed \"\(excerpt(printed))\".")
    }
  }

  /// Checks a program in any language, which reads cases and writes answers, a value a line.
  public func check(_ exercise: Exercise, implementation command: String) throws(GradingError) -> Verdict {
    let ending = try ChildProgram.run(
      "/bin/sh", ["-c", command], input: exercise.casesText, seconds: Self.implementationSeconds)
    return try verdict(exercise, ending, reference(exercise))
  }

  // MARK: - Programs

  /// The student's program and the reference, both at a time; the names of the solution stay out of the student's file.
  private func compileBoth(_ exercise: Exercise, _ text: String, in folder: URL) throws(GradingError)
    -> (program: String, Compiler.Failure?, Reference)
  {
    let (main, file) = (folder.appending(path: "main.swift"), folder.appending(path: exercise.fileName))
    let program = folder.appending(path: "program").path
    let call = Harness.main(calling: [("check", 0..<exercise.cases.count)])
    try write(call + exercise.check.joined(separator: "\n") + "\n", to: main)
    try write(text, to: file)
    let results = Mutex<(Result<Compiler.Failure?, GradingError>?, Result<Reference, GradingError>?)>((nil, nil))
    DispatchQueue.concurrentPerform(iterations: 2) { place in
      if place == 0 {
        let result = Result { () throws(GradingError) in
          try compiler.compile([file.path, main.path], to: program)
        }
        results.withLock { $0.0 = result }
      } else {
        let result = Result { () throws(GradingError) in try reference(exercise) }
        results.withLock { $0.1 = result }
      }
    }
    guard case (let compiled?, let reference?) = results.withLock({ $0 }) else {
      throw GradingError("\(exercise.id): expected two results of two compilations")
    }
    return (program, try compiled.get(), try reference.get())
  }

  /// What the solution and each mistake answer; computed once, then read from the cache.
  func reference(_ exercise: Exercise) throws(GradingError) -> Reference {
    if let known = known[exercise.id] { return known }
    return try reference(exercise, [[]] + exercise.faults.map { [$0] })
  }

  /// What each two mistakes answer; `nil` where some two of them trap.
  func pairs(_ exercise: Exercise) -> Reference? { try? reference(exercise, exercise.pairs) }

  private func reference(_ exercise: Exercise, _ variants: [[Exercise.Fault]]) throws(GradingError) -> Reference {
    var programs: [(Exercise, [String])] = []
    for faults in variants { programs.append((exercise, try exercise.applying(faults))) }
    return Reference(variants: variants, answers: try answers(of: programs))
  }

  /// What programs answer, each to the cases of its exercise: compiled as one, or read from the cache.
  func answers(of programs: [(exercise: Exercise, lines: [String])]) throws(GradingError) -> [[CaseAnswers]] {
    var (text, input) = ("", "")
    var calls: [(String, Range<Int>)] = []
    var places: [String: Range<Int>] = [:]
    var count = 0
    for (index, (exercise, lines)) in programs.enumerated() {
      let cases = places[exercise.id] ?? count..<count + exercise.cases.count
      if places.updateValue(cases, forKey: exercise.id) == nil {
        input += exercise.casesText
        count = cases.upperBound
      }
      calls.append(("Variant\(index).check", cases))
      text += Harness.namespace("Variant\(index)", lines + exercise.check)
    }
    let output = try cached(Harness.main(calling: calls) + text, input: input)
    var rest = try CaseAnswers.read(output)[...]
    guard rest.count == calls.reduce(0, { $0 + $1.1.count }) else {
      throw GradingError("\(programs[0].exercise.id): expected an answer to every case, received \(rest.count)")
    }
    return calls.map { _, cases in
      defer { rest = rest.dropFirst(cases.count) }
      return Array(rest.prefix(cases.count))
    }
  }

  private func cached(_ text: String, input: String) throws(GradingError) -> String {
    let stored = cache.appending(path: String(fingerprint(text + input), radix: 36) + ".answers")
    if let data = FileManager.default.contents(atPath: stored.path), !data.isEmpty {
      return String(decoding: data, as: UTF8.self)
    }
    let output = try run(text, input: input)
    try? FileManager.default.createDirectory(at: cache, withIntermediateDirectories: true)
    try? Data(output.utf8).write(to: stored, options: .atomic)
    return output
  }

  /// Compiles and runs a program text that must be right.
  func run(_ text: String, input: String) throws(GradingError) -> String {
    try inFolder { folder throws(GradingError) in
      let (main, program) = (folder.appending(path: "main.swift"), folder.appending(path: "program").path)
      try write(text, to: main)
      if let failure = try compiler.compile([main.path], to: program, seconds: 600) {
        throw GradingError("a solution: line \(failure.line ?? 0): \(failure.message)")
      }
      let ending = try ChildProgram.run(program, input: input, seconds: 600)
      guard ending.reason == .exit(0) else {
        throw GradingError("a solution: expected answers, received \(ending.reason) \(ending.errors)")
      }
      return ending.output
    }
  }

  private func write(_ text: String, to file: URL) throws(GradingError) {
    do { try Data(text.utf8).write(to: file) } catch {
      throw GradingError("\(file.path): expected a file that can be written, received \(error.localizedDescription)")
    }
  }

  private func inFolder<Value>(_ body: (URL) throws(GradingError) -> Value) throws(GradingError) -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "exercise-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
      throw GradingError("\(folder.path): expected a folder that can be made, received \(error.localizedDescription)")
    }
    return try body(folder)
  }
}
