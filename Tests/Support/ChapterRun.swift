import Foundation
import Synchronization

/// One run of a chapter with all that it writes.
///
///     let run = try await ChapterRun.of("lstm")
///     expect(run.result.code == 0, "\(run.result.errors)")
///     let page = run.text("page.html")
///
/// Chapters train for seconds. So a chapter is run once for all tests of the process, when the first of them asks for
/// it; each test looks at the same files, and says itself what is wrong with the run.
public struct ChapterRun: Sendable {
  public let name: String
  /// How the program ended. Its errors are what it complained of.
  public let result: ChildResult
  /// What it wrote, by the path in the folder: `page.html`, `page.json`, `README.md`, `figures/1.svg`; the same in each
  /// other language, as `page.en-XA.html`; and what a chapter has that can go on with a training, `training`.
  public let files: [String: Data]

  /// A file as text; empty where there is none.
  public func text(_ path: String) -> String { files[path].map { String(decoding: $0, as: UTF8.self) } ?? "" }

  /// The arguments of the run for chapters that would train for long, or need data that is not in this repository.
  public static let arguments = [
    "mnist": ["--data", "generated", "--pictures", "300", "--epochs", "1", "--trace", "/dev/null"],
    "attention": ["--updates", "60"], "gradients": ["--quick"], "language-model": ["--quick", "--save", "training"],
    "sort": ["--quick"], "stateful": ["--quick"],
  ]

  /// The languages of the files, besides that of the source: the translations, and the one that marks what can be
  /// translated.
  public static func languages(of name: String) -> [String] {
    let folder = repository.appending(path: "chapters/\(name)")
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    let names = files.filter { $0.hasPrefix("prose.") && $0.hasSuffix(".md") }.map {
      String($0.dropFirst(6).dropLast(3))
    }
    return names.sorted() + ["en-XA"]
  }

  /// The run of a chapter that all tests share.
  public static func of(_ name: String) async throws -> ChapterRun {
    try await withCheckedThrowingContinuation { continuation in
      let isFirst = shared.withLock { runs in
        switch runs[name] {
        case .done(let result): continuation.resume(with: result)
        case .waiting(let others): runs[name] = .waiting(others + [continuation])
        case nil:
          runs[name] = .waiting([continuation])
          return true
        }
        return false
      }
      guard isFirst else { return }
      enqueue(name) {
        let languages = languages(of: name).flatMap { ["--also", $0] }
        let result = Result { try ChapterRun(name, arguments[name, default: []] + languages) }
        var waiting: [CheckedContinuation<ChapterRun, any Error>] = []
        shared.withLock { runs in
          if case .waiting(let all) = runs[name] { waiting = all }
          runs[name] = .done(result)
        }
        for continuation in waiting { continuation.resume(with: result) }
      }
    }
  }

  /// A run of its own with the arguments of the shared one and more.
  ///
  /// - Parameter files: files that lie in the folder before the run.
  public static func another(
    _ name: String, _ more: [String], files: [String: Data] = [:]
  ) async throws -> ChapterRun {
    try await withCheckedThrowingContinuation { continuation in
      enqueue(name) {
        continuation.resume(with: Result { try ChapterRun(name, arguments[name, default: []] + more, files) })
      }
    }
  }

  /// Runs the chapter in a folder of its own.
  private init(_ name: String, _ arguments: [String], _ given: [String: Data] = [:]) throws {
    self.name = name
    (result, files) = try withTemporaryFolder { folder in
      for (path, data) in given { try data.write(to: folder.appending(path: path)) }
      let outputs = ["--html", "page.html", "--json", "page.json", "--markdown", "README.md"]
      let result = try runBuilt("chapter-\(name)", arguments + outputs, in: folder, seconds: 600)
      let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
      let files = paths.compactMap { path in
        (try? Data(contentsOf: folder.appending(path: path))).map { (path, $0) }
      }
      return (result, Dictionary(files) { $1 })
    }
  }

  // MARK: Which runs when

  private enum Shared {
    case waiting([CheckedContinuation<ChapterRun, any Error>])
    case done(Result<ChapterRun, any Error>)
  }

  private static let shared = Mutex<[String: Shared]>([:])

  /// One more at a time than there are cores, since other tests compute, too. It begins a moment late: then all shared
  /// runs have been asked for, and their order decides.
  private static let queue = {
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = ProcessInfo.processInfo.activeProcessorCount + 1
    queue.isSuspended = true
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.2) { queue.isSuspended = false }
    return queue
  }()

  /// Those whose page a browser opens begin first, since it works on one after the other; the shortest before others.
  private static let first = ["rosetta", "gru", "mnist"]
  private static let second = ["simple-rnn", "language-model", "lstm", "gradients"]

  private static func enqueue(_ name: String, _ work: @escaping @Sendable () -> Void) {
    let operation = BlockOperation(block: work)
    operation.queuePriority = first.contains(name) ? .veryHigh : second.contains(name) ? .high : .normal
    queue.addOperation(operation)
  }
}
