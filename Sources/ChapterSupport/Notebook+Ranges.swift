import Layers
import Notebook

@MainActor extension Notebook {
  /// Checks that numbers lie in a range: each is compared with itself moved into the range.
  ///
  /// NaN lies in no range. `page.range("every difference is noticeable", of: differences, in: 0.01...2)`
  @discardableResult public func range(
    _ title: String, of values: some NumericArray, in range: ClosedRange<Double>, axes: [Axis] = [],
    because reason: String = "a number that lies in the range is not moved", line: Int = #line
  ) -> Bool {
    self.range(
      title, of: values, in: Array(repeating: range, count: values.doubles.count), axes: axes, because: reason,
      line: line)
  }

  /// The same with a range for each number, in the numbers' own order.
  ///
  /// - Parameter names: what the page calls the numbers that were moved into their ranges, and those that were not.
  @discardableResult public func range(
    _ title: String, of values: some NumericArray, in ranges: [ClosedRange<Double>],
    names: (moved: String, own: String) = ("moved inside", "computed"), axes: [Axis] = [],
    because reason: String = "a number that lies in its range is not moved", line: Int = #line
  ) -> Bool {
    let numbers = values.doubles
    precondition(ranges.count == numbers.count, "\(numbers.count) numbers take as many ranges, not \(ranges.count)")
    let moved = Tensor(
      shape: values.shape, scalars: zip(numbers, ranges).map { min(max($0, $1.lowerBound), $1.upperBound) })
    return compare(
      title, (names.moved, moved), (names.own, values), tolerance: Tolerance(), axes: axes, because: reason, line: line)
  }
}
