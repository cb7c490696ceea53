import ChapterSupport
import Foundation

/// Where RMSprop's small number stands, by version of Keras.
enum RMSpropRule: CaseIterable {
  case keras203, keras213, keras3

  var name: String {
    switch self {
    case .keras203: "Keras 2.0.3"
    case .keras213: "Keras 2.1.3"
    case .keras3: "Keras 3"
    }
  }

  var formula: String { self == .keras3 ? #"$\sqrt{v + \epsilon}$"# : #"$\sqrt{v} + \epsilon$"# }
  var epsilon: Double { self == .keras203 ? 1e-8 : 1e-7 }

  /// The library's optimiser with this rule.
  var library: RMSprop {
    RMSprop(epsilon: epsilon, epsilonPlace: self == .keras3 ? .insideRoot : .outsideRoot)
  }

  /// What a gradient with the running mean of squares `v` is divided by.
  func denominator(_ v: Double) -> Double {
    self == .keras3 ? (v + epsilon).squareRoot() : v.squareRoot() + epsilon
  }
}

/// Weight, bias and their running means of squared gradients after a step of training.
struct Moment { var w, b, v_w, v_b: Double }

/// The whole training of the article's first network by hand: gradient, running mean, step.
///
/// All samples are the same, so six steps of the sequence stand for the batch.
///
/// - Parameters:
///   - start: the weight before training; the bias begins at 0.
///   - m: how many equal inputs with equal weights a column has.
///   - outputs: how many outputs share the mean of the loss.
func trainByHand(
  from start: Double, inputs m: Double = 1, outputs: Double = 1, steps: Int, _ rule: RMSpropRule
) -> [Moment] {
  let pairs = Array(zip(ArticleModel.rising, ArticleModel.targetSequence))
  var (now, past) = (Moment(w: start, b: 0, v_w: 0, v_b: 0), [Moment]())
  for _ in 0..<steps {
    var (g_w, g_b) = (0.0, 0.0)
    for (x, y) in pairs {
      let ŷ = 1 / (1 + exp(-(m * now.w * x + now.b)))
      let slope = (ŷ - y) * ŷ * (1 - ŷ) / (3 * outputs)
      g_w += slope * x
      g_b += slope
    }
    now.v_w = 0.9 * now.v_w + 0.1 * g_w * g_w
    now.v_b = 0.9 * now.v_b + 0.1 * g_b * g_b
    now.w -= 0.001 * g_w / rule.denominator(now.v_w)
    now.b -= 0.001 * g_b / rule.denominator(now.v_b)
    past.append(now)
  }
  return past
}

/// The start near `start` from which training ends at the given slope, the sum of a column's weights.
///
/// Four steps of the secant method.
func startReaching(
  _ slope: Double, near start: Double, inputs m: Double = 1, outputs: Double = 1, steps: Int, _ rule: RMSpropRule
) -> Double {
  func miss(_ start: Double) -> Double {
    let end = trainByHand(from: start, inputs: m, outputs: outputs, steps: steps, rule).last?.w ?? start
    return m * end - slope
  }
  var (before, now) = (start, start + 0.001)
  var missedBefore = miss(before)
  for _ in 0..<4 {
    let missed = miss(now)
    guard missed != missedBefore else { break }
    let next = now - missed * (now - before) / (missed - missedBefore)
    (before, missedBefore, now) = (now, missed, next)
  }
  return now
}
