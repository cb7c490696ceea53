@_exported import Training

/// A model of "RNN with Keras: Understanding computations", of any sizes; the article's own are given by name.
///
/// | Model           | Part | Layers                                         | D | units | C | epochs | weights      |
/// |-----------------|------|------------------------------------------------|---|-------|---|--------|--------------|
/// | `oneToOne`      | A    | dense at every step                            | 1 |       | 1 | 500    | 2            |
/// | `twoToThree`    | A    | dense at every step                            | 2 |       | 3 | 100    | 9            |
/// | `simpleRNN`     | B    | simple recurrent, dense at every step          | 3 | 5     | 2 | 100    | 57           |
/// | `twoLayerRNN`   | C    | two simple recurrent, dense at every step      | 3 | 5, 7  | 2 | 100    | 152          |
/// | `lstm`          | D    | LSTM, dense at every step                      | 7 | 13    | 5 | 5      | 1162         |
/// | `gru`           | E    | GRU (reset before), dense at every step        | 7 | 13    | 5 | 5      | 889          |
/// | `gruResetAfter` | E    | GRU (reset after), dense at every step         | 7 | 13    | 5 | 5      | 928          |
///
/// Every dense layer ends in the logistic function; every recurrent layer returns its whole sequence.
///
/// Source: the article's Parts A to E and its companion code, `rnn/1_math_structure_of_rnn.py`.
public struct ArticleModel: Equatable, Sendable {
  /// What stands below the dense layer.
  public enum Recurrence: Equatable, Sendable {
    case none
    case simple
    case lstm
    case gru(resetAfter: Bool)
  }

  /// The name of the model in `article_training_stats.json`.
  public let name: String
  public let recurrence: Recurrence
  /// D, the features of the input.
  public var inputSize: Int
  /// The units of each recurrent layer, from below.
  public var units: [Int]
  /// C, the features of the output.
  public var outputSize: Int
  /// How long the article trains it.
  public var epochs: Int
  /// One number a step: what every feature of every sample shows.
  public var inputSequence: [Double]

  public static let oneToOne = ArticleModel("A_1_to_1", .none, 1, [], 1, epochs: 500, rising)
  public static let twoToThree = ArticleModel("A_2_to_3", .none, 2, [], 3, epochs: 100, rising)
  public static let simpleRNN = ArticleModel("B_simple_rnn", .simple, 3, [5], 2, epochs: 100, pulse)
  public static let twoLayerRNN = ArticleModel("C_two_simple_rnn", .simple, 3, [5, 7], 2, epochs: 100, pulse)
  public static let lstm = ArticleModel("D_lstm", .lstm, 7, [13], 5, epochs: 5, pulse)
  public static let gru = ArticleModel("E_gru_reset_after_false", .gru(resetAfter: false), 7, [13], 5, epochs: 5, pulse)
  public static let gruResetAfter = ArticleModel(
    "E_gru_reset_after_true", .gru(resetAfter: true), 7, [13], 5, epochs: 5, pulse)

  public static let all = [oneToOne, twoToThree, simpleRNN, twoLayerRNN, lstm, gru, gruResetAfter]

  /// The input of Part A.
  public static let rising = [1, 0.8, 0.6, 0.2, 1, 0]
  /// The input of Parts B to E.
  public static let pulse = [1.0, 0, 0, 0, 0, 0]
  /// The target of all parts.
  public static let targetSequence = [0.7, 0.6, 0.5, 0.3, 0.8, 0.2]

  private init(
    _ name: String, _ recurrence: Recurrence, _ D: Int, _ units: [Int], _ C: Int, epochs: Int, _ x: [Double]
  ) {
    self.name = name
    self.recurrence = recurrence
    inputSize = D
    self.units = units
    outputSize = C
    self.epochs = epochs
    inputSequence = x
  }

  /// The same model with other sizes; what is nil stays.
  ///
  /// - Parameters:
  ///   - inputs: D, the features of the input.
  ///   - units: H of each recurrent layer, from below; there may be more or fewer than the article's.
  ///   - outputs: C, the features of the output.
  public func resized(inputs: Int? = nil, units: [Int]? = nil, outputs: Int? = nil) -> ArticleModel {
    var model = self
    model.inputSize = inputs ?? inputSize
    model.units = units ?? self.units
    model.outputSize = outputs ?? outputSize
    return model
  }

  /// The layers, all weights zero.
  public func layers<Scalar: RealScalar>(_: Scalar.Type = Scalar.self) -> Stack<Scalar> {
    var layers: [any Layer<Scalar>] = []
    var D = inputSize
    for H in units {
      layers.append(recurrentLayer(inputSize: D, units: H))
      D = H
    }
    layers.append(TimeDistributed(Dense<Scalar>(inputSize: D, units: outputSize, activation: .sigmoid)))
    return Stack(layers)
  }

  private func recurrentLayer<Scalar: RealScalar>(inputSize D: Int, units H: Int) -> any Layer<Scalar> {
    switch recurrence {
    case .none, .simple: Recurrent(SimpleRNNCell<Scalar>(inputSize: D, units: H), returnSequences: true)
    case .lstm: Recurrent(LSTMCell<Scalar>(inputSize: D, units: H), returnSequences: true)
    case .gru(let resetAfter):
      Recurrent(
        GRUCell<Scalar>(inputSize: D, units: H, options: GRUOptions(resetAfter: resetAfter)), returnSequences: true)
    }
  }
}
