import ChapterSupport
import Foundation
import LanguageModels
import PrintedNumbers

/// A model of six words, with PyTorch's weights: small enough to follow every update.
nonisolated struct TinyModel {
  typealias Cell = LayoutCell<LSTMCell<Double>>

  var model: LanguageModel<Cell>
  let rows: WordRows
  private let rate, limit: Double

  /// - Parameter file: `language_model` of `golden/lessons/language_model_truncation.json`.
  init(_ file: LessonNumbers) throws {
    let weights = file["weights"]
    let cell = try Cell(WeightLayout(.pytorch, .lstm, WeightFeatures())) { try weights[$0 + "_l0"].tensor() }
    model = LanguageModel(
      embedding: try Embedding(embeddings: weights["embedding"].tensor()), cell: cell,
      dense: try Dense(kernel: weights["dense_weight"].tensor().transposed, bias: weights["dense_bias"].tensor()))
    rows = try WordRows(file["ids"].numbers().map { Int($0) }, rows: file["ids"].list().count)
    (rate, limit) = (try file["learning_rate"].number(), try file["clip_norm"].number())
  }

  func blocks(of steps: Int) -> [(inputs: Indices, targets: Labels)] {
    (0..<rows.blockCount(steps: steps)).map { rows.block($0, steps: steps) }
  }

  /// Gradient descent, the gradient shortened to a norm as PyTorch does it.
  mutating func update(_ gradient: LanguageModel<Cell>.Parameters) {
    let norm = gradient.named.reduce(0) { $0 + $1.tensor.scalars.reduce(0) { $0 + $1 * $1 } }.squareRoot()
    let factor = rate * min(1, limit / (norm + 1e-6))
    let changes = gradient.named.map { $0.tensor * factor }
    var index = 0
    model.parameters.update { _, weight in
      weight = weight - changes[index]
      index += 1
    }
  }
}

/// One sequence of PyTorch's cases, whole and in blocks, and what PyTorch says of it.
nonisolated struct BlockCase {
  let kind: CellKind
  /// Norms of the whole gradient, of the sum over blocks and of their difference, and the cosine between the two.
  let own, torch: [Double]
  let outputs, handedBack: Double

  init(_ sum: LessonNumbers, _ cases: LessonNumbers) throws {
    let name = try sum["name"].text()
    kind = CellKind.allCases.first { name.hasPrefix("blocks_\($0.identifier)") } ?? .lstm
    torch = try ["gradient_norm_whole", "gradient_norm_truncated", "norm_of_difference", "cosine"].map {
      try sum[$0].number()
    }
    let whole = cases.named(name + "_whole")
    let lengths = try sum["blocks"].numbers().map { Int($0) }
    func sums<Cell: StandardCell<Double>>(_: Cell.Type) throws -> (own: [Double], outputs: Double, handed: Double) {
      let cell = try LayoutCell<Cell>(WeightLayout(.pytorch, Cell.kind, WeightFeatures())) {
        try whole["weights"][$0 + "_l0"].tensor()
      }
      let start = try Cell.kind.stateNames.map { name in
        let state = try whole["inputs"][name + "0"].tensor()
        return state.reshaped(Array(state.shape.dropFirst()))
      }
      let sums = try TruncationSums(
        cell, x: whole["inputs"]["x"].tensor(), from: Cell.State(tensors: start),
        g: whole["cotangents"]["outputs"].tensor(), blocks: lengths)
      return (
        [sums.normOfWhole, sums.normOfBlocks, sums.normOfDifference, sums.cosine], sums.largestDifferenceOfOutputs,
        sums.largestDifferenceWhenHandedBack
      )
    }
    (own, outputs, handedBack) = try sums(kind.type(Double.self))
  }

  static func all(_ file: LessonNumbers) throws -> [BlockCase] {
    guard let blocks = try LessonNumbers.load("language_model_blocks", folder: GoldenFolder.path + "/reference") else {
      return []
    }
    return try file["sums"].list().map { try BlockCase($0, blocks["cases"]) }
  }
}

extension Notebook {
  /// The three layers in two blocks, beside PyTorch’s numbers.
  func showTruncation(_ file: LessonNumbers, line: Int) {
    let cases = must(try BlockCase.all(file), line: line)
    table(
      "Two blocks of three steps against six steps at once",
      columns: [
        "layer", "norm, whole", "norm, blocks", "norm of the difference", "cosine", "when the gradient is handed back",
      ],
      rows: cases.map { found in
        [found.kind.title] + found.own.map { text($0) } + [found.handedBack < 1e-12 ? "equal" : "different"]
      }, line: line)
    let layers = Axis("layer", cases.map(\.kind.title))
    compare(
      "norms and cosine, and PyTorch’s", ("PyTorch", Tensor(cases.map(\.torch))),
      ("this page", Tensor(cases.map(\.own))),
      tolerance: Tolerance(absolute: 1e-11, relative: 1e-10),
      axes: [layers, Axis("number", ["whole", "blocks", "difference", "cosine"])], line: line)
    range(
      "how far outputs are apart, and gradients with the state’s handed back",
      of: Tensor(cases.map { [$0.outputs, $0.handedBack] }), in: 0...1e-12,
      axes: [layers, Axis("of", ["outputs", "gradients"])], because: "rounding alone", line: line)
  }

  /// The updates of the tiny model, beside PyTorch’s losses.
  func showTiny(_ file: LessonNumbers, line: Int, train: (inout TinyModel, Int, Bool) throws -> [Double]) {
    var (rows, all, torch) = ([[String]](), [Double](), [Double]())
    for run in must(try file["runs"].list(), line: line) {
      let (count, carry) = must((try Int(run["num_steps"].number()), try run["carry"].flag()), line: line)
      var tiny = must(try TinyModel(file), line: line)
      let losses = must(try train(&tiny, count, carry), line: line)
      let name = carry ? "blocks of \(count), state carried" : "blocks of \(count), state set to zero"
      all += losses
      torch += numbers(run["loss_per_update"], line: line)
      rows.append([name] + losses.map { text($0) })
    }
    let width = rows.map(\.count).max() ?? 1
    table(
      "The loss before each update", columns: [""] + (1..<width).map { "block \($0)" }, rows: rows, line: line)
    compare(
      "all these losses, and PyTorch’s", ("PyTorch", torch), ("this page", all),
      tolerance: Tolerance(absolute: 1e-11, relative: 1e-10), axes: ["update"], line: line)
  }
}
