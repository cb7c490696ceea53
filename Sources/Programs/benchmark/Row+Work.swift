import Training

// What a call costs: operations, and the bytes that must move at least.
extension Row {
  /// Additions and multiplications of the matrix products of one call: forward, and in training those of the gradients
  /// of the states and of the weights. The gradient of the network's input is not computed: it is data.
  var flops: Double {
    let (b, t, h) = (Double(B), Double(usedSteps) / Double(B), Double(H))
    func layer(_ kind: CellKind, _ d: Double, hasInputGradient: Bool = true) -> Double {
      let gates = Double(kind.gateCount)
      let forward = 2 * b * t * (d + h) * gates * h
      switch mode {
      case .forward: return forward
      case .gradient, .train: return 2 * forward + 2 * b * t * (hasInputGradient ? d + h : h) * gates * h
      }
    }
    func dense(_ rows: Double, _ d: Double, _ classes: Int) -> Double {
      2 * rows * d * Double(classes) * (mode == .forward ? 1 : 3)
    }
    let d = Double(D)
    switch network {
    case .layer(let kind, _): return layer(kind, d)
    case .classifier(let kind, _): return layer(kind, d, hasInputGradient: false) + dense(b, h, Self.classes)
    case .bidirectional: return 2 * layer(.lstm, d)
    case .stacked: return layer(.lstm, d) + layer(.lstm, h)
    case .stream(let steps): return Double(steps) * layer(.lstm, d)
    case .language(let layers, let vocabulary, _):
      return layer(.lstm, d) + Double(layers - 1) * layer(.lstm, h) + dense(b * t, h, vocabulary)
    case .sorting(let vocabulary): return 2 * layer(.lstm, d) + dense(b * t, 2 * h, vocabulary)
    }
  }

  /// Bytes that a call must read and write at least where its weights or outputs do not fit the first two caches; nil
  /// where the products alone bound it.
  var bytes: Double? {
    let number = Double(MemoryLayout<Float>.stride)
    switch network {
    case .stream(let steps):
      // All weights at every step.
      return Double(steps * (D + H + 1) * 4 * H) * number
    case .language(_, let vocabulary, _) where vocabulary > 1000:
      let (logits, head) = (Double(B * T * vocabulary), Double((H + 1) * vocabulary))
      if mode == .forward { return (logits + head) * number }
      // The logits are written and read, and so are their gradients, twice. The head: read for the products of both
      // ways, read and written by the update; its gradient written and read. The embeddings' gradient is written and
      // read; few of its rows are used.
      return (5 * logits + 6 * head + 2 * Double(vocabulary * D)) * number
    default: return nil
    }
  }

  /// Steps of all samples that are not masked.
  var usedSteps: Int { lengths?.reduce(0, +) ?? B * T }

  /// The lengths of a masked row's samples: 5 … T, each as often as the others.
  var lengths: [Int]? {
    guard case .layer(_, .mask) = network else { return nil }
    return (0..<B).map { 5 + $0 * 7 % (T - 4) }
  }
}
