import Conversion
import DigitClassifier
import Foundation
import GoldenConformance
import Layers
import Safetensors
import TextLayout

/// A reader, the inputs it begins with, and what is done with an input.
struct Target: Sendable {
  let name: String
  let form: Form
  /// Valid inputs, made from a folder of golden cases.
  let corpus: @Sendable (Golden) throws -> [[UInt8]]
  /// Reads an input, which also stands at a path, and goes on with what was read. A thrown error is the right answer to
  /// a wrong input.
  let run: @Sendable (_ bytes: [UInt8], _ path: String, Golden) throws -> Void

  static let all = [
    json, cases, drafts, protocolAnswers, safetensors, weights, onnx, archives, idx, checkpoints,
  ]

  private static let json = Target(name: "json", form: .json) { golden in
    golden.texts
  } run: { bytes, _, _ in
    let document = try JSONDocument(bytes, readsNonFinite: true)
    _ = document.excerpt(document.root)
    _ = document.position(of: document.root.range.upperBound)
  }

  private static let cases = Target(name: "cases", form: .json) { golden in
    golden.texts
  } run: { bytes, path, _ in
    for golden in try CaseFile(bytes, file: path).cases {
      try requireHarmless(golden.provenance)
      try requireHarmless(Outcome(golden, by: LayersImplementation()).text)
    }
  }

  private static let drafts = Target(name: "drafts", form: .json) { golden in
    golden.drafts
      + golden.texts.map { text in
        Array(
          String(decoding: text, as: UTF8.self).replacing("\"kind\": \"reference\"", with: "\"kind\": \"derived\"").utf8
        )
      }
  } run: { _, path, _ in
    let recording = try Recording(path)
    for failure in recording.failures { try requireHarmless(failure) }
  }

  private static let protocolAnswers = Target(name: "protocol", form: .json) { golden in
    try golden.answers()
  } run: { bytes, _, golden in
    // An answer is that of one case, and the others refuse it.
    var refusals: [any Error] = []
    for small in golden.small {
      do {
        let run = ExternalRun(answers: [try ExternalRun.Answer(small, line: bytes)])
        try requireHarmless(run.summary)
        try requireHarmless(run.json)
      } catch let finding as Finding { throw finding } catch { refusals.append(error) }
    }
    if refusals.count == golden.small.count, let first = refusals.first { throw first }
  }

  private static let safetensors = Target(name: "safetensors", form: .safetensors) { golden in
    try golden.weights()
  } run: { bytes, path, _ in
    let file = try SafetensorsFile(bytes: bytes, file: path)
    for name in file.names {
      let tensor = try file.tensor(name)
      _ = (tensor.floats, tensor.doubles, tensor.integers, tensor.firstNonFinite)
    }
    // What was read can be written, and is read again as the same.
    let again = try SafetensorsFile(bytes: file.serialized(), file: path)
    guard again.tensors == file.tensors, again.metadata == file.metadata else {
      throw Finding("written otherwise than read")
    }
  }

  /// The program itself, from each framework into another.
  private static let weights = Target(name: "weights", form: .safetensors) { golden in
    try golden.weights()
  } run: { bytes, path, _ in
    let frameworks = ["keras", "tensorflow1", "pytorch", "onnx", "mxnet"]
    let (from, to) = (frameworks[bytes.count % 5], frameworks[bytes.count / 5 % 5])
    let program = try Child.program("convert-weights")
    let target = path + ".out.safetensors"
    defer { unlink(target) }
    let file = path + ".safetensors"
    try Data(bytes).write(to: URL(filePath: file))
    defer { unlink(file) }
    let child = try Child(program, [file, target, "--from", from, "--to", to, "--verify"], seconds: 60)
    guard child.signal == nil, [0, 1, 2].contains(child.code) else {
      throw Finding("convert-weights --from \(from) --to \(to): \(child.ending)")
    }
  }

  private static let onnx = Target(name: "onnx", form: .protobuf) { golden in
    try golden.models()
  } run: { bytes, path, _ in
    try convert(path, bytes.count)
  }

  private static let archives = Target(name: "archives", form: .zip) { golden in
    try golden.archives()
  } run: { bytes, path, _ in
    try convert(path, bytes.count)
  }

  /// All that `convert-weights` does but the writing, into one framework or another. It escapes all that it says.
  private static func convert(_ path: String, _ number: Int) throws {
    do { try readAndConvert(path, number) } catch { throw Refusal(description: printable("\(error)")) }
  }

  private struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  private static func readAndConvert(_ path: String, _ number: Int) throws {
    let checkpoint = try Checkpoint(reading: path)
    for network in try checkpoint.networks() { _ = network.title }
    let frameworks = Framework.allCases
    let conversion = try WeightConversion(checkpoint, ConversionRequest(to: frameworks[number % frameworks.count]))
    _ = try conversion.bytes(for: "out.safetensors")
    for part in conversion.parts { _ = try conversion.largestDifference(of: part, seed: 1) }
  }

  private static let idx = Target(name: "idx", form: .gzip) { _ in
    Golden.digitFiles
  } run: { bytes, path, _ in
    let folder = path + ".digits"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let names = [
      "train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte",
    ]
    for (name, whole) in zip(names, Golden.digitFiles + Golden.digitFiles) {
      try Data(whole).write(to: URL(filePath: "\(folder)/\(name)"))
    }
    let isImages = bytes.count > 200
    try Data(bytes).write(to: URL(filePath: "\(folder)/\(names[isImages ? 0 : 1])"))
    let digits = try Digits.load(folder: folder)
    _ = digits.train.prefix(3)
  }

  private static let checkpoints = Target(name: "checkpoints", form: .safetensors) { _ in
    [try Golden.checkpoint()]
  } run: { _, path, _ in
    var training = try DigitTraining(resuming: path, Golden.settings, pictures: Golden.digits.train)
    _ = training.curve(pictures: Golden.digits.train.count)
    let epochs = training.run.position.epoch + 1
    try training.train(on: Golden.digits, epochs: epochs) { _, _ in .stop }
  }
}

/// Something that no input may cause, though the process goes on.
struct Finding: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A text that a terminal shows as it is.
func requireHarmless(_ text: String) throws {
  let acting = text.unicodeScalars.first { $0 != "\n" && $0.needsEscape }
  if let acting { throw Finding("a message with the character U+\(String(acting.value, radix: 16))") }
}
