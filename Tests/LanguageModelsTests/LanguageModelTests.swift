import Foundation
import PrintedNumbers
import Support
import Testing

@testable import LanguageModels

/// The tiny model of `golden/lessons/language_model_truncation.json`, with PyTorch's two biases.
private typealias TorchModel = LanguageModel<LayoutCell<LSTMCell<Double>>>

/// How an update is computed, right or with one fault.
private enum Fault: CaseIterable {
  case none, stateNotCarried, stateOfTheFirstRow, rowsOverwritten, targetsNotShifted, gradientNotCut
}

private struct TinyRun {
  let file: LessonNumbers
  var model: TorchModel
  let ids: [[Int]]
  let rate, limit: Double

  init(_ file: LessonNumbers) throws {
    self.file = file
    let weights = file["weights"]
    let cell = try LayoutCell<LSTMCell<Double>>(WeightLayout(.pytorch, .lstm, WeightFeatures())) {
      try weights[$0 + "_l0"].tensor()
    }
    model = TorchModel(
      embedding: try Embedding(embeddings: weights["embedding"].tensor()), cell: cell,
      dense: try Dense(
        kernel: weights["dense_weight"].tensor().transposed, bias: weights["dense_bias"].tensor()))
    ids = try file["ids"].list().map { try $0.numbers().map { Int($0) } }
    (rate, limit) = (try file["learning_rate"].number(), try file["clip_norm"].number())
  }

  /// Losses and norms before clipping of all updates; the model ends with the final weights.
  mutating func train(steps T: Int, carry: Bool, _ fault: Fault = .none) throws -> (losses: [Double], norms: [Double]) {
    let rows = try WordRows(ids.flatMap { $0 }, rows: ids.count)
    var (state, losses, norms) = (LSTMState<Double>?.none, [Double](), [Double]())
    for k in 0..<rows.blockCount(steps: T) {
      var (inputs, targets) = rows.block(k, steps: T)
      if fault == .targetsNotShifted { targets = Labels(inputs.values) }
      if fault == .stateOfTheFirstRow, let first = state?.h.slice(0), let h = state?.h {
        state?.h = Tensor(shape: h.shape, scalars: ids.flatMap { _ in first.scalars })
      }
      var piece = try model.gradient(inputs, targets: targets, from: carry && fault != .stateNotCarried ? state : nil)
      if fault == .gradientNotCut, k > 0 {
        // The block before gets the gradient of the state in which it ended.
        let (before, wanted) = rows.block(k - 1, steps: T)
        let more = try model.gradient(before, targets: wanted, from: nil, ending: piece.initialStateGradient)
        var sum = piece.gradient
        sum.add(more.gradient)
        piece = TorchModel.Block(
          loss: piece.loss, gradient: sum, initialStateGradient: piece.initialStateGradient, state: piece.state)
      }
      var gradient = piece.gradient
      if fault == .rowsOverwritten { gradient.embedding.embeddings = try overwritten(inputs, targets, state) }
      state = piece.state
      losses.append(piece.loss)
      let norm = gradient.named.reduce(0) { $0 + $1.tensor.scalars.reduce(0) { $0 + $1 * $1 } }.squareRoot()
      norms.append(norm)
      // PyTorch's rule: min(1, limit / (norm + 10⁻⁶)).
      let factor = rate * min(1, limit / (norm + 1e-6))
      let changes = gradient.named.map { $0.tensor * factor }
      var index = 0
      model.parameters.update { _, tensor in
        tensor = tensor - changes[index]
        index += 1
      }
    }
    return (losses, norms)
  }

  /// The gradient of the table in which a word that comes twice keeps the last gradient alone.
  private func overwritten(_ x: Indices, _ y: Labels, _ state: LSTMState<Double>?) throws -> Tensor<Double> {
    let vectors = try model.embedding.forward(x)
    let piece = try model.sequence.gradients(vectors.output, y, from: state, loss: softmaxCrossEntropy)
    var table = Tensor<Double>.zeros(model.embedding.parameters.embeddings.shape)
    for (row, word) in x.values.enumerated() {
      for j in 0..<table.columns {
        table.scalars[word * table.columns + j] = piece.x.scalars[row * table.columns + j]
      }
    }
    return table
  }

  /// The largest distance of losses and weights from PyTorch's, in units of the tolerance.
  mutating func distance(from run: LessonNumbers, _ tolerance: (absolute: Double, relative: Double), _ fault: Fault)
    throws -> Double
  {
    let (losses, norms) = try train(
      steps: Int(run["num_steps"].number()), carry: run["carry"].flag(), fault)
    let final = run["final_weights"]
    let weights = model.parameters
    let names = [
      ("embedding", "embeddings"), ("weight_ih_l0", "0/weight_ih"), ("weight_hh_l0", "0/weight_hh"),
      ("bias_ih_l0", "0/bias_ih"), ("bias_hh_l0", "0/bias_hh"), ("dense_bias", "1/bias"),
    ]
    var pairs = [(losses, try run["loss_per_update"].numbers())]
    pairs.append((norms, try run["gradient_norm_per_update_before_clipping"].numbers()))
    pairs.append(
      ([perplexity(nats: losses.reduce(0, +) / Double(losses.count))], [try run["perplexity"].number()]))
    for (torch, own) in names { pairs.append((weights[own].scalars, try final[torch].tensor().scalars)) }
    pairs.append((weights["1/kernel"].scalars, try final["dense_weight"].tensor().transposed.scalars))
    return pairs.map { got, want in
      guard got.count == want.count else { return .infinity }
      return zip(got, want).map { abs($0 - $1) / (tolerance.absolute + tolerance.relative * abs($1)) }.max() ?? 0
    }.max() ?? .infinity
  }
}

