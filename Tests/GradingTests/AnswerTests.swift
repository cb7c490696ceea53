import Foundation
import Support
import Testing

@testable import Grading

/// What answers are compared as, and how the first difference and a mistake of no catalogue are called.
@Suite struct AnswerTests {
  private func exercise(
    _ kind: Exercise.Kind = .compute, decimals: Int? = nil, _ answers: [(String, [String])] = [("h", ["step", "unit"])]
  )
    -> Exercise
  {
    var exercise = Exercise(chapter: "lstm", number: 1, slug: "a")
    exercise.kind = kind
    exercise.decimals = decimals
    exercise.answers = answers.map { .init(name: $0.0, axes: $0.1, meaning: "m") }
    return exercise
  }

  private func read(_ text: String) throws -> [CaseAnswers] { try CaseAnswers.read(text) }

  @Test func linesOfAnswersAreRead() throws {
    let two = try read("h [2] 1 -0.5\nw word yes no\nn none\nr ragged 1 2\n\nh [] 3\n\nunfinished [1] 4\n")
    expect(two.count == 2 && two[0].values.map(\.name) == ["h", "w", "n", "r"])
    expect(two[0]["h"] == .numbers([1, -0.5], shape: [2]) && two[0]["w"] == .word("yes no"))
    expect(
      two[0]["n"] == CheckedValue.none && two[0]["r"] == .ragged("1 2") && two[1]["h"] == .numbers([3], shape: []))
    for line in [
      "h [4294967296, 4294967296] 1", "h", "h [2] 1", "h [x] 1", "h 1 2", "h [1] one",
      String(repeating: "x", count: 100),
    ] {
      let error = #expect(throws: GradingError.self, "\(line)") { try read(line + "\n\n") }
      expectEqual(error?.description, "expected a line as `h [2] 0.5 -0.25`, received \"\(line.prefix(80))\"")
    }
  }

  static let differences: [(actual: String, expected: String, text: String?)] = [
    ("h [1, 2] 1 2", "h [1, 2] 1 2", nil), ("h [1, 2] 1 2.0000000001", "h [1, 2] 1 2", nil),
    ("h [2, 2] 1 2 3 5", "h [2, 2] 1 2 3 4", "h, step 1, unit 1: expected 4, received 5"),
    ("h [2, 2] 1 2.5 3 5", "h [2, 2] 1 2 3 4", "h, step 0, unit 1: expected 2, received 2.5"),
    ("h [2] 1 2", "h [1, 2] 1 2", "h: expected the shape [1, 2], received 2 numbers"),
    ("h [] 1", "h [3] 1 2 3", "h: expected 3 numbers, received a number"),
    ("h [3] 1 2 3", "h [] 1", "h: expected a number, received 3 numbers"),
    ("h ragged 1 2", "h [2, 2] 1 2 3 4", "h: expected the shape [2, 2], received rows of 1, 2 numbers"),
    ("h word b", "h word a", "h: expected another word, received \"b\""), ("h word A", "h word a", nil),
    ("h none", "h [] 1", "h: expected an answer in place of nil"),
    ("x [] 1", "h [] 1", "h: expected an answer, received none"),
    ("h [] 1", "h word a", "h: expected a word, received something else"),
    ("h word a", "h [] 1", "h: expected numbers, received something else"),
    (
      "h [1, 1] nan", "h [1, 1] 1",
      "h, step 0, unit 0: expected 1, received nan (0/0, the logarithm of 0, or exp of a large number gives that)"
    ),
  ]

  @Test(arguments: differences.indices) func theFirstDifferenceIsSaid(row: Int) throws {
    let (actual, expected, text) = Self.differences[row]
    expectEqual(exercise().firstDifference(try read(actual + "\n\n"), try read(expected + "\n\n")), text)
  }

