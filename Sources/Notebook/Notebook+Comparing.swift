extension Notebook {
  /// Compares what was computed by hand with what the layer computed.
  ///
  ///     page.compare("h, every step", hand: byHand, layer: byLayer, tolerance: 1e-13, axes: ["step", "unit"])
  ///
  /// Holds when |layer − hand| ≤ absolute + relative · |hand| for every element and the shapes are the same; NaN never
  /// holds. A comparison that does not hold makes the chapter's exit code 1.
  ///
  /// - Parameters:
  ///   - title: what is compared, as the page and the closing table call it.
  ///   - tolerance: a number is an absolute tolerance; `Tolerance(absolute:relative:)` has both parts.
  ///   - axes: the names of the axes, such as `["step", "unit"]` or `Axis("gate", ["i", "f", "g", "o"])`. On a failure
  ///     the first diverging element is named by them, the earliest step first; places count from 1.
  ///   - reason: why this tolerance.
  /// - Returns: whether it holds.
  @discardableResult public func compare(
    _ title: String, hand: some NumericArray, layer: some NumericArray, tolerance: Tolerance, axes: [Axis] = [],
    because reason: String? = nil, line: Int = #line
  ) -> Bool {
    judge(
      title, (nil, Numbers(hand)), (nil, Numbers(layer)), tolerance: tolerance, axes: axes, because: reason, line: line)
  }

  /// Compares any two computations, such as `(“layer”, gradient)` with `(“central differences”, numeric)`; the first is
  /// the expected one.
  @discardableResult public func compare(
    _ title: String, _ expected: (name: String, array: some NumericArray),
    _ actual: (name: String, array: some NumericArray),
    tolerance: Tolerance, axes: [Axis] = [], because reason: String? = nil, line: Int = #line
  ) -> Bool {
    judge(
      title, (expected.name, Numbers(expected.array)), (actual.name, Numbers(actual.array)), tolerance: tolerance,
      axes: axes, because: reason, line: line)
  }

  /// Compares computed numbers with those printed in a source, to half a unit of the last digit printed.
  ///
  ///     page.documented("D06", "predictions", printed: "0.72903323 0.62707138", computed: predictions)
  ///
  /// - Parameters:
  ///   - key: the number's name in the list of documented numbers, as `D06`.
  ///   - printed: the digits as they were printed; every number in the text counts, in order. Trailing zeros matter.
  ///   - computed: as many numbers, in any shape.
  ///   - within: another tolerance, where the source did not print what its own formula gives; say why in `reason`.
  ///
  /// In a run with other than the default parameters the numbers are shown, and nothing is judged.
  @discardableResult public func documented(
    _ key: String, _ title: String, printed: String, computed: some NumericArray, within tolerance: Tolerance? = nil,
    because reason: String? = nil, axes: [Axis] = [], line: Int = #line
  ) -> Bool {
    let numbers = PrintedNumber.all(in: printed)
    let actual = Numbers(computed)
    let shape = numbers.count == actual.doubles.count ? actual.shape : [numbers.count]
    // The comparison itself may round by a few units in the last place of a double.
    let bounds = numbers.map { tolerance?.bound($0.value) ?? $0.halfUnit + 4 * $0.value.ulp }
    return recordComparison(axes, isOfDefaults: true, line) {
      Comparison.of(
        word(title), kind: .documented(key: key, digits: numbers.map(\.digits), decides: tolerance == nil),
        expected: Numbers(shape: shape, numbers.map(\.value)), actual: actual, bounds: bounds, axes: axes,
        reason: reason.map(word))
    }
  }

  /// Checks that every number lies in a range; NaN lies in none.
  ///
  ///     page.range("every difference is noticeable", of: differences, in: 0.01...2)
  ///
  /// Parameters and answer are those of the check with a range for each number.
  @discardableResult public func range(
    _ title: String, of values: some NumericArray, in range: ClosedRange<Double>, named name: String? = nil,
    key: String? = nil, axes: [Axis] = [], because reason: String? = nil, line: Int = #line
  ) -> Bool {
    self.range(
      title, of: values, in: Array(repeating: range, count: values.doubles.count), named: name, key: key, axes: axes,
      because: reason, line: line)
  }

  /// Checks that every number lies in its own range; NaN lies in none.
  ///
  /// - Parameters:
  ///   - values: numbers of any shape.
  ///   - ranges: as many ranges as numbers, in the numbers' row-major order.
  ///   - name: what the page calls the numbers; nil for “computed”.
  ///   - key: the id of the documented statement that gives the range. Then, in a run with other than the default
  ///     parameters, the numbers are shown and nothing is judged.
  ///   - axes: as for `compare`.
  ///   - reason: where the range comes from.
  /// - Returns: whether every number lies in its range.
  @discardableResult public func range(
    _ title: String, of values: some NumericArray, in ranges: [ClosedRange<Double>], named name: String? = nil,
    key: String? = nil, axes: [Axis] = [], because reason: String? = nil, line: Int = #line
  ) -> Bool {
    let values = Numbers(values)
    precondition(
      ranges.count == values.doubles.count, "\(values.doubles.count) numbers take as many ranges, not \(ranges.count)")
    return recordComparison(axes, isOfDefaults: key != nil, line) {
      Comparison.inRanges(
        word(title), key: key, name: name.map(word), values: values, ranges: ranges, axes: axes,
        reason: reason.map(word))
    }
  }

  private func judge(
    _ title: String, _ expected: (name: String?, numbers: Numbers), _ actual: (name: String?, numbers: Numbers),
    tolerance: Tolerance, axes: [Axis], because reason: String?, line: Int
  ) -> Bool {
    recordComparison(axes, isOfDefaults: false, line) {
      Comparison.of(
        word(title), kind: .computed(expected: expected.name.map(word), actual: actual.name.map(word)),
        expected: expected.numbers, actual: actual.numbers, bounds: expected.numbers.doubles.map(tolerance.bound),
        axes: axes, reason: reason.map(word))
    }
  }

  /// Shows a comparison in the words of each page.
  ///
  /// - Parameters:
  ///   - isOfDefaults: whether it is judged only while all parameters have their defaults.
  /// - Returns: whether it holds, or does not apply.
  private func recordComparison(_ axes: [Axis], isOfDefaults: Bool, _ line: Int, _ compare: () -> Comparison) -> Bool {
    onEachPage {
      var comparison = compare()
      // Before, the axis called `step` has decided what is first.
      comparison.axes = axes.map { axis in Axis(word(axis.name), axis.places.map(word)) }
      if isOfDefaults, !keepsDefaults { comparison.verdict = .doesNotApply }
      record(.comparison(comparison), line)
      return !comparison.isFailure
    }
  }
}
