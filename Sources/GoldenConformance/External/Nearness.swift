/// What can be said of wrong numbers that are near the right ones.
struct Nearness {
  private let answer: ExternalRun.Answer
  private let results: TensorTable
  private let names: [String]
  /// The largest error of a tensor as a part of its largest number, over all tensors.
  private let ratio: Double

  /// Nil when some tensor is not near, or has another shape.
  init?(_ answer: ExternalRun.Answer) {
    guard let results = answer.results, case .compared(let comparison) = answer.verdict else { return nil }
    let names = comparison.lines.filter { $0.wrong > 0 }.map(\.tensor)
    var ratio = 0.0
    for name in names {
      guard let want = answer.golden.expectedTensor(name), let got = results[name], got.shape == want.shape,
        got.values.count == got.count
      else { return nil }
      let size = want.values.map(\.magnitude).max() ?? 0
      let errors = want.values.enumerated().map { (got.values[want.indices?[$0] ?? $0] - $1).magnitude }
      guard size > 0, errors.allSatisfy(\.isFinite), let largest = errors.max() else { return nil }
      ratio = max(ratio, largest / size)
    }
    guard ratio > 0, ratio < 0.02 else { return nil }
    (self.answer, self.results, self.names, self.ratio) = (answer, results, names, ratio)
  }

  /// `all numbers are near the right ones (2.0e-03 of the largest), as after rounding the weights to bfloat16`.
  var text: String {
    "all numbers of this case are near the right ones (\(short(ratio)) of the largest)"
      + (held ?? rounded ?? "; no one rounding of weights, inputs or results gives them")
  }

  /// The results are numbers of a narrow type.
  private var held: String? {
    let values = names.flatMap { results[$0]?.values ?? [] }
    guard Set(values).count > 5 else { return nil }
    let types: [AnswerScalar] =
      answer.golden.dtype == .float64 ? [.bfloat16, .float16, .float32] : [.bfloat16, .float16]
    guard let type = types.first(where: { type in values.allSatisfy { type.rounded($0) == $0 } }) else { return nil }
    return ", and all are numbers of \(type.rawValue), as after computing in it (a program says so: \"dtype\": "
      + "\"\(type.rawValue)\"; golden/PROTOCOL.md)"
  }

  private enum Rounding {
    case scalar(AnswerScalar)
    /// 255 steps of equal size from −max to max of each tensor.
    case int8

    var name: String {
      switch self {
      case .scalar(let scalar): scalar.rawValue
      case .int8: "int8"
      }
    }

    func callAsFunction(_ tensor: NumericTensor) -> NumericTensor {
      var rounded = tensor
      switch self {
      case .scalar(let scalar): rounded.values = tensor.values.map(scalar.rounded)
      case .int8:
        let step = (tensor.values.map(\.magnitude).max() ?? 0) / 127
        if step > 0 { rounded.values = tensor.values.map { ($0 / step).rounded(.toNearestOrEven) * step } }
      }
      return rounded
    }
  }

  /// The one rounding of weights, inputs or results that gives these numbers much more closely than the right ones do.
  private var rounded: String? {
    guard case .run(let run) = answer.golden.task else { return nil }
    var found: [(text: String, type: String, distance: Double)] = []
    for rounding in [Rounding.scalar(.bfloat16), .scalar(.float16), .scalar(.float32), .int8] {
      var weights = answer.golden
      for entry in weights.weights.entries { weights.weights[entry.name] = rounding(entry.tensor) }
      var (both, rounded) = (weights, run)
      for entry in run.inputs.entries where entry.tensor.values.contains(where: { $0 != $0.rounded() }) {
        rounded.inputs[entry.name] = rounding(entry.tensor)
      }
      both.task = .run(rounded)
      let layers = LayersImplementation(scalar: .float64)
      for (place, golden) in [("weights", weights), ("weights and inputs", both)] {
        guard let own = try? layers.run(golden) else { continue }
        found.append((place, rounding.name, distance(own) { $0 }))
      }
      guard let own = try? layers.run(answer.golden) else { continue }
      found.append(("results", rounding.name, distance(own) { rounding($0) }))
    }
    guard let right = try? LayersImplementation(scalar: .float64).run(answer.golden),
      let best = found.min(by: { $0.distance < $1.distance }), best.distance < distance(right, { $0 }) / 4,
      found.allSatisfy({ $0.type == best.type || best.distance < $0.distance / 2 })
    else { return nil }
    return ", as after rounding the \(best.text) to \(best.type)"
  }

  /// The largest difference of the answer from other numbers, as a part of the largest number of the tensor.
  private func distance(_ own: TensorTable, _ change: (NumericTensor) -> NumericTensor) -> Double {
    names.map { name -> Double in
      guard let got = results[name], let tensor = own[name].map(change), tensor.values.count == got.values.count else {
        return .infinity
      }
      let size = tensor.values.map(\.magnitude).max() ?? 0
      let largest = zip(got.values, tensor.values).map { ($0 - $1).magnitude }.max() ?? 0
      return size > 0 ? largest / size : largest
    }.max() ?? .infinity
  }
}
