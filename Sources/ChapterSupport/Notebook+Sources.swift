import struct PrintedNumbers.DocumentSource
import struct PrintedNumbers.DocumentedNumber
import struct PrintedNumbers.DocumentedNumbers
import struct PrintedNumbers.Inconsistency
import Notebook

/// What a chapter says of one number that its documents printed, besides comparing it under its own key.
public struct SourceNote {
  let comparisons: [String]
  let text: String

  /// A statement that comparisons of the page bear out: their titles.
  public static func shown(by comparisons: String...) -> SourceNote { SourceNote(comparisons: comparisons, text: "") }

  /// Why a number is not computed again, or what there is to know of it. Inline Markdown.
  public static func text(_ text: String) -> SourceNote { SourceNote(comparisons: [], text: text) }
}

@MainActor extension Notebook {
  /// Lists everything that the chapter's documents printed, entry by entry of `golden/documented`: what this page did
  /// with each number, and where the documents err.
  ///
  /// An entry that was not compared by `documented` needs a note; without one the chapter ends with exit code 2, so
  /// that no printed number can be passed over.
  ///
  /// - Parameters:
  ///   - notes: for entries of the chapter's file, and for those of other files that belong here as well.
  public func sources(_ notes: KeyValuePairs<String, SourceNote> = [:], line: Int = #line) {
    guard let all = documentedNumbers(line) else { return }
    let files = all.files.filter { $0.chapter == "chapter-\(name)" }
    let own = files.flatMap(\.numbers)
    let guests = Set(notes.map(\.key)).sorted().filter { id in !own.contains { $0.id == id } }.map { id in
      guard let entry = all[id] else { fail(UnknownNumber(id: id), line: line) }
      return entry
    }
    onEachPage {
      for group in grouped(own + guests, by: \.source) {
        table(
          worded(group.document), columns: ["", "what was printed", "on this page"],
          rows: group.entries.map { [$0.id, place($0), outcome($0, notes, line)] }, line: line)
      }
      for group in grouped(files.flatMap(\.inconsistencies), by: \.source) {
        let list = group.entries.map(sentence).joined(separator: "\n")
        prose("Where *\(worded(group.document))* errs:\n\n\(alreadyTranslated(list))", line: line)
      }
    }
  }

  private func place(_ entry: DocumentedNumber) -> String {
    translated("\(worded(entry.what)), line \(plain(entry.source.line))")
  }

  /// What the page did with an entry: its comparisons, those that bear it out, and the chapter's own words.
  private func outcome(_ entry: DocumentedNumber, _ notes: KeyValuePairs<String, SourceNote>, _ line: Int) -> String {
    var parts: [String] = []
    let compared = comparisons.filter { $0.documentedKey == entry.id }
    if !compared.isEmpty { parts.append(verdict(of: compared)) }
    for (id, note) in notes where id == entry.id {
      for title in note.comparisons {
        // The log has it in the language of the page.
        let shown = word(title)
        let found = comparisons.filter { $0.title == shown }
        guard !found.isEmpty else { fail(MissingComparison(id: id, title: title), line: line) }
        parts.append(translated("“\(alreadyTranslated(plain(shown)))”: \(verdict(of: found))"))
      }
      if !note.text.isEmpty { parts.append(translated(ProseText(note.text))) }
    }
    guard !parts.isEmpty else { fail(MissingComparison(id: entry.id, title: nil), line: line) }
    return alreadyTranslated(parts.joined(separator: words.semicolon))
  }

  /// A text of the documents' data in the language of the page, in which nothing is Markdown.
  private func worded(_ text: String) -> String { alreadyTranslated(plain(word(text))) }

  private func verdict(of comparisons: [Comparison]) -> String {
    let count = comparisons.reduce(0) { $0 + $1.count }
    let values = translated(count == 1 ? "1 value" : "\(count) values")
    if comparisons.contains(where: { $0.isFailure }) { return translated("\(values), not all hold") }
    return translated(comparisons.allSatisfy { $0.verdict == .doesNotApply } ? "does not apply" : "\(values), all hold")
  }

  private func sentence(_ slip: Inconsistency) -> String {
    translated(
      """
      - **\(slip.id)**, line \(plain(slip.source.line)): “\(alreadyTranslated(plain(slip.says)))”: \(worded(slip.problem)). True: \(worded(slip.correct)).
      """)
  }

  private func grouped<Entry>(_ entries: [Entry], by source: (Entry) -> DocumentSource) -> [(
    document: String, entries: [Entry]
  )] {
    var groups: [(document: String, entries: [Entry])] = []
    for entry in entries {
      let document = source(entry).document + ", " + source(entry).file
      if let index = groups.firstIndex(where: { $0.document == document }) {
        groups[index].entries.append(entry)
      } else {
        groups.append((document, [entry]))
      }
    }
    return groups
  }
}

/// Text in which nothing is Markdown.
private func plain(_ text: String) -> String {
  text.map { "\\`*$[]".contains($0) ? "\\\($0)" : String($0) }.joined()
}

/// A printed number that the page neither compares nor explains.
struct MissingComparison: Error, CustomStringConvertible {
  let id: String
  let title: String?
  var description: String {
    title.map { "\(id): expected a comparison “\($0)” before this line, found none" }
      ?? "\(id): expected a comparison or a note on this printed number, found neither"
  }
}
