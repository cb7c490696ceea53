import StrictJSON

extension Node {
  /// A number that is written as a string, so that its digits stay as printed.
  func printedNumber() throws(CaseError) -> PrintedNumber {
    guard let number = PrintedNumber(try string()) else {
      throw error(expected: "a number in a string, such as \"0.80\"")
    }
    return number
  }
}

extension DocumentSource {
  init(_ node: Node) throws(CaseError) {
    let members = try node.object(["document", "file", "part", "line"])
    document = try members.required("document").string()
    file = try members.required("file").string()
    part = try members["part"]?.string()
    line = try members.required("line").string()
  }
}

extension DocumentedNumber {
  init(_ unnamed: Node) throws(CaseError) {
    let keys = ["id", "source", "what", "class", "printed", "values", "tolerance", "recompute", "verified"]
    let id = try unnamed.object(keys).required("id").string()
    let node = unnamed.named(id)
    let members = try node.object(keys)
    self.id = id
    source = try DocumentSource(try members.required("source"))
    what = try members.required("what").string()
    kind = try members.required("class").choice(Class.self, what: "a class")
    printed = try members.required("printed").string()
    let tolerance = try members["tolerance"].map { (node) throws(CaseError) in try PrintedTensor.Tolerance(node) }
    var values: [PrintedTensor] = []
    if let list = try members["values"]?.list() {
      for value in list { values.append(try PrintedTensor(value, tolerance: tolerance)) }
    }
    self.values = values
    recompute = try members["recompute"]?.string()
    verified = try members["verified"]?.string()
  }
}

extension PrintedTensor.Tolerance {
  init(_ node: Node) throws(CaseError) {
    let members = try node.object(["abs", "reason"])
    let absolute = try members.required("abs")
    self.absolute = try absolute.printedNumber().value
    guard self.absolute > 0 else { throw absolute.error(expected: "a tolerance above 0") }
    reason = try members.required("reason").string()
  }
}

extension PrintedTensor {
  init(_ node: Node, tolerance: Tolerance?) throws(CaseError) {
    let members = try node.object(["name", "shape", "digits"])
    name = try members.required("name").string()
    var shape: [Int] = []
    for length in try members.required("shape").list() { shape.append(try length.integer(in: 1...10_000)) }
    let digits = try members.required("digits")
    var numbers: [PrintedNumber] = []
    for number in try digits.list() { numbers.append(try number.printedNumber()) }
    guard shape.count <= 4 else { throw node.error(expected: "at most four axes", found: "\(shape.count)") }
    let count = shape.reduce(1, *)
    guard count == numbers.count else {
      throw digits.error(expected: "\(count) numbers for the shape \(shape)", found: "\(numbers.count)")
    }
    self.shape = shape
    self.numbers = numbers
    self.tolerance = tolerance
  }
}

extension Inconsistency {
  init(_ node: Node) throws(CaseError) {
    let members = try node.object(["id", "source", "says", "problem", "correct"])
    id = try members.required("id").string()
    source = try DocumentSource(try members.required("source"))
    says = try members.required("says").string()
    problem = try members.required("problem").string()
    correct = try members.required("correct").string()
  }
}
