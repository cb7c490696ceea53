import Foundation

/// How another process of this package ended.
struct Child {
  let code: Int32
  let signal: Int32?
  let errors: String

  /// A program that was built beside this one.
  static func program(_ name: String) throws -> URL {
    guard let own = Bundle.main.executableURL else {
      throw Finding("expected the place of this program, received none")
    }
    let program = own.deletingLastPathComponent().appending(path: name)
    guard FileManager.default.isExecutableFile(atPath: program.path) else {
      throw Finding("expected the program \(name) beside this one, received none: build it first")
    }
    return program
  }

  /// Runs a program to its end, or kills it after some seconds.
  init(_ program: URL, _ arguments: [String], seconds: Double, showsOutput: Bool = false) throws {
    let log = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: log) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    if !showsOutput { process.standardOutput = FileHandle.nullDevice }
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
    let identifier = process.processIdentifier
    let alarm = DispatchWorkItem { kill(identifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: alarm)
    process.waitUntilExit()
    alarm.cancel()
    code = process.terminationStatus
    signal = process.terminationReason == .exit ? nil : process.terminationStatus
    errors = String(decoding: ((try? Data(contentsOf: log)) ?? Data()).suffix(4000), as: UTF8.self)
  }

  var ending: String {
    let last = errors.split(separator: "\n").first { $0.contains("rror") } ?? errors.split(separator: "\n").last ?? ""
    switch signal {
    case SIGPROF?, SIGALRM?, SIGKILL?: return "no end within its time"
    case let signal?: return "signal \(signal): \(last)"
    case nil: return "exit code \(code): \(last)"
    }
  }
}
