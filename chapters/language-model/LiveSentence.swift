import ChapterSupport
import LanguageModels

extension Notebook {
  /// A sentence word by word: what the network thinks of the languages, and what the unit does that holds the country.
  /// In a browser a reader chooses other words. The weights are rounded to 16 bits.
  func showLiveSentence(
    _ words: [Int], languages: [Int], unit: Int, of model: LanguageModel<LSTMCell<Float>>, _ corpus: Corpus, line: Int
  ) {
    let known = corpus.vocabulary
    let rounded = model.parameters.named.map { name, tensor in
      (name: name, tensor: Tensor<Double>(MathValue(tensor).roundedToHalf))
    }
    let light = HandModel(NamedTensors(rounded))
    let (f, c) = (light.equations[3], light.equations[6])
    let inputs = words.map { word in MathValue(known.words.indices.map { $0 == word ? 1 : 0 }) }
    let zero = MathValue.zeros(model.parameters["0/recurrent_kernel"].rows)
    let steps = light.recurrence.unrolled(over: inputs, from: [zero, zero], firstStep: 1)
    let hand = evaluation(of: steps.flatMap { [$0[light.p], $0[f], $0[c]] }, line: line)

    func curve(_ name: String, _ formula: Formula) -> Picture.Series {
      let formulas = steps.map { $0[formula] }
      let numbers = formulas.map { value($0, in: hand, line: line).scalars[unit] }
      return Picture.Series(name, numbers, first: 1).following(formulas, element: unit)
    }
    let sentence = LiveSequence(
      light.recurrence, steps: steps, showing: [light.p, f, c], editor: .words(known.words), precision: .half)
    let answer = steps[steps.count - 1][light.p]
    let p = value(answer, in: hand, line: line).scalars
    live(LivePlace("Choose the words", sentence), in: hand, line: line) {
      picture(
        .barChart(
          title: "After the last word: the probability of each language",
          bars: languages.map { Picture.Bar(known.words[$0], p[$0]).following(answer, element: $0) }, range: 0...1),
        line: line)
      picture(
        .lineChart(
          title: "Unit \(unit + 1), which holds the country, after each word",
          series: [curve("forget gate f", f), curve("memory c", c)], x: Picture.Axis("words read"),
          y: Picture.Axis("", range: -8...8)), line: line)
    }
  }
}
