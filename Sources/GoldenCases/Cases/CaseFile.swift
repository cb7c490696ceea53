import Foundation

/// A file of cases in the schema `rnn-golden/1`.
public struct CaseFile: Sendable {
  public static let schema = "rnn-golden/1"
  /// The most cases of one file; each takes memory whatever its size.
  public static let mostCases = 10_000

  public let file: String
  public let family: String
  public let cases: [Case]

  /// Reads the bytes of a file; `file` is its name in messages.
  ///
  /// - Throws: `CaseErrors` with one error for each case that is not valid, or one for the file.
  public init(_ bytes: [UInt8], file: String) throws(CaseErrors) {
    self.file = file
    let nodes: NodeList
    do throws(CaseError) {
      let root = try Node.root(of: bytes, file: file)
      let members = try root.object(["schema", "family", "cases"])
      let schema = try members.required("schema")
      guard try schema.string() == Self.schema else { throw schema.error(expected: "\"\(Self.schema)\"") }
      family = try members.required("family").string()
      let list = try members.required("cases")
      nodes = try list.list("a list of cases")
      let count = nodes.count
      guard count > 0 else { throw list.error(expected: "at least one case", found: "none") }
      guard count <= Self.mostCases else {
        throw list.error(expected: "at most \(Self.mostCases) cases in one file", found: "\(count)")
      }
    } catch {
      throw CaseErrors([error])
    }
    var cases: [Case] = []
    var errors = CaseErrors()
    var names: Set<String> = []
    var count = 0
    for node in nodes {
      do throws(CaseError) {
        let next = try Case(node, family: family)
        guard names.insert(next.name).inserted else {
          throw node.named(next.name).error(expected: "a name that no other case has", found: "\"\(next.name)\" again")
        }
        // What a file writes out is no longer than the file; what its rules make is bounded.
        count += next.numberCount
        guard count <= bytes.count + Node.maximumCount else {
          throw node.named(next.name).error(
            expected: "cases whose rules make at most \(Node.maximumCount) numbers in one file", found: "\(count)")
        }
        cases.append(next)
      } catch {
        errors.append(error)
      }
    }
    guard errors.isEmpty else { throw errors }
    self.cases = cases
  }
}
