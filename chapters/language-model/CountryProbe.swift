import ChapterSupport
import LanguageModels

/// Sentences in which only the first country changes: what a unit says differently in them, it knows of the country.
nonisolated struct CountryProbe: Sendable {
  /// For every template the same sentence for every country, up to the word before the language.
  let sentences: [Indices]
  /// The place of the country.
  let place: Int
  let countries: [String]
  /// For every template the languages of its rows.
  let languages: [[Int]]

  /// - Parameter templates: how many sentences of the test are taken, the first with at least 12 words in between.
  init?(_ corpus: Corpus, _ grammar: Grammar, templates: Int = 12) {
    guard let drawn = corpus.drawn else { return nil }
    let numbers = grammar.countries.compactMap { grammar.vocabulary[$0] }
    let chosen = drawn.sentences.filter { (12...30).contains($0.distance) }.prefix(templates)
    guard let first = chosen.first else { return nil }
    countries = grammar.countries
    languages = chosen.map { _ in grammar.languages.compactMap { grammar.vocabulary[$0] } }
    place = first.countryPlace
    sentences = chosen.map { sentence in
      Indices(
        numbers.map { country in
          var words = Array(sentence.words[..<sentence.languagePlace])
          words[sentence.countryPlace] = country
          return words
        })
    }
  }

  /// The memory of every unit after each word: for every template and word a matrix of countries and units.
  ///
  /// It is c of an LSTM, and h of a cell that has no other state.
  func memories<Cell: StandardCell<Float>>(of model: LanguageModel<Cell>) throws -> [[Tensor<Float>]] {
    try sentences.map { words in
      try model.run(words).run.states.map { $0.tensors[$0.tensors.count - 1] }
    }
  }

  /// For every unit, how much of what varies in its memory is due to the country: 1 when nothing else matters, 0 when
  /// the country does not matter.
  ///
  ///     share = variance of the countries' means / variance of all
  ///
  /// - Parameter matrices: the memories at one place of the sentences, one matrix a template.
  static func shares(_ matrices: [Tensor<Float>]) -> [Double] {
    guard let first = matrices.first else { return [] }
    let (C, H) = (first.shape[0], first.shape[1])
    return (0..<H).map { unit in
      var (means, all) = ([Double](repeating: 0, count: C), [Double]())
      for matrix in matrices {
        for country in 0..<C {
          let value = Double(matrix.scalars[country * H + unit])
          means[country] += value / Double(matrices.count)
          all.append(value)
        }
      }
      let total = variance(all)
      return total > 1e-12 ? variance(means) / total : 0
    }
  }

  private static func variance(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
  }

  /// How many words after the country all templates have.
  func commonLength(_ memories: [[Tensor<Float>]]) -> Int { (memories.map(\.count).min() ?? place + 1) - place }

  /// For every unit the least share after any word from the country on, in as many words as all templates have, and
  /// when the language is due.
  func leastShares(_ memories: [[Tensor<Float>]]) -> [Double] {
    let places = (0..<commonLength(memories)).map { word in Self.shares(memories.map { $0[place + word] }) }
    let all = places + [Self.shares(memories.compactMap(\.last))]
    return all[0].indices.map { unit in all.map { $0[unit] }.min() ?? 0 }
  }
}

