import Foundation
import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// `--record` and `--review`: nothing is overwritten, only numbers made here are accepted, the rest of a file stays.
@Suite struct ReviewTests {
  /// A derived case that waits for its numbers, one that has them, and a reference one.
  private func draft() throws -> (text: String, waiting: String, right: String, reference: String) {
    var right = try #require(changed(smallCase, #""kind": "documented""#, #""kind": "derived""#))
    right = try #require(
      changed(right, #""source": {"title": "a book", "file": "p. 12"}"#, #""source": {"how": "by hand"}"#))
    right = try #require(changed(right, #""dtype": "float32""#, #""dtype": "float64""#))
    var waiting = try #require(changed(right, #""name": "small""#, #""name": "waiting""#))
    let start = try #require(waiting.range(of: #""expected": {"#)?.lowerBound)
    let end = try #require(waiting.range(of: #""tolerance""#)?.lowerBound)
    waiting.replaceSubrange(start..<end, with: "\"expected\": {\"outputs\": null, \"gates\": {\"i\": null}},\n   ")
    var reference = try #require(changed(smallCase, #""kind": "documented""#, #""kind": "reference""#))
    reference = try #require(
      changed(
        reference, #""source": {"title": "a book", "file": "p. 12"}"#,
        #""source": {"framework": "keras", "version": "3", "how": "gen/gen_keras.py: by hand"}"#))
    reference = try #require(changed(reference, #""name": "small""#, #""name": "ran""#))
    return (fileText(waiting, right, reference), waiting, right, reference)
  }

  private func run(_ arguments: String..., in folder: URL, ci: String? = nil) throws -> ChildResult {
    try ProgramTests.conformance(arguments, in: folder, environment: ["CI": ci ?? ""])
  }

  private func contents(_ folder: URL, _ name: String) -> String? {
    try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
  }

  @Test func newNumbersStandBesideTheFileUntilTheyAreAccepted() throws {
    let text = try draft().text
    try withTemporaryFolder { folder in
      try text.write(to: folder.appending(path: "a.json"), atomically: true, encoding: .utf8)
      try expectEqual(run("a.json", in: folder).code, 2, "a case without numbers is no case yet")
      let recorded = try run("--record", "a.json", in: folder)
      expectEqual(recorded.code, 1)
      expect(recorded.output.contains("waiting: gates.i, outputs"))
      expect(recorded.output.hasSuffix("cases wait for review: conformance --review\n"), "\(recorded.output)")
      expectEqual(contents(folder, "a.json"), text, "recording never touches the file")
      let review = try run("--review", "a.json", in: folder)
      expectEqual(review.code, 1)
      expect(review.output.contains("gates.i [1, 2, 1]: 2 new numbers"))
      expect(review.output.contains("outputs [1, 2, 1]: 2 of 2 numbers differ, largest difference first"))
      expect(review.output.contains("sample 0, step 0, unit 0   0.5  0.7119730484561801   2.1e-01   4.2e-01"))
      expect(
        review.output.contains(
          "cannot be accepted: expected a derived case, received a reference one: "
            + "golden/generate/gen_keras.py makes its numbers, run that again"))
      expect(review.output.contains("3 cases wait"))

      let accepted = try run("--review", "a.json", "--accept", "waiting", in: folder)
      expectEqual(accepted.code, 1, "two cases are left")
      let now = try #require(contents(folder, "a.json"))
      let cases = try #require(try? read(now).cases)
      expectEqual(cases.map(\.name), ["waiting", "small", "ran"])
      expect(Outcome(cases[0], by: ReferenceImplementation()).agrees)
      expect(Outcome(cases[0], by: LayersImplementation()).agrees)
      let (_, _, right, reference) = try draft()
      expect(now.contains(right) && now.contains(reference), "what was not accepted is as it was, byte for byte")
      expect(contents(folder, "a.json.new") != nil)

      let refused = try run("--review", "a.json", "--accept", "ran", in: folder)
      expectEqual(refused.code, 2)
      expect(refused.errors.contains("case \"ran\": expected a derived case, received a reference one"))
      expectEqual(contents(folder, "a.json"), now)

      try expectEqual(run("--review", "a.json", "--reject", "ran", "--accept", "small", in: folder).code, 0)
      expect(contents(folder, "a.json.new") == nil, "nothing is left over")
      let last = try #require(contents(folder, "a.json"))
      expect(last.contains(reference), "rejected numbers are not in the file")
      let nothing = try run("--record", "a.json", "--only", "small", in: folder)
      expectEqual(nothing.code, 0)
      expectEqual(nothing.output, "nothing to record: no case lacks numbers or has others than today\n")
      try expectEqual(
        FileManager.default.contentsOfDirectory(atPath: folder.path), ["a.json"], "no temporary file stays")
    }
  }

  @Test func aCaseThatWaitsMayBeRejectedAndWaitsOn() throws {
    let text = try draft().text
    try withTemporaryFolder { folder in
      try text.write(to: folder.appending(path: "a.json"), atomically: true, encoding: .utf8)
      try expectEqual(run("--record", "a.json", in: folder).code, 1)
      try expectEqual(run("--review", "a.json", "--reject", "waiting", in: folder).code, 1)
      expectEqual(contents(folder, "a.json"), text)
      let rest = try run("--review", "a.json", in: folder)
      expect(rest.code == 1 && rest.output.contains("2 cases wait") && !rest.output.contains("waiting  ("))
      try expectEqual(run("--review", "a.json", "--reject", "all", in: folder).code, 0)
      expect(contents(folder, "a.json") == text && contents(folder, "a.json.new") == nil)
    }
  }

  /// One wrong number among right ones: recording it changes this one alone.
  @Test func rightNumbersKeepTheirLastDigits() throws {
    let name = "chapter-gru.json"
    let right = try String(contentsOf: repository.appending(path: "golden/steps/\(name)"), encoding: .utf8)
    let derived = try #require(right.range(of: #""kind": "derived""#)?.upperBound)
    let expected = try #require(right.range(of: #""expected": {"#, range: derived..<right.endIndex)?.upperBound)
    let outputs = try #require(right.range(of: #""outputs": {"#, range: expected..<right.endIndex)?.upperBound)
    let rows = try #require(right.range(of: "[\n", range: outputs..<right.endIndex)?.upperBound)
    let comma = try #require(right.range(of: ",", range: rows..<right.endIndex)?.lowerBound)
    let wrong = right.replacingCharacters(in: rows..<comma, with: "            0.25")
    try withTemporaryFolder { folder in
      try wrong.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      try expectEqual(run("--record", name, in: folder).code, 1)
      let review = try run("--review", name, "--accept", "all", in: folder)
      expectEqual(review.code, 0)
      expect(review.output.contains("1 of 24 numbers differ"))
      let now = try #require(contents(folder, name)).split(separator: "\n")
      let differing = zip(now, right.split(separator: "\n")).filter { $0 != $1 }
      expect(now.count == right.split(separator: "\n").count && differing.count <= 1)
    }
  }

  @Test func continuousIntegrationWritesNothing() throws {
    let text = try draft().text
    try withTemporaryFolder { folder in
      try text.write(to: folder.appending(path: "a.json"), atomically: true, encoding: .utf8)
      let recorded = try run("--record", "a.json", in: folder, ci: "true")
      expectEqual(recorded.code, 2)
      expect(recorded.errors.contains("received CI=true: nothing is written in CI"))
      expect(contents(folder, "a.json.new") == nil)
      try expectEqual(run("--record", "a.json", in: folder).code, 1)
      let new = contents(folder, "a.json.new")
      for arguments in [["--accept", "waiting"], ["--reject", "all"]] {
        let review = try ProgramTests.conformance(
          ["--review", "a.json"] + arguments, in: folder, environment: ["CI": "1"])
        expectEqual(review.code, 2)
      }
      try expectEqual(
        run("--review", "a.json", in: folder, ci: "true").code, 1, "looking is allowed, and says that some wait")
      expect(contents(folder, "a.json") == text && contents(folder, "a.json.new") == new)
    }
  }

  @Test func numbersThatWaitAreNotOverwritten() throws {
    let text = try draft().text
    try withTemporaryFolder { folder in
      try text.write(to: folder.appending(path: "a.json"), atomically: true, encoding: .utf8)
      let recorded = try run("--record", "a.json", "--only", "waiting", in: folder)
      expect(recorded.output.hasSuffix("\n1 case waits for review: conformance --review\n"), "\(recorded.output)")
      expectEqual(recorded.code, 1)
      let new = contents(folder, "a.json.new")
      let again = try run("--record", "a.json", in: folder)
      expectEqual(again.code, 2)
      expect(again.errors.contains("a.json.new: expected no file, received numbers that wait for review"))
      expectEqual(contents(folder, "a.json.new"), new)
    }
  }

  /// A new file whose numbers were changed by hand, or that belongs to an older file, is not taken over.
  @Test func onlyTheNumbersOfTheFormulasAreAccepted() throws {
    let text = try draft().text
    try withTemporaryFolder { folder in
      let (file, newFile) = (folder.appending(path: "a.json"), folder.appending(path: "a.json.new"))
      try text.write(to: file, atomically: true, encoding: .utf8)
      let recording = try Recording(file.path, only: { $0 == "small" })
      expectEqual(recording.changes.map(\.caseName), ["small"])
      try recording.write()
      let new = try #require(contents(folder, "a.json.new"))
      expect(new.contains(try draft().waiting), "a case that was not asked for still waits")
      try expectEqual(Pending(file.path).items.map(\.golden.name), ["small"])
      let whole = fileText(try draft().right)
      try whole.write(to: file, atomically: true, encoding: .utf8)
      try FileManager.default.removeItem(at: newFile)
      try Recording(file.path).write()
      let right = try #require(contents(folder, "a.json.new"))
      expect(right != new)
      let forged = try #require(right.range(of: "0.", options: .backwards))
      try right.replacingCharacters(in: forged, with: "7.").write(to: newFile, atomically: true, encoding: .utf8)
      var pending = try Pending(file.path)
      expectEqual(pending.items.count, 1)
      #expect(throws: ReviewError.self) { try pending.accept(["small"]) }
      try right.replacingOccurrences(of: "\"units\": 1", with: "\"units\" : 1").write(
        to: newFile, atomically: true, encoding: .utf8)
      #expect(throws: ReviewError.self) { try Pending(file.path) }
      expectEqual(contents(folder, "a.json"), whole)
    }
  }

  @Test func wrongUseIsNamed() throws {
    try withTemporaryFolder { folder in
      try fileText(try draft().right).write(to: folder.appending(path: "a.json"), atomically: true, encoding: .utf8)
      for (arguments, message) in [
        (["--record", "--review", "a.json"], "--record: expected without --review"),
        (["--accept", "small", "a.json"], "expected together with --review, received without"),
        (["--review", "b.json"], "b.json: expected a file or folder of cases, found nothing"),
        (["--review", "a.json", "--accept", "other"], "expected no case waits, received \"other\""),
        (["--record", "b.json"], "b.json: expected a file or folder of cases, found nothing"),
      ] {
        let result = try ProgramTests.conformance(arguments, in: folder, environment: ["CI": ""])
        expectEqual(result.code, 2)
        expect(result.errors.contains(message), "\(result.errors)")
      }
      let documented = try #require(changed(smallCase, #""expected": {"#, #""expected": {"gates": null, "#))
      try fileText(documented).write(to: folder.appending(path: "a.json"), atomically: true, encoding: .utf8)
      let result = try run("--record", "a.json", in: folder)
      expectEqual(result.code, 2)
      expect(result.errors.contains(#"expected "derived" for a case whose numbers are still to be computed"#))
    }
  }

  /// Recorded text is laid out like that of the generators: recording a golden file anew changes no byte.
  @Test(arguments: ["torch", "keras_lstm", "onnx_ops", "extra_keras"])
  func theTextOfGoldenTensorsIsThatOfTheGenerators(name: String) throws {
    let path = repository.appending(path: "golden/reference/\(name).json").path
    let bytes = try Suite.bytes(of: path)
    let document = try JSONDocument(bytes)
    var count = 0
    for golden in try CaseFile(bytes, file: path).cases {
      guard case .run = golden.task, let json = document.root.at(golden.keyPath) else { continue }
      for name in golden.expectedNames {
        guard let place = json.at(golden.place(of: name)), let tensor = golden.expectedTensor(name) else {
          throw Problem("\(golden.name) has no \(name)")
        }
        let text = GoldenText.tensor(tensor, golden.dtype, pad: document.indentation(at: place.range.lowerBound))
        expectEqual(Array(text.utf8), Array(bytes[place.range]), "\(golden.name) \(name)")
        count += 1
      }
    }
    expect(count > 20)
  }

  @Test func noNumbersOfTheRepositoryWaitForReview() throws {
    try expectEqual(Pending.files(at: [repository.appending(path: "golden").path]), [])
  }

  @Test func numbersAreTheShortestThatReadBack() {
    let doubles: [(Double, String)] = [
      (0.1, "0.1"), (-0.0, "-0.0"), (0, "0"), (100, "100"), (1e22, "1e+22"), (-1.5e-7, "-1.5e-7"), (0.00001, "0.00001"),
      (123456789012, "123456789012"), (1e-9, "1e-9"), (0.3333333333333333, "0.3333333333333333"),
      (0.00001234567890123, "1.234567890123e-5"), (.leastNonzeroMagnitude, "5e-324"),
    ]
    for (number, text) in doubles { expectEqual(GoldenText.number(number, .float64), text) }
    expectEqual(GoldenText.number(Double(Float(0.1)), .float32), "0.1")
  }
}
