import StrictJSON
import Foundation

/// What real Keras reached when it trained the article's models from 20 seeds:
/// `golden/documented/article_training_stats.json`.
///
/// `golden/generate/article_stats.py` makes the file. Models are named `A_1_to_1`, `A_2_to_3`, `B_simple_rnn`,
/// `C_two_simple_rnn`, `D_lstm`, `E_gru_reset_after_false` and `E_gru_reset_after_true`.
public struct TrainingStatistics: Sendable {
  /// The losses of all seeds in one epoch.
  public struct Epoch: Equatable, Sendable {
    /// Counted from 1.
    public let epoch: Int
    public let mean, least, greatest: Double
  }

  public struct Model: Equatable, Sendable {
    public let name: String
    /// How many epochs the article trains.
    public let epochs: Int
    /// Chosen epochs, in order.
    public let losses: [Epoch]
  }

  /// Such as "keras 3.15.1, tensorflow 2.21.0".
  public let version: String
  public let seeds: Int
  public let models: [Model]

  /// The model of the given name; nil when there is none.
  public subscript(name: String) -> Model? { models.first { $0.name == name } }

  /// Reads the file in `folder`, by default the folder of the documented numbers.
  ///
  /// - Throws: `CaseErrors` when the file is missing or does not hold statistics.
  public static func load(folder: String = DocumentedNumbers.defaultFolder) throws(CaseErrors) -> TrainingStatistics {
    let file = "\(folder)/\(DocumentedNumbers.statisticsFile)"
    guard let data = FileManager.default.contents(atPath: file) else {
      throw CaseErrors([CaseError(file: file, expected: "statistics of trainings", found: "no file")])
    }
    do throws(CaseError) {
      return try TrainingStatistics(try Node.root(of: [UInt8](data), file: file))
    } catch {
      throw CaseErrors([error])
    }
  }
}

extension TrainingStatistics {
  init(_ node: Node) throws(CaseError) {
    version = try node.member("version").string()
    seeds = try node.member("seeds").list().count
    var models: [Model] = []
    for (name, model) in try node.member("models").members() { models.append(try Model(name: name, model)) }
    self.models = models
  }
}

extension TrainingStatistics.Model {
  init(name: String, _ node: Node) throws(CaseError) {
    self.name = name
    epochs = try node.member("epochs").integer(in: 1...1_000_000)
    var losses: [TrainingStatistics.Epoch] = []
    for (key, value) in try node.member("loss_at_epoch").members() {
      guard let epoch = Int(key), (1...epochs).contains(epoch) else {
        throw value.error(expected: "an epoch from 1 to \(epochs) as key", found: "\"\(key)\"")
      }
      let least = try value.member("min").number()
      losses.append(
        TrainingStatistics.Epoch(
          epoch: epoch, mean: try value.member("mean").number(), least: least,
          greatest: try value.member("max").number(atLeast: least)))
    }
    self.losses = losses.sorted { $0.epoch < $1.epoch }
  }
}

extension Node {
  /// The member under `key` of an object that may have others.
  func member(_ key: String) throws(CaseError) -> Node {
    guard let found = json[key] else { throw error(expected: "the key \"\(key)\"", found: "none") }
    return with(found, path.isEmpty ? key : "\(path).\(key)")
  }
}
