import Foundation
import Synchronization

/// A program that the tests need is not there.
public struct MissingProgram: Error, CustomStringConvertible {
  public let description: String
}

/// A program of this package, which is built beside the tests.
public func builtProgram(_ name: String) throws -> URL {
  // The test bundle lies in the folder of all products; which bundle is the main one depends on who runs the tests.
  let folders =
    [Bundle.main.bundleURL, Bundle.main.executableURL?.deletingLastPathComponent()].compactMap { $0 }
    + Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
  let programs = folders.map { $0.appending(path: name) }
  guard let program = programs.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
    throw MissingProgram(description: "expected the program \(name) beside the tests, found none")
  }
  return program
}

/// A program of this machine, looked up in PATH; `nil` where it has none.
public func installedProgram(_ name: String) -> URL? {
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  return folders.map { URL(filePath: "\($0)/\(name)") }
    .first { FileManager.default.isExecutableFile(atPath: $0.path) }
}

/// How a child process ended, and what it wrote.
public struct ChildResult: Sendable {
  /// The exit code; `nil` when a signal ended the process.
  public var code: Int32?
  /// The signal that ended the process; `nil` when it exited.
  public var signal: Int32?
  public var output: String
  public var errors: String
}

/// Runs a program to its end.
///
/// - `input`: all that it reads from standard input.
/// - `environment`: variables that are added to those of the tests.
/// - `seconds`: after this time the program is killed, and the result has signal 9.
///
/// Both outputs are read while the program runs. Otherwise a full pipe would stop it for ever.
public func runChild(
  _ program: URL, _ arguments: [String] = [], input: String = "", in folder: URL = repository,
  environment: [String: String] = [:], seconds: Double = 120
) throws -> ChildResult {
  let process = Process()
  process.executableURL = program
  process.arguments = arguments
  process.currentDirectoryURL = folder
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let (output, errors) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = errors
  return try withTemporaryFolder { temporary in
    // A file, not a pipe: writing to a program that does not read would stop or end the tests.
    let file = temporary.appending(path: "input")
    try Data(input.utf8).write(to: file)
    let source = try FileHandle(forReadingFrom: file)
    // A process with a termination handler is never freed on Linux, and its open files would pile up.
    defer { try? source.close() }
    process.standardInput = source
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    let identifier = process.processIdentifier
    let alarm = DispatchWorkItem { kill(identifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + seconds, execute: alarm)
    let complaints = Reader(errors.fileHandleForReading)
    let text = output.fileHandleForReading.readDataToEndOfFile()
    try? output.fileHandleForReading.close()
    let errorText = complaints.text()
    ended.wait()
    alarm.cancel()
    let code = process.terminationStatus
    let exited = process.terminationReason == .exit
    return ChildResult(
      code: exited ? code : nil, signal: exited ? nil : code, output: String(decoding: text, as: UTF8.self),
      errors: errorText)
  }
}

/// Runs a program of this package to its end. See ``runChild(_:_:input:in:environment:seconds:)``.
public func runBuilt(
  _ name: String, _ arguments: [String] = [], input: String = "", in folder: URL = repository,
  environment: [String: String] = [:], seconds: Double = 120
) throws -> ChildResult {
  try runChild(
    builtProgram(name), arguments, input: input, in: folder, environment: environment, seconds: seconds)
}

/// Whether the tests are built with a sanitizer, which has its own allocator.
public let isSanitized = ["__asan_init", "__tsan_init"].contains { (name: String) in
  dlsym(dlopen(nil, RTLD_LAZY), name) != nil
}

/// How many files, pipes and sockets this process holds open.
public func openFiles() throws -> Int {
  try FileManager.default.contentsOfDirectory(atPath: "/dev/fd").count
}

/// Reads a file handle to its end on a thread of its own, and closes it.
private final class Reader: Sendable {
  private let data = Mutex(Data())
  private let done = DispatchSemaphore(value: 0)

  init(_ handle: FileHandle) {
    Thread.detachNewThread { [self] in
      let all = handle.readDataToEndOfFile()
      try? handle.close()
      data.withLock { $0 = all }
      done.signal()
    }
  }

  func text() -> String {
    done.wait()
    return data.withLock { String(decoding: $0, as: UTF8.self) }
  }
}

/// Runs work that waits, for a process or a server, on a thread of its own.
///
/// Tests share as many threads as the machine has cores. One that waits on such a thread keeps another from computing.
public func onOwnThread<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Swift.Result { try work() }) }
  }
}
