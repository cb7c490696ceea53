/// The weights that every recurrent cell has: G gate blocks side by side, for the input and for the state.
///
///     z = x·K + b  +  h·R + b′
///
/// | Tensor            | Shape     | What it is                                              |
/// |-------------------|-----------|---------------------------------------------------------|
/// | `kernel`          | `[D, GH]` | K, one block of H columns a gate                        |
/// | `recurrentKernel` | `[P, GH]` | R; P is the size of the state h: H without a projection |
/// | `bias`            | `[GH]`    | b, or none                                              |
/// | `recurrentBias`   | `[GH]`    | b′, the second bias of PyTorch, ONNX and Keras' GRU      |
public struct RecurrentWeights<Scalar: RealScalar>: ParameterGroup {
  public var kernel: Tensor<Scalar>
  public var recurrentKernel: Tensor<Scalar>
  public var bias: Tensor<Scalar>?
  public var recurrentBias: Tensor<Scalar>?

  public init(
    kernel: Tensor<Scalar>, recurrentKernel: Tensor<Scalar>, bias: Tensor<Scalar>? = nil,
    recurrentBias: Tensor<Scalar>? = nil
  ) {
    self.kernel = kernel
    self.recurrentKernel = recurrentKernel
    self.bias = bias
    self.recurrentBias = recurrentBias
  }

  /// Weights of D inputs and H units in G blocks, all zero.
  init(inputSize D: Int, units H: Int, gates G: Int, bias: Bool, recurrentBias: Bool = false) {
    self.init(
      kernel: .zeros([D, G * H]), recurrentKernel: .zeros([H, G * H]), bias: bias ? .zeros([G * H]) : nil,
      recurrentBias: recurrentBias ? .zeros([G * H]) : nil)
  }

  /// The same numbers in another scalar type.
  public func converted<Other: RealScalar>(to type: Other.Type = Other.self) -> RecurrentWeights<Other> {
    RecurrentWeights<Other>(
      kernel: kernel.converted(), recurrentKernel: recurrentKernel.converted(), bias: bias?.converted(),
      recurrentBias: recurrentBias?.converted())
  }

  public mutating func update(_ body: (String, inout Tensor<Scalar>) throws -> Void) rethrows {
    try body("kernel", &kernel)
    try body("recurrent_kernel", &recurrentKernel)
    if var bias = take(&bias) {
      defer { self.bias = bias }
      try body("bias", &bias)
    }
    if var recurrentBias = take(&recurrentBias) {
      defer { self.recurrentBias = recurrentBias }
      try body("recurrent_bias", &recurrentBias)
    }
  }

  /// D, the number of input features.
  public var inputSize: Int { kernel.shape[0] }
  /// H, the number of units of each of the `gates` blocks.
  func units(gates: Int) -> Int { kernel.columns / gates }

  /// - Parameter stateSize: P; H unless given.
  /// - Throws: `ShapeError` when a tensor does not have the shape of the table above.
  func validate(gates: Int, stateSize: Int? = nil) throws {
    guard kernel.rank == 2, kernel.columns % gates == 0 else {
      throw ShapeError("kernel", expected: "[D, \(gates)H]", received: kernel.shape)
    }
    try recurrentKernel.requireShape([stateSize ?? units(gates: gates), kernel.columns], "recurrent kernel")
    try bias?.requireShape([kernel.columns], "bias")
    try recurrentBias?.requireShape([kernel.columns], "recurrent bias")
  }

  /// x·K + b + h·R + b′, cut into the gates' blocks: the arguments of the activations.
  func sums(_ x: Tensor<Scalar>, _ h: Tensor<Scalar>, gates: Int) -> [Tensor<Scalar>] {
    (inputPart(x) + recurrentPart(h)).split(into: gates)
  }

  /// x·K + b.
  func inputPart(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
    let product = matmul(x, kernel)
    return bias.map { product + $0 } ?? product
  }

  /// h·R + b′.
  func recurrentPart(_ h: Tensor<Scalar>) -> Tensor<Scalar> {
    let product = matmul(h, recurrentKernel)
    return recurrentBias.map { product + $0 } ?? product
  }

  /// The derivative of `inputPart`: adds ∂K and ∂b to `gradient`, returns ∂x.
  func inputBackward(_ dz: Tensor<Scalar>, x: Tensor<Scalar>, accumulating gradient: inout Self) -> Tensor<Scalar> {
    multiplyAdd(x, dz, transposeA: true, into: &gradient.kernel)
    if bias != nil { gradient.bias? += dz.sumOfRows() }
    return matmul(dz, kernel, transposeB: true)
  }

  /// The derivative of `recurrentPart`: adds ∂R and ∂b′ to `gradient`, returns ∂h.
  func recurrentBackward(_ dz: Tensor<Scalar>, h: Tensor<Scalar>, accumulating gradient: inout Self) -> Tensor<Scalar> {
    multiplyAdd(h, dz, transposeA: true, into: &gradient.recurrentKernel)
    if recurrentBias != nil { gradient.recurrentBias? += dz.sumOfRows() }
    return matmul(dz, recurrentKernel, transposeB: true)
  }
}

/// Moves a value out of an optional, so that changing it does not copy it.
func take<Value>(_ value: inout Value?) -> Value? {
  defer { value = nil }
  return value
}
