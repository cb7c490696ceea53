import ChapterSupport
import LanguageModels

/// The network as equations: a word goes in as a one-hot vector, the probabilities of all words come out.
struct HandModel {
  let E, W_h: Formula
  let x, v, h, â, p: Formula
  let equations: [Formula]
  let recurrence: Recurrence

  init(_ weights: some ParameterGroup<Double>) {
    E = symbol("E", .weight, weights["embeddings"])
    let W_x = symbol("W_x", .weight, weights["0/kernel"])
    W_h = symbol("W_h", .weight, weights["0/recurrent_kernel"])
    let b = symbol("b", .weight, weights["0/bias"])
    let W_y = symbol("W_y", .weight, weights["1/kernel"])
    let b_y = symbol("b_y", .weight, weights["1/bias"])
    let (h₋, c₋) = (symbol("h_{t-1}", .state), symbol("c_{t-1}", .state))
    x = symbol("x_t", .input)
    v = define("v_t", x • E, .input)
    let a = define("a_t", v • W_x + h₋ • W_h + b)
    let part = a.split(into: 4)
    let i = define("i_t", sigmoid(part[0]), .gate)
    let f = define("f_t", sigmoid(part[1]), .gate)
    let c̃ = define(#"\tilde{c}_t"#, tanh(part[2]), .gate)
    let o = define("o_t", sigmoid(part[3]), .gate)
    let c = define("c_t", f ⊙ c₋ + i ⊙ c̃, .state)
    h = define("h_t", o ⊙ tanh(c), .state)
    â = define(#"\hat{a}_t"#, h • W_y + b_y, .output)
    p = define("p_t", softmax(â), .output)
    equations = [v, a, i, f, c̃, o, c, h, â, p]
    recurrence = Recurrence(input: x, states: [(h₋, h), (c₋, c)], outputs: [v, â, p])
  }
}

/// A model that has read one sentence so often that it knows it a little.
nonisolated func modelOf(_ sentence: [Int], words V: Int, updates: Int) throws -> LanguageModel<LSTMCell<Double>> {
  var model = LanguageModel<LSTMCell<Double>>(words: V, embedding: 3, units: 4, seed: 5)
  var adam = Adam(learningRate: 0.05)
  adam.clipping = .globalNorm(1)
  var state = OptimizerState(adam, for: model.parameters)
  let (x, y) = (Indices([Array(sentence.dropLast())]), Labels([Array(sentence.dropFirst())]))
  for _ in 0..<updates {
    let gradient = try model.gradient(x, targets: y, from: nil).gradient
    try adam.step(&model.parameters, gradient: gradient, state: &state)
  }
  return model
}
