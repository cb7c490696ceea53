import Foundation

/// Brings single files into the cache folder: tries address after address, resumes, checks, and moves into place.
struct Fetcher: Sendable {
  let folder: String
  let addresses: [String]
  let requiresMNIST: Bool
  let timeout: Double
  let progress: @Sendable (FetchProgress) -> Void
  let isCancelled: @Sendable () -> Bool
  /// The time by which `timeout` is measured; tests move it on.
  var now: @Sendable () -> DispatchTime = { .now() }

  /// No file of the four is larger, decompressed or not: a server that sends more is not the right one.
  static let maximumBytes = 64 << 20
  /// A server that always breaks off after a few bytes is left at last.
  static let maximumAttempts = 20

  /// The whole set from the folder, after fetching what is not there.
  func digits(train: Int, test: Int) throws(FetchError) -> Digits {
    if let digits = try? Digits.load(folder: folder, train: train, test: test), digits.isMNIST || !requiresMNIST {
      return digits
    }
    for file in [Digits.File.trainImages, .trainLabels] { try fetch(file, count: train) }
    for file in [Digits.File.testImages, .testLabels] { try fetch(file, count: test) }
    do throws(DigitsError) {
      return try Digits.load(folder: folder, train: train, test: test)
    } catch {
      throw FetchError(file: error.file, reasons: ["expected \(error.expected), found \(error.found)"])
    }
  }

  /// Makes sure that `file` stands in the folder and holds `count` pictures or labels.
  func fetch(_ file: Digits.File, count: Int) throws(FetchError) {
    let name = file.name + ".gz"
    let path = folder + "/" + name
    if let present = try? file.path(in: folder), (try? check(present, file, count: count)) != nil { return }
    let part = try openPart(path + ".part", name)
    defer {
      if size(of: part) == 0 { unlink(path + ".part") }
      // A child that another thread is just starting may have the file open, too: that would keep the lock.
      flock(part.fileDescriptor, LOCK_UN)
      try? part.close()
    }
    func isWhole() throws(DigitsError) { try check(path + ".part", file, count: count) }

    var reasons: [String] = []
    if (try? isWhole()) != nil { return try put(path, name) }
    for address in addresses {
      switch try fetch(name, from: address, into: part, check: isWhole) {
      case nil: return try put(path, name)
      case let reason?: reasons.append("\(URL(string: address)?.host ?? address): \(reason)")
      }
    }
    throw FetchError(file: name, reasons: reasons.isEmpty ? ["no address given"] : reasons)
  }

  /// Throws unless the file at a path is whole and one of those that are asked for.
  private func check(_ path: String, _ file: Digits.File, count: Int) throws(DigitsError) {
    let bytes = try file.read(path, count: count)
    guard !requiresMNIST || file.isMNIST(bytes) else {
      throw DigitsError(file: path, expected: "the content of MNIST's \(file.name)", found: "another set's")
    }
  }

  /// Asks one address until the file is whole, as long as every attempt brings it further. Returns why it is not whole,
  /// else `nil`.
  private func fetch(
    _ name: String, from address: String, into part: FileHandle, check: () throws(DigitsError) -> Void
  ) throws(FetchError) -> String? {
    guard let url = URL(string: address + name), ["http", "https"].contains(url.scheme ?? "") else {
      return "not an address of the web"
    }
    var reason = "broke off \(Self.maximumAttempts) times"
    for _ in 0..<Self.maximumAttempts {
      let before = size(of: part)
      let download = Download(name: name, part: part, maximumBytes: Self.maximumBytes, now: now)
      switch download.run(url, timeout: timeout, progress: progress, isCancelled: isCancelled) {
      case .cancelled: throw FetchError(file: name, reasons: [], isInterrupted: true)
      case .refused(let why): return why
      case .cannotResume:
        try? part.truncate(atOffset: 0)
      case .brokenOff(let why):
        reason = why
        if size(of: part) <= before { return reason }
      case .whole:
        do throws(DigitsError) {
          try check()
          return nil
        } catch {
          // What was resumed may be two pieces of different files: such a file gets one more chance, from its
          // beginning.
          try? part.truncate(atOffset: 0)
          reason = "expected \(error.expected), found \(error.found)"
          if before == 0 { return reason }
        }
      }
    }
    return reason
  }

  /// Opens what an earlier run left, or an empty file, and locks it against a second program.
  private func openPart(_ path: String, _ name: String) throws(FetchError) -> FileHandle {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw FetchError(file: name, reasons: ["\(folder): \((error as NSError).localizedDescription)"])
    }
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
    guard descriptor >= 0 else {
      throw FetchError(file: name, reasons: ["\(path): \(String(cString: strerror(errno)))"])
    }
    let part = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    // A link is not followed, and another name of some file is not written to.
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
      throw FetchError(file: name, reasons: ["\(path): expected a file of its own, found something else"])
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw FetchError(file: name, reasons: ["another program is fetching it"])
    }
    return part
  }

  private func put(_ path: String, _ name: String) throws(FetchError) {
    guard rename(path + ".part", path) == 0 else {
      throw FetchError(file: name, reasons: ["\(path): \(String(cString: strerror(errno)))"])
    }
  }

  private func size(of part: FileHandle) -> Int { Int((try? part.seekToEnd()) ?? 0) }
}
