import Support
import Testing

@testable import LongTraining

/// Weights and the state of Adam in a file, and what is refused on the way back.
@Suite struct CheckpointTests {
  private let weights = NamedTensors<Float>([("a", Tensor([[1, 2, 3]])), ("b", Tensor([4, 5]))])

  private func file(_ change: (inout SafetensorsFile) -> Void = { _ in }) throws -> SafetensorsFile {
    var state = OptimizerState<Float>(Adam(), for: weights)
    let slots = state.named.enumerated().map { place, slot in
      (
        slot.name,
        Tensor<Float>(shape: slot.tensor.shape, scalars: slot.tensor.scalars.indices.map { Float(place * 10 + $0) })
      )
    }
    try state.restore(step: 3, named: slots)
    var file = SafetensorsFile()
    file.store(weights, state)
    change(&file)
    return file
  }

  private func message(_ change: (inout SafetensorsFile) -> Void) throws -> String {
    let file = try file(change)
    var (own, state) = (weights, OptimizerState<Float>(Adam(), for: weights))
    own.replace(with: [.zeros([1, 3]), .zeros([2])])
    let before = own
    do { try file.restore(&own, &state, step: 3) } catch {
      expect(own.tensors == before.tensors && state.step == 0, "nothing is changed by a file that is refused")
      return "\(error)"
    }
    return "none"
  }

  @Test func whatWasStoredComesBack() throws {
    let file = try file()
    expectEqual(
      file.tensors.keys.sorted(),
      [
        "adam/a/momentum", "adam/a/velocity", "adam/b/momentum", "adam/b/velocity", "weights/a", "weights/b",
      ])
    var (own, state) = (weights, OptimizerState<Float>(Adam(), for: weights))
    own.replace(with: [.zeros([1, 3]), .zeros([2])])
    try file.restore(&own, &state, step: 3)
    expect(own.tensors == weights.tensors && state.step == 3)
    expectEqual(state.named.map(\.tensor.scalars), [[0, 1, 2], [10, 11, 12], [20, 21], [30, 31]])
  }

  @Test func whatDoesNotFitIsRefused() throws {
    try expect(
      message { $0.tensors["adam/b/velocity"] = StoredTensor([Float(1), -2], shape: [2]) }
        .hasSuffix("tensor \"adam/b/velocity\": expected means of squares, received -2.0"))
    try expectEqual(message { $0.tensors["adam/b/momentum"] = StoredTensor([Float(1), -2], shape: [2]) }, "none")
    try expect(message { $0.tensors["weights/b"] = nil }.contains("tensor \"weights/b\""))
    try expect(
      message { $0.tensors["weights/a"] = StoredTensor([Float(1), 2, 3], shape: [3]) }.contains("[1, 3]"))
    try expect(message { $0.tensors["adam/a/velocity"] = StoredTensor([Float(1)], shape: [1]) }.contains("[1, 3]"))
  }

  /// Whole messages, the file's name in front.
  @Test func aRefusalNamesFileAndTensor() throws {
    func whole(_ change: (inout SafetensorsFile) -> Void) throws -> String {
      let bytes = try file(change).serialized()
      let read = try SafetensorsFile(bytes: bytes, file: "run.st")
      var (own, state) = (weights, OptimizerState<Float>(Adam(), for: weights))
      do { try read.restore(&own, &state, step: 3) } catch { return error.description }
      return "none"
    }
    try expectEqual(
      whole { $0.tensors["adam/a/velocity"] = StoredTensor([Float(1), -0.5, -2], shape: [1, 3]) },
      "run.st: tensor \"adam/a/velocity\": expected means of squares, received -0.5")
    try expectEqual(
      whole { $0.tensors["weights/b"] = StoredTensor([Float(1)], shape: [1]) },
      "run.st: tensor \"weights/b\": expected shape [2], received [1]")
    try expectEqual(
      whole { $0.tensors["adam/b/momentum"] = nil },
      "run.st: tensor \"adam/b/momentum\": expected a tensor of this name, received only \"adam/a/momentum\", "
        + "\"adam/a/velocity\", \"adam/b/velocity\", \"weights/a\", \"weights/b\"")
    try expectEqual(whole { $0.tensors["extra"] = StoredTensor([Float(1)], shape: [1]) }, "none")
    var other = SafetensorsFile()
    other.metadata = ["units": "5"]
    let read = try SafetensorsFile(bytes: other.serialized(), file: "run.st")
    #expect(throws: Never.self) { try read.require(["units": "5"]) }
    do { try read.require(["units": "6"]) } catch {
      expectEqual(error.description, "run.st: expected a training with units 6, received units 5")
    }
  }

  @Test func settingsOfAnotherTrainingAreNamed() throws {
    var file = SafetensorsFile()
    file.metadata = ["units": "5", "rate": "0.01"]
    #expect(throws: Never.self) { try file.require(["units": "5", "rate": "0.01"]) }
    do { try file.require(["rate": "0.02", "units": "6"]) } catch {
      expect(error.description.hasSuffix("expected a training with rate 0.02, received rate 0.01"), "\(error)")
    }
  }

  /// The first name in the order of the alphabet; a long text is cut.
  @Test func theFirstSettingThatDiffersIsNamed() {
    var file = SafetensorsFile()
    file.metadata = ["a": "1", "b": String(repeating: "x", count: 61), "c": "3"]
    func message(_ settings: [String: String]) -> String {
      do throws(SafetensorsError) {
        try file.require(settings)
        return "none"
      } catch { return error.description }
    }
    expect(message(["c": "4", "a": "2"]).hasSuffix("expected a training with a 2, received a 1"))
    expect(
      message(["b": "y", "a": "1"])
        .hasSuffix("expected a training with b y, received b " + String(repeating: "x", count: 60)))
    expect(message(["a": "1", "c": "3"]) == "none" && message([:]) == "none" && message(["d": "1"]) != "none")
  }

  /// FNV-1a of the bytes, each text with a zero behind it.
  @Test func aFingerprintIsOfItsBytes() {
    expectEqual(Fingerprint().text, "cbf29ce484222325")
    var (text, bytes) = (Fingerprint(), Fingerprint())
    text.add("foobar")
    bytes.add(Array("foobar".utf8))
    expect(bytes.text == "85944171f73967e8" && text != bytes)
    bytes.add([0])
    expectEqual(text, bytes)
  }
}
