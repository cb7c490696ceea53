import Foundation
import GoldenCases
import Layers
import Safetensors

/// A file of weights: safetensors, or (with the ending `.json`) the JSON of the case schema.
public enum WeightsFile {
  /// - Throws: an error that names the file, the tensor, what was expected and what was found.
  public static func read(_ path: String) throws -> StoredWeights {
    path.hasSuffix(".json") ? try readJSON(path) : try readSafetensors(path)
  }

  /// Writes the file whole or not at all.
  public static func write(_ weights: StoredWeights, layout: Framework, to path: String) throws {
    if path.hasSuffix(".json") {
      try writeJSON(weights, layout: layout, to: path)
    } else {
      try safetensors(weights, layout: layout).write(to: path)
    }
  }

  private static func readSafetensors(_ path: String) throws -> StoredWeights {
    let file = try SafetensorsFile(reading: path, requireFinite: true)
    let types = Set(try file.names.map { try file.tensor($0).type })
    guard types == [.float32] || types == [.float64] else {
      let found = types.map(\.rawValue).sorted().joined(separator: ", ")
      throw ConversionError(
        "\(path): expected tensors of one type, F32 or F64, found \(found.isEmpty ? "none" : found)")
    }
    let tensors = try file.names.map { name -> (name: String, tensor: Tensor<Double>) in
      let stored = try file.tensor(name)
      let scalars = stored.doubles ?? (stored.floats ?? []).map(Double.init)
      return (name, Tensor(shape: stored.shape, scalars: scalars))
    }
    return StoredWeights(tensors, scalar: types == [.float32] ? .float32 : .float64)
  }

  private static func safetensors(_ weights: StoredWeights, layout: Framework) -> SafetensorsFile {
    var file = SafetensorsFile(metadata: ["layout": layout.rawValue])
    for (name, tensor) in weights.tensors {
      file.tensors[name] =
        weights.scalar == .float32
        ? StoredTensor(tensor.scalars.map { Float($0) }, shape: tensor.shape)
        : StoredTensor(tensor.scalars, shape: tensor.shape)
    }
    return file
  }
}
