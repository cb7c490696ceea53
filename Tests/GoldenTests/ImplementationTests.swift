import Foundation
import Layers
import Support
import Testing

@testable import GoldenConformance

/// The example programs that need nothing but an interpreter or a compiler, where the machine has one.
@Suite struct ImplementationTests {
  private func small(_ layout: Framework) throws -> [Case] {
    try ReferenceTests.suite.get().cases.filter { $0.layout == layout && $0.work < 20_000 }
  }

  @Test(.enabled(if: installedProgram("python3") != nil))
  func plainPythonAgreesAndAWrongOneIsDiagnosed() throws {
    let source = repository.appending(path: "golden/implementations/plain_rnn.py")
    let cases = try small(.keras)
    let run = try ExternalRun(command: "python3 '\(source.path)'", cases: cases, seconds: 60)
    expect(run.allAgree, "\(run.summary)")
    expect(run.agreeing > 40)
    // Two lines wrong: f and o have changed places.
    let text = try String(contentsOf: source, encoding: .utf8)
    let forget = text.replacing(#"v["pre_f"] = cell.sums(1"#, with: #"v["pre_f"] = cell.sums(3"#)
    let wrong = forget.replacing(#"v["pre_o"] = cell.sums(3"#, with: #"v["pre_o"] = cell.sums(1"#)
    expect(forget != text && wrong != forget)
    let diagnosed = try withTemporaryFolder { folder in
      let file = folder.appending(path: "wrong.py")
      try wrong.write(to: file, atomically: true, encoding: .utf8)
      return try ExternalRun(command: "python3 '\(file.path)'", cases: cases, seconds: 60)
    }
    expectEqual(diagnosed.diagnoses.map { $0.suspects.map { $0.map(\.name) } }, [[["lstm-order-iogf"]]])
  }

  @Test(.enabled(if: installedProgram("cc") != nil))
  func theProgramInCAgrees() throws {
    let source = repository.appending(path: "golden/implementations/lstm.c").path
    let run = try withTemporaryFolder { folder in
      let program = folder.appending(path: "lstm").path
      let compiler = try #require(installedProgram("cc"))
      try expectEqual(runChild(compiler, ["-O2", "-o", program, source, "-lm"]).code, 0)
      return try ExternalRun(command: program, cases: try small(.keras), seconds: 60)
    }
    expect(run.allAgree, "\(run.summary)")
    expect(run.agreeing > 3)
  }
}
