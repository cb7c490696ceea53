import TextLayout

extension Case {
  /// The name as a report shows it: no text of a file acts on a terminal or begins a line of its own.
  public var shownName: String { printable(name) }
}
