import Foundation

/// Files that are there whole or not at all, whatever ends the program meanwhile.
enum AtomicFile {
  /// Puts other contents in the place of a file; its permissions stay.
  static func replace(_ path: String, _ bytes: [UInt8]) throws(ReviewError) {
    let target = URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
    let temporary = try write(bytes, beside: target)
    if let mode = (try? FileManager.default.attributesOfItem(atPath: target))?[.posixPermissions] {
      try? FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: temporary)
    }
    guard rename(temporary, target) == 0 else {
      let reason = String(cString: strerror(errno))
      unlink(temporary)
      throw ReviewError("\(path): expected a file that can be written, received \"\(reason)\"")
    }
  }

  /// Makes a file that is not there yet.
  static func create(_ path: String, _ bytes: [UInt8]) throws(ReviewError) {
    let temporary = try write(bytes, beside: path)
    defer { unlink(temporary) }
    // Unlike renaming, a link never takes the place of a file that came in between.
    guard link(temporary, path) == 0 else {
      throw ReviewError("\(path): expected a place for a new file, received \"\(String(cString: strerror(errno)))\"")
    }
  }

  private static func write(_ bytes: [UInt8], beside path: String) throws(ReviewError) -> String {
    let temporary = "\(path).\(UUID().uuidString).tmp"
    do {
      try Data(bytes).write(to: URL(filePath: temporary))
    } catch {
      unlink(temporary)
      throw ReviewError("\(path): expected a folder that can be written, received \"\(error.localizedDescription)\"")
    }
    return temporary
  }
}

/// What stands in the way of recording or reviewing: the file or case, what was expected, what was received.
public struct ReviewError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
