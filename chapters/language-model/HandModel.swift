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

/// **The layer**: a model that has read one sentence so often that it knows it a little, and what it computes of that
/// sentence.
struct TaughtModel {
  typealias Model = LanguageModel<LSTMCell<Double>>

  let parameters: Model.Parameters
  /// The numbers of the words that it reads, and of those that come next.
  let read, next: [Int]
  /// `[words, D]` and `[words, V]`.
  let vectors, logits: Tensor<Double>
  let block: Model.Block

  init(_ sentence: [String], of vocabulary: Vocabulary, updates: Int) throws {
    let numbers = try vocabulary.numbers(of: sentence)
    (read, next) = (Array(numbers.dropLast()), Array(numbers.dropFirst()))
    let (x, y) = (Indices([read]), Labels([next]))
    var model = Model(words: vocabulary.count, embedding: 3, units: 4, seed: 5)
    var adam = Adam(learningRate: 0.05)
    adam.clipping = .globalNorm(1)
    var state = OptimizerState(adam, for: model.parameters)
    for _ in 0..<updates {
      let gradient = try model.gradient(x, targets: y, from: nil).gradient
      try adam.step(&model.parameters, gradient: gradient, state: &state)
    }
    parameters = model.parameters
    vectors = try model.embedding.forward(x).output.reshaped([read.count, 3])
    logits = try model.run(x).logits.reshaped([read.count, vocabulary.count])
    block = try model.gradient(x, targets: y, from: nil)
  }
}
