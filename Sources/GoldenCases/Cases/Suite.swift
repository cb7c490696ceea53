import Files
import Foundation

/// The cases of some files and folders.
public struct Suite: Sendable {
  public let files: [CaseFile]

  public var cases: [Case] { files.flatMap(\.cases) }

  /// Reads every `.json` file at the paths: a file itself, or all files below a folder, in the order of their names.
  ///
  /// Skips folders named `generate` and `implementations`, which hold programs, and `documented`: printed numbers.
  ///
  /// - Throws: `CaseErrors`: a path that is not there, a folder without cases, a file that is no file of cases, or two
  ///   cases of one name.
  public init(paths: [String]) throws(CaseErrors) {
    var errors = CaseErrors()
    var files: [CaseFile] = []
    var homes: [String: String] = [:]
    for path in paths {
      do throws(CaseErrors) {
        for file in try Self.files(at: [path]) {
          do throws(CaseErrors) {
            let read = try CaseFile(try Self.bytes(of: file), file: file)
            errors.append(CaseErrors(Self.repeated(read, &homes)))
            files.append(read)
          } catch {
            errors.append(error)
          }
        }
      } catch {
        errors.append(error)
      }
    }
    guard errors.isEmpty else { throw errors }
    self.files = files
  }

  /// Complaints about names that stand in another file already.
  private static func repeated(_ read: CaseFile, _ homes: inout [String: String]) -> [CaseError] {
    read.cases.compactMap { next in
      homes.updateValue(read.file, forKey: next.name).map { home in
        CaseError(
          file: read.file, caseName: next.name, keyPath: "\(next.keyPath).name",
          expected: "a name that no other case has", found: "the same name in \(home)")
      }
    }
  }

  static let skippedFolders: Set<String> = ["generate", "implementations", "documented", "lessons", "examples"]

  /// The files of cases at some paths, without reading them.
  ///
  /// - Throws: `CaseErrors` for a path that is not there and for a folder without cases.
  public static func files(at paths: [String]) throws(CaseErrors) -> [String] {
    var all: [String] = []
    for path in paths { all += try files(at: path) }
    return all
  }

  private static func files(at path: String) throws(CaseErrors) -> [String] {
    guard let isFolder = InputFile(path).isFolder else {
      throw CaseErrors([CaseError(file: path, expected: "a file or folder of cases", found: "nothing")])
    }
    guard isFolder else { return [path] }
    let base = path.hasSuffix("/") ? String(path.dropLast()) : path
    let names = ((try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [])
      .filter { $0.hasSuffix(".json") && !$0.hasSuffix(".schema.json") }
      .filter { skippedFolders.isDisjoint(with: $0.split(separator: "/").map(String.init)) }
    guard !names.isEmpty else {
      throw CaseErrors([CaseError(file: path, expected: "a folder with files of cases (*.json)", found: "none")])
    }
    return names.sorted().map { "\(base)/\($0)" }
  }

  package static func bytes(of file: String) throws(CaseErrors) -> [UInt8] {
    do throws(FileError) {
      return try InputFile(file).bytes(atMost: JSONDocument.maximumCount)
    } catch {
      throw CaseErrors([CaseError(file: file, expected: error.expected, found: error.reason)])
    }
  }
}
