import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// An attention of 1 sample, 2 steps, 1 query, with the general score; the numbers are those of a pencil: the query
/// becomes (2, 0), the scores 2 and 0.
private let attentionCase = #"""
  {"name": "look", "kind": "documented", "source": {"title": "a book", "file": "p. 12"},
   "layout": "keras", "dtype": "float64", "layer": "attention",
   "config": {"score": "general", "queries": 1, "query_size": 1},
   "weights": {"kernel": {"shape": [1, 2], "data": [1, 0]}},
   "inputs": {"x": {"shape": [1, 2, 2], "data": [1, 3, 0, 5]}, "query": {"shape": [1, 1, 1], "data": [2]}},
   "expected": {"scores": {"shape": [1, 1, 2], "data": [2, 0]},
                "weights": {"shape": [1, 1, 2], "data": [0.8808, 0.1192]},
                "outputs": {"shape": [1, 1, 2], "data": [0.8808, 3.2384]}},
   "tolerance": {"abs": 5e-5, "rel": 0}}
  """#

@Suite struct AttentionCaseTests {
  @Test func agreesWithAPencil() throws {
    let golden = try #require(try read(fileText(attentionCase)).cases.first)
    expectEqual(golden.signature.inputs.map(\.name), ["x", "query", "mask"])
    expectEqual(golden.signature.outputs.map(\.name), ["scores", "weights", "outputs"])
    expect(Comparator(golden).compare(try LayersImplementation().run(golden)).agrees)
    expect(Comparator(golden).compare(try ReferenceImplementation().run(golden)).agrees)
  }

  @Test(arguments: [
    (
      #""query_size": 1"#, #""query_size": 1, "units": 2"#,
      "cases[0].config.units: expected units only with the score additive, found 2"
    ),
    (
      #""score": "general""#, #""score": "cosine""#,
      #"cases[0].config.score: expected a score (one of dot, scaled_dot, general, additive), found "cosine""#
    ),
    (#""queries": 1, "#, "", #"cases[0].config: expected the key "queries", found none"#),
    (
      #""score": "general""#, #""score": "dot""#, "expected as many features as a query has (1), found shape [1, 2, 2]"
    ),
    (
      #""queries": 1"#, #""queries": 3"#, "cases[0].inputs.query: expected query of shape [1, 3, 1], found [1, 1, 1]"
    ),
  ])
  func saysWhatIsWrong(_ old: String, _ new: String, _ message: String) throws {
    let text = try #require(changed(attentionCase, old, new))
    let error = #expect(throws: CaseErrors.self) { try read(fileText(text)) }
    expect("\(error.map { "\($0)" } ?? "")".contains(message), "\(error.map { "\($0)" } ?? "")")
  }

  @Test func standsInNoStackAndIsNotTrained() throws {
    let stack = attentionCase.replacing(
      #""layer": "attention", "#, with: #""layer": "stack", "#
    )
    .replacing(
      #""layer": "attention","#, with: #""layer": "stack","#
    )
    .replacing(
      #""config": {"score": "general", "queries": 1, "query_size": 1}"#,
      with:
        #""config": {"layers": [{"layer": "attention", "config": {"score": "dot", "queries": 1, "query_size": 2}}]}"#)
    let error = #expect(throws: CaseErrors.self) { try read(fileText(stack)) }
    expect("\(error.map { "\($0)" } ?? "")".contains("expected a layer with one input in a stack"))
  }
}
