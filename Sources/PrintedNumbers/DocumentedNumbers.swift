import StrictJSON
import Foundation

/// The numbers of the source documents, from `golden/documented/`.
///
///     {"schema": "documented-numbers/1", "title": …, "chapter": …, "numbers": [
///       {"id": "D05", "source": {"document": …, "file": …, "part": …, "line": …}, "what": …, "class": "documented",
///        "printed": "a=2.35025001; …", "values": [{"name": "a", "shape": [], "digits": ["2.35025001"]}],
///        "tolerance": {"abs": "1e-7", "reason": …}, "recompute": …, "verified": …}],
///      "inconsistencies": [{"id": "I01", "source": {…}, "says": …, "problem": …, "correct": …}]}
///
/// `part`, `values`, `tolerance`, `recompute` and `verified` may be left out.
public struct DocumentedNumbers: Sendable {
  public static let schema = "documented-numbers/1"

  public struct File: Equatable, Sendable {
    /// The name of the file in messages.
    public let file: String
    public let title: String
    /// The chapter that shows these numbers.
    public let chapter: String
    public let numbers: [DocumentedNumber]
    public let inconsistencies: [Inconsistency]
  }

  public let files: [File]
  public var numbers: [DocumentedNumber] { files.flatMap(\.numbers) }
  public var inconsistencies: [Inconsistency] { files.flatMap(\.inconsistencies) }

  /// The entry with the given id; nil when there is none.
  public subscript(id: String) -> DocumentedNumber? { numbers.first { $0.id == id } }

  /// Reads all files of a folder, by default of `golden/documented`, see `GoldenFolder`.
  ///
  /// - Throws: `CaseErrors`: no files, a file that does not hold what is described above, or an id that occurs twice.
  public static func load(folder: String = defaultFolder) throws(CaseErrors) -> DocumentedNumbers {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }.sorted()
    } catch {
      throw CaseErrors([CaseError(file: folder, expected: "a folder of documented numbers", found: "none")])
    }
    var files: [File] = []
    for name in names where name != statisticsFile {
      let path = "\(folder)/\(name)"
      guard let data = FileManager.default.contents(atPath: path) else {
        throw CaseErrors([CaseError(file: path, expected: "a file that can be read", found: "none")])
      }
      files.append(try read([UInt8](data), file: path))
    }
    guard !files.isEmpty else {
      throw CaseErrors([CaseError(file: folder, expected: "files of documented numbers (*.json)", found: "none")])
    }
    try requireUniqueIDs(files)
    return DocumentedNumbers(files: files)
  }

  /// The file of the training statistics, which stands beside the documented numbers in a schema of its own.
  public static let statisticsFile = "article_training_stats.json"

  public static var defaultFolder: String { "\(GoldenFolder.path)/documented" }

  /// Reads the bytes of one file; `file` is its name in messages.
  static func read(_ bytes: [UInt8], file: String) throws(CaseErrors) -> File {
    do throws(CaseError) {
      let root = try Node.root(of: bytes, file: file)
      let members = try root.object(["schema", "title", "chapter", "numbers", "inconsistencies"])
      let schema = try members.required("schema")
      guard try schema.string() == Self.schema else { throw schema.error(expected: "\"\(Self.schema)\"") }
      var numbers: [DocumentedNumber] = []
      for node in try members.required("numbers").list() { numbers.append(try DocumentedNumber(node)) }
      var inconsistencies: [Inconsistency] = []
      for node in try members.required("inconsistencies").list() { inconsistencies.append(try Inconsistency(node)) }
      return File(
        file: file, title: try members.required("title").string(), chapter: try members.required("chapter").string(),
        numbers: numbers, inconsistencies: inconsistencies)
    } catch {
      throw CaseErrors([error])
    }
  }

  static func requireUniqueIDs(_ files: [File]) throws(CaseErrors) {
    var homes: [String: String] = [:]
    for file in files {
      for id in file.numbers.map(\.id) + file.inconsistencies.map(\.id) {
        if let home = homes.updateValue(file.file, forKey: id) {
          throw CaseErrors([
            CaseError(
              file: file.file, caseName: id, expected: "an id that no other entry has", found: "the same id in \(home)")
          ])
        }
      }
    }
  }
}
