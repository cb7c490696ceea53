/// The weights of one cell without any framework's conventions: what every `WeightLayout` is decoded to and encoded
/// from.
///
/// | Tensor            | Shape     | Blocks                                                 |
/// |-------------------|-----------|--------------------------------------------------------|
/// | `kernel`          | `[D, GH]` | gates in the order of `kind.gates`; columns are outputs |
/// | `recurrentKernel` | `[P, GH]` | the same                                               |
/// | `bias`            | `[GH]`    | the same, or none                                      |
/// | `recurrentBias`   | `[GH]`    | the same, or none                                      |
/// | `peepholes`       | `[3, H]`  | rows i, f, o; LSTM only                                |
/// | `projection`      | `[H, P]`  | LSTM only                                              |
public struct CellWeights<Scalar: RealScalar>: Equatable, Sendable {
  public var kind: CellKind
  /// A GRU's reset gate acts after the product with the recurrent kernel. Without meaning for other cells.
  public var resetAfter: Bool
  public var kernel: Tensor<Scalar>
  public var recurrentKernel: Tensor<Scalar>
  public var bias: Tensor<Scalar>?
  public var recurrentBias: Tensor<Scalar>?
  public var peepholes: Tensor<Scalar>?
  public var projection: Tensor<Scalar>?

  public init(
    kind: CellKind, resetAfter: Bool = true, kernel: Tensor<Scalar>, recurrentKernel: Tensor<Scalar>,
    bias: Tensor<Scalar>? = nil, recurrentBias: Tensor<Scalar>? = nil, peepholes: Tensor<Scalar>? = nil,
    projection: Tensor<Scalar>? = nil
  ) {
    self.kind = kind
    self.resetAfter = resetAfter
    self.kernel = kernel
    self.recurrentKernel = recurrentKernel
    self.bias = bias
    self.recurrentBias = recurrentBias
    self.peepholes = peepholes
    self.projection = projection
  }

  public var inputSize: Int { kernel.shape[0] }
  public var units: Int { kernel.columns / kind.gates.count }

  /// The same numbers in another scalar type.
  public func converted<Other: RealScalar>(to type: Other.Type = Other.self) -> CellWeights<Other> {
    var other = CellWeights<Other>(kind, recurrentWeights.converted(), resetAfter: resetAfter)
    other.peepholes = peepholes?.converted()
    other.projection = projection?.converted()
    return other
  }

  /// The kernels and biases alone.
  public var recurrentWeights: RecurrentWeights<Scalar> {
    RecurrentWeights(kernel: kernel, recurrentKernel: recurrentKernel, bias: bias, recurrentBias: recurrentBias)
  }

  /// Weights that are kernels and biases alone.
  public init(_ kind: CellKind, _ weights: RecurrentWeights<Scalar>, resetAfter: Bool = true) {
    self.init(
      kind: kind, resetAfter: resetAfter, kernel: weights.kernel, recurrentKernel: weights.recurrentKernel,
      bias: weights.bias, recurrentBias: weights.recurrentBias)
  }
}

/// Weights that do not fit a layout or a cell, and why.
public struct ConversionError: Error, Equatable, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
