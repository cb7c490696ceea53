import Foundation

extension Picture {
  /// Functions that gates and candidates use.
  ///
  /// | case | σ(x) |
  /// |---|---|
  /// | `tanh` | tanh x |
  /// | `sigmoid` | 1 / (1 + e⁻ˣ) |
  /// | `hardSigmoid` | clip(0.2 x + 0.5, 0, 1): Keras 1 and 2, `K.hard_sigmoid` |
  /// | `hardSigmoidSixth` | clip(x / 6 + 0.5, 0, 1): Keras 3 and PyTorch, `relu6(x + 3) / 6` |
  /// | `relu` | max(x, 0) |
  public enum Activation: String, CaseIterable, Sendable {
    case tanh, sigmoid, hardSigmoid, hardSigmoidSixth, relu

    /// What the legend calls it.
    public var label: String {
      switch self {
      case .tanh: "tanh"
      case .sigmoid: #"\sigma (sigmoid)"#
      case .hardSigmoid: "hard sigmoid, 0.2x + 0.5"
      case .hardSigmoidSixth: "hard sigmoid, x/6 + 0.5"
      case .relu: "relu"
      }
    }

    func value(_ x: Double) -> Double {
      switch self {
      case .tanh: Foundation.tanh(x)
      case .sigmoid: 1 / (1 + exp(-x))
      case .hardSigmoid: min(max(0.2 * x + 0.5, 0), 1)
      case .hardSigmoidSixth: min(max(x / 6 + 0.5, 0), 1)
      case .relu: max(x, 0)
      }
    }

    func slope(_ x: Double) -> Double {
      switch self {
      case .tanh: 1 - value(x) * value(x)
      case .sigmoid: value(x) * (1 - value(x))
      case .hardSigmoid: abs(x) < 2.5 ? 0.2 : 0
      case .hardSigmoidSixth: abs(x) < 3 ? 1.0 / 6 : 0
      case .relu: x > 0 ? 1 : 0
      }
    }
  }

  /// Activation functions in one chart; or, with `derivatives`, their slopes.
  public static func activations(
    title: String, _ functions: [Activation], derivatives: Bool = false, over range: ClosedRange<Double> = -5...5
  ) -> Picture {
    let series = functions.map { function in
      Series(
        derivatives ? "(\(function.label))′" : function.label,
        function: derivatives ? function.slope : function.value, over: range)
    }
    // Of relu no more is shown than the others need.
    let highest = functions.contains(.relu) && !derivatives ? min(range.upperBound, 2) : nil
    let lowest = functions.contains(.tanh) && !derivatives ? -1.0 : 0
    return lineChart(
      title: title, series: series, x: Axis("x"),
      y: Axis(range: highest.flatMap { $0 > lowest ? lowest...$0 : nil }))
  }
}
