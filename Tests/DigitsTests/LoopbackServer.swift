import Foundation
import Synchronization

/// A small HTTP server on 127.0.0.1, with the faults that real ones have.
final class LoopbackServer: Sendable {
  struct Request: Sendable, Equatable {
    let path: String
    /// The first byte that is asked for, where only the rest of a file is.
    let rangeStart: Int?
  }

  struct Response: Sendable {
    var status = 200
    var headers: [String] = []
    var body: [UInt8] = []
    /// What the header says of the length; by default the truth.
    var statedLength: Int?
    /// Closes the connection after so many bytes of the body.
    var breaksOffAfter: Int?
    /// Sends the body in pieces of `pieceSize` with so many seconds between them.
    var pause: Double = 0
    var pieceSize = 1 << 16
    /// Called after each piece with the number of bytes sent so far.
    var afterPiece: @Sendable (_ sent: Int) -> Void = { _ in }
    /// Accepts the request and never answers.
    var isSilent = false
  }

  private let descriptor: Int32
  let port: UInt16
  private let answer: @Sendable (Request) -> Response
  private let seen = Mutex<[Request]>([])
  private let lines = Mutex<[[String]]>([])
  private let isClosed = Mutex(false)

  /// The requests so far.
  var requests: [Request] { seen.withLock { $0 } }
  /// The lines of their heads.
  var heads: [[String]] { lines.withLock { $0 } }
  var address: String { "http://127.0.0.1:\(port)/" }

  init(answer: @escaping @Sendable (Request) -> Response) throws {
    #if os(Linux)
      let stream = Int32(SOCK_STREAM.rawValue)
    #else
      let stream = SOCK_STREAM
    #endif
    descriptor = socket(AF_INET, stream, 0)
    self.answer = answer
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let failed = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) != 0 || listen(descriptor, 8) != 0 || getsockname(descriptor, $0, &length) != 0
      }
    }
    guard !failed else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    port = UInt16(bigEndian: name.sin_port)
    Thread.detachNewThread { [self] in acceptAll() }
  }

  func close() { isClosed.withLock { $0 = true } }

  private func acceptAll() {
    while !isClosed.withLock({ $0 }) {
      // Looks up every 20 ms, since not every system wakes a thread whose socket is shut down.
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wanted, 1, 20) > 0 else { continue }
      let connection = accept(descriptor, nil, nil)
      guard connection >= 0 else { break }
      #if !os(Linux)
        var yes: Int32 = 1
        setsockopt(connection, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
      #endif
      Thread.detachNewThread { [self] in
        serve(connection)
        _ = Foundation.close(connection)
      }
    }
    _ = Foundation.close(descriptor)
  }

  private func serve(_ connection: Int32) {
    guard let request = readRequest(connection) else { return }
    seen.withLock { $0.append(request) }
    let response = answer(request)
    while response.isSilent, !isClosed.withLock({ $0 }) { Thread.sleep(forTimeInterval: 0.02) }
    if response.isSilent { return }
    let head =
      ["HTTP/1.1 \(response.status) Test", "Content-Length: \(response.statedLength ?? response.body.count)"]
      + response.headers + ["Connection: close", "", ""]
    guard send(Array(head.joined(separator: "\r\n").utf8), connection) else { return }
    let body = response.body.prefix(response.breaksOffAfter ?? .max)
    for start in stride(from: 0, to: body.count, by: response.pieceSize) {
      let piece = body.dropFirst(start).prefix(response.pieceSize)
      guard !isClosed.withLock({ $0 }), send(Array(piece), connection) else { return }
      response.afterPiece(start + piece.count)
      if response.pause > 0 { Thread.sleep(forTimeInterval: response.pause) }
    }
  }

  private func readRequest(_ connection: Int32) -> Request? {
    var text = ""
    while !text.hasSuffix("\r\n\r\n") {
      var byte: UInt8 = 0
      guard recv(connection, &byte, 1, 0) == 1, text.utf8.count < 8192 else { return nil }
      text.unicodeScalars.append(Unicode.Scalar(byte))
    }
    let head = text.components(separatedBy: "\r\n")
    lines.withLock { $0.append(head) }
    let range = head.first { $0.lowercased().hasPrefix("range: bytes=") }
    return Request(
      path: head[0].split(separator: " ").dropFirst().first.map(String.init) ?? "",
      rangeStart: range.flatMap { Int($0.dropFirst("range: bytes=".count).prefix { $0 != "-" }) })
  }

  private func send(_ bytes: [UInt8], _ connection: Int32) -> Bool {
    #if os(Linux)
      let flags = Int32(MSG_NOSIGNAL)
    #else
      let flags: Int32 = 0
    #endif
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes { Foundation.send(connection, $0.baseAddress, $0.count, flags) }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}

extension LoopbackServer.Response {
  /// A file as a good server sends it: the rest of it where only that is asked for.
  static func file(_ bytes: [UInt8], _ request: LoopbackServer.Request) -> Self {
    guard let start = request.rangeStart else { return Self(body: bytes) }
    guard start < bytes.count else { return Self(status: 416, headers: ["Content-Range: bytes */\(bytes.count)"]) }
    return Self(
      status: 206, headers: ["Content-Range: bytes \(start)-\(bytes.count - 1)/\(bytes.count)"],
      body: Array(bytes[start...]))
  }
}
