import Foundation
import StrictJSON
import Tensors

/// Exact numbers of a real framework for a lesson: one file `golden/lessons/<name>.json`.
///
///     let norms = try LessonNumbers.load("gradients_norms")
///     let tanh = norms?["cases"].named("gradients_rnn_tanh_radius_0.9")
///     try tanh?["h_gradient_norm"].numbers()             // one for each step
///
/// `golden/lessons/README.md` describes the files. A value knows its place, so a missing key or a value of another kind
/// is an error with file, line and key path.
public struct LessonNumbers: Sendable {
  private let node: Result<Node, CaseError>

  /// The value under a key of an object.
  public subscript(key: String) -> LessonNumbers {
    LessonNumbers(
      node: node.flatMap { node in
        Result { () throws(CaseError) in
          guard let found = try node.members().first(where: { $0.key == key }) else {
            throw node.error(expected: "the key \"\(key)\"", found: "none")
          }
          return found.value
        }
      })
  }

  /// The element of a list whose `name` is this one.
  public func named(_ name: String) -> LessonNumbers {
    LessonNumbers(
      node: node.flatMap { node in
        Result { () throws(CaseError) in
          for element in try node.list() {
            if case .string(let own)? = element.json["name"]?.value, own == name { return element }
          }
          throw node.error(expected: "an element with the name \"\(name)\"", found: "none")
        }
      })
  }

  /// The elements of a list.
  public func list() throws(CaseError) -> [LessonNumbers] {
    try node.get().list().map { LessonNumbers(node: .success($0)) }
  }

  /// The keys of an object in their order.
  public func keys() throws(CaseError) -> [String] { try node.get().members().map(\.key) }

  public func text() throws(CaseError) -> String { try node.get().string() }
  public func number() throws(CaseError) -> Double { try node.get().number() }
  public func flag() throws(CaseError) -> Bool { try node.get().bool() }

  /// The numbers of a list, lists inside it one after the other.
  public func numbers() throws(CaseError) -> [Double] {
    let node = try node.get()
    guard case .array = node.json.value else { return [try node.number()] }
    var all: [Double] = []
    for element in try node.list() { all += try LessonNumbers(node: .success(element)).numbers() }
    return all
  }

  /// A tensor, written as `{"shape", "data"}`.
  public func tensor() throws(CaseError) -> Tensor<Double> {
    let shape = try self["shape"].numbers().map { Int($0) }
    let data = try self["data"].numbers()
    guard shape.reduce(1, *) == data.count else {
      throw try node.get().error(
        expected: "\(shape.reduce(1, *)) numbers for the shape \(shape)", found: "\(data.count)")
    }
    return Tensor(shape: shape, scalars: data)
  }

  /// The file's `tolerance`: `abs` and `rel`, each 0 where it is not given.
  public func tolerance() throws(CaseError) -> (absolute: Double, relative: Double) {
    let given = try self["tolerance"].keys()
    return (
      given.contains("abs") ? try self["tolerance"]["abs"].number() : 0,
      given.contains("rel") ? try self["tolerance"]["rel"].number() : 0
    )
  }

  /// Reads `<name>.json`; nil where the folder is not at hand.
  ///
  /// - Throws: `CaseErrors` when the folder is there and the file is missing or is no JSON.
  public static func load(
    _ name: String, folder: String = GoldenFolder.path + "/lessons"
  ) throws(CaseErrors) -> LessonNumbers? {
    guard FileManager.default.fileExists(atPath: folder) else { return nil }
    let file = "\(folder)/\(name).json"
    guard let data = FileManager.default.contents(atPath: file) else {
      throw CaseErrors([CaseError(file: file, expected: "numbers of a lesson", found: "no file")])
    }
    do throws(CaseError) {
      return LessonNumbers(node: .success(try Node.root(of: [UInt8](data), file: file)))
    } catch {
      throw CaseErrors([error])
    }
  }
}
