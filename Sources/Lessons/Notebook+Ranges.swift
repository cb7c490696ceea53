import Layers
import Notebook

@MainActor extension Notebook {
  /// Checks that numbers lie in a range: each is compared with itself moved into the range.
  ///
  /// NaN lies in no range. `page.range("every difference is noticeable", of: differences, in: 0.01...2)`
  @discardableResult public func range(
    _ title: String, of values: some NumericArray, in range: ClosedRange<Double>, axes: [Axis] = [],
    because reason: String? = nil, line: Int = #line
  ) -> Bool {
    let moved = Tensor(
      shape: values.shape, scalars: values.doubles.map { min(max($0, range.lowerBound), range.upperBound) })
    return compare(
      title, ("moved inside", moved), ("computed", values), tolerance: Tolerance(), axes: axes,
      because: reason ?? "a number that lies in the range is not moved", line: line)
  }
}
