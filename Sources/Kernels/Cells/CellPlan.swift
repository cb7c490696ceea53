/// A recurrent cell as it is compiled: its blocks of numbers, and its steps.
///
/// A plan is compiled for `Float` and for `Double`, and for the usual activations and for chosen ones. The drivers of
/// whole sequences see it as `CellSteps`.
protocol CellPlan<Scalar>: Sendable {
  associatedtype Scalar: ElementaryScalar

  init(_ options: CellOptions<Scalar>)

  /// Where the cell's numbers stand.
  var layout: CellLayout { get }

  /// One phase of a step for the step's rows and some units.
  func forward(_ phase: Int, _ step: ForwardStep<Scalar>, _ units: Range<Int>)

  /// One phase of the way back through a step.
  func backward(_ phase: Int, _ step: BackwardStep<Scalar>, _ units: Range<Int>)
}

/// A recurrent cell as the drivers see it: the plan's layout, and its steps as functions.
///
/// The drivers' code is long. They are compiled once for each number type and call the steps of the cell that they are
/// given: compiled for every plan, they took two thirds of the first build. The functions have captured nothing, and a
/// step holds numbers and pointers alone: nobody counts references on the way to a step, which would make threads wait
/// for each other.
struct CellSteps<Scalar: ElementaryScalar>: Sendable {
  private typealias Forward = @Sendable (CellOptions<Scalar>, Int, ForwardStep<Scalar>, Range<Int>) -> Void
  private typealias Backward = @Sendable (CellOptions<Scalar>, Int, BackwardStep<Scalar>, Range<Int>) -> Void

  let layout: CellLayout
  private let options: CellOptions<Scalar>
  private let forwardStep: Forward
  private let backwardStep: Backward

  init<Plan: CellPlan<Scalar>>(_: Plan.Type, _ options: CellOptions<Scalar>) {
    self.options = options
    layout = Plan(options).layout
    forwardStep = { options, phase, step, units in Plan(options).forward(phase, step, units) }
    backwardStep = { options, phase, step, units in Plan(options).backward(phase, step, units) }
  }

  /// One phase of a step for the step's rows and some units.
  @inline(__always)
  func forward(_ phase: Int, _ step: ForwardStep<Scalar>, _ units: Range<Int>) {
    forwardStep(options, phase, step, units)
  }

  /// One phase of the way back through a step.
  @inline(__always)
  func backward(_ phase: Int, _ step: BackwardStep<Scalar>, _ units: Range<Int>) {
    backwardStep(options, phase, step, units)
  }
}
