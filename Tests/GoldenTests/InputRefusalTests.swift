import Foundation
import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// Inputs, results and tolerances that do not fit the layer of a case.
@Suite struct InputRefusalTests {
  private func expectMessage(_ text: String, _ message: String) {
    var found = "none"
    do { _ = try read(text) } catch { found = error.description }
    expect(found.hasSuffix(message), "\(found)")
  }

  /// Changes to the small case.
  static let changes: [(old: String, new: String, message: String)] = [
    (
      #""h0": {"shape": [1, 1], "data": [0.5]}}"#, #""mask": {"shape": [1, 3], "data": [1, 0, 1]}}"#,
      "cases[0].inputs.mask: expected shape [1, 2], found [1, 3]"
    ),
    (
      #""h0": {"shape": [1, 1], "data": [0.5]}}"#, #""mask": {"shape": [1, 2], "data": [1, 2]}}"#,
      "cases[0].inputs.mask.data[1]: expected an integer from 0 to 1, found 2"
    ),
    (
      #""h0": {"shape": [1, 1], "data": [0.5]}}"#, #""h0": {"shape": [2, 1], "data": [0.5, 1]}}"#,
      "cases[0].inputs.h0: expected h0 of shape [1, 1], found [2, 1]"
    ),
    (
      #""expected": {"outputs": {"shape": [1, 2, 1], "data": [0.5, 0.25]}, "h": {"shape": [1, 1], "data": [0.25]},\#n"#
        + #"              "c": {"shape": [1, 1], "data": [0.75]}}"#, #""expected": {}"#,
      "cases[0].expected: expected something the layer must give, found nothing"
    ),
    (
      #""cotangents": {"outputs""#, #""cotangents": {"gates""#,
      #"cases[0].cotangents.gates: expected one of the keys outputs, h, c, found the unknown key "gates""#
    ),
    (
      #""cotangents": {"outputs": {"shape": [1, 2, 1], "data": [1, -1]}"#,
      #""cotangents": {"outputs": {"shape": [1, 2, 1], "indices": [0], "data": [1]}"#,
      "cases[0].cotangents.outputs.indices: expected one of the keys shape, data, tile, hash, found the unknown key "
        + #""indices""#
    ),
    (
      #""inputs": {"h0": {"shape": [1, 1], "data": [0.125]}}"#, #""inputs": {"h": {"shape": [1, 1], "data": [0.125]}}"#,
      #"cases[0].expected_gradients.inputs.h: expected one of the keys x, h0, c0, found the unknown key "h""#
    ),
    (
      #""weights": {"bias": {"shape": [4], "data": [1, 2, 3, 4]}},"#,
      #""weights": {"bias": {"shape": [5], "data": [1, 2, 3, 4, 5]}},"#,
      "cases[0].expected_gradients.weights.bias: expected weights.bias of shape [4], found [5]"
    ),
    (#"{"abs": 1e-6, "#, "{", #"cases[0].tolerance: expected the key "abs", found none"#),
    (#""rel": 0, "#, "", #"cases[0].tolerance: expected the key "rel", found none"#),
    (#", "grad_rel": 1e-4"#, "", #"cases[0].tolerance: expected the key "grad_rel", found none"#),
    (
      #""grad_rel": 1e-4"#, #""grad_rel": 1e-4, "loss_abs": "x""#,
      #"cases[0].tolerance.loss_abs: expected a finite number, found "x""#
    ),
    (
      #""grad_rel": 1e-4"#, #""grad_rel": 1e-4, "why": "x""#,
      "cases[0].tolerance.why: expected one of the keys abs, rel, grad_abs, grad_rel, loss_abs, weights_abs, "
        + #"prediction_abs, reason, found the unknown key "why""#
    ),
    (#""title": "a book", "#, "", #"cases[0].source: expected the key "title", found none"#),
    (#", "file": "p. 12""#, "", #"cases[0].source: expected the key "file", found none"#),
    (
      #""kind": "documented""#, #""kind": "reference""#,
      #"cases[0].source: expected the key "framework", found none"#
    ),
    (#""kind": "documented""#, #""kind": "derived""#, #"cases[0].source: expected the key "how", found none"#),
    (
      #""kind": "documented""#, #""kind": "documented", "chapter": "chapter-""#,
      #"cases[0].chapter: expected a chapter's program, such as "chapter-lstm", found "chapter-""#
    ),
    (
      #""kind": "documented""#, #""kind": "documented", "chapter": "chapter-a/b""#,
      #"cases[0].chapter: expected a chapter's program, such as "chapter-lstm", found "chapter-a/b""#
    ),
  ]

  @Test(arguments: changes.indices) func aPartThatDoesNotFitIsRefused(row: Int) throws {
    let (old, new, message) = Self.changes[row]
    expectMessage(fileText(try #require(changed(smallCase, old, new), "change \(row)")), message)
  }

  /// Changes to the small training.
  static let trainingChanges: [(old: String, new: String, message: String)] = [
    (
      #""framework": "keras", "version": "3", "how": "fit""#, #""framework": "keras", "how": "fit""#,
      #"cases[0].source: expected the key "version", found none"#
    ),
    (#", "prediction_abs": 1e-10"#, "", #"cases[0].tolerance: expected the key "prediction_abs", found none"#),
    (
      #""loss_per_epoch": [0.5, 0.25]"#, #""final_weights": {"bias": {"shape": [1], "data": [1]}}"#,
      #"cases[0].tolerance: expected the key "weights_abs", found none"#
    ),
    (
      #""expected_training""#, #""cotangents": {}, "expected_training""#,
      #"cases[0].cotangents: expected either "training" or "cotangents", found both"#
    ),
    (
      #""expected_training""#, #""expected_gradients": {}, "expected_training""#,
      #"cases[0].expected_gradients: expected either "training" or "expected_gradients", found both"#
    ),
    (
      #""expected_training""#, #""expected": {}, "expected_training""#,
      #"cases[0].expected: expected either "training" or "expected", found both"#
    ),
    (
      #""name": "sgd", "momentum": 0.5"#, #""momentum": 0.5"#,
      #"cases[0].training.optimizer: expected the key "name", found none"#
    ),
    (
      #""momentum": 0.5"#, #""learning_rate": 0"#,
      "cases[0].training.optimizer.learning_rate: expected a number greater than 0.0, found 0"
    ),
    (
      #""momentum": 0.5"#, #""clipnorm": 0"#,
      "cases[0].training.optimizer.clipnorm: expected a number greater than 0.0, found 0"
    ),
    (
      #""predict": {"shape": [1, 2], "data": [1, 1]}"#, #""predict": {"shape": [1, 3], "data": [1, 1, 1]}"#,
      "cases[0].training.predict: expected as many features as the training set has, found another number"
    ),
  ]

  @Test(arguments: trainingChanges.indices) func aPartOfATrainingThatDoesNotFitIsRefused(row: Int) throws {
    let (old, new, message) = Self.trainingChanges[row]
    expectMessage(fileText(try #require(changed(smallTraining, old, new), "change \(row)")), message)
  }

  /// A case of the sorting network in MXNet, and labels and lengths that are not of its sequences.
  @Test(arguments: [
    (
      #""label": {"shape": [3, 6], "#, #""label": {"shape": [6, 3], "#,
      "inputs.label: expected shape [3, 6], found [6, 3]"
    ),
    (
      #""label": {"shape""#, #""lebal": {"shape""#, #"inputs: expected the key "label", found none"#
    ),
    (
      #""lengths": [5, 3, 4]"#, #""lengths": [5, 3]"#,
      "inputs.lengths: expected 3 lengths, one for each sample, found 2"
    ),
    (#""lengths": [5, 3, 4]"#, #""lengths": [5, 3, 7]"#, "inputs.lengths[2]: expected an integer from 1 to 6, found 7"),
    (#""lengths": [5, 3, 4]"#, #""lengths": [0, 3, 4]"#, "inputs.lengths[0]: expected an integer from 1 to 6, found 0"),
  ])
  func labelsAndLengthsBelongToTheSequences(old: String, new: String, message: String) throws {
    let url = repository.appending(path: "golden/reference/sort_buckets.json")
    let object = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    let first = try #require((object["cases"] as? [[String: Any]])?.first)
    let data = try JSONSerialization.data(withJSONObject: first, options: [.sortedKeys, .withoutEscapingSlashes])
    var text = String(decoding: data, as: UTF8.self)
    // The serializer puts no spaces.
    let (before, after) = (old.replacing(": ", with: ":"), new.replacing(": ", with: ":"))
    text = text.replacing(#"{"data":[1,1,2,3,4,0,1,3,5,0,0,0,1,2,3,4,0,0],"shape":[3,6]}"#, with: "LABEL")
      .replacing(
        "LABEL", with: #"{"shape":[3,6],"data":[1,1,2,3,4,0,1,3,5,0,0,0,1,2,3,4,0,0]}"#)
    let spaced = try #require(changed(text, before.replacing(", ", with: ","), after.replacing(", ", with: ",")))
    expectMessage(fileText(spaced), message)
  }

  @Test func aLayerFedInChunksHasNoGradients() throws {
    let text = smallCase.replacing(
      #""return_sequences": true,"#, with: #""return_sequences": true, "stateful": true, "chunks": [1, 1],"#)
    expectMessage(
      fileText(text), "cases[0].cotangents: expected no cotangents for a layer fed in chunks, found some")
  }

  /// Where the numbers of a case come from, with all that a case may say of it.
  @Test func theSourceOfACaseIsWordedWhole() throws {
    let text = try #require(
      changed(
        smallTraining, #""source": {"framework": "keras", "version": "3", "how": "fit"}"#,
        #""chapter": "chapter-gru", "note": "by hand", "#
          + #""source": {"framework": "keras", "version": "3", "title": "a page", "file": "a.md", "line": "7", "#
          + #""how": "gen/gen_x1.py: fit"}"#))
    let weights = try #require(
      changed(
        text, #""loss_per_epoch": [0.5, 0.25]"#, #""final_weights": {"bias": {"shape": [1], "data": [1]}}"#))
    let whole = try #require(
      changed(weights, #""loss_abs": 1e-12"#, #""loss_abs": 1e-12, "weights_abs": 2e-9, "reason": "measured""#))
    let golden = try #require(try read(fileText(whole)).cases.first)
    expectEqual(
      golden.provenance,
      """
      fit
          reference, float64, keras dense, chapter-gru, hand.json
          source: keras, 3, a page, a.md, line 7, gen/gen_x1.py: fit
          script: golden/generate/gen_x1.py
          tolerance: weights abs 2.0e-09, prediction abs 1.0e-10; measured
          note: by hand
      """)
    expectEqual(
      golden.provenanceJSON,
      #"{"case":"fit","file":"hand.json","class":"reference","scalar":"float64","layout":"keras","layer":"dense","#
        + #""source":"keras, 3, a page, a.md, line 7, gen/gen_x1.py: fit","#
        + #""tolerance":"weights abs 2.0e-09, prediction abs 1.0e-10","reason":"measured","chapter":"chapter-gru","#
        + #""script":"golden/generate/gen_x1.py","note":"by hand"}"#)
  }

  /// The rule of each class, where a case gives no reason of its own.
  @Test(arguments: [
    ("documented", "float64", "half a unit of the last printed digit, or what the note says"),
    ("derived", "float64", "rounding of double precision"),
    ("derived", "float32", "rounding of double precision"),
    ("reference", "float64", "rounding of double precision, a few hundred units in the last place"),
    (
      "reference", "float32",
      "eight times the distance between the framework's own float32 and float64 runs, at least 1e-6"
    ),
  ])
  func eachClassHasItsTolerance(kind: String, dtype: String, reason: String) throws {
    var golden = try #require(try read(fileText(smallTraining)).cases.first)
    golden.kind = try #require(Case.Kind(rawValue: kind))
    golden.dtype = try #require(CaseScalar(rawValue: dtype))
    expectEqual(golden.toleranceReason, reason)
  }

  /// Bounds count all numbers of a case.
  @Test func theNumbersOfACaseAreCounted() throws {
    try expectEqual(read(fileText(smallCase)).cases.first?.numberCount, 16 + 5 + 3 + 4 + 5)
    try expectEqual(read(fileText(smallTraining)).cases.first?.numberCount, 3 + 3 + 6 + 3 + 2)
  }
}