@Suite struct TinyLanguageModels {
  /// Losses, norms and weights of PyTorch over a few updates, the state carried and not.
  @Test func updatesAreThoseOfPyTorch() throws {
    let file = try #require(try LessonNumbers.load("language_model_truncation"))
    let runs = try file["language_model"]["runs"].list()
    expect(runs.count >= 4)
    for run in runs {
      var tiny = try TinyRun(file["language_model"])
      try expect(tiny.distance(from: run, file.tolerance(), .none) <= 1)
    }
  }

  /// Every wrong way is far away from at least two of PyTorch's runs.
  @Test(arguments: Fault.allCases.filter { $0 != .none }) fileprivate func wrongWaysAreNoticed(_ fault: Fault) throws {
    let file = try #require(try LessonNumbers.load("language_model_truncation"))
    let far = try file["language_model"]["runs"].list().count { run in
      var tiny = try TinyRun(file["language_model"])
      return try tiny.distance(from: run, file.tolerance(), fault) > 1000
    }
    expect(far >= 2, "\(fault)")
  }

  /// Central differences of every weight, over two rows with repeated words, from a state that is not zero.
  @Test func gradients() throws {
    var generator = RandomGenerator(seed: 3)
    var model = LanguageModel<GRUCell<Double>>(words: 5, embedding: 3, units: 4, seed: 2)
    model.parameters.update { _, tensor in tensor = .uniform(tensor.shape, -0.7, 0.7, using: &generator) }
    let (x, y) = (Indices([[1, 4, 1], [0, 1, 2]]), Labels([[4, 1, 0], [1, 2, 2]]))
    let state = HiddenState<Double>(h: .uniform([2, 4], -1, 1, using: &generator))
    let own = try model.gradient(x, targets: y, from: state)
    for (name, gradient) in own.gradient.named {
      let start = model.parameters[name].scalars
      let numeric = try centralDifferences(of: start) { numbers in
        var changed = model
        changed.parameters.update { if $0 == name { $1.scalars = numbers } }
        return try changed.gradient(x, targets: y, from: state).loss
      }
      expect(zip(gradient.scalars, numeric).allSatisfy { abs($0 - $1) < 1e-9 }, "\(name)")
    }
    let numeric = try centralDifferences(of: state.h.scalars) {
      try model.gradient(x, targets: y, from: HiddenState(h: Tensor(shape: [2, 4], scalars: $0))).loss
    }
    expect(zip(own.initialStateGradient.h.scalars, numeric).allSatisfy { abs($0 - $1) < 1e-9 })
    // The word 3 is not read: its vector has no gradient.
    expectEqual(own.gradient["embeddings"].slice(3).scalars, [0, 0, 0])
  }

  /// Blocks of 2, 2 and 1 with the state carried give the words the same probabilities as the whole row.
  @Test func scoresDoNotDependOnTheBlocks() throws {
    let model = LanguageModel<LSTMCell<Float>>(words: 6, embedding: 3, units: 5, seed: 4)
    let rows = try WordRows([0, 1, 2, 3, 4, 5, 5, 4, 2, 2, 0, 1], rows: 2)
    let (whole, blocks) = (try model.scores(of: rows), try model.scores(of: rows, steps: 2))
    expect(whole.targets == [1, 2, 3, 4, 5, 4, 2, 2, 0, 1] && whole.rows == 2 && whole.length == 5)
    expect(blocks.targets == whole.targets && blocks.predicted == whole.predicted)
    expect(zip(whole.nats, blocks.nats).allSatisfy { abs($0 - $1) < 1e-5 })
    let alone = try model.scores(of: rows, steps: 2, carry: false)
    expect(alone.nats[0..<2] == blocks.nats[0..<2] && alone.nats[2] != blocks.nats[2])
    // The same by the loss function.
    let (x, y) = rows.block(0, steps: 5)
    let loss = try model.gradient(x, targets: y, from: nil).loss
    expect(abs(loss - whole.meanNats) < 1e-6)
    expect(abs(whole.perplexity - perplexity(nats: loss)) < 1e-5)
    let right = whole.accuracy { $0 < 5 }
    expectEqual(right.count, 5)
    expectEqual(right.share, Double((0..<5).count { whole.predicted[$0] == whole.targets[$0] }) / 5)
  }
}