  @Test func theSecondCaseAndTheSecondAnswerAreNamed() throws {
    let own = exercise(.compute, [("a", ["unit"]), ("b", [])])
    let right = try read("a [2] 1 2\nb [] 3\n\na [2] 4 5\nb [] 6\n\n")
    expectEqual(
      own.firstDifference(try read("a [2] 1 2\nb [] 3\n\na [2] 4 5\nb [] 7\n\n"), right),
      "case 2, b: expected 6, received 7")
    expectEqual(
      own.firstDifference(try read("a [2] 1 2\nb [] 3\n\n"), right), "case 2, a: expected an answer, received none")
    expect(own.firstDifference(right, right) == nil)
    expectEqual(
      exercise(.predict, [("a", [])]).firstDifference(try read("a [] 2\n\n"), try read("a [] 1\n\n")),
      "a: expected another number, received 2")
    let two = exercise(.compute, decimals: 2, [("a", [])])
    expect(two.firstDifference(try read("a [] 0.126\n\n"), try read("a [] 0.13\n\n")) == nil)
    expectEqual(
      two.firstDifference(try read("a [] 0.12\n\n"), try read("a [] 0.13\n\n")), "a: expected 0.13, received 0.12")
    expect(
      two.isSame(.nan, .nan) && two.isSame(.infinity, .infinity) && !two.isSame(.nan, 1)
        && !two.isSame(-.infinity, .infinity))
  }

  /// What any exercise can have wrong; rows and columns differ in length.
  @Test func relationsAreNamed() throws {
    let own = exercise(.compute, [("h", ["row", "column"])])
    let inputs = try read("x [2, 3] 9 8 7 6 5 4\n\nx [2, 3] 19 18 17 16 15 14\n\n")
    let right = try read("h [2, 3] 1 2 3 4 5 6\n\nh [2, 3] 11 12 13 14 15 16\n\n")
    let reference = Reference(variants: [[]], answers: [right])
    func name(_ text: String, _ exercise: Exercise) throws -> String? {
      exercise.name(of: try read(text), reference, inputs: inputs)
    }
    try expectEqual(name("h [2, 3] 9 8 7 6 5 4\n\nh [2, 3] 19 18 17 16 15 14\n\n", own), "h is the input x, unchanged")
    try expectEqual(
      name("h [2, 3] -1 -2 -3 -4 -5 -6\n\nh [2, 3] -11 -12 -13 -14 -15 -16\n\n", own), "h has the wrong sign everywhere"
    )
    try expectEqual(
      name("h [2, 3] 0.5 1 1.5 2 2.5 3\n\nh [2, 3] 5.5 6 6.5 7 7.5 8\n\n", own),
      "h is 0.5 times what it should be, everywhere")
    try expectEqual(name("h [2, 3] 0 0 0 0 0 0\n\nh [2, 3] 0 0 0 0 0 0\n\n", own), "h is 0 everywhere")
    try expectEqual(
      name("h [3, 2] 1 4 2 5 3 6\n\nh [3, 2] 11 14 12 15 13 16\n\n", own),
      "h is transposed: rows and columns are exchanged")
    try expect(
      name("h [3, 2] 1 2 3 4 5 6\n\nh [3, 2] 11 12 13 14 15 16\n\n", own) == nil, "reshaped is not transposed")
    try expect(name("h [2, 3] -1 -2 -3 -4 -5 -6\n\nh [2, 3] 11 12 13 14 15 16\n\n", own) == nil, "in one case alone")
    try expect(name("h [2, 3] 0 0 0 0 0 0\n\nh [2, 3] 0 0 0 0 0 0\n\n", exercise(.predict)) == nil)
  }

  @Test func aMistakeOfTheCatalogueIsFoundInOneAnswerToo() throws {
    let own = exercise(.experiment, [("a", []), ("b", [])])
    let fault = Exercise.Fault(name: "the bias is lost", changes: [], isDelivered: false)
    let delivered = Exercise.Fault(name: "d", changes: [], isDelivered: true)
    let reference = Reference(
      variants: [[], [fault], [delivered]],
      answers: [try read("a [] 1\nb [] 2\n\n"), try read("a [] 3\nb [] 4\n\n"), try read("a [] 5\nb [] 6\n\n")])
    func name(_ text: String) throws -> String? { own.name(of: try read(text), reference, inputs: []) }
    try expectEqual(name("a [] 3\nb [] 4\n\n"), "the bias is lost")
    try expectEqual(name("a [] 5\nb [] 6\n\n"), "the mistake of the delivered program is still in it")
    try expectEqual(name("a [] 1\nb [] 4\n\n"), "in b, the bias is lost; something more is wrong elsewhere")
    try expect(name("a [] 1\nb [] 6\n\n") == nil && name("") == nil)
  }

