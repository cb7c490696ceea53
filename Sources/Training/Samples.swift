/// Training data that gives batches of any of its samples: a tensor, labels, or images that are unpacked when they are
/// needed.
public protocol Samples<Batch>: Sendable {
  associatedtype Batch

  /// How many samples there are.
  var sampleCount: Int { get }

  /// The samples with the given numbers, in that order.
  func batch(_ numbers: ArraySlice<Int>) -> Batch
}

extension Tensor: Samples {
  /// B of `[B, …]`.
  public var sampleCount: Int { shape.first ?? 0 }

  public func batch(_ numbers: ArraySlice<Int>) -> Tensor {
    let size = shape.dropFirst().reduce(1, *)
    return Tensor(shape: [numbers.count] + shape.dropFirst()) { y in
      scalars.withUnsafeBufferPointer { x in
        guard let x = x.baseAddress else { return }
        for (place, number) in numbers.enumerated() {
          precondition((0..<sampleCount).contains(number), "sample \(number) of \(sampleCount)")
          (y + place * size).update(from: x + number * size, count: size)
        }
      }
    }
  }
}

/// The class of every sample, or of every step of every sample.
///
/// | Property         | Contents                                              |
/// |------------------|-------------------------------------------------------|
/// | `values`         | class numbers, sample by sample: `[B]` or `[B, T]`    |
/// | `labelsASample`  | 1, or T where every step has its label                |
public struct Labels: Samples, Equatable {
  public let values: [Int]
  public let labelsASample: Int

  /// One label for each sample.
  public init(_ values: [Int]) {
    self.values = values
    labelsASample = 1
  }

  /// T labels for each sample: one for each step.
  public init(_ rows: [[Int]]) {
    precondition(rows.allSatisfy { $0.count == rows[0].count }, "samples with different numbers of labels")
    values = rows.flatMap { $0 }
    labelsASample = rows.first?.count ?? 1
  }

  private init(values: [Int], labelsASample: Int) {
    self.values = values
    self.labelsASample = labelsASample
  }

  public var sampleCount: Int { labelsASample == 0 ? 0 : values.count / labelsASample }

  public func batch(_ numbers: ArraySlice<Int>) -> Labels {
    Labels(
      values: numbers.flatMap { values[$0 * labelsASample..<($0 + 1) * labelsASample] }, labelsASample: labelsASample)
  }
}
