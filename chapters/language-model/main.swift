import ChapterSupport
import LanguageModels
import Foundation

let chain = GrammarChain(.travels())
print(
  chain.bits, chain.bits(ofOrder: 2), chain.bits(ofOrder: 3), chain.bits(knowingSubject: true, knowingCountry: false),
  chain.meanLength)
let corpus = try Corpus(chain, sentences: 4000, test: 1500, rows: 20, seed: 1)
var training = LanguageTraining<LSTMCell<Float>>(LanguageSettings(), words: 52)
var rnn = LanguageTraining<SimpleRNNCell<Float>>(LanguageSettings(), words: 52)
let start = ContinuousClock.now
while training.epoch < 15 {
  let u = try training.update(on: corpus)
  if u.isLastOfEpoch {
    print(u.epoch + 1, exp(training.trainingNats.last!), exp(training.testNats.last!), ContinuousClock.now - start)
  }
}
print(exp(corpus.drawn!.meanNats))
let s2 = ContinuousClock.now
while rnn.epoch < 3 {
  let u = try rnn.update(on: corpus)
  if u.isLastOfEpoch {
    print(u.epoch + 1, exp(rnn.trainingNats.last!), exp(rnn.testNats.last!), ContinuousClock.now - s2)
  }
}
