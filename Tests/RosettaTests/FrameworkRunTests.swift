import Foundation
import GoldenCases
import Support
import Testing

@testable import chapter_rosetta

@Suite struct FrameworkRunTests {
  @Test(arguments: CellVariant.all) func everyRunHasTheSameNumbersWhateverItsAxes(
    variant: CellVariant
  ) throws {
    let runs = try FrameworkRun.load(variant)
    let first = try #require(runs.first)
    expect(runs.count >= 4 && first.name == "keras_f64" && !first.isSingle)
    let (T, B) = (first.x.shape[0], first.x.shape[1])
    expectEqual(first.x.shape, [4, 2, 3])
    for run in runs {
      expect(run.x == first.x && run.h0 == first.h0 && run.c0 == first.c0, "\(run.name)")
      expect((run.c0 != nil) == (variant == .lstm))
      expectEqual(run.outputs.shape, [T, B, first.h0.columns], "\(run.name)")
      let bound = run.isSingle ? 1e-6 : 1e-12
      expect(run.outputs.largestDifference(from: first.outputs) <= bound, "\(run.name)")
      expectEqual(run.tolerance.absolute, bound)
    }
  }

  @Test func theForgetBiasIsThatOfTheRun() throws {
    let runs = try FrameworkRun.load(.lstm)
    let forgetBiases = Dictionary(uniqueKeysWithValues: runs.map { ($0.name, $0.forgetBias) })
    expect(forgetBiases["tf1_basic_fb1"] == 1 && forgetBiases["tf1_basic_fb0"] == 0 && forgetBiases["keras_f64"] == 0)
    expectEqual(forgetBiases.values.count { $0 != 0 }, 1)
  }

  @Test func weightsKeepTheFrameworksNamesAndAxes() throws {
    let runs = try FrameworkRun.load(.lstm)
    let onnx = try #require(runs.first { $0.framework == .onnx })
    expect(onnx["W"]?.shape == [1, 16, 3] && onnx["B"]?.shape == [1, 32] && onnx["kernel"] == nil)
    let keras = try #require(runs.first { $0.framework == .keras })
    expectEqual(keras["kernel"]?.shape, [3, 16])
  }

  @Test func aMissingFileIsNamed() {
    let error = #expect(throws: CaseErrors.self) { try FrameworkRun.load(.lstm, folder: "nowhere") }
    expectEqual(error?.description.contains("nowhere/reference/rosetta_lstm.json"), true)
  }

  @Test func anotherKindOfCaseIsRefusedByName() throws {
    let error = try withTemporaryFolder { folder in
      let reference = folder.appending(path: "reference")
      try FileManager.default.createDirectory(at: reference, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: repository.appending(path: "golden/reference/keras_dense.json"),
        to: reference.appending(path: "rosetta_lstm.json"))
      return #expect(throws: CaseErrors.self) {
        try FrameworkRun.load(.lstm, folder: folder.path(percentEncoded: false))
      }
    }
    expectEqual(error?.description.contains("expected a run of a named framework"), true)
  }
}
