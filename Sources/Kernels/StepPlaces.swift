/// Where the numbers of one step of one block of rows are: pointers and strides. A step before and a step after share
/// the states between them.
///
/// | Part                      | Shape            | Contents                                                |
/// |---------------------------|------------------|---------------------------------------------------------|
/// | `inputs`                  | `[B, D + 1 + H]` | what the step multiplies: x, a 1 for the bias, h        |
/// | `hidden`, `nextHidden`    | `[B, H]`         | h before and after the step                             |
/// | `cell`, `nextCell`        | `[B, H]`         | c before and after the step                             |
/// | `gates`                   | `[B, S, H]`      | the S stored blocks of the cell, its gates first        |
/// | `activatedCell`           | `[B, H]`         | the activation of c′                                    |
struct StepPlaces<Scalar: RealScalar> {
  let D: Int
  /// H rounded up to whole vectors.
  let paddedH: Int
  /// The first row of the block.
  let firstRow: Int
  let inputStride: Int
  let gatesStride: Int
  let cellStride: Int
  let inputStart: UnsafeMutablePointer<Scalar>
  let nextInputStart: UnsafeMutablePointer<Scalar>
  let gatesStart: UnsafeMutablePointer<Scalar>
  let cellStart: UnsafeMutablePointer<Scalar>
  let nextCellStart: UnsafeMutablePointer<Scalar>
  let activatedCellStart: UnsafeMutablePointer<Scalar>

  @inline(__always)
  func inputs(_ b: Int) -> UnsafeMutablePointer<Scalar> { inputStart + (b &- firstRow) &* inputStride }

  @inline(__always)
  func hidden(_ b: Int) -> UnsafeMutablePointer<Scalar> { inputs(b) + (D &+ 1) }

  @inline(__always)
  func nextHidden(_ b: Int) -> UnsafeMutablePointer<Scalar> {
    nextInputStart + ((b &- firstRow) &* inputStride &+ D &+ 1)
  }

  /// One stored block of a row.
  @inline(__always)
  func gates(_ b: Int, block: Int = 0) -> UnsafeMutablePointer<Scalar> {
    gatesStart + ((b &- firstRow) &* gatesStride &+ block &* paddedH)
  }

  @inline(__always)
  func cell(_ b: Int) -> UnsafeMutablePointer<Scalar> { cellStart + (b &- firstRow) &* cellStride }

  @inline(__always)
  func nextCell(_ b: Int) -> UnsafeMutablePointer<Scalar> { nextCellStart + (b &- firstRow) &* cellStride }

  @inline(__always)
  func activatedCell(_ b: Int) -> UnsafeMutablePointer<Scalar> { activatedCellStart + (b &- firstRow) &* cellStride }
}
