import Foundation
import Support
import Testing

/// All programs of this package, by their folders.
private let programs: [String] = {
  func folders(_ path: String) -> [String] {
    let folder = repository.appending(path: path)
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .filter { FileManager.default.fileExists(atPath: folder.appending(path: "\($0)/main.swift").path) }.sorted()
  }
  return folders("Sources/Programs") + folders("chapters").map { "chapter-\($0)" }
}()

/// What every program does with its command line, whatever else it does.
@Suite(.lane(.commandLines)) struct HelpTests {
  @Test func allProgramsAreFound() {
    expect(programs.count >= 13)
    expect(programs.contains("conformance") && programs.contains("chapter-lstm"))
  }

  @Test(arguments: programs) func helpNamesTheProgramAndItsOptions(program: String) throws {
    let result = try runBuilt(program, ["--help"], seconds: 60)
    expectEqual(result.code, 0)
    expect(result.errors.isEmpty, "\(result.errors)")
    expect(result.output.contains(program), "\(result.output)")
    expect(result.output.contains("--help"), "\(result.output)")
  }

  @Test(arguments: programs) func anUnknownOptionIsNamedAndEndsWithTwo(program: String) throws {
    let result = try runBuilt(program, ["--no-such-option"], seconds: 60)
    expectEqual(result.code, 2)
    expect(result.errors.contains("--no-such-option"), "\(result.errors)")
    expect(result.output.isEmpty, "\(result.output)")
  }
}
