import Foundation
import StrictJSON

/// What a real framework reached when it learned a task of the lessons from several seeds: one file
/// `golden/lessons/<name>_stats.json`.
///
///     let tasks = try ExperimentStatistics.load("first_tasks")
///     let parity = tasks?.run(["task": "parity", "layer": "rnn", "units": 5, "updates": 800])
///     parity?.figure("accuracy")?.mean
///
/// `golden/lessons/README.md` lists the files, their runs and the keys of their figures.
public struct ExperimentStatistics: Sendable {
  /// A field that tells runs apart.
  public enum Field: Equatable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, CustomStringConvertible
  {
    case text(String)
    case number(Double)
    case flag(Bool)

    public init(stringLiteral text: String) { self = .text(text) }
    public init(integerLiteral number: Int) { self = .number(Double(number)) }
    public init(floatLiteral number: Double) { self = .number(number) }
    public init(booleanLiteral flag: Bool) { self = .flag(flag) }

    public var description: String {
      switch self {
      case .text(let text): text
      case .number(let number): number == number.rounded() ? String(Int(number)) : String(number)
      case .flag(let flag): String(flag)
      }
    }

    func equals(_ json: JSON?) -> Bool {
      switch (self, json?.value) {
      case (.text(let own), .string(let text)?): own == text
      case (.number(let own), .number(let number)?): own == number
      case (.flag(let own), .bool(let flag)?): own == flag
      default: false
      }
    }
  }

  /// One figure over all seeds.
  public struct Figure: Equatable, Sendable {
    public let mean, least, greatest: Double
    /// The standard deviation over the seeds; nil where the file does not give it.
    public let deviation: Double?
    public let seeds: Int

    /// Where runs of another program belong, whose random numbers are others: the mean of `runs` runs lies within
    /// 4·s·√(1/seeds + 1/runs) of the mean of the seeds, or at least between the least and the greatest of them.
    ///
    /// s is the standard deviation; where the file has none, half the distance from the least to the greatest stands
    /// for it, which is more for any number of seeds above 3.
    public func range(runs: Int = 1) -> ClosedRange<Double> {
      let s = deviation ?? (greatest - least) / 2
      let width = 4 * s * (1 / Double(max(seeds, 1)) + 1 / Double(max(runs, 1))).squareRoot()
      return min(least, mean - width)...max(greatest, mean + width)
    }
  }

  /// One setting of an experiment.
  public struct Run: Sendable {
    let json: JSON
    /// How many seeds all runs of the file had; 0 where each run says it itself.
    let common: Int

    /// How many seeds it was run from.
    public var seeds: Int { Self.seeds(json["seeds"]) ?? common }

    /// A number of seeds, or a list of them.
    static func seeds(_ json: JSON?) -> Int? {
      switch json?.value {
      case .number(let count)?: Int(count)
      case .array(let seeds)?: seeds.count
      default: nil
      }
    }

    /// The figure of that name; nil where there is none.
    ///
    /// - Parameter step: the number of updates or epochs, for figures such as `loss_at_step`.
    public func figure(_ name: String, at step: Int? = nil) -> Figure? {
      guard let table = json[name] else { return nil }
      return (step.map { table[String($0)] } ?? table).flatMap { Figure($0, seeds: seeds) }
    }

    /// The figure of a group, for tables such as `language_accuracy_by_distance` whose keys are no numbers.
    public func figure(_ name: String, under key: String) -> Figure? {
      json[name]?[key].flatMap { Figure($0, seeds: seeds) }
    }

    /// A figure at all updates or epochs that the file has, in their order.
    public func figures(_ name: String) -> [(step: Int, figure: Figure)] {
      guard case .object(let members)? = json[name]?.value else { return [] }
      return members.compactMap { member in
        guard let step = Int(member.key), let figure = Figure(member.value, seeds: seeds) else { return nil }
        return (step, figure)
      }.sorted { $0.step < $1.step }
    }

    /// A single number, such as `parameters` or `seeds_that_learned`.
    public func number(_ name: String) -> Double? {
      if case .number(let number)? = json[name]?.value { number } else { nil }
    }
  }

  /// Such as "torch 2.13.0+cpu".
  public let version: String
  let runs: [JSON]
  let seeds: Int

  /// The run with these fields; nil where there is none, or more than one.
  public func run(_ fields: KeyValuePairs<String, Field>) -> Run? {
    let found = runs.filter { run in fields.allSatisfy { $0.value.equals(run[$0.key]) } }
    return found.count == 1 ? Run(json: found[0], common: seeds) : nil
  }

  /// Reads `<name>_stats.json`; nil where the folder is not at hand.
  ///
  /// - Throws: `CaseErrors` when the folder is there and the file is missing or does not hold statistics.
  public static func load(
    _ name: String, folder: String = GoldenFolder.path + "/lessons"
  ) throws(CaseErrors) -> ExperimentStatistics? {
    guard FileManager.default.fileExists(atPath: folder) else { return nil }
    let file = "\(folder)/\(name)_stats.json"
    guard let data = FileManager.default.contents(atPath: file) else {
      throw CaseErrors([CaseError(file: file, expected: "statistics of an experiment", found: "no file")])
    }
    do throws(CaseError) {
      let root = try Node.root(of: [UInt8](data), file: file)
      var runs: [JSON] = []
      for run in try root.member("runs").list() {
        _ = try run.members()
        runs.append(run.json)
      }
      return ExperimentStatistics(
        version: try root.member("version").string(), runs: runs, seeds: Run.seeds(root.json["seeds"]) ?? 0)
    } catch {
      throw CaseErrors([error])
    }
  }
}

extension ExperimentStatistics.Figure {
  fileprivate init?(_ json: JSON, seeds: Int) {
    func number(_ key: String) -> Double? {
      if case .number(let number)? = json[key]?.value { number } else { nil }
    }
    guard let mean = number("mean"), let least = number("min"), let greatest = number("max") else { return nil }
    self.init(mean: mean, least: least, greatest: greatest, deviation: number("std"), seeds: seeds)
  }
}
