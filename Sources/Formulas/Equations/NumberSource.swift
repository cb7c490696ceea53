/// Where a number that a page shows comes from: an element of a formula, and how it is written.
///
/// A page with live places writes it anew when that element changes. Everywhere else it has no effect.
public struct NumberSource: Sendable {
  /// How `NumberText` writes a number.
  public enum Form: String, Sendable {
    /// As in a worked formula.
    case plainest
    /// With a fixed count of decimals, as on the wires of a drawing.
    case fixed
    /// As `Notebook.show` writes numbers that stand together.
    case together
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
