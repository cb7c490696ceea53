import Training

/// Text in rows, to learn from and to be tested on.
public struct Corpus: Sendable {
  public let vocabulary: Vocabulary
  public let unit: TextUnit
  public let training, test: WordRows
  /// What is known of the test where a grammar drew it.
  public let drawn: DrawnTest?
  /// Tells this text from others.
  public let fingerprint: String

  private init(
    _ vocabulary: Vocabulary, _ unit: TextUnit, training: WordRows, test: WordRows, drawn: DrawnTest? = nil
  ) {
    (self.vocabulary, self.unit, self.training, self.test, self.drawn) = (vocabulary, unit, training, test, drawn)
    var print = Fingerprint()
    for word in vocabulary.words { print.add(word) }
    for row in training.rows + test.rows {
      for word in row { print.add([UInt8(word & 255), UInt8(word >> 8 & 255), UInt8(word >> 16 & 255)]) }
    }
    fingerprint = print.text
  }

  /// Sentences of a grammar, drawn from one seed: first those to learn from, then those of the test.
  ///
  /// - Throws: `ShapeError` when there are too few for the rows.
  public init(
    _ chain: GrammarChain, sentences: Int, test: Int, rows B: Int, testRows: Int = 20, seed: UInt64
  ) throws {
    var generator = RandomGenerator(seed: seed &+ 0x7E57_0000)
    let training = (0..<sentences).flatMap { _ in chain.draw(using: &generator).words }
    let drawn = DrawnTest((0..<test).map { _ in chain.draw(using: &generator) }, rows: testRows)
    self.init(
      chain.grammar.vocabulary, .word, training: try WordRows(training, rows: B),
      test: try WordRows(drawn.sentences.flatMap(\.words), rows: testRows), drawn: drawn)
  }

  /// A text: the last tenth is the test.
  ///
  /// - Parameters:
  ///   - limit: V, how many different words there may be, with the unknown word.
  ///   - B: rows to learn from.
  /// - Throws: ``TextError`` when the text is too short, or one word alone.
  public init(_ file: TextFile, by unit: TextUnit, vocabulary limit: Int, rows B: Int) throws(TextError) {
    let pieces = unit.pieces(of: file.text)
    let vocabulary = Vocabulary(of: pieces, atMost: limit)
    let numbers = pieces.map { vocabulary[$0] ?? 0 }
    // A test needs one word and the next.
    let split = numbers.count - max(numbers.count / 10, 2)
    guard split >= 2 * B, vocabulary.count > 1 else {
      throw TextError(
        path: file.path, place: nil,
        expected: "at least \(2 * B + 2) \(unit.plural), two of them different, for \(B) rows",
        received: pieces.count == 1 ? "one \(unit.rawValue)" : "\(pieces.count) \(unit.plural)")
    }
    do {
      self.init(
        vocabulary, unit, training: try WordRows(numbers[..<split], rows: B),
        test: try WordRows(numbers[split...], rows: 1))
    } catch {
      throw TextError(path: file.path, place: nil, expected: "text for \(B) rows", received: "\(error)")
    }
  }
}

/// What a grammar knows of the words of a test, in the order of `WordScores`: row by row, without each row's first
/// word.
public struct DrawnTest: Sendable {
  public let sentences: [DrawnSentence]
  /// −log p(word) of the grammar itself, in nats.
  public let nats: [Double]
  /// For a language word how many words after its country it stands; 0 for all others.
  public let distances: [Int]

  init(_ sentences: [DrawnSentence], rows B: Int) {
    self.sentences = sentences
    let all = sentences.flatMap(\.nats)
    let places = sentences.flatMap { sentence in
      sentence.words.indices.map { $0 == sentence.languagePlace ? sentence.distance : 0 }
    }
    let L = all.count / B
    func inRows<Number>(_ list: [Number]) -> [Number] { (0..<B).flatMap { list[$0 * L..<($0 + 1) * L].dropFirst() } }
    (nats, distances) = (inRows(all), inRows(places))
  }

  /// The mean cross-entropy of the grammar on this test: no model can be better, but for luck.
  public var meanNats: Double { nats.reduce(0, +) / Double(max(nats.count, 1)) }
}
