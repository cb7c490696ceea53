import Foundation
import TextLayout

/// Cases against a program in any language; `golden/PROTOCOL.md` states the lines.
public struct ExternalRun: Sendable {
  public enum Verdict: Sendable {
    case compared(CaseComparison)
    case skipped(String)
    /// In the precision that the program computes in the case says nothing.
    case incomparable(String)
    /// The program says that it failed.
    case reported(String)
    /// The program gave no results: it hung, ended, or wrote no answer.
    case failed(String)
    /// The program had failed too often before.
    case untried(String)
  }

  public struct Answer: Sendable {
    public let golden: Case
    public let verdict: Verdict
    let results: TensorTable?
    var claims = Claims()

    /// Holds the results to a case, this one or the same with other numbers, as far as the program claims to give it.
    func comparator(_ golden: Case) -> Comparator { claims.comparator(golden, results: results ?? TensorTable()) }
  }

  /// What a program says it leaves out.
  struct Claims: Sendable {
    /// It has no backward pass.
    var isForwardOnly = false
    /// It does not show all values of steps; those that it shows count.
    var leavesOutSteps = false
    /// It computes with fewer digits than the case has: what that allows.
    var rounding: RoundingBounds?

    /// Holds results to what the program claims to give.
    func comparator(_ golden: Case, results: TensorTable) -> Comparator {
      Comparator(golden, gradients: !isForwardOnly, wider: rounding?.bounds ?? [:]) { name in
        if rounding?.silent.contains(name) == true { return false }
        let isStep = name.hasPrefix("gates.") || name.hasPrefix("gradients.gates.")
        return !(leavesOutSteps && isStep && results[name] == nil)
      }
    }
  }

  public let answers: [Answer]
  /// What searches over other answers to the same cases have asked the reference network.
  let memory: ReferenceMemory?

  package init(answers: [Answer], memory: ReferenceMemory? = nil) { (self.answers, self.memory) = (answers, memory) }

  /// How many failures in a row are enough to give up: of a program that never answered, and of one that did.
  static let failureLimit = (beforeAnyAnswer: 3, afterAnAnswer: 10)
  /// How many hangs in all are enough.
  static let hangLimit = 10

  /// Starts the program and puts every case to it; it is started again after a hang, an end or garbage.
  ///
  /// - Parameter report: gets every answer when it comes.
  /// - Throws: when the command cannot be started at all.
  public init(
    command: String, cases: [Case], seconds: Double = 10, report: (Answer) -> Void = { _ in }
  ) throws {
    var program = try ExternalProgram(command: command)
    defer { program.finish() }
    var answers: [Answer] = []
    var (failures, hung, hasAnswered) = (0, 0, false)
    for golden in cases {
      if let reason = Self.reasonToStop(failures, hung, hasAnswered) {
        answers.append(Answer(golden: golden, verdict: .untried(reason), results: nil))
        continue
      }
      do {
        let line = try program.ask(golden.question, seconds: seconds)
        answers.append(try Answer(golden, line: line, after: answers.last?.golden.name))
        (failures, hasAnswered) = (0, true)
      } catch {
        let ending = error as? ExternalProgram.Ending
        if case .exited(126...127, signal: false, _, let errors)? = ending, answers.isEmpty {
          throw NoAnswer(description: printable(errors.trimmingCharacters(in: .whitespacesAndNewlines)))
        }
        answers.append(Answer(golden: golden, verdict: .failed("\(error)"), results: nil))
        failures += 1
        if ending?.isHang == true { hung += 1 }
        program.stop()
        if Self.reasonToStop(failures, hung, hasAnswered) == nil { program = try ExternalProgram(command: command) }
      }
      if let answer = answers.last { report(answer) }
    }
    (self.answers, memory) = (answers, nil)
  }

  /// Why no more cases are tried; nil as long as they are.
  private static func reasonToStop(_ failures: Int, _ hung: Int, _ hasAnswered: Bool) -> String? {
    let limit = hasAnswered ? failureLimit.afterAnAnswer : failureLimit.beforeAnyAnswer
    if failures >= limit { return "not tried after \(limit) failures in a row" }
    return hung >= hangLimit ? "not tried after \(hangLimit) answers that did not come" : nil
  }

  public var agreeing: Int { answers.count { $0.agrees } }
  public var skipped: Int { answers.count { if case .skipped = $0.verdict { true } else { false } } }
  public var incomparable: Int { answers.count { if case .incomparable = $0.verdict { true } else { false } } }
  public var allAgree: Bool { agreeing > 0 && agreeing + skipped + incomparable == answers.count }
}

/// What a program wrote is no answer.
struct NoAnswer: Error, CustomStringConvertible {
  let description: String
}

extension ExternalRun.Answer {
  var agrees: Bool {
    if case .compared(let comparison) = verdict { return comparison.agrees }
    return false
  }

