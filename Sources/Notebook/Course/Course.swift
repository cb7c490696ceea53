import Drawing
import Foundation
import StrictJSON

/// What all chapters share: the notation, the glossary and the bibliography, three files of the folder `chapters`.
///
/// A program that runs without its repository has none of them; then nothing is checked against them.
package struct Course: Sendable {
  /// One letter: the same meaning, and the same colour, in every chapter.
  package struct Letter: Equatable, Sendable {
    /// LaTeX, such as `\tilde{c}`.
    package var symbol: String
    package var meaning: String
    package var shape: String
    /// What sources write instead; empty where they agree.
    package var also: String
    package var hue: Hue?
  }

  package struct Term: Equatable, Sendable {
    /// What a link names, as in `[kernel](glossary:kernel)`.
    package var id: String
    package var term: String
    package var text: String
    /// The frameworks' words for it; empty where they have none.
    package var frameworks: String
  }

  package struct Work: Equatable, Sendable {
    /// What a citation names, as in `[@elman1990]`.
    package var key: String
    /// What stands in the text, as in “Elman 1990”.
    package var short: String
    package var authors: [String]
    package var year: Int?
    package var title: String
    package var place: String
    /// The address; nil where none is known.
    package var url: String?
    package var note: String
  }

  package enum Shelf: String, CaseIterable, Sendable { case documents, literature, frameworks }

  package var letters: [Letter]?
  package var terms: [Term]?
  package var shelves: [(shelf: Shelf, works: [Work])]?

  package init() {}

  /// Reads the files that stand in a folder.
  ///
  /// - Throws: `CaseError` with the file and the line of what cannot be read.
  package static func read(_ folder: URL) throws(CaseError) -> Course {
    var course = Course()
    if let node = try root("notation", folder) {
      course.letters = try node.object(["symbols"]).required("symbols").each { (node) throws(CaseError) in
        try Letter(node)
      }
    }
    if let node = try root("glossary", folder) {
      course.terms = try node.object(["terms"]).required("terms").each { (node) throws(CaseError) in try Term(node) }
    }
    if let node = try root("bibliography", folder) {
      let members = try node.object(Shelf.allCases.map(\.rawValue))
      var shelves: [(shelf: Shelf, works: [Work])] = []
      for shelf in Shelf.allCases {
        let works = try members.required(shelf.rawValue).each { (node) throws(CaseError) in try Work(node) }
        shelves.append((shelf, works))
      }
      course.shelves = shelves
    }
    return course
  }

  private static func root(_ name: String, _ folder: URL) throws(CaseError) -> Node? {
    let file = folder.appendingPathComponent("\(name).json").path
    guard let data = FileManager.default.contents(atPath: file) else { return nil }
    return try Node.root(of: [UInt8](data), file: file)
  }

  package func work(_ key: String) -> Work? { shelves?.lazy.flatMap(\.works).first { $0.key == key } }
  package func term(_ id: String) -> Term? { terms?.first { $0.id == id } }

  /// The letters that have a colour, as writers take them.
  var colours: [(name: String, hue: Hue)] {
    (letters ?? []).compactMap { letter in letter.hue.map { (name: letter.symbol, hue: $0) } }
  }
}

extension Node {
  fileprivate func each<Value>(_ read: (Node) throws(CaseError) -> Value) throws(CaseError) -> [Value] {
    var values: [Value] = []
    for node in try list() { values.append(try read(node)) }
    return values
  }
}

extension Course.Letter {
  fileprivate init(_ node: Node) throws(CaseError) {
    let members = try node.object(["symbol", "meaning", "shape", "also", "colour"])
    symbol = try members.required("symbol").string()
    meaning = try members.required("meaning").string()
    shape = try members.required("shape").string()
    also = try members["also"]?.string() ?? ""
    hue = try members["colour"].map { (colour) throws(CaseError) in
      let name = try colour.string()
      guard let hue = Hue.allCases.first(where: { "\($0)" == name }) else {
        throw colour.error(expected: "one of \(Hue.allCases.map { "\($0)" }.joined(separator: ", "))")
      }
      return hue
    }
  }
}

extension Course.Term {
  fileprivate init(_ node: Node) throws(CaseError) {
    let members = try node.object(["id", "term", "text", "frameworks"])
    id = try members.required("id").string()
    term = try members.required("term").string()
    text = try members.required("text").string()
    frameworks = try members["frameworks"]?.string() ?? ""
  }
}

extension Course.Work {
  fileprivate init(_ node: Node) throws(CaseError) {
    let members = try node.object(["key", "short", "authors", "year", "title", "where", "url", "note"])
    key = try members.required("key").string()
    short = try members.required("short").string()
    authors = try members["authors"]?.each { (node) throws(CaseError) in try node.string() } ?? []
    year = try members["year"]?.integer(in: 1000...9999)
    title = try members.required("title").string()
    place = try members["where"]?.string() ?? ""
    url = try members["url"]?.string()
    note = try members["note"]?.string() ?? ""
  }

  /// The entry in one line, as a list of literature has it.
  package var entry: String {
    let names = authors.joined(separator: ", ") + (year.map { authors.isEmpty ? "\($0)" : " (\($0))" } ?? "")
    return [names, title, place].filter { !$0.isEmpty }.joined(separator: ". ") + "."
  }
}