/// The units that hold the country.
nonisolated struct Holders: Sendable {
  let probe: CountryProbe
  let memories: [[Tensor<Float>]]
  let least: [Double]
  /// The units, those that hold it best first.
  let ranking: [Int]

  init(_ probe: CountryProbe, _ memories: [[Tensor<Float>]]) {
    (self.probe, self.memories) = (probe, memories)
    let least = probe.leastShares(memories)
    self.least = least
    ranking = least.indices.sorted { least[$0] > least[$1] }
  }

  /// The forget gate of the best unit: its mean from the word after the country to the one before the language, and its
  /// value when the language is read; means over all templates and countries.
  func forgetGate(of model: LanguageModel<LSTMCell<Float>>) throws -> (kept: Double, after: Double) {
    guard let best = ranking.first else { return (.nan, .nan) }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(values.count, 1)) }
    var (kept, after) = ([Double](), [Double]())
    for (words, languages) in zip(probe.sentences, probe.languages) {
      let rows = (0..<words.batchSize).map { row in
        Array(words.values[row * words.steps..<(row + 1) * words.steps]) + [languages[row]]
      }
      let run = try model.run(Indices(rows)).run
      let gates = model.sequence.recurrent.gates(of: run).map { step -> [Double] in
        guard let f = step.first(where: { $0.name == "f" })?.values else { return [] }
        return (0..<f.shape[0]).map { Double(f.scalars[$0 * f.columns + best]) }
      }
      kept += gates[(probe.place + 1)..<words.steps].flatMap { $0 }
      after += gates[words.steps]
    }
    return (mean(kept), mean(after))
  }
}

extension Notebook {
  /// The shares of the best units word by word; the memory of the best in a sentence with several countries; its gates.
  func show(_ holders: Holders, of model: LanguageModel<LSTMCell<Float>>, _ corpus: Corpus, line: Int) {
    guard let best = holders.ranking.first else { return }
    let (probe, memories, units) = (holders.probe, holders.memories, holders.ranking.prefix(6))
    picture(
      .heatMap(
        title: "The share of the country in the memory of six units, word by word",
        values: units.map { unit in
          (0..<probe.commonLength(memories)).map { word in
            CountryProbe.shares(memories.map { $0[probe.place + word] })[unit]
          }
        },
        rowNames: units.map { "unit \($0 + 1)" },
        columnNames: (0..<probe.commonLength(memories)).map { "\($0)" }, columnTitle: "words since the country",
        scale: .unit, digits: 1),
      line: line)
    let shortest = memories.indices.min { memories[$0].count < memories[$1].count } ?? 0
    let words = probe.sentences[shortest]
    let H = memories[shortest][0].columns
    func memory(_ country: Int, _ word: Int) -> Double {
      Double(memories[shortest][word].scalars[country * H + best])
    }
    let order = probe.countries.indices.sorted { memory($0, words.steps - 1) < memory($1, words.steps - 1) }
    picture(
      .lineChart(
        title: "The memory of the best unit in one sentence, with different countries",
        series: [0, 2, 4, 5, 7].filter { $0 < order.count }.map { order[$0] }.map { country in
          Picture.Series(probe.countries[country], (0..<words.steps).map { memory(country, $0) }, first: 1)
        }, x: Picture.Axis("word"), y: Picture.Axis("c")), line: line)
    let shown = order.first ?? 0
    showGates(
      of: best, model, Array(words.values[shown * words.steps..<(shown + 1) * words.steps]), corpus, line: line)
  }

  /// A unit while the network reads a sentence to its end and the beginning of the next.
  private func showGates(
    of unit: Int, _ model: LanguageModel<LSTMCell<Float>>, _ beginning: [Int], _ corpus: Corpus, line: Int
  ) {
    var generator = RandomGenerator(seed: 1)
    let rest = must(
      try model.continuation(of: beginning, count: 5, Sampling(temperature: 0), using: &generator), line: line)
    let words = beginning + rest
    let run = must(try model.run(Indices([words])).run, line: line)
    let gates = model.sequence.recurrent.gates(of: run)
    let rows = gates.indices.map { place in
      func gate(_ name: String) -> Double {
        gates[place].first { $0.name == name }.map { Double($0.values.scalars[unit]) } ?? 0
      }
      let state = run.states[place]
      return [gate("g"), gate("i"), gate("f"), Double(state.c.scalars[unit]), gate("o"), Double(state.h.scalars[unit])]
    }
    picture(
      .heatMap(
        title: "What the best unit does while the network reads a sentence", values: rows,
        rowNames: corpus.vocabulary.words(of: words), columnNames: ["c̃", "i", "f", "c", "o", "h"], scale: .signed,
        digits: 1
      ), line: line)
  }
}
