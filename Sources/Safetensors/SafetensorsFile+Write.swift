import Files
import StrictJSON

extension SafetensorsFile {
  /// The whole file: the same tensors and texts always give the same bytes.
  ///
  /// As the format's own package does it, tensors lie in order of their type (large alignment first), then of their
  /// name, and spaces fill the header up to a multiple of 8.
  ///
  /// - Throws: `SafetensorsError` where a tensor has the name `__metadata__`, which the format keeps for itself.
  public func serialized() throws(SafetensorsError) -> [UInt8] {
    guard tensors[metadataKey] == nil else { throw error(metadataKey, "another name", "the one of the metadata") }
    let ranks = Dictionary(uniqueKeysWithValues: ElementType.allCases.enumerated().map { ($1, $0) })
    let ordered = tensors.map { (rank: ranks[$1.type] ?? 0, name: $0, tensor: $1) }
      .sorted { $0.rank != $1.rank ? $0.rank > $1.rank : precedes($0.name, $1.name) }

    var members: [(key: String, value: JSONValue)] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { precedes($0.key, $1.key) }.map { (key: $0.key, value: JSONValue.string($0.value)) }
      members.append((metadataKey, .object(texts)))
    }
    var offset = 0
    for (_, name, tensor) in ordered {
      let end = offset + tensor.bytes.count
      let entry: [(key: String, value: JSONValue)] = [
        ("dtype", .string(tensor.type.rawValue)), ("shape", .integers(tensor.shape)),
        ("data_offsets", .integers([offset, end])),
      ]
      members.append((name, .object(entry)))
      offset = end
    }
    var header = Array(JSONValue.object(members).text().utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)

    var bytes = littleEndianBytes([UInt64(header.count)])
    bytes.reserveCapacity(8 + header.count + offset)
    bytes += header
    for (_, _, tensor) in ordered { bytes += tensor.bytes }
    return bytes
  }

  /// Writes the file whole or not at all, as `OutputFile` does.
  public func write(to path: String) throws(SafetensorsError) {
    let bytes = try serialized()
    do { try OutputFile(path).write(bytes) } catch {
      throw SafetensorsError(file: path, expected: error.expected, received: "\"\(error.reason)\"")
    }
  }
}

let metadataKey = "__metadata__"
