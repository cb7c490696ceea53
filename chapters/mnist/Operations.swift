import ChapterSupport
import DigitClassifier

// Operations of a traced training step, as the appendix shows them.

/// The operations under an event, each with the part that it stands in.
func operations(inside place: Int) -> [[String]] {
  let parents = traced.trace.parents
  return events.indices.compactMap { index in
    guard let part = parents[index], parents[part] == place else { return nil }
    let isFirst = parents[index - 1] != part
    return [
      isFirst ? events[part].name : "", events[index].name, shapes(events[index], "inputs"),
      shapes(events[index], "outputs"),
    ]
  }
}

func shapes(_ event: Trace.Event, _ name: String) -> String {
  guard case .shapes(let shapes)? = event[name] else { return "" }
  // No line breaks inside of a shape.
  let texts = shapes.map { "\($0)".replacing(" ", with: "\u{A0}") }
  return shapes.count > 2 && Set(shapes).count == 1
    ? "\(shapes.count)\u{A0}×\u{A0}\(texts[0])" : texts.joined(separator: ", ")
}
