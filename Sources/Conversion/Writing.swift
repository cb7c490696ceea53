import GoldenCases
import Layers

extension RecurrentNetwork {
  /// The tensors of another framework that compute the same function.
  ///
  /// - Throws: `ConversionError` saying which cell the framework cannot express, and why.
  public func stored(in framework: Framework, scalar: CaseScalar) throws -> StoredWeights {
    try checkEqualSizes(framework)
    let scheme = NameScheme(framework: framework)
    var tensors: [(name: String, tensor: Tensor<Double>)] = []
    for (l, directions) in cells.enumerated() {
      let encoded = try directions.enumerated().map { d, cell in
        let place = CellPlace(layer: l, isBackward: d == 1)
        return (place, try encode(cell, framework, place))
      }
      func named(_ local: String, _ place: CellPlace) -> String {
        scheme.name(local, at: place, layers: cells.count, isBidirectional: isBidirectional)
      }
      if framework == .onnx {
        for index in encoded[0].1.indices {
          let both = Tensor.stacked(encoded.map { $0.1[index].tensor })
          tensors.append((named(encoded[0].1[index].name, encoded[0].0), both))
        }
      } else {
        for (place, own) in encoded { tensors += own.map { (named($0.name, place), $0.tensor) } }
      }
    }
    // A sum of two biases is rounded to the file's own scalar type.
    if scalar == .float32 { tensors = tensors.map { ($0.name, $0.tensor.map { Double(Float($0)) }) } }
    return StoredWeights(tensors, scalar: scalar)
  }

  private func encode(
    _ cell: CellWeights<Double>, _ framework: Framework, _ place: CellPlace
  ) throws -> [(name: String, tensor: Tensor<Double>)] {
    do {
      let features = WeightFeatures(
        bias: cell.bias != nil || cell.recurrentBias != nil || framework == .tensorflow1,
        resetAfter: cell.resetAfter, peepholes: cell.peepholes != nil, projection: cell.projection != nil)
      let layout = try WeightLayout(framework, kind, features)
      return try layout.encode(try cell.fitted(to: layout))
    } catch {
      throw ConversionError("\(place): \(error)")
    }
  }

  /// PyTorch's and MXNet's layers have one number of units for all.
  private func checkEqualSizes(_ framework: Framework) throws {
    guard framework == .pytorch || framework == .mxnet else { return }
    for (layer, directions) in cells.enumerated() {
      for cell in directions where cell.units != cells[0][0].units {
        throw ConversionError(
          "\(framework.rawValue) has one number of units for all layers; layer \(layer) has \(cell.units), layer 0 "
            + "\(cells[0][0].units)")
      }
    }
  }

  /// Adds TensorFlow 1's forget bias, which its cell adds at every call, to the biases; a negative number takes it out.
  public func addingForgetBias(_ forgetBias: Double) -> RecurrentNetwork {
    var result = self
    result.cells = cells.map { $0.map { $0.addingForgetBias(forgetBias) } }
    return result
  }

  /// The outputs `[B, T, …]` of the last layer for a sequence.
  public func outputs(for x: Tensor<Double>) throws -> Tensor<Double> {
    // Weights may have peepholes or a projection.
    try kind == .lstm ? outputs(for: x, ExtendedLSTMCell.self) : outputs(for: x, kind.type(Double.self))
  }

  private func outputs<Cell: StandardCell<Double>>(for x: Tensor<Double>, _: Cell.Type) throws -> Tensor<Double> {
    let cells = try cells.map { layer in
      try layer.map { weights in
        try Cell(weights: weights, options: Cell.Options(CommonOptions(resetAfter: weights.resetAfter)))
      }
    }
    return try MultiLayerRNN(cells: cells).forward(x).outputs
  }
}
