import Foundation

/// Why the data could not be fetched, in one line: a program says it and goes on with generated digits.
public struct FetchError: Error, Equatable, CustomStringConvertible {
  /// The file that could not be had.
  public let file: String
  /// One entry an address that was asked, or the one thing that is wrong with this machine's side.
  public let reasons: [String]
  /// Whether the user stopped it; what came so far is kept for the next time.
  public let isInterrupted: Bool

  init(file: String, reasons: [String], isInterrupted: Bool = false) {
    self.file = file
    self.reasons = reasons
    self.isInterrupted = isInterrupted
  }

  public var description: String {
    let reasons = reasons.joined(separator: "; ")
    return isInterrupted ? "\(file): stopped before it was whole" : "\(file) could not be fetched: \(reasons)"
  }
}

/// How far one of the four files has come.
public struct FetchProgress: Equatable, Sendable {
  public let file: String
  /// Bytes that are there, those of an earlier run included.
  public let received: Int
  /// Bytes of the whole file, where the server says.
  public let total: Int?
}

extension Digits {
  /// Known places that serve the four files; each ends with a slash.
  public static let addresses = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ]

  /// Where fetched files stay: `unrolled/mnist` in `XDG_CACHE_HOME` or `~/.cache`, on macOS in `~/Library/Caches`.
  public static var cacheFolder: String {
    cacheFolder(environment: ProcessInfo.processInfo.environment, home: NSHomeDirectory())
  }

  static func cacheFolder(environment: [String: String], home: String) -> String {
    #if os(macOS)
      let base = home + "/Library/Caches"
    #else
      // The XDG base directory specification: a path that is not absolute is to be ignored.
      let asked = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
      let base = asked ?? home + "/.cache"
    #endif
    return base + "/unrolled/mnist"
  }

  /// Reads MNIST from the cache folder, after fetching what is not there: 11.6 MB, once.
  ///
  /// - A download goes into `NAME.gz.part`, is resumed from there if it breaks off, and gets its name only when gzip's
  ///   checksum, the IDX header and the counts hold and it is MNIST's. A cached file that does not hold is fetched
  ///   again.
  /// - Where one address fails, the next one is asked.
  ///
  /// - Parameters:
  ///   - requiresMNIST: whether the content must be MNIST's; without it, any set in its form will do.
  ///   - timeout: seconds without a byte after which an address has failed.
  ///   - progress: called about ten times a second; the default draws a bar where standard error is a terminal.
  ///   - isCancelled: asked about ten times a second.
  /// - Throws: `FetchError` where no address gives a whole file, the folder cannot be written, or the user stopped it.
  public static func fetch(
    into folder: String = cacheFolder, from addresses: [String] = addresses, train: Int = 60_000, test: Int = 10_000,
    requiresMNIST: Bool = true, timeout: Double = 10,
    progress: @escaping @Sendable (FetchProgress) -> Void = FetchProgress.draw,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(FetchError) -> Digits {
    try Fetcher(
      folder: folder, addresses: addresses, requiresMNIST: requiresMNIST, timeout: timeout, progress: progress,
      isCancelled: isCancelled
    ).digits(train: train, test: test)
  }
}

extension FetchProgress {
  /// Draws a bar on standard error where that is a terminal; in a pipe, nothing.
  @Sendable public static func draw(_ progress: FetchProgress) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    let end = progress.received == progress.total ? "\n" : ""
    FileHandle.standardError.write(Data(("\r" + progress.line + "\u{1B}[K" + end).utf8))
  }

  /// `train-labels-idx1-ubyte.gz ████████░░░░░░░░  0.01 of 0.03 MB`
  var line: String {
    func megabytes(_ bytes: Int) -> String { String(format: "%.2f", Double(bytes) / 1e6) }
    guard let total, total > 0 else { return "\(file) \(megabytes(received)) MB" }
    let width = 16
    let full = min(received * width / total, width)
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    return "\(file) \(bar)  \(megabytes(received)) of \(megabytes(total)) MB"
  }
}
