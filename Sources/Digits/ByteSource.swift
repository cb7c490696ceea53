import CZlib
import Foundation

/// The bytes of a file from its beginning, decompressed where it begins as gzip does.
///
/// Memory does not depend on the file: the input passes through a window of 64 KiB, and the reader says how much it
/// wants. zlib checks the CRC-32 and the length that stand behind every member of a gzip file; several members are
/// joined.
///
/// Source: RFC 1952, section 2.2 and 2.3.
final class ByteSource {
  private let path: String
  private let handle: FileHandle
  private var window: [UInt8] = []
  /// The part of the window that is not yet used.
  private var rest = 0..<0
  /// `nil` for a plain file. On the heap, since zlib remembers the address.
  private var stream: UnsafeMutablePointer<z_stream>?
  private var isBetweenMembers = false

  init(path: String) throws(DigitsError) {
    self.path = path
    do {
      let resolved = URL(fileURLWithPath: path).resolvingSymlinksInPath()
      let type = try FileManager.default.attributesOfItem(atPath: resolved.path)[.type] as? FileAttributeType
      guard type == .typeRegular else {
        throw DigitsError(file: path, expected: "a regular file", found: "something else")
      }
      handle = try FileHandle(forReadingFrom: resolved)
    } catch let error as DigitsError {
      throw error
    } catch {
      throw DigitsError(
        file: path, expected: "a file that can be read", found: (error as NSError).localizedDescription)
    }
    try fillWindow()
    if window.starts(with: [0x1F, 0x8B]) { try openStream() }
  }

  deinit {
    if let stream {
      inflateEnd(stream)
      stream.deallocate()
    }
    try? handle.close()
  }

  /// Exactly `count` bytes; `what` names them where the file ends before.
  func read(_ count: Int, _ what: String) throws(DigitsError) -> [UInt8] {
    var failure: DigitsError?
    // Pages that nothing was written to take no memory, so a false header costs nothing.
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      do throws(DigitsError) {
        while filled < count {
          let step = try read(into: UnsafeMutableBufferPointer(rebasing: buffer[filled...].prefix(1 << 20)))
          guard step > 0 else { throw error("\(count) bytes of \(what)", "the end of the file after \(filled)") }
          filled += step
        }
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Throws unless all bytes were read; the last checksum is checked here.
  func requireEnd() throws(DigitsError) {
    let extra = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 1)
    defer { extra.deallocate() }
    let count = try read(into: extra)
    guard count == 0 else { throw error("the end of the file", "more bytes than its header says") }
  }

  /// Fills what it can of the buffer; 0 is the end of the file.
  private func read(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(DigitsError) -> Int {
    guard let stream else { return try copy(into: buffer) }
    var written = 0
    while written == 0 {
      if rest.isEmpty { try fillWindow() }
      if rest.isEmpty {
        guard isBetweenMembers else { throw error("a whole gzip file", "one that breaks off") }
        return 0
      }
      written = try inflate(stream, into: buffer)
    }
    return written
  }

  private func copy(into buffer: UnsafeMutableBufferPointer<UInt8>) throws(DigitsError) -> Int {
    if rest.isEmpty { try fillWindow() }
    let count = min(rest.count, buffer.count)
    _ = buffer.update(fromContentsOf: window[rest.prefix(count)])
    rest = rest.dropFirst(count)
    return count
  }

  /// One call of zlib, from the window into the buffer.
  private func inflate(
    _ stream: UnsafeMutablePointer<z_stream>, into buffer: UnsafeMutableBufferPointer<UInt8>
  ) throws(DigitsError) -> Int {
    isBetweenMembers = false
    stream.pointee.next_out = buffer.baseAddress
    stream.pointee.avail_out = UInt32(clamping: buffer.count)
    let room = Int(stream.pointee.avail_out)
    let (status, unused) = window.withUnsafeMutableBufferPointer { window in
      let input = UnsafeMutableBufferPointer(rebasing: window[rest])
      stream.pointee.next_in = input.baseAddress
      stream.pointee.avail_in = UInt32(input.count)
      return (CZlib.inflate(stream, Z_NO_FLUSH), Int(stream.pointee.avail_in))
    }
    rest = rest.suffix(unused)
    switch status {
    case Z_OK: break
    case Z_STREAM_END:
      isBetweenMembers = true
      inflateReset(stream)
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
      throw error("a whole gzip file", "damaged data (\(reason))")
    }
    return room - Int(stream.pointee.avail_out)
  }

  private func openStream() throws(DigitsError) {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 15 bits of history, 16 more for gzip's header and trailer.
    guard inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      throw error("memory for zlib", "none")
    }
    self.stream = stream
  }

  private func fillWindow() throws(DigitsError) {
    do {
      window = [UInt8](try handle.read(upToCount: 1 << 16) ?? Data())
      rest = window.indices
    } catch let failure {
      throw error("a file that can be read", (failure as NSError).localizedDescription)
    }
  }

  private func error(_ expected: String, _ found: String) -> DigitsError {
    DigitsError(file: path, expected: expected, found: found)
  }
}
