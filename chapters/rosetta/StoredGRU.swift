import ChapterSupport

/// A GRU's tensors made by hand, and its equations when the blocks are taken for an order.
struct StoredGRU {
  var name: String
  var layout: WeightLayout
  var tensors: [(name: String, formula: Formula)]
  var order: [Gate]
  var equations: ([Gate]) -> GRUEquations
}

/// The GRU's comparisons, which are alike for both places of the reset gate.
struct GRUReadings {
  var names: [String]
  /// `differences[a][b]`: stored as a, read as b.
  var differences: [[Double]]
  var wrong: [(name: String, h: Tensor<Double>)]
}

func readings(
  _ stored: [StoredGRU], _ weights: CellWeights<Double>, _ own: NamedWeights, right: Tensor<Double>, _ what: String,
  line: Int = #line
) -> GRUReadings {
  let names = stored.map(\.name)
  let files = stored.map { tensors($0.tensors) }
  let library = stored.map { page.tensors(of: weights, in: $0.layout, line: line) }
  page.compare(
    "\(what): every stored number", ("by hand", files.flatMap(flat)), ("by the library", library.flatMap(flat)),
    tolerance: exactly, because: "numbers move, nothing is computed", line: line)
  page.compare(
    "\(what): \(names.joined(separator: ", "))",
    hand: Tensor.stacked(stored.map { byHand($0.equations($0.order), own) }),
    layer: Tensor.stacked(zip(stored, files).map { byLayer(page.weights(in: $0.layout, of: $1), own) }),
    tolerance: tolerance,
    axes: [Axis("layout", names), "step", "sample", "unit"], line: line)
  let pairs = stored.map { a in
    stored.map { b in
      (
        hand: byHand(a.equations(b.order), own), layer: byLayer(misread(weights, a.order, as: b.order), own)
      )
    }
  }
  page.compare(
    "\(what): \(names.count * names.count) readings", hand: Tensor.stacked(pairs.joined().map(\.hand)),
    layer: Tensor.stacked(pairs.joined().map(\.layer)), tolerance: tolerance,
    axes: [
      Axis("reading", names.flatMap { a in names.map { "\(a) read as \($0)" } }), "step", "sample", "unit",
    ], line: line)
  let wrong = stored.indices.flatMap { a in
    stored.indices.filter { stored[$0].order != stored[a].order }.map { b in
      ("\(names[a]) read as \(names[b])", pairs[a][b].hand)
    }
  }
  return GRUReadings(
    names: names, differences: pairs.map { $0.map { apart($0.hand, from: right) } }, wrong: wrong)
}

func gruLayout(_ framework: Framework, resetAfter: Bool) -> WeightLayout {
  page.layout(framework, .gru, WeightFeatures(resetAfter: resetAfter))
}

let kerasAfter: StoredGRU = {
  let K = define("K", concatenate(A_zx, A_rx, A_gx), .weight)
  let R = define("R", concatenate(A_zh, A_rh, A_gh), .weight)
  // Two rows: a turned vector is a matrix of one row.
  let b = define("b", stack(transpose(concatenate(a_z, a_r, a_g)), transpose(concatenate(aʹ_z, aʹ_r, aʹ_g))), .weight)
  return StoredGRU(
    name: "Keras", layout: gruLayout(.keras, resetAfter: true),
    tensors: [("kernel", K), ("recurrent_kernel", R), ("bias", b)], order: [.z, .r, .g]
  ) { .after(x • K + onEveryRow(b[row: 0]), h₋ • R + onEveryRow(b[row: 1]), $0) }
}()

let pytorchAfter: StoredGRU = {
  let K = define("K", stack(transpose(A_rx), transpose(A_zx), transpose(A_gx)), .weight)
  let R = define("R", stack(transpose(A_rh), transpose(A_zh), transpose(A_gh)), .weight)
  let (b, bʹ) = (concatenate(a_r, a_z, a_g), concatenate(aʹ_r, aʹ_z, aʹ_g))
  return StoredGRU(
    name: "PyTorch", layout: gruLayout(.pytorch, resetAfter: true),
    tensors: [("weight_ih", K), ("weight_hh", R), ("bias_ih", b), ("bias_hh", bʹ)], order: [.r, .z, .g]
  ) { .after(x • transpose(K) + onEveryRow(b), h₋ • transpose(R) + onEveryRow(bʹ), $0) }
}()

