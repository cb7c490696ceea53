import Files
import Foundation

extension SafetensorsFile {
  /// The largest header that a file may have, as in the format's own package.
  public static let maximumHeader = 100_000_000

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - requireFinite: infinities and NaN are an error that names the first one.
  ///   - maximumBytes: a larger file is an error, before memory is taken for it.
  /// - Throws: `SafetensorsError` naming the file, the tensor, what was expected and what was found.
  public init(
    reading path: String, requireFinite: Bool = false, maximumBytes: Int = 1 << 32
  ) throws(SafetensorsError) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try InputFile(path).bytes(atMost: maximumBytes)
    } catch {
      throw SafetensorsError(file: path, expected: error.expected, received: error.reason)
    }
    try self.init(bytes: bytes, file: path, requireFinite: requireFinite)
  }

  /// Reads the bytes of a file; `file` is what errors call it.
  public init(
    bytes: [UInt8], file: String = "safetensors", requireFinite: Bool = false
  ) throws(SafetensorsError) {
    self.init(file: file)
    guard bytes.count >= 8 else { throw error(nil, "at least 8 bytes", "\(bytes.count)") }
    let length = wholeNumbers(Array(bytes[..<8]), UInt64.self)[0]
    guard length <= UInt64(Self.maximumHeader) else {
      throw error(nil, "a header of at most \(Self.maximumHeader) bytes", "a length of \(length)")
    }
    let start = 8 + Int(length)
    guard start <= bytes.count else {
      throw error(nil, "a header of \(length) bytes", "a file that ends \(bytes.count - 8) bytes after the length")
    }
    let header = try HeaderReader(bytes[8..<start], file: file).header()
    metadata = header.metadata
    try checkOffsets(header.entries, dataCount: bytes.count - start)
    for entry in header.entries {
      let tensor = StoredTensor(
        type: entry.type, shape: entry.shape, bytes: Array(bytes[start + entry.begin..<start + entry.end]))
      if requireFinite, let place = tensor.firstNonFinite {
        throw error(entry.name, "finite numbers", "infinity or NaN at element \(place)")
      }
      tensors[entry.name] = tensor
    }
  }

  /// Every tensor takes the bytes of its shape, and together they cover the data: no gap, no overlap, nothing left
  /// over.
  private func checkOffsets(_ entries: [HeaderReader.Entry], dataCount: Int) throws(SafetensorsError) {
    var covered = 0
    for entry in entries.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      let received = "data_offsets [\(entry.begin), \(entry.end)]"
      guard entry.begin <= entry.end, entry.end <= dataCount else {
        throw error(entry.name, "data_offsets within the file's \(dataCount) bytes of data", received)
      }
      guard entry.begin == covered else {
        throw error(entry.name, "data that begins at byte \(covered), where the tensor before it ends", received)
      }
      guard let count = byteCount(of: entry.type, entry.shape) else {
        throw error(entry.name, "a shape whose bytes can be counted", "\(entry.shape)")
      }
      guard entry.end - entry.begin == count else {
        throw error(entry.name, "\(count) bytes for \(entry.type.rawValue) \(entry.shape)", received)
      }
      covered = entry.end
    }
    guard covered == dataCount else {
      throw error(nil, "the end of the file after \(covered) bytes of data", "\(dataCount - covered) more")
    }
  }
}
