import Support
import Testing

@testable import StrictJSON

/// What a value of a file may be asked to be, and the message where it is not: at its place, with its key.
@Suite struct NodeTests {
  private enum Word: String, CaseIterable { case one, two }

  private func node(_ text: String) throws -> Node {
    let root = try Node.root(of: Array("{\"a\": {\"b\": [0, \(text)]}}".utf8), file: "f.json")
    let members = try root.object(["a"])
    let list = try members.required("a").object(["b"]).required("b").list()
    var place = 0
    for element in list {
      if place == 1 { return element }
      place += 1
    }
    return root
  }

  private func message<Value>(_ text: String, _ read: (Node) throws(CaseError) -> Value) throws -> String {
    let value = try node(text)
    do { return "read: \(try read(value))" } catch {
      return error.description.replacing("f.json:1:17: a.b[1]: ", with: "")
    }
  }

  @Test func numbersAreHeldToTheirRange() throws {
    try expectEqual(message("2") { (n) throws(CaseError) in try n.number() }, "read: 2.0")
    try expectEqual(
      message("1e999") { (n) throws(CaseError) in try n.number() }, "expected a finite number, found 1e999")
    try expectEqual(
      message("\"2\"") { (n) throws(CaseError) in try n.number() }, "expected a finite number, found \"2\"")
    for (text, least, above, below) in [("1", 1.0, nil, nil), ("1", nil, 0.5, nil), ("1", nil, nil, 1.5)]
      as [(String, Double?, Double?, Double?)]
    {
      try expectEqual(
        message(text) { (n) throws(CaseError) in try n.number(atLeast: least, above: above, below: below) }, "read: 1.0"
      )
    }
    try expectEqual(
      message("0.5") { (n) throws(CaseError) in try n.number(atLeast: 1) },
      "expected a number of at least 1.0, found 0.5")
    try expectEqual(
      message("1") { (n) throws(CaseError) in try n.number(above: 1) }, "expected a number greater than 1.0, found 1")
    try expectEqual(
      message("1") { (n) throws(CaseError) in try n.number(below: 1) }, "expected a number less than 1.0, found 1")
  }

  @Test func integersAreWholeAndWithinTheirRange() throws {
    for (text, isRead) in [
      ("1", true), ("3", true), ("2.0", true), ("0", false), ("4", false), ("2.5", false), ("1e30", false),
      ("true", false),
    ] {
      let found = try message(text) { (n) throws(CaseError) in try n.integer(in: 1...3) }
      expect(found == (isRead ? "read: \(Int(Double(text) ?? 0))" : "expected an integer from 1 to 3, found \(text)"))
    }
  }

  @Test func wordsAndFlags() throws {
    try expectEqual(
      message("\"two\"") { (n) throws(CaseError) in try n.choice(Word.self, what: "a word") }, "read: two")
    try expectEqual(
      message("\"three\"") { (n) throws(CaseError) in try n.choice(Word.self, what: "a word") },
      "expected a word (one of one, two), found \"three\"")
    try expectEqual(
      message("1") { (n) throws(CaseError) in try n.choice(Word.self, what: "a word") },
      "expected a word (one of one, two), found 1")
    try expectEqual(message("3") { (n) throws(CaseError) in try n.string() }, "expected a string, found 3")
    try expectEqual(message("false") { (n) throws(CaseError) in try n.bool() }, "read: false")
    try expectEqual(message("0") { (n) throws(CaseError) in try n.bool() }, "expected true or false, found 0")
    for (text, shown) in [
      ("0", "read: false"), ("1", "read: true"), ("2", "expected 0 or 1, found 2"),
      ("true", "expected 0 or 1, found true"),
    ] {
      try expectEqual(message(text) { (n) throws(CaseError) in try n.zeroOrOne() }, shown)
    }
    try expect(node("null").isNull && !node("[null]").isNull && !node("0").isNull)
    try expectEqual(node("[1,\n  2]").line, "[1,  2]")
  }

