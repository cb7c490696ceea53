import Formulas

/// Marks the numbers of a live place while its part of the page is written.
final class LiveMarks {
  let section: LiveSection
  /// Scales of colours, in the order in which they were met.
  private(set) var scales: [NumberSource.Scale] = []

  init(_ section: LiveSection) { self.section = section }

  /// The mark of a number that follows; nil where it stays.
  func mark(_ source: NumberSource) -> String? {
    guard let (node, step) = section.mark(source.formula) else { return nil }
    func text(_ element: String, _ form: String, _ last: Int) -> String {
      "\(node),\(element),\(form),\(last)" + (step.map { ",\($0)" } ?? "")
    }
    switch source.form {
    case .plainest: return text("\(source.element)", "plainest", source.decimals)
    case .together: return text("\(source.element)", "together", source.decimals)
    case .list: return text("0", "list", source.decimals)
    case .fixed: return text(section.place.units > 0 ? "unit" : "\(source.element)", "fixed", source.decimals)
    case .colour(let scale):
      if !scales.contains(scale) { scales.append(scale) }
      return text("\(source.element)", "colour", scales.firstIndex(of: scale) ?? 0)
    }
  }
}