  // MARK: Masters

  @Test(arguments: [
    (
      "//: fault a\n//: + let b",
      "1-a.swift:2: expected a line that is replaced before its replacement, found \"let b\""
    ),
    ("//: answer h", "1-a.swift:1: expected name [axes]: meaning, found \"h\""),
    ("//: answer h [a: m", "1-a.swift:1: expected name [axes]: meaning, found \"h [a: m\""),
    ("//: decimals x", "1-a.swift:1: expected a whole number, found \"x\""),
  ])
  func aDirectiveIsHeldToItsForm(text: String, message: String) {
    let error = #expect(throws: GradingError.self) { try Master.read(text, path: "1-a.swift", chapter: "lstm") }
    expectEqual(error?.description, message)
  }

  @Test(arguments: ["a.swift", "x-a.swift", "1.swift"]) func aMasterHasANumberAndAName(path: String) {
    let error = #expect(throws: GradingError.self) { try Master.read("", path: path, chapter: "lstm") }
    expectEqual(error?.description, "\(path): expected a name as 2-one-step.swift, received \(path)")
  }

  @Test func aWordThatNamesNothingListsWhatThereIs() throws {
    let catalogue = try Catalogue(root: repository)
    let error = #expect(throws: GradingError.self) { try catalogue.exercises(named: "gru/99") }
    let own = catalogue.exercises.filter { $0.chapter == "gru" }.map(\.id).joined(separator: ", ")
    expectEqual(error?.description, "expected one of \(own), received \"gru/99\"")
    let none = #expect(throws: GradingError.self) { try catalogue.exercises(named: "none") }
    expectEqual(none?.description, "expected one of \(catalogue.chapters.joined(separator: ", ")), received \"none\"")
    try expectEqual(catalogue.exercises(named: "gru/2").map(\.id), ["gru/2"])
    try expectEqual(catalogue.exercises(named: "gru").map(\.id).joined(separator: ", "), own)
  }

  // MARK: Programs

  @Test func aChildLeavesNothingBehind() throws {
    func inputs() throws -> Set<String> {
      Set(
        try FileManager.default.contentsOfDirectory(atPath: FileManager.default.temporaryDirectory.path).filter {
          $0.hasPrefix("input-")
        })
    }
    let ending = try ChildProgram.run(
      "/bin/sh", ["-c", "echo \"$A\" >&2; cat"], input: "in\n", environment: ["A": "b"], seconds: 20)
    expect(ending.reason == .exit(0) && ending.output == "in\n" && ending.errors == "b\n")
    let before = try inputs()
    for code in ["exit 3", "kill -9 $$"] {
      let ending = try ChildProgram.run("/bin/sh", ["-c", code], input: "x", seconds: 20)
      expect(ending.reason == (code == "exit 3" ? .exit(3) : .signal(SIGKILL)))
    }
    let late = try ChildProgram.run("/bin/sh", ["-c", "echo begun; exec sleep 60"], seconds: 0.5)
    expect(late.reason == .timeout && late.output == "begun\n")
    // Other tests may run children of their own at the same time; those of this one are gone.
    let left = try inputs().subtracting(before)
    let own = left.filter {
      (try? String(contentsOfFile: FileManager.default.temporaryDirectory.path + "/" + $0, encoding: .utf8)) == "x"
    }
    expect(own.isEmpty)
    let error = #expect(throws: GradingError.self) { try ChildProgram.run("/no/such/program", seconds: 1) }
    expectEqual(
      error?.description.hasPrefix("/no/such/program: expected a program that can be started, received "), true)
  }

  // Foundation reads beyond its memory when it starts a child of a process with some 1,360 open files.
  @Test func childrenLeaveNoFileOpen() throws {
    let before = try openFiles()
    for _ in 0..<100 { _ = try ChildProgram.run("/bin/sh", ["-c", "exit 0"], seconds: 20) }
    // Each would leave three; other tests have some open at the same time.
    try expect(openFiles() < before + 150)
    for _ in 0..<100 { _ = try runChild(URL(filePath: "/bin/sh"), ["-c", "exit 0"]) }
    try expect(openFiles() < before + 150)
  }
}
