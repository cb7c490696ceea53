import Formulas
import StrictJSON
import TextLayout

/// Writes a log for programs: every number in full, every entry with its kind, keys always in the same order.
struct JSONWriter {
  let log: Log
  let words: Words

  func text() -> String {
    let value = JSONValue.object([
      ("format", .string("unrolled-notebook-1")), ("chapter", .string(log.name)), ("number", .integer(log.number)),
      ("title", .string(log.title)), ("summary", .string(log.summary)), ("language", .string(words.language)),
      ("question", .string(plainText(log.question))), ("minutes", .integer(log.minutes)),
      ("goals", .strings(log.goals.map(plainText))), ("requires", .strings(log.requires.map(\.name))),
      ("holds", .bool(log.holds)), ("conclusion", .string(log.conclusion(words))),
      ("parameters", .array(log.parameters.map(parameter))), ("comparisons", .array(log.comparisons.map(row))),
      ("items", .array(log.items.filter { !$0.isEndOfLive }.map(item))),
    ])
    return value.text(.indented) + "\n"
  }

  private func parameter(_ parameter: Log.Parameter) -> JSONValue {
    .object([
      ("name", .string(parameter.name)), ("value", .string(parameter.value)), ("default", .string(parameter.fallback)),
      ("allowed", .string(parameter.allowed)), ("help", .string(parameter.help)),
    ])
  }

  /// A line of the closing table, in the page's own words.
  private func row(_ comparison: Comparison) -> JSONValue {
    let view = ComparisonView(comparison, words)
    return .object([
      ("title", .string(view.fullTitle)), ("kind", .string(comparison.kindName)),
      ("count", .string(String(comparison.count))),
      ("largest", .string(NumberText.ascii(ComparisonView.largest(comparison)))),
      ("tolerance", .string(NumberText.ascii(ComparisonView.criterion(comparison, words)))),
      ("verdict", .string(view.verdict)),
      ("holds", .bool(!view.isFailure)),
    ])
  }

  private func item(_ item: Item) -> JSONValue {
    switch item {
    case .prose(let blocks): entry("prose", [("markdown", .string(markdown(blocks)))])
    case .code(let text, let line, let isOpen):
      entry("code", [("line", .integer(line)), ("open", .bool(isOpen)), ("swift", .string(text))])
    case .output(let output): self.output(output)
    }
  }

  private func output(_ output: Output) -> JSONValue {
    switch output {
    case .value(let name, let numbers, _):
      entry(
        "value",
        [
          ("name", name.map { .string($0.latex) } ?? .null), ("shape", shape(numbers.shape)),
          ("values", values(numbers.doubles)),
        ])
    case .result(let text): entry("result", [("text", .string(text))])
    case .prose(let blocks): entry("prose", [("markdown", .string(markdown(blocks)))])
    case .formula(let formula):
      entry("formula", [("latex", .string(formula.latex)), ("text", .string(formula.unicode))])
    case .table(let table):
      entry(
        "table",
        [
          ("title", .string(plainText(table.title))), ("columns", texts(table.columns)),
          ("rows", .array(table.rows.map(texts))),
        ])
    case .picture(let picture):
      entry("picture", [("title", .string(picture.title)), ("alternative", .string(picture.alternative))])
    case .comparison(let comparison): self.comparison(comparison)
    case .note(let text): entry("note", [("text", .string(text))])
    case .live(let section): live(section)
    }
  }

  /// A live place with what its formulas give under the numbers of `--live`.
  private func live(_ section: LiveSection?) -> JSONValue {
    guard let section else { return .null }
    return entry(
      "live",
      [
        ("title", .string(section.place.title)),
        (
          "values",
          .array(
            section.outcome.map { formula, value in
              .object([
                ("name", .string(formula.name ?? "")), ("text", .string(formula.mathText.unicode)),
                ("shape", shape(value.shape)), ("values", values(value.elements)),
              ])
            })
        ),
      ])
  }

  private func comparison(_ comparison: Comparison) -> JSONValue {
    var fields: [(key: String, value: JSONValue)] = [("title", .string(comparison.title))]
    if case .documented(let key, let digits, _) = comparison.kind {
      fields += [("key", .string(key)), ("printed", .strings(digits))]
    }
    fields.append(("verdict", .string(comparison.verdictName(.english))))
    if case .range(let key, _, let ranges) = comparison.kind {
      if let key { fields.append(("key", .string(key))) }
      fields += [
        ("valueName", .string(comparison.actualName(words))), ("shape", shape(comparison.actualShape)),
        ("values", values(comparison.actual)),
        ("ranges", .array(ranges.map { values([$0.lowerBound, $0.upperBound]) })),
        ("count", .integer(comparison.count)), ("reason", comparison.reason.map(JSONValue.string) ?? .null),
      ]
      if case .differs(let first) = comparison.verdict { fields.append(("firstDivergence", place(first, comparison))) }
      return entry("range", fields)
    }
    fields += [
      ("expectedName", .string(comparison.expectedName(words))), ("actualName", .string(comparison.actualName(words))),
      ("expectedShape", shape(comparison.expectedShape)), ("actualShape", shape(comparison.actualShape)),
      ("firstShown", .integer(comparison.firstShown)),
      ("expected", values(comparison.expected)), ("actual", values(comparison.actual)),
      ("count", .integer(comparison.count)),
      ("tolerance", values([comparison.bounds.lowerBound, comparison.bounds.upperBound])),
      ("reason", comparison.reason.map(JSONValue.string) ?? .null),
      ("largest", place(comparison.largest, comparison)),
    ]
    if case .differs(let first) = comparison.verdict { fields.append(("firstDivergence", place(first, comparison))) }
    return entry("comparison", fields)
  }

  private func place(_ place: Comparison.Place?, _ comparison: Comparison) -> JSONValue {
    guard let place else { return .null }
    if let range = place.range {
      return .object([
        ("place", .string(comparison.name(of: place.position, words))), ("value", number(place.actual)),
        ("range", values([range.lowerBound, range.upperBound])),
      ])
    }
    return .object([
      ("place", .string(comparison.name(of: place.position, words))), ("expected", number(place.expected)),
      ("actual", number(place.actual)), ("difference", number(place.difference)), ("bound", number(place.bound)),
    ])
  }

  private func entry(_ kind: String, _ fields: [(key: String, value: JSONValue)]) -> JSONValue {
    .object([("kind", .string(kind))] + fields)
  }

  private func texts(_ cells: [[Inline]]) -> JSONValue { .strings(cells.map(plainText)) }
  private func shape(_ lengths: [Int]) -> JSONValue { .integers(lengths) }
  private func values(_ numbers: [Double]) -> JSONValue { .array(numbers.map(number)) }

  /// JSON has no NaN and no infinity: those are strings.
  private func number(_ number: Double) -> JSONValue {
    number.isFinite ? .number(number) : .string(NumberText.ascii(NumberText.small(number)))
  }

  private func markdown(_ blocks: [Block]) -> String {
    MarkdownWriter(log: log, words: words, figures: "").blocks(blocks)
  }
}
