/// A recurrent cell as the drivers of whole sequences see it: its blocks of numbers, and its steps.
///
/// The drivers are generic over the plan, so that the compiler makes one version of each for every cell and the steps
/// are called directly. A plan and what it is given hold numbers and pointers alone: nobody counts references on the
/// way to a step, which would make threads wait for each other.
protocol CellPlan<Scalar>: Sendable {
  associatedtype Scalar: ElementaryScalar

  /// Where the cell's numbers stand.
  var layout: CellLayout { get }

  /// One phase of a step for the step's rows and some units.
  func forward(_ phase: Int, _ step: ForwardStep<Scalar>, _ units: Range<Int>)

  /// One phase of the way back through a step.
  func backward(_ phase: Int, _ step: BackwardStep<Scalar>, _ units: Range<Int>)

  /// One step of one sample by loops over the units, with the usual activations: h′ and c′ from the step's operands
  /// and c.
  static func plainStep(_ step: Plain.Step<Scalar>, _ c: [Scalar]) -> (h: [Scalar], c: [Scalar])
}

/// Does something with the plan of a cell whose type is known only when the program runs.
protocol CellPlanVisitor<Scalar> {
  associatedtype Scalar: ElementaryScalar
  associatedtype Result
  func visit(_ plan: some CellPlan<Scalar>) -> Result
}
