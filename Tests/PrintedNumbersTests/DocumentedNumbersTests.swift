import Foundation
import Tensors
import Support
import Testing

@testable import PrintedNumbers
@testable import StrictJSON

@Suite struct PrintedNumbers {
  @Test(arguments: [
    ("0.72903323", 0.72903323, 5e-9), ("-0.80", -0.8, 0.005), ("0.2042", 0.2042, 5e-5), ("13", 13, 0), ("-2", -2, 0),
    ("1.5e-3", 0.0015, 5e-5), ("2E+4", 20000, 5000), ("1.0", 1, 0.05),
    ("0.7374167703539019", 0.7374167703539019, 5e-17),
  ])
  func digitsTellValueAndHalfUnit(_ digits: String, value: Double, halfUnit: Double) throws {
    let number = try #require(PrintedNumber(digits))
    expectEqual(number.digits, digits)
    expectEqual(number.value, value)
    expectEqual(number.halfUnit, halfUnit)
  }

  @Test(arguments: [
    "", "-", ".5", "5.", "1,5", "0x10", "nan", "inf", "1e", "1e999", "--1", "1.2.3", " 1", "١",
    "1e99999999999999999999",
  ])
  func otherTextIsNoNumber(_ text: String) { expect(PrintedNumber(text) == nil) }

  /// Half a unit of the last digit must be a number, too.
  @Test func digitsWithoutEndAreNoNumber() {
    func number(_ zeros: Int) -> PrintedNumber? { PrintedNumber("0." + String(repeating: "0", count: zeros) + "1") }
    expect(number(300)?.halfUnit == 5e-302 && number(398) != nil && number(399) == nil && number(500) == nil)
    expect(PrintedNumber("1e-399") != nil && PrintedNumber("1e-400") == nil && PrintedNumber("1e400") == nil)
  }
}

@Suite struct DocumentedNumberFiles {
  let all: DocumentedNumbers
  init() throws { all = try DocumentedNumbers.load() }

  private func numbers(_ id: String, _ name: String) throws -> PrintedTensor { try #require(all[id]?[name]) }

  @Test func everyEntryStandsOnce() {
    func ids(_ letter: String, _ last: Int) -> [String] {
      (1...last).map { letter + ($0 < 10 ? "0\($0)" : "\($0)") }
    }
    // Of the lessons on gradients and on state the ids begin at a round number.
    let own = ids("D", 67) + (70...75).map { "D\($0)" } + (80...92).map { "D\($0)" }
    expectEqual(all.numbers.map(\.id).sorted(), own)
    let slips = ids("I", 41) + (50...53).map { "I\($0)" } + (60...65).map { "I\($0)" }
    expectEqual(all.inconsistencies.map(\.id).sorted(), slips)
    expectEqual(all.files.count, 9)
  }

  @Test func everyEntryHasItsSource() {
    for source in all.numbers.map(\.source) + all.inconsistencies.map(\.source) {
      expect(!source.document.isEmpty && !source.file.isEmpty && !source.line.isEmpty)
    }
    expectEqual(
      all["D38"]?.source.description,
      """
      RNN with Keras: Understanding computations (Chinese translation), Part A, 004_7fdef4f5ebc2aed9.txt, line 98
      """)
  }

  @Test func everyDigitStandsInThePrintedText() {
    // Products that the documents leave to the reader (13*4), and a number in words.
    let inWords: Set<String> = ["D23", "D27", "D29", "D63"]
    for entry in all.numbers where !inWords.contains(entry.id) {
      for number in entry.values.flatMap(\.numbers) { expect(entry.printed.contains(number.digits), "\(entry.id)") }
    }
  }

  @Test func everyClassOccurs() {
    for kind in DocumentedNumber.Class.allCases { expect(all.numbers.contains { $0.kind == kind }) }
    // What is said to follow from other numbers, or to be a shape, must have numbers.
    for entry in all.numbers where entry.kind == .recomputed || entry.kind == .shapeOnly {
      expect(!entry.values.isEmpty, "\(entry.id)")
    }
  }
}

/// The numbers that follow from others do follow from them.
@Suite struct DocumentedNumbersRecomputed {
  let all: DocumentedNumbers
  init() throws { all = try DocumentedNumbers.load() }

