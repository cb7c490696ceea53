import Foundation
import Testing

/// A few letters for the bytes of a text: FNV-1a, 64 bits.
public func digest(_ text: String) -> String {
  let sum = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  return String(sum, radix: 36)
}

/// Holds digests to those that are known, and names what has changed.
///
/// - Parameters:
///   - known: all digests in their order, with space between them.
///   - name: a folder in the temporary folder, where what has changed is kept to be looked at.
///   - keep: writes what stands at a place into the folder, and gives the file.
public func compareDigests(
  _ found: [String], with known: String, keepingIn name: String, sourceLocation: SourceLocation = #_sourceLocation,
  _ keep: (_ place: Int, _ folder: URL) throws -> URL
) throws {
  let known = known.split(whereSeparator: \.isWhitespace).map(String.init)
  guard found != known else { return }
  let folder = FileManager.default.temporaryDirectory.appending(path: name)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let places = found.indices.filter { $0 >= known.count || known[$0] != found[$0] }
  let changed = try places.map { try keep($0, folder).path }
  Issue.record(
    "look at \(changed), then take over: \(found.joined(separator: " "))", sourceLocation: sourceLocation)
}
