import Support
import Testing

@testable import Notebook

@Test func sourceIsCutAtProseAndAtBlankLinesOutsideBrackets() {
  let source = Source(DemoChapterSource.text)
  expect(source.problems.isEmpty)
  expectEqual(
    source.cells.map(\.lines),
    [
      1...1, 3...3, 5...5, 7...10, 12...13, 15...17, 19...22, 23...23, 25...29, 31...31, 33...33,
    ])
  let anchors = source.cells.compactMap { if case .prose(let anchor, _) = $0.content { anchor } else { nil } }
  expectEqual(anchors, ["start", "the-gates", "the-gates-2", "the-comparison"])
  expectEqual(source.declarations, [15...17])
}

@Test func proseInsideBracketsIsAMistake() {
  let source = Source("if x {\n  //: lost\n}\n//: found")
  expectEqual(source.problems, ["line 2: prose inside brackets is not woven; use prose(_:) there"])
  expectEqual(source.cells.map(\.lines), [1...3, 4...4])
}

@Test func bracketsInStringsAndCommentsDoNotCount() {
  let source = Source("let a = \"{\" // (\n\nlet b = \"\"\"\n  [\n\n  \"\"\"\n\nlet c = /* { */ 1")
  expectEqual(source.cells.map(\.lines), [1...1, 3...6, 8...8])
}

@Test(arguments: [
  ("func f() {\n  show()\n}", true), ("@MainActor private func f() {\n  show()\n}", true),
  ("struct S {\n  show()\n}", true), ("let f = {\n  show()\n}", true), ("let f: () -> Void = {\n  show()\n}", true),
  ("var total: Double {\n  show()\n}", true), ("for x in y {\n  show()\n}", false), ("do {\n  show()\n}", false),
  ("y.forEach {\n  show()\n}", false), ("if function {\n  show()\n}", false), ("let z = y.map {\n  show()\n}", false),
])
func declarationsAreToldFromCodeThatRunsAtOnce(text: String, isDeclaration: Bool) {
  expectEqual(Source(text).isInsideDeclaration(2), isDeclaration)
}

@Test func outputsStandBehindTheirCellAndNeverBeforeWhatWasRead() {
  var weaver = Weaver(Source(DemoChapterSource.text))
  expectEqual(weaver.reach(13).count, 5)
  expect(weaver.reach(12).isEmpty)
  // Inside the function: the place that the page has reached.
  expect(weaver.reach(16).isEmpty)
  expectEqual(weaver.misplaced, [16])
  expectEqual(weaver.reach(21).count, 2)
  // A line that was passed shows where the page is.
  expect(weaver.reach(13).isEmpty)
  expectEqual(weaver.reach(33).count, 4)
  expect(weaver.rest().isEmpty)
}

@Test func anEmptySourceWeavesNothing() {
  var weaver = Weaver(Source(""))
  expect(weaver.reach(40).isEmpty && weaver.rest().isEmpty)
}
