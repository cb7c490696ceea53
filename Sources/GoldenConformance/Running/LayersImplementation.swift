/// These layers.
public struct LayersImplementation: Implementation {
  /// The scalar type to compute in; nil for that of each case.
  public var scalar: CaseScalar?

  public init(scalar: CaseScalar? = nil) { self.scalar = scalar }

  public var name: String { "these layers" }

  public func run(_ golden: Case) throws -> TensorTable {
    switch (golden.task, scalar ?? golden.dtype) {
    case (.run(let run), .float32): try CaseRunner<Float>.results(of: golden, run)
    case (.run(let run), .float64): try CaseRunner<Double>.results(of: golden, run)
    case (.fit(let fit), .float32): try FitRunner<Float>.results(of: golden, fit)
    case (.fit(let fit), .float64): try FitRunner<Double>.results(of: golden, fit)
    }
  }
}
