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

// MARK: The second network, column by column

/// What a column answers to the six steps after training by hand.
func column(from start: Double, _ rule: RMSpropRule) -> (slope: Double, intercept: Double, answers: [Double]) {
  let end = trainByHand(from: start, inputs: 2, outputs: 3, steps: secondStepCount, rule).last
  let (slope, intercept) = (2 * (end?.w ?? start), end?.b ?? 0)
  return (slope, intercept, rising.map { logistic(slope * $0 + intercept) })
}

/// How far a rule ends from the printed numbers, as a line of a table.
func landing(_ rule: RMSpropRule) -> [String] {
  func distance(_ one: [Double], _ other: [Double]) -> Double { zip(one, other).map { abs($0 - $1) }.max() ?? 0 }
  let columns = inferredColumns.map { column(from: $0, rule) }
  let (far, farIntercepts) = (
    distance(columns.flatMap(\.answers), sixRows.transposed.doubles), distance(columns.map(\.intercept), intercepts)
  )
  return [rule.name, page.text(far, decimals: 1), page.text(farIntercepts, decimals: 1)]
}

/// Where Keras 3's rule ends from the start that gives the printed slope, as a line of a table.
func bestColumn(_ k: Int) -> [String] {
  let start = startReaching(
    columnSums[k], near: inferredColumns[k], inputs: 2, outputs: 3, steps: secondStepCount, RMSpropRule.keras3)
  let end = column(from: start, RMSpropRule.keras3)
  let numbers: [Double] = [start, end.slope, columnSums[k], end.intercept, intercepts[k]]
  return [String(k + 1)] + numbers.map { page.text($0, decimals: 6) }
}
