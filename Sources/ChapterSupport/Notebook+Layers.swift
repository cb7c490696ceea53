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

  /// Output, loss and gradients of one batch, by the layer's own code: its side of a comparison.
  public func pass<Model: Layer>(
    of model: Model, _ x: Tensor<Model.Scalar>, line: Int = #line,
    loss: (Tensor<Model.Scalar>) throws -> LossValue<Model.Scalar>
  ) -> LayerPass<Model> {
    must(try LayerPass(model, x, loss), line: line)
  }

  /// A run of a recurrent layer over `x`: the outputs, and the state at its end.
  public func run<Cell: RecurrentCell>(
    of layer: Recurrent<Cell>, _ x: Tensor<Cell.Scalar>, initialState: Cell.State? = nil, line: Int = #line
  ) -> SequenceRun<Cell> {
    must(try layer.run(x, initialState: initialState), line: line)
  }

  /// How a framework stores the weights of a cell.
  public func layout(
    _ framework: Framework, _ kind: Layers.CellKind, _ features: WeightFeatures = WeightFeatures(), line: Int = #line
  ) -> Layers.WeightLayout {
    must(try Layers.WeightLayout(framework, kind, features), line: line)
  }
}

@MainActor extension Notebook {
  /// The tensors of a layout that hold these weights.
  public func tensors(
    of weights: CellWeights<Double>, in layout: Layers.WeightLayout, line: Int = #line
  ) -> [(name: String, tensor: Tensor<Double>)] {
    must(try layout.encode(weights.fitted(to: layout)), line: line)
  }

  /// The weights that tensors of a layout hold.
  public func weights(
    in layout: Layers.WeightLayout, of tensors: [(name: String, tensor: Tensor<Double>)], line: Int = #line
  ) -> CellWeights<Double> {
    must(try layout.decode { name in tensors.first { $0.name == name }?.tensor }, line: line)
  }

  /// h after each step of the layer that has these weights, from a state of zeros.
  ///
  /// | Tensor     | Shape    |
  /// |------------|----------|
  /// | `sequence` | `[T, D]` |
  /// | result     | `[T, H]` |
  public func states(of weights: CellWeights<Double>, _ sequence: Tensor<Double>, line: Int = #line) -> Tensor<Double> {
    func outputs<Cell: StandardCell<Double>>(_: Cell.Type) throws -> Tensor<Double> {
      let options = Cell.Options(CommonOptions(resetAfter: weights.resetAfter))
      let layer = Recurrent(try Cell(weights: weights, options: options), returnSequences: true)
      return try layer.run(sequence.reshaped([1] + sequence.shape)).outputs.slice(0)
    }
    return must(try outputs(weights.kind.type(Double.self)), line: line)
  }
}

/// What a layer or a model computes of one batch, forwards and backwards.
public struct LayerPass<Model: Layer> {
  public let output: Tensor<Model.Scalar>
  public let loss: Double
  /// ∂loss/∂x and ∂loss/∂weights.
  public let input: Tensor<Model.Scalar>
  public let parameters: Model.Parameters

  init(
    _ model: Model, _ x: Tensor<Model.Scalar>, _ loss: (Tensor<Model.Scalar>) throws -> LossValue<Model.Scalar>
  ) throws {
    let forward = try model.forward(x)
    let error = try loss(forward.output)
    let backward = try model.backward(error.gradient, cache: forward.cache)
    (output, self.loss) = (forward.output, error.value)
    (input, parameters) = (backward.input, backward.parameters)
  }
}
