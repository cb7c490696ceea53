import Foundation

/// All exercises of a repository, in the order of chapters and numbers.
public struct Catalogue: Sendable {
  /// Chapters in the order of the book; others follow by name.
  static let order = [
    "time-distributed", "simple-rnn", "two-layer-rnn", "lstm", "gru", "basic-lstm-cell", "mnist", "gradients",
    "language-model", "sort", "stateful", "attention", "rosetta",
  ]

  /// The folder of the repository.
  public let root: URL
  public let exercises: [Exercise]

  /// Reads `chapters/*/exercises/source/*.swift`.
  ///
  /// - Throws: `GradingError` for a master that is not right, or where there is none at all.
  public init(root: URL) throws(GradingError) {
    self.root = root
    let chapters = root.appending(path: "chapters")
    let names = Self.entries(of: chapters).sorted {
      Self.place($0) == Self.place($1) ? $0 < $1 : Self.place($0) < Self.place($1)
    }
    var exercises: [Exercise] = []
    for name in names {
      let folder = chapters.appending(path: "\(name)/exercises/source")
      for file in Self.entries(of: folder).filter({ $0.hasSuffix(".swift") }) {
        let path = "chapters/\(name)/exercises/source/\(file)"
        guard let data = FileManager.default.contents(atPath: root.appending(path: path).path) else { continue }
        exercises.append(try Master.read(String(decoding: data, as: UTF8.self), path: path, chapter: name))
      }
    }
    guard !exercises.isEmpty else {
      throw GradingError("\(chapters.path): expected exercises in <chapter>/exercises/source, found none")
    }
    self.exercises = exercises.enumerated().sorted { a, b in
      let (x, y) = (names.firstIndex(of: a.element.chapter) ?? 0, names.firstIndex(of: b.element.chapter) ?? 0)
      return x == y ? a.element.number < b.element.number : x < y
    }.map(\.element)
  }

  public var chapters: [String] {
    exercises.map(\.chapter).reduce(into: []) { if $0.last != $1 { $0.append($1) } }
  }

  /// The exercises that a word names: one as `lstm/2`, or those of a chapter.
  ///
  /// - Throws: `GradingError` for a word that names none.
  public func exercises(named name: String) throws(GradingError) -> [Exercise] {
    let found = exercises.filter { $0.id == name || $0.chapter == name }
    guard found.isEmpty else { return found }
    let chapter = name.split(separator: "/").first.map(String.init) ?? name
    let known = exercises.filter { $0.chapter == chapter }.map(\.id)
    throw GradingError(
      "expected one of \((known.isEmpty ? chapters : known).joined(separator: ", ")), received \"\(name)\"")
  }

  /// The repository that a folder lies in: the first one upwards that has `chapters` and `Package.swift`.
  public static func root(from folder: URL) -> URL? {
    var folder = folder.standardizedFileURL
    while true {
      let isRoot = ["Package.swift", "chapters"].allSatisfy {
        FileManager.default.fileExists(atPath: folder.appending(path: $0).path)
      }
      if isRoot { return folder }
      let parent = folder.deletingLastPathComponent().standardizedFileURL
      guard parent.path != folder.path, folder.path != "/" else { return nil }
      folder = parent
    }
  }

  private static func place(_ chapter: String) -> Int { order.firstIndex(of: chapter) ?? order.count }

  private static func entries(of folder: URL) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
  }
}
