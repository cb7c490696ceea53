import Layers
import TextLayout

extension RecurrentNetwork {
  /// The tensors of another framework that compute the same function, not rounded.
  ///
  /// - Throws: `ConversionError` saying what the framework cannot express, and why.
  public func tensors(in framework: Framework) throws -> [(name: String, tensor: Tensor<Double>)] {
    do {
      try checkSettings(framework)
      try checkSizes(framework)
      return try withEqualParts().encoded(framework)
    } catch {
      throw ConversionError("\(quoted(title(in: framework))): \(error)")
    }
  }

  private func title(in framework: Framework) -> String {
    path.isEmpty ? "." : path.joined(separator: "\(framework.pathSeparator)")
  }

  private func encoded(_ framework: Framework) throws -> [(name: String, tensor: Tensor<Double>)] {
    var tensors: [(name: String, tensor: Tensor<Double>)] = []
    for (l, directions) in cells.enumerated() {
      let encoded = try directions.map { try encode($0, framework) }
      if framework == .onnx {
        for index in encoded[0].indices {
          let local = encoded[0][index].name
          let both = Tensor.stacked(encoded.map { $0[index].tensor })
          tensors.append((framework.name(local, of: self, at: CellPlace(layer: l)), both))
        }
      } else {
        for (d, own) in encoded.enumerated() {
          let place = CellPlace(layer: l, isBackward: d == 1)
          tensors += own.map { (framework.name($0.name, of: self, at: place), $0.tensor) }
        }
      }
    }
    return tensors
  }

  private func encode(
    _ cell: CellWeights<Double>, _ framework: Framework
  ) throws -> [(name: String, tensor: Tensor<Double>)] {
    let features = WeightFeatures(
      bias: cell.bias != nil || cell.recurrentBias != nil || framework == .tensorflow1,
      resetAfter: cell.resetAfter, peepholes: cell.peepholes != nil, projection: cell.projection != nil)
    let layout = try WeightLayout(framework, kind, features)
    return try layout.encode(try cell.fitted(to: layout))
  }

  /// The same network with a bias, and peepholes, in every cell where one has them: layers have them in all directions
  /// or in none.
  func withEqualParts() -> RecurrentNetwork {
    let all = cells.flatMap { $0 }
    let hasBias = all.contains { $0.bias != nil || $0.recurrentBias != nil }
    let hasPeepholes = all.contains { $0.peepholes != nil }
    var result = self
    result.cells = cells.map { directions in
      directions.map { cell in
        var cell = cell
        if hasBias, cell.bias == nil, cell.recurrentBias == nil { cell.bias = .zeros([cell.kernel.columns]) }
        if hasPeepholes, cell.peepholes == nil { cell.peepholes = .zeros([3, cell.units]) }
        return cell
      }
    }
    return result
  }

  /// PyTorch's and MXNet's layers have one number of units for all, ONNX' operators one for both directions.
  private func checkSizes(_ framework: Framework) throws {
    guard framework == .pytorch || framework == .mxnet || framework == .onnx else { return }
    guard framework == .onnx || distinct(cells.map(\.count)).count == 1 else {
      throw ConversionError("\(framework.title) has all layers in one direction or all in both, received some of each")
    }
    for (layer, directions) in cells.enumerated() {
      for cell in directions where cell.units != directions[0].units {
        throw ConversionError(
          "\(framework.title) has one number of units for both directions, "
            + "received \(directions[0].units) forward and \(cell.units) backward")
      }
      guard framework == .onnx || directions[0].units == cells[0][0].units else {
        throw ConversionError(
          "\(framework.title) has one number of units for all layers, "
            + "received \(cells[0][0].units) in the first and \(directions[0].units) in number \(layer + 1)")
      }
    }
    let sizes = distinct(cells.flatMap { $0.map { $0.projection?.columns ?? 0 } })
    guard framework != .pytorch || sizes.count == 1 else {
      throw ConversionError("PyTorch has one size of projection for all layers, received \(sizes)")
    }
  }

  /// What layers of the framework can be told beside their weights.
  private func checkSettings(_ framework: Framework) throws {
    func refuse(_ what: String) throws -> Never {
      throw ConversionError("\(framework.title) has no \(kind.title) with \(what)")
    }
    let usual = kind.usualActivations
    let words = activations.map(\.word).joined(separator: ", ")
    switch framework {
    case .pytorch, .mxnet:
      let isRelu = kind == .simpleRNN && activations == [.relu]
      guard activations == usual || isRelu else { try refuse("the activations \(words)") }
      if isBidirectional, merge != .concat { try refuse("the merge mode \(merge.rawValue)") }
      if isReversed { try refuse("the backward direction alone") }
    case .keras, .tensorflow1:
      if kind == .lstm, activations[1] != activations[2] {
        try refuse("one activation for the candidate and another for the output (\(words))")
      }
      if framework == .tensorflow1, kind != .simpleRNN, activations[0] != .sigmoid {
        try refuse("other gates than sigmoid (\(words))")
      }
      if isReversed, cells.count > 1 { try refuse("several layers that run backward") }
      if framework == .tensorflow1, isReversed { try refuse("the backward direction alone") }
      if framework == .tensorflow1, isBidirectional, merge != .concat { try refuse("the merge mode \(merge.rawValue)") }
    case .onnx:
      if activations.contains(.softmax) { try refuse("softmax") }
      if isBidirectional, merge != .concat, cells.count > 1 {
        try refuse("the merge mode \(merge.rawValue) between layers")
      }
    }
    guard framework != .onnx else { return }
    if let clip { try refuse("a bound of the pre-activations (clip \(clip))") }
    if inputForget { try refuse("f = 1 − i (input_forget)") }
  }

  /// What must be set on the layer that gets the weights, where it is not usual there.
  ///
  /// - Parameter forgetBias: what was taken out of the biases for TensorFlow 1.
  public func settings(in framework: Framework, forgetBias: Double = 1) -> [String] {
    var lines: [String] = []
    let isUsual = activations == kind.usualActivations
    switch framework {
    case .pytorch:
      if !isUsual { lines.append("nonlinearity='relu'") }
    case .mxnet:
      // gluon.rnn.RNN has relu unless told otherwise.
      if kind == .simpleRNN { lines.append("activation='\(activations[0].word)'") }
    case .keras:
      if !isUsual {
        lines.append("activation='\(activations[kind == .simpleRNN ? 0 : 1].word)'")
        if kind != .simpleRNN { lines.append("recurrent_activation='\(activations[0].word)'") }
      }
      if kind == .gru { lines.append("reset_after=\(cells[0][0].resetAfter ? "True" : "False")") }
      if isReversed { lines.append("go_backwards=True (its outputs come in the order of the steps)") }
      if isBidirectional, merge != .concat { lines.append("merge_mode='\(merge.rawValue)'") }
    case .tensorflow1:
      if kind == .lstm { lines.append("forget_bias=\(forgetBias)") }
      if !isUsual { lines.append("activation=\(activations[kind == .simpleRNN ? 0 : 1].word)") }
    case .onnx:
      if !isUsual { lines.append("activations=[\(activations.map(\.word).joined(separator: ", "))]") }
      if kind == .gru { lines.append("linear_before_reset=\(cells[0][0].resetAfter ? 1 : 0)") }
      if isReversed { lines.append("direction=reverse (its outputs come in the order of x)") }
      if let clip { lines.append("clip=\(clip)") }
      if inputForget { lines.append("input_forget=1") }
    }
    return lines
  }
}