let onnxAfter: StoredGRU = {
  let W = define("W", stack(transpose(A_zx), transpose(A_rx), transpose(A_gx)), .weight)
  let R = define("R", stack(transpose(A_zh), transpose(A_rh), transpose(A_gh)), .weight)
  let B = define("B", concatenate(concatenate(a_z, a_r, a_g), concatenate(aʹ_z, aʹ_r, aʹ_g)), .weight)
  return StoredGRU(
    name: "ONNX", layout: gruLayout(.onnx, resetAfter: true), tensors: [("W", W), ("R", R), ("B", B)],
    order: [.z, .r, .g]
  ) {
    let halves = B.split(into: 2)
    return .after(x • transpose(W) + onEveryRow(halves[0]), h₋ • transpose(R) + onEveryRow(halves[1]), $0)
  }
}()

let kerasBefore: StoredGRU = {
  let K = define("K", concatenate(V_zx, V_rx, V_gx), .weight)
  let R = define("R", concatenate(V_zh, V_rh, V_gh), .weight)
  let b = define("b", concatenate(v_z, v_r, v_g), .weight)
  return StoredGRU(
    name: "Keras", layout: gruLayout(.keras, resetAfter: false),
    tensors: [("kernel", K), ("recurrent_kernel", R), ("bias", b)], order: [.z, .r, .g]
  ) { .before(x • K + onEveryRow(b), R.split(into: 3), $0) }
}()

let tensorflowBefore: StoredGRU = {
  let gates = define("K", stack(concatenate(V_rx, V_zx), concatenate(V_rh, V_zh)), .weight)
  let candidate = define("C", stack(V_gx, V_gh), .weight)
  let (b, c) = (concatenate(v_r, v_z), v_g)
  return StoredGRU(
    name: "TensorFlow 1", layout: gruLayout(.tensorflow1, resetAfter: false),
    tensors: [("gates/kernel", gates), ("gates/bias", b), ("candidate/kernel", candidate), ("candidate/bias", c)],
    order: [.r, .z, .g]
  ) { order in
    // The candidate stands apart: whatever the order, it cannot be taken for a gate.
    let sums = (concatenate(x, h₋) • gates + onEveryRow(b)).split(into: 2)
    let (z, r, _) = GRUEquations.places(order)
    return GRUEquations(z: sums[z], r: sums[r]) { concatenate(x, $0 ⊙ h₋) • candidate + onEveryRow(c) }
  }
}()

let onnxBefore: StoredGRU = {
  let W = define("W", stack(transpose(V_zx), transpose(V_rx), transpose(V_gx)), .weight)
  let R = define("R", stack(transpose(V_zh), transpose(V_rh), transpose(V_gh)), .weight)
  let B = define("B", concatenate(concatenate(v_z, v_r, v_g), noBias), .weight)
  return StoredGRU(
    name: "ONNX", layout: gruLayout(.onnx, resetAfter: false), tensors: [("W", W), ("R", R), ("B", B)],
    order: [.z, .r, .g]
  ) {
    let blocks = (0..<3).map { transpose(R[rows: $0 * H..<($0 + 1) * H]) }
    return .before(x • transpose(W) + onEveryRow(B.split(into: 2)[0]), blocks, $0)
  }
}()

/// MXNet stores what PyTorch stores, under other names.
let mxnetAfter = StoredGRU(
  name: "MXNet", layout: gruLayout(.mxnet, resetAfter: true),
  tensors: zip(["i2h_weight", "h2h_weight", "i2h_bias", "h2h_bias"], pytorchAfter.tensors).map { ($0, $1.formula) },
  order: pytorchAfter.order, equations: pytorchAfter.equations)
