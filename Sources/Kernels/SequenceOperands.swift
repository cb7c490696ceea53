/// The recurrent cells that whole sequences are computed for, with the order of their gates.
public enum RecurrentKind: Equatable, Sendable {
  /// `h′ = tanh(x·K + h·R + b)`
  case simpleRNN
  /// i, f, g, o
  case lstm
  /// z, r, g
  case gru(resetAfter: Bool)

  /// Blocks of `H` columns in the kernels.
  public var gateCount: Int {
    switch self {
    case .simpleRNN: 1
    case .lstm: 4
    case .gru: 3
    }
  }
}

/// What a recurrent layer computes a sequence from, G being the number of gates.
///
/// | Pointer           | Shape       | When it is nil                                                 |
/// |-------------------|-------------|----------------------------------------------------------------|
/// | `x`               | `[B, T, D]` |                                                                |
/// | `kernel`          | `[D, G·H]`  |                                                                |
/// | `recurrentKernel` | `[H, G·H]`  |                                                                |
/// | `bias`            | `[G·H]`     | zero                                                           |
/// | `recurrentBias`   | `[G·H]`     | zero; inside the reset gate's product with `gru(resetAfter: true)` |
/// | `h0`, `c0`        | `[B, H]`    | zero                                                           |
///
/// With `goesBackwards`, step 0 is the last one of `x`. The pointers need to last for the call only.
public struct SequenceOperands<Scalar: RealScalar> {
  public var B: Int
  public var T: Int
  public var D: Int
  public var H: Int
  public var x: UnsafePointer<Scalar>
  public var kernel: UnsafePointer<Scalar>
  public var recurrentKernel: UnsafePointer<Scalar>
  public var bias: UnsafePointer<Scalar>?
  public var recurrentBias: UnsafePointer<Scalar>?
  public var h0: UnsafePointer<Scalar>?
  public var c0: UnsafePointer<Scalar>?
  public var goesBackwards: Bool

  public init(
    B: Int, T: Int, D: Int, H: Int, x: UnsafePointer<Scalar>, kernel: UnsafePointer<Scalar>,
    recurrentKernel: UnsafePointer<Scalar>, bias: UnsafePointer<Scalar>? = nil,
    recurrentBias: UnsafePointer<Scalar>? = nil, h0: UnsafePointer<Scalar>? = nil, c0: UnsafePointer<Scalar>? = nil,
    goesBackwards: Bool = false
  ) {
    (self.B, self.T, self.D, self.H) = (B, T, D, H)
    (self.x, self.kernel, self.recurrentKernel) = (x, kernel, recurrentKernel)
    (self.bias, self.recurrentBias) = (bias, recurrentBias)
    (self.h0, self.c0) = (h0, c0)
    self.goesBackwards = goesBackwards
  }

  /// The input of sample `b` at step `t` of the run, `[D]`.
  func input(_ b: Int, _ t: Int) -> UnsafePointer<Scalar> { x + place(b, t) * D }

  /// The row of sample `b` and step `t` in a sequence that lies as `x` does.
  func place(_ b: Int, _ t: Int) -> Int { b * T + (goesBackwards ? T - 1 - t : t) }
}

/// The gradients that arrive at the end of a sequence; nil is zero.
///
/// | Pointer          | Shape       | What it is                                              |
/// |------------------|-------------|---------------------------------------------------------|
/// | `outputs`        | `[B, T, H]` | of every step's h, in the order in which they were computed |
/// | `h`, `c`         | `[B, H]`    | of the last states                                      |
public struct ArrivingGradients<Scalar: RealScalar> {
  public var outputs: UnsafePointer<Scalar>?
  public var h: UnsafePointer<Scalar>?
  public var c: UnsafePointer<Scalar>?

  public init(
    outputs: UnsafePointer<Scalar>? = nil, h: UnsafePointer<Scalar>? = nil, c: UnsafePointer<Scalar>? = nil
  ) {
    (self.outputs, self.h, self.c) = (outputs, h, c)
  }
}

/// Where the gradients of a sequence's operands are written (not added); nil is not wanted, and not computed.
///
/// Shapes and order are those of the pointers of the same names in `SequenceOperands`.
public struct OperandGradients<Scalar: RealScalar> {
  public var kernel: UnsafeMutablePointer<Scalar>
  public var recurrentKernel: UnsafeMutablePointer<Scalar>
  public var bias: UnsafeMutablePointer<Scalar>?
  public var recurrentBias: UnsafeMutablePointer<Scalar>?
  public var x: UnsafeMutablePointer<Scalar>?
  public var h0: UnsafeMutablePointer<Scalar>?
  public var c0: UnsafeMutablePointer<Scalar>?

  public init(
    kernel: UnsafeMutablePointer<Scalar>, recurrentKernel: UnsafeMutablePointer<Scalar>,
    bias: UnsafeMutablePointer<Scalar>? = nil, recurrentBias: UnsafeMutablePointer<Scalar>? = nil,
    x: UnsafeMutablePointer<Scalar>? = nil, h0: UnsafeMutablePointer<Scalar>? = nil,
    c0: UnsafeMutablePointer<Scalar>? = nil
  ) {
    (self.kernel, self.recurrentKernel) = (kernel, recurrentKernel)
    (self.bias, self.recurrentBias) = (bias, recurrentBias)
    (self.x, self.h0, self.c0) = (x, h0, c0)
  }
}