  @Test func listsAndObjects() throws {
    try expectEqual(
      message("3") { (n) throws(CaseError) in try n.list("a list of x").count }, "expected a list of x, found 3")
    try expectEqual(message("[]") { (n) throws(CaseError) in try n.list().isEmpty }, "read: true")
    try expectEqual(
      message("[]") { (n) throws(CaseError) in try n.members().map(\.key).count }, "expected an object, found []")
    let list = try node("[5, {\"k\": 6}]").list()
    expect(list.count == 2 && !list.isEmpty && list.map(\.path) == ["a.b[1][0]", "a.b[1][1]"])
    let object = try node("{\"k\": 6, \"l\": true}")
    try expect(
      object.members().map(\.key) == ["k", "l"] && object.members().map(\.value.path) == ["a.b[1].k", "a.b[1].l"])
    try expect(
      object.object(["k", "l"]).bool("l", default: false)
        && object.object(["k", "l", "m"]).bool("m", default: true))
    try expectEqual(
      message("{\"k\": 6}") { (n) throws(CaseError) in try n.object(["x", "y"]) },
      "f.json:1:23: a.b[1].k: expected one of the keys x, y, found the unknown key \"k\"")
    try expectEqual(
      message("{\"k\": 6}") { (n) throws(CaseError) in try n.object([]) },
      "f.json:1:23: a.b[1].k: expected no key here, found the unknown key \"k\"")
    try expectEqual(
      message("{\"k\": 6}") { (n) throws(CaseError) in try n.object(["k", "l"]).required("l").path },
      "expected the key \"l\", found none")
    let named = try node("3").named("c\u{1B}")
    expectEqual(named.error(expected: "x").description, "f.json:1:17: case \"c\\u001b\": a.b[1]: expected x, found 3")
  }

  /// A long text is cut, and stands on one line.
  @Test func whatWasFoundIsCutAfterFortyBytes() throws {
    let long = "[" + (0..<20).map { "\($0)" }.joined(separator: ", ") + "]"
    try expectEqual(
      message(long) { (n) throws(CaseError) in try n.string() }, "expected a string, found \(long.prefix(40))…")
    try expectEqual(
      message("[1,\n\n 2]") { (n) throws(CaseError) in try n.string() }, "expected a string, found [1, 2]")
  }

  @Test(arguments: [
    ("{\"a\" 1}", "line 1, column 6: expected : after the key \"a\", found 1"),
    ("{\"a\": 1 \"b\"", "line 1, column 9: expected , or } in an object, found \""),
    ("{1", "line 1, column 2: expected a key in quotation marks, found 1"),
    ("[1 2]", "line 1, column 4: expected , or ] in a list, found 2"),
    ("{\"a\": 1, \"a\": 2}", "line 1, column 10: expected a key once, found \"a\" again"),
    ("\"a\u{1}b\"", "line 1, column 3: expected no control character in a string, found byte 1"),
    ("1 2", "line 1, column 3: expected the end of the text, found 2"),
    ("01", "line 1, column 2: expected the end of the text, found 1"),
    ("1.", "line 1, column 3: expected a digit after the decimal point, found the end of the text"),
    ("1e+", "line 1, column 4: expected a digit in the exponent, found the end of the text"),
    ("-", "line 1, column 2: expected a digit after -, found the end of the text"),
    ("\"\\x\"", "line 1, column 2: expected one of \" \\ / b f n r t u after \\, found x"),
    ("\"\\u12\"", "line 1, column 2: expected four hexadecimal digits after \\u, found \""),
    ("nul", "line 1, column 1: expected a value, found the word nul"),
    ("", "line 1, column 1: expected a value, found the end of the text"),
    ("\"abc", "line 1, column 5: expected \" at the end of the string, found the end of the text"),
  ])
  func textThatIsNoJSONIsNamedAtItsPlace(text: String, message: String) {
    let error = #expect(throws: JSONError.self) { try JSONDocument(Array(text.utf8)) }
    expectEqual(error?.description, message)
  }
}
