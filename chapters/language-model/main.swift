import ChapterSupport
import Foundation
import LanguageModels
import PrintedNumbers

let epochs = Option.integer("epochs", default: 15, in: 0...1000, "rounds through the text")
let sentences = Option.integer(
  "sentences", default: 4000, in: 100...100_000, "sentences of the grammar to learn from")
let embedding = Option.integer("embedding", default: 32, in: 1...512, "numbers in the vector of a word")
let units = Option.integer("units", default: 64, in: 1...512, "units of the LSTM")
let rows = Option.integer("rows", default: 20, in: 1...256, "rows of text that are read side by side")
let stepCount = Option.integer("steps", default: 20, in: 1...200, "words of a block: so far the gradient goes back")
let rate = Option.number("rate", default: 0.01, in: 0.000001...1, "learning rate of Adam for the first 9 epochs")
let seed = Option.integer(
  "seed", default: 1, in: 0...1_000_000, "seed of the text, the first weights and what is drawn")
let temperature = Option.number(
  "temperature", default: 1, in: 0...10, "how freely `--words` is continued; 0 takes the likeliest word")
let quick = Option<Bool>.flag("quick", "a short look: 6 epochs on 1200 sentences, unless you name others")
let cut = Option<TextUnit>.choice("by", default: .word, "what `--text` is cut into")
let vocabularySize = Option.integer(
  "vocabulary", default: 1000, in: 2...20_000, "different words of `--text` at most; the others share one")
let textFile = Option.optional("text", "FILE", "learn from this text, in UTF-8, in place of the grammar's sentences")
let words = Option.optional("words", "TEXT", "words that the trained network continues, as \"he was born in\"")
let save = Option.optional("save", "FILE", "write the training there, after every epoch and when Ctrl-C stops it")
let resume = Option.optional("resume", "FILE", "go on with a training that was saved")

let page = Notebook(
  "A language model", number: 9, question: "What does it take to predict a word?", minutes: 60,
  goals: [
    "compute the cross-entropy and the perplexity of a short sentence with a pencil",
    "say what a network must know to pass from one perplexity to the next, and how long it takes to find it",
    "say what truncated back-propagation keeps and what it drops",
  ], requires: ["lstm"],
  summary:
    "A network that reads words and predicts the next one, on a language whose best possible prediction is known.",
  parameters: [
    epochs, sentences, embedding, units, rows, stepCount, rate, seed, temperature, quick, cut, vocabularySize,
  ], files: [textFile, words, save, resume])

//: *He was born in China, saw red boats, visited Japan, … and now he speaks fluent* ▁▁▁▁▁▁▁. After *saw red* you expect a thing, and
//: one or two words are enough to say which kind. After *speaks fluent* you expect a language, and which one was decided
//: at the beginning of the sentence. A network that is to predict every next word has to find both out by itself, from nothing
//: but text. This chapter watches it do so.

//: ## A first look
//:
//: How good is a prediction? Whoever predicts gives every word a probability. The word that comes had some probability $p$. The
//: larger it was, the better. Take one sentence, and four readers with more and more knowledge of its language:

checkOptions()
let grammar = Grammar.travels()
let chain = GrammarChain(grammar)
let known = grammar.vocabulary
let sentenceCount = page[quick] && !page.isNamed(sentences) ? 1200 : page[sentences]
let testSentences = page[quick] ? 500 : 1500
let corpus = readCorpus()

let isGrammar = corpus.drawn != nil
let epochCount = page[quick] && !page.isNamed(epochs) ? 6 : page[epochs]
let settings = LanguageSettings(
  embedding: page[embedding], units: page[units], steps: page[stepCount], learningRate: page[rate],
  seed: UInt64(page[seed]))
var alone = settings
alone.carriesState = false

let beginning = begin()
let prompt = readPrompt()

/// The numbers of the grammar's words in a text.
func numbers(_ text: String, line: Int = #line) -> [Int] {
  page.must(try known.numbers(of: TextUnit.word.pieces(of: text)), line: line)
}

let example = numbers("she was born in china, saw red boats and now she speaks fluent chinese.")

/// The probability of each word for a reader who sees so many words before it; before the sentence stands a full stop.
func probabilities(seeing count: Int) -> [Double] {
  let text = numbers(".") + example
  return (1..<text.count).map { place in
    let p = chain.distribution(after: Array(text[max(0, place - count)..<place]))?[text[place]] ?? 0
    return (p * 1e12).rounded() / 1e12
  }
}

let readers = [[Double](repeating: 1 / Double(known.count), count: example.count)] + [1, 2, 100].map(probabilities)
let readerNames = ["knows nothing", "sees 1 word", "sees 2 words", "sees all words"]
page.table(
  "The probability of each word, for four readers", columns: ["word"] + readerNames,
  rows: example.indices.map { place in
    [known.words[example[place]]] + readers.map { page.text($0[place], decimals: 4) }
  })

