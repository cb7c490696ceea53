/// What a few bytes of a case may ask for: a rule (`hash`, `tile`) or a number of units stands for many numbers. All
/// that follows from a case is counted before any of it is computed.
extension Node {
  /// The multiply-adds that a training of a case may take: some minutes at most.
  static var maximumWork: Int { 1 << 38 }

  /// Refuses a layer with more than `maximumCount` weights, or more outputs and values of steps.
  func requireComputable(_ signature: Signature, x shape: [Int]) throws(CaseError) {
    let outputs = signature.outputs.numberCount + signature.unseenCount
    for (what, count) in [("weights", signature.weights.numberCount), ("outputs and values of steps", outputs)]
    where count > Self.maximumCount {
      throw error(
        expected: "a layer whose \(what) are at most \(Self.maximumCount) numbers",
        found: "\(count) for x of shape \(shape)")
    }
  }

  /// - Parameter samples: the rows of a training set.
  func requireComputable(
    epochs: Int, samples: Int, batchSize: Int, of signature: Signature, x shape: [Int]
  ) throws(CaseError) {
    let weights = signature.weights.numberCount
    let steps = shape.count == 3 ? shape[1] : 1
    let updates = (samples + batchSize - 1) / batchSize
    // As `Double`, which does not overflow. An update costs something even where nothing is computed.
    let work = Double(epochs) * (Double(samples) * Double(steps) * Double(weights) + Double(updates) * 4096)
    guard work <= Double(Self.maximumWork) else {
      throw error(
        expected: "a training of at most \(Self.maximumWork) multiply-adds (epochs · samples · steps · weights)",
        found: "about \(work): \(epochs) epochs, \(samples) samples, \(steps) steps, \(weights) weights")
    }
  }
}

extension [TensorSpec] {
  /// How many numbers the tensors hold.
  package var numberCount: Int { reduce(0) { $0 + $1.shape.reduce(1, *) } }
}

extension Case {
  /// How many numbers the case holds.
  var numberCount: Int {
    let tables: [TensorTable]
    var count = 0
    switch task {
    case .run(let run): tables = [weights, run.inputs, run.cotangents, run.expected, run.expectedGradients]
    case .fit(let fit):
      tables = [weights, fit.expected]
      count = fit.x.values.count + fit.y.values.count + (fit.predict?.values.count ?? 0)
    }
    return tables.reduce(count) { $1.entries.reduce($0) { $0 + $1.tensor.values.count } }
  }
}
