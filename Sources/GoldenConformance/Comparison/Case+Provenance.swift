import Foundation
import TextLayout

extension Case {
  /// One paragraph: class, scalar type, source, script, tolerance with its reason, and the note.
  public var provenance: String {
    let kinds = "\(kind.rawValue), \(dtype.rawValue), \(layout.rawValue) \(layer)"
    var lines = [name, [kinds, chapter, file].compactMap { $0 }.joined(separator: ", ")]
    lines += ["source: \(sourceText)", "script: \(script ?? scriptless)"]
    lines.append("tolerance: \(tolerance.text); \(toleranceReason)")
    if let note { lines.append("note: \(note)") }
    return lines.map(printable).joined(separator: "\n    ")
  }

  /// The same for a program: one JSON object on one line.
  public var provenanceJSON: String {
    var members = [
      ("case", name), ("file", file), ("class", kind.rawValue), ("scalar", dtype.rawValue), ("layout", layout.rawValue),
      ("layer", layer), ("source", sourceText), ("tolerance", tolerance.text), ("reason", toleranceReason),
    ]
    if let chapter { members.append(("chapter", chapter)) }
    if let script { members.append(("script", script)) }
    if let note { members.append(("note", note)) }
    return JSONValue.object(members.map { ($0.0, .string($0.1)) }).text()
  }

  private var sourceText: String {
    let place = [source.framework, source.version, source.title, source.file, source.line.map { "line \($0)" }]
    return (place + [source.how]).compactMap { $0 }.joined(separator: ", ")
  }

  /// The script that made the numbers, where a script did: `gen/` in a source means `golden/generate/`.
  public var script: String? {
    guard let how = source.how, let start = how.range(of: "gen/") else { return nil }
    let name = how[start.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
    return "golden/generate/\(name)"
  }

  /// Where numbers come from that no script made.
  private var scriptless: String {
    switch kind {
    case .documented: "none, copied from the source"
    case .reference: "not named"
    case .derived: "none, recorded from the formulas (conformance --record)"
    }
  }

  /// Why the tolerance is what it is: the case's own reason, or the rule of its class.
  public var toleranceReason: String {
    if let reason = tolerance.reason { return reason }
    switch (kind, dtype) {
    case (.documented, _): return "half a unit of the last printed digit, or what the note says"
    case (.derived, _): return "rounding of double precision"
    case (.reference, .float64): return "rounding of double precision, a few hundred units in the last place"
    case (.reference, .float32):
      return "eight times the distance between the framework's own float32 and float64 runs, at least 1e-6"
    }
  }
}

extension CaseTolerance {
  var text: String {
    var parts: [String] = []
    if let values { parts.append("abs \(short(values.absolute)) rel \(short(values.relative))") }
    if let gradients {
      parts.append("gradients abs \(short(gradients.absolute)) rel \(short(gradients.relative))")
    }
    for (name, value) in [("loss", loss), ("weights", weights), ("prediction", prediction)] {
      if let value { parts.append("\(name) abs \(short(value))") }
    }
    return parts.joined(separator: ", ")
  }
}
