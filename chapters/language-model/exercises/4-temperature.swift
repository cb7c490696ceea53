// language-model/4 · Too hot or too cold · find, 10 minutes
// Goal: Find what is wrong with a temperature.
//
// The next word is to be drawn with the probabilities softmax(logits / τ). At a low temperature τ the likely words
// should be likelier still, at a high one all words more alike. This program does the opposite. Mend it.
//
// Check this file:  swift run exercises language-model/4      A hint:  swift run exercises language-model/4 --hint

import Foundation

func probabilities(logits: [Double], temperature: Double) -> [Double] {
  let scaled = logits.map { $0 * temperature }
  let largest = scaled.max()!
  let powers = scaled.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}
