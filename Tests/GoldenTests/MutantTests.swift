import Layers
import Support
import Testing

@testable import GoldenConformance

/// No wrong implementation passes the golden cases.
@Suite(.lane(.searches)) struct MutantTests {
  static let table = Result { try MutantTable(try ReferenceTests.suite.get().cases, enough: 2) }

  @Test func everyMutantDiesByAtLeastTwoCases() throws {
    let table = try Self.table.get()
    expectEqual(table.rows.count, 186)
    for row in table.survivors {
      Issue.record("\(row.mutant.name) (\(row.mutant.fault)) is noticed by \(row.killers.count) cases: \(row.killers)")
    }
  }

  /// As many killers as are asked for, the smallest cases first; whether there are any does not change.
  @Test func noMoreKillersAreSoughtThanAreEnough() throws {
    var sizes: Set<Int> = []
    let cases = try ReferenceTests.suite.get().cases.filter {
      $0.layer == "gru" && $0.work < 600 && sizes.insert($0.work).inserted
    }.sorted { $0.work > $1.work }
    try #require(cases.count > 2)
    let all = try MutantTable(cases)
    for enough in [1, 2] {
      let table = try MutantTable(cases, enough: enough)
      for (some, row) in zip(table.rows, all.rows) {
        expect(some.killers.count == min(row.killers.count, enough) && some.applicable == row.applicable)
        expectEqual(Set(some.killers), Set(row.killers.suffix(enough)), "\(row.mutant.name)")
      }
    }
  }

  @Test func theCatalogueHoldsEveryGateOrderOnce() {
    let names = Mutant.catalogue.map(\.name)
    expectEqual(Set(names).count, names.count)
    expectEqual(names.count { $0.hasPrefix("lstm-order-") }, 23)
    expectEqual(names.count { $0.hasPrefix("gru-order-") }, 5)
    expectEqual(Set(Mutant.catalogue.map(\.kind)), Set(Fault.allCases), "every fault is in the catalogue")
  }

  /// A report's words are those of the catalogue: a few whole, all by their letters.
  @Test func theCatalogueSaysWhatIsWrong() {
    let faults = Dictionary(uniqueKeysWithValues: Mutant.catalogue.map { ($0.name, $0.fault) })
    expectEqual(faults["lstm-order-figo"], "LSTM blocks i f g o are read as f i g o")
    expectEqual(faults["gru-bias-order-rzg"], "GRU bias blocks z r g are read as r z g")
    expectEqual(faults["gru-bias-r-of-g"], "GRU gate r has the bias of g")
    expectEqual(digest(Mutant.catalogue.map { "\($0.name): \($0.fault)" }.joined(separator: "\n")), "26lclzn7214wz")
  }

  /// Constant weights let wrong orders through, and the table says so: it can fail.
  @Test func constantWeightsLetMutantsLive() throws {
    let constant = try #require(
      changed(smallCase, "[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]", "[0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]"))
    let weak = try #require(changed(constant, "[0.1, -0.2, 0.3, -0.4]", "[0.25, 0.25, 0.25, 0.25]"))
    // The bias of 1 on the forget gate alone: the three other gates may change places, 3! − 1 wrong orders.
    let text = try #require(
      changed(
        weak, #""bias": {"shape": [4], "data": [1, 2, 3, 4]}},\#n "inputs""#,
        #""bias": {"shape": [4], "data": [0, 1, 0, 0]}},\#n "inputs""#))
    var golden = try #require(try read(fileText(text)).cases.first)
    guard case .run(var run) = golden.task else { throw Problem("run") }
    run.expectedGradients = TensorTable()
    golden.task = .run(run)
    let right = try ReferenceImplementation().run(golden)
    for name in run.expected.names { run.expected[name] = right[name] }
    golden.task = .run(run)
    let table = try MutantTable([golden])
    let alive = table.rows.filter { $0.mutant.kind == .lstmGateOrder && $0.killers.isEmpty }.map(\.mutant.name)
    expectEqual(alive.count, 5)
    expect(alive.allSatisfy { Array($0)["lstm-order-".count + 1] == "f" })
    expect(!table.survivors.isEmpty)
  }
}
