// language-model/1 · Perplexity with a pencil · predict, 5 minutes
// Goal: Turn the probabilities of a sentence into cross-entropy and perplexity.
//
// A model gave the four words of a sentence the probabilities 0.5, 0.25, 1 and 0.125. What is the cross-entropy of a
// word in nats (with ln), what is the perplexity, and how many bits has a word? And what is the perplexity of the three
// words that were not certain? Two decimals are enough.
//
// Check this file:  swift run exercises language-model/1      A hint:  swift run exercises language-model/1 --hint

let crossEntropy: Double? = nil
let perplexity: Double? = nil
let bits: Double? = nil
let withoutTheSureWord: Double? = nil
