import Files
import Foundation
import GoldenCases
import Layers

extension WeightsFile {
  static func readJSON(_ path: String) throws -> StoredWeights {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ConversionError("\(path): expected a file that can be read")
    }
    let document = try WeightsDocument([UInt8](data), file: path)
    let tensors = document.weights.entries.map { entry in
      (name: entry.name, tensor: Tensor(shape: entry.tensor.shape, scalars: entry.tensor.values))
    }
    return StoredWeights(tensors, scalar: document.scalar)
  }

  static func writeJSON(_ weights: StoredWeights, layout: Framework, to path: String) throws {
    var named = TensorTable()
    for (name, tensor) in weights.tensors { named[name] = NumericTensor(shape: tensor.shape, values: tensor.scalars) }
    let text = WeightsDocument.text(named, scalar: weights.scalar, layout: layout.rawValue)
    try OutputFile(path).write(text)
  }
}
