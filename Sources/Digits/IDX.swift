/// Readers of the two kinds of IDX files that MNIST consists of.
///
/// | Bytes | Images                     | Labels                     |
/// |-------|----------------------------|----------------------------|
/// | 0…3   | 2051: bytes, three axes    | 2049: bytes, one axis      |
/// | 4…7   | N                          | N                          |
/// | 8…15  | 28 rows, 28 columns        |                            |
/// | rest  | N·784 pixels, row by row   | N labels, 0 … 9            |
///
/// All numbers of the header are big-endian. Source: LeCun, Cortes & Burges, "The MNIST database of handwritten
/// digits", "File formats".
enum IDX {
  /// More pictures than any set of digits has; a header that says more is not believed.
  static let maximumCount = 1_000_000

  /// The pixels of all images of a file, plain or gzip; `count` is how many there must be, where that is known.
  static func images(_ path: String, count: Int? = nil) throws(DigitsError) -> [UInt8] {
    let source = try ByteSource(path: path)
    let count = try header(of: source, path, magic: 2051, "images", count)
    for axis in ["rows", "columns"] {
      let length = number(try source.read(4, "header"))
      guard length == DigitSet.side else {
        throw DigitsError(file: path, expected: "\(DigitSet.side) \(axis)", found: "\(length)")
      }
    }
    let pixels = try source.read(count * DigitSet.pixels, "\(count) images")
    try source.requireEnd()
    return pixels
  }

  /// The labels of a file, plain or gzip.
  static func labels(_ path: String, count: Int? = nil) throws(DigitsError) -> [UInt8] {
    let source = try ByteSource(path: path)
    let count = try header(of: source, path, magic: 2049, "labels", count)
    let labels = try source.read(count, "\(count) labels")
    if let place = labels.firstIndex(where: { $0 > 9 }) {
      throw DigitsError(file: path, expected: "labels 0 to 9", found: "\(labels[place]) at label \(place)")
    }
    try source.requireEnd()
    return labels
  }

  private static func header(
    of source: ByteSource, _ path: String, magic: Int, _ what: String, _ count: Int?
  ) throws(DigitsError) -> Int {
    let start = try source.read(4, "header")
    guard number(start) == magic else {
      throw DigitsError(file: path, expected: "the magic number \(magic) of IDX \(what)", found: description(of: start))
    }
    let stated = number(try source.read(4, "header"))
    let allowed = count.map { $0...$0 } ?? 1...maximumCount
    guard allowed.contains(stated) else {
      let expected = count.map { "\($0) \(what)" } ?? "1 to \(maximumCount) \(what)"
      throw DigitsError(file: path, expected: expected, found: "\(stated)")
    }
    return stated
  }

  /// What a file is that begins with other bytes than IDX: often the page about a file, or a pointer to it.
  private static func description(of start: [UInt8]) -> String {
    switch String(decoding: start, as: UTF8.self).lowercased() {
    case "<!do", "<htm", "<hea", "<?xm": "the beginning of a web page: load the file itself, not the page about it"
    case "vers": "the beginning of a Git LFS pointer: \"git lfs pull\" loads the file"
    case "pk\u{3}\u{4}": "the beginning of a zip archive: unzip it first"
    default: "\(number(start))"
    }
  }

  /// The header of a file of so many images or labels.
  static func header(count: Int, ofImages: Bool) -> [UInt8] {
    (ofImages ? [2051, count, DigitSet.side, DigitSet.side] : [2049, count]).flatMap { number in
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
  }

  private static func number(_ bytes: [UInt8]) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }
}
