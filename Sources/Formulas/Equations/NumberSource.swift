/// Where a number that a page shows comes from: an element of a formula, and how it is written.
///
/// A page with live places writes it anew when that element changes. Everywhere else it has no effect.
public struct NumberSource: Sendable {
  /// How `NumberText` writes a number.
  public enum Form: Hashable, Sendable {
    /// As in a worked formula.
    case plainest
    /// With a fixed count of decimals, as on the wires of a drawing.
    case fixed
    /// As `Notebook.show` writes numbers that stand together.
    case together
    /// The first elements in brackets, as many as `decimals` says.
    case list
    /// Not written: the colour of a field.
    case colour(Scale)
  }

  /// Colours for numbers, evenly spaced from the least to the greatest.
  public struct Scale: Hashable, Sendable {
    public let least: Double
    public let greatest: Double
    /// As `#rrggbb`.
    public let colours: [String]

    public init(least: Double, greatest: Double, colours: [String]) {
      (self.least, self.greatest, self.colours) = (least, greatest, colours)
    }
  }

  public let formula: Formula
  /// The place of the number among the formula's elements, row after row.
  public let element: Int
  public let form: Form
  /// Digits after the point.
  public let decimals: Int

  public init(_ formula: Formula, element: Int = 0, form: Form, decimals: Int) {
    (self.formula, self.element, self.form, self.decimals) = (formula, element, form, decimals)
  }
}

extension NumberSource: Equatable {
  /// A source is no part of what is written, so mathematics that looks the same is the same.
  public static func == (left: NumberSource, right: NumberSource) -> Bool { true }
}
