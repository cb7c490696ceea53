import Foundation
import Layers
import Testing

@testable import GoldenConformance

/// The example programs that need nothing but an interpreter or a compiler, where the machine has one.
@Suite struct ImplementationTests {
  private static func tool(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private func small(_ layout: Framework) throws -> [Case] {
    try ReferenceTests.suite.get().cases.filter { $0.layout == layout && $0.work < 20_000 }
  }

  @Test(.enabled(if: tool("python3") != nil))
  func plainPythonAgreesAndAWrongOneIsDiagnosed() throws {
    let source = repository.appending(path: "golden/implementations/plain_rnn.py")
    let cases = try small(.keras)
    let run = try ExternalRun(command: "python3 '\(source.path)'", cases: cases, seconds: 60)
    #expect(run.allAgree, "\(run.summary)")
    #expect(run.agreeing > 40)
    // Two lines wrong: f and o have changed places.
    let text = try String(contentsOf: source, encoding: .utf8)
    let forget = text.replacing(#"v["pre_f"] = cell.sums(1"#, with: #"v["pre_f"] = cell.sums(3"#)
    let wrong = forget.replacing(#"v["pre_o"] = cell.sums(3"#, with: #"v["pre_o"] = cell.sums(1"#)
    #expect(forget != text && wrong != forget)
    let file = FileManager.default.temporaryDirectory.appending(path: "wrong-\(UUID().uuidString).py")
    defer { try? FileManager.default.removeItem(at: file) }
    try wrong.write(to: file, atomically: true, encoding: .utf8)
    let diagnosed = try ExternalRun(command: "python3 '\(file.path)'", cases: cases, seconds: 60)
    #expect(diagnosed.diagnoses.map { $0.suspects.map { $0.map(\.name) } } == [[["lstm-order-iogf"]]])
  }

  @Test(.enabled(if: tool("cc") != nil))
  func theProgramInCAgrees() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "lstm-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    let compiler = Process()
    compiler.executableURL = URL(filePath: try #require(Self.tool("cc")))
    let source = repository.appending(path: "golden/implementations/lstm.c").path
    compiler.arguments = ["-O2", "-o", file.path, source, "-lm"]
    try compiler.run()
    compiler.waitUntilExit()
    #expect(compiler.terminationStatus == 0)
    let run = try ExternalRun(command: file.path, cases: try small(.keras), seconds: 60)
    #expect(run.allAgree, "\(run.summary)")
    #expect(run.agreeing > 3)
  }
}