/// The cases of `golden/reference/language_model_blocks.json` put together.
@Suite struct Truncation {
  @Test func sumsOfTheBlocksAreThoseOfPyTorch() throws {
    let file = try #require(try LessonNumbers.load("language_model_truncation"))
    let sums = try file["sums"].list()
    expect(sums.count >= 3)
    for sum in sums {
      let name = try sum["name"].text()
      let kind = try #require(CellKind.allCases.first { name.hasPrefix("blocks_\($0.identifier)") })
      try check(sum, file.tolerance(), kind.type(Double.self))
    }
  }

  private func check<Cell: StandardCell<Double>>(
    _ sum: LessonNumbers, _ tolerance: (absolute: Double, relative: Double), _: Cell.Type
  ) throws {
    let folder = repository.appending(path: "golden/reference").path
    let cases = try #require(try LessonNumbers.load("language_model_blocks", folder: folder))["cases"]
    let whole = cases.named(try sum["name"].text() + "_whole")
    let cell = try LayoutCell<Cell>(WeightLayout(.pytorch, Cell.kind, WeightFeatures())) {
      try whole["weights"][$0 + "_l0"].tensor()
    }
    let start = try Cell.kind.stateNames.map { name in
      let state = try whole["inputs"][name + "0"].tensor()
      return state.reshaped(Array(state.shape.dropFirst()))
    }
    let own = try TruncationSums(
      cell, x: whole["inputs"]["x"].tensor(), from: Cell.State(tensors: start),
      g: whole["cotangents"]["outputs"].tensor(), blocks: sum["blocks"].numbers().map { Int($0) })
    func near(_ got: [Double], _ want: LessonNumbers) throws -> Bool {
      let want = try want.numbers()
      return got.count == want.count
        && zip(got, want).allSatisfy { abs($0 - $1) <= tolerance.absolute + tolerance.relative * abs($1) }
    }
    try expect(near([own.lossOfWhole], sum["loss_whole"]))
    try expect(near(own.lossOfBlocks, sum["loss_of_blocks"]))
    try expect(near([own.normOfWhole], sum["gradient_norm_whole"]))
    try expect(near([own.normOfBlocks], sum["gradient_norm_truncated"]))
    try expect(near([own.normOfDifference], sum["norm_of_difference"]))
    try expect(near([own.cosine], sum["cosine"]))
    // Rounding alone.
    expect(own.largestDifferenceOfOutputs < 1e-14)
    expect(own.largestDifferenceWhenHandedBack < 1e-12)
    for (gradient, blocks) in zip(own.whole, own.blocks) {
      try expect(near(gradient.tensor.scalars, sum["whole"][gradient.name + "_l0"]["data"]), "\(gradient.name)")
      try expect(near(blocks.tensor.scalars, sum["truncated"][blocks.name + "_l0"]["data"]), "\(blocks.name)")
    }
    expect(own.whole.count == 4 && own.normOfDifference > 0.1)
  }
}

@Suite struct Samplings {
  private let logits: [Double] = [0.5, 2, -1, 2]

  @Test func temperatureChangesTheProbabilities() {
    for temperature in [0.5, 1, 3] {
      let powers = logits.map { exp($0 / temperature) }
      let wanted = powers.map { $0 / powers.reduce(0, +) }
      let own = Sampling(temperature: temperature).probabilities(logits)
      expect(zip(own, wanted).allSatisfy { abs($0 - $1) < 1e-15 })
    }
    expectEqual(Sampling(temperature: 0).probabilities(logits), [0, 1, 0, 0])
    expectEqual(Sampling(temperature: 1).probabilities([1e300, 0]), [1, 0])
  }

  @Test func drawsHaveTheirProbabilities() {
    var generator = RandomGenerator(seed: 8)
    let sampling = Sampling(temperature: 2)
    let wanted = sampling.probabilities(logits)
    var counts = [0.0, 0, 0, 0]
    for _ in 0..<20_000 { counts[sampling.draw(logits, using: &generator)] += 1 }
    // The standard error of a share is at most 0.0035.
    for (count, share) in zip(counts, wanted) { expect(abs(count / 20_000 - share) < 0.015) }
    expectEqual(Sampling(temperature: 0).draw(logits, using: &generator), 1)
  }

  @Test func theSameSeedSaysTheSame() throws {
    let model = LanguageModel<LSTMCell<Float>>(words: 9, embedding: 2, units: 3, seed: 1)
    func say(_ seed: UInt64, until ends: Set<Int> = []) throws -> [Int] {
      var generator = RandomGenerator(seed: seed)
      return try model.continuation(of: [3, 1], count: 12, until: ends, Sampling(), using: &generator)
    }
    let words = try say(5)
    try expect(words.count == 12 && say(5) == words && say(6) != words)
    let end = words[4]
    try expectEqual(say(5, until: [end]), Array(words[...(words.firstIndex(of: end) ?? 0)]))
    var generator = RandomGenerator(seed: 1)
    #expect(throws: ShapeError.self) {
      try model.continuation(of: [], count: 1, Sampling(), using: &generator)
    }
  }
}
