import ChapterSupport

/// The rules of a framework, as far as a conversion needs them.
struct Rules {
  var framework: Framework
  var lstm: [Gate]
  var gru: [Gate]
  var rowsAreUnits = false
  var isJoined = false
  var biases = 1
  var biasesAreOneTensor = false
  var forgetBias = 0.0
  var gruPlaces = ["after"]
  var name: String { frameworkNames[framework] ?? framework.rawValue }
  var short: String { framework == .tensorflow1 ? "TF 1" : name }

  /// How many biases each gate of a GRU has, by the place of its reset gate.
  func gruBiases(_ place: String) -> Int { framework == .keras && place == "after" ? 2 : biases }
  var lstmBiasText: String { biases == 1 ? "one" : biasesAreOneTensor ? "two in one" : "two" }
  var gruBiasText: String { framework == .keras ? "two rows (after), one (before)" : lstmBiasText }
}

/// Which block of the source stands at each place of the target.
func permutation(_ source: [Gate], _ target: [Gate]) -> [Int] { target.map { source.firstIndex(of: $0) ?? 0 } }

/// What becomes of a GRU's biases, for each place of the reset gate that both frameworks have.
func gruBiasRecipe(_ a: Rules, _ b: Rules) -> String {
  let parts = a.gruPlaces.filter(b.gruPlaces.contains).map { place in
    let counts = (a.gruBiases(place), b.gruBiases(place))
    let words =
      counts.0 > counts.1 ? "b + b′" : counts.0 < counts.1 ? "b′ = 0" : counts.0 == 2 ? "keep both" : "same"
    return (place, words)
  }
  if parts.isEmpty { return "–" }
  return parts.count == 1 ? parts[0].1 : parts.map { "\($0.0): \($0.1)" }.joined(separator: "; ")
}

/// The row of a conversion in the table of recipes.
func recipe(_ a: Rules, _ b: Rules) -> [String] {
  func words(_ order: [Int]) -> String {
    order == order.sorted() ? "same" : order.map(String.init).joined(separator: " ")
  }
  let places = a.gruPlaces.filter(b.gruPlaces.contains)
  let gru = words(permutation(a.gru, b.gru)).replacing(" 2", with: a.isJoined || b.isJoined ? " | 2" : " 2")
  let matrices = [
    a.isJoined ? "cut" : nil, a.rowsAreUnits != b.rowsAreUnits ? "turn" : nil, b.isJoined ? "join" : nil,
  ].compactMap { $0 }
  var biases = a.forgetBias > b.forgetBias ? ["f + 1"] : a.forgetBias < b.forgetBias ? ["f − 1"] : []
  if a.biases > b.biases { biases.insert("b + b′", at: 0) }
  if a.biases < b.biases { biases.append("b′ = 0") }
  if a.biases == 2, a.biasesAreOneTensor, !b.biasesAreOneTensor, b.biases == 2 { biases.append("cut") }
  if b.biasesAreOneTensor { biases.append("join") }
  return [
    a.short, b.short, words(permutation(a.lstm, b.lstm)), places.isEmpty ? "refused" : gru,
    places.isEmpty ? "–" : places.joined(separator: ", "), matrices.isEmpty ? "same" : matrices.joined(separator: ", "),
    biases.isEmpty ? "same" : biases.joined(separator: ", "), gruBiasRecipe(a, b),
  ]
}

/// An LSTM's tensors carried from one framework's rules to another's.
func converted(_ file: [Tensor<Double>], _ a: Rules, _ b: Rules) -> [Tensor<Double>] {
  // Turn and cut.
  let upright = a.rowsAreUnits ? file.prefix(2).map(\.transposed) : Array(file.prefix(a.isJoined ? 1 : 2))
  var matrices = a.isJoined ? [upright[0].slices(0..<D), upright[0].slices(D..<D + H)] : upright
  var biases = Array(file.dropFirst(a.isJoined ? 1 : 2))
  if a.biasesAreOneTensor { biases = biases[0].split(into: 2) }
  // Move the blocks.
  let order = permutation(a.lstm, b.lstm)
  func moved(_ tensor: Tensor<Double>) -> Tensor<Double> {
    let blocks = tensor.split(into: 4)
    return .concatenated(order.map { blocks[$0] })
  }
  (matrices, biases) = (matrices.map(moved), biases.map(moved))
  // Settle the biases.
  if biases.count > b.biases { biases = [biases[0] + biases[1]] }
  if biases.count < b.biases { biases.append(.zeros([4 * H])) }
  let forget = (b.lstm.firstIndex(of: .f) ?? 0) * H
  for unit in forget..<forget + H { biases[0].scalars[unit] += a.forgetBias - b.forgetBias }
  // Join and turn.
  if b.biasesAreOneTensor { biases = [.concatenated(biases)] }
  if b.isJoined { matrices = [.stackedRows(matrices)] }
  return (b.rowsAreUnits ? matrices.map(\.transposed) : matrices) + biases
}

