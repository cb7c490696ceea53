import ArticleModels
import Layers
import Notebook
import Training

// What a chapter asks of the layers. Tensors that do not fit end the chapter with exit code 2 and the line of the
// chapter that asked.

@MainActor extension Notebook {
  /// What `compute` returns for the type of a choice: `page.compute(in: page[scalar]) { try runLayer($0) }` calls
  /// `runLayer<Scalar>(_: Scalar.Type)` with `Float` or `Double`.
  public func compute<Result>(
    in scalar: ScalarChoice, line: Int = #line, _ compute: (any RealScalar.Type) throws -> Result
  ) -> Result {
    must(try compute(scalar.type), line: line)
  }

  /// A model of the article after its training; see `ArticleModel.train`.
  public func trained(
    _ article: ArticleModel, seed: UInt64, epochs: Int, line: Int = #line
  ) -> (model: Stack<Double>, history: TrainingHistory) {
    must(try article.train(seed: seed, epochs: epochs, Double.self), line: line)
  }

  /// What a layer or a model puts out for `x`.
  public func output<Model: Layer>(
    of model: Model, _ x: Tensor<Model.Scalar>, line: Int = #line
  ) -> Tensor<Model.Scalar> {
    must(try model(x), line: line)
  }

  /// How a framework stores the weights of a cell.
  public func layout(
    _ framework: Framework, _ kind: Layers.CellKind, _ features: WeightFeatures = WeightFeatures(), line: Int = #line
  ) -> Layers.WeightLayout {
    must(try Layers.WeightLayout(framework, kind, features), line: line)
  }
}