//: Look at the last lines. The reader who sees one word knows that a language follows *fluent*, and that is all: one of eight. Two words
//: do not help. Only the reader who has kept *China* is sure. It is the same with the second *she*: to know it, one must have kept the first.
//:
//: **One number for a sentence.** Multiply the probabilities: that is the probability of the whole sentence. Long sentences have
//: small ones, so take the mean for a word instead. Since the numbers are multiplied, the right mean is that of the logarithms:
//: $L = -\frac{1}{n} \sum \ln p$. It is called [cross-entropy](glossary:cross-entropy). And $e^L$ is called
//: [perplexity](glossary:perplexity): so many words, all equally likely, would be as hard to guess.
//:
//: The unit of $L$ depends on the logarithm. With $\ln$ it is counted in [nats](glossary:nat), with $\log_2$ in *bits*; a nat is $1 / \ln 2 = 1.443$ bits. The perplexity is the
//: same either way: $e$ to the nats, or 2 to the bits. Losses in this course are in nats; where bits are meant, the page says so.

//+
func meanNats(_ p: [Double]) -> Double { -p.reduce(0) { $0 + log($1) } / Double(p.count) }

page.table(
  "The whole sentence", columns: ["reader", "product of all 16", "cross-entropy L", "perplexity"],
  rows: zip(readerNames, readers).map { name, p in
    [
      name, page.text(p.reduce(1, *), decimals: 8), page.text(meanNats(p)), page.text(exp(meanNats(p)), decimals: 3),
    ]
  })

//: You can check the last line with a pencil. Nine of the sixteen probabilities are 1. The other seven are 0.5, 0.125, 0.8, 0.21, 0.2,
//: 0.1 and again 0.2 for *and*; their product is 0.000042, and the sixteenth root of its inverse is the perplexity.

page.compare(
  "perplexity with a pencil", ("pencil", pow(1 / (0.5 * 0.125 * 0.8 * 0.21 * 0.2 * 0.1 * 0.2), 1.0 / 16)),
  ("all words seen", exp(meanNats(readers[3]))), tolerance: 1e-12)

//: ## The idea
//:
//: **The network is one you know.** An LSTM reads a word at each step. A dense layer on top turns its state $h_t$ into one number for
//: each word of the vocabulary, the [logits](glossary:logits), and the [softmax](glossary:softmax) makes probabilities of
//: them. That is the prediction of the word that comes next.

page.picture(
  .unrolledNetwork(
    title: "At each step a word goes in, and probabilities for the next one come out", steps: 5,
    inputShape: "[D]", layers: [UnrolledLayer("(h,c)", name: "LSTM", shape: "[H]", hue: .sky)],
    dense: UnrolledDense("p", shape: "[V]")))

//: **The text is its own teacher.** Nobody has to label anything: the right answer at each step is the word that comes next. And after
//: the answer, right or wrong, the network reads the *true* next word, not its own guess. This is called
//: [teacher forcing](glossary:teacher-forcing). Otherwise one wrong guess would spoil everything that follows.
//:
//: **A word must become numbers.** Give the $V$ words of the vocabulary the numbers 0, 1, 2, …. These numbers have no meaning: word 7 is not
//: more than word 6. So the network gets a table $E$ with one row for each word, and the row is what it reads: an
//: [embedding](glossary:embedding). The rows begin at random and are learned like all other weights.
//:
//: ## The formula and its numbers
//:
//: Here is the whole network, small: $D = 3$ numbers for a word, $H = 4$ units, and the $V = 11$ words of one sentence. Its weights come from
//: 60 updates on that sentence, so it knows it a little.

