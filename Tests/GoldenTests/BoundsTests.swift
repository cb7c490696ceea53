import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// Few bytes that ask for much memory or time: refused before anything is computed, with sizes and limit.
@Suite struct BoundsTests {
  private static let bound = "1e-9"

  private func rule(_ shape: [Int]) -> String { #"{"shape": \#(shape), "hash": {"seed": 1, "scale": 1}}"# }

  /// A derived case of one layer with weights by rule.
  private func text(
    _ layer: String, _ config: String, x: String, weights: [String: [Int]] = [:],
    expected: String = #"{"outputs": null}"#
  ) -> String {
    let members = weights.sorted { $0.key < $1.key }.map { #""\#($0.key)": \#(rule($0.value))"# }
    return #"""
      {"name": "\#(layer)", "kind": "derived", "source": {"how": "x"}, "layout": "keras", "dtype": "float64",
       "layer": "\#(layer)", "config": \#(config), "weights": {\#(members.joined(separator: ", "))},
       "inputs": {"x": \#(x)}, "expected": \#(expected), "tolerance": {"abs": 1, "rel": 0}}
      """#
  }

  private func message(_ texts: String...) -> String {
    let file = #"{"schema": "rnn-golden/1", "family": "f", "cases": ["# + texts.joined(separator: ",") + "]}"
    do {
      _ = try read(file)
      return "read"
    } catch { return error.description }
  }

  private func draftMessage(_ texts: String...) -> String {
    let file = #"{"schema": "rnn-golden/1", "family": "f", "cases": ["# + texts.joined(separator: ",") + "]}"
    do {
      _ = try Draft(Array(file.utf8), file: "hand.json")
      return "read"
    } catch { return error.description }
  }

  private var small: String { rule([2, 3, 1]) }

  /// 600 bytes that ask for 551 GB.
  @Test func aSequenceWithManyUnits() {
    let text = text("simple_rnn", #"{"units": 4000}"#, x: rule([1024, 1024, 1]))
    expect(
      message(text).hasSuffix(
        "cases[0].inputs.x: expected a layer whose outputs and values of steps are at most 16777216 numbers, "
          + "found 8396800000 for x of shape [1024, 1024, 1]"), "\(message(text))")
  }

  @Test func aLayerWithManyWeights() {
    let text = text("lstm", #"{"units": 4096}"#, x: small)
    expect(
      message(text).hasSuffix(
        "expected a layer whose weights are at most 16777216 numbers, found 67141632 for x of shape [2, 3, 1]"),
      "\(message(text))")
  }

  /// Values of steps that are computed and that nobody can ask for: inside a stack that skips steps, and in chunks.
  @Test func valuesThatAreNotShownCount() {
    let stack = #"""
      {"layers": [{"layer": "masking", "config": {}}, {"layer": "lstm", "config": {"units": 1024}},
                  {"layer": "dense", "config": {"units": 1}}]}
      """#
    let inStack = message(text("stack", stack, x: rule([1, 4096, 1])))
    expect(inStack.contains("outputs and values of steps are at most 16777216 numbers, found"), "\(inStack)")
    let chunks = #"{"units": 1024, "stateful": true, "return_sequences": true, "chunks": [2048, 2048]}"#
    let inChunks = message(text("lstm", chunks, x: rule([1, 4096, 1])))
    expect(inChunks.contains("outputs and values of steps are at most 16777216 numbers, found"), "\(inChunks)")
  }

  /// Each case is within its bounds, all together are not.
  @Test func manyCasesOfOneFile() {
    let expected = #"{"outputs": {"shape": [2097152, 1], "indices": [0], "data": [1]}}"#
    let cases = (0..<3).map { place in
      text(
        "dense", #"{"units": 1}"#, x: rule([2_097_152, 3]), weights: ["kernel": [3, 1], "bias": [1]], expected: expected
      ).replacing(#""name": "dense""#, with: #""name": "dense \#(place)""#)
    }
    expectEqual(message(cases[0], cases[1]), "read")
    expect(
      message(cases[0], cases[1], cases[2]).hasSuffix(
        #"case "dense 2": cases[2]: expected cases whose rules make at most 16777216 numbers in one file, "#
          + "found 18874383"), "\(message(cases[0], cases[1], cases[2]))")
  }

  @Test func aTrainingOfManySteps() throws {
    let long = try #require(changed(smallTraining, #""epochs": 2"#, #""epochs": 1000000"#))
    expect(message(long).contains("expected shape [1000000], found [2]"), "a million small epochs are not too many")
    let many = try #require(changed(long, #""batch_size": 2"#, #""batch_size": 1"#))
      .replacing(
        #"{"shape": [3, 2], "tile": 3, "data": [1, 2]}"#, with: #"{"shape": [90000, 2], "tile": 90000, "data": [1, 2]}"#
      )
      .replacing(#"{"shape": [3, 1], "data": [1, 2, 3]}"#, with: #"{"shape": [90000, 1], "tile": 90000, "data": [1]}"#)
    expect(
      message(many).contains(
        "cases[0].training.epochs: expected a training of at most 274877906944 multiply-adds "
          + "(epochs · samples · steps · weights), found about"), "\(message(many))")
  }

  /// A draft asks for numbers that will be written out, so it may ask for fewer.
  @Test func draftsAskForNumbersThatAreWritten() {
    let large = text("dense", #"{"units": 65536}"#, x: rule([16_777_216, 1]), expected: "null")
    expect(
      draftMessage(large).hasSuffix(
        "expected a layer whose outputs and values of steps are at most 16777216 numbers, found 3298534883328 for x of "
          + "shape [16777216, 1]"), "\(draftMessage(large))")
    let medium = text("dense", #"{"units": 500}"#, x: rule([500, 1]), expected: "null")
    expectEqual(draftMessage(medium), "read")
    expect(
      draftMessage(medium, medium.replacing(#""name": "dense""#, with: #""name": "second""#)).hasSuffix(
        #"case "second": cases[1]: expected cases that wait for at most 1048576 numbers in one file, "#
          + "found 750500 for x of shape [500, 1], and others before"))
  }
}
