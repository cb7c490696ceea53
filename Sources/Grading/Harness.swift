import Foundation

/// The Swift text that is compiled beside a student's file: it reads cases, calls `check`, writes answers.
enum Harness {
  /// Runs functions, each on its own part of the cases that stand in the input.
  static func main(calling checks: [(function: String, cases: Range<Int>)]) -> String {
    let head = "let checkedCases = CheckInput.all()\nlet checkChannel = dup(1)\n_ = dup2(2, 1)\n"
    return prelude + head + checks.map { "checkRun(\($0.cases), \($0.function))\n" }.joined()
  }

  /// A program text in a namespace of its own, so that many of them can stand in one module.
  static func namespace(_ name: String, _ lines: [String]) -> String {
    let inner = lines.filter { !$0.hasPrefix("import ") }.map { line in
      ["func ", "let ", "var "].contains { line.hasPrefix($0) } ? "static \(line)" : line
    }
    return "enum \(name) {\n\(inner.joined(separator: "\n"))\n}\n"
  }

  /// What `check` uses. All names begin with Check, so that a student's own names do not meet them.
  private static let prelude = #"""
    import Foundation

    protocol CheckValue {
      var checkText: String { get }
      var checkShape: [Int]? { get }
      var checkNumbers: [Double] { get }
    }
    extension CheckValue {
      var checkText: String {
        guard let shape = checkShape else { return "ragged " + checkLengths }
        return shape.description + checkNumbers.map { " \($0)" }.joined()
      }
      var checkLengths: String { "" }
    }
    extension Double: CheckValue {
      var checkShape: [Int]? { [] }
      var checkNumbers: [Double] { [self] }
    }
    extension Int: CheckValue {
      var checkShape: [Int]? { [] }
      var checkNumbers: [Double] { [Double(self)] }
    }
    extension Bool: CheckValue {
      var checkShape: [Int]? { [] }
      var checkNumbers: [Double] { [self ? 1 : 0] }
    }
    extension String: CheckValue {
      var checkText: String { "word " + self }
      var checkShape: [Int]? { nil }
      var checkNumbers: [Double] { [] }
    }
    extension Optional: CheckValue where Wrapped: CheckValue {
      var checkText: String { map(\.checkText) ?? "none" }
      var checkShape: [Int]? { map(\.checkShape) ?? nil }
      var checkNumbers: [Double] { map(\.checkNumbers) ?? [] }
    }
    extension Array: CheckValue where Element: CheckValue {
      var checkText: String {
        guard let shape = checkShape else { return "ragged " + map { "\($0.checkNumbers.count)" }.joined(separator: " ") }
        return shape.description + checkNumbers.map { " \($0)" }.joined()
      }
      var checkShape: [Int]? {
        guard let first else { return [0] }
        guard let inner = first.checkShape, allSatisfy({ $0.checkShape == inner }) else { return nil }
        return [count] + inner
      }
      var checkNumbers: [Double] { flatMap(\.checkNumbers) }
    }

    struct CheckInput {
      var values: [String: (shape: [Int], numbers: [Double])] = [:]

      static func all() -> [CheckInput] {
        var (cases, current) = ([CheckInput](), CheckInput())
        while let line = readLine() {
          guard !line.isEmpty else {
            cases.append(current)
            current = CheckInput()
            continue
          }
          let (name, rest) = (line.prefix { $0 != " " }, line.drop { $0 != "[" })
          let shape = rest.dropFirst().prefix { $0 != "]" }.split(separator: ",").map { Int($0.filter { $0 != " " })! }
          let numbers = rest.drop { $0 != "]" }.dropFirst().split(separator: " ").map { Double($0)! }
          current.values[String(name)] = (shape, numbers)
        }
        return cases
      }
      func number(_ name: String) -> Double { values[name]!.numbers[0] }
      func integer(_ name: String) -> Int { Int(number(name)) }
      func vector(_ name: String) -> [Double] { values[name]!.numbers }
      func integers(_ name: String) -> [Int] { vector(name).map { Int($0) } }
      func matrix(_ name: String) -> [[Double]] { Self.rows(vector(name), values[name]!.shape[1]) }
      func matrices(_ name: String) -> [[[Double]]] {
        let shape = values[name]!.shape
        return Self.rows(vector(name), shape[1] * shape[2]).map { Self.rows($0, shape[2]) }
      }
      static func rows(_ numbers: [Double], _ count: Int) -> [[Double]] {
        stride(from: 0, to: numbers.count, by: count).map { Array(numbers[$0..<$0 + count]) }
      }
    }

    func checkRun(_ cases: Range<Int>, _ function: (CheckInput, inout CheckAnswer) -> Void) {
      for input in checkedCases[cases] {
        var answer = CheckAnswer()
        function(input, &answer)
        answer.send()
      }
    }

    struct CheckAnswer {
      private var text = ""

      subscript(name: String) -> any CheckValue {
        get { 0 }
        set { text += name + " " + newValue.checkText + "\n" }
      }
      func send() {
        FileHandle(fileDescriptor: checkChannel).write(Data((text + "\n").utf8))
      }
    }

    """#
}