  /// - Parameter previous: the case before, whose answer may have come twice.
  package init(_ golden: Case, line: [UInt8], after previous: String? = nil) throws {
    self.golden = golden
    let document: JSONDocument
    do {
      document = try JSONDocument(line, readsNonFinite: true)
    } catch {
      let start = printable(String(decoding: line.prefix(60), as: UTF8.self))
      throw NoAnswer(
        description:
          "expected an answer in JSON, received \"\(start)\(line.count > 60 ? "…" : "")\" (\(error.description))"
          + "; what is no answer belongs on standard error")
    }
    guard case .string(let name)? = document.root["name"]?.value else {
      throw NoAnswer(
        description: "expected an answer with the key \"name\", received \(document.root.kindName) without it")
    }
    guard name == golden.name else {
      let received = name == previous ? "a second answer to" : "the answer to"
      throw NoAnswer(
        description:
          "expected the answer to \"\(golden.shownName)\", received \(received) \"\(printable(String(name.prefix(80))))\""
          + ": answers come in the order of the cases, one each")
    }
    if let skip = document.root["skip"] {
      guard case .string(let reason) = skip.value else { throw NoAnswer(description: "\"skip\" must be a text") }
      (verdict, results) = (.skipped(reason), nil)
      return
    }
    if let error = document.root["error"] {
      guard case .string(let reason) = error.value else { throw NoAnswer(description: "\"error\" must be a text") }
      (verdict, results) = (.reported(reason), nil)
      return
    }
    guard case .object(let members)? = document.root["results"]?.value else {
      throw NoAnswer(description: "expected the key \"results\", \"skip\" or \"error\"")
    }
    var table = TensorTable()
    for member in members { table[member.key] = Self.tensor(member.value) }
    results = table
    claims = ExternalRun.Claims(
      isForwardOnly: document.root["forward_only"]?.isTrue ?? false,
      leavesOutSteps: document.root["no_steps"]?.isTrue ?? false,
      rounding: try Self.scalar(document.root["dtype"]).flatMap { RoundingBounds(golden, $0) })
    let comparator = claims.comparator(golden, results: table)
    if let rounding = claims.rounding, comparator.names.isEmpty {
      verdict = .incomparable("nothing that \(rounding.scalar.rawValue) can show")
    } else {
      verdict = .compared(comparator.compare(table))
    }
  }

  private static func scalar(_ json: JSON?) throws -> AnswerScalar? {
    guard let json else { return nil }
    if case .string(let name) = json.value, let scalar = AnswerScalar(rawValue: name) { return scalar }
    let names = AnswerScalar.allCases.map(\.rawValue).joined(separator: ", ")
    throw NoAnswer(description: "expected \"dtype\" to be one of \(names), received another")
  }

  /// A tensor as the program gave it; what is no number becomes NaN, and fails as that.
  private static func tensor(_ json: JSON) -> NumericTensor? {
    guard case .array(let shape)? = json["shape"]?.value, case .array(let data)? = json["data"]?.value else {
      return nil
    }
    let sizes = shape.compactMap { size -> Int? in
      guard case .number(let number) = size.value, let size = Int(exactly: number), (0...(1 << 24)).contains(size)
      else {
        return nil
      }
      return size
    }
    guard sizes.count == shape.count, sizes.count <= 8 else { return nil }
    let numbers =
      data.numbers
      ?? data.map { element -> Double in
        if case .number(let number) = element.value { return number }
        return .nan
      }
    // A tensor's count is the product of its sizes, which must not overflow.
    let product = sizes.reduce(1.0) { $0 * Double(max($1, 1)) }
    return product > Double(1 << 40) ? nil : NumericTensor(shape: sizes, values: numbers)
  }
}

extension Case {
  /// The case as a line of the protocol.
  var question: String {
    var members: [(key: String, value: JSONValue)] = [
      ("name", .string(name)), ("layout", .string(layout.rawValue)), ("layer", .string(layer)),
      ("dtype", .string(dtype.rawValue)), ("config", .verbatim(config)), ("weights", weights.json),
    ]
    switch task {
    case .run(let run):
      var inputs = run.inputs.grouped
      if let lengths = run.lengths { inputs.append(("lengths", .integers(lengths))) }
      members.append(("inputs", .object(inputs)))
      if !run.cotangents.isEmpty { members.append(("cotangents", .object(run.cotangents.grouped))) }
    case .fit(let fit):
      var training = [(key: "x", value: fit.x.json), ("y", fit.y.json)]
      if let predict = fit.predict { training.append(("predict", predict.json)) }
      members.append(("training", .object(training + fit.settings)))
    }
    members.append(("wants", .strings(Comparator(self).names)))
    return JSONValue.object(members).text()
  }
}

extension NumericTensor {
  var json: JSONValue {
    var members: [(key: String, value: JSONValue)] = [("shape", .integers(shape))]
    if let indices { members.append(("indices", .integers(indices))) }
    return .object(members + [("data", .numbers(values))])
  }
}

extension TensorTable {
  var json: JSONValue { .object(entries.map { ($0.name, $0.tensor.json) }) }

  /// Tensors by name; `states[0]`, `states[1]` become one list.
  var grouped: [(key: String, value: JSONValue)] {
    var members: [(name: String, values: [JSONValue], isList: Bool)] = []
    for entry in entries {
      guard let bracket = entry.name.firstIndex(of: "[") else {
        members.append((entry.name, [entry.tensor.json], false))
        continue
      }
      let name = String(entry.name[..<bracket])
      if let place = members.firstIndex(where: { $0.name == name }) {
        members[place].values.append(entry.tensor.json)
      } else {
        members.append((name, [entry.tensor.json], true))
      }
    }
    return members.map { ($0.name, $0.isList ? .array($0.values) : $0.values[0]) }
  }
}