  private func printed(_ id: String, _ name: String) throws -> PrintedTensor { try #require(all[id]?[name]) }
  private func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

  private func expectPrinted(
    _ computed: [Double], _ printed: PrintedTensor, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectEqual(computed.count, printed.numbers.count, sourceLocation: sourceLocation)
    for (index, (value, number)) in zip(computed, printed.numbers).enumerated() {
      expect(abs(value - number.value) <= printed.allowed(index), "\(number)", sourceLocation: sourceLocation)
    }
  }

  @Test func partAOneToOne() throws {
    let (a, b) = (try printed("D05", "a").values[0], try printed("D05", "b").values[0])
    let x = try printed("D01", "x_seed").values
    expectPrinted(x.map { sigmoid(a * $0 + b) }, try printed("D06", "y"))
    expectPrinted(x.map { sigmoid(a * $0 + b) }, try printed("D07", "y"))
    expectPrinted(x.map { sigmoid(2 * $0 - 1) }, try printed("D02", "y_seed"))
  }

  @Test func partATwoToThree() throws {
    let (W, b, x) = (
      try printed("D38", "W_y").tensor(Double.self), try printed("D38", "b_y").values, try printed("D38", "x_t").values
    )
    let z = (0..<3).map { W[0, $0] * x[0] + W[1, $0] * x[1] + b[$0] }
    expectPrinted(z, try printed("D39", "z"))
    expectPrinted(z.map(sigmoid), try printed("D40", "y"))
    expectPrinted(z.map(sigmoid), try printed("D35", "y"))
  }

  /// Both inputs of a row are equal, so logit(y) is affine in x: rows 1 and 6 give every other row.
  @Test func partATwoToThreeIsConsistent() throws {
    let printed = try printed("D12", "y")
    let y = printed.tensor(Double.self)
    let x = try self.printed("D01", "x_seed").values
    func logit(_ p: Double) -> Double { log(p / (1 - p)) }
    let rows = (0..<6).flatMap { t in
      (0..<3).map { column in
        let b = logit(y[0, 5, column])
        return sigmoid((logit(y[0, 0, column]) - b) * x[t] + b)
      }
    }
    expectPrinted(rows, printed)
  }

  @Test func handAndModelAgreeInPartsBAndC() throws {
    expectPrinted(try printed("D16", "y").values, try printed("D17", "y"))
    expectPrinted(try printed("D19", "y").values, try printed("D20", "y"))
  }

  @Test func theBiasIsAddedToEveryRow() throws {
    let (matrix, bias) = (
      try printed("D56", "matrix").tensor(Double.self), try printed("D56", "bias").tensor(Double.self)
    )
    expectPrinted((matrix + bias).scalars, try printed("D56", "sum"))
  }
}

@Suite struct BadDocumentedNumbers {
  static let good = #"""
    {"schema": "documented-numbers/1", "title": "t", "chapter": "c", "numbers": [
      {"id": "D01", "source": {"document": "d", "file": "f", "line": "1"}, "what": "w", "class": "documented",
       "printed": "0.80", "values": [{"name": "a", "shape": [1], "digits": ["0.80"]}],
       "tolerance": {"abs": "0.1", "reason": "r"}}], "inconsistencies": []}
    """#

  @Test func theGoodTextIsRead() throws {
    let file = try DocumentedNumbers.read(Array(Self.good.utf8), file: "a.json")
    expectEqual(file.numbers[0].values[0].allowed(0), 0.1)
    expectEqual(file.numbers[0].values[0].numbers[0].halfUnit, 0.005)
  }

  @Test(arguments: [
    (
      #""0.80"]"#, #""0.8O"]"#,
      "a.json:3:73: case \"D01\": numbers[0].values[0].digits[0]: expected a number in a string"
    ),
    (#"["0.80"]"#, #"["0.80", "1"]"#, "values[0].digits: expected 1 numbers for the shape [1], found 2"),
    (#"[1]"#, "[0]", "values[0].shape[0]: expected an integer from 1 to 10000"),
    (#""documented","#, #""certain","#, "numbers[0].class: expected a class (one of documented, recomputed from"),
    (#""what": "w", "#, "", "numbers[0]: expected the key \"what\", found none"),
    (#""abs": "0.1""#, #""abs": "-0.1""#, "numbers[0].tolerance.abs: expected a tolerance above 0"),
    (#"documented-numbers/1"#, "documented-numbers/2", "schema: expected \"documented-numbers/1\""),
    (#""inconsistencies": []"#, #""inconsistencies": [}"#, "expected JSON"),
  ])
  func aBadFileIsAnErrorThatNamesThePlace(_ old: String, _ new: String, _ message: String) throws {
    // One piece of the text is exchanged; it must be there exactly once.
    let parts = Self.good.components(separatedBy: old)
    try #require(parts.count == 2)
    let text = parts.joined(separator: new)
    let error = #expect(throws: CaseErrors.self) { try DocumentedNumbers.read(Array(text.utf8), file: "a.json") }
    expectEqual(error?.description.contains(message), true, "\(error?.description ?? "")")
  }

  @Test func anIdMayStandOnlyOnce() throws {
    let file = try DocumentedNumbers.read(Array(Self.good.utf8), file: "a.json")
    #expect(throws: CaseErrors.self) { try DocumentedNumbers.requireUniqueIDs([file, file]) }
  }

  @Test func anAbsentFolderIsAnError() {
    func message(_ read: () throws -> Void) -> String {
      do { try read() } catch { return "\(error)" }
      return "none"
    }
    let folder = "no/such/folder"
    expectEqual(
      message { _ = try DocumentedNumbers.load(folder: folder) },
      "\(folder): expected a folder of documented numbers, found none")
    expectEqual(
      message { _ = try TrainingStatistics.load(folder: folder) },
      "\(folder)/article_training_stats.json: expected statistics of trainings, found no file")
    let chapters = "\(GoldenFolder.path)/generate"
    expectEqual(
      message { _ = try ExperimentStatistics.load("none", folder: chapters) },
      "\(chapters)/none_stats.json: expected statistics of an experiment, found no file")
  }

  @Test(arguments: [
    (
      #""digits": ["0.80"]"#, #""digits": [0.80]"#,
      "digits[0]: expected a string, found 0.80"
    ),
    (#""shape": [1]"#, #""shape": [1, 1, 1, 1, 1]"#, "expected at most four axes"),
    (#""line": "1""#, #""line": "1", "part": 3"#, "numbers[0].source.part: expected a string, found 3"),
    (#""reason": "r""#, #""reason": 1"#, "numbers[0].tolerance.reason: expected a string, found 1"),
    (#""title": "t", "#, "", "expected the key \"title\", found none"),
  ])
  func moreOfWhatIsRefused(old: String, new: String, message: String) throws {
    let parts = Self.good.components(separatedBy: old)
    try #require(parts.count == 2)
    let error = #expect(throws: CaseErrors.self) {
      try DocumentedNumbers.read(Array(parts.joined(separator: new).utf8), file: "a.json")
    }
    expectEqual(error?.description.contains(message), true, "\(error?.description ?? "")")
  }

  @Test func anIdOfTwoFilesIsNamedWithBoth() throws {
    let text = Array(Self.good.utf8)
    let files = [try DocumentedNumbers.read(text, file: "a.json"), try DocumentedNumbers.read(text, file: "b.json")]
    let error = #expect(throws: CaseErrors.self) { try DocumentedNumbers.requireUniqueIDs(files) }
    expectEqual(
      error?.description, "b.json: case \"D01\": expected an id that no other entry has, found the same id in a.json")
  }

  @Test func epochsOfStatisticsAreThoseOfTheirModel() throws {
    func message(_ key: String) -> String {
      let text = """
        {"version": "keras", "seeds": [1, 2], "models": {"one": {"epochs": 3, "loss_at_epoch": {
          "2": {"mean": 0.5, "min": 0.25, "max": 0.75}, "\(key)": {"mean": 1.5, "min": 1, "max": 2}}}}}
        """
      do {
        let read = try TrainingStatistics(try Node.root(of: Array(text.utf8), file: "s.json"))
        return "\(read.seeds) \(read["one"]?.losses.map(\.epoch) ?? []) \(read["one"]?.losses.first?.mean ?? 0)"
      } catch { return "\(error)" }
    }
    expectEqual(message("1"), "2 [1, 2] 1.5")
    for key in ["0", "4", "x"] {
      expect(message(key).hasSuffix("expected an epoch from 1 to 3 as key, found \"\(key)\""), "\(message(key))")
    }
  }

  @Test func aRangeEndsAboveItsBeginning() throws {
    func read(_ most: String) throws -> TrainingStatistics {
      let text = """
        {"version": "keras", "seeds": [1], "models": {"one": {"epochs": 1, "loss_at_epoch": {
          "1": {"mean": 0.5, "min": 0.5, "max": \(most)}}}}}
        """
      return try TrainingStatistics(try Node.root(of: Array(text.utf8), file: "stats.json"))
    }
    try expectEqual(read("0.5")["one"]?.losses.map(\.greatest), [0.5])
    let error = #expect(throws: CaseError.self) { try read("0.25") }
    expectEqual(error?.description.contains("expected a number of at least 0.5, found 0.25"), true, "\(error as Any)")
  }

  @Test func theStatisticsHoldSevenModels() throws {
    let statistics = try TrainingStatistics.load()
    expectEqual(statistics.seeds, 20)
    expectEqual(statistics.models.map(\.epochs), [500, 100, 100, 100, 5, 5, 5])
    expectEqual(statistics["D_lstm"]?.losses.map(\.epoch), [1, 2, 3, 4, 5])
    for losses in statistics.models.flatMap(\.losses) {
      expect(losses.least <= losses.mean && losses.mean <= losses.greatest)
    }
  }
}
