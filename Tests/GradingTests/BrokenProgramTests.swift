import Foundation
import Support
import Testing

@testable import Grading

/// The words of verdicts on programs that do not compile, do not end, trap or say something else.
@Suite struct BrokenProgramTests {
  private func exercise() throws -> Exercise {
    var own = try Master.read(StudentFolderTests.master, path: "2-sum.swift", chapter: "lstm")
    own.cases = [try #require(CaseShape("a = 1")), try #require(CaseShape("a = 5"))]
    return own
  }

  private func verdict(_ reason: ChildEnding.Reason, _ output: String, errors: String = "") throws -> Verdict {
    let right = try CaseAnswers.read("h [] 2\n\nh [] 6\n\n")
    let wrong = try CaseAnswers.read("h [] 3\n\nh [] 7\n\n")
    let own = try exercise()
    let reference = Reference(variants: [[], [own.faults[2]]], answers: [right, wrong])
    return try withTemporaryFolder { folder in
      try Checker(cache: folder).verdict(own, ChildEnding(reason: reason, output: output, errors: errors), reference)
    }
  }

  @Test func whatDoesNotCompileIsExplained() throws {
    let own = try exercise()
    try withTemporaryFolder { folder in
      let checker = try Checker(cache: folder)
      expectEqual(
        checker.verdict(Compiler.Failure(file: "main.swift", line: 3, message: "m"), own),
        Verdict(
          .fails, fault: "the check cannot call the function, because a name, an argument or a type was changed",
          ["The compiler says: m", "`--reset lstm/2` gives the delivered file back; yours is kept."]))
      expectEqual(
        checker.verdict(Compiler.Failure(file: "2-sum.swift", line: 3, message: "missing return"), own),
        Verdict(
          .fails, fault: "the file does not compile",
          ["2-sum.swift:3: missing return", "Every way through the function must end with `return`."]))
      expectEqual(
        checker.verdict(Compiler.Failure(file: "", line: nil, message: "m"), own).details[0], "2-sum.swift: m")
      expect(checker.excerpt("a\nb\u{1B}[0m " + String(repeating: "c", count: 300)).count <= 210)
      expect(checker.excerpt("a\n\nb") == "a b" && checker.seconds == 3)
    }
  }

  @Test func programsThatEndEarlyAreExplained() throws {
    try expectEqual(
      verdict(.timeout, "h [] 2\n\n"),
      Verdict(
        .fails, fault: "the program does not end",
        [
          "It had computed for seconds, and was stopped in case 2 of 2.",
          "A loop whose condition stays true, or a function that calls itself, does that.",
        ]))
    try expectEqual(
      verdict(.exit(4), "", errors: "one\ntwo\n"),
      Verdict(
        .fails, fault: "the program ended before it had answered",
        ["It ended with exit code 4 in case 1 of 2.", "one two"]))
    try expectEqual(verdict(.exit(0), "h [] 2\n\n").details, ["It ended with exit code 0 in case 2 of 2."])
    try expectEqual(verdict(.exit(1), "h [] 2\n\nh [] 6\n\n").details, ["It ended with exit code 1 in case 3 of 2."])
    try expectEqual(
      verdict(.exit(0), "hello\n\n"),
      Verdict(
        .fails, fault: "the program does not keep to the protocol",
        ["expected a line as `h [2] 0.5 -0.25`, received \"hello\""]))
  }

  @Test(arguments: [
    (
      "Index out of range",
      "An array was read or written at a place that it does not have. Sizes differ from case to case: use `x.count`, not a number from the example."
    ),
    ("Range requires lowerBound <= upperBound", "A range a..<b had an end below its beginning."),
    ("Division by zero", "A whole number was divided by 0."),
    ("Unexpectedly found nil while unwrapping an Optional value", "A value was nil where `!` said it never is."),
    (
      "Double value cannot be converted to Int",
      "A Double without a whole number near it (NaN or infinite) became an Int."
    ),
    ("arithmetic overflow", "A whole number became too large, or negative where that cannot be."),
    ("other", "A function that calls itself without end, or a value beyond its type's range, does that."),
  ])
  func trapsAreExplained(message: String, advice: String) throws {
    try expectEqual(
      verdict(.signal(5), "h [] 2\n\n", errors: "x\nSwift/a.swift:1: Fatal error: \(message)\ny"),
      Verdict(
        .fails, fault: "the program stopped with a run-time error",
        ["Fatal error: \(message) in case 2 of 2.", advice]))
  }

  @Test func aTrapWithoutWordsHasItsSignal() throws {
    try expectEqual(
      verdict(.signal(11), "").details,
      [
        "Signal 11 in case 1 of 2.",
        "A function that calls itself without end, or a value beyond its type's range, does that.",
      ])
  }

  @Test func answersAreComparedAndNamed() throws {
    try expectEqual(verdict(.exit(0), "h [] 2\n\nh [] 6\n\n"), Verdict(.passes))
    try expectEqual(
      verdict(.exit(0), "h [] 3\n\nh [] 7\n\n"),
      Verdict(.fails, fault: "three", ["First difference: case 1, h: expected 2, received 3.", "h is the sum."]))
    try expectEqual(
      verdict(.exit(0), "h [] 2\n\nh [] 9\n\n").details,
      ["First difference: case 2, h: expected 6, received 9.", "h is the sum."])
  }

  @Test(arguments: [
    ("cannot find 'x'", "Check the spelling. A name must be declared above its use, in the same function or the file."),
    ("missing return", "Every way through the function must end with `return`."),
    (
      "two '[Double]' operands",
      "Arrays have no arithmetic: compute with their elements, x[i], in a loop or in `map`."
    ),
    ("operands of type '[Double]'", "Arrays have no arithmetic: compute with their elements, x[i]."),
    ("'Int' and 'Double'", "Swift does not mix whole numbers and Doubles: write Double(n)."),
    ("'Double' and 'Int'", "Swift does not mix whole numbers and Doubles: write Double(n)."),
    ("cannot convert return", "The value after `return` must have the type in the function's head."),
    (
      "cannot convert value",
      "A value has another type than the place where it stands; compare the two types named."
    ),
    ("missing argument", "The call lacks an argument; the function's head names them all."),
    (
      "extraneous argument",
      "The call has an argument too many, or a label that the function's head does not have."
    ),
    ("a 'let' constant", "A value that changes is declared with `var`."),
    (
      "is immutable",
      "A value that changes is declared with `var`; a function's arguments must be copied into one."
    ),
    ("unable to type-check", "Cut the expression into two or three lines with names of their own."),
    ("consecutive statements", "One statement a line; an operator may be missing here."),
    ("expected '}'", "A brace that was opened is not closed."),
    ("extraneous '}'", "There is a closing brace too many."),
    ("invalid redeclaration", "The same name is declared twice; one of them must go."),
    ("expected expression", "Something is unfinished here: a value is missing."),
    ("else", "Mend this first error and check again; later ones often come from it."),
  ])
  func everyErrorHasItsAdvice(message: String, advice: String) {
    expectEqual(Compiler.Failure(file: "", line: nil, message: message).advice, advice)
  }

  /// Numbers are the same within 1e-9, absolute and relative; with decimals within half a unit of the last one.
  @Test func numbersAreTheSameWithinTheirBounds() throws {
    var own = try exercise()
    expect(own.isSame(0, 0.9e-9) && !own.isSame(0, 1.2e-9) && own.isSame(1e6, 1e6 + 0.9e-3))
    expect(!own.isSame(1e6, 1e6 + 1.2e-3) && own.isSame(1, 1 + 1.9e-9) && !own.isSame(1, 1 + 2.2e-9))
    own.decimals = 1
    expect(own.isSame(0.55, 0.5) && !own.isSame(0.56, 0.5) && own.isSame(0.45, 0.5) && !own.isSame(0.44, 0.5))
    own.decimals = 0
    expect(own.isSame(1.5, 2) && !own.isSame(1.49, 2))
  }

  /// Of what a program writes a mebibyte is kept.
  @Test func outputWithoutEndIsCut() throws {
    let ending = try ChildProgram.run(
      "/bin/sh", ["-c", "head -c 1300000 /dev/zero | tr '\\0' x; head -c 5 /dev/zero | tr '\\0' y >&2"], seconds: 20)
    expect(ending.output.utf8.count >= 1 << 20 && ending.output.utf8.count < 1_300_000 && ending.errors == "yyyyy")
  }
}