/// The layout of a framework, and its file with all its biases filled.
func trained(_ rule: Rules) -> (layout: WeightLayout, file: [(name: String, tensor: Tensor<Double>)]) {
  let layout = page.layout(rule.framework, .lstm)
  var weights = lstmWeights.addingForgetBias(-rule.forgetBias)
  if rule.biases == 2 { (weights.bias, weights.recurrentBias) = (withoutSecond.bias, share) }
  return (layout, page.tensors(of: weights, in: layout))
}

/// The same conversion by the library.
func libraryConverted(_ a: Rules, _ b: Rules) -> [Double] {
  let (source, target) = (trained(a), trained(b).layout)
  let weights = page.weights(in: source.layout, of: source.file).addingForgetBias(a.forgetBias - b.forgetBias)
  return flat(page.tensors(of: weights, in: target))
}

/// Conversions by the library between files stored by hand: how many, and both sides' numbers.
func libraryConversions(
  _ files: [(layout: WeightLayout, forgetBias: Double, tensors: [(name: String, tensor: Tensor<Double>)])]
) -> (count: Int, targets: [Double], converted: [Double]) {
  let pairs = files.indices.flatMap { a in files.indices.filter { $0 != a }.map { (files[a], files[$0]) } }
  let converted = pairs.map { a, b in
    let weights = page.weights(in: a.layout, of: a.tensors).addingForgetBias(a.forgetBias - b.forgetBias)
    return page.tensors(of: weights, in: b.layout)
  }
  return (pairs.count, pairs.flatMap { flat($1.tensors) }, converted.flatMap(flat))
}

let rules = [
  Rules(framework: .keras, lstm: [.i, .f, .g, .o], gru: [.z, .r, .g], gruPlaces: ["after", "before"]),
  Rules(
    framework: .tensorflow1, lstm: [.i, .g, .f, .o], gru: [.r, .z, .g], isJoined: true, forgetBias: 1,
    gruPlaces: ["before"]),
  Rules(framework: .pytorch, lstm: [.i, .f, .g, .o], gru: [.r, .z, .g], rowsAreUnits: true, biases: 2),
  Rules(
    framework: .onnx, lstm: [.i, .o, .f, .g], gru: [.z, .r, .g], rowsAreUnits: true, biases: 2,
    biasesAreOneTensor: true,
    gruPlaces: ["after", "before"]),
  Rules(framework: .mxnet, lstm: [.i, .f, .g, .o], gru: [.r, .z, .g], rowsAreUnits: true, biases: 2),
]

let switches: [Framework: String] = [
  .keras: "`reset_after`, true by default", .onnx: "`linear_before_reset`, 0 by default",
]
let frameworkNames: [Framework: String] = [
  .keras: "Keras", .tensorflow1: "TensorFlow 1", .pytorch: "PyTorch", .onnx: "ONNX", .mxnet: "MXNet",
]

/// How many numbers the biases of a GRU have: by the rules, and in the tensors that the library stores.
func compareGRUBiases(line: Int = #line) {
  let cases = rules.flatMap { rule in rule.gruPlaces.map { (rule: rule, place: $0) } }
  let stored = cases.map { rule, place in
    let layout = gruLayout(rule.framework, resetAfter: place == "after")
    let tensors = page.tensors(of: place == "after" ? afterWeights : beforeWeights, in: layout, line: line)
    return tensors.filter { $0.name.contains("bias") || $0.name == "B" }.reduce(0) { $0 + $1.tensor.count }
  }
  page.compare(
    "numbers in a GRU's biases", ("by the table of rules", cases.map { 3 * H * $0.rule.gruBiases($0.place) }),
    ("stored by the library", stored), tolerance: exactly,
    axes: [Axis("cell", cases.map { "\($0.rule.short), \($0.place)" })], because: "they are counted", line: line)
}

/// All twenty recipes beside the library.
func compareRecipes(line: Int = #line) {
  page.compare(
    "20 recipes, every stored number of an LSTM", ("by the library", conversions.flatMap { libraryConverted($0, $1) }),
    (
      "by the recipe",
      conversions.flatMap { a, b in converted(trained(a).file.map(\.tensor), a, b).flatMap(\.scalars) }
    ), tolerance: exactly, because: "numbers move; sums of such short numbers are exact", line: line)
}

/// Every conversion that the frameworks allow, of all cells.
func compareConversions(line: Int = #line) {
  let lstmFiles = zip(layouts, handFiles).dropLast().map { ($0.layout, $0.forgetBias, $1) }
  let byCell = [
    ("LSTM", libraryConversions(lstmFiles)),
    ("GRU, reset after", libraryConversions(storedAfter.map { ($0.layout, 0, tensors($0.tensors)) })),
    ("GRU, reset before", libraryConversions(storedBefore.map { ($0.layout, 0, tensors($0.tensors)) })),
    ("simple RNN", libraryConversions(zip(simpleLayouts, simpleFiles).map { ($0, 0, $1) })),
  ]
  page.table(columns: ["cell", "conversions"], rows: byCell.map { [$0.0, "\($0.1.count)"] }, line: line)
  page.compare(
    "\(byCell.reduce(0) { $0 + $1.1.count }) conversions, every stored number",
    ("the target's file", byCell.flatMap(\.1.targets)), ("by the library", byCell.flatMap(\.1.converted)),
    tolerance: exactly, because: "numbers move; adding and taking away 1 is exact here", line: line)
}