let story = TextUnit.word.pieces(of: "he was born in china and now he speaks fluent chinese.")
let small = Vocabulary(story.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
let taught = page.must(try TaughtModel(story, of: small, updates: 60))
page.table(
  "Words and their numbers", columns: ["number"] + (0..<small.count).map(String.init), rows: [["word"] + small.words])

//-
let model = HandModel(taught.parameters)
let (read, next) = (taught.read, taught.next)
func oneHot(_ word: Int) -> MathValue { MathValue((0..<small.count).map { $0 == word ? 1 : 0 }) }
let steps = model.recurrence.unrolled(over: read.map(oneHot), from: [.zeros(4), .zeros(4)], firstStep: 1)
let y = next.enumerated().map { symbol("y_{\($0.offset + 1)}", .other, oneHot($0.element)) }
let lossOfSteps = zip(steps, y).map { crossEntropy($0[model.p], $1) }
let loss = define("L", sum(lossOfSteps) * Formula(1 / Double(read.count)), .loss)
let hand = page.evaluation(of: steps.flatMap { step in model.equations.map { step[$0] } } + [loss])

//: **From a word to a vector.** Write the word's number as a [one-hot](glossary:one-hot) vector $x_t$: zeros, and a single 1 at its place.
//: The product with $E$ then picks one row, since every other row is multiplied by 0. Steps are counted from 1, words from 0: *he*, which is read at step 1, has the number 0, so it
//: is the first row of the table:

page.formula(model.equations[0])
page.show("x_1", oneHot(read[0]), decimals: 0)
page.show("E", taught.parameters["embeddings"])
page.worked(steps[0][model.v], in: hand)

//: No program multiplies by all these zeros. It copies the row. The layer `Embedding` takes the numbers of the words and does just
//: that; the product is its plain version, and both give the same bits:

page.compare(
  "the vectors of eleven words", hand: page.values(model.v, at: steps, in: hand),
  layer: taught.vectors, tolerance: 0, axes: ["step", "number"],
  because: "a product with one-hot rows adds zeros to a row")

//: **From the vector to a prediction.** The equations of the LSTM are those of its [own chapter](chapter:lstm), with the four parts cut from
//: one sum $a_t$: $\mathrm{split}_4(a_t)_1$ is the first of four equal parts. The last two lines are new: $\hat{a}_t$ is the logits, and $p_t$ the answer, one probability for each word. (Other chapters write $\hat{y}_t$ for
//: an answer. Here it is always a probability, as in the tables above, so it keeps their letter.)

for equation in model.equations.dropFirst() { page.formula(equation) }

//: After *speaks fluent* the network of this page says:

let due = read.count - 2
page.worked(steps[due][model.â], in: hand)
let p = page.value(steps[due][model.p], in: hand).scalars
page.picture(
  .barChart(
    title: "What comes after “he was born in china and now he speaks fluent”?",
    bars: small.words.indices.map {
      .init(small.words[$0], p[$0], hue: $0 == next[due] ? .green : nil, text: page.text(p[$0], decimals: 3))
    }))

//: **The loss** of this step is $-\ln p$ of the word that came. The loss of the sentence is the mean over its eleven predictions; the
//: first word, *he*, is only read.

page.table(
  "Step by step", columns: ["it reads", "the next word is", "its probability p", "−ln p"],
  rows: read.indices.map { step in
    let p = page.value(steps[step][model.p], in: hand).scalars[next[step]]
    return [
      small.words[read[step]], small.words[next[step]], page.text(p, decimals: 3), page.text(-log(p), decimals: 3),
    ]
  })
page.prose(
  """
  The mean of the last column is $L = \(page.text(page.value(loss, in: hand).scalars[0]))$, and the perplexity is
  $e^L = \(page.text(exp(page.value(loss, in: hand).scalars[0]), decimals: 3))$.
  """)

//: The **language model** of this library gets the same weights and the same eleven words:

page.compare(
  "logits", hand: page.values(model.â, at: steps, in: hand), layer: taught.logits, tolerance: 1e-12,
  axes: ["step", "word"], because: "sums of some dozen products, through eleven steps")
page.compare("cross-entropy", hand: page.value(loss, in: hand), layer: taught.block.loss, tolerance: 1e-12)

//: ## The experiment
//:
//: **A language whose best prediction is known.** With real text nobody knows how good a prediction can be. So the text of this experiment
//: comes from a small grammar, which draws its words:
//:
//: > SUBJECT was born in COUNTRY { , visited COUNTRY | , VERB ADJECTIVE NOUN }\* and now SUBJECT speaks fluent LANGUAGE .
//:
//: The second subject is the first one, *he* or *she*. The language belongs to the *first* country; the visited ones are there to mislead. After the
//: country, and after each clause, another clause follows with probability 0.8. Of the clauses a share of 0.3 says *visited* and a country; the other 0.7 have a verb, an adjective and a
//: noun. The kind of the noun depends on the verb two words before: houses are painted, books are bought. Three sentences:

var drawing = RandomGenerator(seed: UInt64(page[seed]))
page.result(
  (0..<3).map { _ in TextUnit.word.text(of: known.words(of: chain.draw(using: &drawing).words)) }.joined(
    separator: "\n"))

//: Since the words read so far always tell the place in the sentence, it can be computed exactly how open the next word is. The measure is the
//: [entropy](glossary:entropy), in bits: one bit is one fair choice out of two, three bits one out of eight. This is what is open in a sentence:

func entropy(_ p: [Double]) -> Double { -p.reduce(0) { $0 + $1 * log2($1) } }
func choices(at place: String) -> [Double] {
  grammar.places.first { $0.name == place }?.choices.map(\.probability) ?? []
}
let open: [(what: String, place: String, times: Double)] = [
  ("he or she", "subj", 1), ("the country of birth", "country", 1), ("another clause or “and”", "choose", 5),
  ("the verb", "verb", 4), ("the visited country", "where", 1.2), ("the adjective", "adj1", 2.8),
  ("the noun", "noun1", 2.8),
]
let bitsByHand = open.map { entropy(choices(at: $0.place)) * $0.times }
page.table(
  "What is open in a sentence", columns: ["choice", "bits", "times a sentence, on average", "together"],
  rows: zip(open, bitsByHand).map { open, bits in
    [open.what, page.text(bits / open.times), page.text(open.times, decimals: 1), page.text(bits)]
  } + [["all", "", "", page.text(bitsByHand.reduce(0, +))]])

//: A sentence has four clauses on average: $4 \cdot 0.3 = 1.2$ with *visited*, which have 3 words with their comma, and $4 \cdot 0.7 = 2.8$ with a noun, which have 4. With the 12 words
//: around them that makes $12 + 1.2 \cdot 3 + 2.8 \cdot 4 = 26.8$ words. So a word has
//: $34.936 / 26.8 = 1.3036$ bits, and $2^{1.3036} = 2.468$ is the best perplexity that is possible. The same for readers who know
//: less:

let levels: [(reader: String, bits: Double, key: String)] = [
  ("knows nothing", log2(Double(known.count)), "uniform"),
  ("knows how often each word comes", chain.bits(ofOrder: 1), "unigram"),
  ("sees 1 word (a *bigram*)", chain.bits(ofOrder: 2), "bigram"),
  ("sees 2 words (a *trigram*)", chain.bits(ofOrder: 3), "trigram"),
  ("sees 3 words", chain.bits(ofOrder: 4), "fourgram"),
  ("sees all words, forgets the country", chain.bits(knowingSubject: true, knowingCountry: false), ""),
  ("sees all words, forgets nothing", chain.bits, ""),
]
page.table(
  "How good a reader can be", columns: ["a reader who", "bits a word", "perplexity"],
  rows: levels.map { [$0.reader, page.text($0.bits), page.text(exp2($0.bits), decimals: 3)] })

//: A reader who sees three words is no better off than one who sees two: the noun depends on the verb two words before it, and nothing depends on the third word. Look at the distance between the last line and the trigram: 2.74 against 2.47. It is exactly 4 bits a sentence, 3 for the language and 1
//: for the second *he* or *she*. This small distance is all that a long memory is worth here. Watch in the training when it
//: is won.

//: The program has computed the bits in another way. It goes through all states of the grammar (the place in the sentence, the subject, the country), with the probability of each step from one to the next:

page.compare(
  "bits of a sentence: added up, and over the states of the grammar", ("added up", bitsByHand.reduce(0, +)),
  ("states", chain.bitsOfSentence), tolerance: 1e-12)
if let golden = page.lessonNumbers("language_model_grammar") {
  let exact = golden["grammars"]["main"]["exact"]
  let keys =
    levels.dropLast(2).map { $0.key + "_perplexity" } + [
      "perplexity_knowing_subject_but_not_country", "best_perplexity",
    ]
  page.compare(
    "perplexities, and those of the reference", ("reference", keys.flatMap { page.numbers(exact[$0]) }),
    ("this page", levels.map { exp2($0.bits) }), tolerance: Tolerance(absolute: 0, relative: 1e-12),
    axes: [Axis("reader", levels.map(\.reader))])
}

//: **The loop.** The text is one long row of words. It is cut into 20 rows that are read side by side, and each row into
//: blocks of 20 words. A block begins with the state in which the block before it ended, and after each block the weights are
//: updated:
//:
//: ```
//: state = 0
//: for block in text:
//:     loss, gradient, state = network(block, state)
//:     weights = weights − step(gradient)
//: ```
//:
//: So the state goes through the whole text. The gradient does not: it ends at the beginning of its block. What that means
//: is worked out [below](#the-way-back).
//:
//: **Expectation.** What may follow a comma will be learned at once; so will which noun goes with which verb. For the language the
//: network must find out that a word of long ago matters. Nothing tells it so, and half a memory makes nothing
//: better. Three networks try it: an LSTM, the same LSTM whose state is set to zero before each block, and a
//: simple recurrent network of as many units.

let interrupt = Interrupt()
let probe = CountryProbe(corpus, grammar)

if isGrammar {
  page.prose(
    """
    They learn from \(page.text(Double(sentenceCount), decimals: 0)) sentences, which have \(page.text(Double(corpus.training.targetCount), decimals: 0)) words, and
    read them again in every epoch. What is measured is the perplexity on \(page.text(Double(corpus.test.targetCount), decimals: 0)) words of other sentences. Each network has
    \(page[units]) units, and \(page[embedding]) numbers for a word. The updates are those of [Adam](glossary:adam), with gradients [clipped](glossary:clipping) to the norm 1. **The learning rate** is
    \(page[rate]) in the first nine epochs. After that, each epoch has 0.8 times the rate of the epoch before.
    """)
} else {
  page.prose(
    """
    > **A text of your own.** This run has learned from \(page.text(Double(corpus.training.targetCount), decimals: 0)) words or signs of another text.
    > What is said of the grammar is that of a run without it.
    """)
}

//-
page.catchUp()
let trained = page.must(try trainAll(from: beginning, line: #line))
let (training, notes) = trained.carried
let (resetTraining, simpleTraining) = (trained.reset.training, trained.simple.training)
let isWhole = !interrupt.isRequested
interrupt.end()
if page[quick], isGrammar {
  page.prose(
    """
    > **A short look.** Epochs of this run: \(epochCount), on \(sentenceCount) sentences. What the text says of the curves is what a whole run
    > shows.
    """)
}
if !isWhole {
  page.note("Stopped in epoch \(training.epoch + 1). What follows is what was learned up to there.")
}

//-
let bestOfTest = corpus.drawn.map { exp($0.meanNats) }
func curve(_ nats: [Double]) -> [Double] { nats.map(exp) }
func constant(_ name: String, _ value: Double) -> Picture.Series {
  Picture.Series(name, points: [(1, value), (Double(max(epochCount, 2)), value)], isDashed: true)
}

let torch =
  isGrammar && isWhole && page.keepsDefaults
  ? ["main_lstm_steps20", "main_lstm_steps20_not_carried", "main_rnn_steps20"].map {
    page.statistics("language_model", ["name": .text($0)])
  } : [nil, nil, nil]

if isGrammar {
  page.picture(
    .lineChart(
      title: "Perplexity on sentences that were never trained on, after each epoch",
      series: [
        Picture.Series("LSTM", curve(training.testNats)),
        Picture.Series("LSTM, state not carried", curve(resetTraining.testNats)),
        Picture.Series("simple network", curve(simpleTraining.testNats)),
        constant("trigram", exp2(chain.bits(ofOrder: 3))),
        constant("best possible", exp2(chain.bits)),
      ],
      band: torch[0].map { run in
        Picture.Band(
          "10 LSTMs of PyTorch",
          points: run.figures("test_perplexity_at_epoch").map { (Double($0.step), $0.figure.least, $0.figure.greatest) }
        )
      },
      x: Picture.Axis("epoch"), y: Picture.Axis("perplexity")))
}

//-
if isGrammar {
  page.prose(
    """
    **Within one epoch all three are close to a trigram**, and better than any bigram. Then the LSTM stays there, epoch after epoch: this is the
    *plateau*. The country is no use to it before it can be stored, kept and read out, all three, and the gradient that asks for
    these is small. At some point it finds a beginning of it, and then the curve falls. After epoch \(training.epoch) the LSTM has
    \(page.text(training.testNats.last.map(exp) ?? .nan, decimals: 3)), the simple network
    \(page.text(simpleTraining.testNats.last.map(exp) ?? .nan, decimals: 3)). On these very sentences the grammar itself has
    \(page.text(bestOfTest ?? .nan, decimals: 3)). The dashed line, \(page.text(exp2(chain.bits), decimals: 3)), is that of a text without end. On any \(testSentences) sentences the best possible is another number, a few hundredths more or less.
    """)
  page.prose(
    """
    That is why the shaded range, where it is shown, can reach below the line: each of PyTorch's networks was tested on sentences of its own, and
    some of these are easier than the average.
    """)
  let shown = [3, 6, 9, 11, 15].filter { $0 <= min(training.testNats.count, simpleTraining.testNats.count) }
  page.prose("The learning rate gets smaller after epoch 9. How much of the fall is that, and how much is memory?")
  page.table(
    "Perplexity, and how many of 100 languages the LSTM names rightly",
    columns: ["after epoch"] + shown.map(String.init),
    rows: [
      ["LSTM"] + shown.map { page.text(exp(training.testNats[$0 - 1]), decimals: 3) },
      ["simple network"] + shown.map { page.text(exp(simpleTraining.testNats[$0 - 1]), decimals: 3) },
      ["languages"]
        + shown.map { epoch in
          let share = epoch <= notes.count ? notes[epoch - 1].accuracy : nil
          return share.map { "\(Int((100 * $0).rounded()))" } ?? "–"
        },
    ])
  page.prose(
    """
    Smaller steps make a network a little better by themselves, because its weights waver less. You see that in the simple network, which knows
    the country in the shortest sentences alone. Most of the fall of the LSTM is memory: the languages show it, and they begin to come before the
    rate changes.
    """)
}

//: **Has it kept the country?** Perplexity is a mean over all words, and few of them are languages. So count how often the network's most probable word
//: is the right language, by the number of words from the country to the language. A column of the picture holds all distances up to its number, from that of the
//: column before, and the last one all from 39 words on. Guessing gives one in eight:

//-
let tests = [
  training.lastTest ?? page.must(try training.model.scores(of: corpus.test)), resetTraining.lastTest,
  simpleTraining.lastTest,
]
let testNames = ["LSTM", "LSTM, state not carried", "simple network"]

func shares(_ scores: WordScores?) -> [Double] {
  distanceGroups.map { group in
    scores.flatMap { languageAccuracy($0, corpus, distances: group.words)?.share } ?? .nan
  }
}

let named = tests[0].flatMap { languageAccuracy($0, corpus)?.share } ?? 0
let isFound = isGrammar && (page[quick] || named > 0.9)
if isGrammar {
  page.picture(
    .heatMap(
      title: "Languages named rightly, by the words since the country", values: tests.map(shares), rowNames: testNames,
      columnNames: distanceGroups.map(\.name), columnTitle: "words since the country, at most", scale: .unit, digits: 2)
  )
}
if isFound {
  page.prose(
    """
    The simple network knows the country in the shortest sentences alone, where the language is the sixth word after it. The LSTM without
    a carried state has learned it as well: inside of a block it can. But a country that stands in an earlier block is lost to it, so
    the training gave it few examples over long distances. The LSTM with a carried state has seen blocks
    of \(page[stepCount]) words, too, and it is right over twice that distance. **How can it, if no gradient goes back so far?** A gate that
    learns to keep a number for ten words keeps it for forty: the same weights work at every step.
    """)
}
if isGrammar, !isFound {
  page.prose(
    """
    In this run the LSTM has not found what decides: it names \(page.text(100 * named, decimals: 0)) of 100 languages rightly. A guess is right
    once in eight times, and with the usual settings it names 99 of 100.
    """)
}

//-
page.compare("LSTM", training.testNats, shares(tests[0]), torch[0], line: #line)
page.compare("simple network", simpleTraining.testNats, shares(tests[2]), torch[2], line: #line)
compareNotCarried(line: #line)

//-
if isGrammar {
  let pronoun = tests[0].map { meanNats(of: $0, known) { ["he", "she"].contains($0) && $1 == "now" } } ?? .nan
  let language = tests[0].map { meanNats(of: $0, known) { word, _ in grammar.languages.contains(word) } } ?? .nan
  page.prose(
    """
    **What is still missing?** On the languages this LSTM has a cross-entropy of \(page.text(language, decimals: 3)), where a guess has
    $\\ln 8 = 2.079$. On the second *he* or *she* it has \(page.text(pronoun, decimals: 3)), where a coin has $\\ln 2 = 0.693$. That word is worth 1 bit
    a sentence, a third of the language, and only about half of PyTorch’s ten networks found it in this time.
    """)
  if torch[0] != nil {
    page.range(
      "LSTM: cross-entropy of the second “he” or “she”", of: pronoun, in: 0...0.8,
      because: "ten seeds of PyTorch had from 0.01 to 0.71: from certain to tossing a coin")
  }
}

//: ### Who holds the country?
//:
//: Somewhere among the units the country must be kept. To find it, take twelve test sentences and write each of the eight countries
//: into each of them, in the place of the first one. Then look at the memories $c$, word by word. How much of what varies in a unit’s
//: memory is due to the country? Take the mean memory for each country, and divide the variance of these eight means by the variance of all values. This share is 1 for a unit that knows the country and nothing else, and 0 for one that
//: does not care for it. A unit that *holds* the country has a large share after every word, from the country to its language. So take the
//: least of its shares on the way, and show the six units for which it is largest:

//-
let holders = page.must(try probe.map { Holders($0, try $0.memories(of: training.model)) })
if let holders { page.show(holders, of: training.model, corpus, line: #line) }

//-
if isFound, let holders, let best = holders.ranking.first {
  let first = training.epoch - notes.count + 1
  let gate = page.must(try holders.forgetGate(of: training.model))
  func percent(_ share: Double) -> Int { share.isFinite ? Int((100 * share).rounded()) : 0 }
  page.prose(
    """
    In this network it is unit \(best + 1), whose share never falls below \(percent(holders.least[best])) %. Look at the lines: the memory is not
    still. Every word moves it, but it moves all lines alike. **What stays is the distance between them**, and the distance says which
    country it was. The last picture shows how, in the manner of the [chapter on the LSTM](chapter:lstm), where the switches were set by
    hand. From the country to the word *fluent* the forget gate $f$ of this unit keeps \(percent(gate.kept)) % at each word, on average: what is there
    stays there. When the language has been said, it keeps \(percent(gate.after)) %. Nobody told the network that there are countries, nor which
    word decides. And since when does it do so?
    """)
  page.picture(
    .lineChart(
      title: "Since when: the unit that holds the country, and the languages, epoch by epoch",
      series: [
        Picture.Series("least share of the country in the unit", notes.map { $0.shares[best] }, first: Double(first)),
        Picture.Series("languages named rightly", notes.map { $0.accuracy ?? .nan }, first: Double(first)),
      ], x: Picture.Axis("epoch"), y: Picture.Axis("share", range: 0...1)))
}

//: Here is the shortest of these sentences up to *fluent*. The bars are the probabilities that the next word is this or that language: the
//: one of the first country should be long. In a browser (in the page that `--html page.html` writes) you can choose other words. Take
//: another country at the beginning, and watch the memory and the language.

//-
if let holders, let best = holders.ranking.first, let probe,
  let (words, languages) = zip(probe.sentences, probe.languages).min(by: { $0.0.steps < $1.0.steps })
{
  page.showLiveSentence(
    Array(words.values[..<words.steps]), languages: languages, unit: best, of: training.model, corpus, line: #line)
}

//: ### Let it speak
//:
//: A network that gives probabilities can also draw: take a word with its probability, let the network read it, and draw the next. The
//: *temperature* $\tau$ says how freely. The logits are divided by it before the softmax: $p_k = e^{\hat{a}_k / \tau} / \sum_j e^{\hat{a}_j / \tau}$, where $k$ and $j$ are
//: numbers of words. With $\tau = 1$ the probabilities are the network's own. Below 1 likely words become likelier; the smaller $\tau$, the nearer to 1 is the probability of the likeliest. So $\tau = 0$, by which
//: nobody can divide, means this limit: always the likeliest word. Above 1 all words become more alike. At 0 the sentence never ends: after each clause a comma is likelier than *and*.

func continued(_ temperature: Double, count: Int) -> String {
  page.must(
    try continuation(
      of: prompt, by: training.model, corpus, Sampling(temperature: temperature), count: count, seed: UInt64(page[seed])
    ))
}

let (few, many) = corpus.unit == .word ? (40, 60) : (200, 400)
let temperatures = [0, 0.5, 1, 2]
if isGrammar {
  page.table(
    "Drawn, beginning with “\(corpus.unit.text(of: prompt))”", columns: ["temperature", "what it says"],
    rows: temperatures.map { [page.text($0, decimals: 1), continued($0, count: few)] })
} else {
  for temperature in temperatures {
    page.result("temperature \(page.text(temperature, decimals: 1)): \(continued(temperature, count: few))")
  }
}
if page[words] != nil { page.result(continued(page[temperature], count: many)) }

//: ### Your own text
//:
//: `--text FILE` takes any text in UTF-8 in place of the grammar's sentences, cut `--by word` or `--by character`. The last tenth is
//: the test. Words beyond the limit of `--vocabulary` share one number, the *unknown word*. What the best possible
//: perplexity is, nobody knows then.

if !isGrammar { showOwnText(line: #line) }

//: ## The way back
//:
//: **At the top** the slope is as simple as always with softmax and cross-entropy. Let word $k$ be the right one. Its probability is $p_k = e^{\hat{a}_k} / \sum_j e^{\hat{a}_j}$,
//: so the loss of the step is $-\ln p_k = \ln \sum_j e^{\hat{a}_j} - \hat{a}_k$. Along the logit of any word the first part has the slope $e^{\hat{a}}$ of that word divided by the sum, which is its $p$. The second part has the slope $-1$ for the right word, and 0 for the others.
//: Together that is $p - y$: the probabilities minus the target $y$, which is 1 for the right word and 0 for the others. Here it is divided by the eleven words of the mean.

let gradients = page.gradients(of: loss, in: hand)
let slopes = steps.map { page.gradient($0[model.â], gradients) }
page.compare(
  "∂L/∂â at each step is (p − y)/11",
  (
    "(p − y)/11",
    Tensor<Double>.stacked(
      zip(steps, y).map { (page.value($0[model.p], in: hand) - page.value($1, in: hand)) * (1 / 11) })
  ),
  ("chain rule", Tensor<Double>.stacked(slopes)), tolerance: 1e-14, axes: ["step", "word"])

//: **At the bottom** stands the table $E$. Its gradient has a row for each word. A word that was not read has a row of zeros. A
//: word that was read once has the slope along its vector, $\delta_{v_t}$. And *he* was read twice, at steps 1 and 8. Both
//: times the network used the same row $E_0$, so both slopes count, and the row gets their sum:
//:
//: $$\frac{\partial L}{\partial E_0} = \delta_{v_1} + \delta_{v_8}$$

let (he, second) = (read[0], 7)  // Arrays count from 0: step 8.
let slopesOfVectors = steps.map { page.gradient($0[model.v], gradients) }
page.show(#"\delta_{v_1}"#, slopesOfVectors[0], decimals: 6)
page.show(#"\delta_{v_8}"#, slopesOfVectors[second], decimals: 6)
let gradientOfTable = page.gradient(model.E, gradients)
page.show(#"\partial L / \partial E_0"#, gradientOfTable.slice(he), decimals: 6)
page.compare(
  "the row of “he” is the sum of both slopes", ("sum", slopesOfVectors[0] + slopesOfVectors[second]),
  ("gradient of E", gradientOfTable.slice(he)), tolerance: 1e-14, axes: ["number"])
page.compare(
  "gradient of E", hand: gradientOfTable, layer: taught.block.gradient["embeddings"], tolerance: 1e-12,
  axes: ["word", "number"])
page.compare(
  "gradient of W_h, through eleven steps", hand: page.gradient(model.W_h, gradients),
  layer: taught.block.gradient["0/recurrent_kernel"], tolerance: 1e-12, axes: ["row", "column"])

//: ### Where the gradient ends
//:
//: Eleven words can be differentiated at once. A text of a hundred thousand cannot: every step has to be remembered until the way back
//: comes to it, and not one update would be made before the end. So the text is cut into blocks, the state goes from
//: block to block, and the gradient ends at the cut. This is [truncated
//: back-propagation](glossary:truncated-backpropagation) ([@williams1990]). What is lost? Take one unit that reads two words, and look at its last state
//: $L = h_2$:

let input = symbol("x_t", .input)
let last = symbol("h_{t-1}", .state)
let weight = symbol("w_h", .weight, MathValue(0.9))
let unit = define("h_t", tanh(input + weight * last), .state)
let pair = Recurrence(input: input, states: [(last, unit)]).unrolled(
  over: [MathValue(0.6), MathValue(-0.3)], from: [MathValue(0.5)], firstStep: 1)

//-
page.formula(unit)
let together = define("L", pair[1][unit], .loss)
let atOnce = page.evaluation(of: [together])
page.worked(pair[0][unit], in: atOnce)
page.worked(pair[1][unit], in: atOnce)

//: How does $L$ change with $w_h$? The weight is used twice: directly at step 2, and at step 1 through $h_1$:
//:
//: $$\frac{\partial h_2}{\partial w_h} = (1 - h_2^2)\,\bigl(h_1 + w_h\,(1 - h_1^2)\,h_0\bigr)$$
//:
//: With a cut between the two steps $h_1$ is a number, not a formula: the second part is dropped.

let (h_0, h_1) = (0.5, page.value(pair[0][unit], in: atOnce).scalars[0])
let h_2 = page.value(pair[1][unit], in: atOnce).scalars[0]
let (direct, through) = ((1 - h_2 * h_2) * h_1, (1 - h_2 * h_2) * 0.9 * (1 - h_1 * h_1) * h_0)
page.table(
  "The slope of $h_2$ along $w_h$", columns: ["part", "whole", "cut between the steps"],
  rows: [
    ["directly at step 2", page.text(direct), page.text(direct)], ["through $h_1$", page.text(through), "0"],
    ["together", page.text(direct + through), page.text(direct)],
  ])
let cutState = symbol("h_1", .state, MathValue(h_1))
let afterCut = tanh(symbol("x_2", .input, MathValue(-0.3)) + weight * cutState)
page.compare(
  "the slope, whole and cut", ("with a pencil", [direct + through, direct]),
  (
    "chain rule",
    [
      page.gradient(weight, page.gradients(of: together)).scalars[0],
      page.gradient(weight, page.gradients(of: afterCut)).scalars[0],
    ]
  ), tolerance: 1e-15, axes: [Axis("slope", ["whole", "cut"])])

//: The outputs are the same in both cases, to the last digit. The gradients are not. How far are they apart in a real layer? Here is one
//: sequence of six steps, whole and as two blocks of three, with the state carried, for the three layers. The norm is the
//: length of the gradient of all weights together, and the cosine says how much its direction has turned:

let truncation = page.lessonNumbers("language_model_truncation")
if let truncation { page.showTruncation(truncation, line: #line) }

//: The LSTM loses least: the direction has hardly turned. The simple network loses most. The last column is the proof that nothing else
//: is lost: when the second block hands the gradient of its first state back to the first block, the sum is the whole gradient
//: again.
//:
//: Now the loop itself, with all its parts: a vocabulary of six words, two rows of 13 words of text, blocks of three, plain gradient descent. Each number of the table is the loss of another block of text, before the update on it.
//: So it need not fall from block to block: a few updates teach very little, and some blocks are harder than others.

//+
func train(_ tiny: inout TinyModel, steps: Int, carry: Bool) throws -> [Double] {
  var (state, losses) = (LSTMState<Double>?.none, [Double]())
  for (words, targets) in tiny.blocks(of: steps) {
    let piece = try tiny.model.gradient(words, targets: targets, from: state)
    losses.append(piece.loss)
    tiny.update(piece.gradient)
    state = carry ? piece.state : nil  // Numbers go on, no gradient.
  }
  return losses
}

//-
if let truncation {
  page.showTiny(truncation["language_model"], line: #line) { try train(&$0, steps: $1, carry: $2) }
}

//: The first block is the same in the first two rows: before it there is nothing to carry. From the second block on they part. The last two rows have blocks of four and of twelve words: there are fewer updates, and each gradient goes further back.
//:
//: ## What to remember
//:
//: - Cross-entropy is the mean of $-\ln p$ of the words that came; perplexity is $e$ to it. What is best possible is a property
//:   of the language, not of the network.
//: - What is near is learned first. What is far is learned late, and all at once: the loss alone does not tell whether a
//:   network is still learning.
//: - Truncated back-propagation: the state is carried, the gradient is cut. Gates that were learned over ten words hold for forty.
//:
//: ## Try
//:
//: - `swift run chapter-language-model --seed 2`: other sentences and first weights. The plateau is longer or shorter; whether the second *he*
//:   or *she* is learned, which is worth 1 bit a sentence, differs from seed to seed.
//: - `swift run chapter-language-model --steps 5`: now a block is shorter than the shortest way from the country to its language, and no
//:   gradient reaches back so far. The LSTM stays close to the trigram; at best it finds the languages of the shortest sentences.
//: - `swift run chapter-language-model --words "she was born in japan, visited france and now"`: the network goes on. Change the countries and
//:   see which one it believes.
//: - `swift run chapter-language-model --save model.safetensors`, then Ctrl-C, then `--resume model.safetensors`: the training goes on where it
//:   was stopped, with the same numbers as without the stop.
//: - `swift run chapter-language-model --text README.md --by character`: it learns the spelling of a page of this project.
//:
//: ## Against the sources
//:
//: Two source documents need this network and do not show it. [@frankwang] gives the sentence: someone *born in China* who *has been to many
//: countries* and *speaks fluent* …, beside one where the next word follows from its neighbour. [@rnnseries] has the loop, four lines of
//: TensorFlow:
//:
//: ```
//: lstm = tf.contrib.rnn.BasicLSTMCell(lstm_size)
//: for current_batch_of_words in words:
//:     output, state = lstm(current_batch_of_words, state)
//: ```
//:
//: A batch of words is here one word of each row: the cell makes one step, and `state` is carried. The text quotes TensorFlow's guide on
//: `num_steps`: an unrolled network has a fixed number of inputs, and a backward pass follows each block of them. It asks two
//: questions. *Why a limited length?* Because every step has to be kept for the way back, and updates would be rare; the price is the table of cosines
//: above. *Why a fixed length, is that the static graph?* Yes: nothing in the method asks for equal blocks. The last block of each row of
//: this chapter is a shorter one. The document's loop leaves out what makes it a language model: the embedding before the cell, the dense layer and the loss
//: after it. Our settings are those of no document; the loop with a carried state is that of [@zaremba2014].

page.finish()
