import Foundation

/// A rule that lowers the learning rate as the training goes on: rate(t) = first rate · factor(t).
///
/// t counts from 0: epochs or updates, whatever the caller counts. Every case is one of the frameworks' rules:
///
/// | Case                                  | factor(t)                               | Framework                            |
/// |---------------------------------------|-----------------------------------------|--------------------------------------|
/// | `constant`                            | 1                                       |                                      |
/// | `step(n, γ)`                          | γ^⌊t / n⌋                               | PyTorch `StepLR`                     |
/// | `milestones([m…], γ)`                 | γ^(number of m ≤ t)                     | PyTorch `MultiStepLR`                |
/// | `exponential(γ, every: n, staircase)` | γ^(t / n); ⌊t / n⌋ with staircase       | Keras `ExponentialDecay`; PyTorch n=1|
/// | `inverseTime(ρ, every: n, staircase)` | 1 / (1 + ρ·t / n)                       | Keras `InverseTimeDecay`             |
/// | `linear(a, b, n)`                     | a + (b − a)·min(t, n) / n               | PyTorch `LinearLR`                   |
/// | `polynomial(n, end: e, power: p)`     | e + (1 − e)·(1 − min(t, n) / n)^p       | Keras `PolynomialDecay`, PyTorch e=0 |
/// | `cosine(n, end: e)`                   | e + (1 − e)·(1 + cos(π·min(t, n)/n))/2  | Keras `CosineDecay`                  |
/// | `afterwards(keep: k, γ)`              | γ^max(0, t + 1 − k)                     | TensorFlow's language model          |
///
/// PyTorch's `CosineAnnealingLR` is the same up to t = n and rises again afterwards. Ends are shares of the first rate;
/// Keras' `PolynomialDecay` and PyTorch's `eta_min` take them as rates.
///
/// Source: PyTorch, `optim/lr_scheduler.py`; Keras, `optimizers/schedules/learning_rate_schedule.py`; TensorFlow,
/// `models/tutorials/rnn/ptb/ptb_word_lm.py` for `afterwards`, after Zaremba, Sutskever & Vinyals 2014.
public enum LearningRateSchedule: Equatable, Sendable {
  case constant
  case step(Int, Double)
  case milestones([Int], Double)
  case exponential(Double, every: Double = 1, staircase: Bool = false)
  case inverseTime(Double, every: Double = 1, staircase: Bool = false)
  case linear(Double, Double, Int)
  case polynomial(Int, end: Double, power: Double)
  case cosine(Int, end: Double)
  case afterwards(keep: Int, Double)

  /// What the first rate is multiplied by at `t`, counted from 0.
  public func factor(at t: Int) -> Double {
    switch self {
    case .constant: return 1
    case .step(let n, let γ): return pow(γ, Double(t / max(n, 1)))
    case .milestones(let places, let γ): return pow(γ, Double(places.count { $0 <= t }))
    case .exponential(let γ, let n, let staircase): return pow(γ, steps(t, n, staircase))
    case .inverseTime(let ρ, let n, let staircase): return 1 / (1 + ρ * steps(t, n, staircase))
    case .linear(let a, let b, let n): return a + (b - a) * share(t, n)
    case .polynomial(let n, let end, let power): return end + (1 - end) * pow(1 - share(t, n), power)
    case .cosine(let n, let end): return end + (1 - end) * (1 + cos(.pi * share(t, n))) / 2
    case .afterwards(let keep, let γ): return pow(γ, Double(max(0, t + 1 - keep)))
    }
  }

  private func steps(_ t: Int, _ n: Double, _ staircase: Bool) -> Double {
    let steps = Double(t) / n
    return staircase ? steps.rounded(.down) : steps
  }

  private func share(_ t: Int, _ n: Int) -> Double { Double(min(t, n)) / Double(max(n, 1)) }
}
