import Training

// A training as a file: everything that its next update depends on.
//
// | Tensor                | Type | Shape    | What it is                                       |
// |-----------------------|------|----------|--------------------------------------------------|
// | `weights/…`, `adam/…` | F32  |          | see `SafetensorsFile.store`                      |
// | `state/0`, …          | F32  | `[B, H]` | the carried state; none at an epoch's beginning  |
// | `position`            | I64  | `[3]`    | complete epochs, blocks of the running one, steps|
// | `sums`                | F64  | `[2]`    | Σ loss and words of the running epoch            |
// | `history`             | F64  | `[2, E]` | cross-entropy in training and on the test        |
//
// The settings and a fingerprint of the text stand in the metadata.

extension LanguageTraining {
  /// More epochs than anybody trains; a file that says more is not believed.
  static var mostEpochs: Int { 10_000 }

  /// Writes the file whole or not at all.
  public func save(to path: String, corpus: Corpus) throws(SafetensorsError) {
    try checkpoint(corpus).write(to: path)
  }

  func checkpoint(_ corpus: Corpus) -> SafetensorsFile {
    var file = SafetensorsFile(metadata: texts(corpus))
    file.store(model.parameters, optimizerState)
    for (index, tensor) in (state?.tensors ?? []).enumerated() {
      file.tensors["state/\(index)"] = StoredTensor(tensor.scalars, shape: tensor.shape)
    }
    file.tensors["position"] = StoredTensor([epoch, block, optimizerState.step].map(Int64.init), shape: [3])
    file.tensors["sums"] = StoredTensor([lossSum, Double(wordCount)], shape: [2])
    file.tensors["history"] = StoredTensor(trainingNats + testNats, shape: [2, testNats.count])
    return file
  }

  /// Reads a training of these settings on this text.
  ///
  /// - Throws: `SafetensorsError` naming the file, what was expected and what it holds: a damaged file, another model,
  ///   another text, missing tensors, other shapes, numbers that are not finite.
  public init(resuming path: String, _ settings: LanguageSettings, corpus: Corpus) throws(SafetensorsError) {
    try self.init(SafetensorsFile(reading: path, requireFinite: true), settings, corpus: corpus)
  }

  init(_ file: SafetensorsFile, _ settings: LanguageSettings, corpus: Corpus) throws(SafetensorsError) {
    self.init(settings, words: corpus.vocabulary.count)
    try file.require(texts(corpus))
    let place = try file.integers("position", shape: [3])
    let blocks = corpus.training.blockCount(steps: settings.steps)
    guard (0...Int64(Self.mostEpochs)).contains(place[0]), (0..<Int64(blocks)).contains(place[1]),
      place[2] == place[0] * Int64(blocks) + place[1]
    else {
      throw SafetensorsError(
        file: file.file, tensor: "position",
        expected: "at most \(Self.mostEpochs) complete epochs, fewer than \(blocks) blocks, and the steps up to there",
        received: "\(place)")
    }
    (epoch, block) = (Int(place[0]), Int(place[1]))
    let sums = try file.doubles("sums", shape: [2])
    let words = block * settings.steps * corpus.training.rows.count
    guard sums[0] >= 0, sums[1] == Double(words) else {
      throw SafetensorsError(
        file: file.file, tensor: "sums", expected: "a sum of losses and \(words) words", received: "\(sums)")
    }
    (lossSum, wordCount) = (sums[0], words)
    let history = try file.doubles("history", shape: [2, epoch])
    (trainingNats, testNats) = (Array(history[..<epoch]), Array(history[epoch...]))
    try readState(file, rows: corpus.training.rows.count)
    try file.restore(&model.parameters, &optimizerState, step: Int(place[2]))
  }

  private mutating func readState(_ file: SafetensorsFile, rows B: Int) throws(SafetensorsError) {
    guard block > 0 else { return }
    var tensors: [Tensor<Float>] = []
    for (index, zero) in model.sequence.recurrent.cell.zeroState(batchSize: B).tensors.enumerated() {
      let numbers = try file.floats("state/\(index)", shape: zero.shape.map { $0 })
      tensors.append(Tensor(shape: zero.shape, scalars: numbers))
    }
    state = Cell.State(tensors: tensors)
  }

  /// What fixes the training as a file's metadata, by the names of the options that change it.
  private func texts(_ corpus: Corpus) -> [String: String] {
    [
      "cell": Cell.kind.rawValue, "embedding": String(settings.embedding), "units": String(settings.units),
      "steps": String(settings.steps), "rows": String(corpus.training.rows.count),
      "carries state": String(settings.carriesState), "rate": "\(settings.learningRate)",
      "schedule": "\(settings.schedule)", "clip norm": "\(settings.clipNorm)", "seed": String(settings.seed),
      "words": String(corpus.vocabulary.count), "text fingerprint": corpus.fingerprint,
    ]
  }
}
