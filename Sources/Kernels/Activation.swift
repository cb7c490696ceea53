/// An activation function and its derivative.
///
/// | Case                       | f(x)                          | Where it comes from                        |
/// |----------------------------|-------------------------------|--------------------------------------------|
/// | `linear`                   | x                             | all                                        |
/// | `tanh`                     | tanh x                        | all                                        |
/// | `sigmoid`                  | 1 / (1 + e⁻ˣ)                 | all                                        |
/// | `relu`                     | max(x, 0)                     | all                                        |
/// | `elu(alpha)`               | x if x > 0, else α(eˣ − 1)    | Keras and ONNX, α = 1                      |
/// | `softsign`                 | x / (1 + \|x\|)               | Keras, ONNX                                |
/// | `softplus`                 | log(1 + eˣ)                   | ONNX                                       |
/// | `softmax`                  | eˣ / Σ eˣ along the last axis | Keras                                      |
/// | `hardSigmoid(alpha, beta)` | αx + β kept inside 0 … 1      | 1/6, 1/2: Keras 3; 0.2, 0.5: Keras 2, ONNX |
/// | `affine(alpha, beta)`      | αx + β                        | ONNX                                       |
/// | `leakyRelu(alpha)`         | x if x ≥ 0, else αx           | ONNX, α = 0.01                             |
/// | `thresholdedRelu(alpha)`   | x if x > α, else 0            | ONNX, α = 1                                |
/// | `scaledTanh(alpha, beta)`  | α tanh(βx)                    | ONNX                                       |
public enum Activation: Equatable, Hashable, Sendable {
  case linear, tanh, sigmoid, relu, softsign, softplus, softmax
  case elu(alpha: Double)
  case hardSigmoid(alpha: Double, beta: Double)
  case affine(alpha: Double, beta: Double)
  case leakyRelu(alpha: Double)
  case thresholdedRelu(alpha: Double)
  case scaledTanh(alpha: Double, beta: Double)

  /// clip(x + 3, 0, 6) / 6: Keras 3.
  public static let kerasHardSigmoid = Activation.hardSigmoid(alpha: 1.0 / 6, beta: 0.5)
  /// clip(0.2 x + 0.5, 0, 1): Keras 2, where it was the default of the gates, and ONNX.
  public static let keras2HardSigmoid = Activation.hardSigmoid(alpha: 0.2, beta: 0.5)
}
