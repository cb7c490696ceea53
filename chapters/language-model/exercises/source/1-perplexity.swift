//: kind predict
//: title Perplexity with a pencil
//: goal Turn the probabilities of a sentence into cross-entropy and perplexity.
//: minutes 5
//: decimals 2
//: hint The product of the four probabilities is 1/64. The cross-entropy in nats is ln 64, divided by the number of words.
//: hint The perplexity is e to the cross-entropy: the fourth root of 64. In bits, log2 64 is 6.
//: answer crossEntropy: L = −(1/n) Σ ln p, in nats
//: answer perplexity: e^L
//: answer bits: −(1/n) Σ log2 p
//: answer withoutTheSureWord: the perplexity of the three words that were not certain
//: case n = 4
//: fault the logarithms are added and not divided by the number of words
//: - let crossEntropy: Double? = 1.04
//: + let crossEntropy: Double? = 4.16
//: fault the cross-entropy is taken with logarithms of base 2, which gives bits
//: - let crossEntropy: Double? = 1.04
//: + let crossEntropy: Double? = 1.5
//: fault e^L is computed with L in bits; for bits it is 2^L
//: - let perplexity: Double? = 2.83
//: + let perplexity: Double? = 4.48
//: fault the mean of the probabilities is taken, and not that of their logarithms
//: - let perplexity: Double? = 2.83
//: + let perplexity: Double? = 2.13
//: fault the bits are added and not divided by the number of words
//: - let bits: Double? = 1.5
//: + let bits: Double? = 6
//: fault a word that was certain counts as a word as well: without it n is 3
//: - let withoutTheSureWord: Double? = 4
//: + let withoutTheSureWord: Double? = 2.83
// A model gave the four words of a sentence the probabilities 0.5, 0.25, 1 and 0.125. What is the cross-entropy of a
// word in nats (with ln), what is the perplexity, and how many bits has a word? And what is the perplexity of the three
// words that were not certain? Two decimals are enough.

// SOLUTION
let crossEntropy: Double? = 1.04
let perplexity: Double? = 2.83
let bits: Double? = 1.5
let withoutTheSureWord: Double? = 4
// STARTER
//> let crossEntropy: Double? = nil
//> let perplexity: Double? = nil
//> let bits: Double? = nil
//> let withoutTheSureWord: Double? = nil
// END

// CHECK
func check(_ input: CheckInput, _ answer: inout CheckAnswer) {
  answer["crossEntropy"] = crossEntropy
  answer["perplexity"] = perplexity
  answer["bits"] = bits
  answer["withoutTheSureWord"] = withoutTheSureWord
}
