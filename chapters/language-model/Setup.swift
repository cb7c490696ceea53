import ChapterSupport
import LanguageModels

// What the command line asks for: the text, the training to go on with, the words to continue.

/// Ends the chapter where an option would be ignored, or a file could not be written at the end of a long training.
func checkOptions() {
  page.require(textFile, with: [cut, vocabularySize])
  page.refuse([sentences], with: textFile)
  page.require(words, with: [temperature])
  page.requireWritable(save)
}

func readCorpus() -> Corpus {
  do {
    guard let path = page[textFile] else {
      return try Corpus(
        chain, sentences: sentenceCount, test: testSentences, rows: page[rows], seed: UInt64(page[seed]))
    }
    return try Corpus(TextFile(reading: path), by: page[cut], vocabulary: page[vocabularySize], rows: page[rows])
  } catch { page.reject(error) }
}

func begin() -> LanguageTraining<LSTMCell<Float>> {
  guard let file = page[resume] else { return LanguageTraining(settings, words: corpus.vocabulary.count) }
  do { return try LanguageTraining(resuming: file, settings, corpus: corpus) } catch { page.reject(error) }
}

/// The words that the trained network will continue.
func readPrompt() -> [String] {
  guard page[words] != nil || isGrammar else {
    return corpus.vocabulary.words(of: corpus.test.rows[0].prefix(corpus.unit == .word ? 3 : 20))
  }
  let pieces = corpus.unit.pieces(of: page[words] ?? "he was born in")
  do {
    guard !pieces.isEmpty else { throw WordsError(problem: "expected at least one word, received none") }
    _ = try corpus.vocabulary.numbers(of: pieces)
    return pieces
  } catch { page.reject(error is UnknownWord ? WordsError(problem: "\(error)") : error) }
}

/// Words that cannot be continued.
struct WordsError: Error, CustomStringConvertible {
  let problem: String
  var description: String { "--words: \(problem)" }
}
