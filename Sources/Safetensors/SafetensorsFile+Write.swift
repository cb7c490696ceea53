import Files

extension SafetensorsFile {
  /// The whole file: the same tensors and texts always give the same bytes.
  ///
  /// As the format's own package does it, tensors lie in order of their type (large alignment first), then of their name, and spaces
  /// fill the header up to a multiple of 8.
  ///
  /// - Throws: `SafetensorsError` where a tensor has the name `__metadata__`, which the format keeps for itself.
  public func serialized() throws(SafetensorsError) -> [UInt8] {
    guard tensors[metadataKey] == nil else { throw error(metadataKey, "another name", "the one of the metadata") }
    let ranks = Dictionary(uniqueKeysWithValues: ElementType.allCases.enumerated().map { ($1, $0) })
    let ordered = tensors.map { (rank: ranks[$1.type] ?? 0, name: $0, tensor: $1) }
      .sorted { $0.rank != $1.rank ? $0.rank > $1.rank : precedes($0.name, $1.name) }

    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { precedes($0.key, $1.key) }.map { json($0.key) + ":" + json($0.value) }
      members.append(json(metadataKey) + ":{" + texts.joined(separator: ",") + "}")
    }
    var offset = 0
    for (_, name, tensor) in ordered {
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      let end = offset + tensor.bytes.count
      members.append(
        json(name)
          + ":{\"dtype\":\"\(tensor.type.rawValue)\",\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = Array(("{" + members.joined(separator: ",") + "}").utf8)
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

/// A text as JSON: only what must be escaped is.
func json(_ text: String) -> String {
  var quoted = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": quoted += "\\\""
    case "\\": quoted += "\\\\"
    case "\n": quoted += "\\n"
    case "\r": quoted += "\\r"
    case "\t": quoted += "\\t"
    case "\u{8}": quoted += "\\b"
    case "\u{C}": quoted += "\\f"
    case "\0"..<" ": quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
    default: quoted.unicodeScalars.append(scalar)
    }
  }
  return quoted + "\""
}
