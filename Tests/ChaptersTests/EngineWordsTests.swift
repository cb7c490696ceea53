import Foundation
import Support
import Testing

@testable import Notebook

// The engine's own texts are whole sentences, and a language that it knows has all of them.

/// The texts that are looked up in Swift source: `words("…")`, with `\(1)` where a value stands.
private func texts(in source: String) -> [String] {
  var texts: [String] = []
  for match in source.matches(of: /(?:\bwords\(|\bself\(|\btext\(|\blinks\(|: ProseText =)\s*"/) {
    // `try text("id")` reads a member of a file.
    guard !source[..<match.range.lowerBound].hasSuffix("try ") else { continue }
    var rest = source[match.range.upperBound...]
    var (text, places) = ("", 0)
    while let character = rest.popFirst(), character != "\"" {
      guard character == "\\" else {
        text.append(character)
        continue
      }
      guard rest.popFirst() == "(" else { continue }
      places += 1
      text += "\\(\(places))"
      var depth = 1
      while depth > 0, let inner = rest.popFirst() { depth += inner == "(" ? 1 : inner == ")" ? -1 : 0 }
    }
    texts.append(text)
  }
  return texts
}

@Test func textsAreFoundInSource() {
  let source = #"words("a \(f(x, "y"))b") + text("c") + words(ProseText(d))"#
  expectEqual(texts(in: source), [#"a \(1)b"#, "c"])
}

@Test(arguments: ["Notebook", "Drawing", "NetworkDrawing", "Programs/book"])
func theEngineSpeaksChinese(module: String) throws {
  let chinese = Words.table("zh", in: repository.appending(path: "chapters"))
  let folder = repository.appending(path: "Sources/\(module)")
  let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
  var count = 0
  for case let file as URL in files where file.pathExtension == "swift" {
    for text in texts(in: try String(contentsOf: file, encoding: .utf8)) where ProseText(text).hasWords {
      count += 1
      if chinese.table.text(ProseText(text)) == nil {
        Issue.record("\(file.lastPathComponent): no Chinese for “\(text)”")
      }
    }
  }
  expect(count > 2)
}
