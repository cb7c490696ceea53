@testable import Kernels

/// A recurrent layer with numbers for all that it can take.
struct SampleSequence<Scalar: ElementaryScalar> {
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

    init<Other: ElementaryScalar>(_ other: SampleSequence<Other>.Variant) {
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
  private let cotangents: OutputGradients<Scalar>

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
    cotangents = OutputGradients(
      outputs: numbers(Scalar.self, B * T * H, seed: 18), h: numbers(Scalar.self, B * H, seed: 19),
      c: numbers(Scalar.self, B * H, seed: 20))
  }

  func uses(_ tensor: Tensor, _ variant: Variant) -> Bool {
    switch tensor {
    case .h0: variant.hasState
    case .c0: variant.hasState && kind == .lstm
    case .recurrentBias: variant.hasTwoBiases
    default: true
    }
  }

  func weights(_ variant: Variant) -> SequenceWeights<Scalar> {
    SequenceWeights(
      kernel: tensors[1], recurrentKernel: tensors[2], bias: tensors[3],
      recurrentBias: variant.hasTwoBiases ? tensors[4] : nil)
  }

  func input(_ variant: Variant) -> SequenceInput<Scalar> {
    SequenceInput(
      B: B, T: T, D: D, H: H, x: tensors[0], h0: variant.hasState ? tensors[5] : nil,
      c0: variant.hasState ? tensors[6] : nil, goesBackwards: variant.goesBackwards)
  }

  func run(_ variant: Variant) -> (workspace: SequenceWorkspace<Scalar>, outputs: [Scalar]) {
    writingOutputs { Scalar.kernels.runSequence(packed(variant), input(variant), outputs: $0) }
  }

  func infer(_ variant: Variant) -> (inference: SequenceInference<Scalar>, outputs: [Scalar]) {
    writingOutputs { Scalar.kernels.inferSequence(packed(variant), input(variant), outputs: $0) }
  }

  private func packed(_ variant: Variant) -> PackedWeights<Scalar> {
    Scalar.kernels.pack(SequenceCell(kind), weights(variant), D: D, H: H)
  }

  private func writingOutputs<Result>(_ run: (SequenceOutputs<Scalar>) -> Result) -> (Result, [Scalar]) {
    var outputs = [Scalar](repeating: .nan, count: B * T * H)
    let result = outputs.withUnsafeMutableBufferPointer {
      run(SequenceOutputs(start: $0.baseAddress!, columns: H))  // Not empty.
    }
    return (result, outputs)
  }

  func runPlainly(_ variant: Variant) -> (outputs: [Scalar], c: [Scalar]) {
    Plain.runSequence(kind, weights(variant), input(variant))
  }

  /// The gradients of the loss in the order of `Tensor`, by the fast kernels; empty where there is none.
  func gradients(_ variant: Variant) -> [[Scalar]] {
    let result = Scalar.kernels.differentiateSequence(
      run(variant).workspace, weights(variant), outputGradients: cotangents, wants: [.input, .initialState])
    let all = [
      result.x, result.weights.kernel, result.weights.recurrentKernel, result.weights.bias ?? [],
      result.weights.recurrentBias ?? [], result.h0, result.c0,
    ]
    return Tensor.allCases.map { uses($0, variant) ? all[$0.rawValue] : [] }
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
    let run = runPlainly(variant)
    var last: [Scalar] = []
    for b in 1...B { last += run.outputs[(b * T - 1) * H..<b * T * H] }
    var loss = dot(cotangents.outputs ?? [], run.outputs)
    loss += dot(cotangents.h ?? [], last)
    if kind == .lstm { loss += dot(cotangents.c ?? [], run.c) }
    return loss
  }

  private func dot(_ a: [Scalar], _ b: [Scalar]) -> Scalar {
    var sum: Scalar = 0
    for (a, b) in zip(a, b) { sum += a * b }
    return sum
  }
}
