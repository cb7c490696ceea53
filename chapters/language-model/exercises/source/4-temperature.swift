//: kind find
//: title Too hot or too cold
//: goal Find what is wrong with a temperature.
//: minutes 10
//: hint A low temperature must make likely words likelier. What does this code do with a temperature of 0.5?
//: hint p = softmax(logits / τ): the logits are divided, before the exponential.
//: answer p [word]: p_k = exp(â_k / τ) / Σ_j exp(â_j / τ), where â are the logits
//: case logits [5] in -3 3; temperature = 0.5
//: case logits [4] in -3 3; temperature = 2.5
//: case logits [3] in 600 1200; temperature = 0.75
//: delivered the logits are multiplied by the temperature, not divided
//: - let scaled = logits.map { $0 / temperature }
//: + let scaled = logits.map { $0 * temperature }
//: fault the temperature is not used
//: - let scaled = logits.map { $0 / temperature }
//: + let scaled = logits
//: fault the probabilities are divided by the temperature, not the logits
//: - return powers.map { $0 / sum }
//: + return logits.map { exp($0 - logits.max()!) }.map { $0 / logits.map { exp($0 - logits.max()!) }.reduce(0, +) / temperature }
//: fault exp overflows where a logit is large: the largest must be subtracted first
//: - let largest = scaled.max()!
//: + let largest = 0.0
//: fault the probabilities do not add up to 1
//: - return powers.map { $0 / sum }
//: + return powers
// The next word is to be drawn with the probabilities softmax(logits / τ). At a low temperature τ the likely words
// should be likelier still, at a high one all words more alike. This program does the opposite. Mend it.

import Foundation

func probabilities(logits: [Double], temperature: Double) -> [Double] {
  let scaled = logits.map { $0 / temperature }
  let largest = scaled.max()!
  let powers = scaled.map { exp($0 - largest) }
  let sum = powers.reduce(0, +)
  return powers.map { $0 / sum }
}

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["p"] = probabilities(logits: input.vector("logits"), temperature: input.number("temperature"))
}
