/// Gradient descent as MXNet computes it: the gradient is scaled and clipped first, then a share of the weight itself
/// is added to it, the weight decay.
///
///     ĝ = clip(r g, −c, c) + λ w
///     w ← w − η ĝ                                          without momentum
///     m ← μ m − η ĝ;    w ← w + m                          with momentum μ
///
/// | Constant          | Letter | Default | MXNet's name                                               |
/// |-------------------|--------|---------|------------------------------------------------------------|
/// | `learningRate`    | η      | 0.01    | `learning_rate`                                            |
/// | `momentum`        | μ      | 0       | `momentum`                                                 |
/// | `weightDecay`     | λ      | 0       | `wd`; biases have none                                     |
/// | `rescaleGradient` | r      | 1       | `rescale_grad`; 1/B where the loss is a sum over the batch |
/// | `clipGradient`    | c      | none    | `clip_gradient`: each element by itself                    |
///
/// Weight decay pulls every weight towards 0, by the share η λ at each step. MXNet gives it to tensors whose names end
/// in `_weight`: kernels and embeddings, and no bias. Here a name that ends in `bias` has none.
///
/// Slot: `momentum` (m), where μ is not 0.
///
/// Source: MXNet 1.9, `python/mxnet/optimizer/sgd.py`, `src/operator/optimizer_op-inl.h` (`sgd_mom_update`).
public struct MXNetSGD: Optimizer {
  public var learningRate: Double
  public var momentum: Double
  public var weightDecay: Double
  public var rescaleGradient: Double
  public var clipGradient: Double?
  /// Before all others; MXNet has none of its kinds but by element.
  public var clipping: GradientClipping
  /// MXNet holds its constants in single precision, whatever the weights have.
  public var roundsConstantsToSingle: Bool

  public init(
    learningRate: Double = 0.01, momentum: Double = 0, weightDecay: Double = 0, rescaleGradient: Double = 1,
    clipGradient: Double? = nil, clipping: GradientClipping = .none, roundsConstantsToSingle: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.rescaleGradient = rescaleGradient
    self.clipGradient = clipGradient
    self.clipping = clipping
    self.roundsConstantsToSingle = roundsConstantsToSingle
  }

  public var slotNames: [String] { momentum != 0 ? ["momentum"] : [] }

  public func rule(for name: String) -> MXNetSGD {
    guard weightDecay != 0, name.hasSuffix("bias") else { return self }
    var rule = self
    rule.weightDecay = 0
    return rule
  }

  @_specialize(where Scalar == Float) @_specialize(where Scalar == Double)
  public func update<Scalar: RealScalar>(
    _ weights: inout [Scalar], gradient: [Scalar], slots: inout [Scalar], step: Int
  ) {
    func constant(_ value: Double) -> Scalar { roundsConstantsToSingle ? Scalar(Float(value)) : Scalar(value) }
    let (η, μ, λ, r) = (
      constant(learningRate), constant(momentum), constant(weightDecay), constant(rescaleGradient)
    )
    // Without a bound nothing is clipped, not even what is infinite.
    let c = clipGradient.map(constant) ?? .infinity
    StepBuffers.with(&weights, gradient, &slots) { buffers in
      let (w, g) = (buffers.weights, buffers.gradient)
      guard momentum != 0 else {
        return buffers.eachRange { range in
          for i in range {
            let clipped = r * g[i] > c ? c : r * g[i] < -c ? -c : r * g[i]
            w[i] -= η * (clipped + λ * w[i])
          }
        }
      }
      let m = buffers.slot(0)
      buffers.eachRange { range in
        for i in range {
          let clipped = r * g[i] > c ? c : r * g[i] < -c ? -c : r * g[i]
          m[i] = μ * m[i] - η * (clipped + λ * w[i])
          w[i] += m[i]
        }
      }
    }
  }
}
