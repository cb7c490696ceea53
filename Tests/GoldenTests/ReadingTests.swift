import Foundation
import Tensors
import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

@Suite struct ReadingTests {
  @Test func readsACase() throws {
    let golden = try #require(try read(fileText(smallCase, smallTraining)).cases.first)
    expect(golden.name == "small" && golden.kind == .documented && golden.dtype == .float32)
    expectEqual(golden.weights.names, ["kernel", "recurrent_kernel", "bias"])
    expectEqual(golden.weights["kernel"]?.values[0], Double(Float(0.1)), "numbers are rounded to the case's type")
    guard case .run(let run) = golden.task else { throw Problem("a run") }
    expectEqual(run.expected.names, ["outputs", "h", "c"])
    expectEqual(run.expectedGradients.names, ["weights.bias", "inputs.h0"])
    expectEqual(run.cotangents.names, ["outputs", "h"])
    expectEqual(
      golden.signature.outputs.map(\.name),
      ["pre_i", "i", "pre_f", "f", "pre_g", "g", "c", "pre_o", "o", "tanh_c", "h"].map { "gates.\($0)" }
        + ["outputs", "h", "c"])
  }

  @Test func readsTheShortFormsOfTensors() throws {
    let file = try read(fileText(smallTraining))
    guard case .fit(let training)? = file.cases.first?.task else { throw Problem("training") }
    expectEqual(training.x.values, [1, 2, 1, 2, 1, 2])
    let hash = try #require(
      changed(smallCase, #""data": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]"#, #""hash": {"seed": 1, "scale": 1}"#))
    let kernel = try #require(try read(fileText(hash)).cases[0].weights["kernel"])
    expectEqual(
      Array(kernel.values.prefix(4)),
      [0.5326035022735596, -0.7479380369186401, 0.40186238288879395, 0.2657524347305298])
    let sampled = try #require(
      changed(
        smallCase, #"{"shape": [1, 2, 1], "data": [0.5, 0.25]}"#, #"{"shape": [1, 2, 1], "indices": [1], "data": [7]}"#)
    )
    guard case .run(let run) = try read(fileText(sampled)).cases[0].task else { throw Problem("run") }
    expectEqual(run.expected["outputs"], NumericTensor(shape: [1, 2, 1], values: [7], indices: [1]))
  }

  /// One change to a good case, and the end of the message it must give: key path, what was expected, what was found.
  static let changes: [(old: String, new: String, message: String)] = [
    (#""units": 1"#, #""units": 0"#, "cases[0].config.units: expected an integer from 1 to 65536, found 0"),
    (#""units": 1"#, #""units": 1.5"#, "cases[0].config.units: expected an integer from 1 to 65536, found 1.5"),
    (#""units": 1"#, #""units": "1""#, #"cases[0].config.units: expected an integer from 1 to 65536, found "1""#),
    (#""units": 1"#, #""units": 2"#, "cases[0].weights.kernel: expected kernel of shape [2, 8], found [2, 4]"),
    (#""units": 1, "#, "", #"cases[0].config: expected the key "units", found none"#),
    (
      #""units": 1"#, #""units": 1, "dropout": 0.5"#,
      "cases[0].config.dropout: expected one of the keys units, activation, use_bias, recurrent_activation, gate_order,"
        + " return_sequences, go_backwards, stateful, zero_output_for_mask, chunks, reset_before, found the unknown key "
        + #""dropout""#
    ),
    (
      #"["i", "f", "g", "o"]"#, #"["i", "g", "f", "o"]"#,
      #"cases[0].config.gate_order: expected the gate order i f g o of this layer, found ["i", "g", "f", "o"]"#
    ),
    (
      #""layer": "lstm""#, #""layer": "lstn""#,
      "cases[0].layer: expected a Keras layer (one of simple_rnn, lstm, gru, dense, bidirectional, embedding, "
        + #"masking, attention, stack, time_distributed_dense, stacked_cells), found "lstn""#
    ),
    (
      #""layout": "keras""#, #""layout": "caffe""#,
      #"cases[0].layout: expected a layout (one of keras, tensorflow1, pytorch, onnx, mxnet), found "caffe""#
    ),
    (
      #""dtype": "float32""#, #""dtype": "float16""#,
      #"cases[0].dtype: expected a scalar type (one of float32, float64), found "float16""#
    ),
    (
      #""shape": [1, 4]"#, #""shape": [4, 1]"#,
      "cases[0].weights.recurrent_kernel: expected recurrent_kernel of shape [1, 4], found [4, 1]"
    ),
    (#""data": [0.1, -0.2, 0.3, -0.4]"#, #""data": [0.1, -0.2, 0.3]"#, "expected 4 numbers (shape [1, 4]), found 3"),
    (
      #""data": [0.1, -0.2, 0.3, -0.4]"#, #""data": [0.1, "x", 0.3, 1]"#,
      #"cases[0].weights.recurrent_kernel.data[1]: expected a finite float32 number, found "x""#
    ),
    (
      #""data": [0.1, -0.2, 0.3, -0.4]"#, #""data": [0.1, 1e39, 0.3, 1]"#,
      "cases[0].weights.recurrent_kernel.data[1]: expected a finite float32 number, found 1e39"
    ),
    (
      #""shape": [1, 2, 2]"#, #""shape": [1, -2, 2]"#,
      "cases[0].inputs.x.shape[1]: expected an integer from 1 to 16777216, found -2"
    ),
    (
      #""shape": [1, 2, 2]"#, #""shape": [16777216, 16777216, 16777216]"#,
      "cases[0].inputs.x.shape: expected a shape of at most 16777216 elements, found [16777216, 16777216, 16777216]"
    ),
    (#""shape": [1, 2, 2]"#, #""shape": [1, 4]"#, "cases[0].inputs.x: expected x as [N, T, m], found shape [1, 4]"),
    (
      #""h0": {"shape": [1, 1], "data": [0.5]"#, #""h1": {"shape": [1, 1], "data": [0.5]"#,
      #"cases[0].inputs.h1: expected one of the keys h0, c0, found the unknown key "h1""#
    ),
    (
      #""kernel": {"shape": [2, 4]"#, #""kernal": {"shape": [2, 4]"#,
      #"cases[0].weights.kernal: expected one of the keys kernel, recurrent_kernel, bias, found the unknown key "kernal""#
    ),
    (
      #""tolerance": {"abs": 1e-6"#, #""tolerance": {"abs": -1e-6"#,
      "cases[0].tolerance.abs: expected a number of at least 0.0, found -1e-6"
    ),
    (#", "grad_abs": 1e-6"#, "", #"cases[0].tolerance: expected the key "grad_abs", found none"#),
    (
      #""title": "a book", "#, #""titel": "a book", "#,
      "cases[0].source.titel: expected one of the keys framework, version, how, title, file, line, found the unknown "
        + #"key "titel""#
    ),
    (#""name": "small""#, #""name": """#, #"cases[0].name: expected a name that is not empty, found """#),
    (
      #""expected": {"outputs": {"shape": [1, 2, 1], "data": [0.5, 0.25]}"#,
      #""expected": {"outputs": {"shape": [1, 2, 1], "indices": [2], "data": [0.5]}"#,
      "cases[0].expected.outputs.indices[0]: expected an integer from 0 to 1, found 2"
    ),
    (
      #""expected": {"outputs": {"shape": [1, 2, 1], "data": [0.5, 0.25]}"#,
      #""expected": {"outputs": {"shape": [1, 2, 1], "indices": [1, 1], "data": [0.5, 1]}"#,
      "cases[0].expected.outputs.indices[1]: expected each position once, found 1"
    ),
    (
      #"{"shape": [1, 1], "data": [0.5]}},"#, #"{"shape": [1, 1], "hash": {"seed": -1, "scale": 1}}},"#,
      "cases[0].inputs.h0.hash.seed: expected an integer from 0 to 4294967295, found -1"
    ),
    (
      #"{"shape": [1, 1], "data": [0.5]}},"#, #"{"shape": [1, 1], "tile": 2, "data": [0.5]}},"#,
      "cases[0].inputs.h0.tile: expected the first size of the shape [1, 1], found 2"
    ),
  ]

  @Test(arguments: changes)
  func namesThePlaceOfEveryMistake(old: String, new: String, message: String) throws {
    let text = try #require(changed(smallCase, old, new), "the piece of text stands in the case once")
    let error = try #require(throws: CaseErrors.self) { try read(fileText(text)) }
    expectEqual(error.errors.count, 1)
    expect(error.description.hasPrefix("hand.json:"))
    expect(error.description.hasSuffix(message))
    if !new.contains("name") { expect(error.description.contains(": case \"small\": ")) }
  }

  static let trainingChanges: [(old: String, new: String, message: String)] = [
    (#""epochs": 2"#, #""epochs": -1"#, "training.epochs: expected an integer from 1 to 1000000, found -1"),
    (#""batch_size": 2"#, #""batch_size": 0"#, "training.batch_size: expected an integer from 1 to 16777216, found 0"),
    (
      #""name": "sgd""#, #""name": "sdg""#,
      #"optimizer.name: expected an optimizer (one of sgd, rmsprop, adam), found "sdg""#
    ),
    (
      #""momentum": 0.5"#, #""rho": 0.5"#,
      "optimizer.rho: expected one of the keys name, learning_rate, clipvalue, clipnorm, global_clipnorm, momentum, "
        + #"nesterov, found the unknown key "rho""#
    ),
    (#""momentum": 0.5"#, #""momentum": 1"#, "optimizer.momentum: expected a number less than 1.0, found 1"),
    (
      #""momentum": 0.5"#, #""clipnorm": 1, "clipvalue": 2"#,
      "training.optimizer: expected one way to clip, found clipvalue and clipnorm"
    ),
    (
      #""loss": "mse""#, #""loss": "mae""#,
      #"loss: expected a loss (one of mse, categorical_crossentropy, binary_crossentropy), found "mae""#
    ),
    (#""shuffle": false"#, #""shuffle": true"#, "shuffle: expected false (batches are taken in order), found true"),
    (#"[0.5, 0.25]"#, #"[0.5]"#, "expected_training.loss_per_epoch: expected shape [2], found [1]"),
    (#""y": {"shape": [3, 1]"#, #""y": {"shape": [1, 3]"#, "training.y: expected shape [3, 1], found [1, 3]"),
    (
      #""training": {"#, #""inputs": {}, "training": {"#,
      #"cases[0].inputs: expected either "training" or "inputs", found both"#
    ),
    (#""loss_abs": 1e-12, "#, "", #"cases[0].tolerance: expected the key "loss_abs", found none"#),
    (#""tile": 3"#, #""tile": 2"#, "training.x.tile: expected the first size of the shape [3, 2], found 2"),
  ]

  @Test(arguments: trainingChanges)
  func namesThePlaceOfEveryMistakeInTraining(old: String, new: String, message: String) throws {
    let text = try #require(changed(smallTraining, old, new))
    let error = try #require(throws: CaseErrors.self) { try read(fileText(text)) }
    expect(error.description.hasPrefix("hand.json:"))
    expect(error.description.hasSuffix(message))
  }

  /// The small case with values of steps and their gradients.
  static let steppedCase =
    smallCase
    .replacing(
      #""c": {"shape": [1, 1], "data": [0.75]}},"#,
      with: #""c": {"shape": [1, 1], "data": [0.75]}, "gates": {"pre_f": {"shape": [1, 2, 1], "data": [1, 2]}}},"#
    )
    .replacing(
      #""expected_gradients": {"#,
      with: #""expected_gradients": {"gates": {"tanh_c": {"shape": [1, 2, 1], "data": [3, 4]}}, "#
    )
    .replacing(#""kind": "documented", "#, with: #""kind": "documented", "chapter": "chapter-lstm", "#)

  @Test func readsValuesOfSteps() throws {
    let golden = try #require(try read(fileText(Self.steppedCase)).cases.first)
    expectEqual(golden.chapter, "chapter-lstm")
    guard case .run(let run) = golden.task else { throw Problem("a run") }
    expectEqual(run.expected["gates.pre_f"]?.values, [1, 2])
    expectEqual(run.expectedGradients["gates.tanh_c"]?.values, [3, 4])
    expect(Comparator(golden).names.contains("gradients.gates.tanh_c"))
  }

  static let stepChanges: [(old: String, new: String, message: String)] = [
    (
      #""pre_f": {"#, #""pre_q": {"#,
      "cases[0].expected.gates.pre_q: expected one of the keys pre_i, i, pre_f, f, pre_g, g, c, pre_o, o, tanh_c, h, "
        + #"found the unknown key "pre_q""#
    ),
    (
      #""pre_f": {"shape": [1, 2, 1]"#, #""pre_f": {"shape": [2, 1, 1]"#,
      "cases[0].expected.gates.pre_f: expected gates.pre_f of shape [1, 2, 1], found [2, 1, 1]"
    ),
    (
      #""tanh_c": {"#, #""tanh_C": {"#,
      "cases[0].expected_gradients.gates.tanh_C: expected one of the keys pre_i, i, pre_f, f, pre_g, g, c, pre_o, o, "
        + #"tanh_c, h, found the unknown key "tanh_C""#
    ),
    (
      #""tanh_c": {"shape": [1, 2, 1]"#, #""tanh_c": {"shape": [2, 1]"#,
      "cases[0].expected_gradients.gates.tanh_c: expected gates.tanh_c of shape [1, 2, 1], found [2, 1]"
    ),
    (
      #""gates": {"tanh_c""#, #""steps": {"tanh_c""#,
      #"cases[0].expected_gradients.steps: expected one of the keys weights, inputs, gates, found the unknown key "steps""#
    ),
    (
      #""chapter-lstm""#, #""lstm""#,
      #"cases[0].chapter: expected a chapter's program, such as "chapter-lstm", found "lstm""#
    ),
    (
      #""h0": {"shape": [1, 1], "data": [0.5]}}"#,
      #""h0": {"shape": [1, 1], "data": [0.5]}, "mask": {"shape": [1, 2], "data": [1, 0]}}"#,
      "expected no values of steps where a mask or lengths skip some, found some"
    ),
  ]

  @Test(arguments: stepChanges)
  func namesThePlaceOfEveryMistakeInValuesOfSteps(old: String, new: String, message: String) throws {
    let text = try #require(changed(Self.steppedCase, old, new))
    let error = try #require(throws: CaseErrors.self) { try read(fileText(text)) }
    expect(error.description.hasPrefix("hand.json:"))
    expect(error.description.hasSuffix(message), "\(error.description)")
  }

  @Test func reportsEveryBadCaseOfAFileAndNamesThatRepeat() throws {
    let bad = try #require(changed(smallCase, #""units": 1"#, #""units": 0"#))
    let worse = try #require(changed(smallTraining, #""epochs": 2"#, #""epochs": 0"#))
    let two = try #require(throws: CaseErrors.self) { try read(fileText(bad, smallCase, worse)) }
    expectEqual(two.errors.map(\.caseName), ["small", "fit"])
    let list = Array(repeating: bad, count: 2000).joined(separator: ",\n")
    let many = try #require(throws: CaseErrors.self) { try read(fileText(list)) }
    expect(many.errors.count == 10 && many.count == 2000)
    expect(many.description.hasSuffix("\nand 1990 more"))
    let twins = try #require(throws: CaseErrors.self) { try read(fileText(smallCase, smallCase)) }
    expect(twins.description.hasSuffix(#"cases[1]: expected a name that no other case has, found "small" again"#))
  }

  @Test func refusesFilesOfAnotherSchemaAndWithoutCases() throws {
    let other = try #require(throws: CaseErrors.self) { try read(#"{"schema": "x", "family": "f", "cases": []}"#) }
    expectEqual(other.description, #"hand.json:1:12: schema: expected "rnn-golden/1", found "x""#)
    let most = CaseFile.mostCases
    for (count, found) in [
      (most + 1, "expected at most 10000 cases in one file, found 10001"), (most, "and 9990 more"),
    ] {
      let list = Array(repeating: "0", count: count).joined(separator: ",")
      let error = try #require(throws: CaseErrors.self) { try read(fileText(list)) }
      expect(error.description.hasSuffix(found))
    }
    let empty = try #require(throws: CaseErrors.self) { try read(fileText()) }
    expect(empty.description.hasSuffix("cases: expected at least one case, found none"))
  }

  @Test func folderWithoutCasesIsAnError() throws {
    try withTemporaryFolder { folder in
      let error = try #require(throws: CaseErrors.self) { try Suite(paths: [folder.path()]) }
      expect(error.description.hasSuffix("expected a folder with files of cases (*.json), found none"))
      let missing = try #require(throws: CaseErrors.self) { try Suite(paths: [folder.path() + "/nothing.json"]) }
      expect(missing.description.hasSuffix("nothing.json: expected a file or folder of cases, found nothing"))
    }
  }

  /// Thousands of damaged copies of real files: each must be read or refused, never end the process.
  @Test func readsOrRefusesAnyBytes() throws {
    var random = RandomGenerator(seed: 20)
    for name in ["keras_masking", "training_documented", "onnx_ops", "documented"] {
      let url = repository.appending(path: "golden/reference/\(name).json")
      let bytes = [UInt8](try Data(contentsOf: url))
      var refused = 0
      for _ in 0..<200 {
        var damaged = bytes
        switch random.below(4) {
        case 0: damaged.removeLast(random.below(bytes.count))
        case 1: damaged.removeSubrange(random.range(in: bytes.count))
        case 2: damaged.insert(contentsOf: bytes[random.range(in: bytes.count)], at: random.below(bytes.count))
        default: for _ in 0...random.below(3) { damaged[random.below(bytes.count)] = random.usefulByte() }
        }
        do { _ = try CaseFile(damaged, file: name) } catch { refused += 1 }
      }
      expect(refused > 100, "most damage is noticed in \(name)")
    }
  }
}

extension RandomGenerator {
  fileprivate mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

  fileprivate mutating func range(in count: Int) -> Range<Int> {
    let start = below(count)
    return start..<min(count, start + below(40))
  }

  /// Bytes that JSON and numbers are made of break more than random ones.
  fileprivate mutating func usefulByte() -> UInt8 {
    let bytes = Array("0123456789-+eE.[]{},:\"\\ \u{0}ntf".utf8) + [0xFF, 0xC3]
    return bytes[below(bytes.count)]
  }
}
