import Files
import Foundation
import GoldenCases
import Layers
import Safetensors
import TextLayout
import WeightFiles

extension Checkpoint {
  /// Reads a file by what it is, not by its ending: safetensors, `.npz`, an ONNX model, or JSON of the case schema.
  ///
  /// - Throws: an error that names the file, the tensor, what was expected and what was found; of another format, the
  ///   line that makes a file of it that can be read.
  public init(reading path: String) throws {
    let bytes = try InputFile(path).bytes(atMost: 1 << 36)
    let format = FileFormat(of: bytes, name: path)
    switch format {
    case .json: try self.init(json: bytes, file: path)
    case .onnx: self.init(try ONNXModel(bytes, file: path), file: path)
    case .npz: self.init(try NumPyArray.archive(bytes, file: path).map { Entry($0.name, $0.tensor) }, file: path)
    case .safetensors: try self.init(safetensors: bytes, file: path)
    case .unknown where path.hasSuffix(".json"): try self.init(json: bytes, file: path)
    case .unknown: try self.init(safetensors: bytes, file: path)
    default:
      throw ConversionError(
        "\(path): expected safetensors, .npz, .onnx or .json, received \(format.title)"
          + (format.advice(path).map { ": \($0)" } ?? ""))
    }
  }

  private init(safetensors bytes: [UInt8], file: String) throws {
    let read = try SafetensorsFile(bytes: bytes, file: file)
    self.init(try read.names.map { Entry($0, try read.tensor($0)) }, file: file)
  }

  private init(json bytes: [UInt8], file: String) throws {
    let document = try WeightsDocument(bytes, file: file)
    let type: ElementType = document.scalar == .float32 ? .float32 : .float64
    let entries = try document.weights.entries.map { entry in
      Entry(entry.name, try StoredTensor(rounding: entry.tensor.values, to: type, shape: entry.tensor.shape))
    }
    self.init(entries, file: file)
  }

  fileprivate func json(layout: Framework) throws -> String {
    let scalar: CaseScalar = entries.contains { $0.tensor.type == .float64 } ? .float64 : .float32
    var table = TensorTable()
    for entry in entries {
      guard let numbers = entry.tensor.numbers, numbers.firstNonFinite == nil else {
        throw ConversionError(
          "\(quoted(entry.name)): expected finite numbers, which a .json file holds; a .safetensors file holds all")
      }
      table[entry.name] = NumericTensor(shape: entry.tensor.shape, values: numbers)
    }
    return WeightsDocument.text(table, scalar: scalar, layout: layout.rawValue)
  }
}

extension WeightConversion {
  /// The bytes of the file to write; its ending says which format.
  ///
  /// - Throws: `ConversionError` where the bytes, read again, are not the tensors that were to be written.
  public func bytes(for path: String) throws -> [UInt8] {
    let result = try result()
    let bytes: [UInt8]
    if path.hasSuffix(".json") {
      return Array(try result.json(layout: request.to).utf8)
    } else if path.hasSuffix(".onnx") {
      bytes = try model(result)
      let again = try ONNXModel(bytes, file: path)
      let isSame = result.entries.allSatisfy { again.constant($0.name) == $0.tensor }
      guard isSame, Checkpoint(again, file: path).nodes?.count == parts.reduce(0, { $0 + $1.network.cells.count })
      else {
        throw ConversionError("\(path): the model does not read back")
      }
    } else {
      var file = SafetensorsFile(metadata: ["layout": request.to.rawValue])
      for entry in result.entries { file.tensors[entry.name] = entry.tensor }
      bytes = try file.serialized()
      guard try SafetensorsFile(bytes: bytes, file: path).tensors == file.tensors else {
        throw ConversionError("\(path): the file does not read back")
      }
    }
    return bytes
  }

  /// Refuses a name that promises another format, before any work.
  public static func checkEnding(of path: String, _ framework: Framework) throws {
    guard !path.hasSuffix(".onnx") || framework == .onnx else {
      throw ConversionError("OUT: expected --to onnx for a file \(quoted(path)), received --to \(framework.rawValue)")
    }
    let others = ["pt", "pth", "bin", "h5", "hdf5", "keras", "npz", "npy", "ckpt", "pb", "tflite", "params"]
    guard let ending = path.split(separator: ".").last.map(String.init), others.contains(ending.lowercased()) else {
      return
    }
    throw ConversionError("OUT: expected a name that ends in .safetensors, .onnx or .json, received \(quoted(path))")
  }
}
