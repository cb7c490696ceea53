import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// Every golden case of the repository against these layers; a failure shows the first divergence.
@Suite struct ReferenceTests {
  /// All files below `golden/`; reading an empty folder throws, and so fails the test.
  static let suite = Result { try Suite(paths: [repository.appending(path: "golden").path(percentEncoded: false)]) }

  @Test func everyCaseAgrees() throws {
    let cases = try Self.suite.get().cases
    expect(cases.count >= 294)
    for golden in cases {
      let outcome = Outcome(golden, by: LayersImplementation())
      expect(outcome.agrees, "\(outcome.text)")
    }
  }

  /// A float32 case may be computed in double precision: the tolerances allow for the framework's own rounding.
  @Test func doublePrecisionAgreesWithSinglePrecisionCases() throws {
    let cases = try Self.suite.get().cases.filter { $0.dtype == .float32 }
    expect(!cases.isEmpty)
    for golden in cases {
      let outcome = Outcome(golden, by: LayersImplementation(scalar: .float64))
      expect(outcome.agrees, "\(outcome.text)")
    }
  }

  /// Every layout and every layer of the schema is covered by a case.
  @Test func everyLayerOfTheSchemaHasACase() throws {
    let covered = Set(try Self.suite.get().cases.map { "\($0.layout.rawValue) \($0.layer)" })
    let wanted = [
      "keras": KerasLayer.Name.all.map(\.name), "tensorflow1": TensorFlowCell.Name.allCases.map(\.rawValue),
      "pytorch": PyTorchLayer.names.map(\.name), "onnx": ONNXNode.names.map(\.name),
      "mxnet": MXNetLayer.Name.all.map(\.name),
    ]
    for (layout, layers) in wanted.sorted(by: { $0.key < $1.key }) {
      // Inside other layers only.
      for layer in layers where !["embedding", "masking"].contains(layer) {
        expect(covered.contains("\(layout) \(layer)"))
      }
    }
  }

  /// What comes later in the computation stands at a later stage, which decides what a divergence names first.
  @Test func theOutputsOfTwoDirectionsStandBehindTheirSteps() throws {
    let cases = try Self.suite.get().cases.filter { $0.signature.output("outputs_backward") != nil }
    expect(cases.count > 1)
    for golden in cases {
      let signature = golden.signature
      let stages = ["outputs", "outputs_backward"].compactMap { signature.output($0)?.stage }
      expect(stages.count == 2 && stages[0] == stages[1], "\(golden.name): \(stages)")
      expect(signature.stepValues.allSatisfy { $0.stage < stages[0] }, "\(golden.name)")
    }
  }

  /// Each case names its source, and the script that made it stands in the repository.
  @Test func everyScriptNamedInASourceExists() throws {
    for golden in try Self.suite.get().cases {
      guard let script = golden.script else { continue }
      expect(repository.hasFile(script), "\(golden.name) names \(script)")
    }
  }
}
