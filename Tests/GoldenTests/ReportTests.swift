import Support
import Testing

@testable import GoldenCases
@testable import GoldenConformance

/// What a report says of a program's answers, whole: for people and for programs, and what is no answer.
@Suite struct ReportTests {
  private let golden: Case

  init() throws { golden = try #require(try read(fileText(smallCase)).cases.first) }

  private static let right = #"""
    "outputs": {"shape": [1, 2, 1], "data": [0.5, 0.25]}, "h": {"shape": [1, 1], "data": [0.25]},
    "c": {"shape": [1, 1], "data": [0.75]}, "gradients.weights.bias": {"shape": [4], "data": [1, 2, 3, 4]},
    "gradients.inputs.h0": {"shape": [1, 1], "data": [0.125]}
    """#

  private func answer(_ members: String, after previous: String? = nil) throws -> ExternalRun.Answer {
    try ExternalRun.Answer(golden, line: Array("{\"name\": \"small\", \(members)}".utf8), after: previous)
  }

  private func results(_ old: String = "", _ new: String = "") throws -> ExternalRun.Answer {
    let text = old.isEmpty ? Self.right : try #require(changed(Self.right, old, new))
    return try answer("\"results\": {\(text)}")
  }

  // MARK: What is no answer

  private func refusal(_ line: String, after previous: String? = nil) -> String {
    do {
      _ = try ExternalRun.Answer(golden, line: Array(line.utf8), after: previous)
      return "none"
    } catch { return "\(error)" }
  }

  @Test func whatIsNoAnswerSaysWhy() {
    let (x60, x61) = (String(repeating: "x", count: 60), String(repeating: "x", count: 61))
    let word = "(line 1, column 1: expected a value, found the word xxxxxxxxxxxxxxxxxxxx)"
    let place = "what is no answer belongs on standard error"
    let refusals: [(line: String, message: String)] = [
      (x60, "expected an answer in JSON, received \"\(x60)\" \(word); \(place)"),
      (x61, "expected an answer in JSON, received \"\(x60)…\" \(word); \(place)"),
      ("[1, 2]", "expected an answer with the key \"name\", received a list of 2 without it"),
      (#"{"name": 3}"#, "expected an answer with the key \"name\", received an object without it"),
      (
        #"{"name": "other"}"#,
        "expected the answer to \"small\", received the answer to \"other\": answers come in the order of the cases, one each"
      ),
      (#"{"name": "small", "skip": 1}"#, "\"skip\" must be a text"),
      (#"{"name": "small", "error": null}"#, "\"error\" must be a text"),
      (#"{"name": "small"}"#, "expected the key \"results\", \"skip\" or \"error\""),
      (#"{"name": "small", "results": []}"#, "expected the key \"results\", \"skip\" or \"error\""),
      (
        #"{"name": "small", "results": {}, "dtype": "float8"}"#,
        "expected \"dtype\" to be one of float64, float32, float16, bfloat16, received another"
      ),
      (
        #"{"name": "small", "results": {}, "dtype": 32}"#,
        "expected \"dtype\" to be one of float64, float32, float16, bfloat16, received another"
      ),
    ]
    for (line, message) in refusals { expectEqual(refusal(line), message) }
    expectEqual(
      refusal(#"{"name": "before"}"#, after: "before"),
      "expected the answer to \"small\", received a second answer to \"before\": "
        + "answers come in the order of the cases, one each")
    expectEqual(refusal(#"{"name": "small", "skip": "x", "error": 1, "results": 2}"#), "none")
  }

  // MARK: One answer

  @Test func anAnswerIsToldInText() throws {
    try expect(answer(#""skip": "no LSTM""#).text == nil)
    expect(ExternalRun.Answer(golden: golden, verdict: .untried("x"), results: nil).text == nil)
    expect(ExternalRun.Answer(golden: golden, verdict: .incomparable("x"), results: nil).text == nil)
    expectEqual(
      ExternalRun.Answer(golden: golden, verdict: .failed("it hung"), results: nil).text, "fails     small\n    it hung"
    )
    let long = String(repeating: "y", count: 501)
    try expectEqual(
      answer("\"error\": \"\(long)\"").text,
      "fails     small\n    the program says: " + String(repeating: "y", count: 500))
    try expectEqual(
      results().text, "agrees    small  largest difference 0 absolute, 0 relative, 0 ulp")
    try expectEqual(
      results("[0.5, 0.25]", "[0.5, 0.5]").text,
      """
      disagrees small  (hand.json, cases[0])
          first: outputs at sample 0, step 1, unit 0: expected 0.25, received 0.5, difference 2.5e-01, tolerance 1.0e-06
          wrong: outputs (1 of 2)
          largest difference 2.5e-01 absolute, 1 relative, 8.4e+06 ulp
      """)
  }

  @Test func anAnswerIsToldInJSON() throws {
    try expectEqual(answer(#""skip": "no \"LSTM\"""#).json, #"{"case":"small","agrees":false,"skipped":"no \"LSTM\""}"#)
    try expectEqual(
      answer(#""error": "out of memory""#).json, #"{"case":"small","agrees":false,"failure":"out of memory"}"#)
    expectEqual(
      ExternalRun.Answer(golden: golden, verdict: .untried("u"), results: nil).json,
      #"{"case":"small","agrees":false,"failure":"u"}"#)
    expectEqual(
      ExternalRun.Answer(golden: golden, verdict: .failed("f"), results: nil).json,
      #"{"case":"small","agrees":false,"failure":"f"}"#)
    expectEqual(
      ExternalRun.Answer(golden: golden, verdict: .incomparable("i"), results: nil).json,
      #"{"case":"small","agrees":false,"incomparable":"i"}"#)
    let none = #""largest":{"absolute":0,"relative":0,"ulp":0}"#
    let rest =
      #"{"tensor":"h","elements":1,"wrong":0,\#(none)},{"tensor":"c","elements":1,"wrong":0,\#(none)},"#
      + #"{"tensor":"gradients.inputs.h0","elements":1,"wrong":0,\#(none)}"#
    try expectEqual(
      results().json,
      #"{"case":"small","agrees":true,\#(none),"tensors":[{"tensor":"outputs","elements":2,"wrong":0,\#(none)},"#
        + rest + #",{"tensor":"gradients.weights.bias","elements":4,"wrong":0,\#(none)}]}"#)
    let largest = #""largest":{"absolute":0.25,"relative":1,"ulp":8388608}"#
    let first =
      #""first":{"tensor":"outputs","sample":0,"step":1,"unit":0,"expected":0.25,"received":0.5,"difference":0.25,"#
      + #""tolerance":1e-06}"#
    try expectEqual(
      results("[0.5, 0.25]", "[0.5, 0.5]").json,
      #"{"case":"small","agrees":false,\#(largest),\#(first),"#
        + #""tensors":[{"tensor":"outputs","elements":2,"wrong":1,\#(largest)},\#(rest),"#
        + #"{"tensor":"gradients.weights.bias","elements":4,"wrong":0,\#(none)}]}"#)
  }

  /// A tensor that is not there, of another shape, with more numbers, and what is no tensor.
  @Test(arguments: [
    (
      #"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [1], "data": [0.75]}"#,
      #""expected_shape":[1,1],"received_shape":[1]"#
    ),
    (
      #"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [1, 1], "data": [0.75, 2]}"#,
      #""expected_count":1,"received_count":2"#
    ),
    (#"{"shape": [1, 1], "data": [0.75]}"#, "null", #""missing":true"#),
    (#"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [1, 1]}"#, #""missing":true"#),
    (#"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [1, "1"], "data": [0.75]}"#, #""missing":true"#),
    (#"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [1, 1.5], "data": [0.75]}"#, #""missing":true"#),
    (#"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [1, -1], "data": [0.75]}"#, #""missing":true"#),
    (
      #"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [16777216], "data": []}"#,
      #""expected_shape":[1,1],"received_shape":[16777216]"#
    ),
    (#"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [16777217], "data": []}"#, #""missing":true"#),
    (
      #"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [1048576, 1048576], "data": []}"#,
      #""expected_shape":[1,1],"received_shape":[1048576,1048576]"#
    ),
    (#"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [1048577, 1048576], "data": []}"#, #""missing":true"#),
    (
      #"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [1,1,1,1,1,1,1,1], "data": [1]}"#,
      #""expected_shape":[1,1],"received_shape":[1,1,1,1,1,1,1,1]"#
    ),
    (#"{"shape": [1, 1], "data": [0.75]}"#, #"{"shape": [1,1,1,1,1,1,1,1,1], "data": [1]}"#, #""missing":true"#),
  ])
  func whatIsNoTensorIsMissing(old: String, new: String, problem: String) throws {
    let json = try results(old, new).json
    expect(json.contains(#""first":{"tensor":"c",\#(problem)},"#), "\(json)")
    expect(
      json.contains(#"{"tensor":"c","elements":1,"wrong":1,"largest":{"absolute":null,"relative":null,"ulp":null}}"#))
  }

  // MARK: All answers

  @Test func aSummaryCountsAndGivesItsReasons() throws {
    func plain(_ verdict: ExternalRun.Verdict) -> ExternalRun.Answer {
      ExternalRun.Answer(golden: golden, verdict: verdict, results: nil)
    }
    let long = String(repeating: "z", count: 201)
    let run = ExternalRun(answers: [
      try results(), plain(.skipped("b")), plain(.skipped("a")), plain(.skipped("b")),
      plain(.incomparable("too coarse")),
      plain(.reported("r")), plain(.reported(long)), plain(.failed("f")),
      plain(.untried("not tried after 3 failures in a row")),
      plain(.untried("not tried after 3 failures in a row")),
    ])
    let lines = [
      "1 agree, 5 do not, 3 skipped, 1 not comparable", "    not comparable 1: too coarse", "    failed 1: r",
      "    failed 1: " + String(repeating: "z", count: 200), "    skipped 2: b", "    skipped 1: a",
      "    2 not tried after 3 failures in a row",
    ]
    expectEqual(run.summary, lines.joined(separator: "\n"))
    expect(run.agreeing == 1 && run.skipped == 3 && run.incomparable == 1 && !run.allAgree)
    let sums = #"{"agree":1,"wrong":5,"skipped":3,"diagnoses":[]}"#
    expect(run.json == (run.answers.map(\.json) + [sums]).joined(separator: "\n"))
    let good = ExternalRun(answers: [try results(), plain(.skipped("b")), plain(.incomparable("c"))])
    expect(good.allAgree && good.summary.hasPrefix("1 agree, 0 do not, 1 skipped, 1 not comparable\n"))
    expectEqual(ExternalRun(answers: [try results()]).summary, "1 agree, 0 do not, 0 skipped")
    expect(!ExternalRun(answers: []).allAgree && !ExternalRun(answers: [plain(.incomparable("c"))]).allAgree)
  }

  /// Right as far as it goes: what is lacking is named, four tensors at most.
  @Test func tensorsThatAreLackingAreNamed() throws {
    let advice = " (\"no_steps\" and \"forward_only\" say what a program cannot give; golden/PROTOCOL.md)"
    let some = try answer(#""results": {"outputs": {"shape": [1, 2, 1], "data": [0.5, 0.25]}}"#)
    expectEqual(
      ExternalRun(answers: [some]).summary,
      "0 agree, 1 do not, 0 skipped\n1 answers are right and lack tensors: "
        + "h, c, gradients.inputs.h0, gradients.weights.bias" + advice)
    let none = try answer(#""results": {}"#)
    expectEqual(
      ExternalRun(answers: [none, some]).summary,
      "0 agree, 2 do not, 0 skipped\n2 answers are right and lack tensors: "
        + "outputs, h, c, gradients.inputs.h0, …" + advice)
    // A program that says so lacks nothing.
    let forward = Self.right.split(separator: "\n").prefix(2).joined().replacing(
      #", "gradients.weights.bias": {"shape": [4], "data": [1, 2, 3, 4]},"#, with: "")
    try expect(answer(#""forward_only": true, "results": {\#(forward)}"#).agrees)
    try expect(!answer(#""forward_only": false, "results": {\#(forward)}"#).agrees)
  }

  // MARK: Questions and sources

  /// Numbers of single precision, with the digits that they have in double.
  @Test func aQuestionHoldsTheWholeCase() throws {
    expectEqual(
      golden.question,
      #"{"name":"small","layout":"keras","layer":"lstm","dtype":"float32","config":{"units": 1, "#
        + #""return_sequences": true, "gate_order": ["i", "f", "g", "o"]},"weights":{"kernel":{"shape":[2,4],"data":"#
        + #"[0.10000000149011612,0.20000000298023224,0.30000001192092896,0.4000000059604645,0.5,0.6000000238418579,"#
        + #"0.699999988079071,0.800000011920929]},"recurrent_kernel":{"shape":[1,4],"data":[0.10000000149011612,"#
        + #"-0.20000000298023224,0.30000001192092896,-0.4000000059604645]},"#
        + #""bias":{"shape":[4],"data":[1,2,3,4]}},"inputs":{"x":{"shape":[1,2,2],"data":[1,2,3,4]},"#
        + #""h0":{"shape":[1,1],"data":[0.5]}},"cotangents":{"outputs":{"shape":[1,2,1],"data":[1,-1]},"#
        + #""h":{"shape":[1,1],"data":[2]}},"wants":["outputs","h","c","gradients.inputs.h0","gradients.weights.bias"]}"#
    )
    let fit = try #require(try read(fileText(smallTraining)).cases.first)
    expect(
      fit.question.hasPrefix(
        #"{"name":"fit","layout":"keras","layer":"dense","dtype":"float64","config":{"units": 1},"weights":"#
          + #"{"kernel":{"shape":[2,1],"data":[0.1,0.2]},"bias":{"shape":[1],"data":[0]}},"training":{"x":"#
          + #"{"shape":[3,2],"data":[1,2,1,2,1,2]},"y":{"shape":[3,1],"data":[1,2,3]},"#
          + #""predict":{"shape":[1,2],"data":[1,1]},"loss":"mse","#), "\(fit.question)")
    expect(fit.question.hasSuffix(#""wants":["loss_per_epoch","prediction"]}"#))
  }

  @Test func listsOfTensorsAreGrouped() {
    var table = TensorTable()
    for name in ["x", "states[0]", "mask", "states[1]"] {
      table[name] = NumericTensor(shape: [1], values: [Double(name.count)])
    }
    let grouped = table.grouped.map { "\($0.key) \($0.value.text())" }
    expectEqual(
      grouped,
      [
        #"x {"shape":[1],"data":[1]}"#, #"states [{"shape":[1],"data":[9]},{"shape":[1],"data":[9]}]"#,
        #"mask {"shape":[1],"data":[4]}"#,
      ])
    let sampled = NumericTensor(shape: [3], values: [0.5, 0.25], indices: [0, 2])
    expectEqual(sampled.json.text(), #"{"shape":[3],"indices":[0,2],"data":[0.5,0.25]}"#)
  }

  @Test func aCaseSaysWhereItsNumbersComeFrom() throws {
    expectEqual(
      golden.provenance,
      """
      small
          documented, float32, keras lstm, hand.json
          source: a book, p. 12
          script: none, copied from the source
          tolerance: abs 1.0e-06 rel 0, gradients abs 1.0e-06 rel 1.0e-04; half a unit of the last printed digit, or \
      what the note says
      """)
    let fit = try #require(try read(fileText(smallTraining)).cases.first)
    expectEqual(
      fit.provenance,
      """
      fit
          reference, float64, keras dense, hand.json
          source: keras, 3, fit
          script: not named
          tolerance: loss abs 1.0e-12, prediction abs 1.0e-10; rounding of double precision, a few hundred units in \
      the last place
      """)
    expectEqual(
      fit.provenanceJSON,
      #"{"case":"fit","file":"hand.json","class":"reference","scalar":"float64","layout":"keras","layer":"dense","#
        + #""source":"keras, 3, fit","tolerance":"loss abs 1.0e-12, prediction abs 1.0e-10","#
        + #""reason":"rounding of double precision, a few hundred units in the last place"}"#)
  }

  @Test func differencesHaveTwoDigits() {
    let numbers: [(Double, String)] = [
      (0, "0"), (-0.0, "0"), (.nan, "NaN"), (1, "1"), (999_999, "999999"), (1_000_000, "1.0e+06"), (1.5, "1.5e+00"),
      (0.5, "5.0e-01"), (12345, "12345"), (1e-7, "1.0e-07"), (.infinity, "inf"),
    ]
    for (number, text) in numbers { expectEqual(short(number), text, "\(number)") }
    var deviation = Deviation(absolute: 1, relative: 5, ulps: 2)
    deviation.raise(to: Deviation(absolute: 3, relative: 4, ulps: .nan))
    expect(deviation.absolute == 3 && deviation.relative == 5 && deviation.ulps.isNaN)
    expectEqual(Deviation(got: 3, want: -1.5, scalar: .float64).absolute, 4.5)
    expectEqual(Deviation(got: 3, want: -1.5, scalar: .float64).relative, 3)
    expectEqual(Deviation(got: 1, want: 0, scalar: .float64).relative, .infinity)
    expectEqual(Deviation(got: .infinity, want: .infinity, scalar: .float64), Deviation())
  }

  /// Why a program gave no answer.
  @Test func anEndingSaysWhatHappened() {
    typealias Ending = ExternalProgram.Ending
    let endings: [(Ending, String)] = [
      (
        .hung(seconds: 2.5, begun: 0, readsInput: true, errors: ""),
        "no answer within 2.5 s (does the program flush its output after every line?)"
      ),
      (
        .hung(seconds: 1, begun: 0, readsInput: false, errors: "a\nb\n"),
        "no answer within 1.0 s (the program closed its input): b"
      ),
      (
        .hung(seconds: 1, begun: 7, readsInput: false, errors: ""),
        "no answer within 1.0 s (7 bytes came, and no end of line)"
      ),
      (.exited(code: 3, signal: false, begun: 0, errors: "\u{7}x"), #"the program ended with exit code 3: \u0007x"#),
      (
        .exited(code: 128, signal: false, begun: 1, errors: ""),
        "the program ended with exit code 128 after 1 bytes without an end of line"
      ),
      (.exited(code: 139, signal: false, begun: 0, errors: ""), "the program ended with exit code 139 (signal 11)"),
      (.exited(code: 9, signal: true, begun: 0, errors: ""), "the program died of signal 9"),
      (.closedOutput(begun: 2, errors: "e"), "the program closed its output after 2 bytes without an end of line: e"),
      (.tooLong(bytes: 5), "an answer of more than 5 bytes without an end of line"),
      (
        .closedOutput(begun: 0, errors: String(repeating: "w", count: 201)),
        "the program closed its output: " + String(repeating: "w", count: 200)
      ),
    ]
    for (ending, text) in endings { expectEqual("\(ending)", text) }
    expectEqual(endings.map(\.0.isHang), [true, true, true] + [Bool](repeating: false, count: 7))
    expect(lastWords("thread 'a' panicked at b") == "thread 'a' panicked at b" && lastWords("\n\n") == nil)
    expectEqual(lastWords("Traceback (most recent call last)\n  x\n y"), " y")
  }

  /// Rounded to nearest, ties to even; below the least exponent the step stays.
  @Test func numbersAreRoundedAsTheirTypesDo() {
    let rounded: [(AnswerScalar, Double, Double)] = [
      (.float16, 1.0 / 3, 0.333251953125), (.bfloat16, 1.0 / 3, 0.333984375),
      (.float32, 1.0 / 3, Double(Float(1.0 / 3))),
      (.float64, 1.0 / 3, 1.0 / 3), (.float16, 1 + 0x1p-11, 1), (.float16, 1 + 0x3p-11, 1 + 0x1p-9),
      (.float16, 0x1p-24, 0x1p-24),
      (.float16, 0x1p-25, 0), (.float16, 0x1.8p-24, 0x1p-23), (.bfloat16, 0x1p-133, 0x1p-133), (.bfloat16, 0x1p-134, 0),
      (.float32, 0x1p-149, 0x1p-149), (.float32, 0x1p-150, 0), (.bfloat16, -1 - 0x3p-8, -1 - 0x1p-6), (.float16, 0, 0),
      (.float16, .infinity, .infinity),
    ]
    for (scalar, number, expected) in rounded { expectEqual(scalar.rounded(number), expected, "\(scalar) \(number)") }
    expect(AnswerScalar.float16.rounded(.nan).isNaN)
    expectEqual(AnswerScalar.allCases.map(\.roundoff), [0x1p-53, 0x1p-24, 0x1p-11, 0x1p-8])
    expect(AnswerScalar(.float32) == .float32 && AnswerScalar(.float64) == .float64)
    expect(RoundingBounds(golden, .float32) == nil && RoundingBounds(golden, .float64) == nil)
  }

  // MARK: Places of wrong numbers

  /// A fact about each arrangement: of another tensor, from the end, with two axes exchanged.
  @Test func tensorsAreTurned() {
    let tensor = NumericTensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])
    expectEqual(tensor.reversed(along: 0).values, [4, 5, 6, 1, 2, 3])
    expectEqual(tensor.reversed(along: 1).values, [3, 2, 1, 6, 5, 4])
    expectEqual(tensor.exchanged(0, 1), NumericTensor(shape: [3, 2], values: [1, 4, 2, 5, 3, 6]))
    let cube = NumericTensor(shape: [2, 1, 3], values: [1, 2, 3, 4, 5, 6])
    expect(cube.exchanged(0, 2).shape == [3, 1, 2] && cube.exchanged(0, 2).values == [1, 4, 2, 5, 3, 6])
    expect(cube.exchanged(1, 2).values == cube.values && cube.exchanged(1, 2).shape == [2, 3, 1])
  }
}
