import Digits
import Training

/// How pictures become the steps of a sequence.
///
/// | Case               | From `[B, 28, 28]` to 28 blocks `[B, 28]`                  | Row n of block t       |
/// |--------------------|------------------------------------------------------------|------------------------|
/// | `rowsAsSteps`      | transpose to `[28, B, 28]`, reshape to `[28·B, 28]`, split | row t of picture n     |
/// | `withoutTranspose` | reshape to `[28·B, 28]`, split                             | row k mod 28 of        |
/// |                    |                                                            | picture k / 28, where  |
/// |                    |                                                            | k = t·B + n            |
///
/// A recurrent layer takes block t as its step t. Without the transpose the n-th sequence of a batch is made of rows of
/// other pictures than the n-th, and what one step learns of a picture says nothing about the next step's.
///
/// Source: the document on an LSTM for handwritten digits, section 3, "data layout".
public enum RowLayout: String, CaseIterable, Sendable {
  case rowsAsSteps = "rows-as-steps"
  case withoutTranspose = "without-transpose"

  /// The blocks that the steps get, by the operations of the table: pictures `[B, T, D]` become T blocks `[B, D]`.
  public func blocks<Scalar>(_ x: Tensor<Scalar>) -> [Tensor<Scalar>] {
    let (B, T, D) = (x.shape[0], x.shape[1], x.shape[2])
    let ordered = self == .rowsAsSteps ? x.timeMajor : x
    let rows = ordered.reshaped([T * B, D])
    return (0..<T).map { rows.slices($0 * B..<($0 + 1) * B) }
  }

  /// Which row of which picture stands in row `n` of block `t`, for B pictures of T rows.
  public func origin(block t: Int, row n: Int, batchSize B: Int, rows T: Int) -> (picture: Int, row: Int) {
    switch self {
    case .rowsAsSteps: (n, t)
    case .withoutTranspose: ((t * B + n) / T, (t * B + n) % T)
    }
  }
}

/// Pictures of digits as sequences of rows, unpacked a batch at a time.
///
///     x = pixel / 255
///
/// | Tensor   | Shape                                                      |
/// |----------|------------------------------------------------------------|
/// | a batch  | `[B, 28, 28]`: sample, step, column; step t is `blocks[t]` |
public struct DigitRows: Samples {
  public let digits: DigitSet
  public let layout: RowLayout

  public init(_ digits: DigitSet, layout: RowLayout = .rowsAsSteps) {
    self.digits = digits
    self.layout = layout
  }

  public var sampleCount: Int { digits.count }

  public func batch(_ numbers: ArraySlice<Int>) -> Tensor<Float> {
    let (B, side) = (numbers.count, DigitSet.side)
    let pictures = Array(numbers)
    return Tensor(shape: [B, side, side]) { y in
      digits.images.withUnsafeBufferPointer { images in
        for n in 0..<B {
          for t in 0..<side {
            let origin = layout.origin(block: t, row: n, batchSize: B, rows: side)
            let place = pictures[origin.picture] * DigitSet.pixels + origin.row * side
            let source = UnsafeBufferPointer(rebasing: images[place..<place + side])
            for column in 0..<side { y[(n * side + t) * side + column] = Float(source[column]) / 255 }
          }
        }
      }
    }
  }
}

extension DigitSet {
  /// The right digits, as losses take them.
  public var targets: Labels { Labels(labels.map(Int.init)) }

  /// The pictures as numbers from 0 to 1: `[N, 28, 28]`.
  public func pixels(_ numbers: [Int]) -> Tensor<Float> { DigitRows(self).batch(numbers[...]) }
}
