import Foundation
import Support
import Testing

@testable import Grading

/// A student's files, hints and verdicts; the masters of a small repository.
@Suite struct StudentFolderTests {
  static let master = """
    // Compute the sum.

    func f(_ a: Double) -> Double {
      // SOLUTION
      let b = a + 1
      return b
      // STARTER
      //> return 0
      // END
    }
    // CHECK
    func check(_ input: CheckInput, _ answer: inout CheckAnswer) { answer["h"] = f(input.number("a")) }
    //: title A sum
    //: goal Add.
    //: minutes 5
    //: hint One.
    //: hint Two.
    //: answer h: the sum
    //: case a = 1
    //: fault one
    //: - let b = a + 1
    //: + let b = a
    //: fault two
    //: - return b
    //: + return a
    //: fault three
    //: - let b = a + 1
    //: + let b = a + 2
    """

  /// A folder of `name/exercises/source` with masters.
  private func repository(_ masters: [String: String], _ work: (URL) throws -> Void) throws {
    try withTemporaryFolder { root in
      for (path, text) in masters.sorted(by: { $0.key < $1.key }) {
        let file = root.appending(path: "chapters/\(path)")
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      try work(root)
    }
  }

  private func exercise() throws -> Exercise { try Master.read(Self.master, path: "2-sum.swift", chapter: "lstm") }

  @Test func aMasterHasAllItsParts() throws {
    let own = try exercise()
    expect(own.id == "lstm/2" && own.slug == "sum" && own.minutes == 5 && own.goal == "Add." && own.title == "A sum")
    expect(own.hints == ["One.", "Two."] && own.answers == [.init(name: "h", axes: [], meaning: "the sum")])
    expect(
      own.faults.map(\.name) == ["one", "two", "three"]
        && own.faults[1].changes == [.init(line: "return b", replacement: ["return a"])])
    expect(own.pairs.map { $0.map(\.name) } == [["one", "two"], ["two", "three"]] && own.kind == .compute)
    expect(own.task == ["Compute the sum."] && own.check.count == 1 && own.decimals == nil)
    let parts: [(line: String, message: String)] = [
      ("//: title A sum", "a title"), ("//: goal Add.", "a goal"), ("//: minutes 5", "minutes"),
      ("//: hint Two.", "two or three hints"), ("//: answer h: the sum", "an answer"), ("//: case a = 1", "a case"),
      ("//: fault three\n//: - let b = a + 1\n//: + let b = a + 2", "three faults or more"),
      (
        "func check(_ input: CheckInput, _ answer: inout CheckAnswer) { answer[\"h\"] = f(input.number(\"a\")) }",
        "a part CHECK"
      ),
      ("// Compute the sum.", "a task as the first comment"),
    ]
    for (line, message) in parts {
      let error = #expect(throws: GradingError.self) {
        try Master.read(Self.master.replacing(line, with: ""), path: "a/2-sum.swift", chapter: "lstm")
      }
      expectEqual(error?.description, "a/2-sum.swift: expected \(message), found none")
    }
    for text in [Self.master + "\n//: kind find", Self.master.replacing("fault one", with: "delivered one")] {
      let error = #expect(throws: GradingError.self) { try Master.read(text, path: "2-sum.swift", chapter: "lstm") }
      expectEqual(error?.description, "2-sum.swift: expected a delivered fault where one is to find, found none")
    }
    let found =
      Self.master.replacing("fault two", with: "delivered two") + "\n//: kind find\n//: hint Three.\n//: decimals 2"
    let find = try Master.read(found, path: "2-sum.swift", chapter: "lstm")
    expect(find.hints.count == 3 && find.decimals == 2 && find.starter.contains("  return a"))
    let four = #expect(throws: GradingError.self) {
      try Master.read(found + "\n//: hint Four.", path: "2-sum.swift", chapter: "lstm")
    }
    expectEqual(four?.description, "2-sum.swift: expected two or three hints, found none")
    let twice = Self.master.replacing("  return b", with: "  return b\n  return b")
    let error = #expect(throws: GradingError.self) { try Master.read(twice, path: "2-sum.swift", chapter: "lstm") }
    expectEqual(error?.description, "lstm/2: fault \"two\": expected one line \"return b\", found 2")
  }

  @Test func exercisesStandInTheOrderOfTheBook() throws {
    let masters = [
      "other/exercises/source/1-x.swift", "gru/exercises/source/10-x.swift", "gru/exercises/source/2-x.swift",
      "lstm/exercises/source/1-x.swift", "another/exercises/source/1-x.swift", "gru/exercises/source/note.txt",
    ]
    try repository(Dictionary(uniqueKeysWithValues: masters.map { ($0, Self.master) })) { root in
      let catalogue = try Catalogue(root: root)
      expectEqual(catalogue.exercises.map(\.id), ["lstm/1", "gru/2", "gru/10", "another/1", "other/1"])
      expect(catalogue.chapters == ["lstm", "gru", "another", "other"] && catalogue.root == root)
      try expectEqual(catalogue.exercises(named: "gru").map(\.number), [2, 10])
      expectEqual(
        catalogue.pages.map(\.path),
        ["lstm", "gru", "another", "other"].flatMap {
          ["chapters/\($0)/exercises/README.md", "chapters/\($0)/exercises/exercises.json"]
        } + ["chapters/SOLUTIONS.md"])
      let guide = "# E\n| chapter | exercises |\n|---|---|\n| old | 1 |\n\nend\n"
      try Data(guide.utf8).write(to: root.appending(path: "chapters/EXERCISES.md"))
      expectEqual(catalogue.pages.last?.path, "chapters/EXERCISES.md")
      expectEqual(
        catalogue.pages.last?.text,
        """
        # E
        | chapter | exercises |
        |---|---|
        | [lstm](lstm/README.md) | [1](lstm/exercises/README.md) |
        | [gru](gru/README.md) | [2](gru/exercises/README.md) |
        | [another](another/README.md) | [1](another/exercises/README.md) |
        | [other](other/README.md) | [1](other/exercises/README.md) |

        end

        """)
      expect(Catalogue.root(from: root.appending(path: "chapters/lstm")) == nil)
      try Data().write(to: root.appending(path: "Package.swift"))
      expectEqual(Catalogue.root(from: root.appending(path: "chapters/lstm"))?.path, root.standardizedFileURL.path)
      expect(
        Catalogue.root(from: root)?.path == root.standardizedFileURL.path
          && Catalogue.root(from: URL(filePath: "/")) == nil)
    }
    try repository(["lstm/none.txt": ""]) { root in
      let error = #expect(throws: GradingError.self) { try Catalogue(root: root) }
      expectEqual(
        error?.description, "\(root.path)/chapters: expected exercises in <chapter>/exercises/source, found none")
    }
  }

  @Test func nothingThatAStudentWroteIsLost() throws {
    let own = try exercise()
    try withTemporaryFolder { root in
      let folder = StudentFolder(root: root)
      expectEqual(folder.file(of: own).path, root.path + "/chapters/lstm/exercises/2-sum.swift")
      expect(folder.cache.path == root.path + "/.build/exercises" && !folder.hasFile(of: own))
      let mine = StudentFolder(root: root, own: root.appending(path: "me"))
      expectEqual(mine.file(of: own).path, root.path + "/me/lstm/2-sum.swift")
      func text(_ url: URL?) -> String? { url.flatMap { try? String(contentsOf: $0, encoding: .utf8) } }
      try expect(mine.reset(own) == nil && mine.hasFile(of: own) && text(mine.file(of: own)) == own.studentFile)
      try expect(mine.reset(own) == nil && !folder.hasFile(of: own))
      for (number, words) in [(1, "a"), (2, "b")] {
        try Data(words.utf8).write(to: mine.file(of: own))
        let kept = try mine.reset(own)
        expect(kept?.lastPathComponent == "2-sum.\(number).old" && text(kept) == words)
        expectEqual(text(mine.file(of: own)), own.studentFile)
      }
      #expect(throws: (any Error).self) { try mine.deliver(own) }
      // Hints come one after the other, for each file by itself.
      let hints = (1...3).map { _ in mine.nextHint(of: own) }
      expect(hints.map(\.number) == [1, 2, 1] && hints.map(\.text) == ["One.", "Two.", "One."])
      expect(
        folder.nextHint(of: own).number == 1
          && StudentFolder(root: root, own: root.appending(path: "me")).nextHint(of: own).number == 2)
    }
  }

  @Test func filesAreMadeFromTheMasters() throws {
    try repository(["lstm/exercises/source/2-sum.swift": Self.master]) { root in
      let catalogue = try Catalogue(root: root)
      try expect(StudentFolder.make(catalogue).isEmpty)
      for (path, text) in catalogue.pages {
        try expectEqual(String(contentsOf: root.appending(path: path), encoding: .utf8), text)
      }
      let file = StudentFolder(root: root).file(of: catalogue.exercises[0])
      try Data("old".utf8).write(to: file)
      try expectEqual(StudentFolder.make(catalogue).map(\.lastPathComponent), ["2-sum.1.old"])
    }
  }

  /// An earlier verdict counts while neither the file nor the exercise has changed.
  @Test func aVerdictIsKept() throws {
    let own = try exercise()
    try withTemporaryFolder { root in
      let folder = StudentFolder(root: root)
      let checker = try Checker(cache: root.appending(path: "cache"))
      try expectEqual(folder.verdict(on: own, by: checker), Verdict(.notBegun))
      try folder.deliver(own)
      let first = try folder.verdict(on: own, by: checker)
      expect(first.state == .notBegun && first.details.count == 1)
      // The second time it is read: without its details.
      try expectEqual(folder.verdict(on: own, by: checker), Verdict(.notBegun))
      let notes = try FileManager.default.contentsOfDirectory(atPath: folder.cache.path)
      expect(notes.count == 1 && notes[0].hasPrefix("lstm-2-") && notes[0].hasSuffix(".verdict"))
      let note = folder.cache.appending(path: notes[0])
      let lines = try String(contentsOf: note, encoding: .utf8).components(separatedBy: "\n")
      expect(lines.count == 3 && lines[1] == "not begun" && lines[2].isEmpty)
      try Data("\(lines[0])\nfails\nthe bias is lost".utf8).write(to: note)
      try expectEqual(folder.verdict(on: own, by: checker), Verdict(.fails, fault: "the bias is lost"))
      var other = own
      other.faults.removeLast()
      try Data("\(lines[0])\nfails\nthe bias is lost".utf8).write(to: note)
      try expectEqual(folder.verdict(on: other, by: checker).state, .notBegun, "the exercise has changed")
      let missing = #expect(throws: GradingError.self) { try checker.check(own, file: root.appending(path: "none")) }
      expectEqual(
        missing?.description, "\(root.path)/none: expected a Swift file in UTF-8 that can be read, found none")
    }
  }
}
