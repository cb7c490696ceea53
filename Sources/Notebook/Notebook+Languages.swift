import Foundation
import TextLayout

/// The page in one language, while its chapter runs.
struct Edition {
  let words: Words
  let translation: Translation?
  var log: Log
  var weaver: Weaver
  var reader: CourseReader
  var problems: [String]
  /// What is in the language of the page already.
  var inLanguage: Set<String> = []

  init(
    _ language: String, _ log: Log, _ source: Source, _ exercises: ExerciseSection, _ course: Course,
    letters: [String], file: URL, chapters: URL
  ) {
    let words = Words.table(language, in: chapters)
    var translation = language == log.language ? nil : Translation.read(language, beside: file)
    translation?.addBelow(words.table)
    var source = source
    if let translation { source = source.translated(translation, note: words.untranslated) }
    var absent: [String] = []
    source.insert(exercises: exercises.blocks(words) { translation?.text($0, &absent) ?? $0.text })
    (self.words, self.translation) = (words, translation)
    problems = source.problems + absent
    weaver = Weaver(source)
    reader = CourseReader(course, declared: letters + log.symbols.map(\.name))
    self.log = log
    self.log.language = language
    self.log.sourceLanguage = log.language
    self.log.course = course
    self.log.symbols = course.colours + log.symbols.filter { own in !course.colours.contains { $0.name == own.name } }
  }

  /// All that is wrong with the page.
  var complaints: [String] {
    problems + reader.problems
      + weaver.misplaced.sorted().map {
        "line \($0): shown inside a function without its caller's line; take `line: Int = #line` and hand it on"
      }
  }
}

// MARK: - The page that is written to

extension Notebook {
  /// Does something once for the page of each language; what is shown meanwhile goes to that page alone.
  ///
  /// Whatever puts words into the page's language stands in it, and nothing that computes.
  ///
  /// - Returns: what the page that the terminal shows gives.
  @discardableResult package func onEachPage<Result>(_ show: () -> Result) -> Result {
    guard !isAlone else { return show() }
    defer { (isAlone, current) = (false, 0) }
    isAlone = true
    let result = show()
    for other in editions.indices.dropFirst() {
      current = other
      _ = show()
    }
    return result
  }

  /// Whether the terminal shows the page that is written to.
  var isShown: Bool { current == 0 }

  var log: Log { editions[current].log }
  var translation: Translation? { editions[current].translation }
  package var words: Words { editions[current].words }
}

// MARK: - Words in its language

extension Notebook {
  /// A short text in the language of the page, as Markdown: from the `words` of its translation.
  ///
  /// A text without a translation stays as it is, and the run says so at its end.
  package func translated(_ text: ProseText) -> String {
    guard let translation, !editions[current].inLanguage.contains(text.text) else { return text.text }
    var missing: [String] = []
    let result = translation.words.text(text, missing: &missing)
    if result == nil { missing.append(text.words) }
    let absent = missing.filter { !editions[current].inLanguage.contains($0) }.map(translation.absent)
    editions[current].problems += absent.filter { !editions[current].problems.contains($0) }
    return alreadyTranslated(result ?? text.text)
  }

  /// Says that a text is in the language of the page already, so that nobody looks for a translation of it.
  package func alreadyTranslated(_ text: String) -> String {
    if translation != nil { editions[current].inLanguage.insert(text) }
    return text
  }

  /// The same in plain words.
  package func word(_ text: String) -> String {
    guard translation != nil else { return text }
    let translated = translated(ProseText(text))
    guard translated != text else { return text }
    var parser = InlineParser(translated)
    return alreadyTranslated(plainText(parser.read()))
  }
}
