import Formulas
import TextLayout

/// Writes a log for programs: every number in full, every entry with its kind, keys always in the same order.
struct JSONWriter {
  let log: Log
  let words: Words

  func text() -> String {
    let value = JSONValue.object([
      ("format", .text("unrolled-notebook-1")), ("chapter", .text(log.name)), ("number", .number(Double(log.number))),
      ("title", .text(log.title)), ("summary", .text(log.summary)), ("language", .text(words.language)),
      ("holds", .truth(log.holds)), ("conclusion", .text(log.conclusion(words))),
      ("parameters", .list(log.parameters.map(parameter))), ("comparisons", .list(log.comparisons.map(row))),
      ("items", .list(log.items.map(item))),
    ])
    return value.text(indentation: "") + "\n"
  }

  private func parameter(_ parameter: Log.Parameter) -> JSONValue {
    .object([
      ("name", .text(parameter.name)), ("value", .text(parameter.value)), ("default", .text(parameter.fallback)),
      ("allowed", .text(parameter.allowed)), ("help", .text(parameter.help)),
    ])
  }

  /// A line of the closing table, in the page's own words.
  private func row(_ comparison: Comparison) -> JSONValue {
    let view = ComparisonView(comparison, words)
    return .object([
      ("title", .text(view.fullTitle)), ("count", .text(String(comparison.count))),
      ("largest", .text(NumberText.ascii(ComparisonView.largest(comparison)))),
      ("tolerance", .text(NumberText.ascii(ComparisonView.criterion(comparison, words)))),
      ("verdict", .text(view.verdict)),
      ("holds", .truth(!view.isFailure)),
    ])
  }

  private func item(_ item: Item) -> JSONValue {
    switch item {
    case .prose(let blocks): entry("prose", [("markdown", .text(markdown(blocks)))])
    case .code(let text, let line): entry("code", [("line", .number(Double(line))), ("swift", .text(text))])
    case .output(let output): self.output(output)
    }
  }

  private func output(_ output: Output) -> JSONValue {
    switch output {
    case .value(let name, let numbers, _):
      entry(
        "value",
        [
          ("name", name.map { .text($0.latex) } ?? .null), ("shape", shape(numbers.shape)),
          ("values", values(numbers.doubles)),
        ])
    case .result(let text): entry("result", [("text", .text(text))])
    case .prose(let blocks): entry("prose", [("markdown", .text(markdown(blocks)))])
    case .formula(let formula): entry("formula", [("latex", .text(formula.latex)), ("text", .text(formula.unicode))])
    case .table(let table):
      entry(
        "table",
        [
          ("title", .text(plainText(table.title))), ("columns", texts(table.columns)),
          ("rows", .list(table.rows.map(texts))),
        ])
    case .picture(let picture):
      entry("picture", [("title", .text(picture.title)), ("alternative", .text(picture.alternative))])
    case .comparison(let comparison): self.comparison(comparison)
    case .note(let text): entry("note", [("text", .text(text))])
    }
  }

  private func comparison(_ comparison: Comparison) -> JSONValue {
    var fields: [(String, JSONValue)] = [("title", .text(comparison.title))]
    if case .documented(let key, let digits, _) = comparison.kind {
      fields += [("key", .text(key)), ("printed", .list(digits.map(JSONValue.text)))]
    }
    fields.append(("verdict", .text(comparison.verdictName(.english))))
    if case .range(let key, _, let ranges) = comparison.kind {
      if let key { fields.append(("key", .text(key))) }
      fields += [
        ("valueName", .text(comparison.actualName(words))), ("shape", shape(comparison.actualShape)),
        ("values", values(comparison.actual)),
        ("ranges", .list(ranges.map { values([$0.lowerBound, $0.upperBound]) })),
        ("count", .number(Double(comparison.count))), ("reason", comparison.reason.map(JSONValue.text) ?? .null),
      ]
      if case .differs(let first) = comparison.verdict { fields.append(("firstDivergence", place(first, comparison))) }
      return entry("range", fields)
    }
    fields += [
      ("expectedName", .text(comparison.expectedName(words))), ("actualName", .text(comparison.actualName(words))),
      ("expectedShape", shape(comparison.expectedShape)), ("actualShape", shape(comparison.actualShape)),
      ("firstShown", .number(Double(comparison.firstShown))),
      ("expected", values(comparison.expected)), ("actual", values(comparison.actual)),
      ("count", .number(Double(comparison.count))),
      ("tolerance", values([comparison.bounds.lowerBound, comparison.bounds.upperBound])),
      ("reason", comparison.reason.map(JSONValue.text) ?? .null),
      ("largest", place(comparison.largest, comparison)),
    ]
    if case .differs(let first) = comparison.verdict { fields.append(("firstDivergence", place(first, comparison))) }
    return entry("comparison", fields)
  }

  private func place(_ place: Comparison.Place?, _ comparison: Comparison) -> JSONValue {
    guard let place else { return .null }
    if let range = place.range {
      return .object([
        ("place", .text(comparison.name(of: place.position, words))), ("value", .number(place.actual)),
        ("range", values([range.lowerBound, range.upperBound])),
      ])
    }
    return .object([
      ("place", .text(comparison.name(of: place.position, words))), ("expected", .number(place.expected)),
      ("actual", .number(place.actual)), ("difference", .number(place.difference)), ("bound", .number(place.bound)),
    ])
  }

  private func entry(_ kind: String, _ fields: [(String, JSONValue)]) -> JSONValue {
    .object([("kind", .text(kind))] + fields)
  }

  private func texts(_ cells: [[Inline]]) -> JSONValue { .list(cells.map { .text(plainText($0)) }) }
  private func shape(_ lengths: [Int]) -> JSONValue { values(lengths.map(Double.init)) }
  private func values(_ numbers: [Double]) -> JSONValue { .list(numbers.map(JSONValue.number)) }
  private func markdown(_ blocks: [Block]) -> String {
    MarkdownWriter(log: log, words: words, figures: "").blocks(blocks)
  }
}

/// A JSON text in the making; objects keep the order of their keys.
enum JSONValue {
  case null
  case truth(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([(String, JSONValue)])

  /// Lists of plain values stand on one line. JSON has no NaN and no infinity, so those are texts.
  func text(indentation: String) -> String {
    switch self {
    case .null: return "null"
    case .truth(let value): return value ? "true" : "false"
    case .number(let value):
      return value.isFinite ? NumberText.exact(value) : Self.quoted(NumberText.ascii(NumberText.small(value)))
    case .text(let text): return Self.quoted(text)
    case .list(let values):
      let isPlain = values.allSatisfy { if case .object = $0 { false } else if case .list = $0 { false } else { true } }
      return Self.bracketed("[", "]", values.map { $0.text(indentation: indentation + "  ") }, isPlain, indentation)
    case .object(let fields):
      let texts = fields.map { Self.quoted($0.0) + ": " + $0.1.text(indentation: indentation + "  ") }
      return Self.bracketed("{", "}", texts, false, indentation)
    }
  }

  private static func bracketed(
    _ open: String, _ close: String, _ texts: [String], _ isPlain: Bool, _ indentation: String
  ) -> String {
    if texts.isEmpty || isPlain { return open + texts.joined(separator: ", ") + close }
    let inner = indentation + "  "
    return "\(open)\n\(inner)" + texts.joined(separator: ",\n\(inner)") + "\n\(indentation)\(close)"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default:
        if scalar.value < 32 {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
