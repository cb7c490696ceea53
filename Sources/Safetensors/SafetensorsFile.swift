import TextLayout

/// Named tensors and named texts, as one file in the safetensors format holds them.
///
///     8 bytes   length n of the header, little-endian
///     n bytes   JSON: {"__metadata__": {text: text},
///                      name: {"dtype": …, "shape": […], "data_offsets": [begin, end]}, …}
///     the rest  the tensors' elements, little-endian and row-major, one tensor after the other
///
/// | Part           | Rule                                                                              |
/// |----------------|-----------------------------------------------------------------------------------|
/// | header         | at most 100,000,000 bytes, begins with `{`, no name twice                         |
/// | `dtype`        | one of `ElementType`                                                              |
/// | `data_offsets` | bytes, counted from the end of the header; `end − begin` is what the shape takes  |
/// | elements       | no gap, no overlap, nothing left over                                             |
///
/// Source: the format's description and the checks of its Rust package (huggingface/safetensors, README.md and
/// safetensors/src/tensor.rs).
public struct SafetensorsFile: Sendable {
  public var tensors: [String: StoredTensor]
  public var metadata: [String: String]
  /// What errors call the file: its path, once it was read.
  public let file: String

  public init(
    tensors: [String: StoredTensor] = [:], metadata: [String: String] = [:], file: String = "safetensors"
  ) {
    self.tensors = tensors
    self.metadata = metadata
    self.file = file
  }

  /// The tensors' names in the order of their bytes.
  public var names: [String] { tensors.keys.sorted(by: precedes) }

  /// A tensor of this name, and of this type and shape where they are given.
  ///
  /// - Parameter shape: one entry an axis; `nil` stands for any length.
  /// - Throws: `SafetensorsError` naming the tensor, what was expected and what the file holds.
  public func tensor(
    _ name: String, _ type: ElementType? = nil, shape: [Int?]? = nil
  ) throws(SafetensorsError) -> StoredTensor {
    guard let tensor = tensors[name] else {
      let shown = names.prefix(12).map { quoted($0) }.joined(separator: ", ") + (names.count > 12 ? ", …" : "")
      throw error(name, "a tensor of this name", names.isEmpty ? "a file without tensors" : "only " + shown)
    }
    if let type, tensor.type != type { throw error(name, "dtype \(type.rawValue)", tensor.type.rawValue) }
    if let shape {
      let fits = shape.count == tensor.shape.count && zip(shape, tensor.shape).allSatisfy { $0 == nil || $0 == $1 }
      let wanted = shape.map { $0.map(String.init) ?? "any" }.joined(separator: ", ")
      guard fits else { throw error(name, "shape [\(wanted)]", "\(tensor.shape)") }
    }
    return tensor
  }

  /// The elements of an F32 tensor, row-major; the errors are those of `tensor(_:_:shape:)`.
  public func floats(_ name: String, shape: [Int?]? = nil) throws(SafetensorsError) -> [Float] {
    try tensor(name, .float32, shape: shape).floats ?? []
  }

  /// The elements of an F64 tensor, row-major; the errors are those of `tensor(_:_:shape:)`.
  public func doubles(_ name: String, shape: [Int?]? = nil) throws(SafetensorsError) -> [Double] {
    try tensor(name, .float64, shape: shape).doubles ?? []
  }

  /// The elements of an I64 tensor, row-major; the errors are those of `tensor(_:_:shape:)`.
  public func integers(_ name: String, shape: [Int?]? = nil) throws(SafetensorsError) -> [Int64] {
    try tensor(name, .int64, shape: shape).integers ?? []
  }

  /// A text of the metadata.
  public func text(_ key: String) throws(SafetensorsError) -> String {
    guard let text = metadata[key] else {
      throw error(nil, "a text \(quoted(key)) in __metadata__", metadata.isEmpty ? "none" : "others")
    }
    return text
  }

  func error(_ tensor: String?, _ expected: String, _ received: String) -> SafetensorsError {
    SafetensorsError(file: file, tensor: tensor, expected: expected, received: received)
  }
}

/// The order of names by their UTF-8 bytes: the same on every machine and in every version of Unicode.
func precedes(_ a: String, _ b: String) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
