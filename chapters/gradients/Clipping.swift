import ChapterSupport

// Gradients that are clipped: by this library, and as PyTorch and Keras clipped the same ones.

/// Gradients of several weights, as the library's rules take them.
func gradients(_ list: [(String, Tensor<Double>)]) -> NamedTensors<Double> {
  NamedTensors(list.map { (name: $0.0, tensor: $0.1) })
}

func list(_ group: NamedTensors<Double>) -> String {
  group.named.map { "(\($0.tensor.scalars.map { number($0, 4) }.joined(separator: ", ")))" }.joined(separator: " and ")
}

/// The cosine of the angle between two gradients: 1 where the direction is the same.
func cosine(_ a: NamedTensors<Double>, _ b: NamedTensors<Double>) -> Double {
  let dot = zip(a.named, b.named).reduce(0) { $0 + ($1.0.tensor * $1.1.tensor).sum() }
  return dot / (a.globalNorm * b.globalNorm)
}

/// Each rule beside the two frameworks, for all gradients of their file.
func compareClipping(_ stored: LessonNumbers, line: Int = #line) throws {
  let bound = try stored.tolerance()
  for (name, rule, torch, keras) in rules {
    for (framework, place) in [("PyTorch", ["torch", torch]), ("Keras", ["keras", keras])] {
      let (theirs, ours) = try clipped(stored, rule, place)
      page.compare(
        "\(name), as \(framework)", (framework, Tensor(theirs)), ("this library", Tensor(ours)),
        tolerance: Tolerance(absolute: bound.absolute, relative: bound.relative),
        because: "a square root and a division", line: line)
    }
  }
}

/// All gradients of a file, clipped by a framework and by this library.
private func clipped(
  _ stored: LessonNumbers, _ rule: GradientClipping, _ place: [String]
) throws -> (theirs: [Double], ours: [Double]) {
  var (theirs, ours): ([Double], [Double]) = ([], [])
  for one in try stored["cases"].list() {
    let names = try one["gradients"].keys()
    let given = gradients(try names.map { ($0, try one["gradients"][$0].tensor()) })
    let limited = try rule.with(limit: one["limit"].number())(given, as: place[0] == "torch" ? .pytorch : .keras)
    ours += limited.tensors.flatMap(\.scalars)
    for name in names { theirs += try one[place[0]][place[1]][name].tensor().scalars }
  }
  return (theirs, ours)
}

extension GradientClipping {
  /// The same rule with another limit.
  fileprivate func with(limit: Double) -> GradientClipping {
    switch self {
    case .none: .none
    case .value: .value(limit)
    case .norm: .norm(limit)
    case .globalNorm: .globalNorm(limit)
    }
  }
}
