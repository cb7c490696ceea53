import Kernels

/// A recurrent layer with numbers for all that it can take.
struct SampleSequence<Scalar: RealScalar> {
  /// What a gradient exists for.
  enum Tensor: Int, CaseIterable { case x, kernel, recurrentKernel, bias, recurrentBias, h0, c0 }

  struct Variant {
    var hasState: Bool
    var hasTwoBiases: Bool
    var goesBackwards: Bool

    static var all: [Variant] {
      [
        Variant(hasState: false, hasTwoBiases: false, goesBackwards: false),
        Variant(hasState: true, hasTwoBiases: true, goesBackwards: false),
        Variant(hasState: true, hasTwoBiases: false, goesBackwards: true),
      ]
    }

    init(hasState: Bool, hasTwoBiases: Bool, goesBackwards: Bool) {
      (self.hasState, self.hasTwoBiases, self.goesBackwards) = (hasState, hasTwoBiases, goesBackwards)
    }

    init<Other: RealScalar>(_ other: SampleSequence<Other>.Variant) {
      self.init(
        hasState: other.hasState, hasTwoBiases: other.hasTwoBiases, goesBackwards: other.goesBackwards)
    }
  }

  let kind: RecurrentKind
  let B: Int
  let T: Int
  let D: Int
  let H: Int
  /// In the order of `Tensor`.
  private var tensors: [[Scalar]]
  /// The loss is the sum of these times outputs, last h and last c.
  private let weights: (outputs: [Scalar], h: [Scalar], c: [Scalar])

  init(_ kind: RecurrentKind, _ size: (Int, Int, Int, Int)) {
    self.kind = kind
    (B, T, D, H) = size
    let columns = kind.gateCount * H
    // Kernels of about the size that keeps sums of order 1.
    let scale = 1 / Scalar(max(D, H)).squareRoot()
    tensors = [
      numbers(Scalar.self, B * T * D, seed: 11), numbers(Scalar.self, D * columns, seed: 12).map { $0 * scale },
      numbers(Scalar.self, H * columns, seed: 13).map { $0 * scale }, numbers(Scalar.self, columns, seed: 14),
      numbers(Scalar.self, columns, seed: 15), numbers(Scalar.self, B * H, seed: 16),
      numbers(Scalar.self, B * H, seed: 17),
    ]
    weights = (
      numbers(Scalar.self, B * T * H, seed: 18), numbers(Scalar.self, B * H, seed: 19),
      numbers(Scalar.self, B * H, seed: 20)
    )
  }

  func uses(_ tensor: Tensor, _ variant: Variant) -> Bool {
    switch tensor {
    case .h0: variant.hasState
    case .c0: variant.hasState && kind == .lstm
    case .recurrentBias: variant.hasTwoBiases
    default: true
    }
  }

  func with<Result>(_ variant: Variant, _ body: (SequenceOperands<Scalar>) -> Result) -> Result {
    tensors[0].withUnsafeBufferPointer { x in
      tensors[1].withUnsafeBufferPointer { kernel in
        tensors[2].withUnsafeBufferPointer { recurrentKernel in
          tensors[3].withUnsafeBufferPointer { bias in
            tensors[4].withUnsafeBufferPointer { recurrentBias in
              tensors[5].withUnsafeBufferPointer { h0 in
                tensors[6].withUnsafeBufferPointer { c0 in
                  body(
                    SequenceOperands(
                      B: B, T: T, D: D, H: H, x: x.baseAddress!, kernel: kernel.baseAddress!,
                      recurrentKernel: recurrentKernel.baseAddress!, bias: bias.baseAddress,
                      recurrentBias: variant.hasTwoBiases ? recurrentBias.baseAddress : nil,
                      h0: variant.hasState ? h0.baseAddress : nil, c0: variant.hasState ? c0.baseAddress : nil,
                      goesBackwards: variant.goesBackwards))
                }
              }
            }
          }
        }
      }
    }
  }

  /// The gradients of the loss in the order of `Tensor`, by the fast kernels; empty where there is none.
  func gradients(_ variant: Variant) -> [[Scalar]] {
    var result = tensors
    let targets = result.map { UnsafeMutablePointer<Scalar>.allocate(capacity: $0.count) }
    defer { targets.forEach { $0.deallocate() } }
    with(variant) { operands in
      let record = Scalar.runSequence(kind, operands, outputs: nil)
      weights.outputs.withUnsafeBufferPointer { outputs in
        weights.h.withUnsafeBufferPointer { h in
          weights.c.withUnsafeBufferPointer { c in
            Scalar.differentiateSequence(
              record, operands,
              arriving: ArrivingGradients(outputs: outputs.baseAddress, h: h.baseAddress, c: c.baseAddress),
              into: OperandGradients(
                kernel: targets[1], recurrentKernel: targets[2], bias: targets[3],
                recurrentBias: variant.hasTwoBiases ? targets[4] : nil, x: targets[0],
                h0: variant.hasState ? targets[5] : nil, c0: uses(.c0, variant) ? targets[6] : nil))
          }
        }
      }
    }
    for tensor in Tensor.allCases {
      let index = tensor.rawValue
      result[index] =
        uses(tensor, variant)
        ? Array(UnsafeBufferPointer(start: targets[index], count: result[index].count)) : []
    }
    return result
  }

  /// The derivative of the loss with respect to one number, by the plain loops.
  mutating func centralDifference(_ variant: Variant, _ tensor: Tensor, _ element: Int, step: Scalar) -> Scalar {
    let before = tensors[tensor.rawValue][element]
    defer { tensors[tensor.rawValue][element] = before }
    tensors[tensor.rawValue][element] = before + step
    let above = loss(variant)
    tensors[tensor.rawValue][element] = before - step
    return (above - loss(variant)) / (2 * step)
  }

  private func loss(_ variant: Variant) -> Scalar {
    let run = with(variant) { Plain.runSequence(kind, $0) }
    var loss: Scalar = 0
    for (weight, y) in zip(weights.outputs, run.outputs) { loss += weight * y }
    for b in 0..<B {
      for unit in 0..<H { loss += weights.h[b * H + unit] * run.outputs[(b * T + T - 1) * H + unit] }
    }
    if kind == .lstm { for (weight, c) in zip(weights.c, run.c) { loss += weight * c } }
    return loss
  }
}
