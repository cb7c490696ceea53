import Training

/// One measurement: a network of one size, a call of which is timed.
///
/// Rows are grouped as the table of README.md shows them.
struct Row: Sendable {
  /// What a call does: the outputs alone, or a whole step of training; `gradient` is forward and backward without
  /// loss and optimiser.
  enum Mode: String, Codable, Sendable { case forward, gradient, train }

  var name: String
  /// The layer, as the table shows it.
  var title: String
  var network: Network
  var mode: Mode
  var B: Int
  var T: Int
  var D: Int
  var H: Int

  static let all: [Row] = usual + options + several + models

  static func mnist(_ name: String, _ title: String, _ network: Network, _ mode: Mode) -> Row {
    Row(name: name, title: title, network: network, mode: mode, B: 128, T: 28, D: 28, H: 128)
  }

  /// The cells with the equations of the papers.
  static let usual: [Row] =
    [
      Row(name: "lstm-tiny-forward", title: "LSTM", network: .layer(.lstm), mode: .forward, B: 1, T: 3, D: 7, H: 13),
      .mnist("lstm-mnist-forward", "LSTM", .layer(.lstm), .forward),
      .mnist("gru-mnist-forward", "GRU", .layer(.gru), .forward),
      .mnist("rnn-mnist-forward", "simple RNN", .layer(.simpleRNN), .forward),
    ]
    + CellKind.allCases.map { kind in
      .mnist(
        "\(kind == .simpleRNN ? "rnn" : kind.rawValue)-mnist-train", kind.title, .classifier(kind, .none), .train)
    } + [
      Row(
        name: "lstm-large-forward", title: "LSTM", network: .layer(.lstm), mode: .forward, B: 64, T: 100, D: 512, H: 512
      ),
      Row(
        name: "lstm-large-train", title: "LSTM", network: .classifier(.lstm, .none), mode: .train, B: 64, T: 100,
        D: 512,
        H: 512),
    ]

  /// What is changed about a cell. Each is measured beside the plain cell of the same size.
  static let options: [Row] = [
    .mnist("lstm-masked-forward", "LSTM, masked (lengths 5 to 28)", .layer(.lstm, .mask), .forward),
    .mnist("lstm-masked-gradient", "LSTM, masked (lengths 5 to 28)", .layer(.lstm, .mask), .gradient),
    .mnist("lstm-hard-sigmoid-forward", "LSTM, hard sigmoid", .layer(.lstm, .hardSigmoid), .forward),
    .mnist("lstm-hard-sigmoid-train", "LSTM, hard sigmoid", .classifier(.lstm, .hardSigmoid), .train),
    .mnist("lstm-peepholes-forward", "LSTM, peepholes", .layer(.lstm, .peepholes), .forward),
    .mnist("lstm-peepholes-train", "LSTM, peepholes", .classifier(.lstm, .peepholes), .train),
    .mnist("lstm-clips-forward", "LSTM, sums and cell state clipped", .layer(.lstm, .clips), .forward),
    .mnist("lstm-clips-train", "LSTM, sums and cell state clipped", .classifier(.lstm, .clips), .train),
    .mnist("gru-hard-sigmoid-forward", "GRU, hard sigmoid", .layer(.gru, .hardSigmoid), .forward),
    .mnist("gru-hard-sigmoid-train", "GRU, hard sigmoid", .classifier(.gru, .hardSigmoid), .train),
    .mnist("rnn-relu-forward", "simple RNN, relu", .layer(.simpleRNN, .relu), .forward),
    .mnist("rnn-relu-train", "simple RNN, relu", .classifier(.simpleRNN, .relu), .train),
  ]

  /// More than one layer, and a step at a time.
  static let several: [Row] = [
    .mnist("bidirectional-forward", "bidirectional LSTM", .bidirectional, .forward),
    .mnist("stacked-forward", "two LSTMs", .stacked, .forward),
    Row(
      name: "stream", title: "LSTM, 1,000 steps one at a time, state carried", network: .stream(steps: 1000),
      mode: .forward, B: 1, T: 1, D: 64, H: 128),
  ]

  /// Whole models: an embedding in front, a dense layer over a vocabulary behind; D is the size of the embedding.
  static let models: [Row] = {
    let language = Network.language(layers: 2, vocabulary: 10_000, .sgd)
    let small = Network.language(layers: 1, vocabulary: 52, .adam)
    return [
      Row(
        name: "language-forward", title: "language model, two LSTMs, 10,000 words", network: language, mode: .forward,
        B: 20, T: 20, D: 200, H: 200),
      Row(
        name: "language-train", title: "language model, two LSTMs, 10,000 words (SGD)", network: language, mode: .train,
        B: 20, T: 20, D: 200, H: 200),
      Row(
        name: "language-small-train", title: "language model, LSTM, 52 words", network: small, mode: .train, B: 20,
        T: 20,
        D: 32, H: 64),
      Row(
        name: "sort-train", title: "sorting, bidirectional LSTM, 11 numbers (SGD)", network: .sorting(vocabulary: 11),
        mode: .train, B: 100, T: 5, D: 16, H: 32),
      Row(
        name: "sort-original-train", title: "sorting, bidirectional LSTM, 902 numbers (SGD)",
        network: .sorting(vocabulary: 902), mode: .train, B: 100, T: 5, D: 512, H: 300),
    ]
  }()

  /// Classes of the dense layer that a classifier ends with.
  static let classes = 10

  /// Rows of the table that shows how the cost grows: each of T, D, H and B doubled three times.
  static let scaling: [Row] = {
    func row(_ letter: String, _ B: Int, _ T: Int, _ D: Int, _ H: Int) -> Row {
      Row(
        name: "scaling-\(letter)-\(B)-\(T)-\(D)-\(H)", title: "LSTM", network: .layer(.lstm), mode: .forward, B: B,
        T: T,
        D: D, H: H)
    }
    let factors = [1, 2, 4, 8]
    return factors.map { row("T", 32, 16 * $0, 64, 64) } + factors.map { row("D", 32, 32, 32 * $0, 64) }
      + factors.map { row("H", 32, 32, 64, 32 * $0) } + factors.map { row("B", 16 * $0, 32, 64, 64) }
  }()
}

/// What a row's network is made of.
enum Network: Sendable {
  /// What is changed about a cell; `mask` is about the sequences.
  enum Option: String, Sendable { case none, mask, hardSigmoid, peepholes, clips, relu }
  enum Update: String, Sendable { case sgd, adam }

  case layer(CellKind, Option = .none)
  /// The last output goes into a dense layer of ten classes; cross-entropy, Adam.
  case classifier(CellKind, Option)
  case bidirectional, stacked
  case stream(steps: Int)
  case language(layers: Int, vocabulary: Int, Update)
  /// Embedding, both directions, a dense layer at every step; SGD with momentum.
  case sorting(vocabulary: Int)
}
