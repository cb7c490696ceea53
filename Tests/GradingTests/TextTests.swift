import Foundation
import StrictJSON
import Support
import Testing

@testable import Grading

/// What students and teachers read: verdicts, marks, advice, and the lines of the protocol.
@Suite struct TextTests {
  private static func exercise(_ number: Int, _ title: String) -> Exercise {
    var exercise = Exercise(chapter: "lstm", number: number, slug: "one-step")
    exercise.title = title
    return exercise
  }

  @Test func aVerdictIsTheseParagraphs() {
    let own = Self.exercise(2, "One step")
    expect(own.id == "lstm/2" && own.fileName == "2-one-step.swift")
    expectEqual(Verdict(.notBegun).text(for: own), ["lstm/2 is not begun: One step."])
    expectEqual(Verdict(.passes, ["d"]).text(for: own), ["lstm/2 passes: One step.", "d"])
    expectEqual(
      Verdict(.fails, fault: "tanh is forgotten", ["a", "b"]).adding("c").text(for: own),
      ["lstm/2 does not pass yet.", "The mistake has a name: tanh is forgotten.", "a", "b", "c"])
  }

  private static let rows = [
    Marks.Row(exercise(1, "Sizes, all"), Verdict(.passes)),
    Marks.Row(exercise(2, "=1+1"), Verdict(.fails, fault: "a \"b\"\nc")),
    Marks.Row(exercise(3, "C"), Verdict(.notBegun)),
  ]
  private static let time = Date(timeIntervalSince1970: 86_400)

  @Test func marksAsATable() {
    expectEqual(
      Marks(Self.rows, student: nil, time: Self.time).csv,
      """
      time,exercise,title,state,passed,fault\r
      1970-01-02T00:00:00Z,lstm/1,"Sizes, all",passes,1,\r
      1970-01-02T00:00:00Z,lstm/2,'=1+1,fails,0,"a ""b""\nc"\r
      1970-01-02T00:00:00Z,lstm/3,C,not begun,0,\r

      """)
    let lines = Marks(Array(Self.rows.suffix(1)), student: "@me", time: Self.time).csv.split(separator: "\r\n")
    expectEqual(
      lines,
      [
        "student,time,exercise,title,state,passed,fault", "'@me,1970-01-02T00:00:00Z,lstm/3,C,not begun,0,",
      ])
    for sign in ["+", "-"] {
      let csv =
        Marks([], student: nil, time: Self.time).csv
        + Marks(
          [Marks.Row(Self.exercise(1, sign), Verdict(.passes))], student: nil, time: Self.time
        ).csv
      expect(csv.contains(",'\(sign),passes"))
    }
  }

