import Conversion
import DigitClassifier
import Files
import Foundation
import GoldenConformance
import Safetensors

/// What inputs are made of: the golden cases, and a small training.
struct Golden: Sendable {
  /// Cases of at most 16 KB, each as a file of its own.
  let texts: [[UInt8]]
  /// Cases small enough to be answered and diagnosed many times a second.
  let small: [Case]

  init(corpus: String) throws {
    var texts: [[UInt8]] = []
    var small: [Case] = []
    for file in try Suite.files(at: [corpus]) {
      let bytes = try InputFile(file).bytes()
      let document = try JSONDocument(bytes)
      guard case .array(let cases)? = document.root["cases"]?.value else { continue }
      for golden in cases where golden.range.count <= 16_384 {
        let text = Self.file(bytes[golden.range])
        texts.append(text)
        if golden.range.count <= 2048, small.count < 4 { small += try CaseFile(text, file: file).cases }
      }
    }
    guard !texts.isEmpty, !small.isEmpty else { throw Finding("no small case in \(corpus)") }
    (self.texts, self.small) = (texts, small)
  }

  private static func file(_ text: ArraySlice<UInt8>) -> [UInt8] {
    Array(#"{"schema": "rnn-golden/1", "family": "fuzz", "cases": ["#.utf8) + text + Array("]}".utf8)
  }

  /// A case that waits for all its numbers.
  var drafts: [[UInt8]] {
    [
      #"""
      {"name": "a", "kind": "derived", "source": {"how": "x"}, "layout": "keras", "dtype": "float64", "layer": "lstm",
       "config": {"units": 2}, "weights": {"kernel": {"shape": [3, 8], "hash": {"seed": 1, "scale": 1}},
       "recurrent_kernel": {"shape": [2, 8], "hash": {"seed": 2, "scale": 1}}, "bias": {"shape": [8], "hash": {"seed": 3, "scale": 1}}},
       "inputs": {"x": {"shape": [2, 3, 3], "hash": {"seed": 4, "scale": 1}}}, "expected": null,
       "tolerance": {"abs": 1e-12, "rel": 0}}
      """#
    ].map { Self.file(Array($0.utf8)[...]) }
  }

  /// Right answers to the small cases.
  func answers() throws -> [[UInt8]] {
    try small.map { golden in
      let results = try LayersImplementation().run(golden)
      let tensors = results.entries.map { entry in
        let tensor = JSONValue.object([
          ("shape", .integers(entry.tensor.shape)), ("data", .numbers(entry.tensor.values)),
        ])
        return (key: entry.name, value: tensor)
      }
      return Array(JSONValue.object([("name", .string(golden.name)), ("results", .object(tensors))]).text().utf8)
    }
  }

  /// The weights of small cases as safetensors.
  func weights() throws -> [[UInt8]] {
    var files: [[UInt8]] = []
    for text in texts {
      guard let golden = try CaseFile(text, file: "corpus").cases.first, files.count < 60 else { continue }
      var file = SafetensorsFile()
      for entry in golden.weights.entries {
        file.tensors[entry.name] =
          golden.dtype == .float32
          ? StoredTensor(entry.tensor.values.map { Float($0) }, shape: entry.tensor.shape)
          : StoredTensor(entry.tensor.values, shape: entry.tensor.shape)
      }
      if !file.tensors.isEmpty { files.append(try file.serialized()) }
    }
    return files
  }

  /// The networks of small cases as ONNX models.
  func models() throws -> [[UInt8]] {
    var models: [[UInt8]] = []
    let path = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString).json").path
    defer { unlink(path) }
    for text in texts where models.count < 40 {
      try OutputFile(path).write(text)
      var request = ConversionRequest(to: .onnx)
      request.told.resetAfter = true
      // Not every case is a network that a model can hold.
      guard let checkpoint = try? Checkpoint(reading: path),
        let conversion = try? WeightConversion(checkpoint, request),
        let model = try? conversion.bytes(for: "model.onnx")
      else { continue }
      models.append(model)
    }
    guard !models.isEmpty else { throw Finding("no case that an ONNX model can hold") }
    return models
  }

  /// The weights of small cases as archives of NumPy.
  func archives() throws -> [[UInt8]] {
    var archives: [[UInt8]] = []
    for text in texts where archives.count < 40 {
      guard let golden = try CaseFile(text, file: "corpus").cases.first, !golden.weights.isEmpty else { continue }
      archives.append(
        Zip(golden.weights.entries.map { ($0.name + ".npy", numpyArray($0.tensor.values, shape: $0.tensor.shape)) })
          .bytes)
    }
    return archives
  }

  // MARK: Digits

  static let digits = Digits.generate(seed: 3, train: 20, test: 4)
  static let settings = DigitSettings(cell: .gru, units: 3, batchSize: 8, seed: 2)

  /// The images of the training set and their labels, as IDX files.
  static var digitFiles: [[UInt8]] {
    func header(_ numbers: [Int]) -> [UInt8] {
      numbers.flatMap { number in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
    }
    let set = digits.train
    return [header([2051, set.count, 28, 28]) + set.images, header([2049, set.count]) + set.labels]
  }

  /// A training that was stopped inside its second epoch.
  static func checkpoint() throws -> [UInt8] {
    var training = DigitTraining(settings)
    var steps = 0
    try training.train(on: digits, epochs: 3) { _, _ in
      steps += 1
      return steps == 4 ? .stop : .proceed
    }
    let path = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)").path
    defer { unlink(path) }
    try training.save(to: path, pictures: digits.train)
    return try InputFile(path).bytes()
  }
}
