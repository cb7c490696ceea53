/// The weights of a recurrent cell, or their gradients, row-major; G is the number of gates.
///
/// | Array             | Shape      | When it is nil                                                      |
/// |-------------------|------------|---------------------------------------------------------------------|
/// | `kernel`          | `[D, G·H]` |                                                                     |
/// | `recurrentKernel` | `[H, G·H]` |                                                                     |
/// | `bias`            | `[G·H]`    | zero                                                                |
/// | `recurrentBias`   | `[G·H]`    | zero; in `gru(resetAfter: true)` a part of what r multiplies |
/// | `peepholes`       | `[3, H]`   | none; only an LSTM has them: rows pi, pf, po                        |
public struct SequenceWeights<Scalar: RealScalar>: Sendable {
  public var kernel: [Scalar]
  public var recurrentKernel: [Scalar]
  public var bias: [Scalar]?
  public var recurrentBias: [Scalar]?
  public var peepholes: [Scalar]?

  public init(
    kernel: [Scalar], recurrentKernel: [Scalar], bias: [Scalar]?, recurrentBias: [Scalar]?, peepholes: [Scalar]? = nil
  ) {
    self.kernel = kernel
    self.recurrentKernel = recurrentKernel
    self.bias = bias
    self.recurrentBias = recurrentBias
    self.peepholes = peepholes
  }

  /// Whether threads share units instead of rows: where the kernels take more than a megabyte and there are enough
  /// units. A second-level cache has one or two megabytes, and holds states and gates as well.
  func areShared(H: Int) -> Bool {
    H >= 128 && (kernel.count + recurrentKernel.count) * MemoryLayout<Scalar>.stride > 1 << 20
  }
}

/// The input of a recurrent cell: a batch of sequences and the initial states.
///
/// | Array      | Shape       | When it is nil |
/// |------------|-------------|----------------|
/// | `x`        | `[B, T, D]` |                |
/// | `h0`, `c0` | `[B, H]`    | zero           |
/// | `mask`     | `[B, T]`    | all steps used |
///
/// With `goesBackwards`, step 0 is the last step of `x`. A step that is not used leaves the state as it is. Its output
/// is the one before it, at first zero; with `zeroOutputForMask` it is zero.
public struct SequenceInput<Scalar: RealScalar>: Sendable {
  public var B: Int
  public var T: Int
  public var D: Int
  public var H: Int
  public var x: [Scalar]
  public var h0: [Scalar]?
  public var c0: [Scalar]?
  public var goesBackwards: Bool
  /// Which steps are used, in the order of `x`.
  public var mask: [Bool]?
  public var zeroOutputForMask: Bool

  /// Traps when an array does not have its shape: the kernels read memory by it.
  public init(
    B: Int, T: Int, D: Int, H: Int, x: [Scalar], h0: [Scalar]? = nil, c0: [Scalar]? = nil, goesBackwards: Bool = false,
    mask: [Bool]? = nil, zeroOutputForMask: Bool = false
  ) {
    precondition(x.count == B * T * D && (h0?.count ?? B * H) == B * H && (c0?.count ?? B * H) == B * H)
    precondition((mask?.count ?? B * T) == B * T)
    (self.B, self.T, self.D, self.H) = (B, T, D, H)
    self.x = x
    self.h0 = h0
    self.c0 = c0
    self.goesBackwards = goesBackwards
    self.mask = mask
    self.zeroOutputForMask = zeroOutputForMask
  }
}

/// The gradients of a loss with respect to what a sequence gives: its outputs and last states; nil is zero.
///
/// | Array     | Shape       | Gradient of                                             |
/// |-----------|-------------|---------------------------------------------------------|
/// | `outputs` | `[B, T, H]` | every step's output, in the order of reading            |
/// | `h`, `c`  | `[B, H]`    | the last states                                         |
public struct OutputGradients<Scalar: RealScalar>: Sendable {
  public var outputs: [Scalar]?
  public var h: [Scalar]?
  public var c: [Scalar]?

  public init(outputs: [Scalar]? = nil, h: [Scalar]? = nil, c: [Scalar]? = nil) {
    self.outputs = outputs
    self.h = h
    self.c = c
  }
}

/// Which gradients a backward pass computes beside those of the weights.
public struct WantedGradients: OptionSet, Sendable {
  public let rawValue: Int
  public init(rawValue: Int) { self.rawValue = rawValue }

  public static let input = WantedGradients(rawValue: 1)
  public static let initialState = WantedGradients(rawValue: 2)
}

/// The gradients of the weights, the input and the initial states; an array is empty where its gradient was not wanted.
///
/// | Array      | Shape       |                                     |
/// |------------|-------------|-------------------------------------|
/// | `weights`  |             | as the weights, both biases present |
/// | `x`        | `[B, T, D]` | in the order of the input           |
/// | `h0`, `c0` | `[B, H]`    | `c0` only of a cell with c          |
public struct SequenceGradients<Scalar: RealScalar>: Sendable {
  public var weights: SequenceWeights<Scalar>
  public var x: [Scalar]
  public var h0: [Scalar]
  public var c0: [Scalar]
}
