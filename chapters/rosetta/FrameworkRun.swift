import ChapterSupport
import Foundation
import GoldenCases
import Layers

/// Which cell all frameworks ran; of a GRU there are two.
nonisolated struct CellVariant: Hashable, Sendable {
  let kind: Layers.CellKind
  /// A GRU's reset gate acts after the recurrent product.
  let resetAfter: Bool

  static let simpleRNN = CellVariant(kind: .simpleRNN, resetAfter: true)
  static let lstm = CellVariant(kind: .lstm, resetAfter: true)
  static let gruResetAfter = CellVariant(kind: .gru, resetAfter: true)
  static let gruResetBefore = CellVariant(kind: .gru, resetAfter: false)

  static let all = [lstm, gruResetAfter, gruResetBefore, simpleRNN]

  /// The name in golden files: `lstm`, `gru_before`.
  var identifier: String { kind.identifier + (kind == .gru ? resetAfter ? "_after" : "_before" : "") }
}

/// A framework that ran one set of weights which all frameworks got, each in its own layout: a case of
/// `golden/reference/rosetta_*.json`.
///
/// | Tensor    | Shape       | In every framework's run                                     |
/// |-----------|-------------|--------------------------------------------------------------|
/// | `x`       | `[T, B, D]` | steps first, whatever the framework's own axes               |
/// | `h0` `c0` | `[B, H]`    | `c0` for an LSTM only                                         |
/// | `outputs` | `[T, B, H]` | h at every step, as the framework gave it                    |
/// | `weights` |             | names, axes and blocks of the framework, nothing rearranged |
nonisolated struct FrameworkRun: Sendable {
  /// What is left of the case's name: `keras_f64`, `tf1_basic_fb1`, `torch_cell_f64`.
  let name: String
  let framework: Framework
  /// The framework and its version, such as `torch 2.13.0+cpu`.
  let version: String
  /// The layer as the framework calls it, and how it was run.
  let layer, how: String
  /// What TensorFlow 1 adds to the forget gate at every call; zero elsewhere.
  let forgetBias: Double
  /// The framework computed in single precision.
  let isSingle: Bool
  let weights: [(name: String, tensor: Tensor<Double>)]
  let x, h0: Tensor<Double>
  let c0: Tensor<Double>?
  let outputs: Tensor<Double>
  /// The case's own.
  let tolerance: Tolerance

  subscript(weight: String) -> Tensor<Double>? { weights.first { $0.name == weight }?.tensor }
}

nonisolated extension FrameworkRun {
  /// Whether the folder of golden cases can be found: a program that was moved has none.
  static var areAtHand: Bool { FileManager.default.fileExists(atPath: GoldenFolder.path + "/reference") }

  /// All runs of one cell, in the order of the file.
  ///
  /// - Throws: `CaseErrors` naming the file, when it is missing, is no file of cases or holds another kind of case.
  static func load(_ variant: CellVariant, folder: String = GoldenFolder.path) throws -> [FrameworkRun] {
    let file = "\(folder)/reference/rosetta_\(variant.identifier).json"
    return try Suite(paths: [file]).cases.map { golden in
      guard let run = FrameworkRun(golden, variant) else {
        throw CaseErrors([
          CaseError(
            file: file, caseName: golden.name, keyPath: golden.keyPath,
            expected: "a run of a named framework over one sequence, with outputs", found: "another case")
        ])
      }
      return run
    }
  }

  private init?(_ golden: Case, _ variant: CellVariant) {
    guard case .run(let run) = golden.task, let version = golden.source.version, let how = golden.source.how,
      let bound = golden.tolerance.values, let x = run.inputs["x"], x.shape.count == 3, let h0 = run.inputs["h0"],
      let outputs = run.expected["outputs"]
    else { return nil }
    func tensor(_ numbers: NumericTensor) -> Tensor<Double> { Tensor(shape: numbers.shape, scalars: numbers.values) }
    /// States and ONNX' outputs have axes of length one for layers and directions.
    func rows(_ numbers: NumericTensor) -> Tensor<Double> { tensor(numbers).reshaped(Array(numbers.shape.suffix(2))) }

    let prefix = "rosetta_\(variant.identifier)_"
    name = golden.name.hasPrefix(prefix) ? String(golden.name.dropFirst(prefix.count)) : golden.name
    framework = golden.layout
    (self.version, self.how, layer) = (version, how, golden.layer)
    isSingle = golden.dtype == .float32
    if case .tensorflow(.lstm(let cell)) = golden.model { forgetBias = cell.forgetBias } else { forgetBias = 0 }
    weights = golden.weights.entries.map { ($0.name, tensor($0.tensor)) }
    self.x = framework == .onnx ? tensor(x) : tensor(x).timeMajor
    self.h0 = rows(h0)
    c0 = run.inputs["c0"].map(rows)
    let shape = [self.x.shape[0], self.x.shape[1], outputs.shape[outputs.shape.count - 1]]
    self.outputs =
      framework == .onnx ? tensor(outputs).reshaped(shape) : tensor(outputs).timeMajor
    tolerance = Tolerance(absolute: bound.absolute, relative: bound.relative)
  }
}
