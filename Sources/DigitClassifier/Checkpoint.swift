import LongTraining

// A training as a file: everything that its next step depends on.
//
// | Tensor                      | Type | Shape    | What it is                                            |
// |-----------------------------|------|----------|-------------------------------------------------------|
// | `weights/…`, `adam/…`       | F32  |          | see `SafetensorsFile.store`                           |
// | `position`                  | I64  | `[3]`    | complete epochs, pictures of the running one, steps   |
// | `sums`                      | F64  | `[2]`    | Σ loss and Σ right of the running epoch               |
// | `history`                   | F64  | `[3, E]` | loss, accuracy, test accuracy of the complete epochs  |
// | `marks`                     | F64  | `[M, 4]` | epoch, pictures, Σ loss, Σ right                      |
//
// The settings and a fingerprint of the training pictures stand in the metadata.

extension DigitTraining {
  /// More epochs than anybody trains; a file that says more is not believed.
  static let mostEpochs = 1000
  /// The most marks that an epoch leaves.
  static let mostMarks = 40

  /// Writes the file whole or not at all.
  public func save(to path: String, pictures: DigitSet) throws(SafetensorsError) {
    try checkpoint(pictures: pictures).write(to: path)
  }

  func checkpoint(pictures: DigitSet) -> SafetensorsFile {
    var file = SafetensorsFile(metadata: settings.texts(pictures: pictures))
    file.store(run.model.parameters, run.optimizerState)
    let position = run.position
    file.tensors["position"] = StoredTensor(
      [position.epoch, position.sample, run.optimizerState.step].map(Int64.init), shape: [3])
    file.tensors["sums"] = StoredTensor([position.lossSum, position.metricSum], shape: [2])
    file.tensors["history"] = StoredTensor(
      run.history.losses + run.history.metrics + testAccuracies, shape: [3, testAccuracies.count])
    file.tensors["marks"] = StoredTensor(
      marks.flatMap { [Double($0.epoch), Double($0.samples), $0.lossSum, $0.rightSum] }, shape: [marks.count, 4])
    return file
  }

  /// Reads a training of these settings on these pictures.
  ///
  /// - Throws: `SafetensorsError` naming the file, what was expected and what it holds: a damaged file, other settings,
  ///   other pictures, missing tensors, other shapes, numbers that are not finite.
  public init(resuming path: String, _ settings: DigitSettings, pictures: DigitSet) throws(SafetensorsError) {
    try self.init(SafetensorsFile(reading: path, requireFinite: true), settings, pictures: pictures)
  }

  init(_ file: SafetensorsFile, _ settings: DigitSettings, pictures: DigitSet) throws(SafetensorsError) {
    self.init(settings)
    try file.require(settings.texts(pictures: pictures))
    let step = try file.integers("position", shape: [3])[2]
    try file.restore(&run.model.parameters, &run.optimizerState, step: Int(step))
    try readPosition(file, pictures: pictures)
    try readHistory(file, pictures: pictures)
  }

  private mutating func readPosition(_ file: SafetensorsFile, pictures: DigitSet) throws(SafetensorsError) {
    let place = try file.integers("position", shape: [3])
    let sums = try file.doubles("sums", shape: [2])
    let steps = (pictures.count + settings.batchSize - 1) / settings.batchSize
    let (epoch, sample) = (Int(place[0]), Int(place[1]))
    guard (0...Self.mostEpochs).contains(epoch), (0..<max(pictures.count, 1)).contains(sample),
      sample % settings.batchSize == 0, Int(place[2]) == epoch * steps + sample / settings.batchSize
    else {
      throw SafetensorsError(
        file: file.file, tensor: "position",
        expected:
          "at most \(Self.mostEpochs) complete epochs, a multiple of \(settings.batchSize) below \(pictures.count), and the steps up to there",
        received: "\(place)")
    }
    run.position = TrainingPosition(epoch: epoch, sample: sample, lossSum: sums[0], metricSum: sums[1])
  }

  private mutating func readHistory(_ file: SafetensorsFile, pictures: DigitSet) throws(SafetensorsError) {
    let epochs = run.position.epoch
    let history = try file.doubles("history", shape: [3, epochs])
    run.history = TrainingHistory(losses: Array(history[..<epochs]), metrics: Array(history[epochs..<2 * epochs]))
    testAccuracies = Array(history[(2 * epochs)...])
    let numbers = try file.doubles("marks", shape: [nil, 4])
    guard numbers.count <= 4 * Self.mostMarks * (epochs + 1) else {
      throw SafetensorsError(
        file: file.file, tensor: "marks", expected: "at most \(Self.mostMarks) marks an epoch",
        received: "\(numbers.count / 4) in \(epochs + 1) epochs")
    }
    for start in stride(from: 0, to: numbers.count, by: 4) {
      let (epoch, samples) = (Int(exactly: numbers[start]), Int(exactly: numbers[start + 1]))
      let last = marks.last.map { ($0.epoch, $0.samples) } ?? (-1, 0)
      let end = epoch == epochs ? run.position.sample : pictures.count
      guard let epoch, let samples, (0...epochs).contains(epoch), (1...max(end, 1)).contains(samples),
        (epoch, samples) > last
      else {
        throw SafetensorsError(
          file: file.file, tensor: "marks", expected: "epochs and pictures in their order, up to the position",
          received: "\(Array(numbers[start..<start + 2]))")
      }
      marks.append(
        TrainingMark(epoch: epoch, samples: samples, lossSum: numbers[start + 2], rightSum: numbers[start + 3]))
    }
  }
}

extension DigitSettings {
  /// The settings as a file's metadata, by the names of the options that change them.
  func texts(pictures: DigitSet) -> [String: String] {
    [
      "cell": cell.rawValue, "units": String(units), "batch": String(batchSize), "rate": "\(learningRate)",
      "seed": String(seed), "layout": layout.rawValue, "pictures": pictures.fingerprint,
    ]
  }
}

extension DigitSet {
  /// Tells these pictures from others: their number and an FNV-1a hash of all bytes.
  var fingerprint: String {
    var print = Fingerprint()
    print.add(images)
    print.add(labels)
    return "\(count) \(print.text)"
  }
}
