import Formulas

/// Marks the numbers of a live place while its part of the page is written.
final class LiveMarks {
  let section: LiveSection
  /// Scales of colours, in the order in which they were met.
  private(set) var scales: [NumberSource.Scale] = []

  init(_ section: LiveSection) { self.section = section }

  /// The attribute of a number that follows; nil where it stays.
  func attribute(_ source: NumberSource) -> String? {
    guard section.graph.changes(source.formula), let node = section.graph.index(of: source.formula) else { return nil }
    func mark(_ element: String, _ form: String, _ last: Int) -> String {
      " data-live=\"\(node),\(element),\(form),\(last)\""
    }
    switch source.form {
    case .plainest: return mark("\(source.element)", "plainest", source.decimals)
    case .together: return mark("\(source.element)", "together", source.decimals)
    case .list: return mark("0", "list", source.decimals)
    case .fixed: return mark(section.place.units > 0 ? "unit" : "\(source.element)", "fixed", source.decimals)
    case .colour(let scale):
      if !scales.contains(scale) { scales.append(scale) }
      return mark("\(source.element)", "colour", scales.firstIndex(of: scale) ?? 0)
    }
  }
}
