import Layers
@_exported import NumericTensors
@_exported import PrintedNumbers
@_exported import StrictJSON

/// One golden case: a layer of a framework, its weights and inputs, and the numbers it must give.
///
/// See `golden/SCHEMA.md` for the file format; `CaseFile` reads it.
public struct Case: Sendable {
  /// Where its numbers come from.
  public enum Kind: String, CaseIterable, Sendable {
    /// Printed in a source.
    case documented
    /// A run of a real framework.
    case reference
    /// The formulas in double precision, checked against a framework's outputs.
    case derived
  }

  /// The source as the case states it; every key of the schema is optional here and checked by `kind` when it is read.
  public struct Source: Sendable {
    public var framework: String?
    public var version: String?
    public var how: String?
    public var title: String?
    public var file: String?
    public var line: String?
  }

  public var file: String
  /// The way to the case in its file, such as `cases[3]`.
  public var keyPath: String
  public var family: String
  public var name: String
  public var kind: Kind
  public var source: Source
  public var note: String?
  /// The chapter whose equations the case follows step by step: `chapter-lstm`.
  public var chapter: String?
  public var layout: Framework
  public var dtype: CaseScalar
  /// The layer as the case names it.
  public var layer: String
  public var model: Model
  /// The configuration as the file has it, on one line.
  public var config: String
  public var weights: TensorTable
  public var signature: Signature
  public var task: Task
  public var tolerance: CaseTolerance

  /// What is asked of the layer.
  public enum Task: Sendable {
    case run(Run)
    case fit(Fit)
  }

  /// One forward pass, and the gradients where the case asks for them.
  public struct Run: Sendable {
    /// `x`, initial states (`h0`, `initial_states[1]`, …), `mask`, `label`.
    public var inputs: TensorTable
    public var lengths: [Int]?
    /// By the names of the outputs they belong to.
    public var cotangents: TensorTable
    public var expected: TensorTable
    /// Named `weights.NAME`, `inputs.NAME`, and for the values of steps `gates.NAME`.
    public var expectedGradients: TensorTable
  }
}

/// The numbers of `|got − want| ≤ absolute + relative·|want|`.
public struct Bound: Equatable, Sendable {
  public var absolute: Double
  public var relative: Double

  public init(absolute: Double, relative: Double) {
    self.absolute = absolute
    self.relative = relative
  }

  public func allows(got: Double, want: Double) -> Bool {
    got == want || (got - want).magnitude <= absolute + relative * want.magnitude
  }
}

/// The tolerances of a case.
public struct CaseTolerance: Sendable {
  public var values: Bound?
  public var gradients: Bound?
  public var loss: Double?
  public var weights: Double?
  public var prediction: Double?
  /// Why the tolerance is what it is, where the case says so.
  public var reason: String?
}