  @Test func marksAsJSON() throws {
    let text = Marks(Self.rows, student: "me", time: Self.time).json
    let root = try JSONDocument(Array(text.utf8)).root
    guard case .object(let members) = root.value else {
      Issue.record("no object")
      return
    }
    expectEqual(members.map(\.key), ["student", "time", "passed", "of", "exercises"])
    let compact = text.filter { $0 != "\n" }.replacing(#/ +/#, with: " ")
    for part in [
      #""student": "me""#, #""time": "1970-01-02T00:00:00Z""#, #""passed": 1"#, #""of": 3"#,
      #""exercise": "lstm/1", "title": "Sizes, all", "state": "passes", "passed": true, "fault": null"#,
      #""exercise": "lstm/3", "title": "C", "state": "not begun", "passed": false, "fault": null"#,
    ] { expect(compact.contains(part), "\(part)\n\(compact)") }
    expect(!Marks(Self.rows, student: nil, time: Self.time).json.contains("student"))
    expect(text.hasSuffix("}\n"))
  }

  // MARK: Compilers

  @Test func theFirstErrorIsFound() {
    typealias Failure = Compiler.Failure
    expectEqual(
      Compiler.firstError(
        "a/b.swift:3:7: warning: x\nc/2-d.swift:14:9: error: cannot find 'y' in scope\ne.swift:1:1: error: z"),
      Failure(file: "2-d.swift", line: 14, message: "cannot find 'y' in scope"))
    expectEqual(
      Compiler.firstError("one\nerror: no such module\nerror: two"),
      Failure(file: "", line: nil, message: "error: no such module"))
    expect(Compiler.firstError("warning: x") == nil)
  }

  @Test(arguments: [
    ("cannot find 'x' in scope", "Check the spelling."),
    ("missing return in global function", "Every way through the function must end with `return`."),
    ("binary operator '+' cannot be applied to two '[Double]' operands", "Arrays have no arithmetic"),
    ("cannot be applied to operands of type 'Int' and 'Double'", "Swift does not mix whole numbers and Doubles"),
    ("cannot convert return expression of type 'Int'", "The value after `return`"),
    ("cannot convert value of type 'Int'", "A value has another type than the place where it stands"),
    ("cannot assign to value: 'x' is a 'let' constant", "A value that changes is declared with `var`."),
    ("expected '}' in struct", "A brace that was opened is not closed."),
    ("extraneous '}' at top level", "There is a closing brace too many."),
    ("something new", "Mend this first error and check again; later ones often come from it."),
  ])
  func adviceFollowsTheError(message: String, advice: String) {
    let own = Compiler.Failure(file: "a.swift", line: 1, message: message).advice
    expect(own.hasPrefix(advice), "\(own)")
  }

  // MARK: The protocol

  @Test(arguments: [
    "[2, 3] 1.0 2.0 3.0 4.0 5.0 6.5", "[] 3.0", "word keras", "ragged 3 2", "none", "[0]", "[2] -1.0 1e-07",
  ])
  func aValueIsWrittenAsItIsRead(text: String) { expectEqual(CheckedValue(Substring(text))?.text, text) }

  @Test(arguments: ["", "2 1 2", "[2] 1", "[-1]", "[1] x", "[2 1 2", "nothing", "word"])
  func otherTextIsNoValue(text: String) { expect(CheckedValue(Substring(text)) == nil) }

  @Test func aCaseHoldsGivenAndDrawnNumbers() throws {
    let shape = try #require(CaseShape("x [2]; W [2, 3] in -3 -2.5; k = 4; labels = [2] 0 1; name = word a b"))
    let values = shape.values(seed: 7)
    expectEqual(values.map(\.name), ["x", "W", "k", "labels", "name"])
    guard case .numbers(let x, [2]) = values[0].value, case .numbers(let w, [2, 3]) = values[1].value else {
      Issue.record("\(values)")
      return
    }
    expect(x.allSatisfy { (-1...1).contains($0) && $0 != 0 } && w.allSatisfy { (-3 ... -2.5).contains($0) })
    expect((x + w).allSatisfy { abs($0 * 1000 - ($0 * 1000).rounded()) < 1e-9 } && Set(x + w).count == 8)
    expect(values[2].value == .numbers([4], shape: []) && values[3].value == .numbers([0, 1], shape: [2]))
    expectEqual(values[4].value, .word("a b"))
    expectEqual(shape.values(seed: 7).map(\.value), values.map(\.value))
    expect(shape.values(seed: 8).map(\.value) != values.map(\.value))
  }

  /// The same numbers on every machine and in every year, or answers that were kept would be those to other cases.
  @Test func drawnNumbersStayTheSame() throws {
    let shape = try #require(CaseShape("x [3]; y [2] in 0 9"))
    func numbers(_ seed: UInt64) -> String { shape.values(seed: seed).map(\.value.text).joined(separator: " ") }
    expectEqual(
      [7, 0xFEDC_BA98_7654_3210].map(numbers),
      [
        "[3] -0.22 -0.966 0.802 [2] 5.246 4.072", "[3] -0.04 -0.928 0.34 [2] 5.76 1.725",
      ])
    // Of five numbers between −0.002 and 0.002 zero is none.
    let small = try #require(CaseShape("x [4] in -0.0024 0.0024"))
    for seed in 0..<20 as Range<UInt64> {
      guard case .numbers(let numbers, _)? = small.values(seed: seed).first?.value else { continue }
      expectEqual(numbers.sorted(), [-0.002, -0.001, 0.001, 0.002])
    }
  }

  @Test(arguments: ["x", "x 2", "x [2] in 1", "x [2] in 1 1", "x [2] in 2 1", "x [a]", "x = ", "x [2]; y"])
  func aCaseIsRefused(text: String) { expect(CaseShape(text) == nil) }

  /// FNV-1a: of nothing, of "a", of "foobar".
  @Test func fingerprintsAreThoseOfTheSource() {
    expect(fingerprint("") == 0xCBF2_9CE4_8422_2325 && fingerprint("a") == 0xAF63_DC4C_8601_EC8C)
    expectEqual(fingerprint("foobar"), 0x8594_4171_F739_67E8)
  }

  // MARK: Master files

  @Test func partsOfAMasterAreKept() {
    var own = Self.exercise(2, "One step")
    (own.goal, own.minutes) = ("learn", 5)
    own.body = [
      "// Compute", "//", "//  more.", "", "func f() {", "  // SOLUTION", "  let a = 1", "  // STARTER",
      "  //> let a = 0", "  //>", "  // END", "  return a", "}", "",
    ]
    own.faults = [
      .init(
        name: "two", changes: [.init(line: "let a = 1", replacement: ["let a = 2", "let b = 3"])], isDelivered: false)
    ]
    expectEqual(own.task, ["Compute", "", " more."])
    expectEqual(own.solutionCode, ["func f() {", "  let a = 1", "  return a", "}"])
    expectEqual(own.starterCode, ["func f() {", "  let a = 0", "  ", "  return a", "}"])
    expectEqual(
      own.studentFile,
      """
      // lstm/2 · One step · compute, 5 minutes
      // Goal: learn
      //
      // Compute
      //
      //  more.
      //
      // Check this file:  swift run exercises lstm/2      A hint:  swift run exercises lstm/2 --hint

      func f() {
        let a = 0
      \("  ")
        return a
      }

      """)
    expectEqual(
      (try? own.applying(own.faults))?[4...8], ["func f() {", "  let a = 2", "  let b = 3", "  return a", "}"])
    let absent = Exercise.Fault(name: "n", changes: [.init(line: "let z", replacement: [])], isDelivered: false)
    let error = #expect(throws: GradingError.self) { try own.applying([absent]) }
    expectEqual(error?.description, "lstm/2: fault \"n\": expected one line \"let z\", found 0")
  }
}
